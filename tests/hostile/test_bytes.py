"""Feeds and pages in wrong, mixed and broken encodings (F25 to F38, P19)."""

import pytest
from press import Press, Reply
from service import Service

from storage.models import Article
from worker.extract import extract_page

STORY = (
    "أعلنت الحكومة اليوم خطة جديدة لدعم القطاع الزراعي في المحافظات الجنوبية وقال الوزير إن البرنامج يشمل قروضا ميسرة "
    "للمزارعين وتحسين شبكات الري خلال العام المقبل"
)
TITLE = "الحكومة تعلن خطة لدعم القطاع الزراعي"


def feed(title=TITLE, prolog='<?xml version="1.0"?>', more=""):
    return (
        f"{prolog}<rss version='2.0'><channel><title>صحيفة</title><item><guid>1</guid><title>{title}</title>"
        f"<description>{STORY}</description></item>{more}</channel></rss>"
    )


def declared(label):
    return f'<?xml version="1.0" encoding="{label}"?>'


def exact(came, title=TITLE):
    assert [(a.title, a.text) for a in came] == [(title, STORY)]


def test_f25_utf8_with_a_byte_order_mark(visit):
    exact(visit(b"\xef\xbb\xbf" + feed(prolog=declared("utf-8")).encode())[1])


def test_f26_a_byte_order_mark_beats_the_declaration(visit):
    exact(visit(b"\xef\xbb\xbf" + feed(prolog=declared("windows-1256")).encode())[1])


@pytest.mark.parametrize(
    "junk", ["\ufeff\ufeff", "\n\n  \n", "<br />\n<b>Warning</b>: include() in /x.php on line 2<br />\n"]
)
def test_f28_what_stands_before_the_prolog(visit, junk):
    poll, came = visit((junk + feed(prolog=declared("utf-8"))).encode())
    exact(came)
    assert poll.status == "ok"


@pytest.mark.parametrize("title", [TITLE, "چاپ ژنو وپيام گل", "«الزراعة» – خطة…"])
def test_f29_windows_1256_rightly_labelled(visit, title):
    exact(visit(feed(title, declared("windows-1256")).encode("cp1256"), "text/xml; charset=windows-1256")[1], title)


@pytest.mark.parametrize("label", ["utf-8", "iso-8859-6", "iso-8859-1", ""])
def test_f30_windows_1256_wrongly_labelled(visit, label):
    prolog = declared(label) if label else ""
    poll, came = visit(feed(prolog=prolog).encode("cp1256"), f"text/xml; charset={label}" if label else "text/xml")
    exact(came)
    assert (poll.status, came[0].flags) == ("ok", "")


@pytest.mark.parametrize("label", ["iso-8859-6", "", "utf-8", "windows-1256"])
def test_f31_iso_8859_6_under_any_label(visit, label):
    prolog = declared(label) if label else ""
    exact(visit(feed(prolog=prolog).encode("iso8859-6"), f"text/xml; charset={label}" if label else "text/xml")[1])


@pytest.mark.parametrize("header", ["windows-1256", "iso-8859-1"])
@pytest.mark.parametrize("label", ["windows-1256", "iso-8859-1"])
def test_f32_utf8_under_wrong_labels(visit, header, label):
    exact(visit(feed(prolog=declared(label)).encode(), f"text/xml; charset={header}")[1])


@pytest.mark.parametrize("stray", [b"\xff", b"\xd8", b"\x80", b"\xc3"])
def test_f33_one_bad_byte_spoils_one_entry_of_fifty(visit, stray):
    items = "".join(f"<item><guid>{n}</guid><title>خبر رقم {n} من المدينة</title></item>" for n in range(50))
    body = f"<rss version='2.0'><channel><title>صحيفة</title>{items}</channel></rss>".encode()
    at = body.index("رقم 7 ".encode())
    came = visit(body[:at] + stray + body[at:])[1]
    wanted = {f"خبر رقم {n} من المدينة" for n in range(50)}
    (spoilt,) = [a for a in came if a.title not in wanted]
    assert len(came) == 50
    assert spoilt.title == "خبر \ufffdرقم 7 من المدينة"
    assert [a.flags for a in came if a.flags] == ["bad_characters"]


