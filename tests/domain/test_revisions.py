from dataclasses import replace

import pytest

from domain.article import Basis, Entry, Text
from domain.revisions import (
    FLIPS,
    KEPT,
    LIMIT,
    Change,
    Frozen,
    Past,
    bare_title,
    compare,
    content_key,
    is_told_in,
    judge,
    kept_numbers,
    link_key,
    plain_link,
    served_key,
    share,
    without_furniture,
)

BODY = "انهار مبنى من خمسة طوابق في حي السلام فجر اليوم، وقالت فرق الإنقاذ إن الحادث أسفر عن 3 قتلى."
OLD = Text("انهيار مبنى في حي السلام", BODY)


def with_body(body: str) -> Text:
    return replace(OLD, body=body)


@pytest.mark.parametrize(
    "body",
    [
        BODY.replace(" ", "  "),
        BODY.replace("،", " ،"),
        BODY.replace("الإنقاذ", "الانقاذ"),
        BODY.replace("3", "٣"),
        f"{BODY}\nعدد المشاهدات: 4512",
        f"{BODY}\n312 تعليق",
        f"{BODY}\nتعليقات (17)",
        f"{BODY}\nمنذ 5 دقائق",
        f"آخر تحديث: 12:45 بتوقيت القاهرة\n{BODY}",
        f"القراءات: 99 {BODY}",
    ],
)
def test_what_a_machine_writes_is_no_change(body: str) -> None:
    assert not compare(OLD, with_body(body))
    assert content_key(OLD) == content_key(with_body(body))


def test_tracking_in_a_link_is_no_change() -> None:
    one, other = (with_body(f"{BODY} https://x.example/a?utm_source={n}") for n in ("rss", "mail"))
    assert content_key(one) == content_key(other)


@pytest.mark.parametrize(
    "body",
    [
        BODY.replace("3", "7"),
        BODY.replace("خمسة", "ستة"),
        f"{BODY} ونفى المحافظ ذلك.",
        f"{BODY}\nوبلغ عدد المشاركات في الإغاثة 30 جمعية من أربع محافظات",
    ],
)
def test_facts_are_a_change(body: str) -> None:
    assert compare(OLD, with_body(body)).parts == ("text",)
    assert content_key(OLD) != content_key(with_body(body))


def test_a_headline_is_a_change_of_its_own() -> None:
    change = compare(OLD, replace(OLD, title="7 قتلى في انهيار مبنى"))
    assert change.parts == ("title",)
    assert change.text == replace(OLD, title="7 قتلى في انهيار مبنى")


def test_a_summary_takes_no_full_texts_place() -> None:
    change = compare(OLD, Text("انهيار مبنى وقتلى", "موجز آخر", Basis.SUMMARY))
    assert (change.parts, change.text.body, change.text.basis) == (("title",), BODY, Basis.FULL)
    assert compare(OLD, Text(OLD.title, "موجز", Basis.SUMMARY)).parts == ()
    assert compare(replace(OLD, body="موجز", basis=Basis.SUMMARY), OLD).parts == ("text",)


def test_a_vanished_text_or_headline_is_no_change() -> None:
    assert not compare(OLD, Text("", "", Basis.HEADLINE))


def test_a_summary_from_the_text_tells_nothing_new() -> None:
    assert is_told_in("انهار مبنى من خمسة طوابق في حي السلام", BODY)
    assert not is_told_in("ارتفع عدد الضحايا إلى سبعة في حي السلام", BODY)


def test_served_keys_see_the_text_and_not_the_date() -> None:
    entry = Entry("1", "عنوان", "https://x.example/1", "موجز", published_raw="2026-01-01")
    assert served_key(entry) == served_key(replace(entry, published_raw="2026-02-02", link="https://x.example/2"))
    assert served_key(entry) != served_key(replace(entry, summary="موجز آخر"))
    assert served_key(replace(entry, title="ab", summary="c")) != served_key(replace(entry, title="a", summary="bc"))


