"""`marsad feeds backfill` as a user types it."""

import past
import pytest
from press import Press
from shell import Shell


@pytest.fixture
def outlet(shell: Shell, press: Press) -> str:
    """Give the name of an outlet with a feed of three pages."""
    for page in (1, 2, 3):
        path = "/feed" if page == 1 else f"/feed?paged={page}"
        past.write_page(press, path, range(3 * page - 3, 3 * page))
    name = "صحيفة النورس"
    shell.run("feeds", "add", f"{press.base}/feed", "--unchecked", "--outlet", name)
    return name


def test_an_outlet_is_filled_here_where_no_service_is_at_work(shell: Shell, outlet: str) -> None:
    (row,) = shell.json("feeds", "backfill", outlet, "--since", "2026-01-01")
    assert (row["state"], row["ended"], row["new"], row["share"]) == ("done", "end", 6, 1.0)
    assert row["oldest"][:10] == past.day(8).date().isoformat()
    found = shell.json("articles", "search", "الأرشيف")
    assert sorted(article["title"] for article in found) == sorted(past.title(n) for n in range(3, 9))
    listed = shell.run("feeds", "backfill", "--list").out
    assert "صحيفة النورس" in listed
    assert "100%" in listed


def test_a_feed_is_named_by_its_number(shell: Shell, outlet: str) -> None:
    (row,) = shell.json("feeds", "backfill", "1", "--since", "2026-03-30", "--most", "2")
    assert (row["ended"], row["feed"]) == ("limit", 1)


def test_one_that_is_only_asked_for_waits_and_is_stopped(shell: Shell, outlet: str) -> None:
    (row,) = shell.json("feeds", "backfill", outlet, "--since", "2026-01-01", "--ask")
    assert (row["state"], row["done"]) == ("waiting", 0)
    assert "stopped" in shell.run("feeds", "backfill", "--stop", "1").out
    (row,) = shell.json("feeds", "backfill", "--list")
    assert (row["state"], row["ended"], row["next_due"]) == ("stopped", "stopped", None)
    assert "has ended" in shell.refused("feeds", "backfill", "--stop", "1")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "give an outlet or a feed"), (("ا",), "give an outlet or a feed"),
        (("ا", "--since", "أمس"), "--since takes a day"), (("ا", "--since", "2099-01-01"), "up to today"),
        (("لا شيء", "--since", "2026-01-01"), "no outlet and no feed"), (("--stop", "7"), "no backfill 7"),
    ],
)  # fmt: skip
def test_what_cannot_be_done_is_said_in_one_line(shell: Shell, arguments: tuple[str, ...], said: str) -> None:
    assert said in shell.refused("feeds", "backfill", *arguments)


def test_an_outlet_without_feed_or_site_says_what_to_do(shell: Shell) -> None:
    shell.run("outlets", "add", "صحيفة بلا موقع")
    assert "outlets edit --site" in shell.refused("feeds", "backfill", "صحيفة بلا موقع", "--since", "2026-01-01")


def test_an_outlet_without_a_feed_is_filled_by_its_sitemaps(shell: Shell, press: Press) -> None:
    past.write_map(press, "/sitemap.xml", range(0, 3))
    shell.run("outlets", "add", "صحيفة المرفأ", "--site", f"{press.base}/")
    (row,) = shell.json("feeds", "backfill", "صحيفة المرفأ", "--since", "2026-01-01")
    assert (row["state"], row["new"], row["done"], row["total"], row["feed"]) == ("done", 3, 3, 3, None)
    assert {a["outlet"] for a in shell.json("articles", "search", "الأرشيف")} == {"صحيفة المرفأ"}
