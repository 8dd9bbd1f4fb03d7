"""Groups come out as they are defined, whatever the order in which articles come. All texts here are invented."""

import random
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import combinations
from pathlib import Path
from threading import Barrier

import pytest
from sqlmodel import col, select
from stored import NOON, context, draft

from domain.article import Draft, Text
from domain.buckets import entries
from domain.copies import CopyText, fingerprint, judge
from domain.groups import MERGED, Bundles, Item, grouped
from domain.topics import learn
from storage import alerts, articles, channels, copies, relations, topics
from storage.engine import Database, lock_grouping
from storage.models import Article, Relation, ShingleBucket
from worker import copy_verdicts
from worker.context import Context
from worker.deduplicate import regroup
from worker.keep import keep, read_article, revise

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
WINDOW = timedelta(days=14)


@pytest.fixture
def worker(db: Database, tmp_path: Path) -> Context:
    return context(db, tmp_path)


def words(name: str, first: int, last: int) -> str:
    return " ".join(f"{name}{'ابتثجحخدذرزكلمنه'[n // 10]}{'سشصضطظعغفق'[n % 10]}" for n in range(first, last))


def invented(seed: int, number: int = 14) -> list[Draft]:
    """Make articles that overlap in many ways: cut, glued, moved numbers, equal, days and weeks apart."""
    dice = random.Random(seed)
    found = []
    for n in range(number):
        start, size = dice.randrange(0, 50, 5), dice.choice((6, 20, 30, 45))
        text = words("نص", start, start + size)
        if dice.random() < 0.4:
            text += " " + words("غير", dice.randrange(0, 30, 10), 50)
        if dice.random() < 0.3:
            text += f" وبلغ العدد {dice.randrange(3)} يوم {dice.choice(('الأحد', 'الاثنين'))}"
        at = NOON + dice.choice((HOUR, HOUR, 20 * HOUR, 9 * DAY)) * dice.randrange(4)
        found.append(draft(f"k{n:02}", body=text, outlet=f"صحيفة {dice.randrange(4)}", at=at))
    return found


def bring(worker: Context, *batch: Draft) -> None:
    readings = [read_article(worker, d) for d in batch]
    worker.db.transact(lambda session: keep(worker, session, readings, feed_id=None, document=""))


def stored(worker: Context) -> dict[str, str]:
    """Give the key of each article's lead."""
    with worker.db.read() as session:
        keys = dict(session.exec(select(Article.id, Article.key)).all())
        groups = session.exec(select(Article.key, Article.group_id)).all()
    return {key: keys[group] for key, group in groups if group is not None}


def item(one: Draft) -> Item:
    return Item(one.key, CopyText(fingerprint(one.body), one.outlet, one.event_at))


def defined(drafts: list[Draft], said: Bundles[str] | None = None) -> dict[str, str]:
    return grouped([item(d) for d in drafts], WINDOW, said)


def in_any_order(worker: Context, drafts: list[Draft], seed: int) -> None:
    """Bring articles in an order and in batches by chance."""
    dice = random.Random(seed)
    order = dice.sample(drafts, len(drafts))
    while order:
        batch, order = order[: (size := dice.choice((1, 1, 2, 5)))], order[size:]
        bring(worker, *batch)


@pytest.mark.parametrize("seed", range(6))
def test_the_groups_are_a_function_of_the_articles(worker: Context, seed: int) -> None:
    drafts = invented(seed)
    in_any_order(worker, drafts, seed + 100)
    assert stored(worker) == defined(drafts)


def everything(worker: Context) -> tuple[set[tuple[str, str]], set[tuple[object, ...]], set[tuple[int, str]]]:
    """Give groups, relations and index with keys in place of ids."""
    with worker.db.read() as session:
        keys = dict(session.exec(select(Article.id, Article.key)).all())
        links = {
            (keys[r.a], keys[r.b], r.kind, r.share, keys[r.longer], str(r.evidence))
            for r in session.exec(select(Relation))
        }
        index = {(value, keys[id]) for row in session.exec(select(ShingleBucket)) for value, id in entries(row.entries)}
    return set(stored(worker).items()), links, index


def test_relations_and_index_do_not_depend_on_the_order_either(
    sqlite: Database, empty_postgres: Database, tmp_path: Path
) -> None:
    tolls = [
        draft(f"t{n}", body=f"{words('خبر', 0, 60)} وبلغ عدد القتلى {n}", outlet=f"صحيفة {n}", at=NOON + n * HOUR)
        for n in (3, 7)
    ]
    drafts = [*invented(77, 20), *tolls]
    first, second = context(sqlite, tmp_path), context(empty_postgres, tmp_path)
    bring(first, *drafts)
    in_any_order(second, drafts, 3)
    assert everything(first) == everything(second)
    assert {row[2] for row in everything(first)[1]} == {"copy", "contains", "update"}


