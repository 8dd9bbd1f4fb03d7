"""Topics with a query, with names, and with any mix: what they decide, why, and the same when thousands are asked."""

import random
from dataclasses import replace

import pytest

from domain.article import Basis, Text
from domain.errors import BadInput
from domain.topics import (
    Profile,
    RuleIndex,
    TopicIndex,
    analyse,
    decide,
    kind_in,
    kind_of,
    learn,
    looks_for,
    make_profile,
    make_rules,
    reason,
    refine,
)
from domain.topics.against import against
from domain.topics.rules import Rules, needed

NAME = "حريق مرفأ الصدف"
REFERENCE = Text(
    "حريق كبير في مرفأ الصدف",
    "اندلع حريق كبير في مستودعات مرفأ الصدف فجر الأحد، وأتى على صوامع القمح، وشاركت في إخماده سفن الإطفاء، وقال وزير "
    "النقل يورغن غالاهان إن أسباب الحريق لم تعرف بعد، وإن المرفأ سيبقى مغلقا أسبوعا أمام السفن.",
)
FIRE = Text(
    "إخماد حريق مرفأ الصدف",
    "أخمدت فرق الإطفاء حريق مستودعات القمح في مرفأ الصدف بعد يومين، وقال الوزير يورجن غالاهان إن المرفأ يفتح غدا.",
)
DRILL = Text(
    "تدريب على إخماد حريق في مرفأ الصدف",
    "أجرت فرق الإطفاء تدريبا على إخماد حريق في مستودعات القمح بمرفأ الصدف، وشاركت فيه سفن الإطفاء.",
)
OTHER = Text("معرض الخط العربي", "افتتح وزير الثقافة معرض الخط في قاعة المدينة، وضم لوحات لخطاطين قدامى من مرجانة.")


def profile(*, example: bool = False, **given: object) -> Profile:
    return make_profile(NAME, [REFERENCE] if example else [], make_rules(**given))  # type: ignore[arg-type]


def score(topic: Profile, text: Text) -> float:
    decision = decide(topic, analyse(text))
    assert decision.match == (decision.score >= 0.5)
    assert decision.margin == pytest.approx(decision.score - 0.5)
    return decision.score


def test_a_query_decides() -> None:
    topic = profile(query="حريق (مرفأ أو ميناء) -تدريب")
    assert kind_of(topic) == "query"
    assert score(topic, FIRE) > 0.8
    assert score(topic, DRILL) == 0
    assert score(topic, OTHER) == 0
    assert not decide(topic, analyse(DRILL)).near, "a query is met or not"


def test_what_stands_in_the_title_counts_more() -> None:
    topic = profile(query="قمح")
    words = "كلمة " * 200
    title, lead, tail = Text("قمح", words), Text("خبر", f"قمح {words}"), Text("خبر", f"{words} قمح")
    assert score(topic, title) > score(topic, lead) > score(topic, tail) > 0.5


def test_names_decide_in_their_spellings() -> None:
    topic = profile(names=["يورغن غالاهان", "مرجانة"])
    assert kind_of(topic) == "names"
    assert score(topic, FIRE) > 0.5
    assert score(topic, OTHER) > 0.5
    assert score(topic, DRILL) == 0


def test_several_names_are_asked_for_and_one_too_few_is_near() -> None:
    topic = profile(names=["يورغن غالاهان", "مرفأ الصدف", "مرجانة"], least=2)
    assert score(topic, FIRE) > 0.5
    decision = decide(topic, analyse(DRILL))
    assert (decision.match, decision.near, decision.score) == (False, True, 0.25)
    why = reason(topic, DRILL, analyse(DRILL), decision)
    assert why["missing"] == ["يورغن غالاهان", "مرجانة"]
    assert not decide(profile(names=["كيم", "كوليبا"], least=2), analyse(FIRE)).near


