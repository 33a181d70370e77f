"""Works out the small programs of published GSM-Hard records, exactly and without running them."""

from __future__ import annotations

import ast
import operator
import warnings
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from math import ceil, floor, isfinite
from typing import Any, NamedTuple

MAX_WORK = 20_000
MAX_BITS = 20_000
MAX_POWER = 2_000


class Unworkable(ValueError):
    """The program does something beyond the arithmetic that is understood here."""


class Program(NamedTuple):
    """The original question of a record and the statements that answer it."""

    question: str
    statements: Sequence[ast.stmt]


def parse(code: str) -> Program:
    """Reads the one function of a record's ``code``.

    Raises:
        Unworkable: it is not one function with a docstring.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # such as that of the escape \$ in a docstring
            module = ast.parse(code.strip())
    except (SyntaxError, ValueError, RecursionError):
        raise Unworkable("the program is not Python") from None
    functions = [node for node in module.body if isinstance(node, ast.FunctionDef)]
    if len(functions) != 1 or not (question := ast.get_docstring(functions[0], clean=False)):
        raise Unworkable("the program is not one function with a docstring")
    return Program(question, functions[0].body[1:])


def literals(program: Program, whole: Callable[[Fraction], bool]) -> list[ast.AST]:
    """The numbers in the program in order; a quotient ``2/5`` is one number if ``whole`` says so."""
    found: list[ast.AST] = []

    def visit(node: ast.AST) -> None:
        value = constant(node)
        if value is not None and (isinstance(node, ast.Constant) or whole(value)):
            found.append(node)
            return
        for child in ast.iter_child_nodes(node):
            visit(child)

    for statement in program.statements:
        visit(statement)
    return found


def constant(node: ast.AST) -> Fraction | None:
    """The value of a number or of a quotient of two numbers, else None."""
    if isinstance(node, ast.Constant):
        if isinstance(node.value, float):
            return Fraction(repr(node.value)) if isfinite(node.value) else None
        return Fraction(node.value) if type(node.value) is int else None
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div):
        above, below = constant(node.left), constant(node.right)
        return above / below if above is not None and below else None
    return None


def run(program: Program, instead: Mapping[ast.AST, Fraction] | None = None) -> Fraction:
    """The program's result, with other values for some of its numbers.

    Raises:
        Unworkable: a statement that is not understood, a division by zero, or too much work.
    """
    machine = _Machine(instead or {})
    try:
        machine.block(program.statements)
    except _Returned as returned:
        return Fraction(returned.value)
    except (KeyError, TypeError, ValueError, ZeroDivisionError, IndexError, OverflowError) as error:
        raise Unworkable(f"the program fails ({error.__class__.__name__})") from None
    raise Unworkable("the program returns nothing")


class _Returned(Exception):
    def __init__(self, value: Any) -> None:
        self.value = value


class _Left(Exception):
    """A loop was left by ``break``."""


class _Machine:
    def __init__(self, instead: Mapping[ast.AST, Fraction]) -> None:
        self.instead = instead
        self.names: dict[str, Any] = {}
        self.work = 0

    def block(self, statements: Sequence[ast.stmt]) -> None:
        for statement in statements:
            self.statement(statement)

    def statement(self, node: ast.stmt) -> None:
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                self.names[name] = self.value(value)
            case ast.AugAssign(target=ast.Name(id=name), op=op, value=value):
                self.names[name] = self.binary(op, self.names[name], self.value(value))
            case ast.If(test=test, body=body, orelse=orelse):
                self.block(body if self.value(test) else orelse)
            case ast.While(test=test, body=body, orelse=[]):
                try:
                    while self.value(test):
                        self.block(body)
                except _Left:
                    pass
            case ast.For(target=ast.Name(id=name), iter=values, body=body, orelse=[]):
                try:
                    for item in self.value(values):
                        self.names[name] = item
                        self.block(body)
                except _Left:
                    pass
            case ast.Return(value=ast.expr() as value):
                raise _Returned(self.value(value))
            case ast.Break():
                raise _Left
            case ast.Pass() | ast.Import(names=[ast.alias(name="math")]):
                pass
            case ast.Expr(value=ast.Constant()):
                pass
            case _:
                raise Unworkable(f"the program has a statement of kind {type(node).__name__}")

    def value(self, node: ast.expr) -> Any:
        self.work += 1
        if self.work > MAX_WORK:
            raise Unworkable("the program works too long")
        if node in self.instead:
            return self.instead[node]
        match node:
            case ast.Constant(value=bool() as truth):
                return truth
            case ast.Constant():
                number = constant(node)
                if number is None:
                    raise Unworkable("the program has a constant that is no number")
                return number
            case ast.Name(id=name):
                return self.names[name]
            case ast.BinOp(left=left, op=op, right=right):
                return self.binary(op, self.value(left), self.value(right))
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return -self.value(operand)
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                return not self.value(operand)
            case ast.BoolOp(op=op, values=values):
                truths = [self.value(value) for value in values]
                return all(truths) if isinstance(op, ast.And) else any(truths)
            case ast.Compare(left=left, ops=[op], comparators=[right]):
                return _COMPARISONS[type(op)](self.value(left), self.value(right))
            case ast.IfExp(test=test, body=body, orelse=orelse):
                return self.value(body if self.value(test) else orelse)
            case ast.List(elts=items) | ast.Tuple(elts=items):
                return [self.value(item) for item in items]
            case ast.Call(
                func=ast.Name(id=name) | ast.Attribute(attr=name), args=args, keywords=[]
            ):
                return _call(name, [self.value(argument) for argument in args])
            case _:
                raise Unworkable(f"the program has an expression of kind {type(node).__name__}")

    def binary(self, op: ast.operator, left: Any, right: Any) -> Any:
        if isinstance(op, ast.Pow):
            if right.denominator != 1 or abs(right) > MAX_POWER:
                raise Unworkable("the program takes a root or a huge power")
            if max(left.numerator.bit_length(), left.denominator.bit_length()) * right > MAX_BITS:
                raise Unworkable("the program makes a huge number")
        result = _OPERATIONS[type(op)](left, right)
        if isinstance(result, (int, Fraction)) and result.numerator.bit_length() > MAX_BITS:
            raise Unworkable("the program makes a huge number")
        return result


def _call(name: str, values: list[Any]) -> Any:
    if name == "range":
        if len(values) > 2 or any(abs(value) > MAX_WORK for value in values):
            raise Unworkable("the program loops too often")
        return [Fraction(number) for number in range(*map(int, values))]
    if name not in _FUNCTIONS:
        raise Unworkable(f"the program calls {name}")
    return _FUNCTIONS[name](*values)


_OPERATIONS: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: lambda left, right: Fraction(left) / Fraction(right),
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.Pow: operator.pow,
}
_COMPARISONS: dict[type[ast.cmpop], Callable[[Any, Any], bool]] = {
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
}
_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "round": lambda value, digits=Fraction(0): Fraction(round(value, int(digits))),
    "sum": sum,
    "len": len,
    "int": int,
    "float": Fraction,
    "abs": abs,
    "max": max,
    "min": min,
    "ceil": ceil,
    "floor": floor,
}
