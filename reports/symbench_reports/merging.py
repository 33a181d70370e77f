"""One ledger of several shards of a run: calls and episodes alike, so that the run can go on."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from contextlib import closing, suppress
from pathlib import Path

from pytest_symbench.cli.mistakes import Mistake
from pytest_symbench.ledger import open_ledger
from symbench_reports.reading import COLUMNS, Records, Source, read_source


def merge(paths: Sequence[Path], out: Path) -> list[str]:
    """Writes the new ledger; returns what was done and what is missing, line by line.

    Raises:
        Mistake: the file exists, or the ledgers are not of one run.
        LedgerError: one of them cannot be read.
    """
    if out.exists():
        raise Mistake(f"{out} exists already; give the name of a new file")
    sources = [read_source(path) for path in paths]
    first = sources[0]
    for source in sources[1:]:
        if source.identity != first.identity:
            raise Mistake(
                f"{source.path} and {first.path} are not shards of one run: {_differing(source, first)}"
            )
    notes = [note for source in sources for note in source.notes]
    created = min(filter(None, (source.created for source in sources)), default="")
    ledger = open_ledger(out, first.identity, facts={"created": created})
    ledger.close()
    with closing(sqlite3.connect(out)) as db:
        calls = sum(_copy_calls(source.path, db, notes) for source in sources)
        episodes, twice = _copy_episodes(sources, db)
        db.commit()
    told = [f"{out}: {episodes} episodes and {calls} calls of {len(paths)} ledgers"]
    if twice:
        told.append(f"{twice} episodes were in more than one; the later counts")
    return told + notes


def _copy_episodes(sources: Sequence[Source], db: sqlite3.Connection) -> tuple[int, int]:
    newest: dict[str, tuple[Source, int]] = {}
    twice = 0
    for source in sources:
        for position, row in enumerate(source.rows):
            known = newest.get(row.id)
            twice += known is not None
            if known is None or known[0].rows[known[1]].started <= row.started:
                newest[row.id] = source, position
    marks = ", ".join("?" * (len(COLUMNS) + 1))
    query = f"INSERT INTO episodes ({', '.join(COLUMNS)}, record) VALUES ({marks})"
    with Records() as records:
        for source, position in newest.values():
            row = source.rows[position]
            record = records.raw(source.places[row.id])
            if record is not None:
                db.execute(query, (*(getattr(row, name) for name in COLUMNS), record))
    count: int = db.execute("SELECT count(*) FROM episodes").fetchone()[0]
    return count, twice


def _copy_calls(path: Path, db: sqlite3.Connection, notes: list[str]) -> int:
    """Copies what can be read; a damaged page ends it."""
    before = db.total_changes
    with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as source:
        try:
            for call in source.execute("SELECT key, completion FROM calls"):
                db.execute("INSERT OR REPLACE INTO calls (key, completion) VALUES (?, ?)", call)
        except sqlite3.Error as error:
            notes.append(f"{path.name}: not all calls could be read ({error})")
    return db.total_changes - before


def _differing(one: Source, other: Source) -> str:
    names = [
        n
        for n in {**one.identity, **other.identity}
        if one.identity.get(n) != other.identity.get(n)
    ]
    with suppress(TypeError):
        return "; ".join(
            f"{n} is {json.dumps(one.identity.get(n))} and {json.dumps(other.identity.get(n))}"
            for n in sorted(names)
        )
    return ", ".join(sorted(names))
