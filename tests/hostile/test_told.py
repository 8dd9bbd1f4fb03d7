"""Hostile inputs of group A that concern what is told: storms, one story from many sources, corrections, two rules."""

from datetime import timedelta

from press import Press
from service import HEADLINE, Service
from stored import NOON, draft
from telling import come, data, digests, held, report, told, want

from domain.budget import STORM
from domain.messages import MOST_STORIES, Told
from storage import articles
from storage.models import Attempt, HeldAlert, Subscription
from worker.alert import Candidate, announce
from worker.deliver.outbox import deliver
from worker.keep import read_article, revise

MINUTE = timedelta(minutes=1)
_STORM = 10_000


def test_a11_a_storm_of_matches_is_a_few_alerts_and_one_digest_that_counts_all(service: Service) -> None:
    """Ten thousand stories match within a minute; no budget is set."""
    topic = service.topic()
    want(service, topic, per_day=0)
    ids: list[str] = []
    for start in range(0, _STORM, 2_500):
        matches = [
            Candidate((topic, "موضوع"), n + 1, _match(n), None) for n in range(start, start + 2_500)
        ]  # fmt: skip
        ids += service.db.transact(lambda s, m=matches: announce(service.context, s, m, service.clock()))
        service.clock.pass_by(seconds=15)
    assert len(ids) == STORM
    assert len(held(service)) == _STORM - STORM
    due = service.only(Subscription).digest_due
    assert due is not None
    service.clock.now = due
    (digest,) = digests(service)
    assert (digest["alerts"], digest["over_budget"]) == (_STORM - STORM, _STORM - STORM)
    assert len(digest["stories"]) + digest["more"] == _STORM - STORM
    assert (len(digest["stories"]), len(service.alerts())) == (MOST_STORIES, STORM + 1)
    assert {row.state for row in service.all(HeldAlert)} == {"told"}


def _match(n: int) -> Told:
    return Told(
        n + 1, f"{HEADLINE} {n}", "صحيفة", NOON, NOON, f"https://n.example/{n}", 0.9, "headline", True, {"terms": []}
    )


def test_a17_one_story_from_thirty_sources_is_one_alert(service: Service) -> None:
    want(service, service.topic())
    come(service, *(report(f"o{n}", NOON) for n in range(30)))
    (alert,) = service.alerts()
    counts = data(alert)["counts"]
    assert (counts["outlets"], counts["copies"], counts["independent_sources"]) == (30, 29, 1)
    come(service, *(report(f"p{n}", service.clock.pass_by(minutes=1)) for n in range(30)))
    assert len(service.alerts()) == 1


def test_a18_a_correction_that_matches_no_more_recalls_nothing_and_is_written_down(service: Service) -> None:
    topic = service.topic()
    want(service, topic)
    want(service, topic, "https://hook.example/digest", digest="hourly", live=False)
    (id,) = come(service, report("a", NOON))
    corrected = read_article(service.context, draft("a", "تصويب", "نعتذر عن خبر نشر خطأ ولا صحة له.", may_alert=True))
    service.clock.pass_by(minutes=5)
    service.db.transact(lambda s: revise(service.context, s, articles.get(s, id), corrected, {}))
    (alert,) = service.alerts()
    (note,) = service.all(Attempt)
    assert (alert.state, alert.article_id) == ("waiting", id)
    assert (note.alert_id, note.outcome, note.at) == (alert.id, "withdrawn", service.clock())
    service.clock.now = NOON + timedelta(hours=1)
    assert digests(service) == [], "what was not told yet is not told"
    assert [row.state for row in service.all(HeldAlert)] == ["withdrawn"]


def test_a19_two_rules_on_one_channel_make_one_message_that_names_both(service: Service, press: Press) -> None:
    first, second = service.topic(), service.topic("مرفأ الصيادين في النورس")
    for topic in (first, second):
        want(service, topic, press.base + "/hook")
    come(service, report("a", NOON))
    assert sorted(told(service)) == [("joined", "first_match"), ("waiting", "first_match")]
    deliver(service.context, [alert.id for alert in service.alerts()])
    ((_, _, body),) = press.sent
    (sent,) = [alert for alert in service.alerts() if alert.state == "sent"]
    assert body.decode() == sent.payload
    assert [topic["id"] for topic in data(sent)["topics"]] == [first, second]
    come(service, report("b", service.clock.pass_by(hours=1), 0))
    assert len(service.alerts()) == 2, "the second topic is not told of the story again"
