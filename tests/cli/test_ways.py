"""`feeds add --as`, `feeds chain`, `feeds access` and `feeds repair`, and that secrets are never shown."""

import json
from pathlib import Path

import pytest
from press import Press, Reply, news
from shell import Shell

TOWNS = ("المرجان", "السنديان", "النورس", "الواحة", "الزيتون")
CANARY = "canary-c0ffee"


def section_of(press: Press, path: str, kind: str = "article") -> str:
    rows = "".join(
        f'<{kind} class="card"><h3><a href="/n/{n}">افتتاح سوق {town} بعد عامين من الترميم</a></h3></{kind}>'
        for n, town in enumerate(TOWNS)
    )
    press.feeds[path] = f"<html lang='ar'><meta charset='utf-8'><body><main>{rows}</main></body></html>".encode()
    press.special[path] = Reply(headers={"Content-Type": "text/html; charset=utf-8"})
    return press.base + path


def test_a_section_is_proposed_added_read_and_repaired(shell: Shell, press: Press) -> None:
    url = section_of(press, "/news")
    found = shell.json("feeds", "discover", url, code=1)["sections"]
    assert found[0]["selectors"] == {"item": "article.card"}
    assert found[0]["samples"][0] == "افتتاح سوق المرجان بعد عامين من الترميم"
    assert "--as section" in shell.run("feeds", "add", url, code=2).err
    added = shell.run("feeds", "add", url, "--as", "section", "--outlet", "النورس")
    assert added.out == f"section 1: {url}\n"
    assert "افتتاح سوق المرجان" in added.err
    checked = shell.json("feeds", "check", url)
    assert (checked["status"], checked["kind"], len(checked["entries"])) == ("ok", "section", 5)

    section_of(press, "/news", "div")
    broken = shell.json("feeds", "check", url, code=1)
    assert broken["status"] == "selectors_broken"
    assert "feeds repair 1" in broken["detail"]
    proposed = shell.json("feeds", "repair", "1")
    assert (proposed["applied"], proposed["selectors"]) == (False, {"item": "article.card"})
    assert proposed["proposals"][0]["selectors"] == {"item": "div.card"}
    assert shell.json("feeds", "check", url, code=1)["status"] == "selectors_broken", "nothing was applied"
    assert "is read with the first of them" in shell.run("feeds", "repair", "1", "--apply").out
    assert shell.json("feeds", "check", url)["status"] == "ok"


def test_selectors_of_the_operators_are_checked(shell: Shell, press: Press) -> None:
    url = section_of(press, "/news")
    assert "no CSS selector" in shell.run("feeds", "add", url, "--item", "div[", code=2).err
    assert "--item" in shell.run("feeds", "add", url, "--title", "h2", code=2).err
    assert "for section pages" in shell.run("feeds", "add", url, "--as", "search", "--item", "li", code=2).err
    assert "no kind" in shell.run("feeds", "add", url, "--as", "rss", code=2).err
    shell.run("feeds", "add", url, "--item", "main > .card", "--link", "h3 a")
    assert shell.json("feeds", "list")[0]["kind"] == "section"
    assert "not read with selectors" not in shell.run("feeds", "repair", "1").err


def test_channels_and_searches_are_added_by_name(shell: Shell, press: Press) -> None:
    press.write_feed("/rss.xml", [news(1)])
    shell.run("feeds", "add", f"{press.base}/rss.xml", "--outlet", "النورس")
    shell.run("feeds", "add", "@nawras_news", "--outlet", "النورس")
    shell.run("feeds", "add", press.base, "--as", "search", "--country", "sa")
    rows = {row["kind"]: row for row in shell.json("feeds", "chain", "النورس")}
    assert rows["telegram"]["url"] == "https://t.me/s/nawras_news"
    assert (rows["telegram"]["step"], rows["telegram"]["in_use"]) == (None, True)
    assert rows["search"]["url"].startswith("https://news.google.com/rss/search?q=site%3A127.0.0.1")
    assert "gl=SA" in rows["search"]["url"]
    assert (rows["search"]["step"], rows["search"]["in_use"]) == (4, False)
    assert "t.me/NAME" in shell.run("feeds", "add", "https://o.example/", "--as", "telegram", code=2).err


def test_the_order_of_a_chain_is_shown_and_set(shell: Shell) -> None:
    for n in (1, 2, 3):
        url = f"https://nawras.example/{n}.xml"
        shell.run("feeds", "add", url, "--unchecked", "--outlet", "النورس")
    assert [row["step"] for row in shell.json("feeds", "chain", "النورس")] == [1, 1, 1]
    rows = shell.json("feeds", "chain", "النورس", "--order", "3,1")
    assert [(row["id"], row["step"], row["in_use"]) for row in rows] == [(3, 1, True), (1, 2, False), (2, None, True)]
    assert "standby" in shell.run("feeds", "chain", "النورس").out
    assert "not a way of this outlet: 9" in shell.run("feeds", "chain", "النورس", "--order", "9", code=2).err
    assert "no feed of an outlet" in shell.run("feeds", "chain", "مجهول", code=2).err


