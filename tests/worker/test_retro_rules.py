"""The retro-hunt of query and names says what reading every article says, and reads few of them."""

import random
from dataclasses import replace
from pathlib import Path

import pytest
from press import NAME, STORY
from service import HEADLINE, REFERENCE
from stored import context, draft, store

from domain.article import Text
from domain.topics import Profile, analyse, decide, make_profile, make_rules
from storage import articles
from storage.engine import Database
from worker import retro_rules
from worker.context import Context
from worker.retro import hunt

WORDS = ["المرفأ", "السفينة", "الصيادين", "النورس", "نتنياهو", "نتانياهو", "ونتنياهو", "مرجانة", "ومرجانة", "ظبي"]
OTHERS = ["الحكومة", "البرلمان", "النفط", "الأسعار", "المباراة", "المدرسة", "الطبيب", "المطر", "القمح", "أبو", "أبوظبي"]
RULES = (
    make_rules("السفينة -القمح"),
    make_rules("عنوان:(السفينة أو مرجانة) النفط"),
    make_rules('"السفينة الصيادين" أو "أسعار النفط"'),
    make_rules(names=["نتنياهو", "أبو ظبي = العاصمة"]),
    make_rules(names=["نتنياهو", "أبو ظبي", "مرجانة"], least=3),
    make_rules("القمح", ["نتنياهو"]),
    make_rules("القمح", ["نتنياهو"], any=True),
)


def archive(worker: Context) -> dict[int, Text]:
    """Store articles of chance words; one is longer than the index holds, one is not in Arabic."""
    chance = random.Random(5)
    drafts = [draft("s", HEADLINE, STORY), draft("long", "كتاب", "كلمة " * 15_000 + "السفينة الصيادين نتنياهو القمح")]
    for n in range(300):
        body = " ".join(chance.choices([*WORDS, *OTHERS * 3], k=chance.randint(3, 30))) if n % 5 else ""
        title = " ".join(chance.choices([*WORDS, *OTHERS], k=4))
        drafts.append(draft(f"n{n}", title, body, language="ar" if n % 7 else ""))
    with worker.db.write() as session:
        ids = store(session, *drafts)
        store(session, draft("fr", "السفينة نتنياهو القمح مرجانة", language="fr"))
    with worker.db.read() as session:
        return articles.texts(session, ids)


@pytest.mark.parametrize("example", [False, True])
def test_it_decides_as_reading_everything_would(db: Database, tmp_path: Path, example: bool) -> None:
    worker = context(db, tmp_path)
    texts = archive(worker)
    last, level = max(texts) + 1, example
    for rules in [*RULES, *(replace(rules, any=not rules.any) for rules in RULES if example)]:
        profile = make_profile(NAME, [REFERENCE] if example else [], rules)
        hunted = hunt(worker, profile, last, level=level)
        asked = {id: decide(hunted.profile, analyse(text)) for id, text in texts.items()}
        expected = {id: found for id, found in asked.items() if found.match or found.near}
        assert hunted.found.keys() == expected.keys(), rules
        assert {id: found.score for id, found in hunted.found.items()} == pytest.approx(
            {id: found.score for id, found in expected.items()}
        )
        assert expected or (example and not rules.any), rules
        assert hunted.read == len(texts)


def test_it_reads_only_what_holds_a_needed_word(db: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    worker = context(db, tmp_path)
    texts = archive(worker)
    read: list[int] = []
    real = articles.texts
    monkeypatch.setattr(retro_rules.articles, "texts", lambda s, ids: (read.extend(ids), real(s, ids))[1])
    profile = make_profile(NAME, [], make_rules("السفينة أسمدة"))
    first, cut = sorted(texts)[:2]
    assert hunt(worker, profile, max(texts), level=False).matches == [first]
    assert read == [first, cut]


def test_articles_after_the_last_one_are_left_out(db: Database, tmp_path: Path) -> None:
    worker = context(db, tmp_path)
    texts = archive(worker)
    profile: Profile = make_profile(NAME, [], make_rules("السفينة"))
    first = min(texts)
    hunted = hunt(worker, profile, first, level=True)
    assert (hunted.read, hunted.matches) == (1, [first])