@pytest.mark.parametrize("read_as", ["latin-1", "cp1256"])
def test_f35_utf8_packed_twice_is_unpacked_and_said_so(visit, read_as):
    poll, came = visit(feed().encode().decode(read_as).encode())
    exact(came)
    assert (poll.status, came[0].flags) == ("ok", "double_encoded")


def test_f35_what_cannot_be_unpacked_stands_as_it_came(visit):
    title = "Ø§Ù„ØØØØ Ù„Ù Øé الحكومة"
    (article,) = visit(feed(title).encode())[1]
    assert article.title == title


@pytest.mark.parametrize("nul", ["\x00", "&#0;", "&#x0;"])
def test_f37_a_nul_in_a_title(visit, nul):
    exact(visit(feed(f"الحكومة{nul} تعلن خطة لدعم القطاع الزراعي").encode())[1])


def test_f38_a_surrogate_in_a_title(visit):
    more = "<item><guid>2</guid><title>خبر سليم</title></item>"
    came = visit(feed("الحكومة &#xD800; تعلن", more=more).encode())[1]
    assert [a.title for a in came] == ["الحكومة \ufffd تعلن", "خبر سليم"]


@pytest.mark.parametrize("letter", ["\\u0000", "\\ud800", "\n", "\x01"])
def test_f37_f38_in_a_json_feed(visit, letter):
    items = f'{{"id": "1", "title": "خبر{letter} أول"}}, {{"id": "2", "title": "خبر ثان"}}'
    body = f'{{"version": "https://jsonfeed.org/version/1.1", "title": "صحيفة", "items": [{items}]}}'
    came = visit(body.encode(), "application/feed+json")[1]
    assert [a.title.replace("\ufffd", "").split()[-1] for a in came] == ["أول", "ثان"]


@pytest.mark.parametrize("encoding", ["cp1256", "iso8859-6", "utf-8", "utf-16-le"])
@pytest.mark.parametrize("label", ["iso-8859-1", "utf-8", "windows-1256", "utf-16"])
def test_p19_a_page_under_a_wrong_label(encoding, label):
    html = f'<html><head><meta charset="{label}"><title>{TITLE}</title></head><body><p>{STORY}</p></body></html>'
    page = extract_page(html.encode(encoding), f"text/html; charset={label}", "https://o.example/")
    assert (page.title, page.text) == (TITLE, STORY)


def test_p19_a_page_whose_letters_are_in_doubt_says_so():
    page = extract_page(b"<html><h1>\xc7\xcd\xcf</h1></html>", "text/html; charset=utf-16", "https://o.example/")
    assert page.flags == ("encoding_guess",)
    twice = f"<html><body><h1>{TITLE}</h1><p>{STORY}</p></body></html>".encode().decode("latin-1").encode()
    page = extract_page(twice, "text/html", "https://o.example/")
    assert (page.text, page.flags) == (STORY, ("double_encoded",))


def test_p19_a_page_over_the_wire(service: Service, press: Press):
    link = f"{press.base}/1.html"
    press.feeds["/a.xml"] = (
        f"<rss><channel><item><title>{TITLE}</title><link>{link}</link></item></channel></rss>".encode()
    )
    html = f'<html><head><meta charset="iso-8859-1"></head><body><h1>{TITLE}</h1><p>{STORY}</p></body></html>'
    press.pages["/1.html"] = html.encode("cp1256")
    press.special["/1.html"] = Reply(headers={"Content-Type": "text/html; charset=iso-8859-1"})
    service.feed("/a.xml")
    service.poll()
    service.fetch_pages()
    assert STORY in service.only(Article).text
    assert service.only(Article).flags == ""


def test_p19_the_article_says_what_was_wrong_with_its_page(service: Service, press: Press):
    link = f"{press.base}/1.html"
    press.feeds["/a.xml"] = (
        f"<rss><channel><item><title>{TITLE}</title><link>{link}</link></item></channel></rss>".encode()
    )
    html = f"<html><body><h1>{TITLE}</h1><p>{STORY}</p><p>تمت</p></body></html>".encode()
    press.pages["/1.html"] = html.replace("البرنامج".encode(), b"\xff")
    service.feed("/a.xml")
    service.poll()
    service.fetch_pages()
    assert (service.only(Article).basis, service.only(Article).flags) == ("full", "bad_characters")
