"""The outbox: takes alerts that are due, sends each, and writes down what became of it.

Channels are served side by side, the alerts of one in the order in which they were made and one at a time. A channel
that another worker serves just now is left to it; when a receiver does not answer, what else waits for it waits too.
"""

import asyncio
import secrets
import time
from collections.abc import Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlmodel import Session

from domain.alerts import AlertState, test_payload
from domain.channels import ChannelState, scrub
from domain.delivery import RETRIES, DeliveryPlan, after_try
from domain.fetching import FetchStatus
from settings import Settings
from storage import alerts as store
from storage import channels, queue
from storage.models import Alert, Attempt, Channel
from worker.answer import Fetched
from worker.context import Context, failpoint, hold, log
from worker.deliver.send import Parcel, send
from worker.fetch import Gate

# Seconds for one channel in one task: what is left then goes back and comes with another message.
TURN = 60.0
# What may have arrived although we were not told so.
_DOUBTFUL = frozenset(
    {FetchStatus.TIMEOUT, FetchStatus.CONNECTION_ERROR, FetchStatus.PROTOCOL_ERROR, FetchStatus.TRUNCATED}
)


def deliver(context: Context, ids: Sequence[str]) -> None:
    """Send alerts that are due, each recorded as a try with its outcome."""
    free = context.db.transact(lambda s: store.leave_busy(s, ids, context.clock()))
    with hold(context, "alerts", free) as held:
        with context.db.read() as session:
            rows = store.several(session, held.ids)
        asyncio.run(_send_all(context, held.token, rows))


async def _send_all(context: Context, token: str, rows: Sequence[tuple[Alert, Channel]]) -> None:
    by_channel = sorted(rows, key=lambda row: row[0].channel_id)  # stable: the order within a channel stays
    async with Gate(context.settings) as gate, asyncio.TaskGroup() as group:
        for _, part in groupby(by_channel, key=lambda row: row[0].channel_id):
            group.create_task(_serve(context, gate, token, list(part)))


async def _serve(context: Context, gate: Gate, token: str, rows: Sequence[tuple[Alert, Channel]]) -> None:
    """Send the alerts of one channel one after another, until they are sent or sending more would be in vain."""
    until, answered = time.monotonic() + TURN, False
    for number, (alert, channel) in enumerate(rows):
        rest = [other.id for other, _ in rows[number + 1 :]]
        plan = await _send_or_fail(context, gate, token, alert, channel)
        if plan is not None and plan.state is AlertState.SENT and not answered:
            answered = True
            await asyncio.to_thread(_hasten, context, alert.channel_id)
        if plan is not None and (plan.hold or plan.channel_off or plan.channel_paused):
            await asyncio.to_thread(_stop, context, token, alert.channel_id, plan, rest)
            return
        if rest and time.monotonic() > until:
            await asyncio.to_thread(_give_back, context, token, rest, context.clock())
            return


def _hasten(context: Context, channel_id: int) -> None:
    context.db.transact(lambda s: channels.hasten(s, channel_id, context.clock()))


def _give_back(context: Context, token: str, ids: Sequence[str], due: datetime) -> None:
    context.db.transact(lambda s: queue.give_back(s, store.ALERTS, ids, token, due, failed=False))


def _stop(context: Context, token: str, channel_id: int, plan: DeliveryPlan, rest: Sequence[str]) -> None:
    """Give back what was not tried, and let all that waits for the channel wait for the same time."""
    now = context.clock()

    def write(session: Session) -> None:
        queue.give_back(session, store.ALERTS, rest, token, now, failed=False)
        if plan.channel_off:
            channels.switch_off(session, channel_id, f"{now:%Y-%m-%d}: the receiver answered 410 (gone)")
        elif plan.channel_paused:
            why = f"{now:%Y-%m-%d}: the receiver refuses us (401 or 403): mend the address or its rights"
            channels.pause(session, channel_id, f"{why}, then `marsad alerts resume {channel_id}`")
        elif plan.due is not None:
            channels.hold(session, channel_id, plan.due, now)

    context.db.transact(write)


