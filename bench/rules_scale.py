"""Asks 1,000 and 10,000 topics of query and names about one article, beside as many topics by example.

python -m bench.rules_scale [--corpus DIR] [--articles N]

Each topic is made of an article's headline: a query of two of its words, some with OR or an exclusion, or a name of two
words side by side. `ms` is the CPU time of `RuleIndex.decide` for one analysed article, `each_ms` that of asking every
topic (on a tenth of them, times ten), `example_ms` that of `TopicIndex.decide` over topics learned from the same
articles.
"""

import argparse
import gc
import json
import random
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import psutil

from bench.corpus import items, shared
from bench.topics_scale import in_turns, profiles
from domain.article import Text
from domain.background import shipped_background
from domain.errors import BadInput
from domain.topics import Profile, RuleIndex, TopicIndex, analyse, decide, make_profile, make_rules

_SIZES = (1_000, 10_000)
_EVERY = 7  # of the corpus, so that topics come from all of it


def ruled(texts: Iterator[Text], most: int) -> dict[int, Profile]:
    """Make so many topics of the headlines."""
    chance, weight = random.Random(3), shipped_background().weight
    made: dict[int, Profile] = {}
    for text in texts:
        words = [word for word in text.title.split() if weight(next(iter(shipped_background().stems(word)), ""))]
        if len(words) < 4:
            continue
        one, two, three, four = chance.sample(words, 4)
        at = chance.randrange(len(words) - 1)
        asked = chance.choice(
            [(f"{one} {two}", []), (f"({one} أو {two}) {three} -{four}", []), ("", [" ".join(words[at : at + 2])])]
        )
        try:
            profile = make_profile(text.title, [], make_rules(*asked))
        except BadInput:
            continue
        made[len(made)] = Profile.from_json(json.loads(json.dumps(profile.to_json())))
        if len(made) == most:
            break
    return made


def main() -> None:
    """Measure each number of topics."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", type=Path, default=shared() / "corpus")
    parser.add_argument("--articles", type=int, default=300)
    options = parser.parse_args()
    texts = [Text(item.title, item.text) for item in islice(items(options.corpus), 0, None, _EVERY)]
    analyses = [analyse(text) for text in texts[-options.articles :]]
    figures = {}
    for size in _SIZES:
        made = ruled(iter(texts), size)
        before = psutil.Process().memory_info().rss
        index = RuleIndex(made)
        gc.collect()
        mb = (psutil.Process().memory_info().rss - before) / 1e6
        [index.decide(analysis, ()) for analysis in analyses]  # the second time an article's words are known
        started = time.process_time()
        found = [index.decide(analysis, ()) for analysis in analyses]
        ms = (time.process_time() - started) / len(analyses) * 1000
        some = dict(islice(made.items(), 0, None, 10))
        started = time.process_time()
        asked = [[id for id, topic in some.items() if decide(topic, one).match] for one in analyses[:30]]
        each = (time.process_time() - started) / 30 * 1000 * 10
        assert asked == [[id for id, decision in one if decision.match and id in some] for one in found[:30]]
        (by_example,) = in_turns((TopicIndex(profiles(iter(texts), size, True)).decide,), analyses)
        figures[f"topics_{len(made)}"] = {
            "ms": round(ms, 3), "each_ms": round(each, 1), "example_ms": round(by_example, 3), "mb": round(mb, 1),
            "found": round(sum(map(len, found)) / len(found), 2),
        }  # fmt: skip
    print(json.dumps({"bench": "rules_scale", "figures": figures}))


if __name__ == "__main__":
    main()
