"""Asks 10, 1,000 and 10,000 topics about one article, beside a plain sparse product of the same vectors.

python -m bench.topics_scale [--corpus DIR] [--articles N]

Topics are learned from articles of the corpus, each with its title for a name. `ms` is the CPU time of
`TopicIndex.decide` for one analysed article, `product_ms` that of one scipy product of the article's vector with the
matrix of all topics' terms, which gives similarities alone: no facets, no lines, no decisions. `mb` is what the
profiles and their index take.
"""

import argparse
import gc
import json
import time
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path

import numpy as np
import psutil
from scipy import sparse

from bench.corpus import items, shared
from domain.article import Text
from domain.errors import BadReference
from domain.topics import Analysis, Profile, TopicIndex, analyse, learn

_SIZES = (10, 1_000, 10_000)
_EVERY = 7  # of the corpus, so that topics come from all of it


def profiles(texts: Iterator[Text], most: int) -> dict[int, Profile]:
    """Learn so many topics and read them back as a worker does, passing over what no topic can be learned from."""
    learned: dict[int, Profile] = {}
    for text in texts:
        try:
            learned[len(learned)] = Profile.from_json(json.loads(json.dumps(learn(text.title, [text]).to_json())))
        except BadReference:
            continue
        if len(learned) == most:
            break
    return learned


def decide_ms(index: TopicIndex, analyses: Sequence[Analysis]) -> tuple[float, float]:
    """Give milliseconds of CPU an article, and the matches and near misses an article."""
    found, started = 0, time.process_time()
    for analysis in analyses:
        found += len(index.decide(analysis))
    return (time.process_time() - started) / len(analyses) * 1000, found / len(analyses)


def product_ms(topics: Mapping[int, Profile], analyses: Sequence[Analysis]) -> float:
    """Give milliseconds of CPU an article for the sparse product alone."""
    columns: dict[str, int] = {}
    entries = [
        (row, columns.setdefault(stem, len(columns)), term.weight)
        for row, profile in enumerate(topics.values())
        for term in profile.terms
        for stem in (term.stem, *term.spellings)
    ]
    rows, places, weights = zip(*entries, strict=True)
    matrix = sparse.csc_matrix((weights, (rows, places)), (len(topics), len(columns)))
    started = time.process_time()
    for analysis in analyses:
        known = [(columns[stem], weight) for stem, weight in analysis.vector.items() if stem in columns]
        vector = sparse.csc_matrix(
            ([weight for _, weight in known], ([place for place, _ in known], [0] * len(known))), (len(columns), 1)
        )
        np.asarray((matrix @ vector).todense())
    return (time.process_time() - started) / len(analyses) * 1000


def main() -> None:
    """Measure each number of topics."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", type=Path, default=shared() / "corpus")
    parser.add_argument("--articles", type=int, default=500)
    options = parser.parse_args()
    texts = (Text(item.title, item.text) for item in islice(items(options.corpus), 0, None, _EVERY))
    analyses = [analyse(text) for text in islice(texts, options.articles)]
    process, figures = psutil.Process(), dict[str, float]()
    before = process.memory_info().rss
    topics = profiles(texts, max(_SIZES))
    for size in _SIZES:
        some = dict(islice(topics.items(), size))
        index = TopicIndex(some)
        gc.collect()
        ms, found = decide_ms(index, analyses)
        beside = product_ms(some, analyses)
        print(f"{size:>6} topics  {ms:.3f} ms  product alone {beside:.3f} ms  {found:.1f} topics matched or near")
        figures |= {f"ms_{size}": round(ms, 3), f"product_ms_{size}": round(beside, 3)}
        if size == max(_SIZES):
            figures["mb"] = round((process.memory_info().rss - before) / 1e6, 1)
    print(json.dumps({"bench": "topics_scale", "figures": figures}))


if __name__ == "__main__":
    main()
