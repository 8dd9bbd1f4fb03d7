"""Alert: puts first matches into the outbox, in their article's transaction, and delivers what waits there."""

import asyncio
import base64
import secrets
import time
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlmodel import Session
from standardwebhooks import Webhook

from domain.alerts import FIRST_MATCH, RETRIES, AlertState, Told, after_try, is_first, payload, test_payload
from domain.errors import BadInput
from domain.fetching import check_url
from settings import Settings
from storage import alerts as store
from storage import queue, topics
from storage.models import Alert, Attempt, Channel
from worker.answer import Fetched
from worker.context import Context, failpoint, hold, log
from worker.fetch import Gate


def new_secret() -> str:
    """Make a signing secret in the form of the Standard Webhooks specification."""
    return "whsec_" + base64.b64encode(secrets.token_bytes(24)).decode()


def check_channel(url: str) -> str:
    """Give the address of a webhook in its normal spelling. Raises BadInput for what can never be sent to."""
    try:
        return check_url(url)
    except BadInput as error:
        raise BadInput(f"cannot send alerts there: {error}") from error


def announce(session: Session, found: Sequence[tuple[int, str, int, Told]], now: datetime) -> list[str]:
    """Put an alert into the outbox for each first match of a story. Gives the alerts' ids.

    `found`: (topic id, topic name, story, article).
    """
    articles = {told.id for _, _, _, told in found}
    before = topics.told(session, [(topic, story) for topic, _, story, _ in found], articles) if found else set()
    channels = store.channels_of(session, {topic for topic, _, _, _ in found}) if found else {}
    rows = [
        {
            "topic_id": topic, "story_id": story, "reason": FIRST_MATCH, "channel_id": channel,
            "article_id": told.id,
            "payload": payload(topic=name, story=story, reason=FIRST_MATCH, now=now, article=told),
        }
        for topic, name, story, told in found
        if is_first((topic, story) in before)
        for channel in channels.get(topic, ())
    ]  # fmt: skip
    return store.enqueue(session, rows, now)


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
    fetched = await _post(gate, channel, alert.id, alert.payload, context.clock())
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


async def _post(gate: Gate, channel: Channel, id: str, body: str, now: datetime) -> Fetched:
    """Post a signed document (Standard Webhooks: id, timestamp and signature in the headers)."""
    headers = {
        "Content-Type": "application/json",
        "webhook-id": id,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": Webhook(channel.secret).sign(id, now, body),
    }
    return await gate.post(channel.url, body=body.encode(), headers=headers)


def send_test(settings: Settings, channel: Channel, now: datetime) -> Fetched:
    """Send a test document to a channel at once, outside the outbox."""

    async def send() -> Fetched:
        async with Gate(settings) as gate:
            return await _post(gate, channel, f"msg_test_{secrets.token_hex(8)}", test_payload(now), now)

    return asyncio.run(send())
