"""The bundled content: the demo's articles, the catalogue of outlets and the example topic."""

import csv
import json
import re
from collections import Counter
from itertools import combinations
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import pytest

import cli

HOME = Path(cli.__file__).parent
COLUMNS = ["outlet", "country", "language", "feed_url", "site_url", "kind", "timezone", "last_seen_working", "note"]
KINDS = {"", "state", "private", "party", "ngo", "public", "foreign-state"}
ARAB = {
    *("AE", "BH", "DZ", "EG", "IQ", "JO", "KW", "LB", "MA"),
    *("MR", "OM", "PS", "QA", "SA", "SD", "SY", "TN", "YE"),
}
ARTICLE_FIELDS = {
    "outlet",
    "id",
    "title",
    "paragraphs",
    "section",
    "wave",
    "minutes_ago",
    "on_topic",
    "near_miss",
    "copy_of",
    "template",
}

Row = dict[str, Any]


def words(text: str) -> list[str]:
    """Split into words, without tashkeel and tatweel and with one form of alef, so that respelt runs still meet."""
    bare = re.sub("[\u0640\u064b-\u0652]", "", text)
    return re.findall(r"\w+", re.sub("[أإآ]", "ا", bare))


def runs(text: str, size: int) -> set[tuple[str, ...]]:
    found = words(text)
    return {tuple(found[i : i + size]) for i in range(len(found) - size + 1)}


def whole(row: Row) -> str:
    return "\n".join([row["title"], *row["paragraphs"]])


def length(row: Row) -> int:
    return sum(len(paragraph.split()) for paragraph in row["paragraphs"])


def root(row: Row) -> str:
    """Give the article that this one is a copy of, or itself."""
    return str(row["copy_of"] or row["id"])


@pytest.fixture(scope="module")
def demo() -> Row:
    loaded: Row = json.loads((HOME / "demo" / "articles.json").read_text(encoding="utf-8"))
    return loaded


@pytest.fixture(scope="module")
def articles(demo: Row) -> list[Row]:
    rows: list[Row] = demo["articles"]
    return rows


