"""Reads the dates that Arabic outlets write: RFC 822, ISO 8601, words in every regional set of month names, Hijri.

Pure: `now` and the outlet's time zone are passed in. A date that is not certain to a day is no date: the time of first
sight serves better than the first of January out of a copyright line.
"""

from domain.dates.letters import fold_digits
from domain.dates.model import Dated, Habits, as_update
from domain.dates.read import read_date, read_raw
from domain.dates.trust import ENOUGH_SIGNS, FIRST_SEEN, Stamp, count_signs, day_in_address, plausible, settle
from domain.dates.words import month_comes_first, tells_order
from domain.dates.zones import check_zone, zone_named, zone_of

__all__ = [
    "ENOUGH_SIGNS",
    "FIRST_SEEN",
    "Dated",
    "Habits",
    "Stamp",
    "as_update",
    "check_zone",
    "count_signs",
    "day_in_address",
    "fold_digits",
    "month_comes_first",
    "plausible",
    "read_date",
    "read_raw",
    "settle",
    "tells_order",
    "zone_named",
    "zone_of",
]
