"""Chooses the zygote for a snippet by what it seems to import.

The more a zygote has imported, the more a fork of it costs, hence several. A mistake costs
time, never correctness: every zygote can import everything.
"""

from __future__ import annotations

import re
from typing import Literal

Kind = Literal["plain", "numpy", "all"]

# Small and common.
_PLAIN = (
    "abc",
    "array",
    "ast",
    "asyncio",
    "bisect",
    "collections",
    "copy",
    "dataclasses",
    "datetime",
    "decimal",
    "enum",
    "fractions",
    "functools",
    "hashlib",
    "heapq",
    "itertools",
    "json",
    "math",
    "operator",
    "random",
    "re",
    "statistics",
    "string",
    "tempfile",
    "textwrap",
    "time",
    "traceback",
    "typing",
)

_NUMPY = ("numpy", "numpy.linalg", "numpy.random")

# What else model-written code likes to use, where it is installed.
_LARGE = (
    "scipy",
    "scipy.linalg",
    "scipy.optimize",
    "scipy.sparse",
    "mpmath",
    "sympy",
    "sympy.combinatorics",  # this and the next two on the first call of `solve`
    "sympy.sets.setexpr",
    "sympy.tensor.tensor",
    "networkx",
    "pandas",
    "z3",
    "ortools.sat.python.cp_model",
    "pulp",
    "constraint",
)

IMPORTS: dict[Kind, tuple[str, ...]] = {
    "plain": _PLAIN,
    "numpy": (*_PLAIN, *_NUMPY),
    "all": (*_PLAIN, *_NUMPY, *_LARGE),
}


def _mention(names: tuple[str, ...]) -> re.Pattern[str]:
    packages = "|".join(sorted({name.partition(".")[0] for name in names}))
    return re.compile(rf"^[^#\n]*\b(?:import|from)\s[^#\n]*\b(?:{packages})\b", re.MULTILINE)


_MENTIONS: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    ("all", _mention(_LARGE)),
    ("numpy", _mention(_NUMPY)),
)


def zygote_for(code: str) -> Kind:
    """The smallest zygote that has imported what `code` mentions."""
    for kind, mention in _MENTIONS:
        if mention.search(code):
            return kind
    return "plain"
