"""Channels at work: each kind in its own way, one at a time and in order, none held up by another."""

import asyncio
import json
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from press import Press, Reply
from receivers import Post, Recorder, answer, open_post
from service import Service
from sqlalchemy import update
from stored import NOON

from domain.alerts import test_payload as write_test
from domain.errors import BadInput
from settings import Settings
from storage import alerts, channels
from storage.models import Alert, Attempt, Channel
from worker.deliver import message, outbox
from worker.deliver.send import check

SECRET = "whsec_c2VjcmV0c2VjcmV0c2VjcmV0"
SERVICES = {
    "tgram://123456789:ABCDEFabcdef12345_x-ABCDEFabcdef12345/12315544/": "api.telegram.org",
    "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ/": "hooks.slack.com",
    "discord://4174216298/JHMHI8qBe7bk2ZwO5U711o3dV_js": "discord.com",
    "workflow://flow.example:443/643bd/signature/": "flow.example",
    "matrixs://user:pass@matrix.example/!abc:matrix.example": "matrix.example",
    "ntfys://user:pw@ntfy.example/topic": "ntfy.example",
    "signals://signal.example/+15551234567/+15551234568": "signal.example",
    "rockets://abcdefgh12345678901234567890/abcdefgh@rocket.example/%23general": "rocket.example",
    "mmosts://mm.example/3ccdd113474722377935511fc85d3dd4": "mm.example",
    "gchat://wkspace/wkkey/wktoken": "chat.googleapis.com",
}


@pytest.fixture
def post() -> Iterator[Post]:
    with open_post() as made:
        yield made


def enqueue(service: Service, url: str, number: int = 1, first: int = 0) -> list[str]:
    """Put alerts of one topic for a channel into the outbox, one a second. Gives their ids."""
    with service.db.write() as session:
        there = [channel for channel in channels.listing(session) if channel.url == url]
        channel = there[0] if there else channels.add(session, url, SECRET, service.clock())[0]
        topic = service_topic(service, session)
        ids = []
        for n in range(first, first + number):
            data = {"topic": "غرق السفينة", "article": {"title": f"خبر {n}", "url": f"https://n.example/{n}"}}
            row = {
                "topic_id": topic, "story_id": n, "reason": "first_match", "channel_id": channel.id, "article_id": None,
                "payload": json.dumps({"type": "topic.match", "timestamp": "t", "data": data}),
            }  # fmt: skip
            ids += alerts.enqueue(session, [row], service.clock() - timedelta(seconds=number - n + first))
        return ids


def service_topic(service: Service, session: Any) -> int:
    from storage import topics

    found = topics.listing(session)
    return found[0].id if found else topics.add(session, "غرق السفينة", {}, [], service.clock()).id  # type: ignore[return-value]


@pytest.mark.parametrize(("address", "host"), SERVICES.items())
def test_each_service_is_told_through_the_gate_in_arabic(address: str, host: str) -> None:
    body = b'{"ok":true,"access_token":"t","user_id":"@u:h","home_server":"h","room_id":"!abc:h","event_id":"e"}'
    gate = Recorder([answer(200, b"ok" if "slack" in address else body)])
    done = asyncio.run(message.send(gate, address, "msg_1", write_test(NOON), NOON, doubtful=False))  # type: ignore[arg-type]
    assert (done.status, done.http_status) == ("ok", 200)
    assert gate.sent
    assert all(f"//{host}" in url for _, url, _, _ in gate.sent)
    told = " ".join(json.dumps(json.loads(raw), ensure_ascii=False) for _, _, raw, _ in gate.sent if raw[:1] == b"{")
    assert "تنبيه تجريبي من مرصد" in told
    assert "github.com" not in told, "no pictures of others"


@pytest.mark.parametrize(
    "address",
    [
        "tgram://123456789:ABCDEFabcdef12345_x-ABCDEFabcdef12345/",
        "tgram://123456789:ABCDEFabcdef12345_x-ABCDEFabcdef12345/1/2",
        "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ/?template=/etc/passwd",
        "discord://4174216298/",
        "mailto://mail.example",
        "mailtos://mail.example?to=a@b.example&from=m@marsad.example&verify=no",
    ],
)
def test_an_address_that_cannot_be_used_is_refused_at_save(address: str) -> None:
    with pytest.raises(BadInput):
        check(Settings(), address)


