"""``--symbench-until-decided``: no more is asked than the rules need, and what holds is the same."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from pytest_symbench.cases import Case, expand
from pytest_symbench.gate import sequential
from tests.plugin.conftest import Run, symbench

__all__ = ["symbench"]  # the fixture, used by name

ASKED = ("--levels", "2-3", "--samples", "40")
TASKS = "letters,number_multiply"


@pytest.fixture
def gated(symbench: Run) -> Run:
    """Runs until decided, against a perfect baseline."""
    assert symbench(*ASKED, "--symbench-record=good", tasks=TASKS).ret == 0

    def run(model: str, *arguments: str) -> pytest.RunResult:
        return symbench(
            *ASKED, "--symbench-baseline=good", "--symbench-gate", "--symbench-until-decided",
            "--symbench-ledger=new.sqlite", *arguments, model=model, tasks=TASKS,
        )  # fmt: skip

    return run


def test_each_case_has_one_look_and_attempts_share_it() -> None:
    cases = expand(["letters", "game24"], [1, 2], range(20), ["all_text", "all_code"], 3)
    looks = sequential.deal(cases)
    assert set(looks) == set(cases)
    assert Counter(looks.values()) == {0: 120, 1: 120, 2: 120, 3: 120}
    for case in cases:
        assert looks[case] == looks[case._replace(method="all_text", attempt=0)]


def test_one_instance_is_asked_at_the_first_look() -> None:
    assert sequential.deal([Case("letters", 1, 7, "all_text")]) == {
        Case("letters", 1, 7, "all_text"): 0
    }


def test_the_error_rates_are_spent_once() -> None:
    assert sum(sequential.SPENT) == pytest.approx(1)
    assert sequential.DATA[-1] == 1


def test_what_is_clear_ends_early(gated: Run) -> None:
    result = gated("gold")
    assert result.ret == 0
    outcomes = result.parseoutcomes()
    assert outcomes["passed"] + outcomes["skipped"] == 160
    assert outcomes["passed"] < 160
    result.stdout.fnmatch_lines(["*gate: look 1 of 4: *", "gate: PASS*"])

    worse = gated("noop", "--symbench-refresh", "--symbench-ledger=noop.sqlite")
    assert worse.ret == 1
    worse.stdout.fnmatch_lines(["gate: look 1 of 4: every rule is decided", "gate: FAIL*"])
    assert re.search(r"20 lost and 0 gained of 20 instances", worse.stdout.str())


def test_a_resumed_run_decides_alike(gated: Run) -> None:
    first = gated("gold").parseoutcomes()
    again = gated("gold")
    assert again.ret == 0
    assert again.parseoutcomes() == first


def test_it_needs_a_gate_a_baseline_and_one_process(symbench: Run) -> None:
    for arguments, said in (
        ((), "needs --symbench-gate"),
        (("--symbench-gate", "--symbench-baseline=gone"), "a --symbench-baseline that exists"),
        (("--symbench-gate", "--symbench-baseline=gone", "-n", "2"), "leave out -n"),
    ):
        result = symbench("--symbench-until-decided", *arguments)
        assert result.ret == pytest.ExitCode.USAGE_ERROR
        assert said in " ".join(result.stderr.str().split())
