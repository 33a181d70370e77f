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
TASK = get("eight_queens")
WHOLE = {
    "eight_queens_dataset": 150,
    "eight_queens_dataset_2": 350,
    "eight_queens_dataset_hard": 20,
    **{f"eight_queens_dataset_complexity{level}": 20 for level in range(1, 6)},
}
GIVEN = {
    "eight_queens_dataset": 105,
    "eight_queens_dataset_2": 285,
    "eight_queens_dataset_hard": 20,
}
UNIQUE = {"eight_queens_dataset": 25, "eight_queens_dataset_2": 79, "eight_queens_dataset_hard": 9}


@pytest.fixture(scope="module")
def records() -> list[Record]:
    assert TASK.published
    read = list(TASK.published(Path(ROOT)))
    assert not [fault for fault in read if isinstance(fault, Fault)]
    return [record for record in read if isinstance(record, Record)]


def folder(record: Record) -> str:
    return record.id.split("/")[-2]


def test_every_sample_is_read(records: list[Record]) -> None:
    files = sum(1 for _ in Path(ROOT).glob("eight_queens*/**/solution.json"))
    assert len(records) == files == len({record.id for record in records})
    assert set(map(folder, records)) == set(WHOLE)
    for record in records:
        side = len(record.data["board"])
        assert side == 8 if "complexity" not in folder(record) else side in (8, 10, 12, 14)
        assert "\n".join(record.data["board"]) in record.question


def test_every_key_is_right(records: list[Record]) -> None:
    for record in records:
        assert record.stored is not None
        assert TASK.verify(record.data, record.stored).correct, record.id
        assert TASK.verify(record.data, TASK.solve(record.data)).correct
        assert not record.flags
        cells = record.stored.split(", ")
        assert TASK.matches_key
        assert TASK.matches_key(record, "\n".join(f"({cell})" for cell in reversed(cells)))
        assert not TASK.matches_key(record, ", ".join(cells[1:]))
        assert not TASK.matches_key(record, "nothing of the kind")


def test_given_queens_must_stay(records: list[Record]) -> None:
    moved: Counter[str] = Counter()
    unique: Counter[str] = Counter()
    found = Counter(map(folder, records))
    placements = list(all_placements(8))
    for record in records:
        board = record.data["board"]
        if folder(record) not in GIVEN:
            continue
        free = [p for p in placements if all(board[r][c] != "X" for r, c in enumerate(p))]
        kept = [
            p
            for p in free
            if all("1" not in board[r] or board[r][c] == "1" for r, c in enumerate(p))
        ]
        verdicts = [TASK.verify(record.data, text(p)).correct for p in free]
        assert verdicts == [p in kept for p in free]
        moved[folder(record)] += len(kept) < len(free)
        unique[folder(record)] += len(kept) == 1
    for name in GIVEN:
        if found[name] == WHOLE[name]:
            assert moved[name] == GIVEN[name]
            assert unique[name] == UNIQUE[name]
        assert moved[name] > found[name] / 2


def text(columns: tuple[int, ...]) -> str:
    return ", ".join(f"{row} {column}" for row, column in enumerate(columns))


def all_placements(side: int, columns: tuple[int, ...] = ()) -> list[tuple[int, ...]]:
    if len(columns) == side:
        return [columns]
    row = len(columns)
    return [
        placement
        for column in range(side)
        if all(column != c and abs(column - c) != row - r for r, c in enumerate(columns))
        for placement in all_placements(side, (*columns, column))
    ]


def test_damaged_records_become_faults(tmp_path: Path) -> None:
    assert TASK.published
    board = ["0000", "0000", "0X00", "0000"]
    good = {"initial_board": board, "solution": [[0, 1], [1, 3], [2, 0], [3, 2]]}
    contents = [
        json.dumps(good),
        "{",
        "[]",
        json.dumps({**good, "initial_board": board[:3]}),
        json.dumps({**good, "initial_board": ["0000", "0000", "0Y00", "0000"]}),
        json.dumps({**good, "solution": [[0, 1], [1]]}),
        json.dumps({**good, "initial_board": ["1000", "0100", "0000", "0000"]}),
        json.dumps({**good, "initial_board": ["1001", "0000", "0000", "0000"]}),
    ]
    for number, content in enumerate(contents):
        sample = tmp_path / "eight_queens_dataset" / f"sample_{3 * number}"
        sample.mkdir(parents=True)
        (sample / "solution.json").write_text(content)
        (sample / "question.txt").write_text("What?")
    (tmp_path / "eight_queens_dataset" / "test_results.txt").write_text("stray")
    (tmp_path / "eight_queens_dataset" / "sample_100").mkdir()
    read = list(TASK.published(tmp_path))
    whole = [record for record in read if isinstance(record, Record)]
    assert [set(record.flags) for record in whole] == [
        set(),
        {"no_valid_answer"},
        {"no_valid_answer"},
    ]
    assert len(read) == 9
    assert all(fault.reason for fault in read if isinstance(fault, Fault))
