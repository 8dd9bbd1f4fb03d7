"""Places a topic's own line by verdicts."""

import math
from collections.abc import Sequence

_PULL = 0.35  # how much moving the line by a factor of e costs, in verdicts on the wrong side
_MARGIN = 1.02  # an article that a verdict is about stays clear of the line by this factor
_LEAST, _MOST = 0.25, 4.0


def best_line(judged: Sequence[tuple[float, bool]]) -> float:
    """Give the line, as a multiple of the usual one, that leaves the fewest verdicts on the wrong side.

    `judged` holds the strength of each article, as a multiple of the usual line, and whether it is relevant. Moving
    the line costs too, so that it stays where it is unless a verdict asks for more, and of equal ones the nearest wins.
    """
    lines = {1.0}
    for strength, relevant in judged:
        if strength > 0:
            lines.add(min(max(strength / _MARGIN if relevant else strength * _MARGIN, _LEAST), _MOST))
    return min(sorted(lines), key=lambda line: (_cost(line, judged), line))


def _cost(line: float, judged: Sequence[tuple[float, bool]]) -> float:
    """Give the verdicts on the wrong side of a line, and what moving it there costs."""
    wrong = sum((strength >= line) != relevant for strength, relevant in judged)
    return round(wrong + _PULL * abs(math.log(line)), 9)
