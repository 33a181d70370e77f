"""The demands that are judged by a test: no drop, a minimum score, a minimum frontier."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from pytest_symbench.gate import bounds
from pytest_symbench.gate.mistakes import GateError
from pytest_symbench.gate.pairs import Instance
from pytest_symbench.gate.policy import Rule
from pytest_symbench.gate.recording import Recording
from pytest_symbench.gate.signflip import Hypothesis, signflip
from pytest_symbench.gate.verdict import Finding, State


class Look(NamedTuple):
    """One of several looks at growing data: which part of the error rates it may spend."""

    error_rate: float
    miss_rate: float
    first: bool
    whole: bool = False
    """Is all of the baseline meant to be asked again?"""
    decided: tuple[Finding, ...] = ()
    """What earlier looks found; it stands."""


@dataclass(frozen=True, kw_only=True)
class Test:
    """A demand that is judged by a test: decided once its p-value in the family is known."""

    name: tuple[str, str]
    """As of its finding: scope and rule."""
    hypothesis: Hypothesis
    finding: Callable[[float], Finding]
    """From its adjusted p-value."""


def drop(rule: Rule, groups: Sequence[Sequence[Instance]], look: Look) -> Test | Finding:
    """No regression: fails if a drop beyond the tolerance is shown, passes if the one to detect
    is excluded, and is undecided between the two.
    """
    if not groups:
        text = "no instance that both answered"
        return Finding(scope=rule.scope, rule="drop", state="undecided", text=text)
    found = bounds.drops(
        [[instance.worse for instance in group] for group in groups],
        [[instance.attempts for instance in group] for group in groups],
    )
    test = signflip(
        [(instance.worse - rule.tolerance) / len(group) for group in groups for instance in group]
    )

    def finding(adjusted_p: float) -> Finding:
        excluded = bounds.p_at_least(found, rule.detect)
        limit = bounds.largest_drop(found, look.miss_rate)
        state, needed = _state(adjusted_p <= look.error_rate, excluded <= look.miss_rate), None
        text = (
            f"{_moved(found.drop)}, {sum(i.worse > 0 for g in groups for i in g)} lost and "
            f"{sum(i.worse < 0 for g in groups for i in g)} gained of {found.pairs} instances"
        )
        if state == "fail":
            text += f"; {points(rule.tolerance)} tolerated, p = {adjusted_p:.2g} for all rules"
        elif state == "pass":
            bound = f"at most {points(limit)} worse"
            if limit < 0:
                bound = f"at least {points(-limit)} better"
            text += f"; {bound}, {points(rule.detect)} had to be excluded"
        else:
            text += f"; up to {points(limit)} worse, {points(rule.detect)} must be excluded"
            level = look.error_rate * rule.part
            needed = bounds.needed(
                found, tolerance=rule.tolerance, detect=rule.detect, level=level,
                miss_rate=look.miss_rate,
            )  # fmt: skip
        numbers = {
            "drop": found.drop, "largest_drop": limit, "instances": found.pairs,
            "lost": sum(max(i.worse, 0.0) for g in groups for i in g),
            "gained": sum(max(-i.worse, 0.0) for g in groups for i in g),
            "p": test.p, "p_adjusted": adjusted_p, "tolerance": rule.tolerance,
            "detect": rule.detect,
        }  # fmt: skip
        return Finding(
            scope=rule.scope, rule="drop", state=state, text=text, numbers=numbers, needed=needed
        )

    return Test(
        name=(rule.scope, "drop"),
        hypothesis=Hypothesis(test.p, rule.group, rule.part, test),
        finding=finding,
    )


def min_score(rule: Rule, part: Recording, look: Look) -> Test | Finding:
    """Minimum score: fails if the score is shown to be below, passes if shown to be above."""
    groups = _successes(part, rule.tasks)
    if not groups:
        text = "no answer of the model"
        return Finding(scope=rule.scope, rule="min_score", state="undecided", text=text)
    found = bounds.scores(
        [[sum(instance) / len(instance) for instance in group] for group in groups],
        [[len(instance) for instance in group] for group in groups],
    )
    minimum = rule.values["min_score"]
    p = bounds.p_score_below(found, minimum)

    def finding(adjusted_p: float) -> Finding:
        limits = bounds.score_interval(
            found, low_error=look.miss_rate, high_error=look.error_rate * rule.part
        )
        state, needed = _state(adjusted_p <= look.error_rate, limits.low >= minimum), None
        text = (
            f"score {points(found.score)} of {found.answers} answers, at least "
            f"{points(limits.low)}; {points(minimum)} demanded"
        )
        if state == "fail":
            text += f", p = {adjusted_p:.2g} for all rules"
        elif state == "undecided":
            needed = bounds.needed_for_score(
                found, minimum, level=look.error_rate * rule.part, miss_rate=look.miss_rate
            )
        numbers = {
            "score": found.score, "at_least": limits.low, "answers": found.answers,
            "minimum": minimum, "p": p, "p_adjusted": adjusted_p,
        }  # fmt: skip
        return Finding(
            scope=rule.scope, rule="min_score", state=state, text=text, numbers=numbers,
            needed=needed,
        )  # fmt: skip

    return Test(
        name=(rule.scope, "min_score"),
        hypothesis=Hypothesis(p, rule.group, rule.part),
        finding=finding,
    )


def min_frontier(rule: Rule, part: Recording, look: Look) -> Test | Finding:
    """Minimum frontier: by the posterior of the level at which half of the answers are right."""
    from pytest_symbench.frontier.curve import fit, trials

    minimum = rule.values["min_frontier"]
    by_level = trials(
        (key.level, answer.outcome == "correct")
        for key, answer in part.answers.items()
        if answer.counts and key.task in rule.tasks
    )
    name = "min_frontier"
    if len(rule.tasks) > 1:
        raise GateError(
            f"min_frontier is a demand on one task; write it into [each_task] or [task.NAME], not "
            f"for {rule.scope}"
        )
    if not by_level:
        text = "no answer at a numbered level"
        return Finding(scope=rule.scope, rule=name, state="undecided", text=text)
    posterior = fit(by_level)
    below = posterior.below(minimum)

    def finding(adjusted_p: float) -> Finding:
        state = _state(adjusted_p <= look.error_rate, below <= look.miss_rate)
        text = f"frontier {posterior.describe()}; {minimum:g} demanded"
        if state == "undecided":
            text += ", and the interval holds it: ask more at the levels around it"
        numbers = {"frontier": posterior.frontier, "minimum": minimum, "p_below": below}
        return Finding(scope=rule.scope, rule=name, state=state, text=text, numbers=numbers)

    return Test(
        name=(rule.scope, name),
        hypothesis=Hypothesis(1 - below, rule.group, rule.part),
        finding=finding,
    )


def _successes(part: Recording, tasks: Sequence[str]) -> list[list[list[bool]]]:
    """Task by task, instance by instance: was each attempt right?"""
    found: dict[str, dict[object, list[bool]]] = {task: {} for task in tasks}
    for key, answer in part.answers.items():
        if answer.counts and key.task in found:
            right = answer.outcome == "correct"
            found[key.task].setdefault(key._replace(attempt=0), []).append(right)
    return [list(instances.values()) for instances in found.values() if instances]


def _state(shown: bool, excluded: bool) -> State:
    if shown:
        return "fail"
    return "pass" if excluded else "undecided"


def points(share: float) -> str:
    """A share in percentage points."""
    return f"{round(100 * share, 1):g} points"


def _moved(drop: float) -> str:
    if abs(drop) < 1e-12:
        return "no change"
    return f"{points(abs(drop))} {'worse' if drop > 0 else 'better'}"
