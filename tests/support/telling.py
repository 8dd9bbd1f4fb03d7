"""Stories for tests of alerts: reports on the sunken ship, each as it is kept, and what was told of them."""

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from press import STORY
from service import HEADLINE, Service
from sqlmodel import Session
from stored import draft

from domain.article import Draft
from domain.preferences import read_preferences
from storage import alerts, articles, channels, telling
from storage.models import Alert, HeldAlert
from worker.deliver.webhook import new_secret
from worker.digest import make_digests
from worker.keep import keep, read_article

# Written independently of each other, and of `press.STORY`, on the same event.
REPORTS = (
    "قالت سلطات ميناء النورس إن سفينة الأسمدة التي غرقت عند الرصيف الشمالي تعوق القوارب، وإن مرفأ الصيادين يبقى مغلقا. "
    "وبدأ الغواصون شفط الوقود من السفينة خوفا على الخليج من الأسمدة.",
    "ينتظر الصيادون في النورس فتح مرفأهم المغلق منذ غرق سفينة الشحن المحملة بالأسمدة. ويقول غواصون يشفطون الوقود من "
    "خزانات السفينة إن العمل عند الرصيف الشمالي يحتاج إلى أسبوعين.",
)
TOLL = "وقالت هيئة الموانئ إن {} من البحارة لقوا حتفهم في غرق السفينة."


def report(key: str, at: datetime, number: int = -1, toll: str = "", **values: Any) -> Draft:
    """Give a report on the sunken ship, `press.STORY` or another one; a toll stands in headline and first sentence."""
    body = STORY if number < 0 else REPORTS[number]
    title = (
        HEADLINE
        if number < 0
        else ("سفينة الأسمدة الغارقة تغلق مرفأ الصيادين في النورس", "الصيادون في النورس ينتظرون بعد غرق السفينة")[
            number
        ]
    )
    if toll:
        title, body = f"{title}: {toll}", f"ارتفعت حصيلة غرق السفينة إلى {toll} في النورس. {body}"
    given: dict[str, Any] = {"outlet": f"صحيفة {key}", "may_alert": True, "url": f"https://{key}.example/a"} | values
    return draft(key, title, body, at=at, **given)


def come(service: Service, *drafts: Draft) -> list[int]:
    """Let articles come, in one transaction. Gives their ids."""
    with service.db.read() as session:
        service.context.detector.refresh(session)
    readings = [read_article(service.context, each) for each in drafts]
    service.db.transact(lambda s: keep(service.context, s, readings, feed_id=None, document=""))
    with service.db.read() as session:
        return [articles.id_of(session, each.key) for each in drafts]


def want(service: Service, topic: int, url: str = "https://hook.example/a", **given: Any) -> int:
    """Subscribe a channel to a topic. Gives the subscription's id."""
    wanted = read_preferences(given)
    with service.db.write() as session:
        channel, _ = channels.add(session, url, new_secret(), service.clock())
        return alerts.subscribe(session, topic, channel.id or 0, service.clock(), wanted).id or 0


def told(service: Service) -> list[tuple[str, str]]:
    """Give state and code of the reason of each alert, in the order in which they were made."""
    rows = sorted(service.alerts(), key=lambda alert: (alert.created, alert.id))
    return [(alert.state, alert.reason.partition(":")[0].partition("@")[0]) for alert in rows]


def data(alert: Alert) -> dict[str, Any]:
    """Give what an alert says."""
    found: dict[str, Any] = json.loads(alert.payload)["data"]
    return found


def held(service: Service) -> Sequence[HeldAlert]:
    """Give what waits for digests."""
    return [row for row in service.all(HeldAlert) if row.state == "waiting"]


def digests(service: Service) -> list[dict[str, Any]]:
    """Make the digests that are due. Gives what those made so far say."""
    make_digests(service.context)
    return [data(alert) for alert in service.alerts() if alert.reason.startswith("digest:")]


def channels_of(session: Session, topic_ids: Iterable[int]) -> dict[int, list[int]]:
    """Give for each topic the channels that it is told on."""
    wanting = telling.wanting(session, list(topic_ids))
    return {topic: [one.channel_id for one in found] for topic, found in wanting.items()}
