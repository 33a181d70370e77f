"""How far a run is, for people who watch it: of one process, or of all."""

from __future__ import annotations

import json
import os
import threading
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path

PERIOD = 0.5
"""Seconds between two notes of a worker."""

QUIET = 15.0
"""Seconds between two lines on the same trouble."""

SPENT = "spent-"
"""Begins the name of the file in which a worker notes what it has spent."""


@dataclass(kw_only=True, slots=True)
class Status:
    """Episodes and calls so far. Sums are over processes."""

    queued: int = 0
    running: int = 0
    outcomes: dict[str, int] = field(default_factory=dict)
    """Episodes that have ended, by outcome."""
    replayed: int = 0
    """How many of those came whole from the ledger."""
    calls: int = 0
    """Calls that were answered in this run."""
    in_flight: int = 0
    limit: int = 0
    """Calls that may be in flight now."""
    retries: int = 0
    tokens: int = 0
    dollars: float = 0.0
    unpriced: int = 0
    """Calls without a known price."""
    trouble: str = ""
    """Why calls are paused; empty while all is well."""

    @property
    def done(self) -> int:
        """Episodes that have ended."""
        return sum(self.outcomes.values())

    @property
    def total(self) -> int:
        """All episodes of the run."""
        return self.queued + self.running + self.done


def combined(parts: Iterable[Status]) -> Status:
    """The status of several processes together."""
    total, outcomes = Status(), Counter[str]()
    for part in parts:
        outcomes.update(part.outcomes)
        for entry in fields(Status):
            if entry.name not in ("outcomes", "trouble"):
                value = getattr(total, entry.name) + getattr(part, entry.name)
                setattr(total, entry.name, value)
        total.trouble = total.trouble or part.trouble
    total.outcomes = dict(outcomes)
    return total


def read(folder: Path) -> Status:
    """The status of all workers that left notes in a folder."""
    parts = []
    for path in sorted(folder.glob("status-*.json")):
        try:
            parts.append(Status(**json.loads(path.read_text())))
        except (OSError, ValueError, TypeError):
            continue  # a worker is just ending, or died
    return combined(parts)


def clear(folder: Path) -> None:
    """Removes the workers' notes."""
    for path in (*folder.glob("status-*.json*"), *folder.glob(f"{SPENT}*")):
        path.unlink(missing_ok=True)


class Notes(threading.Thread):
    """Writes a worker's status beside the run's stop flag, for the main process to read."""

    def __init__(self, folder: Path, status: Callable[[], Status]) -> None:
        super().__init__(name="symbench-status", daemon=True)
        self._path = folder / f"status-{os.getpid()}.json"
        self._status = status
        self._end = threading.Event()

    def run(self) -> None:
        while not self._end.wait(PERIOD):
            self._write()

    def stop(self) -> None:
        """Writes once more and ends."""
        self._end.set()
        self.join(5)
        self._write()

    def _write(self) -> None:
        draft = self._path.with_suffix(".json.tmp")
        try:
            draft.write_text(json.dumps(asdict(self._status())))
            draft.replace(self._path)
        except OSError:
            self._end.set()  # the folder is gone: the run has ended


class Troubles(threading.Thread):
    """Says why the workers' calls are paused: no item ends meanwhile, which would show it."""

    def __init__(self, status: Callable[[], Status], say: Callable[[str], None]) -> None:
        super().__init__(name="symbench-troubles", daemon=True)
        self._status = status
        self._say = say
        self._end = threading.Event()

    def run(self) -> None:
        pause = PERIOD
        while not self._end.wait(pause):
            trouble = self._status().trouble
            pause = QUIET if trouble else PERIOD
            if trouble:
                self._say(trouble)

    def stop(self) -> None:
        """Says nothing more."""
        self._end.set()
        self.join(5)
