"""`feeds discover`, and `feeds add` with the address of a site."""

from pathlib import Path

import pytest
from press import Press, Reply, news
from shell import Shell

from cli.discover import _picked
from domain.errors import BadInput
from domain.fetching import FetchStatus
from worker.discover import Found


@pytest.fixture
def site(press: Press) -> str:
    """Give a site with two feeds and one that is blocked."""
    links = "".join(
        f'<link rel="alternate" type="application/rss+xml" title="{title}" href="{path}">'
        for path, title in (("/closed.xml", "مغلق"), ("/a.xml", "الكل"), ("/b.xml", "رياضة"))
    )
    press.pages["/"] = f"<html><head>{links}</head><body>خبر</body></html>".encode()
    press.special["/closed.xml"] = Reply(403)
    press.write_feed("/a.xml", [news(1), news(2)])
    press.write_feed("/b.xml", [news(3)])
    return press.base + "/"


def urls(shell: Shell, press: Press) -> list[str]:
    return [feed["url"].removeprefix(press.base) for feed in shell.json("feeds", "list")]


def test_the_feeds_of_a_site_are_shown_and_nothing_is_stored(shell: Shell, press: Press, site: str) -> None:
    found = shell.json("feeds", "discover", site)
    assert (found["url"], found["status"]) == (site, "not_a_feed")
    assert [(f["url"].removeprefix(press.base), f["entries"], f["status"]) for f in found["feeds"]] == [
        ("/a.xml", 2, "ok"), ("/b.xml", 1, "ok"), ("/closed.xml", 0, "blocked"),
    ]  # fmt: skip
    assert f"{press.base}/a.xml" in shell.run("feeds", "discover", site).out
    assert urls(shell, press) == []


def test_a_site_without_feeds(shell: Shell, press: Press) -> None:
    press.pages["/"] = "<html><body>خبر</body></html>".encode()
    answer = shell.run("feeds", "discover", press.base, code=1)
    assert "no feed found" in answer.err
    assert "--unchecked" in shell.refused("feeds", "add", press.base)
    assert shell.run("feeds", "add", press.base, "--unchecked").out == f"feed 1: {press.base}/\n"


def test_a_site_offers_its_feeds_and_adds_those_that_are_chosen(shell: Shell, press: Press, site: str) -> None:
    answer = shell.run("feeds", "add", site, code=2)
    assert f"{press.base}/a.xml" in answer.out
    assert "--first or --all" in answer.err
    assert "closed.xml" not in answer.out
    assert urls(shell, press) == []
    shell.run("feeds", "add", site, "--first", "--country", "lb")
    assert urls(shell, press) == ["/a.xml"]
    shell.run("feeds", "add", site, "--all", "--country", "lb")
    assert sorted(urls(shell, press)) == ["/a.xml", "/b.xml"], "the one that is there is left out"
    assert {feed["country"] for feed in shell.json("feeds", "list")} == {"LB"}


def test_an_address_that_gives_no_answer_now_is_added_with_a_word(shell: Shell, press: Press) -> None:
    press.special["/late.xml"] = Reply(503)
    answer = shell.run("feeds", "add", press.base + "/late.xml")
    assert answer.out == f"feed 1: {press.base}/late.xml\n"
    assert "cannot be read now (http_error" in answer.err


def test_a_feed_without_entries_is_a_feed(shell: Shell, press: Press) -> None:
    press.feeds["/empty.xml"] = b"<rss><channel><title>x</title></channel></rss>"
    answer = shell.run("feeds", "add", press.base + "/empty.xml")
    assert (answer.out, answer.err) == (f"feed 1: {press.base}/empty.xml\n", "")


def test_check_tells_kind_and_flags(shell: Shell, press: Press) -> None:
    press.feeds["/x.xml"] = "تحذير <rss><channel><item><title>خبر</title></item></channel></rss>".encode()
    found = shell.json("feeds", "check", press.base + "/x.xml")
    assert (found["kind"], found["flags"]) == ("rss", ["leading_junk"])


def feed(number: int) -> Found:
    return Found(f"https://n.example/{number}", "", "link", "rss", FetchStatus.OK, "", "", 1, None)


def test_what_is_typed_picks() -> None:
    feeds = (feed(1), feed(2), feed(3))
    assert _picked(feeds, "1") == feeds[:1]
    assert _picked(feeds, "3, 1،1") == (feeds[2], feeds[0])
    assert _picked(feeds, "all") == feeds
    assert _picked(feeds, "none") == ()
    for said in ("4", "0", "الأول", "-1", "1 all", "9999999999"):
        with pytest.raises(BadInput):
            _picked(feeds, said)


def test_lists_of_five_thousand_feeds_go_in_and_out(shell: Shell, tmp_path: Path) -> None:
    folders = [
        f'<outline text="بلد {n}"><outline text="صحف">'
        + "".join(f'<outline text="صحيفة {n}/{m}" xmlUrl="https://n{n}.example/{m}"/>' for m in range(100))
        + "</outline></outline>"
        for n in range(50)
    ]
    file, back = tmp_path / "in.opml", tmp_path / "out.opml"
    file.write_text(f'<opml version="2.0"><body>{"".join(folders)}</body></opml>', encoding="utf-8")
    assert shell.run("feeds", "import", str(file)).out == "5000 feeds added, 0 were there\n"
    assert shell.run("feeds", "import", str(file)).out == "0 feeds added, 5000 were there\n"
    shell.run("feeds", "export", str(back))
    other = Shell(tmp_path / "other", shell.patch, shell.captured)
    assert other.run("feeds", "import", str(back)).out == "5000 feeds added, 0 were there\n"
    known = [
        {(feed["url"], feed["title"], feed["folder"]) for feed in home.json("feeds", "list")} for home in (shell, other)
    ]
    assert known[0] == known[1]
    assert ("https://n7.example/3", "صحيفة 7/3", "بلد 7/صحف") in known[1]
