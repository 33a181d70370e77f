"""Episodes as a table: CSV, JSON lines or Parquet."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from codesteer.models.errors import MissingExtra
from pytest_symbench.cli.mistakes import Mistake
from symbench_reports.harmless import visible
from symbench_reports.reading import Run, read_runs, records
from symbench_reports.scores import cost, facts

FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""How a cell begins that a spreadsheet would compute."""


def export(ledgers: Sequence[Path], out: Path) -> tuple[int, list[str]]:
    """Writes the episodes; returns their number and what is missing.

    JSON lines hold the transcripts too; CSV and Parquet only the figures.

    Raises:
        Mistake: no such format.
        MissingExtra: Parquet needs pyarrow.
        LedgerError: a ledger cannot be read.
    """
    writers = {".csv": _csv, ".jsonl": _jsonl, ".parquet": _parquet}
    if out.suffix not in writers:
        raise Mistake(f"{out.name}: give a name that ends in {', '.join(writers)}")
    runs, notes = read_runs(ledgers)
    out.parent.mkdir(parents=True, exist_ok=True)
    draft = out.with_name(out.name + ".tmp")
    try:
        count = writers[out.suffix](runs, draft)
        draft.replace(out)
    finally:
        draft.unlink(missing_ok=True)
    return count, notes


def rows(run: Run) -> Iterator[dict[str, Any]]:
    """The episodes of a run with what the table says beyond the ledger."""
    for row in run.rows:
        about = facts(row.task)
        yield {
            "model": run.model,
            **asdict(row),
            "split": about["split"],
            "family": about["family"],
            "correct": row.outcome == "correct",
            "cost": cost([row], run.model),
        }


def _csv(runs: Sequence[Run], path: Path) -> int:
    count = 0
    with path.open("w", newline="", encoding="utf-8") as file:
        writer: csv.DictWriter[str] | None = None
        for run in runs:
            for row in rows(run):
                if writer is None:
                    writer = csv.DictWriter(file, list(row))
                    writer.writeheader()
                writer.writerow({name: _cell(value) for name, value in row.items()})
                count += 1
    return count


def _cell(value: Any) -> Any:
    """Text that no spreadsheet takes for a formula, nor a terminal for an escape."""
    if not isinstance(value, str):
        return value
    shown = visible(value)
    return f"'{shown}" if shown.startswith(FORMULA) else shown


def _jsonl(runs: Sequence[Run], path: Path) -> int:
    count = 0
    with path.open("w", encoding="utf-8") as file:
        for run in runs:
            for row, (_, record) in zip(rows(run), records(run, run.rows), strict=True):
                file.write(json.dumps({**row, "transcript": record}) + "\n")
                count += 1
    return count


def _parquet(runs: Sequence[Run], path: Path) -> int:
    try:
        import pyarrow
        from pyarrow import parquet
    except ImportError:
        raise MissingExtra("export", "Parquet") from None
    found = [row for run in runs for row in rows(run)]
    kinds = {
        str: pyarrow.string(),
        int: pyarrow.int64(),
        float: pyarrow.float64(),
        bool: pyarrow.bool_(),
    }
    names = list(found[0]) if found else []
    schema = pyarrow.schema(
        [
            (name, pyarrow.float64() if name == "cost" else kinds[type(found[0][name])])
            for name in names
        ]
    )
    clean = [{name: _text(value) for name, value in row.items()} for row in found]
    parquet.write_table(pyarrow.Table.from_pylist(clean, schema=schema), path)
    return len(found)


def _text(value: Any) -> Any:
    return value.encode("utf-8", "backslashreplace").decode() if isinstance(value, str) else value
