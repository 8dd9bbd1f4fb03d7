"""Pages: fetches the page of an article whose feed gave less than the full text, and decides everything again.

due page jobs | fetch | extract | is it this article's page? | the same decisions on the full text | store + outbox
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlmodel import Session

from domain.address import page_address
from domain.article import Basis, Draft, PageState, is_same_article
from domain.byline import author_in, author_name
from domain.dates import Habits, Stamp, settle
from domain.fetching import FetchStatus
from domain.schedule import after_page
from storage import articles, documents, feeds, queue
from storage.models import Article, PageJob
from worker import ways
from worker.answer import Fetched
from worker.apart import extract_page
from worker.batch import Ask, fetch_each
from worker.context import Context, Held, failpoint, hold, log
from worker.dating import habits_of
from worker.extract import Page, PageStatus
from worker.hosts import note_pause, put_off, unpaused
from worker.keep import Kept, Reading, read_article
from worker.language import language_of
from worker.revise import revise_by_page
from worker.robots import close_rulebook, open_rulebook

# From this confidence on a feed's date is certain to the hour, and the page's is not asked.
SURE = 0.78
# The page itself says no for good; asking again would bring the same.
FINAL = ("refused", "unsupported", "removed", "not_html", "too_deep", "robots")


@dataclass(frozen=True, slots=True)
class PageAsked:
    """A page that is asked for: its job, its article, and how the outlet writes its dates."""

    job: PageJob
    article: Article
    habits: Habits


@dataclass(frozen=True, slots=True)
class PageVisit:
    """What a visit to a page brought: a named status, and the article with its full text where there is one."""

    job: PageJob
    article: Article
    fetched: Fetched
    status: str
    detail: str
    reading: Reading | None


def fetch_pages(context: Context, ids: Sequence[int]) -> list[str]:
    """Visit pages that are due. Gives the ids of the alerts that came of it."""
    alerts: list[str] = []
    with hold(context, "pages", ids) as held:
        with context.db.read() as session:
            context.detector.refresh(session)
            rows = articles.page_rows(session, held.ids)
            sources = {feed.id: feed for feed in feeds.several(session, {a.feed_id for _, a in rows if a.feed_id})}
        free = unpaused(context, held, [(job.article_id, job.host) for job, _ in rows])
        reached = ways.reached(context, [article for _, article in rows])
        asks = [Ask(r, r[1].url, start=True, access=reached.get(r[1].outlet)) for r in rows if r[0].article_id in free]
        rulebook = open_rulebook(context, [ask.url for ask in asks]) if context.settings.robots != "off" else None
        for (job, article), fetched in fetch_each(context.settings, asks, rulebook):
            try:
                feed = sources.get(article.feed_id)
                habits = habits_of(feed, context.clock()) if feed else Habits(now=context.clock())
                alerts += _visit(context, held, PageAsked(job, article, habits), fetched)
            except Exception as error:  # ours: the neighbours go on, the page's crash is counted
                _failed(context, held, job, error)
        if rulebook:
            close_rulebook(context, rulebook)
    return alerts


def _visit(context: Context, held: Held, asked: PageAsked, fetched: Fetched) -> list[str]:
    """Bring one page's visit to its end. Gives the ids of new alerts."""
    if fetched.deferred:
        put_off(context, held, asked.job.article_id, fetched)
        return []
    visit = read_page(context, asked, fetched)
    kept = context.db.transact(lambda session: _store(context, session, held, visit))
    failpoint("after_page_commit")
    return kept.alerts


def read_page(context: Context, asked: PageAsked, fetched: Fetched) -> PageVisit:
    """Extract the article from its page and analyse it. Stores nothing."""
    job, article, habits = asked.job, asked.article, asked.habits
    if fetched.status is not FetchStatus.OK:
        return PageVisit(job, article, fetched, page_status(fetched.status, fetched.http_status), fetched.detail, None)
    page = extract_page(
        fetched.body, fetched.content_type, fetched.url, zone=habits.zone, now=habits.now, false_z=habits.false_z
    )
    if "cut" in fetched.flags:
        page = replace(page, flags=(*page.flags, "page_cut"))
    if page.status != "ok":
        return PageVisit(job, article, fetched, page.status, page.detail, None)
    told = article.title if article.page_document else f"{article.title} {articles.read(article).body}"
    if not is_same_article(told, f"{page.title} {page.text}"):
        return PageVisit(
            job, article, fetched, "other_text", "the page does not hold the text that the feed gave", None
        )
    return PageVisit(job, article, fetched, "ok", "", read_article(context, full_draft(article, page, fetched.url)))


