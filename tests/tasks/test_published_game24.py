from __future__ import annotations

import ast
import os
from collections import Counter
from pathlib import Path

import pytest

from pytest_symbench.tasks import get
from pytest_symbench.tasks.published import Fault, Record

ROOT = os.environ.get("SYMBENCH_PUBLISHED", "")
pytestmark = pytest.mark.skipif(not ROOT, reason="SYMBENCH_PUBLISHED names no folder")
TASK = get("game24")
ROWS = {  # file -> rows; each file is there as a whole or not at all
    "24/24": 1362,
    "24/24_2_number": 1031,
    "24/24_3_number": 1291,
    "24/24_4_number": 4759,
    "24/24_5_number": 1264,
    "24/24_6_number": 2993,
    "24/24_8_number": 37,
    "24/24_20_number": 26,
    "24/24_40_number": 7,
    "24/24_60_number": 10,
    "24/24_80_number": 17,
    "240/240_20_number": 37,
    "960/960_20_number": 104,
    "1920/1920_20_number": 98,
    "3840/3840_20_number": 73,
    "15360/15360_20_number": 15,
    "30720/30720_20_number": 9,
    "61440/61440_20_number": 4,
    "122880/122880_20_number": 2,
}


@pytest.fixture(scope="module")
def records() -> list[Record]:
    assert TASK.published
    read = list(TASK.published(Path(ROOT)))
    assert not [fault for fault in read if isinstance(fault, Fault)]
    return [record for record in read if isinstance(record, Record)]


def file(record: Record) -> str:
    return record.id.removeprefix("game24_dataset/").partition(":")[0]


def test_every_row_is_read(records: list[Record]) -> None:
    found = Counter(map(file, records))
    assert found == {name: ROWS[name] for name in found}
    assert len({record.id for record in records}) == len(records)
    assert all((record.stored is None) == (file(record) == "24/24") for record in records)


def test_wrong_keys_are_found(records: list[Record]) -> None:
    wrong: Counter[str] = Counter()
    for record in records:
        if record.stored is not None:
            verdict = TASK.verify(record.data, record.stored)
            wrong[file(record)] += not verdict.correct
            assert verdict.correct or "the value of the expression is" in verdict.reason
    expected = {name: ROWS[name] for name in ("24/24_40_number", "24/24_60_number")}
    expected |= {"24/24_80_number": 17, "24/24_8_number": 1}
    assert {name: count for name, count in wrong.items() if count} == {
        name: count for name, count in expected.items() if name in wrong
    }


def test_keys_are_compared_as_expressions(records: list[Record]) -> None:
    assert TASK.matches_key
    for record in records:
        if record.stored:
            bare = record.stored.replace("*", " × ")
            assert TASK.matches_key(record, f"{bare} = {record.data['target']}")
            assert not TASK.matches_key(record, f"{record.stored}+0")
        assert not TASK.matches_key(record, "nothing of the kind")


def test_every_puzzle_is_solved(records: list[Record]) -> None:
    for record in records:
        assert not record.flags
        verdict = TASK.verify(record.data, TASK.solve(record.data))
        assert verdict.correct, (record.id, verdict)


def test_floats_would_reject_exact_keys(records: list[Record]) -> None:
    lost = Counter(
        file(record)
        for record in records
        if record.stored
        and TASK.verify(record.data, record.stored).correct
        and rounded(ast.parse(record.stored, mode="eval").body) != record.data["target"]
    )
    expected = {"24/24_4_number": 21, "24/24_5_number": 8, "24/24_6_number": 40}
    assert lost == {name: expected.get(name, 0) for name in lost}
    assert set(lost) >= {name for name in expected if name in set(map(file, records))}


def rounded(node: ast.AST) -> float:
    """The value in floating point."""
    if isinstance(node, ast.BinOp):
        left, right = rounded(node.left), rounded(node.right)
        if isinstance(node.op, ast.Add):
            return left + right
        if isinstance(node.op, ast.Sub):
            return left - right
        return left * right if isinstance(node.op, ast.Mult) else left / right
    assert isinstance(node, ast.Constant)
    assert isinstance(node.value, int)
    return float(node.value)


def test_damaged_tables_become_faults(tmp_path: Path) -> None:
    assert TASK.published
    folder = tmp_path / "game24_dataset" / "24"
    folder.mkdir(parents=True)
    (folder / "24.csv").write_text("Rank,Puzzles\n1,4 6 1 1\n2,4 6 1\n3,a b c d\n4\n5,0 1 2 3\n")
    (folder / "24_2_number.csv").write_bytes(b"\xff\xfe\x00")
    (folder / "24_3_number.csv").mkdir()
    (folder / "notes.csv").write_text("Rank,Puzzles\n1,1 2 3 4\n")
    (tmp_path / "game24_dataset" / "30").mkdir()
    (tmp_path / "game24_dataset" / "30" / "30_2_number.csv").write_text(
        "Rank,Puzzles,Solutions\n1,1 1,(1+\n2,5 6,(5+6)\n3,5 6,(5*6)\n"
    )
    read = list(TASK.published(tmp_path))
    whole = {
        r.id.removeprefix("game24_dataset/"): set(r.flags) for r in read if isinstance(r, Record)
    }
    hopeless = {"30/30_2_number:1": {"no_valid_answer"}}
    assert whole == {
        "24/24:1": set(),
        **hopeless,
        "30/30_2_number:2": set(),
        "30/30_2_number:3": set(),
    }
    reasons = [fault.reason for fault in read if isinstance(fault, Fault)]
    assert len(reasons) == 6
    assert all(reasons)
    assert list(TASK.published(tmp_path / "nothing")) == []
