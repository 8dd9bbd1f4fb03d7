"""Alerts on their way out (group A of the hostile inputs), a test a row, named by its id."""

import asyncio
import json
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import regex
import time_machine
from press import NAME, STORY, Press, Reply
from rawserver import open_raw
from receivers import Post, Recorder, answer, open_post
from service import HEADLINE, Service
from standardwebhooks import Webhook, WebhookVerificationError
from stored import NOON

from domain.channels import service_of
from domain.errors import BadInput
from domain.render.documents import message_of
from domain.render.markup import markup
from domain.render.message import write
from settings import Settings
from storage import alerts, channels
from storage.models import Attempt, Channel
from worker.deliver import message
from worker.deliver.mail import compose, mailbox
from worker.deliver.send import check
from worker.deliver.webhook import new_secret, sign

TGRAM = "tgram://123456789:ABCDEFabcdef12345_x-ABCDEFabcdef12345/12315544/"
MAIL = "mailto://m@mail.example?to=a@b.example&from=m@marsad.example"
NASTY = "خبر\r\nBcc: x@evil.example\u2028سطر\x0bآخر\x00 <b>*_[صحيفة](http://e.example)"


@pytest.fixture
def post() -> Iterator[Post]:
    with open_post() as made:
        yield made


def document(**article: Any) -> str:
    given = {"title": HEADLINE, "outlet": "صحيفة النورس", "url": "https://n.example/7"} | article
    return json.dumps({"type": "topic.match", "timestamp": "t", "data": {"topic": NAME, "article": given}})


def told(service: Service, press: Press, *addresses: str) -> None:
    """Let a story appear that is told at these addresses."""
    topic = service.topic()
    for address in addresses:
        service.tell(topic, address)
    press.write_feed("/a.xml", [("s1", HEADLINE, STORY)])
    service.feed("/a.xml", primed=True)
    service.poll()


@pytest.mark.parametrize(
    "url",
    ["http://127.0.0.1/", "http://2130706433/", "http://0x7f.1/", "http://[::1]/", "http://[::ffff:10.0.0.1]/",
     "http://169.254.169.254/latest", "http://localhost/", "https://93.184.216.34:22/", "http://u:p@n.example/"],
)  # fmt: skip
def test_a01_an_internal_address_is_refused_at_save(url: str) -> None:
    with pytest.raises(BadInput, match="cannot send alerts there"):
        check(Settings(), url)


def test_a01_an_internal_address_is_refused_at_each_send_and_a_redirect_not_followed(
    service: Service, press: Press
) -> None:
    told(service, press, "/hook", "http://localhost:9/h")
    press.special["/hook"] = Reply(307, {"Location": press.base + "/elsewhere"})
    service.with_settings(allow_networks=()).deliver()
    assert press.sent == []
    assert {attempt.http_status for attempt in service.all(Attempt)} == {None}
    service.clock.pass_by(hours=1)
    service.deliver()
    assert [path for path, _, _ in press.sent] == ["/hook"]


