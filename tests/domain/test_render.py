"""Alerts as people read them: right-to-left, only text whatever outlets wrote, within each service's limit."""

import html
import json
from typing import Any

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from domain.channels import service_of
from domain.errors import BadInput
from domain.render.documents import message_of
from domain.render.markup import HTML, PLAIN, markup
from domain.render.message import MOST_SUBJECT, write
from domain.render.plain import FSI, PDI, cut, isolate, line

NASTY = "<b>@everyone</b> [صحيفة](http://evil.example) <!channel> *_~`| \u202eقلب\u2066 \u2028سطر\r\nBcc: x"
SERVICES = (
    "tgram://a/b",
    "slack://a/b/c",
    "discord://a/b",
    "workflow://h/a",
    "ntfy://h/t",
    "mmost://h/a",
    "gchat://a/b/c",
)


def match(**values: Any) -> str:
    article = {
        "id": 7, "title": "غرق سفينة «الأمل» قرب Port Said", "outlet": "صحيفة النورس", "host": "n.example",
        "first_seen": "2026-04-06T14:30:00+03:00", "url": "https://n.example/7?a=1&b=2", "score": 0.7,
        "page": "https://marsad.example/articles/7", "basis": "full", "provisional": False,
        "passages": [[{"text": "أعلنت هيئة ", "marked": False}, {"text": "الموانئ", "marked": True}]],
    } | values.pop("article", {})  # fmt: skip
    data = {
        "topics": [{"id": 1, "name": "غرق السفينة"}, {"id": 2, "name": "الموانئ"}], "topic": "غرق السفينة", "story": 3,
        "reason": "new_number", "reason_text": "تغيّر عدد القتلى",
        "changes": [{"kind": "number", "what": "dead", "before": 3, "after": 7, "text": "3 → 7 قتلى"}],
        "counts": {"copies": 4, "independent_sources": 2, "outlets": 6}, "article": article,
    } | values  # fmt: skip
    return json.dumps({"type": "topic.match", "timestamp": "2026-04-06T12:00:00+00:00", "data": data})


def plain(document: str, limit: int = 10**6) -> str:
    return write(message_of(document), PLAIN, limit, len)


def test_an_alert_says_all_that_an_analyst_asks() -> None:
    text = plain(match())
    for said in (
        "غرق سفينة «الأمل» قرب Port Said", "صحيفة النورس", "n.example", "تغيّر عدد القتلى", "3 ← 7 قتلى",
        "إعادة نشر: 4", "مصادر مستقلة: 2", "الوسائل الإعلامية: 6", "أول رصد", "2026-04-06 14:30 UTC+03:00",
        "«أعلنت هيئة *الموانئ*»", "https://n.example/7?a=1&b=2", "https://marsad.example/articles/7", "غرق السفينة",
    ):  # fmt: skip
        assert said in text, said
    assert message_of(match()).title == "غرق السفينة، الموانئ: غرق سفينة «الأمل» قرب Port Said"


def test_marked_words_beside_each_other_stand_one_space_apart_and_are_bold_where_there_is_bold() -> None:
    parts = [("انهيار", True), (" ", False), ("سد", True), (" ", False), ("الوديان", True), (" قرب البلدة", False)]
    said = match(article={"passages": [[{"text": text, "marked": marked} for text, marked in parts]]})
    assert "«*انهيار* *سد* *الوديان* قرب البلدة»" in plain(said)
    assert "<b>انهيار</b> <b>سد</b> <b>الوديان</b>" in write(message_of(said), markup("html"), 10**6, len)


def test_a_document_of_before_is_told_too() -> None:
    old = {
        "type": "topic.match",
        "data": {"topic": "غرق السفينة", "reason": "first_match", "article": {"title": "خبر"}},
    }
    text = plain(json.dumps(old))
    assert "أول تنبيه بهذا الحدث" in text
    assert "غرق السفينة" in text


def test_foreign_words_keep_their_direction_to_themselves() -> None:
    text = plain(match(article={"title": NASTY}))
    assert text.count(FSI) == text.count(PDI) > 5
    assert not set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067") & set(text)
    assert f"{FSI}n.example{PDI}" in text
    page = write(message_of(match()), HTML, 10**6, len)
    assert '<div dir="rtl" lang="ar"' in page
    assert '<bdi dir="auto">n.example</bdi>' in page
    urls = [row for row in text.splitlines() if row.startswith("https://")]
    assert all(FSI not in url and PDI not in url for url in urls), "a mark would become part of the address"
    assert len(urls) == 2


@pytest.mark.parametrize("address", SERVICES)
def test_markup_in_a_headline_is_only_text(address: str) -> None:
    service = service_of(address)
    headline = write(message_of(match(article={"title": NASTY})), markup(service.markup), 10**6, len).splitlines()[0]
    if service.markup in ("telegram", "html"):
        assert "<b>@" not in headline
        assert html.unescape(headline).count("<b>@everyone</b>") == 1
    elif service.markup != "plain":
        assert "@everyone" not in headline, "nobody is called"
        assert "<!channel>" not in headline.replace("\\<", "‹")
        assert service.markup not in ("markdown", "teams") or "](http" not in headline.replace("\\]", "")
    assert "\r" not in headline
    assert "\u2028" not in headline


