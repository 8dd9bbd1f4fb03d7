"""Alerts on their way: signed, one id through every try, each receiver on its own, our errors counted alone."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from press import NAME, STORY, Press, Reply
from service import HEADLINE, Service
from standardwebhooks import Webhook, WebhookVerificationError
from stored import NOON

from domain.article import Text
from domain.channels import normal
from domain.delivery import RETRIES
from domain.errors import BadInput
from storage import alerts, queue
from storage.models import Alert, Attempt, Channel, Quarantine
from worker.deliver import outbox as module
from worker.deliver.outbox import send_test
from worker.deliver.webhook import new_secret

STRIKE = (
    "بدأ عمال مصنع الإسمنت في بلدة السنديان إضرابا مفتوحا احتجاجا على تأخر الأجور أربعة أشهر. وقالت النقابة إن الإدارة "
    "رفضت التفاوض، وإن العمال أوقفوا الأفران ولن يعودوا قبل صرف الأجور كاملة."
)


def one_alert(service: Service, press: Press, *paths: str) -> list[Alert]:
    """Let a story appear that is told to receivers at these paths or addresses. Gives the alerts by channel."""
    topic = service.topic()
    for path in paths:
        service.tell(topic, path)
    press.write_feed("/a.xml", [("s1", HEADLINE, STORY)])
    service.feed("/a.xml", primed=True)
    service.poll()
    return by_channel(service)


def by_channel(service: Service) -> list[Alert]:
    return sorted(service.alerts(), key=lambda alert: alert.channel_id)


def verify(secret: str, headers: dict[str, str], body: bytes) -> Any:
    """Check a signature as a receiver does, at the time of the test's clock."""
    with time_machine.travel(NOON, tick=False):
        return Webhook(secret).verify(body.decode(), {name.lower(): value for name, value in headers.items()})


def test_an_alert_is_signed_and_says_what_was_found(service: Service, press: Press) -> None:
    (alert,) = one_alert(service, press, "/hook")
    service.deliver()
    ((_, headers, body),) = press.sent
    document = verify(service.only(Channel).secret, headers, body)
    assert (document["type"], document["data"]["topic"]) == ("topic.match", NAME)
    assert document["data"]["article"]["title"] == HEADLINE
    assert document["data"]["article"]["reason"]["terms"]
    assert (headers["webhook-id"], headers["webhook-timestamp"]) == (alert.id, str(int(NOON.timestamp())))
    assert headers["Content-Type"] == "application/json"
    (sent,), (attempt,) = service.alerts(), service.all(Attempt)
    assert (sent.state, sent.sent, sent.attempts, sent.due, sent.lease, sent.crashes) == ("sent", NOON, 1, None, "", 0)
    assert (attempt.outcome, attempt.http_status, attempt.at) == ("sent", 204, NOON)
    service.deliver()
    assert len(press.sent) == 1


def test_another_secret_does_not_verify(service: Service, press: Press) -> None:
    one_alert(service, press, "/hook")
    service.deliver()
    ((_, headers, body),) = press.sent
    with pytest.raises(WebhookVerificationError, match="No matching signature"):
        verify(new_secret(), headers, body)


def test_an_error_is_tried_again_by_plan_with_the_same_id(service: Service, press: Press) -> None:
    (alert,) = one_alert(service, press, "/hook")
    press.answer = 500
    waits = []
    for _ in range(len(RETRIES)):
        service.deliver()
        due = service.alerts()[0].due
        assert due
        waits.append(due - service.clock())
        service.clock.now = due
    assert all(plan <= wait <= plan * 1.2 for plan, wait in zip(RETRIES, waits, strict=True))
    press.answer = 200
    service.deliver()
    row = service.alerts()[0]
    assert (row.state, row.attempts, row.crashes, row.sent) == ("sent", 10, 0, service.clock())
    assert {id for id, _ in press.received} == {alert.id}
    assert len({body for _, _, body in press.sent}) == 1
    assert [a.outcome for a in service.all(Attempt)] == ["waiting"] * 9 + ["sent"]


def test_after_the_last_try_it_has_failed_and_stays_in_the_log(service: Service, press: Press) -> None:
    one_alert(service, press, "/hook")
    press.answer = 503
    while (due := service.alerts()[0].due) is not None:
        service.clock.now = due
        service.deliver()
    with service.db.read() as session:
        ((row, _, _, tries),) = alerts.log(session)
    assert (row.state, row.sent, len(tries), row.detail) == ("failed", None, 10, "HTTP 503 Service Unavailable")
    assert service.only(Channel).state == "active"


def test_the_receivers_own_retry_after_is_kept(service: Service, press: Press) -> None:
    one_alert(service, press, "/hook")
    press.special["/hook"] = Reply(429, {"Retry-After": "3600"})
    service.deliver()
    assert service.alerts()[0].due == NOON + timedelta(hours=1)


