"""What runs in the child of `worker/child.py`: it loads the parsers, gives up what they do not need, answers calls."""

import os
import pickle
import resource
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import Any

import trafilatura  # noqa: F401  loaded now, so that no call pays for it

from worker import plain
from worker.child import CPU_SECONDS, MEMORY, TOO_MUCH_MEMORY, Call
from worker.extract import extract_page, html_to_text, propose_sections, read_section, read_telegram
from worker.parse import ParsedFeed, parse_feed
from worker.sitemap import read_named

MOST_CALLS = 2_000  # then a new child is started: libraries leak
MOST_GROWTH = 60_000_000  # bytes that a child may have kept of its calls
# What no parser has to do. Python asks an audit hook (PEP 578) before it does any of these.
_FORBIDDEN = ("socket.", "subprocess.", "os.exec", "os.fork", "os.posix_spawn", "os.system", "os.kill", "urllib.")


def feed(*values: Any, **named: Any) -> ParsedFeed:
    """Read a feed, with the HTML of its entries as plain text."""
    parsed = parse_feed(*values, **named)
    entries = tuple(
        replace(entry, summary=html_to_text(entry.summary), content=html_to_text(entry.content))
        for entry in parsed.entries
    )
    return replace(parsed, entries=entries)


KINDS: dict[str, Callable[..., Any]] = {
    "feed": feed,
    "page": extract_page,
    "sitemap": read_named,
    "section": read_section,
    "sections": propose_sections,
    "telegram": read_telegram,
}


def answer(call: Call) -> tuple[str, Any]:
    """Do a call. Gives ("ok", result), ("died", of what) or ("raised", the error)."""
    try:
        return "ok", KINDS[call.kind](*call.values, **call.named)
    except MemoryError:
        return "died", TOO_MUCH_MEMORY
    except RecursionError:
        return "died", "nested too deeply to be read"
    except Exception as error:  # ours, told to the parent
        return "raised", f"{type(error).__name__}: {error}"[:300]


def resident() -> tuple[int, int]:
    """Give the size of this process in memory and in address space, in bytes; the latter 0 where it is not known."""
    try:
        with open("/proc/self/statm") as file:
            total, held = file.read().split()[:2]
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, 0  # macOS: in bytes, the most so far
    page = resource.getpagesize()
    return int(held) * page, int(total) * page


def limit_call() -> None:
    """Allow the next call so much processor time and memory, counted from here. Over the first, the system kills."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    _limit(resource.RLIMIT_CPU, int(used.ru_utime + used.ru_stime) + CPU_SECONDS + 1)
    space = resident()[1]
    if space:
        _limit(resource.RLIMIT_AS, space + MEMORY)


def _limit(kind: int, most: int) -> None:
    with suppress(ValueError, OSError):  # a limit that this system does not have, or a lower one from outside
        resource.setrlimit(kind, (most, resource.getrlimit(kind)[1]))


def shut_off() -> None:
    """Give up network, files and other processes, for good."""
    for kind in (resource.RLIMIT_FSIZE, resource.RLIMIT_CORE):
        resource.setrlimit(kind, (0, 0))

    def refuse(event: str, _: object) -> None:
        if event.startswith(_FORBIDDEN):
            raise PermissionError(f"no {event} in the process that reads documents")

    sys.addaudithook(refuse)


class Stream:
    """The socket to the parent: each message is its length in eight bytes, and itself."""

    def __init__(self, descriptor: int) -> None:
        self._from, self._to = os.fdopen(os.dup(descriptor), "rb"), os.fdopen(descriptor, "wb")

    def read(self) -> bytes:
        """Read what the parent sent; empty when it is gone."""
        return self._from.read(int.from_bytes(self._from.read(8), "big"))

    def write(self, data: bytes) -> None:
        """Send to the parent."""
        self._to.write(len(data).to_bytes(8, "big") + data)
        self._to.flush()


def serve(stream: Stream) -> None:
    """Answer calls until the parent is gone or this process is used up."""
    base, last, calls = resident()[0], False, 0
    stream.write(b"ready")
    while not last and (data := stream.read()):
        calls += 1
        limit_call()
        verdict, result = answer(pickle.loads(data))  # noqa: S301  from our own parent
        _limit(resource.RLIMIT_AS, resource.RLIM_INFINITY)
        last = calls >= MOST_CALLS or resident()[0] - base > MOST_GROWTH
        stream.write(plain.write((verdict, result, last)))


if __name__ == "__main__":
    own = Stream(int(sys.argv[1]))
    shut_off()
    serve(own)
