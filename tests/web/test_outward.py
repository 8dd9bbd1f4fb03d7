"""A topic as a feed for other programs: read back by feedparser, private, the same bytes for the same stories."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

import feedparser
import pytest
from starlette.testclient import TestClient

from storage import shared
from storage.engine import Database

Call = Callable[..., Any]
FORMS = ("rss", "atom", "json")
NASTY = "إضراب\x00 \x0b<b>في</b> «الميناء» & \u202eقلب\ufffe ]]> 😀"


@pytest.fixture
def address(sqlite: Database, topic: int) -> str:
    with sqlite.write() as session:
        token = shared.token_of(session, topic, session.get_one(shared.Topic, topic).created)
    return f"/feeds/{token}/topic"


def read(answer: Any, form: str) -> list[dict[str, Any]]:
    """Give the items with title, link, id and html as a reader has them."""
    if form == "json":
        return [
            {"title": i["title"], "link": i.get("url", ""), "id": i["id"], "html": i["content_html"]}
            for i in answer.json()["items"]
        ]
    found = feedparser.parse(BytesIO(answer.content), sanitize_html=False, resolve_relative_uris=False)
    assert not found.bozo, found.get("bozo_exception")
    assert found.feed.language == "ar"
    rows = []
    for entry in found.entries:
        content = entry.content[0].value if "content" in entry else entry.description
        rows.append({"title": entry.title, "link": entry.link, "id": entry.id, "html": content})
    return rows


@pytest.mark.parametrize("form", FORMS)
def test_stories_are_read_back_with_copies_folded(
    client: TestClient, address: str, store: Call, matched: Call, form: str
) -> None:
    first = store("إضراب عمال الشحن", url="https://n.example/1?a=1&b=2")
    copy = store("إضراب عمال الشحن", group=first, url="https://other.example/1", outlet="صحيفة أخرى")
    second = store("خبر بلا رابط", url="javascript:alert(1)")
    for id in (first, copy, second):
        matched(id)
    answer = client.get(f"{address}.{form}")
    assert (answer.status_code, answer.headers["content-type"].partition("+")[0][:12]) == (200, "application/")
    rows = {row["title"]: row for row in read(answer, form)}
    assert set(rows) == {"إضراب عمال الشحن", "خبر بلا رابط"}
    told = rows["إضراب عمال الشحن"]
    assert told["link"] == "https://n.example/1?a=1&b=2"
    assert 'dir="rtl"' in told["html"]
    assert "إعادة نشر: 1" in told["html"]
    assert "n.example" in told["html"]
    assert rows["خبر بلا رابط"]["link"] == f"http://127.0.0.1:8765/articles/{second}"
    assert "alert(1)" not in answer.text


@pytest.mark.parametrize("form", FORMS)
def test_d13_whatever_an_outlet_wrote_the_feed_is_valid(
    client: TestClient, address: str, store: Call, matched: Call, form: str
) -> None:
    matched(store(NASTY.replace("\x00", ""), outlet=NASTY.replace("\x00", ""), url="https://n.example/\x01'\"<>&"))
    (row,) = read(client.get(f"{address}.{form}"), form)
    if form != "rss":  # where a reader may take a title for HTML
        assert "«الميناء»" in row["title"]
    assert not set("\x00\x0b\u202e\ufffe") & set(row["title"] + row["html"])


@pytest.mark.parametrize("form", FORMS)
def test_a_reader_that_has_it_is_told_so_and_a_new_story_changes_it(
    client: TestClient, address: str, store: Call, matched: Call, form: str
) -> None:
    matched(store("خبر أول"))
    first = client.get(f"{address}.{form}")
    tag = first.headers["etag"]
    again = client.get(f"{address}.{form}", headers={"If-None-Match": f'"other", W/{tag}'})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    matched(store("خبر ثان"))
    third = client.get(f"{address}.{form}", headers={"If-None-Match": tag})
    assert third.status_code == 200
    assert len(read(third, form)) == 2


def test_only_the_address_opens_it_and_a_new_one_ends_the_old(
    client: TestClient, sqlite: Database, topic: int, address: str
) -> None:
    assert client.get(f"{address}.rss").status_code == 200
    assert client.get(f"{address[:-7]}x/topic.rss").status_code == 404
    assert client.get("/feeds/1/topic.rss").status_code == 404
    assert client.get(f"{address}.xml").status_code in (404, 422)
    with sqlite.write() as session:
        shared.token_of(session, topic, session.get_one(shared.Topic, topic).created, rotate=True)
    assert client.get(f"{address}.rss").status_code == 404
