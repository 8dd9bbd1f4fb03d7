"""Sends one document to one channel, each kind in its own way, and says what came of it."""

import asyncio
import json
from dataclasses import dataclass, replace
from datetime import datetime

from domain.channels import Kind, normal, scrub
from domain.fetching import FetchStatus
from settings import Settings
from storage.models import Channel
from worker.answer import Fetched
from worker.deliver import line, message, webhook
from worker.fetch import Gate


@dataclass(frozen=True, slots=True)
class Parcel:
    """A document on its way: its id, which is the same at every try, and its body as JSON.

    `doubtful`: an earlier try may have arrived. `keys` are the secrets that sign, for webhooks.
    """

    id: str
    body: str
    now: datetime
    keys: tuple[str, ...] = ()
    repeated: bool = False
    doubtful: bool = False

    @property
    def document(self) -> str:
        """Give the JSON as it is sent: one that was asked for once more says so."""
        return (
            json.dumps(json.loads(self.body) | {"repeated": True}, ensure_ascii=False) if self.repeated else self.body
        )


async def send(gate: Gate, settings: Settings, channel: Channel, parcel: Parcel) -> Fetched:
    """Send a document. What went wrong at the other end is in the result, which holds no secret of the channel."""
    if channel.kind == Kind.STDOUT:
        done = await asyncio.to_thread(line.write, settings.home, parcel.id, parcel.document)
    elif channel.kind == Kind.APPRISE:
        done = await message.send(gate, channel.url, parcel.id, parcel.document, parcel.now, doubtful=parcel.doubtful)
    else:
        done = await webhook.post(gate, channel.url, parcel.keys, parcel.id, parcel.document, parcel.now)
    return replace(done, detail=scrub(done.detail or _said(done), channel.url, channel.secret, channel.old_secret))


def _said(done: Fetched) -> str:
    return f"HTTP {done.http_status}" if done.http_status and done.status is not FetchStatus.OK else str(done.status)


def check(settings: Settings, address: str) -> tuple[str, str]:
    """Give the normal spelling of a channel's address, and a word of doubt or "".

    Raises BadInput for what can or may never be sent to.
    """
    url = normal(address)

    async def look() -> str:
        async with Gate(settings) as gate:
            return await message.check(gate, url)

    return url, asyncio.run(look())
