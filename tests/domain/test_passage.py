import pytest

from domain.article import Basis, Text
from domain.topics import Decision, analyse, decide, learn
from domain.topics.passage import NEAR, PASSAGE, Passage, of_passage, passage, state_of

BRIDGE = Text(
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
    "* اكتشاف مقبرة فرعونية في الأقصر\n"
    "الأقصر - وكالات: كشفت بعثة أثرية عن مقبرة كاهن من الأسرة الثامنة عشرة فيها توابيت ملونة وأوان من الفخار.",
)
ITEM = f"* {BRIDGE.title}\n{BRIDGE.body}"
BRIEFS = Text("موجز دوليات", "\n".join((*OTHERS[:2], ITEM, *OTHERS[2:])))
PROFILE = learn("انهيار جسر الحديدة", [BRIDGE])
CLOSE = Decision(True, False, 0.6, 0.1, 0.4, 0.5, Basis.FULL)


def test_a_story_of_a_page_of_briefs_is_a_passage_with_its_place():
    found = passage(PROFILE, BRIEFS, CLOSE)
    assert found is not None
    assert (found.part, found.parts) == (3, 5)
    assert BRIEFS.body[found.start : found.end] == ITEM
    assert found.to_json() == {"part": 3, "parts": 5, "start": found.start, "end": found.end}
    near = Decision(False, True, 0.47, -0.03, 0.3, 0.4, Basis.FULL)
    assert state_of(near, passage(PROFILE, BRIEFS, near)) == PASSAGE


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (BRIDGE, "one story"),
        (Text("موجز: انهيار جسر الحديدة", BRIEFS.body), "in the headline"),
        (Text("موجز دوليات", f"{ITEM}\n{OTHERS[0]}\n{OTHERS[1]}"), "a third of the words"),
        (Text("موجز دوليات", "\n".join(OTHERS)), "no story matches"),
        (Text("موجز دوليات", BRIEFS.body, Basis.SUMMARY), "not the full text"),
    ],
)
def test_what_is_on_topic_as_a_whole_or_not_at_all_is_no_passage(text, why):
    assert passage(PROFILE, text, CLOSE) is None, why


def test_what_is_far_from_the_line_is_not_asked():
    assert passage(PROFILE, BRIEFS, Decision(False, False, 0.2, -0.3, 0.1, 0.1, Basis.FULL)) is None


def test_a_passage_is_no_match_of_the_article():
    found = Passage(3, 5, 0, 9)
    assert not of_passage(CLOSE, True).match
    assert of_passage(CLOSE, False) is CLOSE
    assert state_of(decide(PROFILE, analyse(BRIDGE)), None) == "match"
    assert state_of(Decision(False, True, 0.47, -0.03, 0.3, 0.4, Basis.FULL), None) == NEAR
    assert state_of(CLOSE, found) == PASSAGE
