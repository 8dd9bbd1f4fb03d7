"""Which addresses may be fetched, and the names of everything that can become of a fetch.

Pure: names are resolved elsewhere, and whoever dials asks `address_allowed` about the very address that is dialled.
"""

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from enum import StrEnum
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from urllib.parse import quote, urlsplit

from domain.errors import BadInput

Network = IPv4Network | IPv6Network

DEFAULT_PORTS = frozenset({80, 443, 8080, 8443})
MAX_URL = 2_000  # characters; longer ones are traps, and PostgreSQL cannot index them
MAX_WAIT = 86_400.0  # seconds; a Retry-After of a year is a mistake of the server
_DEFAULT_PORT = {"http": 80, "https": 443}


class FetchStatus(StrEnum):
    """What became of a fetch or of the parsing of what was fetched. Documented and stored; never renamed.

    ok                    read; there is something in it
    unchanged             304, or the same bytes as the last time
    empty                 answered with no byte, or a feed with no entry
    not_a_feed            something else than a feed, mostly an HTML page
    unsupported           a document that we can name but do not read: PDF, archive, film, unknown JSON, plain sitemap
    blocked               401, 403, 451 or a page that asks whether we are a robot
    bomb                  made to hurt who reads it: entity declarations that grow, minutes of parsing
    too_large             more decoded bytes than `max_body`
    truncated             cut off before its announced or natural end; `body` holds what came
    timeout               not finished within `fetch_timeout`
    refused               we refuse: forbidden address, port, scheme or spelling
    redirect_loop         more than five redirects
    http_error            any other HTTP status; `http_status` has it, `retry_after` where the server said
    dns_error             the name does not resolve
    tls_error             certificate or TLS version not acceptable
    bad_content_encoding  the body is not packed as the header says, also when asked for unpacked
    protocol_error        the answer is not HTTP, or its headers are too large or contradict each other
    connection_error      refused, reset or closed before the answer
    gone                  410: the outlet says that it will not come back
    robots                robots.txt forbids it to us
    selectors_broken      a section page in which a selector finds nothing any more; the detail says which
    """

    OK = "ok"
    UNCHANGED = "unchanged"
    EMPTY = "empty"
    NOT_A_FEED = "not_a_feed"
    UNSUPPORTED = "unsupported"
    BLOCKED = "blocked"
    BOMB = "bomb"
    TOO_LARGE = "too_large"
    TRUNCATED = "truncated"
    TIMEOUT = "timeout"
    REFUSED = "refused"
    REDIRECT_LOOP = "redirect_loop"
    HTTP_ERROR = "http_error"
    DNS_ERROR = "dns_error"
    TLS_ERROR = "tls_error"
    BAD_CONTENT_ENCODING = "bad_content_encoding"
    PROTOCOL_ERROR = "protocol_error"
    CONNECTION_ERROR = "connection_error"
    GONE = "gone"
    ROBOTS = "robots"
    SELECTORS_BROKEN = "selectors_broken"


# `ipaddress.is_global` changes with Python versions and lets some of these through, so the list is written out:
# the special-purpose registries of IANA (RFC 6890 and later), of which nothing is an outlet.
FORBIDDEN: tuple[Network, ...] = tuple(
    ip_network(text)
    for text in (
        "0.0.0.0/8",  # this network
        "10.0.0.0/8",  # private
        "100.64.0.0/10",  # carrier-grade NAT
        "127.0.0.0/8",  # loopback
        "168.63.129.16/32",  # public by number, but a cloud's own control service to all its machines (Azure)
        "169.254.0.0/16",  # link-local, cloud metadata
        "172.16.0.0/12",  # private
        "192.0.0.0/24",  # protocol assignments
        "192.0.2.0/24",  # documentation
        "192.88.99.0/24",  # 6to4 relays
        "192.168.0.0/16",  # private
        "198.18.0.0/15",  # benchmarks
        "198.51.100.0/24",  # documentation
        "203.0.113.0/24",  # documentation
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, broadcast
        "2001::/23",  # Teredo, ORCHID and other protocol assignments
        "2001:db8::/32",  # documentation
        "2002::/16",  # 6to4: any IPv4 address in disguise
        "3fff::/20",  # documentation
    )
)
_UNICAST_V6 = IPv6Network("2000::/3")  # everything of IPv6 outside is loopback, local, multicast, mapped or unassigned
_NAT64 = IPv6Network("64:ff9b::/96")
_FORBIDDEN_V4 = tuple(n for n in FORBIDDEN if isinstance(n, IPv4Network))
_FORBIDDEN_V6 = tuple(n for n in FORBIDDEN if isinstance(n, IPv6Network))


