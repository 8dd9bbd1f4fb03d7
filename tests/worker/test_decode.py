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
# Words of a few hundred roots in the forms that news has, so that the property does not rest on one sentence.
ROOTS = "كتب درس علم حكم سلم حرب نصر فتح قطع رفع وزر عمل سكن زرع صنع تجر سفر نقل شرب طبخ قتل جرح فرح حزن ضرب بيع"
FORMS = (
    "{}",
    "ال{}",
    "{}ون",
    "{}ات",
    "م{}",
    "ي{}",
    "ت{}ه",
    "وال{}ة",
    "{}ي",
    "لل{}ين",
    "است{}وا",
    "{}ى",
    "أ{}اء",
    "{}ئة",
)
words = st.builds(lambda root, form: form.format(root), st.sampled_from(ROOTS.split()), st.sampled_from(FORMS))
sentences = st.lists(words | st.sampled_from(WORDS), min_size=1, max_size=40).map(" ".join)
marks = st.sampled_from(("", ".", "؟", " «نقلا عن مصدر»", "، 2026", "!"))


def labelled(text: str, encoding: str, header: str, prolog: str) -> tuple[bytes, str]:
    declaration = f'<?xml version="1.0" encoding="{prolog}"?>' if prolog else '<?xml version="1.0"?>'
    return f"{declaration}<rss><title>{text}</title></rss>".encode(encoding), f"text/xml; charset={header}"


@settings(deadline=None)
@given(texts, st.sampled_from(ENCODINGS), st.sampled_from(LABELS), st.sampled_from(LABELS))
@example(" ".join(WORDS[:12]), "cp1256", "iso-8859-6", "utf-16")
def test_whatever_the_labels_say_the_text_is_the_same(text, encoding, header, prolog):
    body, content_type = labelled(text, encoding, header, prolog)
    assert f"<title>{text}</title>" in decode(body, content_type, "xml").text


KINDS = {
    "xml": '<?xml version="1.0" encoding="{label}"?><rss><title>{text}</title></rss>',
    "html": '<html><head><meta charset="{label}"></head><body>{text}</body></html>',
    "text": "{text}",
}


@settings(deadline=None, max_examples=400)
@given(sentences, marks, st.sampled_from(ENCODINGS), *[st.sampled_from(LABELS)] * 2, st.sampled_from(sorted(KINDS)))
@example("شكر", "", "iso8859-6", "windows-1256", "utf-8", "html")
def test_the_text_comes_back_or_is_marked_as_doubtful(text, mark, encoding, header, label, kind):
    text += mark if "«" not in mark or encoding != "iso8859-6" else ""
    body = KINDS[kind].format(label=label, text=text).encode(encoding)
    found = decode(body, f"text/x; charset={header}", kind)
    assert text in found.text or found.doubtful
    if len(text.split()) > 8:
        assert text in found.text
        assert found.doubtful == ()


@settings(deadline=None)
@given(
    st.text(st.sampled_from("ءآأؤإئابةتثجحخدذرزسشصضطظعغفقكلمنهوىي"), min_size=3, max_size=8),
    st.sampled_from(("utf-8", "utf-16", "utf-16-le", "utf-16-be")),
    st.sampled_from(LABELS),
    st.sampled_from(sorted(KINDS)),
)
def test_unicode_is_never_in_doubt(word, encoding, label, kind):
    body = KINDS[kind].format(label=label, text=word).encode(encoding)
    found = decode(body, f"text/x; charset={label}", kind)
    assert word in found.text
    assert found.doubtful == ()


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("stray", [b"\xff", b"\xd8", b"\x01", b"\x00", b"\x81", b"\xd8\xd9\xd8"])
@pytest.mark.parametrize("instead", [False, True])
def test_a_stray_byte_spoils_one_entry_and_never_its_feed(encoding, stray, instead):
    items = [f"<item>خبر رقم {number} من المدينة القديمة</item>" for number in range(50)]
    body = "".join(items).encode(encoding)
    at = len("".join(items[:25]).encode(encoding)) + len("<item>خبر رقم".encode(encoding.removesuffix("-sig")))
    found = decode(body[:at] + stray + body[at + len(stray) * instead :], f"text/xml; charset={encoding}", "xml")
    assert [item in found.text for item in items].count(False) <= 1
    assert found.text.count("</item>") >= 49


