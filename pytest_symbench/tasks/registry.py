"""Which tasks there are, and how a selection such as ``unseen,!letters`` names them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from functools import cache
from importlib import import_module

from pytest_symbench.tasks.task import Task

MODULES = {
    "game24": "numbers.game24",
    "path_plan": "planning.path_plan",
    "boxlift": "planning.boxlift",
    "boxnet": "planning.boxnet",
    "blocksworld": "planning.blocksworld",
    "date_understanding": "words.date_understanding",
    "web_of_lies": "logic.web_of_lies",
    "logical_deduction": "logic.logical_deduction",
    "navigate": "words.navigate",
    "gsm_hard": "mathematics.gsm_hard",
    "math_geometry": "mathematics.math_geometry",
    "math_counting_and_probability": "mathematics.math_counting_and_probability",
    "logical_equation": "logic.logical_equation",
    "new_operator": "numbers.new_operator",
    "pooling": "numbers.pooling",
    "light_puzzles": "grids.light_puzzles",
    "mahjong_pattern": "logic.mahjong_pattern",
    "statistical_counting": "strings.statistical_counting",
    "matrix_transformation": "grids.matrix_transformation",
    "logic_puzzle": "grids.logic_puzzle",
    "constrained_linear_arrangement": "logic.constrained_linear_arrangement",
    "pattern_recognition": "grids.pattern_recognition",
    "string_insertion": "strings.string_insertion",
    "letter_logic_diagram": "grids.letter_logic_diagram",
    "string_deletion_and_modification": "strings.string_deletion_and_modification",
    "string_synthesis": "strings.string_synthesis",
    "reversi": "grids.reversi",
    "standard_sudoku": "grids.standard_sudoku",
    "letters": "strings.letters",
    "eight_queens": "grids.eight_queens",
    "number_multiply": "numbers.number_multiply",
    "cryptanalysis": "logic.cryptanalysis",
    "string_splitting": "strings.string_splitting",
    "combinatorial_calculation": "numbers.combinatorial_calculation",
    "synthesis_decomposition": "strings.synthesis_decomposition",
    "game_2048": "grids.game_2048",
    "permutations_and_combinations": "logic.permutations_and_combinations",
}
"""Task name -> its module below this package, in the order of the paper's table."""

UNSEEN = frozenset(
    (
        "letters",
        "eight_queens",
        "number_multiply",
        "cryptanalysis",
        "string_splitting",
        "combinatorial_calculation",
        "synthesis_decomposition",
        "game_2048",
        "permutations_and_combinations",
    )
)
"""The tasks that no steerer is trained on."""

TOUR = (
    "number_multiply",
    "game24",
    "letters",
    "string_insertion",
    "matrix_transformation",
    "light_puzzles",
    "web_of_lies",
    "logical_deduction",
    "blocksworld",
    "boxlift",
    "date_understanding",
    "navigate",
    "gsm_hard",
    "math_counting_and_probability",
)
"""Two tasks of each family: a first look in minutes, on a model that runs on the CPU."""

_registered: dict[str, Task] = {}


class UnknownTask(ValueError):
    """A name in a selection means nothing; the message suggests what was meant."""


def names() -> list[str]:
    """All task names: the paper's order, then those that were registered."""
    return [*MODULES, *_registered]


@cache
def builtin(name: str) -> Task:
    module = import_module(f"pytest_symbench.tasks.{MODULES[name]}")
    task: Task = module.TASK
    return task


def get(name: str) -> Task:
    """The task of a name.

    Raises:
        UnknownTask: there is none; the message names the nearest.
    """
    if name in _registered:
        return _registered[name]
    if name in MODULES:
        return builtin(name)
    raise _unknown(name)


def register(task: Task) -> None:
    """Adds a task of one's own; one of an existing name is refused."""
    if task.name in MODULES or _registered.get(task.name, task) is not task:
        raise ValueError(f"a task named {task.name!r} exists already; choose another name")
    _registered[task.name] = task


def select(selection: Sequence[str]) -> list[str]:
    """Task names of a selection, in the registry's order.

    A part is a name, ``all``, ``tour``, ``seen``, ``unseen`` or a family; ``!part`` takes away. A
    selection of removals alone starts from all.

    Raises:
        UnknownTask: a part means nothing.
    """
    parts = [part.strip() for part in selection if part.strip()]
    chosen = set() if any(not part.startswith("!") for part in parts) else set(names())
    for part in parts:
        if not part.startswith("!"):
            chosen |= _meaning(part)
    for part in parts:
        if part.startswith("!"):
            chosen -= _meaning(part[1:])
    return [name for name in names() if name in chosen]


def family(name: str) -> str:
    return MODULES[name].partition(".")[0] if name in MODULES else _registered[name].family


def split(name: str) -> str:
    if name in MODULES:
        return "unseen" if name in UNSEEN else "seen"
    return _registered[name].split


def _meaning(part: str) -> set[str]:
    if part == "all":
        return set(names())
    if part == "tour":
        return set(TOUR)
    if part in names():
        return {part}
    members = {name for name in names() if part in (family(name), split(name))}
    if not members:
        raise _unknown(part)
    return members


def _unknown(name: str) -> UnknownTask:
    groups = ["all", "tour", "seen", "unseen", *dict.fromkeys(map(family, names()))]
    return UnknownTask(f"there is no task or group {name!r}{_nearest(name, [*names(), *groups])}")


def _nearest(name: str, known: Iterable[str]) -> str:
    near = get_close_matches(name.lower(), list(known), n=1, cutoff=0.5)
    hint = f"; did you mean {near[0]!r}?" if near else "."
    return f"{hint} `symbench tasks` lists them"
