"""Reads what was given as a reference: how much of it, and which of its stories."""

from collections.abc import Sequence
from dataclasses import dataclass

from domain.arabic import STOPWORDS, folded, spans
from domain.article import Text, split_headline
from domain.background import Background, shipped_background
from domain.errors import BadInput, BadReference, WhichStory
from domain.topics.parts import MARK, Part, about, split

MOST_LETTERS = 50_000  # of one reference; a longer one is a book or a dump
MOST_REFERENCES = 500  # of one topic; their mean hardly moves by more
_MOST_TITLE = 1_000  # letters
_ARABIC = 0.5  # of an article's words at least
_NUMBERS, _LITTLE = 0.15, 0.1  # so many numbers and so few particles: a table of prices or of results
_FEWEST_WORDS = 8  # that tell something
_FEW_WORDS = 25  # of which one learns little


@dataclass(frozen=True, slots=True)
class Read:
    """A reference as it is learned from: `letters` of `given` were read.

    `part` is the number of the story that it is, from 1, of `parts`; 0 where it is the whole text.
    """

    text: Text
    letters: int
    given: int
    part: int = 0
    parts: tuple[str, ...] = ()

    @property
    def kind(self) -> str:
        """Name what somebody should know first of how it was read: `cut`, `story`, `short`, or nothing."""
        return "cut" if self.letters < self.given else "story" if self.part else "short" if self.short else ""

    @property
    def short(self) -> bool:
        """Say whether there are so few words that a longer text would teach more."""
        return len(f"{self.text.title} {self.text.body}".split()) < _FEW_WORDS


def read_reference(name: str, text: Text, part: int | None = None, background: Background | None = None) -> Read:
    """Read a reference for a topic called `name`.

    `part` is the number of the story that is meant, from 1, or 0 for the whole text. Without it a text of one story
    is taken whole, and of a roundup the story that the name is about. Raises WhichStory where that is not clear,
    BadInput for a part that is not there, BadReference for a text that nothing can be learned from.
    """
    background = background or shipped_background()
    given = len(text.title) + len(text.body)
    whole = cut(text)
    letters = len(whole.title) + len(whole.body)
    check(whole, background)
    if part == 0:
        return Read(whole, letters, given)
    found = split(whole, background)
    if part is not None and not 0 < part <= len(found.parts):
        raise BadInput(f"there is no part {part}: the reference has {len(found.parts)}")
    if part is None and not found.roundup:
        return Read(whole, letters, given)
    number = part or _meant(name, whole, found.parts, background)
    lines = tuple(other.line for other in found.parts)
    if number is None:
        raise WhichStory(lines)
    if number == 0:
        return Read(whole, letters, given)
    chosen = story(whole, found.parts[number - 1])
    check(chosen, background)
    return Read(chosen, letters, given, number, lines)


def cut(text: Text) -> Text:
    """Give what is read of a text that may be too long, cut after a word."""
    head = text.body[:MOST_LETTERS]
    if len(text.body) > MOST_LETTERS:
        head = head[: max(head.rfind(" "), head.rfind("\n"), MOST_LETTERS - 100)].rstrip()
    return Text(text.title[:_MOST_TITLE], head, text.basis)


def check_number(number: int) -> None:
    """Raise BadReference for no reference, or too many."""
    if not number:
        raise BadReference("a topic needs a reference article: give one", "many")
    if number > MOST_REFERENCES:
        raise BadReference(
            f"a topic takes at most {MOST_REFERENCES} reference articles, not {number}: give the best ones, and judge "
            "stored articles by `marsad topics verdict`, which has no limit",
            "many",
        )


def _meant(name: str, text: Text, parts: Sequence[Part], background: Background) -> int | None:
    """Give the number of the story that the name is about, 0 where most of the text is, None where it is not clear."""
    places = about(name, text, parts, background)
    words = [len(text.body[part.start : part.end].split()) for part in parts]
    if 2 * sum(words[place] for place in places) > sum(words):
        return 0
    return places[0] + 1 if len(places) == 1 else None


def story(text: Text, part: Part) -> Text:
    """Give a story as a text of its own, its heading as the title."""
    headline, body = split_headline(MARK.sub("", text.body[part.start : part.end].strip(), count=1))
    return Text(headline, body, text.basis)


def check(text: Text, background: Background | None = None) -> None:
    """Raise BadReference for a text without enough Arabic words that tell something."""
    background = background or shipped_background()
    whole = f"{text.title}\n{text.body}"
    words = [whole[start:end] for start, end in spans(whole)]
    if not words:
        raise BadReference("the reference is empty: give an Arabic article, or a few sentences of one", "empty")
    numbers = sum(word[0].isdigit() for word in words)
    arabic = sum("\u0620" <= word[0] <= "\u06ff" and not word[0].isdigit() for word in words)
    if arabic < _ARABIC * (len(words) - numbers):
        raise BadReference("the reference is not Arabic: most of its words are in other letters", "foreign")
    little = sum(word in STOPWORDS for word in folded(whole))
    if arabic < _ARABIC * len(words) or (numbers > _NUMBERS * len(words) and little < _LITTLE * len(words)):
        raise BadReference("the reference is a table, not prose: give an article that tells what happened", "table")
    stems = {*background.stems(text.title), *background.stems(text.body)}
    telling = sum(not stem.isascii() and background.weight(stem) > 0 for stem in stems)
    if telling < _FEWEST_WORDS:
        raise BadReference(
            f"the reference has {telling} words that tell what it is about and needs {_FEWEST_WORDS}: "
            "give the article's text, not its headline alone"
        )
