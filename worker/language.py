"""Language: what the letters prove, what the little words tell, the feed's own word, and a classifier for the rest.

Texts in Arabic letters are told apart by letters that only one language writes and by its most usual words. Arabic is
known by its article and its prepositions, so that dialects are Arabic, with the Persian letters that Iraqis, Tunisians
and Moroccans write in theirs.
"""

import re

_ARABIC = re.compile("[\u0621-\u064a\u066e-\u06d3\u06d5\u06fa-\u06ff\u0750-\u077f]")
_LATIN = re.compile("[A-Za-z]")
_WORD = re.compile("[\u0620-\u065f\u066e-\u06d5\u06fa-\u06ff\u0750-\u077f\u200c]+")
# Letters that one language writes and its neighbours do not.
_OWN_LETTERS = {
    "ur": re.compile("[ٹڈڑںےۓ]"),
    "ps": re.compile("[ټډړږښګځڅۍ]"),
    "ckb": re.compile("[ڕڵۆێ]"),
    "ug": re.compile("[ۇۈۋېڭ]"),
    "sd": re.compile("[ٿڀڄڃڇڊڌڏڍڻڳڱڪڦٺٽ]"),
    "fa": re.compile("[پچژگ]"),
}
_OWN_WORDS = {
    "fa": "از که این است را با برای آن شد شده کرد های می خود بر تا یک نیز بود کرده کند گفت در به هم ها شود دارد",
    "ur": "کے کی کا ہے میں کو سے نے اور پر ہیں کہ یہ اس بھی تھا گیا کر ہو لیے",
    "ps": "په چې کې او د ته له شوي دي ده کړي سره هم يې به",
    "ckb": "لە بە کە بۆ ئەو ئەم لەگەڵ کرد دەکات بوو هەر دوای سەر لەسەر",
    "ug": "ۋە بىلەن بۇ ئۈچۈن دېدى بىر ئۇ قىلىش بولۇپ",
    "sd": "۾ جي جو کي ۽ جا آهي تي کان به هن",
}
_WRITTEN_WORDS = (
    "في من على إلى الى عن أن ان إن التي الذي الذين هذا هذه ذلك كان كانت مع بعد قبل قال وقال لا لم لن ما هو هي كما بين "
    "حول منذ خلال عند حتى قد أو او ثم كل غير"
)
_DIALECT_WORDS = (
    "اللي اللى احنا إحنا علشان عشان كده دي ده ايه إيه مش مو موش ماشي شو هيك هلق هلأ ليش وين شلون هسه هاي هذي هاد هادا "
    "ديال واش بزاف كيفاش علاش باش برشا شنوة شنو توة باه راه كان ليه ازاي إزاي جدا بس يعني فين انا أنا انت إنت هم هما "
    "بدي بدنا عم رح راح عايز عاوز عايزين عندنا عنده ليا لينا ديالنا زعما دابا غادي ماكو اكو أكو"
)
_ARABIC_WORDS = frozenset(f"{_WRITTEN_WORDS} {_DIALECT_WORDS}".split())
_WORDS = {language: frozenset(words.split()) for language, words in _OWN_WORDS.items()}
_PERSIAN_KEYS = re.compile("[یک]")
_ARTICLE = re.compile("[وفبكل]?ال[\u0621-\u064a]{2,}|لل[\u0621-\u064a]{2,}")
# Languages that a feed of Arabic letters may be in; many feeds say that they are English because nobody changed it.
_IN_ARABIC_LETTERS = frozenset({"ar", "fa", "ur", "ps", "ku", "ckb", "ug", "sd"})
_DIALECTS = frozenset(  # of Arabic, by ISO 639-3
    ("ara", "arb", "arq", "ars", "ary", "arz", "acm", "acw", "aeb", "afb", "ajp", "apc", "apd", "ayl", "ayn", "ayp")
)  # fmt: skip
_ENOUGH = 20  # letters; below it nothing is said
_CLOSE = 600  # characters looked at
_OURS = 0.12  # of the words of Arabic texts have the article or are its little words; news has a third
_OURS_SURELY = 0.2
_WORDS_LEAST = 2  # usual words that a text without own letters holds
_MOST_LETTERS = 0.04  # of the letters, foreign ones: more is no loan from neighbours


def language_of(text: str, said: str = "") -> str:
    """Give the language of a text as ISO 639-1 (or 639-3), or "" where that cannot be said.

    `said` is the feed's own word (a language tag, RFC 5646), used where the text is too short or tells nothing, and
    its letters do not gainsay it. Scripts other than Arabic are left to py3langid.
    """
    head = text[:_CLOSE]
    arabic, latin = len(_ARABIC.findall(head)), len(_LATIN.findall(head))
    code = _tag(said)
    if arabic + latin < _ENOUGH:
        return "" if arabic > latin and code not in _IN_ARABIC_LETTERS else code
    if arabic > latin and arabic > len(head) * 0.25:
        return _of_arabic_letters(head, arabic, code)
    import py3langid  # a tenth of a second, and most feeds never need it

    return _tag(py3langid.classify(head)[0])


def _tag(said: str) -> str:
    """Give the code of a language tag; the codes of dialects are Arabic's."""
    code = re.split("[-_]", said.strip().lower())[0]
    return "ar" if code in _DIALECTS else code if code.isalpha() and len(code) < 4 else ""


def _of_arabic_letters(head: str, letters: int, said: str) -> str:
    """Tell apart the languages that are written in Arabic letters."""
    words = _WORD.findall(head)
    told = {code: len(own.findall(head)) / letters for code, own in _OWN_LETTERS.items()}
    if len(_OWN_LETTERS["ckb"].findall(head)) and "ە" in head:
        told["ckb"] += head.count("ە") / letters
    if "ې" not in head and "ۇ" not in head:
        told["ug"] = 0.0
    ours = sum(word in _ARABIC_WORDS or _ARTICLE.fullmatch(word) is not None for word in words) / max(1, len(words))
    theirs = {code: sum(word in own for word in words) / max(1, len(words)) for code, own in _WORDS.items()}
    best = max(told, key=lambda code: told[code] + theirs[code])
    if not told[best]:
        return _without_own_letters(
            head, ours * len(words), {code: share * len(words) for code, share in theirs.items()}, said
        )
    borrowed = best == "fa" and ours >= _OURS_SURELY and ours > 2 * theirs["fa"]
    few = told[best] < _MOST_LETTERS and ours >= max(_OURS, theirs[best])
    return "ar" if few or borrowed else best


def _without_own_letters(head: str, ours: float, theirs: dict[str, float], said: str) -> str:
    """Tell a text without letters of its own: short, or Persian by an Arabic keyboard.

    `theirs` counts usual words of each language, `ours` those of Arabic.
    """
    best = max(theirs, key=lambda code: theirs[code])
    if theirs[best] >= max(_WORDS_LEAST, ours):
        return best
    if not ours and _PERSIAN_KEYS.search(head):
        return "fa"
    return said if said in _IN_ARABIC_LETTERS and not ours else "ar"
