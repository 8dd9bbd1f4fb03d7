"""A page of briefs with the topic in one item is a match of a passage: kept as such, no match, and alerts nobody."""

from service import Service
from stored import draft, store

from domain.article import Text
from domain.topics import learn
from storage import topics
from storage.models import Match
from worker.backfill import backfill
from worker.explain import explain

ITEM = Text(
    "انهيار جسر في الحديدة",
    "الحديدة - وكالات: انهار جسر خرساني في الحديدة بعد أن صدمته سفينة شحن محملة بالإسمنت فجر الثلاثاء، وانتشل "
    "الغواصون أربعة عمال كانوا فوق الجسر.",
)
OTHERS = (
    "* لاعبة شطرنج تحرز لقب آسيا\n"
    "طشقند - وكالات: أحرزت لاعبة في السادسة عشرة بطولة آسيا للشطرنج إثر تعادلها في الجولة الأخيرة مع منافستها الهندية.",
    "* الجراد يهدد محاصيل النيجر\n"
    "نيامي - وكالات: حذر مهندسون زراعيون من أسراب جراد صحراوي عبرت حدود مالي والتهمت حقول الدخن.",
    "* مصرف مركزي يثبت الفائدة\n"
    "تونس - وكالات: أبقى البنك المركزي نسبة الفائدة عند ثمانية بالمئة، وعزا القرار إلى تراجع التضخم وتحسن السياحة.",
)
BRIEFS = Text("موجز دوليات", "\n".join((f"* {ITEM.title}\n{ITEM.body}", *OTHERS)))
NAME = "انهيار جسر الحديدة"


def test_a_backfill_keeps_a_passage_as_such(service: Service) -> None:
    with service.db.write() as session:
        whole, briefs = store(session, draft("a", ITEM.title, ITEM.body), draft("b", BRIEFS.title, BRIEFS.body))
    id = service.topic(NAME, ITEM)
    filled = backfill(service.context, id)
    assert (filled.matched, filled.gained, filled.lost) == (1, 1, 0)
    states = {match.article_id: match for match in service.all(Match)}
    assert (states[whole].state, states[briefs].state) == ("match", "passage")
    place = states[briefs].reason["passage"]
    assert (place["part"], place["parts"]) == (1, 4)
    assert BRIEFS.body[place["start"] : place["end"]].endswith(ITEM.body)
    again = backfill(service.context, id)
    assert (again.matched, again.gained, again.lost) == (1, 0, 0)
    with service.db.read() as session:
        assert topics.counts(session, "passage") == {id: 1}
        found = explain(session, id, briefs)
    assert (found.state, found.decision.match, found.decision.near) == ("passage", False, False)


def test_an_article_that_comes_in_is_told_as_a_passage(service: Service) -> None:
    profile = learn(NAME, [ITEM]).to_json()
    with service.db.write() as session:
        topics.add(session, NAME, profile, [(ITEM, "")], service.clock())
        detector = service.context.detector
        detector.refresh(session)
    (found,) = detector.decide(BRIEFS, 0)
    assert (found.state, found.reason["passage"]["part"]) == ("passage", 1)
    (whole,) = detector.decide(ITEM, 0)
    assert (whole.state, "passage" in whole.reason) == ("match", False)
