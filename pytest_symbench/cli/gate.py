"""``symbench compare``, ``bless`` and ``history``: the gate on what was measured before."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from pytest_symbench.cli.mistakes import Mistake
from pytest_symbench.tasks import registry, select

if TYPE_CHECKING:
    from pytest_symbench.gate.recording import Recording

LOST_AT_MOST = 0.05
"""Share of a run's episodes that infrastructure may have cost a baseline."""


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declares the three commands."""
    compare = commands.add_parser("compare", help="judge a run against an earlier one")
    compare.add_argument("baseline", metavar="BASELINE", help="a baseline's name, or a file")
    _runs(compare, "+")
    compare.add_argument(
        "--gate", metavar="POLICY", help="a TOML file (default: pyproject's, or the default policy)"
    )
    compare.add_argument("--json", action="store_true", help="the verdict, for machines")
    compare.set_defaults(run=_compare)
    bless = commands.add_parser("bless", help="make a run the baseline")
    bless.add_argument("name", metavar="NAME", help="the baseline's name, or a .json file")
    _runs(bless, "+")
    bless.set_defaults(run=_bless)
    history = commands.add_parser("history", help="scores and frontiers of runs, oldest first")
    history.add_argument("--tasks", default="", help="also these tasks, each with its frontier")
    _runs(history, "*")
    history.set_defaults(run=_history)


def _runs(parser: argparse.ArgumentParser, count: str) -> None:
    parser.add_argument(
        "runs",
        metavar="RUN",
        nargs=count,
        help="ledgers or baselines; a part of one as FILE::METHOD"
        + (" (shards of one run are one)" if count == "+" else " (default: all baselines)"),
    )


def _compare(options: argparse.Namespace) -> int:
    from pytest_symbench.gate import policy
    from pytest_symbench.gate.judge import judge
    from pytest_symbench.gate.recording import merged
    from pytest_symbench.gate.verdict import lines

    here = Path.cwd()
    candidate = merged([_recording(name, here) for name in options.runs])
    verdict = judge(policy.load(options.gate, here), candidate, _recording(options.baseline, here))
    if options.json:
        sys.stdout.write(json.dumps(verdict.to_json(), indent=1) + "\n")
    else:
        sys.stdout.write("\n".join(lines(verdict)) + "\n")
    return verdict.status


def _bless(options: argparse.Namespace) -> int:
    from pytest_symbench.gate import baseline
    from pytest_symbench.gate.recording import merged

    run = merged([_recording(name, Path.cwd()) for name in options.runs])
    lost = sum(not answer.counts for answer in run.answers.values()) + run.missing
    if lost > LOST_AT_MOST * (len(run.answers) + run.missing):
        raise Mistake(
            f"{run.name} is no baseline: {lost} of its {len(run.answers) + run.missing} episodes "
            "were lost; the command that made it goes on where it was"
        )
    path = baseline.locate(options.name, Path.cwd())
    if path.suffix == ".sqlite":
        raise Mistake(f"{options.name} is a ledger's name; give a baseline's, e.g. release-1")
    replaced = "replaced" if path.exists() else "recorded"
    baseline.write(run, path)
    sys.stdout.write(f"baseline: {replaced} {path}, {len(run.answers)} answers\n")
    return 0


def _history(options: argparse.Namespace) -> int:
    from rich import box
    from rich.console import Console
    from rich.table import Table

    from pytest_symbench.gate.baseline import FOLDER

    names = options.runs or sorted(map(str, Path(FOLDER).glob("*.json")))
    if not names:
        raise Mistake(
            f"there is no baseline below {FOLDER}; record one with --symbench-record NAME, or name "
            "ledgers"
        )
    tasks = select(options.tasks.split(",")) if options.tasks else []
    runs = [_recording(name, Path.cwd()) for name in names]
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for column in ("recorded", "run", "model", "method", "answers", "seen", "unseen", "total"):
        table.add_column(column, overflow="fold")
    for task in tasks:
        table.add_column(task, overflow="fold")
    for run in sorted(runs, key=lambda run: run.recorded):
        for method in run.methods():
            table.add_row(*_cells(run.of(method), method), *_by_task(run.of(method), tasks))
    Console(width=None if sys.stdout.isatty() else 160).print(table)
    return 0


def _cells(run: Recording, method: str) -> Iterator[str]:
    name = Path(run.name).stem if "/" in run.name else run.name
    yield from (run.recorded, name, str(run.configuration.get("model", "?")), method)
    yield str(len(run.answers))
    for split in ("seen", "unseen", None):
        yield _score(run, [t for t in run.tasks() if split in (None, registry.split(t))])


def _by_task(run: Recording, tasks: list[str]) -> Iterator[str]:
    from pytest_symbench.frontier.curve import fit, trials

    for task in tasks:
        levels = trials(
            (key.level, answer.outcome == "correct")
            for key, answer in run.answers.items()
            if answer.counts and key.task == task
        )
        text = _score(run, [task])
        yield f"{text}, frontier {fit(levels).describe()}" if len(levels) > 1 else text


def _score(run: Recording, tasks: list[str]) -> str:
    """The mean over tasks, as the paper averages: each task counts alike."""
    shares = []
    for task in tasks:
        outcomes = [a.outcome for key, a in run.answers.items() if key.task == task and a.counts]
        if outcomes:
            shares.append(outcomes.count("correct") / len(outcomes))
    return f"{100 * sum(shares) / len(shares):.1f} %" if shares else "-"


def _recording(name: str, root: Path) -> Recording:
    from pytest_symbench.gate import baseline
    from pytest_symbench.gate.recording import read

    file, _, method = name.partition("::")
    path = baseline.locate(file, root)
    if not path.exists():
        raise Mistake(f"there is no {path}; give a ledger, or a baseline's name or file")
    found = read(path)
    if not method:
        return found
    if method not in found.methods():
        raise Mistake(f"{file} holds the methods {', '.join(found.methods())}, not {method}")
    return found.of(method)
