"""Fingerprints: sketches that a database finds again, masks that learn furniture."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.fingerprints import CANDIDATES, SKETCH_LEAST, SKETCH_MOST, Mask, all_hashes, fingerprint, rank, text_runs

ROOT = Path(__file__).parents[2]
TAIL = "جميع الحقوق محفوظة لصحيفة الوادي ولا يجوز النقل دون إذن مكتوب من الإدارة"


def words(count: int, start: int = 0) -> str:
    return " ".join(f"كلمة{number}" for number in range(start, start + count))


def test_hashes_are_the_same_for_ever_and_in_every_process() -> None:
    text = "أعلنت الوزارة اليوم نتائج المسابقة"
    code = f"from domain.fingerprints import fingerprint as f; p = f({text!r}); print(p.exact, *p.sketch)"
    told = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    ).stdout.split()
    made = fingerprint(text)
    assert [int(number) for number in told] == [made.exact, *made.sketch]
    assert (made.exact, made.sketch[0]) == (3033173282691331293, 5834987602860867456)


@pytest.mark.parametrize(("count", "size"), [(0, 0), (2, 0), (3, 1), (12, 8), (5000, 64)])
def test_sketch_has_a_floor_and_a_cap(count: int, size: int) -> None:
    assert len(fingerprint(words(count)).sketch) == size
    assert (SKETCH_LEAST, SKETCH_MOST) == (8, 64)


def test_sketch_is_about_a_tenth_of_a_usual_article_and_fits_a_signed_column() -> None:
    made = fingerprint(words(300))
    assert 15 <= len(made.sketch) <= 50
    assert all(-(2**63) <= number < 2**63 for number in (made.exact, *made.sketch))


@pytest.mark.parametrize("start", range(0, 2000, 250))
def test_cut_text_meets_the_whole_in_the_index(start: int) -> None:
    whole, cut = fingerprint(words(400, start)), fingerprint(words(120, start + 100))
    shared = len(set(whole.sketch) & set(cut.sketch))
    assert rank(cut.sketch, {7: shared}) == [7]


def test_numbers_and_weekdays_are_read_in_any_spelling() -> None:
    made = fingerprint("قتل ٧ أشخاص والأربعاء أصيب 12 آخرون يوم الاثنين")
    assert made.numbers == {"7", "12"}
    assert made.weekdays == {0, 2}


def test_mask_takes_furniture_out_of_the_sketch_and_leaves_exact_alone() -> None:
    mask = Mask(3, text_runs(TAIL).tobytes())
    bare, masked = fingerprint(TAIL), fingerprint(TAIL, mask)
    assert (len(bare.sketch), masked.sketch, masked.masked.all()) == (8, (), True)
    assert (masked.exact, masked.mask_version, bare.mask_version) == (bare.exact, 3, None)
    assert fingerprint(words(40), mask).sketch == fingerprint(words(40)).sketch


def test_a_short_text_under_an_empty_mask() -> None:
    assert fingerprint("كلمة واحدة", Mask(2, b"")).words == 2


def test_all_hashes_of_a_text_hold_its_sketch_by_any_mask() -> None:
    text = f"{words(60)} {TAIL}"
    for mask in (None, Mask(3, text_runs(TAIL).tobytes())):
        assert set(fingerprint(text, mask).sketch) <= set(all_hashes(text))


def test_rank_puts_the_best_first_and_the_earlier_of_equals() -> None:
    sketch = tuple(range(20))
    assert rank(sketch, {9: 5, 4: 5, 2: 11, 8: 1}) == [2, 4, 9]
    assert len(rank(sketch, dict.fromkeys(range(50), 3))) == CANDIDATES
    assert rank((1,), {3: 1}) == [3]
    assert rank((), {3: 0}) == []


@settings(max_examples=100, deadline=None)
@given(st.lists(st.sampled_from(["باب", "بيت", "شجرة", "نهر", "جبل", "قمر"]), max_size=60).map(" ".join))
def test_arrays_agree(text: str) -> None:
    made = fingerprint(text, Mask(1, text_runs("باب بيت شجرة نهر جبل قمر باب بيت").tobytes()))
    assert len(made.shingles) == len(made.places) == len(made.masked)
    assert np.all(made.shingles[1:] > made.shingles[:-1])
    assert len(made.shingles) <= max(0, made.words - 2)
