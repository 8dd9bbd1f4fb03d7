"""Faults of delivery held against the receiver's ledger: the shorter run of `bench/delivery.py`."""

from pathlib import Path

import pytest

from bench.delivery import FAULTS, _failpoint, run_seed
from worker.deliver import outbox


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("fault", FAULTS)
def test_nothing_is_lost_and_nothing_told_under_two_ids(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: str, seed: int
) -> None:
    monkeypatch.setattr(outbox, "failpoint", _failpoint)
    found = run_seed(seed, 60, fault, tmp_path)
    assert (found["lost"], found["phantom"], found["ids_too_many"], found["unsent"], found["locked"]) == (0, 0, 0, 0, 0)
    if fault == "killed":
        assert found["again"] >= 1, "nothing was killed: the test shows nothing"
    else:
        assert found["again"] == 0
        assert fault == "doubled" or found["out_of_order"] <= 1, "the alert that finds the receiver back goes first"
    if fault == "down":
        assert 24 <= found["hours"] < 25
        assert found["tries"] - found["alerts"] < 30, "a dead receiver is asked now and then, not by every alert"
    assert fault == "killed" or 0 < found["other_after"] < 60, "the other receiver is told at once"
