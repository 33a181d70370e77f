"""``symbench steerer``: the published prompts for its weights, and how far checkers can be believed."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from codesteer.steerers.published import PromptsNotFound, import_prompts, save_prompts
from pytest_symbench.calibration import Evidence, evidence
from pytest_symbench.cli.mistakes import Mistake

COLUMNS = (
    "task", "answers", "unknown", "says right: precision", "recall", "says wrong: precision",
    "recall", "programs", "solved", "AUC", "AUC published",
)  # fmt: skip
EXPLAINED = (
    "answers: judged by the self-answer checker; precision: of those called so, the share that "
    "is; recall: of those that are, the share called so. AUC: how often a program that solves its "
    "instance scores above one that does not, by our symbolic checker and by the published score."
)


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declares the two commands."""
    steerer = commands.add_parser("steerer", help="set up and calibrate what guides a model")
    parts = steerer.add_subparsers(required=True, metavar="WHAT")
    texts = parts.add_parser(
        "import-prompts", help="read the published weights' prompts from a checkout of their code"
    )
    texts.add_argument("folder", type=Path, metavar="PATH", help="the checkout; nothing in it runs")
    texts.add_argument(
        "--name", action="append", default=[], metavar="ROLE=VARIABLE",
        help="the variable that holds a text which is not found by itself",
    )  # fmt: skip
    texts.set_defaults(run=_import)
    calibrate = parts.add_parser(
        "calibrate", help="the checkers' precision, recall and AUC against the verifiers"
    )
    calibrate.add_argument("ledgers", nargs="+", type=Path, metavar="LEDGER")
    calibrate.set_defaults(run=_calibrate)


def _import(options: argparse.Namespace) -> int:
    names = dict(_named(text) for text in options.name)
    try:
        prompts = import_prompts(options.folder, names=names)
    except PromptsNotFound as error:
        raise Mistake(str(error)) from None
    try:
        file = save_prompts(prompts)
    except OSError as error:
        raise Mistake(
            f"the texts cannot be kept in {error.filename} ({error.strerror}); set "
            "SYMBENCH_STEERER_PROMPTS to a file that can be written"
        ) from None
    sys.stdout.write(f"{len(prompts)} texts read ({', '.join(prompts)}), kept in {file}\n")
    return 0


def _named(text: str) -> tuple[str, str]:
    role, equals, variable = text.partition("=")
    if not (role and equals and variable):
        raise Mistake(f"--name takes ROLE=VARIABLE, e.g. code=CODE_PROMPT; this is {text!r}")
    return role, variable


def _calibrate(options: argparse.Namespace) -> int:
    from rich import box
    from rich.console import Console
    from rich.table import Table

    found = evidence(options.ledgers)
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for column in COLUMNS:
        table.add_column(column, justify="left" if column == "task" else "right")
    for of_task in found:
        if of_task is found[-1]:
            table.add_section()
        table.add_row(*cells(of_task))
    console = Console(width=None if sys.stdout.isatty() else 160, highlight=False, markup=False)
    console.print(table)
    console.print(EXPLAINED)
    if found[-1].left_out:
        console.print(
            f"{found[-1].left_out} episodes were left out: their instances are published ones, or "
            "of a task or version that is not here."
        )
    return 0


def cells(found: Evidence) -> list[str]:
    """A row of the table, as `COLUMNS` heads it."""
    said = found.reliability()
    shares = (said.precision, said.recall, said.precision_wrong, said.recall_wrong)
    return [
        found.task, str(said.answers), str(said.unknown), *(_share(share) for share in shares),
        str(len(found.programs)), str(found.solved()), *(_share(value) for value in found.aucs()),
    ]  # fmt: skip


def _share(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f}"
