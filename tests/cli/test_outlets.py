"""Outlets: the bundled cards, the command, and what an operator changes."""

import csv
import re
from collections import Counter
from pathlib import Path

import pytest
from shell import Shell

import cli
from cli.catalogue import cards
from domain.dates import zone_named
from domain.errors import BadInput
from domain.outlets import ARAB_LEAGUE, Card, OutletKind, Sure, check_card, site_key, site_keys, without_card

HOME = Path(cli.__file__).parent
CARDS = cards()


class TestTheCatalogue:
    def test_each_card_is_one_that_may_be_stored(self) -> None:
        for card in CARDS:
            assert check_card(card) == card

    def test_each_has_a_country_a_kind_a_zone_and_a_confidence(self) -> None:
        for card in CARDS:
            assert re.fullmatch("[A-Z]{2}", card.country), card
            assert card.kind in set(OutletKind), card
            assert card.confidence in set(Sure), card
            assert zone_named(card.zone) or card.site_url == "http://www.ahewar.org/", card  # edited in two zones
            assert card.name_en, card
            assert re.search("[\u0600-\u06ff]|^24", card.name), card

    def test_nothing_is_highly_sure_without_a_citation(self) -> None:
        assert [card.name for card in CARDS if card.confidence == Sure.HIGH and not card.citation] == []
        assert [card.name for card in CARDS if card.line and not card.citation] == []

    def test_names_and_sites_are_unique(self) -> None:
        assert {name: n for name, n in Counter(card.name for card in CARDS).items() if n > 1} == {}
        assert {key: n for key, n in Counter(site_key(c.site_url) for c in CARDS if c.site_url).items() if n > 1} == {}

    def test_few_have_no_site(self) -> None:
        assert sum(not card.site_url for card in CARDS) <= 4

    def test_every_country_of_the_arab_league_has_outlets_and_its_agency(self) -> None:
        assert without_card(card.country for card in CARDS) == []
        agencies = {card.country for card in CARDS if card.agency and card.kind == OutletKind.STATE}
        assert [country for country in ARAB_LEAGUE if country not in agencies] == []

    @pytest.mark.parametrize(("country", "least"), [("EG", 25), ("KW", 7), ("OM", 7), ("SO", 3), ("DJ", 3), ("KM", 2)])
    def test_the_thin_countries_are_not_empty(self, country: str, least: int) -> None:
        assert sum(card.country == country for card in CARDS) >= least

    def test_each_outlet_of_a_bundled_feed_has_its_card(self) -> None:
        with (HOME / "packs" / "arabic.csv").open(encoding="utf-8", newline="") as lines:
            feeds = list(csv.DictReader(lines))
        names = {card.name for card in CARDS}
        assert [row["outlet"] for row in feeds if row["outlet"] not in names] == []
        known = {row["feed_url"] for row in feeds}
        assert [card.name for card in CARDS if card.feed_url and card.feed_url not in known] == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": ""}, {"name": "ا" * 101}, {"country": "Egypt"}, {"kind": "good"}, {"confidence": "9"},
        {"site_url": "ftp://outlet.example"}, {"zone": "Asia/Nowhere"}, {"owner": "م" * 501},
    ],
)  # fmt: skip
def test_a_card_that_cannot_be_is_refused(wrong: dict[str, str]) -> None:
    with pytest.raises(BadInput):
        check_card(Card(**({"name": "صحيفة النورس"} | wrong)))


def test_a_site_is_known_by_host_and_path() -> None:
    assert site_key("https://www.outlet.example/") == "outlet.example"
    assert site_key("https://outlet.example/arabic/") == "outlet.example/arabic"
    assert site_keys("https://www.outlet.example/arabic/2026/x?y=1") == [
        "outlet.example/arabic/2026/x", "outlet.example/arabic/2026", "outlet.example/arabic", "outlet.example",
    ]  # fmt: skip
    assert site_keys("mailto:a@outlet.example") == []


