"""The documents of alerts and digests, and the article's own words with what was looked for marked."""

import json
from typing import Any

from stored import NOON

from domain.article import Text
from domain.bursts import Burst
from domain.facts import Change
from domain.messages import MOST_STORIES, Counts, Told, digest_data, match_data, passages, service_data, write
from domain.reasons import Given, Reason
from domain.topics import analyse, decide, learn, reason

TITLE = "غرق سفينة أسمدة يغلق مرفأ الصيادين"
BODY = (
    "أغلقت هيئة الموانئ مرفأ الصيادين بعد غرق سفينة محملة بالأسمدة قرب الرصيف. "
    "ويبحث الغواصون عن طريقة لرفع الحطام. وقال الصيادون إنهم ينتظرون تعويضا."
)
PROFILE = learn("غرق سفينة الأسمدة", [Text(TITLE, BODY)])
FIRST = Given(Reason.FIRST_MATCH, "first_match")
MOVED = Given(Reason.NEW_NUMBER, "new_number:dead=7", changes=(Change("number", "dead", "3", "7", "3 → 7 قتلى"),))


def why(title: str = TITLE, body: str = BODY) -> dict[str, Any]:
    text = Text(title, body)
    return reason(PROFILE, text, analyse(text), decide(PROFILE, analyse(text)))


def told(**values: Any) -> Told:
    given: dict[str, Any] = {
        "id": 5, "title": TITLE, "outlet": "صحيفة الضفة", "published": NOON, "first_seen": NOON,
        "url": "https://news.example/a/5", "score": 0.87654321, "basis": "full", "provisional": False, "reason": why(),
        "body": BODY,
    } | values  # fmt: skip
    return Told(**given)


def test_an_alert_says_what_and_why_and_how_far_it_spread():
    topics = [(1, "غرق السفينة"), (2, "الموانئ")]
    data = match_data(topics, 9, [MOVED, FIRST], told(), Counts(4, 2, 5), "https://m.example/articles/5")
    document = json.loads(write("topic.match", NOON, data))
    assert (document["type"], document["timestamp"]) == ("topic.match", NOON.isoformat())
    assert document["data"]["topics"] == [{"id": 1, "name": "غرق السفينة"}, {"id": 2, "name": "الموانئ"}]
    assert (data["topic"], data["story"], data["reason"]) == ("غرق السفينة", 9, "new_number")
    assert data["reasons"] == ["new_number", "first_match"]
    assert data["reason_text"] == "رقم تغيّر: 3 ← 7 قتلى؛ أول تنبيه بهذا الحدث"
    assert data["changes"] == [{"kind": "number", "what": "dead", "before": "3", "after": "7", "text": "3 → 7 قتلى"}]
    assert data["counts"] == {"copies": 4, "independent_sources": 2, "outlets": 5}
    article = data["article"]
    assert (article["host"], article["page"]) == ("news.example", "https://m.example/articles/5")
    assert (article["outlet"], article["score"]) == ("صحيفة الضفة", 0.8765)


def test_the_passages_are_the_articles_own_words_with_the_words_looked_for_marked():
    headline, sentence = passages(TITLE, BODY, why())
    assert "".join(str(part["text"]) for part in headline) == TITLE
    assert "".join(str(part["text"]) for part in sentence) == why()["sentence"]["text"]
    marked = [part["text"] for part in (*headline, *sentence) if part["marked"]]
    assert "سفينة" in marked
    assert all(str(word) in f"{TITLE} {BODY}" for word in marked)


def test_a_headline_alone_is_its_own_passage():
    (headline,) = passages(TITLE, "", why(body=""))
    assert any(part["marked"] for part in headline)


def test_a_long_sentence_is_cut_at_spaces_around_its_first_marked_word():
    body = f"{'كلام كثير ' * 60}عن غرق سفينة الأسمدة {'وكلام آخر ' * 60}"
    *_, sentence = passages("", body, why("", body))
    shown = "".join(str(part["text"]) for part in sentence)
    assert (shown[:2], shown[-2:], len(shown) < 420) == ("… ", " …", True)
    assert shown[2:-2].strip() in body
    assert "سفينة" in [part["text"] for part in sentence if part["marked"]]


def test_places_that_do_not_fit_the_text_mark_nothing():
    assert all(not part["marked"] for parts in passages("ع", "ن", why()) for part in parts)


def held(story: int, outlets: int = 1, *given: Given) -> dict[str, Any]:
    return match_data([(1, "السفينة")], story, given or [FIRST], told(), Counts(0, 1, outlets), "")


def test_a_digest_is_grouped_by_story_and_counts_what_it_does_not_list():
    rows = [held(story) for story in range(100)] + [held(7, 3, MOVED)]
    data = digest_data("daily", NOON, NOON, [(1, "السفينة")], rows, over_budget=4)
    assert (len(data["stories"]), data["more"], data["alerts"], data["over_budget"]) == (MOST_STORIES, 50, 101, 4)
    first = data["stories"][0]
    assert (first["story"], first["reasons"], first["alerts"]) == (7, ["first_match", "new_number"], 2)
    assert (first["counts"]["outlets"], len(first["changes"])) == (3, 1)


def test_the_service_says_what_is_new_and_counts_the_rest():
    assert service_data([{"kind": "feed_blocked"}], 3, 1) == {
        "problems": [{"kind": "feed_blocked"}], "still": 3, "ended": 1,
    }  # fmt: skip


def test_reasons_are_said_in_arabic():
    burst = Given(Reason.BURST, "burst:x", burst=Burst(40, 2.4, 9.0, NOON))
    assert burst.text == "طفرة نشر في موضوع الرصد: 40 في ساعة، والمعتاد 2"
    assert Given(Reason.NTH_OUTLET, "nth_outlet:5", number=6).text.endswith(": 6")
