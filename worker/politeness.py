"""Keeps us polite: few requests at once to a host, a delay between them, and silence after a host said "later".

A host is an address and a port, because many outlets share one machine. Used within one event loop.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field


@dataclass(slots=True)
class _Host:
    slots: asyncio.Semaphore
    next_start: float = 0.0
    paused_until: float = 0.0


@dataclass(slots=True)
class Politeness:
    """Says when a request to a host may start.

    `connections` at once and `delay` seconds between starts for each host; `patience` is how many seconds a request
    may wait for its turn before it is better left for another day. `clock` gives monotonic seconds, `sleep` waits.
    """

    connections: int
    delay: float
    patience: float
    clock: Callable[[], float]
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    _hosts: dict[str, _Host] = field(default_factory=dict)

    def _host(self, key: str) -> _Host:
        host = self._hosts.get(key)
        if host is None:
            host = self._hosts[key] = _Host(asyncio.Semaphore(self.connections))
        return host

    def paused(self, key: str) -> float:
        """Give the seconds that a host is still to be left alone; 0 when it is not."""
        host = self._hosts.get(key)
        return max(host.paused_until - self.clock(), 0.0) if host else 0.0

    def pause(self, key: str, seconds: float) -> None:
        """Leave a host alone for so many seconds, or longer if that was already so."""
        host = self._host(key)
        host.paused_until = max(host.paused_until, self.clock() + seconds)

    async def enter(self, key: str, delay: float = 0.0) -> float | None:
        """Wait for a turn. None when it has come (then `leave` must follow), else the seconds to stay away.

        `delay` is what the host itself wants after this request, in seconds, where that is more than ours.
        """
        host = self._host(key)
        if paused := self.paused(key):
            return paused
        try:
            async with asyncio.timeout(self.patience):
                await host.slots.acquire()
        except TimeoutError:
            return self.patience
        wait = self._turn(host)
        if wait is not None:
            host.slots.release()
            return wait
        try:
            await self._wait_turn(host, max(self.delay, delay))
        except BaseException:
            host.slots.release()
            raise
        if paused := self.paused(key):  # another request was told "later" while this one waited
            host.slots.release()
            return paused
        return None

    def _turn(self, host: _Host) -> float | None:
        """Give the wait when the next free start is beyond our patience."""
        wait = host.next_start - self.clock()
        return wait if wait > self.patience else None

    async def _wait_turn(self, host: _Host, delay: float) -> None:
        """Take the next start and wait for it."""
        now = self.clock()
        start = max(host.next_start, now)
        host.next_start = start + delay
        if start > now:
            await self.sleep(start - now)

    def leave(self, key: str) -> None:
        """Give the turn back."""
        self._hosts[key].slots.release()