@pytest.mark.parametrize(
    "address",
    ["http://127.0.0.1/h", "ntfy://127.0.0.1/t", "mmost://10.0.0.1/3ccdd113474722377935511fc85d3dd4",
     "signal://169.254.169.254:8080/+15551234567/+15551234568", "mailto://u:p@127.0.0.1?to=a@b.example&from=m@b.example"],
)  # fmt: skip
def test_a_private_address_is_refused_at_save_and_at_each_send(service: Service, address: str) -> None:
    apart = service.with_settings(allow_networks=())
    with pytest.raises(BadInput, match="cannot send alerts there"):
        check(apart.settings, address)
    enqueue(service, address)
    apart.deliver()
    (row,), (attempt,) = service.alerts(), service.all(Attempt)
    assert (row.state, attempt.http_status) == ("waiting", None)
    assert "public" in attempt.detail


def test_an_allowed_network_is_spoken_to(service: Service, press: Press) -> None:
    port = press.base.rpartition(":")[2]
    enqueue(service, f"ntfy://user-1:pass-word@127.0.0.1:{port}/topic-name")
    press.answer = 200
    service.deliver()
    ((path, headers, body),) = press.sent
    assert (path, headers["Authorization"][:5]) == ("/", "Basic")
    assert "خبر 0" in json.loads(body)["message"]
    assert service.alerts()[0].state == "sent"


def test_mail_is_text_and_right_to_left_html_with_the_alerts_id(service: Service, post: Post) -> None:
    (id,) = enqueue(service, f"mailto://user-1:pass-word@127.0.0.1:{post.port}?to=a@b.example&from=m@marsad.example")
    service.deliver()
    assert service.alerts()[0].state == "sent", service.all(Attempt)[0].detail
    (mail,) = post.mails
    assert mail["Message-ID"] == f"<{id}@marsad.example>"
    assert (mail["Subject"], mail["To"]) == ("غرق السفينة: خبر 0", "a@b.example")
    text, page = mail.get_body(("plain",)), mail.get_body(("html",))
    assert text is not None
    assert page is not None
    assert "خبر 0" in text.get_content()
    assert '<html dir="rtl" lang="ar">' in page.get_content()


@pytest.mark.parametrize(
    ("says", "state", "channel"),
    [
        ({"AUTH": "535 no"}, "waiting", "paused"),
        ({"RCPT": "550 who"}, "waiting", "active"),
        ({"MAIL": "451 later"}, "waiting", "active"),
    ],
)
def test_what_a_mail_server_says_is_understood(
    service: Service, post: Post, says: dict[str, str], state: str, channel: str
) -> None:
    post.says = says
    enqueue(service, f"mailto://user-1:pass-word@127.0.0.1:{post.port}?to=a@b.example&from=m@marsad.example")
    service.deliver()
    assert (service.alerts()[0].state, service.only(Channel).state) == (state, channel)
    attempt = service.only(Attempt)
    assert attempt.http_status is None
    assert next(iter(says.values()))[:3] in attempt.detail


def test_standard_output_gets_a_line_for_each_alert(service: Service, capfd: pytest.CaptureFixture[str]) -> None:
    ids = enqueue(service, "stdout:", 3)
    service.deliver()
    rows = [json.loads(line) for line in capfd.readouterr().out.splitlines()]
    assert [row["id"] for row in rows] == ids
    assert [row["data"]["article"]["title"] for row in rows] == ["خبر 0", "خبر 1", "خبر 2"]


def test_a_channel_that_refuses_us_is_paused_keeps_all_and_goes_on_when_resumed(service: Service, press: Press) -> None:
    ids = enqueue(service, press.base + "/hook", 3)
    press.answer = 401
    service.deliver()
    channel = service.only(Channel)
    assert (channel.state, len(press.sent)) == ("paused", 1)
    assert "401" in channel.detail
    assert "resume 1" in channel.detail
    assert [(a.state, a.due) for a in service.alerts()] == [("waiting", None)] * 3
    press.answer = 204
    service.deliver()
    assert len(press.sent) == 1
    with service.db.write() as session:
        assert channels.resume(session, 1, service.clock()) == 3
    service.deliver()
    assert [id for id, _ in press.received] == [ids[0], *ids]
    assert {a.state for a in service.alerts()} == {"sent"}


