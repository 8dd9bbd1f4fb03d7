"""Changes: an entry that says something else is a revision of its article, and what only flips is let be."""

import html
from datetime import timedelta

import pytest
from press import STORY, Press, news
from service import HEADLINE, Service
from stored import NOON

from domain.query import parse
from domain.revisions import FLIPS, KEPT
from storage import revisions, search
from storage.models import Article, Match, PageJob, Poll, Revision
from worker.imports import import_rows

TOLL = (
    "أعلنت فرق الإنقاذ في مدينة النورس أن انهيار المبنى أسفر عن 3 قتلى وإصابة عشرة أشخاص بجروح متفاوتة، وأن البحث عن "
    "ناجين مستمر تحت الأنقاض. وقال رئيس البلدية إن المبنى شيد قبل أربعين عاما، وإن سكانه اشتكوا مرارا من تصدع جدرانه "
    "ولم يستجب أحد لهم، وإن لجنة ستنظر في الأسباب وترفع تقريرها قبل نهاية الشهر."
)
ITEM = ("t1", "انهيار مبنى في النورس", TOLL)


def outcomes(service: Service) -> tuple[int, int, int, int, int]:
    poll = service.all(Poll)[-1]
    return poll.new, poll.copies, poll.revised, poll.seen, poll.rejected


def show(service: Service, press: Press, *items: tuple[str, str, str], brief: bool = False) -> list[str]:
    """Let the feed say this at its next visit. Gives the ids of new alerts."""
    press.write_feed("/a.xml", list(items), brief=brief)
    if not service.all(Poll):
        service.feed("/a.xml", primed=True)
    service.clock.pass_by(minutes=15)
    return service.poll()


def test_a_changed_text_is_a_revision_with_both_texts(service: Service, press: Press) -> None:
    show(service, press, ITEM, news(1))
    first = service.all(Article)[0]
    show(service, press, ("t1", ITEM[1], TOLL.replace("3 قتلى", "7 قتلى")), news(1))
    assert outcomes(service) == (0, 0, 1, 1, 0)
    now, row = service.all(Article)[0], service.only(Revision)
    assert (row.article_id, row.number, row.title, row.text, row.basis) == (now.id, 1, ITEM[1], TOLL, "full")
    assert (row.changed, row.source, row.at) == ("text", "feed", service.clock())
    assert "7 قتلى" in now.text
    assert now.revisions == 1
    assert (now.event_at, now.first_seen, now.key) == (first.event_at, first.first_seen, first.key)
    assert now.document != first.document
    service.clock.pass_by(minutes=15)
    press.feeds["/a.xml"] += b"<!-- -->"
    service.poll()
    assert outcomes(service) == (0, 0, 0, 2, 0)


def test_a_revision_is_found_by_its_new_words_only(service: Service, press: Press) -> None:
    show(service, press, ITEM)
    show(service, press, ("t1", ITEM[1], TOLL.replace("رئيس البلدية", "محافظ الإقليم")))

    def found(words: str) -> int:
        with service.db.read() as session:
            return len(search.find(session, parse(words), limit=9))

    assert (found("محافظ"), found("البلدية")) == (1, 0)


def test_a_headline_is_a_change(service: Service, press: Press) -> None:
    show(service, press, ITEM)
    show(service, press, ("t1", "قتلى في انهيار مبنى", TOLL))
    assert service.only(Article).title == "قتلى في انهيار مبنى"
    assert (service.only(Revision).changed, service.only(Revision).title) == ("title", ITEM[1])


@pytest.mark.parametrize("more", ["  ", "\u200f", "</p><p>عدد المشاهدات: 12", "</p><p>منذ 5 دقائق"])
def test_trifles_are_seen(service: Service, press: Press, more: str) -> None:
    show(service, press, ITEM)
    press.feeds["/a.xml"] = press.feeds["/a.xml"].replace("الشهر.".encode(), f"الشهر.{more}".encode())
    service.poll()
    assert outcomes(service) == (0, 0, 0, 1, 0)
    assert service.all(Revision) == []


def dated(press: Press, date: str, *, id: str = "t1", link: str = "", text: str = TOLL) -> None:
    press.write_feed("/a.xml", [(id, ITEM[1], text)])
    feed = press.feeds["/a.xml"].replace(b"</guid>", f"</guid><pubDate>{date}</pubDate>".encode())
    if link:
        feed = feed.replace(f"{press.base}/page/{id}.html".encode(), html.escape(press.base + link).encode())
    press.feeds["/a.xml"] = feed


OLD, NEW = "Mon, 02 Mar 2026 08:00:00 GMT", "Mon, 06 Apr 2026 11:00:00 GMT"


