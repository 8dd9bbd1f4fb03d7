"""Which parts of a sitemap index (sitemaps.org, version 0.9) are asked for when it stands for a feed of news."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

_NEWS = re.compile(r"news|latest|recent|akhbar|أخبار", re.IGNORECASE)
_NO_STORIES = re.compile(r"image|video|photo|categor|taxonom|tag|author|page|gallery|product|tax-", re.IGNORECASE)
_MONTH = re.compile(r"(?<!\d)(20\d\d)[-_/]?(0[1-9]|1[0-2])?(?!\d)")


@dataclass(frozen=True, slots=True)
class Child:
    """A sitemap that an index names; `changed` is its lastmod as found, ISO 8601 or empty."""

    url: str
    changed: str = ""


def choose(children: Sequence[Child], most: int) -> list[str]:
    """Give the addresses of the sitemaps in which the newest stories are most likely, best first, at most `most`.

    Those that are called news come first, those of pictures, tags and the like last; among equals the one changed
    last, else the one whose name holds the latest month, else the order of the index.
    """
    ranked = sorted(dict.fromkeys(children), key=_rank, reverse=True)
    return list(dict.fromkeys(child.url for child in ranked))[:most]


def _rank(child: Child) -> tuple[bool, bool, str, str]:
    """Give what decides, higher first; sorting keeps the order of equals, reversed too."""
    path = urlsplit(child.url).path
    name = path.rpartition("/")[2] or path
    month = max(("".join(match.groups("")) for match in _MONTH.finditer(path)), default="")
    return bool(_NEWS.search(name)), not _NO_STORIES.search(name), child.changed[:19], month
