"""Web of Lies: who tells the truth, among people who say things about each other."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from random import Random
from typing import Any

from pytest_symbench.tasks import big_bench_hard
from pytest_symbench.tasks.answers import Unreadable, final_answer
from pytest_symbench.tasks.answers.choices import yes_no
from pytest_symbench.tasks.answers.lists import items, peel, show
from pytest_symbench.tasks.logic.people import NAMES
from pytest_symbench.tasks.published import Damaged, Fault, Flag, Record
from pytest_symbench.tasks.task import Data, LevelError, Params, Task, Verdict, right, wrong

NAME = "web_of_lies"
LEVELS: dict[int, Params] = {
    level: {"people": people, "asked": asked, "graph": graph, "about": about, "shuffled": shuffled}
    for level, (people, asked, graph, about, shuffled) in {
        1: (2, 1, "chain", 1, False),
        2: (3, 2, "chain", 1, False),
        3: (4, 2, "chain", 1, False),
        4: (4, 3, "chain", 1, True),
        5: (5, 4, "chain", 1, False),
        6: (7, 5, "tree", 1, True),
        7: (9, 6, "tree", 2, True),
        8: (12, 6, "tree", 3, True),
        9: (15, 6, "tree", 3, True),
    }.items()
}
HARDEST = 28  # two hundred people
CLAIMS = {
    1: {True: "truthful", False: "lying"},
    2: {True: "differ", False: "alike"},
    3: {True: "even", False: "odd"},
}
"""Number of people spoken of -> is an odd number of them truthful? -> the claim that says so.

