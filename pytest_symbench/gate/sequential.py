"""Looks at growing data: more instances are spent only where a rule is still undecided.

The baseline's instances are dealt into looks, each a part of every task's. After each look the
gate judges what there is. A rule that is decided stays decided; a task is asked on while a rule
that speaks of it is undecided. Each look has a part of the error rate and of the miss rate of its
own (an alpha-spending function, Lan and DeMets 1983, spent by the union bound), so that both hold
over all looks together, whichever rules earlier looks decided.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from math import ceil

from pytest_symbench.cases import Case
from pytest_symbench.gate.demands import Look
from pytest_symbench.gate.policy import Policy
from pytest_symbench.gate.verdict import Finding, Verdict

DATA = (0.25, 0.5, 0.75, 1.0)
"""Part of each task's instances that has been asked at each look."""

SPENT = (0.1, 0.15, 0.25, 0.5)
"""Part of the error rates that each look may spend."""


def deal(cases: Iterable[Case]) -> dict[Case, int]:
    """The look at which each case is asked, counted from 0; all attempts at an instance at one."""
    instances: dict[tuple[str, object], list[int]] = defaultdict(list)
    cases = list(cases)
    for case in cases:
        seeds = instances[case.task, case.level]
        if case.seed not in seeds:
            seeds.append(case.seed)
    look_of: dict[tuple[str, object, int], int] = {}
    for (task, level), seeds in instances.items():
        until = [ceil(part * len(seeds)) for part in DATA]
        for position, seed in enumerate(sorted(seeds)):
            look_of[task, level, seed] = next(n for n, end in enumerate(until) if position < end)
    return {case: look_of[case.task, case.level, case.seed] for case in cases}


def look(policy: Policy, number: int, decided: Sequence[Finding]) -> Look:
    """What a look may spend, given what earlier ones decided."""
    return Look(
        error_rate=policy.error_rate * SPENT[number],
        miss_rate=policy.miss_rate * SPENT[number],
        first=number == 0,
        whole=False,
        decided=tuple(decided),
    )


def decided(verdict: Verdict) -> list[Finding]:
    """The findings that stand from now on: those of tests. Limits on totals may still be met."""
    return [
        finding
        for finding in verdict.findings
        if finding.rule in ("drop", "min_score", "min_frontier")
        and finding.state in ("pass", "fail")
    ]


def undecided(policy: Policy, verdict: Verdict, tasks: Sequence[str]) -> set[str]:
    """The tasks of which an undecided rule speaks."""
    open_scopes = {
        # Where several methods are judged, each has rules of its own: "overall, codesteer".
        finding.scope.split(", ")[0]
        for finding in verdict.findings
        if finding.state == "undecided"
    }
    found: set[str] = set()
    for rule in policy.rules(tasks):
        if rule.scope in open_scopes:
            found.update(rule.tasks)
    return found


def told(number: int, asked: Mapping[str, bool]) -> str:
    """What a look left open, for people."""
    text = f"gate: look {number + 1} of {len(DATA)}: "
    if not any(asked.values()):
        return text + "every rule is decided"
    return text + f"{sum(asked.values())} of {len(asked)} tasks are asked on"
