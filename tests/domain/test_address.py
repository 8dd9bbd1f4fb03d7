"""The address that identifies an article: one for all its editions, and never one for two articles."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.address import article_address, is_article_address, page_address

ONE = "https://outlet.example/news/2026/%D8%AE%D8%A8%D8%B1"
TOKEN = base64.urlsafe_b64encode(
    b'\x08\x13"\x2ahttps://outlet.example/news/2026/%D8%AE%D8%A8%D8%B1\xd2\x01\x00'
).decode()


@pytest.mark.parametrize(
    "url",
    [
        ONE,
        "http://www.outlet.example/news/2026/خبر/",
        "HTTPS://M.Outlet.Example:443/news//2026/%d8%ae%d8%a8%d8%b1#comments",
        "https://amp.outlet.example/news/2026/خبر?utm_source=rss&utm_medium=feed&fbclid=x",
        "https://mobile.outlet.example/news/2026/خبر/amp/",
        "https://outlet.example/amp/news/2026/خبر",
        "https://outlet.example/news/2026/خبر?outputType=amp",
        "https://outlet.example/news/2026/خبر?amp",
        "https://outlet.example/news/2026/خبر?m=1",
        "https://www.google.com/amp/s/amp.outlet.example/news/2026/خبر",
        "https://outlet-example.cdn.ampproject.org/c/s/outlet.example/news/2026/خبر/amp",
        "https://www.google.com/url?rct=j&url=https%3A%2F%2Foutlet.example%2Fnews%2F2026%2F%D8%AE%D8%A8%D8%B1&ct=ga",
        f"https://news.google.com/rss/articles/{TOKEN.rstrip('=')}?oc=5",
    ],
)
def test_every_edition_of_an_article_has_one_address(url: str) -> None:
    assert article_address(url) == ONE


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://outlet.example/?p=1", "https://outlet.example/?p=2"),
        ("https://outlet.example/n.aspx?id=1&lang=ar", "https://outlet.example/n.aspx?id=1&lang=en"),
        ("https://outlet.example/1", "https://other.example/1"),
        ("https://outlet.example/example", "https://outlet.example/ex"),
        ("https://outlet.example/news/1", "https://outlet.example/news/1/2"),
        ("https://outlet.example:8080/1", "https://outlet.example/1"),
        ("https://news.google.com/rss/articles/CBMiAAAAAAAAAAAAAAAAAAAA1", "https://news.google.com/rss/articles/CBMiAAAAAAAAAAAAAAAAAAAA2"),
        ("https://outlet.example/a%2Fb", "https://outlet.example/a/b"),
    ],
)  # fmt: skip
def test_two_articles_keep_two_addresses(one: str, other: str) -> None:
    assert article_address(one) != article_address(other)


def test_the_order_of_parameters_says_nothing() -> None:
    assert article_address("https://o.example/a?b=2&a=1") == article_address("https://o.example/a?a=1&b=2")


@pytest.mark.parametrize(
    "url", ["", "ftp://o.example/1", "javascript:alert(1)", "/1", "https://[::1", "https://o.example:x/"]
)
def test_what_is_no_web_address_gives_none(url: str) -> None:
    assert article_address(url) == ""


@pytest.mark.parametrize(
    ("url", "one"),
    [
        ("https://o.example/", False),
        ("https://o.example/index.html", False),
        ("https://o.example/ar/", False),
        ("https://o.example/?p=7", True),
        ("https://o.example/ar/7", True),
        ("", False),
    ],
)
def test_a_front_page_is_no_article(url: str, one: bool) -> None:
    assert is_article_address(article_address(url)) is one


@pytest.mark.parametrize(
    ("told", "served", "found"),
    [
        ("https://www.o.example/1", "https://m.o.example/1?utm_source=x", "https://o.example/1"),
        ("", "https://o.example/1", "https://o.example/1"),
        ("https://o.example/", "https://o.example/1", "https://o.example/1"),
        ("https://agency.example/1", "https://o.example/9", "https://o.example/9"),
        ("https://ar.o.com.tn/1", "https://o.com.tn/9", "https://ar.o.com.tn/1"),
        ("https://b.com.tn/1", "https://o.com.tn/9", "https://o.com.tn/9"),
    ],
)
def test_a_page_is_believed_about_its_own_outlet_only(told: str, served: str, found: str) -> None:
    assert page_address(told, served) == found


@given(st.text(max_size=80), st.text(max_size=20))
def test_folding_again_changes_nothing(path: str, query: str) -> None:
    once = article_address(f"https://www.o.example/{path}?{query}")
    assert article_address(once) == once
