"""The gate itself: a policy and recordings in, a verdict out. Nothing else is looked at."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from pytest_symbench.gate import bounds
from pytest_symbench.gate.limits import limits
from pytest_symbench.gate.mistakes import GateError
from pytest_symbench.gate.pairs import Instance, Pairs, pair
from pytest_symbench.gate.policy import Policy, Rule
from pytest_symbench.gate.recording import Recording
from pytest_symbench.gate.signflip import Hypothesis, adjusted, signflip
from pytest_symbench.gate.verdict import Finding, State, Verdict, overall


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

    hypothesis: Hypothesis
    finding: Callable[[float], Finding]
    """From its adjusted p-value."""


def judge(
    policy: Policy,
    candidate: Recording,
    baseline: Recording | None,
    *,
    look: Look | None = None,
) -> Verdict:
    """The verdict of a policy on a run.

    Args:
        policy: what is demanded.
        candidate: the run.
        baseline: what it is compared with, if any rule compares.
        look: in a run that asks more where rules are undecided, which look this is.

    Raises:
        GateError: the two cannot be compared, or the policy needs what is not there.
    """
    if policy.compares and baseline is None:
        raise GateError(
            f"{policy.name} compares with a baseline; name one with --symbench-baseline"
        )
    if look is None:
        look = Look(policy.error_rate, policy.miss_rate, first=True, whole=True)
    findings = list(_whole(policy, candidate))
    if not any(answer.counts for answer in candidate.answers.values()):
        findings.append(_no_answers(candidate))
        return _verdict(policy, findings, _notes(policy, candidate, baseline, None))
    pairs = pair(candidate, baseline, policy) if baseline is not None else None
    if pairs is not None and look.whole:
        findings += _coverage(policy, pairs)
    tests, facts = _tests(policy, candidate, pairs, look)
    findings += facts
    probabilities = adjusted([test.hypothesis for test in tests], step_down=look.first)
    findings += [test.finding(p) for test, p in zip(tests, probabilities, strict=True)]
    standing = {finding.name: finding for finding in look.decided}
    findings = [standing.get(finding.name, finding) for finding in findings]
    return _verdict(policy, findings, _notes(policy, candidate, baseline, pairs))


def _tests(
    policy: Policy, candidate: Recording, pairs: Pairs | None, look: Look
) -> tuple[list[Test], list[Finding]]:
    tests: list[Test] = []
    facts: list[Finding] = []
    tasks = list(dict.fromkeys([*candidate.tasks(), *(pairs.tasks() if pairs else ())]))
    several = len(candidate.methods()) > 1
    for method in candidate.methods():
        part = candidate.of(method) if several else candidate
        for rule in policy.rules(tasks):
            if several:
                rule = rule._replace(scope=f"{rule.scope}, {method}")
            if rule.compares and pairs is not None:
                _add(_drop(rule, pairs.of(method, rule.tasks), look), tests, facts)
            if "min_score" in rule.values:
                _add(_score(rule, part, look), tests, facts)
            if "min_frontier" in rule.values:
                _add(_frontier(rule, part, look), tests, facts)
            facts += limits(rule, part)
    total = sum(test.hypothesis.weight for test in tests) or 1.0
    return [
        replace(test, hypothesis=replace(test.hypothesis, weight=test.hypothesis.weight / total))
        for test in tests
    ], facts


def _add(found: Test | Finding, tests: list[Test], facts: list[Finding]) -> None:
    if isinstance(found, Test):
        tests.append(found)
    else:
        facts.append(found)


def _drop(rule: Rule, groups: Sequence[Sequence[Instance]], look: Look) -> Test | Finding:
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
            text += f"; {_points(rule.tolerance)} tolerated, p = {adjusted_p:.2g} for all rules"
        elif state == "pass":
            text += f"; at most {_points(limit)} worse, {_points(rule.detect)} had to be excluded"
        else:
            text += f"; up to {_points(limit)} worse, {_points(rule.detect)} must be excluded"
            level = look.error_rate * rule.weight
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

    return Test(hypothesis=Hypothesis(test.p, rule.weight, test), finding=finding)


def _score(rule: Rule, part: Recording, look: Look) -> Test | Finding:
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
            found, low_error=look.miss_rate, high_error=look.error_rate * rule.weight
        )
        state, needed = _state(adjusted_p <= look.error_rate, limits.low >= minimum), None
        text = (
            f"score {_points(found.score)} of {found.answers} answers, at least "
            f"{_points(limits.low)}; {_points(minimum)} demanded"
        )
        if state == "fail":
            text += f", p = {adjusted_p:.2g} for all rules"
        elif state == "undecided":
            needed = bounds.needed_for_score(
                found, minimum, level=look.error_rate * rule.weight, miss_rate=look.miss_rate
            )
        numbers = {
            "score": found.score, "at_least": limits.low, "answers": found.answers,
            "minimum": minimum, "p": p, "p_adjusted": adjusted_p,
        }  # fmt: skip
        return Finding(
            scope=rule.scope, rule="min_score", state=state, text=text, numbers=numbers,
            needed=needed,
        )  # fmt: skip

    return Test(hypothesis=Hypothesis(p, rule.weight), finding=finding)


def _frontier(rule: Rule, part: Recording, look: Look) -> Test | Finding:
    """Minimum frontier: by the posterior of the level at which half of the answers are right."""
    from pytest_symbench.frontier.curve import fit, trials

    minimum = rule.values["min_frontier"]
    points = trials(
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
    if not points:
        text = "no answer at a numbered level"
        return Finding(scope=rule.scope, rule=name, state="undecided", text=text)
    posterior = fit(points)
    below = posterior.below(minimum)

    def finding(adjusted_p: float) -> Finding:
        state = _state(adjusted_p <= look.error_rate, below <= look.miss_rate)
        text = f"frontier {posterior.describe()}; {minimum:g} demanded"
        if state == "undecided":
            text += ", and the interval holds it: ask more at the levels around it"
        numbers = {"frontier": posterior.frontier, "minimum": minimum, "p_below": below}
        return Finding(scope=rule.scope, rule=name, state=state, text=text, numbers=numbers)

    return Test(hypothesis=Hypothesis(1 - below, rule.weight), finding=finding)


def _successes(part: Recording, tasks: Sequence[str]) -> list[list[list[bool]]]:
    """Task by task, instance by instance: was each attempt right?"""
    found: dict[str, dict[object, list[bool]]] = {task: {} for task in tasks}
    for key, answer in part.answers.items():
        if answer.counts and key.task in found:
            right = answer.outcome == "correct"
            found[key.task].setdefault(key._replace(attempt=0), []).append(right)
    return [list(instances.values()) for instances in found.values() if instances]


def _whole(policy: Policy, candidate: Recording) -> list[Finding]:
    """Is the run whole? What was lost may have been right or wrong."""
    lost = sum(not answer.counts for answer in candidate.answers.values())
    total = len(candidate.answers) + candidate.missing
    share = (lost + candidate.missing) / total if total else 1.0
    text = f"{lost} of {total} episodes lost to infrastructure"
    if candidate.missing:
        text += f", {candidate.missing} never ended"
    text += f"; {_points(policy.max_infrastructure)} of 100 allowed"
    numbers = {"share": share, "lost": float(lost), "missing": float(candidate.missing)}
    state: State = "pass" if share <= policy.max_infrastructure else "incomplete"
    return [
        Finding(scope="run", rule="max_infrastructure", state=state, text=text, numbers=numbers)
    ]


def _coverage(policy: Policy, pairs: Pairs) -> list[Finding]:
    state: State = "pass" if pairs.coverage >= policy.min_coverage else "incomplete"
    text = f"{pairs.asked} of the baseline's {pairs.wanted} answers were asked again"
    if state == "incomplete":
        text += (
            f"; {100 * policy.min_coverage:g} % must be: ask them all, merge all shards, or lower "
            "min_coverage if fewer are meant"
        )
    numbers = {"coverage": pairs.coverage}
    return [Finding(scope="run", rule="min_coverage", state=state, text=text, numbers=numbers)]


def _no_answers(candidate: Recording) -> Finding:
    count = len(candidate.answers)
    text = "no answer of the model" + (f": all {count} episodes were lost" if count else "")
    return Finding(scope="run", rule="data", state="undecided", text=text)


def _notes(
    policy: Policy, candidate: Recording, baseline: Recording | None, pairs: Pairs | None
) -> list[str]:
    notes = []
    if baseline is not None:
        recorded = f", recorded {baseline.recorded}" if baseline.recorded else ""
        paired = f"; {pairs.paired} answers have a partner" if pairs else ""
        notes.append(f"baseline {baseline.name}{recorded}{paired}")
    if pairs is not None:
        notes += [f"compared although {difference}" for difference in pairs.allowed]
    notes.append(
        f"a model that is no worse fails with a chance of at most {100 * policy.error_rate:g} %, "
        f"over all rules; what a rule must detect passes it with at most "
        f"{100 * policy.miss_rate:g} %"
    )
    return notes


def _verdict(policy: Policy, findings: list[Finding], notes: list[str]) -> Verdict:
    state = overall(tuple(findings))
    return Verdict(state=state, policy=policy.name, findings=tuple(findings), notes=tuple(notes))


def _state(shown: bool, excluded: bool) -> State:
    if shown:
        return "fail"
    return "pass" if excluded else "undecided"


def _points(share: float) -> str:
    return f"{100 * share:.3g} points" if abs(share) < 1e-12 or abs(share) >= 1e-3 else "0 points"


def _moved(drop: float) -> str:
    if abs(drop) < 1e-12:
        return "no change"
    return f"{100 * abs(drop):.3g} points {'worse' if drop > 0 else 'better'}"
