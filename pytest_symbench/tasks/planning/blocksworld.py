"""Blocksworld: move top blocks between stacks until every stack is as wanted."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from random import Random
from string import ascii_uppercase

from pytest_symbench.tasks.answers import Unreadable, final_answer
from pytest_symbench.tasks.answers.extract import unquote
from pytest_symbench.tasks.answers.lists import peel
from pytest_symbench.tasks.answers.numbers import shorten
from pytest_symbench.tasks.planning.blocksworld_solver import (
    Move,
    Stacks,
    constructed,
    least_moves,
    shortest,
)
from pytest_symbench.tasks.published import Damaged, Fault, Record, read_text
from pytest_symbench.tasks.task import Data, LevelError, Params, Task, Verdict, right, wrong

NAME = "blocksworld"
LABELS = [*ascii_uppercase, *(a + b for a, b in product(ascii_uppercase, repeat=2))]
LEVELS = {  # blocks, stacks, stacks that the goal uses, fewest moves that the goal needs
    1: (2, 3, 3, 1),
    2: (2, 3, 3, 2),
    3: (3, 4, 3, 3),
    4: (4, 4, 3, 4),
    5: (4, 5, 4, 5),
    6: (6, 4, 4, 6),
    7: (8, 5, 4, 8),
    8: (11, 6, 5, 11),
    9: (15, 7, 6, 15),
    10: (20, 8, 6, 20),
}
HARDEST = 26  # 100 blocks
SEARCHED = 6  # blocks up to which the reference plan is a shortest one

MOVE = re.compile(
    r"(?:[-*+]\s*|\(?[0-9]{1,4}[.):]\s*|step\s*[0-9]{1,4}\s*[.:]\s*)?"
    r"move\s+(?:block\s+)?([a-z]{1,2})\s+from\s+(?:stack\s*)?([0-9]{1,4})"
    r"\s+to\s+(?:stack\s*)?([0-9]{1,4})\s*\.?",
    re.IGNORECASE | re.ASCII,
)


def params(level: int) -> Params:
    if level > HARDEST:
        raise LevelError(f"{NAME} is defined for levels 1 to {HARDEST}, not {level}")
    blocks = 5 * (level - 6)
    blocks, stacks, goal_stacks, moves = LEVELS.get(level, (blocks, 8, 6, blocks))
    return {
        "blocks": blocks,
        "stacks": stacks,
        "goal_stacks": goal_stacks,
        "min_moves": moves,
        "max_moves": 1 if level == 1 else None,
        "labels": len(ascii_uppercase) if blocks <= 20 else len(LABELS),
        "sorted_goal": False,
    }


def setting(blocks: int, stacks: int, goal_stacks: int) -> Params:
    """A setting of the publication: first letters, and goals stacked in alphabetical order."""
    return {
        "blocks": blocks,
        "stacks": stacks,
        "goal_stacks": goal_stacks,
        "min_moves": 1,
        "max_moves": None,
        "labels": blocks,
        "sorted_goal": True,
    }


def size(params: Params) -> float:
    return int(params["blocks"]) + int(params["min_moves"])


def generate(params: Params, rng: Random) -> Data:
    labels = sorted(rng.sample(LABELS[: params["labels"]], params["blocks"]))
    while True:
        start = _stacked(rng.sample(labels, len(labels)), params["stacks"], params["stacks"], rng)
        order = labels if params["sorted_goal"] else rng.sample(labels, len(labels))
        goal = _stacked(order, params["goal_stacks"], params["stacks"], rng)
        if least_moves(start, goal) < params["min_moves"]:
            continue
        if params["max_moves"] is None or len(shortest(start, goal)) <= params["max_moves"]:
            return {"start": start, "goal": goal}


def _stacked(blocks: list[str], used: int, count: int, rng: Random) -> list[list[str]]:
    stacks: list[list[str]] = [[] for _ in range(count)]
    for block in blocks:
        stacks[rng.randrange(used)].append(block)
    return stacks


def render(data: Data) -> str:
    return (
        "Blocks stand on one another in numbered stacks. Every stack is listed from its bottom "
        f"block (left) to its top block (right).\n\nNow:\n{_listing(data['start'])}\n\n"
        f"Wanted:\n{_listing(data['goal'])}\n\n"
        "One move takes the top block of a stack and puts it on top of another of these stacks; "
        "that stack may be empty. No other block can be taken, and blocks can be put nowhere "
        "else. Find moves after which every stack holds exactly the wanted blocks in the wanted "
        "order; their number does not matter.\n"
        + final_answer(
            "all moves in order, one per line, with the numbers of the stacks,",
            "Move BLOCK from STACK to STACK\nMove BLOCK from STACK to STACK\n...",
        )
    )


def _listing(stacks: Stacks) -> str:
    return "\n".join(
        f"stack {number}: {' '.join(stack) or '(empty)'}" for number, stack in enumerate(stacks, 1)
    )


def verify(data: Data, text: str) -> Verdict:
    stacks = [list(stack) for stack in data["start"]]
    labels = {block for stack in stacks for block in stack}
    plan = _plan(text)
    for number, (block, source, target) in enumerate(plan, 1):
        for stack in (source, target):
            if not 0 <= stack < len(stacks):
                return wrong(f"move {number}: there is no stack {stack + 1}")
        if block not in labels:
            return wrong(f"move {number}: there is no block {block}")
        if source == target:
            return wrong(f"move {number} goes from stack {source + 1} to itself")
        if not stacks[source] or stacks[source][-1] != block:
            return wrong(f"move {number}: block {block} is not on top of stack {source + 1}")
        stacks[target].append(stacks[source].pop())
    for number, (held, goal) in enumerate(zip(stacks, data["goal"], strict=True), 1):
        if held != goal:
            blocks = " ".join(held) or "nothing"
            return wrong(
                f"after {len(plan)} moves stack {number} holds {blocks}, not what it should"
            )
    return right(f"{len(plan)} moves lead to the goal")


def _plan(text: str) -> list[Move]:
    plan = []
    for part in re.split(r"[\n;,]+", peel(text)):
        if not part.strip():
            continue
        match = MOVE.fullmatch(unquote(part).strip())
        if not match:
            raise Unreadable(
                f"expected moves like 'Move BLOCK from STACK to STACK', got {shorten(part)}"
            )
        plan.append(Move(match[1].upper(), int(match[2]) - 1, int(match[3]) - 1))
    return plan


def solve(data: Data) -> str:
    start, goal = data["start"], data["goal"]
    few = sum(map(len, start)) <= SEARCHED
    plan = shortest(start, goal) if few else constructed(start, goal)
    return "\n".join(
        f"Move {block} from {source + 1} to {target + 1}" for block, source, target in plan
    )


def published(root: Path) -> Iterator[Record | Fault]:
    found = []
    for folder in (root / "Blocksworld_dataset").glob("*_*_*_*"):
        numbers = folder.name.split("_")
        if all(number.isascii() and number.isdigit() for number in numbers):
            found.append(([int(number) for number in numbers], folder))
    for _, folder in sorted(found):
        identity = f"Blocksworld_dataset/{folder.name}"
        try:
            yield _record(folder, identity)
        except Damaged as damage:
            yield Fault(task=NAME, id=identity, reason=str(damage))


def _record(folder: Path, identity: str) -> Record:
    text = read_text(folder / "blocksworld_task.txt")
    match = re.fullmatch(r"Initial State:([^:]*:.*)Goal State:(.*)", text, re.DOTALL)
    if not match:
        raise Damaged("the file does not have an initial state and a goal state")
    start, goal = _read_stacks(match[1]), _read_stacks(match[2])
    if len(start) < 3 or len(goal) > len(start):
        raise Damaged("the goal has more stacks than the start, or the start fewer than three")
    goal += [[] for _ in range(len(start) - len(goal))]
    blocks = sorted(block for stack in start for block in stack)
    if blocks != sorted(block for stack in goal for block in stack):
        raise Damaged("start and goal do not have the same blocks")
    if len(set(blocks)) < len(blocks):
        raise Damaged("two blocks have one name")
    data = {"start": start, "goal": goal}
    done = start == goal
    return Record(
        task=NAME,
        id=identity,
        question=render(data),
        data=data,
        stored=None,
        flags=frozenset({"ambiguous"} if done else ()),
        notes="The start is the goal already: only the empty plan does no work." if done else "",
    )


def _read_stacks(text: str) -> list[list[str]]:
    stacks: list[list[str]] = []
    for line in text.strip().splitlines():
        match = re.fullmatch(r"stack([0-9]{1,4}):((?: +[A-Z]{1,2})*) *", line)
        if not match or int(match[1]) != len(stacks) + 1:
            raise Damaged(f"a line does not describe stack {len(stacks) + 1}: {shorten(line)}")
        stacks.append(match[2].split())
    return stacks


TASK = Task(
    name=NAME,
    title="Blocksworld",
    version=1,
    split="seen",
    family="planning",
    idea=(
        "Move one top block at a time from stack to stack until every stack holds the wanted "
        "blocks in the wanted order."
    ),
    knobs=(
        "The number of blocks and of stacks, and the fewest moves that any plan must have. "
        "Goals are stacked in random order, on all stacks or on some."
    ),
    acceptance=(
        "Every legal plan that ends at the goal, of whatever length. One move a line, or moves "
        "separated by semicolons or commas; numbering, bullets, blank lines, full stops, any "
        "case and stacks written `2`, `stack2` or `Stack 2` are read. Every move must be legal."
    ),
    published_defects=(
        "Every stack of every goal is in alphabetical order, and one start is already its goal, "
        "where the judge refuses the empty plan. The example of the question moves a block to a "
        "table, which its rules forbid. The judge takes moves from a stack to itself, and "
        "refuses blank lines, numbering, full stops and lower-case keywords."
    ),
    size_name="blocks plus the fewest moves",
    size=size,
    params=params,
    generate=generate,
    render=render,
    verify=verify,
    solve=solve,
    paper_settings={
        f"blocks-{blocks}-{stacks}-{goal}": setting(blocks, stacks, goal)
        for blocks in (2, 3, 4)
        for stacks, goal in ((3, 2), (3, 3), (4, 2), (4, 3), (4, 4), (5, 2), (5, 3), (5, 4))
    },
    published=published,
    spaces={1: 36 * 325},
)
