"""A recording: what a run measured, as the gate needs it. Read from ledgers or a baseline file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from pytest_symbench.gate.mistakes import GateError
from pytest_symbench.ledger import Ledger, Row, read_ledger
from pytest_symbench.outcome import Outcome

DIGITS = 6
"""Hexadecimal digits of an instance's digest that a baseline keeps."""


class Key(NamedTuple):
    """What makes two answers answers to the same: the identity of an instance, and how often."""

    task: str
    version: int
    level: str
    seed: int
    method: str
    attempt: int


class Answer(NamedTuple):
    """What became of one attempt, and what it took."""

    outcome: Outcome
    digest: str
    input_tokens: int
    output_tokens: int
    seconds: float

    @property
    def counts(self) -> bool:
        """Is it the model's own? Infrastructure is neither right nor wrong."""
        return self.outcome != "infrastructure"


@dataclass(frozen=True, kw_only=True)
class Recording:
    """Answers by key, and how they were had."""

    name: str
    """How messages call it: a baseline's name, or a file's."""
    configuration: Mapping[str, Any]
    recorded: str
    """When, as ``YYYY-MM-DD HH:MM:SS``."""
    answers: Mapping[Key, Answer]
    planned: int = 0
    """Answers that the run meant to have; 0 where that is not known."""
    versions: Mapping[str, str] = field(default_factory=dict)

    @property
    def missing(self) -> int:
        """Answers that were planned and never came."""
        return max(0, self.planned - len(self.answers))

    def tasks(self) -> list[str]:
        """Tasks in the order of their first answer."""
        return list(dict.fromkeys(key.task for key in self.answers))

    def methods(self) -> list[str]:
        """Methods in the order of their first answer."""
        return list(dict.fromkeys(key.method for key in self.answers))

    def of(self, method: str) -> Recording:
        """The part of one method."""
        answers = {key: answer for key, answer in self.answers.items() if key.method == method}
        return Recording(
            name=self.name,
            configuration=self.configuration,
            recorded=self.recorded,
            answers=answers,
            versions=self.versions,
        )


def of_rows(
    rows: Iterable[Row],
    *,
    name: str,
    meta: Mapping[str, Any],
    planned: int = 0,
) -> Recording:
    """The recording of episodes of one ledger."""
    answers = {
        Key(row.task, row.version, row.level, row.seed, row.method, row.attempt): Answer(
            row.outcome, row.digest[:DIGITS], row.input_tokens, row.output_tokens, row.seconds
        )
        for row in rows
    }
    return Recording(
        name=name,
        configuration=dict(meta.get("identity", {})),
        recorded=str(meta.get("created", "")),
        answers=answers,
        planned=planned,
        versions={"pytest-symbench": str(meta["version"])} if "version" in meta else {},
    )


def of_ledger(ledger: Ledger) -> Recording:
    """All that a ledger holds."""
    return of_rows(ledger.rows(), name=str(ledger.path), meta=ledger.meta())


def read(path: Path) -> Recording:
    """The recording in a file: a baseline (``.json``) or a ledger.

    Raises:
        GateError, LedgerError: it cannot be read; one sentence.
    """
    if path.suffix == ".json":
        from pytest_symbench.gate import baseline

        return baseline.read(path)
    ledger = read_ledger(path)
    try:
        return of_ledger(ledger)
    finally:
        ledger.close()


def merged(parts: list[Recording]) -> Recording:
    """One recording of several shards of a run.

    Raises:
        GateError: they were not had alike, or hold different answers to the same.
    """
    first, *others = parts
    answers = dict(first.answers)
    for other in others:
        if other.configuration != first.configuration:
            raise GateError(
                f"{other.name} and {first.name} are not shards of one run: "
                + "; ".join(differences(first.configuration, other.configuration))
            )
        for key, answer in other.answers.items():
            known = answers.setdefault(key, answer)
            if known.outcome != answer.outcome or known.digest != answer.digest:
                raise GateError(
                    f"{other.name} and {first.name} hold different answers to {describe(key)}; "
                    "give shards that do not overlap"
                )
    return Recording(
        name=" + ".join(part.name for part in parts),
        configuration=first.configuration,
        recorded=max(part.recorded for part in parts),
        answers=answers,
        planned=sum(part.planned for part in parts),
        versions=first.versions,
    )


def differences(ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> list[str]:
    """What two configurations do not have in common, in words."""
    return [
        f"{name} is {ours.get(name)!r} here and {theirs.get(name)!r} there"
        for name in sorted({*ours, *theirs})
        if ours.get(name) != theirs.get(name)
    ]


def describe(key: Key) -> str:
    """A key in words."""
    return f"{key.task} level {key.level} seed {key.seed} ({key.method}, attempt {key.attempt})"
