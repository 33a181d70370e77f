"""The report as Markdown: for pull requests and step summaries. Model output in it is only text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from symbench_reports.harmless import markdown as safe
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
)

Data = Mapping[str, Any]

SIGNS = {"pass": "✅", "fail": "❌", "undecided": "❔", "incomplete": "⏸️", "recorded": "📌"}

CUT = "\n\n*Cut here: the report would be too long. The HTML report has all of it.*\n"


def report(data: Data, most: int | None = None) -> str:
    """The whole report, in at most so many bytes: what matters less is left out first."""
    parts = [*_head(data), *_lift(data), *_failures(data), *_tasks(data), *_foot(data)]
    if most is None:
        return "\n".join(parts) + "\n"
    shown, used = "", len(CUT.encode())
    for part in parts:
        size = len(part.encode()) + 1
        if used + size > most:
            return shown + CUT if used <= most else ""
        shown += part + "\n"
        used += size
    return shown


def _head(data: Data) -> Iterator[str]:
    verdict = data["verdict"]
    if verdict:
        words = gate_words()
        yield f"## {SIGNS.get(verdict['state'], '')} symbench: {words[verdict['state']]}\n"
        order = list(words)
        findings = sorted(verdict["findings"], key=lambda found: order.index(found["state"]))
        bad = [found for found in findings if found["state"] != "pass"]
        yield f"Policy {safe(verdict['policy'])}, exit status {verdict['status']}; "
        yield f"{len(findings) - len(bad)} of {len(findings)} rules hold.\n"
        if bad:
            rows = [
                [words[f["state"]].lower(), safe(f["scope"]),
                 safe(f["text"], 300) + (f"; about {f['needed']} instances would decide" if f.get("needed") else "")]
                for f in bad
            ]  # fmt: skip
            yield _table(["verdict", "scope", "why"], rows)
    else:
        yield "## symbench\n"
    rows = []
    for series in data["series"]:
        splits, total = series["splits"], series["total"]
        rows.append(
            [
                safe(series["model"]),
                safe(series["method"]),
                *(_rate(splits.get(name)) for name in ("seen", "unseen")),
                f"**{_rate(total)}**",
                outcome_letters(total["outcomes"], data["outcomes"]),
                count(total["input_tokens"] + total["output_tokens"]),
                dollars(total["cost"]),
            ]
        )
    heads = ["model", "method", "seen", "unseen", "total", "not right", "tokens", "cost"]
    yield _table(heads, rows)


def _lift(data: Data) -> Iterator[str]:
    labels = [safe(series["label"]) for series in data["series"]]
    for found in data["comparisons"]:
        yield (
            f"- **{labels[found['other']]}** against {labels[found['base']]}: "
            f"**{points(found['difference'])}** ({points(found['low'])} to {points(found['high'])}), "
            f"{found['gained']} gained, {found['lost']} lost of {found['pairs']} pairs"
            f"{probability(found['p']).replace('<', '&lt;')}; {found['price']['text']}"
            + (f"; **harm**: {', '.join(map(safe, found['harm']))}" if found["harm"] else "")
        )
    if data["comparisons"]:
        yield ""
    for found in data["comparisons"]:
        if len(found["tasks"]) > 1:
            title = f"{labels[found['other']]} against {labels[found['base']]}"
            yield f"<details><summary>Tasks: {title}</summary>\n"
            rows = [
                [
                    safe(task["task"]),
                    f"{points(task['difference'])} ({points(task['low'])} to {points(task['high'])})",
                    *(str(task[name]) for name in ("gained", "lost", "pairs")),
                ]
                for task in found["tasks"]
            ]
            yield _table(["task", "lift (95 %)", "gained", "lost", "pairs"], rows)
            yield "</details>\n"


def _failures(data: Data) -> Iterator[str]:
    found = data["extremes"]["smallest_failures"][:10]
    if found:
        rows = [
            [safe(instance(entry)), safe(entry["method"]), entry["outcome"].replace("_", " "),
             safe(entry["reason"])]
            for entry in found
        ]  # fmt: skip
        yield "### Smallest failing instances\n"
        yield _table(["instance", "method", "outcome", "why"], rows)


def _tasks(data: Data) -> Iterator[str]:
    reference = data["reference"]
    for series in data["series"]:
        yield f"<details><summary>Tasks: {safe(series['label'])}</summary>\n"
        several = any(len(task["levels"]) > 1 for task in series["tasks"])
        heads = ["task", "right", "95 %", *(["frontier"] if several else [])]
        heads += [safe(name) for name in (reference["columns"] if reference else [])]
        heads += ["not right", "tokens", "cost"]
        rows = []
        for task in series["tasks"]:
            row = [safe(task["task"]), f"{task['right']}/{task['n']}", interval(task)]
            if several:
                row.append(safe(task["frontier"]["text"]) if task["frontier"] else "")
            if reference:
                known = reference["tasks"].get(task["task"])
                row += [percent(v) for v in known] if known else [""] * len(reference["columns"])
            row += [outcome_letters(task["outcomes"], data["outcomes"]),
                    count(task["input_tokens"] + task["output_tokens"]), dollars(task["cost"])]  # fmt: skip
            rows.append(row)
        yield _table(heads, rows)
        yield "</details>\n"


def _foot(data: Data) -> Iterator[str]:
    facts = data["facts"]
    letters = ", ".join(
        f"{letter} {name.replace('_', ' ')}"
        for name, letter in data["outcomes"].items()
        if name != "correct"
    )
    yield f"{facts['episodes']} episodes. Not right: {letters}."
    if facts["stopped"]:
        yield f"**Incomplete**: {safe(facts['stopped'], 400)}"
    if facts["missing"]:
        yield f"{facts['missing']} items ended without an episode."
    if data["reference"]:
        yield data["reference"]["remark"]
    for note in data["notes"]:
        yield f"- {safe(note, 400)}"


def _rate(found: Data | None) -> str:
    return f"{percent(found['rate'])} ({interval(found)})" if found and found["n"] else "-"


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [f"| {' | '.join(heads)} |", f"|{' --- |' * len(heads)}"]
    lines += [f"| {' | '.join(row)} |" for row in rows]
    return "\n".join(lines) + "\n"
