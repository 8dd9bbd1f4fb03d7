"""The index of copies as one run sees it: what is stored, less what the run took out, and what it put in."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlmodel import Session

from domain.fingerprints import Fingerprint
from storage import copies


class Shelf:
    """Reads the index on demand and writes everything at the end."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._common = copies.common(session)
        self._stored: dict[int, list[int]] = {}
        self._rows: dict[int, list[int]] = {}
        self._holders: dict[int, set[int]] = defaultdict(set)
        self._gone: dict[int, str] = {}

    def sketch(self, made: Fingerprint) -> list[int]:
        """Give the hashes of a sketch that tell something."""
        return [value for value in made.sketch if value not in self._common]

    def load(self, hashes: Iterable[int]) -> None:
        """Read the articles that hold hashes."""
        missing = [value for value in hashes if value not in self._stored]
        if missing:
            found = copies.lookup(self._session, missing)
            self._stored |= {value: found.get(value, []) for value in missing}

    def stored(self, value: int) -> list[int]:
        """Give the articles that hold a hash by what is stored, whatever this run changed."""
        return self._stored.get(value, [])

    def hits(self, sketch: Iterable[int]) -> Counter[int]:
        """Count for each article the hashes that it holds now."""
        found = Counter(id for value in sketch for id in self._stored.get(value, ()) if id not in self._gone)
        found.update(id for value in sketch for id in self._holders.get(value, ()))
        return found

    def put(self, id: int, hashes: Sequence[int]) -> None:
        """Put an article into the index, in place of what this run put in before."""
        self._drop(id)
        self._rows[id] = list(hashes)
        for value in hashes:
            self._holders[value].add(id)

    def take_out(self, id: int, text: str) -> None:
        """Take an article out; its whole text says where it may stand."""
        self._drop(id)
        self._gone[id] = text

    def _drop(self, id: int) -> None:
        for value in self._rows.pop(id, ()):
            self._holders[value].discard(id)

    def flush(self, now: datetime) -> None:
        """Write what was taken out and put in; retire the shingles that became too common to tell anything."""
        for id, text in self._gone.items():
            copies.take_out(self._session, id, text)
        retired = {value for value in self._holders if self._count(value) > copies.COMMON}
        rows = {id: [v for v in values if v not in retired] for id, values in self._rows.items()}
        copies.index(self._session, rows)
        if retired:
            copies.retire(self._session, sorted(retired), now)

    def _count(self, value: int) -> int:
        self.load([value])
        return len(self._holders[value]) + sum(id not in self._gone for id in self._stored[value])
