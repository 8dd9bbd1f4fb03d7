"""Every noun and verb, in Arabic words: what it does, the fields of its JSON, and its exit code."""

import gzip
import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from command import Marsad
from press import NAME, STORY, Press, Reply, news, open_press
from shell import Shell
from sqlmodel import Session

import worker.jobs
from storage import alerts, topics
from storage.engine import open_database
from storage.models import Article, Attempt, Feed, Quarantine

HEADLINE = "غرق سفينة يغلق مرفأ الصيادين في النورس"
REFERENCE = f"إغلاق مرفأ الصيادين بعد غرق سفينة\n{STORY}".encode()
PAGE = (
    f'<html lang="ar"><head><title>{HEADLINE}</title></head><body>'
    f"<article><h1>{HEADLINE}</h1><p>{STORY}</p></article></body></html>"
)
SECRET = "https://hooks.example/services/T00-team/very-secret?token=hidden-token"
OPML = """<?xml version="1.0" encoding="utf-8"?><opml version="2.0"><body><outline text="صحف"><outline text="لبنان">
<outline title="صحيفة النورس"
 xmlUrl="https://n.example/rss" htmlUrl="https://n.example/" language="ar" marsad-outlet="النورس" marsad-country="LB"/>
</outline></outline><outline text="الوادي" xmlUrl="https://w.example/feed"/>
<outline text="سيئة" xmlUrl="ftp://bad.example/"/></body></opml>"""


def in_zone(value: str) -> datetime:
    moment = datetime.fromisoformat(value)
    assert moment.tzinfo is not None
    return moment


def archive(path: Path, *rows: dict[str, Any]) -> str:
    lines = "\n".join(json.dumps(row, ensure_ascii=False) for row in rows).encode()
    path.write_bytes(gzip.compress(lines) if path.suffix == ".gz" else lines)
    return str(path)


def row(number: int, text: str = "", **more: str) -> dict[str, Any]:
    id, title, body = news(number)
    day = f"2026-03-{number:02}T09:00:00+02:00"
    return {"id": id, "title": title, "text": text or body, "outlet": "صحيفة الوادي", "published": day} | more


def stored(shell: Shell, *values: Any) -> None:
    """Put rows into the home's database."""
    db = open_database(f"sqlite:///{shell.home / 'marsad.sqlite3'}")
    with db.write() as session:
        session.add_all(values)
    db.close()


def test_help_reads_like_a_table_of_contents(shell: Shell) -> None:
    text = shell.run("--help").out
    for words in ("Start here", "What is watched and found", "Running the service", "feeds", "topics", "articles"):
        assert words in text
    assert shell.run("--version").out.strip().replace(".", "").isdigit()
    assert "import" in shell.run("feeds", "--help").out


def test_home_may_stand_anywhere(shell: Shell, tmp_path: Path) -> None:
    other = str(tmp_path / "بيت آخر")
    for words in (
        ("--home", other, "feeds", "list"),
        ("feeds", f"--home={other}", "list"),
        ("feeds", "list", "--home", other),
    ):
        assert shell.json(*words) == []
    assert (tmp_path / "بيت آخر" / "marsad.sqlite3").exists()
    assert os.environ["MARSAD_HOME"] == other


def test_feeds_are_added_listed_and_removed(shell: Shell) -> None:
    assert (
        "feed 1"
        in shell.run("feeds", "add", "HTTPS://N.example:443/rss#x", "--outlet", "النورس", "--country", "lb").out
    )
    (feed,) = shell.json("feeds", "list")
    known = {
        "id": 1,
        "url": "https://n.example/rss",
        "outlet": "النورس",
        "country": "LB",
        "state": "new",
        "failures": 0,
    }
    assert known.items() <= feed.items()
    assert {"title", "language", "folder", "status", "error", "last_success", "last_polled", "next_due"} <= set(feed)
    assert in_zone(feed["next_due"]) <= datetime.now(UTC)
    assert "النورس\tfeed\tnew" in shell.run("feeds", "list").out
    shell.run("feeds", "remove", "https://n.example/rss")
    assert shell.json("feeds", "list") == []


