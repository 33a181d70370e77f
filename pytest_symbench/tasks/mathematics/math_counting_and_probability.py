"""MATH Counting & Probability: combinatorial problems with exact answers."""

from __future__ import annotations

from random import Random

from pytest_symbench.tasks.mathematics import counting_choices, counting_numbers, templates
from pytest_symbench.tasks.mathematics.math_published import (
    matches_key,
    reader,
    render_published,
    verify_published,
)
from pytest_symbench.tasks.task import Data, LevelError, Params, Task, Verdict

NAME = "math_counting_and_probability"
TABLE = {
    template.name: template
    for template in (*counting_choices.TEMPLATES, *counting_numbers.TEMPLATES)
}
LEVELS = {1: (1, 9), 2: (2, 12), 3: (3, 16), 4: (4, 20), 5: (6, 30)}
HARDEST = 25  # dozens of dice, letters and bounds
LARGEST = 10_000
FORM = "Give the exact value: a whole number or a fraction, not a rounded decimal."


def params(level: int) -> Params:
    if level > HARDEST:
        raise LevelError(f"{NAME} is defined for levels 1 to {HARDEST}, not {level}")
    count, size = LEVELS.get(level) or (2 * level - 4, min(LARGEST, 30 * 2 ** (level - 5)))
    return _params(count, size)


def _params(count: int, size: int) -> Params:
    return {"count": count, "size": size, "templates": templates.drawable(TABLE, count)}


def size(params: Params) -> float:
    return int(params["count"] * params["size"].bit_length())


def generate(params: Params, rng: Random) -> Data:
    return templates.draw(TABLE, params, rng)


def render(data: Data) -> str:
    return render_published(data) if "key" in data else templates.render(TABLE, data, FORM)


def verify(data: Data, text: str) -> Verdict:
    return verify_published(data, text) if "key" in data else templates.verify(TABLE, data, text)


def solve(data: Data) -> str:
    return str(data["key"]) if "key" in data else templates.solve(TABLE, data)


TASK = Task(
    name=NAME,
    title="MATH Counting & Probability",
    version=1,
    split="seen",
    family="mathematics",
    idea="Count arrangements or find a probability, an expected value or a coefficient, exactly.",
    knobs="How many draws, dice, letters, bounds or conditions a problem has, and how large they are.",
    acceptance=(
        "Any form of the exact number, in LaTeX or as plain text: an integer with or without "
        "separators of thousands, a fraction in lowest terms or not, a decimal that ends, a "
        "percentage, a product or a factorial. A fraction that no decimal ends for may also be a "
        "float with all its digits. For a published problem also a rounding to three digits, or "
        "as the problem asks."
    ),
    published_defects=(
        "No wrong key is known; one problem speaks of a week and counts five days. The judge is a "
        "language model that is told to allow one part in a thousand, even between large integers, "
        "and an empty verdict counts as right."
    ),
    size_name="elements of a problem times binary digits of its numbers",
    size=size,
    params=params,
    generate=generate,
    render=render,
    verify=verify,
    solve=solve,
    paper_settings={
        "math-level-1": _params(1, 10),
        "math-level-2": _params(2, 12),
        "math-level-3": _params(3, 14),
        "math-level-4": _params(3, 20),
        "math-level-5": _params(4, 24),
    },
    published=reader(NAME, "counting_and_probability"),
    matches_key=matches_key,
)
