"""``kill -9`` at random moments of a run, then resume: ``python -m benchmarks.kills [--kills 50]``.

Steered episodes, with code that really runs, against the mock server. The run is killed again and
again and started anew with the same command; its last start ends it. Its final ledger and report
are compared with those of a run that nobody disturbed, and the server's counters with each other.
"""

from __future__ import annotations

import argparse
import os
import random
import re
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.mock_server import Running, running

ANSWER = "fixed:```python\nprint('<<<No>>>')\n```"
"""Of the server, to most questions; to the others ``WRONG``."""

TASKS = ("web_of_lies", "letters", "number_multiply", "game24", "navigate")

SAME = "id, digest, outcome, reason, answer, calls, input_tokens, output_tokens, sandbox"
"""What a resumed run's episodes must have in common with an undisturbed run's: all but times."""


@dataclass(kw_only=True)
class Outcome:
    """Counts of the server, and what the two runs ended with."""

    episodes: int
    connections: int
    asked: int = 0
    """Requests of the undisturbed run."""
    kills: int = 0
    in_flight: list[int] = field(default_factory=list)
    """Requests that the server was at when each kill came."""
    answered: int = 0
    cut_off: int = 0
    """Requests of the killed runs that were answered, and whose client was gone."""
    same_rows: bool = False
    same_report: bool = False
    seconds: float = 0.0

    @property
    def repeated(self) -> int:
        """Requests beyond those of the undisturbed run."""
        return self.answered + self.cut_off - self.asked

    def table(self) -> str:
        """As it stands in the docs."""
        lost = self.answered - self.asked
        rows = [
            ("episodes", self.episodes),
            ("requests of an undisturbed run", self.asked),
            ("kills", self.kills),
            ("in flight at the server when they came", sum(self.in_flight)),
            ("calls that may be in flight, over all kills", self.kills * self.connections),
            ("requests more than undisturbed", self.repeated),
            ("of these: cut off by the kill", self.cut_off),
            ("of these: answered, not yet in the ledger", lost),
            ("episodes in the ledger equal (all but times)", "yes" if self.same_rows else "NO"),
            ("final report equal (all but times)", "yes" if self.same_report else "NO"),
        ]
        return "| | |\n|---|---|\n" + "\n".join(f"| {name} | {value} |" for name, value in rows)


def measure(folder: Path, *, kills: int, samples: int, connections: int, seed: int = 0) -> Outcome:
    """Both runs. ``samples``: instances of each of five tasks at two levels."""
    rng = random.Random(seed)
    began = time.monotonic()
    found = Outcome(episodes=samples * 2 * len(TASKS), connections=connections)
    options = {"latency": "uniform:0.02,0.2", "wrong_rate": 0.2, "answer": ANSWER}
    with running(max_seconds=7200, **options) as server:
        command = _command(server, samples, connections)
        whole, killed = folder / "whole", folder / "killed"
        whole.mkdir()
        killed.mkdir()
        expected = _finished(command, whole)
        found.asked = server.stats()["requests"]
        server.reset()
        while found.kills < kills:
            # As far apart as spreads the kills over the whole run.
            starting = rng.random() < 0.1
            after = rng.uniform(0, 2 if starting else 1.9 * found.asked / (kills + 1))
            found.in_flight += _killed(command, killed, server, after=after, in_seconds=starting)
            if len(found.in_flight) == found.kills:
                break  # it ended before it could be killed
            found.kills += 1
        report = _finished(command, killed)
        outcomes = Counter(server.stats()["outcomes"])
    found.answered, found.cut_off = outcomes["200"], outcomes["client_gone"]
    found.same_rows = _rows(whole) == _rows(killed)
    found.same_report = _timeless(report) == _timeless(expected)
    found.seconds = time.monotonic() - began
    return found


def _command(server: Running, samples: int, connections: int) -> list[str]:
    return [
        sys.executable, "-m", "pytest", "-q", "-p", "no:randomly", "-p", "no:cacheprovider",
        "--tb=no", "-rN", "--symbench", "--model=openai:mock", f"--model-url={server.base_url}",
        "--steer", f"--tasks={','.join(TASKS)}", "--levels=3-4", f"--samples={samples}",
        f"--symbench-connections={connections}", "--symbench-ledger=run.sqlite",
    ]  # fmt: skip


def _finished(command: Sequence[str], folder: Path) -> str:
    wide = {**os.environ, "COLUMNS": "250"}  # a line of times must not run over into the next
    done = subprocess.run(
        command, cwd=folder, env=wide, capture_output=True, text=True, check=False
    )
    if done.returncode != 1:  # some answers are wrong
        raise RuntimeError(f"exit status {done.returncode}: {done.stdout[-2000:]}")
    return done.stdout


def _killed(
    command: Sequence[str], folder: Path, server: Running, *, after: float, in_seconds: bool
) -> list[int]:
    """Kills a run after so many more requests, or seconds; tells the requests in flight then."""
    seen = server.stats()["requests"]
    process = subprocess.Popen(
        command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    if in_seconds:
        time.sleep(after)
    else:
        while process.poll() is None:
            stats = server.stats()
            if stats["inflight"] and stats["requests"] >= seen + after:
                break
            time.sleep(0.005)
    in_flight = server.stats()["inflight"]
    process.send_signal(signal.SIGKILL)
    ended = process.wait() != -signal.SIGKILL
    while server.stats()["inflight"]:
        time.sleep(0.01)  # the system closes the connections of the dead
    return [] if ended else [in_flight]


def _rows(folder: Path) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(folder / "run.sqlite")) as db:
        return db.execute(f"SELECT {SAME} FROM episodes ORDER BY id").fetchall()


def _timeless(output: str) -> str:
    """The final report without times, paths, and what came from the ledger."""
    start = output.index("openai:mock, method")
    lines = output[start:].splitlines()
    kept = [line for line in lines if not re.match(r"slowest|ledger:|\d+ of \d+ ", line)]
    kept = [re.sub(r" +[\d.]+$", "", line) for line in kept]  # the table's last column is seconds
    return re.sub(r"(?:in )?[\d.:()]+ ?m?s\b.*", "", "\n".join(kept))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--samples", type=int, default=50, help="a tenth of the episodes")
    parser.add_argument("--connections", type=int, default=8)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found = measure(Path(folder), **vars(options))
    sys.stdout.write(f"{found.table()}\n\n{found.seconds:.0f} s\n")
    good = found.same_rows and found.same_report and found.kills == options.kills
    sys.exit(0 if good and found.repeated <= found.kills * found.connections else 1)


if __name__ == "__main__":
    main()
