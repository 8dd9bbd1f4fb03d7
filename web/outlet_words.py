"""The Arabic words of outlets' cards and of backfills."""

from collections.abc import Mapping

KINDS: Mapping[str, str] = {"state": "حكومية", "party": "حزبية", "private": "خاصة", "foreign": "أجنبية"}
SURE: Mapping[str, str] = {"high": "مرتفعة", "medium": "متوسطة", "low": "منخفضة"}
COUNTRIES: Mapping[str, str] = {
    "AE": "الإمارات", "BH": "البحرين", "DJ": "جيبوتي", "DZ": "الجزائر", "EG": "مصر", "IQ": "العراق", "JO": "الأردن",
    "KM": "جزر القمر", "KW": "الكويت", "LB": "لبنان", "LY": "ليبيا", "MA": "المغرب", "MR": "موريتانيا", "OM": "عُمان",
    "PS": "فلسطين", "QA": "قطر", "SA": "السعودية", "SD": "السودان", "SO": "الصومال", "SY": "سوريا", "TN": "تونس",
    "YE": "اليمن", "CH": "سويسرا", "CN": "الصين", "DE": "ألمانيا", "FR": "فرنسا", "GB": "بريطانيا", "IL": "إسرائيل",
    "IR": "إيران", "NL": "هولندا", "RU": "روسيا", "TR": "تركيا", "US": "الولايات المتحدة", "VA": "الفاتيكان",
}  # fmt: skip
# Where a backfill stands, and why it ended (`domain.backfill`).
STATES: Mapping[str, str] = {"waiting": "قيد التنفيذ", "done": "اكتمل", "stopped": "أوقف", "failed": "لم ينجح"}
ENDED: Mapping[str, str] = {
    "since": "بلغ التاريخ المطلوب",
    "end": "لم يبق ما هو أقدم",
    "limit": "بلغ أكثر عدد مسموح",
    "stopped": "أوقفه المستخدم",
    "nothing": "لا صفحات أقدم ولا خرائط للموقع",
}
BAD_SINCE = "اكتب تاريخًا مضى على صورة \u20662026-01-31\u2069."
NO_WAY_BACK = "لا خلاصة لهذه الوسيلة ولا موقع، فلا سبيل إلى أرشيفها."


def country(code: str) -> str:
    """Give the name of a country by its two letters; the letters where it has none here."""
    return COUNTRIES.get(code, code)