def page_status(status: FetchStatus, http_status: int | None) -> str:
    """Name why an article's page was not served: what is gone (404, 410) is removed, what asks for money (402) paid."""
    if status is FetchStatus.GONE or http_status == 404:
        return PageStatus.REMOVED.value
    return PageStatus.PAYWALL.value if http_status == 402 else status.value


def full_draft(article: Article, page: Page, served: str) -> Draft:
    """Make the article anew with the page's text; what the feed said stands where the page says nothing.

    `served` is the address that the page came from in the end. The page's date takes the place of one from the feed
    that was not certain to the hour.
    """
    stamp = settle(page.dated, article.first_seen)
    if article.date_confidence >= SURE or stamp.confidence <= article.date_confidence:
        raw, stamp = (
            article.published_raw,
            Stamp(article.event_at, article.published, article.date_method, article.date_confidence),
        )
    else:
        raw = page.published_raw
    return Draft(
        key=article.key, text_key=article.text_key, title=article.title, body=page.text, basis=Basis.FULL,
        outlet=article.outlet, event_at=stamp.event_at, first_seen=article.first_seen, url=article.url,
        published=stamp.published, published_raw=raw, date_method=stamp.method, date_confidence=stamp.confidence,
        author=article.author or author_name(page.author, article.outlet) or author_in(page.text),
        canonical=page_address(page.canonical, served), image=page.image, section=article.section or page.section,
        language=language_of(page.text, article.language), may_alert=article.may_alert,
        flags=tuple(dict.fromkeys((*article.flags.split(), *page.flags))),
    )  # fmt: skip


def _store(context: Context, session: Session, held: Held, visit: PageVisit) -> Kept:
    """Store a visit to a page: the full text with all decisions, or why there is none and when it is tried again."""
    job, article, fetched, now = visit.job, visit.article, visit.fetched, context.clock()
    final = visit.status in FINAL and fetched.http_status != 404  # a 404 may be a page that is not out yet
    plan = after_page(
        ok=visit.reading is not None, final=final, attempts=job.attempts, now=now, retry_after=fetched.retry_after
    )
    values = {
        "state": plan.state.value,
        "attempts": plan.attempts,
        "status": visit.status,
        "detail": visit.detail[:300],
    }
    if not queue.end(session, held.kind, job.article_id, held.token, plan.due, **values):
        return Kept()
    note_pause(context, session, job.host, fetched)
    if visit.reading is None:
        if not article.page_document:  # a page that was read before leaves its text
            why = visit.status if plan.state is not PageState.WAITING else "page_waiting"
            articles.mark_text(session, job.article_id, why)
        return Kept()
    document = documents.keep_document(
        session, fetched.body, kind="page", url=article.url, content_type=fetched.content_type, now=now
    )
    current = articles.get(session, job.article_id)
    return revise_by_page(context, session, current, visit.reading, document)


def _failed(context: Context, held: Held, job: PageJob, error: Exception) -> None:
    """Write an error of ours down: the page is due again soon, and its crash stays counted."""
    log.exception("a page's visit failed inside us", article=job.article_id)
    detail = f"{type(error).__name__}: {error}"[:300]
    plan = after_page(ok=False, final=False, attempts=0, now=context.clock(), retry_after=None)

    def write(session: Session) -> None:
        due = plan.due or context.clock()
        values = {"status": queue.INTERNAL_ERROR, "detail": detail}
        queue.give_back(session, held.kind, [job.article_id], held.token, due, failed=True, **values)

    context.db.transact(write)