@pytest.mark.parametrize(
    ("again", "expected"),
    [
        ({}, (0, 0, 0, 1, 0)),
        ({"id": "t2", "link": "/page/t1.html"}, (0, 0, 0, 1, 0)),
        ({"id": "t2", "link": "/page/t1.html?utm_source=rss"}, (0, 0, 0, 1, 0)),
        ({"id": "t2", "link": "/2026/04/t1.html"}, (0, 0, 0, 1, 0)),
        ({"id": "t2", "link": "/page/t1.html", "text": TOLL.replace("3", "7")}, (0, 0, 1, 0, 0)),
    ],
)
def test_an_old_article_under_a_new_date_is_not_new(
    service: Service, press: Press, again: dict[str, str], expected: tuple[int, ...]
) -> None:
    dated(press, OLD)
    service.tell(service.topic(ITEM[1]))
    service.feed("/a.xml", primed=True)
    assert len(service.poll()) <= 1
    told = len(service.alerts())
    before = service.only(Article).event_at
    service.clock.pass_by(days=30)
    dated(press, NEW, **again)
    assert service.poll() == []
    assert outcomes(service) == expected
    assert service.only(Article).event_at == before
    assert len(service.alerts()) == told


def test_another_article_at_the_same_address_is_new(service: Service, press: Press) -> None:
    dated(press, OLD)
    service.feed("/a.xml")
    service.poll()
    dated(press, NEW, id="t2", link="/page/t1.html", text=STORY)
    press.feeds["/a.xml"] = press.feeds["/a.xml"].replace(ITEM[1].encode(), HEADLINE.encode())
    service.poll()
    assert outcomes(service) == (1, 0, 0, 0, 0)


def test_an_id_used_again_is_a_new_article(service: Service, press: Press) -> None:
    dated(press, OLD, id="1")
    service.feed("/a.xml")
    service.poll()
    for _ in range(2):
        dated(press, NEW, id="1", link="/other", text=STORY)
        press.feeds["/a.xml"] = press.feeds["/a.xml"].replace(ITEM[1].encode(), HEADLINE.encode())
        service.poll()
    assert [(p.new, p.revised) for p in service.all(Poll)] == [(1, 0), (1, 0), (0, 0)]
    assert sorted(service.titles()) == sorted([HEADLINE, ITEM[1]])


def test_a_page_that_flips_at_every_visit_is_frozen(service: Service, press: Press) -> None:
    for number in range(10):
        show(service, press, ("t1", ITEM[1], f"{TOLL} الأكثر قراءة: مقال{number} ورأي{number}"), news(1))
    assert [p.revised for p in service.all(Poll)] == [0] + [1] * FLIPS + [0] * (9 - FLIPS)
    assert all(p.new + p.copies + p.revised + p.seen + p.rejected == 2 for p in service.all(Poll))
    assert (service.all(Article)[0].frozen, len(service.all(Revision))) == ("flips", FLIPS)
    show(service, press, ("t1", "توقيف مالك المبنى المنهار", f"{TOLL} الأكثر قراءة: مقال77"), news(1))
    assert outcomes(service) == (0, 0, 1, 1, 0)
    assert service.all(Article)[0].title == "توقيف مالك المبنى المنهار"
    show(service, press, ("t1", "توقيف مالك المبنى المنهار", f"{TOLL} {STORY}"), news(1))
    assert (outcomes(service)[2], service.all(Article)[0].frozen) == (1, "")


def test_edits_with_rest_between_are_all_kept(service: Service, press: Press) -> None:
    for number in range(3, 3 + 2 * FLIPS):
        item = ("t1", ITEM[1], TOLL.replace("3 قتلى", f"{number} قتلى"))
        show(service, press, item, news(1))
        show(service, press, item, news(1), news(number))
    assert service.all(Article)[0].revisions == 2 * FLIPS - 1
    assert service.all(Article)[0].frozen == ""


def test_to_and_fro_is_frozen(service: Service, press: Press) -> None:
    for number in range(6):
        item = ("t1", ITEM[1] if number % 2 else "سقوط بناية", TOLL)
        show(service, press, item)
        show(service, press, item, news(number))
    assert service.all(Article)[0].frozen == "returns"
    assert len(service.all(Revision)) == 2, "there and back is a correction; there again is none"


def test_the_first_text_and_the_latest_are_kept(service: Service, press: Press) -> None:
    text = TOLL
    for number in range(KEPT + 4):
        show(service, press, ("t1", ITEM[1], text))
        text += " " + " ".join(f"فقرة{number}كلمة{n}" for n in range(40 + 10 * number))
    numbers = [row.number for row in service.all(Revision)]
    assert len(numbers) == KEPT
    assert numbers[0] == 1
    assert numbers[1:] == list(range(5, KEPT + 4))


