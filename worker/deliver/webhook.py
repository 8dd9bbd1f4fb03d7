"""Webhooks: signed documents (Standard Webhooks) through the one gate to the network."""

import base64
import secrets
from collections.abc import Sequence
from datetime import datetime

from standardwebhooks import Webhook

from worker.answer import Fetched
from worker.fetch import Gate


def new_secret() -> str:
    """Make a signing secret in the form of the Standard Webhooks specification."""
    return "whsec_" + base64.b64encode(secrets.token_bytes(24)).decode()


def sign(keys: Sequence[str], id: str, now: datetime, body: str) -> str:
    """Give the signatures of a document, one for each secret, separated by spaces as the specification says."""
    return " ".join(Webhook(key).sign(id, now, body) for key in keys)


async def post(gate: Gate, url: str, keys: Sequence[str], id: str, body: str, now: datetime) -> Fetched:
    """Post a signed document: id, timestamp and signatures in the headers. `keys` are the secrets, newest first."""
    headers = {
        "Content-Type": "application/json",
        "webhook-id": id,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": sign(keys, id, now, body),
    }
    return await gate.post(url, body=body.encode(), headers=headers)