def test_a_link_shows_its_host_whatever_its_outlet_is_called() -> None:
    named = {"outlet": "قناة الجزيرة", "url": "https://evil.example/aljazeera.net", "host": "", "page": ""}
    for name in ("plain", "html", "telegram", "mrkdwn", "markdown", "teams", "bare"):
        lines = write(message_of(match(article=named)), markup(name), 10**6, len).split(markup(name).ends)
        (link,) = [row for row in lines if "رابط المادة" in row]
        assert "evil.example" in link.partition("رابط المادة")[0].replace("\\", "").partition("href")[0]


@pytest.mark.parametrize("url", ["javascript:alert(1)", "", "data:text/html,x", "ftp://h/", "https://[", "//h/x"])
def test_only_addresses_of_the_web_become_links(url: str) -> None:
    text = write(message_of(match(article={"url": url, "page": ""})), HTML, 10**6, len)
    assert "href" not in text


@pytest.mark.parametrize("address", SERVICES)
def test_a_message_keeps_to_the_limit_of_its_service_and_says_the_first_things_first(address: str) -> None:
    service = service_of(address)
    long = {
        "title": "خبر عاجل " * 2_000,
        "outlet": "وسيلة " * 500,
        "passages": [[{"text": "كلمة " * 900, "marked": True}]] * 9,
    }
    document = match(article=long, changes=[{"text": "3 → 7 " * 200}] * 40, reason_text="سبب " * 800)
    text = write(message_of(document), markup(service.markup), service.limit, service.size)
    assert service.size(text) <= service.limit
    assert "خبر عاجل" in text
    assert "n.example/7" in text, "the link is never what is left out"


def test_a_digest_is_grouped_by_story_and_counts_what_does_not_fit() -> None:
    stories = [
        {"story": n, "reasons": ["first_match", "burst"], "article": {"title": f"حدث رقم {n}", "url": f"https://n.example/{n}"},
         "counts": {"copies": n, "independent_sources": 1, "outlets": 1}, "changes": []}
        for n in range(1, 31)
    ]  # fmt: skip
    data = {
        "period": "daily", "since": "2026-04-05T06:00:00+03:00", "until": "2026-04-06T06:00:00+03:00",
        "topics": [{"id": 1, "name": "المياه"}], "stories": stories, "over_budget": 3, "more": 12,
    }  # fmt: skip
    message = message_of(json.dumps({"type": "topic.digest", "data": data}))
    assert message.title == "موجز دوري يومي، عدد الأحداث: 30 · المياه"
    whole = write(message, PLAIN, 10**6, len)
    assert all(f"حدث رقم {n}" in whole for n in range(1, 31))
    for said in ("فوق سقف التنبيهات: 3", "أحداث أخرى لم تُذكر هنا: 12", "أول تنبيه بهذا الحدث", "طفرة نشر"):
        assert said in whole
    short = write(message, markup("telegram"), 1_500, len)
    told = [n for n in range(1, 31) if f"حدث رقم {n}{PDI}" in short]
    assert told == list(range(1, len(told) + 1))
    assert f"وعددها {30 - len(told)}" in short
    assert "أحداث أخرى لم تُذكر هنا: 12" in short


def test_operators_and_tests_have_words() -> None:
    problems = [
        {
            "kind": "silent_outlet",
            "what": "صحيفة النورس",
            "text": "لا جديد منذ يومين",
            "since": "2026-04-04T00:00:00+00:00",
        }
    ]
    text = plain(json.dumps({"type": "service.health", "data": {"problems": problems}}))
    assert all(said in text for said in ("عددها 1", "صحيفة النورس", "لا جديد منذ يومين", "2026-04-04 00:00 UTC"))
    assert "مرصد" in plain(json.dumps({"type": "test", "data": {"message": "تنبيه تجريبي من مرصد"}}))
    with pytest.raises(BadInput, match="no words"):
        message_of(json.dumps({"type": "topic.unknown", "data": {}}))


def test_what_was_asked_for_again_and_what_may_be_there_already_says_so() -> None:
    again = json.dumps(json.loads(match()) | {"repeated": True})
    assert "أُعيد إرسال هذا التنبيه" in plain(again)
    assert "قد يكون هذا التنبيه مكررًا" in write(message_of(match(), doubtful=True), PLAIN, 10**6, len)
    assert "مكررًا" not in plain(match())


def test_a_text_is_cut_between_letters() -> None:
    flag, family, marked = "🇵🇸", "👨‍👩‍👧", "مُ"
    for whole in (flag, family, marked):
        assert cut(whole * 5, 3) == whole * 2 + "…"
    assert len(cut("م" + "ُ" * 5_000, 150)) <= 40, "a letter with so many marks is none"
    assert line("سطر\u2028آخر\x00\x0b\ud800نص", 0) == "سطر آخر نص"
    assert isolate("") == ""


@given(st.text(max_size=400))
def test_a_subject_is_one_line_of_at_most_150_letters(title: str) -> None:
    subject = message_of(match(article={"title": title})).title
    assert len(regex.findall(r"\X", subject)) <= MOST_SUBJECT
    assert len(subject.splitlines()) == 1
    assert subject.isprintable() or "\u200c" in subject or "\u200d" in subject or not title.isprintable()
    subject.encode()


@given(st.text(max_size=300), st.sampled_from(SERVICES))
def test_every_text_can_be_sent(title: str, address: str) -> None:
    service = service_of(address)
    text = write(
        message_of(match(article={"title": title, "outlet": title})),
        markup(service.markup),
        service.limit,
        service.size,
    )
    text.encode()
    assert text.count(FSI) == text.count(PDI)
