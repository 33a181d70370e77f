from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from itertools import product

from pytest_symbench.tasks.task import Data


def _small(boxes: int, lifters: int, **limit: object) -> dict[str, object]:
    ranges = {"weights": [3, 8], "capacities": [3, 6]}
    return {"boxes": boxes, "lifters": lifters, **ranges, **limit}


SMALL = [
    _small(2, 2, limit="greedy"),
    _small(2, 2, limit="best", spare=0, below_greedy=False),
    _small(1, 2, limit="best", spare=0, below_greedy=False),
]


def _lists(gold: str) -> list[list[tuple[int, list[int]]]]:
    return [ast.literal_eval(line.partition(":")[2].strip()) for line in gold.splitlines()]


def _steps(rounds: list[list[tuple[int, list[int]]]]) -> str:
    return "\n".join(f"Step {number}: {lifted}" for number, lifted in enumerate(rounds, 1))


def ACCEPTED(data: Data, gold: str) -> list[str]:
    rounds = _lists(gold)
    everyone = list(range(len(data["lifters"])))
    generous = [
        [(lifted[0][0], everyone[::-1])] if len(lifted) == 1 else lifted for lifted in rounds
    ]
    forms = [
        gold,
        f"\n{gold}\n",
        gold.replace(" ", ""),
        gold.replace("Step", "step"),
        gold.replace("\n", " "),
        gold.replace("\n", "\n\n"),
        gold.replace("\n", ", "),
        re.sub(r"\((\d+), (\[[\d, ]*\])\)", r"[\1, \2]", gold),
        gold.replace("), (", "),\n    ("),
        str(rounds),
        json.dumps(rounds),
        json.dumps({f"Step {number}": lifted for number, lifted in enumerate(rounds, 1)})[1:-1],
        f"Step by step, heavy boxes first:\n{gold}",  # refused by the published judge
        f"{gold}\nEvery box is lifted once.",
        f"```\n{gold}\n```",
        _steps(rounds[::-1]),
        _steps(generous),
        _steps([lifted[::-1] for lifted in rounds]),
    ]
    if len(rounds) < data["limit"]:
        forms.append(_steps([*rounds, []]))
    return forms


def REJECTED(data: Data, gold: str) -> list[str]:
    rounds = _lists(gold)
    count = len(data["lifters"])
    weight, team = rounds[0][0]
    heaviest = max(data["boxes"])
    surplus: list[list[tuple[int, list[int]]]] = [[] for _ in range(data["limit"])]
    alone = next((lifter for lifter in range(count) if data["lifters"][lifter] < heaviest), None)
    weakened = [[pair for pair in lifted if pair[0] != heaviest] for lifted in rounds]
    rest = rounds[0][1:]
    forms = [
        "",
        "[]",
        _steps(rounds[1:]),
        _steps(rounds[:-1]),
        _steps([*rounds, rounds[0]]),
        _steps([[*rounds[0], (weight, team)], *rounds[1:]]),
        _steps([rest, *rounds[1:]]),
        _steps([[(weight, []), *rest], *rounds[1:]]),
        _steps([[(weight, [*team, team[0]]), *rest], *rounds[1:]]),  # one lifter twice in a team
        _steps([[(weight, [*team, team[0] - count]), *rest], *rounds[1:]]),  # the same from behind
        _steps([[(weight, [*team, count]), *rest], *rounds[1:]]),
        _steps([[(weight, [lifter - count for lifter in team]), *rest], *rounds[1:]]),
        _steps([[(weight + 1, team), *rest], *rounds[1:]]),
        _steps([[(weight, team), (1, [count - 1])], *rounds[1:]]),
        # a bad assignment before a good one, garbage after the last allowed step
        _steps([[(heaviest, []), *rounds[0]], *rounds[1:]]),
        _steps([*rounds, *surplus, [(1, [0])]]),
        _steps([*surplus, *rounds]),
        f"{gold}\nStep {len(rounds) + 1}: and so on",
        f"{gold}\n[(1, [0])]",
        f"{gold}</b>",
        gold.replace(f"({weight}, [", f"(10*{weight}//10, [", 1),
        gold.replace(f"({weight}, [", f"({weight}.5, [", 1),
        gold.replace(f"({weight}, [", f"('{weight}', [", 1),
        gold.replace(f"({weight}, {team})", f"({weight}, {team[0]})", 1),
        gold.replace(f"({weight}, {team})", f"{weight}: {team}", 1),
        gold.replace("Step 1:", "Step 1: lift"),
        gold.replace("[(", "[", 1),
        gold[:-1],
        "Step 1: [(WEIGHT, [LIFTER, ...]), ...]",
        str(len(rounds)),
    ]
    if alone is not None:
        forms.append(_steps([[*weakened[0], (heaviest, [alone])], *weakened[1:]]))
    if len(rounds) > 1 and set(team) & set(rounds[1][0][1]):
        forms.append(_steps([[*rounds[0], *rounds[1]], *rounds[2:]]))
    return forms


def ORACLE(data: Data) -> Iterator[tuple[str, bool]]:
    """All schedules of up to two steps of up to two pairs, and odd teams in a single step."""

    def possible(rounds: list[list[tuple[int, tuple[int, ...]]]]) -> bool:
        marks = sorted(weight for lifted in rounds for weight, _ in lifted)
        hands = [sorted(lifter for _, team in lifted for lifter in team) for lifted in rounds]
        strong = all(
            team and sum(data["lifters"][lifter] for lifter in team) >= weight
            for lifted in rounds
            for weight, team in lifted
            if all(lifter in range(len(data["lifters"])) for lifter in team)
        )
        known = all(set(busy) <= set(range(len(data["lifters"]))) for busy in hands)
        once = all(len(set(busy)) == len(busy) for busy in hands)
        whole = marks == sorted(data["boxes"])
        return strong and known and once and whole and len(rounds) <= data["limit"]

    def shown(rounds: list[list[tuple[int, tuple[int, ...]]]]) -> str:
        lists = [[(weight, list(team)) for weight, team in lifted] for lifted in rounds]
        return _steps(lists) if lists else "[]"

    weights = sorted(set(data["boxes"]))
    usual = list(product(weights, [(0,), (1,), (0, 1)]))
    odd = list(product([*weights, 9], [(), (0,), (1,), (1, 0), (0, 0), (2,), (-1,), (0, -1)]))
    steps = [list(pairs) for size in (0, 1, 2) for pairs in product(usual, repeat=size)]
    for length in (0, 1, 2):
        for rounds in product(steps, repeat=length):
            yield shown(list(rounds)), possible(list(rounds))
    for size in (1, 2):
        for pairs in product(odd, repeat=size):
            yield shown([list(pairs)]), possible([list(pairs)])
