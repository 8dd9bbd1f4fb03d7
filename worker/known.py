"""What one run of settling knows of articles: where each stands, its text and its fingerprint, read when asked for."""

from collections.abc import Iterable
from functools import lru_cache

from sqlmodel import Session

from domain.copies import CopyText, Fingerprint, Mask, fingerprint
from storage import relations
from storage.relations import Standing
from worker.masks import Masks


@lru_cache(maxsize=1_000)
def _print(text: str, mask: Mask | None) -> Fingerprint:
    """Fingerprint the text of a stored article; the same leads are met again and again while their story lasts."""
    return fingerprint(text, mask)


class Known(dict[int, Standing]):
    """Where articles stand, by id; one value for each article, which the run changes."""

    def __init__(self, session: Session, masks: Masks) -> None:
        super().__init__()
        self._session, self._masks = session, masks
        self._prints: dict[int, Fingerprint] = {}
        self._texts: dict[int, tuple[str, str]] = {}

    def take(self, standing: Standing) -> Standing:
        """Give what is known of an article already, else what was read just now."""
        return self.setdefault(standing.id, standing)

    def know(self, ids: Iterable[int]) -> None:
        """Read where articles stand."""
        missing = [id for id in ids if id not in self]
        if missing:
            self.update(relations.standings(self._session, missing))

    def renew(self, standing: Standing, made: Fingerprint | None) -> None:
        """Take up an article that is new or has changed, with its fingerprint; None: its text is to be read."""
        self[standing.id] = standing
        self._texts.pop(standing.id, None)
        self._prints.pop(standing.id, None)
        if made is not None:
            self._prints[standing.id] = made

    def read(self, ids: Iterable[int]) -> None:
        """Read the texts of articles, in few statements; those whose fingerprint was given are left out."""
        self._read([id for id in ids if id not in self._prints])

    def _read(self, ids: Iterable[int]) -> None:
        missing = [id for id in ids if id not in self._texts]
        if missing:
            self._texts |= relations.texts(self._session, missing)
            self.know(missing)
            self._masks.refresh(self._session, {self[id].outlet for id in missing if id in self})

    def print_of(self, id: int) -> Fingerprint:
        """Give the fingerprint of what is decided on of an article."""
        if id not in self._prints:
            self._read([id])
            self._prints[id] = _print(self._texts[id][0], self._masks.of(self[id].outlet))
        return self._prints[id]

    def own(self, id: int) -> str:
        """Give what is decided on of an article."""
        self._read([id])
        return self._texts[id][0]

    def whole(self, id: int) -> str:
        """Give all of an article's text that may have been fingerprinted."""
        self._read([id])
        return self._texts[id][1]

    def side(self, id: int) -> CopyText:
        """Give an article's side of a comparison."""
        return CopyText(self.print_of(id), self[id].outlet, self[id].event_at)
