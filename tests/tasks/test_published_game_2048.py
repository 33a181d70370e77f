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
TASK = get("game_2048")
BLOCK = [(2, 2), (3, 3), (4, 4), (5, 5), (5, 6)]  # side and moves, 20 samples each, twice
WHOLE = 200


@pytest.fixture(scope="module")
def records() -> list[Record]:
    assert TASK.published
    read = list(TASK.published(Path(ROOT)))
    assert not [fault for fault in read if isinstance(fault, Fault)]
    return [record for record in read if isinstance(record, Record)]


def test_every_sample_is_read(records: list[Record]) -> None:
    files = sum(1 for _ in Path(ROOT).glob("2048_dataset/*/solution.json"))
    assert len(records) == files
    for record in records:
        number = int(record.id.removeprefix("2048_dataset/sample_"))
        setting = len(record.data["grid"]), len(record.data["moves"])
        assert setting == BLOCK[number // 20 % len(BLOCK)]


def test_every_key_is_right(records: list[Record]) -> None:
    for record in records:
        assert record.stored is not None
        assert TASK.verify(record.data, record.stored).correct, record.id
        assert TASK.verify(record.data, TASK.solve(record.data)).correct
        assert not record.flags
        assert TASK.matches_key
        assert TASK.matches_key(record, TASK.solve(record.data))
        assert not TASK.matches_key(record, "nothing of the kind")


def test_the_question_says_what_the_data_say(records: list[Record]) -> None:
    for record in records:
        row, column = record.data["start"]
        assert f"({row + 1}, {column + 1})" in record.question
        assert f"'{record.data['moves']}'" in record.question
        for line in record.data["grid"]:
            assert ", ".join(map(str, line)) in record.question


def test_most_boards_end_as_they_begin(records: list[Record]) -> None:
    empty = [r for r in records if "is empty" in r.notes]
    unchanged = [r for r in records if "ends as it began" in r.notes]
    for record in records:
        row, column = record.data["start"]
        assert (record in empty) == (record.data["grid"][row][column] == 0)
        copy = json.dumps(record.data["grid"])
        assert (record in unchanged) == TASK.verify(record.data, copy).correct
    if len(records) == WHOLE:
        assert (len(empty), len(unchanged)) == (101, 147)
        sides = Counter((len(r.data["grid"]), len(r.data["moves"])) for r in empty)
        assert sides == {(2, 2): 7, (3, 3): 21, (4, 4): 24, (5, 5): 23, (5, 6): 26}
    assert 0.4 < len(empty) / len(records) < 0.6
    assert 0.65 < len(unchanged) / len(records) < 0.85


def test_damaged_records_become_faults(tmp_path: Path) -> None:
    assert TASK.published
    good = {"grid": [[0, 2], [2, 0]], "moves": "lr", "start_pos": [0, 1], "solution": "0,2\n2,0"}
    contents = [
        json.dumps(good),
        "{",
        "[]",
        json.dumps({**good, "grid": [[0, 2], [2]]}),
        json.dumps({**good, "grid": [["0", 2], [2, 0]]}),
        json.dumps({**good, "moves": "lrx"}),
        json.dumps({**good, "start_pos": [0, 2]}),
        json.dumps({**good, "start_pos": 0}),
        json.dumps({**good, "solution": None}),
    ]
    for number, content in enumerate(contents):
        sample = tmp_path / "2048_dataset" / f"sample_{3 * number}"
        sample.mkdir(parents=True)
        (sample / "solution.json").write_text(content)
        (sample / "question.txt").write_text("What?")
    (tmp_path / "2048_dataset" / "sample_100").mkdir()
    read = list(TASK.published(tmp_path))
    assert [r.id for r in read if isinstance(r, Record)] == ["2048_dataset/sample_0"]
    assert len(read) == 10
    assert all(fault.reason for fault in read if isinstance(fault, Fault))
