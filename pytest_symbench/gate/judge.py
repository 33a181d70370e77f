"""The gate itself: a policy and recordings in, a verdict out. Nothing else is looked at."""

from __future__ import annotations

from dataclasses import replace

from pytest_symbench.gate.demands import Look, Test, drop, min_frontier, min_score
from pytest_symbench.gate.limits import limits
from pytest_symbench.gate.mistakes import GateError
from pytest_symbench.gate.pairs import Pairs, pair
from pytest_symbench.gate.policy import Policy
from pytest_symbench.gate.recording import Recording
from pytest_symbench.gate.signflip import adjusted
from pytest_symbench.gate.verdict import Finding, State, Verdict, overall


def judge(
    policy: Policy,
    candidate: Recording,
    baseline: Recording | None,
    *,
    look: Look | None = None,
    awaited: str = "",
) -> Verdict:
    """The verdict of a policy on a run.

    Args:
        policy: what is demanded.
        candidate: the run.
        baseline: what it is compared with, if any rule compares.
        awaited: the name of a baseline that this run becomes, there being none to compare with.
        look: in a run that asks more where rules are undecided, which look this is.

    Raises:
        GateError: the two cannot be compared, or the policy needs what is not there.
    """
    if policy.compares and baseline is None and not awaited:
        raise GateError(
            f"{policy.name} compares with a baseline; name one with --symbench-baseline"
        )
    if look is None:
        look = Look(policy.error_rate, policy.miss_rate, first=True, whole=True)
    findings = list(_whole(policy, candidate))
    if not any(answer.counts for answer in candidate.answers.values()):
        findings.append(_no_answers(candidate))
        return _verdict(policy, findings, _notes(policy, baseline, None, awaited), awaited)
    pairs = pair(candidate, baseline, policy) if baseline is not None else None
    if pairs is not None and look.whole:
        findings += _coverage(policy, pairs)
    tests, facts = _tests(policy, candidate, pairs, look)
    findings += facts
    standing = {finding.name: finding for finding in look.decided}
    hypotheses = [replace(test.hypothesis, decided=test.name in standing) for test in tests]
    probabilities = adjusted(hypotheses, step_down=look.first)
    findings += [
        standing.get(test.name) or test.finding(p)
        for test, p in zip(tests, probabilities, strict=True)
    ]
    return _verdict(policy, findings, _notes(policy, baseline, pairs, awaited), awaited)


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
                _add(drop(rule, pairs.of(method, rule.tasks), look), tests, facts)
            if "min_score" in rule.values:
                _add(min_score(rule, part, look), tests, facts)
            if "min_frontier" in rule.values:
                _add(min_frontier(rule, part, look), tests, facts)
            facts += limits(rule, part)
    parts = {test.hypothesis.group: test.hypothesis.part for test in tests}
    return [_with_part(test, sum(parts.values())) for test in tests], facts


def _with_part(test: Test, total: float) -> Test:
    """Groups without a test leave their part of the error rate to the others."""
    part = test.hypothesis.part / total
    return replace(test, hypothesis=replace(test.hypothesis, part=part))


def _add(found: Test | Finding, tests: list[Test], facts: list[Finding]) -> None:
    if isinstance(found, Test):
        tests.append(found)
    else:
        facts.append(found)


def _whole(policy: Policy, candidate: Recording) -> list[Finding]:
    """Is the run whole? What was lost may have been right or wrong."""
    lost = sum(not answer.counts for answer in candidate.answers.values())
    total = len(candidate.answers) + candidate.missing
    share = (lost + candidate.missing) / total if total else 1.0
    text = f"{lost} of {total} episodes lost to infrastructure"
    if candidate.missing:
        text += f", {candidate.missing} never ended"
    text += f"; at most {100 * policy.max_infrastructure:g} % allowed"
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
    policy: Policy, baseline: Recording | None, pairs: Pairs | None, awaited: str
) -> list[str]:
    notes = []
    if awaited:
        notes.append(
            f"there is no baseline {awaited} yet: this run becomes it, nothing is compared"
        )
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


def _verdict(policy: Policy, findings: list[Finding], notes: list[str], awaited: str) -> Verdict:
    state = overall(tuple(findings))
    if state == "pass" and awaited:
        state = "recorded"
    return Verdict(state=state, policy=policy.name, findings=tuple(findings), notes=tuple(notes))
