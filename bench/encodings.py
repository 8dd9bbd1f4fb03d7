"""How many headlines come back exact from every Arabic encoding under every label, beside two plain ways in one run.

    python -m bench.encodings [--headlines 2000]

Each headline of the corpora is put into a small feed, encoded, and sent under a label drawn from those that outlets
write. By number of words: `exact`; `flagged`, not exact and marked as doubtful; `silent`, not exact and not marked. The
plain ways are to believe the label (HTTP header), and to believe chardet.
"""

import argparse
import gzip
import json
import os
import random
from collections import Counter
from pathlib import Path
from typing import Any

import chardet

from worker.decode import decode

ENCODINGS = ("cp1256", "iso8859-6", "utf-8", "utf-16", "utf-16-le", "utf-16-be")
LABELS = ("windows-1256", "iso-8859-6", "utf-8", "utf-16", "iso-8859-1", "windows-1252", "")


def headlines(folder: Path, number: int) -> list[str]:
    """Draw headlines, always the same ones."""
    found: set[str] = set()
    for name in ("mayadeen", "ant2018", "hespress-jazeera", "saudi2015"):
        with gzip.open(folder / "corpus" / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
            found.update(" ".join(json.loads(line)["title"].split()) for line in lines)
    arabic = sorted(title for title in found if any("\u0620" <= c <= "\u064a" for c in title))
    return random.Random(4).sample(arabic, number)


def feed(title: str) -> str:
    """Put a headline into a feed without a prolog."""
    return f"<rss><channel><item><title>{title}</title></item></channel></rss>"


def judge(text: str, title: str, doubtful: bool) -> str:
    """Name what came of a headline."""
    return "exact" if feed(title) == text else "flagged" if doubtful else "silent"


def by_label(body: bytes, label: str) -> str:
    """Believe the label, as UTF-8 without one."""
    return body.decode(label or "utf-8", "replace")


def by_chardet(body: bytes) -> str:
    """Believe chardet."""
    return body.decode(chardet.detect(body)["encoding"] or "utf-8", "replace")


def measured(folder: Path, number: int) -> dict[str, Any]:
    """Measure. Gives the counts by way and number of words (0: all of the headline)."""
    told: dict[str, Counter[str]] = {}
    draw = random.Random(5)
    for title in headlines(folder, number):
        for words in (1, 2, 4, 0):
            part = " ".join(title.split()[: words or None])
            for encoding in ENCODINGS:
                _one(told, part, words, encoding, draw.choice(LABELS))
    return {name: dict(counts) for name, counts in sorted(told.items())}


def _one(told: dict[str, Counter[str]], part: str, words: int, encoding: str, label: str) -> None:
    """Count what the three ways make of one headline."""
    try:
        body = feed(part).encode(encoding)
    except UnicodeEncodeError:
        return
    found = decode(body, f"text/xml; charset={label}", "xml")
    doubtful = bool(found.doubtful) or "bad_bytes" in found.flags
    name = f"{words or 'all'} words"
    told.setdefault(f"ours {name}", Counter())[judge(found.text, part, doubtful)] += 1
    told.setdefault(f"label {name}", Counter())[judge(by_label(body, label), part, False)] += 1
    told.setdefault(f"chardet {name}", Counter())[judge(by_chardet(body), part, False)] += 1


def main() -> None:
    """Read the arguments, run, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--headlines", type=int, default=2_000)
    figures = measured(Path(os.environ.get("MARSAD_SHARED", "../shared")), parser.parse_args().headlines)
    for name, counts in figures.items():
        print(f"{name:20} {counts}")
    print(json.dumps({"bench": "encodings", "figures": figures}))


if __name__ == "__main__":
    main()
