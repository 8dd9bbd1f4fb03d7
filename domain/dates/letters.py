"""One spelling for what outlets spell in many ways: digits, letters of Arabic, marks that nobody sees."""

import re

_DIGITS = {ord(c): str(i % 10) for i, c in enumerate("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹")}
_LETTERS = {ord(a): b for a, b in zip("أإآٱىیةھہکéèêûôà", "ااااييهههكeeeuoa", strict=True)}
_NOISE = re.compile("[\u0640\u064b-\u0652\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff\u00ad\u061c]")
_SPACE = re.compile(r"\s+")


def fold_digits(text: str) -> str:
    """Write Arabic-Indic and Persian digits as ASCII, drop marks that are not seen, and make every gap one space."""
    return _SPACE.sub(" ", _NOISE.sub("", text.translate(_DIGITS))).strip()


def fold_letters(text: str) -> str:
    """Write what is spelt in several ways in one: alef, yeh, teh marbuta, French accents; in lower case."""
    return text.translate(_LETTERS).lower()
