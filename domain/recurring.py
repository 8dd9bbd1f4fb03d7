"""Headlines of what comes anew every day in the same words: it tells no event, however alike two of them are."""

import re

from domain.arabic import fold
from domain.topics.parts import names_a_roundup

_DAYS = r"(?:اليوم|الغد|غدا|السبت|الأحد|الاثنين|الثلاثاء|الأربعاء|الخميس|الجمعة)"
_GOODS = r"(?:ذهب|فضة|عملات|عملة|دولار|يورو|خضر|خضروات|أسماك|دواجن|حديد)"
_TITLES = (
    rf"^(?:أسعار|سعر) (?:صرف |بيع )?(?:ال)?{_GOODS}",
    r"^(?:حالة )?(?:ال)?طقس\b",
    r"^(?:توقعات|درجات) (?:ال)?(?:طقس|حرارة|أحوال)",
    r"^الأرصاد[: ].*(?:طقس|حرارة)",
    rf"^(?:أبرز |أهم |جدول )?(?:مواعيد )?(?:أهم |أبرز )?مباريات {_DAYS}",
    r"^جدول (?:ترتيب|مواعيد)",
    r"^مواقيت الصلاة",
    r"^(?:إمساكية|حظك اليوم|توقعات الأبراج|برج ال)",
    r"^(?:كاريكاتير|صورة اليوم|حدث في مثل)",
    r"^(?:بالصور[: .]+)?(?:أبرز|أهم) (?:أحداث|صور) (?:اليوم|الأسبوع|يوم)",
    r"^(?:إعلان|إعلانات|وفيات|شواغر|وظائف شاغرة)\b",
)
_RECURRING = re.compile("|".join(fold(title) for title in _TITLES))


def is_recurring(title: str) -> bool:
    """Say whether a title is that of prices, weather, fixtures, notices, a bulletin or a press review."""
    return _RECURRING.search(fold(title)) is not None or names_a_roundup(title)