@pytest.mark.parametrize("seed", range(3))
def test_the_words_of_analysts_hold_in_any_order(worker: Context, seed: int) -> None:
    drafts = invented(seed + 40, 12)
    dice = random.Random(seed)
    pairs = dice.sample(list(combinations([d.key for d in drafts], 2)), 4)
    bring(worker, *drafts[:6])
    bring(worker, *drafts[6:])
    with worker.db.read() as session:
        ids = {d.key: articles.id_of(session, d.key) for d in drafts}
    for n, (a, b) in enumerate(pairs):
        copy_verdicts.say(worker, ids[a], ids[b], same=n % 2 == 0)
    said = Bundles(pairs[::2], pairs[1::2])
    assert stored(worker) == defined(drafts, said)
    regrouped(worker, *ids.values())
    assert stored(worker) == defined(drafts, said)
    late = [draft(f"m{n}", body=d.body, outlet="أخرى", at=d.event_at - HOUR) for n, d in enumerate(drafts[:5])]
    bring(worker, *late)
    assert stored(worker) == defined([*drafts, *late], said)
    for n, (a, b) in enumerate(pairs):
        copy_verdicts.say(worker, ids[b], ids[a], same=n % 2 == 0, undo=True)
    assert stored(worker) == defined([*drafts, *late])


def regrouped(worker: Context, *ids: int) -> None:
    def use_case(session: object) -> None:
        lock_grouping(session)  # type: ignore[arg-type]
        regroup(session, ids, NOON, WINDOW, worker.masks)  # type: ignore[arg-type]

    worker.db.transact(use_case)


@pytest.mark.parametrize("seed", range(3))
def test_an_article_that_changes_its_text_and_time_is_settled_with_all_that_it_touches(
    worker: Context, seed: int
) -> None:
    drafts, others = invented(seed + 60, 10), invented(seed + 80, 10)
    bring(worker, *drafts)
    for n in (0, 3, 6, 9):
        old, new = drafts[n], others[n]
        changed = draft(old.key, body=new.body, outlet=old.outlet, at=new.event_at)
        with worker.db.read() as session:
            article = articles.get(session, articles.id_of(session, old.key))
        reading = read_article(worker, changed)
        worker.db.transact(lambda s, a=article, r=reading: revise(worker, s, a, r, {}))
        drafts[n] = changed
        assert stored(worker) == defined(drafts)


def test_every_follower_was_judged_a_copy_of_its_lead(worker: Context) -> None:
    drafts = [d for seed in (1, 2, 3) for d in invented(seed)]
    drafts = [draft(f"{n}", body=d.body, outlet=d.outlet, at=d.event_at) for n, d in enumerate(drafts)]
    in_any_order(worker, drafts, 5)
    sides = {d.key: item(d).side for d in drafts}
    groups = stored(worker)
    assert all(judge(sides[key], sides[lead]).relation in MERGED for key, lead in groups.items() if key != lead)
    assert 0 < sum(key != lead for key, lead in groups.items()) < len(drafts)


def test_two_workers_with_two_copies_at_the_same_instant_end_with_one_group(worker: Context) -> None:
    text, gate = words("نص", 0, 70), Barrier(4)

    def work(n: int) -> None:
        own = context(worker.db, Path(), NOON)
        one = draft(f"k{n}", body=f"{text} {words('ذيل', n, n + 5)}", outlet=f"صحيفة {n}", at=NOON - n * HOUR)
        reading = read_article(own, one)
        gate.wait(30)
        own.db.transact(lambda session: keep(own, session, [reading], feed_id=None, document=""))

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(work, range(4)))
    assert stored(worker) == dict.fromkeys(("k0", "k1", "k2", "k3"), "k3")
    with worker.db.read() as session:
        sketch = fingerprint(f"{text} {words('ذيل', 3, 8)}").sketch
        lead = articles.id_of(session, "k3")
        rows = session.exec(select(ShingleBucket.entries))
        assert {value for data in rows for value, id in entries(data) if id == lead} == set(sketch)
        assert copies.common(session) == set()