def test_feeds_go_out_as_opml_and_come_back_the_same(shell: Shell, tmp_path: Path) -> None:
    answer = shell.run("feeds", "import", "-", stdin=OPML.encode())
    assert answer.out == "2 feeds added, 0 were there, 1 refused\n"
    assert "ftp://bad.example/" in answer.err
    assert "0 feeds added, 2 were there" in shell.run("feeds", "import", "-", stdin=OPML.encode()).out
    file = tmp_path / "خلاصات.opml"
    text = shell.run("feeds", "export").out
    shell.run("feeds", "export", str(file))
    assert file.read_text(encoding="utf-8") == text
    before = shell.json("feeds", "list")
    assert {f["folder"] for f in before} == {"صحف/لبنان", ""}
    other = Shell(tmp_path / "other", shell.patch, shell.captured)
    other.run("feeds", "import", str(file))
    plain = [{k: v for k, v in f.items() if k not in ("id", "next_due")} for f in before]
    assert [{k: v for k, v in f.items() if k not in ("id", "next_due")} for f in other.json("feeds", "list")] == plain


def test_feeds_come_from_an_address_and_from_the_catalogue(shell: Shell, press: Press) -> None:
    press.pages["/list.opml"] = OPML.encode()
    assert "2 feeds added" in shell.run("feeds", "import", press.base + "/list.opml").out
    assert "feeds added" in shell.run("feeds", "import", "--pack", "lb").out
    rows = shell.json("feeds", "list")
    assert len(rows) > 2
    assert {f["country"] for f in rows} == {"LB", ""}


def test_check_shows_what_would_be_stored_and_stores_nothing(shell: Shell, press: Press) -> None:
    press.write_feed("/a.xml", [news(1), ("2", "", "نص بلا عنوان يكفي وحده")])
    before = shell.rows()
    document = shell.json("feeds", "check", press.base + "/a.xml")
    assert (document["status"], document["encoding"], len(document["entries"])) == ("ok", "utf-8", 2)
    assert document["entries"][0] == {
        "title": news(1)[1], "link": f"{press.base}/page/n1.html", "published": None, "text": news(1)[2],
    }  # fmt: skip
    assert document["entries"][1]["title"] == "نص بلا عنوان يكفي وحده"
    press.special["/a.xml"] = Reply(cut=200)
    assert shell.json("feeds", "check", press.base + "/a.xml")["status"] == "truncated"
    assert shell.rows() == before


@pytest.mark.parametrize(
    ("path", "reply", "status"),
    [
        ("/none.xml", Reply(404), "http_error"),
        ("/none.xml", Reply(410), "gone"),
        ("/none.xml", Reply(403), "blocked"),
        ("/page.html", Reply(200), "not_a_feed"),
        ("/empty.xml", Reply(200), "empty"),
        ("http://10.0.0.1/", Reply(200), "refused"),
        ("خلاصة", Reply(200), "refused"),
    ],
)
def test_check_without_entries_says_why_and_ends_with_1(
    shell: Shell, press: Press, path: str, reply: Reply, status: str
) -> None:
    press.pages["/page.html"] = PAGE.encode()
    press.write_feed("/empty.xml", [])
    press.special[path] = reply
    url = press.base + path if path.startswith("/") else path
    document = shell.json("feeds", "check", url, code=1)
    assert (document["status"], document["entries"]) == (status, [])


