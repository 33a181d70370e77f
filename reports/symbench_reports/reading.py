"""Reads ledgers for reports: several at once, of any version, and damaged ones as far as they go.

Unlike a run, a report never refuses a file that holds anything: what is missing becomes a note.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, fields
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple, cast

from pytest_symbench.ledger import SCHEMA, LedgerError, Row, unpack
from pytest_symbench.outcome import OUTCOMES

COLUMNS = tuple(field.name for field in fields(Row))

USUAL: dict[str, Any] = {
    "version": 0, "seed": 0, "attempt": 0, "calls": 0, "input_tokens": 0, "output_tokens": 0,
    "seconds": 0.0, "started": 0.0,
}  # fmt: skip
"""What a column holds in ledgers that do not have it yet; texts are empty."""


class Place(NamedTuple):
    """Where the transcript of an episode is."""

    path: Path
    rowid: int


@dataclass(kw_only=True)
class Run:
    """Episodes that were had alike: one ledger, or several shards of one run."""

    label: str
    identity: Mapping[str, Any]
    created: str
    paths: list[Path]
    rows: list[Row]
    places: dict[str, Place] = field(default_factory=dict)

    @property
    def model(self) -> str:
        return str(self.identity.get("model", "unknown model"))


@dataclass(kw_only=True)
class Source:
    """What one file gave."""

    path: Path
    identity: Mapping[str, Any]
    created: str
    rows: list[Row]
    places: dict[str, Place]
    notes: list[str]


def read_runs(paths: Sequence[Path]) -> tuple[list[Run], list[str]]:
    """The runs in some ledgers, and what is missing in words.

    Ledgers of one configuration are shards of one run; of an episode that several hold, the
    latest counts.

    Raises:
        LedgerError: a file does not exist or holds nothing that can be read.
    """
    sources = [read_source(path) for path in paths]
    notes = [note for source in sources for note in source.notes]
    runs: list[Run] = []
    for source in sources:
        known = next((run for run in runs if run.identity == source.identity), None)
        if known is None or not source.identity:
            runs.append(
                Run(
                    label="", identity=source.identity, created=source.created,
                    paths=[source.path], rows=source.rows, places=source.places,
                )
            )  # fmt: skip
        else:
            notes += _add(known, source)
    for run, label in zip(runs, _labels(runs), strict=True):
        run.label = label
    return runs, notes


def read_source(path: Path) -> Source:
    """Everything that can be read in one file. Raises `LedgerError` if that is nothing."""
    if not path.is_file():
        raise LedgerError(f"there is no ledger {path}")
    notes: list[str] = []
    readable = path
    try:
        if missing := _missing(path):
            notes.append(f"{path.name}: cut off: its last {missing:,} bytes are missing")
            readable = _filled_up(path, missing)
        with closing(_connect(readable)) as db:
            meta = _meta(db, path, notes)
            rows, places = _rows(db, path, notes)
        places = {name: place._replace(path=readable) for name, place in places.items()}
    except OSError as error:
        raise LedgerError(f"{path} cannot be read ({error.strerror})") from None
    except sqlite3.Error as error:
        raise LedgerError(f"{path} cannot be read as a ledger ({error})") from None
    if not meta and not rows:
        raise LedgerError(f"{path} is not a ledger, or nothing in it can be read")
    if int(meta.get("schema", SCHEMA)) > SCHEMA:
        notes.append(
            f"{path.name}: written by a newer version (schema {meta['schema']}); what this "
            "version does not know is not shown"
        )
    return Source(
        path=path, identity=meta.get("identity", {}), created=str(meta.get("created", "")),
        rows=rows, places=places, notes=notes,
    )  # fmt: skip


class Records:
    """Reads transcripts one at a time, with one connection a file."""

    def __init__(self) -> None:
        self._open: dict[Path, sqlite3.Connection] = {}

    def __enter__(self) -> Records:  # noqa: PYI034 - Self needs Python 3.11
        return self

    def __exit__(self, *exception: object) -> None:
        for db in self._open.values():
            db.close()

    def of(self, run: Run, row: Row) -> dict[str, Any] | None:
        """The transcript of an episode as stored data; None where it cannot be read."""
        place = run.places.get(row.id)
        raw = self.raw(place) if place else None
        try:
            data = unpack(raw) if raw else None
        except (zlib.error, ValueError, TypeError, RecursionError):
            return None
        good = isinstance(data, dict) and isinstance(data.get("events"), list)
        return cast("dict[str, Any]", data) if good else None

    def raw(self, place: Place) -> bytes | None:
        """The transcript as it is stored."""
        if place.path not in self._open:
            self._open[place.path] = _connect(place.path)
        query = "SELECT record FROM episodes WHERE rowid = ?"
        try:
            found = self._open[place.path].execute(query, (place.rowid,)).fetchone()
        except sqlite3.Error:
            return None
        return found[0] if found else None


def records(run: Run, rows: Sequence[Row]) -> Iterator[tuple[Row, dict[str, Any] | None]]:
    """The rows with their transcripts."""
    with Records() as stored:
        for row in rows:
            yield row, stored.of(run, row)


def _connect(path: Path) -> sqlite3.Connection:
    """Reads without writing, also on a read-only disk and while a run goes on."""
    name = path.resolve().as_uri()
    log = path.with_name(path.name + "-wal")
    # Without a log nobody writes: then not even the log's index is made beside the file.
    mode = "mode=ro" if log.exists() and log.stat().st_size else "mode=ro&immutable=1"
    return sqlite3.connect(f"{name}?{mode}", uri=True, timeout=30)


def _missing(path: Path) -> int:
    """Bytes that a file lacks of the size that its own header states."""
    with path.open("rb") as file:
        head = file.read(100)
    if len(head) < 100 or not head.startswith(b"SQLite format 3\0"):
        return 0
    page = int.from_bytes(head[16:18], "big")
    stated = (65536 if page == 1 else page) * int.from_bytes(head[28:32], "big")
    return max(0, stated - path.stat().st_size)


def _filled_up(path: Path, missing: int) -> Path:
    """A copy of the stated size: SQLite opens no shorter one, but reads what comes before zeros."""
    copy = Path(_scratch().name) / f"{len(os.listdir(_scratch().name))}-{path.name}"
    shutil.copyfile(path, copy)
    with copy.open("ab") as file:
        file.truncate(path.stat().st_size + missing)
    return copy


@cache
def _scratch() -> TemporaryDirectory[str]:
    return TemporaryDirectory(prefix="symbench-report-")


def _meta(db: sqlite3.Connection, path: Path, notes: list[str]) -> dict[str, Any]:
    import json

    try:
        return {name: json.loads(value) for name, value in db.execute("SELECT * FROM meta")}
    except (sqlite3.Error, ValueError) as error:
        notes.append(f"{path.name}: what the ledger says of its run cannot be read ({error})")
        return {}


def _rows(
    db: sqlite3.Connection, path: Path, notes: list[str]
) -> tuple[list[Row], dict[str, Place]]:
    try:
        present = [str(column[1]) for column in db.execute("PRAGMA table_info(episodes)")]
    except sqlite3.Error as error:
        notes.append(f"{path.name}: no episode can be read ({error})")
        return [], {}
    columns = [name for name in COLUMNS if name in present]
    if not {"id", "task", "outcome"} <= set(columns):
        notes.append(f"{path.name}: it holds no table of episodes that this version knows")
        return [], {}
    if left := [name for name in COLUMNS if name not in present]:
        notes.append(f"{path.name}: an older version wrote it, without {', '.join(left)}")
    rows: list[Row] = []
    places: dict[str, Place] = {}
    unknown = 0
    for rowid, *values in _scan(
        db, f"SELECT rowid, {', '.join(columns)} FROM episodes", notes, path
    ):
        row = _row(dict(zip(columns, values, strict=True)))
        if row is None:
            unknown += 1
            continue
        rows.append(row)
        places[row.id] = Place(path, rowid)
    if unknown:
        notes.append(f"{path.name}: {unknown} episodes have values that mean nothing; left out")
    return rows, places


def _scan(
    db: sqlite3.Connection, query: str, notes: list[str], path: Path
) -> list[tuple[Any, ...]]:
    """All rows; where a page is damaged, those before it and, read backward, those after it."""
    front: list[tuple[Any, ...]] = []
    try:
        for found in db.execute(f"{query} ORDER BY rowid"):
            front.append(found)
        return front
    except sqlite3.Error as error:
        reason = str(error)
    last = front[-1][0] if front else 0
    back: list[tuple[Any, ...]] = []
    try:
        for found in db.execute(f"{query} WHERE rowid > ? ORDER BY rowid DESC", (last,)):
            back.append(found)
    except sqlite3.Error:
        pass
    lost = f"{back[-1][0] - last - 1} episodes" if back else "what follows them"
    notes.append(
        f"{path.name}: damaged ({reason}); {len(front) + len(back)} episodes could be read, "
        f"{lost} could not"
    )
    return front + back[::-1]


def _row(values: dict[str, Any]) -> Row | None:
    filled = {name: values.get(name, USUAL.get(name, "")) for name in COLUMNS}
    try:
        for name in COLUMNS:
            kind = type(USUAL.get(name, ""))
            value = filled[name]
            filled[name] = (
                value.decode("utf-8", "replace") if isinstance(value, bytes) else kind(value)
            )
    except (TypeError, ValueError):
        return None
    return Row(**filled) if filled["outcome"] in OUTCOMES else None


def _add(run: Run, source: Source) -> list[str]:
    """Adds a shard to a run; says how many of its episodes the run had already."""
    known = {row.id: position for position, row in enumerate(run.rows)}
    twice = 0
    for row in source.rows:
        if row.id not in known:
            run.rows.append(row)
        else:
            twice += 1
            if row.started < run.rows[known[row.id]].started:
                continue
            run.rows[known[row.id]] = row
        run.places[row.id] = source.places[row.id]
    run.paths.append(source.path)
    run.created = min(filter(None, (run.created, source.created)), default="")
    same = f"{source.path.name}: {twice} of its episodes are in another ledger too; the later count"
    return [same] if twice else []


def _labels(runs: Sequence[Run]) -> list[str]:
    """Names that tell the runs apart: the model, else what differs, else the file."""
    models = [run.model for run in runs]
    if len(set(models)) == len(runs):
        return models
    names = sorted({name for run in runs for name in run.identity} - {"model"})
    differing = [n for n in names if len({str(run.identity.get(n)) for run in runs}) > 1]
    labels = [
        ", ".join([run.model, *(f"{n} {run.identity.get(n)}" for n in differing)]) for run in runs
    ]
    if len(set(labels)) == len(runs) and max(map(len, labels)) < 60:
        return labels
    return [f"{run.model} ({run.paths[0].stem})" for run in runs]
