"""The published strings of String Insertion, and the readings that agree on them."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from pytest_symbench.tasks import get, judge
from pytest_symbench.tasks.published import Fault, Record
from tests.tasks.cases.string_insertion import result

ROOT = os.environ.get("SYMBENCH_PUBLISHED")
published = pytest.mark.skipif(ROOT is None, reason="SYMBENCH_PUBLISHED is not set")
TASK = get("string_insertion")


def read(root: Path) -> tuple[list[Record], list[Fault]]:
    assert TASK.published is not None
    found = list(TASK.published(root))
    return [f for f in found if isinstance(f, Record)], [f for f in found if isinstance(f, Fault)]


@published
def test_every_key_is_right_under_every_reading() -> None:
    records, faults = read(Path(ROOT or ""))
    assert len(records) == len(list(Path(ROOT or "", "string_insertion").glob("sample_*"))) > 0
    assert not faults
    for record in records:
        text, stored = record.data["text"], record.stored
        assert stored is not None
        assert TASK.verify(record.data, stored).correct, record.id
        assert TASK.solve(record.data) == result(record.data) == stored
        assert f"string {text}," in record.question
        assert not record.flags
        assert sum(text.count(word) for word, _ in record.data["rules"]) == 3
        assert 14 <= len(text) <= 18
        assert len(stored) == len(text) + 3
        in_turn = text
        for word, letter in record.data["rules"]:
            in_turn = in_turn.replace(word, word + letter)
        assert in_turn == stored
        for answer in (f'<<<"{stored}">>>', f"<<< {stored} >>>"):
            assert judge(TASK, record.data, answer).correct
        for answer in (text, stored[:-1], stored + "A"):
            assert not judge(TASK, record.data, f"<<<{answer}>>>").correct


@pytest.mark.parametrize(
    ("text", "right", "wrong", "reason"),
    [
        ("EABCD", "EABCEDA", "EABCED", "passed over|parts of"),
        ("ABCDBCD", "ABCDABCD", "ABCDABCDA", "parts of"),
    ],
)
def test_readings_that_diverge_elsewhere(text: str, right: str, wrong: str, reason: str) -> None:
    rules = [["ABCD", "A"], ["BCDE", "B"], ["CDEA", "C"], ["DEAB", "D"], ["EABC", "E"]]
    data: dict[str, Any] = {"text": text, "rules": rules}
    assert judge(TASK, data, f"<<<{right}>>>").correct
    verdict = judge(TASK, data, f"<<<{wrong}>>>")
    assert verdict.kind == "wrong"
    assert any(part in verdict.reason for part in reason.split("|"))


def test_damaged_samples_become_faults(tmp_path: Path) -> None:
    good = {"original_string": "ABCD", "modified_string": "ABCDA"}
    contents: list[tuple[str | None, Any]] = [
        ("Q", good),
        (None, good),
        ("Q", None),
        ("Q", []),
        ("Q", {"original_string": "ABCD"}),
        ("Q", {"original_string": "abcd", "modified_string": "ABCDA"}),
        ("Q", {"original_string": 5, "modified_string": "ABCDA"}),
        ("Q", good),
    ]
    for number, (question, solution) in enumerate(contents):
        folder = tmp_path / "string_insertion" / f"sample_{3 * number}"
        folder.mkdir(parents=True)
        if question is not None:
            (folder / "question.txt").write_text(question)
        if solution is not None:
            (folder / "solution.json").write_text(json.dumps(solution))
    records, faults = read(tmp_path)
    assert [record.id for record in records] == [
        "string_insertion/sample_0",
        "string_insertion/sample_21",
    ]
    assert len(faults) == 6
    assert all(fault.reason for fault in faults)
    assert read(tmp_path / "nowhere") == ([], [])
