"""``symbench report``, ``merge`` and ``export``: what can be made of ledgers afterwards."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from pytest_symbench.cli.mistakes import Mistake


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declares the three commands."""
    report = commands.add_parser("report", help="show ledgers, or write reports of them")
    _ledgers(report)
    report.add_argument("--out", default="", metavar="FILES", help="NAME.html, NAME.md, NAME.json")
    report.add_argument("--reference", default="", metavar="COLUMNS", help="of the paper's table")
    report.add_argument(
        "--gate",
        nargs="?",
        const="",
        metavar="POLICY",
        help="judge the run, as --symbench-gate does",
    )
    report.add_argument("--baseline", metavar="NAME", help="with --gate: what it is compared with")
    report.add_argument("--width", type=int, help="columns of the terminal")
    report.set_defaults(run=_report)
    merge = commands.add_parser("merge", help="make one ledger of several shards of a run")
    _ledgers(merge)
    merge.add_argument("--out", required=True, type=Path, metavar="LEDGER", help="a new file")
    merge.set_defaults(run=_merge)
    export = commands.add_parser("export", help="episodes or instances for other tools")
    export.add_argument("ledgers", nargs="*", type=Path, metavar="LEDGER")
    export.add_argument(
        "--out", required=True, type=Path, metavar="PATH",
        help="episodes: NAME.csv, .jsonl or .parquet; instances: a new folder",
    )  # fmt: skip
    export.add_argument(
        "--as", dest="kind", choices=("huggingface", "inspect", "verifiers"),
        help="instances, not episodes: as a data set, as tasks or as an environment",
    )  # fmt: skip
    export.add_argument("--tasks", default="all", help="with --as: as pytest's --tasks takes it")
    export.add_argument("--levels", default="1-3", help="with --as: e.g. 1-3,5 or paper")
    export.add_argument("--samples", type=int, default=10, help="with --as: of a task and level")
    export.add_argument("--seed", type=int, default=0, help="with --as: of the first instance")
    export.set_defaults(run=_export)


def _ledgers(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("ledgers", nargs="+", type=Path, metavar="LEDGER")


def _report(options: argparse.Namespace) -> int:
    from symbench_reports import reference, writing
    from symbench_reports.figures import Circumstances, figures
    from symbench_reports.reading import read_runs

    try:
        files = writing.paths(options.out, Path.cwd())
        columns = reference.parse(options.reference)
        reference.reference(columns, set())
    except ValueError as error:
        raise Mistake(str(error)) from None
    runs, notes = read_runs(options.ledgers)
    ledgers = ", ".join(map(str, options.ledgers))
    around = Circumstances(
        verdict=_verdict(options), notes=notes, columns=columns, files={"ledger": ledgers}
    )
    data = figures(runs, around)
    if not data["series"]:
        raise Mistake(f"{ledgers}: no episode can be read; {'; '.join(notes) or 'it is empty'}")
    writing.write(data, runs, files)
    _show(data, options.width, brief=bool(files))
    return 0 if len(files) == sum(key.startswith("report ") for key in data["files"]) else 1


def _verdict(options: argparse.Namespace) -> dict[str, Any] | None:
    """The gate's verdict on the ledgers, by the very code that judges a run."""
    if options.gate is None:
        if options.baseline:
            raise Mistake("--baseline is what --gate compares with; give --gate too")
        return None
    from pytest_symbench.gate import baseline, judge, policy, recording
    from pytest_symbench.gate.mistakes import GateError

    try:
        chosen = policy.load(options.gate or None, Path.cwd())
        candidate = recording.merged([recording.read(path) for path in options.ledgers])
        before = (
            recording.read(baseline.locate(options.baseline, Path.cwd()))
            if options.baseline
            else None
        )
        return judge.judge(chosen, candidate, before).to_json()
    except GateError as error:
        raise Mistake(str(error)) from None


def _show(data: dict[str, Any], width: int | None, *, brief: bool) -> None:
    from rich.console import Console

    from symbench_reports import terminal

    columns = width or (None if sys.stdout.isatty() else 120)
    console = Console(width=columns, highlight=False, markup=False, emoji=False)
    if brief:
        for name, path in data["files"].items():
            if name != "ledger":
                sys.stdout.write(f"{name}: {path}\n")
        for note in data["notes"]:
            sys.stderr.write(f"symbench: {note}\n")
        return
    for part in terminal.report(data, console.width):
        whole = isinstance(part, str) or bool(getattr(part, "no_wrap", False))
        console.print(part, soft_wrap=whole)


def _merge(options: argparse.Namespace) -> int:
    from symbench_reports.merging import merge

    told = merge(options.ledgers, options.out)
    for line in told:
        sys.stdout.write(f"{line}\n")
    return 0


def _export(options: argparse.Namespace) -> int:
    if options.kind:
        if options.ledgers:
            raise Mistake(f"--as {options.kind} exports instances; it takes no ledger")
        from symbench_reports.exports.instances import export

        count = export(options.kind, options.out, tasks=options.tasks, levels=options.levels,
                       samples=options.samples, seed=options.seed)  # fmt: skip
        sys.stdout.write(f"{count} instances: {options.out}\n")
        return 0
    if not options.ledgers:
        raise Mistake("name the ledgers whose episodes to export, or give --as huggingface, ...")
    from symbench_reports.exports.episodes import export as export_episodes

    count, notes = export_episodes(options.ledgers, options.out)
    for note in notes:
        sys.stderr.write(f"symbench: {note}\n")
    sys.stdout.write(f"{count} episodes: {options.out}\n")
    return 0
