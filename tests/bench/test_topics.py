from datetime import UTC, datetime, timedelta

import pytest

from bench.topics import Run, Stored, ask, live, retro, write
from domain.article import Basis, Text
from domain.background import shipped_background
from domain.topics import analyse, learn

NOW = datetime(2024, 3, 1, tzinfo=UTC)
REFERENCE = Text(
    "فيضان النهر يغمر قرى في ولاية سنار",
    "غمرت مياه الفيضان قرى في ولاية سنار السودانية، وأجلت السلطات مئات الأسر إلى المدارس بعد انهيار الجسر الترابي.",
)
LATER = Text(
    "فيضان سنار يشرد مئات الأسر", "قالت السلطات في سنار إن مياه النهر غمرت قرى أخرى، وإن الأسر تحتاج إلى خيام."
)
OTHER = Text("افتتاح معرض الكتاب", "افتتح وزير الثقافة معرض الكتاب بمشاركة دور نشر من عشرين دولة وبحضور جمهور كبير.")


def stored(*articles):
    return [
        Stored(f"a{n}", NOW + timedelta(days=days) if days is not None else None, text, analyse(text))
        for n, (days, text) in enumerate(articles)
    ]


@pytest.fixture
def run():
    profile = learn("فيضان سنار", [REFERENCE])
    return Run("X1", NOW, "a0", profile, profile)


def test_live_decides_only_on_what_is_dated_and_comes_after_the_reference(run):
    live(
        run,
        stored((0, REFERENCE), (-3, LATER), (3, LATER), (None, LATER), (4, OTHER)),
        Basis.FULL,
        shipped_background(),
    )
    assert [made and made.match for made in run.decided] == [None, None, True, None, False]


def test_live_knows_nothing_of_the_future(run):
    articles = [(0, REFERENCE), (1, LATER), *((days, OTHER) for days in range(2, 20))]
    live(run, stored(*articles), Basis.FULL, shipped_background())
    profile = learn("فيضان سنار", [REFERENCE])
    short = Run("X1", NOW, "a0", profile, profile)
    live(short, stored(*articles[:5]), Basis.FULL, shipped_background())
    assert short.decided == run.decided[:5]


def test_verdicts_are_marked_and_the_reference_is_not_asked_about(run, tmp_path):
    articles = stored((0, REFERENCE), (1, LATER), (2, OTHER))
    ask(run, articles, Basis.FULL, {"a1"}, 5, shipped_background())
    assert run.judged == {1: True}
    write([run], articles, tmp_path / "run.jsonl")
    lines = (tmp_path / "run.jsonl").read_text().splitlines()
    assert [("a1" in line, '"judged": true' in line) for line in lines if "a1" in line] == [(True, True)]
    assert all('"judged"' not in line for line in lines if "a1" not in line)


def test_retro_decides_on_everything(run):
    retro(run, stored((0, REFERENCE), (-3, LATER), (None, OTHER)), Basis.FULL, shipped_background())
    assert [made.match for made in run.decided] == [True, True, False]
