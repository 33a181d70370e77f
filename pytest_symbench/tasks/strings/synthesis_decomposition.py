"""Synthesis Decomposition: what a farm is left with when nothing can be exchanged any more."""

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

NAME = "synthesis_decomposition"
FOLDER = "synthesis_decomposition_dataset"
LEVELS: dict[int, Params] = {
    1: {"raw": 2, "made": 1, "methods": 2, "counts": [1, 3]},
    2: {"raw": 2, "made": 1, "methods": 2, "counts": [2, 6]},
    3: {"raw": 3, "made": 1, "methods": 3, "counts": [2, 6]},
    4: {"raw": 3, "made": 1, "methods": 3, "counts": [4, 8]},
    5: {"raw": 3, "made": 2, "methods": 4, "counts": [5, 10]},
    6: {"raw": 3, "made": 3, "methods": 5, "counts": [8, 15]},
}
KINDS = {2: ["A", "B", "X"], 3: ["A", "B", "C", "X"], 4: ["A", "B", "C", "X", "Y"]}
"""Number of methods -> crops and products of the published systems."""
SYSTEMS: dict[int, list[Exchange]] = {
    2: [
        {"take": [1, 1, 0], "give": [0, 0, 1]},
        {"take": [3, 0, 0], "give": [0, 0, 2]},
    ],
    3: [
        {"take": [1, 1, 1, 0], "give": [0, 0, 0, 1]},
        {"take": [1, 1, 0, 0], "give": [0, 0, 2, 0]},
        {"take": [0, 0, 2, 0], "give": [0, 0, 0, 1]},
    ],
    4: [
        {"take": [2, 1, 1, 0, 0], "give": [0, 0, 0, 3, 0]},
        {"take": [1, 1, 0, 0, 0], "give": [0, 0, 2, 0, 0]},
        {"take": [0, 0, 2, 1, 0], "give": [0, 0, 0, 0, 1]},
        {"take": [1, 0, 0, 2, 0], "give": [0, 0, 0, 0, 1]},
    ],
}
SYSTEM_OF = {1: 2, 2: 2, 3: 3, 4: 3, 5: 4}
"""Published complexity -> number of methods."""
RANGES = {
    2: [[3, 6], [2, 4]],
    3: [[4, 8], [3, 6], [2, 5]],
    4: [[5, 8], [2, 4], [4, 7]],
}
CROPS, PRODUCTS = "ABCDEFGHJKLM", "NPQRSTUVWXYZ"  # no letter that looks like a digit


def params(level: int) -> Params:
    return LEVELS.get(exchanges.within(NAME, level)) or {
        "raw": min(4, 2 + level // 5),
        "made": min(6, 1 + level // 3),
        "methods": min(12, level - 1),
        "counts": exchanges.counts_of(level),
    }


def generate(params: Params, rng: Random) -> Data:
    number = params["methods"]
    if "ranges" in params:
        kinds, methods = KINDS[number], SYSTEMS[number]
        start = [rng.randint(*bounds) for bounds in params["ranges"]]
        start += [0] * (len(kinds) - len(start))
    else:
        start, methods = exchanges.draw(rng, params, "round_robin")
        kinds = sorted(rng.sample(CROPS, params["raw"]))
        kinds += sorted(rng.sample(PRODUCTS, params["made"]))
    return {"kinds": kinds, "raw": params["raw"], "start": start, "methods": methods}


def render(data: Data) -> str:
    kinds, raw, methods = data["kinds"], data["raw"], data["methods"]
    stock = exchanges.units(data["start"], kinds)
    return (
        f"A farm cooperative holds units of the crops {show(kinds[:raw])} and deals in the "
        f"products {show(kinds[raw:])}. Its market offers these exchanges, here called "
        "methods:\n\n" + exchanges.numbered(methods, kinds, "hand in", "for") + "\n\n"
        "A method can be carried out if the cooperative has at least the units that one "
        "execution takes; it loses these and at once owns the units that the method gives. "
        + schedules.wording("round_robin", len(methods))
        + f"\n\nThe cooperative begins with {stock}, and nothing else. How many units of each "
        "crop and product does it own at the end?\n"
        + final_answer(
            f"the numbers of {show(kinds)}, in this order,",
            f"[{show([f'UNITS_OF_{kind}' for kind in kinds])}]",
        )
    )


def verify(data: Data, text: str) -> Verdict:
    answer = exchanges.read(text, data["kinds"])
    return exchanges.judge(answer, data["kinds"], data["start"], data["methods"], ["round_robin"])


def solve(data: Data) -> str:
    final = exchanges.settle(data["start"], data["methods"], "round_robin").counts
    return f"[{show(final)}]"


def published(root: Path) -> Iterator[Record | Fault]:
    return samples(NAME, root / FOLDER, _record)


def _record(folder: Path, identity: str) -> Record:
    question = read_text(folder / "question.txt")
    solution = read_json(folder / "solution.json")
    fields: dict[str, Any] = solution if isinstance(solution, dict) else {}
    complexity = fields.get("complexity")
    number = SYSTEM_OF.get(complexity) if type(complexity) is int else None
    if number is None or f"Method {number}:" not in question or f"Method {number + 1}:" in question:
        raise Damaged("the complexity does not agree with the methods of the question")
    kinds = KINDS[number]
    initial = fields.get("initial_state")
    if not isinstance(initial, dict) or not all(
        type(count) is int and kind in kinds and 0 <= count <= 10**6
        for kind, count in initial.items()
    ):
        raise Damaged("solution.json has no initial_state of whole numbers of crops")
    key = fields.get("solution")
    stored = key.get("answer") if isinstance(key, dict) else None
    if not isinstance(stored, list) or len(stored) != 5:
        raise Damaged("solution.json has no answer of five numbers")
    return Record(
        task=NAME,
        id=identity,
        question=question,
        data={
            "kinds": kinds,
            "raw": len(RANGES[number]),
            "start": [initial.get(kind, 0) for kind in kinds],
            "methods": SYSTEMS[number],
        },
        # the key has a place for each of A, B, C, X, Y, also where the question has no C or Y
        stored=f"[{show([stored['ABCXY'.index(kind)] for kind in kinds])}]",
    )


TASK = Task(
    name=NAME,
    title="Synthesis Decomposition",
    version=1,
    split="unseen",
    family="strings",
    idea=(
        "Crops are exchanged for products by numbered methods that take turns, once each, until "
        "none can be carried out. Give the units of every crop and product that are left."
    ),
    knobs="The number of methods, the number of types, and how many units there are at the start.",
    acceptance=(
        "The exact number of units of every crop and product, in the order of the question. "
        "Commas, blanks or lines separate the numbers, with brackets and quotes or without."
    ),
    published_defects=(
        "The 200 keys are right, but the judge does not remove the brackets that the question "
        "asks for and so rejects the form that it demands; only 103 of the 200 questions are "
        "distinct, and its five levels are three."
    ),
    size_name="methods, types and starting units",
    size=exchanges.size,
    params=params,
    generate=generate,
    render=render,
    verify=verify,
    solve=solve,
    paper_settings={
        f"complexity-{complexity}": {
            "raw": len(RANGES[number]),
            "made": len(KINDS[number]) - len(RANGES[number]),
            "methods": number,
            "counts": [min(map(min, RANGES[number])), max(map(max, RANGES[number]))],
            "ranges": RANGES[number],
        }
        for complexity, number in SYSTEM_OF.items()
    },
    published=published,
    matches_key=exchanges.matches_key,
)
