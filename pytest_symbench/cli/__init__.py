"""The ``symbench`` command: what is not a test run."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from importlib.metadata import entry_points

from pytest_symbench.cli import audit, doctor, gate, pages, steerer, tasks
from pytest_symbench.cli.mistakes import MISTAKES

PARTS = (tasks, audit, pages, steerer, gate, doctor)
"""Modules with ``add(subcommands)``, which declares their commands."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs a command; returns its exit status: 0 done, 1 a negative answer, 4 a mistake."""
    try:
        options = command_parser().parse_args(arguments)
    except SystemExit as end:  # argparse's own status for a mistake is 2
        return 4 if end.code else 0
    try:
        status: int = options.run(options)
    except MISTAKES as error:
        sys.stderr.write(f"symbench: {error}\n")
        return 4
    except BrokenPipeError:
        return 0
    return status


def command_parser() -> argparse.ArgumentParser:
    """All commands, those of other packages too; each sets ``run``."""
    parser = argparse.ArgumentParser(
        prog="symbench", description="SymBench and CodeSteer outside a test run"
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for part in PARTS:
        part.add(commands)
    for entry in entry_points(group="symbench.plugins"):
        # A package that joins runs may bring commands too; not every one does.
        declare = getattr(entry.load(), "symbench_commands", None)
        if declare:
            declare(commands)
    for entry in entry_points(group="symbench.commands"):  # modules of other packages, as above
        entry.load().add(commands)
    return parser
