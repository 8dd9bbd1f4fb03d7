"""Language: the letters first, the feed's own word next, a classifier where both leave a doubt."""

import re

# Letters that Arabic words do not have: Persian, Urdu, Pashto, Sorani, Uyghur. News in Arabic holds few of them.
_FOREIGN = re.compile("[پچژگکیےہٹڈڑںڤۆێەېۇۈۋڭھټډړښ]")
_ARABIC = re.compile("[\u0621-\u064a\u066e-\u06d3]")
_LATIN = re.compile("[A-Za-z]")
# Languages that a feed of Arabic letters may be in; many feeds say that they are English because nobody changed it.
_IN_ARABIC_LETTERS = frozenset({"ar", "fa", "ur", "ps", "ku", "ckb", "ug", "sd"})
_ENOUGH = 20  # letters; below it nothing is said
_CLOSE = 400  # characters looked at


def language_of(text: str, said: str = "") -> str:
    """Give the language of a text as ISO 639-1 (or 639-3), or "" where that cannot be said.

    Plain Arabic letters make it Arabic; foreign letters among them, or other scripts, are left to py3langid. `said` is
    the feed's own word (a language tag, RFC 5646), used where the text is too short and its letters do not gainsay it.
    """
    head = text[:_CLOSE]
    arabic = len(_ARABIC.findall(head))
    latin = len(_LATIN.findall(head))
    if arabic + latin < _ENOUGH:
        code = re.split("[-_]", said.strip().lower())[0]
        return "" if arabic > latin and code not in _IN_ARABIC_LETTERS else code
    if arabic > len(head) * 0.4 and len(_FOREIGN.findall(head)) <= arabic * 0.02:
        return "ar"
    import py3langid  # a tenth of a second, and most feeds never need it

    found: str = py3langid.classify(head)[0]
    return found
