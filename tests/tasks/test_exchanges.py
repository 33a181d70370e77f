"""Schedules and exchange systems: laps that are skipped by arithmetic against single steps."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

import pytest

from pytest_symbench.tasks.strings import exchanges
from pytest_symbench.tasks.strings.exchanges import Exchange, settle
from pytest_symbench.tasks.strings.schedules import Method, Schedule, steps

Stock = tuple[int, ...]


def stepwise(
    start: Sequence[int], methods: Sequence[Exchange], schedule: Schedule
) -> tuple[list[int], list[int]]:
    def as_step(method: Exchange) -> Method[Stock]:
        def step(stock: Stock) -> Stock | None:
            if any(have < need for have, need in zip(stock, method["take"], strict=True)):
                return None
            trade = zip(stock, method["take"], method["give"], strict=True)
            return tuple(have - need + gift for have, need, gift in trade)

        return step

    stock, executions = tuple(start), [0] * len(methods)
    for index, after in steps(schedule, [as_step(method) for method in methods], stock):
        stock = after
        executions[index] += 1
    return list(stock), executions


@pytest.mark.parametrize("schedule", ["round_robin", "exhaust"])
@pytest.mark.parametrize("most", [3, 40, 400])
def test_settling_equals_single_steps(schedule: Schedule, most: int) -> None:
    rng = Random(most)
    for _ in range(40):
        raw, made = rng.randint(2, 4), rng.randint(1, 4)
        number = rng.randint(max(raw, made), 8)
        params = {"raw": raw, "made": made, "methods": number, "counts": [0, most]}
        start, methods = exchanges.draw(rng, params, schedule)
        assert settle(start, methods, schedule) == stepwise(start, methods, schedule)


def test_methods_that_fire_at_every_second_lap_are_skipped_too() -> None:
    methods: list[Exchange] = [
        {"take": [1, 0, 0], "give": [0, 1, 0]},
        {"take": [0, 2, 0], "give": [0, 0, 1]},
    ]
    assert settle([10**30 + 1, 0, 0], methods, "round_robin").counts == [0, 1, 10**30 // 2]
    assert settle([10**30 + 1, 0, 0], methods, "exhaust").counts == [0, 1, 10**30 // 2]


def test_a_system_without_rest_is_given_up() -> None:
    methods: list[Exchange] = [
        {"take": [1, 0], "give": [0, 1]},
        {"take": [0, 1], "give": [1, 0]},
    ]
    with pytest.raises(exchanges.TooLong, match="laps"):
        settle([1, 0], methods, "round_robin")


@pytest.mark.parametrize(
    ("schedule", "order"),
    [("round_robin", [0, 1, 0, 0, 0]), ("exhaust", [0, 0, 0, 1, 0]), ("priority", [0, 0, 0, 1, 0])],
)
def test_the_order_of_the_executions(schedule: Schedule, order: list[int]) -> None:
    def pop(state: str) -> str | None:
        return state.removeprefix("x") if state.startswith("x") else None

    def turn(state: str) -> str | None:
        return "x" + state.replace("y", "", 1) if "y" in state else None

    executed = list(steps(schedule, [pop, turn], "xxxy"))
    assert [index for index, _ in executed] == order
    assert executed[-1][1] == ""


def test_priority_starts_again_at_the_first_method() -> None:
    def grow(text: str) -> str | None:
        return text + "b" if len(text) < 3 else None

    def mark(text: str) -> str | None:
        return text.replace("b", "c", 1) if "b" in text else None

    assert [state for _, state in steps("priority", [grow, mark], "a")] == [
        "ab",
        "abb",
        "acb",
        "acc",
    ]
    assert [index for index, _ in steps("round_robin", [grow, mark], "a")] == [0, 1, 0, 1]
    assert [index for index, _ in steps("priority", [mark, grow], "a")] == [1, 0, 1, 0]
