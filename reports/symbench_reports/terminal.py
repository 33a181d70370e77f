"""The final report on the terminal: the verdict first, then scores, tasks, lift, extremes, files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rich.table import Table
from rich.text import Text

from symbench_reports.harmless import line, visible
from symbench_reports.words import (
    count,
    dollars,
    gate_words,
    instance,
    interval,
    outcome_letters,
    percent,
    points,
    probability,
    seconds,
)

Data = Mapping[str, Any]

COLOURS = {"pass": "green", "fail": "red", "undecided": "yellow", "incomplete": "yellow"}

BLOCKS = "▁▂▃▄▅▆▇█"


def report(data: Data, width: int) -> Iterator[Text | Table | str]:
    """The report in order, for a terminal so many columns wide; a plain text is never wrapped."""
    if data["verdict"]:
        yield Text()
        yield from _verdict(data["verdict"])
    for series in data["series"]:
        yield Text()
        yield Text(f"{series['model']}, method {series['method']}", style="bold")
        yield _splits(series, width)
        yield Text()
        yield _tasks(series, data, width)
    if data["comparisons"]:
        yield Text()
        yield from _lift(data)
    yield Text()
    yield from _facts(data)
    yield from _extremes(data, width)
    yield from _files(data)


def _verdict(data: Data) -> Iterator[Text]:
    from pytest_symbench.gate.verdict import Verdict, lines

    colours = {str(gate_words()[state]).lower(): colour for state, colour in COLOURS.items()}
    first, *rest = lines(Verdict.from_json(data))
    # One line each, as `symbench compare` prints them.
    colour = COLOURS.get(data["state"], "yellow")
    yield Text(visible(first), style=f"bold {colour}", no_wrap=True)
    for told in rest:
        text = Text(visible(told), no_wrap=True)
        for word, its in colours.items():
            if told.startswith(f"  {word} "):
                text.stylize(its, 2, 2 + len(word))
        yield text


def _splits(series: Data, width: int) -> Table:
    table = Table(box=None, pad_edge=False, show_header=False)
    for column in ("split", "right", "rate", "bar", "interval"):
        table.add_column(column, justify="right" if column in ("right", "rate") else "left")
    entries = [*series["splits"].items(), ("total", series["total"])]
    if len(entries) == 2:  # one split is the total
        entries = [(f"total ({entries[0][0]})", series["total"])]
    for name, found in entries:
        table.add_row(
            name, f"{found['right']}/{found['n']}", percent(found["rate"]),
            _bar(found["rate"], 20 if width >= 100 else 12), f"95 % {interval(found)}",
            style="bold" if name.startswith("total") else "",
        )  # fmt: skip
    return table


def _tasks(series: Data, data: Data, width: int) -> Table:
    """The table of tasks. Narrow terminals get fewer columns; JSON and HTML have them all."""
    wide = width >= 104
    several = len({entry["level"] for task in series["tasks"] for entry in task["levels"]}) > 1
    reference = data["reference"]
    table = Table(box=None, pad_edge=False, padding=(0, 1 if wide else 0, 0, 0 if wide else 1))
    longest = max(len(task["task"]) for task in series["tasks"])
    table.add_column("task", no_wrap=True, width=min(longest, 34 if wide else 24))
    table.add_column("right", justify="right", no_wrap=True)
    table.add_column("", no_wrap=True, min_width=12 if wide else 6)
    table.add_column("95 %", justify="right", no_wrap=True, min_width=6)
    if several:
        table.add_column("frontier", justify="right", no_wrap=True)
        shown = min(24, len([level for level in data["levels"] if level.isdecimal()]))
        table.add_column("levels", no_wrap=True, min_width=shown)
    for name in reference["columns"] if reference else []:
        table.add_column(name, justify="right", width=9 if wide else 7)
    table.add_column("outcomes", no_wrap=True, overflow="ellipsis")
    if wide:
        table.add_column("tokens", justify="right", no_wrap=True)
        if series["total"]["cost"]:
            table.add_column("cost", justify="right", no_wrap=True)
        table.add_column("s", justify="right", no_wrap=True)
    for task in series["tasks"]:
        table.add_row(*_cells(task["task"], task, series, data, wide, several))
    return table


def _cells(
    name: str, found: Data, series: Data, data: Data, wide: bool, several: bool
) -> list[Text | str]:
    cells: list[Text | str] = [
        Text(name),
        f"{found['right']}/{found['n']}",
        _bar(found["rate"], 12 if wide else 6),
        interval(found, unit=False),
    ]
    if several:
        frontier = found.get("frontier")
        cells += [frontier["text"] if frontier else "", _spark(found.get("levels", ()), data)]
    if data["reference"]:
        figures = data["reference"]["tasks"].get(name, [])
        names = data["reference"]["columns"]
        cells += [f"{100 * value:.0f}" for value in figures] or [""] * len(names)
    cells.append(Text(outcome_letters(found["outcomes"], data["outcomes"]), style="yellow"))
    if wide:
        cells.append(count(found["input_tokens"] + found["output_tokens"]))
        if series["total"]["cost"]:
            cells.append(dollars(found["cost"]))
        cells.append(f"{found['seconds']:.1f}")
    return cells


def _bar(rate: float | None, cells: int) -> Text:
    if rate is None:
        return Text("-")
    filled = round(rate * cells)
    return Text("█" * filled, style=_colour(rate)) + Text("░" * (cells - filled), style="dim")


def _spark(levels: Sequence[Data], data: Data) -> Text:
    found = {entry["level"]: entry["rate"] for entry in levels}
    shown = [level for level in data["levels"] if level.isdecimal() or level in found]
    text = Text()
    for level in shown[:24]:
        rate = found.get(level)
        if rate is None:
            text.append("·", style="dim")
        else:
            text.append(BLOCKS[round(rate * (len(BLOCKS) - 1))], style=_colour(rate))
    return text


def _colour(rate: float) -> str:
    return "green" if rate >= 2 / 3 else "yellow" if rate >= 1 / 3 else "red"


def _lift(data: Data) -> Iterator[Text]:
    labels = [series["label"] for series in data["series"]]
    for found in data["comparisons"]:
        text = Text(f"{labels[found['other']]} against {labels[found['base']]}: ", style="bold")
        good = found["difference"] > 0
        text.append(points(found["difference"]), style="green" if good else "red")
        text.append(
            f" ({points(found['low'])} to {points(found['high'])}), {found['gained']} gained and "
            f"{found['lost']} lost of {found['pairs']} pairs{probability(found['p'])}",
            style="not bold",
        )
        yield text
        yield Text(f"  {found['price']['text']}")
        moved = [task for task in found["tasks"] if task["difference"]]
        moved.sort(key=lambda task: -abs(task["difference"]))
        if len(found["tasks"]) > 1 and moved:
            yield Text(
                "  most: "
                + ", ".join(f"{task['task']} {points(task['difference'])}" for task in moved[:5])
            )
        harmed = [task for task in found["tasks"] if task["task"] in found["harm"]]
        if harmed:
            said = ", ".join(
                f"{task['task']} {points(task['difference'])} ({points(task['low'])} to "
                f"{points(task['high'])})"
                for task in harmed
            )
            yield Text(f"  harm: {said}", style="red")


def _facts(data: Data) -> Iterator[Text]:
    facts, totals = data["facts"], [series["total"] for series in data["series"]]
    counts = {
        name: sum(total["outcomes"].get(name, 0) for total in totals) for name in data["outcomes"]
    }
    legend = ", ".join(
        f"{letter} {name.replace('_', ' ')} {counts[name]}"
        for name, letter in data["outcomes"].items()
        if counts[name] and name != "correct"
    )
    if legend:
        yield Text(f"outcomes: {legend}")
    if counts["infrastructure"]:
        yield Text(
            f"{counts['infrastructure']} episodes failed for infrastructure; they count neither "
            "for nor against the model. The same command asks them again.",
            style="yellow",
        )
    if facts["stopped"]:
        yield Text(f"incomplete: {line(facts['stopped'], 400)}", style="bold yellow")
    if facts["missing"]:
        yield Text(f"{facts['missing']} items ended without an episode.", style="yellow")
    if facts["replayed"]:
        yield Text(
            f"{facts['replayed']} of {facts['episodes']} episodes came from the ledger; "
            "--symbench-refresh asks them again."
        )
    if facts["sandbox"]:
        yield Text(f"model-written code ran in sandbox: {facts['sandbox']}")
    if data["reference"]:
        yield Text(data["reference"]["remark"])
    for note in data["notes"]:
        yield Text(f"note: {line(note, 400)}", style="yellow")


def _extremes(data: Data, width: int) -> Iterator[Text]:
    found, several = data["extremes"], len(data["series"]) > 1
    if found["smallest_failures"]:
        yield Text("smallest failing instances:", style="bold")
        for entry in found["smallest_failures"][:5]:
            start = f"  {instance(entry)}{' ' + entry['method'] if several else ''}  "
            told = f"{entry['outcome'].replace('_', ' ')}: {entry['reason']}"
            yield Text(start + line(told, max(20, width - len(start))), no_wrap=True)
    slow = [entry for entry in found["slowest"][:3] if entry["seconds"] >= 1]
    if slow:
        listed = ", ".join(f"{instance(entry)} {seconds(entry['seconds'])}" for entry in slow)
        yield Text(f"slowest: {listed}")
    if found["dearest"]:
        priced = any(series["total"]["cost"] for series in data["series"])
        listed = ", ".join(
            f"{instance(entry)} "
            + (dollars(entry["cost"]) if priced else f"{count(entry['tokens'])} tokens")
            for entry in found["dearest"][:3]
        )
        yield Text(f"dearest: {listed}")


def _files(data: Data) -> Iterator[Text | str]:
    facts = data["facts"]
    took = f" in {facts['seconds']:.1f} s" if facts["seconds"] is not None else ""
    spent = [series["total"]["cost"] for series in data["series"]]
    price = f", {dollars(sum(spent))} at list price" if all(spent) else ""
    yield Text(f"{facts['episodes']} episodes{took}{price}")
    for name, path in data["files"].items():
        yield f"{name}: {path}"
