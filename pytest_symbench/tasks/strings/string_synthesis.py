"""String Synthesis: which blocks are left when no method can combine them any further."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

from pytest_symbench.tasks.answers import final_answer
from pytest_symbench.tasks.answers.lists import show
from pytest_symbench.tasks.published import (
    Damaged,
    Fault,
    Record,
    read_json,
    read_text,
    samples,
)
from pytest_symbench.tasks.strings import exchanges, schedules
from pytest_symbench.tasks.strings.exchanges import Exchange
from pytest_symbench.tasks.task import Data, Params, Task, Verdict

NAME = "string_synthesis"
FOLDER = "string_synthesis"
PAPER_KINDS = ["[A]", "[B]", "[C]", "{A}", "{B}", "{C}", "(A)", "(B)", "(C)"]
PAPER_METHODS: list[Exchange] = [
    {"take": [1, 1, 1, 0, 0, 0, 0, 0, 0], "give": [0, 0, 0, 1, 0, 0, 0, 0, 0]},
    {"take": [1, 1, 0, 0, 0, 0, 0, 0, 0], "give": [0, 0, 0, 0, 0, 1, 0, 0, 0]},
    {"take": [0, 1, 1, 0, 0, 0, 0, 0, 0], "give": [0, 0, 0, 0, 1, 0, 0, 0, 0]},
    {"take": [0, 0, 2, 0, 0, 0, 0, 0, 0], "give": [0, 0, 0, 0, 0, 1, 0, 0, 0]},
    {"take": [0, 0, 0, 1, 0, 1, 0, 0, 0], "give": [0, 0, 0, 0, 0, 0, 1, 1, 0]},
    {"take": [0, 0, 0, 0, 2, 0, 0, 0, 0], "give": [0, 0, 0, 0, 0, 0, 0, 0, 1]},
]
PAPER_COUNTS = {"A": 5, "B": 8, "C": 7}  # each from 1 upward
PAPER: Params = {
    "published": True,
    "raw": 3,
    "made": 6,
    "methods": 6,
    "counts": [1, 8],
    "schedules": ["exhaust"],
}
LEVELS: dict[int, Params] = {
    level: {
        "raw": raw,
        "made": made,
        "methods": methods,
        "counts": [1, most],
        "schedules": ["exhaust"],
    }
    for level, (raw, made, methods, most) in {
        1: (2, 1, 2, 2),
        2: (2, 2, 3, 4),
        3: (3, 3, 4, 5),
        4: (3, 4, 5, 7),
        5: (3, 6, 6, 8),
    }.items()
}
LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"  # none that looks like a digit


def params(level: int) -> Params:
    raw = min(5, 1 + level // 3)
    return LEVELS.get(exchanges.within(NAME, level)) or {
        "raw": raw,
        "made": 2 * raw,
        "methods": min(14, level),
        "counts": [8, 15] if level == 6 else exchanges.counts_of(level),
        "schedules": ["exhaust", "round_robin"],  # which one holds must be read
    }


def generate(params: Params, rng: Random) -> Data:
    schedule = rng.choice(params["schedules"])
    if "published" in params:
        start = [rng.randint(1, most) for most in PAPER_COUNTS.values()] + [0] * 6
        kinds, methods = PAPER_KINDS, PAPER_METHODS
    else:
        start, methods = exchanges.draw(rng, params, schedule)
        letters = sorted(rng.sample(LETTERS, params["raw"]))
        kinds = [f"{a}{letter}{b}" for a, b in ("[]", "{}", "()") for letter in letters]
        kinds = kinds[: len(start)]
    return {"kinds": kinds, "start": start, "methods": methods, "schedules": [schedule]}


def render(data: Data) -> str:
    kinds, methods = data["kinds"], data["methods"]
    return (
        f"There are building blocks of the types {show(kinds)}. The brackets belong to the names: "
        "the same letter in other brackets is another type. Blocks can be combined into others "
        "by these methods:\n\n" + exchanges.numbered(methods, kinds, "turn", "into") + "\n\n"
        "A method can be carried out if there are at least as many blocks as one execution takes; "
        "these disappear and the blocks that it makes are added at once. "
        + schedules.wording(data["schedules"][0], len(methods))
        + f"\n\nAt the start there are {exchanges.units(data['start'], kinds)}, and no other "
        "blocks. How many blocks of each type are there at the end?\n"
        + final_answer(
            f"the {len(kinds)} numbers of {show(kinds)}, in this order,",
            show([f"NUMBER_{place}" for place in range(1, len(kinds) + 1)]),
        )
    )


def verify(data: Data, text: str) -> Verdict:
    answer = exchanges.read(text, data["kinds"])
    return exchanges.judge(answer, data["kinds"], data["start"], data["methods"], data["schedules"])


def solve(data: Data) -> str:
    return show(exchanges.settle(data["start"], data["methods"], data["schedules"][0]).counts)


def published(root: Path) -> Iterator[Record | Fault]:
    return samples(NAME, root / FOLDER, _record)


def _record(folder: Path, identity: str) -> Record:
    solution = read_json(folder / "solution.json")
    fields = solution if isinstance(solution, dict) else {}
    start: list[Any] = [fields.get(f"{letter}_count") for letter in "ABC"]
    if not all(type(count) is int and 0 <= count <= 10**6 for count in start):
        raise Damaged("solution.json does not state the numbers of [A], [B] and [C]")
    stored = fields.get("final_counts")
    if not isinstance(stored, list) or len(stored) != len(PAPER_KINDS):
        raise Damaged("solution.json has no final_counts of nine numbers")
    start += [0] * 6
    exhausted = exchanges.settle(start, PAPER_METHODS, "exhaust").counts
    in_turns = exchanges.settle(start, PAPER_METHODS, "round_robin").counts
    ambiguous = exhausted != in_turns
    return Record(
        task=NAME,
        id=identity,
        question=read_text(folder / "question.txt"),
        data={
            "kinds": PAPER_KINDS,
            "start": start,
            "methods": PAPER_METHODS,
            # the question leaves open which of the two holds, so that either answer is right
            "schedules": ["exhaust", "round_robin"] if ambiguous else ["exhaust"],
        },
        stored=show(stored),
        flags=frozenset({"ambiguous"} if ambiguous else ()),
    )


TASK = Task(
    name=NAME,
    title="String Synthesis",
    version=1,
    split="seen",
    family="strings",
    idea=(
        "Blocks are combined by numbered methods that take turns until none can be carried out. "
        "Give the number of blocks of each type that is left."
    ),
    knobs=(
        "The number of methods, the number of block types and how many blocks there are at the "
        "start. Up to level 5 each method is carried out as often as possible at its turn; from "
        "level 6 on the question may state instead that it is carried out once."
    ),
    acceptance=(
        "The exact number of every type, in the order of the question and under the schedule "
        "that it states. Commas, blanks or lines separate the numbers, with brackets and quotes "
        "or without."
    ),
    published_defects=(
        "The question does not say whether a method is carried out once or as often as possible "
        "at its turn. The 200 keys follow the second reading; the first gives other numbers in "
        "142 instances, where both are accepted here. The judge compares single digits, so that "
        "no count above 9 could pass, and only 138 of the questions are distinct."
    ),
    size_name="methods, types and starting blocks",
    size=exchanges.size,
    params=params,
    generate=generate,
    render=render,
    verify=verify,
    solve=solve,
    paper_settings={"blocks-5-8-7": PAPER},
    published=published,
    matches_key=exchanges.matches_key,
)
