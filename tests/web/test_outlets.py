"""The pages of outlets: the list, the card, and the backfill that is asked for there."""

from datetime import UTC, datetime

import pytest
from starlette.testclient import TestClient

from domain.backfill import Ended
from domain.outlets import ARAB_LEAGUE, Card, OutletKind, Sure
from storage import backfills, feeds, outlets
from storage.engine import Database
from web import outlet_words

NOW = datetime(2026, 5, 17, 12, 30, tzinfo=UTC)
CARD = Card(
    "صحيفة النورس", "Nawras", "", "EG", "party", "حزب <b>الميناء</b>", False, "يصف نفسه بالمستقل", "https://nawras.example/",
    "Africa/Cairo", "", "https://source.example/nawras", "medium",
)  # fmt: skip


@pytest.fixture
def outlet(sqlite: Database) -> int:
    with sqlite.write() as session:
        outlets.put(session, [CARD, Card("وكالة المرفأ", country="LB", kind="state", agency=True, confidence="low")])
        return outlets.get(session, "Nawras").id or 0


def test_without_cards_the_page_says_how_to_get_them(client: TestClient) -> None:
    assert "feeds import --pack arabic" in client.get("/outlets").text


def test_the_list_is_narrowed_by_country_and_kind(client: TestClient, outlet: int) -> None:
    page = client.get("/outlets").text
    assert "صحيفة النورس" in page
    assert "وكالة المرفأ" in page
    assert "وكالة المرفأ" not in client.get("/outlets?country=EG").text
    assert "صحيفة النورس" not in client.get("/outlets?kind=state").text
    assert client.get("/outlets?country=<script>").status_code == 422


def test_a_card_names_its_source_and_how_sure_it_is(client: TestClient, sqlite: Database, outlet: int) -> None:
    with sqlite.write() as session:
        feeds.add(session, "https://nawras.example/rss", NOW, outlet="صحيفة النورس").health = "quiet"
    page = client.get(f"/outlets/{outlet}").text
    for part in ("مصر", "حزبية", "&lt;b&gt;الميناء", "يصف نفسه بالمستقل", "source.example", "متوسطة", "صامتة"):
        assert part in page
    assert f'href="/outlets/{outlet}"' in client.get("/feeds").text
    assert "لا مصدر معروف" in client.get(f"/outlets/{outlet + 1}").text
    assert client.get("/outlets/99").status_code == 404


def test_a_backfill_is_asked_for_shown_and_stopped(
    client: TestClient, sqlite: Database, outlet: int, press_button
) -> None:
    assert press_button(f"/outlets/{outlet}", f"/outlets/{outlet}/backfill", since="2026-03-01").status_code == 303
    with sqlite.read() as session:
        (row,) = backfills.listing(session)
    assert (row.outlet, row.since.date().isoformat(), row.state) == ("صحيفة النورس", "2026-03-01", "waiting")
    with sqlite.write() as session:
        stored = backfills.get(session, row.id)
        stored.oldest, stored.done, stored.total = NOW - (NOW - row.since) / 2, 3, 8
        session.add(stored)
    page = client.get(f"/outlets/{outlet}").text
    assert 'value="50"' in page
    assert "3 / 8" in page
    assert press_button(f"/outlets/{outlet}", f"/backfills/{row.id}/stop").headers["location"] == f"/outlets/{outlet}"
    assert "أوقفه المستخدم" in client.get(f"/outlets/{outlet}").text


@pytest.mark.parametrize("since", ["", "أمس", "2027-01-01", "1800-01-01"])
def test_a_date_that_cannot_be_is_said(sqlite: Database, outlet: int, press_button, since: str) -> None:
    answer = press_button(f"/outlets/{outlet}", f"/outlets/{outlet}/backfill", since=since)
    assert answer.status_code == 422
    assert outlet_words.BAD_SINCE in answer.text
    with sqlite.read() as session:
        assert backfills.listing(session) == []


def test_an_outlet_without_feed_and_site_has_no_way_back(outlet: int, press_button) -> None:
    answer = press_button(f"/outlets/{outlet + 1}", f"/outlets/{outlet + 1}/backfill", since="2026-03-01")
    assert answer.status_code == 422
    assert outlet_words.NO_WAY_BACK in answer.text


def test_each_name_has_its_words() -> None:
    assert set(outlet_words.KINDS) == set(OutletKind)
    assert set(outlet_words.SURE) == set(Sure)
    assert set(outlet_words.ENDED) == set(Ended)
    assert set(outlet_words.COUNTRIES) >= set(ARAB_LEAGUE)
