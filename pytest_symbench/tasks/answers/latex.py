"""Are two mathematical answers equal? Numbers exactly, tuples, sets, expressions, labels.

What the grammar here cannot read goes to the library math-verify, under limits.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from functools import lru_cache, reduce
from random import Random
from typing import NamedTuple

from pytest_symbench.tasks.answers.extract import Unreadable
from pytest_symbench.tasks.answers.latex_library import library_equal
from pytest_symbench.tasks.answers.latex_syntax import (
    Call,
    Foreign,
    Items,
    Number,
    Parsed,
    Relation,
    Symbol,
    Tree,
    parse,
)
from pytest_symbench.tasks.answers.latex_text import label, plain
from pytest_symbench.tasks.answers.reals import (
    PI,
    E,
    Real,
    add,
    binomial,
    cosine,
    divide,
    factorial_of,
    logarithm,
    magnitude,
    multiply,
    near,
    negative,
    power,
    rational,
    root,
    sine,
    zero,
)

CLOSE = Fraction(1, 10**25)
"""The relative difference that the arithmetic of 60 digits may have."""

FLOAT = Fraction(1, 10**9)
"""The relative difference of a float that was printed with all its digits."""

NOISE = Fraction(1, 10**14)
"""The relative error of a float in its last digit."""

POINTS = 6
"""Values of the letters at which two expressions are compared."""


class Match(NamedTuple):
    """Whether an answer equals the key, and why."""

    equal: bool
    reason: str


class Context(NamedTuple):
    """What else decides: the problem's wording, and whether roundings are refused."""

    rounding: bool
    percent: bool
    exact_only: bool


def equal(key: str, answer: str, *, problem: str = "", exact_only: bool = False) -> Match:
    r"""Does an answer equal a key such as ``\frac{5\sqrt5}3``, ``(2,-2)`` or ``\text{C}``?

    ``problem`` may ask for a rounding or a percentage, which then are right as well.
    With ``exact_only`` a decimal is right only if it is exact, or a float with all its digits.

    Raises:
        Unreadable: the answer is no mathematics.
    """
    asked = problem.lower()
    context = Context(
        rounding=bool(
            re.search(r"\bround|nearest|decimal place|approximat|tenth|hundredth|thousandth", asked)
        ),
        percent="%" in asked or "percent" in asked,
        exact_only=exact_only,
    )
    if (letters := label(key)) is not None:
        return _same_label(letters, answer)
    read = _read_key(key)
    if read is None:
        return _same_text(key, answer)
    whole, target = read
    try:
        given = _settled(parse(answer, groups=not isinstance(target.tree, Items)))
    except Foreign as beyond:
        return _by_library(key, answer, beyond)
    if isinstance(given.tree, Relation) and isinstance(whole.tree, Relation):
        return _same_relation(whole.tree, given.tree)
    return compare(target, given, context)


@lru_cache(maxsize=1024)
def _read_key(key: str) -> tuple[Parsed, Parsed] | None:
    """A key as it stands and its value without a name; None if it is beyond the grammar."""
    try:
        whole = parse(key)
        return whole, _settled(whole)
    except Unreadable:
        return None


def relative_difference(key: str, answer: str) -> Fraction | None:
    """How far apart two numbers are, relative to the key; None if they are not both numbers.

    Raises:
        Unreadable: the answer is no mathematics.
    """
    try:
        given = _settled(parse(answer)).tree
    except Foreign:
        return None
    try:
        target = _settled(parse(key)).tree
        exact = rational(value(target))
    except Unreadable:
        return None
    if isinstance(given, Items | Relation) or letters(given):
        return None
    distance = abs(rational(value(given)) - exact)
    return distance / abs(exact) if exact else distance


def compare(target: Parsed, given: Parsed, context: Context) -> Match:
    """The comparison by the kind of the key."""
    if isinstance(target.tree, Relation):
        return _same_relation(target.tree, given.tree)
    if isinstance(target.tree, Items):
        return _same_items(target.tree, given.tree, context)
    if isinstance(given.tree, Relation | Items):
        return Match(False, "one value is asked for, not a list or an equation")
    if letters(target.tree) or letters(given.tree):
        return _same_expression(target.tree, given.tree)
    return _same_number(target, given, context)


