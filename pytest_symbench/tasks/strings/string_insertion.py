"""String Insertion: a letter goes in after every occurrence of some substrings."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from random import Random
from typing import Any

from pytest_symbench.tasks.answers import Unreadable, final_answer
from pytest_symbench.tasks.answers.extract import unquote
from pytest_symbench.tasks.answers.numbers import shorten
from pytest_symbench.tasks.published import (
    Damaged,
    Fault,
    Record,
    read_json,
    read_text,
    samples,
)
from pytest_symbench.tasks.task import Data, LevelError, Params, Task, Verdict, right, wrong

NAME = "string_insertion"
FOLDER = "string_insertion"
PAPER_RULES = [["ABCD", "A"], ["BCDE", "B"], ["CDEA", "C"], ["DEAB", "D"], ["EABC", "E"]]
PAPER: Params = {
    "published": True,
    "letters": 5,
    "rules": 5,
    "width": 4,
    "occurrences": 3,
    "filler": [1, 1],
    "margin": [0, 2],
    "overlaps": False,
}
LEVELS: dict[int, Params] = {
    level: {
        "letters": letters,
        "rules": rules,
        "width": width,
        "occurrences": occurrences,
        "filler": [0, 2],
        "margin": [1, 2] if level == 1 else [0, 2],
        "overlaps": level > 5,
    }
    for level, (letters, rules, width, occurrences) in {
        1: (8, 1, 2, 1),
        2: (5, 2, 3, 1),
        3: (5, 3, 3, 2),
        4: (5, 4, 3, 3),
        5: (5, 5, 4, 3),
        6: (5, 5, 4, 6),
        7: (5, 6, 4, 10),
        8: (5, 7, 4, 15),
        9: (5, 8, 4, 22),
        10: (5, 9, 4, 30),
    }.items()
}
HARDEST = 50  # strings of several thousand letters
ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ"  # none that looks like a digit


def params(level: int) -> Params:
    if level > HARDEST:
        raise LevelError(f"{NAME} is defined for levels 1 to {HARDEST}, not {level}")
    return LEVELS.get(level) or {
        **LEVELS[10],
        "rules": 10,
        "occurrences": 40 + 20 * (level - 11),
    }


def size(params: Params) -> float:
    longest = params["occurrences"] * (params["width"] + params["filler"][1])
    longest += 2 * params["margin"][1]
    return float(params["rules"] * params["width"] + longest)


def generate(params: Params, rng: Random) -> Data:
    while True:
        if "published" in params:
            letters, rules = "ABCDE", PAPER_RULES
        else:
            letters = "".join(sorted(rng.sample(ALPHABET, params["letters"])))
            rules = _rules(params, letters, rng)
        text = _text(params, letters, dict(rules), rng)
        ends = _ends(text, dict(rules))
        readings = {_inserted(text, dict(rules)), *_misread(text, dict(rules)).values()}
        if params["overlaps"]:
            # the wording fixes what overlapping occurrences mean, so let it matter
            if len(readings) > 1 and len(ends) >= params["occurrences"]:
                return {"text": text, "rules": rules}
        elif len(readings) == 1 and len(ends) == params["occurrences"]:
            return {"text": text, "rules": rules}


def _rules(params: Params, letters: str, rng: Random) -> list[list[str]]:
    """Distinct substrings, each with its letter; half of them continue the one before."""
    width = params["width"]
    found: dict[str, str] = {}
    word = "".join(rng.choice(letters) for _ in range(width))
    while len(found) < params["rules"]:
        found.setdefault(word, rng.choice(letters))
        fresh = rng.choice((1, width))
        word = word[fresh:] + "".join(rng.choice(letters) for _ in range(fresh))
    rules = [[word, letter] for word, letter in found.items()]
    rng.shuffle(rules)
    return rules


def _text(params: Params, letters: str, rules: Mapping[str, str], rng: Random) -> str:
    """Occurrences with filler between them or, where they may overlap, within each other."""
    text = _random(params["margin"], letters, rng)
    for number in range(params["occurrences"]):
        word = rng.choice(list(rules))
        if params["overlaps"] and rng.random() < 0.5:
            endings = [
                other[length:]
                for other in rules
                for length in range(1, len(other))
                if text.endswith(other[:length])
            ]
            text += rng.choice(endings or [word])
        else:
            text += (_random(params["filler"], letters, rng) if number else "") + word
    return text + _random(params["margin"], letters, rng)


def _random(length: Sequence[int], letters: str, rng: Random) -> str:
    return "".join(rng.choice(letters) for _ in range(rng.randint(*length)))


def render(data: Data) -> str:
    rules = "\n".join(
        f"{number}. After {word}, insert {letter}."
        for number, (word, letter) in enumerate(data["rules"], 1)
    )
    return (
        f"Here is a string of capital letters:\n\n{data['text']}\n\n"
        "Insert letters into it by these rules:\n\n" + rules + "\n\n"
        "Each occurrence of such a substring in the original string gets its letter directly "
        "after its last character. Occurrences may overlap, and every one of them counts. They "
        "are found in the original string alone: an inserted letter neither makes a new "
        "occurrence nor breaks up an old one. Letters are never removed or moved.\n"
        + final_answer("the resulting string", "STRING")
    )


def verify(data: Data, text: str) -> Verdict:
    answer = unquote(text.strip()).strip()
    if not re.fullmatch(r"[A-Za-z]+", answer):
        raise Unreadable(f"expected a string of letters, got {shorten(text)}")
    string, rules = data["text"], dict(data["rules"])
    result = _inserted(string, rules)
    if answer == result:
        return right("every occurrence got its letter")
    if answer == string:
        return wrong("nothing was inserted")
    if answer.upper() == result:
        return wrong("the letters are right, but not all of them are capitals")
    for misreading, other in _misread(string, rules).items():
        if answer == other:
            return wrong(misreading)
    if not _contains(answer, string):
        return wrong("letters of the original string are missing or changed")
    inserted, due = len(answer) - len(string), len(result) - len(string)
    if inserted != due:
        return wrong(f"{inserted} letters were inserted where {due} are due")
    place = next(place for place, letter in enumerate(result) if answer[place] != letter)
    return wrong(f"the letter at position {place + 1} is not the one that the rules put there")


def solve(data: Data) -> str:
    return _inserted(data["text"], dict(data["rules"]))


def _ends(text: str, rules: Mapping[str, str]) -> dict[int, str]:
    """Where an occurrence ends in the text -> the letter that goes there."""
    widths = sorted({len(word) for word in rules})
    return {
        end: rules[text[end - width : end]]
        for end in range(1, len(text) + 1)
        for width in widths
        if end >= width and text[end - width : end] in rules
    }


def _inserted(text: str, rules: Mapping[str, str]) -> str:
    ends = _ends(text, rules)
    return "".join(letter + ends.get(end, "") for end, letter in enumerate(text, 1))


def _misread(text: str, rules: Mapping[str, str]) -> dict[str, str]:
    """What other readings of the rules give, each under the sentence that says what is wrong."""
    growing = skipping = ""
    since = 0
    widths = sorted({len(word) for word in rules})
    for letter in text:
        growing += letter
        skipping += letter
        since += 1
        for width in widths:
            if growing[-width:] in rules:
                growing += rules[growing[-width:]]
                break
        for width in widths:
            if since >= width and skipping[-width:] in rules:
                skipping += rules[skipping[-width:]]
                since = 0
                break
    one_by_one = text
    for word, letter in rules.items():
        one_by_one = one_by_one.replace(word, word + letter)
    return {
        "inserted letters were taken as parts of the substrings": growing,
        "occurrences that overlap others were passed over": skipping,
        "the rules were applied one after the other, each to the result of the last": one_by_one,
    }


def _contains(answer: str, string: str) -> bool:
    """Are the letters of the string all in the answer, in their order?"""
    letters = iter(answer)
    return all(letter in letters for letter in string)


def published(root: Path) -> Iterator[Record | Fault]:
    return samples(NAME, root / FOLDER, _record)


def _record(folder: Path, identity: str) -> Record:
    solution = read_json(folder / "solution.json")
    fields: dict[str, Any] = solution if isinstance(solution, dict) else {}
    text, stored = fields.get("original_string"), fields.get("modified_string")
    if not isinstance(text, str) or not re.fullmatch(r"[A-E]+", text):
        raise Damaged("solution.json has no original_string of the letters A to E")
    if not isinstance(stored, str):
        raise Damaged("solution.json has no modified_string")
    return Record(
        task=NAME,
        id=identity,
        question=read_text(folder / "question.txt"),
        data={"text": text, "rules": PAPER_RULES},
        stored=stored,
    )


TASK = Task(
    name=NAME,
    title="String Insertion",
    version=1,
    split="seen",
    family="strings",
    idea=(
        "Rules name substrings and a letter for each. Insert the letter after every occurrence "
        "of its substring in a given string."
    ),
    knobs=(
        "The number of rules, the length of their substrings and the number of occurrences. From "
        "level 6 on occurrences overlap, and it matters that they are found in the original "
        "string alone."
    ),
    acceptance=(
        "The exact resulting string, in capitals, with or without quotes around it. Blanks "
        "within it are errors."
    ),
    published_defects=(
        "The 200 keys are right and the four plausible readings of the rules agree on them, but "
        "all instances have one difficulty: three occurrences that do not overlap. The judge "
        "rejects an answer in quotes."
    ),
    size_name="letters of the rules and of the string",
    size=size,
    params=params,
    generate=generate,
    render=render,
    verify=verify,
    solve=solve,
    paper_settings={"three-occurrences": PAPER},
    published=published,
)