def test_a_pack_brings_cards_and_gives_its_feeds_their_zone(shell: Shell) -> None:
    shell.run("feeds", "import", "--pack", "lb")
    rows = shell.json("outlets", "list", "--country", "lb")
    assert len(rows) == sum(card.country == "LB" for card in CARDS)
    assert {row["country"] for row in rows} == {"LB"}
    assert any(row["feeds"] for row in rows)
    assert {feed["zone"] for feed in shell.json("feeds", "list")} == {"Asia/Beirut"}
    assert [row["kind"] for row in shell.json("outlets", "list", "--kind", "state")] == ["state"]
    assert all(row["agency"] for row in shell.json("outlets", "list", "--agency"))


def test_a_feed_on_the_site_of_a_card_is_of_its_outlet(shell: Shell) -> None:
    shell.run("feeds", "import", "--pack", "eg")
    for name, more in (("1", ()), ("2", ("--outlet", "ملحق", "--zone", "Asia/Riyadh"))):
        shell.run("feeds", "add", f"https://mena.org.eg/new/{name}.xml", "--unchecked", *more)
    added = [feed for feed in shell.json("feeds", "list") if "/new/" in feed["url"]]
    one, two = sorted(added, key=lambda feed: str(feed["url"]))
    assert (one["outlet"], one["country"], one["zone"]) == ("وكالة أنباء الشرق الأوسط (أ ش أ)", "EG", "Africa/Cairo")
    assert (two["outlet"], two["country"], two["zone"]) == ("ملحق", "", "Asia/Riyadh")


def test_a_card_is_shown_with_its_source_by_any_of_its_names(shell: Shell) -> None:
    shell.run("feeds", "import", "--pack", "eg")
    for name in ("وكالة أنباء الشرق الأوسط (أ ش أ)", "mena", "mena.org.eg", "https://mena.org.eg/ar/1"):
        card = shell.json("outlets", "show", name)
        assert (card["country"], card["kind"], card["agency"], card["confidence"]) == ("EG", "state", True, "high")
        assert "http" in card["citation"]
        assert (card["articles"], card["first"], len(card["days"])) == (0, None, 14)
    said = shell.run("outlets", "show", "MENA").out
    assert "EG  state, news agency" in said
    assert "confidence high" in said


def test_what_an_operator_changed_stays_at_the_next_import(shell: Shell) -> None:
    shell.run("feeds", "import", "--pack", "lb")
    shell.run("outlets", "edit", "النهار (لبنان)", "--owner", "مالك آخر", "--zone", "Asia/Amman")
    shell.run("feeds", "import", "--pack", "arabic")
    card = shell.json("outlets", "show", "النهار (لبنان)")
    assert (card["owner"], card["zone"], card["edited"]) == ("مالك آخر", "Asia/Amman", True)
    assert {feed["zone"] for feed in shell.json("feeds", "list") if feed["outlet"] == "النهار (لبنان)"} == {
        "Asia/Amman"
    }


def test_an_outlet_of_ones_own_is_added(shell: Shell) -> None:
    shell.run(
        "outlets", "add", "صحيفة النورس", "--country", "eg", "--kind", "private", "--site", "https://nawras.example/"
    )
    card = shell.json("outlets", "show", "nawras.example")
    assert (card["name"], card["country"], card["site_url"]) == ("صحيفة النورس", "EG", "https://nawras.example/")
    assert "is there already" in shell.refused("outlets", "add", "صحيفة النورس")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("outlets", "show", "لا شيء"), "no outlet"), (("outlets", "list", "--kind", "good"), "--kind is one of"),
        (("outlets", "edit", "لا شيء", "--owner", "ا"), "no outlet"),
        (("outlets", "add", "ا", "--kind", "good"), "a kind is one of"),
        (("outlets", "add", "ا", "--zone", "Mars"), "no time zone"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_in_one_line(shell: Shell, arguments: tuple[str, ...], said: str) -> None:
    assert said in shell.refused(*arguments)
