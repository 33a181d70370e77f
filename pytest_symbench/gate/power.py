"""What a gate could tell from a run that is only planned: its power, and how many would do.

Judged by simulation with the gate's own tests: instances of two models that are equally good
differ at random, and half as often as if each answered them on its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from pytest_symbench.cases import Case
from pytest_symbench.gate import bounds
from pytest_symbench.gate.demands import points
from pytest_symbench.gate.options import Gating
from pytest_symbench.gate.policy import Policy, Rule
from pytest_symbench.gate.recording import Recording
from pytest_symbench.gate.signflip import Hypothesis, adjusted, signflip

if TYPE_CHECKING:
    from numpy.typing import NDArray

DRAWS = 200
"""Simulated runs for each figure; it is right to about 7 points."""

ENOUGH = 0.8
"""The power that the number of needed instances is for."""

ALIKE = 0.5
"""Share of instances that equal models answer differently, by that of independent ones."""

MOST = 100_000
"""Instances of a task beyond which no number is named."""


def outlook(gating: Gating, cases: Sequence[Case]) -> Iterator[str]:
    """Lines on each kind of rule of the policy."""
    if gating.policy is None:
        return
    if gating.policy.compares and gating.baseline is None:
        yield f"gate: {gating.awaited} does not exist; this run would be recorded, not judged"
    methods = list(dict.fromkeys(case.method for case in cases))
    for method in methods:
        mine = [case for case in cases if case.method == method]
        where = f", {method}" if len(methods) > 1 else ""
        yield from _of_method(gating.policy, gating.baseline, mine, where)


def _of_method(
    policy: Policy, baseline: Recording | None, cases: Sequence[Case], where: str
) -> Iterator[str]:
    rules = policy.rules(list(dict.fromkeys(case.task for case in cases)))
    scores = _scores(baseline)
    counts = _counts(cases, baseline)
    for group in dict.fromkeys(rule.group for rule in rules):
        members = [rule for rule in rules if rule.group == group]
        compared = [
            rule for rule in members if rule.compares and any(counts.get(t) for t in rule.tasks)
        ]
        if compared and baseline is not None:
            weakest = min(compared, key=lambda rule: sum(counts.get(t, 0) for t in rule.tasks))
            label = weakest.scope if len(compared) == 1 else f"{group}, {len(compared)} rules"
            yield f"gate, {label}{where}: " + _drop(policy, weakest, counts, scores, len(compared))
        for rule in members:
            if "min_score" in rule.values:
                yield f"gate, {rule.scope}{where}: " + _score(policy, rule, cases, scores)


def _drop(
    policy: Policy,
    rule: Rule,
    counts: Mapping[str, int],
    scores: Mapping[str, float],
    family: int,
) -> str:
    tasks = [task for task in rule.tasks if counts.get(task)]
    sizes = np.array([counts[task] for task in tasks])
    differ = np.array([_differ(scores.get(task, 0.5)) for task in tasks])
    passes = _passes(policy, rule, sizes, differ)
    fails = _fails(policy, rule, sizes, differ, family)
    least = int(sizes.min())
    scale = 1.0
    while passes < ENOUGH and least * scale < MOST:
        scale *= 1.25
        more = np.ceil(sizes * scale).astype(int)
        if _passes(policy, rule, more, differ) >= ENOUGH:
            break
    told = (
        f"{int(sizes.sum())} pairs; an equal model passes in {passes:.0%} of the runs, one that is "
        f"{points(rule.detect)} worse fails in {fails:.0%}"
    )
    if passes < ENOUGH:
        told += f"; {int(np.ceil(least * scale))} instances a task would pass {ENOUGH:.0%}"
    return told


def _fails(
    policy: Policy, rule: Rule, sizes: NDArray[Any], differ: NDArray[Any], family: int
) -> float:
    """How often a model with the drop to detect fails this one of a family of rules."""
    equal = [_hypothesis(rule, sizes, *drawn) for drawn in _draws(sizes, differ, 0.0)]
    failed = 0
    for number, drawn in enumerate(_draws(sizes, differ, rule.detect)):
        others = [equal[(number + other) % DRAWS] for other in range(family - 1)]
        p = adjusted([_hypothesis(rule, sizes, *drawn), *others])[0]
        failed += p <= policy.error_rate
    return failed / DRAWS


def _hypothesis(
    rule: Rule, sizes: NDArray[Any], lost: NDArray[Any], gained: NDArray[Any]
) -> Hypothesis:
    values: list[float] = []
    for n, b, c in zip(sizes, lost, gained, strict=True):
        worse = [1.0] * b + [-1.0] * c + [0.0] * (n - b - c)
        values += [(value - rule.tolerance) / n for value in worse]
    test = signflip(values)
    return Hypothesis(test.p, rule.group, rule.part, test)


def _passes(policy: Policy, rule: Rule, sizes: NDArray[Any], differ: NDArray[Any]) -> float:
    passed = 0
    for lost, gained in _draws(sizes, differ, 0.0):
        net, either = (lost - gained) / sizes, (lost + gained) / sizes
        pairs = int(sizes.sum())
        within = np.sum((either - net**2) / np.maximum(sizes - 1, 1)) / len(sizes) ** 2
        found = bounds.Drops(
            drop=float(net.mean()), variance=float(within) + 1 / pairs**2, pairs=pairs,
            lost=float(lost.sum()), gained=float(gained.sum()), effective=float(pairs),
            tasks=len(sizes),
        )  # fmt: skip
        passed += bounds.p_at_least(found, rule.detect) <= policy.miss_rate
    return passed / DRAWS


def _draws(
    sizes: NDArray[Any], differ: NDArray[Any], drop: float
) -> Iterator[tuple[NDArray[Any], NDArray[Any]]]:
    """Lost and gained instances of each task, for a drop of so much in each."""
    rng = np.random.default_rng(0)
    either = np.maximum(differ, drop)
    for _ in range(DRAWS):
        lost = rng.binomial(sizes, np.minimum((either + drop) / 2, 1.0))
        share = (either - drop) / 2 / np.maximum(1 - (either + drop) / 2, 1e-9)
        yield lost, rng.binomial(sizes - lost, np.clip(share, 0, 1))


def _score(policy: Policy, rule: Rule, cases: Sequence[Case], scores: Mapping[str, float]) -> str:
    answers = sum(case.task in rule.tasks for case in cases)
    minimum = rule.values["min_score"]
    known = [scores[task] for task in rule.tasks if task in scores]
    if not known:
        return f"{answers} answers for a score of {points(minimum)}; nothing is known of the score"
    score = float(np.mean(known))
    needed = bounds.needed_for_score(
        bounds.Scores(score, float(answers), answers), minimum,
        level=policy.error_rate * rule.part, miss_rate=policy.miss_rate,
    )  # fmt: skip
    told = f"{answers} answers for a score of {points(minimum)}; the baseline has {points(score)}"
    if needed is None:
        return told + ", which no number of answers can tell from it"
    return told + (f"; about {needed} would decide" if needed > answers + 1 else "; they decide")


def _differ(score: float) -> float:
    return max(ALIKE * 2 * score * (1 - score), 0.02)


def _scores(baseline: Recording | None) -> dict[str, float]:
    if baseline is None:
        return {}
    right: dict[str, list[bool]] = {}
    for key, answer in baseline.answers.items():
        if answer.counts:
            right.setdefault(key.task, []).append(answer.outcome == "correct")
    return {task: sum(found) / len(found) for task, found in right.items()}


def _counts(cases: Sequence[Case], baseline: Recording | None) -> dict[str, int]:
    """Instances of each task that the baseline has too."""
    had = {(key.task, key.level, key.seed) for key in baseline.answers} if baseline else set()
    shared = {(case.task, str(case.level), case.seed) for case in cases} & had
    found: dict[str, int] = {}
    for task, _, _ in shared:
        found[task] = found.get(task, 0) + 1
    return found
