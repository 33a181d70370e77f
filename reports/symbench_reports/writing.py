"""Which reports a run writes, and where."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from pytest_symbench.ledger import LedgerError
from pytest_symbench.run import Summary
from symbench_reports import reference
from symbench_reports.figures import Circumstances, figures
from symbench_reports.inside import inside
from symbench_reports.reading import Run, read_source

SUFFIXES = (".html", ".md", ".json")

SUMMARY_LIMIT = 1_000_000
"""Bytes of a step summary: GitHub refuses more than 1 MiB for one step."""


class Asked(NamedTuple):
    """What the options say."""

    files: list[Path]
    columns: list[str]


def check(config: pytest.Config) -> None:
    """Refuses what cannot be written before anything is asked.

    Raises:
        pytest.UsageError: one sentence on what to give instead.
    """
    try:
        asked(config)
    except ValueError as error:
        raise pytest.UsageError(str(error)) from None


def asked(config: pytest.Config) -> Asked:
    """The files and columns that the options name. Raises `ValueError` in a sentence."""
    files = paths(_text(config, "report"), config.invocation_params.dir)
    columns = reference.parse(_text(config, "reference"))
    try:
        reference.reference(columns, set())
    except reference.UnknownColumn as error:
        raise ValueError(f"--symbench-reference: {error}") from None
    return Asked(files, columns)


def paths(text: str, folder: Path) -> list[Path]:
    """The files of a comma-separated option. Raises `ValueError` in a sentence."""
    found = [folder / Path(part.strip()).expanduser() for part in text.split(",") if part.strip()]
    for path in found:
        if path.suffix not in SUFFIXES:
            raise ValueError(
                f"a report {path.name!r} cannot be written: give a name that ends in "
                f"{', '.join(SUFFIXES)}"
            )
        if path.is_dir():
            raise ValueError(f"a report cannot be written as {path}: that is a folder")
    return found


def of_summary(summary: Summary, config: pytest.Config) -> dict[str, Any]:
    """The data of a run that has just ended; its reports are written on the way."""
    files, columns = asked(config)
    ledger = summary.configuration.ledger
    run = Run(
        label=summary.configuration.model,
        identity=summary.configuration.identity(),
        created="",
        paths=[ledger],
        rows=summary.rows,
    )
    notes: list[str] = []
    if files:
        try:
            source = read_source(ledger)
            run.places, run.created, notes = source.places, source.created, source.notes
        except LedgerError as error:
            notes.append(str(error))
    around = Circumstances(
        verdict=summary.verdict.to_json() if summary.verdict else None,
        replayed=summary.replayed,
        seconds=summary.seconds,
        sandbox=summary.sandbox,
        missing=summary.missing,
        stopped=summary.stopped,
        columns=columns,
        notes=notes,
        files={"ledger": str(ledger)},
    )
    data = figures([run], around)
    write(data, [run], files)
    step_summary(data)
    return data


def write(data: dict[str, Any], runs: Sequence[Run], files: Sequence[Path]) -> None:
    """Writes reports; what cannot be written becomes a note in the data."""
    if files:
        data["inside"] = inside(runs, data)
    for path in files:
        data["files"][f"report {path.suffix.removeprefix('.')}"] = str(path)
    for path in files:
        try:
            _write(data, runs, path)
        except OSError as error:
            data["files"].pop(f"report {path.suffix.removeprefix('.')}", None)
            data["notes"].append(f"the report {path} was not written: {error.strerror or error}")


def step_summary(data: dict[str, Any]) -> None:
    """Appends the Markdown report to the file that GitHub's runner names."""
    name = os.environ.get("GITHUB_STEP_SUMMARY")
    if not name:
        return
    from symbench_reports.markdown import report

    path = Path(name)
    try:
        used = path.stat().st_size if path.exists() else 0
        with path.open("a", encoding="utf-8") as file:
            file.write(report(data, SUMMARY_LIMIT - used))
    except OSError as error:
        data["notes"].append(f"the step summary was not written: {error.strerror or error}")


def _write(data: dict[str, Any], runs: Sequence[Run], path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix == ".html":
        from symbench_reports import page

        page.write(path, data, runs)
        return
    if path.suffix == ".md":
        from symbench_reports.markdown import report

        text = report(data)
    else:
        text = json.dumps(data, indent=1) + "\n"
    draft = path.with_name(path.name + ".tmp")
    draft.write_text(text, encoding="utf-8", errors="backslashreplace")
    draft.replace(path)


def _text(config: pytest.Config, name: str) -> str:
    value = getattr(config.option, f"symbench_{name}", None)
    return str(value if value is not None else config.getini(f"symbench_{name}") or "")
