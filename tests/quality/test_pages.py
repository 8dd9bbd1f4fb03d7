"""The text of saved pages stays whole and alone; a floor is lowered only with a reason in the commit."""

import pytest

from bench import pages

LEAST, MEAN = 0.98, 0.99


@pytest.mark.shared
def test_the_text_of_every_saved_page_is_the_article(shared):
    told = pages.measured(shared)
    assert len(told) >= 10
    assert {file: round(by["ours"], 3) for file, by in told.items() if by["ours"] < LEAST} == {}
    means = {name: sum(by[name] for by in told.values()) / len(told) for name in ("ours", "trafilatura", "justext")}
    assert means["ours"] >= MEAN
    assert means["ours"] >= max(means.values())
