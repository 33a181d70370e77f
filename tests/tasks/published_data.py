"""The published instances that SYMBENCH_PUBLISHED names, for the tests that read them."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from pytest_symbench.tasks import get, judge
from pytest_symbench.tasks.published import Fault, Record

ROOT = Path(os.environ.get("SYMBENCH_PUBLISHED") or "/SYMBENCH_PUBLISHED is not set")
needs_published = pytest.mark.skipif(
    "SYMBENCH_PUBLISHED" not in os.environ,
    reason="SYMBENCH_PUBLISHED does not name the folder of the published instances",
)

WRONG_VALUES: tuple[Any, ...] = (
    *(None, True, -7, 1.5, 10**30, "", "?", "\ud800"),
    *([], {}, [[]], [None], ["?"], {"?": "?"}),
)


def read(name: str, root: Path) -> tuple[list[Record], list[Fault]]:
    published = get(name).published
    assert published is not None
    found = list(published(root))
    return [f for f in found if isinstance(f, Record)], [f for f in found if isinstance(f, Fault)]


@cache
def records(name: str) -> list[Record]:
    """All records of a task: none is damaged, none comes twice, all are whole."""
    found, faults = read(name, ROOT)
    assert found
    assert not faults
    assert len({record.id for record in found}) == len(found)
    for record in found:
        assert record.task == name
        assert record.question == record.question.strip() != ""
        assert json.loads(json.dumps(record.data)) == record.data
    return found


def number(record: Record) -> int:
    """The number at the end of a record's id."""
    return int(record.id.rpartition("_")[2])


def correct(record: Record, answer: str) -> bool:
    return judge(get(record.task), record.data, f"<<<{answer}>>>").correct


def stored_correct(record: Record) -> bool:
    assert record.stored is not None
    return get(record.task).verify(record.data, record.stored).correct


def solved(record: Record) -> bool:
    return correct(record, get(record.task).solve(record.data))


def assert_damage_is_reported(name: str, sample: str, root: Path) -> None:
    """Every way to spoil one sample gives one record or one fault with a reason, no exception."""
    (root / sample).mkdir(parents=True)
    for label, files in _spoilings(ROOT / sample):
        for file, content in files.items():
            (root / sample / file).unlink(missing_ok=True)
            if content is not None:
                (root / sample / file).write_bytes(content)
        found, faults = read(name, root)
        assert len(found) + len(faults) == 1, label
        for fault in faults:
            assert fault.id == sample
            assert fault.reason
        if label.startswith("file"):
            assert faults, label
        for record in found:  # what is still read must be whole: the verifier may rely on it
            get(name).render(record.data)
            if "no_valid_answer" not in record.flags:
                assert solved(record)


def _spoilings(sample: Path) -> Iterator[tuple[str, dict[str, bytes | None]]]:
    """A label and the content of all files, one of them spoilt; None is a missing file."""
    files: dict[str, bytes | None] = {file.name: file.read_bytes() for file in sample.iterdir()}
    for name, content in files.items():
        for spoilt in (None, b"", b"\xff\xfe"):
            yield f"file {name} = {spoilt!r}", {**files, name: spoilt}
        if name.endswith(".json"):
            whole = json.loads(content or b"")
            for path in _paths(whole):
                for value in WRONG_VALUES:
                    text = json.dumps(_replaced(whole, path, value))
                    yield f"{path} = {value!r}", {**files, name: text.encode()}


def _paths(value: Any) -> Iterator[list[Any]]:
    """The way to each part of a JSON value; of a list the first part alone."""
    yield []
    if isinstance(value, dict):
        for key in value:
            yield from ([key, *rest] for rest in _paths(value[key]))
    elif isinstance(value, list) and value:
        yield from ([0, *rest] for rest in _paths(value[0]))


def _replaced(whole: Any, path: list[Any], value: Any) -> Any:
    if not path:
        return value
    copy = dict(whole) if isinstance(whole, dict) else list(whole)
    copy[path[0]] = _replaced(whole[path[0]], path[1:], value)
    return copy
