"""The published chains of Web of Lies, and texts that are none."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pytest_symbench.tasks import get, judge
from pytest_symbench.tasks.logic.people import NAMES
from pytest_symbench.tasks.published import Fault, Record
from tests.tasks.cases.web_of_lies import natures

ROOT = os.environ.get("SYMBENCH_PUBLISHED")
published = pytest.mark.skipif(ROOT is None, reason="SYMBENCH_PUBLISHED is not set")
TASK = get("web_of_lies")
FILE = Path("BIG-Bench-Hard", "bbh", "web_of_lies.json")


def read(root: Path) -> Iterator[Record | Fault]:
    assert TASK.published is not None
    return TASK.published(root)


@published
def test_every_key_is_right() -> None:
    examples = json.loads(Path(ROOT or "", FILE).read_text())["examples"]
    records = list(read(Path(ROOT or "")))
    assert len(records) == len(examples) > 0
    for number, (record, example) in enumerate(zip(records, examples, strict=True)):
        assert isinstance(record, Record)
        assert record.id == f"BIG-Bench-Hard/bbh/web_of_lies/{number}"
        assert record.question == example["input"]
        stored = example["target"]
        assert record.stored == stored
        assert "canary" in record.notes.lower()
        assert not record.flags
        assert len(record.data["people"]) == len(record.data["statements"]) == 5
        (truth,) = natures(record.data)
        assert truth == followed(record.question) == (stored == "Yes")
        assert TASK.verify(record.data, stored).correct
        assert judge(TASK, record.data, f"<<<{TASK.solve(record.data)}>>>").correct
        assert not judge(TASK, record.data, f"<<<{'No' if truth else 'Yes'}>>>").correct
        assert not judge(TASK, record.data, "<<<Incorrect>>>").correct
        assert TASK.matches_key is not None
        assert TASK.matches_key(record, stored.lower())
        assert not TASK.matches_key(record, "incorrect")


def followed(question: str) -> bool:
    """The chain read in its order, one word of each sentence at a time."""
    truth = True
    for sentence in question.split(". "):
        if sentence.endswith("?"):
            return truth
        truth = (truth if " says " in sentence else True) == ("lies" not in sentence)
    raise AssertionError("no question")


def test_names_differ() -> None:
    assert len({name.lower() for name in NAMES}) == len(NAMES) >= 200
    assert all(re.fullmatch("[A-Z][a-z]+", name) for name in NAMES)


@pytest.mark.parametrize(
    ("text", "flagged"),
    [
        ("Question: Ann lies. Bob says Ann lies. Does Bob tell the truth?", False),
        ("Ann lies. Bob says Ann lies. Does Ann tell the truth?", False),
        ("Question: Bob says Ann lies. Does Bob tell the truth?", True),
        ("Question: Ann lies. Ann tells the truth. Does Ann tell the truth?", True),
    ],
)
def test_undetermined_texts_are_flagged(text: str, flagged: bool, tmp_path: Path) -> None:
    write(tmp_path, {"canary": "c", "examples": [{"input": text, "target": "Yes"}]})
    (record,) = read(tmp_path)
    assert isinstance(record, Record)
    assert record.flags == (frozenset({"no_valid_answer"}) if flagged else frozenset())
    assert not flagged or not judge(TASK, record.data, "<<<Yes>>>").correct


def test_damaged_examples_become_faults(tmp_path: Path) -> None:
    good = {"input": "Question: Ann lies. Does Ann tell the truth?", "target": "No"}
    damaged: list[Any] = [
        5,
        {"input": good["input"]},
        {"input": 5, "target": "No"},
        {"input": "Question: Ann lies.", "target": "No"},
        {"input": "Question: Ann lies. Does Bob tell the truth?", "target": "No"},
        {"input": "Question: Ann sings. Does Ann tell the truth?", "target": "No"},
    ]
    write(tmp_path, {"examples": [good, *damaged, good]})
    found = list(read(tmp_path))
    assert [isinstance(record, Record) for record in found] == [True, *[False] * 6, True]
    for content in ("{", "[]", '{"examples": 5}'):
        (tmp_path / FILE).write_text(content)
        (fault,) = read(tmp_path)
        assert isinstance(fault, Fault)
    (tmp_path / FILE).unlink()
    (fault,) = read(tmp_path)
    assert isinstance(fault, Fault)
    assert "missing" in fault.reason
    assert list(read(tmp_path / "nowhere")) == []


def write(root: Path, content: dict[str, Any]) -> None:
    (root / FILE).parent.mkdir(parents=True)
    (root / FILE).write_text(json.dumps(content))