def _settled(parsed: Parsed) -> Parsed:
    """The value of ``name = value`` and of ``value = other form of it``."""
    tree = parsed.tree
    if not isinstance(tree, Relation) or not set(tree.signs) <= {"=", r"\approx"}:
        return parsed
    sides = list(tree.sides)
    if _is_name(sides[0]):
        sides.pop(0)
    if len(sides) == 1:
        return Parsed(sides[0], parsed.percent)
    if any(isinstance(side, Items) or letters(side) for side in sides):
        return parsed
    values = [value(side) for side in sides]
    if parsed.percent:
        values[-1] = divide(values[-1], Fraction(100))
    first = values[0]
    for other, side in zip(values[1:], sides[1:], strict=True):
        unit = _half_unit(printed[0]) if (printed := _printed(side)) else Fraction(0)
        if not near(first, other, CLOSE) and abs(rational(first) - rational(other)) > unit:
            raise Unreadable("two sides of an equation that are not equal")
    return Parsed(sides[0])


def _is_name(tree: Tree) -> bool:
    if isinstance(tree, Symbol):
        return True
    if isinstance(tree, Call) and tree.name == "*":
        return all(map(_is_name, tree.arguments))
    return False


def letters(tree: Tree) -> frozenset[str]:
    """The letters that a tree contains."""
    if isinstance(tree, Symbol):
        return frozenset((tree.name,))
    children: Sequence[Tree] = ()
    if isinstance(tree, Call):
        children = tree.arguments
    elif isinstance(tree, Items):
        children = tree.parts
    elif isinstance(tree, Relation):
        children = tree.sides
    return frozenset().union(*map(letters, children))


def value(tree: Tree, names: Mapping[str, Real] | None = None, *, trig: bool = False) -> Real:
    """The value of a tree: a fraction where it is rational, else a decimal of 60 digits."""
    if isinstance(tree, Number):
        return tree.value
    if isinstance(tree, Symbol):
        if names is None or tree.name not in names:
            raise Unreadable(f"the letter {tree.name}")
        return names[tree.name]
    if not isinstance(tree, Call):
        raise Unreadable("a list within a formula")
    if tree.name == "pi":
        return PI
    inner = trig or tree.name in _TRIGONOMETRY
    values = [value(argument, names, trig=inner) for argument in tree.arguments]
    if tree.name == "degrees":
        return divide(multiply(values[0], PI), Fraction(180)) if trig else values[0]
    return _OPERATIONS[tree.name](*values)


_TRIGONOMETRY = frozenset(("sin", "cos", "tan", "sec", "csc", "cot"))
_ONE = Fraction(1)
_OPERATIONS: dict[str, Callable[..., Real]] = {
    "+": lambda *terms: reduce(add, terms),
    "*": lambda *factors: reduce(multiply, factors),
    "/": divide,
    "^": power,
    "neg": negative,
    "abs": magnitude,
    "!": factorial_of,
    "binom": binomial,
    "root": lambda degree, inner: _root(inner, degree),
    "sin": sine,
    "cos": cosine,
    "tan": lambda angle: divide(sine(angle), cosine(angle)),
    "sec": lambda angle: divide(_ONE, cosine(angle)),
    "csc": lambda angle: divide(_ONE, sine(angle)),
    "cot": lambda angle: divide(cosine(angle), sine(angle)),
    "ln": logarithm,
    "log": lambda inner, base=Fraction(10): divide(logarithm(inner), logarithm(base)),
    "exp": lambda inner: power(E, inner),
}


def _root(inner: Real, degree: Real) -> Real:
    if not isinstance(degree, Fraction) or degree.denominator > 1:
        raise Unreadable("a root of no whole degree")
    return root(inner, degree.numerator)


