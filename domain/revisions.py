"""Changes: what counts as one, and when an article that changes at every visit is let be.

An outlet that corrects an article makes a revision of it. What a machine writes into a page anew at each visit (a
counter, "two hours ago", the list of what is read most) does not: known forms of it are left out of the comparison,
what all entries of a feed gained at once is the feed's furniture, and an article that goes on flipping is frozen.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from domain.arabic import STOPWORDS, folded
from domain.article import Basis, Entry, Text
from domain.difference import ADDED, REMOVED, SAME, difference

KEPT = 20  # revisions of an article that are kept: its first text, and the latest
LIMIT = 50  # revisions of an article in its life
FLIPS = 4  # edits at visits running, after which the next one is no news
RESTLESS = 12  # edits of the text alone, at whatever visits
GROWTH, GROWTH_LEAST = 0.02, 20  # by what share, and by how many words at least, a text grows that has news
CONTAINED = 0.9  # of a summary's words stand in the full text that it is taken from
RELATED = 0.6  # of the words of the shorter text that two versions of one article share under a new id
UNRELATED = 0.3  # fewer are another article under an id used again
SERIAL_WORDS = 40  # a programme's notice may be the same every day; so long a text is not
FURNITURE = 3  # entries of one visit that gained or lost the same words

_BASES = list(Basis)
_COUNTED = "(?:مشاهدة|مشاهدات|المشاهدات|قراءة|قراءات|القراءات|تعليق|تعليقات|التعليقات|مشاركة|مشاركات|المشاركات"
_COUNTED += "|زيارة|زيارات|الزيارات|إعجاب|إعجابات|views?|reads?|comments?|shares?|likes?)"
_NUMBER = "[\\d.,٫٬]+ ?(?:ألف|مليون|k|m)?"
_COUNTER_LINE = re.compile(
    f"(?:عدد )?{_COUNTED} ?[:(]? ?{_NUMBER}\\)?|{_NUMBER} {_COUNTED}"
    "|(?:منذ|قبل) .{1,30}|(?:آخر|اخر) تحديث.{0,60}|(?:تم|جرى) (?:التحديث|تحديث).{0,60}|last updated.{0,60}",
    re.IGNORECASE,
)
_COUNTER = re.compile(f"(?:عدد )?{_COUNTED} ?: ?\\(?{_NUMBER}\\)?", re.IGNORECASE)
_ADDRESS = re.compile(r"(https?://[^\s?#]+)[?#]\S*")
_TRACKING = re.compile(r"utm_\w+|at_\w+|fbclid|gclid|dclid|msclkid|yclid|igshid|mc_[ce]id|cmpid|ocid|_ga|rss|from_rss")


class Frozen(StrEnum):
    """Why no more revisions of an article are made."""

    FLIPS = "flips"  # it changed at every visit, or many times without news
    RETURNS = "returns"  # it goes to and fro between texts
    LIMIT = "limit"  # it has had 50


def _hash(*parts: str) -> int:
    digest = hashlib.blake2b("\0".join(parts).encode("utf-8", "replace"), digest_size=8).digest()
    return int.from_bytes(digest, signed=True) or 1  # 0 stands for unknown


def served_key(entry: Entry) -> int:
    """Give the key (signed, 64 bits) of what an entry says as it stands, its date and link left out: cheap."""
    return _hash(entry.title, entry.summary, entry.content)


def link_key(scope: str, link: str) -> int:
    """Give the key of the link of a feed's entry, tracking left out; 0 for no link and for a home page."""
    link = plain_link(link)
    _, _, rest = link.partition("://")
    _, _, path = rest.partition("/")
    return _hash(scope, link) if path or "?" in rest else 0


def plain_link(link: str) -> str:
    """Give an address without fragment and without the parameters that only say where a reader came from."""
    try:
        parts = urlsplit(link)
        asked = parse_qsl(parts.query, keep_blank_values=True)
    except ValueError:
        return link
    query = urlencode([(name, value) for name, value in asked if not _TRACKING.fullmatch(name.lower())])
    return urlunsplit((*parts[:3], query, ""))


def essence(body: str) -> list[str]:
    """Give the words of a body that count: folded, without counters, times of update and tracking parameters."""
    lines = (line.strip() for line in _ADDRESS.sub(r"\1", body).split("\n"))
    told = "\n".join(line for line in lines if len(line) > 100 or not _COUNTER_LINE.fullmatch(line))
    return folded(_COUNTER.sub(" ", told))


def content_key(text: Text) -> int:
    """Give the key of what a title and a body say: the same for texts that differ in nothing that counts."""
    return _hash(" ".join(folded(text.title)), " ".join(essence(text.body)))


