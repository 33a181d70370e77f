"""The HTML report: one file that needs no network and runs nothing but its own code."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any, NamedTuple

from pytest_symbench.ledger import Row
from symbench_reports.harmless import line
from symbench_reports.inside import inside
from symbench_reports.reading import Records, Run
from symbench_reports.scores import cost
from symbench_reports.transcripts import chunked, entries, fitting, packed

ROOM = 26_000_000
"""Characters for transcripts: the file stays below 30 MB."""

SAMPLE = 200
"""Episodes by which the length of texts is chosen."""

SCRIPTS = (
    "dom", "words", "data", "charts", "pictures", "code", "overview", "complexity", "comparison",
    "checkers", "costs", "episodes", "transcript", "about", "main",
)  # fmt: skip
"""Files of `html/`, in the order in which they are embedded as one script."""

PLOT_STYLES = (
    ":where(.plot) {\n  --plot-background: white;\n  display: block;\n  height: auto;\n"
    "  height: intrinsic;\n  max-width: 100%;\n}\n:where(.plot text),\n:where(.plot tspan) {\n"
    "  white-space: pre;\n}",
)
"""What the charting library puts into each chart: allowed by digest, so nothing else is."""


class Member(NamedTuple):
    """An episode with where it belongs."""

    series: int
    run: Run
    row: Row


def write(path: Path, data: dict[str, Any], runs: Sequence[Run], room: int = ROOM) -> None:
    """Writes the report; the old file stays whole until the new one is."""
    draft = path.with_name(path.name + ".tmp")
    path.parent.mkdir(parents=True, exist_ok=True)
    draft.write_text(page(data, runs, room), encoding="utf-8")
    draft.replace(path)


def page(data: dict[str, Any], runs: Sequence[Run], room: int = ROOM) -> str:
    """The report's text."""
    members = _members(data, runs)
    limit = fitting(_stored(members[:: max(1, len(members) // SAMPLE)]), len(members), room)
    found = chunked(entries(_stored(members), limit), room)
    body = {
        "data": {"inside": inside(runs, data), **data},
        "episodes": _columns(data, members, found.places),
        "transcripts": {"limit": limit, "left_out": found.left_out},
    }
    return _filled(packed(body), found.chunks, _title(data))


def _stored(members: Sequence[Member]) -> Iterator[tuple[Row, dict[str, Any] | None]]:
    """The members with their transcripts, one after the other: they need not fit into memory."""
    with Records() as stored:
        for member in members:
            yield member.row, stored.of(member.run, member.row)


def _members(data: dict[str, Any], runs: Sequence[Run]) -> list[Member]:
    """The episodes that count, those of one instance side by side."""
    series = {(entry["run"], entry["method"]): entry["id"] for entry in data["series"]}
    newest: dict[tuple[int, str, str], int] = {}
    for number, run in enumerate(runs):
        for row in run.rows:
            key = (number, row.method, row.task)
            newest[key] = max(row.version, newest.get(key, row.version))
    members = [
        Member(series[number, row.method], run, row)
        for number, run in enumerate(runs)
        for row in run.rows
        if (number, row.method) in series and newest[number, row.method, row.task] == row.version
    ]
    tasks = {name: position for position, name in enumerate(data["tasks"])}
    levels = {name: position for position, name in enumerate(data["levels"])}
    members.sort(
        key=lambda m: (tasks[m.row.task], levels[m.row.level], m.row.seed, m.row.attempt, m.series)
    )
    return members


def _columns(
    data: dict[str, Any], members: Sequence[Member], places: Sequence[tuple[int, int] | None]
) -> dict[str, list[Any]]:
    """The episodes column by column: far smaller than row by row."""
    tasks = {name: position for position, name in enumerate(data["tasks"])}
    levels = {name: position for position, name in enumerate(data["levels"])}
    outcomes = {name: position for position, name in enumerate(data["outcomes"])}
    rows = [member.row for member in members]
    models = [entry["model"] for entry in data["series"]]
    costs = [cost([member.row], models[member.series]) for member in members]
    return {
        "series": [member.series for member in members],
        "task": [tasks[row.task] for row in rows],
        "level": [levels[row.level] for row in rows],
        "seed": [row.seed for row in rows],
        "attempt": [row.attempt for row in rows],
        "id": [row.id for row in rows],
        "outcome": [outcomes[row.outcome] for row in rows],
        "reason": [line(row.reason, 200) for row in rows],
        "answer": [line(row.answer, 120) for row in rows],
        "calls": [row.calls for row in rows],
        "tokens": [row.input_tokens + row.output_tokens for row in rows],
        "seconds": [round(row.seconds, 2) for row in rows],
        "cost": [None if amount is None else round(amount, 6) for amount in costs],
        "digest": [row.digest for row in rows],
        "place": [list(place) if place else None for place in places],
    }


def _filled(body: str, chunks: Sequence[str], title: str) -> str:
    folder = files("symbench_reports")
    template = folder.joinpath("html/report.html").read_text(encoding="utf-8")
    style = folder.joinpath("html/report.css").read_text(encoding="utf-8")
    own = [folder.joinpath(f"html/{name}.js").read_text(encoding="utf-8") for name in SCRIPTS]
    scripts = [
        folder.joinpath(f"vendor/{name}.min.js").read_text(encoding="utf-8")
        for name in ("d3", "plot")
    ]
    scripts.append('"use strict";\n(() => {\n' + "\n".join(own) + "\n})();")
    scripts = [re.sub("</(script)", r"<\\/\1", script, flags=re.IGNORECASE) for script in scripts]
    blocks = [f'<script type="application/octet-stream" id="report">{body}</script>']
    blocks += [
        f'<script type="application/octet-stream" id="chunk{number}">{chunk}</script>'
        for number, chunk in enumerate(chunks)
    ]
    parts = {
        "POLICY": _policy(scripts, style),
        "TITLE": title,
        "STYLE": f"<style>{style}</style>",
        "DATA": "\n".join(blocks),
        "SCRIPTS": "\n".join(f"<script>{script}</script>" for script in scripts),
    }
    return re.sub(r"<!--([A-Z]+)-->", lambda match: parts[match[1]], template)


def _policy(scripts: Sequence[str], style: str) -> str:
    """What the page may do: run these scripts, use these styles, and nothing else."""
    script_digests = " ".join(map(_digest, scripts))
    style_digests = " ".join(map(_digest, [style, *PLOT_STYLES]))
    return (
        f"default-src 'none'; script-src {script_digests}; style-src {style_digests}; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )


def _digest(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _title(data: dict[str, Any]) -> str:
    models = ", ".join(dict.fromkeys(line(run["model"], 60) for run in data["runs"]))
    return models.replace("&", "&amp;").replace("<", "&lt;") + " · symbench"
