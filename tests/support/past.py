"""An outlet with a past: feeds in pages, sitemaps and pages of articles, all dated, for tests of backfills."""

import html
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

from press import STORY, Press

DAY = timedelta(days=1)
NEWEST = datetime(2026, 4, 5, 9, tzinfo=UTC)


def day(number: int) -> datetime:
    """Give the time of the article of a number: each is a day older than the one before."""
    return NEWEST - number * DAY


def title(number: int) -> str:
    return f"خبر الأرشيف رقم {number}"


def text(number: int) -> str:
    """Give a text that is like no other, and like that of a small newspaper."""
    words = " ".join(f"سطر{number}كلمة{n}" for n in range(50))
    return f"قالت بلدية النورس في يومها {number} إن أعمال الميناء مستمرة: {words}."


def write_page(press: Press, path: str, numbers: range, *, older: str = "", dated: bool = True) -> None:
    """Write a page of a feed with the articles of these numbers, and a link to an older page."""
    items = []
    for n in numbers:
        date = f"<pubDate>{format_datetime(day(n))}</pubDate>" if dated else ""
        items.append(
            f"<item><title>{title(n)}</title><guid>g{n}</guid><link>{press.base}/2026/{n}/khabar.html</link>{date}"
            f"<content:encoded><![CDATA[<p>{text(n)}</p>]]></content:encoded></item>"
        )
    link = f'<atom:link rel="prev-archive" href="{html.escape(older)}"/>' if older else ""
    press.feeds[path] = (
        '<?xml version="1.0" encoding="utf-8"?><rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom" '
        'xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>صحيفة النورس</title>'
        f"{link}<language>ar</language>{''.join(items)}</channel></rss>"
    ).encode()


def write_article(press: Press, number: int, *, body: str = "", dated: bool = True) -> str:
    """Write the page of an article. Gives its path."""
    path = f"/news/{1000 + number}"
    date = f'<meta property="article:published_time" content="{day(number).isoformat()}">' if dated else ""
    press.pages[path] = (
        f'<html lang="ar"><head><meta charset="utf-8"><title>{title(number)}</title>{date}</head><body><article>'
        f"<h1>{title(number)}</h1><p>{body or text(number)}</p><p>{STORY}</p></article></body></html>"
    ).encode()
    return path


def write_map(press: Press, path: str, numbers: range) -> None:
    """Write a sitemap of articles, with their pages."""
    rows = [
        f"<url><loc>{press.base}{write_article(press, n)}</loc><lastmod>{day(n).isoformat()}</lastmod></url>"
        for n in numbers
    ]
    press.feeds[path] = _xml("urlset", rows)


def write_index(press: Press, path: str, children: dict[str, datetime]) -> None:
    """Write a sitemap index: paths, and when each was changed."""
    rows = [
        f"<sitemap><loc>{press.base}{child}</loc><lastmod>{at.isoformat()}</lastmod></sitemap>"
        for child, at in children.items()
    ]
    press.feeds[path] = _xml("sitemapindex", rows)


def _xml(root: str, rows: list[str]) -> bytes:
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><{root} xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'
        f"{''.join(rows)}</{root}>"
    ).encode()
