"""Three ways to go through a numbered list of methods until none can be carried out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Literal, TypeAlias, TypeVar

State = TypeVar("State")
Method: TypeAlias = "Callable[[State], State | None]"
"""The state after one execution, or None where the method cannot be carried out."""

Schedule: TypeAlias = Literal["round_robin", "exhaust", "priority"]
"""``round_robin``: once at its turn, then the next method. ``exhaust``: as often as possible at
its turn, then the next. ``priority``: once, then the scan starts again at the first method."""


def steps(
    schedule: Schedule, methods: Sequence[Method[State]], state: State
) -> Iterator[tuple[int, State]]:
    """The executions in order: the method's index and the state after it.

    Ends when no method can be carried out. Endless where that never happens: callers bound it.
    """
    position = failures = 0
    while failures < len(methods):
        after = methods[position](state)
        if after is None:
            failures += 1
            position = (position + 1) % len(methods)
            continue
        failures, state = 0, after
        yield position, state
        if schedule == "round_robin":
            position = (position + 1) % len(methods)
        elif schedule == "priority":
            position = 0


def wording(schedule: Schedule, number: int) -> str:
    """How a question states the schedule of its methods 1 to ``number``."""
    if schedule == "priority":
        return (
            "Always carry out the first method in the list that can be carried out, once, and "
            "then look again from method 1 on. Stop when no method can be carried out."
        )
    turn = {
        "round_robin": "carry it out exactly once if it can be carried out; otherwise skip it",
        "exhaust": "carry it out as many times in a row as possible, which may be not at all",
    }[schedule]
    return (
        f"The methods take turns in the order of their numbers; after method {number} it is the "
        f"turn of method 1 again. At the turn of a method, {turn}. Then the next method has its "
        "turn. Stop when no method can be carried out any more."
    )
