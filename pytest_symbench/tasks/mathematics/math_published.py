"""Reads and judges the published MATH problems: one JSON file each, the key boxed in a solution."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path

from pytest_symbench.tasks.answers import final_answer
from pytest_symbench.tasks.answers.latex import equal, relative_difference
from pytest_symbench.tasks.answers.latex_text import boxed
from pytest_symbench.tasks.published import Damaged, Fault, Record, read_json
from pytest_symbench.tasks.task import Data, Verdict, right, wrong


def reader(task: str, subject: str) -> Callable[[Path], Iterator[Record | Fault]]:
    """The reader of a subject's folder, in order of the file numbers; numbers may have gaps."""

    def published(root: Path) -> Iterator[Record | Fault]:
        folder = root / "MATH" / "train" / subject
        names = [path.stem for path in folder.glob("*.json")] if folder.is_dir() else []
        for number in sorted(int(name) for name in names if name.isascii() and name.isdigit()):
            identity = f"MATH/train/{subject}/{number}"
            try:
                yield _record(task, folder / f"{number}.json", identity)
            except Damaged as damage:
                yield Fault(task=task, id=identity, reason=str(damage))

    return published


def _record(task: str, path: Path, identity: str) -> Record:
    entry = read_json(path)
    if not isinstance(entry, dict) or not all(
        isinstance(entry.get(field), str) for field in ("problem", "solution")
    ):
        raise Damaged(f"{path.name} has no problem with a solution")
    key = boxed(entry["solution"])
    if not key or not key.strip():
        raise Damaged(f"{path.name} has no boxed answer in its solution")
    problem = entry["problem"].strip()
    drawn = "[asy]" in problem
    return Record(
        task=task,
        id=identity,
        question=problem,
        data={
            "imported": True,
            "problem": problem,
            "key": key.strip(),
            "difficulty": str(entry.get("level", "Level ?")),
            "needs_figure": drawn,
        },
        stored=key.strip(),
        notes="the figure is given as drawing code" if drawn else "",
    )


def render_published(data: Data) -> str:
    return (
        f"{data['problem']}\n"
        "Give the exact value; fractions, radicals and \\pi may stand in it, a unit need not.\n"
        + final_answer("the answer", "answer")
    )


def verify_published(data: Data, text: str) -> Verdict:
    match = equal(data["key"], text, problem=data["problem"])
    return right(match.reason) if match.equal else wrong(match.reason)


def matches_key(record: Record, text: str) -> bool:
    """The published judgement: numbers within one part in a thousand, all else as equal."""
    stored = record.stored or ""
    apart = relative_difference(stored, text)
    if apart is None:
        return equal(stored, text).equal
    return apart < Fraction(1, 1000)