@pytest.mark.parametrize("mark", [b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf"])
def test_a_byte_order_mark_that_lies(mark):
    assert decode(mark + SENTENCES.encode(), "", "text").text == SENTENCES


def test_a_partners_text_in_another_encoding_is_read_as_that():
    items = [f"<item>خبر رقم {number} من المدينة القديمة</item>".encode() for number in range(50)]
    for encoding in ("cp1256", "iso8859-6"):
        items[7] = f"<item>{SENTENCES}</item>".encode(encoding)
        found = decode(b"".join(items), "text/xml; charset=utf-8", "xml")
        assert (SENTENCES in found.text, found.text.count("خبر رقم"), found.flags) == (True, 49, ("mixed_encodings",))


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


@pytest.mark.parametrize("read_as", ["latin-1", "cp1252", "cp1256"])
def test_entries_packed_twice_are_unpacked_beside_others_that_are_not(read_as):
    twice = "".join(
        letter.encode().decode(read_as, "ignore") for letter in SENTENCES.replace("ف", "ب").replace("ق", "ب")
    )
    text = SENTENCES.replace("ف", "ب").replace("ق", "ب")
    if read_as == "cp1252":  # some bytes have no letter there and are lost
        text = twice = "".join(
            c for c in text if c.encode().decode(read_as, "ignore").encode(read_as, "ignore") == c.encode()
        )
        twice = text.encode().decode(read_as)
    found = decode(f"<a>{text}</a><b>{twice}</b><c>été à Genève</c>".encode(), "", "xml")
    assert (found.text, found.doubtful) == (f"<a>{text}</a><b>{text}</b><c>été à Genève</c>", ("double_encoded",))


@pytest.mark.parametrize(
    "text",
    [
        "طظطظطظ طظ طظ",
        "ضغط طبيب ظريف طويل ظفر ظلم طقس طفل ظرف طيران طارئ ظاهرة " * 3,
        "Øl på Ørsted, Ærø og Ødegård: Øresund Øst Ølstykke Øverød",
        "Ùù Øø " * 20,
    ],
)
def test_what_only_looks_packed_twice_is_left_alone(text):
    assert decode(text.encode(), "", "text").text == text


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


VOCALISED = "ذَهَبَ الطَّالِبُ إِلَى المَدْرَسَةِ صَبَاحًا وَقَرَأَ كِتَابًا جَدِيدًا فِي المَكْتَبَةِ القَرِيبَةِ"


@pytest.mark.parametrize("encoding", ["cp1256", "iso8859-6"])
def test_vocalised_text_is_told_apart_as_well(encoding):
    found = decode(f"<a>{VOCALISED}</a>".encode(encoding), "text/xml; charset=utf-8", "xml")
    assert (found.text, found.doubtful) == (f"<a>{VOCALISED}</a>", ())


def test_french_among_arabic_in_windows_1256():
    text = "Le roi محمد السادس a reçu l'émir du قطر à Rabat, déjà présenté à Genève"
    found = decode(text.encode("cp1256"), "text/html; charset=utf-8", "text")
    assert (found.text, found.doubtful) == (text, ())


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("cp1251", "Новости города сегодня и завтра"),
        ("cp1253", "Νέα της πόλης σήμερα"),
        ("cp1255", "חדשות היום בעיר הגדולה"),
    ],
)
@pytest.mark.parametrize("labelled", [True, False])
def test_other_scripts_are_not_taken_for_arabic(encoding, text, labelled):
    found = decode(text.encode(encoding), f"text/html; charset={encoding}" if labelled else "", "text")
    assert (found.text, bool(found.doubtful)) == (text, not labelled)
