"""Topics: the list with the form that makes one, and what a topic learned and matched."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response
from sqlmodel import Session

from domain.article import Text, split_headline, visible
from domain.errors import AlreadyExists, BadInput, BadReference, NotFound, WhichStory
from domain.fetching import check_url
from domain.topics import Profile, Rules, kind_in, make_profile
from domain.topics.against import is_broad
from domain.topics.reference import Read, read_reference
from storage import articles, jobs, learning, topics, versions
from storage.models import Job
from web import feeds, preview, references, words
from web.desk import PAGE, Desk, Id, TheDesk, read_cursor, write_cursor
from web.forms import COOKIE, FIELD, read_form
from web.rules import TypedRules, typed_rules
from web.rules import shown as shown_rules

router = APIRouter()
FROM_URL = "topic_from_url"
_TERMS_SHOWN = 24


@dataclass(frozen=True, slots=True)
class Typed:
    """The form that makes a topic, as it was filled in, and the line that says what is wrong with it."""

    name: str = ""
    text: str = ""
    url: str = ""
    part: str = ""
    rules: TypedRules = field(default_factory=TypedRules)
    error: str = ""
    stories: tuple[str, ...] = ()

    def fault(self) -> str:
        """Give the line that says what is missing or too much; empty when all is there."""
        if not self.name or len(self.name) > words.MOST_NAME:
            return words.LONG_NAME if self.name else words.NEED_NAME
        if self.url and self.text.strip():
            return words.ONE_SOURCE
        if not (self.url or self.text.strip() or self.rules.given):
            return words.NEED_SOURCE
        return self.rules.fault()

    @property
    def chosen(self) -> int | None:
        """Give the number of the story that was chosen, 0 for all of them, None where nothing was asked."""
        return int(self.part) if re.fullmatch("[0-9]{1,3}", self.part) else None


@router.get("/")
def home(request: Request, desk: TheDesk) -> Response:
    """Show the topics and the form that makes one."""
    return _home(request, desk, Typed())


def _home(request: Request, desk: Desk, typed: Typed, status: int = 200) -> Response:
    with desk.db.read() as session:
        rows, backfills = topics.listing(session), jobs.latest(session, learning.BACKFILL)
        values = {
            "topics": rows, "counts": topics.counts(session), "newest": topics.newest(session),
            "kinds": {row.id: kind_in(row.profile) for row in rows},
            "filling": {id for id, job in backfills.items() if job.state == "waiting"},
        }  # fmt: skip
    return desk.page(request, "home.html", status, typed=typed, most_name=words.MOST_NAME, **values)


@router.post("/topics")
def make(request: Request, desk: TheDesk, form: Annotated[Mapping[str, str], Depends(read_form)]) -> Response:
    """Make a topic from pasted text, or ask a worker to make it from a page; then show it, or how far that is."""
    typed = Typed(
        " ".join(visible(form.get("name", "")).split()),
        form.get("text", ""),
        form.get("url", "").strip(),
        form.get("part", ""),
        typed_rules(form),
    )
    if not desk.signer.right(request.cookies.get(COOKIE, ""), form.get(FIELD, "")):
        return _home(request, desk, replace(typed, error=words.OLD_FORM), 403)
    if fault := typed.fault():
        return _home(request, desk, replace(typed, error=fault), 422)
    try:
        if form.get("preview"):
            return RedirectResponse(_preview(desk, typed), 303)
        return RedirectResponse(_from_url(desk, typed) if typed.url else _from_text(desk, typed), 303)
    except AlreadyExists:
        return _home(request, desk, replace(typed, error=words.NAME_TAKEN), 409)
    except WhichStory as error:
        return _home(request, desk, replace(typed, error=words.BAD_REFERENCE[error.kind], stories=error.lines), 422)
    except BadReference as error:
        return _home(request, desk, replace(typed, error=words.BAD_REFERENCE[error.kind]), 422)
    except BadInput:
        return _home(request, desk, replace(typed, error=words.BAD_URL if typed.url else words.NO_STORY), 422)


def _preview(desk: Desk, typed: Typed) -> str:
    """Ask a worker what the topic would match. Gives where to wait for that."""
    rules = typed.rules.read()
    if typed.url:
        return preview.ask(desk, typed.name, {"url": check_url(typed.url), **_payload(rules)})
    read = _read(typed)
    make_profile(typed.name, [one.text for one in read], rules)
    told = [{"title": one.text.title, "text": one.text.body, "kind": one.kind} for one in read]
    return preview.ask(desk, typed.name, {**(told[0] if told else {}), **_payload(rules)})


def _payload(rules: Rules) -> dict[str, Any]:
    """Give rules as a job is told them; nothing where there are none."""
    return {"rules": rules.to_json()} if rules else {}


def _read(typed: Typed) -> list[Read]:
    """Read the reference that was pasted, if one was. Raises WhichStory, BadReference, BadInput."""
    if not typed.text.strip():
        return []
    return [read_reference(typed.name, Text(*split_headline(typed.text)), typed.chosen)]


def _from_text(desk: Desk, typed: Typed) -> str:
    """Learn a topic and keep it together with the wish for its matches in the archive. Gives where to go."""
    read = _read(typed)
    profile = make_profile(typed.name, [one.text for one in read], typed.rules.read())
    now = desk.clock()

    def keep(session: Session) -> int | None:
        topic = topics.add(session, typed.name, profile.to_json(), [(one.text, "") for one in read], now)
        jobs.ask(session, learning.BACKFILL, {"topic_id": topic.id}, now)
        return topic.id

    return topic_address(desk.db.transact(keep), read[0].kind if read else "")


def topic_address(id: int | None, kind: str) -> str:
    """Give the address of a topic's page that says how its reference was read."""
    return f"/topics/{id}?read={kind}" if kind else f"/topics/{id}"


