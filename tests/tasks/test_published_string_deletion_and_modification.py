"""The published instances of String Deletion and Modification, and where they are ambiguous."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Any

import pytest

from pytest_symbench.tasks import get, judge
from pytest_symbench.tasks.published import Fault, Record
from pytest_symbench.tasks.strings.rewriting import rewrite
from tests.tasks.cases.string_deletion_and_modification import changed, played

ROOT = os.environ.get("SYMBENCH_PUBLISHED")
published = pytest.mark.skipif(ROOT is None, reason="SYMBENCH_PUBLISHED is not set")
NAME = "string_deletion_and_modification"
TASK = get(NAME)


def read(root: Path) -> tuple[list[Record], list[Fault]]:
    assert TASK.published is not None
    found = list(TASK.published(root))
    return [f for f in found if isinstance(f, Record)], [f for f in found if isinstance(f, Fault)]


@published
def test_every_key_and_every_state_between_is_right() -> None:
    records, faults = read(Path(ROOT or ""))
    assert len(records) == len(list(Path(ROOT or "", NAME).glob("sample_*"))) > 0
    assert not faults
    for record in records:
        fields = json.loads((Path(ROOT or "") / record.id / "solution.json").read_text())
        states = played(record.data)
        assert states == fields["intermediate_states"], record.id
        assert record.stored == fields["final_string"] == states[-1] == TASK.solve(record.data)
        assert TASK.verify(record.data, record.stored).correct
        assert judge(TASK, record.data, f'<<< "{record.stored}" >>>').correct
        assert f'For the string "{states[0]}"' in record.question
        assert len(record.data["rules"]) == 6
        assert 10 <= len(states[0]) <= 20
        for state in states[:-1]:
            assert not judge(TASK, record.data, f"<<<{state}>>>").correct
        for rule, sentence in zip(record.data["rules"], fields["selected_rules"], strict=True):
            stated = re.findall(r"'([a-z]+)'", sentence)
            assert stated[:1] == ([rule["text"]] if "text" in rule else [])
            assert sentence in record.question


@published
def test_ambiguous_where_another_reading_ends_elsewhere() -> None:
    records, _ = read(Path(ROOT or ""))
    flagged = 0
    for record in records:
        text, rules = record.data["text"], record.data["rules"]
        others = [in_turns(text, rules), with_the_left_middle(text, rules)]
        expected = any(other != record.stored for other in others)
        assert record.flags == (frozenset({"ambiguous"}) if expected else frozenset()), record.id
        flagged += expected
    assert 0.25 < flagged / len(records) < 0.55  # 40 of the whole 100


def in_turns(string: str, rules: list[dict[str, Any]]) -> str | None:
    idle = 0
    for turn in range(2000):
        after = changed(rules[turn % len(rules)], string)
        string, idle = (string, idle + 1) if after is None else (after, 0)
        if idle == len(rules):
            return string
    return None


def with_the_left_middle(string: str, rules: list[dict[str, Any]]) -> str | None:
    for _ in range(500):
        for rule in rules:
            after = changed(rule, string)
            if after is not None:
                if rule["kind"] == "longer":
                    left = (len(string) - 1) // 2
                    after = string[:left] + string[left + 1 :]
                string = after
                break
        else:
            return string
    return None


@pytest.mark.parametrize(
    ("rule", "before", "after"),
    [
        ({"kind": "prefix", "text": "cb", "becomes": "aa", "cut": True}, "cbb", "aa"),
        ({"kind": "suffix", "text": "cc", "becomes": "b", "prepend": "a"}, "ccc", "acb"),
        ({"kind": "first", "text": "abc", "becomes": "cab"}, "abcabc", "cababc"),
        ({"kind": "inner", "text": "ca", "becomes": ""}, "caca", "ca"),
        ({"kind": "inner", "text": "ca", "becomes": ""}, "cab", None),
        ({"kind": "even", "text": "b", "append": "ab"}, "bab", "babab"),
        ({"kind": "even", "text": "b", "append": "ab"}, "aaa", None),
        ({"kind": "even", "text": "b", "append": "ab"}, "abbb", None),
        ({"kind": "longer", "length": 3}, "abcd", "abd"),
        ({"kind": "longer", "length": 3}, "abc", None),
    ],
)
def test_single_rules(rule: Any, before: str, after: str | None) -> None:
    assert rewrite(rule, before) == after
    assert changed(rule, before) == after


def test_the_worked_example() -> None:
    rules = [
        {"kind": "prefix", "text": "aa", "becomes": "a"},
        {"kind": "first", "text": "abc", "becomes": "cab"},
    ]
    data = {"text": "aabc", "rules": rules}
    assert judge(TASK, data, "<<<cab>>>").correct
    assert "rule 2 still applies" in judge(TASK, data, "<<<abc>>>").reason


def test_damaged_samples_become_faults(tmp_path: Path) -> None:
    good = {
        "initial_string": "aabcb",
        "selected_rules": ["If the string prefix is 'aa', remove the first character."],
        "final_string": "abcb",
    }
    endless = {
        "initial_string": "caaaacbabbabbb",
        "selected_rules": [
            "If the string contains an even number of 'b's (and at least one 'b'), "
            "append 'ab' at the end.",
            "If the string length is greater than 15, remove the middle character.",
        ],
        "final_string": "b",
    }
    contents: list[tuple[str | None, Any]] = [
        ("Q", good),
        (None, good),
        ("Q", None),
        ("Q", []),
        ("Q", {**good, "initial_string": 5}),
        ("Q", {**good, "selected_rules": []}),
        ("Q", {**good, "selected_rules": ["If it rains, wait."]}),
        ("Q", {**good, "selected_rules": ["If the string prefix is 'zz', wait."]}),
        ("Q", {**good, "selected_rules": [7]}),
        ("Q", {**good, "final_string": None}),
        ("Q", endless),
        ("Q", good),
    ]
    for number, (question, solution) in enumerate(contents):
        folder = tmp_path / NAME / f"sample_{3 * number}"
        folder.mkdir(parents=True)
        if question is not None:
            (folder / "question.txt").write_text(question)
        if solution is not None:
            (folder / "solution.json").write_text(json.dumps(solution))
    records, faults = read(tmp_path)
    assert [record.id.rpartition("_")[2] for record in records] == ["0", "33"]
    assert len(faults) == len(contents) - 2
    assert "never come to an end" in faults[-1].reason
    assert read(tmp_path / "nowhere") == ([], [])
