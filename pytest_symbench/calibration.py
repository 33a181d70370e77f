"""How far the checkers can be believed: their word on recorded answers against the verifiers'."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from codesteer.checkers import symbolic, symbolic_legacy
from codesteer.checkers.calibration import (
    Reliability,
    answer_programs,
    auc,
    checked_answers,
    reliability,
)
from codesteer.episode import Episode
from pytest_symbench.ledger import Row, read_ledger
from pytest_symbench.tasks import Instance, UnknownTask, get, judge, make
from pytest_symbench.tasks.instance import PUBLISHED

ALL = "all"
"""The name of the row over all tasks."""


@dataclass(kw_only=True)
class Evidence:
    """What was recorded of one task: each answer and each program of an instance once."""

    task: str
    answers: dict[tuple[str, str], tuple[str, bool]] = field(default_factory=dict)
    """(instance, answer) -> the self-answer checker's verdict, and whether it is correct."""
    programs: dict[tuple[str, str], bool] = field(default_factory=dict)
    """(instance, program) -> whether its output is the right answer."""
    left_out: int = 0
    """Episodes whose instance cannot be made again: published ones, or of another version."""

    def reliability(self) -> Reliability:
        """Of the self-answer checker."""
        return reliability(self.answers.values())

    def solved(self) -> int:
        """Programs whose output is right."""
        return sum(self.programs.values())

    def aucs(self) -> tuple[float | None, float | None]:
        """How often a program that solves outscores one that does not: our score, the published."""
        ours, published = (
            auc(
                [score(code) for (_, code), solved in self.programs.items() if solved],
                [score(code) for (_, code), solved in self.programs.items() if not solved],
            )
            for score in (_ours, _published)
        )
        return ours, published


def evidence(ledgers: Sequence[Path]) -> list[Evidence]:
    """What the ledgers hold, task by task in their order, and of all together last.

    An answer that several episodes of an instance gave counts once, as does a program: methods
    that begin alike would otherwise count it many times.

    Raises:
        LedgerError: a file is no ledger.
    """
    found: dict[str, Evidence] = {}
    for row, episode in _episodes(ledgers):
        of_task = found.setdefault(row.task, Evidence(task=row.task))
        instance = _instance(row)
        if instance is None:
            of_task.left_out += 1
        else:
            _add(of_task, instance, episode)
    return [*found.values(), _together(found.values())]


def _episodes(ledgers: Sequence[Path]) -> Iterator[tuple[Row, Episode]]:
    for path in ledgers:
        with closing(read_ledger(path)) as ledger:
            for row in ledger.rows():
                if episode := ledger.transcript(row.id):
                    yield row, episode


def _instance(row: Row) -> Instance | None:
    if row.level.startswith(PUBLISHED):
        return None
    try:
        task = get(row.task)
    except UnknownTask:
        return None
    level = int(row.level) if row.level.isdecimal() else row.level
    made = make(task, level, row.seed) if task.version == row.version else None
    return made if made and made.digest == row.digest else None


def _add(of_task: Evidence, instance: Instance, episode: Episode) -> None:
    def correct(text: str) -> bool:
        return judge(instance.task, instance.data, text).correct

    for answer, verdict in checked_answers(episode):
        truth = correct(answer if "<<<" in answer else f"<<<{answer}>>>")
        of_task.answers.setdefault((instance.id, answer), (verdict, truth))
    for code, output in answer_programs(episode):
        of_task.programs.setdefault((instance.id, code), correct(output))


def _together(tasks: Iterable[Evidence]) -> Evidence:
    total = Evidence(task=ALL)
    for of_task in tasks:
        total.answers |= of_task.answers
        total.programs |= of_task.programs
        total.left_out += of_task.left_out
    return total


def _ours(code: str) -> float:
    return symbolic.analyze(code).score


def _published(code: str) -> float:
    return symbolic_legacy.analyze(code).score
