"""Feed HTML to plain text, in a tenth of a millisecond, whatever it is.

Nothing deep reaches a library: the depth of the tags is counted first, because some libraries take minutes over nested
ones and others silently give up their text.
"""

import html as entities
import re

from lxml import etree

from worker.decode import clean_text

MAX_DEPTH = 200  # libxml2 gives up at 256
MAX_HTML = 3_000_000  # characters of a document that are read
MAX_TEXT = 1_000_000  # characters of text that are kept
MAX_TAG = 10_000  # characters of one tag; longer ones are traps for attribute parsers

BLOCKS = (
    "p", "div", "br", "li", "ul", "ol", "h1", "h2", "h3", "h4", "h5", "h6", "tr", "td", "th", "table", "blockquote",
    "section", "article", "header", "footer", "aside", "figure", "figcaption", "pre", "hr", "dt", "dd", "main", "nav",
)  # fmt: skip
SILENT = (
    "script",
    "style",
    "noscript",
    "template",
    "iframe",
    "object",
    "svg",
    "math",
    "head",
    "title",
    "select",
    "button",
)
_MARK = "\u2029"  # stands for the end of a paragraph while a tree is flattened
_TAG = re.compile(r"<[^<>]*>")
_LIKE_HTML = re.compile(
    r"<(?:/?(?:p|br|div|span|a|b|i|strong|em|ul|li|h[1-6]|table|blockquote)\b|img\s)", re.IGNORECASE
)
_TAG_START = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9]*)")
_VOID = frozenset(
    ("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr")
)
_SELF_ENDING = frozenset(("p", "li", "td", "th", "tr", "dt", "dd", "option"))


def too_deep(html: str) -> bool:
    """Say whether tags are nested beyond `MAX_DEPTH`, by a scan that is linear and builds nothing."""
    if html.count("<") <= MAX_DEPTH:
        return False
    depth = 0
    for match in _TAG_START.finditer(html):
        name = match.group(2).lower()
        if name in _VOID or name in _SELF_ENDING:
            continue
        depth += -1 if match.group(1) and depth else 1
        if depth > MAX_DEPTH:
            return True
    return False


def html_to_text(html: str) -> str:
    """Give feed HTML, or what a feed calls so, as plain text: one line a paragraph, markup and scripts gone."""
    html = clean_text(html[:MAX_HTML])
    if "<" not in html:
        if "&" not in html:
            return squeeze(html)
        html = entities.unescape(html)
        if not _LIKE_HTML.search(html):
            return squeeze(clean_text(html))
    if too_deep(html) or oversized(html):
        return squeeze(clean_text(entities.unescape(_TAG.sub("\n", html))))
    return flatten(html)


def oversized(html: str) -> bool:
    """Say whether one tag is so long that an attribute parser would choke."""
    return len(html) > MAX_TAG and any(len(piece.partition(">")[0]) > MAX_TAG for piece in html.split("<"))


def squeeze(text: str) -> str:
    """Squeeze white space, keep paragraphs."""
    return "\n".join(line for line in (" ".join(part.split()) for part in text[:MAX_TEXT].splitlines()) if line)


_SWALLOWS = {name: re.compile(rf"<{name}\b[^<>]*>", re.IGNORECASE) for name in ("iframe", "object")}


def _close(html: str) -> str:
    """Take out what is opened and never closed and would take all the text behind it along."""
    for name, opening in _SWALLOWS.items():
        if f"<{name}" in html and f"</{name}" not in html:
            html = opening.sub("", html)
    return html


def flatten(html: str) -> str:
    """Read HTML into a tree and give its text."""
    try:
        root = etree.fromstring(f"<div>{_close(html)}</div>", etree.HTMLParser(no_network=True, remove_comments=True))
    except (etree.XMLSyntaxError, ValueError):
        root = None
    if root is None:
        return squeeze(clean_text(entities.unescape(_TAG.sub("\n", html))))
    etree.strip_elements(root, *SILENT, with_tail=False)
    for element in root.iter(*BLOCKS):
        element.text = f"{_MARK}{element.text or ''}"
        element.tail = f"{_MARK}{element.tail or ''}"
    parts = (" ".join(part.split()) for part in "".join(root.itertext()).split(_MARK))
    return clean_text("\n".join(part for part in parts if part))[:MAX_TEXT]
