"""Shards: every case in exactly one, of equal size, and the merged ledgers are the whole run's."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_symbench.cases import expand
from pytest_symbench.cli import main
from pytest_symbench.ledger import read_ledger
from pytest_symbench.shards import Shard, parse_shard, part

TASKS = ("letters", "game24", "reversi", "navigate", "web_of_lies")


@given(
    of=st.integers(2, 9),
    samples=st.integers(1, 7),
    tasks=st.lists(st.sampled_from(TASKS), min_size=1, unique=True),
)
def test_every_case_is_in_exactly_one_shard(of: int, samples: int, tasks: list[str]) -> None:
    cases = expand(tasks, [1, 2], range(samples), ["only_question", "all_code"], 1)
    shards = [part(cases, Shard(number, of)) for number in range(1, of + 1)]
    assert Counter(case for shard in shards for case in shard) == Counter(cases)
    for task in tasks:
        for method in ("only_question", "all_code"):
            sizes = [sum(c.task == task and c.method == method for c in s) for s in shards]
            assert max(sizes) - min(sizes) <= 1


def test_another_task_moves_no_case() -> None:
    few = part(expand(TASKS[:2], [1], range(9), ["all_text"], 1), Shard(2, 3))
    more = part(expand(TASKS, [1], range(9), ["all_text"], 1), Shard(2, 3))
    assert few == [case for case in more if case.task in TASKS[:2]]


@pytest.mark.parametrize("text", ["", "2", "0/3", "4/3", "a/b", "1/0", "-1/2", "1/2/3", "٢/٤"])
def test_what_is_no_shard_is_said(text: str) -> None:
    with pytest.raises(ValueError, match="shard"):
        parse_shard(text)


def test_shards_on_one_machine_merge_to_the_whole_run(pytester: pytest.Pytester) -> None:
    options = ["--symbench", "--model", "gold", "--tasks", "letters,game24", "--samples", "5"]
    for number in (1, 2, 3):
        result = pytester.runpytest(*options, f"--symbench-shard={number}/3")
        assert result.ret == 0
    shards = sorted(pytester.path.glob(".symbench/*-of-3.sqlite"))
    assert len(shards) == 3
    assert main(["merge", "--out", "all.sqlite", *map(str, shards)]) == 0
    ledger = read_ledger(pytester.path / "all.sqlite")
    found = Counter(row.task for row in ledger.rows())
    ledger.close()
    assert found == {"letters": 5, "game24": 5}


def test_a_shard_is_not_judged(pytester: pytest.Pytester) -> None:
    result = pytester.runpytest(
        "--symbench", "--model", "gold", "--symbench-shard=1/2", "--symbench-gate"
    )
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*shard 1/2 is not the whole run; merge*"])
