from domain.sitemaps import Child, choose

AT = "https://n.example/"


def test_news_come_first_and_pictures_last():
    names = ("image-sitemap.xml", "post-sitemap.xml", "news-sitemap.xml", "author-sitemap.xml")
    assert choose([Child(AT + name) for name in names], 2) == [AT + "news-sitemap.xml", AT + "post-sitemap.xml"]


def test_the_one_changed_last_comes_first_else_the_latest_month_else_the_first_named():
    changed = [Child(f"{AT}{n}.xml", f"2026-11-{n}T10:00:00Z") for n in (21, 23, 22)]
    assert choose(changed, 3) == [f"{AT}{n}.xml" for n in (23, 22, 21)]
    months = [Child(f"{AT}s-2025-12.xml"), Child(f"{AT}s-2026-02.xml"), Child(f"{AT}s-2026-01.xml")]
    assert choose(months, 1) == [f"{AT}s-2026-02.xml"]
    assert choose([Child(f"{AT}{n}.xml") for n in "abc"], 2) == [f"{AT}a.xml", f"{AT}b.xml"]


def test_each_address_once_and_nothing_of_nothing():
    assert choose([Child(AT), Child(AT), Child(AT, "2026")], 5) == [AT]
    assert choose([], 3) == []
