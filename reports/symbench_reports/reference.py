"""The paper's own figures, to be shown beside ours on request."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from typing import Any

REMARK = (
    "The paper's columns are success rates of its own instances, prompts and model versions; "
    "ours are other instances, so the two sides differ by more than the model."
)


class UnknownColumn(ValueError):
    """A name that is no column of the paper's table; the message says which are."""


def reference(columns: Sequence[str], tasks: set[str]) -> dict[str, Any] | None:
    """The asked columns for the tasks of a report; None where none is asked. Raises `UnknownColumn`."""
    if not columns:
        return None
    names = [_column(name) for name in columns]
    rows = {row["task"]: row for row in _table()}
    return {
        "columns": names,
        "remark": REMARK,
        "tasks": {
            task: [float(rows[task][name]) / 100 for name in names]
            for task in rows
            if task in tasks
        },
    }


def parse(text: str) -> list[str]:
    """Column names of a comma-separated text; a name that holds a comma is quoted."""
    (fields,) = csv.reader([text], skipinitialspace=True) if text.strip() else ([],)
    return [field.strip() for field in fields if field.strip()]


def columns() -> list[str]:
    """The columns that there are."""
    return [name for name in _table()[0] if name not in ("task", "paper_name", "split")]


def _column(name: str) -> str:
    for known in columns():
        if known.casefold() == name.casefold():
            return known
    near = get_close_matches(name, columns(), n=1, cutoff=0.5)
    hint = f"; did you mean {near[0]!r}?" if near else "."
    raise UnknownColumn(f"the paper has no column {name!r}{hint} It has: {', '.join(columns())}")


@cache
def _table() -> list[dict[str, str]]:
    text = files("pytest_symbench.data").joinpath("paper_table.csv").read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))
