"""The outbox: takes alerts that are due, sends each, and writes down what became of it."""

import asyncio
import secrets
import time
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlmodel import Session

from domain.alerts import RETRIES, AlertState, after_try, test_payload
from settings import Settings
from storage import alerts as store
from storage import queue
from storage.models import Alert, Attempt, Channel
from worker.answer import Fetched
from worker.context import Context, failpoint, hold, log
from worker.deliver.webhook import post
from worker.fetch import Gate


def deliver(context: Context, ids: Sequence[str]) -> None:
    """Send alerts that are due, each recorded as a try with its outcome."""
    with hold(context, "alerts", ids) as held:
        with context.db.read() as session:
            rows = store.several(session, held.ids)
        asyncio.run(_send_all(context, held.token, rows))


async def _send_all(context: Context, token: str, rows: Sequence[tuple[Alert, Channel]]) -> None:
    async with Gate(context.settings) as gate, asyncio.TaskGroup() as group:
        for alert, channel in rows:
            group.create_task(_send_or_fail(context, gate, token, alert, channel))


async def _send_or_fail(context: Context, gate: Gate, token: str, alert: Alert, channel: Channel) -> None:
    """Send one alert; an error of ours is its own crash, counted, and stops no other alert."""
    try:
        if channel.state == "active":
            await _send(context, gate, token, alert, channel)
        else:
            await asyncio.to_thread(_end_off, context, token, alert, channel)
    except Exception as error:
        log.exception("an alert failed inside us", alert=alert.id)
        await asyncio.to_thread(_failed, context, token, alert, error)


def _end_off(context: Context, token: str, alert: Alert, channel: Channel) -> None:
    """End an alert whose channel was switched off after it was made."""
    off = {"state": AlertState.OFF.value, "detail": channel.detail}
    context.db.transact(lambda s: queue.end(s, store.ALERTS, alert.id, token, None, **off))


def _failed(context: Context, token: str, alert: Alert, error: Exception) -> None:
    """Write an error of ours down: the alert is due again soon, and its crash stays counted."""
    detail = f"{queue.INTERNAL_ERROR}: {type(error).__name__}: {error}"[:300]
    due = context.clock() + RETRIES[0]
    context.db.transact(lambda s: queue.give_back(s, store.ALERTS, [alert.id], token, due, failed=True, detail=detail))


async def _send(context: Context, gate: Gate, token: str, alert: Alert, channel: Channel) -> None:
    """Send one alert and write down what became of it."""
    began = time.monotonic()
    fetched = await post(gate, channel, alert.id, alert.payload, context.clock())
    failpoint("after_post")
    now, tries = context.clock(), alert.attempts + 1
    plan = after_try(
        http_status=fetched.http_status, tries=tries, now=now, jitter=secrets.randbelow(1000) / 1000,
        retry_after=fetched.retry_after,
    )  # fmt: skip
    detail = fetched.detail or str(fetched.status)
    attempt = Attempt(
        alert_id=alert.id, at=now, outcome=plan.state.value, http_status=fetched.http_status, detail=detail,
        seconds=round(time.monotonic() - began, 3),
    )  # fmt: skip

    def write(session: Session) -> None:
        values: dict[str, Any] = {"state": plan.state.value, "attempts": tries, "detail": detail}
        values |= {"sent": now} if plan.state == "sent" else {}
        if queue.end(session, store.ALERTS, alert.id, token, plan.due, **values):
            store.record_try(session, attempt)
        if plan.channel_off:
            store.switch_off(session, alert.channel_id, f"{now:%Y-%m-%d}: the receiver answered 410 (gone)")

    await asyncio.to_thread(context.db.transact, write)


def send_test(settings: Settings, channel: Channel, now: datetime) -> Fetched:
    """Send a test document to a channel at once, outside the outbox."""

    async def send() -> Fetched:
        async with Gate(settings) as gate:
            return await post(gate, channel, f"msg_test_{secrets.token_hex(8)}", test_payload(now), now)

    return asyncio.run(send())