def test_a_footer_in_all_entries_is_no_change(service: Service, press: Press) -> None:
    items = [news(n) for n in range(6)]
    show(service, press, *items)
    show(service, press, *((id, title, f"{text} تابعوا صحيفة النورس على تلغرام") for id, title, text in items))
    assert outcomes(service) == (0, 0, 0, 6, 0)
    changed = [(id, title, f"{text} تابعوا صحيفة النورس على تلغرام") for id, title, text in items]
    changed[2] = (changed[2][0], changed[2][1], changed[2][2].replace("تفاصيل", "تصحيح"))
    show(service, press, *changed)
    assert outcomes(service) == (0, 0, 1, 5, 0)


def test_a_topic_that_matches_only_now_is_told_and_no_topic_twice(service: Service, press: Press) -> None:
    service.tell(service.topic())
    assert show(service, press, ("s1", "بيان من البلدية", TOLL)) == []
    assert len(show(service, press, ("s1", HEADLINE, STORY))) == 1
    assert show(service, press, ("s1", HEADLINE, STORY.replace("أسبوعين", "ثلاثة أسابيع"))) == []
    assert len(service.alerts()) == 1
    assert service.only(Match).state == "match"


def test_what_stood_before_an_update_is_taken_as_it_is(service: Service, press: Press) -> None:
    show(service, press, ITEM)
    with service.db.write() as session:
        article = session.get(Article, service.only(Article).id)
        assert article
        article.served = article.said = article.link_key = 0
    show(service, press, ("t1", "عنوان كان قد تغير", TOLL))
    assert outcomes(service) == (0, 0, 0, 1, 0)
    assert service.only(Article).said
    show(service, press, ("t1", "عنوان تغير بعد ذلك", TOLL))
    assert outcomes(service) == (0, 0, 1, 0, 0)


def test_an_import_makes_no_revisions(service: Service) -> None:
    for text in (TOLL, TOLL.replace("3", "7")):
        list(import_rows(service.context, [{"id": "1", "title": ITEM[1], "text": text, "outlet": "النورس"}]))
    assert service.all(Revision) == []
    assert service.only(Article).text == TOLL


def test_two_entries_of_one_id_do_not_take_turns(service: Service, press: Press) -> None:
    for number in range(3):
        show(service, press, ITEM, ("t1", "مقال آخر تحت الرقم نفسه", STORY), news(number))
    assert service.all(Revision) == []


def test_a_changed_summary_reads_the_page_again(service: Service, press: Press) -> None:
    show(service, press, ITEM, brief=True)
    service.fetch_pages()
    assert service.only(Article).text == TOLL
    later = f"ارتفعت حصيلة الضحايا إلى سبعة بحسب مصادر طبية. {TOLL}"
    show(service, press, ("t1", ITEM[1], later), brief=True)
    assert outcomes(service) == (0, 0, 1, 0, 0)
    assert service.only(Article).text == TOLL, "the summary takes no full text's place"
    assert service.only(PageJob).state == "waiting"
    service.fetch_pages()
    assert (service.only(Article).text, service.only(Revision).text) == (later, TOLL)
    assert (service.only(Revision).source, service.only(PageJob).state) == ("page", "done")


def test_a_page_that_fails_at_the_second_reading_leaves_its_text(service: Service, press: Press) -> None:
    show(service, press, ITEM, brief=True)
    service.fetch_pages()
    show(service, press, ("t1", "عنوان مصحح للمبنى المنهار", TOLL), brief=True)
    press.pages.clear()
    service.fetch_pages()
    now = service.only(Article)
    assert (now.title, now.text, now.basis, now.text_status) == ("عنوان مصحح للمبنى المنهار", TOLL, "full", "")


def test_a_flipping_summary_does_not_read_the_page_for_ever(service: Service, press: Press) -> None:
    for number in range(12):
        show(
            service,
            press,
            ("t1", ITEM[1], f"رواية{number} مختلفة{number} عن{number} سابقتها{number} {TOLL}"),
            brief=True,
        )
        press.write_feed("/b.xml", [ITEM])  # the page stays as it is
        service.fetch_pages()
    assert press.asked["/page/t1.html"] == 1 + FLIPS
    assert service.only(Article).frozen == "flips"


def test_times_of_visits_tell_what_runs(service: Service, press: Press) -> None:
    show(service, press, ITEM)
    show(service, press, ("t1", "سقوط مبنى", TOLL))
    with service.db.read() as session:
        article = service.only(Article)
        assert revisions.past(session, article, "feed", service.clock()).streak == 1
        assert revisions.past(session, article, "feed", service.clock() + timedelta(minutes=1)).streak == 0
        assert revisions.past(session, article, "page", service.clock()).streak == 0
    assert service.clock() > NOON
