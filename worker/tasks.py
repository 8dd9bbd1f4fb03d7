"""The Celery tasks. A message carries ids only; what is true about them stands in the database."""

from collections.abc import Sequence
from typing import Any

from celery import shared_task

from worker import archive, jobs, pages, pipeline
from worker.context import Context
from worker.deliver import outbox

_CONTEXT: list[Context] = []


def use(context: Context) -> None:
    """Set the context of this process."""
    _CONTEXT[:] = [context]


def context() -> Context:
    """Give the context of this process."""
    return _CONTEXT[0]


@shared_task(name="marsad.poll_feeds")  # type: ignore[misc,untyped-decorator,unused-ignore]
def poll_feeds(ids: Sequence[int]) -> None:
    """Visit feeds; what they have to tell goes out at once."""
    _send(pipeline.poll_feeds(context(), ids))


@shared_task(name="marsad.fetch_pages")  # type: ignore[misc,untyped-decorator,unused-ignore]
def fetch_pages(ids: Sequence[int]) -> None:
    """Visit article pages."""
    _send(pages.fetch_pages(context(), ids))


@shared_task(name="marsad.deliver")  # type: ignore[misc,untyped-decorator,unused-ignore]
def deliver(ids: Sequence[str]) -> None:
    """Send alerts that are due."""
    outbox.deliver(context(), ids)


@shared_task(name="marsad.do_jobs")  # type: ignore[misc,untyped-decorator,unused-ignore]
def do_jobs(ids: Sequence[int]) -> None:
    """Do what was asked for."""
    jobs.do_jobs(context(), ids)


@shared_task(name="marsad.fill_back")  # type: ignore[misc,untyped-decorator,unused-ignore]
def fill_back(ids: Sequence[int]) -> None:
    """Take backfills a step further. They have nothing to tell."""
    archive.fill_back(context(), ids)


def _send(alerts: Sequence[str]) -> None:
    """Hand new alerts over at once. Should the message be lost, the scheduler finds them due."""
    if alerts:
        deliver.delay(list(alerts))


TASKS: dict[str, Any] = {
    "feeds": poll_feeds, "pages": fetch_pages, "alerts": deliver, "jobs": do_jobs, "backfills": fill_back,
}  # fmt: skip
