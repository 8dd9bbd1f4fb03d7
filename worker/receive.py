"""What comes through the gate: reads an answer within its budget, and names what went wrong instead."""

import ssl

import aiohttp

from domain.fetching import FetchStatus
from worker.answer import Answer, Fetched, contradicts_itself, describe, one_line
from worker.inflate import Inflater, TooLarge, WrongEncoding
from worker.trip import Trip

SMALL_BODY = 65_536  # bytes read of a webhook's answer or of an error page


class RefusedAddress(OSError):
    """The address must not be dialled."""


async def read_answer(trip: Trip, answer: aiohttp.ClientResponse) -> Fetched:
    """Read an answer that is no redirect."""
    if contradicts_itself(answer.headers):
        return trip.ended(FetchStatus.PROTOCOL_ERROR, "headers with two lengths", answer.status)
    good = 200 <= answer.status < 300
    must_fit = good and trip.follows
    body, whole = b"", True
    if answer.status != 304:
        body, whole = await _read_body(answer, trip.limit if good else SMALL_BODY, must_fit, trip)
    return describe(Answer(trip.url, answer.status, answer.reason or "", answer.headers, body, whole, trip.asked))


async def _read_body(answer: aiohttp.ClientResponse, limit: int, must_fit: bool, trip: Trip) -> tuple[bytes, bool]:
    """Give the unpacked body and whether it is whole. One that must fit raises TooLarge or WrongEncoding if not."""
    if must_fit and not trip.start and (answer.content_length or 0) > limit:
        raise TooLarge
    try:
        inflater = Inflater(answer.headers.get("Content-Encoding", ""), limit)
    except WrongEncoding:
        if must_fit:
            raise
        return b"", False
    try:
        async for piece in answer.content.iter_any():
            inflater.feed(piece)
    except (TooLarge, WrongEncoding) as error:
        enough = trip.start and isinstance(error, TooLarge) and inflater.size > 0
        if must_fit and not enough:
            raise
        trip.flags += ["cut"] if enough else []
        return inflater.finish(), enough
    except (aiohttp.ClientError, OSError):
        if not inflater.size:
            raise
        return inflater.finish(), False
    return inflater.finish(), inflater.complete


_NAMES: tuple[tuple[type[Exception], FetchStatus], ...] = (
    (aiohttp.ClientHttpProxyError, FetchStatus.CONNECTION_ERROR),
    (aiohttp.ClientConnectorDNSError, FetchStatus.DNS_ERROR),
    (aiohttp.ClientSSLError, FetchStatus.TLS_ERROR),
    (ssl.SSLError, FetchStatus.TLS_ERROR),
    (aiohttp.ClientPayloadError, FetchStatus.TRUNCATED),
    (aiohttp.InvalidURL, FetchStatus.REFUSED),
    (aiohttp.ClientResponseError, FetchStatus.PROTOCOL_ERROR),
    (OSError, FetchStatus.CONNECTION_ERROR),
    (aiohttp.ClientError, FetchStatus.CONNECTION_ERROR),
)


def name_error(error: Exception) -> FetchStatus:
    """Give the status for what a library raised."""
    if isinstance(error, aiohttp.ClientConnectorError) and isinstance(error.os_error, RefusedAddress):
        return FetchStatus.REFUSED
    return next((status for kind, status in _NAMES if isinstance(error, kind)), FetchStatus.PROTOCOL_ERROR)


def line_of(error: Exception) -> str:
    """Say in one line what a library raised."""
    return one_line(f"{type(error).__name__}: {error}", 300)