async def _send_or_fail(
    context: Context, gate: Gate, token: str, alert: Alert, channel: Channel
) -> DeliveryPlan | None:
    """Send one alert; an error of ours is its own crash, counted, and stops no other alert."""
    try:
        if channel.state == ChannelState.ACTIVE:
            return await _send(context, gate, token, alert, channel)
        await asyncio.to_thread(_end_unsent, context, token, alert, channel)
    except Exception as error:
        said = scrub(f"{type(error).__name__}: {error}", channel.url, channel.secret, channel.old_secret)
        # Without its traceback, which could show the address: the type and the place are enough to find it.
        log.error("an alert failed inside us", alert=alert.id, error=said, where=_where(error))
        await asyncio.to_thread(_failed, context, token, alert, said)
    return None


def _where(error: BaseException) -> str:
    """Give the places that an error came through, innermost last."""
    frames, trace = [], error.__traceback__
    while trace:
        frames.append(f"{trace.tb_frame.f_code.co_name}:{trace.tb_lineno}")
        trace = trace.tb_next
    return " ".join(frames[-6:])


def _end_unsent(context: Context, token: str, alert: Alert, channel: Channel) -> None:
    """Leave an alert of a channel that was paused for later; end that of one that was switched off."""
    state = AlertState.WAITING if channel.state == ChannelState.PAUSED else AlertState.OFF
    values = {"state": state.value, "detail": channel.detail}
    context.db.transact(lambda s: queue.end(s, store.ALERTS, alert.id, token, None, **values))


def _failed(context: Context, token: str, alert: Alert, said: str) -> None:
    """Write an error of ours down: the alert is due again soon, and its crash stays counted."""
    detail = f"{queue.INTERNAL_ERROR}: {said}"[:300]
    due = context.clock() + RETRIES[0]
    context.db.transact(lambda s: queue.give_back(s, store.ALERTS, [alert.id], token, due, failed=True, detail=detail))


async def _send(context: Context, gate: Gate, token: str, alert: Alert, channel: Channel) -> DeliveryPlan:
    """Send one alert and write down what became of it."""
    began, now = time.monotonic(), context.clock()
    doubtful = alert.doubtful or alert.crashes > 1  # whoever took it before may have been killed after sending
    parcel = Parcel(
        alert.id, alert.payload, now, channels.secrets_of(channel, now), alert.repeated is not None, doubtful
    )  # fmt: skip
    fetched = await send(gate, context.settings, channel, parcel)
    failpoint("after_post")
    now = context.clock()
    plan = after_try(
        http_status=fetched.http_status, tries=alert.attempts + 1, now=now, jitter=secrets.randbelow(1000) / 1000,
        retry_after=fetched.retry_after, age=now - (alert.repeated or alert.created),
    )  # fmt: skip
    seconds = round(time.monotonic() - began, 3)
    doubtful |= fetched.status in _DOUBTFUL and not fetched.detail.startswith("ClientConnector")
    await asyncio.to_thread(_write, context, token, alert, plan, fetched, now, seconds, doubtful)
    return plan


def _write(
    context: Context, token: str, alert: Alert, plan: DeliveryPlan, fetched: Fetched, now: datetime, seconds: float,
    doubtful: bool,
) -> None:  # fmt: skip
    """Write down a try, unless another worker has the alert by now."""
    attempt = Attempt(
        alert_id=alert.id, at=now, outcome=plan.state.value,
        http_status=None if "smtp" in fetched.flags else fetched.http_status, detail=fetched.detail,
        seconds=seconds,
    )  # fmt: skip
    values: dict[str, Any] = {
        "state": plan.state.value, "attempts": alert.attempts + 1, "detail": fetched.detail, "doubtful": doubtful,
    }  # fmt: skip
    values |= {"sent": now} if plan.state is AlertState.SENT else {}

    def write(session: Session) -> None:
        if queue.end(session, store.ALERTS, alert.id, token, plan.due, **values):
            store.record_try(session, attempt)

    context.db.transact(write)


def send_test(settings: Settings, channel: Channel, now: datetime) -> Fetched:
    """Send a test document to a channel at once, outside the outbox."""
    parcel = Parcel(
        f"msg_test_{secrets.token_hex(8)}", test_payload(now), now, channels.secrets_of(channel, now)
    )  # fmt: skip

    async def once() -> Fetched:
        async with Gate(settings) as gate:
            return await send(gate, settings, channel, parcel)

    return asyncio.run(once())
