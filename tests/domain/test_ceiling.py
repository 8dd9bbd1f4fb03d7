"""What is told from hashes of stems is never less than what reading the article tells, and hardly ever more."""

import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.article import Basis, Text
from domain.topics import analyse, learn, measure
from domain.topics.ceiling import Ceiling, Hashed, hash_text, hashed
from domain.topics.profile import Term

TOPIC = Text(
    "فيضان النهر يغمر قرى الضفة",
    "غمر فيضان النهر قرى الضفة الشرقية ليل الاثنين، وأجلت فرق الإنقاذ السكان إلى المدارس.\n"
    "وقال محافظ الضفة إن منسوب النهر بلغ مستوى لم يسجل منذ عقود.",
)
WORDS = [*f"{TOPIC.title} {TOPIC.body}".split(), "القمح", "السوق", "الأسعار", "المباراة", "البرلمان", "و", "12"]
PROFILES = [learn("فيضان النهر", [TOPIC]), learn("أي اسم", [TOPIC], by_name=False)]


def texts(number: int) -> list[Text]:
    chance = random.Random(3)
    made = [
        Text(" ".join(chance.choices(WORDS, k=chance.randint(0, 9))), " ".join(chance.choices(WORDS, k=k)))
        for k in (chance.randint(0, 180) for _ in range(number))
    ]
    return [TOPIC, Text("", ""), Text("", "النهر " * 400), *made]


@pytest.mark.parametrize("named", [True, False])
def test_it_is_what_reading_measures(named: bool) -> None:
    profile = learn("فيضان النهر", [TOPIC], by_name=named)
    spelt = tuple(replace(term, spellings=("قمح", "سوق")) if n == 1 else term for n, term in enumerate(profile.facets))
    profile = replace(profile, facets=spelt, terms=(*profile.terms, Term("اسعار", "الأسعار", 0.1, ("قمح",))))
    read = texts(200)
    similarities, coverages = Ceiling(profile).of([hash_text(text) for text in read])
    for text, similarity, coverage in zip(read, similarities, coverages, strict=True):
        measured = measure(profile, analyse(text))
        assert measured.similarity <= similarity <= measured.similarity * (1 + 1e-6)
        if measured.similarity:
            assert measured.coverage <= coverage
            if not any(" " in facet.stem for facet in profile.facets):  # whose words may stand apart
                assert coverage <= measured.coverage * (1 + 1e-6)


@given(st.lists(st.tuples(*[st.lists(st.sampled_from(WORDS), max_size=40).map(" ".join)] * 2), max_size=5))
def test_nothing_measures_more_than_its_ceiling(articles: list[tuple[str, str]]) -> None:
    read = [Text(title, body) for title, body in articles]
    for profile in PROFILES:
        ceilings = zip(*Ceiling(profile).of([hash_text(text) for text in read]), strict=True)
        for text, (similarity, coverage) in zip(read, ceilings, strict=True):
            real = measure(profile, analyse(text))
            assert real.similarity <= similarity <= 1
            assert not real.similarity or real.coverage <= coverage <= 1


def test_a_stem_with_the_hash_of_another_only_adds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("domain.topics.ceiling.zlib.crc32", lambda data: len(data) % 7)
    monkeypatch.setattr("domain.topics.ceiling._hashes", type(Ceiling.of.__globals__["_hashes"])())
    profile = learn("فيضان النهر", [TOPIC])
    read = texts(100)
    similarities, coverages = Ceiling(profile).of([hash_text(text) for text in read])
    for text, similarity, coverage in zip(read, similarities, coverages, strict=True):
        measured = measure(profile, analyse(text))
        assert measured.similarity <= similarity
        assert not measured.similarity or measured.coverage <= coverage


def test_hashes_are_the_same_everywhere() -> None:
    assert hashed(["نهر"], ["فيض", "نهر"], 2.5) == Hashed(1, 2.5, bytes.fromhex("6d9ef4f08d4468d46d9ef4f0"))
    assert hash_text(Text("", "", Basis.HEADLINE)) == Hashed(0, 1.0, b"")
    assert Ceiling(learn("فيضان النهر", [TOPIC])).of([])[0].tolist() == []
