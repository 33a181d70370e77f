"""Statistical Counting: each run of a letter in a string adds the letter's score once."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from random import Random
from string import ascii_uppercase
from typing import Any

from pytest_symbench.tasks.answers import Unreadable, final_answer
from pytest_symbench.tasks.answers.numbers import integer, shorten
from pytest_symbench.tasks.published import (
    Damaged,
    Fault,
    Record,
    read_json,
    read_text,
    samples,
)
from pytest_symbench.tasks.task import Data, LevelError, Params, Task, Verdict, right, wrong

NAME = "statistical_counting"
PUBLISHED_FOLDER = "statistical_counting_dataset"
SIZES = {
    1: (5, 2),
    2: (15, 3),
    3: (30, 4),
    4: (45, 5),
    5: (65, 7),
    6: (100, 10),
    7: (150, 12),
    8: (250, 15),
    9: (400, 20),
    10: (800, 26),
}
"""Level -> length of the string, letters in it."""
HARDEST = 33  # a string of 10,000 letters


def params(level: int) -> Params:
    if level > HARDEST:
        raise LevelError(f"{NAME} is defined for levels 1 to {HARDEST}, not {level}")
    length, letters = SIZES.get(level) or (800 + 400 * (level - 10), 26)
    drawn = {
        "scores": [1, 3] if level == 1 else [1, 9] if level < 6 else [-20, 20],
        "minima": [2, 2] if level < 6 else [2, 4],
        "repeats": 40 if level < 6 else 60,  # per cent of letters that are as the one before
    }
    return {"length": length, "letters": letters, "drawn": drawn}


def size(params: Params) -> float:
    return float(params["length"])


def generate(params: Params, rng: Random) -> Data:
    while True:
        data = _drawn(params, rng) if params["drawn"] else _as_published(params, rng)
        if _score(data):
            return data


def _drawn(params: Params, rng: Random) -> Data:
    drawn = params["drawn"]
    letters = sorted(rng.sample(ascii_uppercase, params["letters"]))
    scores = [score for score in range(drawn["scores"][0], drawn["scores"][1] + 1) if score]
    rules = [_rule(letter, rng.choice(scores), rng.randint(*drawn["minima"])) for letter in letters]
    sequence = [rng.choice(letters)]
    while len(sequence) < params["length"]:
        if rng.randrange(100) < drawn["repeats"]:
            sequence.append(sequence[-1])
        else:
            sequence.append(rng.choice([letter for letter in letters if letter != sequence[-1]]))
    return {"sequence": "".join(sequence), "rules": rules}


def _as_published(params: Params, rng: Random) -> Data:
    letters = ascii_uppercase[: params["letters"]]
    return {
        "sequence": "".join(rng.choice(letters) for _ in range(params["length"])),
        "rules": [_rule(letter, score, 2) for score, letter in enumerate(letters, 1)],
    }


def _rule(letter: str, score: int, minimum: int) -> Data:
    return {"letter": letter, "score": score, "min_consecutive": minimum}


def render(data: Data) -> str:
    rules = "\n".join(
        f"- run of {rule['min_consecutive']} or more {rule['letter']}: {_change(rule['score'])}"
        for rule in data["rules"]
    )
    return (
        "A run is a stretch of equal letters that cannot be made longer: the letters next to it, "
        "if any, are different. Split the string at the end into its runs. The score is 0 at "
        f"first, and every run changes it by the rule of its letter:\n\n{rules}\n\n"
        "A run counts once, however long it is. A run that is shorter than its rule demands counts "
        "nothing. A letter may have several runs, and each of them counts.\n\n"
        f"String: {data['sequence']}\n\n"
        "What is the score after all runs?\n" + final_answer("the score", "integer")
    )


def _change(score: int) -> str:
    return f"add {score}" if score >= 0 else f"subtract {-score}"


def _contributions(data: Data) -> list[int]:
    """What each run adds, in the order of the string."""
    rules = {rule["letter"]: rule for rule in data["rules"]}
    added = []
    for letter, run in groupby(data["sequence"]):
        rule = rules.get(letter)
        if rule and len(list(run)) >= rule["min_consecutive"]:
            added.append(rule["score"])
    return added


def _score(data: Data) -> int:
    return sum(_contributions(data))


def verify(data: Data, text: str) -> Verdict:
    answer = integer(text)
    if answer == _score(data):
        return right("every run of sufficient length counts once")
    shown = shorten(str(answer))[1:-1]
    if answer == _once_per_rule(data):
        return wrong(f"{shown} counts every rule once, but each run counts")
    if answer == _per_repetition(data):
        return wrong(f"{shown} counts a run for each repeated letter, but a run counts once")
    return wrong(f"the score is not {shown}")


def _once_per_rule(data: Data) -> int:
    return sum(
        rule["score"]
        for rule in data["rules"]
        if rule["letter"] * rule["min_consecutive"] in data["sequence"]
    )


def _per_repetition(data: Data) -> int:
    score = 0
    for rule in data["rules"]:
        for letter, run in groupby(data["sequence"]):
            if letter == rule["letter"]:
                score += rule["score"] * max(0, len(list(run)) - rule["min_consecutive"] + 1)
    return score


def solve(data: Data) -> str:
    return str(_score(data))


def published(root: Path) -> Iterator[Record | Fault]:
    return samples(NAME, root / PUBLISHED_FOLDER, _record)


def _record(folder: Path, identity: str) -> Record:
    question, content = read_text(folder / "question.txt"), read_json(folder / "solution.json")
    if not question:
        raise Damaged("question.txt is empty")
    if not isinstance(content, dict):
        raise Damaged("solution.json is not an object")
    sequence, rules = content.get("sequence"), content.get("rules")
    if not isinstance(sequence, str) or not sequence.isascii() or not sequence.isalpha():
        raise Damaged("the sequence in solution.json is not a string of letters")
    if type(content.get("solution")) is not int:
        raise Damaged("the solution in solution.json is not an integer")
    if not isinstance(rules, list) or not rules:
        raise Damaged("solution.json has no list of rules")
    read = [_published_rule(rule) for rule in rules]
    if len({rule["letter"] for rule in read}) < len(read):
        raise Damaged("two rules in solution.json are for one letter")
    return Record(
        task=NAME,
        id=identity,
        question=question,
        data={"sequence": sequence, "rules": read},
        stored=str(content["solution"]),
    )


def _published_rule(rule: Any) -> Data:
    fields = rule if isinstance(rule, dict) else {}
    letter, score, minimum = (fields.get(k) for k in ("letter", "score", "min_consecutive"))
    if letter not in tuple(ascii_uppercase) or type(score) is not int:
        raise Damaged("a rule in solution.json lacks a letter or a score")
    if type(minimum) is not int or minimum < 1:
        raise Damaged("a rule in solution.json lacks a smallest length of a run")
    return _rule(letter, score, minimum)


def matches_key(record: Record, text: str) -> bool:
    try:
        return str(integer(text)) == record.stored
    except Unreadable:
        return False


TASK = Task(
    name=NAME,
    title="Statistical Counting",
    version=1,
    split="seen",
    family="strings",
    idea=(
        "Scan a string of letters: every maximal run that is long enough adds the score of its "
        "letter once."
    ),
    knobs=(
        "The length of the string and the number of letters; from level 6 on scores may be "
        "negative and each letter has its own smallest length of a run."
    ),
    acceptance="The score as an integer; a leading plus, `.0` and thousands separators are read.",
    published_defects=(
        "The 200 keys are right if each run counts once, as a scan from front to back suggests; "
        "the question does not say it, and most answers change where each rule counts once. "
        "The judge stops with an error where the answer is not written as a plain integer."
    ),
    size_name="letters of the string",
    size=size,
    params=params,
    generate=generate,
    render=render,
    verify=verify,
    solve=solve,
    paper_settings={
        f"length-{length}-letters-{letters}": {"length": length, "letters": letters, "drawn": None}
        for length, letters in (
            *((5, 2), (10, 3), (15, 4), (20, 5), (25, 6)),
            *((35, 3), (45, 3), (55, 3), (65, 3), (65, 4), (65, 5), (65, 6), (65, 7)),
        )
    },
    published=published,
    matches_key=matches_key,
)
