"""The ledger: every call and episode of a run, kept as it ends. Resume, replay and reports read it.

One SQLite file in write-ahead mode. Several worker processes of one run write to it; another
run is refused while one is going on. A call is in flight until what it brought is in the file, so
a run that is killed repeats at most the calls that were in flight.
"""

from __future__ import annotations

import asyncio
import fcntl
import json
import sqlite3
import threading
import time
import zlib
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from typing import IO, Any, NamedTuple, TypeAlias

from codesteer.episode import Episode
from codesteer.models.chat import Completion, ToolCall, Usage
from pytest_symbench.harmless import line
from pytest_symbench.outcome import Outcome

SCHEMA = 1

GATHERED = 0.005
"""Seconds for which entries are gathered before they are written together."""

_TABLES = """
CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS calls (key BLOB NOT NULL, completion BLOB NOT NULL);
CREATE UNIQUE INDEX IF NOT EXISTS calls_by_key ON calls (key);
CREATE TABLE IF NOT EXISTS episodes (
  id TEXT PRIMARY KEY, task TEXT NOT NULL, version INTEGER NOT NULL, level TEXT NOT NULL,
  seed INTEGER NOT NULL, method TEXT NOT NULL, attempt INTEGER NOT NULL, digest TEXT NOT NULL,
  outcome TEXT NOT NULL, reason TEXT NOT NULL, answer TEXT NOT NULL, calls INTEGER NOT NULL,
  input_tokens INTEGER NOT NULL, output_tokens INTEGER NOT NULL, seconds REAL NOT NULL,
  started REAL NOT NULL, sandbox TEXT NOT NULL, record BLOB NOT NULL
);
"""

_COLUMNS = (
    "id", "task", "version", "level", "seed", "method", "attempt", "digest", "outcome", "reason",
    "answer", "calls", "input_tokens", "output_tokens", "seconds", "started", "sandbox",
)  # fmt: skip

_INSERT_EPISODE = (
    f"INSERT OR REPLACE INTO episodes ({', '.join(_COLUMNS)}, record) "
    f"VALUES ({', '.join('?' * (len(_COLUMNS) + 1))})"
)


class LedgerError(Exception):
    """The ledger cannot be used; the message says why and what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """An episode's row: what tables and gates need, without the transcript."""

    id: str
    task: str
    version: int
    level: str
    """``3``, or the name of a paper setting."""
    seed: int
    method: str
    attempt: int
    digest: str
    outcome: Outcome
    reason: str
    answer: str
    calls: int
    input_tokens: int
    output_tokens: int
    seconds: float
    started: float
    """Seconds since 1970."""
    sandbox: str


class Past(NamedTuple):
    """The mean episode of a task, level and method."""

    task: str
    level: str
    method: str
    episodes: int
    calls: float
    input_tokens: float
    output_tokens: float
    seconds: float
    example: str
    """The id of one of them."""


Entry: TypeAlias = (
    "tuple[bytes, Completion] | tuple[Row, Episode] | threading.Event | asyncio.Future[None] | None"
)
"""A call or an episode to write, a request to say when all is written, or the end."""


