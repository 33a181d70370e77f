"""``symbench tasks``, ``show`` and ``verify``: the benchmark, one instance, one answer."""

from __future__ import annotations

import argparse
import sys
from typing import Any

from pytest_symbench.tasks import get, judge, make, select
from pytest_symbench.tasks.instance import Level

LISTED = 6
"""Values of a knob that fit into a table."""


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declares the three commands."""
    tasks = commands.add_parser("tasks", help="list the tasks and what each level sets")
    tasks.add_argument("selection", nargs="?", default="all", help="as --tasks takes it")
    tasks.set_defaults(run=_tasks)
    show = commands.add_parser("show", help="print one instance as a model sees it")
    _identity(show)
    show.add_argument("--answer", action="store_true", help="also the solver's answer and verdict")
    show.set_defaults(run=_show)
    verify = commands.add_parser("verify", help="judge an answer to one instance")
    _identity(verify)
    verify.add_argument("text", metavar="ANSWER", help="with <<<...>>> or without; - reads it")
    verify.set_defaults(run=_verify)


def _identity(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("task", metavar="TASK")
    parser.add_argument("--level", default="1", help="a number, or a paper setting's name")
    parser.add_argument("--seed", type=int, default=0)


def _tasks(options: argparse.Namespace) -> int:
    from rich import box
    from rich.console import Console
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for column in ("task", "split", "family", "level 1", "level 3", "level 5", "level 10", "paper"):
        table.add_column(column, overflow="fold")
    for name in select(options.selection.split(",")):
        task = get(name)
        levels = [_short(task.params(level)) for level in (1, 3, 5, 10)]
        paper = str(len(task.paper_settings))
        table.add_row(name, task.split, task.family, *levels, paper)
    console = Console(width=None if sys.stdout.isatty() else 200)
    console.print(table)
    return 0


def _show(options: argparse.Namespace) -> int:
    instance = make(get(options.task), _level(options.level), options.seed)
    sys.stdout.write(instance.question + "\n")
    if options.answer:
        answer = instance.task.solve(instance.data)
        verdict = judge(instance.task, instance.data, f"<<<{answer}>>>")
        sys.stdout.write(f"\n<<<{answer}>>>\n{verdict.kind}: {verdict.reason}\n")
    return 0


def _verify(options: argparse.Namespace) -> int:
    instance = make(get(options.task), _level(options.level), options.seed)
    text = sys.stdin.read() if options.text == "-" else options.text
    verdict = judge(instance.task, instance.data, text)
    sys.stdout.write(f"{verdict.kind.replace('_', ' ')}: {verdict.reason}\n")
    return 0 if verdict.correct else 1


def _level(text: str) -> Level:
    return int(text) if text.isascii() and text.isdecimal() else text


def _short(params: Any) -> str:
    return ", ".join(f"{name} {_brief(value)}" for name, value in params.items())


def _brief(value: Any) -> str:
    many = isinstance(value, list) and len(value) > LISTED
    return f"({len(value)} values)" if many else str(value)