@lru_cache(maxsize=4096)
def in_networks(ip: str, networks: tuple[Network, ...]) -> bool:
    """Say whether an address lies in one of the networks; a mapped IPv4 address counts as itself."""
    address = _unwrap(ip)
    return address is not None and any(address.version == n.version and address in n for n in networks)


def is_allowed(host: str, networks: tuple[Network, ...]) -> bool:
    """Say whether a host as it stands in a URL, with or without a port, is an address in one of the networks."""
    return bool(networks) and in_networks(urlsplit(f"//{host}").hostname or "", networks)


@lru_cache(maxsize=4096)
def address_allowed(ip: str, port: int, allow_networks: tuple[Network, ...] = ()) -> bool:
    """Say whether a connection to `ip` (text) and `port` may be opened.

    Addresses in `allow_networks` may be, on any port. All others must be public unicast addresses, on 80, 443, 8080
    or 8443. Mapped and NAT64 addresses are judged by the IPv4 address inside; a zone id is refused.
    """
    address = _unwrap(ip)
    if address is None:
        return False
    if in_networks(ip, allow_networks):
        return True
    return port in DEFAULT_PORTS and _public(address)


def _public(address: IPv4Address | IPv6Address) -> bool:
    """Say whether an unwrapped address is a public unicast one."""
    if isinstance(address, IPv4Address):
        return not any(address in n for n in _FORBIDDEN_V4)
    return address in _UNICAST_V6 and not any(address in n for n in _FORBIDDEN_V6)


def _unwrap(ip: str) -> IPv4Address | IPv6Address | None:
    """Read an address and take a mapped or translated IPv4 address out of its IPv6 clothes; None if it is none."""
    try:
        address = ip_address(ip)
    except ValueError:
        return None
    if isinstance(address, IPv4Address):
        return address
    if address.scope_id:
        return None
    if address.ipv4_mapped:
        return address.ipv4_mapped
    return IPv4Address(int(address) & 0xFFFFFFFF) if address in _NAT64 else address


_HOST = re.compile(r"[a-z0-9_](?:[a-z0-9_.-]{0,251}[a-z0-9_.])?\Z")
_FORBIDDEN_IN_URL = re.compile(r"[\x00-\x20\x7f\\]")
_URL_SAFE = "%/:?#[]@!$&'()*+,;=-._~|"


def check_url(url: str) -> str:
    """Give the normal form of an http or https URL that we are willing to ask for.

    Scheme and host in lower case, host names in their IDNA form, default port and fragment dropped, other characters
    percent-encoded. Raises BadInput for other schemes, credentials, control characters and backslashes, hosts
    that no two parsers read alike, and numbers that are not a plain IPv4 address (127.1, 0x7f.1, 2130706433).
    """
    text = url.strip(" \t\r\n")
    if not text or len(text) > MAX_URL:
        raise BadInput(f"not a usable web address ({len(text)} characters)")
    if _FORBIDDEN_IN_URL.search(text.replace(" ", "")):
        raise BadInput("the address holds control characters or backslashes")
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError as error:
        raise BadInput(f"not a web address: {error}") from None
    scheme = parts.scheme.lower()
    if scheme not in _DEFAULT_PORT:
        raise BadInput(f"only http and https addresses are fetched, not {scheme[:20] or 'this one'}")
    if "@" in parts.netloc:
        raise BadInput("addresses with a user name in them are not fetched")
    host = _check_host(parts.hostname or "")
    where = host if port in (None, _DEFAULT_PORT[scheme]) else f"{host}:{port}"
    query = f"?{quote(parts.query, safe=_URL_SAFE)}" if parts.query else ""
    return f"{scheme}://{where}{quote(parts.path, safe=_URL_SAFE) or '/'}{query}"


