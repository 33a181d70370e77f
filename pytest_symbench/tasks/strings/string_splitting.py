"""String Splitting: what is left of machines and parts when every exchange has come to rest."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from random import Random

from pytest_symbench.tasks.answers import Unreadable, final_answer
from pytest_symbench.tasks.answers.lists import peel, show
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

NAME = "string_splitting"
FOLDER = "string_splitting"
LEVELS: dict[int, Params] = {
    1: {"raw": 2, "made": 1, "methods": 2, "counts": [1, 3]},
    2: {"raw": 2, "made": 2, "methods": 3, "counts": [1, 3]},
    3: {"raw": 3, "made": 2, "methods": 4, "counts": [2, 4]},
    4: {"raw": 3, "made": 3, "methods": 5, "counts": [3, 6]},
    5: {"raw": 3, "made": 3, "methods": 5, "counts": [5, 10]},
    6: {"raw": 3, "made": 3, "methods": 6, "counts": [8, 15]},
}
PAPER_KINDS = ["A", "B", "C", "X", "Y", "Z"]
PAPER_METHODS: list[Exchange] = [
    {"take": [1, 0, 0, 0, 0, 0], "give": [0, 0, 0, 2, 1, 0]},
    {"take": [0, 2, 0, 0, 0, 0], "give": [0, 0, 0, 1, 0, 0]},
    {"take": [0, 0, 2, 0, 0, 0], "give": [0, 0, 0, 0, 1, 0]},
    {"take": [0, 1, 1, 0, 0, 0], "give": [1, 0, 0, 0, 0, 0]},
    {"take": [0, 0, 0, 1, 1, 0], "give": [0, 0, 0, 0, 0, 1]},
]
PAPER_COUNTS = {1: [1, 3], 2: [2, 4], 3: [3, 6], 4: [4, 7], 5: [5, 10]}
MACHINES, PARTS = "ABCDEFGHJKLM", "NPQRSTUVWXYZ"  # no letter that looks like a digit


def params(level: int) -> Params:
    return LEVELS.get(exchanges.within(NAME, level)) or {
        "raw": min(5, 2 + level // 4),
        "made": min(6, 2 + level // 3),
        "methods": min(12, level),
        "counts": exchanges.counts_of(level),
    }


def generate(params: Params, rng: Random) -> Data:
    if "published" in params:
        start = [rng.randint(*params["counts"]) for _ in range(3)] + [0, 0, 0]
        return {"kinds": PAPER_KINDS, "raw": 3, "start": start, "methods": PAPER_METHODS}
    start, methods = exchanges.draw(rng, params, "round_robin")
    kinds = sorted(rng.sample(MACHINES, params["raw"]))
    kinds += sorted(rng.sample(PARTS, params["made"]))
    return {"kinds": kinds, "raw": params["raw"], "start": start, "methods": methods}


def render(data: Data) -> str:
    kinds, raw, methods = data["kinds"], data["raw"], data["methods"]
    stock = exchanges.units(data["start"], kinds)
    return (
        f"A workshop has machines of the types {show(kinds[:raw])} and parts of the types "
        f"{show(kinds[raw:])}. Machines and parts can be turned into others by these "
        "methods:\n\n" + exchanges.numbered(methods, kinds, "exchange", "for") + "\n\n"
        "A method can be carried out if there are at least as many units as one execution takes; "
        "these disappear and the units that it gives are added at once. "
        + schedules.wording("round_robin", len(methods))
        + f"\n\nAt the start there are {stock}, and nothing else. How many units of each type are "
        "there at the end?\n"
        + final_answer(
            f"the numbers of {show(kinds)}, in this order,",
            f"[{show([f'NUMBER_OF_{kind}' for kind in kinds])}]",
        )
    )


def verify(data: Data, text: str) -> Verdict:
    kinds, start, methods = data["kinds"], data["start"], data["methods"]
    digits = re.fullmatch(r"[0-9]+", peel(text))
    if digits and len(digits[0]) == len(kinds):
        # digits run together say which counts are meant only if no count needs two of them
        final = exchanges.settle(start, methods, "round_robin").counts
        if max(final) > 9:
            raise Unreadable("counts that are run together, though some have several digits")
        text = show(list(digits[0]))
    answer = exchanges.read(text, kinds)
    return exchanges.judge(answer, kinds, start, methods, ["round_robin"])


def solve(data: Data) -> str:
    final = exchanges.settle(data["start"], data["methods"], "round_robin").counts
    return f"[{show(final)}]"


def published(root: Path) -> Iterator[Record | Fault]:
    return samples(NAME, root / FOLDER, _record)


def _record(folder: Path, identity: str) -> Record:
    question = read_text(folder / "question.txt")
    found = re.findall(r"([0-9]{1,6}) units? of Machine ([ABC])\b", question)
    units = {kind: int(number) for number, kind in found}
    # the explanation of the answer format, further on, speaks of single machines in other words
    if len(found) != 3 or len(units) != 3:
        raise Damaged("question.txt does not state the numbers of machines A, B and C once")
    solution = read_json(folder / "solution.json")
    stored = solution.get("expected_answer") if isinstance(solution, dict) else None
    if not isinstance(stored, list) or len(stored) != 6:
        raise Damaged("solution.json has no expected_answer of six numbers")
    return Record(
        task=NAME,
        id=identity,
        question=question,
        data={
            "kinds": PAPER_KINDS,
            "raw": 3,
            "start": [*(units[kind] for kind in "ABC"), 0, 0, 0],
            "methods": PAPER_METHODS,
        },
        stored=f"[{show(stored)}]",
    )


def matches_key(record: Record, text: str) -> bool:
    """As a list, or as the digits of all numbers run together, which the published judge takes."""
    together = re.sub(r"[^0-9]", "", record.stored or "")
    return exchanges.matches_key(record, text) or text.strip() == together


TASK = Task(
    name=NAME,
    title="String Splitting",
    version=1,
    split="unseen",
    family="strings",
    idea=(
        "Machines and parts are exchanged by numbered methods that take turns, once each, until "
        "none can be carried out. Give the number of units of each type that is left."
    ),
    knobs="The number of methods, the number of types, and how many units there are at the start.",
    acceptance=(
        "The exact number of every type, in the order of the question. Commas, blanks or lines "
        "separate the numbers, with brackets and quotes or without; one word of single digits is "
        "read too if no number has more than one digit."
    ),
    published_defects=(
        "The 200 keys are right, but the judge compares the digits of all numbers run together: "
        "it rejects the list that the question asks for, and where a count has two digits it "
        "also takes other counts with the same digits."
    ),
    size_name="methods, types and starting units",
    size=exchanges.size,
    params=params,
    generate=generate,
    render=render,
    verify=verify,
    solve=solve,
    paper_settings={
        f"complexity-{number}": {
            "published": True,
            "raw": 3,
            "made": 3,
            "methods": 5,
            "counts": counts,
        }
        for number, counts in PAPER_COUNTS.items()
    },
    published=published,
    matches_key=matches_key,
)
