"""datasketch's MinHashLSH in memory, on the texts of `bench.copies_scale`."""

import gc
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import psutil
from datasketch import MinHash, MinHashLSH

from bench.recombined import Pool, articles, cut, text_of
from domain.arabic import folded


def _minhash(text: str) -> MinHash:
    words = folded(text)
    made = MinHash(num_perm=128)
    made.update_batch([" ".join(three).encode() for three in zip(words, words[1:], words[2:], strict=False)])
    return made


def peer(pool: Pool, count: int, cuts: Sequence[float]) -> dict[str, Any]:
    """Insert so many articles, look up copies cut to each share. Gives milliseconds, bytes an article and recall."""
    chance, index = np.random.default_rng(2), MinHashLSH(threshold=0.5, num_perm=128)
    gc.collect()
    before, spent, kept = psutil.Process().memory_info().rss, Counter[str](), []
    for id, words in enumerate(articles(pool, count, 1)):
        text = text_of(pool, words)
        began = time.process_time()
        made = _minhash(text)
        printed = time.process_time()
        index.query(made)
        index.insert(id, made)
        spent["minhash"] += printed - began  # type: ignore[assignment]
        spent["index"] += time.process_time() - printed  # type: ignore[assignment]
        if id % max(1, count // 500) == 0:
            kept.append((id, words))
    gc.collect()
    size = psutil.Process().memory_info().rss - before
    return {
        "articles": count,
        **{f"{stage}_ms": round(seconds / count * 1000, 3) for stage, seconds in spent.items()},
        "bytes": round(size / count),
        "recall": {f"{share:.0%}": round(_recall(pool, index, kept, share, chance), 4) for share in cuts},
    }


def _recall(pool: Pool, index: MinHashLSH, kept: list[tuple[int, Any]], share: float, chance: Any) -> float:
    """Give how many of the cut copies bring their original."""
    asked: Iterator[tuple[int, Any]] = iter(kept)
    return sum(
        id in index.query(_minhash(text_of(pool, cut(words, share, chance.random())))) for id, words in asked
    ) / len(kept)
