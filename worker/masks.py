"""What this process knows of what outlets repeat."""

from collections.abc import Iterable

from sqlmodel import Session

from domain.fingerprints import Mask
from storage import masks


class Masks:
    """The masks of the outlets that were met, each read again when its version changes."""

    def __init__(self) -> None:
        self._known: dict[str, Mask] = {}

    def of(self, outlet: str) -> Mask | None:
        """Give the mask of an outlet as last read; None where it has none."""
        return self._known.get(outlet)

    def version(self, outlet: str) -> int:
        """Give the version of an outlet's mask as last read, 0 where it has none."""
        mask = self._known.get(outlet)
        return mask.version if mask else 0

    def refresh(self, session: Session, outlets: Iterable[str]) -> None:
        """Read the masks of those outlets that changed."""
        wanted = masks.versions(session, outlets)
        changed = [outlet for outlet, version in wanted.items() if version != self.version(outlet)]
        if changed:
            self._known |= masks.load(session, changed)
