"""Exchange systems: methods that turn units of some kinds into units of others until all stop."""

from __future__ import annotations

from collections.abc import Sequence
from operator import add
from random import Random
from typing import NamedTuple, TypedDict

from pytest_symbench.tasks.answers import Unreadable
from pytest_symbench.tasks.answers.lists import integers
from pytest_symbench.tasks.answers.numbers import shorten
from pytest_symbench.tasks.published import Record
from pytest_symbench.tasks.strings.schedules import Schedule
from pytest_symbench.tasks.task import LevelError, Params, Verdict, right, wrong

MAX_LAPS = 400
"""Laps that are walked through one by one at most; laps that repeat are skipped by arithmetic."""

PERIODS = 12  # a method that fires at every second or third lap makes a longer pattern repeat
TRIES = 50  # draws of a system, of which the first that keeps its methods busy is taken
HARDEST = 21  # a million units of a kind

MISREADINGS: dict[Schedule, str] = {
    "round_robin": "these are the counts if a method is carried out at most once at its turn",
    "exhaust": "these are the counts if a method is carried out as often as possible at its turn",
}


class Exchange(TypedDict):
    """One method: the units of each kind that one execution takes and gives.

    No kind is both taken and given.
    """

    take: list[int]
    give: list[int]


class Outcome(NamedTuple):
    """The final counts, and how often each method was carried out."""

    counts: list[int]
    executions: list[int]


class TooLong(ValueError):
    """The methods do not come to rest within the bound."""


def settle(start: Sequence[int], methods: Sequence[Exchange], schedule: Schedule) -> Outcome:
    """What is left when no method can be carried out (``round_robin`` or ``exhaust``).

    Raises:
        TooLong: after `MAX_LAPS` laps.
    """
    counts, totals = list(start), [0] * len(methods)
    laps: list[list[int]] = []
    for _ in range(MAX_LAPS):
        lap = []
        for method in methods:
            times = _affordable(counts, method)
            lap.append(min(times, 1) if schedule == "round_robin" else times)
            counts = _after(counts, method, lap[-1])
        if not any(lap):
            return Outcome(counts, totals)
        totals = list(map(add, totals, lap))
        laps.append(lap)
        for period in range(1, PERIODS + 1):
            pattern = laps[-period:]
            if pattern == laps[-2 * period : -period]:
                times = _repeats(counts, methods, pattern, schedule)
                change = [times * sum(column) for column in zip(*pattern, strict=True)]
                for method, executions in zip(methods, change, strict=True):
                    counts = _after(counts, method, executions)
                totals = list(map(add, totals, change))
                if times:
                    laps.clear()
                break
    raise TooLong(f"the methods do not come to rest within {MAX_LAPS} laps")


