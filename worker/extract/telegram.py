"""The web preview of a public Telegram channel (`t.me/s/NAME`) to entries.

page | its messages | text, time, whom it was forwarded from, preview of what it links to | Entry
"""

from dataclasses import replace
from datetime import UTC, datetime, tzinfo

from bs4 import BeautifulSoup, Tag

from domain.dates import Habits
from domain.fetching import FetchStatus
from worker.entries import RawEntry, RawFeed
from worker.extract.section import MAX_ITEMS
from worker.extract.soup import NoPage, attribute, read_page, text_in
from worker.extract.text import html_to_text
from worker.parse import ParsedFeed, make_feed

HEADLINE_MOST = 160  # characters of a first line that stand for a headline
_QUOTED = "tgme_widget_message_reply"  # what a message answers to is no text of its own


def read_telegram(
    body: bytes,
    content_type: str,
    url: str,
    *,
    zone: tzinfo = UTC,
    now: datetime | None = None,
    false_z: bool = False,
) -> ParsedFeed:
    """Read the preview page in `body` as `worker.parse.parse_feed` reads a feed. The newest message comes first.

    An entry's author is the channel that a message was forwarded from; then it has the flag `forwarded`. What the
    preview of a linked page says stands behind the message's own text.
    """
    try:
        soup, encoding = read_page(body, content_type)
    except NoPage as error:
        return ParsedFeed(error.status, detail=str(error))
    messages = soup.select(".tgme_widget_message[data-post]", limit=MAX_ITEMS)
    if not messages and not soup.select_one(".tgme_channel_info, .tgme_channel_history, .tgme_main"):
        why = "no preview of a channel: it is private, does not exist, or shows none on the web"
        return ParsedFeed(FetchStatus.NOT_A_FEED, encoding, detail=why)
    raw = RawFeed(_name(soup), url)
    raw.entries = [_entry(message) for message in reversed(messages)]
    feed = make_feed(raw, encoding, url, Habits(zone, now, false_z))
    forwarded = {e.id for e in raw.entries if e.author}
    entries = tuple(replace(e, flags=(*e.flags, "forwarded")) if e.id in forwarded else e for e in feed.entries)
    return replace(feed, entries=entries, kind="telegram")


def _name(soup: BeautifulSoup) -> str:
    shown = soup.select_one(".tgme_channel_info_header_title, .tgme_header_title")
    return text_in(shown) or attribute(soup.select_one("meta[property='og:title']"), "content")


def _entry(message: Tag) -> RawEntry:
    post = attribute(message, "data-post")
    text = "\n".join(part for part in (_text(message), _preview(message)) if part)
    return RawEntry(
        id=post,
        title=_headline(text),
        link=f"https://t.me/{post}" if post else "",
        content=text,
        published=attribute(message.select_one(".tgme_widget_message_date time[datetime], time[datetime]"), "datetime"),
        author=text_in(message.select_one(".tgme_widget_message_forwarded_from_name")),
    )


def _text(message: Tag) -> str:
    """Give the message's own text, that of a poll included; a picture has none."""
    found = message.select(".tgme_widget_message_text, .tgme_widget_message_poll_question")
    own = [tag for tag in found if not tag.find_parent(class_=_QUOTED)]
    return "\n".join(text for tag in own[:5] if (text := html_to_text(str(tag))))


def _preview(message: Tag) -> str:
    """Give what the preview of a linked page says, its site last."""
    linked = message.select_one(".tgme_widget_message_link_preview")
    if linked is None:
        return ""
    parts = [text_in(linked.select_one(f".link_preview_{name}")) for name in ("title", "description", "site_name")]
    return "\n".join(part for part in parts if part)


def _headline(text: str) -> str:
    """Give the first line as the headline, cut behind a word where it is long."""
    line = text.partition("\n")[0]
    return line if len(line) <= HEADLINE_MOST else line[:HEADLINE_MOST].rpartition(" ")[0] or line[:HEADLINE_MOST]
