"""The gate inside pytest: verdicts, exit statuses, baselines, and mistakes in a sentence."""

from __future__ import annotations

import json

import pytest

from pytest_symbench.exit_status import INCOMPLETE, NOT_ENOUGH_DATA
from tests.plugin.conftest import Run, symbench

__all__ = ["symbench"]  # the fixture, used by name

TASKS = "letters,number_multiply"
ASKED = ("--levels", "2-3", "--samples", "30")


@pytest.fixture
def recorded(symbench: Run) -> Run:
    """Runs after a perfect baseline named ``good`` was recorded."""
    result = symbench(*ASKED, "--symbench-record=good", tasks=TASKS)
    assert result.ret == 0
    result.stdout.fnmatch_lines(["baseline: recorded symbench-baselines/good.json, 120 answers"])
    return symbench


GATED = (*ASKED, "--symbench-baseline=good", "--symbench-gate")


def test_the_same_model_passes(recorded: Run) -> None:
    result = recorded(*GATED, "--symbench-refresh", tasks=TASKS)
    assert result.ret == 0
    result.stdout.fnmatch_lines(["gate: PASS*", "*pass*overall*0 lost and 0 gained of 120*"])


def test_a_collapse_fails_and_wrong_answers_are_data(recorded: Run) -> None:
    result = recorded(*GATED, model="noop", tasks=TASKS)
    assert result.ret == 1
    result.stdout.fnmatch_lines(
        ["gate: FAIL*", "*fail*overall*100 points worse, 120 lost and 0 gained of 120 instances*"]
    )
    assert "failed" not in result.parseoutcomes()


def test_one_task_that_collapses_fails_alone(recorded: Run, pytester: pytest.Pytester) -> None:
    arguments = ("--levels", "2-3", "--samples", "30", "--symbench-baseline=good")
    baseline = json.loads((pytester.path / "symbench-baselines" / "good.json").read_text())
    assert len(json.dumps(baseline)) < 50_000, "small enough for a repository"
    (pytester.path / "conftest.py").write_text(HALF)
    result = recorded(*arguments, "--symbench-gate", model="half", tasks=TASKS)
    assert result.ret == 1
    result.stdout.fnmatch_lines_random(["*fail*task number_multiply*", "*pass*task letters*"])


HALF = """
import re
from codesteer.models import Completion

class Half:
    name = "half"
    async def complete(self, messages, *, settings):
        question = messages[-1].content
        word, letter = re.search('"([a-z]+)"', question), re.search('letter "(.)"', question)
        if not (word and letter):
            return Completion(text="<<<1>>>")
        places = [i for i, c in enumerate(max(re.findall('"([a-z]+)"', question), key=len), 1)
                  if c == letter[1]]
        return Completion(text=f"<<<Count: {len(places)}, Positions: {places}>>>")
    async def aclose(self): pass

def pytest_symbench_models():
    return {"half": lambda model, url: Half()}
"""


def test_too_few_answers_never_pass(symbench: Run) -> None:
    few = ("--levels", "2", "--samples", "1")
    symbench(*few, "--symbench-record=few").assert_outcomes(passed=1)
    result = symbench(*few, "--symbench-refresh", "--symbench-baseline=few", "--symbench-gate")
    assert result.ret == NOT_ENOUGH_DATA
    result.stdout.fnmatch_lines(["gate: NOT ENOUGH DATA*", "*instances would decide*"])


def test_a_part_of_the_baseline_is_incomplete(recorded: Run) -> None:
    part = ("--levels", "2", "--samples", "3", "--symbench-baseline=good", "--symbench-gate")
    result = recorded(*part, tasks=TASKS)
    assert result.ret == INCOMPLETE
    result.stdout.fnmatch_lines(["*incomplete*of the baseline's 120 answers were asked again*"])


def test_a_run_that_ends_early_neither_passes_nor_becomes_a_baseline(
    symbench: Run, pytester: pytest.Pytester
) -> None:
    result = symbench(*ASKED, "--symbench-record=cut", "--symbench-budget", "20 calls", tasks=TASKS)
    assert result.ret == INCOMPLETE
    result.stdout.fnmatch_lines(["baseline: * was not written, since the run is incomplete*"])
    assert not list(pytester.path.glob("symbench-baselines/*"))


def test_a_missing_baseline_is_recorded_and_said(symbench: Run) -> None:
    result = symbench(*ASKED, "--symbench-baseline=new", "--symbench-gate", tasks=TASKS)
    assert result.ret == 0
    result.stdout.fnmatch_lines(
        ["*there is no baseline new yet*nothing is compared*", "baseline: recorded*new.json*"]
    )


def test_a_policy_of_minimum_scores_needs_no_baseline(
    symbench: Run, pytester: pytest.Pytester
) -> None:
    (pytester.path / "policy.toml").write_text("[overall]\nmin_score = 0.9\n")
    arguments = (*ASKED, "--symbench-gate=policy.toml")
    assert symbench(*arguments, tasks=TASKS).ret == 0
    assert symbench(*arguments, model="noop", tasks=TASKS).ret == 1


def test_workers_judge_as_one_process_does(recorded: Run) -> None:
    result = recorded(*GATED, "-n", "2", model="noop", tasks=TASKS)
    assert result.ret == 1
    result.stdout.fnmatch_lines(["gate: FAIL*"])


MISTAKES = {
    "baseline without gate": (["--symbench-baseline=good"], "*add --symbench-gate*"),
    "gate without baseline": (["--symbench-gate"], "*compares with a baseline; name one*"),
    "no such policy": (["--symbench-gate=none.toml"], "*none.toml*"),
    "unknown key": (["--symbench-gate=odd.toml"], "*odd.toml*min_scor*"),
    "not a number": (["--symbench-gate=nan.toml"], "*nan.toml*"),
    "empty baseline": (["--symbench-gate", "--symbench-baseline=empty.json"], "*empty.json*"),
    "another configuration": (
        ["--symbench-gate", "--symbench-baseline=good", "--symbench-max-tokens=9"],
        "*max-tokens is 9 here and 2048 there*",
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_mistakes_are_one_sentence(symbench: Run, pytester: pytest.Pytester, mistake: str) -> None:
    if mistake == "another configuration":
        symbench("--symbench-record=good").assert_outcomes(passed=1)
    (pytester.path / "odd.toml").write_text("[overall]\nmin_scor = 0.5\n")
    (pytester.path / "nan.toml").write_text("[overall]\nmin_score = nan\n")
    (pytester.path / "empty.json").write_text("")
    arguments, sentence = MISTAKES[mistake]
    result = symbench(*arguments)
    assert result.ret == 4, result.outlines
    result.stderr.fnmatch_lines([f"ERROR: {sentence}"])
    assert "Traceback" not in result.stderr.str() + result.stdout.str()