def counts_of(level: int) -> list[int]:
    """The fewest and the most units of a kind at the start, beyond the published settings."""
    most = int("125"[level % 3]) * 10 ** (level // 3 - 1)  # 20, 50, 100, 200 ... from level 7 on
    return [most // 2, most]


def within(task: str, level: int) -> int:
    """The level, if exchange systems are defined for it."""
    if level > HARDEST:
        raise LevelError(f"{task} is defined for levels 1 to {HARDEST}, not {level}")
    return level


def size(params: Params) -> float:
    return float(
        params["methods"] + params["raw"] + params["made"] + params["raw"] * params["counts"][1]
    )


def draw(rng: Random, params: Params, schedule: Schedule) -> tuple[list[int], list[Exchange]]:
    """Start counts and methods of a system that comes to rest.

    The ``raw`` kinds have units at the start, the ``made`` ones after them have none. Where a
    few dozen draws allow it, methods are carried out at least once (all of them, or half of them
    if each is exhausted at its turn), and it makes a difference which of the two holds.
    """
    other: Schedule = "exhaust" if schedule == "round_robin" else "round_robin"
    number = params["methods"]
    busy = number if schedule == "round_robin" else max(2, (number + 1) // 2)
    best = 0
    chosen: tuple[list[int], list[Exchange]] = ([], [])
    tries = 0
    while best <= 2 * busy and (tries < TRIES or not best):
        tries += 1
        methods = _system(rng, params["raw"], params["made"], number)
        start = [rng.randint(*params["counts"]) for _ in range(params["raw"])]
        start += [0] * params["made"]
        try:
            outcome = settle(start, methods, schedule)
            differs = settle(start, methods, other).counts != outcome.counts
        except TooLong:
            continue
        merit = 2 * min(busy, sum(map(bool, outcome.executions))) + differs
        if merit > best:
            best, chosen = merit, (start, methods)
    return chosen


def units(amounts: Sequence[int], kinds: Sequence[str]) -> str:
    """Amounts in words: ``2 x [B] and 1 x [C]``."""
    parts = [f"{amount} x {kind}" for amount, kind in zip(amounts, kinds, strict=True) if amount]
    return " and ".join(parts) if len(parts) < 3 else f"{', '.join(parts[:-1])} and {parts[-1]}"


def numbered(methods: Sequence[Exchange], kinds: Sequence[str], verb: str, link: str) -> str:
    """One line a method: ``Method 1: exchange 2 x B for 1 x X``."""
    return "\n".join(
        f"Method {number}: {verb} {units(method['take'], kinds)} {link} "
        f"{units(method['give'], kinds)}."
        for number, method in enumerate(methods, 1)
    )


def read(text: str, kinds: Sequence[str]) -> list[int]:
    """One count of each kind.

    Raises:
        Unreadable: not a list of integers, or not as many as there are kinds.
    """
    counts = integers(text)
    if len(counts) != len(kinds):
        raise Unreadable(f"expected {len(kinds)} counts, got {len(counts)}")
    return counts


def judge(
    answer: Sequence[int],
    kinds: Sequence[str],
    start: Sequence[int],
    methods: Sequence[Exchange],
    schedules: Sequence[Schedule],
) -> Verdict:
    """Are these the final counts under one of the schedules?"""
    finals = {schedule: settle(start, methods, schedule).counts for schedule in schedules}
    if list(answer) in finals.values():
        return right("the counts when no method can be carried out any more")
    for schedule, misreading in MISREADINGS.items():
        if schedule not in finals and list(answer) == settle(start, methods, schedule).counts:
            return wrong(misreading)
    for count, kind in zip(answer, kinds, strict=True):
        if count < 0:
            return wrong(f"the count of {kind} is negative")
    for number, method in enumerate(methods, 1):
        if _affordable(answer, method):
            return wrong(f"with these counts method {number} could still be carried out")
    compared = zip(answer, finals[schedules[0]], kinds, strict=True)
    count, kind = next((count, kind) for count, final, kind in compared if count != final)
    return wrong(f"the count of {kind} is not {shorten(str(count))}")


def matches_key(record: Record, text: str) -> bool:
    """Are these the integers of the stored key, however they are separated?"""
    try:
        return record.stored is not None and integers(text) == integers(record.stored)
    except Unreadable:
        return False


def _affordable(counts: Sequence[int], method: Exchange) -> int:
    return min(have // need for have, need in zip(counts, method["take"], strict=True) if need)


def _after(counts: list[int], method: Exchange, times: int) -> list[int]:
    if not times:
        return counts
    return [
        have + times * (given - taken)
        for have, taken, given in zip(counts, method["take"], method["give"], strict=True)
    ]


def _repeats(
    counts: list[int],
    methods: Sequence[Exchange],
    pattern: Sequence[Sequence[int]],
    schedule: Schedule,
) -> int:
    """How many times in a row the laps of a pattern come again, exactly as they are.

    In the n-th repetition each count differs by n times a fixed change from the first, so that
    every condition for an execution, or against one more, holds up to an n that is computed.
    """
    end = counts
    for lap in pattern:
        for method, times in zip(methods, lap, strict=True):
            end = _after(end, method, times)
    change = [after - before for before, after in zip(counts, end, strict=True)]
    fewest: int | None = None
    for lap in pattern:
        for method, times in zip(methods, lap, strict=True):
            lacking: int | None = 0  # None: lacking for ever
            for have, need, slope in zip(counts, method["take"], change, strict=True):
                if not need:
                    continue
                rest = have - times * need
                if rest < 0:
                    return 0
                if slope < 0:
                    held = rest // -slope + 1
                    fewest = held if fewest is None else min(fewest, held)
                if rest < need and lacking is not None:
                    lacking = max(lacking, (need - 1 - rest) // slope + 1) if slope > 0 else None
            if lacking is not None and (schedule == "exhaust" or not times):
                fewest = lacking if fewest is None else min(fewest, lacking)
            counts = _after(counts, method, times)
    return fewest or 0


def _system(rng: Random, raw: int, made: int, number: int) -> list[Exchange]:
    """Methods that consume every raw kind and produce every made one.

    Each kind has a weight, and a method gives less weight than it takes: so all comes to rest.
    """
    weights = [rng.randint(3, 5) for _ in range(raw)] + [rng.randint(1, 3) for _ in range(made)]
    kinds = range(raw + made)
    consumed = rng.sample(range(raw), raw)
    produced = rng.sample(range(raw, raw + made), made)
    methods: list[Exchange] = []
    while len(methods) < number:
        index = len(methods)
        taken = [consumed[index] if index < raw else rng.choice(kinds)]
        for _ in range(rng.choice((0, 0, 1, 1, 2))):
            taken.append(rng.choice(kinds if index >= raw else range(raw)))
        given = [produced[index] if index < made else rng.choice(kinds)]
        if rng.random() < 0.3:
            given.append(rng.choice(kinds))
        if set(taken) & set(given):
            continue
        take, give = [0] * len(kinds), [0] * len(kinds)
        most = 3 if len(set(taken)) == 1 else 2
        for kind in taken:
            take[kind] = rng.randint(1, most)
        for kind in given:
            give[kind] = rng.randint(1, 2)
        method: Exchange = {"take": take, "give": give}
        if method not in methods and _weight(take, weights) > _weight(give, weights):
            methods.append(method)
    rng.shuffle(methods)
    return methods


def _weight(amounts: Sequence[int], weights: Sequence[int]) -> int:
    return sum(amount * weight for amount, weight in zip(amounts, weights, strict=True))
