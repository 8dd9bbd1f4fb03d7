"""Buckets of packed entries."""

from hypothesis import given
from hypothesis import strategies as st

from domain.buckets import BUCKETS, bucket_of, entries, holders, packed, without

SIGNED = st.integers(-(2**63), 2**63 - 1)
SKETCHES = st.dictionaries(st.integers(1, 2**31 - 1), st.sets(SIGNED | st.integers(0, 3), max_size=6), max_size=6)


@given(SKETCHES)
def test_what_is_packed_is_found_again(sketches: dict[int, set[int]]) -> None:
    made = packed(sketches)
    assert all(bucket_of(value) == bucket < BUCKETS for bucket in made for value, _ in entries(made[bucket]))
    pairs = {(value, id) for id, sketch in sketches.items() for value in sketch}
    found = holders(made.values(), {17} | {value for value, _ in pairs})
    assert {(value, id) for value, ids in found.items() for id in ids} == pairs


def test_a_hash_that_was_not_asked_for_is_not_given() -> None:
    made = packed({1: [5, 5 + BUCKETS], 2: [5 + BUCKETS]})
    assert list(made) == [5]
    assert holders(made.values(), [5]) == {5: [1]}
    assert holders(made.values(), []) == holders([], [5]) == {}


def test_entries_go_by_article_or_all_together() -> None:
    data = packed({1: [5, 5 + BUCKETS], 2: [5]})[5]
    assert entries(without(data, [5], 1)) == [(5 + BUCKETS, 1), (5, 2)]
    assert entries(without(data, [5])) == [(5 + BUCKETS, 1)]
    assert without(data, [6], 1) == data
    assert without(data, []) == data
