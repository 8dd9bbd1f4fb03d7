import json

import pytest

from bench.topics_floors import FLOORS, inputs, measured, pin

# What the product promises, whatever is pinned: mean average precision and F1 of the decisions.
PROMISED = {
    "name event AP": 0.93,
    "name event F1": 0.83,
    "name theme AP": 0.87,
    "name theme F1": 0.75,
    "alone event AP": 0.93,
    "alone event F1": 0.82,
    "alone theme AP": 0.78,
    "alone theme F1": 0.5,
    "lead event AP": 0.82,
    "lead event F1": 0.7,
    "headline event AP": 0.6,
    "headline event F1": 0.5,
    "mission AP": 0.75,
}


@pytest.mark.shared
def test_topic_detection_stays_above_its_floors(shared):
    pinned = json.loads(FLOORS.read_text(encoding="utf-8"))
    assert inputs(shared) == pinned["inputs"], "other inputs than the floors were pinned on: pin them anew"
    figures = measured(shared)
    floors = {name: max(floor, PROMISED.get(name, 0)) for name, floor in pinned["floors"].items()}
    assert floors.keys() == figures.keys()
    assert not {name: (figures[name], floor) for name, floor in floors.items() if figures[name] < floor}


def test_floors_are_lowered_only_when_told_to(tmp_path):
    path = tmp_path / "floors.json"
    assert pin({"name event AP": 0.95}, {"stream": "1"}, path, lower=False) == []
    assert pin({"name event AP": 0.9}, {"stream": "1"}, path, lower=False) == ["name event AP"]
    assert pin({}, {"stream": "1"}, path, lower=False) == ["name event AP"]
    assert json.loads(path.read_text())["floors"] == {"name event AP": 0.945}
    assert pin({"name event AP": 0.96}, {"stream": "2"}, path, lower=False) == []
    assert pin({"name event AP": 0.9}, {"stream": "2"}, path, lower=True) == []
    assert json.loads(path.read_text())["floors"] == {"name event AP": 0.895}
