"""No row of the list of hostile inputs is without a test of its name."""

import ast
import re
from pathlib import Path

HERE = Path(__file__).parent
# The rows of groups F, H and P. Rows of the same families are tested under the row that they are nearest to.
GROUPS = {
    "F": "01-08 11-18 20-26 28-33 35 37 38 40-46 48-50 52-57 59-62 64-70",
    "H": "01-04 06 08 10 12-23 25 26 28-36",
    "P": "01 02 04-08 10-12 14 15 17-20",
}


def rows(group: str, numbers: str) -> set[str]:
    """Give the rows of a group."""
    parts = (part.partition("-") for part in numbers.split())
    return {f"{group}{n:02}" for first, _, last in parts for n in range(int(first), int(last or first) + 1)}


ROWS = {row for group, numbers in GROUPS.items() for row in rows(group, numbers)}
_ID = re.compile(r"(?<![a-z0-9])([fhp]\d\d)(?![0-9])")


def named() -> dict[str, list[str]]:
    """Give the tests by the rows that their names begin with."""
    found: dict[str, list[str]] = {}
    for path in HERE.glob("test_*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                for row in _ID.findall(node.name.replace("_", " ")):
                    found.setdefault(row.upper(), []).append(node.name)
    return found


def test_every_row_has_a_test_of_its_name():
    assert ROWS - named().keys() == set()


def test_no_test_names_a_row_that_is_none():
    assert named().keys() - ROWS == set()


def test_the_list_of_rows_is_that_of_the_shared_folder(shared):
    told = (shared / "anchors" / "hostile-inputs.md").read_text()
    assert set(re.findall(r"^\| ([FHP]\d\d) \|", told, re.MULTILINE)) == ROWS
