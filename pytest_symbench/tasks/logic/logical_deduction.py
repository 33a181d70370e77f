"""Logical Deduction: which object has a certain place in an order that statements determine."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

from pytest_symbench.tasks import big_bench_hard
from pytest_symbench.tasks.answers import Unreadable, final_answer
from pytest_symbench.tasks.answers.choices import letter, option
from pytest_symbench.tasks.logic.logical_deduction_themes import (
    RANKS,
    THEMES,
    position,
    sentence,
)
from pytest_symbench.tasks.logic.ordering import minimal, only_order, orders
from pytest_symbench.tasks.published import Damaged, Fault, Flag, Record
from pytest_symbench.tasks.task import Data, LevelError, Params, Task, Verdict, right, wrong

NAME = "logical_deduction"
FILE = "logical_deduction_seven_objects"
HARDEST = 14  # the sixteen objects for which there are words


def params(level: int) -> Params:
    if level > HARDEST:
        raise LevelError(f"{NAME} is defined for levels 1 to {HARDEST}, not {level}")
    return {"objects": level + 2, "hard": level > 6}


def size(params: Params) -> float:
    return float(params["objects"])


def generate(params: Params, rng: Random) -> Data:
    number = params["objects"]
    theme = rng.choice(list(THEMES))
    truth = rng.sample(range(number), number)
    statements = minimal(truth, rng, hard=params["hard"], most_ranks=max(1, number // 3))
    for statement in statements:
        if statement["kind"] in ("before", "at"):
            statement["mirrored"] = rng.random() < 0.5
    rng.shuffle(statements)
    # what a statement says outright would be no deduction
    told = {statement["rank"] for statement in statements if statement["kind"] == "at"}
    return {
        "theme": theme,
        "objects": rng.sample(THEMES[theme].objects, number),
        "statements": statements,
        "rank": rng.choice([rank for rank in range(1, number + 1) if rank not in told]),
        "mirrored": rng.random() < 0.5,
        "options": list(range(number)),
    }


def render(data: Data) -> str:
    theme, names = THEMES[data["theme"]], data["objects"]
    statements = "\n".join(sentence(theme, names, each) for each in data["statements"])
    options = "\n".join(
        f"{letter(index)} {theme.article}{names[thing]}"
        for index, thing in enumerate(data["options"])
    )
    asked = position(theme, len(names), data["rank"], mirrored=data["mirrored"])
    listed = ", ".join(theme.article + name for name in names)
    return (
        f"{theme.introduction}: {listed}.\n\nThis is known about {theme.order}:\n\n"
        f"{statements}\n\nWhich of them is {asked}?\n\n{options}\n\n"
        + final_answer("the letter of the right option", "(LETTER)")
    )


def verify(data: Data, text: str) -> Verdict:
    theme = THEMES[data["theme"]]
    texts = [theme.article + data["objects"][thing] for thing in data["options"]]
    chosen = option(text, data.get("texts", texts))
    order = only_order(len(data["objects"]), data["statements"])
    thing = data["options"][chosen]
    if order is not None and order[data["rank"] - 1] == thing:
        return right("the object that the statements put there")
    return wrong(f"the statements do not put {texts[chosen]} there")


def solve(data: Data) -> str:
    order = only_order(len(data["objects"]), data["statements"])
    assert order is not None, "the statements determine the order"
    return letter(data["options"].index(order[data["rank"] - 1]))


def published(root: Path) -> Iterator[Record | Fault]:
    return big_bench_hard.records(root, task=NAME, file=FILE, read=_example)


_BEFORE = ("to the left of", "above", "older than", "less expensive than", "cheaper than")
_AFTER = ("to the right of", "below", "newer than", "more expensive than")
_FRONT = ("oldest", "cheapest", "from the left", "leftmost", "first")
_BACK = ("newest", "most expensive", "from the right", "rightmost", "last", "to-last")
_THEMES = {"shelf": "row", "branch": "row", "golf": "race", "car": "age", "fruit": "price"}


def _example(text: str) -> tuple[Data, frozenset[Flag]]:
    body, found, listing = text.partition("\nOptions:\n")
    introduction, colon, rest = body.partition(": ")
    listed, _, statements = rest.partition(". ")
    if not found or not colon or not statements:
        raise Damaged("the text has no list of objects, no statements or no options")
    names = [re.sub(r"^(?:and )?(?:(?:an?|the) )?", "", name.strip()) for name in listed.split(",")]
    said = [_said(part, names) for part in re.split(r"\.(?:\s+|$)", statements.strip()) if part]
    texts, claims = [], []
    for index, line in enumerate(listing.splitlines()):
        if not line.startswith(f"{letter(index)} "):
            raise Damaged("the options are not a list (A), (B), (C) ...")
        texts.append(line.partition(" ")[2].strip())
        claims.append(_said(texts[-1], names))
    ranks = {claim.get("rank") for claim in claims}
    if len(ranks) != 1 or None in ranks:
        raise Damaged("the options do not speak of one and the same rank")
    theme = next((theme for word, theme in _THEMES.items() if word in introduction), "row")
    data: dict[str, Any] = {
        "theme": theme,
        "objects": names,
        "statements": said,
        "rank": ranks.pop(),
        "mirrored": False,
        "options": [claim["objects"][0] for claim in claims],
        "texts": texts,
    }
    fitting = {order[data["rank"] - 1] for order in orders(len(names), said)}
    flags: set[Flag] = set()
    if len(fitting) != 1 or not fitting <= set(data["options"]):
        flags.add("no_valid_answer")
    return data, frozenset(flags)


def _said(part: str, names: list[str]) -> dict[str, Any]:
    """What one sentence of the publication says: two objects compared, or the rank of one."""
    either = "|".join(sorted(map(re.escape, names), key=len, reverse=True))
    comparison = "|".join((*_BEFORE, *_AFTER))
    match = re.fullmatch(
        rf"(?:The )?({either}) (?:is|are|finished) ({comparison}) (?:the )?({either})", part.strip()
    )
    if match:
        pair = [names.index(match[1]), names.index(match[3])]
        return {"kind": "before", "objects": pair if match[2] in _BEFORE else pair[::-1]}
    match = re.fullmatch(
        rf"(?:The )?({either}) (?:is|are|finished) (?:the )?"
        rf"(?:({'|'.join(RANKS)})(?:[- ]|$))?({'|'.join((*_FRONT, *_BACK))})?",
        part.strip(),
    )
    if not match or not (match[2] or match[3]):
        raise Damaged(f"a sentence of an unknown kind: {part.strip()[:60]}")
    rank = RANKS.index(match[2]) + 1 if match[2] else 1
    if match[3] in _BACK:
        rank = len(names) + 1 - rank
    if not 1 <= rank <= len(names):
        raise Damaged(f"a rank that does not exist: {part.strip()[:60]}")
    return {"kind": "at", "objects": [names.index(match[1])], "rank": rank}


def matches_key(record: Record, text: str) -> bool:
    try:
        return record.stored == letter(option(text, record.data["texts"]))
    except Unreadable:
        return False


TASK = Task(
    name=NAME,
    title="Logical Deduction",
    version=1,
    split="seen",
    family="logic",
    idea=(
        "Statements determine the order of some objects. Choose the object that has a certain "
        "place in it."
    ),
    knobs=(
        "The number of objects. Up to level 6 statements compare two objects or name a place; "
        "from level 7 on they also speak of neighbours, of distances and of what is between."
    ),
    acceptance=(
        "One option: its letter, with or without brackets, its text, or both if they agree. "
        "Exactly one is right, for the statements allow a single order and none is superfluous."
    ),
    published_defects=(
        "The 250 keys are right and each order is unique, but many questions ask for a place "
        "that a statement names outright, and the judge, a language model, is taken to approve "
        "if its reply contains `correct`, which `incorrect` does too."
    ),
    size_name="objects",
    size=size,
    params=params,
    generate=generate,
    render=render,
    verify=verify,
    solve=solve,
    paper_settings={"objects-7": {"objects": 7, "hard": False}},
    published=published,
    matches_key=matches_key,
)
