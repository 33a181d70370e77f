"""The published instances of the three tasks that exchange units by numbered methods."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pytest_symbench.tasks import get, judge
from pytest_symbench.tasks.published import Fault, Record
from pytest_symbench.tasks.strings.exchanges import Exchange
from pytest_symbench.tasks.strings.schedules import Method, steps
from tests.tasks.cases.exchange_oracle import play

ROOT = os.environ.get("SYMBENCH_PUBLISHED")
published = pytest.mark.skipif(ROOT is None, reason="SYMBENCH_PUBLISHED is not set")

FOLDERS = {
    "string_splitting": "string_splitting",
    "string_synthesis": "string_synthesis",
    "synthesis_decomposition": "synthesis_decomposition_dataset",
}
every_task = pytest.mark.parametrize("name", list(FOLDERS))


def read(name: str, root: Path) -> tuple[list[Record], list[Fault]]:
    reader = get(name).published
    assert reader is not None
    found = list(reader(root))
    return [f for f in found if isinstance(f, Record)], [f for f in found if isinstance(f, Fault)]


def here(name: str) -> list[Record]:
    records, faults = read(name, Path(ROOT or ""))
    assert records
    assert not faults
    return records


def solution(record: Record) -> dict[str, Any]:
    loaded = json.loads((Path(ROOT or "") / record.id / "solution.json").read_text())
    assert isinstance(loaded, dict)
    return loaded


@published
@every_task
def test_every_folder_is_read_and_every_key_is_right(name: str) -> None:
    records, task = here(name), get(name)
    assert len(records) == len(list(Path(ROOT or "", FOLDERS[name]).glob("sample_*")))
    assert [record.id for record in records] == sorted(
        (record.id for record in records), key=lambda sample: int(sample.rpartition("_")[2])
    )
    for record in records:
        assert record.stored is not None
        assert task.verify(record.data, record.stored).correct, record.id
        assert judge(task, record.data, f"<<<{task.solve(record.data)}>>>").correct
        assert record.task == name
        assert task.matches_key is not None
        assert task.matches_key(record, record.stored.strip("[]"))
        assert not task.matches_key(record, "no list")
        assert task.render(record.data)


@published
def test_splitting_starts_with_what_the_question_says() -> None:
    unlike, records = 0, here("string_splitting")
    for record in records:
        stated = re.search(
            r"Initially, there are (\d+) units of Machine A, (\d+) units of Machine B, "
            r"and (\d+) units of Machine C",
            record.question,
        )
        assert stated
        assert record.data["start"] == [*map(int, stated.groups()), 0, 0, 0]
        final = solution(record)["final_counts"]
        assert play(record.data, once=True) == [final[kind] for kind in "ABCXYZ"]
        other = play(record.data, once=False)
        unlike += other != play(record.data, once=True)
        task = get("string_splitting")
        assert task.verify(record.data, str(other)).correct == (other == list(final.values()))
        assert not record.flags
    assert unlike > 0.2 * len(records)  # 111 of the whole 200, fewer where counts are small


@published
def test_splitting_refuses_digits_that_run_together() -> None:
    task = get("string_splitting")
    for record in here("string_splitting"):
        assert record.stored is not None
        counts = json.loads(record.stored)
        together = "".join(map(str, counts))
        assert judge(task, record.data, f"<<<{together}>>>").correct == (max(counts) < 10)
        assert task.matches_key is not None
        assert task.matches_key(record, together)
        for cut in range(1, 4):  # other numbers with the same digits, which the judge took
            widths = [1, 1, 1, 1, 1, 1]
            widths[cut + 1] += len(together) - 6
            digits = iter(together)
            regrouped = [int("".join(next(digits) for _ in range(width))) for width in widths]
            verdict = judge(task, record.data, f"<<<{regrouped}>>>")
            assert verdict.correct == (regrouped == counts)


@published
def test_synthesis_is_ambiguous_where_the_two_schedules_differ() -> None:
    task, records = get("string_synthesis"), here("string_synthesis")
    for record in records:
        fields = solution(record)
        stated = re.search(r"have (\d+) \[A\], (\d+) \[B\], and (\d+) \[C\]", record.question)
        assert stated
        assert record.data["start"] == [*map(int, stated.groups()), 0, 0, 0, 0, 0, 0]
        exhausted, in_turns = play(record.data, once=False), play(record.data, once=True)
        assert exhausted == fields["final_counts"]
        assert fields["solution_string"] == f"<<<{' '.join(map(str, exhausted))}>>>"
        assert record.flags == (frozenset({"ambiguous"}) if exhausted != in_turns else frozenset())
        for answer in (exhausted, in_turns):
            assert judge(task, record.data, f"<<<{answer}>>>").correct
        assert task.matches_key is not None
        assert task.matches_key(record, str(in_turns)) == (exhausted == in_turns)
    flagged = sum("ambiguous" in record.flags for record in records)
    assert 0.6 < flagged / len(records) < 0.82  # 142 of the whole 200


@published
def test_decomposition_goes_through_the_published_states() -> None:
    questions = set()
    records = here("synthesis_decomposition")
    for record in records:
        fields = solution(record)
        kinds = record.data["kinds"]
        states = [["0"] * 5 for _ in fields["solution"]["process"]]
        trades = [as_step(method) for method in record.data["methods"]]
        walked = list(steps("round_robin", trades, tuple(record.data["start"])))
        assert len(walked) == len(states)
        for state, (_, counts) in zip(states, walked, strict=True):
            for kind, count in zip(kinds, counts, strict=True):
                state["ABCXY".index(kind)] = str(count)
        assert states == fields["solution"]["process"], record.id
        for kind, count in fields["initial_state"].items():
            assert f"{count} units of crop {kind}" in record.question
        for number, method in enumerate(record.data["methods"], 1):
            wanted = [int(n) for n in re.findall(r"(\d+) units? of", line(record, number))]
            trade = [amount for amount in (*method["take"], *method["give"]) if amount]
            assert wanted == trade, record.id
        assert not record.flags
        questions.add(record.question)
    assert len(questions) < 0.85 * len(records)  # 103 of the whole 200


def line(record: Record, number: int) -> str:
    return next(row for row in record.question.splitlines() if row.startswith(f"Method {number}:"))


def as_step(method: Exchange) -> Method[tuple[int, ...]]:
    def step(stock: tuple[int, ...]) -> tuple[int, ...] | None:
        trade = list(zip(stock, method["take"], method["give"], strict=True))
        if any(have < need for have, need, _ in trade):
            return None
        return tuple(have - need + gift for have, need, gift in trade)

    return step


SPLITTING = (
    "He has 2 units of Machine A, 1 units of Machine B, and 10 units of Machine C.",
    {"expected_answer": ["0"] * 6},
)
SYNTHESIS = ("Blocks?", {"A_count": 1, "B_count": 2, "C_count": 3, "final_counts": [0] * 9})
DECOMPOSITION = (
    "Method 1: swap. Method 2: swap.",
    {
        "initial_state": {"A": 3, "B": 2},
        "solution": {"answer": ["0", "1", "0", "2", "0"]},
        "complexity": 2,
    },
)


def drop(key: str) -> Callable[[dict[str, Any]], dict[str, Any]]:
    return lambda fields: {name: value for name, value in fields.items() if name != key}


def put(key: str, value: Any) -> Callable[[dict[str, Any]], dict[str, Any]]:
    return lambda fields: {**fields, key: value}


@pytest.mark.parametrize(
    ("name", "sample", "damages"),
    [
        (
            "string_splitting",
            SPLITTING,
            [drop("expected_answer"), put("expected_answer", ["1"]), put("expected_answer", 7)],
        ),
        (
            "string_synthesis",
            SYNTHESIS,
            [drop("B_count"), put("C_count", "3"), put("A_count", -1), drop("final_counts")],
        ),
        (
            "synthesis_decomposition",
            DECOMPOSITION,
            [
                drop("complexity"),
                put("complexity", [1]),
                put("complexity", 5),
                put("initial_state", {"C": 3}),
                put("initial_state", {"A": "3"}),
                put("solution", {"answer": ["1"]}),
                put("solution", []),
            ],
        ),
    ],
)
def test_damaged_samples_become_faults(
    name: str,
    sample: tuple[str, dict[str, Any]],
    damages: list[Callable[[dict[str, Any]], dict[str, Any]]],
    tmp_path: Path,
) -> None:
    question, fields = sample
    written: list[tuple[str | None, str | None]] = [
        (question, json.dumps(fields)),
        (None, json.dumps(fields)),
        (question, None),
        (question, "{"),
        (question, "[]"),
        *((question, json.dumps(damage(fields))) for damage in damages),
        (question, json.dumps(fields)),
    ]
    for number, (text, key) in enumerate(written):
        folder = tmp_path / FOLDERS[name] / f"sample_{2 * number}"
        folder.mkdir(parents=True)
        if text is not None:
            (folder / "question.txt").write_text(text)
        if key is not None:
            (folder / "solution.json").write_text(key)
    records, faults = read(name, tmp_path)
    assert [record.id.rpartition("_")[2] for record in records] == ["0", str(2 * len(written) - 2)]
    assert len(faults) == len(written) - 2
    assert all(fault.reason for fault in faults)
    assert read(name, tmp_path / "nowhere") == ([], [])
