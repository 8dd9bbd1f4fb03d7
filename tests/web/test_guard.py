from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from settings import Settings
from storage.engine import Database
from web import guard
from web.app import make_app
from web.guard import host_name


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "127.0.0.1:8765", "localhost:1", "LOCALHOST", "[::1]:8765", "localhost."]
)
def test_our_own_names_are_answered(client: TestClient, host: str) -> None:
    assert client.get("/", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "[::2]", "", "localhost@evil.example", "0"])
def test_other_names_are_not(client: TestClient, host: str) -> None:
    answer = client.get("/", headers={"Host": host})
    assert answer.status_code == 421
    assert "مرصد" in answer.text


def test_two_host_headers_are_refused(client: TestClient) -> None:
    assert client.get("/", headers=[("Host", "localhost"), ("Host", "evil.example")]).status_code == 400


@pytest.mark.parametrize(("host", "name"), [("[::1]:80", "::1"), ("[::1]", "::1"), ("A.B:1", "a.b"), (":1", "")])
def test_host_name(host: str, name: str) -> None:
    assert host_name(host) == name


@pytest.mark.parametrize("path", ["/", "/nothing", "/static/style.css", "/topics/x", "/search?until=x"])
def test_every_answer_has_the_headers(client: TestClient, path: str) -> None:
    headers = client.get(path).headers
    assert headers["content-security-policy"].startswith("default-src 'none'; style-src 'self'")
    assert "script-src" not in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cache-control"] == "no-store"


@pytest.mark.parametrize("path", ["/docs", "/redoc", "/openapi.json"])
def test_no_pages_for_developers(client: TestClient, path: str) -> None:
    assert client.get(path).status_code == 404


def test_head_is_answered_as_get(client: TestClient) -> None:
    assert client.head("/").status_code == 200


def test_a_form_from_another_site_is_refused(client: TestClient) -> None:
    for headers in (
        {"Origin": "http://evil.example"},
        {"Origin": "http://127.0.0.1:9999"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site", "Origin": "null"},
    ):
        answer = client.post("/topics", data={"name": "موضوع"}, headers=headers)
        assert answer.status_code == 403
        assert "لم يأت من هذه الصفحات" in answer.text


def test_a_large_body_is_refused_when_announced(client: TestClient) -> None:
    answer = client.post("/topics", content=b"x", headers={"Content-Length": "2000001"})
    assert answer.status_code == 413


def test_a_large_body_is_refused_when_not_announced(client: TestClient) -> None:
    def chunks() -> Iterator[bytes]:
        yield from [b"x" * 500_000] * 5

    assert client.post("/topics", content=chunks()).status_code == 413


def test_an_error_of_ours_is_a_page_with_the_headers(sqlite: Database) -> None:
    app = make_app(Settings(), sqlite, lambda: 1 / 0)  # type: ignore[arg-type,return-value]
    answer = TestClient(app, base_url="http://localhost", raise_server_exceptions=False).get("/status")
    assert answer.status_code == 500
    assert "ZeroDivisionError" not in answer.text
    assert answer.headers["content-security-policy"] == guard.POLICY.decode()
