"""What a run may spend, and what it has spent. A hard cap: only calls in flight can exceed it."""

from __future__ import annotations

import os
import re
import struct
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, TypeAlias

from codesteer.models.chat import Usage
from codesteer.models.prices import price

Unit: TypeAlias = Literal["USD", "tokens", "calls", "min"]

_FORM = re.compile(r"([0-9]+(?:\.[0-9]+)?)\s*([kKmM]?)\s*(USD|\$|tokens?|calls?|min|minutes?)")

_NOTE = struct.Struct("<qqqd")
"""Calls, tokens in and out, dollars."""


class BudgetSpent(Exception):
    """The run ends because its budget is spent; what it did is kept, and it can be resumed."""


@dataclass(frozen=True, slots=True)
class Budget:
    """A cap on one quantity."""

    amount: float
    unit: Unit
    whole: float | None = None
    """The amount of all parts, where this is one."""

    def __str__(self) -> str:
        return f"{self.amount if self.whole is None else self.whole:g} {self.unit}"

    def part(self, index: int, of: int) -> Budget:
        """One of several equal parts, all of which make the whole; time is not divided."""
        if self.unit == "min":
            return self
        # Calls are whole: none is lost, and none too much.
        amount = (int(self.amount) + index) // of if self.unit == "calls" else self.amount / of
        return Budget(amount, self.unit, self.amount)


def parse_budget(text: str) -> Budget:
    """``5 USD``, ``2M tokens``, ``3000 calls`` or ``20 min``.

    Raises:
        ValueError: in a sentence.
    """
    match = _FORM.fullmatch(text.strip())
    if not match or float(match[1]) <= 0:
        raise ValueError(
            f"{text!r} is no budget: give '5 USD', '2M tokens', '3000 calls' or '20 min'"
        )
    amount = float(match[1]) * {"": 1, "k": 1e3, "m": 1e6}[match[2].lower()]
    unit: Unit = {"U": "USD", "$": "USD", "t": "tokens", "c": "calls", "m": "min"}[match[3][0]]  # type: ignore[assignment]
    return Budget(amount, unit)


@dataclass(slots=True)
class Spending:
    """What a process has spent of its part."""

    cap: Budget | None
    calls: int = 0
    usage: Usage = field(default_factory=Usage)
    dollars: float = 0.0
    unpriced: int = 0
    """Calls of models without a known price."""
    began: float = field(default_factory=time.monotonic)
    """When the run began, by the machine's steady clock."""
    note: Path | None = None
    """Where it is written down, for the process that takes this one's place if it dies."""

    def __post_init__(self) -> None:
        if self.cap is None or self.note is None:
            self.note = None
        elif self.note.exists():
            self.calls, used, made, self.dollars = _NOTE.unpack(self.note.read_bytes())
            self.usage = Usage(input=used, output=made)

    def add(self, model: str, usage: Usage) -> None:
        """Counts a call that a provider answered."""
        self.calls += 1
        self.usage = self.usage + usage
        cost = price(model, usage)
        if cost is None:
            self.unpriced += 1
        else:
            self.dollars += cost
        if self.note is not None:
            self._write(self.note)

    def _write(self, note: Path) -> None:
        usage = self.usage
        data = _NOTE.pack(self.calls, usage.input, usage.output, self.dollars)
        descriptor = os.open(note, os.O_WRONLY | os.O_CREAT, 0o600)
        try:
            os.pwrite(descriptor, data, 0)  # in place and at once: a kill leaves the old or the new
        finally:
            os.close(descriptor)

    def check(self, in_flight: int = 0) -> None:
        """Raises `BudgetSpent` if the next call may not begin. ``in_flight`` calls will count."""
        if self.cap is None:
            return
        spent = {
            "USD": self.dollars,
            "tokens": float(self.usage.total),
            "calls": float(self.calls + in_flight),
            "min": (time.monotonic() - self.began) / 60,
        }[self.cap.unit]
        if spent >= self.cap.amount:
            raise BudgetSpent(
                f"the budget of {self.cap} is spent; the same command with a larger one goes on"
            )
