"""A ledger of a million calls: ``python -m benchmarks.ledger_size [--calls N]``.

Prints size, write rate, and the time to open and to look up, after every tenth of the calls.
"""

from __future__ import annotations

import argparse
import random
import tempfile
import time
from pathlib import Path

from codesteer.models.chat import Completion, Usage
from pytest_symbench.ledger import open_ledger

WORDS = [
    "the",
    "answer",
    "follows",
    "from",
    "adding",
    "each",
    "of",
    "the",
    "numbers",
    "in",
    "turn",
    "and",
    "checking",
    "them",
]


def completion(rng: random.Random) -> Completion:
    """A reply of about 700 characters, which compresses as prose does."""
    text = " ".join(rng.choice(WORDS) + str(rng.randrange(1000)) for _ in range(80))
    return Completion(text=text, usage=Usage(input=400, output=150), seconds=1.5)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calls", type=int, default=1_000_000)
    options = parser.parse_args()
    rng = random.Random(1)
    replies = [completion(rng) for _ in range(200)]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "ledger.sqlite"
        ledger = open_ledger(path, {"model": "m"})
        print("| calls | MB | bytes a call | calls/s written | open ms | look-up us |")
        print("|---|---|---|---|---|---|")
        tenth = options.calls // 10
        keys: list[bytes] = []
        for part in range(10):
            start = time.monotonic()
            for number in range(tenth):
                key = rng.randbytes(16)
                if number % 1000 == 0:
                    keys.append(key)
                    ledger.flush()  # as the calls of a run do not all come at once
                ledger.store_call(key, replies[number % len(replies)])
            ledger.flush()
            rate = tenth / (time.monotonic() - start)
            ledger.close()
            size = path.stat().st_size
            start = time.monotonic()
            ledger = open_ledger(path, {"model": "m"})
            opened = time.monotonic() - start
            start = time.monotonic()
            assert all(ledger.call(key) for key in keys)
            looked = (time.monotonic() - start) / len(keys)
            calls = tenth * (part + 1)
            print(
                f"| {calls:,} | {size / 1e6:.0f} | {size / calls:.0f} | {rate:.0f} | "
                f"{1000 * opened:.1f} | {1e6 * looked:.0f} |",
                flush=True,
            )
        ledger.close()


if __name__ == "__main__":
    main()
