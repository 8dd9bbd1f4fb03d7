"""Articles that an analyst has already: texts, saved pages, addresses and archives, read whole or refused whole."""

import gzip
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from press import NAME, STORY, Press
from service import HEADLINE, Service
from stored import NOON

from domain.article import Text
from domain.errors import BadInput
from storage.models import Article, Match, PageJob
from worker.imports import UNKNOWN_OUTLET, add_given, fetch_given, import_rows, read_given, read_lines
from worker.keep import Kept

PAGE = (
    f'<!DOCTYPE html><html lang="ar"><head><title>{HEADLINE}</title></head><body>'
    f"<article><h1>{HEADLINE}</h1><p>{STORY}</p></article></body></html>"
)
ROW = {
    "id": "7", "title": HEADLINE, "text": STORY, "outlet": "صحيفة النورس", "published": "2018-06-01T10:00:00+03:00",
    "section": "محليات", "author": "هدى سالم", "url": "https://n.example/7",
}  # fmt: skip


def lines(*rows: dict[str, Any]) -> bytes:
    return "\n".join(json.dumps(row, ensure_ascii=False) for row in rows).encode()


def store(service: Service, *rows: dict[str, Any]) -> Kept:
    total = Kept()
    for _, kept in import_rows(service.context, read_lines("a.jsonl", lines(*rows))):
        total.new += kept.new
        total.copies += kept.copies
        total.matches += kept.matches
    return total


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "windows-1256"])
def test_a_text_in_any_encoding(encoding: str) -> None:
    assert read_given("a.txt", f"{HEADLINE}\n\n{STORY}".encode(encoding)).text == Text(HEADLINE, STORY)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("before", ["", "\n  "])
def test_a_saved_page_in_any_encoding(encoding: str, before: str) -> None:
    given = read_given("a.html", (before + PAGE).encode(encoding))
    assert (given.text, given.url, given.outlet) == (Text(HEADLINE, STORY), "", "")


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"", "is empty"),
        (b" \n\t ", "is empty"),
        (b"\xef\xbb\xbf", "is empty"),
        (b"<html><body></body></html>", "no article found"),
        (b"<rss version='2.0'><channel/></rss>", "no article found"),
    ],
)
def test_what_holds_no_article_says_so(body: bytes, said: str) -> None:
    with pytest.raises(BadInput, match=rf"a\.txt.*{said}|{said}.*a\.txt"):
        read_given("a.txt", body)


def test_an_address_gives_the_text_and_what_the_page_knows(service: Service, press: Press) -> None:
    facts = '{"@type":"NewsArticle","datePublished":"2026-04-05T09:00:00Z","author":{"name":"هدى سالم"}}'
    press.pages["/7.html"] = PAGE.replace(
        "</head>", f'<script type="application/ld+json">{facts}</script></head>'
    ).encode()
    given = fetch_given(service.context, press.base + "/7.html")
    assert (given.text, given.url, given.outlet) == (Text(HEADLINE, STORY), press.base + "/7.html", "127.0.0.1")
    assert (given.published, given.author) == (datetime(2026, 4, 5, 9, tzinfo=UTC), "هدى سالم")


@pytest.mark.parametrize("address", ["nothing", "http://192.168.1.1/", "http://no.invalid/"])
def test_an_address_that_gives_nothing_says_why(service: Service, address: str) -> None:
    with pytest.raises(BadInput, match="cannot fetch"):
        fetch_given(service.context, address)


def test_a_given_article_is_stored_matched_and_alerts_nobody(service: Service) -> None:
    service.tell(service.topic())
    with service.db.read() as session:
        service.context.detector.refresh(session)
    id, kept = add_given(service.context, read_given("a.txt", f"{HEADLINE}\n{STORY}".encode()))
    assert (kept.new, kept.matches, kept.alerts) == (1, 1, [])
    article = service.only(Article)
    assert (article.id, article.title, article.text, article.basis) == (id, HEADLINE, STORY, "full")
    assert (article.outlet, article.event_at, article.language) == (UNKNOWN_OUTLET, NOON, "ar")
    again, nothing = add_given(service.context, read_given("a.txt", f"{HEADLINE}\n{STORY}".encode()))
    assert (again, nothing.new + nothing.copies) == (id, 0)


