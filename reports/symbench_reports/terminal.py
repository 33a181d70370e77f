"""The final report on the terminal: tasks, levels, splits, and where the ledger is."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from rich.table import Table
from rich.text import Text

from pytest_symbench.ledger import Row
from pytest_symbench.outcome import LETTERS, OUTCOMES
from pytest_symbench.run import Summary
from pytest_symbench.stats import wilson
from pytest_symbench.tasks import registry

BAR = 12
"""Cells of a bar."""


def report(summary: Summary) -> Iterator[Any]:
    """Renderables of the report, in order."""
    chosen = summary.configuration
    for method in chosen.methods:
        rows = [row for row in summary.rows if row.method == method]
        if rows:
            yield Text()
            yield _table(rows, f"{chosen.model}, method {method}")
    yield Text()
    yield from _facts(summary)


def _table(rows: list[Row], title: str) -> Table:
    levels = sorted({row.level for row in rows}, key=_level_key)
    table = Table(title=title, title_justify="left", title_style="bold", box=None, pad_edge=False)
    table.add_column("task", no_wrap=True)
    table.add_column("right", justify="right")
    table.add_column("", no_wrap=True)
    table.add_column("95 %", justify="right", no_wrap=True)
    if len(levels) > 1:
        for level in levels:
            table.add_column(f"L{level}" if level.isdecimal() else level, justify="right")
    table.add_column("outcomes", no_wrap=True)
    table.add_column("calls", justify="right")
    table.add_column("tokens", justify="right")
    table.add_column("s", justify="right")
    by_task: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        by_task[row.task].append(row)
    for task in sorted(by_task, key=registry.names().index):
        table.add_row(*_cells(task, by_task[task], levels))
    table.add_section()
    for split in ("seen", "unseen"):
        members = [row for row in rows if registry.split(row.task) == split]
        if members:
            table.add_row(*_cells(split, members, levels), style="bold")
    table.add_row(*_cells("total", rows, levels), style="bold")
    return table


def _cells(name: str, rows: list[Row], levels: list[str]) -> list[Text | str]:
    """One line of the table. Infrastructure is no answer of the model: it is not counted."""
    counted = [row for row in rows if row.outcome != "infrastructure"]
    rights = sum(row.outcome == "correct" for row in counted)
    low, high = wilson(rights, len(counted))
    rate = rights / len(counted) if counted else 0.0
    cells: list[Text | str] = [
        name,
        f"{rights}/{len(counted)}",
        _bar(rate) if counted else Text("-"),
        f"{100 * low:.0f}-{100 * high:.0f}",
    ]
    if len(levels) > 1:
        cells += [_share(row for row in counted if row.level == level) for level in levels]
    cells += [
        _outcomes(rows),
        str(sum(row.calls for row in rows)),
        f"{sum(row.input_tokens + row.output_tokens for row in rows):,}",
        f"{sum(row.seconds for row in rows):.1f}",
    ]
    return cells


def _share(rows: Iterable[Row]) -> str:
    outcomes = [row.outcome == "correct" for row in rows]
    return f"{sum(outcomes)}/{len(outcomes)}" if outcomes else "-"


def _bar(rate: float) -> Text:
    filled = round(rate * BAR)
    colour = "green" if rate >= 2 / 3 else "yellow" if rate >= 1 / 3 else "red"
    return Text("█" * filled, style=colour) + Text("░" * (BAR - filled), style="dim")


def _outcomes(rows: list[Row]) -> Text:
    counts = Counter(row.outcome for row in rows)
    text = Text()
    for outcome in OUTCOMES[1:]:
        if counts[outcome]:
            text.append(
                f"{counts[outcome]}{LETTERS[outcome]} ",
                style="red" if outcome == "wrong" else "yellow",
            )
    return text


def _facts(summary: Summary) -> Iterator[Text]:
    rows = summary.rows
    counts = Counter(row.outcome for row in rows)
    legend = ", ".join(
        f"{LETTERS[outcome]} {outcome.replace('_', ' ')} {counts[outcome]}"
        for outcome in OUTCOMES[1:]
        if counts[outcome]
    )
    if legend:
        yield Text(f"outcomes: {legend}")
    if counts["infrastructure"]:
        yield Text(
            f"{counts['infrastructure']} episodes failed for infrastructure; they count neither "
            "for nor against the model. The same command asks them again.",
            style="yellow",
        )
    if summary.stopped:
        yield Text(f"incomplete: {summary.stopped}", style="bold yellow")
    if summary.missing:
        yield Text(f"{summary.missing} items ended without an episode.", style="yellow")
    if summary.replayed:
        yield Text(
            f"{summary.replayed} of {len(rows)} episodes came from the ledger; "
            "--symbench-refresh asks them again."
        )
    if summary.sandbox:
        yield Text(f"model-written code ran in sandbox: {summary.sandbox}")
    yield Text(f"{len(rows)} episodes in {summary.seconds:.1f} s")
    yield Text(f"ledger: {summary.configuration.ledger}")


def _level_key(level: str) -> tuple[int, int, str]:
    return (0, int(level), "") if level.isdecimal() else (1, 0, level)
