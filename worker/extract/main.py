"""The main text of a page.

what the page marks as the article's body | what it names so | its one article | what trafilatura finds
less menus, teasers, captions and link lists by their names and by their share of links
less headline, dates and "read also" around it (`worker.extract.tidy`)
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from lxml import etree

from worker.decode import clean_text
from worker.extract.text import BLOCKS, MAX_TEXT, SILENT, squeeze
from worker.extract.tidy import tidy

ENOUGH = 120  # characters of text that make an article
_NEARLY = 0.85
_LEAST_WORDS = 12  # of one paragraph of a body; less is a heading or a caption

_MARKED = etree.XPath("//*[contains(@itemprop, 'articleBody')]")
_ARTICLES = etree.XPath("//article")
_CALLED = etree.XPath("//div[@class or @id] | //section[@class or @id] | //main[@class or @id] | //span[@itemprop]")
# What publishing systems call the element that holds the text and nothing else.
_KINDS = r"(?:^|[\s_-])(?:(?:main-)?(?:article|story|news|post|entry|node|detail|details|item|single|page)-?"
_BODY_NAME = re.compile(
    rf"{_KINDS}(?:body|content|text|cont)|field-name-body|content-(?:rules|body|text|inner)|text-content"
    r"|paragraph-list|rich-?text|wysiwyg\S*)(?:$|[\s_-])",
    re.IGNORECASE,
)
_WIDER_NAME = re.compile(
    rf"{_KINDS}(?:desc|description|details|main|area|wrap|wrapper|inner))(?:$|[\s_-])", re.IGNORECASE
)
_FURNITURE_NAME = re.compile(
    r"(?:^|[\s_-])(?:share|sharing|shares|social\w*|addthis\w*|related\w*|relation|meta|metadata|tags?|tagcloud|keywords?"
    r"|comments?|disqus|fb-comments|adverti\w*|advert|ads?|adsbygoogle|banner|sponsor\w*|newsletter|subscri\w*|follow"
    r"|author\w*|byline|writer|breadcrumbs?|mostread|most-read|most-viewed|latest|trending|popular|recommend\w*|teasers?"
    r"|widget|promo\w*|read-?(?:also|more|next)|readalso|see-also|nav\w*|menu|sidebar|footer|captions?|wp-caption\w*"
    r"|copyright\w*|print|toolbar|tools|pager|pagination|next-prev|rating|poll|hidden|visually-hidden|sr-only|skip-link"
    r"|date|time|timestamp|publish-date|created|app-download|disclaimer)(?:$|[\s_-])",
    re.IGNORECASE,
)
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_FURNITURE_TAGS = frozenset(
    ("nav", "aside", "footer", "form", "figure", "figcaption", "h1", "audio", "video", "dialog")
)
_LISTS = frozenset(("ul", "ol", "table", "div", "section", "p", "h2", "h3", "h4", "h5"))
_LINK_SHARE = 0.6  # of the letters of a block of links
_MOST_FURNITURE = 0.5  # of a body's text: what holds more is not furniture, whatever its name
_MARK = "\u2029"  # stands for the end of a paragraph while a tree is flattened


def main_text(html: str, title: str) -> str:
    """Find the main text of a page, one line a paragraph; empty where there is none.

    Where a page does not say where its article is, trafilatura (Barbaresi 2021, ACL Demos) is the better judge.
    """
    root = etree.fromstring(html, etree.HTMLParser(no_network=True, remove_comments=True))
    if root is None:
        return ""
    etree.strip_elements(root, *SILENT, with_tail=False)
    for text in _by_structure(root):
        if len(text := tidy(text, title)) >= ENOUGH:
            return text
    import trafilatura  # takes half a second to import, which only such pages should pay

    found = trafilatura.extract(html, include_comments=False, include_tables=False, with_metadata=False) or ""
    return tidy(squeeze(clean_text(found)), title)


def _by_structure(root: Any) -> Iterator[str]:
    """Give what may be the text, by what the page says of its structure, the surest first."""
    sizes = _sentences(root)
    yield _flat(max(_MARKED(root), key=lambda element: sizes[element], default=None))
    yield _flat(_named(root, _BODY_NAME, sizes))
    yield _paragraphs(_named(root, _WIDER_NAME, sizes))
    articles = _ARTICLES(root)
    yield _paragraphs(articles[0] if len(articles) == 1 else None)


def _named(root: Any, names: re.Pattern[str], sizes: dict[Any, int]) -> Any:
    """Give the innermost element that is called so and holds nearly all that such elements hold; None of none."""
    named = [element for element in _CALLED(root) if names.search(_name(element))]
    most = max((sizes.get(element, 0) for element in named), default=0)
    whole = [element for element in named if sizes.get(element, 0) >= _NEARLY * most]
    return whole[-1] if most else None  # in the order of the document the innermost of nested ones comes last


def _name(element: Any) -> str:
    """Give what an element is called by its class and id, CamelCase split."""
    name = f"{element.get('class') or ''} {element.get('id') or ''}"
    return _CAMEL.sub("-", name[:500]).replace("_", "-")


def _sentences(root: Any) -> dict[Any, int]:
    """Count for every element the letters in it that stand in pieces as long as sentences, links left out."""
    sizes: dict[Any, int] = {}
    for _, element in etree.iterwalk(root, events=("end",)):
        own = _letters_of(element.text) if element.tag != "a" else 0
        sizes[element] = own + sum(sizes.get(child, 0) + _letters_of(child.tail) for child in element)
    return sizes


def _letters_of(piece: str | None) -> int:
    return len(piece) if piece and len(piece.split()) >= _LEAST_WORDS else 0


def _flat(body: Any) -> str:
    """Give all text of an element less its furniture; every block and every line break ends a paragraph."""
    if body is None:
        return ""
    _drop_furniture(body)
    for element in body.iter(*BLOCKS):
        element.text = f"{_MARK}{element.text or ''}"
        if element is not body:
            element.tail = f"{_MARK}{element.tail or ''}"
    parts = (" ".join(part.split()) for part in "".join(body.itertext()).split(_MARK))
    return clean_text("\n".join(part for part in parts if part))[:MAX_TEXT]


_PARAGRAPHS = etree.XPath(".//p | .//h2 | .//h3 | .//h4 | .//blockquote[not(.//p)] | .//li[not(.//p)]")


def _paragraphs(body: Any) -> str:
    """Give the paragraphs of an element less its furniture: an article element holds much beside its text."""
    if body is None:
        return ""
    _drop_furniture(body)
    for line_break in body.iter("br"):
        line_break.tail = f"{_MARK}{line_break.tail or ''}"
    found = (part for paragraph in _PARAGRAPHS(body) for part in "".join(paragraph.itertext()).split(_MARK))
    lines = (" ".join(part.split()) for part in found)
    return clean_text("\n".join(line for line in lines if line))[:MAX_TEXT]


def _drop_furniture(body: Any) -> None:
    """Take out of an element what is furniture by its tag, by its name or by its links."""
    blocks = _blocks(body)
    most = _MOST_FURNITURE * blocks[body].letters
    for element in list(body.iterdescendants()):
        if not isinstance(element.tag, str) or blocks[element].letters > most:
            continue
        parent = element.getparent()
        if parent is not None and (_is_named_furniture(element) or _is_links(element.tag, blocks[element])):
            _remove(parent, element)


def _is_named_furniture(element: Any) -> bool:
    """Say whether an element is furniture by its tag or name; a paragraph that is a sentence never is by its name."""
    if element.tag in _FURNITURE_TAGS:
        return True
    if not _FURNITURE_NAME.search(_name(element)):
        return False
    return not (element.tag == "p" and _is_sentence("".join(element.itertext())))


def _is_sentence(text: str) -> bool:
    return text.rstrip().endswith((".", "؟", "!", "»", '"')) and len(text.split()) >= _LEAST_WORDS


@dataclass(frozen=True, slots=True)
class _Block:
    """How many letters an element holds, how many of them in links, and how many links."""

    letters: int
    linked: int
    links: int


def _is_links(tag: str, block: _Block) -> bool:
    """Say whether a block is a list of links, or one headline that leads away."""
    if tag not in _LISTS or not block.letters or block.linked < _LINK_SHARE * block.letters:
        return False
    return tag not in ("p", "div") or block.links > 1


def _blocks(body: Any) -> dict[Any, _Block]:
    """Measure an element and all in it, in one walk."""
    found: dict[Any, _Block] = {}
    for _, element in etree.iterwalk(body, events=("end",)):
        inside = [found[child] for child in element if child in found]
        own = len((element.text or "").strip()) + sum(len((child.tail or "").strip()) for child in element)
        letters = own + sum(block.letters for block in inside)
        is_link = element.tag == "a"
        linked = letters if is_link else sum(block.linked for block in inside)
        found[element] = _Block(letters, linked, is_link + sum(block.links for block in inside))
    return found


def _remove(parent: Any, element: Any) -> None:
    """Take an element out and leave the text that follows it."""
    tail, before = f"{_MARK}{element.tail or ''}", element.getprevious()
    if before is not None:
        before.tail = f"{before.tail or ''}{tail}"
    else:
        parent.text = f"{parent.text or ''}{tail}"
    parent.remove(element)
