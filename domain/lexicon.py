"""How many Arabic news articles hold a word, and a stem: counts shipped with the package, no text.

Files in `domain/data`, tab-separated and gzipped: `lexicon.tsv.gz` (folded word, articles) and `stems.tsv.gz` (stem,
articles), whose first lines name the version and the number of articles counted; made by `bench/frequencies.py`. Rare
words are left out: a word that is not there is taken as seen once. `families.tsv.gz` (stem, stems of its root that tell
of the same thing) is made by `bench/families.py`, and `thesaurus.txt` (words of one meaning in the news) by hand.
"""

import gzip
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

WORDS_FILE = "lexicon.tsv.gz"
STEMS_FILE = "stems.tsv.gz"
FAMILIES_FILE = "families.tsv.gz"
THESAURUS_FILE = "thesaurus.txt"
VERSION = "1"  # raised whenever the counts or the stemming change; decisions name it


@dataclass(frozen=True, slots=True)
class Counts:
    """Document frequencies: `words` and `stems` map a folded word and a stem to the number of articles that hold it."""

    version: str
    documents: int
    words: Mapping[str, int]
    stems: Mapping[str, int]


def read(folder: Traversable | Path) -> Counts:
    """Read the two files of a folder. Raises OSError or ValueError when they are missing or damaged."""
    version, documents, words = _table(folder / WORDS_FILE)
    _, _, stems = _table(folder / STEMS_FILE)
    return Counts(version, documents, words, stems)


def write(folder: Path, counts: Counts) -> None:
    """Write the two files, the same bytes for the same counts."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, table in ((WORDS_FILE, counts.words), (STEMS_FILE, counts.stems)):
        lines = [f"{counts.version}\t{counts.documents}", *(f"{word}\t{table[word]}" for word in sorted(table))]
        (folder / name).write_bytes(gzip.compress("\n".join(lines).encode(), 9, mtime=0))


def write_families(folder: Path, families: Mapping[str, tuple[str, ...]]) -> None:
    """Write the families of stems, the same bytes for the same families."""
    folder.mkdir(parents=True, exist_ok=True)
    lines = ["\t".join((stem, *families[stem])) for stem in sorted(families)]
    (folder / FAMILIES_FILE).write_bytes(gzip.compress("\n".join(lines).encode(), 9, mtime=0))


@lru_cache(maxsize=1)
def shipped_families() -> Mapping[str, tuple[str, ...]]:
    """Give the families shipped with the package, read at the first call: only who learns a topic needs them."""
    lines = gzip.decompress((files("domain") / "data" / FAMILIES_FILE).read_bytes()).decode().split("\n")
    rows = (tuple(line.split("\t")) for line in lines)
    return {stem: others for stem, *rest in rows if (others := tuple(rest))}


@lru_cache(maxsize=1)
def shipped_thesaurus() -> list[list[str]]:
    """Give the groups of words of one meaning shipped with the package, as written."""
    lines = (files("domain") / "data" / THESAURUS_FILE).read_text(encoding="utf-8").splitlines()
    return [line.split() for line in lines if line and not line.startswith("#")]


@lru_cache(maxsize=1)
def shipped() -> Counts:
    """Give the counts shipped with the package, read at the first call."""
    return read(files("domain") / "data")


def _table(file: Traversable | Path) -> tuple[str, int, dict[str, int]]:
    """Read one table: its version, its number of articles, its counts."""
    head, _, rest = gzip.decompress(file.read_bytes()).decode().partition("\n")
    version, documents = head.split("\t")
    fields = rest.replace("\n", "\t").split("\t") if rest else []
    return version, int(documents), dict(zip(fields[::2], map(int, fields[1::2]), strict=True))
