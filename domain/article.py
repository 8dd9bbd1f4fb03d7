"""Entries, articles and the states that they go through.

An entry is what a feed says; an article is what we keep of it. Every entry that a feed serves ends in exactly one
counted outcome, and every article knows what its text is: the headline alone, the feed's summary, or the full text.
"""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.arabic import folded
from domain.dates import FIRST_SEEN, Dated, plausible
from domain.furniture import blanked


class Basis(StrEnum):
    """What was read of an article when something was decided about it."""

    HEADLINE = "headline"
    SUMMARY = "summary"
    FULL = "full"


class Outcome(StrEnum):
    """What became of an entry. `new` and `copy` are the rows added; `revised` is known and says something else."""

    NEW = "new"
    COPY = "copy"
    REVISED = "revised"
    SEEN = "seen"
    REJECTED = "rejected"


class PageState(StrEnum):
    """The page job of an article: `none` when the feed carried the full text."""

    NONE = "none"
    WAITING = "waiting"
    DONE = "done"
    FAILED = "failed"  # five attempts; asked for again daily for three days
    GIVEN_UP = "given_up"


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry as a feed served it, decoded but not yet judged.

    `content` and `summary` are HTML or plain text as served; `published_raw` is the date string as found.
    """

    id: str
    title: str
    link: str
    summary: str = ""
    content: str = ""
    published: datetime | None = None
    published_raw: str = ""
    author: str = ""
    section: str = ""
    flags: tuple[str, ...] = ()
    dated: Dated | None = None  # how `published` was read
    source: str = ""  # the outlet that an aggregator names, where the headline ended in it


@dataclass(frozen=True, slots=True)
class Text:
    """What the decisions read of an article: plain text, paragraphs split by newlines."""

    title: str
    body: str
    basis: Basis = Basis.FULL


def entry_key(scope: str, entry_id: str, link: str, text: str) -> str:
    """Give the fixed-size key of an entry, 32 hex digits. `scope` is its feed: two feeds may use the same ids.

    The entry's own id decides, and without one its link and text together: some feeds link all entries to their home
    page. Called without an id it also knows an entry again that comes under a new id.
    """
    source = f"{scope} id:{entry_id}" if entry_id else f"{scope} link:{link} text:{text}"
    return hashlib.blake2b(source.encode("utf-8", "replace"), digest_size=16).hexdigest()


# Fewer words than this in `content:encoded`, and no more than in the summary: an excerpt under another name.
EXCERPT_WORDS = 40
# A description without content is taken for the whole text from here on, unless it breaks off.
WHOLE_WORDS = 120
_BREAKS_OFF = ("...", "…", "[…]", "[...]", "اقرأ المزيد", "المزيد", "للمزيد")


def text_basis(summary: str, content: str) -> tuple[str, Basis]:
    """Choose the body among a feed's plain-text summary and content, and say how much of the article it is.

    `content` (content:encoded and its like) is the full text unless it is as short as the summary or breaks off;
    a summary alone is the full text only where it is long and does not break off.
    """
    broken = content.rstrip().endswith(_BREAKS_OFF)
    words = len(content.split())
    if content and not broken and (words >= EXCERPT_WORDS or words > len(summary.split())):
        return content, Basis.FULL
    body = content if words > len(summary.split()) else summary
    if not body:
        return "", Basis.HEADLINE
    whole = len(body.split()) >= WHOLE_WORDS and not body.rstrip().endswith(_BREAKS_OFF)
    return body, Basis.FULL if whole else Basis.SUMMARY


def first_line(text: str) -> str:
    """Give what stands for the headline of a text that has none: its first line, at most 100 characters of it."""
    return text[:100].split("\n")[0]


def event_time(published: datetime | None, first_seen: datetime) -> datetime:
    """Give the time that orders articles: the publication time when plausible, else the time of first sight.

    Plausible is from 1990 to one day after we saw it: outlets publish a little ahead of their clocks, never a year.
    """
    return min(published, first_seen) if published and plausible(published, first_seen) else first_seen


@dataclass(frozen=True, slots=True)
class Draft:
    """An article about to be stored: everything that is known before the database is asked.

    `text_status` is empty for a full text, else it names why the text is not the full one. `may_alert` is false for
    what a first poll, a backfill or an import brings: old news alerts nobody.
    """

    key: str
    title: str
    body: str
    basis: Basis
    outlet: str
    event_at: datetime
    first_seen: datetime
    url: str = ""
    text_status: str = ""
    author: str = ""
    section: str = ""
    language: str = ""
    published: datetime | None = None
    published_raw: str = ""
    date_method: str = FIRST_SEEN
    date_confidence: float = 0.0
    dated: Dated | None = None  # what the outlet wrote, as it was read
    may_alert: bool = False
    text_key: str = ""  # the key that the entry would have without an id of its own
    may_fetch: bool = True  # an archive's pages are not asked for
    served: int = 0  # keys of what the entry says, by which a change is found (`domain.revisions`)
    said: int = 0
    link_key: int = 0
    flags: tuple[str, ...] = ()
    canonical: str = ""  # the address that identifies the article: `domain.address`
    image: str = ""
    own: tuple[int, int] | None = None  # where the part of the body is that is its own; None: the whole
    mask: int = 0  # the version of the outlet's mask that cut it
    source: str = "web"  # or `telegram`

    @property
    def text(self) -> Text:
        """Give what the decisions read: headline, and the part of the body that is the article's own."""
        body = self.body if self.own is None else blanked(self.body, *self.own)
        return Text(self.title, body, self.basis)

    @property
    def wants_page(self) -> bool:
        """Say whether the page should be fetched for the full text."""
        return self.may_fetch and self.basis is not Basis.FULL and self.url.startswith(("http://", "https://"))


# Of the words that one tells of an article, this share must stand in the other.
SAME_ARTICLE = 0.4


def is_same_article(told: str, other: str) -> bool:
    """Say whether a text is of the article that was told of: it holds enough of the words told."""
    words = set(folded(told))
    return not words or len(words & set(folded(other))) >= SAME_ARTICLE * len(words)


def is_seen_twice(draft: Draft, others: Iterable[Text]) -> bool:
    """Say whether an article is one of `others`, which other feeds of its outlet brought under the same address.

    The shorter of two texts must be told in the longer one: an outlet that links all its bulletins to one page means
    another text each time.
    """
    here = f"{draft.title} {draft.body}"
    return any(is_same_article(*sorted((here, f"{text.title} {text.body}"), key=len)) for text in others)


_CONTROLS = re.compile("[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2028\u2029\u2066-\u2069]+")
HEADLINE_MOST = 200


def visible(text: str) -> str:
    """Give a text for one line of a screen: without control characters and marks that turn the direction around it."""
    return _CONTROLS.sub(" ", text).strip()


def split_headline(text: str) -> tuple[str, str]:
    """Split a plain text into headline and body: a first line of at most 200 characters that more text follows."""
    first, _, rest = text.strip().partition("\n")
    if rest.strip() and len(first.strip()) <= HEADLINE_MOST:
        return first.strip(), rest.strip()
    return "", text.strip()
