"""What only transcripts tell: how good the checkers are, and who used the tokens and the time."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pytest_symbench.ledger import Row
from pytest_symbench.stats import wilson
from symbench_reports.reading import Run, records

BINS = 5
"""Of the symbolic checker's score."""


def inside(runs: Sequence[Run], data: Mapping[str, Any]) -> dict[str, Any]:
    """The sums over all transcripts of the series in a report's data."""
    shown = {(entry["run"], entry["method"]) for entry in data["series"]}
    found = Inside()
    for number, run in enumerate(runs):
        for row, record in records(run, run.rows):
            if (number, row.method) in shown:
                found.add(row, record)
    return found.data()


class Inside:
    """Adds up transcripts, one after the other."""

    def __init__(self) -> None:
        self._self: Counter[tuple[str, bool]] = Counter()
        self._scores: defaultdict[int, list[bool]] = defaultdict(list)
        self._parts: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self._turns: Counter[int] = Counter()
        self._ends: Counter[tuple[str, bool]] = Counter()
        self._code: Counter[str] = Counter()
        self._unread = 0

    def add(self, row: Row, record: Mapping[str, Any] | None) -> None:
        """Counts one episode."""
        if record is None:
            self._unread += 1
            return
        try:
            self._add(row, record)
        except (KeyError, TypeError, ValueError, AttributeError):
            self._unread += 1  # an event of a version that is not known here

    def _add(self, row: Row, record: Mapping[str, Any]) -> None:
        right = row.outcome == "correct"
        last: dict[str, Mapping[str, Any]] = {}
        turns = 0
        for event in record["events"]:
            kind = event["kind"]
            if kind == "check":
                last[event["checker"]] = event
            elif kind == "call":
                part, usage = self._parts[event["part"]], event["usage"]
                part["calls"] += 1
                part["input"] += usage["input"]
                part["output"] += usage["output"]
                part["reasoning"] += usage.get("reasoning", 0)
                part["retries"] += event.get("retries", 0)
                part["milliseconds"] += round(1000 * event["seconds"])
                turns += event["part"] == "task"
            elif kind == "run":
                self._code[event["execution"]["outcome"]] += 1
            elif kind == "guidance":
                last["end"] = event
        self._turns[turns] += 1
        if row.outcome == "infrastructure":
            return
        if "self" in last:
            self._self[last["self"]["verdict"], right] += 1
        if "symbolic" in last and last["symbolic"].get("score") is not None:
            score = min(1.0, max(0.0, float(last["symbolic"]["score"])))
            self._scores[min(BINS - 1, int(score * BINS))].append(right)
        if "end" in last:
            self._ends[last["end"]["action"], right] += 1

    def data(self) -> dict[str, Any]:
        """The sums, JSON-able."""
        return {
            "self": _table(self._self, ("correct", "incorrect", "unknown")),
            "symbolic": [
                {"from": number / BINS, "to": (number + 1) / BINS, **_rate(self._scores[number])}
                for number in range(BINS)
                if self._scores[number]
            ],
            "ends": _table(self._ends, ("finish", "give_up")),
            "turns": {str(turns): count for turns, count in sorted(self._turns.items())},
            "code": dict(self._code),
            "parts": {
                name: {**counts, "seconds": counts["milliseconds"] / 1000}
                for name, counts in self._parts.items()
            },
            "unread": self._unread,
        }


def _table(counts: Mapping[tuple[str, bool], int], names: Iterable[str]) -> list[dict[str, Any]]:
    found = []
    for name in dict.fromkeys([*names, *(name for name, _ in counts)]):
        right, wrong = counts.get((name, True), 0), counts.get((name, False), 0)
        if right + wrong:
            found.append({"verdict": name, **_rate([True] * right + [False] * wrong)})
    return found


def _rate(outcomes: list[bool]) -> dict[str, Any]:
    low, high = wilson(sum(outcomes), len(outcomes))
    return {"n": len(outcomes), "right": sum(outcomes), "rate": sum(outcomes) / len(outcomes),
            "low": low, "high": high}  # fmt: skip
