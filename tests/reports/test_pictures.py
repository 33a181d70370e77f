"""Pictures of instances, and the pictures of the documentation."""

from __future__ import annotations

import json
import runpy
from pathlib import Path
from xml.etree import ElementTree

import pytest

from pytest_symbench.tasks import get, make
from symbench_reports.pictures import DRAWN, pictures
from tests.reports.ledgers import row

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("task", DRAWN)
@pytest.mark.parametrize("level", [1, 4])
def test_every_drawn_task_has_a_picture(task: str, level: int) -> None:
    made = make(get(task), level, 7)
    entry = row(7, "", task=task, level=str(level), digest=made.digest)
    found = pictures(entry)
    assert found
    assert json.loads(json.dumps(found)) == found
    for picture in found:
        assert picture["kind"] in ("grid", "stacks", "squares", "bars", "map", "walk")
        if picture["kind"] == "grid" and picture["classes"]:
            assert [len(r) for r in picture["rows"]] == [len(r) for r in picture["classes"]]


def test_a_walk_ends_where_the_task_says() -> None:
    told = {"return": None, "position": None, "distance": None}
    for seed in range(30):
        made = make(get("navigate"), 4, seed)
        [picture] = pictures(row(seed, "", task="navigate", level="4", digest=made.digest))
        end = picture["points"][-1]
        answer = {
            "return": "Yes" if end == [0, 0] else "No",
            "position": f"({end[0]}, {end[1]})",
            "distance": str(abs(end[0]) + abs(end[1])),
        }[made.data["query"]]
        told[made.data["query"]] = answer
        assert made.judge(f"<<<{answer}>>>").correct
    assert all(told.values())
    deep = make(get("navigate"), 7, 0)
    assert pictures(row(0, "", task="navigate", level="7", digest=deep.digest)) == []


def test_another_instance_gets_no_picture() -> None:
    assert pictures(row(7, "", task="eight_queens")) == []  # its digest is not the ledger's
    assert pictures(row(7, "", task="eight_queens", level="published")) == []
    assert pictures(row(7, "", task="eight_queens", level="100000")) == []
    assert pictures(row(7, "", task="game24")) == []


def test_the_example_gives_the_documentations_pictures() -> None:
    found = runpy.run_path(str(ROOT / "docs" / "make_pictures.py"))
    data, _ = found["report"]()
    assert data["verdict"]["state"] == "fail"
    assert data["facts"]["episodes"] == 360
    ElementTree.fromstring(found["terminal_svg"](data))
    for name in (*(f"{view}-{scheme}.png" for view in found["VIEWS"] for scheme in ("light", "dark")),
                 "terminal.svg"):  # fmt: skip
        assert (ROOT / "docs" / "pictures" / name).stat().st_size > 10_000
