from __future__ import annotations

import json
import os
from itertools import permutations
from pathlib import Path
from string import ascii_uppercase

import pytest

from pytest_symbench.tasks import get
from pytest_symbench.tasks.published import Fault, Record

ROOT = os.environ.get("SYMBENCH_PUBLISHED", "")
pytestmark = pytest.mark.skipif(not ROOT, reason="SYMBENCH_PUBLISHED names no folder")
TASK = get("cryptanalysis")
WHOLE = 100


@pytest.fixture(scope="module")
def records() -> list[Record]:
    assert TASK.published
    read = list(TASK.published(Path(ROOT)))
    assert not [fault for fault in read if isinstance(fault, Fault)]
    return [record for record in read if isinstance(record, Record)]


def test_every_sample_is_read(records: list[Record]) -> None:
    files = sum(1 for _ in Path(ROOT).glob("cryptanalysis/*/solution.json"))
    assert len(records) == files
    for record in records:
        assert f"following {len(record.data['clues'])} known" in record.question
        assert 2 <= len(record.data["clues"]) <= 18


def test_every_key_is_right_and_unique(records: list[Record]) -> None:
    for record in records:
        assert record.stored is not None
        assert TASK.verify(record.data, record.stored).correct, record.id
        assert TASK.solve(record.data) == record.stored
        assert TASK.matches_key
        assert TASK.matches_key(record, "".join(json.loads(record.stored)))
        assert not TASK.matches_key(record, record.data["clues"][0]["guess"])
        assert not TASK.matches_key(record, "nothing of the kind")
        assert not record.flags & {"several_answers", "no_valid_answer"}


def test_unsaid_feedback_makes_some_ambiguous(records: list[Record]) -> None:
    ambiguous = [record for record in records if "ambiguous" in record.flags]
    for record in records:
        digits = [
            code
            for code in permutations("0123456789", 2)
            if all(holds(clue["guess"][:2], clue["digits"], code) for clue in record.data["clues"])
        ]
        letters = [
            code
            for code in permutations(ascii_uppercase, 2)
            if all(holds(clue["guess"][2:], clue["letters"], code) for clue in record.data["clues"])
        ]
        assert (len(digits) * len(letters) > 1) == (record in ambiguous)
        assert 1 <= len(digits) * len(letters) <= 36
        assert bool(record.notes) == (record in ambiguous)
    if len(records) == WHOLE:
        assert len(ambiguous) == 23


def holds(guess: str, seen: list[object], code: tuple[str, ...]) -> bool:
    """Is the feedback true of a code, whatever else would be true too?"""
    absent = [g for g in guess if g not in code]
    placed = sum(g == c for g, c in zip(guess, code, strict=True))
    true = [placed, 2 - placed - len(absent), len(absent)] == seen[:3]
    true = true and (seen[3] != "low" or max(absent) < min(code))
    return true and (seen[3] != "high" or min(absent) > max(code))


def test_damaged_records_become_faults(tmp_path: Path) -> None:
    assert TASK.published
    clue = (
        "1. Guess: 13AC, Feedback: one number is correct and in the correct position; one number "
        "is incorrect and too large; one letter is correct but in the wrong position; one letter "
        "is incorrect and incorrect."
    )
    answer = json.dumps({"answer": ["1", "2", "B", "A"]})
    contents = [
        (clue, answer),
        (clue, "{"),
        (clue, "[]"),
        (clue, json.dumps({"answer": "12BA"})),
        ("No clues.", answer),
        (clue.replace("13AC", "1A3C"), answer),
        (clue.replace("one number is incorrect", "a number is incorrect"), answer),
        (clue.replace("one number is incorrect", "both numbers are incorrect"), answer),
        (clue.replace("too large", "too small"), answer),
    ]
    for number, (question, solution) in enumerate(contents):
        sample = tmp_path / "cryptanalysis" / f"sample_{3 * number}"
        sample.mkdir(parents=True)
        (sample / "solution.json").write_text(solution)
        (sample / "question.txt").write_text(question)
    (tmp_path / "cryptanalysis" / "sample_100").mkdir()
    read = list(TASK.published(tmp_path))
    whole = [record for record in read if isinstance(record, Record)]
    assert [record.id[-2:] for record in whole] == ["_0", "24"]
    assert all(record.flags == {"several_answers"} for record in whole)
    assert TASK.verify(whole[0].data, "12BA").correct is False
    assert len(read) == 10
    assert all(fault.reason for fault in read if isinstance(fault, Fault))