@pytest.mark.parametrize("kind", ["endless", "drip"])
def test_a02_an_endless_answer_ends(service: Service, press: Press, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("worker.fetch.POST_TIMEOUT", 1.5)

    def endless(connection: Any) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            connection.sendall(b"x" * 65_536 if kind == "endless" else b"x")
            time.sleep(0 if kind == "endless" else 0.1)

    with open_raw() as raw:
        raw.routes["/hook"] = endless
        told(service, press, raw.url("/hook"))
        began = time.monotonic()
        service.deliver()
        assert time.monotonic() - began < 5
    assert service.only(Attempt).detail


@pytest.mark.parametrize("title", [NASTY, "خبر " * 1_250, "👨‍👩‍👧" * 300])
def test_a03_a05_a_subject_is_one_line_of_at_most_150_letters(title: str) -> None:
    mail = compose(mailbox(MAIL), message_of(document(title=title)), "msg_1", NOON)
    subject = str(mail["Subject"])
    assert len(regex.findall(r"\X", subject)) <= 150
    assert len(subject.splitlines()) == 1
    assert mail["Bcc"] is None
    head = mail.as_bytes().partition(b"\r\n\r\n")[0]
    assert b"\nBcc" not in head


def test_a06_an_outlets_name_reaches_no_header() -> None:
    name = "صحيفة\r\nReply-To: evil@evil.example\r\nList-Id: <x>"
    mail = compose(mailbox(MAIL), message_of(document(outlet=name)), "msg_1", NOON)
    assert sorted(key.lower() for key in mail) == [
        "auto-submitted", "content-type", "date", "from", "message-id", "mime-version", "subject", "to",
    ]  # fmt: skip
    assert "evil" not in str(mail["From"]) + str(mail["Subject"])
    for wrong in ("&from=a%0d%0aBcc:x@y.example", "&to=a@b.example%0d%0aBcc:%20x@y.example"):
        try:
            raw = compose(mailbox(MAIL + wrong), message_of(document()), "msg_1", NOON).as_bytes()
        except BadInput:
            continue
        assert b"\nBcc" not in raw.partition(b"\r\n\r\n")[0]


def test_a07_what_telegram_cannot_parse_is_sent_as_plain_text() -> None:
    refused = answer(400, b'{"ok":false,"description":"Bad Request: can\'t parse entities: unsupported start tag"}')
    gate = Recorder([refused, answer(200, b'{"ok":true}')])
    done = asyncio.run(message.send(gate, TGRAM, "msg_1", document(title=NASTY), NOON, doubtful=False))  # type: ignore[arg-type]
    assert done.http_status == 200
    marked, unmarked = (json.loads(raw)["text"] for _, _, raw, _ in gate.sent)
    assert "<b>" in marked
    assert "&lt;b&gt;*_[صحيفة]" in marked
    assert "<" not in unmarked
    assert "خبر" in unmarked


def test_a07_another_400_is_not_sent_twice() -> None:
    gate = Recorder([answer(400, b'{"ok":false,"description":"Bad Request: chat not found"}')])
    done = asyncio.run(message.send(gate, TGRAM, "msg_1", document(), NOON, doubtful=False))  # type: ignore[arg-type]
    assert (done.http_status, len(gate.sent)) == (400, 1)


def test_a09_the_host_stands_beside_a_link_whatever_the_outlet_is_called() -> None:
    text = document(outlet="قناة الجزيرة", url="https://evil.example/aljazeera")
    for name in ("plain", "html", "telegram", "mrkdwn", "markdown", "teams", "bare"):
        lines = write(message_of(text), markup(name), 10**6, len).split(markup(name).ends)
        assert any(
            "رابط المادة" in row and "evil.example" in row.partition("رابط")[0].replace("\\", "") for row in lines
        )


@pytest.mark.parametrize("call", ["@everyone", "@here", "<!channel>", "<!here|x>", "<@U123>", "@all", "<users/all>"])
@pytest.mark.parametrize("scheme", ["slack", "discord", "workflow", "gchat", "mmost", "rocket"])
def test_a10_nobody_is_called_by_a_headline(call: str, scheme: str) -> None:
    service = service_of(f"{scheme}://h/a")
    text = write(message_of(document(title=f"خبر {call} خبر")), markup(service.markup), 10**6, len)
    assert call not in text


def test_a12_a14_a_receiver_that_is_down_a_day_gets_all_with_the_same_ids(service: Service, press: Press) -> None:
    told(service, press, "/down", "/well")
    press.special["/down"] = Reply(503)
    service.deliver()
    end = service.clock() + timedelta(hours=24)
    while (due := min(a.due for a in service.alerts() if a.due)) < end:
        service.clock.now = due
        service.deliver()
    assert [path for path, _, _ in press.sent].count("/well") == 1, "the other channel was told at once"
    assert 6 <= [path for path, _, _ in press.sent].count("/down") <= 10
    press.special.clear()
    service.clock.now = due
    service.deliver()
    assert {a.state for a in service.alerts()} == {"sent"}
    assert len({headers["webhook-id"] for path, headers, _ in press.sent if path == "/down"}) == 1


@pytest.mark.parametrize(
    ("status", "state", "channel"),
    [(410, "off", "off"), (404, "waiting", "active"), (401, "waiting", "paused"), (403, "waiting", "paused"),
     (429, "waiting", "active"), (500, "waiting", "active")],
)  # fmt: skip
def test_a15_each_answer_has_its_meaning(service: Service, press: Press, status: int, state: str, channel: str) -> None:
    told(service, press, "/hook")
    press.special["/hook"] = Reply(status, {"Retry-After": "7200"} if status == 429 else {})
    service.deliver()
    (row,) = service.alerts()
    assert (row.state, service.only(Channel).state, service.only(Attempt).http_status) == (state, channel, status)
    assert bool(service.only(Channel).detail) == (channel != "active")
    if status == 429:
        assert row.due == NOON + timedelta(hours=2)
    if status == 404:
        while (due := service.alerts()[0].due) is not None:
            service.clock.now = due
            service.deliver()
        assert (service.alerts()[0].state, len(press.sent)) == ("failed", 4)


def test_a16_a_signature_holds_for_this_body_this_id_and_this_hour_only() -> None:
    old, new, body = new_secret(), new_secret(), '{"a": "خبر"}'
    both = sign((new, old), "msg_1", NOON, body)

    def verify(secret: str, id: str = "msg_1", said: str = body, minutes: float = 0, signature: str = both) -> bool:
        headers = {"webhook-id": id, "webhook-timestamp": str(int(NOON.timestamp())), "webhook-signature": signature}
        with time_machine.travel(NOON + timedelta(minutes=minutes), tick=False):
            try:
                Webhook(secret).verify(said, headers)
            except WebhookVerificationError:
                return False
        return True

    assert verify(new)
    assert verify(old), "two keys are valid while one is replaced"
    assert not verify(new_secret())
    assert not verify(new, said=body + " ")
    assert not verify(new, id="msg_2")
    assert not verify(new, minutes=6)
    assert not verify(new, minutes=-6)
    dotted = sign((new,), "msg.1", NOON, body)
    assert not verify(new, id="msg", signature=dotted)


def test_a16_a_replaced_secret_signs_for_a_day(service: Service, press: Press) -> None:
    told(service, press, "/hook")
    with service.db.write() as session:
        channels.rotate(session, 1, new_secret(), NOON)
    service.deliver()
    assert len(press.sent[0][1]["webhook-signature"].split()) == 2
    service.clock.pass_by(hours=25)
    press.write_feed("/a.xml", [("s2", f"{HEADLINE} ثانية", f"{STORY[::-1]} وهذه سفينة أخرى تماما.")])
    with service.db.write() as session:
        alerts.repeat(session, service.clock(), channel_id=1, since=NOON)
    service.deliver()
    assert len(press.sent[-1][1]["webhook-signature"].split()) == 1


def test_a20_mail_whose_answer_was_lost_comes_again_under_the_same_id_and_says_so(
    service: Service, press: Press, post: Post
) -> None:
    told(service, press, f"mailto://m@127.0.0.1:{post.port}?to=a@b.example&from=m@marsad.example")
    post.drop = 1
    service.deliver()
    (row,) = service.alerts()
    assert (row.state, row.doubtful) == ("waiting", True)
    service.clock.pass_by(seconds=7)
    service.deliver()
    first, second = post.mails
    assert first["Message-ID"] == second["Message-ID"] == f"<{row.id}@marsad.example>"
    texts = [part.get_content() for mail in (first, second) if (part := mail.get_body(("plain",)))]
    assert ["مكررًا" in text for text in texts] == [False, True]
    assert service.alerts()[0].state == "sent"
