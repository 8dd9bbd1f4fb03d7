"""The words of a search, as a person types them, turned into phrases of analysed terms."""

import re

from domain import arabic
from domain.errors import BadInput

MOST_TERMS = 64
_QUOTED = re.compile('["“”„«»]([^"“”„«»]*)["“”„«»]')


def parse(words: str) -> list[list[str]]:
    """Give the phrases that an article must hold, each a list of analysed terms in order.

    What stands between quotation marks is a phrase, every other word one of its own. Stop words outside quotation
    marks are dropped, unless nothing else was asked for. Blank input gives no phrase. Raises BadInput for input that
    holds no word, and for more than 64 terms.
    """
    quoted = [terms for found in _QUOTED.finditer(words) if (terms := _terms(found[1]))]
    loose = _QUOTED.sub(" ", words)
    pairs = [(stem, word) for stem, word in zip(arabic.stems(loose), arabic.folded(loose), strict=True) if stem]
    telling = [[stem] for stem, word in pairs if word not in arabic.STOPWORDS]
    phrases = quoted + telling or [[stem] for stem, _ in pairs]
    if words.strip() and not phrases:
        raise BadInput("there is no word to search for")
    if sum(map(len, phrases)) > MOST_TERMS:
        raise BadInput(f"a search takes at most {MOST_TERMS} words")
    return phrases


def _terms(text: str) -> list[str]:
    return [stem for stem in arabic.stems(text) if stem]