def test_a_topic_is_made_from_standard_input_a_file_or_an_address(shell: Shell, press: Press, tmp_path: Path) -> None:
    made = shell.json("topics", "add", "--name", f"  {NAME} ", stdin=REFERENCE)
    assert (made["id"], made["name"], made["matched"], made["read"]) == (1, NAME, 0, 0)
    assert "مرفأ" in " ".join(made["terms"])
    page, press.pages["/7.html"] = tmp_path / "صفحة.html", PAGE.encode()
    page.write_text(PAGE, encoding="utf-8")
    shell.run("topics", "add", "--name", "من ملف", "--file", str(page))
    shell.run("topics", "add", "--name", "من عنوان", "--url", press.base + "/7.html")
    listed = shell.json("topics", "list")
    assert [(t["name"], t["matches"]) for t in listed] == [(NAME, 0), ("من ملف", 0), ("من عنوان", 0)]
    assert all(in_zone(t["created"]) and t["version"] >= 1 for t in listed)
    shown = shell.json("topics", "show", "من عنوان")
    assert shown["references"] == [{"title": HEADLINE, "url": press.base + "/7.html", "words": len(STORY.split())}]
    assert shown["terms"][0]["weight"] >= shown["terms"][1]["weight"] > 0
    assert {f["term"] for f in shell.json("topics", "show", NAME)["facets"]} >= {"النورس"}
    shell.run("topics", "remove", "من ملف")
    assert len(shell.json("topics", "list")) == 2


def test_articles_of_every_kind_are_added_matched_searched_and_shown(
    shell: Shell, press: Press, tmp_path: Path
) -> None:
    shell.run("topics", "add", "--name", NAME, stdin=REFERENCE)
    text, page, press.pages["/8.html"] = tmp_path / "خبر.txt", tmp_path / "صفحة.html", PAGE.encode()
    text.write_text(f"{HEADLINE}\n{STORY}", encoding="utf-8")
    page.write_text(PAGE.replace("سفينة شحن", "ناقلة شحن ضخمة"), encoding="utf-8")
    plain = archive(tmp_path / "a.jsonl", row(1), row(2))
    packed = archive(tmp_path / "b.jsonl.gz", row(3), row(4, text=news(1)[2], outlet="موقع السهل"))
    added = shell.json("articles", "add", str(text), str(page), plain, packed, press.base + "/8.html")
    assert (added["new"] + added["copies"], len(added["ids"])) == (7, 3)
    assert added["copies"] >= 1
    assert added["matches"] >= 2
    again = shell.json("articles", "add", plain, packed)
    assert (again["new"], again["copies"]) == (0, 0)
    found = shell.json("articles", "search", "السفينة", "والمرفأ")
    assert found
    assert {"id", "title", "outlet", "published", "url", "copies", "basis", "source"} == set(found[0])
    matched = shell.json("topics", "matches", NAME)
    assert matched[0]["score"] >= 0.5
    assert matched[0]["reason"]["terms"]
    assert matched[0]["provisional"] is False
    shown = shell.json("articles", "show", str(added["ids"][0]))
    assert (shown["title"], shown["text"], shown["basis"], shown["text_status"]) == (HEADLINE, STORY, "full", "")
    assert len(shown["sightings"]) == shown["copies"] >= 1
    assert in_zone(shown["published"])
    told = shell.run("articles", "show", str(added["ids"][0])).out
    assert HEADLINE in told
    assert "wire ledger (مسار تناقل الخبر)" in told
    assert "first seen by us:" in told
    ledger = shell.json("articles", "ledger", str(added["ids"][0]))
    assert len(ledger["sightings"]) == shown["copies"] + 1
    assert (ledger["origin"], ledger["outlets"] >= 1) == (shown["origin"], True)
    assert ledger["sightings"][0]["delay"] == 0
    assert HEADLINE in shell.run("topics", "matches", NAME).out


def test_a_search_is_narrowed_by_topic_outlet_day_number_and_copies(shell: Shell, tmp_path: Path) -> None:
    rows = [row(n) for n in range(1, 6)] + [row(6, text=news(5)[2], outlet="موقع السهل")]
    shell.run("articles", "add", archive(tmp_path / "a.jsonl", *rows))

    def ids(*words: str) -> list[int]:
        return [a["id"] for a in shell.json("articles", "search", "تفاصيل", *words)]

    assert len(ids()) == 5
    assert len(ids("--all-copies")) == 6
    assert len(ids("--limit", "2")) == 2
    assert ids("--since", "2026-03-02", "--until", "2026-03-03") == [3, 2]
    assert ids("--since", "2026-03-03T07:00:00+00:00", "--until", "2026-03-03T07:00:01Z") == [3]
    assert ids("--outlet", "موقع السهل", "--all-copies") == [6]
    assert len(ids("خبر3كلمة1 خبر3كلمة2")) == 1
    shell.run("topics", "add", "--name", NAME, stdin=REFERENCE)
    assert ids("--topic", NAME) == []
    assert ids("--until", "9999-12-31")


