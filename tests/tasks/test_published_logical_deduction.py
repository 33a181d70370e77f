"""The published orders of seven objects, and texts that are none."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pytest_symbench.tasks import get, judge
from pytest_symbench.tasks.published import Fault, Record
from tests.tasks.cases.logical_deduction import fitting

ROOT = os.environ.get("SYMBENCH_PUBLISHED")
published = pytest.mark.skipif(ROOT is None, reason="SYMBENCH_PUBLISHED is not set")
TASK = get("logical_deduction")
FILE = Path("BIG-Bench-Hard", "bbh", "logical_deduction_seven_objects.json")


def read(root: Path) -> Iterator[Record | Fault]:
    assert TASK.published is not None
    return TASK.published(root)


@published
def test_every_key_is_right_and_every_order_is_unique() -> None:
    examples = json.loads(Path(ROOT or "", FILE).read_text())["examples"]
    records = list(read(Path(ROOT or "")))
    assert len(records) == len(examples) > 0
    told = 0
    for number, (record, example) in enumerate(zip(records, examples, strict=True)):
        assert isinstance(record, Record)
        stored = example["target"]
        assert record.id == f"BIG-Bench-Hard/bbh/logical_deduction_seven_objects/{number}"
        assert record.question == example["input"]
        assert record.stored == stored
        assert "canary" in record.notes.lower()
        assert not record.flags
        statements = record.data["statements"]
        assert len(statements) in (6, 7)
        assert len(statements) == len(re.findall(r"\.(?=\s|$)", record.question)) - 3
        (order,) = fitting(record.data)
        right = record.data["options"].index(order[record.data["rank"] - 1])
        assert stored == f"({'ABCDEFG'[right]})" == TASK.solve(record.data)
        matches_key = TASK.matches_key
        assert matches_key is not None
        for index, text in enumerate(record.data["texts"]):
            name = "ABCDEFG"[index]
            assert f"\n({name}) {text}" in record.question
            for answer in (name, f"({name})", text, f"({name}) {text}"):
                verdict = judge(TASK, record.data, f"<<<{answer}>>>")
                assert verdict.correct == (index == right), (record.id, answer)
            assert matches_key(record, name.lower()) == (index == right)
        assert not matches_key(record, "incorrect")
        assert TASK.render(record.data)
        told += any(said.get("rank") == record.data["rank"] for said in statements)
    assert told > len(records) / 3  # a statement names the asked place


TEXT = (
    "Some words. At a show, there are three cars: a bus, a van, and a truck. "
    "The bus is newer than the van. The truck is the {}.\nOptions:\n"
    "(A) The bus is the oldest\n(B) The van is the oldest\n(C) The truck is the oldest"
)


@pytest.mark.parametrize(
    ("place", "right"), [("oldest", "C"), ("second-newest", "B"), ("newest", "B")]
)
def test_a_small_text(place: str, right: str, tmp_path: Path) -> None:
    write(tmp_path, {"examples": [{"input": TEXT.format(place), "target": f"({right})"}]})
    (record,) = read(tmp_path)
    assert isinstance(record, Record)
    assert not record.flags
    for name in "ABC":
        assert judge(TASK, record.data, f"<<<{name}>>>").correct == (name == right)


def test_texts_with_several_orders_are_flagged(tmp_path: Path) -> None:
    loose = TEXT.replace("The truck is the {}", "The bus is newer than the van")
    clash = TEXT.replace("The truck is the {}", "The van is newer than the bus")
    examples = [{"input": text, "target": "(B)"} for text in (loose, clash)]
    write(tmp_path, {"examples": examples})
    for record in read(tmp_path):
        assert isinstance(record, Record)
        assert record.flags == {"no_valid_answer"}
        assert not any(judge(TASK, record.data, f"<<<{name}>>>").correct for name in "ABC")


def test_damaged_examples_become_faults(tmp_path: Path) -> None:
    good = {"input": TEXT.format("oldest"), "target": "(C)"}
    damaged: list[Any] = [
        5,
        {"input": good["input"]},
        {"input": good["input"].partition("\nOptions")[0], "target": "(C)"},
        {"input": TEXT.format("prettiest"), "target": "(C)"},
        {"input": TEXT.format("seventh-oldest"), "target": "(C)"},
        {"input": good["input"].replace("(B)", "(D)"), "target": "(C)"},
        {"input": good["input"].replace("van is the oldest", "van is the newest"), "target": "(C)"},
        {"input": good["input"].replace("The bus is newer", "The tram is newer"), "target": "(C)"},
        {"input": "Options:\n(A) x", "target": "(A)"},
    ]
    write(tmp_path, {"examples": [good, *damaged, good]})
    found = list(read(tmp_path))
    assert [isinstance(record, Record) for record in found] == [True, *[False] * 9, True]
    (tmp_path / FILE).write_text("{")
    (fault,) = read(tmp_path)
    assert isinstance(fault, Fault)
    assert list(read(tmp_path / "nowhere")) == []


def write(root: Path, content: dict[str, Any]) -> None:
    (root / FILE).parent.mkdir(parents=True)
    (root / FILE).write_text(json.dumps(content))
