"""The main text of a page: what its one article element holds in paragraphs, else what trafilatura finds."""

import re

from lxml import etree

from worker.decode import clean_text
from worker.extract.text import MAX_TEXT, SILENT, squeeze

ENOUGH = 120  # characters of text that make an article

_BODY = etree.XPath(
    "(//*[contains(@itemprop, 'articleBody')])[1]"
    " | //article[count(//article) = 1 and not(//*[contains(@itemprop, 'articleBody')])]"
)
_FURNITURE_CLASSES = ("share", "related", "meta", "tags", "comment", "advert", "newsletter", "author")
_FURNITURE = etree.XPath(
    ".//nav | .//aside | .//footer | .//form | .//figure | .//h1 | .//ul[.//a] | .//*["
    + " or ".join(f"contains(@class, '{name}')" for name in _FURNITURE_CLASSES)
    + "]"
)
_PARAGRAPHS = etree.XPath(".//p | .//h2 | .//h3 | .//h4 | .//blockquote[not(.//p)] | .//li[not(.//p)]")


def main_text(html: str, title: str) -> str:
    """Find the main text of a page: what its one article element holds in paragraphs, else by trafilatura.

    trafilatura (Barbaresi 2021, ACL Demos) is the better judge of pages that do not say where their article is.
    """
    text = _marked_text(html)
    if len(text) < ENOUGH:
        import trafilatura  # takes half a second to import, which only such pages should pay

        found = trafilatura.extract(html, include_comments=False, include_tables=False, with_metadata=False) or ""
        text = max(text, squeeze(clean_text(found)), key=len)
    first, _, rest = text.partition("\n")
    return _without_tail(rest if title and " ".join(first.split()) == title else text)


_TAIL = re.compile(
    r"\n(?:[إا]?قر[أا] (?:أيض|ايض|المزيد)|اقرأوا أيض|شاهد أيض|مواضيع ذات صلة|موضوعات (?:متعلقة|ذات صلة)|أخبار ذات صلة)"
    r"[^\n]{0,30}(?:\n|\Z)"
)


def _without_tail(text: str) -> str:
    """Cut what follows a "read also" line in the second half of a text: headlines of other articles."""
    match = _TAIL.search(text, len(text) // 2)
    return text[: match.start()] if match else text


def _marked_text(html: str) -> str:
    """Give the paragraphs of the one element that the page marks as its article; empty when it marks none."""
    root = etree.fromstring(html, etree.HTMLParser(no_network=True, remove_comments=True))
    bodies = _BODY(root) if root is not None else []
    if not bodies:
        return ""
    body = bodies[0]
    etree.strip_elements(body, *SILENT, with_tail=False)
    for element in _FURNITURE(body):
        if element.getparent() is not None and element is not body:
            element.getparent().remove(element)
    parts = (" ".join("".join(paragraph.itertext()).split()) for paragraph in _PARAGRAPHS(body))
    return clean_text("\n".join(part for part in parts if part))[:MAX_TEXT]
