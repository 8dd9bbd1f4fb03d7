"""Fuzz what reads strangers' bytes, with a time oracle: under 100 KB nothing may take more than 2 s.

    pip install 'marsad[fuzz]'
    python -m bench.fuzz TARGET [--seconds N] [--seeds FOLDER-OR-TAR] [--found FOLDER]

TARGET is one of feed, page, decode, date, text, url. Seeds are any files; those of feedparser's own tests are
good ones (`feedparser-documents.tar.gz` in the folder of real articles, which is used without --seeds). libFuzzer
(atheris) changes them and keeps what reaches new code; an exception, or more than 2 s of processor time, ends the run,
leaves the input in the folder of findings and gives exit code 1 or more. Without --seconds it runs for ever. The last
line has the number of inputs and of seeds, and the longest time of one input as a share of the limit.
"""

import argparse
import json
import os
import subprocess
import sys
import tarfile
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import atheris

LIMIT = 2.0  # seconds of processor time
MOST = 100_000  # bytes
INSIDE = "--inside"  # for our own use
SHARED = Path(os.environ.get("MARSAD_SHARED") or Path(__file__).parent.parent.parent / "shared")
NOW = datetime(2026, 4, 6, 12, tzinfo=UTC)

with atheris.instrument_imports(include=["worker", "domain", "feedparser"]):
    from domain.dates import read_date
    from domain.errors import BadInput
    from domain.fetching import address_allowed, check_url, looks_like_challenge
    from domain.polite import read_asks
    from worker.child_process import feed
    from worker.decode import decode
    from worker.extract import extract_page, html_to_text
    from worker.sniff import binary_kind, sniff


def read_feed(data: bytes) -> None:
    """Read a feed; its text must be text that any database takes."""
    found = feed(data, "", "http://o.example/", now=NOW)
    told = "".join(f"{e.title}{e.summary}{e.content}{e.link}{e.author}{e.published_raw}" for e in found.entries)
    assert "\x00" not in told
    told.encode()
    read_asks(data, found.ttl)


def read_page(data: bytes) -> None:
    """Take the article out of a page."""
    found = extract_page(data, "", "http://o.example/", now=NOW)
    assert "\x00" not in found.text
    f"{found.title}{found.text}{found.canonical}".encode()


def read_bytes(data: bytes) -> None:
    """Decode, and say what it is."""
    decode(data, "", "xml").text.encode()
    sniff(decode(data, "text/html; charset=utf-8", "html").text)
    binary_kind(data)
    looks_like_challenge(data)


def read_a_date(data: bytes) -> None:
    """Read a date."""
    read_date(data.decode("utf-8", "replace"), now=NOW)


def read_text(data: bytes) -> None:
    """Make text of HTML."""
    assert "\x00" not in html_to_text(data.decode("utf-8", "replace"))


def read_url(data: bytes) -> None:
    """Check an address; one that is written as a number may not lead inward."""
    try:
        url = check_url(data.decode("utf-8", "replace"))
    except BadInput:
        return
    assert check_url(url) == url
    host = url.partition("://")[2].partition("/")[0].partition("?")[0].strip("[]")
    address_allowed(host, 80)


TARGETS: dict[str, Callable[[bytes], None]] = {
    "feed": read_feed, "page": read_page, "decode": read_bytes, "date": read_a_date, "text": read_text, "url": read_url,
}  # fmt: skip


class Timed:
    """A target with the time oracle."""

    def __init__(self, target: Callable[[bytes], None], told: Path) -> None:
        self.target, self.told, self.inputs, self.longest = target, told, 0, 0.0

    def __call__(self, data: bytes) -> None:
        """Read one input. Raises TimeoutError when that takes too long."""
        began = time.process_time()
        self.target(data[:MOST])
        taken = time.process_time() - began
        self.inputs += 1
        self.longest = max(self.longest, taken)
        if not self.inputs % 100 or taken > LIMIT:  # libFuzzer ends without a word to Python
            self.told.write_text(json.dumps({"inputs": self.inputs, "share": round(self.longest / LIMIT, 3)}))
        if taken > LIMIT:
            raise TimeoutError(f"{len(data)} bytes took {taken:.1f} s")


def unpack(seeds: Path, folder: Path) -> int:
    """Lay the seeds into a folder. Gives their number."""
    found = 0
    if seeds.is_file():
        with tarfile.open(seeds) as archive:
            files = (archive.extractfile(member) for member in archive if member.isfile() and member.size <= MOST)
            for file in files:
                (folder / f"seed{found}").write_bytes(file.read() if file else b"")
                found += 1
        return found
    for path in sorted(seeds.rglob("*")) if seeds.is_dir() else ():
        if path.is_file() and path.stat().st_size <= MOST:
            (folder / f"seed{found}").write_bytes(path.read_bytes())
            found += 1
    return found


def main() -> int:
    """Run one target in a process of its own, and tell what it did."""
    parser = argparse.ArgumentParser(prog="python -m bench.fuzz")
    parser.add_argument("target", choices=TARGETS)
    parser.add_argument("--seconds", type=int, default=0)
    parser.add_argument("--seeds", type=Path, default=SHARED / "feeds" / "feedparser-documents.tar.gz")
    parser.add_argument("--found", type=Path, default=Path("found"))
    given = parser.parse_args()
    given.found.mkdir(exist_ok=True, parents=True)
    with tempfile.TemporaryDirectory(prefix="marsad-fuzz-") as folder:
        corpus, told = Path(folder, "corpus"), Path(folder, "told.json")
        corpus.mkdir()
        seeds = unpack(given.seeds, corpus)
        options = [f"-max_len={MOST}", f"-artifact_prefix={given.found}/", "-timeout=20", "-rss_limit_mb=4000"]
        options += [f"-max_total_time={given.seconds}"] if given.seconds else []
        command = [sys.executable, "-m", "bench.fuzz", INSIDE, given.target, str(told), *options, str(corpus)]
        code = subprocess.run(command, check=False).returncode
        told_last = json.loads(told.read_text()) if told.exists() else {}
    figures = {"target": given.target, "seeds": seeds, **told_last, "findings": int(code != 0)}
    print(json.dumps({"bench": "fuzz", "figures": figures}))
    return code


def inside(target: str, told: str, *options: str) -> None:
    """Fuzz."""
    atheris.Setup([sys.argv[0], *options], Timed(TARGETS[target], Path(told)))
    atheris.Fuzz()


if __name__ == "__main__":
    if sys.argv[1:2] == [INSIDE]:
        inside(*sys.argv[2:])
    sys.exit(main())
