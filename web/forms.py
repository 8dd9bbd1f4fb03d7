"""Forms that only our own pages can send: a token in the form, bound to a cookie, signed by this process.

The signed double-submit pattern of the OWASP CSRF Prevention Cheat Sheet; the cookie is SameSite=Strict.
"""

import hashlib
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl

from fastapi import HTTPException, Request

COOKIE = "marsad_form"
FIELD = "token"
_MOST_FIELDS = 20


@dataclass(frozen=True, slots=True)
class Signer:
    """Signs for as long as this process lives; a form from before a restart is shown again, with what was typed."""

    secret: bytes = field(default_factory=lambda: secrets.token_bytes(32), repr=False)

    def token(self, cookie: str) -> str:
        """Give the token that belongs to a cookie, 64 hex digits."""
        return hmac.new(self.secret, cookie.encode("utf-8", "replace"), hashlib.sha256).hexdigest()

    def right(self, cookie: str, token: str) -> bool:
        """Say whether a form's token belongs to the cookie that came with it."""
        expected = self.token(cookie).encode()
        return bool(cookie) and hmac.compare_digest(expected, token.encode("utf-8", "replace"))


def new_cookie() -> str:
    """Give the value of a cookie for a browser that has none yet."""
    return secrets.token_hex(16)


async def read_form(request: Request) -> Mapping[str, str]:
    """Read the fields of a URL-encoded form, the last value of each; line ends become newlines, NUL is dropped.

    Raises HTTPException 415 for another kind of body and 400 for more than 20 fields.
    """
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/x-www-form-urlencoded":
        raise HTTPException(415)
    body = (await request.body()).decode("latin-1")
    try:
        fields = parse_qsl(
            body, keep_blank_values=True, max_num_fields=_MOST_FIELDS, encoding="utf-8", errors="replace"
        )
    except ValueError as error:
        raise HTTPException(400) from error
    return {name: value.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "") for name, value in fields}
