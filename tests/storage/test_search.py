"""Search gives the same articles in the same order on both systems, whatever is typed. All Arabic here is invented."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import Session
from stored import NOON, draft, store

from domain import arabic, query
from domain.errors import BadInput
from domain.places import StemPlaces, holds
from storage import search
from storage.engine import Database
from storage.search import MOST_BODY, MOST_TITLE

HOUR = timedelta(hours=1)
ARTICLES = (
    ("ميناء الصدف يستقبل أول سفينة قمح", "رست سفينة محملة بالقمح في ميناء الصدف فجر اليوم."),
    ("ارتفاع أسعار الخبز في المدينة", "قالت الغرفة التجارية إن ارتفاع أسعار القمح رفع سعر الخبز."),
    ("المدرسة القديمة تفتح أبوابها", "عاد الطلاب والمعلمون إلى المدرسة القديمة بعد ترميمها."),
    ("وزير النقل في زيارة للموانئ", "زار وزير النقل موانئ الساحل، ومنها ميناء الصدف، وتفقد الأرصفة."),
    ("إغلاق الطريق الساحلي", "أُغلِقَ الطّريقُ السّاحليُّ بسبب الأمطار، فيما فُتح طريق الجبل."),
    ("شركة O'Neil & Sons توقع عقدا", r"وقعت الشركة عقد C:\data رقم ١٢٣ بقيمة ٤٫٥ مليون \ ثلاث سنوات."),
    ("near and or not", "t:foo NEAR(a b) AND OR NOT title:near"),
)
QUERIES = (
    "ميناء", "الميناء", "بالميناء", "موانئ", "القمح", "قمح", "والقمح", "للقمح", "مدرسه", "المدرسة", "الطريق", "طَرِيقٌ",
    "اغلاق", "إغلاق", "اسعار", "أسعار القمح", "سعر", '"ميناء الصدف"', "«ميناء الصدف»", '"الصدف ميناء"', "“وزير النقل”",
    '"أسعار القمح" الخبز', "وزير الساحل", "في", '"في ميناء الصدف"', "123", "١٢٣", "4.5", "o'neil", "O'Neil & Sons",
    "&", "|", "!", "'", '"', '""', "*", "قمح*", "AND", "and", "OR", "NOT", "NEAR(", "near", "t:foo", "title:near", "\\",
    r"c:\data", "(", ")", "<->", ":*", "قمح & خبز", "قمح | خبز", "!قمح", "-قمح", "^قمح", "{قمح}", "قمح\x00خبز", "ـ", "ًٌٍ",
    "قمح أو خبز", "قمح OR مدرسة", "قمح | خبز -سعر", "ميناء -وزير", "ميناء ليس (وزير أو قمح)",
    '(قمح أو مدرسة) -"أسعار القمح"',
    "عنوان:ميناء", "عنوان:قمح أو خبز", "ميناء -عنوان:ميناء", 'title:"ميناء الصدف" قمح', "عنوان:(خبز أو مدرسة)",
    "ميناء (قمح -سعر)", "قمح أو (ميناء -(قمح أو عنوان:وزير))", "-قمح", "قمح أو -خبز", "(قمح",
    "%", "_", "--", ";", "$$", ":query", "{}", "ك" * 3_000, "سفينه القمح", "غير موجود",
)  # fmt: skip


def fill(session: Session) -> list[int]:
    return store(session, *(draft(f"k{n}", *texts, at=NOON + HOUR * n) for n, texts in enumerate(ARTICLES)))


@pytest.fixture
def both(sqlite: Database, empty_postgres: Database) -> tuple[Database, Database]:
    for db in (sqlite, empty_postgres):
        with db.write() as session:
            fill(session)
    return sqlite, empty_postgres


def ask(db: Database, words: str) -> list[int] | str:
    try:
        asked = query.parse(words)
    except BadInput:
        return "no word"
    with db.read() as session:
        return [row.id for row in search.find(session, asked)]


def test_both_systems_answer_alike(both: tuple[Database, Database]) -> None:
    answers = {words: [ask(db, words) for db in both] for words in QUERIES}
    assert {words: found for words, found in answers.items() if found[0] != found[1]} == {}
    assert len({str(found) for found in answers.values()}) > 8  # not all of them are nothing


@given(st.text(alphabet="قمحميناءالصدف \"'&|!*():<>\\-^{}ANDOR«»ـًّ١", max_size=20))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_both_systems_answer_alike_whatever_is_typed(both: tuple[Database, Database], words: str) -> None:
    assert ask(both[0], words) == ask(both[1], words)


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("ميناء", [3, 0]),
        ("بالميناء", [3, 0]),
        ("وقمح", [1, 0]),
        ("مدرسه", [2]),
        ("الطريق", [4]),
        ('"ميناء الصدف"', [3, 0]),
        ('"الصدف ميناء"', []),
        ('"الطلاب والمعلمون"', [2]),
        ("o'neil", [5]),
        ("123", [5]),
        ("foo", [6]),
        ("غير موجود", []),
    ],
)
def test_words_are_found_in_any_of_their_forms(db: Database, words: str, found: list[int]) -> None:
    with db.write() as session:
        ids = fill(session)
    assert ask(db, words) == [ids[n] for n in found]


def test_the_index_and_the_texts_say_the_same(both: tuple[Database, Database]) -> None:
    here = [StemPlaces(arabic.stems(title), arabic.stems(body)) for title, body in ARTICLES]
    wrong = {}
    for words in QUERIES:
        try:
            asked = query.parse(words)
        except BadInput:
            continue
        assert asked
        expected = [n for n in reversed(range(len(here))) if holds(asked, here[n])]
        found = ask(both[0], words)
        assert not isinstance(found, str)
        if [id - 1 for id in found] != expected:
            wrong[words] = (found, expected)
    assert wrong == {}


def test_stems_are_held_by_articles(db: Database) -> None:
    with db.write() as session:
        ids = fill(session)
        (long,) = store(session, draft("طويل", "كتاب", "كلمة " * 15_000))
        (foreign,) = store(session, draft("غريب", "ميناء", language="fr"))
        stems = arabic.stems("ميناء خبز")
        assert search.holding(session, stems, foreign) == {ids[0], ids[1], ids[3], long}
        assert search.holding(session, stems, ids[1]) == {ids[0], ids[1]}
        assert search.holding(session, [], ids[1]) == set()
        assert search.holding(session, [f"س{n}" for n in range(450)] + stems, ids[1]) == {ids[0], ids[1]}


def test_no_phrase_gives_all_newest_first(db: Database) -> None:
    with db.write() as session:
        ids = fill(session)
        assert [row.id for row in search.find(session, None)] == ids[::-1]


def test_a_phrase_does_not_run_from_the_title_into_the_body(db: Database) -> None:
    with db.write() as session:
        store(session, draft("أ", "سفينة قمح", "رست اليوم"))
    assert ask(db, '"قمح رست"') == []
    assert len(ask(db, '"رست اليوم"')) == 1


def test_filters(db: Database) -> None:
    with db.write() as session:
        a, b, c = store(
            session,
            draft("أ", "القمح", at=NOON), draft("ب", "القمح", at=NOON + HOUR, outlet="صحيفة 'النهر'"),
            draft("ج", "القمح", at=NOON + HOUR * 2),
        )  # fmt: skip
        wheat = query.parse("قمح")

        def ids(**filters: object) -> list[int]:
            return [row.id for row in search.find(session, wheat, **filters)]  # type: ignore[arg-type]

        assert ids(outlet="صحيفة 'النهر'") == [b]
        assert ids(outlet="صحيفة") == []
        assert ids(since=NOON + HOUR) == [c, b]
        assert ids(until=NOON + HOUR) == [a]
        assert ids(since=NOON, until=NOON + HOUR * 2, limit=1) == [b]
        assert ids(before=(NOON + HOUR, b)) == [a]


def test_copies_are_folded_into_the_earliest_that_was_found(db: Database) -> None:
    with db.write() as session:
        (lead,) = store(session, draft("أ", "القمح", at=NOON))
        early, late = store(
            session, draft("ب", "القمح", at=NOON - HOUR), draft("ج", "القمح والخبز", at=NOON + HOUR), group=lead
        )
        (other,) = store(session, draft("د", "القمح", at=NOON + HOUR * 2))
        wheat = query.parse("قمح")
        assert [(row.id, row.copies) for row in search.find(session, wheat)] == [(other, 0), (early, 2)]
        assert [row.id for row in search.find(session, query.parse("خبز"))] == [late]
        assert [row.id for row in search.find(session, wheat, all_copies=True)] == [other, late, lead, early]


def test_what_is_written_again_is_found_by_its_new_words_only(db: Database) -> None:
    with db.write() as session:
        ids = fill(session)
        search.unindex(session, ids[:1])
        search.index(session, [(ids[0], arabic.stems("عنوان"), arabic.stems("نص جديد تماما"))])
    assert ask(db, "الصدف") == [ids[3]]
    assert ask(db, "تماما") == [ids[0]]


def test_texts_beyond_all_measure_are_kept(db: Database) -> None:
    letters = "ابتثجحخدذرز"
    many = " ".join(f"{letters[n % 11]}{letters[n // 11 % 11]}س{n}" for n in range(MOST_BODY[0] + 500))
    wide = " ".join(f"{n}{'ش' * 1_500}" for n in range(MOST_TITLE[0] * 2))
    with db.write() as session:
        a, b, c = store(session, draft("أ", body=many), draft("ب", body="ك" * 3_000), draft("ج", wide, wide))
    first, last = many.split()[0], many.split()[-1]
    assert (ask(db, first), ask(db, last)) == ([a], [])
    assert ask(db, "ك" * 3_000) == [b]
    assert ask(db, f"7{'ش' * 1_500}") == [c]