def test_a_search_that_fails_inside_us_is_said_and_not_waited_for(shell: Shell) -> None:
    def fails(*_: Any) -> Any:
        raise RuntimeError("انكسر شيء")

    shell.patch.setitem(worker.jobs.KINDS, "backfill_topic", fails)
    answer = shell.run("topics", "add", "--name", NAME, code=2, stdin=REFERENCE)
    assert "RuntimeError: انكسر شيء" in answer.err.splitlines()[-1]


def test_a_text_is_tested_and_not_stored(shell: Shell, tmp_path: Path) -> None:
    shell.run("topics", "add", "--name", NAME, stdin=REFERENCE)
    before = shell.rows()
    found = shell.json("topics", "test", NAME, stdin=f"{HEADLINE}\n{STORY}".encode())
    assert (found["topic"], found["match"], found["near"]) == (NAME, True, False)
    assert found["score"] >= 0.5
    assert found["reason"]["terms"]
    file = tmp_path / "آخر.txt"
    file.write_text("افتتح وزير الثقافة معرض الخط العربي في قاعة المدينة.", encoding="utf-8")
    other = shell.json("topics", "test", "1", "--file", str(file))
    assert (other["match"], other["score"] < 0.5) == (False, True)
    assert "no match" in shell.run("topics", "test", NAME, "--file", str(file)).out
    assert shell.rows() == before


def test_alerts_are_added_and_their_secrets_shown_once(shell: Shell) -> None:
    shell.run("topics", "add", "--name", NAME, stdin=REFERENCE)
    shell.run("topics", "add", "--name", "موضوع ثان", stdin=REFERENCE)
    first = shell.json("alerts", "add", "--topic", NAME, "--to", SECRET)
    assert first["secret"].startswith("whsec_")
    assert (first["id"], first["topic"]) == (1, NAME)
    second = shell.json("alerts", "add", "--topic", "موضوع ثان", "--to", SECRET)
    assert second["secret"] is None
    rows = shell.json("alerts", "list")
    assert [(r["id"], r["topic"], r["state"]) for r in rows] == [(1, NAME, "active"), (2, "موضوع ثان", "active")]
    everything = [json.dumps(rows), first["to"], shell.run("alerts", "list").out]
    assert all(
        secret not in text
        for text in everything
        for secret in ("very-secret", "hidden-token", "T00-team", first["secret"])
    )
    assert rows[0]["to"].startswith("https://hooks.example/")
    assert in_zone(rows[0]["since"])
    assert shell.run("alerts", "remove", "1").out == "alert 1 removed\n"
    assert [r["id"] for r in shell.json("alerts", "list")] == [2]


def test_the_log_tells_every_try_and_no_secret(shell: Shell) -> None:
    shell.run("topics", "add", "--name", NAME, stdin=REFERENCE)
    shell.run("alerts", "add", "--topic", NAME, "--to", SECRET)
    put_into_log(shell)
    ((told,), text) = shell.json("alerts", "log"), shell.run("alerts", "log").out
    known = {"topic": NAME, "story": 3, "reason": "first_match", "article": 3, "state": "waiting", "sent": None}
    assert known.items() <= told.items()
    assert told["id"].startswith("msg_")
    assert [(t["outcome"], t["http_status"], t["detail"], t["seconds"]) for t in told["tries"]] == [
        ("waiting", 503, "HTTP 503", 0.25)
    ]
    assert in_zone(told["next_try"])
    assert "very-secret" not in json.dumps(told) + text
    assert shell.json("status")["alerts"] == {"waiting": 1}


