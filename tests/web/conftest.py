"""What the tests of the pages share: a client, and a few articles of their own."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from shutil import copyfile
from typing import Any

import pytest
from httpx import Response
from starlette.testclient import TestClient

from domain import arabic
from domain.article import Basis, Draft, Text
from domain.topics import learn
from settings import Settings
from storage import articles, copies, search, topics
from storage.engine import Database, migrate, open_database
from web.app import make_app

NOW = datetime(2026, 5, 17, 12, 30, tzinfo=UTC)
REFERENCE = (
    "دخل إضراب عمال الشحن في ميناء الصدف أسبوعه الثاني، وتكدست الحاويات على الأرصفة، فيما فشلت جولة مفاوضات "
    "جديدة بين نقابة العمال والشركة المشغلة حول الأجور وساعات العمل الليلي."
)
Store = Callable[..., int]
Matched = Callable[..., None]
Send = Callable[..., Response]


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give an empty, migrated SQLite file to copy: migrating for each of so many small tests would take most time."""
    path = tmp_path_factory.mktemp("web") / "marsad.sqlite3"
    database = open_database(f"sqlite:///{path}")
    migrate(database)
    database.close()
    return path


@pytest.fixture
def sqlite(migrated: Path, tmp_path: Path) -> Iterator[Database]:
    """Give an empty SQLite database where a service with this home would have it."""
    path = tmp_path / migrated.name
    copyfile(migrated, path)
    database = open_database(f"sqlite:///{path}")
    yield database
    database.close()


@pytest.fixture
def client(sqlite: Database) -> TestClient:
    """A browser at the address that the service answers to, which does not follow redirects."""
    app = make_app(Settings(web_allowed_hosts=("127.0.0.1", "localhost", "::1")), sqlite, lambda: NOW)
    return TestClient(app, base_url="http://127.0.0.1:8765", follow_redirects=False)


@pytest.fixture
def store(sqlite: Database) -> Store:
    """Store one article and give its id; `group` makes it a copy."""

    def add(title: str, body: str = "", *, at: datetime = NOW, group: int = 0, **values: Any) -> int:
        basis = Basis.FULL if body else Basis.HEADLINE
        given: dict[str, Any] = {
            "key": f"{title}{at}{group}",
            "text_key": f"{title}{at}{group}",
            "outlet": "صحيفة المنارة",
            "basis": basis,
            "published": at,
        } | values
        draft = Draft(title=title, body=body, event_at=at, first_seen=at, **given)
        with sqlite.write() as session:
            (id,) = articles.store(session, [(draft, 0)], None, "").values()
            copies.set_groups(session, {id: group or id})
            search.index(session, [(id, arabic.stems(title), arabic.stems(body))])
        return id

    return add


@pytest.fixture
def topic(sqlite: Database) -> int:
    """Give the id of a topic that learned from one article."""
    name, reference = "إضراب ميناء الصدف", Text("إضراب في ميناء الصدف", REFERENCE)
    with sqlite.write() as session:
        made = topics.add(session, name, learn(name, [reference]).to_json(), [(reference, "")], NOW)
    assert made.id is not None
    return made.id


@pytest.fixture
def matched(sqlite: Database, topic: int) -> Matched:
    """Write down that the topic matches an article; values of the row may be given."""

    def decide(article_id: int, at: datetime = NOW, **values: Any) -> None:
        row = {
            "topic_id": topic, "article_id": article_id, "state": "match", "score": 0.61, "basis": "full",
            "provisional": False, "version": 1, "reason": {}, "event_at": at, "decided": at,
        }  # fmt: skip
        with sqlite.write() as session:
            topics.decide(session, [row | values])

    return decide


@pytest.fixture
def send(client: TestClient) -> Send:
    """Send the form of the first page as a browser would that was just served it."""

    def post(**fields: str) -> Response:
        token = re.search(r'name="token" value="([0-9a-f]{64})"', client.get("/").text)
        assert token
        answer: Response = client.post("/topics", data={"token": token[1], **fields})
        return answer

    return post


@pytest.fixture
def press_button(client: TestClient) -> Send:
    """Send a form of any page: the address of the page it is on, where it goes to, and its fields."""

    def post(page: str, to: str, /, **fields: str) -> Response:
        token = re.search(r'name="token" value="([0-9a-f]{64})"', client.get(page).text)
        assert token
        assert f'action="{to}"' in client.get(page).text
        answer: Response = client.post(to, data={"token": token[1], **fields})
        return answer

    return post
