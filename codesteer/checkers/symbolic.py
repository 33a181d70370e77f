"""The symbolic checker: does a program compute its answer, or only state it?

It reads the syntax tree, never the text, so words in comments and strings count for nothing.
The score informs whoever steers; it decides nothing.
"""

from __future__ import annotations

import ast
from collections import Counter
from dataclasses import dataclass
from math import prod
from typing import Literal

from codesteer.checkers.constants import Level, printed_level
from codesteer.checkers.program import LOOPS, Place, Program, dotted, is_main, read
from codesteer.episode import Check

SIMPLE = 2.0
"""A program that scores no more is called simple."""
LONGEST_SUMMARY = 600
HUGE = 10**8
"""Rounds of nested loops with constant bounds that will hardly end in time."""

SOLVERS = (
    *("sympy", "z3", "ortools", "pulp", "constraint", "pysat", "cvxpy", "networkx"),
    *("scipy.optimize", "clingo", "pyomo"),
)
QUEUES = ("collections.deque", "heapq", "queue")
MEMORY = ("functools.lru_cache", "functools.cache")
OUTSIDE = ("requests", "urllib", "socket", "http", "subprocess", "os.system", "shutil", "pathlib")
OPERATOR_SIGNS = frozenset("+-*/%^()")

Aspect = Literal["search", "symbolic", "numeric", "risk"]
HEADINGS: dict[Aspect, str] = {
    "search": "Searches",
    "symbolic": "Symbolic",
    "numeric": "Numeric",
    "risk": "Risks",
}


@dataclass(frozen=True, slots=True)
class Symbolic:
    """What the checker found. ``hard_coded`` means that only literals are printed."""

    score: float
    parsed: bool
    hard_coded: bool
    summary: str

    @property
    def simple(self) -> bool:
        return self.score <= SIMPLE

    def check(self) -> Check:
        """The finding as an event of the record."""
        verdict: Literal["unknown", "simple", "symbolic"] = "symbolic"
        if not self.parsed:
            verdict = "unknown"
        elif self.simple:
            verdict = "simple"
        return Check(checker="symbolic", verdict=verdict, score=self.score, summary=self.summary)


class _Findings:
    """Points, and reasons with their number, by aspect."""

    def __init__(self) -> None:
        self.points = 0.0
        self.reasons: dict[Aspect, Counter[str]] = {aspect: Counter() for aspect in HEADINGS}

    def add(self, aspect: Aspect | None, reason: str, points: float) -> None:
        self.points += points
        if aspect:
            self.reasons[aspect][reason] += 1


def analyze(code: str) -> Symbolic:
    """What the checker says of a program. Ends in bounded time on any text."""
    program = read(code)
    if isinstance(program, str):
        return Symbolic(0.0, False, False, f"Not valid Python: {program}\nScore: 0")
    findings = _Findings()
    _structure(program, findings)
    _evidence(program, findings)
    _arithmetic(program, findings)
    _symbols(program, findings)
    _risks(program, findings)
    printed = printed_level(program)
    score = round(findings.points, 2)
    notes = []
    if printed is not None and printed < Level.COMPUTED and not program.uses(*SOLVERS):
        score = min(score, 1.0)
    hard_coded = printed is Level.WRITTEN
    if hard_coded:
        notes.append("Every printed value is a literal: the answer is hard-coded.")
    elif printed is None:
        notes.append("It prints nothing.")
    return Symbolic(score, True, hard_coded, _summary(findings, notes, score))


def _structure(program: Program, findings: _Findings) -> None:
    for place in program.places:
        node, depth = place.node, len(place.loops)
        match node:
            case ast.For() | ast.AsyncFor() | ast.While():
                findings.add("search", "loop", 1 + 0.5 * depth)
            case ast.comprehension(ifs=filters):
                findings.add("search", "comprehension", 1 + len(filters))
            case ast.If(test=test, orelse=orelse) if not is_main(test):
                real_else = bool(orelse) and not isinstance(orelse[0], ast.If)
                findings.add(None, "branch", 1 + real_else)
            case ast.IfExp() | ast.match_case():
                findings.add(None, "branch", 1)
            case ast.Try(handlers=handlers):
                findings.add(None, "try", 1 + len(handlers))
            case _:
                pass


def _evidence(program: Program, findings: _Findings) -> None:
    if program.uses("itertools"):
        findings.add("search", "itertools", 1.5)
    if program.recursive:
        findings.add("search", f"recursion in {sorted(program.recursive)[0][:40]}", 2)
    if queue := program.uses(*QUEUES):
        findings.add("search", queue, 1)
    if program.uses(*MEMORY):
        findings.add("search", "memoisation", 0.5)
    if solver := program.uses(*SOLVERS):
        findings.add("symbolic" if solver == "sympy" else "search", f"solver {solver}", 3)


