"""Webhooks: signed documents (Standard Webhooks) through the one gate to the network."""

import base64
import secrets
from datetime import datetime

from standardwebhooks import Webhook

from domain.errors import BadInput
from domain.fetching import check_url
from storage.models import Channel
from worker.answer import Fetched
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


async def post(gate: Gate, channel: Channel, id: str, body: str, now: datetime) -> Fetched:
    """Post a signed document (Standard Webhooks: id, timestamp and signature in the headers)."""
    headers = {
        "Content-Type": "application/json",
        "webhook-id": id,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": Webhook(channel.secret).sign(id, now, body),
    }
    return await gate.post(channel.url, body=body.encode(), headers=headers)