def test_what_was_exported_is_imported_with_its_ways(shell: Shell, tmp_path: Path) -> None:
    shell.run("feeds", "add", "https://nawras.example/ar", "--item", "li > a", "--outlet", "النورس", "--country", "LB")
    shell.run("feeds", "add", "@nawras_news", "--outlet", "النورس")
    shell.run("feeds", "access", "النورس", "--cookie", f"session={CANARY}")
    before = shell.json("feeds", "chain", "النورس")
    opml = tmp_path / "all.opml"
    shell.run("feeds", "export", str(opml))
    assert CANARY not in opml.read_text()
    for id in ("1", "2"):
        shell.run("feeds", "remove", id)
    shell.run("feeds", "import", str(opml))
    after = shell.json("feeds", "chain", "النورس")
    kept = ("step", "kind", "url", "selectors", "in_use")
    assert [{name: row[name] for name in kept} for row in after] == [
        {name: row[name] for name in kept} for row in before
    ]


def test_access_shows_names_and_never_values(shell: Shell, press: Press, tmp_path: Path) -> None:
    press.write_feed("/rss.xml", [news(1)], brief=True)
    shell.run("feeds", "add", f"{press.base}/rss.xml", "--outlet", "النورس")
    jar = tmp_path / "cookies.txt"
    site = press.base.removeprefix("http://")
    lines = [(f"#HttpOnly_{site}", "sid", CANARY), ("b.example", "x", "y")]
    rows = [f"{domain}\tTRUE\t/\tTRUE\t0\t{name}\t{value}" for domain, name, value in lines]
    jar.write_text("\n".join(["# Netscape HTTP Cookie File", *rows]))
    said = [
        shell.run("feeds", "access", "النورس", "--header", f"X-Key: {CANARY}", "--cookie", f"a={CANARY}"),
        shell.run("feeds", "access", "النورس", "--cookies", str(jar)),
        shell.run("feeds", "access", "النورس", "--header", f"Host: {CANARY}", code=2),
        shell.run("feeds", "access", "النورس", "--proxy", f"socks5://u:{CANARY}@p.example:1", code=2),
        shell.run("feeds", "access", "النورس"),
    ]
    shown = shell.json("feeds", "access", "النورس")
    assert shown == {
        "outlet": "النورس", "site": site, "proxy": "", "proxy_login": False, "headers": ["X-Key"],
        "cookies": ["a", "sid"],
    }  # fmt: skip
    said += [shell.run(*words) for words in (
        ("run", "--once"), ("feeds", "list"), ("feeds", "list", "--json"), ("feeds", "chain", "النورس", "--json"),
        ("feeds", "health", "--json"), ("status", "--json"), ("articles", "show", "1", "--json"), ("feeds", "export"),
        ("quarantine", "list", "--json"),
    )]  # fmt: skip
    assert CANARY not in "".join(one.out + one.err for one in said)
    sent = [headers for path, headers in press.asked_with if path in ("/rss.xml", "/page/n1.html")]
    assert [h.get("X-Key") for h in sent[-2:]] == [CANARY, CANARY], "the feed and the page of its article"
    assert all(f"sid={CANARY}" in headers["Cookie"] for headers in sent[-2:])
    logs = [file for file in shell.home.rglob("*") if file.is_file() and "sqlite3" not in file.name]
    assert CANARY.encode() not in b"".join(file.read_bytes() for file in logs)


def test_access_is_changed_dropped_and_cleared(shell: Shell) -> None:
    shell.run("feeds", "add", "https://www.nawras.example/rss", "--unchecked", "--outlet", "النورس")
    shell.run("feeds", "access", "النورس", "--proxy", f"http://u:{CANARY}@127.0.0.1:3128", "--header", "A: 1")
    found = shell.json("feeds", "access", "النورس", "--drop", "a", "--cookie", "c=2")
    assert (found["proxy"], found["proxy_login"], found["headers"]) == ("http://127.0.0.1:3128", True, [])
    assert "no header or cookie called b" in shell.run("feeds", "access", "النورس", "--drop", "b", code=2).err
    found = shell.json("feeds", "access", "النورس", "--proxy", "")
    assert (found["proxy"], found["proxy_login"], found["cookies"]) == ("", False, ["c"])
    found = shell.json("feeds", "access", "النورس", "--clear", "--site", "nawras.example")
    assert (found["cookies"], found["site"]) == ([], "nawras.example")
    shell.run("feeds", "edit", "1", "--outlet", "نورس")
    assert "no feed of an outlet" in shell.run("feeds", "access", "النورس", code=2).err


def test_another_name_takes_its_access_along(shell: Shell) -> None:
    shell.run("feeds", "add", "https://www.nawras.example/rss", "--unchecked", "--outlet", "النورس")
    shell.run("feeds", "access", "النورس", "--header", "A: 1")
    shell.run("feeds", "edit", "1", "--outlet", "نورس")
    assert shell.json("feeds", "access", "نورس")["headers"] == ["A"]


@pytest.mark.parametrize("text", ["", "nothing\there", "x.example\tTRUE\t/\tTRUE\t0\ta\tb"])
def test_a_file_without_cookies_of_the_outlet_is_refused(shell: Shell, tmp_path: Path, text: str) -> None:
    shell.run("feeds", "add", "https://www.nawras.example/rss", "--unchecked", "--outlet", "النورس")
    (tmp_path / "c.txt").write_text(text)
    assert "no cookie of" in shell.run("feeds", "access", "النورس", "--cookies", str(tmp_path / "c.txt"), code=2).err
    assert json.loads(shell.run("feeds", "access", "النورس", "--json").out)["cookies"] == []