def _arithmetic(program: Program, findings: _Findings) -> None:
    """A chain of operators with a string or a list in it joins, it does not calculate."""
    count = 0
    seen: set[int] = set()
    for place in program.places:
        node: ast.AST = place.node
        if isinstance(node, ast.AugAssign):
            count += not isinstance(node.value, _JOINED)
        elif isinstance(node, ast.BinOp) and id(node) not in seen:
            chain, joins = 0, False
            while isinstance(node, ast.BinOp):
                seen.add(id(node))
                chain += 1
                joins = joins or isinstance(node.right, _JOINED) or _is_text(node.right)
                node = node.left
            if not (joins or isinstance(node, _JOINED) or _is_text(node)):
                count += chain
    if count:
        findings.add("numeric", "arithmetic", min(0.25 * count, 2.5))
        findings.reasons["numeric"]["arithmetic"] = count


_JOINED = (ast.JoinedStr, ast.List, ast.Tuple, ast.ListComp, ast.Dict, ast.Set)


def _symbols(program: Program, findings: _Findings) -> None:
    for place in program.places:
        match place.node:
            case ast.Call(func=ast.Name(id="eval" | "exec" | "compile" as name), args=[first, *_]):
                if not isinstance(first, ast.Constant):
                    findings.add("symbolic", f"{name} of built text", 0)
            case ast.Constant(value=str(text)) if text and set(text) <= OPERATOR_SIGNS:
                if place.loops or len(text) > 1:
                    findings.add("symbolic", "builds expressions", 0)
            case _:
                pass
    if program.uses("ast"):
        findings.add("symbolic", "syntax trees", 0)


def _risks(program: Program, findings: _Findings) -> None:
    for place in program.places:
        match place.node:
            case ast.While(test=ast.Constant(value=value)) as loop if value and not _leaves(loop):
                findings.add("risk", "endless loop", 0)
            case ast.For() if (rounds := _rounds(place)) > HUGE:
                findings.add("risk", f"about {rounds:.0e} rounds", 0)
            case ast.Call(func=ast.Name(id="input")):
                findings.add("risk", "waits for input", 0)
            case ast.Call(func=ast.Name(id="open")):
                findings.add("risk", "opens files", 0)
            case _:
                pass
    if outside := program.uses(*OUTSIDE):
        findings.add("risk", f"uses {outside}", 0)


def _rounds(place: Place) -> int:
    loops = [*place.loops, place.node]
    return prod(_range(loop.iter) for loop in loops if isinstance(loop, ast.For))


def _range(iterated: ast.expr) -> int:
    """The length of a range with constant bounds; 1 for anything else."""
    match iterated:
        case ast.Call(func=ast.Name(id="range"), args=[*bounds]) if 1 <= len(bounds) <= 2:
            values = [b.value for b in bounds if isinstance(b, ast.Constant)]
            if len(values) == len(bounds) and all(type(v) is int for v in values):
                numbers = [int(v) for v in values if isinstance(v, int)]
                return max(1, numbers[-1] - (numbers[0] if len(numbers) == 2 else 0))
        case _:
            pass
    return 1


def _leaves(loop: ast.While) -> bool:
    """Is there a way out: a break of this loop, a return, a raise or an exit?"""
    pending: list[tuple[ast.AST, bool]] = [(child, True) for child in loop.body]
    while pending:
        node, own = pending.pop()
        if isinstance(node, ast.Return | ast.Raise | ast.Yield) or (
            isinstance(node, ast.Break) and own
        ):
            return True
        if isinstance(node, ast.Call) and dotted(node.func).rsplit(".", 1)[-1] in {"exit", "quit"}:
            return True
        own = own and not isinstance(node, LOOPS)
        pending.extend((child, own) for child in ast.iter_child_nodes(node))
    return False


def _is_text(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def _summary(findings: _Findings, notes: list[str], score: float) -> str:
    lines = []
    for aspect, heading in HEADINGS.items():
        reasons = findings.reasons[aspect].most_common(6)
        if reasons:
            said = ", ".join(name if n == 1 else f"{name} x{n}" for name, n in reasons)
            lines.append(f"{heading}: {said}")
    if score <= SIMPLE and not notes:
        notes = ["The program may be too simple to compute the answer."]
    text = "\n".join([*lines, *notes])[: LONGEST_SUMMARY - 20]
    return f"{text}\nScore: {score:g}".lstrip()
