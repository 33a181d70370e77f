"""Number Multiply: the exact product of a few signed integers."""

from __future__ import annotations

from collections.abc import Iterator
from math import prod
from pathlib import Path
from random import Random

from pytest_symbench.tasks.answers import final_answer
from pytest_symbench.tasks.answers.numbers import integer, shorten
from pytest_symbench.tasks.published import (
    Damaged,
    Fault,
    Record,
    read_json,
    read_text,
    sample_folders,
)
from pytest_symbench.tasks.task import Data, LevelError, Params, Task, Verdict, right, wrong

NAME = "number_multiply"
LEVELS = {1: [1, 1], 2: [1, 2, 4], 3: [4, 4], 4: [8, 8], 5: [20, 20]}
HARDEST = 128  # beyond it the product has more digits than CPython turns into text
FOLDERS = ("number_multiply", "number_multiply_varied_complexity")


def params(level: int) -> Params:
    if level > HARDEST:
        raise LevelError(f"{NAME} is defined for levels 1 to {HARDEST}, not {level}")
    return {"digits": LEVELS.get(level) or [20 + 16 * (level - 5)] * 2}


def size(params: Params) -> float:
    return sum(params["digits"])


def generate(params: Params, rng: Random) -> Data:
    factors = []
    for digits in params["digits"]:
        smallest = 2 if digits == 1 else 10 ** (digits - 1)  # a factor of 1 would be no work
        factors.append(rng.randint(smallest, 10**digits - 1) * rng.choice((1, -1)))
    return {"factors": factors}


def render(data: Data) -> str:
    product = " * ".join(str(f) if f >= 0 else f"({f})" for f in data["factors"])
    return (
        f"Compute the exact value of the product {product}.\n"
        "The result is one integer; write all of its digits, and the minus sign if it is "
        "negative.\n" + final_answer("the integer", "integer")
    )


def verify(data: Data, text: str) -> Verdict:
    answer, product = integer(text), prod(data["factors"])
    if answer == product:
        return right("the exact product")
    if answer == -product:
        return wrong("the digits are right, the sign is not")
    return wrong(f"the product is not {shorten(str(answer))}: {_difference(answer, product)}")


def solve(data: Data) -> str:
    return str(prod(data["factors"]))


def _difference(answer: int, product: int) -> str:
    if (answer < 0) != (product < 0):
        return "its sign differs"
    if len(str(abs(answer))) != len(str(abs(product))):
        return f"it has {len(str(abs(product)))} digits"
    return "some digits differ"


def published(root: Path) -> Iterator[Record | Fault]:
    for name in FOLDERS:
        for digits in sorted((root / name).glob("digit_*")):
            for number, folder in sample_folders(digits):
                identity = f"{name}/{digits.name}/sample_{number}"
                try:
                    yield _record(folder, identity)
                except Damaged as damage:
                    yield Fault(task=NAME, id=identity, reason=str(damage))


def _record(folder: Path, identity: str) -> Record:
    factors = read_json(folder / "input_value_list.txt")
    if not isinstance(factors, list) or not all(type(factor) is int for factor in factors):
        raise Damaged("input_value_list.txt is not a list of integers")
    return Record(
        task=NAME,
        id=identity,
        question=read_text(folder / "input_prompt_1.txt"),
        data={"factors": factors},
        stored=read_text(folder / "target_answer.txt"),
    )


TASK = Task(
    name=NAME,
    title="Number Multiply",
    version=1,
    split="unseen",
    family="numbers",
    idea="Multiply a few signed integers exactly.",
    knobs="The number of factors and the digits of each.",
    acceptance="The exact integer; thousands separators, a leading plus and `.0` are read.",
    published_defects=(
        "The 550 keys are right, but the judge looks for the key's digits anywhere in the text: "
        "a wrong sign and any longer number that contains them pass."
    ),
    size_name="digits of all factors",
    size=size,
    params=params,
    generate=generate,
    render=render,
    verify=verify,
    solve=solve,
    paper_settings={
        f"digits-{name}": {"digits": [int(digit) for digit in name.split("-")]}
        for name in ("1-2-4", "1-3-4", "1-2-2-4", "4-4", "8-8", "12-12", "16-16", "20-20")
    },
    published=published,
    spaces={1: 256},
)
