from typing import Any

import pytest
from starlette.testclient import TestClient

from web.forms import COOKIE, Signer, new_cookie


def test_a_token_belongs_to_one_cookie_and_one_process() -> None:
    signer, cookie = Signer(), new_cookie()
    assert signer.right(cookie, signer.token(cookie))
    assert not signer.right(new_cookie(), signer.token(cookie))
    assert not Signer().right(cookie, signer.token(cookie))
    assert not signer.right("", signer.token(""))
    assert not signer.right(cookie, "ليس رمزًا")


def test_the_secret_is_not_shown() -> None:
    assert "secret" not in repr(Signer())


def test_the_cookie_stays_on_this_site(client: TestClient) -> None:
    cookie = client.get("/").headers["set-cookie"]
    assert cookie.startswith(f"{COOKIE}=")
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    assert "set-cookie" not in client.get("/").headers


@pytest.mark.parametrize("token", ["", "0" * 64, "ليس رمزًا"])
def test_a_wrong_token_keeps_what_was_typed(client: TestClient, token: str) -> None:
    client.get("/")
    answer = client.post("/topics", data={"name": "ميناء الصدف", "text": "نص <كُتب> بعناية", "token": token})
    assert answer.status_code == 403
    assert "انتهت صلاحية هذا النموذج" in answer.text
    assert 'value="ميناء الصدف"' in answer.text
    assert "نص &lt;كُتب&gt; بعناية" in answer.text


def test_a_token_without_its_cookie_is_wrong(client: TestClient, send: Any) -> None:
    client.get("/")
    client.cookies.clear()
    assert client.post("/topics", data={"name": "ا", "token": "0" * 64}).status_code == 403


def test_other_bodies_are_refused(client: TestClient) -> None:
    assert client.post("/topics", json={"name": "ا"}).status_code == 415
    assert client.post("/topics", files={"text": b"x"}).status_code == 415
    assert client.post("/topics", data={f"f{n}": "x" for n in range(21)}).status_code == 400
