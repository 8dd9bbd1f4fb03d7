"""Forms: texts that come again and again in the same words with other days, figures, places and names.

Prices, forecasts, telegrams, notices, fixtures and bulletins. Two that fill the slots of one form with other things are
two texts, however much they share; two that fill them alike are one, as any others.
"""

from collections.abc import Iterable, Sequence
from itertools import pairwise

from domain.arabic import folded
from domain.gazetteer import places_in

_OPENING = 60  # words from the start of a text, where a form says what it is
_LEAST = 3  # numbers that a text must have before the share of those exchanged says anything
_EXCHANGED = 1 / 3  # of the numbers of the text that has fewer: an edited copy changes one or two
_OPENINGS = (
    # weather
    "حالة الطقس", "طقس اليوم", "الطقس اليوم", "الطقس المتوقع", "توقعات الطقس", "النشرة الجوية", "لهذا اليوم",
    "درجات الحرارة", "الحرارة العظمى", "الحرارة الصغرى", "هيئة الأرصاد", "الأرصاد الجوية", "للأرصاد الجوية",
    "طقس حار", "طقس معتدل", "طقس مائل", "سماء غائمة", "الرياح السطحية", "مواقيت الصلاة", "أوقات الصلاة",
    # prices
    "أسعار الذهب", "سعر الذهب", "سعر جرام", "سعر غرام", "جرام الذهب", "غرام الذهب", "الذهب عيار", "أسعار الفضة",
    "أسعار الصرف", "سعر صرف", "أسعار صرف", "سعر الدولار", "سعر اليورو", "أسعار العملات", "أسعار النفط", "أسعار الخضر",
    "أسعار الخضروات", "أسعار الدواجن", "أسعار الأسماك", "أسعار الحديد", "أسعار الأسمنت", "أسعار المحروقات",
    "أسعار الوقود",
    # markets
    "مؤشر الأسهم", "مؤشر سوق", "مؤشر بورصة", "المؤشر العام", "مؤشرات البورصة", "المؤشر الرئيسي", "أغلق مؤشر",
    "أغلقت بورصة", "أنهت بورصة", "أنهى مؤشر", "عند مستوى", "ختام تعاملات", "ختام تداولات", "ختام جلسة", "نهاية تعاملات",
    "نهاية تداولات", "نهاية جلسة",
    # telegrams
    "برقية تهنئة", "ببرقية تهنئة", "برقية عزاء", "ببرقية عزاء", "برقية تعزية", "ببرقية تعزية", "برقيتي تهنئة",
    "برقيتي عزاء", "برقية شكر", "برقية جوابية",
    # notices
    "حكم القتل", "حكم الإعدام", "حكم القصاص", "القتل قصاصا", "القتل تعزيرا", "رحمة الله", "ينعى إلى", "الموقف الوبائي",
    # bulletins and fixtures
    "نشرة الأخبار", "تذاع نشرة", "موجز الأخبار", "جدول مباريات", "مباريات اليوم", "مباريات الجولة", "مباريات الغد",
    "مواعيد مباريات", "ترتيب فرق", "تقام اليوم", "تقام غدا",
)  # fmt: skip
_PAIRS = frozenset((first, second) for line in _OPENINGS for first, second in [folded(line)])
_SON = frozenset(word for name in ("بن", "ابن", "بنت") for word in folded(name))


def opens_as_form(words: Sequence[str]) -> bool:
    """Say whether folded words open like a form."""
    return not _PAIRS.isdisjoint(pairwise(words[:_OPENING]))


def slots_of(words: Sequence[str]) -> frozenset[str]:
    """Give the places that folded words of a form name, and the names of persons by their fathers."""
    places = (mention.place.name for mention in places_in(words))
    return frozenset((*places, *_lineages(words)))


def _lineages(words: Sequence[str]) -> Iterable[str]:
    return (f"{words[at - 1]} {words[at + 1]}" for at in range(1, len(words) - 1) if words[at] in _SON)


Pair = tuple[frozenset[str], frozenset[str]]


def fills_otherwise(slots: Pair, numbers: Pair) -> bool:
    """Say whether two texts in one form speak of two things, by the slots and the numbers of both.

    Each names a place or a person that the other does not, or their figures differ. Number words are not compared: an
    outlet spells out what another writes in digits.
    """
    (one, other), (a, b) = slots, numbers
    fewer = min(len(_figures(a)), len(_figures(b)))
    return bool(one - other and other - one) or (fewer >= _LEAST and exchanged(a, b) >= _EXCHANGED * fewer)


def exchanged(a: Iterable[str], b: Iterable[str]) -> int:
    """Count the figures of one text that stand in the place of others of the other, at most."""
    these, those = _figures(a), _figures(b)
    return min(len(these - those), len(those - these))


def _figures(words: Iterable[str]) -> frozenset[str]:
    return frozenset(filter(str.isdecimal, words))
