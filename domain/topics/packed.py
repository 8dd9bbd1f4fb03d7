"""Profiles kept small: one run of bytes for all of them, and a few that were asked for lately as they are."""

import marshal
import zlib
from collections.abc import Iterator

from domain.topics.profile import Profile

_RECENT = 128
_SIZES = 1 << 32  # one number for start and size takes a third of the room of two


class Packed:
    """Profiles by key. A single run of bytes leaves no holes in memory, as ten thousand small objects would."""

    def __init__(self) -> None:
        self._bytes = bytearray()
        self._where: dict[int, int] = {}
        self._left = 0  # bytes of profiles that are no more
        self._recent: dict[int, Profile] = {}

    def __len__(self) -> int:
        return len(self._where)

    def __iter__(self) -> Iterator[int]:
        return iter(self._where)

    def __getitem__(self, key: int) -> Profile:
        """Give a profile, equal to the one that was set. Raises KeyError."""
        profile = self._recent.get(key)
        if profile is None:
            start, size = divmod(self._where[key], _SIZES)
            data = marshal.loads(zlib.decompress(self._bytes[start : start + size]))  # noqa: S302 - our own bytes
            profile = Profile.from_json(data)
            if len(self._recent) >= _RECENT:
                del self._recent[next(iter(self._recent))]
            self._recent[key] = profile
        return profile

    def __setitem__(self, key: int, profile: Profile) -> None:
        self.drop(key)
        packed = zlib.compress(marshal.dumps(profile.to_json()))
        self._where[key] = len(self._bytes) * _SIZES + len(packed)
        self._bytes += packed

    def drop(self, key: int) -> bool:
        """Forget a profile. Says whether it was there."""
        self._recent.pop(key, None)
        size = self._where.pop(key, 0) % _SIZES
        self._left += size
        if self._left > len(self._bytes) // 2:
            self._tidy()
        return size > 0

    def _tidy(self) -> None:
        """Put what is left together."""
        kept = bytearray()
        for key, place in self._where.items():
            start, size = divmod(place, _SIZES)
            self._where[key] = len(kept) * _SIZES + size
            kept += self._bytes[start : start + size]
        self._bytes, self._left = kept, 0
