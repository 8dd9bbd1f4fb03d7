import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from worker.decode import Decoded, clean_references, clean_text, decode

SENTENCES = (
    "أعلنت الحكومة اليوم خطة جديدة لدعم القطاع الزراعي في المحافظات الجنوبية وقال الوزير إن البرنامج يشمل قروضا ميسرة "
    "للمزارعين وتحسين شبكات الري خلال العام المقبل فيما رحبت النقابات بالقرار وطالبت بتسريع تنفيذه على مراحل واضحة"
)
WORDS = SENTENCES.split()
LABELS = ("windows-1256", "iso-8859-6", "utf-8", "utf-16", "iso-8859-1", "us-ascii", "x-nonsense", "")
ENCODINGS = ("cp1256", "iso8859-6", "utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be")
texts = st.lists(st.sampled_from(WORDS), min_size=12, max_size=60).map(" ".join)


def labelled(text: str, encoding: str, header: str, prolog: str) -> tuple[bytes, str]:
    declaration = f'<?xml version="1.0" encoding="{prolog}"?>' if prolog else '<?xml version="1.0"?>'
    return f"{declaration}<rss><title>{text}</title></rss>".encode(encoding), f"text/xml; charset={header}"


@settings(deadline=None)
@given(texts, st.sampled_from(ENCODINGS), st.sampled_from(LABELS), st.sampled_from(LABELS))
@example(" ".join(WORDS[:12]), "cp1256", "iso-8859-6", "utf-16")
def test_whatever_the_labels_say_the_text_is_the_same(text, encoding, header, prolog):
    body, content_type = labelled(text, encoding, header, prolog)
    assert f"<title>{text}</title>" in decode(body, content_type, "xml").text


@pytest.mark.parametrize("letters", ["پا چين ژنو گوگل", "français à l'été", "«اقتباس» – نص…"])
def test_rarer_letters_of_windows_1256_are_exact(letters):
    text = f"{SENTENCES} {letters}"
    assert decode(text.encode("cp1256"), "", "text").text == text


def test_a_meta_element_is_a_label_like_any_other():
    body = '<html><head><meta charset="windows-1251"></head>Новости города сегодня</html>'.encode("cp1251")
    assert "Новости города" in decode(body, "text/html", "html").text
    arabic = f'<html><head><meta charset="iso-8859-1"></head>{SENTENCES}</html>'.encode("cp1256")
    found = decode(arabic, "text/html", "html")
    assert (SENTENCES in found.text, found.flags) == (True, ("encoding_override",))


def test_a_byte_order_mark_wins_over_the_prolog():
    body = b"\xef\xbb\xbf\xef\xbb\xbf" + '<?xml version="1.0" encoding="windows-1256"?><a>خبر</a>'.encode()
    assert decode(body, "", "xml").text.endswith("<a>خبر</a>")
    assert not decode(body, "", "xml").text.startswith("\ufeff")


def test_one_bad_byte_spoils_one_letter():
    items = [f"<item>خبر رقم {number} من المدينة</item>" for number in range(50)]
    body = "".join(items).encode()
    at = body.index("رقم 7".encode())
    found = decode(body[:at] + b"\xd8" + body[at:], "text/xml; charset=utf-8", "xml")
    assert found.encoding == "utf-8"
    assert found.flags == ("bad_bytes",)
    assert [item in found.text for item in items].count(False) == 1


def test_a_right_label_raises_no_flag():
    for encoding, label in (("cp1256", "windows-1256"), ("utf-8", "utf-8"), ("iso8859-6", "ISO-8859-6")):
        body, content_type = labelled(SENTENCES, encoding, label, label)
        assert decode(body, content_type, "xml").flags == ()


def test_utf8_packed_twice_is_unpacked():
    text = SENTENCES
    twice = text.encode().decode("latin-1").encode()
    assert decode(twice, "", "text") == Decoded(text, "utf-8", ("double_encoded",))


def test_french_text_is_left_alone():
    text = "Le ministère a publié une étude sur l'économie marocaine, déjà présentée à Genève. " * 5
    assert decode(text.encode("latin-1"), "text/html; charset=iso-8859-1", "text").text == text
    assert decode(text.encode(), "", "text").text == text


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("خبر\x00 عاجل", "خبر عاجل"),
        ("خبر\x0bعاجل", "خبر عاجل"),
        ("قال\x93نعم\x94", "قال“نعم”"),
        ("خبر\ud800", "خبر\ufffd"),
        ("سطر\nوسطر\tآخر", "سطر\nوسطر\tآخر"),
    ],
)
def test_characters_that_xml_forbids_are_taken_out(raw, clean):
    assert clean_text(raw) == clean


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("أ&#0;ب", "أب"),
        ("أ&#xD800;ب", "أ\ufffdب"),
        ("أ&#x110000;ب", "أ\ufffdب"),
        ("أ&#99999999999999999999;ب", "أ\ufffdب"),
        ("&#1575;&#x27;&amp;#0;", "&#1575;&#x27;&amp;#0;"),
        ("&#147;نعم&#148;", "“نعم”"),
    ],
)
def test_references_to_them_as_well(raw, clean):
    assert clean_references(raw) == clean


@settings(deadline=None)
@given(st.binary(max_size=300), st.sampled_from(LABELS), st.sampled_from(("xml", "html", "text")))
def test_any_bytes_give_clean_text(body, label, kind):
    text = decode(body, f"text/xml; charset={label}", kind).text
    assert text.encode() is not None
    assert clean_text(text) == text
