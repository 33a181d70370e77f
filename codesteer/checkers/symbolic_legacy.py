"""The score that the published weights were trained to read, with all that it overlooks.

It counts words in the raw text, so comments and strings score too. Use it with those weights only;
`codesteer.checkers.symbolic` is what everything else reads.
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass

from codesteer.methods.code_blocks import parse

SIMPLE = 2.0
OPERATOR_POINTS = 0.25
LISTED = 8
"""Times that one reason is repeated in the summary; without a bound it outgrows any context."""

_WORDS = tuple(re.compile(words) for words in ("for|while", "if|elif|else", "try|except"))


@dataclass(frozen=True, slots=True)
class Legacy:
    """The published score of a program, and what it takes for signs of symbolic computing."""

    score: float
    parsed: bool
    searches: bool
    symbolic: bool
    operators: int
    summary: str

    @property
    def simple(self) -> bool:
        return self.score <= SIMPLE


def analyze(code: str) -> Legacy:
    """The published score. Code that cannot be parsed has none."""
    tree = parse(code)
    if tree is None:
        return Legacy(0.0, False, False, False, 0, "The code is not valid Python.")
    nodes = list(ast.walk(tree))
    operators = sum(isinstance(node, ast.BinOp) for node in nodes)
    searches = any(isinstance(n, ast.For | ast.While) or _imports_itertools(n) for n in nodes)
    symbolic = any(sign in code for sign in ("eval(", "exec(", "format", 'f"', "f'"))
    words = sum(len(pattern.findall(code)) for pattern in _WORDS)
    score = words + OPERATOR_POINTS * operators
    lines = ["Searching: found"] if searches else []
    lines += ["Symbolic computing: found"] if symbolic else []
    if operators:
        lines += ["Numerical computing:", *["- an operator"] * min(operators, LISTED)]
    summary = "\n".join([*lines, f"Complexity score: {score:.2f}"])
    return Legacy(score, True, searches, symbolic, operators, summary)


def _imports_itertools(node: ast.AST) -> bool:
    """Only the first imported name is looked at, so ``from itertools import ...`` is missed."""
    return isinstance(node, ast.Import | ast.ImportFrom) and "itertools" in node.names[0].name