def test_a_query_narrows_an_example() -> None:
    example, topic = profile(example=True), profile(example=True, query="-تدريب حريق")
    assert kind_of(topic) == kind_in(topic.to_json()) == "example+query"
    assert score(example, DRILL) > 0.5
    assert score(topic, DRILL) == 0
    assert score(topic, FIRE) == min(score(example, FIRE), score(profile(query="-تدريب حريق"), FIRE))
    assert (topic.terms, topic.facets) == (example.terms, example.facets)


def test_one_criterion_can_be_enough() -> None:
    topic = profile(example=True, names=["مرجانة"], any=True)
    assert score(topic, FIRE) == score(profile(example=True), FIRE)
    assert score(topic, OTHER) == score(profile(names=["مرجانة"]), OTHER)
    assert score(replace(topic, rules=replace(topic.rules, any=False)), OTHER) < 0.5


def test_a_mix_is_near_where_only_the_example_nearly_is() -> None:
    topic = profile(example=True, query="حريق")
    reached = decide(profile(example=True), analyse(FIRE)).score
    near = replace(topic, line=1.1 * reached / (1 - reached))
    assert decide(replace(near, rules=Rules()), analyse(FIRE)).near
    assert decide(near, analyse(FIRE)).near
    assert not decide(replace(near, rules=make_rules("زلزال")), analyse(FIRE)).near
    assert decide(replace(near, rules=make_rules("زلزال", any=True)), analyse(FIRE)).near


def test_the_reason_has_the_words_of_the_article_with_their_places() -> None:
    topic = profile(query='حريق "مستودعات القمح" -تدريب', names=["يورغن غالاهان"])
    why = reason(topic, FIRE, analyse(FIRE), decide(topic, analyse(FIRE)))
    terms = why["terms"]
    assert isinstance(terms, list)
    assert [(t["surface"], t["field"]) for t in terms] == [
        ("حريق", "title"), ("حريق", "body"), ("مستودعات القمح", "body"), ("يورجن غالاهان", "body"),
    ]  # fmt: skip
    parts = {"title": FIRE.title, "body": FIRE.body}
    assert all(parts[t["field"]][t["start"] : t["end"]] == t["surface"] for t in terms)
    assert sum(t["weight"] for t in terms) == pytest.approx(1)
    assert why["kind"] == "query+names"
    criteria = why["criteria"]
    assert isinstance(criteria, list)
    assert [(one["kind"], one["match"]) for one in criteria] == [("query", True), ("names", True)]
    assert (why["missing"], why["excluded"], why["facets"]) == ([], [], [])
    sentence = why["sentence"]
    assert isinstance(sentence, dict)
    assert "يورجن غالاهان" in sentence["text"]


def test_the_reason_says_what_is_missing_and_what_is_excluded() -> None:
    topic = profile(query="حريق زلزال -تدريب", names=["يورغن غالاهان"])
    decision = decide(topic, analyse(DRILL))
    why = reason(topic, DRILL, analyse(DRILL), decision)
    assert (why["missing"], why["excluded"]) == (["زلزال", "يورغن غالاهان"], ["تدريب", "تدريبا"])
    assert against(topic, analyse(DRILL), decision) == {"absent": [], "weak": [], "unlike": False}


def test_a_mix_explains_its_example_too() -> None:
    topic = profile(example=True, names=["يورغن غالاهان"])
    why = reason(topic, FIRE, analyse(FIRE), decide(topic, analyse(FIRE)))
    assert [facet["surface"] for facet in why["facets"]] == [facet.surface for facet in topic.facets]  # type: ignore[attr-defined]
    surfaces = [term["surface"] for term in why["terms"]]  # type: ignore[attr-defined]
    assert "يورجن غالاهان" in surfaces
    assert "القمح" in surfaces


