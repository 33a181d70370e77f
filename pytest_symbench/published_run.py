"""The published instances as the cases of a run: asked as published, judged by the stated rules."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Literal, TypeAlias

from pytest_symbench.cases import Case
from pytest_symbench.tasks import Instance, Verdict, judge, registry, right, wrong
from pytest_symbench.tasks.answers.extract import MAX_ANSWER, marked
from pytest_symbench.tasks.instance import PUBLISHED, seeded
from pytest_symbench.tasks.published import Record

Keys: TypeAlias = Literal["true", "stored"]
"""Judge by the stated rules, or by equality with the stored key."""


@dataclass(frozen=True)
class PublishedRun:
    """The published records of some tasks below a root folder."""

    root: Path
    tasks: Sequence[str]
    keys: Keys
    samples: int | None
    """Records of each task, drawn by the seed; None for all."""
    seed: int

    @cached_property
    def records(self) -> dict[tuple[str, str], Record]:
        """The chosen records by task and id, in the order of the folders."""
        chosen: dict[tuple[str, str], Record] = {}
        for name in self.tasks:
            task = registry.get(name)
            read = task.published(self.root) if task.published else ()
            found = [item for item in read if isinstance(item, Record)]
            if self.samples is not None and self.samples < len(found):
                drawn = seeded("published", name, self.seed).sample(range(len(found)), self.samples)
                found = [found[position] for position in sorted(drawn)]
            chosen.update({(name, record.id): record for record in found})
        return chosen

    def cases(self, methods: Sequence[str], attempts: int) -> list[Case]:
        """One case for each record, method and attempt."""
        return [
            Case(name, PUBLISHED + identity, 0, method, attempt)
            for name, identity in self.records
            for method in methods
            for attempt in range(attempts)
        ]

    def excluded(self, case: Case) -> str | None:
        """Why a case cannot be scored, or None."""
        record = self._record(case)
        if self.keys == "stored":
            return "no key is stored" if record.stored is None else None
        return "no answer satisfies its rules" if "no_valid_answer" in record.flags else None

    def instance(self, case: Case) -> Instance:
        """The record as an instance; its question is the published text."""
        record = self._record(case)
        return Instance(registry.get(case.task), case.level, 0, {}, record.data, record.question)

    def judge(self, case: Case, reply: str) -> Verdict:
        """The verdict on a reply, by the rules or by the stored key."""
        record = self._record(case)
        task = registry.get(case.task)
        if self.keys == "true":
            return judge(task, record.data, reply)
        text, _ = marked(reply)
        if not text:
            return Verdict("no_answer", "the reply is empty")
        matches = task.matches_key or _same_text
        if len(text) <= MAX_ANSWER and matches(record, text):
            return right("equal to the stored key")
        return wrong("not equal to the stored key")

    def _record(self, case: Case) -> Record:
        return self.records[case.task, str(case.level).removeprefix(PUBLISHED)]


def _same_text(record: Record, answer: str) -> bool:
    return "".join((record.stored or "").split()) == "".join(answer.split())
