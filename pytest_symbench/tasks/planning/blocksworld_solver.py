"""Plans for Blocksworld: shortest ones for few blocks, constructed ones for any number."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from heapq import heappop, heappush
from typing import NamedTuple, TypeAlias

Stacks: TypeAlias = "Sequence[Sequence[str]]"
"""Stack by stack, the blocks from bottom to top."""

_State: TypeAlias = "tuple[tuple[str, ...], ...]"


class Move(NamedTuple):
    """The top block of one stack (counted from 0) goes onto another one."""

    block: str
    source: int
    target: int


def least_moves(stacks: Stacks, goal: Stacks) -> int:
    """A lower bound: a block that is out of place moves once, or twice to return to its stack."""
    homes = {block: number for number, stack in enumerate(goal) for block in stack}
    return sum(
        2 if homes[block] == number else 1
        for number, stack in enumerate(stacks)
        for block in stack[_settled(stack, goal[number]) :]
    )


def shortest(start: Stacks, goal: Stacks) -> list[Move]:
    """A plan of the fewest moves, by A*. Meant for up to six blocks."""
    origin, wanted = _state(start), _state(goal)
    queue = [(least_moves(origin, wanted), 0, origin)]
    came: dict[_State, tuple[_State, Move] | None] = {origin: None}
    depth = {origin: 0}
    while queue:
        _, minus_moves, state = heappop(queue)
        if -minus_moves > depth[state]:
            continue
        if state == wanted:
            break
        for move, following in _moves(state):
            moves = depth[state] + 1
            if moves < depth.get(following, moves + 1):
                depth[following] = moves
                came[following] = state, move
                # of equal estimates, the one furthest along comes first
                heappush(queue, (moves + least_moves(following, wanted), -moves, following))
    plan: list[Move] = []
    step = came[wanted]
    while step is not None:
        state, move = step
        plan.append(move)
        step = came[state]
    return plan[::-1]


def constructed(start: Stacks, goal: Stacks) -> list[Move]:
    """A plan for any number of blocks on at least three stacks.

    All blocks that are out of place are collected on one stack, above its own goal and in such
    an order that they can be unloaded straight to where they belong.
    """
    stacks = [list(stack) for stack in start]
    plan: list[Move] = []

    def move(source: int, target: int) -> None:
        block = stacks[source].pop()
        stacks[target].append(block)
        plan.append(Move(block, source, target))

    settled = [_settled(stack, aim) for stack, aim in zip(start, goal, strict=True)]
    collector = max(range(len(goal)), key=lambda number: (len(goal[number]), -number))
    others = [number for number in range(len(goal)) if number != collector]
    while len(stacks[collector]) > settled[collector]:
        move(collector, others[0])
    unloading = [(block, number) for number in others for block in goal[number][settled[number] :]]
    collected = [*goal[collector][settled[collector] :], *(block for block, _ in unloading[::-1])]
    for block in collected:
        source = next(number for number in others if block in stacks[number])
        spare = next(number for number in others if number != source)
        while stacks[source][-1] != block:
            move(source, spare)
        move(source, collector)
    for _, number in unloading:
        move(collector, number)
    return plan


def _state(stacks: Stacks) -> _State:
    return tuple(tuple(stack) for stack in stacks)


def _settled(stack: Sequence[str], goal: Sequence[str]) -> int:
    """How many blocks at the bottom are where they belong, and never need to move."""
    count = 0
    while count < min(len(stack), len(goal)) and stack[count] == goal[count]:
        count += 1
    return count


def _moves(state: _State) -> Iterator[tuple[Move, _State]]:
    for source, stack in enumerate(state):
        if not stack:
            continue
        for target in range(len(state)):
            if target != source:
                following = list(state)
                following[source] = stack[:-1]
                following[target] = (*state[target], stack[-1])
                yield Move(stack[-1], source, target), tuple(following)
