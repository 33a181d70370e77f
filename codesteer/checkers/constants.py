"""Is what a program prints computed, or was it written down?

Each name gets a level that only rises: written (a literal), folded (operators or built-ins on
literals), computed (a loop, recursion, a solver, an unknown call). Order and scopes of
assignments are ignored, so a value may be taken for computed that is not, hardly the reverse.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum

from codesteer.checkers.program import COMPREHENSIONS, LOOPS, Place, Program, dotted, walk


class Level(IntEnum):
    """How far a value is from being a literal of the program."""

    WRITTEN = 0
    FOLDED = 1
    COMPUTED = 2


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


SHAPING = _words("str int float repr format print list tuple set dict bool join strip")
"""Calls that change the form of a value, not the value."""
BUILTIN = _words(
    "abs all any bin chr divmod enumerate hex len max min oct ord pow range reversed round slice "
    "sorted sum zip math comb factorial gcd lcm isqrt sqrt perm prod upper lower title replace "
    "split index count find ljust rjust zfill items keys values copy"
)
"""Calls whose result on literals a reader sees at once, and the modules of such."""
ROUNDS = 20


@dataclass(slots=True)
class _Flow:
    """``target`` is at least ``floor`` and at least the level of each of ``sources``."""

    target: str
    floor: Level
    sources: frozenset[str]


_PRINTED = "<printed>"
_OPERATORS = (ast.BinOp, ast.Compare, ast.BoolOp, ast.Subscript, ast.Slice)


def printed_level(program: Program) -> Level | None:
    """The highest level among the printed values; None if nothing is printed."""
    flows = [flow for scope in program.scopes for flow in _flows(program, scope)]
    if not any(flow.target == _PRINTED for flow in flows):
        return None
    levels: dict[str, Level] = {}
    for _ in range(ROUNDS):
        changed = False
        for flow in flows:
            level = max((levels.get(s, Level.WRITTEN) for s in flow.sources), default=flow.floor)
            level = max(level, flow.floor)
            if level > levels.get(flow.target, Level.WRITTEN):
                levels[flow.target] = level
                changed = True
        if not changed:
            return levels.get(_PRINTED, Level.WRITTEN)
    return Level.COMPUTED


def _flows(program: Program, scope: ast.AST) -> Iterable[_Flow]:
    name = getattr(scope, "name", "")
    for place in walk(scope):  # type: ignore[arg-type]
        match place.node:
            case ast.Assign(targets=targets, value=value):
                for target in targets:
                    yield from _assigned(program, target, value, place)
            case ast.AnnAssign(target=target, value=ast.expr() as value):
                yield from _assigned(program, target, value, place)
            case ast.NamedExpr(target=target, value=value):
                yield from _assigned(program, target, value, place)
            case ast.AugAssign(target=target, value=value):
                floor = Level.COMPUTED if place.loops else Level.FOLDED
                yield from _flow(program, _names(target), [value], place, floor)
            case ast.For(target=target) | ast.AsyncFor(target=target):
                yield from _raised(_names(target))
            case ast.withitem(optional_vars=ast.expr() as target):
                yield from _raised(_names(target))
            case ast.ExceptHandler(name=str(caught)):
                yield from _raised([caught])
            case ast.Return(value=ast.expr() as value):
                yield from _flow(program, [f"{name}()"], [value], place)
            case ast.Yield() | ast.YieldFrom():
                yield from _raised([f"{name}()"])
            case ast.Call() as call:
                yield from _called(program, call, place)
            case _:
                pass


def _assigned(program: Program, target: ast.expr, value: ast.expr, place: Place) -> Iterable[_Flow]:
    """In a loop, what is not a literal depends on earlier rounds."""
    literal = all(isinstance(n, _LITERAL) for n in ast.walk(value))
    floor = Level.COMPUTED if place.loops and not literal else Level.WRITTEN
    return _flow(program, _names(target), [value], place, floor)


_LITERAL = (
    ast.Constant,
    ast.List,
    ast.Tuple,
    ast.Dict,
    ast.Set,
    ast.UnaryOp,
    ast.unaryop,
    ast.Load,
)


def _called(program: Program, call: ast.Call, place: Place) -> Iterable[_Flow]:
    name = dotted(call.func)
    last = name.rsplit(".", 1)[-1]
    values = [*call.args, *(keyword.value for keyword in call.keywords)]
    if name == "print" or name.endswith("stdout.write"):
        yield from _flow(program, [_PRINTED], call.args, place)
    elif last in program.functions:
        for function in program.functions[last]:
            parameters = [a.arg for a in (*function.args.posonlyargs, *function.args.args)]
            yield from _flow(program, parameters, values, place)
        if last in program.recursive or _loops(program, last):  # it may fill what it is given
            yield from _raised(n.id for v in values for n in ast.walk(v) if isinstance(n, ast.Name))
    elif isinstance(call.func, ast.Attribute) and last not in SHAPING:
        floor = Level.COMPUTED if place.loops else Level.WRITTEN  # may change its object
        yield from _flow(program, _names(call.func.value), values, place, floor)
    else:
        modules = [v for v in values if isinstance(v, ast.Name)]
        if program.uses("heapq", "bisect", "random") and place.loops:
            yield from _raised(v.id for v in modules)


def _flow(
    program: Program,
    targets: Iterable[str],
    values: Iterable[ast.expr],
    place: Place,
    floor: Level = Level.WRITTEN,
) -> Iterable[_Flow]:
    sources: set[str] = set()
    for value in values:
        floor = max(floor, _read(program, value, sources))
    for test in place.tests:  # what is reached under a computed condition is computed
        floor = max(floor, _read(program, test, sources))
    return [_Flow(target, floor, frozenset(sources)) for target in targets]


def _read(program: Program, value: ast.expr, sources: set[str]) -> Level:
    """Adds the names that a value depends on, and returns the level of its own operations."""
    level = Level.WRITTEN
    for node in ast.walk(value):
        match node:
            case ast.Name(id=name, ctx=ast.Load()):
                sources.add(name)
            case ast.Attribute(attr=name):
                sources.add(f".{name}")
            case ast.Call(func=function):
                level = max(level, _call_level(program, dotted(function), sources))
            case ast.Await():
                level = Level.COMPUTED
            case _ if isinstance(node, COMPREHENSIONS):
                level = Level.COMPUTED
            case _ if isinstance(node, _OPERATORS) and not _joins_text(node):
                level = max(level, Level.FOLDED)
            case _:
                pass
    return level


def _joins_text(node: ast.AST) -> bool:
    """Is it a sum (or ``%``) with a piece of text in it? That shapes a value, as an f-string does."""
    for _ in range(20):
        if not isinstance(node, ast.BinOp):
            break
        if _is_text(node.right):
            return True
        node = node.left
    return _is_text(node)


def _is_text(node: ast.AST) -> bool:
    return isinstance(node, ast.JoinedStr) or (
        isinstance(node, ast.Constant) and isinstance(node.value, str)
    )


def _call_level(program: Program, name: str, sources: set[str]) -> Level:
    last = name.rsplit(".", 1)[-1]
    if last in program.functions:
        sources.add(f"{last}()")
        return Level.COMPUTED if last in program.recursive else Level.WRITTEN
    if last in SHAPING or last in program.classes:
        return Level.WRITTEN
    return Level.FOLDED if last in BUILTIN else Level.COMPUTED


def _loops(program: Program, name: str) -> bool:
    return any(
        isinstance(node, LOOPS)
        for function in program.functions[name]
        for node in ast.walk(function)
    )


def _raised(targets: Iterable[str]) -> Iterable[_Flow]:
    return [_Flow(target, Level.COMPUTED, frozenset()) for target in targets]


def _names(target: ast.AST) -> list[str]:
    """The names that an assignment to a target changes; an item changes its container."""
    names: list[str] = []
    pending = [target]
    while pending:
        match pending.pop():
            case ast.Name(id=name):
                names.append(name)
            case ast.Attribute(attr=name):
                names.append(f".{name}")
            case ast.Subscript(value=value) | ast.Starred(value=value):
                pending.append(value)
            case ast.Tuple(elts=elements) | ast.List(elts=elements):
                pending.extend(elements)
            case _:
                pass
    return names
