"""Simulates the gate on pairs of models whose true success is known.

    python -m benchmarks.gate_simulation --repeats 1000

Each pair answers the same instances. Success per task comes from the paper's table, a method of
it drawn for each task; an instance is as hard for one model as for the other up to a correlation
(of the normal variables behind the answers). The baseline and the candidate are then judged by
the default policy, by the same code as in a run. Scenarios:

    equal      the candidate is as good at each task
    shuffled   equal in the mean: half of the tasks 5 points better, half 5 points worse
    drop       every task 3 points worse
    collapse   one task, at 45 % or more before, 40 points worse

With --looks each pair is judged as --symbench-until-decided does, and the part of the instances
that was asked is shown. In "equal" and "shuffled" a FAIL of a rule whose hypothesis is true is a false alarm.
"""

from __future__ import annotations

import argparse
import dataclasses
import sys
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np

from pytest_symbench.avenorm import paper_table
from pytest_symbench.cases import Case
from pytest_symbench.gate import policy as policies
from pytest_symbench.gate import sequential
from pytest_symbench.gate.judge import judge
from pytest_symbench.gate.policy import Policy
from pytest_symbench.gate.recording import Answer, Key, Recording
from pytest_symbench.gate.verdict import State, Verdict
from pytest_symbench.stats import wilson
from pytest_symbench.tasks import registry

SCENARIOS = ("equal", "shuffled", "drop", "collapse")
TASKS = list(registry.MODULES)


class Pair(NamedTuple):
    """Two models: the true success of each at each task, and which tasks got worse."""

    before: np.ndarray[Any, Any]
    after: np.ndarray[Any, Any]
    worse: frozenset[str]


def draw(rng: np.random.Generator, scenario: str) -> Pair:
    """A pair of models of a scenario."""
    table = np.array([[row[task] for row in paper_table().values()] for task in TASKS]) / 100
    before = np.clip(table[np.arange(37), rng.integers(13, size=37)], 0.01, 0.99)
    after = before.copy()
    if scenario == "shuffled":
        signs = rng.permutation([1] * 18 + [-1] * 18 + [0])
        after = np.clip(before + 0.05 * signs, 0.0, 1.0)
    elif scenario == "drop":
        before = np.clip(before, 0.03, 0.99)
        after = before - 0.03
    elif scenario == "collapse":
        victim = rng.choice(np.flatnonzero(before >= 0.45))
        after[victim] -= 0.4
    worse = frozenset(task for task, b, a in zip(TASKS, before, after, strict=True) if a < b)
    return Pair(before, after, worse)


def answers(
    rng: np.random.Generator, success: np.ndarray[Any, Any], shared: np.ndarray[Any, Any],
    *, correlation: float, own: float, attempts: int,
) -> Recording:  # fmt: skip
    """What a model answers: ``shared`` is each instance's ease, the same for both models."""
    from scipy.stats import norm

    tasks, samples = shared.shape
    mine = rng.standard_normal((tasks, samples, 1)) * np.sqrt(own)
    noise = rng.standard_normal((tasks, samples, attempts)) * np.sqrt(1 - correlation - own)
    ease = shared[:, :, None] * np.sqrt(correlation) + mine + noise
    right = norm.ppf(success)[:, None, None] + ease > 0
    found = {
        Key(task, 1, "1", seed, "only_question", attempt): Answer(
            "correct" if right[number, seed, attempt] else "wrong", "", 1, 1, 1.0
        )
        for number, task in enumerate(TASKS)
        for seed in range(samples)
        for attempt in range(attempts)
    }
    return Recording(name="simulated", configuration={}, recorded="", answers=found)


class Result(NamedTuple):
    """What the gate said of all pairs of one scenario."""

    states: Counter[State]
    false_alarms: int
    """Runs in which a rule failed though what it says holds."""
    named: int
    """Runs in which the rule on a task that got worse failed."""
    discordant: float
    asked: float
    """Part of the instances that was asked."""