def test_a_relation_carries_its_evidence(worker: Context) -> None:
    wire, tail = words("نص", 0, 60), words("غير", 0, 90)
    bring(worker, draft("أ", body=f"مقدمة {wire}"), draft("ب", body=f"{wire}", outlet="ب", at=NOON + HOUR))
    bring(worker, draft("ج", body=f"{tail} {words('نص', 20, 50)}", outlet="ج", at=NOON + 2 * HOUR))
    bring(worker, draft("د", body=words("نص", 20, 45) + " " + words("آخر", 0, 4), outlet="د", at=NOON + 3 * HOUR))
    with worker.db.read() as session:
        ids = {key: articles.id_of(session, key) for key in "أبجد"}
        (copy,) = relations.of(session, ids["ب"])
        seen = {(link.kind, link.other.key) for link in relations.of(session, ids["د"])}
        back = {(link.kind, link.other.key) for link in relations.of(session, ids["ج"])}
    assert (copy.kind, copy.other.key, copy.share, copy.shared, copy.runs) == ("copy", "أ", 1.0, 58, ((0, 1, 60),))
    assert copy.made_with == "rule 3, masks 0 0"
    assert ("contained", "ج") in seen
    assert ("contains", "د") in back


def test_relations_go_with_what_they_were_made_of(worker: Context) -> None:
    wire = words("نص", 0, 60)
    bring(worker, draft("أ", body=wire, at=NOON), draft("ب", body=wire, outlet="ب", at=NOON + HOUR))
    bring(worker, draft("ج", body=wire + " زيادة", outlet="ج", at=NOON - HOUR))
    with worker.db.read() as session:
        rows = session.exec(select(Relation).order_by(col(Relation.a))).all()
        keys = {id: articles.get(session, id).key for row in rows for id in (row.a, row.b)}
        assert [(keys[row.a], keys[row.b], row.kind) for row in rows] == [("أ", "ج", "copy"), ("ب", "ج", "copy")]


def test_the_same_text_far_later_follows_an_earlier_that_comes_after_it(worker: Context) -> None:
    wire = words("نص", 0, 90)
    bring(worker, draft("أ", body=wire, outlet="أ", at=NOON + 400 * DAY))
    bring(worker, draft("ب", body=wire, outlet="ب", at=NOON))
    assert stored(worker) == {"أ": "ب", "ب": "ب"}


def test_a_word_still_holds_when_the_earlier_of_the_two_changes_its_group(worker: Context) -> None:
    wire = words("نص", 0, 90)
    old, new = (
        draft("أ", body=wire, at=NOON),
        draft("ب", body=f"{words('غير', 0, 9)} {wire}", outlet="ب", at=NOON + DAY),
    )
    bring(worker, old, new)
    with worker.db.read() as session:
        ids = [articles.id_of(session, key) for key in "أب"]
    copy_verdicts.say(worker, *ids, same=False)
    assert stored(worker) == {"أ": "أ", "ب": "ب"}
    first = draft("ج", body=f"{words('غير', 0, 9)} {wire}", outlet="ج", at=NOON - HOUR)
    bring(worker, first)
    assert stored(worker) == {"أ": "ج", "ب": "ب", "ج": "ج"}


def test_a_lead_that_changes_tells_nobody_again(worker: Context) -> None:
    text, reference = words("نص", 0, 70), Text("سوق", words("نص", 0, 70))
    with worker.db.write() as session:
        topic = topics.add(session, "سوق", learn("سوق", [reference]).to_json(), [(reference, "")], NOON)
        channel, _ = channels.add(session, "https://hook.example/", "whsec_x", NOON)
        alerts.subscribe(session, topic.id or 0, channel.id or 0, NOON)
        worker.detector.refresh(session)
    told = [tell(worker, draft("أ", "سوق", text, outlet="أ", may_alert=True))]
    told.append(tell(worker, draft("ب", "سوق", text, outlet="ب", at=NOON - HOUR, may_alert=True)))
    told.append(tell(worker, draft("ج", "سوق", text, outlet="ج", at=NOON - 2 * HOUR, may_alert=True)))
    assert stored(worker) == {"أ": "ج", "ب": "ج", "ج": "ج"}
    with worker.db.read() as session:
        ids = [articles.id_of(session, key) for key in "أج"]
        assert len(session.exec(select(Article.story_id).distinct()).all()) == 1
    copy_verdicts.say(worker, *ids, same=False)
    told.append(tell(worker, draft("د", "سوق", text, outlet="د", at=NOON + HOUR, may_alert=True)))
    assert told == [1, 0, 0, 0]


def tell(worker: Context, one: Draft) -> int:
    """Keep an article. Gives how many alerts came of it."""
    readings = [read_article(worker, one)]
    return len(worker.db.transact(lambda s: keep(worker, s, readings, feed_id=None, document="")).alerts)
