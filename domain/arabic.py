"""Arabic text as words: the folded form, the places of the words, and stems.

A stem is a folded word less its clitics and one or two endings. Both are cut by counts, not by pattern alone: a
clitic goes only where the rest is a word that articles use about as often, and where the whole is not seen with
clitics that could not stand before it (a word that takes the article is a noun of its own: الوزير shows that the و of
وزير is a letter of it). The manner is that of light stemming (Larkey, Ballesteros, Connell: "Light stemming for Arabic
information retrieval", 2007), the checks against a lexicon are ours.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from functools import lru_cache

from domain.lexicon import VERSION as LEXICON_VERSION
from domain.lexicon import shipped
from domain.stopwords import STOPWORDS

__all__ = [
    "LEXICON_VERSION",
    "STOPWORDS",
    "Analyser",
    "display",
    "fold",
    "folded",
    "shipped_analyser",
    "spans",
    "stems",
]

_MARKS = "\u0300-\u036f\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed\u08d3-\u08ff"
_INVISIBLE = "\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufe00-\ufe0f\ufeff"
_WORD = re.compile(f"\\w+(?:[{_MARKS}{_INVISIBLE}]+\\w+)*[{_MARKS}]*")
_CAREFUL_WORD = re.compile(f"[^\\W_ـ][^\\W_]*(?:[{_MARKS}{_INVISIBLE}]+[^\\W_]+)*[{_MARKS}]*")
_DROP = re.compile(f"[{_MARKS}{_INVISIBLE}ـ]+")
_TASHKEEL = re.compile("[\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e4\u06e7\u06e8\u06ea-\u06edـ]+")
_LETTERS = (("أ", "ا"), ("إ", "ا"), ("آ", "ا"), ("ى", "ي"), ("ة", "ه"), ("ؤ", "ء"), ("ئ", "ء"))
_RARE = re.compile("[ٱیېےکگپچڤژہھەۀە\u0660-\u0669\u06f0-\u06f9]")
_RARE_LETTERS = {
    **dict(zip("ٱیېےکگپچڤژہھەۀ", "ايييككبجفزهههه", strict=True)),
    **{chr(start + digit): str(digit) for start in (0x660, 0x6F0) for digit in range(10)},
}
_MEMO_WORDS = 50_000  # a day of news holds some ten thousand spellings, a year half a million
_MEMO_LENGTH = 40


def fold(text: str) -> str:
    """Give the form for matching: no marks, tatweel or invisible characters, one letter for each family of letters.

    Presentation forms are resolved (Unicode NFKC), digits become ASCII, Latin letters lower case. Folding twice
    changes nothing.
    """
    while (once := _fold_once(text)) != text:
        text = once
    return text


def _fold_once(text: str) -> str:
    """Fold once: enough for all but strange sequences, in which what is dropped joins what is left."""
    text = _DROP.sub("", text)
    if not unicodedata.is_normalized("NFKC", text):
        text = _DROP.sub("", unicodedata.normalize("NFKC", text))
    for letter, plain in _LETTERS:
        text = text.replace(letter, plain)
    if _RARE.search(text):
        text = _RARE.sub(lambda found: _RARE_LETTERS[found[0]], text)
    return text.lower()


def display(text: str) -> str:
    """Give the text less its tashkeel and tatweel: the form for reading and for vectors."""
    return _TASHKEEL.sub("", text)


def _pattern(text: str) -> re.Pattern[str]:
    """Give the pattern of a word: the faster one where no underscore joins words and no tatweel stands for a dash."""
    return _CAREFUL_WORD if "_" in text or "ـ" in text else _WORD


def spans(text: str) -> list[tuple[int, int]]:
    """Give start and end of each word in the untouched text, with the marks and invisible characters inside it."""
    return [found.span() for found in _pattern(text).finditer(text)]


class _Memo(dict[str, str]):
    """Remembers what a function of one word gave: the words of late, in two generations of a bounded size."""

    def __init__(self, make: Callable[[str], str]) -> None:
        super().__init__()
        self._make = make
        self._older: dict[str, str] = {}

    def __missing__(self, word: str) -> str:
        made = self._older.get(word) or self._make(word)
        if len(word) <= _MEMO_LENGTH:
            if len(self) >= _MEMO_WORDS:
                self._older = dict(self)
                self.clear()
            self[word] = made
        return made


def _fold_word(word: str) -> str:
    """Fold one word; a ligature that stands for several words stays one."""
    return "".join(fold(word).split())


_folded = _Memo(_fold_word)


def folded(text: str) -> list[str]:
    """Give the folded words, one for each of `spans`."""
    return list(map(_folded.__getitem__, _pattern(text).findall(text)))


# For each clitic what could not stand before it: a word seen with one of these owns the letter.
_ARTICLES = ("ال", "لل", "بال", "وال")
_NEVER_BEFORE = {
    "و": (*_ARTICLES, "ب", "ل", "و", "ك"),
    "ف": (*_ARTICLES, "ب", "ل", "و", "ك"),
    "ب": (*_ARTICLES, "ب", "ل"),
    "ك": (*_ARTICLES, "ب", "ل"),
    "ل": (*_ARTICLES, "ب"),
    "س": (*_ARTICLES, "ب", "ل", "س"),
    "ال": ("ال", "لل", "ل"),
}
_CONJUNCTIONS = ("و", "ف")
_PARTICLES = ("ب", "ك", "ل", "س")
_SHARE_OF_WHOLE = {"و": 0.35, "ب": 0.35, "ل": 0.35, "ف": 1.0, "ك": 1.0, "س": 1.0}  # the rest is used so often at least
_SHARE_OF_PROOF = 0.12  # what proves the clitic a letter stays below this share of the whole
_RARE_WORD = 20  # articles
_SHARE_BARE = 0.002  # a noun known by its article is rarely written without
_SHARE_WITH_LAM = 0.02  # or after لل, which proves the article
_ENDINGS = (
    *("اتها", "اتهم", "اته", "يات", "يين", "يون", "تين", "تان", "هما", "يه", "يا", "ها", "هم", "نا", "ات", "ان", "ون"),
    *("ين", "وا", "ه", "ي", "ا", "ت"),
)
_SECOND_ENDINGS = ("يه", "ه", "ي", "ا", "ت")  # what may stand before the last ending
_SISTERS = ("", "ه", "ي", "يه", "ات")
_SHARE_OF_ENDING = {"ان": 0.5, "ين": 0.3, "ون": 0.2, "نا": 0.3, "ت": 0.2, "ا": 0.1, "تين": 0.1, "تان": 0.1}
_G = re.compile("[جغ]")
_FOREIGN_LENGTH = 6  # shorter words with one letter changed are other words
_SHARE_OF_SPELLING = 3
_SPELLINGS = {  # one spelling for stems that outlets write in several ways
    **dict.fromkeys(("اميرك", "امريكان", "اميركان"), "امريك"),
    **dict.fromkeys(("جونج", "يونغ", "يونج"), "جونغ"),
    **dict.fromkeys(("بيونج", "بيونجيانج", "بيونغيانغ", "بيونغيانج", "بيونجيانغ"), "بيونغ"),
    **{"نتانياهو": "نتنياهو", "جوجل": "غوغل", "قوقل": "غوغل", "يانج": "يانغ", "هونج": "هونغ", "كونج": "كونغ"},
    **{"واشنجطن": "واشنطن", "انجلترا": "انكلترا", "انجليز": "انكليز", "بريكسيت": "بريكست", "يورجن": "يورغن"},
    **{"جوتيريش": "غوتيريش", "غوتيريس": "غوتيريش", "جوتيريس": "غوتيريش", "اردوجان": "اردوغان", "هيلي": "هايلي"},
}


class Analyser:
    """Stems by the counts of one lexicon: `words` maps a folded word to the number of articles that hold it."""

    def __init__(self, words: Mapping[str, int]) -> None:
        self._counts = words
        self._stems = _Memo(self.stem)

    def stems(self, text: str) -> list[str]:
        """Give the stems, one for each of `spans`."""
        return list(map(self._stems.__getitem__, _pattern(text).findall(text)))

    def stem(self, word: str) -> str:
        """Give the stem of one word, folded or not."""
        word = _fold_word(word)
        if word in STOPWORDS or word.isascii():
            return word
        stem = self.cut_endings(self.cut_clitics(word))
        return _SPELLINGS.get(stem) or self._usual_spelling(stem)

    def _usual_spelling(self, stem: str) -> str:
        """Write the g of a foreign name, ج or غ or ق by country, as most articles do: باراجواي as باراغواي."""
        if len(stem) < _FOREIGN_LENGTH or not _G.search(stem):
            return stem
        most, best = _SHARE_OF_SPELLING * self._count(stem), stem
        for letter in "غج":
            if (other := _G.sub(letter, stem)) != stem and self._count(other) > max(most, 2):
                most, best = self._count(other), other
        return best

    def cut_clitics(self, word: str) -> str:
        """Strip from a folded word the clitics that stand before it, outermost first."""
        for clitic in _CONJUNCTIONS:
            if word.startswith(clitic) and self._is_clitic(clitic, word):
                word = word[1:]
                break
        if word.startswith("لل"):
            return self._cut_double_lam(word)
        for clitic in _PARTICLES:
            if word.startswith(clitic) and self._is_clitic(clitic, word):
                word = word[1:]
                break
        return word[2:] if word.startswith("ال") and self._is_article(word) else word

    def _is_clitic(self, clitic: str, word: str) -> bool:
        """Tell whether the word is a conjunction or particle and a known word."""
        rest = word[1:]
        if len(rest) < 3 or (clitic == "س" and rest[0] not in "يتنا"):
            return False
        whole = self._count(word)
        if self._proof(clitic, word) > max(1.0, _SHARE_OF_PROOF * whole):
            return False
        return self._known(rest, whole) >= max(1.0, _SHARE_OF_WHOLE[clitic] * whole)

    def _is_article(self, word: str) -> bool:
        """Tell whether a word in ال is the article and a noun: المانيا and التزام are not."""
        rest = word[2:]
        whole = self._count(word)
        if len(rest) < 2 or rest in STOPWORDS or self._proof("ال", word) > max(1.0, _SHARE_OF_PROOF * whole):
            return False
        bare, with_lam = self._known(rest, whole), self._count("لل" + rest)
        return bare >= max(1.0, _SHARE_BARE * whole) or with_lam >= max(1.0, _SHARE_WITH_LAM * whole)

    def _cut_double_lam(self, word: str) -> str:
        """Strip ل and the article from للسودان, or ل alone from للقاء, or both from للاجئين, where one ل is written."""
        noun, own_lam, whole = word[2:], word[1:], self._count(word)
        with_article = max(self._known(noun, whole), self._count("ال" + noun)) if len(noun) > 1 else 0
        with_letter = max(self._known(own_lam, whole), self._count("ال" + own_lam)) if len(own_lam) > 2 else 0
        if not max(with_article, with_letter):
            return word
        return noun if with_article >= with_letter else own_lam

    def _count(self, word: str) -> int:
        """Give the number of articles that hold a folded word."""
        return self._counts.get(word, 0)

    def _known(self, rest: str, whole: int) -> int:
        """Give the count of the rest of a word; where the whole is rare a plural is known by its singular."""
        return self._count(rest) or (0 if whole > _RARE_WORD else self._count(self.cut_endings(rest)))

    def _proof(self, clitic: str, word: str) -> int:
        """Count the forms in which the letters of a clitic belong to the word."""
        return sum(self._count(before + word) for before in _NEVER_BEFORE[clitic])

    def cut_endings(self, word: str) -> str:
        """Strip the endings of number, gender, person and origin, at most two, where a sister word is known."""
        for endings in (_ENDINGS, _SECOND_ENDINGS):
            for ending in endings:
                if word.endswith(ending) and self._is_ending(word, ending):
                    word = word[: -len(ending)]
                    break
        return word

    def _is_ending(self, word: str, ending: str) -> bool:
        """Tell whether the word less its ending, or with a related one, is about as usual."""
        rest = word[: -len(ending)]
        if len(rest) < (4 if ending == "ان" else 3) or rest in STOPWORDS:
            return False
        sisters = max(self._count(rest + sister) for sister in _SISTERS if sister != ending)
        return sisters >= max(1.0, _SHARE_OF_ENDING.get(ending, 0.02) * self._count(word))


@lru_cache(maxsize=1)
def shipped_analyser() -> Analyser:
    """Give the analyser of the shipped counts."""
    return Analyser(shipped().words)


def stems(text: str) -> list[str]:
    """Give folded words less clitics and endings, one for each of `spans`, by the shipped counts."""
    return shipped_analyser().stems(text)
