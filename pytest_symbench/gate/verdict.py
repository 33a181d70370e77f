"""Verdicts: what a gate says, rule by rule, with the numbers that it says it by."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal, TypeAlias

from pytest_symbench.exit_status import INCOMPLETE, NOT_ENOUGH_DATA

State: TypeAlias = Literal["fail", "incomplete", "undecided", "pass", "recorded"]

STATUS: dict[State, int] = {
    "pass": 0,
    "recorded": 0,
    "fail": 1,
    "undecided": NOT_ENOUGH_DATA,
    "incomplete": INCOMPLETE,
}
"""Exit statuses."""

WORDS: dict[State, str] = {
    "fail": "FAIL",
    "incomplete": "INCOMPLETE",
    "undecided": "NOT ENOUGH DATA",
    "pass": "PASS",
    "recorded": "RECORDED",
}


@dataclass(frozen=True, kw_only=True)
class Finding:
    """The verdict on one rule for one scope."""

    scope: str
    rule: str
    """Which demand: ``drop``, ``min_score``, ``max_total_tokens``, ..."""
    state: State
    text: str
    """What was measured and what was demanded."""
    numbers: dict[str, float] = field(default_factory=dict)
    needed: int | None = None
    """Instances of the scope that would decide, where too few did not."""

    @property
    def name(self) -> tuple[str, str]:
        return self.scope, self.rule


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What a gate says of a run."""

    state: State
    policy: str
    findings: tuple[Finding, ...]
    notes: tuple[str, ...]
    """What was compared with what, which differences were allowed, and the error rates."""

    @property
    def status(self) -> int:
        """The exit status."""
        return STATUS[self.state]

    def to_json(self) -> dict[str, Any]:
        """All of it as JSON-able data."""
        return {**asdict(self), "status": self.status}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Verdict:
        """The verdict of `to_json`'s data."""
        findings = tuple(Finding(**finding) for finding in data["findings"])
        return cls(
            state=data["state"],
            policy=data["policy"],
            findings=findings,
            notes=tuple(data["notes"]),
        )


def overall(findings: tuple[Finding, ...]) -> State:
    """The worst of the findings decides; nothing judged is not a pass."""
    states = {finding.state for finding in findings}
    order: tuple[State, ...] = ("fail", "incomplete", "undecided", "pass")
    return next((state for state in order if state in states), "undecided")


SHOWN = 6
"""Rules that are told one by one whatever they say; of more, those that fail are."""


def lines(verdict: Verdict) -> Iterator[str]:
    """The verdict in plain text, the same in pytest and on the command line."""
    yield f"gate: {WORDS[verdict.state]} ({verdict.policy}, exit status {verdict.status})"
    for note in verdict.notes:
        yield f"  {note}"
    order = list(WORDS)
    findings = sorted(verdict.findings, key=lambda finding: order.index(finding.state))
    shown = findings
    if len(findings) > SHOWN:
        shown = [found for found in findings if found.state == "fail"] or findings[:SHOWN]
    width = max((len(finding.scope) for finding in shown), default=0)
    for finding in shown:
        word = WORDS[finding.state].lower()
        ending = f"; about {finding.needed} instances would decide" if finding.needed else ""
        yield f"  {word:<15} {finding.scope:<{width}}  {finding.text}{ending}"
    for state, word in WORDS.items():
        rest = sum(found.state == state for found in findings) - sum(
            found.state == state for found in shown
        )
        if rest:
            yield f"  {word.lower():<15} {rest} {'other ' if shown else ''}rules"
