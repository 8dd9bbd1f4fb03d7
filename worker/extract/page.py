"""The article out of a page, or the name of why there is none."""

import re
from dataclasses import replace
from datetime import UTC, datetime, tzinfo
from typing import Any

from domain.dates import Habits
from domain.fetching import looks_like_challenge
from worker.decode import decode
from worker.extract.facts import Page, PageStatus, read_facts
from worker.extract.main import ENOUGH, main_text
from worker.extract.text import MAX_DEPTH, MAX_HTML, MAX_TAG, html_to_text, oversized, too_deep
from worker.sniff import Shape, binary_kind, sniff

MAX_DATA = 500_000  # characters of structured data that are read; real ones have a few thousand
_REMOVED = re.compile(
    r"(?i)الصفحة (?:غير موجودة|المطلوبة غير|التي تبحث عنها)"
    r"|(?:تم|جرى) (?:حذف|إزالة|سحب) (?:هذا |هذه )?(?:الخبر|المقال|الصفحة|المادة)"
    r"|(?:الخبر|المقال|المحتوى) (?:غير موجود|غير متوفر|محذوف)|عذرا[ً،]* (?:الصفحة|لم يتم العثور)"
    r"|page not found|404 not found"
)
# What stands in place of the rest of an article.
_FOR_SUBSCRIBERS = re.compile(
    r"(?i)(?:المحتوى|المقال|المادة|الخبر) (?:(?:متاح|متاحة|مخصص|مخصصة|متوفر|حصري) )?(?:فقط )?(?:للمشتركين|للأعضاء)"
    r"|للمشتركين فقط|(?:اشترك|سجل الدخول|سجّل الدخول) (?:الآن )?(?:ل|كي )\S*(?:قراءة|متابعة|إكمال|استكمال)"
    r"|لمتابعة القراءة|subscribe to (?:read|continue)|for subscribers only"
)


def extract_page(
    body: bytes,
    content_type: str,
    url: str,
    *,
    zone: tzinfo = UTC,
    now: datetime | None = None,
    false_z: bool = False,
) -> Page:
    """Take the article out of the page in `body`, served at `url` with the header `content_type`. Never raises.

    `zone` is the outlet's own, for dates that name none, and with `false_z` for those that say UTC; relative dates need
    `now`.
    """
    try:
        return _page(body, content_type, url, Habits(zone, now, false_z))
    except MemoryError:
        return Page(PageStatus.BOMB, detail="takes more memory to read than there is")
    except Exception as error:  # a library at its wits' end: this page's trouble, nobody else's
        return Page(PageStatus.EMPTY, detail=f"{type(error).__name__}: {error}"[:300])


def _page(body: bytes, content_type: str, url: str, habits: Habits) -> Page:
    """Decide what the page is and read it."""
    if not body.strip():
        return Page(PageStatus.EMPTY, detail="no byte came")
    if kind := binary_kind(body):
        return Page(PageStatus.NOT_HTML, detail=f"a {kind}")
    if looks_like_challenge(body):
        return Page(PageStatus.BLOCKED, detail="a page that asks whether we are a robot")
    decoded = decode(body, content_type, "html")
    text = decoded.text
    if sniff(text).shape in (Shape.FEED, Shape.SITEMAP, Shape.JSON):
        return Page(PageStatus.NOT_HTML, detail="a feed or data")
    html = without_scripts(text)[:MAX_HTML]
    if too_deep(html):
        return Page(PageStatus.TOO_DEEP, detail=f"tags nested deeper than {MAX_DEPTH}")
    if oversized(html):
        html = re.sub(rf"<[^<>]{{{MAX_TAG},}}>", "", html)
    page, facts = read_facts(html, url, habits)
    page = _with_text(page, facts, html)
    bad = ("bad_characters",) if "\ufffd" in f"{page.title}{page.text}" else ()
    return replace(page, flags=(*bad, *decoded.doubtful))


def without_scripts(html: str) -> str:
    """Cut scripts and styles out, structured data excepted; they are most of many pages."""
    kept, at, lower = [], 0, html.lower()
    if len(lower) != len(html):  # letters that grow in lower case would shift every place
        return html
    for match in re.finditer(r"<(script|style)\b([^<>]*)>", lower):
        if match.start() < at:
            continue
        end = lower.find(f"</{match.group(1)}", match.end())
        if end < 0:
            break
        if "ld+json" in match.group(2) and end - match.end() <= MAX_DATA:
            continue
        kept.append(html[at : match.start()])
        at = (lower.find(">", end) + 1) or len(html)
    return "".join((*kept, html[at:]))


def _is_closed(facts: dict[str, Any]) -> bool:
    """Say whether structured data tells that the article, or a part of it, is not for everybody (schema.org)."""
    parts = facts.get("hasPart")
    told = [facts, *(parts if isinstance(parts, list) else [parts])]
    return any(isinstance(part, dict) and str(part.get("isAccessibleForFree")).lower() == "false" for part in told)


def _with_text(page: Page, facts: dict[str, Any], html: str) -> Page:
    """Find the article's text and judge whether it is one."""
    text = main_text(html, page.title)
    told = facts.get("articleBody")
    if isinstance(told, str) and len(told) > 2 * len(text):
        text = html_to_text(told)
    if len(text) < 1_500 and (_is_closed(facts) or _FOR_SUBSCRIBERS.search(text or page.title)):
        return replace(page, status=PageStatus.PAYWALL, text=text, detail="for subscribers")
    if len(text) < 600 and _REMOVED.search(f"{page.title}\n{text}"):
        return replace(page, status=PageStatus.REMOVED, detail="the outlet says that it is gone")
    if len(text) < ENOUGH:
        return replace(page, status=PageStatus.EMPTY, text=text, detail=f"{len(text)} characters of text")
    return replace(page, text=text)
