"""Section pages and Telegram previews that were made to hurt: the same bars as for feeds."""

import pytest
from hostile import Harness

from domain.sections import Selectors

ITEM = '<li class="c"><a href="/n/{0}">عنوان خبر طويل من مدينة النورس رقم {0}</a></li>'
MANY = "".join(ITEM.format(n) for n in range(20_000))
POST = '<div class="tgme_widget_message" data-post="x/{0}"><div class="tgme_widget_message_text">نص {0}</div></div>'


def section(**selectors: str) -> dict:
    return {"kind": "section", "selectors": Selectors(**{"item": "li.c"} | selectors).to_json()}


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"<div>" * 800_000, "unsupported"),
        (b"<ul>" + b"<li class=c>" * 300_000, "bomb selectors_broken unsupported"),
        (f"<ul>{MANY}</ul>".encode(), "ok"),
        (b"<a href='" + b"x" * 4_000_000 + b"'>", "selectors_broken"),
        (b"<li class=c " + b"a=1 " * 400_000 + b">", "selectors_broken"),
        (b"<p>" * 1_000_000, "bomb selectors_broken unsupported"),
        (b"x" * 10_000_000, "too_large"),
        (b"<!--" * 500_000, "selectors_broken"),
        (b"\xff\xfe" + "<li class='c'>".encode("utf-16-le") * 10, "selectors_broken"),
    ],
    ids=[
        "deep",
        "items in items",
        "many",
        "one tag",
        "attributes",
        "paragraphs",
        "ten megabytes",
        "comments",
        "utf-16",
    ],
)
def test_a_section_page_that_was_made_to_hurt(harness: Harness, body: bytes, status: str):
    poll, came = harness.feed(body, "text/html; charset=utf-8", **section())
    assert poll.status in status.split()
    assert len(came) <= 300


@pytest.mark.parametrize(
    "selector",
    [
        "li:has(~ li:has(~ li:has(~ li:has(~ li.never))))",
        ":is(" * 60 + "li" + ")" * 60,
        "li:nth-last-of-type(2n + 1 of li:not(:has(b)))",
        "*:not(:has(*:not(:has(*:not(:has(*))))))",
        "li.c[",
        "li::before",
        "(" * 300,
    ],
)
def test_a_selector_that_takes_too_long_or_is_none_is_a_status(harness: Harness, selector: str):
    poll, _ = harness.feed(f"<ul>{MANY[:120_000]}</ul>".encode(), "text/html", **section(item=selector))
    assert poll.status in ("ok", "bomb", "selectors_broken")


@pytest.mark.parametrize(
    "href",
    ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "//", "http://", "#a", "mailto:a@b.example"],
)
def test_a_link_that_is_no_article_is_none(harness: Harness, href: str):
    good = ITEM.format(1)
    poll, came = harness.feed(
        f'<ul>{good}<li class="c"><a href="{href}">عنوان يقود إلى ما ليس خبرا</a></li></ul>'.encode(),
        "text/html",
        **section(),
    )
    assert poll.status == "ok"
    assert [article.url.rpartition("/")[2] for article in came] == ["1"]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"<div class=tgme_main>" + b"<div>" * 500_000, "unsupported"),
        ("".join(POST.format(n) for n in range(30_000)).encode(), "ok"),
        (b"<div class='tgme_widget_message' data-post='x/1'>" * 150, "ok"),
        (b"<div class=tgme_widget_message_text>" * 100_000, "unsupported"),
        (b"x" * 10_000_000, "too_large"),
    ],
    ids=["deep", "many", "posts in posts", "texts in texts", "ten megabytes"],
)
def test_a_channel_that_was_made_to_hurt(harness: Harness, body: bytes, status: str):
    poll, came = harness.feed(body, "text/html; charset=utf-8", kind="telegram", rank=0)
    assert poll.status == status
    assert len(came) <= 300
