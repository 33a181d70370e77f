from __future__ import annotations

import json
import os
from itertools import pairwise
from pathlib import Path

import pytest

from pytest_symbench.tasks import get
from pytest_symbench.tasks.published import Fault, Record

ROOT = os.environ.get("SYMBENCH_PUBLISHED", "")
pytestmark = pytest.mark.skipif(not ROOT, reason="SYMBENCH_PUBLISHED names no folder")
TASK = get("letter_logic_diagram")
BLANKS = {1: 15, 2: 20, 3: 25, 4: 30, 5: 30}
WHOLE = 200


@pytest.fixture(scope="module")
def records() -> list[Record]:
    assert TASK.published
    read = list(TASK.published(Path(ROOT)))
    assert not [fault for fault in read if isinstance(fault, Fault)]
    return [record for record in read if isinstance(record, Record)]


def complexity(record: Record) -> int:
    return int(json.loads((Path(ROOT) / record.id / "solution.json").read_text())["complexity"])


def test_every_sample_is_read(records: list[Record]) -> None:
    files = sum(1 for _ in Path(ROOT).glob("letter_logic_diagram/*/solution.json"))
    assert len(records) == files
    for record in records:
        grid = record.data["grid"]
        assert len(grid) == 7
        assert sum(not cell for row in grid for cell in row) == BLANKS[complexity(record)]
        assert "\n".join(",".join(row) for row in grid) in record.question


def test_every_key_is_right(records: list[Record]) -> None:
    assert TASK.matches_key
    for record in records:
        assert record.stored is not None
        assert TASK.verify(record.data, record.stored).correct, record.id
        assert TASK.matches_key(
            record, json.dumps([r.split(",") for r in record.stored.split("\n")])
        )
        assert not TASK.matches_key(record, "no grid")


def test_several_completions_are_flagged(records: list[Record]) -> None:
    assert TASK.matches_key
    several = [record for record in records if "several_answers" in record.flags]
    assert all(record.flags <= {"several_answers"} for record in records)
    for record in records:
        answer = TASK.solve(record.data)
        assert TASK.verify(record.data, answer).correct
        if record not in several:
            assert TASK.matches_key(record, answer)
    by_level = {level: sum(complexity(r) == level for r in several) for level in BLANKS}
    if len(records) == WHOLE:
        assert by_level == {1: 0, 2: 1, 3: 4, 4: 46, 5: 33}
    assert by_level[1] == 0
    assert 0.3 < len(several) / len(records) < 0.55


def test_every_key_is_cyclic(records: list[Record]) -> None:
    for record in records:
        rows = (record.stored or "").split("\n")
        for above, below in pairwise(rows):
            assert below.split(",") == [*above.split(",")[1:], above.split(",")[0]]


def test_damaged_records_become_faults(tmp_path: Path) -> None:
    assert TASK.published
    good = {"grid": [["a", None], [None, None]], "solution": [["a", "b"], ["b", "a"]]}
    contents = [
        json.dumps(good),
        "{",
        "[]",
        json.dumps({**good, "grid": [["a", None], [None]]}),
        json.dumps({**good, "grid": [["a", 1], [None, None]]}),
        json.dumps({**good, "grid": [["a", "c"], [None, None]]}),
        json.dumps({**good, "solution": [["a", None], ["b", "a"]]}),
        json.dumps({**good, "solution": [["a"]]}),
        json.dumps({**good, "grid": [["a", None], [None, "b"]]}),
        json.dumps({**good, "grid": [[None, None], [None, None]]}),
    ]
    for number, content in enumerate(contents):
        sample = tmp_path / "letter_logic_diagram" / f"sample_{3 * number}"
        sample.mkdir(parents=True)
        (sample / "solution.json").write_text(content)
        (sample / "question.txt").write_text("What?")
    (tmp_path / "letter_logic_diagram" / "sample_100").mkdir()
    read = list(TASK.published(tmp_path))
    whole = [record for record in read if isinstance(record, Record)]
    assert [set(r.flags) for r in whole] == [set(), {"no_valid_answer"}, {"several_answers"}]
    assert len(read) == 11
    assert all(fault.reason for fault in read if isinstance(fault, Fault))