@pytest.fixture(scope="module")
def catalogue() -> list[dict[str, str]]:
    with (HOME / "packs" / "arabic.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


@pytest.fixture(scope="module")
def brief() -> str:
    return (HOME / "examples" / "north-korea-palestine.txt").read_text(encoding="utf-8")


class TestDemo:
    def test_it_has_the_promised_parts(self, demo: Row) -> None:
        assert set(demo) == {"outlets", "reference", "topic_name", "articles"}
        assert 3 <= len(demo["topic_name"].split()) <= 6
        assert 150 <= length(demo["reference"]) <= 220

    def test_every_article_is_complete(self, demo: Row, articles: list[Row]) -> None:
        keys = {outlet["key"] for outlet in demo["outlets"]}
        assert 38 <= len(articles) <= 45
        assert len({row["id"] for row in articles}) == len(articles)
        for row in articles:
            assert set(row) == ARTICLE_FIELDS
            assert row["outlet"] in keys
            assert row["wave"] in {0, 1, 2, 3}
            assert row["minutes_ago"] > 0

    def test_titles_fit_a_headline_and_differ(self, articles: list[Row]) -> None:
        assert all(0 < len(row["title"]) <= 200 for row in articles)
        assert len({row["title"] for row in articles}) == len(articles)

    def test_texts_have_the_size_of_news(self, articles: list[Row]) -> None:
        assert [row["id"] for row in articles if not 90 <= length(row) <= 220] == []
        assert [row["id"] for row in articles if not 3 <= len(row["paragraphs"]) <= 7] == []

    def test_outlets_write_in_the_encodings_that_they_are_there_for(self, demo: Row) -> None:
        outlets = demo["outlets"]
        assert len({outlet["key"] for outlet in outlets}) == len(outlets) == 6
        written = {(outlet["encoding"], outlet["declared"]) for outlet in outlets}
        assert {("windows-1256", "windows-1256"), ("windows-1256", "utf-8"), ("utf-16", "utf-16")} <= written
        assert sum(outlet["brief"] for outlet in outlets) == 1

    def test_every_article_can_be_written_in_the_encoding_of_its_outlet(self, demo: Row, articles: list[Row]) -> None:
        encodings = {outlet["key"]: outlet["encoding"] for outlet in demo["outlets"]}
        for row in articles:
            encoding = encodings[row["outlet"]]
            assert whole(row).encode(encoding).decode(encoding) == whole(row)

    def test_the_mislabelled_feed_is_not_valid_utf8(self, demo: Row, articles: list[Row]) -> None:
        (key,) = [o["key"] for o in demo["outlets"] if o["encoding"] != o["declared"]]
        text = "\n".join(whole(row) for row in articles if row["outlet"] == key)
        with pytest.raises(UnicodeDecodeError):
            text.encode("windows-1256").decode("utf-8")

    def test_the_brief_outlet_has_something_on_topic(self, demo: Row, articles: list[Row]) -> None:
        (key,) = [outlet["key"] for outlet in demo["outlets"] if outlet["brief"]]
        on_topic = [row for row in articles if row["outlet"] == key and row["on_topic"]]
        assert on_topic
        assert all(len("\n".join(row["paragraphs"])) > 400 for row in on_topic)


class TestStory:
    def test_it_spreads_over_waves_and_outlets(self, articles: list[Row]) -> None:
        on_topic = [row for row in articles if row["on_topic"]]
        later = [row for row in on_topic if row["wave"] > 0]
        assert len(on_topic) >= 9
        assert len(later) >= 6
        assert len({row["outlet"] for row in later}) >= 5
        assert {row["wave"] for row in on_topic} == {0, 1, 2, 3}

    def test_enough_are_copies_and_enough_are_not(self, articles: list[Row]) -> None:
        on_topic = [row for row in articles if row["on_topic"]]
        assert sum(row["copy_of"] is not None for row in on_topic) >= 4
        assert sum(row["copy_of"] is None for row in on_topic) >= 3

    def test_near_misses_are_off_topic_and_share_a_name(self, articles: list[Row]) -> None:
        near = [row for row in articles if row["near_miss"]]
        shared = ("رأس الغاف", "البرهومي", "نبع الساحل", "تحلية", "التلوث النفطي")
        assert len(near) >= 6
        assert not any(row["on_topic"] or row["copy_of"] for row in near)
        assert all(any(name in whole(row) for name in shared) for row in near)

    def test_bulletins_share_a_form_and_no_topic(self, articles: list[Row]) -> None:
        templates = Counter(row["template"] for row in articles if row["template"])
        assert templates == {"weather": 3}
        bulletins = [row for row in articles if row["template"]]
        assert not any(row["on_topic"] or row["copy_of"] for row in bulletins)
        for one, other in combinations(bulletins, 2):
            assert runs(whole(one), 8) & runs(whole(other), 8)
            assert abs(one["minutes_ago"] - other["minutes_ago"]) > 24 * 60


class TestCopies:
    def test_a_copy_follows_its_source_elsewhere_under_another_title(self, articles: list[Row]) -> None:
        by_id = {row["id"]: row for row in articles}
        for row in articles:
            if row["copy_of"]:
                source = by_id[row["copy_of"]]
                assert source["copy_of"] is None
                assert source["on_topic"] == row["on_topic"]
                assert source["outlet"] != row["outlet"]
                assert source["title"] != row["title"]
                assert source["wave"] <= row["wave"]

    def test_most_of_a_copy_stands_in_its_source(self, articles: list[Row]) -> None:
        by_id = {row["id"]: row for row in articles}
        for row in articles:
            if row["copy_of"]:
                own = runs("\n".join(row["paragraphs"]), 8)
                assert len(own & runs(whole(by_id[row["copy_of"]]), 8)) > len(own) / 2

    def test_nothing_else_shares_eight_words_in_a_row(self, demo: Row, articles: list[Row]) -> None:
        reference = demo["reference"] | {"id": "reference", "copy_of": None, "template": None}
        known = [(row, runs(whole(row), 8)) for row in [*articles, reference]]
        for (one, of_one), (other, of_other) in combinations(known, 2):
            marked = root(one) == root(other) or (one["template"] and one["template"] == other["template"])
            assert marked or not of_one & of_other, (one["id"], other["id"])


class TestCatalogue:
    def test_columns_and_size(self, catalogue: list[dict[str, str]]) -> None:
        assert list(catalogue[0]) == COLUMNS
        assert 145 <= len(catalogue) <= 165

    def test_addresses_are_valid_ascii_and_unique(self, catalogue: list[dict[str, str]]) -> None:
        for row in catalogue:
            for url in (row["feed_url"], row["site_url"]):
                parts = urlsplit(url)
                assert parts.scheme in {"http", "https"}
                assert "." in str(parts.hostname)
                assert re.fullmatch(r"[!-~]+", url), url
        # One feed under http and https, with and without www or a last slash, is one feed.
        bare = Counter(re.sub(r"^https?://(www\.)?|/$", "", row["feed_url"].lower()) for row in catalogue)
        assert [url for url, count in bare.items() if count > 1] == []

    def test_values_are_of_the_documented_kinds(self, catalogue: list[dict[str, str]]) -> None:
        for row in catalogue:
            assert re.fullmatch("[A-Z]{2}", row["country"])
            assert row["language"] == "ar"
            assert row["kind"] in KINDS
            assert re.fullmatch(r"20\d\d(-[01]\d(-[0-3]\d)?)?", row["last_seen_working"])
            assert not row["timezone"] or ZoneInfo(row["timezone"])
            assert row["note"].isascii()
            assert len(row["note"]) <= 160
            assert all(value == value.strip() for value in row.values())

    def test_one_name_is_one_outlet(self, catalogue: list[dict[str, str]]) -> None:
        sites: dict[str, set[str | None]] = {}
        for row in catalogue:
            host = str(urlsplit(row["site_url"]).hostname).removeprefix("www.")
            sites.setdefault(row["outlet"], set()).add(host)
        assert {name: hosts for name, hosts in sites.items() if len(hosts) > 1} == {}

    def test_feeds_not_confirmed_for_years_say_so(self, catalogue: list[dict[str, str]]) -> None:
        old = [row for row in catalogue if row["last_seen_working"] < "2024"]
        assert old
        assert all("since 20" in row["note"] for row in old)

    def test_it_covers_the_arab_countries_that_have_feeds(self, catalogue: list[dict[str, str]]) -> None:
        assert {row["country"] for row in catalogue} >= ARAB


class TestExampleTopic:
    def test_it_is_a_headline_and_its_article(self, brief: str) -> None:
        headline, *rest = [line for line in brief.splitlines() if line.strip()]
        assert len(headline) <= 200
        assert 5 <= len(rest) <= 8
        assert 250 <= sum(len(paragraph.split()) for paragraph in rest) <= 350

    def test_it_names_what_the_topic_is_about(self, brief: str) -> None:
        for name in ("كوريا الشمالية", "القضية الفلسطينية", "بيونغ يانغ", "حماس", "عرفات", "بانكوك", "رودونغ سينمون"):
            assert name in brief

    @pytest.mark.shared
    def test_nothing_is_taken_over_from_the_article_that_gave_the_facts(self, brief: str, shared: Path) -> None:
        source = (shared / "topics" / "reference.txt").read_text(encoding="utf-8")
        assert runs(source, 5) & runs(brief, 5) == set()
        assert runs(source, 5) & runs(source[: len(source) // 2], 5)  # the comparison itself can find something
