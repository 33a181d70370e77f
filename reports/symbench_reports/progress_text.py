"""What the progress says: done, running, queued, rate, time left, cost, retries, outcomes."""

from __future__ import annotations

import time
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rich.text import Text

from pytest_symbench.outcome import LETTERS, OUTCOMES
from symbench_reports.harmless import line
from symbench_reports.words import dollars, seconds

if TYPE_CHECKING:
    from pytest_symbench.status import Status

WINDOW = 60.0
"""Seconds over which the rate is measured."""

COLOURS = {"correct": "green", "wrong": "red", "infrastructure": "magenta"}


@dataclass(slots=True)
class Pace:
    """How fast the run is, and what is to come."""

    elapsed: float
    rate: float
    """Episodes a second that were asked, not replayed."""
    left: float | None
    """Seconds, if it goes on like this."""
    dollars: float | None
    """In all, if it goes on like this; None where a price is not known."""


@dataclass(slots=True)
class Clock:
    """Sees a status now and then and tells the pace."""

    began: float = field(default_factory=time.monotonic)
    _seen: deque[tuple[float, int]] = field(default_factory=deque)

    def see(self, status: Status, now: float | None = None) -> Pace:
        """The pace at this moment."""
        now = time.monotonic() if now is None else now
        asked = status.done - status.replayed
        self._seen.append((now, asked))
        while len(self._seen) > 2 and now - self._seen[0][0] > WINDOW:
            self._seen.popleft()
        since, before = self._seen[0]
        rate = (asked - before) / (now - since) if now > since else 0.0
        rest = status.queued + status.running
        left = rest / rate if rate > 0 else None
        whole = None if status.unpriced or not asked else status.dollars * (1 + rest / asked)
        return Pace(now - self.began, rate, left, whole)


def plain(status: Status, pace: Pace) -> str:
    """One line for a log."""
    outcomes = " ".join(
        f"{status.outcomes[name]}{LETTERS[name]}" for name in OUTCOMES if status.outcomes.get(name)
    )
    parts = [
        f"symbench: {status.done}/{status.total} done, {status.running} running, "
        f"{status.queued} queued",
        outcomes,
        f"{pace.rate:.1f}/s" if pace.rate else "",
        f"{seconds(pace.left)} left" if pace.left is not None else "",
        _cost(status, pace),
        f"{status.in_flight} of {status.limit} calls in flight" if status.limit else "",
        f"{status.retries} retries" if status.retries else "",
        line(status.trouble, 120),
    ]
    return ", ".join(part for part in parts if part)


def painted(status: Status, pace: Pace, columns: int) -> list[Text]:
    """Two rows for a terminal."""
    done, total = status.done, status.total
    cells = max(10, min(30, columns - 60))
    filled = round(cells * done / total) if total else 0
    first = Text(" ")
    first.append("━" * filled, style="cyan")
    first.append("━" * (cells - filled), style="bright_black")
    share = f" {100 * done // total:3d} %" if total else ""
    first.append(f"{share} {done}/{total}", style="bold")
    rest = [
        f"{status.running} running, {status.queued} queued",
        f"{pace.rate:.1f}/s" if pace.rate else "",
        f"{seconds(pace.left)} left" if pace.left is not None and done < total else "",
    ]
    first.append("  " + " · ".join(part for part in rest if part))
    second = Text(" ")
    for name in OUTCOMES:
        if status.outcomes.get(name):
            second.append(f"{status.outcomes[name]}", style=COLOURS.get(name, "yellow"))
            second.append(f"{LETTERS[name]} ", style=COLOURS.get(name, "yellow"))
    others = [
        seconds(pace.elapsed),
        _cost(status, pace),
        f"{status.in_flight}/{status.limit} calls in flight" if status.limit else "",
        f"{status.retries} retries" if status.retries else "",
        f"{status.replayed} from the ledger" if status.replayed else "",
    ]
    second.append("  " + " · ".join(part for part in others if part))
    if status.trouble:
        second = Text(f" {line(status.trouble, max(20, columns - 4))}", style="yellow")
    for row in (first, second):
        row.truncate(columns - 1, overflow="ellipsis")
    return [first, second]


def _cost(status: Status, pace: Pace) -> str:
    if status.unpriced:
        return f"{status.tokens:,} tokens, price unknown"
    if not status.dollars:
        return f"{status.tokens:,} tokens" if status.tokens else ""
    projected = f" of about {dollars(pace.dollars)}" if pace.dollars else ""
    return f"{dollars(status.dollars)}{projected}"
