"""Lists of feeds in and out, and lists that are made to hurt."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import BadInput
from domain.opml import MOST_BYTES, MOST_DEPTH, MOST_OUTLINES, Outline, read_opml, write_opml

ADDRESS = "https://n.example/rss"


def opml(body: str, head: str = "") -> bytes:
    return f'<?xml version="1.0"?>{head}<opml version="2.0"><head/><body>{body}</body></opml>'.encode()


def test_folders_and_our_own_attributes_come_back() -> None:
    feeds = [
        Outline(ADDRESS, "النورس", "https://n.example/", "صحف/لبنان", "صحيفة النورس", "LB", "ar"),
        Outline("https://s.example/a?x=1&y=2", 'السهل "الأخضر" <1>', folder="صحف/لبنان"),
        Outline("https://w.example/feed", "الوادي"),
    ]
    assert sorted(read_opml(write_opml(feeds).encode()), key=lambda f: f.url) == feeds


NAMES = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zs", "Zl", "Zp")), max_size=20)
OUTLINES = st.builds(
    Outline, NAMES.filter(bool), NAMES.filter(bool), NAMES, NAMES.map(lambda name: name.strip("/")), NAMES, NAMES, NAMES
)


@given(st.lists(OUTLINES, unique_by=lambda feed: feed.url, min_size=1, max_size=8))
def test_what_is_written_is_read_again(feeds: list[Outline]) -> None:
    odd = {"\ufffe", "\uffff"}
    clean = [f for f in feeds if f.title != f.url and odd.isdisjoint("".join(map(str, _values(f))))]
    if clean:
        back = read_opml(write_opml(clean).encode())
        assert sorted(back, key=lambda f: f.url) == sorted(clean, key=lambda f: f.url)


def _values(feed: Outline) -> tuple[str, ...]:
    return feed.url, feed.title, feed.site_url, feed.folder, feed.outlet, feed.country, feed.language


def test_characters_that_xml_forbids_are_left_out() -> None:
    (back,) = read_opml(write_opml([Outline(ADDRESS, "خبر\x00\x1b\ud800\uffff", folder="أ\x02ب")]).encode())
    assert (back.title, back.folder) == ("خبر", "أب")


def test_nested_folders_an_address_twice_and_outlines_without_address() -> None:
    inner = f'<outline text="ب"><outline text="خبر" xmlUrl=" {ADDRESS} "/><outline text="فارغ"/></outline>'
    again = f'<outline text="ج"><outline title="ثانية" xmlUrl="{ADDRESS}"/><outline xmlUrl=""/></outline>'
    assert read_opml(opml(f'<outline text="أ">{inner}</outline>{again}')) == [Outline(ADDRESS, "خبر", folder="أ/ب")]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "windows-1256"])
def test_encodings(encoding: str) -> None:
    name = encoding.removesuffix("-sig")
    text = f'<?xml version="1.0" encoding="{name}"?><opml><body><outline text="خبر" xmlUrl="{ADDRESS}"/></body></opml>'
    assert read_opml(text.encode(encoding)) == [Outline(ADDRESS, "خبر")]


BOMB = '<!DOCTYPE opml [<!ENTITY a "خبر"><!ENTITY b "&a;&a;&a;">]>'


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-be"])
def test_declared_entities_are_refused_in_any_encoding(encoding: str) -> None:
    text = f'<?xml version="1.0" encoding="{encoding[:6].rstrip("-")}"?>{BOMB}<opml><body>'
    text += f'<outline text="&b;" xmlUrl="{ADDRESS}"/></body></opml>'
    with pytest.raises(BadInput, match="entities"):
        read_opml(text.encode(encoding))


def test_outlines_too_deep_are_refused() -> None:
    inside = f'<outline xmlUrl="{ADDRESS}"/>'
    deep = MOST_DEPTH - 1
    assert read_opml(opml('<outline text="أ">' * deep + inside + "</outline>" * deep))
    for deep in (MOST_DEPTH + 1, 100_000):
        with pytest.raises(BadInput, match="too deep"):
            read_opml(opml('<outline text="أ">' * deep + inside + "</outline>" * deep))


def test_other_elements_may_be_deep_without_harm() -> None:
    body = "<x>" * 100_000 + f'<outline xmlUrl="{ADDRESS}"/>' + "</x>" * 100_000
    assert read_opml(opml(body)) == [Outline(ADDRESS)]


def test_too_many_feeds_are_refused() -> None:
    with pytest.raises(BadInput, match="too long"):
        read_opml(opml("".join(f'<outline xmlUrl="h{n}"/>' for n in range(MOST_OUTLINES + 1))))


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\x00",
        "خبر".encode(),
        b"{}",
        opml("<outline>"),
        opml("<outline text='&nbsp;' xmlUrl='x'/>"),
        b'<?xml version="1.0" encoding="no-such"?><opml/>',
        b"\xff\xfe<\x00",
    ],
)
def test_what_is_not_opml_is_said_to_be_none(body: bytes) -> None:
    with pytest.raises(BadInput, match="not OPML"):
        read_opml(body)


def test_a_list_without_feeds_and_one_too_large_say_so() -> None:
    with pytest.raises(BadInput, match="no feed"):
        read_opml(opml('<outline text="مجلد"/>'))
    with pytest.raises(BadInput, match="20 MB"):
        read_opml(b" " * (MOST_BYTES + 1))


def test_folders_in_folders_are_written_as_such() -> None:
    feeds = [
        Outline("https://a.example/", "ا", folder="صحف/لبنان"), Outline("https://b.example/", "ب", folder="صحف"),
        Outline("https://c.example/", "ج"), Outline("https://d.example/", "د", folder="صحف/لبنان/يومية"),
        Outline("https://e.example/", "ه", folder="وكالات"),
    ]  # fmt: skip
    written = write_opml(feeds)
    assert [written.count(f'<outline text="{name}">') for name in ("صحف", "لبنان", "يومية", "وكالات")] == [1, 1, 1, 1]
    assert sorted(read_opml(written.encode()), key=lambda f: f.url) == feeds


def test_folders_as_deep_as_they_may_be() -> None:
    (back,) = read_opml(write_opml([Outline(ADDRESS, folder="/".join("أ" * 500))]).encode())
    assert back.folder.count("أ") == MOST_DEPTH - 1


def test_other_spellings_and_categories() -> None:
    body = f'<outline TEXT="خبر" xmlURL="{ADDRESS}" HTMLURL="https://n.example/" category="/صحف/لبنان,/الكل"/>'
    assert read_opml(opml(body)) == [Outline(ADDRESS, "خبر", "https://n.example/", "صحف/لبنان")]
    assert read_opml(opml(f'<outline text="{ADDRESS}" xmlUrl="{ADDRESS}"/>')) == [Outline(ADDRESS)]


def test_a_mistake_is_told_with_its_line() -> None:
    with pytest.raises(BadInput, match="line 2"):
        read_opml(opml(f'\n<outline xmlUrl="{ADDRESS}?a=1&b=2"/>'))
