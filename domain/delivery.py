"""What a receiver's answer means, and when an alert is tried again."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.alerts import AlertState

# The waits of the Standard Webhooks specification after the first try, three days in all.
RETRIES = tuple(timedelta(seconds=s) for s in (5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 72_000))
FEW = 4  # tries of what a receiver says it does not know or cannot read: more would change nothing
MOST_WAIT = timedelta(days=1)
# An alert that had to wait behind others this long is not sent any more, though it was never tried so often itself.
MOST_AGE = timedelta(days=7)
_REFUSED = frozenset({401, 403})
_IN_VAIN = frozenset({400, 404, 405, 406, 411, 413, 414, 415, 422})


@dataclass(frozen=True, slots=True)
class DeliveryPlan:
    """What follows from a try.

    `due` is the next try (None: no more, or not before the channel is resumed). `channel_off` and `channel_paused`
    say what becomes of the channel; `hold` that the others that wait for it would fare no better before `due`.
    """

    state: AlertState
    due: datetime | None
    channel_off: bool = False
    channel_paused: bool = False
    hold: bool = False


def after_try(
    *,
    http_status: int | None,
    tries: int,
    now: datetime,
    jitter: float,
    retry_after: float | None = None,
    age: timedelta = timedelta(0),
) -> DeliveryPlan:
    """Say what a receiver's answer means (Standard Webhooks).

    2xx is sent; 410 switches the channel off; 401 and 403 pause it; what the receiver does not know or cannot read
    (404, 400, 422 …) is tried a few times; all else is tried for three days, not before the receiver's Retry-After.

    `tries` counts this one; `http_status` is None when there was no answer; `jitter` lies in 0..1 and lengthens the
    wait by up to a fifth; `retry_after` is in seconds; `age` is the time since the alert was made or repeated.
    """
    if http_status is not None and 200 <= http_status < 300:
        return DeliveryPlan(AlertState.SENT, None)
    if http_status == 410:
        return DeliveryPlan(AlertState.OFF, None, channel_off=True)
    if http_status in _REFUSED:
        return DeliveryPlan(AlertState.WAITING, None, channel_paused=True)
    in_vain = http_status in _IN_VAIN
    if tries > len(RETRIES) or (in_vain and tries >= FEW) or age > MOST_AGE:
        return DeliveryPlan(AlertState.FAILED, None)
    wait = RETRIES[tries - 1] * (1 + 0.2 * jitter)
    if retry_after is not None:
        wait = max(wait, min(timedelta(seconds=retry_after), MOST_WAIT))
    return DeliveryPlan(AlertState.WAITING, now + wait, hold=not in_vain)