def in_looks(policy: Policy, candidate: Recording, baseline: Recording) -> tuple[Verdict, float]:
    """The verdict on data that grow until every rule is decided, and the part that was asked."""
    seeds = len({key.seed for key in candidate.answers})
    look_of = sequential.deal(Case("letters", 1, seed, "only_question") for seed in range(seeds))
    by_seed = {case.seed: number for case, number in look_of.items()}
    asked, decided = set(TASKS), []
    found: dict[Key, Answer] = {}
    for number in range(len(sequential.DATA)):
        found |= {
            key: answer
            for key, answer in candidate.answers.items()
            if by_seed[key.seed] == number and key.task in asked
        }
        part = dataclasses.replace(candidate, answers=found)
        look = sequential.look(policy, number, decided)
        verdict = judge(policy, part, baseline, look=look)
        decided = sequential.decided(verdict)
        asked &= sequential.undecided(policy, verdict, TASKS)
    return verdict, len(found) / len(candidate.answers)


def simulate(scenario: str, settings: argparse.Namespace, *, repeats: int) -> Result:
    """Judges many pairs of a scenario."""
    rng = np.random.default_rng([settings.seed, SCENARIOS.index(scenario)])
    policy = policies.default()
    states: Counter[State] = Counter()
    false_alarms = named = 0
    discordant, asked = [], []
    for _ in range(repeats):
        pair = draw(rng, scenario)
        shared = rng.standard_normal((37, settings.samples))
        how: Mapping[str, Any] = {
            "correlation": settings.correlation,
            "own": settings.own,
            "attempts": settings.attempts,
        }
        baseline = answers(rng, pair.before, shared, **how)
        candidate = answers(rng, pair.after, shared, **how)
        verdict, part = judge(policy, candidate, baseline), 1.0
        if settings.looks:
            verdict, part = in_looks(policy, candidate, baseline)
        asked.append(part)
        states[verdict.state] += 1
        failed = {finding.scope for finding in verdict.findings if finding.state == "fail"}
        true = {f"task {task}" for task in TASKS if task not in pair.worse}
        if pair.after.mean() >= pair.before.mean() - 1e-9:
            true.add("overall")
        false_alarms += bool(failed & true)
        named += bool(failed & {f"task {task}" for task in pair.worse})
        discordant.append(_discordant(verdict))
    return Result(states, false_alarms, named, float(np.mean(discordant)), float(np.mean(asked)))


def _discordant(verdict: Verdict) -> float:
    (whole,) = (finding for finding in verdict.findings if finding.scope == "overall")
    return (whole.numbers["lost"] + whole.numbers["gained"]) / whole.numbers["instances"]


def main(arguments: list[str] | None = None, write: Callable[[str], object] | None = None) -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--repeats", type=int, default=1000)
    parser.add_argument("--samples", type=int, default=20, help="instances of each of 37 tasks")
    parser.add_argument("--attempts", type=int, default=1)
    parser.add_argument("--correlation", type=float, default=0.8, help="between the two models")
    parser.add_argument("--own", type=float, default=0.0, help="part that a model keeps to itself")
    parser.add_argument("--looks", action="store_true", help="as --symbench-until-decided")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--scenarios", default=",".join(SCENARIOS))
    settings = parser.parse_args(arguments)
    show = write or (lambda line: sys.stdout.write(line + "\n"))
    show(
        f"{settings.repeats} pairs, 37 tasks x {settings.samples} instances x "
        f"{settings.attempts} attempts, correlation {settings.correlation:g}"
        + (f", own {settings.own:g}" if settings.own else "")
        + (", in looks" if settings.looks else "")
    )
    show(
        "scenario  differ  pass    undecided  fail    not passed  false alarms (95 %)     task named  asked"
    )
    for scenario in settings.scenarios.split(","):
        result = simulate(scenario, settings, repeats=settings.repeats)
        n = settings.repeats
        low, high = wilson(result.false_alarms, n)
        show(
            f"{scenario:<9} {result.discordant:6.1%}  {result.states['pass'] / n:6.1%}  "
            f"{result.states['undecided'] / n:9.1%}  {result.states['fail'] / n:6.1%}  "
            f"{1 - result.states['pass'] / n:10.1%}  {result.false_alarms / n:6.2%} "
            f"({low:.2%} - {high:.2%})  {result.named / n:6.1%}      {result.asked:5.0%}"
        )


if __name__ == "__main__":
    main()
