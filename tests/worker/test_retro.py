"""The retro-hunt says of every article what reading every article says, and reads few of them."""

import random
from collections.abc import Sequence
from pathlib import Path

import pytest
from press import NAME, STORY
from service import HEADLINE, REFERENCE
from sqlmodel import col, update
from stored import context, draft, store

from domain.article import Basis, Text
from domain.topics import Judged, Profile, analyse, calibrate, judge, learn, measure, refine
from storage import articles, stems
from storage.engine import Database
from storage.learned import ArticleStems
from worker import retro
from worker.context import Context
from worker.retro import hunt
from worker.stems import complete

TOPICAL = ["المرفأ", "السفينة", "الصيادين", "النورس", "الوقود", "الخليج", "الغطس", "الأسمدة", "الرصيف"]
OTHERS = ["الحكومة", "البرلمان", "النفط", "الأسعار", "المباراة", "المدرسة", "الطبيب", "المطر", "القمح", "السوق"]


def archive(worker: Context, number: int = 400, words: Sequence[str] = (*TOPICAL, *OTHERS)) -> dict[int, Text]:
    """Store articles of chance words, some with words of the topic, some of them headlines."""
    chance = random.Random(7)
    drafts = [draft("s", HEADLINE, STORY), draft("h", HEADLINE)]
    for n in range(number):
        body = " ".join(chance.choices(words, k=chance.randint(5, 60))) if n % 5 else ""
        drafts.append(draft(f"n{n}", " ".join(chance.choices(words, k=6)), body, language="ar" if n % 7 else ""))
    drafts.append(draft("long", "كتاب", f"{STORY} " + "كلمة " * 15_000))
    with worker.db.write() as session:
        ids = store(session, *drafts)
    with worker.db.read() as session:
        return articles.texts(session, ids)


def forget(worker: Context, ids: Sequence[int]) -> None:
    """Leave articles as they were stored before stems were kept, every other one as one made in another way."""
    with worker.db.write() as session:
        for id in ids:
            if id % 2:
                stems.forget(session, id)
            else:
                session.exec(update(ArticleStems).where(col(ArticleStems.article_id) == id).values(stemming="0"))


def read_all(profile: Profile, texts: dict[int, Text], level: bool) -> tuple[Profile, dict[int, float]]:
    """Do the same by reading everything. Gives the profile and the scores of what is a match or nearly."""
    measured = {id: (measure(profile, analyse(text)), text.basis) for id, text in texts.items()}
    for basis in sorted({text.basis for text in texts.values()}) if level else ():
        profile = calibrate(profile, [m.similarity for m, b in measured.values() if b is basis], basis)
    decisions = {id: judge(profile, m, basis) for id, (m, basis) in measured.items()}
    return profile, {id: d.score for id, d in decisions.items() if d.match or d.near}


@pytest.mark.parametrize("level", [True, False])
@pytest.mark.parametrize("taught", [False, True])
@pytest.mark.parametrize("lacking", [0, 3, 1], ids=["all kept", "some lack stems", "none kept"])
def test_it_decides_as_reading_everything_would(
    db: Database, tmp_path: Path, level: bool, taught: bool, lacking: int
) -> None:
    worker = context(db, tmp_path)
    texts = archive(worker)
    forget(worker, [id for id in texts if lacking and id % lacking == 0])
    profile = learn(NAME, [REFERENCE])
    if taught:
        judged = [Judged(text, id % 2 == 0) for id, text in list(texts.items())[:6]]
        profile = refine(profile, judged)
    expected, scores = read_all(profile, texts, level)
    hunted = hunt(worker, profile, max(texts), level=level)
    assert hunted.profile == expected
    assert {id: decision.score for id, decision in hunted.found.items()} == pytest.approx(scores)
    assert scores
    assert hunted.read == len(texts)
    assert set(hunted.matches) == {id for id, score in scores.items() if score >= 0.5}


def test_it_reads_only_what_can_matter(db: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    worker = context(db, tmp_path)
    texts = archive(worker, words=(*TOPICAL[:2], *OTHERS * 4))
    read: list[int] = []
    real = retro._read
    monkeypatch.setattr(retro, "READ", 10)
    monkeypatch.setattr(retro, "_read", lambda c, p, pile, ids: (read.extend(ids), real(c, p, pile, ids)))
    hunt(worker, learn(NAME, [REFERENCE]), max(texts), level=True)
    assert len(set(read)) < len(texts) / 2


def test_articles_after_the_last_one_are_left_out(db: Database, tmp_path: Path) -> None:
    worker = context(db, tmp_path)
    texts = archive(worker, 10)
    first = min(texts)
    hunted = hunt(worker, learn(NAME, [REFERENCE]), first, level=True)
    assert (hunted.read, hunted.matches) == (1, [first])
    assert hunted.profile.levels.keys() == {Basis.FULL}


def test_what_lacks_its_stems_gets_them(db: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    worker = context(db, tmp_path)
    texts = archive(worker, 20)
    with worker.db.write() as session:
        store(session, draft("english", "The river", "The river rose", language="en"))
    with worker.db.read() as session:
        before = list(stems.up_to(session, max(texts), 7))
    lacking = sorted(id for id in texts if id % 3)
    others = sorted(id for id in texts if not id % 3)
    forget(worker, lacking)
    with worker.db.read() as session:
        assert [id for id, _ in stems.missing(session, max(texts))] == lacking
        assert [id for rows in stems.up_to(session, max(texts), 7) for id, *_ in rows] == others
    monkeypatch.setattr("worker.stems.AT_ONCE", 4)
    assert complete(worker, max(texts)) == len(lacking)
    assert complete(worker, max(texts) + 1) == 0
    with worker.db.read() as session:
        assert list(stems.up_to(session, max(texts), 7)) == before
