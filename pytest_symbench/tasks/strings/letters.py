"""Letters: how often a letter occurs in a string, and where."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from random import Random
from string import ascii_lowercase

from pytest_symbench.tasks.answers import Unreadable, final_answer
from pytest_symbench.tasks.answers.lists import integers, peel
from pytest_symbench.tasks.answers.numbers import plain_integer, shorten
from pytest_symbench.tasks.published import Damaged, Fault, Record, read_json
from pytest_symbench.tasks.task import Data, LevelError, Params, Task, Verdict, right, wrong

NAME = "letters"
LEVELS = {
    1: {"length": [4, 5], "count": [1, 2]},
    2: {"length": [10, 15], "count": [0, 5]},
    3: {"length": [25, 30], "count": [0, 6]},
    4: {"length": [150, 200], "count": [25, 50]},
    5: {"length": [750, 800], "count": [100, 200]},
}
HARDEST = 44  # beyond it the list of positions nears the longest answer that is read
PAPER: dict[str, Params] = {
    f"length-{shortest}-{shortest + 5}": {"length": [shortest, shortest + 5], "count": [1, 5]}
    for shortest in (5, 10, 15, 20, 25)
} | {
    f"length-{shortest}-{shortest + 50}-count-{count}": {
        "length": [shortest, shortest + 50],
        "count": [count, count],
        "letters": ascii_lowercase[:15],
    }
    for shortest, counts in {50: (12, 25), 150: (25, 50), 350: (50, 100), 750: (100, 200)}.items()
    for count in counts
}
SAMPLE = re.compile(r"([a-z])_([0-9]+)_([0-9]+)")
ANSWER = re.compile(
    r"[\"']?count[\"']?\s*[:=]\s*([^\s,;]+)\s*(?:[,;.]\s*)?[\"']?positions?[\"']?\s*[:=]\s*(\S.*)",
    re.IGNORECASE | re.DOTALL,
)


def params(level: int) -> Params:
    if level > HARDEST:
        raise LevelError(f"{NAME} is defined for levels 1 to {HARDEST}, not {level}")
    longest = 1000 * (level - 4)
    return LEVELS.get(level) or {
        "length": [longest - 50, longest],
        "count": [longest // 8, longest // 4],
    }


def size(params: Params) -> float:
    return float(params["length"][1])


def generate(params: Params, rng: Random) -> Data:
    letter = rng.choice(params.get("letters", ascii_lowercase))
    length = rng.randint(*params["length"])
    fewest, most = params["count"]
    count = rng.randint(fewest, min(most, length))
    others = ascii_lowercase.replace(letter, "")
    text = [letter] * count + [rng.choice(others) for _ in range(length - count)]
    rng.shuffle(text)
    return {"letter": letter, "text": "".join(text)}


def render(data: Data) -> str:
    return (
        f'Find every occurrence of the letter "{data["letter"]}" in this string of lower-case '
        f'letters (the quotation marks do not belong to it):\n\n"{data["text"]}"\n\n'
        "Give the number of occurrences and the position of each one. The first letter of the "
        "string has position 1, the next one position 2, and so on. If the letter does not occur, "
        "the count is 0 and the list of positions is empty, [].\n"
        + final_answer(
            "the count and all positions", "Count: COUNT, Positions: [FIRST, SECOND, ...]"
        )
    )


def verify(data: Data, text: str) -> Verdict:
    count, positions = _read(text)
    letter, string = data["letter"], data["text"]
    listed: set[int] = set()
    for position in positions:
        if not 1 <= position <= len(string):
            return wrong(f"position {shorten(str(position))} is not in the string")
        if string[position - 1] != letter:
            return wrong(f"position {position} holds {string[position - 1]!r}, not {letter!r}")
        if position in listed:
            return wrong(f"position {position} is listed twice")
        listed.add(position)
    missing = string.count(letter) - len(listed)
    if missing:
        return wrong(f"{missing} of the positions of {letter!r} {_are(missing)} not listed")
    if count != len(listed):
        return wrong(f"the positions are right, but they are not {shorten(str(count))} in number")
    return right("the count and every position")


def solve(data: Data) -> str:
    positions = [i for i, found in enumerate(data["text"], 1) if found == data["letter"]]
    return f"Count: {len(positions)}, Positions: {positions}"


def _read(text: str) -> tuple[int, list[int]]:
    match = ANSWER.fullmatch(peel(text))
    if not match:
        raise Unreadable(f"expected a count and a list of positions, got {shorten(text)}")
    listed = match[2].strip()
    return plain_integer(match[1]), [] if listed.lower() == "none" else integers(listed)


def _are(number: int) -> str:
    return "is" if number == 1 else "are"


def published(root: Path) -> Iterator[Record | Fault]:
    folders = [
        (sample, name)
        for sample in (root / "Letters").glob("Letters_dataset_*/*")
        if (name := SAMPLE.fullmatch(sample.name))
    ]
    for sample, name in sorted(folders, key=lambda found: _natural(found[0])):
        identity = f"Letters/{sample.parent.name}/{sample.name}"
        try:
            yield _record(sample, identity, letter=name[1], count=int(name[2]))
        except Damaged as damage:
            yield Fault(task=NAME, id=identity, reason=str(damage))


def _natural(sample: Path) -> list[int | str]:
    """A sort key by which folders come in the order of the numbers in their names."""
    parts = re.split(r"([0-9]+)", f"{sample.parent.name}/{sample.name}")
    return [int(part) if part.isdigit() else part for part in parts]


def _record(folder: Path, identity: str, *, letter: str, count: int) -> Record:
    text = read_json(folder / "test_words.json")
    if not isinstance(text, str) or not re.fullmatch(r"[a-z]+", text):
        raise Damaged("test_words.json is not one string of lower-case letters")
    data = {"letter": letter, "text": text}
    return Record(
        task=NAME,
        id=identity,
        question=render(data),  # only the strings were published
        data=data,
        stored=None,
        notes="" if text.count(letter) == count else f"the folder's name promises {count} of it",
    )


TASK = Task(
    name=NAME,
    title="Letters",
    version=1,
    split="unseen",
    family="strings",
    idea="Count how often a letter occurs in a string and list the positions where it stands.",
    knobs="The length of the string and the number of occurrences.",
    acceptance=(
        "The exact count together with every position, counted from 1, each listed once and in "
        "any order. `Count: 2, Positions: [1, 4]` is read in any case of the letters, over one "
        "line or two, with or without brackets, and as a JSON object; an empty list may also be "
        "written `none`."
    ),
    published_defects=(
        "The 6620 strings agree with their labels, and no key is stored. The judge compares sets, "
        "so that repeated positions pass, cannot read an empty list, and fails with an error on a "
        "trailing comma; some strings stand several times in one folder."
    ),
    size_name="longest string",
    size=size,
    params=params,
    generate=generate,
    render=render,
    verify=verify,
    solve=solve,
    paper_settings=PAPER,
    published=published,
)
