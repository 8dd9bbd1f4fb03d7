"""`marsad feeds health` and what `marsad status` says of it."""

from datetime import UTC, datetime

from shell import Shell

from storage import events, feeds
from storage.engine import open_database

NOON = datetime(2026, 4, 6, 12, tzinfo=UTC)


def furnish(shell: Shell) -> None:
    db = open_database(f"sqlite:///{shell.home / 'marsad.sqlite3'}")
    with db.write() as session:
        for name, health, status in (
            ("أ", "healthy", "ok"), ("ب", "quiet", "ok"), ("ج", "blocked", "blocked"), ("د", "new", ""),
        ):  # fmt: skip
            feed = feeds.add(session, f"https://{ord(name)}.example/rss", NOON, outlet=name, country="LB")
            feed.health, feed.status, feed.last_new = health, status, NOON
            feed.detail = "HTTP 403 Forbidden" if health == "blocked" else ""
        events.begin(session, "silent_outlet", "ب", "about 12 entries missing", NOON)
        events.begin(session, "silent_country", "LB", "", NOON)
        events.end(session, "silent_country", "LB", NOON)
    db.close()


def test_health_names_the_feeds_that_are_not_well_and_what_is_silent(shell: Shell) -> None:
    furnish(shell)
    document = shell.json("feeds", "health")
    assert document["feeds"] == {"blocked": 1, "healthy": 1, "new": 1, "quiet": 1}
    assert [(feed["outlet"], feed["why"]) for feed in document["unwell"]] == [
        ("ب", "silent against its own rhythm"), ("ج", "blocked HTTP 403 Forbidden"),
    ]  # fmt: skip
    assert [(event["kind"], event["subject"]) for event in document["events"]] == [("silent_outlet", "ب")]
    lines = shell.run("feeds", "health").out.splitlines()
    assert lines[0] == "1 blocked, 1 healthy, 1 new, 1 quiet"
    assert any("silent_outlet" in line and "about 12 entries missing" in line for line in lines)


def test_status_counts_the_feeds_by_health(shell: Shell) -> None:
    furnish(shell)
    document = shell.json("status")
    assert document["health"]["quiet"] == 1
    assert [event["kind"] for event in document["events"]] == ["silent_outlet"]
    assert "event        silent_outlet ب: about 12 entries missing" in shell.run("status").out


def test_a_move_to_another_domain_is_shown_and_adopted_when_told(shell: Shell) -> None:
    furnish(shell)
    db = open_database(f"sqlite:///{shell.home / 'marsad.sqlite3'}")
    with db.write() as session:
        feed = feeds.get(session, "1")
        feed.moved_url, feed.moved_since = "https://elsewhere.example/rss", NOON
        id, before = feed.id, feed.url
    db.close()
    (told,) = shell.json("feeds", "health")["moved"]
    assert (told["id"], told["url"], told["to"]) == (id, before, "https://elsewhere.example/rss")
    assert "elsewhere.example" in shell.run("feeds", "health").out
    shell.run("feeds", "edit", "1", "--adopt-move")
    assert shell.json("feeds", "health")["moved"] == []
    assert "https://elsewhere.example/rss" in [feed["url"] for feed in shell.json("feeds", "list")]
    again = shell.run("feeds", "edit", "1", "--adopt-move", code=2)
    assert "does not redirect for good" in again.err
