"""The page of results of the sandbox: ``python -m benchmarks.sandbox_results > PAGE``.

Attacks per level as an ordinary user, then what a snippet costs beside a bare interpreter, taken
in turns. Takes some three minutes, on a machine that does nothing else.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import platform
import statistics
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from benchmarks.sandbox_latency import (
    BARE,
    LIMITS,
    SNIPPETS,
    TARGETS,
    Candidate,
    bare,
    measure,
    soak,
    tenth,
    throughput,
)
from codesteer.sandbox import open_sandbox
from tests.sandbox import launching
from tests.sandbox.attacks import Attack, all_attacks
from tests.sandbox.test_attacks import IN_THE_TABLE

STAGE = Path(launching.__file__).with_name("stage.py")
LEVELS = ("full", "landlock")
FIGURES = {
    "processes": "processes",
    "own_mb": "caller MB",
    "zygotes_mb": "zygotes MB",
    "own_fds": "caller's descriptors",
    "zygote_fds": "zygotes' descriptors",
    "tmp_entries": "entries in /tmp",
}
HEAD = """# The sandbox: attacks and latency

Made by `python -m benchmarks.sandbox_results`. What each level promises, and what none does, is
on the page of [the sandbox](../sandbox.md)."""


def stage(mode: str) -> dict[str, Any]:
    """Report of all attacks in this mode."""
    return dict(json.loads(launching.run([sys.executable, str(STAGE), mode])))


def attack_lines(attacks: list[Attack], reports: dict[str, dict[str, Any]]) -> Iterator[str]:
    own = {attack.name for attack in attacks[IN_THE_TABLE:]}
    spoofs = {attack.name for attack in attacks if attack.judge == "spoof"}
    controlled = {attack.name for attack in attacks if attack.control}
    groups = {
        "the usual ones": {a.name for a in attacks} - own - spoofs,
        "further ones, of our own": own,
        "spoofs: a printed fake result, a changed exit status": spoofs,
    }
    yield (
        "| attacks | number | succeed unprotected | "
        + " | ".join(f"stopped at `{level}`" for level in LEVELS)
        + " |"
    )
    yield "|---|---|---|" + "---|" * len(LEVELS)
    got = {
        mode: {name for name, seen in report["results"].items() if seen["succeeded"]}
        for mode, report in reports.items()
    }
    for title, names in groups.items():
        proved = len(got["plain"] & names) if controlled & names else "no control"
        stopped = [f"{len(names - got[level])} of {len(names)}" for level in LEVELS]
        yield f"| {title} | {len(names)} | {proved} | {' | '.join(stopped)} |"
    yield ""
    for level in LEVELS:
        through = sorted(got[level] - spoofs)
        yield f"Got through at `{level}`: {'; '.join(through) or 'none'}.  "
    missing = sorted(controlled - got["plain"])
    yield (
        f"Of {len(controlled)} with a positive control, {len(controlled & got['plain'])} succeed "
        f"without a sandbox; this machine stops by itself: {'; '.join(missing) or 'none'}. The "
        "others have no control (endless loops, crashes, what needs root, or a channel that only "
        "the sandbox has)."
    )
    left = [
        thing
        for report in reports.values()
        for kind in ("files", "processes", "ipc")
        for thing in report[f"left_{kind}"]
    ]
    yield f"\nFiles, processes and IPC objects left behind, all three runs together: {len(left)}."


def latency_lines(times: dict[str, dict[str, list[float]]]) -> Iterator[str]:
    yield "| snippet | run by | median ms | p10 ms | median ratio | p10 ratio | bar for `full` |"
    yield "|---|---|---|---|---|---|---|"
    for snippet, found in times.items():
        base = found[BARE]
        for name, values in found.items():
            middle, low = statistics.median(values), tenth(values)
            bar = TARGETS.get(snippet, "") if name == "full" else ""
            yield (
                f"| {snippet} | {name} | {middle:.1f} | {low:.1f} | "
                f"{middle / statistics.median(base):.2f} | {low / tenth(base):.2f} | {bar} |"
            )


async def latencies(rounds: int) -> dict[str, dict[str, list[float]]]:
    sandboxes = {level: open_sandbox(workers=1, level=level) for level in LEVELS}
    candidates: dict[str, Candidate] = {BARE: bare}
    for name, sandbox in sandboxes.items():
        candidates[name] = lambda code, sandbox=sandbox: sandbox.run(code, limits=LIMITS)  # type: ignore[misc]
    times = {name: await measure(candidates, code, rounds) for name, code in SNIPPETS.items()}
    for sandbox in sandboxes.values():
        await sandbox.aclose()
    return times


async def endurance_lines(runs: int) -> list[str]:
    lines = ["| level | workers | " + " | ".join(f"{name}/s" for name in SNIPPETS) + " |"]
    lines += ["|---|---|" + "---|" * len(SNIPPETS)]
    soaked = []
    for level in LEVELS:
        sandbox = open_sandbox(level=level)
        rates = await throughput(sandbox)
        lines.append(
            f"| {level} | {sandbox.workers} | "
            + " | ".join(f"{rate:.0f}" for rate in rates.values())
            + " |"
        )
        wrong, before, after = await soak(sandbox, runs)
        for when, figures in (("hundred runs", before), ("all", after)):
            row = " | ".join(f"{value:g}" for value in figures.values())
            soaked.append(f"| {level} | {when} | {wrong} | {row} |")
        head = " | ".join(FIGURES[name] for name in before)
        rule = "---|" * len(before)
        await sandbox.aclose()
    lines += ["", f"## {runs:,} runs in a row", ""]
    return [*lines, f"| level | after | wrong | {head} |", f"|---|---|---|{rule}", *soaked]


async def main(options: argparse.Namespace) -> None:
    attacks = [a for a in all_attacks() if a.machine in ("", platform.machine())]
    with ThreadPoolExecutor() as threads:
        modes = (*LEVELS, "plain")
        reports = dict(zip(modes, threads.map(stage, modes), strict=True))
    uname = platform.uname()
    print(HEAD)
    print(
        f"\n{uname.system} {uname.release.partition('-')[0]} on {uname.machine}, "
        f"{os.cpu_count()} processors, Python {platform.python_version()}, as an ordinary user:\n"
    )
    for level in LEVELS:
        print(f"- {reports[level]['description']}")
    print("\n## Attacks\n")
    print("\n".join(attack_lines(attacks, reports)))
    print("\n## Latency of one snippet\n")
    times = await latencies(options.rounds)
    print(
        f"{options.rounds} runs each, taken in turns, load average {os.getloadavg()[0]:.1f} at the "
        "end: what else the machine did hit all alike, so read the ratios.\n"
    )
    print("\n".join(latency_lines(times)))
    print("\n## Throughput\n")
    print("\n".join(await endurance_lines(options.soak)))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=30, help="runs per candidate and snippet")
    parser.add_argument("--soak", type=int, default=5000, help="runs in a row")
    asyncio.run(main(parser.parse_args()))