Among three people an odd number is truthful if an even number lies.
"""
ODD_TRUTHFUL = {claim: odd for claims in CLAIMS.values() for odd, claim in claims.items()}


def params(level: int) -> Params:
    if level > HARDEST:
        raise LevelError(f"{NAME} is defined for levels 1 to {HARDEST}, not {level}")
    people = 20 + 10 * (level - 10)
    return LEVELS.get(level) or {
        "people": people,
        "asked": 8,
        "graph": "cyclic",
        "about": 3,
        "shuffled": True,
    }


def size(params: Params) -> float:
    return float(params["people"] + params["asked"])


def generate(params: Params, rng: Random) -> Data:
    number = params["people"]
    truth = [rng.random() < 0.5 for _ in range(number)]
    if params["graph"] == "cyclic":
        asked = rng.sample(range(number), params["asked"])
        statements = _cyclic(params, truth, asked, rng)
    else:
        statements = _acyclic(params, truth, rng)
        asked = [number - 1, *rng.sample(range(1, number - 1), params["asked"] - 1)]
        rng.shuffle(asked)
    if params["shuffled"]:
        rng.shuffle(statements)
    return {"people": rng.sample(NAMES, number), "statements": statements, "asked": asked}


def _acyclic(params: Params, truth: Sequence[bool], rng: Random) -> list[dict[str, Any]]:
    """A fact about the first person, and one claim of everybody else about earlier people."""
    statements = [{"claim": CLAIMS[1][truth[0]], "about": [0]}]
    for speaker in range(1, len(truth)):
        if params["graph"] == "chain":
            about = [speaker - 1]
        else:
            about = rng.sample(range(speaker), min(speaker, rng.randint(1, params["about"])))
        statements.append(_claim(speaker, about, truth))
    return statements


def _cyclic(
    params: Params, truth: Sequence[bool], asked: Sequence[int], rng: Random
) -> list[dict[str, Any]]:
    """Claims of everybody about anybody, until they determine who of the asked lies."""
    statements: list[dict[str, Any]] = []
    speakers = list(range(len(truth)))
    while True:
        for speaker in speakers:
            others = [person for person in range(len(truth)) if person != speaker]
            about = rng.sample(others, rng.randint(1, params["about"]))
            claim = _claim(speaker, about, truth)
            if claim not in statements:
                statements.append(claim)
        if None not in determined(len(truth), statements, asked):
            return statements
        speakers = [rng.randrange(len(truth))]


def _claim(speaker: int, about: Sequence[int], truth: Sequence[bool]) -> dict[str, Any]:
    """The claim that this speaker makes: a true one exactly if the speaker is truthful."""
    odd = sum(truth[person] for person in about) % 2 == 1
    claim = CLAIMS[len(about)][odd == truth[speaker]]
    return {"speaker": speaker, "claim": claim, "about": list(about)}


def render(data: Data) -> str:
    names = data["people"]
    asked = [names[person] for person in data["asked"]]
    if len(asked) == 1:
        question = f"Does {asked[0]} tell the truth?"
        closing = final_answer("Yes or No", "Yes or No")
    else:
        question = (
            f"Which of these people tell the truth: {show(asked)}? Answer Yes (tells the truth) "
            "or No (lies) for each of them, in this order."
        )
        closing = final_answer(f"the {len(asked)} answers", "ANSWER_1, ANSWER_2, ...")
    return (
        "Each of the following people either always tells the truth or always lies: whatever a "
        "truthful person says is true, and whatever a liar says is false.\n\n"
        + "\n".join(_sentence(statement, names) for statement in data["statements"])
        + f"\n\n{question}\n{closing}"
    )


def _sentence(statement: Mapping[str, Any], names: Sequence[str]) -> str:
    about = [names[person] for person in statement["about"]]
    listed = f"{', '.join(about[:-1])} and {about[-1]}" if about[1:] else about[0]
    claim = {
        "truthful": f"{listed} tells the truth",
        "lying": f"{listed} lies",
        "differ": f"exactly one of {listed} tells the truth",
        "alike": f"{listed} either both tell the truth or both lie",
        "odd": f"an odd number of {listed} lie (one or three of them)",
        "even": f"an even number of {listed} lie (none or two of them)",
    }[statement["claim"]]
    if "speaker" in statement:
        return f"{names[statement['speaker']]} says that {claim}."
    return f"It is known that {claim}."


def verify(data: Data, text: str) -> Verdict:
    answers = _read(text, len(data["asked"]))
    truth = determined(len(data["people"]), data["statements"], data["asked"])
    wrongly = [
        data["people"][person]
        for person, answer, true in zip(data["asked"], answers, truth, strict=True)
        if answer != true
    ]
    if wrongly:
        return wrong(f"the answer on {wrongly[0]} is wrong")
    return right("the natures of all the people asked about")


def _read(text: str, number: int) -> list[bool]:
    if number == 1:
        return [yes_no(peel(text))]
    if len(text) > 40 * number + 2000:
        raise Unreadable(f"expected {number} answers, got a much longer text")
    words = items(re.sub(r"^\s*answers?\s*:", "", text, flags=re.IGNORECASE))
    if len(words) != number:
        raise Unreadable(f"expected {number} answers, got {len(words)}")
    return [yes_no(word) for word in words]


def solve(data: Data) -> str:
    truth = determined(len(data["people"]), data["statements"], data["asked"])
    assert None not in truth, "the statements determine the answer"
    return ", ".join("Yes" if true else "No" for true in truth)


def determined(
    people: int, statements: Sequence[Mapping[str, Any]], asked: Sequence[int]
) -> list[bool | None]:
    """Whether each of the asked is truthful; None where the statements do not determine it.

    A statement is a linear equation over the field of two elements: the truthful ones among
    some people are odd, or even, in number. Elimination keeps every row reduced by the others.
    """
    rows: dict[int, tuple[int, int]] = {}  # leading person -> people as bits, parity
    for statement in statements:
        mask = 0
        for person in statement["about"]:
            mask ^= 1 << person
        parity = int(ODD_TRUTHFUL[statement["claim"]])
        if "speaker" in statement:
            mask, parity = mask ^ (1 << statement["speaker"]), parity ^ 1
        for leader, (others, known) in rows.items():
            if mask >> leader & 1:
                mask, parity = mask ^ others, parity ^ known
        if not mask:
            if parity:
                return [None] * len(asked)  # nobody can be as the statements say
            continue
        leader = mask.bit_length() - 1
        for other, (others, known) in rows.items():
            if others >> leader & 1:
                rows[other] = (others ^ mask, known ^ parity)
        rows[leader] = (mask, parity)
    return [
        bool(rows[person][1]) if rows.get(person, (0, 0))[0] == 1 << person else None
        for person in asked
    ]


def published(root: Path) -> Iterator[Record | Fault]:
    return big_bench_hard.records(root, task=NAME, file="web_of_lies", read=_example)


_STATEMENT = re.compile(
    r"\s*(?:(?P<speaker>\w+) says )?(?P<about>\w+) (?P<claim>tells the truth|lies)\."
)
_QUESTION = re.compile(r"\s*Does (\w+) tell the truth\?\s*")


def _example(text: str) -> tuple[Data, frozenset[Flag]]:
    place = len("Question:") if text.startswith("Question:") else 0
    people: list[str] = []
    statements: list[dict[str, Any]] = []

    def index(name: str) -> int:
        if name not in people:
            people.append(name)
        return people.index(name)

    while match := _STATEMENT.match(text, place):
        place = match.end()
        about = [index(match["about"])]
        claim = CLAIMS[1][match["claim"] != "lies"]
        speaker = {"speaker": index(match["speaker"])} if match["speaker"] else {}
        statements.append({**speaker, "claim": claim, "about": about})
    question = _QUESTION.fullmatch(text, place)
    if not question or question[1] not in people:
        raise Damaged("the text is not a row of statements and a question about one person")
    asked = [people.index(question[1])]
    open_question = None in determined(len(people), statements, asked)
    flags: frozenset[Flag] = frozenset({"no_valid_answer"} if open_question else ())
    return {"people": people, "statements": statements, "asked": asked}, flags


def matches_key(record: Record, text: str) -> bool:
    try:
        return record.stored is not None and yes_no(peel(text)) == yes_no(record.stored)
    except Unreadable:
        return False


TASK = Task(
    name=NAME,
    title="Web of Lies",
    version=1,
    split="seen",
    family="logic",
    idea=(
        "People who always lie or always tell the truth speak about each other. Find out who "
        "tells the truth."
    ),
    knobs=(
        "The number of people, how many of them are asked about, and whom they speak of: the one "
        "before, several earlier ones, and from level 10 on anybody, so that nothing is given to "
        "begin with."
    ),
    acceptance=(
        "Yes or No (also true or false, in any case) for every person asked about, in the order "
        "of the question, separated by commas, blanks or lines. All of them must be right."
    ),
    published_defects=(
        "The keys are right. All 250 instances are chains of five people with a single Yes or No, "
        "so that guessing scores one half; and the judge, a language model, is taken to approve "
        "if its reply contains `correct`, which `incorrect` does too."
    ),
    size_name="people, and people asked about",
    size=size,
    params=params,
    generate=generate,
    render=render,
    verify=verify,
    solve=solve,
    paper_settings={"chain-5": {**LEVELS[5], "asked": 1}},
    published=published,
    matches_key=matches_key,
)
