"""One request on its way through redirects."""

from dataclasses import dataclass, field
from urllib.parse import quote, urlsplit

from domain.access import Access, may_tell
from domain.fetching import FetchStatus
from worker.answer import Asked, Fetched
from worker.site import site_of

# Validators go along, for outlets redirect to where their feed is kept; cookies and passwords do not.
_FOR_ANYBODY = frozenset({"Accept", "Accept-Encoding", "If-Modified-Since", "If-None-Match", "User-Agent"})


@dataclass(slots=True)
class Trip:
    """One request on its way through redirects: where it is, what is left of its time."""

    url: str
    limit: int  # bytes
    left: float  # seconds
    headers: dict[str, str]
    method: str = "GET"
    payload: bytes | None = None
    follows: bool = True  # redirects; what is told to one receiver is told to no other
    delay: float = 0.0  # seconds that the host wants between two requests
    start: bool = False  # the start of a body that is too large is an answer
    hops: int = 0
    permanent: bool = True
    second_try: bool = False
    access: Access | None = None  # how the outlet is reached that it was asked for
    away: bool = False  # it was led out of the outlet's own domain
    flags: list[str] = field(default_factory=list)

    def ended(self, status: FetchStatus, detail: str, http_status: int | None = None) -> Fetched:
        """Make the result of a trip that brought no body."""
        return Fetched(self.url, status, http_status, detail=detail[:300], flags=tuple(self.flags))

    @property
    def host(self) -> str:
        """Give the name or address that a checked URL leads to."""
        return (urlsplit(self.url).hostname or "").rstrip(".")

    @property
    def port(self) -> int:
        """Give the port that a checked URL leads to."""
        parts = urlsplit(self.url)
        return parts.port or (443 if parts.scheme == "https" else 80)

    @property
    def sent(self) -> dict[str, str]:
        """Give the headers to be sent here: what is the outlet's secret goes to the outlet alone."""
        secure = "downgrade" not in self.flags
        if self.access and may_tell(self.access, site_of(self.url), self.away, secure):
            return self.headers | self.access.told
        return self.headers

    @property
    def asked(self) -> Asked:
        """Say what kind of answer the trip wants."""
        if not self.follows:
            return Asked.NOTHING
        return Asked.IF_CHANGED if {"If-None-Match", "If-Modified-Since"} & self.headers.keys() else Asked.ALL

    def turn(self, url: str) -> None:
        """Go on to where a redirect points; what was meant for one host alone is not told to another."""
        before, after = urlsplit(self.url), urlsplit(url)
        if (before.scheme, after.scheme.lower()) == ("https", "http") and "downgrade" not in self.flags:
            self.flags.append("downgrade")
        if before.netloc.lower() != after.netloc.lower():
            self.headers = {name: value for name, value in self.headers.items() if name in _FOR_ANYBODY}
        self.away |= site_of(self.url) != site_of(url)
        self.url = url

    def retry(self) -> bool:
        """Go once more to the same place, asking for an unpacked body; False when that was done already."""
        again, self.second_try = not self.second_try, True
        self.headers["Accept-Encoding"] = "identity"
        return again


def location_of(header: str) -> str:
    """Give the target of a redirect; bytes that are no UTF-8 are sent back as they came, percent-encoded."""
    if header.isascii():
        return header.strip()
    raw = header.encode("utf-8", "surrogateescape")
    try:
        return raw.decode("utf-8").strip()
    except UnicodeDecodeError:
        return quote(raw, safe="%/:?#[]@!$&'()*+,;=-._~").strip()
