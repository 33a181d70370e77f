"""Chooses the zygote for a snippet by what it seems to import.

A mistake costs time, never correctness: the light zygote can import everything too.
"""

from __future__ import annotations

import re

# Imported ahead by the heavy zygote, if installed; the order is the order of import.
HEAVY = (
    "numpy",
    "numpy.linalg",
    "numpy.random",
    "scipy",
    "scipy.linalg",
    "scipy.optimize",
    "scipy.sparse",
    "scipy.special",
    "scipy.stats",
    "scipy.spatial",
    "mpmath",
    "sympy",
    "sympy.solvers",
    "networkx",
    "pandas",
    "z3",
    "ortools.sat.python.cp_model",
    "pulp",
    "constraint",
)

# Small and common; in both zygotes.
LIGHT = (
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

_PACKAGES = sorted({name.partition(".")[0] for name in HEAVY})
_MENTION = re.compile(
    rf"^[^#\n]*\b(?:import|from)\s[^#\n]*\b(?:{'|'.join(_PACKAGES)})\b", re.MULTILINE
)


def wants_heavy(code: str) -> bool:
    return _MENTION.search(code) is not None
