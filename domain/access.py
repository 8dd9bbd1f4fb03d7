"""How an outlet is reached that needs more than an address: a proxy, extra headers, a subscriber's cookies. Pure.

Headers and cookies are secrets. They are sent to the outlet's own registrable domain and to nobody else (`may_tell`),
and no value of this module shows them: what is printed, logged or serialised are their names.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote, urlsplit

from domain.errors import BadInput
from domain.fetching import check_url

MOST_FIELDS = 30
MOST_VALUE = 4_000  # characters of one header or cookie
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}")  # RFC 9110, 5.6.2
_FIELD_VALUE = re.compile(r"[\x20-\x7e\x80-\xff]*")
_COOKIE_VALUE = re.compile(
    r"[\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]*|\"[\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]*\""
)
# What the gate decides by itself, and what only concerns one connection.
_OURS = frozenset(
    ("host", "connection", "content-length", "transfer-encoding", "te", "trailer", "upgrade", "keep-alive", "cookie")
)
_ASKS = frozenset(("accept-encoding", "range", "expect", "if-none-match", "if-modified-since", "if-match", "if-range"))


@dataclass(frozen=True, slots=True)
class Access:
    """How an outlet is reached.

    `site` is the registrable domain (or host and port) to which headers and cookies are told; `proxy` an http or https
    address without credentials, which stand in `proxy_login` as (user, password).
    """

    site: str = ""
    proxy: str = ""
    proxy_login: tuple[str, str] | None = field(default=None, repr=False)
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    cookies: tuple[tuple[str, str], ...] = field(default=(), repr=False)

    @property
    def told(self) -> dict[str, str]:
        """Give the headers that are sent to the outlet itself."""
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies)
        return dict(self.headers) | ({"Cookie": cookies} if cookies else {})

    @property
    def is_plain(self) -> bool:
        """Say whether there is nothing to it."""
        return not (self.proxy or self.headers or self.cookies)

    def shown(self) -> dict[str, Any]:
        """Give what may be shown: names, and never a value."""
        return {
            "site": self.site, "proxy": self.proxy, "proxy_login": self.proxy_login is not None,
            "headers": [name for name, _ in self.headers], "cookies": [name for name, _ in self.cookies],
        }  # fmt: skip

    def to_json(self) -> dict[str, Any]:
        """Give plain values to be stored, secrets among them."""
        return {
            "site": self.site, "proxy": self.proxy, "proxy_login": list(self.proxy_login) if self.proxy_login else None,
            "headers": [list(pair) for pair in self.headers], "cookies": [list(pair) for pair in self.cookies],
        }  # fmt: skip

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> "Access":
        """Give back what was stored."""
        login = values.get("proxy_login")
        return cls(
            values.get("site", ""), values.get("proxy", ""), (login[0], login[1]) if login else None,
            tuple((name, value) for name, value in values.get("headers", ())),
            tuple((name, value) for name, value in values.get("cookies", ())),
        )  # fmt: skip


def read_header(text: str) -> tuple[str, str]:
    """Read `Name: value`. Raises BadInput, whose message never holds the value."""
    name, colon, value = text.partition(":")
    name, value = name.strip(), value.strip()
    if not colon or not _TOKEN.fullmatch(name):
        raise BadInput("a header is written as 'Name: value'")
    if name.lower() in _OURS | _ASKS or name.lower().startswith("proxy-"):
        hint = ": use --cookie" if name.lower() == "cookie" else " by ourselves"
        raise BadInput(f"the header {name} is set{hint}")
    if len(value) > MOST_VALUE or not _FIELD_VALUE.fullmatch(value):
        raise BadInput(f"the value of the header {name} holds a character that no header may hold, or is too long")
    return name, value


def read_cookie(text: str) -> tuple[str, str]:
    """Read `name=value` (RFC 6265, 4.1.1). Raises BadInput, whose message never holds the value."""
    name, equals, value = text.strip().partition("=")
    if not equals or not _TOKEN.fullmatch(name):
        raise BadInput("a cookie is written as name=value, one at a time")
    if len(value) > MOST_VALUE or not _COOKIE_VALUE.fullmatch(value):
        raise BadInput(f"the value of the cookie {name} holds a character that no cookie may hold, or is too long")
    return name, value


def read_cookies(text: str, site: str) -> tuple[tuple[str, str], ...]:
    """Read the cookies for a site out of a `cookies.txt` as browsers export it: seven fields a line, divided by tabs.

    Those of other sites are left out. Raises BadInput where there is none.
    """
    found = {}
    for line in text.splitlines():
        fields = line.removeprefix("#HttpOnly_").split("\t")
        if len(fields) == 7 and not line.startswith("# "):
            domain = fields[0].lstrip(".").lower()
            if domain == site or domain.endswith(f".{site}"):
                name, value = read_cookie(f"{fields[5]}={fields[6]}")
                found[name] = value
    if not found:
        raise BadInput(f"no cookie of {site} in this file: export it as cookies.txt (Netscape) while signed in")
    return tuple(found.items())


def read_proxy(text: str) -> tuple[str, tuple[str, str] | None]:
    """Read a proxy's address, `http://[user:password@]host:port`. Gives it without credentials, and those.

    Raises BadInput, whose message never holds the credentials.
    """
    try:
        parts = urlsplit(text.strip())
        port = parts.port
    except ValueError:
        raise BadInput("a proxy is written as http://host:port") from None
    if (
        parts.scheme.lower() not in ("http", "https")
        or not parts.hostname
        or parts.path not in ("", "/")
        or parts.query
    ):
        raise BadInput("a proxy is written as http://host:port or https://host:port; others (socks) are not spoken")
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    address = check_url(f"{parts.scheme}://{host}{f':{port}' if port else ''}/").rstrip("/")
    if parts.username is None:
        return address, None
    return address, (unquote(parts.username), unquote(parts.password or ""))


def merged(pairs: Sequence[tuple[str, str]], more: Sequence[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """Give pairs with others put over them by name, whatever its case; raises BadInput for too many."""
    found = {name.lower(): (name, value) for name, value in (*pairs, *more)}
    if len(found) > MOST_FIELDS:
        raise BadInput(f"more than {MOST_FIELDS} headers or cookies")
    return tuple(found.values())


def may_tell(access: Access, site: str, away: bool, secure: bool) -> bool:
    """Say whether a request may carry headers and cookies: to the outlet's own domain at `site`.

    A trip that was led `away` before, or from https to http (not `secure`), tells nothing any more, wherever it is.
    """
    return bool(access.site) and site == access.site and not away and secure
