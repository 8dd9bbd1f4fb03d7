"""Copy groups as they are defined. All texts here are invented."""

import random
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.copies import CopyText, fingerprint, judge
from domain.errors import BadInput
from domain.groups import MERGED, Bundles, Item, alike, grouped, nearest

NOON = datetime(2026, 4, 6, 12, tzinfo=UTC)
WINDOW = timedelta(days=14)


def words(name: str, first: int, last: int) -> str:
    return " ".join(f"{name}{'ابتثجحخدذرزكلمنه'[n // 10]}{'سشصضطظعغفق'[n % 10]}" for n in range(first, last))


def item(key: str, text: str, hours: float = 0, outlet: str = "") -> Item:
    return Item(key, CopyText(fingerprint(text), outlet or key, NOON + timedelta(hours=hours)))


def leads(*items: Item, said: Bundles[str] | None = None) -> str:
    groups = grouped(items, WINDOW, said)
    return " ".join(f"{key}{groups[key]}" for key in sorted(groups))


def test_the_earliest_leads_and_the_key_breaks_ties() -> None:
    text = words("نص", 0, 80)
    assert leads(item("ب", text, 2), item("أ", text, 3), item("ج", text, 1)) == "أج بج جج"
    assert leads(item("ب", text), item("أ", text)) == "أأ بأ"


def test_every_follower_copies_its_lead_and_nothing_chains() -> None:
    items = [item(str(n), words("نص", 20 * n, 20 * n + 80), n) for n in range(1)]
    items += [item(f"{n}", words("نص", 25 * (n % 3), 25 * (n % 3) + 60), n) for n in range(1, 9)]
    groups = grouped(items, WINDOW)
    sides = {one.key: one.side for one in items}
    assert all(judge(sides[key], sides[lead]).relation in MERGED for key, lead in groups.items() if key != lead)


def test_the_head_with_most_in_common_is_followed_the_earlier_of_equals() -> None:
    a, b = item("أ", words("نص", 0, 60)), item("ب", words("نص", 40, 100), 1)
    assert leads(a, b, item("ج", words("نص", 30, 96), 2)) == "أأ بب جب"
    assert (
        leads(a, item("ب", words("نص", 0, 60) + words("غير", 0, 70), 1), item("ج", words("نص", 0, 60), 2)) == "أأ بأ جأ"
    )


def test_articles_said_to_be_the_same_bring_their_copies_along() -> None:
    a, b, copy = item("أ", words("نص", 0, 60)), item("ب", words("غير", 0, 60), 1), item("ج", words("غير", 0, 58), 2)
    assert leads(a, b, copy) == "أأ بب جب"
    assert leads(a, b, copy, said=Bundles([("أ", "ب")])) == "أأ بأ جأ"
    assert leads(a, b, copy, said=Bundles([("ج", "أ")])) == "أأ بب جأ"


def test_articles_said_to_be_not_the_same_never_share_a_group() -> None:
    text = words("نص", 0, 80)
    a, b, c = item("أ", text), item("ب", text, 1), item("ج", text, 2)
    assert leads(a, b, c, said=Bundles(apart=[("أ", "ب")])) == "أأ بب جأ"
    assert leads(a, b, c, said=Bundles(apart=[("أ", "ب"), ("أ", "ج")])) == "أأ بب جب"
    assert leads(a, b, c, said=Bundles([("أ", "ج")], [("ب", "ج")])) == "أأ بب جأ"  # a word counts for the bundle


def test_what_contradicts_an_earlier_word_is_refused_and_named() -> None:
    said = Bundles([(1, 2), (2, 3)], [(3, 4)])
    with pytest.raises(BadInput, match="by way of 2: undo"):
        said.check(1, 3, same=False)
    with pytest.raises(BadInput, match="3 and 4 were said to be not the same"):
        said.check(4, 1, same=True)
    with pytest.raises(BadInput, match="two articles"):
        said.check(4, 4, same=True)
    said.check(1, 4, same=False)
    said.check(5, 1, same=True)


def test_what_is_compared_is_bounded_and_near() -> None:
    places = {n: (NOON + timedelta(hours=n), str(n)) for n in range(30)}
    assert nearest(dict.fromkeys(range(20), 5) | {3: 9, 4: 1}, places, places[29]) == [3, 19, 18, 17, 16, 15, 14, 13]
    assert alike(places, places[20], timedelta(hours=5)) == [0, 15, 16, 17, 18, 19]


@given(st.permutations(range(8)), st.integers(0, 40))
def test_the_order_of_the_articles_does_not_matter(order: Iterable[int], seed: int) -> None:
    dice = random.Random(seed)
    items = []
    for n in range(8):
        start = dice.randrange(0, 60, 5)
        items.append(
            item(str(n), words("نص", start, start + dice.choice((20, 40, 60))), dice.randrange(9), "أب"[n % 2])
        )
    assert grouped([items[n] for n in order], WINDOW) == grouped(items, WINDOW)
