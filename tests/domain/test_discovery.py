import pytest

from domain.discovery import MOST_LINKS, Link, is_site, links_of, paths_of, site_address, sitemaps_of

BASE = "https://n.example/ar/"


def test_link_elements_in_every_spelling():
    page = """<head><LINK REL='alternate' TYPE="application/rss+xml" TITLE="أخبار &amp; آراء" HREF="/rss">
    <link href=//cdn.n.example/atom type=application/atom+xml rel="alternate home"/>
    <link rel="alternate" type="application/feed+json" href="feed.json"/></head>"""
    assert links_of(page, BASE) == [
        Link("https://n.example/rss", "أخبار & آراء"), Link("https://cdn.n.example/atom"),
        Link("https://n.example/ar/feed.json"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "tag",
    [
        '<link rel="alternate" type="application/rss+xml" href="/comments/feed/">',
        '<link rel="alternate" type="application/json" href="/wp-json/wp/v2/pages/1">',
        '<link rel="alternate" type="application/json+oembed" href="/oembed?x=1">',
        '<link rel="alternate" hreflang="en" href="/en/">',
        '<link rel="stylesheet" type="text/xml" href="/feed.xml">',
        '<link rel="alternate" type="application/rss+xml" href="javascript:alert(1)">',
        '<link rel="alternate" type="application/rss+xml">',
        '<a href="/feedback">رأيك</a>',
        '<a href="https://other.example/rss">خلاصة غيرنا</a>',
        '<a href="http://[::1/rss">خلاصة</a>',
    ],
)
def test_what_is_no_feed_of_the_outlet_is_left_out(tag):
    assert links_of(tag, BASE) == []


def test_links_that_look_like_feeds_come_after_those_declared():
    page = '<a href="/rss/sport.xml">رياضة</a><a href="https://www.n.example/?feed=rss2">الكل</a>'
    page += '<link rel="alternate" type="application/rss+xml" href="/main.php"><a href="/main.php">x</a>'
    assert [(link.url, link.how) for link in links_of(page, BASE)] == [
        ("https://n.example/main.php", "link"), ("https://n.example/rss/sport.xml", "page"),
        ("https://www.n.example/?feed=rss2", "page"),
    ]  # fmt: skip


def test_the_base_of_a_page_counts_and_the_number_is_bounded():
    many = "".join(f'<a href="rss/{n}.xml">x</a>' for n in range(100))
    links = links_of(f'<base href="/sub/">{many}', BASE)
    assert (links[0].url, len(links)) == ("https://n.example/sub/rss/0.xml", MOST_LINKS)


@pytest.mark.parametrize("hurt", ["<a " * 200_000, "<link " + "x=" * 400_000, "<a href='" * 100_000, "<" * 500_000])
def test_pages_made_to_hurt_are_scanned(hurt):
    assert links_of(hurt, BASE) == []


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ("n.example", "https://n.example"),
        (" n.example/ar ", "https://n.example/ar"),
        ("http://n.example", "http://n.example"),
        ("خلاصة", "خلاصة"),
        ("مثال.إختبار", "https://مثال.إختبار"),
    ],
)
def test_an_address_without_scheme(given, meant):
    assert site_address(given) == meant


def test_sites_and_paths():
    assert [is_site(url) for url in ("https://n.example/", "https://n.example/?feed=rss2", BASE)] == [
        True,
        False,
        False,
    ]
    assert paths_of(BASE)[0].url == "https://n.example/ar/feed"
    assert {"https://n.example/feed", "https://n.example/rss.xml"} <= {link.url for link in paths_of(BASE)}


def test_sitemaps_that_robots_names_beat_common_ones_and_news_come_first():
    named = ["https://n.example/all.xml", "https://n.example/news.xml"]
    assert [link.url for link in sitemaps_of(BASE, named)] == named[::-1]
    assert "https://n.example/news-sitemap.xml" in [link.url for link in sitemaps_of(BASE, [])]
