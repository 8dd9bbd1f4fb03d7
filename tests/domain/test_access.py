"""What an operator may say of how an outlet is reached, and that none of it is ever shown."""

import pytest

from domain.access import Access, may_tell, merged, read_cookie, read_header, read_proxy
from domain.errors import BadInput

CANARY = "canary-91ab"


def test_headers_and_cookies_are_read():
    assert read_header("X-Key:  قيمة".encode().decode("latin-1")) == ("X-Key", "قيمة".encode().decode("latin-1"))
    assert read_header("Referer: https://outlet.example/") == ("Referer", "https://outlet.example/")
    assert read_cookie("session=abc=12/3") == ("session", "abc=12/3")
    assert read_cookie('a="b"') == ("a", '"b"')


@pytest.mark.parametrize(
    "text",
    [
        *(f"X-Key {CANARY}", f"X Key: {CANARY}", f"X-Key: {CANARY}\r\nHost: a", f": {CANARY}", f"Host: {CANARY}"),
        *(f"Cookie: {CANARY}", f"Proxy-Authorization: {CANARY}", f"transfer-encoding: {CANARY}", f"مفتاح: {CANARY}"),
        *(f"X-Key: {CANARY}\0", f"X-Key: {CANARY}ق", f"X-Key: {CANARY * 500}"),
    ],
)
def test_a_header_that_cannot_be_sent_is_refused_without_its_value(text):
    with pytest.raises(BadInput) as refused:
        read_header(text)
    assert CANARY not in str(refused.value)


@pytest.mark.parametrize(
    "text", [CANARY, f"a b={CANARY}", f"a={CANARY};b=1", f"a={CANARY} ", f"a={CANARY}\n,", f"={CANARY}"]
)
def test_a_cookie_that_cannot_be_sent_is_refused_without_its_value(text):
    if text.endswith(" "):
        assert read_cookie(text) == ("a", CANARY)
        return
    with pytest.raises(BadInput) as refused:
        read_cookie(text)
    assert CANARY not in str(refused.value)


def test_a_proxy_is_read_apart_from_its_credentials():
    assert read_proxy("http://u%40x:p%3A@proxy.example:3128") == ("http://proxy.example:3128", ("u@x", "p:"))
    assert read_proxy("https://[2001:db8::1]:8443/") == ("https://[2001:db8::1]:8443", None)


@pytest.mark.parametrize(
    "text",
    ["socks5://u:canary-91ab@a:1", "proxy:3128", "http://", "http://u:canary-91ab@a:x", "http://a/b", "http://a?q"],
)
def test_another_proxy_is_refused_without_its_credentials(text):
    with pytest.raises(BadInput) as refused:
        read_proxy(text)
    assert CANARY not in str(refused.value)


FULL = Access("outlet.example", "http://p.example", ("u", CANARY), (("X-Key", CANARY),), (("session", CANARY),))


def test_nothing_that_may_be_shown_holds_a_secret():
    assert CANARY not in repr(FULL) + str(FULL) + str(FULL.shown())
    assert FULL.shown()["headers"] == ["X-Key"]
    assert Access.from_json(FULL.to_json()) == FULL
    assert Access.from_json({}) == Access()
    assert [Access().is_plain, FULL.is_plain] == [True, False]


@pytest.mark.parametrize(
    ("site", "away", "secure", "told"),
    [
        ("outlet.example", False, True, True),
        ("outlet.example", True, True, False),
        ("outlet.example", False, False, False),
        ("evil.example", False, True, False),
        ("", False, True, False),
    ],
)
def test_secrets_go_to_the_outlet_alone(site, away, secure, told):
    assert may_tell(FULL, site, away, secure) is told
    assert not may_tell(Access(), site, away, secure)


def test_a_later_header_takes_the_place_of_an_earlier_one():
    assert merged([("X-Key", "1"), ("b", "2")], [("x-key", "3")]) == (("x-key", "3"), ("b", "2"))
    with pytest.raises(BadInput):
        merged([], [(f"a{n}", "") for n in range(40)])
