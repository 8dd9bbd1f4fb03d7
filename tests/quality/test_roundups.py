import pytest

from bench.roundups import measured

# A roundup must be found more often than so, and an article of one story be taken for one hardly ever.
LEAST = {
    "press reviews and pages of briefs": 0.8,
    "press reviews and pages of briefs, without headline": 0.35,
    "news bulletins": 0.85,
    "pages made of articles": 0.6,
    "boundaries, precision": 0.7,
    "boundaries, recall": 0.8,
}
MOST = {"false alarms": 0.02, "asked": 0.01, "part": 0.01}


@pytest.mark.shared
def test_roundups_are_told_from_stories(shared):
    figures = measured(shared)
    assert not {name: figures[name] for name, least in LEAST.items() if figures[name] < least}
    assert not {name: figures[name] for name, most in MOST.items() if figures[name] > most}
    assert figures["stories"] > 2_000
