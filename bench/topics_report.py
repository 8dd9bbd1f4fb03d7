"""Runs every setting of `bench.topics` and prints what the scorer says of each, as the table in docs/topics.md.

python -m bench.topics_report [--corpus DIR] [--verdicts 10]
"""

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from bench.corpus import shared
from bench.topics import BASES, Stored, ask, learned, live, on_topic, read, retro, stream_times, write
from domain.article import Basis
from domain.background import shipped_background


def scored(run: Path, *options: str) -> list[str]:
    """Give the last lines of the scorer: its means by kind, and over all topics."""
    scorer = shared() / "topics" / "score.py"
    said = subprocess.run([sys.executable, scorer, run, *options], capture_output=True, text=True, check=True)
    return said.stdout.strip().splitlines()[-2 if "--live" in options else -3 :]


def measured(stored: Sequence[Stored], basis: Basis, mode: str, named: bool, verdicts: int) -> list[str]:
    """Run one setting over what was read; give what the scorer says."""
    folder, background = shared() / "topics", shipped_background()
    answers = on_topic(folder / "qrels-dev.jsonl")
    runs = learned(folder / "topics-dev.jsonl", named, background, shared() / "corpus")
    for run in runs:
        if mode == "verdicts":
            ask(run, stored, basis, answers[run.topic], verdicts, background)
        else:
            (live if mode == "live" else retro)(run, stored, basis, background)
        run.plain = run.measured = []
    with tempfile.TemporaryDirectory() as scratch:
        out = Path(scratch) / "run.jsonl"
        write(runs, stored, out)
        return scored(out, *(["--live"] if mode == "live" else []))


def main() -> None:
    """Read the articles once for each basis, and print each setting's figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", type=Path, default=shared() / "corpus")
    parser.add_argument("--verdicts", type=int, default=10)
    options = parser.parse_args()
    times, settings = stream_times(shared() / "topics" / "stream.txt"), 0
    for name, basis in BASES.items():
        stored = read(times, options.corpus, basis, shipped_background())
        for mode in ("retro", "live", "verdicts") if name == "full" else ("retro",):
            for named in (True, False):
                said = measured(stored, basis, mode, named, options.verdicts)
                print(f"\n{'reference and name' if named else 'reference alone'}, {name}, {mode}", *said, sep="\n")
                settings += 1
    print(json.dumps({"bench": "topics_report", "figures": {"settings": settings}}))


if __name__ == "__main__":
    main()
