"""The corpora that the scripts of this folder read: JSON Lines of articles under `MARSAD_SHARED`."""

import gzip
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Item:
    """One article of a corpus: its id, the name of the corpus's file, title and text."""

    id: str
    corpus: str
    title: str
    text: str


def shared() -> Path:
    """Give the shared folder: `MARSAD_SHARED`, else the one beside the project."""
    return Path(os.environ.get("MARSAD_SHARED") or Path(__file__).parents[1].parent / "shared")


def items(folder: Path, leave_out: str = "") -> Iterator[Item]:
    """Read the articles of all files in a folder, in the order of file names and lines, without one corpus."""
    for path in sorted(folder.glob("*.jsonl.gz")):
        corpus = path.name.removesuffix(".jsonl.gz")
        if corpus == leave_out:
            continue
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            for line in lines:
                read = json.loads(line)
                yield Item(read["id"], corpus, read["title"] or "", read["text"] or "")
