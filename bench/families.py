"""Find the words of one root that tell of the same thing: زيارة، يزور، زار. Makes `families.tsv.gz` of the package.

python -m bench.families [--corpus DIR] [--out DIR] [--leave-out CORPUS]

Two stems are of one family when they share a skeleton, the consonants left when affixes and weak letters are taken
away, and stand in the same articles far more often than chance would have it (pointwise mutual information; Church
and Hanks, "Word association norms, mutual information, and lexicography", 1990). The skeleton alone joins strangers
(عودة, عدد), company alone joins a state and its neighbour; together they rarely err.
"""

import argparse
import json
import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from itertools import permutations
from pathlib import Path

from bench.corpus import items, shared
from bench.frequencies import SHIPPED
from domain import lexicon
from domain.background import shipped_background
from domain.stopwords import STOPWORDS

_WEAK = frozenset("اويءه")
_BEFORE = ("است", "مست", "يست", "تست", "نست", "ان", "من", "ين", "سي", "ست", "مت", "يت", "تت", "ا", "م", "ت", "ي", "ن")
_AFTER = ("ات", "ين", "ون", "ان", "وا", "ت", "ن", "ا", "ي", "ه")
_LEAST_ARTICLES = 8  # that hold a stem; of rarer ones company tells nothing
_LEAST_TOGETHER = 5  # articles that hold both
_LEAST_SHARE = 0.03  # of the other's articles
_LEAST_COMPANY = 1.4  # nats; for a skeleton of two letters, which more words share:
_LEAST_COMPANY_SHORT = 2.0
_MOST = 12  # words of a family that are kept for a stem, the closest first


def skeletons(stem: str) -> frozenset[str]:
    """Give the consonants that a stem may have come from, two or more letters each, by what may be an affix."""
    forms = {stem} | {stem[len(p) :] for p in _BEFORE if stem.startswith(p) and len(stem) - len(p) >= 2}
    forms |= {form[: -len(s)] for form in tuple(forms) for s in _AFTER if form.endswith(s) and len(form) - len(s) >= 2}
    found = set()
    for form in forms:
        bones = "".join(letter for letter in form if letter not in _WEAK)
        found.add(bones)
        if len(form) > 3 and len(bones) >= 3 and bones[1] == "ت":  # the form افتعل puts a letter after the first
            found.add(bones[0] + bones[2:])
    return frozenset(bones for bones in found if len(bones) >= 2)


def families(articles: Iterable[set[str]], frequent: Mapping[str, int], number: int) -> dict[str, tuple[str, ...]]:
    """Give the family of each stem that has one. `frequent` holds the articles of each stem that is common enough."""
    bones = {stem: skeletons(stem) for stem in frequent}
    together: Counter[tuple[str, str]] = Counter()
    for stems in articles:
        meeting: defaultdict[str, list[str]] = defaultdict(list)
        for stem in stems:
            for skeleton in bones.get(stem, ()):
                meeting[skeleton].append(stem)
        together.update({pair for same in meeting.values() if len(same) > 1 for pair in permutations(same, 2)})
    found: defaultdict[str, list[tuple[float, str]]] = defaultdict(list)
    for (stem, other), both in together.items():
        company = math.log(both * number / (frequent[stem] * frequent[other]))
        long = any(len(skeleton) >= 3 for skeleton in bones[stem] & bones[other])
        enough = _LEAST_COMPANY if long else _LEAST_COMPANY_SHORT
        if both >= _LEAST_TOGETHER and both >= _LEAST_SHARE * frequent[other] and company >= enough:
            found[stem].append((-company, other))
    return {stem: tuple(other for _, other in sorted(others)[:_MOST]) for stem, others in found.items()}


def count(folder: Path, leave_out: str = "") -> dict[str, tuple[str, ...]]:
    """Read the articles of a folder and give the families of their stems."""
    analysed = shipped_background().stems
    known: dict[str, str] = {}
    articles = [
        {known.setdefault(stem, stem) for stem in analysed(f"{item.title}\n{item.text}")}
        for item in items(folder, leave_out)
    ]
    counts = Counter(stem for stems in articles for stem in stems)
    frequent = {
        stem: n
        for stem, n in counts.items()
        if n >= _LEAST_ARTICLES and len(stem) > 1 and not stem.isascii() and stem not in STOPWORDS
    }
    return families(articles, frequent, len(articles))


def main() -> None:
    """Count, write the file, print what it holds."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", type=Path, default=shared() / "corpus")
    parser.add_argument("--out", type=Path, default=None, help="where to write; without it the package's own data")
    parser.add_argument("--leave-out", default="", metavar="CORPUS", help="a file's name less .jsonl.gz; needs --out")
    options = parser.parse_args()
    if options.leave_out and options.out is None:
        parser.error("families without a corpus are for measurement: say where with --out")
    out: Path = options.out or SHIPPED
    found = count(options.corpus, options.leave_out)
    lexicon.write_families(out, found)
    size = (out / lexicon.FAMILIES_FILE).stat().st_size
    figures = {"stems": len(found), "words": sum(map(len, found.values())), "bytes": size}
    print(json.dumps({"bench": "families", "figures": figures}))


if __name__ == "__main__":
    main()
