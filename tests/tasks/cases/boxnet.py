from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from itertools import product

from pytest_symbench.tasks.task import Data


def _small(columns: int, colours: int, slack: int | None) -> dict[str, object]:
    return {
        "rows": 1,
        "columns": columns,
        "palette": ["red", "blue"][:colours],
        "colours": colours,
        "boxes": [1, 1],
        "slack": slack,
    }


SMALL = [_small(2, 1, 0), _small(2, 2, 1)]


def ACCEPTED(data: Data, gold: str) -> list[str]:
    steps = json.loads(gold)
    forms = [
        gold,
        f"\n{gold}\n",
        json.dumps(steps),
        json.dumps(steps, indent=2),
        str(steps),  # single quotes
        str(tuple(steps)) if len(steps) > 1 else gold,
        gold.replace(", square", ",square").replace("[0.5, ", "[0.5,"),  # refused as published
        gold.replace("move(", " move ( ").replace(")", " ) ").replace("[", "[ "),
        gold.replace("0.5", "0.50"),
        gold.replace("Agent", "agent").replace("move", "Move"),
        f"```json\n{gold}\n```",
        gold[:-1] + ",]",
        json.dumps([dict(reversed(step.items())) for step in steps]),
    ]
    if data["limit"] is None:
        forms.append(json.dumps([{}, *steps, {}]))
        forms.append(json.dumps([{agent: act} for step in steps for agent, act in step.items()]))
    elif len(steps) < data["limit"]:
        forms.append(json.dumps([{}, *steps]))
    return forms


def REJECTED(data: Data, gold: str) -> list[str]:
    steps = json.loads(gold)
    first, rest = steps[0], steps[1:]
    agent, action = next(iter(first.items()))
    inside = agent.removeprefix("Agent")
    box = action.removeprefix("move(").partition(",")[0]
    moving = next((step for step in steps for act in step.values() if "square" in act), None)
    assert moving is not None, "some box must travel"
    mover, travel = next((who, act) for who, act in moving.items() if "square" in act)
    here = mover.removeprefix("Agent")
    joined: dict[str, str] = {}
    for step in steps:
        joined |= step
    first_text, rest_text = json.dumps(first), ", ".join(map(json.dumps, rest))
    forms = [
        "",
        "[]",
        "[{}]",
        json.dumps(rest),
        json.dumps(steps[:-1]),
        json.dumps([*steps, first]),
        json.dumps([joined]),  # one after the other in one step, as the published judge runs it
        json.dumps([*steps, {agent: "move(box_plaid, target_plaid)"}]),
        json.dumps([*steps, {agent: f"move({box}, target_plaid)"}]),
        json.dumps([*steps, {f"Agent[99.5, {inside[-4:-1]}]": action}]),
        f"[{first_text[:-1]}, {json.dumps(agent)}: {json.dumps(action)}}}, {rest_text}]",
        f"[{{{json.dumps(agent)}: {json.dumps(action)}, {first_text[1:]}, {rest_text}]",
        gold.replace(agent, agent.replace("[", "[-"), 1),
        gold.replace(agent, "Agent[0, 0]", 1),
        gold.replace(agent, "Agent[0.25, 0.5]", 1),
        gold.replace(agent, inside, 1),
        gold.replace(action, f"move({box}, square{inside})", 1),
        gold.replace(action, f"move({box}, square[-0.5, 0.5])", 1),
        gold.replace(action, f"move({box}, square[{len(data['squares'])}.5, 99.5])", 1),
        gold.replace(action, f"move({box}, square[0, 1])", 1),
        gold.replace(action, f"move({box})", 1),
        gold.replace(action, action[:-1], 1),
        gold.replace(action, action.removeprefix("move"), 1),
        gold.replace(travel, travel.replace(")", ", now)"), 1),
        gold.replace(travel, f"move({box}, square{here})"),
        gold[:-1],
        f"{gold}, {gold}",
        f"plan = {gold}",
        first_text,
        gold.replace('"', ""),
        '[{"Agent[x, y]": "move(box_COLOUR, square[x, y])"}]',
    ]
    if data["limit"] is not None:
        forms.append(json.dumps([*steps, *[{}] * (data["limit"] - len(steps) + 1)]))
    return forms


def ORACLE(data: Data) -> Iterator[tuple[str, bool]]:
    """All plans of up to three steps (two with two colours) on one row of squares."""
    row = data["squares"][0]
    colours = sorted({thing.partition("_")[2] for things in row for thing in things})
    start = Counter(
        (thing.partition("_")[0], thing.partition("_")[2], spot)
        for spot, things in enumerate(row)
        for thing in things
    )

    def run(plan: tuple[tuple[tuple[str, str, int] | None, ...], ...]) -> bool:
        state = start
        for step in plan:
            gone: Counter[tuple[str, str, int]] = Counter()
            come: Counter[tuple[str, str, int]] = Counter()
            for spot, act in enumerate(step):
                if act is None:
                    continue
                colour, kind, where = act
                gone["box", colour, spot] += 1
                if kind == "onto":
                    gone["target", colours[where], spot] += 1
                    if colours[where] != colour:
                        return False
                elif where not in range(len(row)) or abs(where - spot) != 1:
                    return False
                else:
                    come["box", colour, where] += 1
            if gone - state:
                return False
            state = state - gone + come
        return not state and (data["limit"] is None or len(plan) <= data["limit"])

    acts: list[tuple[str, str, int] | None] = [None]
    for colour in colours:
        acts += [(colour, "into", spot) for spot in range(len(row) + 1)]
        acts += [(colour, "onto", number) for number in range(len(colours))]

    def text(spot: int, act: tuple[str, str, int]) -> str:
        colour, kind, where = act
        goal = f"square[0.5, {where}.5]" if kind == "into" else f"target_{colours[where]}"
        return f'"Agent[0.5, {spot}.5]": "move(box_{colour}, {goal})"'

    every = list(product(acts, repeat=len(row)))
    for length in range(4 if len(colours) == 1 else 3):
        for plan in product(every, repeat=length):
            lines = [
                "{" + ", ".join(text(spot, act) for spot, act in enumerate(step) if act) + "}"
                for step in plan
            ]
            yield "[" + ", ".join(lines) + "]", run(plan)
