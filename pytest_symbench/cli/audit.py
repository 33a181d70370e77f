"""``symbench audit DIR``: what is wrong with the published instances."""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from pathlib import Path

from pytest_symbench.audit import FINDINGS, Finding, TaskAudit, audit
from pytest_symbench.cli.mistakes import Mistake
from pytest_symbench.tasks import select


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declares the command."""
    parser = commands.add_parser("audit", help="check every record of the published benchmark")
    parser.add_argument("folder", type=Path, help="the published dataset_gather folder")
    parser.add_argument("--tasks", default="all", help="as pytest's --tasks takes it")
    parser.add_argument("--json", action="store_true", help="every record, for machines")
    parser.set_defaults(run=_audit)


def _audit(options: argparse.Namespace) -> int:
    if not options.folder.is_dir():
        raise Mistake(f"there is no folder {options.folder}; give the published dataset_gather")
    found = list(audit(options.folder, select(options.tasks.split(","))))
    # The arrangements of path_plan are in no file; alone they say nothing of the folder.
    if all(task.task == "path_plan" for task in found) and options.tasks == "all":
        raise Mistake(
            f"{options.folder} holds no published instances; give the folder that holds "
            "2048_dataset, BIG-Bench-Hard, ..."
        )
    if options.json:
        json.dump({task.task: task.to_json() for task in found}, sys.stdout, indent=1)
        sys.stdout.write("\n")
    else:
        _print(found)
    return 0


def _print(found: list[TaskAudit]) -> None:
    from rich import box
    from rich.console import Console
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("task", no_wrap=True)
    table.add_column("records", justify="right")
    for finding in FINDINGS:
        table.add_column(finding.replace("_", " "), justify="right")
    total: Counter[Finding] = Counter()
    for task in found:
        counts = task.counts()
        total += counts
        table.add_row(task.task, str(len(task.entries)), *_cells(counts))
    records = sum(len(task.entries) for task in found)
    table.add_section()
    table.add_row("total", str(records), *_cells(total), style="bold")
    console = Console(width=None if sys.stdout.isatty() else 160, highlight=False)
    console.print(table)
    for finding, meaning in FINDINGS.items():
        console.print(f"{finding.replace('_', ' ')}: {meaning}")


def _cells(counts: Counter[Finding]) -> list[str]:
    return [str(counts[finding] or "") for finding in FINDINGS]
