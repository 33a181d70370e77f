"""What a run would ask and cost, told before anything is asked."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

import tests.preloaded  # noqa: F401
from pytest_symbench.activation import CONFIGURATION
from pytest_symbench.budget import parse_budget
from pytest_symbench.plan import Planning, told

ROW = re.compile(r"(?m)^(\S+) +(\S+)? +(\d+) +(\d+) +(\d+) +(\d+) +(\S+)")


def run(pytester: pytest.Pytester, *arguments: str) -> pytest.RunResult:
    return pytester.runpytest_inprocess(
        "--symbench", "-q", "-p", "no:randomly", "--tb=no", "--symbench-ledger=run.sqlite",
        *arguments,
    )  # fmt: skip


def total(result: pytest.RunResult) -> tuple[int, int, int, int]:
    """Episodes to be asked, calls, tokens in and out."""
    (found,) = (row for row in ROW.findall(result.stdout.str()) if row[0] == "total")
    episodes, calls, inwards, outwards = map(int, found[2:6])
    return episodes, calls, inwards, outwards


@pytest.fixture(autouse=True)
def no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)


def test_a_plan_asks_nothing_and_needs_no_key(pytester: pytest.Pytester) -> None:
    chosen = ("--model=openai:gpt-4o", "--tasks=letters,game24", "--samples=10", "-n2")
    found = run(pytester, "--symbench-plan", *chosen, "--method=only_question,codesteer")
    assert found.ret == 0
    assert not list(Path(pytester.path).glob("*.sqlite")), "no ledger is made"
    episodes, calls, inwards, outwards = total(found)
    assert (episodes, calls) == (40, 20 + 40)
    assert outwards == 60 * 300
    assert 60 * 50 < inwards < 60 * 500
    found.stdout.fnmatch_lines(
        ["letters*codesteer*10*20*stated priors", "stated priors: *factor of three*",
         "about * with 16 calls in flight", "nothing was asked;*"]
    )  # fmt: skip


def test_with_a_history_it_says_what_the_run_then_takes(pytester: pytest.Pytester) -> None:
    chosen = ("--model=simulated:gpt-4o", "--tasks=number_multiply", "--method=only_question")
    run(pytester, *chosen, "--samples=3")
    planned = run(pytester, *chosen, "--samples=8", "--symbench-plan")
    planned.stdout.fnmatch_lines(
        ["number_multiply*3 such episodes", "3 of 8 episodes are in *run.sqlite and cost nothing"]
    )
    assert total(planned)[:2] == (5, 5)
    wider = ("--model=simulated:gpt-4o", "--tasks=letters,number_multiply", "--levels=1-2")
    # Another ledger of the same model is history too, but what it holds is not kept.
    anew = run(pytester, *wider, "--symbench-plan", "--symbench-ledger=new.sqlite")
    anew.stdout.fnmatch_lines(
        ["letters*2*other tasks", "number_multiply*2*3 such episodes, another level"]
    )
    refused = run(pytester, *chosen, "--symbench-temperature=1", "--symbench-plan")
    assert refused.ret == pytest.ExitCode.USAGE_ERROR
    refused.stderr.fnmatch_lines(["*of another run: its temperature is 0.0, yours 1.0*"])


BUDGETS = {
    "12 calls": r"the budget of 12 calls is enough: 83% of it",
    "5 calls": r".*too small: 10 calls are expected.*incomplete after about 50% of it",
    "1 USD": r"the budget of 1 USD is enough: .*",
    "1k tokens": r"the budget of 1000 tokens is too small: .*",
    "10 min": r"the budget of 10 min is enough: .*",
}


def test_it_says_whether_the_budget_is_enough(pytester: pytest.Pytester) -> None:
    chosen = ("--model=openai:gpt-4o", "--tasks=letters,game24", "--samples=10", "-k", "letters")
    found = run(pytester, *chosen, "--symbench-plan", "--symbench-budget=12 calls")
    assert total(found)[0] == 10, "what -k leaves"
    found.stdout.re_match_lines([BUDGETS["12 calls"]])
    config = pytester.parseconfigure("--symbench", *chosen[:1], "--tasks=letters", chosen[2])
    configuration = config.stash[CONFIGURATION]
    for text, line in BUDGETS.items():
        with_budget = replace(configuration, budget=parse_budget(text))
        assert any(re.fullmatch(line, said) for said in told(with_budget, configuration.cases()))
    unpriced = replace(configuration, model="openai:gpt-99", budget=parse_budget("1 USD"))
    with pytest.raises(pytest.UsageError, match="the price of openai:gpt-99 is not known"):
        Planning(config, unpriced)


def test_with_a_gate_it_tells_its_power(pytester: pytest.Pytester) -> None:
    chosen = ("--model=simulated:gpt-4o", "--tasks=game24,letters", "--levels=2")
    run(pytester, *chosen, "--samples=6", "--symbench-record=base")
    pytester.makefile(".toml", policy="[overall]\ndetect = 0.3\n[each_task]\nmin_score = 0.05\n")
    gate = ("--symbench-gate=policy.toml", "--symbench-plan", "--samples=6")
    found = run(pytester, *chosen, *gate, "--symbench-baseline=base")
    line = next(line for line in found.outlines if line.startswith("gate, overall"))
    shares = re.findall(r"(\d+)%", line)
    assert line.startswith("gate, overall: 12 pairs; an equal model passes in ")
    assert "one that is 30 points worse fails in" in line
    assert all(0 <= int(share) <= 100 for share in shares)
    assert re.search(r"; (\d+) instances a task would pass 80%", line), line
    found.stdout.fnmatch_lines(["gate, task game24: 6 answers for a score of 5 points; *"])
    first = run(pytester, *chosen, *gate, "--symbench-baseline=none")
    first.stdout.fnmatch_lines(["gate: *none.json does not exist; this run would be recorded*"])
