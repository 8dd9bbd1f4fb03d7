"""What operators are told of the service itself: problems with their words, and when a message is due. Pure."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from domain.budget import next_digest, why_quiet
from domain.health import OUR_NETWORK, SILENT, Health
from domain.preferences import OFF, Preferences

STUCK_AFTER = timedelta(minutes=15)  # work that is due so long and was not taken
SETTLED = timedelta(minutes=10)  # a problem is told when it lasted so long: most go by themselves
AT_MOST = timedelta(days=1)
DISK_LEAST = 1_000_000_000  # bytes free
DISK_SHARE = 0.05
FEED_KINDS: Mapping[Health, str] = {
    Health.QUIET: "feed_quiet", Health.BLOCKED: "feed_blocked", Health.BROKEN: "feed_broken", Health.GONE: "feed_gone",
}  # fmt: skip
QUEUE_STUCK, DISK_LOW, QUARANTINE = "queue_stuck", "disk_low", "quarantine_growing"
# Kinds that are looked for here; those of `domain.health` are found by the watchdog.
LOOKED_FOR = (*FEED_KINDS.values(), QUEUE_STUCK, DISK_LOW, QUARANTINE)
TOLD = (*LOOKED_FOR, *SILENT, OUR_NETWORK)
_TEXT = {
    "feed_quiet": "خلاصة صامتة على غير عادتها",
    "feed_blocked": "خلاصة محجوبة",
    "feed_broken": "خلاصة معطّلة",
    "feed_gone": "خلاصة متوقفة نهائيًا",
    QUEUE_STUCK: "عمل متأخر لا يتناوله أحد",
    DISK_LOW: "القرص يوشك أن يمتلئ",
    QUARANTINE: "عمل معزول للمراجعة",
    OUR_NETWORK: "يبدو أن الخلل في شبكتنا: نصف المواقع لا يجيب",
    "silent_outlet": "وسيلة صامتة على غير عادتها",
    "silent_country": "بلد صامت على غير عادته",
    "silent_language": "لغة صامتة على غير عادتها",
}


def is_disk_low(free: int, total: int) -> bool:
    """Say whether a disk has too few bytes free: a gigabyte, or the twentieth of a small one."""
    return free < min(DISK_LEAST, DISK_SHARE * total)


def problem(kind: str, what: str, detail: str, since: datetime) -> dict[str, str]:
    """Give a problem as JSON values: its kind, whom it concerns, what is to be said, since when."""
    text = ": ".join(part for part in (_TEXT[kind], what) if part)
    return {"kind": kind, "what": what, "text": f"{text} ({detail})" if detail else text, "since": since.isoformat()}


def may_tell(wanted: Preferences, last: datetime | None, now: datetime) -> bool:
    """Say whether operators may be told now: once a day at most, at the time of the digest if there is one."""
    if why_quiet(wanted, now):
        return False
    if last is None:
        return wanted.digest.period == OFF or _is_time(wanted, now - timedelta(hours=1), now)
    if wanted.digest.period != OFF:
        return now - last >= AT_MOST / 2 and _is_time(wanted, last, now)
    return now - last >= AT_MOST


def _is_time(wanted: Preferences, since: datetime, now: datetime) -> bool:
    due = next_digest(wanted, since)
    return due is not None and due <= now