class Ledger:
    """An open ledger. Reads on the thread that opened it; writes from any, in the background."""

    def __init__(self, path: Path, connection: sqlite3.Connection, lock: IO[bytes] | None) -> None:
        """Use `open_ledger`."""
        self.path = path
        self.failure: str | None = None
        """Why nothing can be written any more, e.g. a full disk."""
        self._db = connection
        self._lock = lock
        self._pending: dict[bytes, Completion] = {}
        self._queue: SimpleQueue[Entry] = SimpleQueue()
        self._writer = threading.Thread(target=self._write, name="symbench-ledger", daemon=True)
        self._writer.start()

    def call(self, key: bytes) -> Completion | None:
        """The stored completion of a call, if there is one."""
        if key in self._pending:
            return self._pending[key]
        row = self._db.execute("SELECT completion FROM calls WHERE key = ?", (key,)).fetchone()
        return _completion(unpack(row[0])) if row else None

    def store_call(self, key: bytes, completion: Completion) -> None:
        """Keeps a completion under its key; one of the same key is replaced."""
        self._pending[key] = completion
        self._queue.put((key, completion))

    async def written(self) -> None:
        """Waits until everything stored so far is in the file, or cannot be written."""
        turn = asyncio.get_running_loop().create_future()
        self._queue.put(turn)
        await turn

    def episode(self, identity: str) -> Row | None:
        """The row of an episode, if it has ended."""
        query = f"SELECT {', '.join(_COLUMNS)} FROM episodes WHERE id = ?"
        found = self._db.execute(query, (identity,)).fetchone()
        return Row(**dict(zip(_COLUMNS, found, strict=True))) if found else None

    def transcript(self, identity: str) -> Episode | None:
        """The whole record of an episode."""
        query = "SELECT record FROM episodes WHERE id = ?"
        found = self._db.execute(query, (identity,)).fetchone()
        return Episode.from_json(unpack(found[0])) if found else None

    def store_episode(self, row: Row, episode: Episode) -> None:
        """Keeps an episode that has ended; one of the same identity is replaced."""
        self._queue.put((row, episode))

    def rows(self) -> Iterator[Row]:
        """All episodes in the order in which they were stored.

        Raises `LedgerError` where the file is damaged.
        """
        self.flush()
        query = f"SELECT {', '.join(_COLUMNS)} FROM episodes ORDER BY rowid"
        try:
            for found in self._db.execute(query):
                yield Row(**dict(zip(_COLUMNS, found, strict=True)))
        except sqlite3.DatabaseError as error:
            raise LedgerError(_damaged(self.path, error)) from None

    def past(self) -> Iterator[Past]:
        """What episodes took so far, by task, level and method; lost ones do not count."""
        means = ", ".join(
            f"avg({name})" for name in ("calls", "input_tokens", "output_tokens", "seconds")
        )
        query = (
            f"SELECT task, level, method, count(*), {means}, max(id) FROM episodes "
            "WHERE outcome != 'infrastructure' GROUP BY task, level, method ORDER BY min(rowid)"
        )
        for found in self._db.execute(query):
            yield Past(*found)

    def check(self, identity: Mapping[str, Any]) -> None:
        """Raises `LedgerError` if its episodes are of another configuration."""
        if difference := _difference(self.meta().get("identity", {}), identity):
            raise LedgerError(
                f"the ledger {self.path} is of another run: {difference}. Give another "
                "--symbench-ledger, or the options it was made with"
            )

    def meta(self) -> dict[str, Any]:
        """What the ledger says of the run: configuration, versions, start."""
        return _meta(self._db)

    def flush(self) -> None:
        """Waits until everything stored so far is in the file."""
        written = threading.Event()
        self._queue.put(written)
        written.wait(30)

    def close(self) -> None:
        """Writes what is left and frees the file."""
        self._queue.put(None)
        self._writer.join(30)
        with suppress(sqlite3.Error):
            self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        self._db.close()
        if self._lock:
            self._lock.close()

    def _write(self) -> None:
        db = _connect(self.path)
        while True:
            batch = [self._queue.get()]
            # Waking for each entry would cost the threads that put them more than writing does.
            time.sleep(GATHERED if isinstance(batch[0], tuple) else 0)
            while not self._queue.empty() and len(batch) < 500:
                batch.append(self._queue.get())
            if not _stored(db, batch):
                # A full disk may still hold the first entries of what does not fit as a whole.
                failures = [error for entry in batch if (error := _stored_alone(db, entry))]
                if failures:
                    self.failure = f"{self.path} cannot be written: {failures[0]}"
            _release([entry for entry in batch if isinstance(entry, asyncio.Future)])
            for entry in batch:
                if isinstance(entry, threading.Event):
                    entry.set()
                elif entry is None:
                    db.close()
                    return
                elif isinstance(entry, tuple) and isinstance(entry[0], bytes):
                    self._pending.pop(entry[0], None)


def _release(turns: list[asyncio.Future[None]]) -> None:
    """Wakes those who wait for a batch, each loop once."""

    def release(mine: list[asyncio.Future[None]]) -> None:
        for turn in mine:
            if not turn.done():
                turn.set_result(None)

    for loop in {turn.get_loop() for turn in turns}:
        with suppress(RuntimeError):  # it has ended, and nobody waits
            loop.call_soon_threadsafe(release, [t for t in turns if t.get_loop() is loop])


def _stored(db: sqlite3.Connection, batch: list[Entry]) -> bool:
    """Writes a batch in one transaction, which is many times faster than one each."""
    try:
        with db:
            for entry in batch:
                if isinstance(entry, tuple):
                    _insert(db, *entry)
    except sqlite3.Error:
        return False
    return True


def _stored_alone(db: sqlite3.Connection, entry: Entry) -> sqlite3.Error | None:
    try:
        with db:
            if isinstance(entry, tuple):
                _insert(db, *entry)
    except sqlite3.Error as error:
        return error
    return None


