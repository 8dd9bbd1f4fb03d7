"""Files in folders and ZIP archives, read one by one and bounded: nothing is unpacked to the disk."""

import os
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from domain.errors import BadInput

MOST_FILES = 20_000
# What browsers and systems lay beside a saved page.
_BESIDE = (
    *(".css", ".js", ".png", ".jpg", ".jpeg", ".gif", ".svg", ".webp", ".ico", ".woff", ".woff2", ".ttf", ".map"),
    *(".mp3", ".mp4", ".webm", ".download"),
)


@dataclass(frozen=True, slots=True)
class Found:
    """A file by its name within what was given; `read` gives its bytes or raises BadInput that says why not."""

    name: str
    read: Callable[[], bytes]


def is_zip(path: str) -> bool:
    """Say whether a path is a ZIP archive by its bytes."""
    try:
        return Path(path).is_file() and zipfile.is_zipfile(path)
    except OSError:
        return False


def files_in(source: str, most: int) -> Iterator[Found]:
    """Give the files of a folder, with those in its folders, or of a ZIP, in the order of their names.

    Hidden files, and the scripts, styles and pictures that browsers save beside a page, are left out. A file of more
    than `most` bytes unpacked is refused when it is read. Raises BadInput for what is no whole ZIP, and for more than
    20,000 files.
    """
    found = _in_folder(Path(source), most) if Path(source).is_dir() else _in_zip(source, most)
    for number, file in enumerate(found, 1):
        if number > MOST_FILES:
            raise BadInput(f"{source} holds more than {MOST_FILES:,} files: add it in parts")
        yield file


def _is_beside(name: str) -> bool:
    parts = name.replace("\\", "/").split("/")
    return any(part.startswith((".", "__MACOSX")) and part != ".." for part in parts) or name.lower().endswith(_BESIDE)


def _in_folder(folder: Path, most: int) -> Iterator[Found]:
    for path, folders, names in os.walk(folder):
        folders.sort()
        for name in sorted(names):
            file = Path(path) / name
            if not _is_beside(str(file.relative_to(folder))) and file.is_file():
                yield Found(str(file), partial(_read_file, file, most))


def _read_file(file: Path, most: int) -> bytes:
    try:
        if file.stat().st_size > most:
            raise BadInput(f"{file} has more than {most:,} bytes")
        return file.read_bytes()
    except OSError as error:
        raise BadInput(f"cannot read {file}: {error.strerror}") from error


def _in_zip(source: str, most: int) -> Iterator[Found]:
    try:
        with zipfile.ZipFile(source) as archive:
            for info in sorted(archive.infolist(), key=lambda info: info.filename):
                if not info.is_dir() and not _is_beside(info.filename):
                    yield Found(f"{source}/{info.filename}", partial(_read_member, archive, info, most))
    except (OSError, zipfile.BadZipFile) as error:
        raise BadInput(f"{source} is not a whole ZIP: {error}") from error


def _read_member(archive: zipfile.ZipFile, info: zipfile.ZipInfo, most: int) -> bytes:
    """Read a member, whatever size it claims to have."""
    try:
        with archive.open(info) as member:
            body = member.read(most + 1)
    except (OSError, RuntimeError, NotImplementedError, zipfile.BadZipFile, zlib.error, EOFError) as error:
        raise BadInput(f"cannot unpack {info.filename}: {error}") from error
    if len(body) > most:
        raise BadInput(f"{info.filename} has more than {most:,} bytes")
    return body
