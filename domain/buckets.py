"""Buckets: the index in which copies meet, packed.

A row for each shingle of each article costs PostgreSQL some 80 bytes, of which 12 say something. So the shingles are
spread over a fixed number of buckets by their low bits (a hash that is evenly spread needs no other order), and a
bucket is one row with the entries behind each other: an inverted index with blocks for posting lists (Zobel and Moffat
2006, "Inverted files for text search engines", section 4), appended to in place.

An entry is 12 bytes: the shingle's signed 64-bit hash and the article's id, little-endian.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from struct import Struct

import numpy as np
from numpy.typing import NDArray

# At a million articles a bucket has about 50 entries, at three million its row still shares a page with others.
BUCKETS = 2**19
ENTRY = np.dtype([("hash", "<i8"), ("article", "<i4")])
_ENTRY = Struct("<qi")


def bucket_of(value: int) -> int:
    """Give the bucket (0 to 2^19 - 1) of a signed hash."""
    return value & (BUCKETS - 1)


def packed(sketches: Mapping[int, Iterable[int]]) -> dict[int, bytes]:
    """Give for each bucket what is to be appended, given the signed hashes of each article."""
    found: dict[int, list[bytes]] = defaultdict(list)
    for article, sketch in sketches.items():
        for value in sketch:
            found[bucket_of(value)].append(_ENTRY.pack(value, article))
    return {bucket: b"".join(entries) for bucket, entries in found.items()}


def entries(data: bytes) -> list[tuple[int, int]]:
    """Give the (hash, article id) pairs of a bucket, in the order in which they came."""
    return list(_ENTRY.iter_unpack(data))


def holders(data: Iterable[bytes], hashes: Collection[int]) -> dict[int, list[int]]:
    """Give for each of the hashes that some article holds the ids of those articles, given the buckets' contents."""
    found: dict[int, list[int]] = defaultdict(list)
    read = np.frombuffer(b"".join(data), dtype=ENTRY)
    kept = read[_among(read["hash"], hashes)]
    for value, article in zip(kept["hash"].tolist(), kept["article"].tolist(), strict=True):
        found[value].append(article)
    return dict(found)


def without(data: bytes, hashes: Collection[int], article: int | None = None) -> bytes:
    """Give a bucket's content less the entries of these hashes: those of one article, or of all with None."""
    read = np.frombuffer(data, dtype=ENTRY)
    gone = _among(read["hash"], hashes)
    if article is not None:
        gone &= read["article"] == article
    return read[~gone].tobytes()


def _among(values: NDArray[np.int64], hashes: Collection[int]) -> NDArray[np.bool_]:
    """Say which of the values are among the hashes."""
    known = np.fromiter(hashes, dtype=np.int64, count=len(hashes))
    known.sort()
    if not len(known):
        return np.zeros(len(values), dtype=bool)
    found: NDArray[np.bool_] = known[np.minimum(np.searchsorted(known, values), len(known) - 1)] == values
    return found
