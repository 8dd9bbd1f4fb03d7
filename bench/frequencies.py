"""Make the document frequencies that ship with the package, from a folder of articles: counts only, no text.

python -m bench.frequencies [--corpus DIR] [--out DIR] [--leave-out CORPUS]
"""

import argparse
import json
from collections import Counter
from pathlib import Path

from bench.corpus import items, shared
from domain import arabic, lexicon

SHIPPED = Path(lexicon.__file__).parent / "data"
LEAST_WORDS = 3  # articles that must hold a word; rarer ones are names of a day and slips
LEAST_STEMS = 2
LONGEST = 30  # letters


def count(folder: Path, leave_out: str) -> lexicon.Counts:
    """Count the words of every article, then, with these, the stems."""
    words: Counter[str] = Counter()
    kept: list[set[str]] = []  # the spellings of each article, read once
    spellings: dict[str, str] = {}
    for item in items(folder, leave_out):
        text = f"{item.title}\n{item.text}"
        found = {spellings.setdefault(text[start:end], text[start:end]) for start, end in arabic.spans(text)}
        kept.append(found)
        words.update(set(arabic.folded(" ".join(found))))
    common = {word: n for word, n in words.items() if n >= LEAST_WORDS and len(word) <= LONGEST}
    analyser = arabic.Analyser(common)
    stems: Counter[str] = Counter()
    for found in kept:
        stems.update(set(analyser.stems(" ".join(found))))
    usual = {stem: n for stem, n in stems.items() if n >= LEAST_STEMS and len(stem) <= LONGEST}
    return lexicon.Counts(lexicon.VERSION, len(kept), common, usual)


def main() -> None:
    """Count, write the two files, print what they hold."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", type=Path, default=shared() / "corpus")
    parser.add_argument("--out", type=Path, default=None, help="where to write; without it the package's own data")
    parser.add_argument("--leave-out", default="", metavar="CORPUS", help="a file's name less .jsonl.gz; needs --out")
    options = parser.parse_args()
    if options.leave_out and options.out is None:
        parser.error("counts without a corpus are for measurement: say where with --out")
    out: Path = options.out or SHIPPED
    counts = count(options.corpus, options.leave_out)
    lexicon.write(out, counts)
    size = sum((out / name).stat().st_size for name in (lexicon.WORDS_FILE, lexicon.STEMS_FILE))
    figures = {"articles": counts.documents, "words": len(counts.words), "stems": len(counts.stems), "bytes": size}
    print(json.dumps({"bench": "frequencies", "figures": figures}))


if __name__ == "__main__":
    main()
