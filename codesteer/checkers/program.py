"""A program as the symbolic checker sees it: its live code, its imports, and who calls whom."""

from __future__ import annotations

import ast
import re
import textwrap
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeAlias

from codesteer.methods.code_blocks import parse

Function: TypeAlias = "ast.FunctionDef | ast.AsyncFunctionDef"
Scope: TypeAlias = "ast.Module | ast.FunctionDef | ast.AsyncFunctionDef"

LOOPS = (ast.For, ast.AsyncFor, ast.While)
MOST_TESTS = 12
"""Conditions around a node that are kept; a chain of elif may be thousands long."""
COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


@dataclass(frozen=True, slots=True)
class Place:
    """A node of live code, and where it stands."""

    node: ast.AST
    loops: tuple[ast.AST, ...]
    """The loops around it, outermost first, within its function."""
    tests: tuple[ast.expr, ...]
    """The conditions under which it is reached, within its function."""


@dataclass(frozen=True)
class Program:
    """A parsed program. Functions that no module-level statement reaches are left out."""

    tree: ast.Module
    functions: dict[str, list[Function]] = field(init=False)
    _read: dict[int, set[str]] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        found: dict[str, list[Function]] = defaultdict(list)
        for node in ast.walk(self.tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                found[node.name].append(node)
        object.__setattr__(self, "functions", dict(found))

    @cached_property
    def scopes(self) -> list[Scope]:
        """The module and the live functions."""
        live: list[Scope] = [self.tree]
        seen: set[int] = set()
        for scope in live:  # grows while it is read
            for name in self._references(scope):
                for function in self.functions.get(name, ()):
                    if id(function) not in seen:
                        seen.add(id(function))
                        live.append(function)
        return live

    @cached_property
    def places(self) -> list[Place]:
        """All nodes of live code."""
        return [place for scope in self.scopes for place in walk(scope)]

    @cached_property
    def recursive(self) -> frozenset[str]:
        """Names of live functions that call themselves, perhaps through others.

        Functions that call none of the rest, or that none of the rest calls, are peeled off until
        only cycles are left (and what lies on a way from one cycle to another).
        """
        calls = {
            s.name: {n for n in self._references(s) if n in self.functions}
            for s in self.scopes
            if not isinstance(s, ast.Module)
        }
        callers: dict[str, set[str]] = {name: set() for name in calls}
        for name, called in calls.items():
            for other in called & calls.keys():
                callers[other].add(name)
        return frozenset(_peeled(_peeled(set(calls), calls, callers), callers, calls))

    @cached_property
    def used(self) -> frozenset[str]:
        """Dotted names of imported things that live code uses, e.g. ``itertools.product``."""
        origins: dict[str, str] = {}
        used: set[str] = set()
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                for alias in node.names:
                    whole = alias.name if alias.asname else alias.name.split(".")[0]
                    origins[alias.asname or whole] = whole
            elif isinstance(node, ast.ImportFrom) and node.module:
                for alias in node.names:
                    origins[alias.asname or alias.name] = f"{node.module}.{alias.name}"
                    if alias.name == "*":
                        used.add(node.module)
        for place in self.places:
            if isinstance(place.node, ast.Name | ast.Attribute):
                name = dotted(place.node)
                root, _, rest = name.partition(".")
                if root in origins:
                    used.add(f"{origins[root]}.{rest}".rstrip("."))
        return frozenset(used)

    def uses(self, *modules: str) -> str | None:
        """The first of these modules or members that live code uses."""
        return next((name for name in modules if name in self._used_prefixes), None)

    @cached_property
    def _used_prefixes(self) -> frozenset[str]:
        parts = [used.split(".")[:4] for used in self.used]
        return frozenset(".".join(p[:n]) for p in parts for n in range(1, len(p) + 1))

    def _references(self, scope: Scope) -> set[str]:
        if id(scope) in self._read:
            return self._read[id(scope)]
        names = self._read.setdefault(id(scope), set())
        for place in walk(scope):
            match place.node:
                case ast.Name(id=name, ctx=ast.Load()):
                    names.add(name)
                    names.update(self._specials.get(name, ()))
                case ast.Attribute(attr=name):
                    names.add(name)
                case _:
                    pass
        return names

    @cached_property
    def classes(self) -> frozenset[str]:
        """Names of the classes that the program defines."""
        return frozenset(self._specials)

    @cached_property
    def _specials(self) -> dict[str, list[str]]:
        """Methods that making or using an object calls without naming them, by class."""
        return {
            node.name: [
                item.name
                for item in node.body
                if isinstance(item, ast.FunctionDef) and item.name.startswith("__")
            ]
            for node in ast.walk(self.tree)
            if isinstance(node, ast.ClassDef)
        }


def read(code: str) -> Program | str:
    """The program of a text, or why it is none.

    White space around it and a first line that names its file are dropped if that helps.
    """
    dedented = textwrap.dedent(code).strip("\n")
    without_name = re.sub(r"\A\s*#?[ \t]*\S{1,80}\.py[ \t]*:?\n", "", dedented)
    for text in (code, dedented, without_name):
        tree = parse(text)
        if tree is not None:
            return Program(tree)
    try:
        compile(dedented, "answer", "exec", flags=ast.PyCF_ONLY_AST) if len(code) < 2000 else None
    except SyntaxError as error:
        return f"line {error.lineno or 1}: {error.msg}"
    except (ValueError, RecursionError, MemoryError):
        pass
    return "it is too large or nested too deeply"


def walk(scope: Scope) -> Iterator[Place]:
    """The nodes of one scope, without those of the functions defined in it."""
    top: list[ast.AST] = list(ast.iter_child_nodes(scope))
    stack = [Place(node, (), ()) for node in reversed(top)]
    while stack:
        place = stack.pop()
        node = place.node
        yield place
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        loops, tests = place.loops, place.tests
        if isinstance(node, (*LOOPS, *COMPREHENSIONS)):
            loops = (*loops, node)
        if isinstance(node, ast.If | ast.While | ast.IfExp) and not is_main(node.test):
            tests = (*tests, node.test)[-MOST_TESTS:]
        elif isinstance(node, ast.Match):
            tests = (*tests, node.subject)[-MOST_TESTS:]
        children = list(ast.iter_child_nodes(node))
        stack.extend(Place(child, loops, tests) for child in reversed(children))


def dotted(node: ast.AST) -> str:
    """``a.b.c`` of such an expression; of others the part that is named."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    parts.append(node.id if isinstance(node, ast.Name) else "")
    return ".".join(reversed(parts))


def is_main(test: ast.expr) -> bool:
    """Is it the test of ``if __name__ == "__main__"``?"""
    return isinstance(test, ast.Compare) and dotted(test.left) == "__name__"


def _peeled(names: set[str], onward: dict[str, set[str]], back: dict[str, set[str]]) -> set[str]:
    """The names without those from which every way onward ends."""
    left = {name: len(onward[name] & names) for name in names}
    ended = [name for name, count in left.items() if not count]
    while ended:
        name = ended.pop()
        del left[name]
        for other in back[name] & left.keys():
            left[other] -= 1
            if not left[other]:
                ended.append(other)
    return set(left)
