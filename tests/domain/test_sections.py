"""Which list on a page is that of its news, Telegram's and Google's addresses, and selectors."""

import pytest

from domain.address import inner_address, search_address
from domain.discovery import telegram_address
from domain.errors import BadInput
from domain.sections import Candidate, Selectors, best, is_headline, make_selectors, samples, score

HEADLINES = [f"وزير النقل يفتتح الجسر رقم {n} في مدينة المرجان" for n in range(30)]


def candidate(name: str, titles: list[str], inside: bool = False, dated: bool = False, start: int = 0) -> Candidate:
    items = tuple((title, f"https://o.example/n/{start + n}", dated) for n, title in enumerate(titles))
    return Candidate(Selectors(name), items, inside)


@pytest.mark.parametrize(
    ("text", "good"),
    [
        (HEADLINES[0], True),
        ("الرئيسية", False),
        ("سياسة واقتصاد", False),
        ("Minister opens the new bridge in town", False),
        ("iPhone 17 يصل إلى الأسواق العربية هذا الأسبوع", True),
        ("كلمة " * 60, False),
    ],
)
def test_a_headline_is_told_from_a_menus_words(text, good):
    assert is_headline(text) is good


def test_the_list_of_news_is_better_than_menu_and_side_column():
    news = candidate("article", HEADLINES[:20], dated=True)
    menu = candidate("li", ["سياسة", "اقتصاد", "رياضة", "ثقافة وفنون", "الرأي"], start=100)
    side = candidate("aside li", HEADLINES[20:28], inside=True, start=200)
    same = candidate("article > h2", HEADLINES[:20])
    assert [found.selectors.item for found in best([menu, side, same, news])] == ["article", "aside li"]
    assert score(menu) == 0
    assert list(samples(news)) == HEADLINES[:3]


def test_three_items_or_one_article_many_times_are_no_list():
    assert score(candidate("a", HEADLINES[:3])) == 0
    assert score(Candidate(Selectors("a"), tuple((t, "https://o.example/n", True) for t in HEADLINES))) == 0
    assert score(Candidate(Selectors("a"), tuple((t, f"https://o.example/tag/{t}", True) for t in HEADLINES))) == 0


def test_selectors_are_made_and_kept():
    made = make_selectors(item=" article  .card ", link="", title="h2", time="time", summary="")
    assert made == Selectors("article .card", "", "h2", "time", "")
    assert Selectors.from_json(made.to_json()) == made
    with pytest.raises(BadInput, match="--item"):
        make_selectors(item="", title="h2")
    with pytest.raises(BadInput, match="title"):
        make_selectors(item="li", title="a" * 301)


@pytest.mark.parametrize(
    "text",
    [
        "t.me/alnawras",
        "https://t.me/s/alnawras",
        "@alnawras",
        "http://www.t.me/alnawras/",
        "https://telegram.me/alnawras",
    ],
)
def test_a_telegram_channel_is_known_by_any_of_its_addresses(text):
    assert telegram_address(text) == "https://t.me/s/alnawras"


@pytest.mark.parametrize(
    "text", ["t.me/joinchat/AAA", "https://t.me/+abc", "@ab", "https://o.example/s/nawras", "@مرصد"]
)
def test_what_is_no_public_channel_is_none(text):
    assert telegram_address(text) == ""


def test_the_address_of_a_search_feed():
    wanted = "https://news.google.com/rss/search?q=site%3Ao.example+when%3A2d&hl=ar&gl={0}&ceid={0}%3Aar"
    assert search_address("o.example", "sa") == wanted.format("SA")
    assert search_address("o.example", "YE") == search_address("o.example") == wanted.format("EG")


def test_a_search_engines_link_is_undone_where_it_holds_the_address():
    token = "CBMiJ2h0dHBzOi8vd3d3LnNhbXBsZS5leGFtcGxlL25ld3MvYnJpZGdl0gEA"
    assert (
        inner_address(f"https://news.google.com/rss/articles/{token}?oc=5") == "https://www.sample.example/news/bridge"
    )
    assert inner_address("https://news.google.com/rss/articles/CBMiAUFVX3lxTE1vcGFxdWU?oc=5") == ""
    assert inner_address("https://o.example/a") == "https://o.example/a"
