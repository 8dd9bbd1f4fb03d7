"""CPU time by stage, of this process and of the database's server behind its connection."""

import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path


@dataclass
class Spent:
    """CPU seconds of the client and of the server, by stage."""

    backend: int | None
    client: Counter[str] = field(default_factory=Counter)
    server: Counter[str] = field(default_factory=Counter)

    @contextmanager
    def on(self, stage: str) -> Iterator[None]:
        """Count what the block takes."""
        server, client = self._server(), time.process_time()
        yield
        self.client[stage] += time.process_time() - client  # type: ignore[assignment]
        self.server[stage] += self._server() - server  # type: ignore[assignment]

    def _server(self) -> float:
        if self.backend is None:
            return 0.0
        return int(Path(f"/proc/{self.backend}/schedstat").read_text().split()[0]) / 1e9

    def ms(self, stage: str, count: int) -> dict[str, float]:
        """Give the milliseconds an article."""
        found = {"client": self.client[stage], "server": self.server[stage]}
        return {name: round(seconds / count * 1000, 3) for name, seconds in found.items()}
