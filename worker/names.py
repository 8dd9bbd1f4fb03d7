"""Resolves host names once, off the event loop, and lets only addresses through that may be dialled."""

import asyncio
import socket
import time
from concurrent.futures import ThreadPoolExecutor

from domain.fetching import Network, address_allowed

DNS_TIMEOUT = 10.0  # seconds
MAIL_PORTS = frozenset({25, 465, 587, 2525})
_KEPT = 60.0  # seconds that an answer is used
_MAX_ADDRESSES = 8  # of one name; a name with 500 is a trap


class Unresolved(Exception):
    """The name does not resolve; the message says why."""


class Forbidden(Exception):
    """The name resolves to nothing that may be dialled."""


class Names:
    """The names of one batch. `checked` holds, for each host asked, the addresses that may be dialled and no others.

    One resolution serves check and connection alike, so a name that changes its mind in between gains nothing.
    """

    def __init__(self, allow_networks: tuple[Network, ...]) -> None:
        self._networks = allow_networks
        self._threads = ThreadPoolExecutor(16, "dns")  # of our own: hanging lookups must not fill the loop's
        self._lookups: dict[tuple[str, int], tuple[float, asyncio.Task[list[str]]]] = {}
        self.checked: dict[str, list[str]] = {}
        self._proxies: set[tuple[str, int]] = set()

    def close(self) -> None:
        """Let go of lookups under way."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    def allowed(self, ip: str, port: int) -> bool:
        """Say whether this address may be dialled as an outlet's."""
        return address_allowed(ip, port, self._networks)

    def may_dial(self, ip: str, port: int) -> bool:
        """Say whether a socket may be opened to this address: an outlet's, or a proxy's that the operator named."""
        return self.allowed(ip, port) or (ip, port) in self._proxies

    async def resolve_proxy(self, host: str, port: int, timeout: float) -> None:  # noqa: ASYNC109, as in `resolve`
        """Let a proxy be dialled that the operator named, wherever it is. Raises Unresolved.

        As a proxy only: an outlet's address that leads there is refused as before.
        """
        found = (await self._found(host, port, timeout))[:_MAX_ADDRESSES]
        self.checked[host] = found
        self._proxies |= {(ip, port) for ip in found}

    async def resolve(self, host: str, port: int, timeout: float) -> list[str]:  # noqa: ASYNC109, as in `_found`
        """Give the addresses of `host` that may be dialled on `port`; `timeout` in seconds.

        Raises Unresolved or Forbidden.
        """
        found = await self._found(host, port, timeout)
        usable = [ip for ip in found if self.allowed(ip, port)][:_MAX_ADDRESSES]
        if not usable:
            raise Forbidden(f"{host} port {port} is not a public web server's address")
        self.checked[host] = usable
        return usable

    async def reach(self, host: str, port: int) -> list[str]:
        """Give the addresses of a host that may be spoken to on this port; those of mail are open as the web's are.

        Raises Unresolved or Forbidden.
        """
        return await self.resolve(host, 443 if port in MAIL_PORTS else port, DNS_TIMEOUT)

    async def dial(self, host: str, port: int) -> socket.socket:
        """Connect to a mail server at one of its checked addresses. Raises Unresolved, Forbidden, or OSError."""
        address = (await self.reach(host, port))[0]
        dialled = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET)
        dialled.setblocking(False)
        try:
            await asyncio.get_running_loop().sock_connect(dialled, (address, port))
        except BaseException:
            dialled.close()
            raise
        return dialled

    async def _found(self, host: str, port: int, timeout: float) -> list[str]:  # noqa: ASYNC109, it covers a shared task
        """Give all addresses of a host. Raises Unresolved."""
        try:
            async with asyncio.timeout(max(min(DNS_TIMEOUT, timeout), 0)):
                return await asyncio.shield(self._lookup(host, port))
        except TimeoutError:
            raise Unresolved(f"no answer about {host} in time") from None
        except (OSError, UnicodeError) as error:
            raise Unresolved(f"{host}: {error}") from None

    def _lookup(self, host: str, port: int) -> asyncio.Task[list[str]]:
        """Resolve a name once for all who ask within a minute."""
        until, task = self._lookups.get((host, port), (0.0, None))
        now = time.monotonic()
        if task is None or (task.done() and now > until):
            task = asyncio.ensure_future(self._getaddrinfo(host, port))
            task.add_done_callback(lambda t: t.cancelled() or t.exception())  # its end may interest nobody any more
            self._lookups[host, port] = (now + _KEPT, task)
        return task

    async def _getaddrinfo(self, host: str, port: int) -> list[str]:
        """Ask the system's resolver, in a thread of our own; a literal address is itself."""
        if ":" in host or host.replace(".", "").isdigit():
            return [host]
        rows = await asyncio.get_running_loop().run_in_executor(
            self._threads,
            lambda: socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_ADDRCONFIG),
        )
        return list(dict.fromkeys(str(row[4][0]) for row in rows))
