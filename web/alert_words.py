"""The Arabic words of alerts on the pages."""

from collections.abc import Mapping

# Why an alert is made (`domain.reasons.Reason`), and why it waits for a digest (`domain.budget.Held`).
REASONS: Mapping[str, str] = {
    "first_match": "أول مادة في الحدث",
    "new_number": "رقم تغيّر",
    "new_fact": "مكان أو اسم جديد",
    "development": "تطور في الحدث",
    "nth_outlet": "عدد الوسائل الإعلامية",
    "new_source": "عدد المصادر المستقلة",
    "burst": "طفرة نشر",
}
HELD: Mapping[str, str] = {
    "digest_only": "موجز دوري فقط",
    "quiet_hours": "ساعات عدم الإزعاج",
    "day_off": "يوم بلا تنبيه",
    "free_period": "فترة بلا تنبيه",
    "over_budget": "فوق سقف التنبيهات",
    "storm": "تنبيهات كثيرة في ساعة واحدة",
}
CHANNEL_STATES: Mapping[str, str] = {"off": "متوقفة نهائيًا", "paused": "متوقفة مؤقتًا"}
