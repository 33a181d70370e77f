"""A ledger of a million calls: ``python -m benchmarks.ledger_size [--calls N]``.

Prints size, write rate, and the times to open and to look up, at 0, a quarter, half ... of them.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import median
from typing import NamedTuple

from codesteer.models.chat import Completion, Usage
from pytest_symbench.ledger import Ledger, open_ledger

WORDS = ("the", "answer", "follows", "from", "adding", "each", "of", "numbers", "in", "turn", "and")

BURST = 10_000
"""Calls over which a rate is measured."""


def completion(rng: random.Random) -> Completion:
    """A reply of about 700 characters, which compresses as prose does."""
    text = " ".join(rng.choice(WORDS) + str(rng.randrange(1000)) for _ in range(80))
    return Completion(text=text, usage=Usage(input=400, output=150), seconds=1.5)


class Figures(NamedTuple):
    """Of a ledger that holds so many calls."""

    calls: int
    megabytes: float
    bytes_each: float
    written: float
    """Calls a second, over the next `BURST` calls."""
    waited: float
    """Milliseconds from an answer to its being in the file, with 200 calls in flight; the median."""
    opened: float
    """Milliseconds to open it."""
    found: float
    """Microseconds to look up a call."""

    def line(self) -> str:
        return (
            f"| {self.calls:,} | {self.megabytes:.0f} | {self.bytes_each:.0f} | {self.written:,.0f} | "
            f"{self.waited:.1f} | {self.opened:.1f} | {self.found:.0f} |"
        )


HEAD = (
    "| calls | MB | bytes a call | calls/s written | ms until written | open ms | look-up us |\n"
    "|---|---|---|---|---|---|---|"
)


def measure(path: Path, most: int, parts: int = 4) -> Iterator[Figures]:
    """Figures at 0, a quarter, half ... of the calls, each burst included in what follows."""
    rng = random.Random(1)
    replies = [completion(rng) for _ in range(200)]
    keys: list[bytes] = []
    written = 0
    for part in range(parts + 1):
        ledger = open_ledger(path, {"model": "m"})
        while written < most * part // parts:
            key = rng.randbytes(16)
            ledger.store_call(key, replies[written % len(replies)])
            if written % 1000 == 0:
                keys.append(key)
                ledger.flush()  # as the calls of a run do not all come at once
            written += 1
        ledger.close()
        size = path.stat().st_size
        start = time.monotonic()
        ledger = open_ledger(path, {"model": "m"})
        opened = time.monotonic() - start
        start = time.monotonic()
        if not all(ledger.call(key) for key in keys):
            raise RuntimeError("a call that was written is not found")
        found = (time.monotonic() - start) / max(1, len(keys))
        rate, waited = asyncio.run(_burst(ledger, rng, replies))
        ledger.close()
        yield Figures(
            written, size / 1e6, size / max(1, written), rate, 1000 * waited, 1000 * opened,
            1e6 * found,
        )  # fmt: skip
        written += BURST


async def _burst(
    ledger: Ledger, rng: random.Random, replies: Sequence[Completion]
) -> tuple[float, float]:
    """Calls a second, and the median wait, of 200 episodes that do nothing but ask."""
    waits: list[float] = []

    async def ask() -> None:
        for number in range(BURST // 200):
            start = time.monotonic()
            ledger.store_call(rng.randbytes(16), replies[number % len(replies)])
            await ledger.written()
            waits.append(time.monotonic() - start)

    start = time.monotonic()
    await asyncio.gather(*(ask() for _ in range(200)))
    return BURST / (time.monotonic() - start), median(waits)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calls", type=int, default=1_000_000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        sys.stdout.write(HEAD + "\n")
        for figures in measure(Path(folder) / "ledger.sqlite", options.calls):
            sys.stdout.write(figures.line() + "\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