def test_a_dead_receiver_is_asked_once_and_all_is_sent_in_order_when_it_is_back(service: Service, press: Press) -> None:
    ids = enqueue(service, press.base + "/hook", 30)
    press.answer = 503
    service.deliver()
    assert len(press.sent) == 1, "what else waits would fare no better"
    assert {a.due for a in service.alerts()} == {service.alerts()[0].due}
    assert [a.attempts for a in service.alerts()] == [1, *[0] * 29]
    press.answer = 204
    press.received.clear()
    (late,) = enqueue(service, press.base + "/hook", 1, first=99)
    service.deliver()
    service.deliver()
    assert [id for id, _ in press.received] == [late, *ids], "a new alert finds out that the receiver is back"


def test_an_alert_that_is_not_wanted_holds_up_no_other(service: Service, press: Press) -> None:
    first, *others = enqueue(service, press.base + "/hook", 3)
    real = press.special
    press.special = {"/hook": Reply(422)}
    with service.db.write() as session:
        session.execute(update(Alert).where(Alert.id != first).values(due=None))
    service.deliver()
    press.special = real
    with service.db.write() as session:
        session.execute(update(Alert).where(Alert.id != first).values(due=NOON))
    service.deliver()
    assert [a.state for a in service.alerts()] == ["waiting", "sent", "sent"]
    assert {a.id for a in service.alerts() if a.state == "sent"} == set(others)


def test_a_slow_receiver_delays_no_other(service: Service, press: Press) -> None:
    class Slow(BaseHTTPRequestHandler):
        def log_message(self, *_: Any) -> None: ...

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            time.sleep(1.5)
            self.send_response(204)
            self.end_headers()

    server = ThreadingHTTPServer(("127.0.0.1", 0), Slow)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    slow = enqueue(service, f"http://127.0.0.1:{server.server_port}/slow", 2)
    fast = enqueue(service, press.base + "/fast", 5, first=10)
    began = time.monotonic()
    task = threading.Thread(target=outbox.deliver, args=(service.context, [*slow, *fast]))
    task.start()
    while len(press.sent) < 5 and time.monotonic() - began < 10:
        time.sleep(0.02)
    assert time.monotonic() - began < 1.4, "sent while the slow one still thinks"
    service.deliver()
    assert {a.attempts for a in service.alerts() if a.id in slow} == {0}, "a channel is served by one worker at a time"
    task.join()
    server.shutdown()
    server.server_close()
    assert {a.state for a in service.alerts()} == {"sent"}
    assert len(press.sent) == 5


def test_a_task_that_comes_twice_sends_once(service: Service, press: Press) -> None:
    ids = enqueue(service, press.base + "/hook", 4)
    tasks = [threading.Thread(target=outbox.deliver, args=(service.context, ids)) for _ in range(4)]
    for task in tasks:
        task.start()
    for task in tasks:
        task.join()
    service.deliver()
    assert sorted(id for id, _ in press.received) == sorted(ids)


def test_what_is_repeated_keeps_its_id_and_says_so(service: Service, press: Press) -> None:
    one, two = enqueue(service, press.base + "/hook", 2)
    service.deliver()
    service.clock.pass_by(hours=1)
    with service.db.write() as session:
        assert alerts.repeat(session, service.clock(), [one, "msg_unknown"]) == [one]
    service.deliver()
    assert [(id, body.get("repeated", False)) for id, body in press.received] == [
        (one, False),
        (two, False),
        (one, True),
    ]
    with service.db.write() as session:
        assert alerts.repeat(session, service.clock(), channel_id=1, since=NOON - timedelta(minutes=1)) == [one, two]
        assert alerts.repeat(session, service.clock(), channel_id=1, since=service.clock()) == []
    service.deliver()
    assert len(press.received) == 5
