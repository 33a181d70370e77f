"""Audits published instances: what is wrong with each record, computed from its content."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, TypeAlias

from pytest_symbench.tasks import registry
from pytest_symbench.tasks.answers import Unreadable
from pytest_symbench.tasks.instance import canonical
from pytest_symbench.tasks.published import Fault, Record
from pytest_symbench.tasks.task import Task, Verdict

Finding: TypeAlias = Literal[
    "key_right",
    "key_wrong",
    "without_key",
    "no_valid_answer",
    "several_answers",
    "ambiguous",
    "leaks_answer",
    "duplicate",
    "unreadable",
]

FINDINGS: dict[Finding, str] = {
    "key_right": "the stored key satisfies the stated rules",
    "key_wrong": "the stored key breaks the stated rules",
    "without_key": "no key is stored",
    "no_valid_answer": "nothing satisfies the stated rules",
    "several_answers": "several answers are right and one is stored",
    "ambiguous": "the wording admits readings with different answers",
    "leaks_answer": "the question prints its answer",
    "duplicate": "the same instance as an earlier record",
    "unreadable": "missing or damaged",
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One record with what was found."""

    task: str
    id: str
    findings: tuple[Finding, ...]
    reason: str
    """Why the key is wrong, or why the record cannot be read."""

    def to_json(self) -> dict[str, Any]:
        return {"id": self.id, "findings": list(self.findings), "reason": self.reason}


@dataclass(slots=True)
class TaskAudit:
    """All records of one task."""

    task: str
    entries: list[Entry] = field(default_factory=list)

    def counts(self) -> Counter[Finding]:
        """How many records have each finding."""
        return Counter(finding for entry in self.entries for finding in entry.findings)

    def to_json(self) -> dict[str, Any]:
        return {
            "records": len(self.entries),
            "counts": dict(self.counts()),
            "entries": [entry.to_json() for entry in self.entries],
        }


def audit(root: Path, tasks: Sequence[str]) -> Iterator[TaskAudit]:
    """The audit of each task that has published instances below a root folder."""
    for name in tasks:
        task = registry.get(name)
        found = TaskAudit(name, list(_entries(task, root)))
        if found.entries:
            yield found


def key_verdict(task: Task, record: Record) -> Verdict | None:
    """What the verifier says of the stored key; None where there is none."""
    if record.stored is None:
        return None
    try:
        return task.verify(record.data, record.stored)
    except Unreadable as unreadable:
        return Verdict("wrong", f"the key cannot be read: {unreadable}")


def _entries(task: Task, root: Path) -> Iterator[Entry]:
    seen: dict[bytes, str] = {}
    for item in task.published(root) if task.published else ():
        if isinstance(item, Fault):
            yield Entry(task.name, item.id, ("unreadable",), item.reason)
            continue
        findings: list[Finding] = []
        verdict = key_verdict(task, item)
        reason = ""
        if verdict is None:
            findings.append("without_key")
        elif verdict.correct:
            findings.append("key_right")
        else:
            findings.append("key_wrong")
            reason = verdict.reason
        findings.extend(flag for flag in FINDINGS if flag in item.flags)
        digest = hashlib.sha256(canonical(item.data)).digest()
        if digest in seen:
            findings.append("duplicate")
            reason = reason or f"the same as {seen[digest]}"
        seen.setdefault(digest, item.id)
        yield Entry(task.name, item.id, tuple(findings), reason or item.notes)
