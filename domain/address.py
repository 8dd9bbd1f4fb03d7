"""The address that identifies an article, whichever of its addresses it came by.

AMP and mobile editions, links of Google News, `www.` and tracking parameters all lead to one article, so they fold to
one address. It is compared and stored; the address that is fetched and offered to readers is the one that was given.
"""

import base64
import binascii
import re
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

# Query parameters that say where a reader came from, never which article is meant.
_TRACKING = re.compile(
    r"(?i)(?:utm|mtm|pk|piwik|matomo|hsa|wt|cx|vero|oly|fb|mc|amp|guce)_\w+|_(?:ga|gl|hsenc|hsmi|kx)|__cf_chl_\w+"
    r"|at_(?:medium|campaign|custom\d?|format|link_\w+|bbc_\w+|ptr_\w+)|__twitter_impression|\w{1,5}cl(?:id|src)"
    r"|msclkid|igshid|igsh|srsltid|gad_source|[wg]braid|spm|scm|ncid|cmpid|cmp|ocid|icid|xtor|guccounter"
    r"|ref|ref_?src|ref_?url|referrer|smid|smtyp|traffic_source|from_?rss|output_?type|amp|mobile"
)
_EDITION = re.compile(r"(?:www\d?|amp|m|mobile|wap)\.(?=[^.]+\.)")
_AMP_TAIL = re.compile(r"(?i)/amp(?:\.html?)?/?\Z|\.amp(?=\.html?\Z|\Z)")
_AMP_HEAD = re.compile(r"(?i)\A/amp(?=/.)")
_AMP_CACHE = re.compile(r"/[cvi](?:/s)?/([^/]+)(/.*)?\Z")
_NEWS_PATH = re.compile(r"/(?:rss/|__i/rss/rd/)?articles/([\w-]{20,})")
_LINK_IN_BYTES = re.compile(rb"https?://[\x21-\x7e]{4,}")
_SAFE = "/!$&'()*+,;=:@~-._"
_PAGE_OF_ALL = re.compile(r"(?i)/?(?:index\.(?:html?|php|aspx?)|home|ar|arabic)?/?")


def article_address(url: str) -> str:
    """Give the address that identifies the article at `url`; empty when `url` is no http or https address.

    Scheme https, host in lower case without `www.`, `m.`, `mobile.`, `wap.` and `amp.`, no fragment, tracking
    parameter, trailing slash or AMP ending, parameters in order of their names, percent-encoding in one form. The
    target stands for links of Google's AMP cache and redirects, and of Google News where the link holds it.
    """
    for _ in range(3):  # a redirect to an AMP cache to a page is the deepest that was seen
        inner = _inner(url)
        if not inner:
            break
        url = inner
    try:
        parts = urlsplit(url.strip())
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        return ""
    if parts.scheme.lower() not in ("http", "https") or not host:
        return ""
    host = _EDITION.sub("", host, count=1)
    where = host if port in (None, 80, 443) else f"{host}:{port}"
    path = _AMP_HEAD.sub("", _AMP_TAIL.sub("", _path(parts.path))).rstrip("/")
    query = _query(parts.query)
    return f"https://{where}{path or '/'}{f'?{query}' if query else ''}"


def inner_address(url: str) -> str:
    """Give the address that a link of a search engine holds, as it stands there; empty where it holds none.

    A link that is none of a search engine's is its own address.
    """
    host = (urlsplit(url).hostname or "") if url.startswith(("http://", "https://")) else ""
    if not re.fullmatch(r"(?:www|news)\.google\.[a-z.]{2,6}", host):
        return url
    return _inner(url)


# Countries of which Google News has an Arabic edition.
_EDITIONS = ("AE", "EG", "LB", "SA")


def search_address(site: str, country: str = "", days: int = 2) -> str:
    """Give the address of Google News' feed of what it found on a site (a host) in so many days, in Arabic."""
    edition = country.upper() if country.upper() in _EDITIONS else "EG"
    query = urlencode({"q": f"site:{site} when:{days}d", "hl": "ar", "gl": edition, "ceid": f"{edition}:ar"})
    return f"https://news.google.com/rss/search?{query}"


def is_article_address(address: str) -> bool:
    """Say whether a folded address can be one article's: a front page, to which some feeds link everything, cannot."""
    parts = urlsplit(address)
    return bool(parts.hostname) and not (_PAGE_OF_ALL.fullmatch(parts.path) and not parts.query)


def page_address(told: str, served: str) -> str:
    """Give the address that identifies the article on a page: the one that the page tells, else the one it came from.

    A page that names another host, or the outlet's front page, as its canonical address is misconfigured or copied
    the text with it; what it tells is not believed.
    """
    own, claimed = article_address(served), article_address(told)
    same = _site(claimed) == _site(own)
    return claimed if claimed and same and is_article_address(claimed) else own


def _site(address: str) -> str:
    """Give the last two labels of an address's host; near enough to tell an outlet's editions from another outlet."""
    host = urlsplit(address).hostname or ""
    labels = host.split(".")
    short = len(labels) > 2 and len(labels[-2]) <= 3  # com.tn, co.uk
    return ".".join(labels[-3:] if short else labels[-2:])


def _path(path: str) -> str:
    """Give a path with one form of percent-encoding and no doubled slash."""
    return re.sub("/{2,}", "/", quote(unquote(path, errors="strict"), safe=_SAFE) if _readable(path) else path)


def _readable(path: str) -> bool:
    try:
        unquote(path, errors="strict")
    except UnicodeDecodeError:
        return False
    return "%2f" not in path.lower()


def _query(query: str) -> str:
    """Give the parameters that name the article, in order."""
    pairs = parse_qsl(query, keep_blank_values=True)
    kept = sorted((name, value) for name, value in pairs if not _TRACKING.fullmatch(name) and (value or len(pairs) < 2))
    return urlencode([(name, value) for name, value in kept if (name, value) != ("m", "1")])


def _inner(url: str) -> str:
    """Give the address inside a link of Google's redirect, AMP cache or news; empty where there is none."""
    try:
        parts = urlsplit(url.strip())
        host = parts.hostname or ""
    except ValueError:
        return ""
    if host.endswith(".ampproject.org") or host == "ampproject.org":
        return _cached(parts.path, parts.query)
    if not re.fullmatch(r"(?:www|news)\.google\.[a-z.]{2,6}", host):
        return ""
    if parts.path == "/url":
        query = dict(parse_qsl(parts.query))
        target = query.get("url") or query.get("q", "")
        return target if target.startswith(("http://", "https://")) else ""
    if parts.path.startswith("/amp/"):
        target = parts.path[5:].removeprefix("s/")
        return f"https://{target}{f'?{parts.query}' if parts.query else ''}"
    found = _NEWS_PATH.match(parts.path)
    return _in_token(found[1]) if found and host.startswith("news.") else ""


def _cached(path: str, query: str) -> str:
    found = _AMP_CACHE.match(path)
    return f"https://{found[1]}{found[2] or '/'}{f'?{query}' if query else ''}" if found else ""


def _in_token(token: str) -> str:
    """Give the address that the token of a Google News link holds in the clear; newer tokens hold none."""
    try:
        data = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
    except (ValueError, binascii.Error):
        return ""
    found = _LINK_IN_BYTES.search(data)
    return found[0].decode("ascii") if found else ""