def _printed(tree: Tree) -> tuple[int, int] | None:
    """Decimals and significant digits of a number printed as a decimal or with a power of ten."""
    match tree:
        case Number(decimals=int() as decimals):
            return decimals, tree.significant
        case Call("neg", (inner,)):
            return _printed(inner)
        case Call("*", (Number() as mantissa, Call("^", (Number(value=base), exponent)))):
            shift = value(exponent) if base == 10 and not letters(exponent) else None
            if isinstance(shift, Fraction) and shift.denominator == 1 and abs(shift) < 5000:
                return (mantissa.decimals or 0) - shift.numerator, mantissa.significant
    return None


def _long_decimal(tree: Tree) -> bool:
    if isinstance(tree, Number):
        return tree.decimals is not None and tree.significant >= 10
    return isinstance(tree, Call) and any(map(_long_decimal, tree.arguments))


def _same_number(target: Parsed, given: Parsed, context: Context) -> Match:
    exact, answer = value(target.tree), value(given.tree)
    scales = [Fraction(1)]
    if target.percent and not given.percent:
        scales.append(Fraction(100))
    if given.percent and not target.percent:
        scales = [Fraction(1, 100)] + [Fraction(1)] * context.percent
    for scale in scales:
        reason = _agreement(exact, multiply(answer, scale), scale, target.tree, given.tree, context)
        if reason:
            return Match(True, reason)
    return Match(False, _difference(exact, multiply(answer, scales[0]), given.tree))


def _agreement(
    exact: Real, answer: Real, scale: Fraction, key: Tree, given: Tree, context: Context
) -> str:
    """Why two numbers count as equal; nothing if they do not."""
    both = isinstance(exact, Fraction) and isinstance(answer, Fraction)
    if exact == answer or (not both and near(exact, answer, CLOSE)):
        return "the exact value"
    ends = isinstance(exact, Fraction) and _terminates(exact)
    printed = _printed(given)
    if not ends and _long_decimal(given) and near(exact, answer, FLOAT):
        return "the value with all digits of a float"
    if ends and printed and printed[1] >= 15 and near(exact, answer, NOISE):
        return "the value but for the last digit of a float"
    distance = abs(rational(exact) - rational(answer))
    rounds = printed and printed[1] >= 3 and distance <= scale * _half_unit(printed[0])
    if rounds and not ends and not context.exact_only:
        return "a correct rounding"
    rounded = _printed(key)
    if rounded and context.rounding and rounded[0] > 0 and distance <= _half_unit(rounded[0]):
        return "rounds to the key"
    return ""


def _half_unit(decimals: int) -> Fraction:
    return Fraction(10) ** -decimals / 2


def _terminates(exact: Fraction) -> bool:
    rest = exact.denominator
    for prime in (2, 5):
        while rest % prime == 0:
            rest //= prime
    return rest == 1


def _difference(exact: Real, answer: Real, given: Tree) -> str:
    one, other = rational(exact), rational(answer)
    if one == -other or (one and abs((one + other) / one) < FLOAT):
        return "the sign is wrong"
    if one and abs((one - other) / one) < Fraction(1, 100):
        if _printed(given):
            return "a decimal that is near, but not the exact value"
        return "near, but not the exact value"
    return f"the value is too {'large' if other > one else 'small'}"


def _same_expression(target: Tree, given: Tree) -> Match:
    names = sorted(letters(target))
    if letters(given) != letters(target):
        return Match(False, f"the answer should contain {_list(names) or 'no letters'}")
    agreed = 0
    for point in _points(names):
        try:
            one = value(target, point)
        except Unreadable:
            continue  # outside the domain of the key
        if not near(one, value(given, point), CLOSE):
            return Match(False, "the expressions differ in value")
        agreed += 1
    if agreed < POINTS - 1:
        return Match(False, "the expressions could not be compared")
    return Match(True, "an equal expression")


def _points(names: Sequence[str]) -> Iterator[dict[str, Real]]:
    rng = Random(20250)
    for number in range(2 * POINTS):
        high = 7 if number % 2 else 40
        yield {name: Fraction(rng.randint(1, 7 * high), 7) + Fraction(1, 3) for name in names}


