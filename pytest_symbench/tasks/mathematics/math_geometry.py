"""MATH Geometry: problems of plane and solid geometry with exact answers."""

from __future__ import annotations

from random import Random

from pytest_symbench.tasks.mathematics import geometry_measure, geometry_plane, templates
from pytest_symbench.tasks.mathematics.math_published import (
    matches_key,
    reader,
    render_published,
    verify_published,
)
from pytest_symbench.tasks.task import Data, LevelError, Params, Task, Verdict

NAME = "math_geometry"
TABLE = {
    template.name: template for template in (*geometry_plane.TEMPLATES, *geometry_measure.TEMPLATES)
}
LEVELS = {1: (1, 9), 2: (2, 20), 3: (3, 50), 4: (4, 120), 5: (6, 300)}
HARDEST = 25  # polygons of 48 corners, chains of 46 angles
LARGEST = 10**6
FORM = (
    r"Give the exact value: whole numbers, fractions, roots and \pi may stand in it, rounded "
    "decimals may not. No unit is needed."
)


def params(level: int) -> Params:
    if level > HARDEST:
        raise LevelError(f"{NAME} is defined for levels 1 to {HARDEST}, not {level}")
    count, size = LEVELS.get(level) or (2 * level - 4, min(LARGEST, 300 * 2 ** (level - 5)))
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
    title="MATH Geometry",
    version=1,
    split="seen",
    family="mathematics",
    idea="Solve a problem of geometry whose answer is an exact number or point.",
    knobs="How many corners, maps, parts, cuts or angles a problem has, and how large its numbers are.",
    acceptance=(
        "Any form of the exact value, in LaTeX or as plain text: integers, fractions, decimals "
        "that end, roots, multiples of pi, with or without a unit or a degree sign. A value that "
        "no decimal ends for may also be a float with all its digits. Points need their "
        "parentheses. For a published problem also a rounding to three digits, or as the problem "
        "asks."
    ),
    published_defects=(
        "No wrong key is known. The keys are boxed in prose, some with a unit or as an equation. "
        "Many problems need a figure that is given as drawing code. The judge is a language model "
        "that is told to allow one part in a thousand, and an empty verdict counts as right."
    ),
    size_name="elements of a problem times binary digits of its numbers",
    size=size,
    params=params,
    generate=generate,
    render=render,
    verify=verify,
    solve=solve,
    paper_settings={
        "math-level-1": _params(1, 12),
        "math-level-2": _params(2, 20),
        "math-level-3": _params(3, 40),
        "math-level-4": _params(3, 80),
        "math-level-5": _params(4, 150),
    },
    published=reader(NAME, "geometry"),
    matches_key=matches_key,
)