def put_into_log(shell: Shell) -> None:
    db, now = open_database(f"sqlite:///{shell.home / 'marsad.sqlite3'}"), datetime.now(UTC)

    def use_case(session: Session) -> None:
        row = {"topic_id": topics.get(session, NAME).id, "story_id": 3, "reason": "first_match", "channel_id": 1,
               "article_id": 3, "payload": "{}"}  # fmt: skip
        (id,) = alerts.enqueue(session, [row], now)
        session.add(Attempt(alert_id=id, at=now, outcome="waiting", http_status=503, detail="HTTP 503", seconds=0.25))

    db.transact(use_case)
    db.close()


def test_a_test_message_is_taken_or_not(shell: Shell, press: Press) -> None:
    shell.run("topics", "add", "--name", NAME, stdin=REFERENCE)
    shell.run("alerts", "add", "--topic", NAME, "--to", press.base + "/hook")
    assert shell.json("alerts", "test", "1") == {"taken": True, "http_status": 204, "detail": "ok"}
    assert [document["type"] for _, document in press.received] == ["test"]
    press.answer = 500
    answer = shell.json("alerts", "test", "1", code=1)
    assert (answer["taken"], answer["http_status"]) == (False, 500)


def test_status_says_whether_it_is_well(shell: Shell) -> None:
    url, now = "https://n.example/", datetime.now(UTC)
    stored(shell, Feed(url=url, origin=url, due=now + timedelta(hours=1), created=now, status="timeout"))
    document = shell.json("status")
    assert (document["running"], document["home"], document["last_tick"]) == (False, str(shell.home), None)
    assert document["feeds"] == {"timeout": 1}
    assert document["queue"]["feeds"] == {"ready": 0, "running": 0, "later": 1}
    assert set(document["queue"]) == {"feeds", "pages", "alerts", "jobs", "backfills"}
    assert (document["articles"], document["topics"], document["quarantine"], document["alerts"]) == (0, 0, 0, {})
    assert document["disk_free"] > 0
    assert document["database_bytes"] > 0
    assert set(document["versions"]) == {"marsad", "schema", "python", "database"}
    assert "not running" in shell.run("status").out


def test_quarantined_work_is_listed_and_replayed(shell: Shell) -> None:
    feed = Feed(id=1, url="https://n.example/", origin="https://n.example/", created=datetime.now(UTC), crashes=5)
    record = Quarantine(kind="feeds", ref="1", why="انكسر شيء", host="n.example", at=datetime.now(UTC))
    stored(shell, feed, record)
    (listed,) = shell.json("quarantine", "list")
    assert {"id": 1, "kind": "feeds", "ref": "1", "host": "n.example", "why": "انكسر شيء"}.items() <= listed.items()
    assert "انكسر شيء" in shell.run("quarantine", "list").out
    shell.run("quarantine", "replay", "1")
    assert shell.json("quarantine", "list") == []
    assert shell.json("status")["queue"]["feeds"]["ready"] == 1
    assert "replayed already" in shell.refused("quarantine", "replay", "1")


def test_what_came_over_the_wire_does_not_write_to_the_terminal(shell: Shell) -> None:
    now = datetime.now(UTC)
    title, text = "خبر\x1b]0;عنوان\x07 :fire: \u202eخ", "سطر\x1b[31m\n:smile: سطر"
    url, outlet = "https://n.example/:100:", "ص\tحيفة"
    times = {"event_at": now, "first_seen": now}
    stored(shell, Article(key="k", title=title, text=text, basis="full", outlet=outlet, url=url, **times))
    text = shell.run("articles", "show", "1").out
    assert not {"\x1b", "\x07", "\u202e", "\t"} & set(text)
    assert ":smile:" in text, "published text stands as it is"
    assert "https://n.example/:100:" in text