def _from_url(desk: Desk, typed: Typed) -> str:
    """Ask a worker to fetch the page and learn the topic from it. Gives where to wait for that."""
    wanted = {"name": typed.name, "url": check_url(typed.url), **_payload(typed.rules.read())}
    now = desk.clock()

    def ask(session: Session) -> int:
        if any(topic.name == typed.name for topic in topics.listing(session)):
            raise AlreadyExists("the name is taken")
        return jobs.ask(session, FROM_URL, wanted, now)

    return f"/jobs/{desk.db.transact(ask)}"


@router.get("/topics/{id}")
def show(
    request: Request,
    desk: TheDesk,
    id: Id,
    tab: Literal["match", "near", "passage", "ask"] = "match",
    before: str = "",
    read: Literal["", "cut", "story", "short"] = "",
) -> Response:
    """Show what a topic learned and one page of its matches or near misses."""
    cursor = read_cursor(before)
    with desk.db.read() as session:
        topic = topics.by_id(session, id)
        if tab == "ask":
            rows = learning.to_ask(session, id, PAGE)
        else:
            rows = topics.matches(session, id, state=tab, limit=PAGE + 1, before=cursor)
        said, stored = versions.verdicts(session, id), articles.total(session)
        numbers = {state: topics.counts(session, state).get(id, 0) for state in words.STATES}
        backfill = jobs.latest(session, learning.BACKFILL).get(id)
        told = topics.references(session, id)
    shown = rows[:PAGE]
    more = write_cursor(shown[-1].published, shown[-1].id) if len(rows) > PAGE else ""
    learned = _learned(topic.profile)
    return desk.page(
        request, "topic.html", topic=topic, rows=shown, more=more, numbers=numbers, tab=tab, first=cursor is None,
        backfill=backfill, state=job_state(desk, backfill) if backfill else "", said=said,
        broad=is_broad(numbers["match"], stored), read=read, references=told, **learned,
    )  # fmt: skip


def _learned(data: dict[str, Any]) -> dict[str, Any]:
    """Give the deciding and the other key terms of a profile in the words of its references, weightiest first."""
    profile = Profile.from_json(data)
    facets = [facet.surface for facet in profile.facets]
    others = [term.surface for term in profile.terms if term.surface not in facets]
    return {"facets": facets, "terms": others[:_TERMS_SHOWN], **shown_rules(data)}


def job_state(desk: Desk, job: Job) -> str:
    """Give where a job stands: waiting, running, done, failed, or quarantine when nothing will take it again."""
    if job.state != "waiting":
        return job.state
    if job.locked_until is not None and job.locked_until >= desk.clock():
        return "running"
    return "waiting" if job.due is not None else "quarantine"


@router.get("/jobs/{id}")
def job(request: Request, desk: TheDesk, id: Id) -> Response:
    """Show how far something asked for has come; a topic that was made is shown at once."""
    with desk.db.read() as session:
        found = jobs.get(session, id)
    made = found.result.get("topic")
    if found.state == "done" and isinstance(made, int):
        return RedirectResponse(topic_address(made, str(found.result.get("kind", ""))), 303)
    if found.kind not in words.JOB_KINDS:
        raise NotFound("not a job that a page asked for")
    if found.kind == preview.PREVIEW and found.state == "done":
        return preview.page(request, desk, found)
    if found.kind == jobs.DISCOVER and found.state == "done":
        return feeds.page(request, desk, found)
    if found.kind == learning.PREVIEW_REFERENCE and found.state == "done":
        return references.page(request, desk, found)
    return desk.page(request, "job.html", job=found, state=job_state(desk, found))
