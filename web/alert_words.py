"""The Arabic words of alerts on the pages."""

from collections.abc import Mapping

# Why an alert waits for a digest (`domain.budget.Held`).
HELD: Mapping[str, str] = {
    "digest_only": "موجز دوري فقط",
    "quiet_hours": "ساعات عدم الإزعاج",
    "day_off": "يوم بلا تنبيه",
    "free_period": "فترة بلا تنبيه",
    "over_budget": "فوق سقف التنبيهات",
    "storm": "تنبيهات كثيرة في ساعة واحدة",
}
CHANNEL_STATES: Mapping[str, str] = {"off": "متوقفة نهائيًا", "paused": "متوقفة مؤقتًا"}