def _insert(db: sqlite3.Connection, what: bytes | Row, content: Completion | Episode) -> None:
    """Packs and writes one entry; on the writer's thread, for packing takes time."""
    if isinstance(what, bytes):
        data = _fields(content)
        del data["cached"]
        db.execute("INSERT OR REPLACE INTO calls VALUES (?, ?)", (what, pack(data)))
    else:
        values = tuple(getattr(what, column) for column in _COLUMNS)
        db.execute(_INSERT_EPISODE, (*values, pack(content)))


def open_ledger(
    path: Path, identity: Mapping[str, Any], *, facts: Mapping[str, Any] = {}, worker: bool = False
) -> Ledger:
    """Opens a ledger to write, or makes it.

    Args:
        path: the file; its folder is made.
        identity: what all episodes in it have in common. Another one than the file's is refused.
        facts: what else a new ledger says of itself.
        worker: a process of a run whose main process holds the lock.

    Raises:
        LedgerError: one sentence: another run's configuration, no ledger, in use, not writable.
    """
    lock = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if not worker:
            lock = _lock(path)
        db = _connect(path)
        db.executescript(_TABLES)
    except (OSError, sqlite3.Error) as error:
        if lock:
            lock.close()
        raise LedgerError(_sentence(path, error)) from None
    found = _meta(db)
    if not found:
        values = {"schema": SCHEMA, "identity": dict(identity), **facts}
        with db:
            db.executemany(
                "INSERT OR REPLACE INTO meta VALUES (?, ?)",
                [(name, json.dumps(value)) for name, value in values.items()],
            )
    ledger = Ledger(path, db, lock)
    try:
        ledger.check(identity)
    except LedgerError:
        ledger.close()
        raise
    return ledger


def read_ledger(path: Path) -> Ledger:
    """Opens a ledger of any configuration to read.

    Raises:
        LedgerError: there is none, or it cannot be read.
    """
    if not path.is_file():
        raise LedgerError(f"there is no ledger {path}")
    try:
        db = _connect(path)
        if not _meta(db):
            raise LedgerError(f"{path} is not a ledger: it names no run")
    except sqlite3.Error as error:
        raise LedgerError(_sentence(path, error)) from None
    return Ledger(path, db, None)


def pack(data: Any) -> bytes:
    """JSON, compressed; dataclasses as objects of their fields."""
    text = json.dumps(data, separators=(",", ":"), default=_fields)
    return zlib.compress(text.encode("utf-8", "backslashreplace"), 1)


def _fields(record: Any) -> dict[str, Any]:
    # `dataclasses.asdict` copies all that is below, at five times the price.
    return {name: getattr(record, name) for name in record.__dataclass_fields__}


def unpack(blob: bytes) -> Any:
    """What `pack` packed."""
    return json.loads(zlib.decompress(blob))


def _completion(data: dict[str, Any]) -> Completion:
    calls = tuple(ToolCall(**call) for call in data.pop("tool_calls"))
    usage = Usage(**data.pop("usage"))
    return Completion(**data, usage=usage, tool_calls=calls, cached=True)


def _connect(path: Path) -> sqlite3.Connection:
    db = sqlite3.connect(path, timeout=60, check_same_thread=False)
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("PRAGMA synchronous = NORMAL")
    return db


def _meta(db: sqlite3.Connection) -> dict[str, Any]:
    try:
        return {name: json.loads(value) for name, value in db.execute("SELECT * FROM meta")}
    except sqlite3.OperationalError:
        return {}


def _lock(path: Path) -> IO[bytes]:
    file = path.with_name(path.name + ".lock").open("ab")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        raise LedgerError(
            f"the ledger {path} is in use by another run; wait for it, or give another "
            "--symbench-ledger"
        ) from None
    return file


def _difference(found: Mapping[str, Any], wanted: Mapping[str, Any]) -> str:
    parts = [
        f"its {name} is {found.get(name)!r}, yours {wanted.get(name)!r}"
        for name in sorted({*found, *wanted})
        if found.get(name) != wanted.get(name)
    ]
    return "; ".join(parts)


def _damaged(path: Path, error: Exception) -> str:
    # What SQLite cannot decode it quotes, however long.
    return (
        f"the ledger {path} is damaged ({line(str(error), 60)}); "
        f"`symbench merge {path} --out NEW.sqlite` saves what can be read"
    )


def _sentence(path: Path, error: Exception) -> str:
    if isinstance(error, sqlite3.DatabaseError) and "not a database" in str(error):
        return f"{path} is not a ledger; give another --symbench-ledger"
    if isinstance(error, sqlite3.DatabaseError) and "malformed" in str(error):
        return _damaged(path, error)
    reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return (
        f"the ledger {path} cannot be written ({reason}); give a writable path with "
        "--symbench-ledger"
    )
