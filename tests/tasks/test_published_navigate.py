"""The published walks of Navigate, the balance of ours, and texts that are none."""

from __future__ import annotations

import json
import os
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pytest_symbench.tasks import get, judge, make
from pytest_symbench.tasks.published import Fault, Record
from tests.tasks.cases.navigate import end

ROOT = os.environ.get("SYMBENCH_PUBLISHED")
published = pytest.mark.skipif(ROOT is None, reason="SYMBENCH_PUBLISHED is not set")
TASK = get("navigate")
FILE = Path("BIG-Bench-Hard", "bbh", "navigate.json")


def read(root: Path) -> Iterator[Record | Fault]:
    assert TASK.published is not None
    return TASK.published(root)


@published
def test_every_key_is_right() -> None:
    examples = json.loads(Path(ROOT or "", FILE).read_text())["examples"]
    records = list(read(Path(ROOT or "")))
    assert len(records) == len(examples) > 0
    keys: Counter[str] = Counter()
    modes: Counter[str] = Counter()
    matches_key = TASK.matches_key
    assert matches_key is not None
    for number, (record, example) in enumerate(zip(records, examples, strict=True)):
        assert isinstance(record, Record)
        stored = example["target"]
        assert record.id == f"BIG-Bench-Hard/bbh/navigate/{number}"
        assert record.question == example["input"]
        assert record.stored == stored
        assert "canary" in record.notes.lower()
        assert not record.flags
        wanted = re.findall(r"\b(?:Take|Turn) ", record.question)
        assert len(record.data["commands"]) == len(wanted) <= 9
        steps = [int(count) for count in re.findall(r"Take (\d+)", record.question)]
        assert [n for verb, n in record.data["commands"] if verb != "turn"] == steps
        assert (stored == "No") == any(end(record.data))
        assert TASK.verify(record.data, stored).correct
        assert TASK.solve(record.data) == stored
        other = "Yes" if stored == "No" else "No"
        assert not judge(TASK, record.data, f"<<<{other}>>>").correct
        assert not judge(TASK, record.data, "<<<Incorrect>>>").correct
        assert matches_key(record, stored.lower())
        assert not matches_key(record, other)
        assert not matches_key(record, "correct")
        assert TASK.render(record.data)
        keys[stored] += 1
        modes[record.data["mode"]] += 1
    assert keys["No"] > keys["Yes"]  # 145 to 105 in the whole 250
    assert min(modes.values()) > len(records) / 3  # 122 facing forward and 128 turning


@pytest.mark.parametrize("setting", ["facing-forward", "turning"])
def test_yes_and_no_are_equally_frequent(setting: str) -> None:
    answers = Counter(TASK.solve(make(TASK, setting, seed).data) for seed in range(400))
    assert set(answers) == {"Yes", "No"}
    assert 150 < answers["Yes"] < 250


def test_a_near_miss_is_off_by_one_step_count() -> None:
    misses = 0
    for seed in range(60):
        data = make(TASK, "turning", seed).data
        if TASK.solve(data) == "No":
            misses += 1
            assert 1 <= sum(abs(along) for along in end(data)) <= 3
    assert misses


def test_damaged_examples_become_faults(tmp_path: Path) -> None:
    start = "If you follow these instructions, do you return to the starting point? "
    tail = "\nOptions:\n- Yes\n- No"
    good = {"input": f"{start}Take 2 steps. Turn around. Take 2 steps.{tail}", "target": "Yes"}
    damaged: list[Any] = [
        5,
        {"input": good["input"]},
        {"input": f"{start}Take 2 steps.", "target": "No"},
        {"input": f"Where? Take 2 steps.{tail}", "target": "No"},
        {"input": f"{start}Take two steps.{tail}", "target": "No"},
        {"input": f"{start}Take 2 steps left.{tail}", "target": "No"},
        {"input": f"{start}Always face forward. Take 2 steps.{tail}", "target": "No"},
        {"input": f"{start}Always face forward. Turn left.{tail}", "target": "No"},
        {"input": f"{start}{tail}", "target": "Yes"},
    ]
    (tmp_path / FILE).parent.mkdir(parents=True)
    (tmp_path / FILE).write_text(json.dumps({"examples": [good, *damaged, good]}))
    found = list(read(tmp_path))
    assert [isinstance(record, Record) for record in found] == [True, *[False] * 9, True]
    assert isinstance(found[0], Record)
    assert judge(TASK, found[0].data, "<<<yes>>>").correct
    (tmp_path / FILE).write_text("{")
    (fault,) = read(tmp_path)
    assert isinstance(fault, Fault)
    assert list(read(tmp_path / "nowhere")) == []