def test_410_switches_the_channel_off_with_all_that_waits_for_it(service: Service, press: Press) -> None:
    first, second = service.topic(), service.topic("مصنع الإسمنت", Text("إضراب في مصنع الإسمنت", STRIKE))
    channel_id = service.tell(first)
    assert service.tell(second) == channel_id, "one channel an address"
    press.write_feed("/a.xml", [("s1", HEADLINE, STORY), ("s0", "إضراب عمال مصنع الإسمنت", STRIKE)])
    service.feed("/a.xml", primed=True)
    waiting = service.poll()
    assert len(waiting) == 2
    press.answer = 410
    module.deliver(service.context, waiting[:1])
    assert [alert.state for alert in service.alerts()] == ["off", "off"]
    channel = service.only(Channel)
    assert (channel.state, channel.detail) == ("off", "2026-04-06: the receiver answered 410 (gone)")
    press.write_feed("/a.xml", [("s2", f"{HEADLINE} ثانية", f"{STORY} وهذه سفينة أخرى تماما. {STORY[::-1]}")])
    assert service.poll() == [], "nothing more is made for it"
    service.deliver()
    assert len(press.sent) == 1


def test_an_alert_made_as_its_channel_went_off_is_not_sent(service: Service, press: Press) -> None:
    one_alert(service, press, "/hook")
    with service.db.write() as session:
        channel = session.get(Channel, 1)
        assert channel
        channel.state, channel.detail = "off", "أغلقت القناة"
    service.deliver()
    row = service.alerts()[0]
    assert (row.state, row.due, row.detail, row.attempts) == ("off", None, "أغلقت القناة", 0)
    assert press.sent == []


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("http://127.0.0.1:9/hook", "Connect"),
        ("http://10.255.255.1/hook", "not a public"),
        ("http://hook.invalid/", "hook.invalid"),
    ],
)
def test_a_receiver_that_is_not_there_is_tried_again(service: Service, press: Press, address: str, said: str) -> None:
    one_alert(service, press, address)
    service.deliver()
    row, attempt = service.alerts()[0], service.only(Attempt)
    assert (row.state, row.attempts, attempt.http_status) == ("waiting", 1, None)
    assert row.due
    assert row.due > NOON
    assert said in attempt.detail


def test_a_redirect_is_not_followed(service: Service, press: Press) -> None:
    one_alert(service, press, "/hook")
    press.special["/hook"] = Reply(302, {"Location": press.base + "/elsewhere"})
    service.deliver()
    assert [path for path, _, _ in press.sent] == ["/hook"]
    assert service.alerts()[0].state == "waiting"


def test_two_receivers_are_told_independently(service: Service, press: Press) -> None:
    first, second = one_alert(service, press, "/down", "/well")
    assert (first.story_id, first.id != second.id) == (second.story_id, True)
    press.special["/down"] = Reply(500)
    service.deliver()
    assert [alert.state for alert in by_channel(service)] == ["waiting", "sent"]
    press.special.clear()
    service.clock.pass_by(seconds=7)
    service.deliver()
    assert [alert.state for alert in by_channel(service)] == ["sent", "sent"]
    assert sorted(path for path, _, _ in press.sent) == ["/down", "/down", "/well"]


def test_an_error_of_ours_stops_no_other_alert_and_ends_in_quarantine(service: Service, press: Press) -> None:
    one_alert(service, press, "/bad", "/well")
    with service.db.write() as session:
        channel = session.get(Channel, 1)
        assert channel
        channel.secret = "ليس سرا"
    for _ in range(5):
        service.deliver()
        service.clock.pass_by(seconds=6)
    bad, good = by_channel(service)
    assert (good.state, good.attempts, bad.state, bad.attempts, bad.crashes) == ("sent", 1, "waiting", 0, 5)
    with service.db.write() as session:
        assert queue.quarantine(session, service.clock()) == 1
    record = service.only(Quarantine)
    assert (record.kind, record.ref) == ("alerts", bad.id)
    assert "internal_error" in record.why


def test_a_lost_lease_records_no_try(service: Service, press: Press, monkeypatch: pytest.MonkeyPatch) -> None:
    one_alert(service, press, "/hook")
    real = module.send

    async def post(*given: Any) -> Any:
        fetched = await real(*given)
        service.db.transact(queue.forget_leases)
        return fetched

    monkeypatch.setattr(module, "send", post)
    service.deliver()
    assert (service.alerts()[0].state, service.all(Attempt)) == ("waiting", [])


def test_a_test_message_goes_out_at_once_and_is_signed(service: Service, press: Press) -> None:
    service.tell(service.topic())
    fetched = send_test(service.settings, service.only(Channel), NOON)
    assert fetched.http_status == 204
    ((_, headers, body),) = press.sent
    assert verify(service.only(Channel).secret, headers, body)["type"] == "test"
    assert headers["webhook-id"].startswith("msg_test_")
    assert service.alerts() == []


def test_secrets_are_made_as_the_specification_says() -> None:
    first, second = new_secret(), new_secret()
    assert first != second
    assert first.startswith("whsec_")
    assert Webhook(first).sign("msg_1", NOON, "{}").startswith("v1,")


@pytest.mark.parametrize("url", ["", "hook", "ftp://n.example/", "http://a@n.example/", "https://", "http://0x7f.1/"])
def test_an_address_that_can_never_be_sent_to_is_refused(url: str) -> None:
    with pytest.raises(BadInput, match="cannot send alerts there"):
        normal(url)