def test_a_row_of_an_archive_is_kept_with_all_that_is_known(service: Service) -> None:
    assert store(service, ROW).new == 1
    article = service.only(Article)
    found = {name: getattr(article, name) for name in ("title", "text", "outlet", "section", "author", "url")}
    assert found == {name: ROW[name] for name in found}
    assert article.published == article.event_at == datetime(2018, 6, 1, 7, tzinfo=UTC)
    assert (article.first_seen, article.may_alert, article.basis) == (NOON, False, "full")


def test_an_archive_is_matched_alerts_nobody_and_asks_for_no_page(service: Service) -> None:
    service.tell(service.topic(NAME))
    total = store(service, ROW, {"id": "8", "title": "عنوان وحده", "url": "https://n.example/8"})
    assert (total.new, total.matches) == (2, 1)
    assert (len(service.all(Match)), service.alerts(), service.all(PageJob)) == (1, [], [])
    assert [(a.basis, a.text_status) for a in service.all(Article)] == [("full", ""), ("headline", "empty")]


def test_the_same_archive_again_stores_nothing_and_a_copy_is_a_row(service: Service) -> None:
    copy = ROW | {"id": "9", "outlet": "صحيفة الوادي", "url": "https://w.example/9"}
    assert (store(service, ROW, ROW, copy).new, len(service.all(Article))) == (1, 2)
    assert (store(service, ROW, copy).new, len(service.all(Article))) == (0, 2)
    assert len({article.group_id for article in service.all(Article)}) == 1


def test_two_outlets_may_use_the_same_ids(service: Service) -> None:
    other = {"id": "7", "title": "معرض الخط", "text": "افتتح المعرض في قاعة المدينة.", "outlet": "صحيفة الوادي"}
    assert store(service, ROW, other).new == 2


def test_what_neither_database_keeps_is_taken_out(service: Service) -> None:
    row = {"title": "خبر\x00 \ud800عاجل", "text": "نص\x00 الخبر", "outlet": "\udfff", "id": "\ud800"}
    body = json.dumps(row).encode()
    list(import_rows(service.context, read_lines("a.jsonl", body)))
    article = service.only(Article)
    assert (article.title, article.text, article.outlet) == ("خبر ?عاجل", "نص الخبر", "?")


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("https://n.example/خبر", "https://n.example/خبر"),
        ("javascript:alert(1)", ""),
        ("/7.html", ""),
        ("https://n.example/\x1b[31m", "https://n.example/[31m"),
    ],
)
def test_only_web_addresses_are_kept_as_links(service: Service, url: str, kept: str) -> None:
    store(service, ROW | {"url": url})
    assert service.only(Article).url == kept


@pytest.mark.parametrize("title", ["", "  ", None])
def test_a_row_without_headline_takes_its_first_words(service: Service, title: str | None) -> None:
    store(service, {"title": title, "text": "نص الخبر\nبقيته"})
    assert service.only(Article).title == "نص الخبر"


@pytest.mark.parametrize("packed", [False, True])
def test_lines_may_be_packed_blank_or_begin_with_a_mark(packed: bool) -> None:
    body = b"\xef\xbb\xbf" + lines(ROW, ROW).replace(b"\n", b"\r\n\r\n") + b"\n\n"
    assert read_lines("a.jsonl", gzip.compress(body) if packed else body) == [ROW, ROW]


BAD = gzip.compress(lines(*[ROW | {"id": str(n)} for n in range(50)]))


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (lines(ROW) + b"\nnonsense", "line 2: not JSON"),
        (lines(ROW) + b"\n[1]", "line 2: not an object"),
        (lines(ROW) + b"\n\n{}", "line 3: not an object"),
        (lines({"title": " ", "text": None}), "line 1: not an object"),
        (b'{"title": "\xff\xff"}', "line 1: not JSON"),
        (b'{"title": ' + b"[" * 100_000, "line 1: not JSON"),
        (BAD[:-20], "not a whole gzip"),
        (BAD[:200] + bytes(b ^ 0x55 for b in BAD[200:240]) + BAD[240:], "not a whole gzip"),
        (BAD[:4], "not a whole gzip"),
    ],
)
def test_a_bad_archive_is_refused_whole_with_the_place(body: bytes, said: str) -> None:
    with pytest.raises(BadInput, match=said):
        read_lines("a.jsonl", body)
