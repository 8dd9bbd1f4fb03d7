"""Known entries are cut out before parsing, and what becomes of a feed is the same as when all of it is parsed."""

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from service import QUIET, Clock
from sqlalchemy import select, update
from stored import NOON

from domain.fetching import FetchStatus
from settings import Settings
from storage import feeds, queue, served
from storage.engine import Database, open_database
from storage.models import Article, Feed, Poll, Revision
from worker import parts, pipeline, ways
from worker.answer import Fetched
from worker.context import Context, Held
from worker.detect import Detector

URL = "https://nawras.example/rss.xml"
RSS = (
    '<?xml version="1.0" encoding="utf-8"?><rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" '
    'xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>صحيفة النورس</title>'
    "<link>https://nawras.example/</link>",
    "</channel></rss>",
)
RDF = (
    '<?xml version="1.0"?><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
    'xmlns="http://purl.org/rss/1.0/" xmlns:content="http://purl.org/rss/1.0/modules/content/" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="x"><title>صحيفة النورس</title>'
    "<items><rdf:Seq></rdf:Seq></items></channel>",
    "</rdf:RDF>",
)
ATOM = (
    '<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><title>صحيفة النورس</title>'
    "<id>urn:nawras</id><updated>2026-04-06T10:00:00Z</updated>",
    "</feed>",
)


@dataclass
class Reader:
    """A worker that visits one feed, whose bodies the test hands in."""

    context: Context
    clock: Clock
    empty: Path
    feed_id: int = 0

    def begin(self) -> None:
        """Begin with an empty database."""
        self.context.db.close()
        for path in self.context.settings.home.glob("marsad.sqlite3*"):
            path.unlink()
        shutil.copyfile(self.empty, self.context.settings.home / "marsad.sqlite3")
        self.clock.now = NOON
        with self.context.db.write() as session:
            self.feed_id = feeds.add(session, URL, NOON, host="nawras.example", outlet="النورس").id or 0

    def visit(self, body: bytes, content_type: str = "application/rss+xml") -> pipeline.Visit:
        self.clock.pass_by(hours=1)
        kind, lease = queue.KINDS["feeds"], timedelta(minutes=1)
        with self.context.db.write() as session:
            feeds.make_due(session, self.clock.now)
            token, _ = queue.take(session, kind, [self.feed_id], self.clock.now, lease)
        with self.context.db.read() as session:
            (feed,) = feeds.several(session, [self.feed_id])
        fetched = Fetched(URL, FetchStatus.OK, 200, body, content_type, sha256=str(hash(body)))
        visit = pipeline.read_feed(self.context, feed, fetched)
        held = Held(kind, token, [self.feed_id])
        self.context.db.transact(lambda session: pipeline._store(self.context, session, held, [visit]))
        return visit

    def outcome(self) -> list[Any]:
        """Give everything that came of all visits, but for what is kept to spare work, and for when it is due next."""
        left_out = {"due", "stubs"}
        with self.context.db.read() as session:
            return [
                [row.model_dump(exclude=left_out) for row in session.execute(select(table)).scalars()]
                for table in (Article, Revision, Poll, Feed)
            ]  # fmt: skip


@pytest.fixture(scope="module")
def readers(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Reader, Reader]]:
    """Give two workers with a database each."""
    made = []
    for name in ("cut", "plain"):
        path = tmp_path_factory.mktemp(name) / "marsad.sqlite3"
        path.write_bytes(migrated_sqlite.read_bytes())
        db, clock = open_database(f"sqlite:///{path}"), Clock(NOON)
        context = Context(Settings(home=path.parent, **QUIET), db, clock, Detector())
        made.append(Reader(context, clock, migrated_sqlite))
    yield made[0], made[1]
    for reader in made:
        reader.context.db.close()


@pytest.fixture
def reader(readers: tuple[Reader, Reader]) -> Reader:
    readers[0].begin()
    return readers[0]


def item(n: int, text: str = "", *, id: str | None = None, link: str = "", title: str = "", more: str = "") -> str:
    told = text or f"تفاصيل الخبر {n} كما وردت من مراسلنا في النورس صباح اليوم"
    guid = f"<guid>{n if id is None else id}</guid>" if id != "" else ""
    where = link or f"https://nawras.example/news/{n}"
    return (
        f"<item><title>{title or f'عنوان الخبر رقم {n}'}</title><link>{where}</link>{guid}"
        f"<description><![CDATA[<p>{told}</p>]]></description>{more}</item>\n"
    )


