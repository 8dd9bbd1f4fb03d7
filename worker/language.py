"""Language: the letters first, the feed's own word next, a classifier where both leave a doubt."""

import re

# Letters that Arabic words do not have: Persian, Urdu, Pashto, Sorani, Uyghur. News in Arabic holds few of them.
_FOREIGN = re.compile("[پچژگکیےہٹڈڑںڤۆێەېۇۈۋڭھټډړښ]")
_ARABIC = re.compile("[\u0621-\u064a\u066e-\u06d3]")
_LATIN = re.compile("[A-Za-z]")
_ENOUGH = 20  # letters; below it nothing is said
_CLOSE = 400  # characters looked at


def language_of(text: str, said: str = "") -> str:
    """Give the language of a text as ISO 639-1 (or 639-3), or "" where that cannot be said.

    Plain Arabic letters make it Arabic; foreign letters among them, or other scripts, are left to py3langid. `said` is
    the feed's own word, used where the text is too short.
    """
    head = text[:_CLOSE]
    arabic = len(_ARABIC.findall(head))
    if arabic + len(_LATIN.findall(head)) < _ENOUGH:
        return said.lower()[:2]
    if arabic > len(head) * 0.4 and len(_FOREIGN.findall(head)) <= arabic * 0.02:
        return "ar"
    import py3langid  # a tenth of a second, and most feeds never need it

    found: str = py3langid.classify(head)[0]
    return found
