"""Throughput against the mock server: ``python -m benchmarks.throughput [--peers] [--instances N]``.

Asks N instances of a trivial task (the server echoes the question) with a fixed latency, and
prints wall time, how well the server was kept busy, and CPU and memory of the whole process
tree. Peers (Inspect, deepeval, lm-eval, pydantic-evals) are measured beside it where they are
installed in the interpreter named by ``--peers-python``.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path

from benchmarks.mock_server import running
from benchmarks.peers import PEERS

OURS = [
    "-m", "pytest", "-q", "--no-header", "--tb=no", "--show-capture=no", "-p", "no:cacheprovider",
    # Only what the package itself installs; other plugins of this environment have costs of their own.
    "-p", "no:randomly", "-p", "no:rerunfailures", "-p", "no:timeout", "-rN", "--symbench", "--model", "openai:mock", "--tasks", "echo", "--levels", "1",
    "--symbench-ledger=echo.sqlite",
]  # fmt: skip

CONFTEST = """
from pytest_symbench.tasks import Task, right, wrong

def verify(data, answer):
    return right("it is") if data["item"] in answer else wrong("another item")

ECHO = Task(
    name="echo", title="Echo", version=1, split="seen", family="words", idea="Repeat an item.",
    knobs="-", acceptance="The item.", published_defects="-", size_name="-",
    size=lambda params: 1, params=lambda level: {},
    generate=lambda params, rng: {"item": str(rng.getrandbits(60))},
    render=lambda data: f"Find the letter a in <<<item {data['item']}>>>. " + "x" * 400,
    verify=verify, solve=lambda data: "item " + data["item"])

def pytest_symbench_tasks():
    return [ECHO]
"""


@dataclass(frozen=True, slots=True)
class Measured:
    """One run. Times in seconds; ``busy`` is last answer minus first request at the server."""

    name: str
    instances: int
    connections: int
    latency: float
    wall: float
    busy: float
    cpu: float
    memory_mb: float
    answered: int

    @property
    def ideal(self) -> float:
        return self.instances * self.latency / self.connections

    def line(self) -> str:
        return (
            f"| {self.name} | {self.instances} | {self.connections} | {self.latency:g} | "
            f"{self.ideal:.1f} | {self.wall:.1f} | {self.wall / self.ideal:.2f} | "
            f"{self.busy / self.ideal:.2f} | {self.cpu:.1f} | "
            f"{1000 * self.cpu / self.instances:.1f} | {self.memory_mb:.0f} | {self.answered} |"
        )


HEAD = (
    "| tool | instances | connections | latency s | ideal s | wall s | wall/ideal | busy/ideal | "
    "CPU s | CPU ms each | peak MB | answered |\n|" + "---|" * 12
)


def measure(
    name: str,
    command: list[str],
    *,
    url_flag: str,
    instances: int,
    connections: int,
    latency: float,
) -> Measured:
    """Runs a command against a fresh server and reads both sides' counters."""
    with running(latency=f"fixed:{latency}", max_seconds=1800) as server:
        with tempfile.TemporaryDirectory() as folder:
            environment = {**os.environ, "MOCK_URL": server.base_url, "OPENAI_API_KEY": "mock"}
            environment.pop("PYTHONDONTWRITEBYTECODE", None)  # users do not compile at each start
            full = [part.replace("{url}", server.base_url) for part in command]
            if url_flag:
                full += [url_flag, server.base_url]
            (Path(folder) / "conftest.py").write_text(CONFTEST)
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            start = time.monotonic()
            process = subprocess.Popen(
                full, cwd=folder, env=environment,
                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            )  # fmt: skip
            peak = Peak(process.pid)
            process.wait()
            wall = time.monotonic() - start
            peak.stop()
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
        stats = server.stats()
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Measured(
        name, instances, connections, latency, wall, stats["busy_s"], cpu, peak.megabytes,
        stats["outcomes"].get("200", 0),
    )  # fmt: skip


class Peak(threading.Thread):
    """The largest sum of proportional memory over a process tree."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self.megabytes = 0.0
        self._pid = pid
        self._done = threading.Event()
        self.start()

    def run(self) -> None:
        while not self._done.wait(0.25):
            total = sum(map(_proportional, _tree(self._pid)))
            self.megabytes = max(self.megabytes, total / 1024)

    def stop(self) -> None:
        self._done.set()
        self.join()


def _tree(pid: int) -> list[int]:
    found = [pid]
    for parent in found:
        try:
            children = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
        except OSError:
            continue
        found.extend(map(int, children))
    return found


def _proportional(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--instances", type=int, nargs="+", default=[1000, 10_000])
    parser.add_argument("--connections", type=int, default=200)
    parser.add_argument("--latency", type=float, nargs="+", default=[0.5, 2.0])
    parser.add_argument("--peers-python", help="an interpreter in which peers are installed")
    parser.add_argument("--json", type=Path, help="also write the figures here")
    options = parser.parse_args()
    results: list[Measured] = []
    sys.stdout.write(HEAD + "\n")

    def add(name: str, command: list[str], url_flag: str, count: int, latency: float) -> None:
        found = measure(
            name, command, url_flag=url_flag, instances=count,
            connections=options.connections, latency=latency,
        )  # fmt: skip
        results.append(found)
        said = found.line() if found.answered else f"{name} could not be run: nothing was asked"
        sys.stdout.write(said + "\n")
        sys.stdout.flush()

    for latency in options.latency:
        for count in options.instances:
            ours = [sys.executable, *OURS, "--samples", str(count)]
            ours += ["--symbench-connections", str(options.connections)]
            add("pytest-symbench", ours, "--model-url", count, latency)
    if options.peers_python:
        for name, make in PEERS.items():
            with tempfile.TemporaryDirectory() as folder:
                command = make(options.peers_python, Path(folder), 1000, options.connections)
                add(name, command, "", 1000, options.latency[0])
    if options.json:
        rows = [{**vars_of(row), "ideal": row.ideal} for row in results]
        options.json.write_text(json.dumps(rows, indent=1) + "\n")


def vars_of(row: Measured) -> dict[str, object]:
    return {name: getattr(row, name) for name in row.__slots__}


if __name__ == "__main__":
    main()