def _same_relation(target: Relation, given: Tree) -> Match:
    if not isinstance(given, Relation):
        return Match(False, "an equation or inequality is asked for")
    if target == given:
        return Match(True, "the same relation")
    if len(target.signs) != 1 or len(given.signs) != 1:
        return Match(False, "not the same relation")
    one, other = _as_zero(target), _as_zero(given)
    strict = {"<", r"\le"}
    if one.name != other.name or letters(one.side) != letters(other.side):
        return Match(False, "not the same kind of relation")
    ratios: list[Fraction] = []
    for point in _points(sorted(letters(one.side))):
        try:
            above, below = value(other.side, point), value(one.side, point)
            if not zero(below):
                ratios.append(rational(divide(above, below)))
        except Unreadable:
            continue
    same = len(ratios) >= POINTS - 1 and all(
        near(ratio, ratios[0], CLOSE) and ratio != 0 for ratio in ratios
    )
    if same and (one.name not in strict or ratios[0] > 0):
        return Match(True, "an equivalent relation")
    return Match(False, "not the same relation")


class _Zero(NamedTuple):
    """``side = 0``, ``side < 0`` or ``side <= 0``."""

    name: str
    side: Tree


def _as_zero(relation: Relation) -> _Zero:
    sign = relation.signs[0]
    left, right = relation.sides
    if sign in (">", r"\ge"):
        left, right, sign = right, left, {">": "<", r"\ge": r"\le"}[sign]
    return _Zero(sign, Call("+", (left, Call("neg", (right,)))))


def _same_items(target: Items, given: Tree, context: Context) -> Match:
    if not isinstance(given, Items):
        return Match(False, f"{len(target.parts)} values are asked for, not one")
    if len(given.parts) != len(target.parts):
        return Match(False, f"{len(target.parts)} values are asked for, not {len(given.parts)}")
    unordered = target.brackets == "{}"
    if (
        target.brackets
        and given.brackets != target.brackets
        and not (unordered and not given.brackets)
    ):
        return Match(
            False, f"brackets of the form {target.brackets[0]} {target.brackets[-1]} are asked for"
        )
    if not unordered:
        for number, (one, other) in enumerate(zip(target.parts, given.parts, strict=True), 1):
            if not compare(Parsed(one), Parsed(other), context).equal:
                return Match(False, f"entry {number} is wrong")
        return Match(True, "all entries are right")
    left = list(given.parts)
    for one in target.parts:
        found = [other for other in left if compare(Parsed(one), Parsed(other), context).equal]
        if not found:
            return Match(False, "an element of the set is missing")
        left.remove(found[0])
    return Match(True, "the same set")


def _same_label(wanted: str, answer: str) -> Match:
    given = label(answer) or re.sub(r"[^a-z]", "", answer.casefold()[:100])
    plainly = re.fullmatch(r"[\s\w(){}\[\].$\\]*", answer[:100]) and len(answer) <= 100
    if plainly and (given == wanted or (len(wanted) == 2 and given == wanted[::-1])):
        return Match(True, "the label")
    return Match(False, "not the label asked for")


def _same_text(key: str, answer: str) -> Match:
    if _braced(key) == _braced(answer):
        return Match(True, "the same formula")
    return _by_library(key, answer, Foreign("a formula beyond this grammar"))


def _braced(text: str) -> str:
    r"""A formula without blanks, ``\frac17`` and ``\dfrac{1}{7}`` written alike."""
    text = re.sub(r"\s+", "", plain(text)).replace(r"\dfrac", r"\frac").replace(r"\tfrac", r"\frac")
    text = re.sub(r"\\frac([0-9])", r"\\frac{\1}", text)
    return re.sub(r"(\\frac\{[^{}]*\})([0-9])", r"\1{\2}", text)


def _by_library(key: str, answer: str, beyond: Foreign) -> Match:
    try:
        same = library_equal(plain(key), plain(answer))
    except Unreadable as unreadable:
        raise Unreadable(f"{beyond}; {unreadable}") from None
    return Match(same, "equal by math-verify" if same else "not equal by math-verify")


def _list(names: Sequence[str]) -> str:
    return ", ".join(name.strip("\\") for name in names)