def test_json_gives_the_same_profile_back_and_old_profiles_are_read() -> None:
    topic = profile(example=True, query=" حريق  -تدريب", names=["يورغن غالاهان = غالاهان", "مرجانة"], least=2, any=True)
    assert Profile.from_json(topic.to_json()) == topic
    assert looks_for(topic)[:3] == ["حريق -تدريب", "يورغن غالاهان", "مرجانة"]
    old = learn(NAME, [REFERENCE])
    assert "rules" not in old.to_json(), "a topic by example is stored as before"
    assert Profile.from_json(old.to_json()) == old
    with pytest.raises(ValueError, match="not the rules"):
        Profile.from_json(old.to_json() | {"rules": {"query": 1}})


def test_verdicts_keep_the_rules() -> None:
    topic = profile(example=True, query="حريق")
    assert refine(topic, []).rules == topic.rules


def test_what_cannot_be_asked_is_refused() -> None:
    with pytest.raises(BadInput, match="a reference article, a query or names"):
        profile()
    with pytest.raises(BadInput, match="ask for 1 to 2"):
        make_rules(names=["كيم", "مرجانة"], least=3)
    with pytest.raises(BadInput, match="ask for 1 to 1"):
        make_rules("حريق", least=0)


WORDS = (
    *("حريق", "مرفأ", "الصدف", "تدريب", "القمح", "الإطفاء", "وزير", "النقل", "المدينة", "السفن", "غالاهان", "جالاهان"),
    *("نتنياهو", "نتانياهو", "مرجانة", "ومرجانة", "الثقافة", "لوحات", "يورغن", "يورجن", "أبوظبي", "ظبي", "أبو"),
)


def chance_profiles(chance: random.Random, number: int) -> dict[int, Profile]:
    """Make topics of every kind from chance words, some by example alone."""
    made: dict[int, Profile] = {}
    for id in range(1, number + 1):
        one, two, three, four = chance.sample(WORDS, 4)
        query = chance.choice(
            ["", one, f"{one} {two}", f"{one} -{two}", f"({one} أو {two}) -{three}", f'"{one} {two}"', f"عنوان:{one}",
             f"{one} ({two} أو {three}) -({four} {one})"]
        )  # fmt: skip
        names = chance.choice([[], [three], [f"{three} {four}"], [one, f"{three} = {four}", "يورغن غالاهان"]])
        example = chance.random() < 0.4 or not (query or names)
        least = chance.randint(1, len(names) or 1)
        made[id] = profile(example=example, query=query, names=names, least=least, any=chance.random() < 0.4)
    return made


def test_the_index_decides_as_asking_each_topic() -> None:
    chance = random.Random(11)
    profiles = chance_profiles(chance, 300)
    index = RuleIndex(profiles)
    examples = TopicIndex(index.others)
    texts = [FIRE, DRILL, OTHER, REFERENCE, Text("", ""), *(chance_text(chance) for _ in range(60))]
    found, kinds = 0, set()
    for text in texts:
        analysis = analyse(text)
        asked = ((id, decide(topic, analysis)) for id, topic in profiles.items())
        expected = [(id, decision) for id, decision in asked if decision.match or decision.near]
        assert index.decide(analysis, examples.decide(analysis)) == expected
        found += len(expected)
        kinds |= {kind_of(profiles[id]) for id, _ in expected}
    assert found > 500
    assert len(kinds) == 7, "every kind was met"


def chance_text(chance: random.Random) -> Text:
    title = " ".join(chance.choices(WORDS, k=4))
    return Text(title, " ".join(chance.choices(WORDS, k=chance.randint(0, 30))), chance.choice(list(Basis)))


def test_topics_are_proposed_by_the_rarest_word_that_they_need() -> None:
    assert needed(make_rules("قال غالاهان")).stems == {"غالاهان"}
    assert needed(make_rules("(حريق أو زلزال) -تدريب")).stems == {"حريق", "زلزال"}
    assert needed(make_rules("قال", ["غالاهان"])).spelt == {"غالاهان"}
    assert needed(make_rules("قال", ["غالاهان"], any=True)).stems == {"قال"}
