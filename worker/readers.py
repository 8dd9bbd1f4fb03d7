"""feedparser's two parsers, driven by `worker.parse`: without what is done elsewhere, and with a watch on the time."""

import time

from feedparser.api import LooseFeedParser, StrictFeedParser


class Clean(str):
    """Text that needs no mapping of windows-1252 letters, which `worker.decode` has done and is slow on Arabic."""

    __slots__ = ()

    def translate(self, table: object) -> str:  # for feedparser's one call
        """Give the text as it is."""
        return str(self)


class TooLong(Exception):
    """Reading takes more time than any real feed does."""


class Patient:
    """Stops a parser whose time is up: some documents take feedparser the square of their size, or just minutes."""

    until = 0.0  # seconds of this thread's processor time
    tags = 0
    _caption = "media_description"

    def unknown_starttag(self, tag: str, attrs: list[tuple[str, str]]) -> None:
        """Look at the clock now and then."""
        self.tags += 1
        if not self.tags % 64 and time.thread_time() > self.until:
            raise TooLong
        super().unknown_starttag(tag, attrs)  # type: ignore[misc]  # feedparser's

    def _start_media_description(self, attributes: dict[str, str]) -> None:
        """Keep the caption of a picture out of the article, as which feedparser would take it."""
        self.push(self._caption, 1)  # type: ignore[attr-defined]  # feedparser's

    def _end_media_description(self) -> None:
        self.pop(self._caption)  # type: ignore[attr-defined]  # feedparser's

    def _start_media_group(self, attributes: dict[str, str]) -> None:
        """Take the description of a group for what the entry is about: a film has no other text."""
        self._caption = "group_description"

    def _end_media_group(self) -> None:
        self._caption = "media_description"


class Strict(Patient, StrictFeedParser):  # type: ignore[misc]  # feedparser has no types
    """feedparser's strict parser without what is done elsewhere: mapping characters and reading dates."""

    resolve_relative_uris = False
    sanitize_html = False

    @staticmethod
    def decode_entities(element: str, data: str) -> str:
        """Hand the text on as clean."""
        return Clean(data)

    def _end_published(self) -> None:
        self._keep_date("published")

    def _end_updated(self) -> None:
        self._keep_date("updated")

    def _end_created(self) -> None:
        self._keep_date("created")

    def _keep_date(self, name: str) -> None:
        self._save(name, self.pop(name), overwrite=True)

    _end_issued = _end_pubdate = _end_dcterms_issued = _end_published
    _end_modified = _end_lastbuilddate = _end_dc_date = _end_dcterms_modified = _end_updated
    _end_dcterms_created = _end_created


class Loose(Patient, LooseFeedParser):  # type: ignore[misc]  # feedparser has no types
    """feedparser's forgiving parser, without changes to what it reads."""

    resolve_relative_uris = False
    sanitize_html = False
