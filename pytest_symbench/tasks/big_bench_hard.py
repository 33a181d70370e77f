"""Reads the published files of BIG-Bench Hard: one file a task, one record an example."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from pytest_symbench.tasks.published import Damaged, Fault, Flag, Record, read_json

FOLDER = "BIG-Bench-Hard/bbh"


def records(
    root: Path,
    *,
    task: str,
    file: str,
    read: Callable[[str], tuple[Mapping[str, Any], frozenset[Flag]]],
) -> Iterator[Record | Fault]:
    """One record for each example of a file, numbered from 0; its note is the file's canary.

    ``read`` turns the text of an example into data and flags; it raises `Damaged`.
    """
    if not (root / FOLDER).is_dir():
        return
    whole = f"{FOLDER}/{file}"
    try:
        content = read_json(root / FOLDER / f"{file}.json")
        examples = content.get("examples") if isinstance(content, dict) else None
        if not isinstance(examples, list):
            raise Damaged(f"{file}.json has no list of examples")
    except Damaged as damage:
        yield Fault(task=task, id=whole, reason=str(damage))
        return
    for number, example in enumerate(examples):
        identity = f"{whole}/{number}"
        try:
            text, target = _fields(example)
            data, flags = read(text)
        except Damaged as damage:
            yield Fault(task=task, id=identity, reason=str(damage))
            continue
        yield Record(
            task=task,
            id=identity,
            question=text,
            data=data,
            stored=target,
            flags=flags,
            notes=str(content.get("canary", "")).strip(),
        )


def _fields(example: Any) -> tuple[str, str]:
    if not isinstance(example, dict):
        raise Damaged("the example is not an object")
    text, target = example.get("input"), example.get("target")
    if not isinstance(text, str) or not isinstance(target, str):
        raise Damaged("the example has no text or no target")
    return text.strip(), target.strip()