@dataclass(frozen=True, slots=True)
class Change:
    """What of an article is another: its headline, its text. `text` is the one that it has from now on."""

    title: bool
    body: bool
    text: Text

    def __bool__(self) -> bool:
        """Say whether anything is."""
        return self.title or self.body

    @property
    def parts(self) -> tuple[str, ...]:
        """Name what is another."""
        return ("title",) * self.title + ("text",) * self.body


def compare(old: Text, new: Text) -> Change:
    """Say what of an article is changed by what its feed or page says now.

    A text of lower basis (a summary beside the full text) takes no place: then only the headlines are compared.
    """
    title = bool(new.title) and folded(old.title) != folded(new.title)
    held = _BASES.index(new.basis) < _BASES.index(old.basis) or not new.body
    body = not held and essence(old.body) != essence(new.body)
    kept = old if not body else new
    return Change(title, body, Text(new.title if title else old.title, kept.body, kept.basis))


def is_told_in(summary: str, full: str) -> bool:
    """Say whether a full text holds the words of a summary: then the summary tells of no change of it."""
    words = set(essence(summary))
    return len(words & set(essence(full))) >= CONTAINED * len(words)


def share(one: Text, other: Text) -> float:
    """Give how many of the telling words of the shorter text stand in the longer one, from 0 to 1."""
    a, b = ({*folded(text.title), *essence(text.body)} - STOPWORDS for text in (one, other))
    return len(a & b) / (min(len(a), len(b)) or 1)


def without_furniture(changes: Mapping[int, tuple[Text, Text]]) -> set[int]:
    """Give the keys of those changes (before, after) that are more than what their feed did to all of its entries.

    Words that three entries of one visit gained or lost alike are furniture: a new closing line, a list of what is
    read most. A changed headline always counts.
    """
    if len(changes) < FURNITURE:
        return set(changes)
    edits = {key: _edits(old.body, new.body) for key, (old, new) in changes.items()}
    common = {edit for edit, number in Counter(e for es in edits.values() for e in es).items() if number >= FURNITURE}
    headlines = {key for key, (old, new) in changes.items() if folded(old.title) != folded(new.title)}
    return headlines | {key for key, each in edits.items() if each - common}


def _edits(old: str, new: str) -> set[tuple[str, str]]:
    runs = [(run.kind, " ".join(folded(run.text))) for run in difference(old, new) if run.kind != SAME]
    return {(kind, words) for kind, words in runs if words and kind in (ADDED, REMOVED)}


@dataclass(frozen=True, slots=True)
class Past:
    """What an article went through: its revisions in number, and of those that are kept what follows.

    `streak` edits came at visits running, the latest at the visit before this one (else it is 0); `edits` of the text
    alone brought no news; `returned`: it once took an earlier text again; `contents` and `titles` it had, and the
    number of words of the `longest` text.
    """

    number: int = 0
    streak: int = 0
    edits: int = 0
    returned: bool = False
    contents: frozenset[int] = frozenset()
    titles: frozenset[str] = frozenset()
    longest: int = 0
    frozen: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What becomes of a change: a revision, or none, and then why the article is `frozen`."""

    revise: bool
    frozen: str = ""
    streak: int = 0
    edit: bool = False  # of the text, without news in it
    returned: bool = False


def judge(past: Past, change: Change) -> Verdict:
    """Decide whether a change becomes a revision.

    It does until the article flips: the fifth edit at visits running, the thirteenth without news, or the second return
    to a text that it had. A frozen article is revised for a headline that it never had (other numbers in it do not make
    one) and for a text that grew; for nothing after 50 revisions.
    """
    if past.number >= LIMIT:
        return Verdict(False, Frozen.LIMIT)
    grown = len(change.text.body.split()) >= past.longest + max(GROWTH_LEAST, GROWTH * past.longest)
    if grown and change.body:
        return Verdict(True)
    streak, edit = past.streak + 1, not change.title
    back = content_key(change.text) in past.contents
    fresh_title = change.title and bare_title(change.text.title) not in past.titles
    if past.frozen:
        return Verdict(fresh_title, past.frozen, streak)
    if back and past.returned:
        return Verdict(False, Frozen.RETURNS)
    if streak > FLIPS or (edit and past.edits >= RESTLESS):
        return Verdict(fresh_title, Frozen.FLIPS, streak)
    return Verdict(True, "", streak, edit, back)


def bare_title(title: str) -> str:
    """Give a headline without its numbers."""
    return " ".join(word for word in folded(title) if not any(letter.isdigit() for letter in word))


def kept_numbers(numbers: Sequence[int]) -> Iterable[int]:
    """Give those revisions, by number in their order, that are not kept: all but the first and the latest."""
    return numbers[1 : len(numbers) - KEPT + 1] if len(numbers) > KEPT else ()
