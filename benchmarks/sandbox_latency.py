"""What one snippet costs: our levels beside a bare interpreter.

    python benchmarks/sandbox_latency.py [--rounds 30] [--throughput] [--soak 5000]

The candidates take turns in random order, so that what else the machine does hits all of
them alike: read the ratios and the lower percentiles, not one median by itself.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import platform
import random
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

from codesteer.sandbox import Execution, Limits, Sandbox, open_sandbox

SNIPPETS = {
    "print": "print(1)",
    "itertools": "import itertools\nprint(sum(1 for _ in itertools.permutations(range(7))))",
    "numpy": "import numpy as np\nprint(np.linalg.det(np.arange(9.0).reshape(3, 3) + np.eye(3)))",
    "sympy": "from sympy import *\nx = symbols('x')\nprint(solve(x**3 - 6*x**2 + 11*x - 6, x))",
}
TARGETS = {"print": 0.75, "numpy": 0.15, "sympy": 0.2}  # of a bare interpreter, for `full`
BARE = "python -I"
LIMITS = Limits(wall_s=60)

Candidate = Callable[[str], Awaitable[Execution]]


async def bare(code: str) -> Execution:
    """The usual way, without any limits."""
    command = [sys.executable, "-I", "-c", code]
    done = await asyncio.to_thread(
        subprocess.run, command, stdin=subprocess.DEVNULL, capture_output=True, text=True
    )
    return Execution(outcome="ok" if done.returncode == 0 else "error", stdout=done.stdout)


async def measure(
    candidates: dict[str, Candidate], code: str, rounds: int
) -> dict[str, list[float]]:
    for candidate in candidates.values():
        await candidate(code)  # the first run after a start is not typical
    times: dict[str, list[float]] = {name: [] for name in candidates}
    order = [name for name in candidates for _ in range(rounds)]
    random.shuffle(order)
    for name in order:
        started = time.perf_counter()
        execution = await candidates[name](code)
        times[name].append((time.perf_counter() - started) * 1000)
        if execution.outcome != "ok":
            raise SystemExit(f"{name} failed: {execution}")
    return times


def show(snippet: str, times: dict[str, list[float]]) -> None:
    base = times[BARE]
    for name, values in times.items():
        middle, low, best = statistics.median(values), tenth(values), min(values)
        ratios = [middle / statistics.median(base), low / tenth(base), best / min(base)]
        line = f"{snippet:<10} {name:<12} {middle:8.1f} {low:8.1f} {best:8.1f}"
        line += "   x " + " / ".join(f"{ratio:.2f}" for ratio in ratios)
        if name == "full" and snippet in TARGETS:
            line += f"   (target {TARGETS[snippet]})"
        _say(line)


def tenth(values: list[float]) -> float:
    """Tenth percentile: least disturbed by what else the machine does."""
    return sorted(values)[len(values) // 10]


async def throughput(sandbox: Sandbox, seconds: float = 5.0) -> dict[str, float]:
    """Runs per second of each snippet, all workers busy."""
    rates = {}
    for name, code in SNIPPETS.items():
        await asyncio.gather(*(sandbox.run(code, limits=LIMITS) for _ in range(sandbox.workers)))
        done = 0
        started = time.perf_counter()
        until = started + seconds

        async def keep_running(code: str = code, until: float = until) -> None:
            nonlocal done
            while time.perf_counter() < until:
                await sandbox.run(code, limits=LIMITS)
                done += 1

        await asyncio.gather(*(keep_running() for _ in range(sandbox.workers)))
        rates[name] = done / (time.perf_counter() - started)
    return rates


async def soak(sandbox: Sandbox, runs: int) -> tuple[int, dict[str, float], dict[str, float]]:
    """Number of wrong results; what was in use after the first hundred runs, and at the end."""
    codes = [f"print({{}})\n{line}" for line in ("", "import numpy", "open('f', 'w').write('x')")]
    before: dict[str, float] = {}
    wrong = 0

    async def one(number: int) -> None:
        nonlocal wrong
        seen = await sandbox.run(codes[number % 3].format(number), limits=LIMITS)
        wrong += seen.outcome != "ok" or seen.stdout != f"{number}\n"

    for start in range(0, runs, 100):
        await asyncio.gather(*(one(number) for number in range(start, start + 100)))
        before = before or _figures()
    return wrong, before, _figures()


def _figures() -> dict[str, float]:
    """Ours, and those of the processes that we started."""
    pids = [os.getpid(), *_descendants(os.getpid())]
    resident = [
        int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * resource.getpagesize() / (1 << 20)
        for pid in pids
    ]
    return {
        "processes": len(pids),
        "own_mb": round(resident[0], 1),
        "zygotes_mb": round(sum(resident[1:]), 1),
        "own_fds": len(os.listdir("/proc/self/fd")),
        "zygote_fds": sum(_open_files(pid) for pid in pids[1:]),
        "tmp_entries": len(list(Path("/tmp").glob("symbench-*"))),
    }


def _open_files(pid: int) -> int:
    try:
        return len(os.listdir(f"/proc/{pid}/fd"))
    except PermissionError:  # zygotes are closed to other ordinary users
        return 0


def _descendants(pid: int) -> list[int]:
    found = []
    for thread in Path(f"/proc/{pid}/task").iterdir():
        for child in (thread / "children").read_text().split():
            found += [int(child), *_descendants(int(child))]
    return found


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


async def main(arguments: argparse.Namespace) -> None:
    uname = platform.uname()
    _say(
        f"Python {platform.python_version()}, {uname.system} {uname.release} {uname.machine}, "
        f"{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}"
    )
    sandboxes = {
        name: open_sandbox("landlock", unsafe=name == "none", workers=1, level=name)
        for name in ("none", "landlock", "full")
    }
    for sandbox in sandboxes.values():
        _say(sandbox.describe())
    candidates: dict[str, Candidate] = {BARE: bare}
    for name, sandbox in sandboxes.items():
        candidates[name] = lambda code, sandbox=sandbox: sandbox.run(code, limits=LIMITS)  # type: ignore[misc]
    _say(f"{'snippet':<10} {'candidate':<12} {'median':>8} {'p10':>8} {'min':>8}   ms, and ratios")
    for snippet, code in SNIPPETS.items():
        if arguments.rounds:
            show(snippet, await measure(candidates, code, arguments.rounds))
    for sandbox in sandboxes.values():
        await sandbox.aclose()
    for name in ("full", "landlock"):
        sandbox = open_sandbox(level=name)
        if arguments.throughput:
            _say(f"level {name}")
            for snippet, rate in (await throughput(sandbox)).items():
                _say(f"throughput {snippet:<10} {rate:7.1f} runs/s with {sandbox.workers} workers")
        if arguments.soak:
            wrong, before, after = await soak(sandbox, arguments.soak)
            _say(f"soak {arguments.soak} runs, {wrong} wrong\n  before {before}\n  after  {after}")
        await sandbox.aclose()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=30, help="runs per candidate and snippet")
    parser.add_argument("--throughput", action="store_true", help="runs per second, all processors")
    parser.add_argument("--soak", type=int, default=0, help="runs in a row, watching for growth")
    asyncio.run(main(parser.parse_args()))
