from __future__ import annotations

import json
import os
from collections import Counter
from pathlib import Path

import pytest

from pytest_symbench.tasks import get
from pytest_symbench.tasks.published import Fault, Record

ROOT = os.environ.get("SYMBENCH_PUBLISHED", "")
pytestmark = pytest.mark.skipif(not ROOT, reason="SYMBENCH_PUBLISHED names no folder")
TASK = get("combinatorial_calculation")
SETTINGS = {  # folder -> (numbers, target) that occur in it
    "combinatorial_calculation": {(3, 10), (4, 24), (5, 78), (5, 69), (6, 100)},
    "combinatorial_calculation_complexity2": {(3, 10)},
    "combinatorial_calculation_complexity4": {(5, 78)},
    "combinatorial_calculation_complexity5": {(6, 100)},
    "combinatorial_calculation_complexity9": {(15, 300)},
    "combinatorial_calculation_complexity10": {(20, 500)},
}


@pytest.fixture(scope="module")
def records() -> list[Record]:
    assert TASK.published
    read = list(TASK.published(Path(ROOT)))
    assert not [fault for fault in read if isinstance(fault, Fault)]
    return [record for record in read if isinstance(record, Record)]


def folder(record: Record) -> str:
    return record.id.split("/")[-2]


def test_every_folder_is_read(records: list[Record]) -> None:
    found = Counter(map(folder, records))
    assert set(found) == set(SETTINGS)
    for name, settings in SETTINGS.items():
        mine = [record.data for record in records if folder(record) == name]
        assert {(len(data["numbers"]), data["target"]) for data in mine} == settings
    files = sum(1 for _ in Path(ROOT).glob("combinatorial_calculation*/**/solution.json"))
    assert len(records) == files == len({record.id for record in records})


def test_every_key_is_right(records: list[Record]) -> None:
    for record in records:
        assert record.stored is not None
        assert TASK.verify(record.data, record.stored).correct, record.id
        assert not record.flags
        assert TASK.matches_key
        assert TASK.matches_key(record, "".join(record.stored[1:-1].split(", ")))
        assert not TASK.matches_key(record, f"{record.stored[:-1]}, +, 1]")
        assert not TASK.matches_key(record, "nothing of the kind")


def test_the_question_says_what_the_data_say(records: list[Record]) -> None:
    for record in records:
        assert ", ".join(map(str, record.data["numbers"])) in record.question
        assert str(record.data["target"]) in record.question


def test_every_record_is_solved(records: list[Record]) -> None:
    for record in records:
        assert TASK.verify(record.data, TASK.solve(record.data)).correct, record.id


def test_damaged_records_become_faults(tmp_path: Path) -> None:
    assert TASK.published
    good = {"numbers": [1, 2, 3], "target": 6, "solution": ["1", "+", "2", "+", "3"]}
    contents = [
        json.dumps(good),
        "{",
        "[]",
        "{}",
        json.dumps({**good, "numbers": "1 2 3"}),
        json.dumps({**good, "numbers": [1, 0, 3]}),
        json.dumps({**good, "target": 6.5}),
        json.dumps({**good, "solution": 6}),
        json.dumps({**good, "target": 1000}),
        json.dumps({**good, "numbers": []}),
    ]
    for number, content in enumerate(contents):
        sample = tmp_path / "combinatorial_calculation" / f"sample_{3 * number}"
        sample.mkdir(parents=True)
        (sample / "solution.json").write_text(content)
        (sample / "question.txt").write_text("What?")
    (tmp_path / "combinatorial_calculation" / "sample_100").mkdir()
    read = list(TASK.published(tmp_path))
    whole = [record for record in read if isinstance(record, Record)]
    assert [record.id[-2:] for record in whole] == ["_0", "24"]
    assert [record.flags for record in whole] == [frozenset(), {"no_valid_answer"}]
    assert len(read) == 11
    assert all(fault.reason for fault in read if isinstance(fault, Fault))