def test_links_without_their_tracking() -> None:
    assert plain_link("https://x.example/a?id=4&utm_source=rss&fbclid=z#top") == "https://x.example/a?id=4"
    assert link_key("f", "https://x.example/a?utm_medium=1") == link_key("f", "https://x.example/a")
    assert link_key("f", "https://x.example/a") != link_key("g", "https://x.example/a")
    assert link_key("f", "https://x.example/a?id=1") != link_key("f", "https://x.example/a?id=2")
    assert [link_key("f", link) for link in ("", "https://x.example/", "https://x.example")] == [0, 0, 0]
    assert plain_link("http://[bad") == "http://[bad"


def test_words_shared() -> None:
    assert share(OLD, replace(OLD, body=f"{BODY} زيادة")) == 1
    assert share(OLD, Text("سوق الذهب", "هبطت الأسعار أمس")) == 0
    assert share(OLD, Text("", "")) == 0


def test_what_all_entries_gained_is_furniture() -> None:
    line = "\nتابعوا قناتنا على تلغرام"
    changes = {n: (with_body(f"{BODY} خبر{n}"), with_body(f"{BODY} خبر{n}{line}")) for n in range(3)}
    assert without_furniture(changes) == set()
    changes[3] = (OLD, with_body(BODY.replace("3", "7") + line))
    assert without_furniture(changes) == {3}
    changes[4] = (OLD, Text("عنوان جديد", BODY + line))
    assert without_furniture(changes) == {3, 4}


def test_two_entries_are_no_pattern() -> None:
    changes = {n: (OLD, with_body(f"{BODY} زيادة")) for n in range(2)}
    assert without_furniture(changes) == {0, 1}


def edit(body: str = BODY.replace("3", "7")) -> Change:
    return Change(False, True, with_body(body))


def test_a_first_edit_is_a_revision() -> None:
    verdict = judge(Past(longest=20), edit())
    assert (verdict.revise, verdict.frozen, verdict.streak, verdict.edit) == (True, "", 1, True)


def test_edits_at_visits_running_freeze() -> None:
    assert judge(Past(number=FLIPS - 1, streak=FLIPS - 1, longest=20), edit()).revise
    assert judge(Past(number=FLIPS, streak=FLIPS, longest=20), edit()).frozen is Frozen.FLIPS
    assert judge(Past(number=FLIPS, streak=0, longest=20), edit()).revise, "a visit without a change was between"


def test_many_edits_without_news_freeze() -> None:
    assert judge(Past(number=12, edits=11, longest=20), edit()).revise
    assert not judge(Past(number=12, edits=12, longest=20), edit()).revise


def test_to_and_fro_freezes_at_the_second_return() -> None:
    change = edit()
    past = Past(number=1, contents=frozenset({content_key(change.text)}), longest=20)
    assert judge(past, change).returned
    assert judge(replace(past, returned=True), change).frozen is Frozen.RETURNS


def test_a_text_that_grows_is_news_at_every_visit() -> None:
    grown = edit(f"{BODY} " + "كلمة " * 20)
    assert judge(Past(number=9, streak=9, longest=len(BODY.split())), grown) == judge(Past(longest=16), grown)
    assert judge(Past(number=9, streak=9, longest=len(BODY.split()), frozen=Frozen.FLIPS), grown).frozen == ""
    assert not judge(Past(number=9, streak=9, longest=60), grown).revise, "it was as long before"


def test_a_frozen_article_is_revised_for_a_new_headline() -> None:
    past = Past(number=5, streak=5, longest=20, frozen=Frozen.FLIPS, titles=frozenset({bare_title("3 قتلى في انهيار")}))
    assert judge(past, edit()).revise is False
    assert judge(past, Change(True, False, Text("9 قتلى في انهيار", BODY))).revise is False
    fresh = judge(past, Change(True, False, Text("توقيف مالك المبنى", BODY)))
    assert (fresh.revise, fresh.frozen) == (True, Frozen.FLIPS)


def test_there_is_an_end_to_it() -> None:
    grown = Change(True, True, Text("عنوان لم يكن", "كلمة " * 500))
    assert judge(Past(number=LIMIT, longest=1), grown).frozen is Frozen.LIMIT


def test_the_first_and_the_latest_are_kept() -> None:
    assert list(kept_numbers(range(1, KEPT + 1))) == []
    assert list(kept_numbers(range(1, KEPT + 3))) == [2, 3]
