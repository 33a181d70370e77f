from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterator
from itertools import permutations
from pathlib import Path

import pytest

from pytest_symbench.tasks import get
from pytest_symbench.tasks.published import Fault, Record

ROOT = os.environ.get("SYMBENCH_PUBLISHED", "")
pytestmark = pytest.mark.skipif(not ROOT, reason="SYMBENCH_PUBLISHED names no folder")
TASK = get("constrained_linear_arrangement")
WHOLE = 200
SAMPLES = {
    ("elements", 3): 12,
    ("elements", 4): 28,
    ("elements", 5): 28,
    ("stick_game", 4): 56,
    ("animal", 3): 12,
    ("animal", 4): 32,
    ("animal", 5): 32,
}
SEVERAL = {"animal": 75, "stick_game": 9, "elements": 7}


@pytest.fixture(scope="module")
def records() -> list[Record]:
    assert TASK.published
    read = list(TASK.published(Path(ROOT)))
    assert not [fault for fault in read if isinstance(fault, Fault)]
    return [record for record in read if isinstance(record, Record)]


def flagged(records: list[Record], flag: str) -> Counter[str]:
    return Counter(record.data["game"] for record in records if flag in record.flags)


def test_every_sample_is_read(records: list[Record]) -> None:
    files = sum(1 for _ in Path(ROOT).glob("constrained_linear_arrangement/*/solution.json"))
    assert len(records) == files
    for record in records:
        for number, (mine, result) in enumerate(
            zip(record.data["mine"], record.data["results"], strict=True), 1
        ):
            assert f"Round {number}: {mine}, {result}" in record.question
    settings = Counter((r.data["game"], len(r.data["mine"])) for r in records)
    assert set(settings) == set(SAMPLES)
    assert all(settings[setting] <= SAMPLES[setting] for setting in SAMPLES)


def test_only_keys_of_elements_are_wrong(records: list[Record]) -> None:
    wrong = [r for r in records if not TASK.verify(r.data, r.stored or "").correct]
    assert {record.data["game"] for record in wrong} == {"elements"}
    assert all("not a draw" in TASK.verify(r.data, r.stored or "").reason for r in wrong)
    elements = sum(record.data["game"] == "elements" for record in records)
    assert 0.7 < len(wrong) / elements < 0.95
    assert [record for record in records if record.notes] == wrong
    for record in records:
        if record.data["game"] == "elements":
            hidden = {**record.data, "game": "one_sided_elements"}
            assert TASK.verify(hidden, record.stored or "").correct
    if len(records) == WHOLE:
        assert len(wrong) == 56


def test_flags_are_those_of_an_exhaustive_count(records: list[Record]) -> None:
    for record in records:
        exact = list(answers(record))
        every = list(permutations(record.data["order"], len(record.data["mine"])))
        for letters in [*exact[:40], *every[:: len(every) // 60 + 1]]:
            verdict = TASK.verify(record.data, ",".join(letters))
            assert verdict.correct == (letters in exact), (record.id, letters, verdict)
        expected = {0: {"no_valid_answer"}, 1: set()}.get(len(exact), {"several_answers"})
        assert record.flags == expected
        if exact:
            assert TASK.verify(record.data, TASK.solve(record.data)).correct
        else:
            with pytest.raises(ValueError, match="no sequence"):
                TASK.solve(record.data)
    if len(records) == WHOLE:
        assert flagged(records, "no_valid_answer") == {"elements": 24}
        assert flagged(records, "several_answers") == SEVERAL
    assert set(flagged(records, "no_valid_answer")) == {"elements"}


def answers(record: Record) -> Iterator[tuple[str, ...]]:
    """All answers under the printed rules, from tables of who beats whom."""
    wins = {
        "elements": {"AC", "CE", "EB", "BD", "DA", "BA", "CB", "DC", "ED", "AE"},
        "stick_game": {"AB", "BC", "CD", "DA"},
        "animal": {a + b for a in "ABCDEFGH" for b in "ABCDEFGH" if a < b and a + b != "AH"}
        | {"HA"},
    }[record.data["game"]]
    for letters in permutations(record.data["order"], len(record.data["mine"])):
        for mine, theirs, result in zip(
            record.data["mine"], letters, record.data["results"], strict=True
        ):
            found = "win" if mine + theirs in wins else "loss" if theirs + mine in wins else "draw"
            if found != result:
                break
        else:
            yield letters


def test_keys_are_compared_as_letters(records: list[Record]) -> None:
    assert TASK.matches_key
    for record in records:
        key = (record.stored or "").split(",")
        assert TASK.matches_key(record, json.dumps(key))
        assert not TASK.matches_key(record, json.dumps(key[::-1]))
        assert not TASK.matches_key(record, "nothing of the kind")


def test_damaged_records_become_faults(tmp_path: Path) -> None:
    assert TASK.published
    good = {
        "game_type": "stick_game",
        "player_moves": ["A", "B"],
        "results": ["win", "loss"],
        "solution": ["B", "A"],
    }
    contents = [
        json.dumps(good),
        "{",
        "[]",
        json.dumps({**good, "game_type": "chess"}),
        json.dumps({**good, "game_type": ["animal"]}),
        json.dumps({**good, "player_moves": ["A", "A"]}),
        json.dumps({**good, "player_moves": ["A", "E"]}),
        json.dumps({**good, "results": ["win"]}),
        json.dumps({**good, "results": ["win", "lost"]}),
        json.dumps({**good, "solution": "BA"}),
        json.dumps({**good, "player_moves": ["A", "C"]}),
    ]
    for number, content in enumerate(contents):
        sample = tmp_path / "constrained_linear_arrangement" / f"sample_{3 * number}"
        sample.mkdir(parents=True)
        (sample / "solution.json").write_text(content)
        (sample / "question.txt").write_text("What?")
    (tmp_path / "constrained_linear_arrangement" / "sample_100").mkdir()
    read = list(TASK.published(tmp_path))
    whole = [record for record in read if isinstance(record, Record)]
    assert [set(record.flags) for record in whole] == [set(), {"no_valid_answer"}]
    assert len(read) == 12
    assert all(fault.reason for fault in read if isinstance(fault, Fault))
