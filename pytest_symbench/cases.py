"""A case: what one test item asks. Cheap to make by the ten thousand; its instance comes later."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from pytest_symbench.tasks import instance_id, registry
from pytest_symbench.tasks.instance import Level


class Case(NamedTuple):
    """One attempt of one method at one instance."""

    task: str
    level: Level
    seed: int
    method: str
    attempt: int = 0

    @property
    def instance(self) -> str:
        return instance_id(self.task, self.level, self.seed)

    @property
    def id(self) -> str:
        """Identity in ledgers. The task's version belongs to it: another version, another case."""
        version = registry.get(self.task).version
        return f"{self.instance}/v{version}/{self.method}/a{self.attempt}"


class Search(NamedTuple):
    """What an item of the frontier's suite looks for: where a method breaks on a task."""

    task: str
    method: str

    @property
    def id(self) -> str:
        return f"{self.task}-{self.method}"


def searches(tasks: Sequence[str], methods: Sequence[str]) -> dict[str, Search]:
    """Name in an item's id -> what it looks for, in the order of the items."""
    found = [Search(task, method) for task in tasks for method in methods]
    return {search.id if len(methods) > 1 else search.task: search for search in found}


def expand(
    tasks: Sequence[str],
    levels: Sequence[Level],
    seeds: Iterable[int],
    methods: Sequence[str],
    attempts: int,
) -> list[Case]:
    """All cases of a selection: task by task, level by level. ``"paper"`` is each task's own."""
    cases = []
    for task in tasks:
        for level in _levels(task, levels):
            for seed in seeds:
                for method in methods:
                    for attempt in range(attempts):
                        cases.append(Case(task, level, seed, method, attempt))
    return cases


def case_id(case: Case, *, several_methods: bool, several_attempts: bool) -> str:
    """The id in a test's name: the instance, and what else tells two cases apart."""
    parts = [case.instance]
    if several_methods:
        parts.append(case.method)
    if several_attempts:
        parts.append(f"a{case.attempt}")
    return "-".join(parts)


def parse_levels(text: str) -> list[Level]:
    """``1-3,5`` or ``paper`` or both.

    Raises:
        ValueError: in a sentence.
    """
    levels: list[Level] = []
    for part in filter(None, (part.strip() for part in text.split(","))):
        if part == "paper":
            levels.append(part)
            continue
        first, dash, last = part.partition("-")
        if not first.isdecimal() or (dash and not last.isdecimal()):
            raise ValueError(f"{part!r} is not a level: give numbers such as 1-3,5, or paper")
        low, high = int(first), int(last or first)
        if low < 1:
            raise ValueError("level 0 does not exist: levels begin at 1")
        if high < low or high - low > 10_000:
            raise ValueError(f"{part!r} is not a range of levels: give it as LOW-HIGH")
        levels.extend(range(low, high + 1))
    if not levels:
        raise ValueError("no level is given: give numbers such as 1-3,5, or paper")
    return list(dict.fromkeys(levels))


def _levels(task: str, levels: Sequence[Level]) -> list[Level]:
    chosen: list[Level] = []
    for level in levels:
        chosen.extend(registry.get(task).paper_settings if level == "paper" else [level])
    return chosen