def rss(*items: str) -> bytes:
    return (RSS[0] + "".join(items) + RSS[1]).encode()


def parsed_sizes(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Note how many bytes the parser is given each time."""
    sizes: list[int] = []
    real = ways.read_way

    def parse(body: bytes, *rest: Any, **more: Any) -> Any:
        sizes.append(len(body))
        return real(body, *rest, **more)

    monkeypatch.setattr(ways, "read_way", parse)
    return sizes


def test_the_parser_is_given_what_is_new(reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    sizes = parsed_sizes(monkeypatch)
    old = [item(n) for n in range(50)]
    reader.visit(rss(*old))
    visit = reader.visit(rss(item(50), item(51), *old[:48]))
    assert [r.draft.title for r in visit.readings] == ["عنوان الخبر رقم 50", "عنوان الخبر رقم 51"]
    assert (visit.outcomes["seen"], len(sizes)) == (48, 2)
    assert sizes[1] == len(rss(item(50), item(51))) - 1, "but for the white space"


def test_a_changed_entry_is_a_revision(reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    reader.visit(rss(item(1), item(2), item(3)))
    sizes = parsed_sizes(monkeypatch)
    reader.visit(rss(item(1), item(2, "نفت الهيئة ما نشر عن إغلاق المرفأ وقالت إن العمل فيه مستمر"), item(3)))
    assert len(sizes) == 1
    _, revised, polls, _ = reader.outcome()
    assert len(revised) == 1
    assert [(p["new"], p["revised"], p["seen"]) for p in polls] == [(3, 0, 0), (0, 1, 2)]
    reader.visit(rss(item(1), item(2), item(3)))
    assert len(reader.outcome()[1]) == 2, "what it said before it was changed is a change again"


def test_the_article_has_the_last_word(reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    reader.visit(rss(item(1), item(2)))
    with reader.context.db.write() as session:
        session.execute(update(Article).values(served=1).where(Article.title.endswith("2")))  # type: ignore[attr-defined]
    sizes = parsed_sizes(monkeypatch)
    visit = reader.visit(rss(item(1), item(2), item(3)))
    assert (sizes, visit.outcomes["seen"]) == ([len(rss(item(2), item(3))) - 1], 2)


def test_a_row_that_is_damaged_costs_work_only(reader: Reader) -> None:
    reader.visit(rss(item(1), item(2)))
    with reader.context.db.write() as session:
        served.keep(session, {reader.feed_id: served.stubs_of(session, reader.feed_id)[:57]})
    assert reader.visit(rss(item(3), item(1), item(2))).outcomes["seen"] == 2
    assert len(parts.unpack(b"x" * 39)) == 0


def test_what_is_kept_goes_with_its_feed(reader: Reader) -> None:
    reader.visit(rss(item(1)))
    with reader.context.db.write() as session:
        assert served.stubs_of(session, reader.feed_id)
        feeds.remove(session, feeds.get(session, str(reader.feed_id)), NOON)
        assert served.stubs_of(session, reader.feed_id) == b""


def test_it_is_kept_on_both_systems(db: Database) -> None:
    with db.write() as session:
        id = feeds.add(session, URL, NOON).id
        for stubs in (b"\0\xff" * 20, b"", b"\x01" * 40):
            served.keep(session, {id: stubs})
            assert served.stubs_of(session, id) == stubs


ODD_LAYOUTS = {
    "an open comment": RSS[0] + "<!-- " + item(1) + "-->" + item(2) + RSS[1],
    "entries within CDATA": RSS[0] + "<description><![CDATA[" + item(1) + "]]></description>" + RSS[1],
    "a section that reaches over": RSS[0] + "<item><title><![CDATA[a</item>" + item(1) + "]]></title></item>" + RSS[1],
    "text between": RSS[0] + item(1) + "كلام" + item(2) + RSS[1],
    "an element between": RSS[0] + item(1) + "<image/>" + item(2) + RSS[1],
    "an entry in an entry": RSS[0] + "<item>" + item(1) + "</item>" + RSS[1],
    "an instruction": RSS[0] + "<item><?x y?><title>أ</title></item>" + RSS[1],
    "a base": RSS[0] + item(1, more='<link href="/b" xml:base="https://c.example/"/>') + item(2) + RSS[1],
    "a channel with attributes": RSS[0].replace("<channel>", '<channel xml:lang="ar">') + item(1) + RSS[1],
    "a doctype": RSS[0].replace("<rss", '<!DOCTYPE rss [<!ENTITY a "b">]><rss') + item(1) + RSS[1],
    "a closing that is missing": RSS[0] + item(1) + "</channel>",
    "something behind": RSS[0] + item(1) + RSS[1] + "<p>x</p>",
    "capitals": RSS[0] + item(1).replace("item>", "ITEM>") + RSS[1],
    "no entry": RSS[0] + RSS[1],
    "letters packed twice": RSS[0] + item(1, "Ø§Ù„") + RSS[1],
    "too many": RSS[0] + item(1) * (parts.MOST + 1) + RSS[1],
    "another thing": "<html><item></item></html>",
}  # fmt: skip


@pytest.mark.parametrize("name", ODD_LAYOUTS)
def test_what_is_odd_is_parsed_wholly(name: str) -> None:
    assert parts.lay_out(ODD_LAYOUTS[name].encode(), URL) is None
    assert parts.lay_out(rss(item(1)), URL), "and what is not odd is laid out"


@pytest.mark.parametrize("encoding", ["utf-16", "windows-1256", "iso-8859-6"])
def test_other_encodings_are_parsed_wholly(encoding: str) -> None:
    assert parts.lay_out(rss(item(1)).decode().encode(encoding), URL) is None


def test_a_digest_is_of_a_feed_and_its_namespaces() -> None:
    def digest(body: bytes, url: str = URL) -> bytes:
        layout = parts.lay_out(body, url)
        assert layout
        return layout.digests[0]

    body = rss(item(1))
    assert digest(body) == digest(rss(item(1), item(2)))
    assert digest(body) != digest(body, URL + "?x")
    assert digest(body) != digest(body.replace(b"elements/1.1", b"terms"))


@pytest.mark.parametrize("piece", ["<item>", "<item><![CDATA[", "<item></item>", "<!--", "<item ", "<items>", "<?"])
@pytest.mark.parametrize("head", [RSS[0], ATOM[0], "", "<?xml ?>", "<!-- "])
def test_it_takes_time_in_proportion(piece: str, head: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Count what is looked at, not seconds: each search goes on where the one before it ended."""

    class Counted(bytes):
        looked = 0

        def find(self, what: Any, start: int = 0, *end: Any) -> int:  # type: ignore[override]
            found = super().find(what, start)
            Counted.looked += (found if found >= 0 else len(self)) - start
            return found

        def __getitem__(self, key: Any) -> Any:
            found = super().__getitem__(key)
            Counted.looked += len(found) if isinstance(found, bytes) else 1
            return Counted(found) if isinstance(found, bytes) else found

    def cost(times: int) -> int:
        Counted.looked = 0
        parts.lay_out(Counted((head + piece * times).encode()), URL)
        return Counted.looked

    n = 2_000
    assert cost(4 * n) <= 5 * cost(n) + 10_000


# Documents that a press may serve, one after the other: entries come, go, change, repeat and are odd in every way.
WORDS = ["المرفأ", "السفينة", "الهيئة", "إغلاق", "تعويضات", "الصيادين", "خليج", "وقود", "الرصيف", "أسمدة"]
texts = st.lists(st.sampled_from(WORDS), min_size=4, max_size=14).map(" ".join)
GOOD = [
    "", "<pubDate>Mon, 06 Apr 2026 09:00:00 GMT</pubDate>", "<pubDate>05/04/2026 10:00</pubDate>",
    "<pubDate>25/03/2026 10:00</pubDate>", "<pubDate>03/25/2026</pubDate>", "<!-- x -->",
    "<dc:date>2026-04-06</dc:date>",
    "<content:encoded><![CDATA[<p>نص &amp; آخر &nbsp; للخبر</p>]]></content:encoded>", "<b>x</b>",
    "<title>مرتين</title>",
    "<dc:creator>سلمى</dc:creator><dc:creator>هدى</dc:creator>", "<source url='https://b.example/'>منبر</source>",
    '<media:description xmlns:media="http://search.yahoo.com/mrss/">صورة</media:description>',
    '<link xmlns="http://www.w3.org/2005/Atom" href="/b" xml:lang="fr"/>',
]  # fmt: skip
BAD = [
    "<!-- <item> -->", "&nbsp;", " & ", "&#217;&#132;&#217;&#132;", "Ø§Ù„Ø§Ù„Ø§Ù„", "<entry/>", "<!--", "<![CDATA[",
    '<x:y xmlns:x="urn:x"><x:item>z</x:item></x:y>', "</item><item>", "\0", "<u>",
    '<link xmlns="http://www.w3.org/2005/Atom" href="/b" xml:base="https://c.example/"/>',
]  # fmt: skip


@dataclass(frozen=True)
class Piece:
    """An entry as the press has it."""

    id: int
    text: str
    title: str
    link: int
    more: str
    bare: bool


pieces = st.builds(
    Piece,
    st.integers(0, 12),
    texts,
    texts,
    st.integers(-1, 3),
    st.sampled_from(GOOD * 12 + BAD),
    st.sampled_from([False] * 19 + [True]),
)


def written(piece: Piece, root: tuple[str, str]) -> str:
    shared = piece.link == 0 and piece.id > 9
    link = f"https://nawras.example/news/{0 if shared else piece.id}"
    found = item(piece.id, piece.text, id="" if piece.bare else None, link=link, title=piece.title, more=piece.more)
    if root is ATOM:
        found = found.replace("item>", "entry>").replace("guid>", "id>").replace("pubDate>", "published>")
        found = found.replace(f"<link>{link}</link>", f'<link href="{link}"/>').replace("description>", "summary>")
    return found


ODD_HEADS = ["<!-- <item> -->", "<description><![CDATA[<item>]]></description>", " & ", "<!--", "<channel>"]
HEADS = st.sampled_from(["", "<language>ar</language>", "<!-- x -->"] * 20 + ODD_HEADS)
TAILS = st.sampled_from([""] * 12 + ["\n<!-- cached -->"] * 3 + ["<p/>", "<!--"])
ENCODINGS = st.sampled_from(["utf-8"] * 18 + ["utf-16", "windows-1256"])


@st.composite
def documents(draw: st.DrawFn, root: tuple[str, str], sent: list[Piece]) -> tuple[bytes, list[Piece]]:
    """Give a document that has some of the entries of the one before, some changed, some new, in any order."""
    kept = [piece for piece in sent if draw(st.integers(0, 9)) < 8]
    kept = [replace(p, text=draw(texts)) if draw(st.integers(0, 9)) == 0 else p for p in kept]
    all_of_them = draw(st.lists(pieces, max_size=3)) + kept
    if draw(st.integers(0, 9)) == 0:
        all_of_them = draw(st.permutations(all_of_them))
    body = root[0] + draw(HEADS) + "".join(written(p, root) for p in all_of_them) + root[1]
    body += draw(TAILS)
    raw = body.encode(draw(ENCODINGS), "xmlcharrefreplace")
    if draw(st.integers(0, 19)) == 0:
        raw = raw[: draw(st.integers(0, len(raw)))]
    return raw, all_of_them


@st.composite
def series(draw: st.DrawFn) -> list[bytes]:
    root, sent, bodies = (
        draw(st.sampled_from([RSS, RSS, RDF, ATOM])),
        draw(st.lists(pieces, min_size=2, max_size=5)),
        [],
    )
    for _ in range(4):
        body, sent = draw(documents(root, sent))
        bodies.append(body)
    return bodies


EXAMPLES = int(os.environ.get("MARSAD_EXAMPLES", "10"))


def test_it_ends_as_when_all_is_parsed(readers: tuple[Reader, Reader]) -> None:
    cut, plain = readers
    spared = [0]

    @settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck), print_blob=True)
    @given(series())
    @example([rss(item(1), item(2)), rss(item(3), item(1), item(2)), rss(item(3, "نص آخر"), item(1))])
    def check(bodies: list[bytes]) -> None:
        for reader in readers:
            reader.begin()
        for body in bodies:
            seen = cut.visit(body)
            spared[0] += seen.outcomes["seen"] > len(seen.parsed.entries if seen.parsed else ())
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(parts, "lay_out", lambda *_: None)
                plain.visit(body)
        assert cut.outcome() == plain.outcome()

    check()
    assert spared[0] >= max(1, EXAMPLES // 100), "too few of them were cut: the test shows nothing"
