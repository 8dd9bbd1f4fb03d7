"""No article measures more than its ceiling, whatever it says."""

from hypothesis import given
from hypothesis import strategies as st

from domain.article import Text
from domain.background import shipped_background
from domain.topics import analyse, learn, measure
from domain.topics.ceiling import NOTHING, Ceiling

REFERENCE = Text(
    "زلزال يضرب مدينة الواحة ويشرد المئات",
    "ضرب زلزال مدينة الواحة فجر الخميس وهدم عشرات البيوت، وشردت الهزات الارتدادية مئات العائلات، "
    "فيما بدأت فرق الإنقاذ والهلال الأحمر البحث عن ناجين تحت الأنقاض وأقامت مخيما شمال المدينة.",
)
WORDS = (
    *("زلزال", "الواحة", "مدينة", "الإنقاذ", "الأنقاض", "مخيم", "البيوت", "هزات"),
    *("أسعار", "النفط", "مباراة", "في", "على", "الحكومة", "انتخابات", "البحث"),
)
PROFILES = [learn("زلزال مدينة الواحة", [REFERENCE]), learn("أي اسم", [REFERENCE], by_name=False)]
TEXTS = st.lists(st.sampled_from(WORDS), max_size=40).map(" ".join)


def stems(text: Text) -> list[str]:
    of = shipped_background().stems
    return [*of(text.title) * 2, *of(text.body)]


@given(TEXTS, TEXTS)
def test_nothing_measures_more_than_its_ceiling(title: str, body: str) -> None:
    text = Text(title, body)
    for profile in PROFILES:
        real = measure(profile, analyse(text))
        plain, counted = (Ceiling(profile).of(stems(text), counted=counted) for counted in (False, True))
        assert real.similarity <= counted.similarity <= plain.similarity
        assert not real.similarity or real.coverage <= counted.coverage == plain.coverage


def test_the_reference_itself_may_be_everything_and_another_text_nothing() -> None:
    for profile in PROFILES:
        ceiling = Ceiling(profile)
        assert ceiling.of(stems(REFERENCE)).similarity > 0.99
        assert ceiling.of(["مباراة"]) is NOTHING
        assert ceiling.of([]) is NOTHING
        passing = ceiling.of(stems(Text("", "زلزال")))
        assert 0 < passing.similarity < 0.6