def _check_host(host: str) -> str:
    """Give the normal form of a host name or of a literal address; BadInput when there is none."""
    if ":" in host:
        try:
            address = IPv6Address(host)
        except ValueError:
            raise BadInput("not an IPv6 address") from None
        if address.scope_id:
            raise BadInput("addresses with a zone are not fetched")
        return f"[{address}]"
    try:
        name = host.encode("ascii").decode() if host.isascii() else host[:300].encode("idna").decode()
    except UnicodeError:
        raise BadInput("not a host name") from None
    name = name.lower()
    if not _HOST.match(name) or ".." in name:
        raise BadInput("no host name in the address" if not name else "not a host name")
    last = name.rstrip(".").rpartition(".")[2]
    if last.isdigit() or last.startswith("0x"):  # a resolver would read any of these as an IPv4 address
        try:
            return str(IPv4Address(name))
        except ValueError:
            raise BadInput("not a plain IPv4 address") from None
    return name


_INTERNAL = ("localhost", "local", "internal", "intranet", "lan", "home", "corp", "localdomain")


def proxied_allowed(host: str, port: int, allow_networks: tuple[Network, ...] = ()) -> bool:
    """Say whether a proxy may be asked for a host as `check_url` gives it, and a port.

    The proxy resolves names where we cannot look, so the spelling alone is judged: an address by itself as
    `address_allowed` does, a name by having a dot and not being one that only means something inside a network.
    """
    bare = host.strip("[]").rstrip(".")
    if _unwrap(bare) is not None:
        return address_allowed(bare, port, allow_networks)
    return ":" not in bare and port in DEFAULT_PORTS and "." in bare and bare.rpartition(".")[2] not in _INTERNAL


def parse_retry_after(value: str, now: datetime) -> float | None:
    """Give the seconds that a Retry-After header (RFC 9110, both forms) asks to wait, at most a day; None if garbage.

    A date in the past gives 0.
    """
    text = value.strip()
    if text.isascii() and text.isdigit():
        return min(float(text[:12]), MAX_WAIT)
    try:
        when = parsedate_to_datetime(text)
    except ValueError:
        return None
    when = when if when.tzinfo else when.replace(tzinfo=UTC)
    return min(max((when - now).total_seconds(), 0.0), MAX_WAIT)


# Marks of pages that ask whether we are a robot instead of giving what was asked for. The scripts that some hosts
# also put into ordinary pages are left out on purpose.
_CHALLENGE = re.compile(
    rb"<title>\s*(?:just a moment|attention required! \||access denied|pardon our interruption|ddos-guard|"
    rb"you have been blocked|security check|are you a robot|robot check|bot verification|one moment, please)"
    rb"|_cf_chl_opt|cf-browser-verification|cf-error-details|_incapsula_resource|sucuri_cloudproxy|px-captcha"
    rb"|slowaes\.decrypt|checking your browser before|geo\.captcha-delivery\.com|awswafcookiedomainlist"
    rb"|verify (?:that )?you are (?:a )?human|" + "لست روبوت|أنك لست آلي|التحقق من أنك إنسان|أنت إنسان".encode()
)
_SILENT = (b"script", b"style", b"noscript")
_CHALLENGE_PAGE = 65_536  # bytes; longer pages are real ones
_CHALLENGE_TEXT = 2_500  # bytes of visible text at most


def looks_like_challenge(body: bytes) -> bool:
    """Say whether a body is a page that asks whether we are a robot: one of the known marks and little text."""
    if len(body) > _CHALLENGE_PAGE or not _CHALLENGE.search(body.lower()):
        return False
    return _visible(body.lower()) < _CHALLENGE_TEXT


def _visible(body: bytes) -> int:
    """Count the bytes of a page that a reader sees, white space left out; in one pass, whatever is in it.

    A script that is not closed reaches to the end, as for browsers.
    """
    seen, at = 0, 0
    while (start := body.find(b"<", at)) >= 0:
        seen += len(b"".join(body[at:start].split()))
        name = next((name for name in _SILENT if body.startswith(name, start + 1)), b"")
        closed = body.find(b"</" + name, start + 1) if name else start
        end = body.find(b">", closed) if closed >= 0 else -1
        if end < 0:
            return seen
        at = end + 1
    return seen + len(b"".join(body[at:].split()))
