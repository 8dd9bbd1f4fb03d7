"""Channels from the command, and that no secret of one is ever shown."""

import json
import logging
import os

import pytest
import structlog
from press import NAME, STORY
from shell import Shell

from domain.article import Text
from domain.topics import learn
from settings import Settings
from storage import alerts, channels, jobs, queue, topics
from storage.engine import open_database
from storage.models import Channel
from worker.context import make_context, wall_clock
from worker.deliver import outbox
from worker.logs import set_up_logs

TOKEN = "Zq7canarytokenZq7"
ADDRESSES = (
    f"https://hook.invalid/{TOKEN}?key={TOKEN}",
    f"tgram://123456789:{TOKEN}ABCDEFabcdef12345_x-A/12315544/",
    f"ntfy://canary-user:{TOKEN}@127.0.0.1:9/{TOKEN}",
    f"mailto://canary-user:{TOKEN}@127.0.0.1:9?to=a@b.example&from=m@b.example",
    f"slack://T1JJ3T3L2/A1BRTD4JD/{TOKEN}cOXrIdevi7/",
)


def make_topic(shell: Shell) -> int:
    reference = Text("إغلاق مرفأ الصيادين بعد غرق سفينة", STORY)
    db = open_database(f"sqlite:///{shell.home / 'marsad.sqlite3'}")
    with db.write() as session:
        id = topics.add(session, NAME, learn(NAME, [reference]).to_json(), [(reference, "")], wall_clock()).id or 0
    db.close()
    return id


def test_a_channel_is_listed_rotated_and_resumed(shell: Shell) -> None:
    make_topic(shell)
    made = shell.json("alerts", "add", "--topic", NAME, "--to", "https://hook.invalid/a")
    assert (made["channel"], made["kind"], made["to"]) == (1, "webhook", "https://hook.invalid/…")
    new = shell.json("alerts", "rotate", "1")
    assert new["secret"].startswith("whsec_")
    assert new["secret"] != made["secret"]
    (row,) = shell.json("alerts", "channels")
    assert (row["id"], row["state"], row["waiting"], row["old_secret_until"]) == (
        1,
        "active",
        0,
        new["old_secret_until"],
    )
    assert shell.json("alerts", "resume", "1") == {"id": 1, "state": "active", "waiting": 0}
    assert "no channel 7" in shell.refused("alerts", "rotate", "7")
    assert "no channel 7" in shell.refused("alerts", "resume", "7")
    shell.run("alerts", "add", "--topic", NAME, "--to", "stdout:")
    assert "only webhooks" in shell.refused("alerts", "rotate", "2")


def test_replay_asks_for_what_it_needs(shell: Shell) -> None:
    make_topic(shell)
    shell.run("alerts", "add", "--topic", NAME, "--to", "https://hook.invalid/a")
    assert "name the alerts" in shell.refused("alerts", "replay")
    assert "say since when" in shell.refused("alerts", "replay", "--channel", "1")
    assert "not a time" in shell.refused("alerts", "replay", "--channel", "1", "--since", "أمس")
    assert "no channel 9" in shell.refused("alerts", "replay", "--channel", "9", "--since", "2026-04-06")
    assert "unknown, under way or still waiting" in shell.refused("alerts", "replay", "msg_unknown")
    assert shell.json("alerts", "replay", "--channel", "1", "--since", "2026-04-06") == {"repeated": [], "left": []}


def test_a_topics_feed_has_private_addresses(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    make_topic(shell)
    first = shell.json("topics", "feed", NAME)
    assert [first[form].rpartition("/")[2] for form in ("rss", "atom", "json")] == [
        "topic.rss",
        "topic.atom",
        "topic.json",
    ]
    assert shell.json("topics", "feed", NAME) == first
    monkeypatch.setenv("MARSAD_PUBLIC_URL", "https://marsad.example/")
    second = shell.json("topics", "feed", NAME, "--rotate")
    assert second["rss"].startswith("https://marsad.example/feeds/")
    assert second["rss"].split("/")[4] not in first["rss"]


def test_no_secret_is_shown_anywhere(
    shell: Shell, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    topic = make_topic(shell)
    said, secrets = [], [TOKEN]
    for address in ADDRESSES:
        out = shell.run("alerts", "add", "--topic", NAME, "--to", address)
        said += [out.err, *[line for line in out.out.splitlines() if "shown only now" not in line]]
        secrets += [line.rpartition(" ")[2] for line in out.out.splitlines() if "shown only now" in line]
    feed = shell.json("topics", "feed", NAME)["rss"].split("/")[4]
    secrets.append(feed)
    context = make_context(Settings(home=shell.home, allow_networks="127.0.0.0/8"))
    set_up_logs(context.settings.model_copy(update={"log_level": "debug"}))
    with context.db.write() as session:
        rows = [
            {"topic_id": topic, "story_id": n, "reason": "first_match", "channel_id": channel.id, "article_id": None,
             "payload": json.dumps({"type": "test", "timestamp": "t", "data": {"message": "تجربة"}})}
            for n, channel in enumerate(channels.listing(session))
        ]  # fmt: skip
        ids = alerts.enqueue(session, rows, wall_clock())
    caplog.set_level(logging.DEBUG)
    outbox.deliver(context, ids)

    async def broken(_: object, __: object, channel: Channel, ___: object) -> None:
        raise RuntimeError(f"cannot use {channel.url} signed with {channel.secret}")

    monkeypatch.setattr(outbox, "send", broken)
    for _ in range(6):
        with context.db.write() as session:
            alerts.repeat(session, wall_clock(), ids)
        outbox.deliver(context, ids)
    with context.db.write() as session:
        for id in ids:
            session.get_one(alerts.Alert, id).crashes = 5
        session.flush()
        queue.quarantine(session, wall_clock())
        said += [record.why for record in jobs.quarantined(session)]
    context.db.close()
    said += shell.captured.readouterr()
    structlog.reset_defaults()
    for words in (("alerts", "list"), ("alerts", "channels"), ("alerts", "log"), ("quarantine", "list"), ("status",)):
        said += [shell.run(*words).out, json.dumps(shell.json(*words), ensure_ascii=False)]
    said += [shell.refused("alerts", "add", "--topic", "لا شيء", "--to", ADDRESSES[0])]
    said += [shell.refused("alerts", "add", "--topic", NAME, "--to", f"tgram://{TOKEN}/")]
    everything = "\n".join([*said, caplog.text, *_files(shell)])
    assert "an alert failed inside us" in everything, "the logs are here"
    assert len(said) > 15
    found = [row for row in everything.splitlines() for secret in secrets if secret in row]
    assert found == []


def _files(shell: Shell) -> list[str]:
    """Give what stands in the home's files, the database apart."""
    paths = [os.path.join(folder, name) for folder, _, names in os.walk(shell.home) for name in names]
    return [open(path, errors="replace").read() for path in paths if ".sqlite3" not in path]
