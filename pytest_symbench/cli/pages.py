"""``symbench pages DIR``: the documentation page of every task, made from its code."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from pytest_symbench.tasks import LevelError, Task, judge, make, registry

SHOWN = (1, 2, 3, 4, 5, 10)
"""Levels in a page's table."""


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declares the command."""
    parser = commands.add_parser("pages", help="write a documentation page for each task")
    parser.add_argument("folder", type=Path)
    parser.set_defaults(run=_pages)


def _pages(options: argparse.Namespace) -> int:
    options.folder.mkdir(parents=True, exist_ok=True)
    for name, text in pages().items():
        (options.folder / name).write_text(text, encoding="utf-8")
    sys.stdout.write(f"{len(pages())} pages in {options.folder}\n")
    return 0


def pages() -> dict[str, str]:
    """File name -> Markdown, for every task and an index."""
    tasks = [registry.get(name) for name in registry.MODULES]
    texts = {f"{task.name}.md": page(task) for task in tasks}
    return {"index.md": index(tasks), **texts}


def index(tasks: list[Task]) -> str:
    """The list of all tasks."""
    lines = ["# The 37 tasks", "", "| task | split | family | what is asked |", "|---|---|---|---|"]
    lines += [
        f"| [{task.title}]({task.name}.md) `{task.name}` | {task.split} | {task.family} | "
        f"{_cell(task.idea)} |"
        for task in tasks
    ]
    return "\n".join(lines) + "\n"


def page(task: Task) -> str:
    """One task: idea, knobs, levels, an example, what is accepted, what was wrong."""
    instance = make(task, 1, 0)
    answer = task.solve(instance.data)
    verdict = judge(task, instance.data, f"<<<{answer}>>>")
    settings = ", ".join(f"`{name}`" for name in task.paper_settings)
    parts = [
        f"# {task.title}",
        f"`{task.name}`, version {task.version}, {task.split}, family {task.family}.",
        task.idea,
        "## Levels",
        f"{task.knobs} The measure that grows is: {task.size_name}.",
        _levels(task),
        f"The paper's settings by name (`--levels paper`, or `symbench show {task.name} --level "
        f"NAME`): {settings}.",
        "## Example",
        f"`symbench show {task.name} --level 1 --seed 0 --answer`",
        _fenced(instance.question),
        f"Answer, and why it is right ({verdict.reason}):",
        _fenced(f"<<<{answer}>>>"),
        "## What is accepted",
        task.acceptance,
        "## What was wrong in the published version",
        task.published_defects,
    ]
    return "\n\n".join(parts) + "\n"


def _levels(task: Task) -> str:
    lines = [f"| level | parameters | {task.size_name} |", "|---|---|---|"]
    for level in SHOWN:
        try:
            params = task.params(level)
        except LevelError:
            continue
        shown = ", ".join(f"{name} {value}" for name, value in params.items())
        lines.append(f"| {level} | {_cell(shown)} | {task.size(params):g} |")
    return "\n".join(lines)


def _fenced(text: str) -> str:
    return f"~~~text\n{text}\n~~~"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
