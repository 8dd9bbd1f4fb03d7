"""One article under one address in two feeds of an outlet is seen twice; it is no copy, and not stored again."""

import pytest
from press import Press, news
from service import Service

from storage.models import Article, Feed, Poll

FIRST, OTHER = news(1), news(2)


def both(service: Service, press: Press, second: str) -> None:
    """Let two feeds of one host bring articles: the first the first, the second what is given."""
    press.write_feed("/a.xml", [FIRST])
    press.feeds["/b.xml"] = second.encode()
    for path in ("/a.xml", "/b.xml"):
        service.poll(service.feed(path, primed=True))
        service.clock.pass_by(minutes=1)  # at one instant the keys would say which is the first


def feed(press: Press, link: str, title: str, text: str, name: str = "قسم المدينة") -> str:
    return (
        f'<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>{name}</title>'
        f"<item><title>{title}</title><guid>b-{link}</guid><link>{press.base}{link}</link>"
        f"<description>{text}</description></item></channel></rss>"
    )


@pytest.mark.parametrize(
    "link", ["/page/n1.html", "/page/n1.html?utm_source=b", "/page/n1.html#top", "/amp/page/n1.html"]
)
def test_the_second_feed_adds_nothing(service: Service, press: Press, link: str) -> None:
    both(service, press, feed(press, link, FIRST[1], FIRST[2]))
    (article,) = service.all(Article)
    assert article.canonical == f"https://{press.base.removeprefix('http://')}/page/n1.html"
    polls = service.all(Poll)
    assert [(poll.new, poll.copies, poll.seen) for poll in polls] == [(1, 0, 0), (0, 0, 1)]
    service.poll()
    assert len(service.all(Article)) == 1


def test_a_brief_of_it_adds_nothing_either(service: Service, press: Press) -> None:
    both(service, press, feed(press, "/page/n1.html", FIRST[1], FIRST[2][:60]))
    assert len(service.all(Article)) == 1


def test_another_text_under_the_same_address_is_an_article(service: Service, press: Press) -> None:
    both(service, press, feed(press, "/page/n1.html", OTHER[1], OTHER[2]))
    assert len(service.all(Article)) == 2


def test_the_same_text_under_another_address_is_a_copy(service: Service, press: Press) -> None:
    both(service, press, feed(press, "/page/elsewhere.html", FIRST[1], FIRST[2]))
    one, other = sorted(service.all(Article), key=lambda row: row.id or 0)
    assert (other.group_id, one.group_id) == (one.id, one.id)
    assert [poll.copies for poll in service.all(Poll)] == [0, 1]


def test_a_front_page_is_no_address_of_an_article(service: Service, press: Press) -> None:
    press.feeds["/a.xml"] = feed(press, "/", FIRST[1], FIRST[2], "أ").encode()
    press.feeds["/b.xml"] = feed(press, "/", FIRST[1], FIRST[2], "ب").encode()
    for path in ("/a.xml", "/b.xml"):
        service.poll(service.feed(path, primed=True))
    assert len(service.all(Article)) == 2


def test_another_outlets_feed_keeps_its_own(service: Service, press: Press) -> None:
    press.write_feed("/a.xml", [FIRST])
    press.feeds["/b.xml"] = feed(press, "/page/n1.html", FIRST[1], FIRST[2], "مجمّع الأخبار").encode()
    service.poll(service.feed("/a.xml", primed=True))
    service.poll(service.feed("/b.xml", primed=True, host="aggregator.example"))
    assert sorted(article.outlet for article in service.all(Article)) == sorted(["صحيفة النورس", "مجمّع الأخبار"])
    assert len(service.all(Feed)) == 2