def test_the_command_as_a_process_runs_once_and_reports(shell: Shell, tmp_path: Path) -> None:
    marsad = Marsad(tmp_path / "بيت", {"MARSAD_WORKERS": "1"})
    assert marsad.json("run", "--once") == {
        "feeds": {"ok": 0, "unchanged": 0, "failed": 0}, "failures": {},
        "articles": {"new": 0, "copies": 0, "revised": 0, "seen": 0, "rejected": 0, "waiting": 0},
        "matches": 0, "alerts": 0, "later": {"feeds": 0, "pages": 0, "alerts": 0, "jobs": 0, "backfills": 0},
    }  # fmt: skip
    with open_press() as press:
        press.write_feed("/a.xml", [news(1), news(2), ("c", "عنوان آخر", news(1)[2])])
        press.special["/b.xml"] = Reply(500)
        same_home = Shell(marsad.home, shell.patch, shell.captured)
        for path in ("/a.xml", "/b.xml"):
            same_home.run("feeds", "add", press.base + path)
        found = marsad.json("run", "--once")
    assert (found["feeds"], found["failures"]) == ({"ok": 1, "unchanged": 0, "failed": 1}, {"http_error": 1})
    assert found["articles"] == {"new": 2, "copies": 1, "revised": 0, "seen": 0, "rejected": 0, "waiting": 0}
    assert found["later"]["feeds"] == 2
    assert marsad.processes() == []


def test_a_feeds_zone_and_false_utc_are_set_shown_and_carried(shell: Shell, press: Press, tmp_path: Path) -> None:
    stamp = "<pubDate>Mon, 06 Apr 2026 13:00:00 GMT</pubDate>"
    press.feeds["/z.xml"] = f"<rss><channel><item><title>خبر من الرياض</title>{stamp}</item></channel></rss>".encode()
    shell.run("feeds", "add", press.base + "/z.xml", "--zone", "Asia/Riyadh", "--false-z")
    shell.run("run", "--once")
    article = shell.json("articles", "show", "1")
    assert (in_zone(article["published"]), article["published_raw"]) == (
        datetime(2026, 4, 6, 10, tzinfo=UTC),
        "Mon, 06 Apr 2026 13:00:00 GMT",
    )
    assert (article["date_method"], article["date_confidence"], article["flags"]) == ("rfc822", 1.0, [])
    assert "date: rfc822 (1.00)  Mon, 06 Apr 2026 13:00:00 GMT" in shell.run("articles", "show", "1").out
    file = tmp_path / "z.opml"
    shell.run("feeds", "export", str(file))
    assert 'marsad-zone="Asia/Riyadh" marsad-false-z="yes"' in file.read_text(encoding="utf-8")
    assert shell.run("feeds", "edit", "1", "--zone", "Asia/Aden", "--no-false-z").out == (
        "feed 1: zone Asia/Aden, false_z no\n"
    )
    other = Shell(tmp_path / "other", shell.patch, shell.captured)
    other.run("feeds", "import", str(file))
    assert [(f["zone"], f["false_z"]) for f in other.json("feeds", "list")] == [("Asia/Riyadh", "yes")]
    assert [(f["zone"], f["false_z"]) for f in shell.json("feeds", "list")] == [("Asia/Aden", "no")]


def test_a_zone_that_is_none_changes_nothing(shell: Shell) -> None:
    shell.run("feeds", "add", "https://n.example/rss")
    for words in (
        ("feeds", "add", "https://m.example/rss", "--zone", "Riyadh"),
        ("feeds", "edit", "1", "--zone", "Riyadh"),
        ("feeds", "edit", "1"),
        ("feeds", "edit", "7", "--zone", "Asia/Aden"),
    ):
        answer = shell.run(*words, code=2)
        assert (answer.out, len(answer.err.splitlines())) == ("", 1)
    assert [(f["url"], f["zone"]) for f in shell.json("feeds", "list")] == [("https://n.example/rss", "")]
    text = '<opml><body><outline xmlUrl="https://o.example/rss" marsad-zone="Riyadh"/></body></opml>'
    answer = shell.run("feeds", "import", "-", stdin=text.encode())
    assert "0 feeds added, 0 were there, 1 refused" in answer.out


def test_the_catalogue_brings_the_zones_of_its_outlets(shell: Shell) -> None:
    shell.run("feeds", "import", "--pack", "eg")
    zones = {f["zone"] for f in shell.json("feeds", "list")}
    assert "Africa/Cairo" in zones
