"""Names of people in news, by the office that stands before them: «الرئيس الفرنسي إيمانويل ماكرون».

Arabic has no capital letters; so only names behind an office are read, and only where two words follow that look like a
name. Many are missed, few are wrong.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from domain.arabic import STOPWORDS, fold


def _set(words: str) -> frozenset[str]:
    return frozenset(fold(word) for word in words.split())


_OFFICES = _set(
    "الرئيس الملك الأمير الأميرة الشيخ السلطان الوزير النائب الجنرال العقيد العميد اللواء الفريق المشير السفير القاضي"
    " المبعوث المستشار المستشارة الصحفي الصحافي الصحفية الناشط الناشطة الداعية البابا الدكتور المهندس المحامي السيناتور"
    " الزعيم المتحدثة المتحدث رئيسة وزيرة اللاعب المدرب المهاجم الفنان الفنانة المخرج الكاتب الشاعر السيد القائد"
)
_HEADED = _set("رئيس وزير وزيرة رئيسة زعيم قائد ملك أمير سفير مبعوث متحدث مدير أمين محافظ حاكم نائب مستشار عمدة مدرب")
_LEADS = frozenset(("و", "ف", "ل", "ب", "لل"))
_JOINTS = _set("عبد بن ابن أبو آل بو بنت ولد دي فان دو فون مار لو عبدال ال")
_NO_NAME = _set(
    "قال قالت أكد أكدت أعلن أعلنت أن إن في على إلى من عن مع بعد قبل خلال إنه إنها أمس اليوم غدا الذي التي هو هي قد لم"
    " لن كان"
    " كانت يوم مساء صباح عام ضد بشأن حول باسم لدى عبر منذ حيث كما ما لا أو أي كل بين تحت فوق دون أمام خلف سابق السابق"
    " الحالي"
    " الجديد الأسبق الراحل المنتخب المؤقت ونظيره ونظيرته نظيره وزير رئيس الوزراء الخارجية الدفاع الداخلية مسؤول"
    " يقول يؤكد يعلن"
    " بحث بحثا التقى استقبل وصل غادر دعا طالب وصف حذر أمر قرر شدد أوضح أشار لفت نفى كشف ذكر عبد حضر زار يزور يلتقي يبحث"
    " مجلس حزب حركة الحكومة الدولة البلاد القوات الجيش اتحاد هيئة لجنة منظمة شركة فريق نادي جامعة محكمة مؤسسة بلدية"
)
_MOST_BETWEEN = 4


@dataclass(frozen=True, slots=True)
class NameMention:
    """A person's name that words give from `start` up to `end`."""

    start: int
    end: int


def person_names(words: Sequence[str], paused: frozenset[int]) -> list[NameMention]:
    """Find names of people in folded words; a pause stands before each word of `paused`."""
    found: list[NameMention] = []
    for at, word in enumerate(words):
        if not _is_office(word) or (found and at < found[-1].end):
            continue
        start = _skip(words, at + 1, headed=_bare(word) in _HEADED)
        mention = _name(words, start, paused)
        if mention and not any(place in paused for place in range(at + 1, start + 1)):
            found.append(mention)
    return found


def _bare(word: str) -> str:
    return word[1:] if word[:1] in _LEADS and word[1:] in _HEADED | _OFFICES else word


def _is_office(word: str) -> bool:
    return _bare(word) in _OFFICES or _bare(word) in _HEADED


def _skip(words: Sequence[str], start: int, *, headed: bool) -> int:
    """Pass the rest of an office: الخارجية الأميركي, الوزراء, باسم. A headed one has its field next to it."""
    at = start
    while (
        at < len(words)
        and at - start < _MOST_BETWEEN
        and words[at].startswith("ال")
        and _is_attribute(words, at, start, headed)
    ):
        at += 1
    return at if not headed or at > start else len(words)


def _is_attribute(words: Sequence[str], at: int, start: int, headed: bool) -> bool:
    """Say whether a word with the article belongs to the office: the field, a nationality, السابق."""
    word = words[at]
    return (headed and at == start) or word.endswith(("ي", "يه")) or word in _NO_NAME


def _name(words: Sequence[str], start: int, paused: frozenset[int]) -> NameMention | None:
    """Take two words that look like a name, more where a joint such as عبد or بن stands among them."""
    end = start
    needed = 2
    while end < len(words) and end - start < needed and needed <= 5:
        word = words[end]
        if word in _JOINTS:
            needed += 1
        elif not _looks(word, first=end == start) or (end > start and end in paused):
            return None
        end += 1
    return NameMention(start, end) if end - start == needed and words[end - 1] not in _JOINTS else None


def _looks(word: str, *, first: bool) -> bool:
    if word in STOPWORDS or word in _NO_NAME or not word.isalpha() or word.isascii() or len(word) < 3:
        return False
    joined = len(word) > 4 and word.startswith(("و", "ل"))  # وليد and ليلى are names, ومسؤول is none
    return not (first and (joined or word.startswith("ال"))) and not word.startswith(("وال", "بال", "لل", "فال"))
