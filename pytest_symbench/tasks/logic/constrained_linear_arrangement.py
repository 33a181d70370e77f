"""Constrained Linear Arrangement: the opponent's pieces from one's own and the results."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from math import perm
from pathlib import Path
from random import Random
from string import ascii_uppercase
from typing import Any, TypeGuard

from pytest_symbench.tasks.answers import Unreadable, final_answer
from pytest_symbench.tasks.answers.lists import items, show
from pytest_symbench.tasks.answers.numbers import shorten
from pytest_symbench.tasks.logic.constrained_linear_arrangement_solver import (
    answers,
    one_answer,
    result,
)
from pytest_symbench.tasks.published import (
    Damaged,
    Fault,
    Flag,
    Record,
    read_json,
    read_text,
    samples,
)
from pytest_symbench.tasks.task import Data, LevelError, Params, Task, Verdict, right, wrong

NAME = "constrained_linear_arrangement"
PIECES = {"elements": 5, "stick_game": 4, "animal": 8}
LEVELS = {
    1: ((2, 2), {"stick_game": 3}),
    2: ((3, 3), PIECES),
    3: ((4, 4), {"elements": 5, "animal": 8}),
    4: ((4, 5), {"elements": 5, "animal": 8}),
    5: ((5, 5), {"elements": 5, "animal": 8}),
}
HARDEST = 23  # 26 pieces, one for each letter
COUNTED = 7  # rounds up to which the right answers are counted; more rounds are hard to guess

RESULTS = ("win", "draw", "loss")


def params(level: int) -> Params:
    if level > HARDEST:
        raise LevelError(f"{NAME} is defined for levels 1 to {HARDEST}, not {level}")
    if level in LEVELS:
        (low, high), games = LEVELS[level]
        return {"rounds": [low, high], "games": games}
    return {"rounds": [level, level], "games": {"elements": level | 1, "animal": level + 3}}


def size(params: Params) -> float:
    return float(sum(params["rounds"]))


def generate(params: Params, rng: Random) -> Data:
    while True:
        rounds = rng.randint(*params["rounds"])
        game = rng.choice(sorted(params["games"]))
        pieces = list(ascii_uppercase[: params["games"][game]])
        rng.shuffle(pieces)
        if game != "animal":  # a ring has no beginning
            start = pieces.index("A")
            pieces = pieces[start:] + pieces[:start]
        order = "".join(pieces)
        mine, theirs = rng.sample(pieces, rounds), rng.sample(pieces, rounds)
        data = {
            "game": game,
            "order": order,
            "mine": mine,
            "results": [result(game, order, a, b) for a, b in zip(mine, theirs, strict=True)],
        }
        if set(data["results"]) == {"draw"}:
            continue  # often one's own pieces again
        if rounds > COUNTED:
            return data
        rare = max(1, perm(len(pieces), rounds) // 100)  # guessing must not pay
        if len(list(islice(answers(data), rare + 1))) <= rare:
            return data


def render(data: Data) -> str:
    game, order = data["game"], data["order"]
    rounds = "\n".join(
        f"Round {number}: you played {piece}: {outcome}"
        for number, (piece, outcome) in enumerate(
            zip(data["mine"], data["results"], strict=True), 1
        )
    )
    return (
        f"Two players have the same {len(order)} pieces: {show(sorted(order))}. In every round "
        "both show one of their own pieces at the same time; a piece that was shown is used up "
        "for its owner, so no player shows a piece twice.\n"
        f"{_rules(game, order)}\n\n"
        "You are one of the players. These are your pieces and the results as you saw them (win: "
        "your piece beat the other; loss: the other beat yours):\n"
        f"{rounds}\n\n"
        "Which piece did the other player show in each round? If several sequences agree with "
        "all of this, any of them is right.\n"
        + final_answer(
            "the other player's pieces in the order of the rounds", "letter, letter, ..."
        )
    )


def _rules(game: str, order: str) -> str:
    if game == "animal":
        return (
            f"From the strongest to the weakest the pieces are {show(order)}. The stronger piece "
            f"beats the weaker one, with one exception: the weakest, {order[-1]}, beats the "
            f"strongest, {order[0]}. Two equal pieces are a draw."
        )
    lines = []
    for mine in sorted(order):
        beaten, stronger = (
            [theirs for theirs in sorted(order) if result(game, order, mine, theirs) == outcome]
            for outcome in ("win", "loss")
        )
        lines.append(f"Your {mine} beats {show(beaten)} and is beaten by {show(stronger)}.")
    return "\n".join([*lines, "Every other meeting, such as that of equal pieces, is a draw."])


def verify(data: Data, text: str) -> Verdict:
    mine, order = data["mine"], data["order"]
    answer = _letters(text, len(mine))
    if len(answer) != len(mine):
        return wrong(f"{len(answer)} pieces are given for {len(mine)} rounds")
    for number, piece in enumerate(answer, 1):
        if piece not in order:
            return wrong(f"round {number}: there is no piece {shorten(piece)}")
        if piece in answer[: number - 1]:
            first = answer.index(piece) + 1
            return wrong(f"the other player shows {piece} in round {first} and in round {number}")
    for number, (own, other, due) in enumerate(zip(mine, answer, data["results"], strict=True), 1):
        found = result(data["game"], order, own, other)
        if found != due:
            return wrong(f"round {number}: your {own} against {other} is a {found}, not a {due}")
    return right("every result comes about, and no piece is used twice")


def _letters(text: str, rounds: int) -> list[str]:
    letters = [item.upper() if item.isascii() else item for item in items(text)]
    if len(letters) == 1 and len(letters[0]) == rounds:
        letters = list(letters[0])
    if not letters or not all(len(letter) == 1 for letter in letters):
        raise Unreadable(f"expected {rounds} letters, got {shorten(text)}")
    return letters


def solve(data: Data) -> str:
    letters = one_answer(data)
    if letters is None:
        raise ValueError("no sequence of pieces agrees with the results")
    return show(letters, ",")


def matches_key(record: Record, text: str) -> bool:
    try:
        return _letters(text, len(record.data["mine"])) == (record.stored or "").split(",")
    except Unreadable:
        return False


def published(root: Path) -> Iterator[Record | Fault]:
    return samples(NAME, root / NAME, _record)


def _record(folder: Path, identity: str) -> Record:
    content = read_json(folder / "solution.json")
    fields = content if isinstance(content, dict) else {}
    game, mine, results, stored = map(
        fields.get, ("game_type", "player_moves", "results", "solution")
    )
    if not isinstance(game, str) or game not in PIECES:
        raise Damaged("game_type is not one of the three games")
    order = ascii_uppercase[: PIECES[game]]
    if not _are_some_of(mine, order) or len(set(mine)) < len(mine):
        raise Damaged("player_moves is not a list of different pieces")
    if not _are_some_of(results, RESULTS) or len(results) != len(mine):
        raise Damaged("results does not hold a win, draw or loss for each round")
    if not _are_some_of(stored, order):
        raise Damaged("solution is not a list of pieces")
    data: Data = {"game": game, "order": order, "mine": mine, "results": results}
    key = show(stored, ",")
    count = len(list(islice(answers(data), 2)))
    flags: dict[int, Flag] = {0: "no_valid_answer", 2: "several_answers"}
    notes = ""
    one_sided = {**data, "game": "one_sided_elements"}
    if game == "elements" and not verify(data, key).correct and verify(one_sided, key).correct:
        notes = "the key agrees with the results only if one's own piece alone decides"
    return Record(
        task=NAME,
        id=identity,
        question=read_text(folder / "question.txt"),
        data=data,
        stored=key,
        flags=frozenset((flags[count],) if count in flags else ()),
        notes=notes,
    )


def _are_some_of(values: Any, known: Sequence[str]) -> TypeGuard[list[str]]:
    return (
        isinstance(values, list) and bool(values) and all(value in list(known) for value in values)
    )


def _setting(rounds: int, game: str) -> Params:
    return {"rounds": [rounds, rounds], "games": {game: PIECES[game]}}


TASK = Task(
    name=NAME,
    title="Constrained Linear Arrangement",
    version=1,
    split="seen",
    family="logic",
    idea=(
        "Two players show one piece each per round, none twice. From one's own pieces and the "
        "results, find the pieces that the opponent may have shown."
    ),
    knobs="The number of rounds, and the rules by which pieces beat each other.",
    acceptance=(
        "Every sequence of different pieces that brings about each round's result, also where "
        "several do; as a list of letters or as one word, in either case."
    ),
    published_defects=(
        "56 of 68 keys of the elements game break the printed rules, and 24 of these questions "
        "have no answer at all, because the generator counted only what the player's own piece "
        "does. 91 questions have several answers. The judge lets pieces repeat, takes any letter "
        "for some draws, and lets mouse and elephant beat each other."
    ),
    size_name="sum of the fewest and the most rounds",
    size=size,
    params=params,
    generate=generate,
    render=render,
    verify=verify,
    solve=solve,
    matches_key=matches_key,
    paper_settings={
        **{f"elements-{rounds}": _setting(rounds, "elements") for rounds in (3, 4, 5)},
        "stick-4": _setting(4, "stick_game"),
        **{f"animal-{rounds}": _setting(rounds, "animal") for rounds in (3, 4, 5)},
    },
    published=published,
    spaces={1: 60},
)
