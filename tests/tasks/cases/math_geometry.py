from __future__ import annotations

import cmath
import math
import re
from collections.abc import Callable, Iterator
from fractions import Fraction
from itertools import combinations, pairwise
from typing import TypeAlias

from pytest_symbench.tasks import get
from pytest_symbench.tasks.task import Data

KINDS = [
    "polygon-area",
    "lattice-points",
    "maps",
    "chord",
    "circle",
    "tangent",
    "triangle-point",
    "lines",
    "two-sides",
    "three-sides",
    "sector",
    "solid",
    "space",
    "regular",
    "parallel-cuts",
    "angles",
]
SMALL = [{"count": 2, "size": 6, "templates": [kind]} for kind in KINDS]
SMALL += [{"count": 4, "size": 4, "templates": ["polygon-area", "maps", "solid", "angles"]}]

Measure: TypeAlias = "float | tuple[float, float]"


def ACCEPTED(data: Data, gold: str) -> list[str]:
    forms = [gold, f" {gold} ", f"${gold}$", rf"\boxed{{{gold}}}", rf"\({gold}\)", f"`{gold}`"]
    forms += [gold.replace(r"\frac", r"\dfrac"), gold.replace(r"\pi", "π"), f"{gold}."]
    forms += [gold.replace("-", "\u2212"), gold.replace(r"\sqrt", r"\sqrt ")]
    if gold.startswith("("):
        forms += [gold.replace("(", r"\left(").replace(")", r"\right)"), gold.replace(" ", "")]
        forms.append(re.sub(r"\\frac\{(\d+)\}\{(\d+)\}", r"\1/\2", gold))
        return forms
    plain = gold.replace("{", "(").replace("}", ")").replace(r"\pi", "*pi*1")
    plain = plain.replace(r"\sqrt", "*sqrt").replace(r"\frac", "")
    plain = re.sub(r"\)\(", ")/(", plain)
    forms.append(re.sub(r"(^|[-+(/])\*", r"\1", plain))
    forms += [f"x = {gold}", f"AB = {gold}", f"{gold} \\text{{ units}}", f"{gold} \\text{{ cm}}^2"]
    forms += [rf"{gold}^\circ" if re.fullmatch(r"\d+", gold) else gold, rf"\frac{{{gold}}}{{1}}"]
    forms += [f"2({gold}) - ({gold})", f"{gold} + 0", f"{gold} square units"]
    if re.fullmatch(r"\d+", gold):
        forms += [
            f"{gold}.0",
            f"{int(gold):,}",
            f"{2 * int(gold)}/2",
            f"{gold} degrees",
            f"{gold}°",
        ]
    elif abs(read(gold)) < 1e6:  # type: ignore[arg-type]
        forms.append(f"{read(gold):.12g}")
    return forms


def REJECTED(data: Data, gold: str) -> list[str]:
    forms = [
        f"{gold} or 1",
        "1e5000",
        "9" * 4301,
        f"about {gold}",
        "",
        "many",
        "C",
        f"{gold}x",
        f"{gold} = 1",
        f"{gold}?",
    ]
    if gold.startswith("("):
        x, y = gold[1:-1].split(", ")
        forms += [f"({x}, {y}, {y})", f"{x}, {y}", f"[{x}, {y}]", x, f"({x}, {y} + 1)"]
        forms += [f"({x} + 0.001, {y})", f"({x}, {y}), ({y}, {x})"]
        return forms if x == y else [*forms, f"({y}, {x})"]
    forms += [f"{gold} + 1", f"-({gold})", f"10({gold})", f"({gold})/2", f"1.0001({gold})"]
    forms += [f"{gold}, {gold}", f"({gold}, 0)", f"{gold} + 0.0001", f"{gold}\\%"]
    if not re.fullmatch(r"\d+", gold):
        value = read(gold)
        assert isinstance(value, float)
        forms += [shown for shown in (f"{value:.3g}", f"{value:.6g}") if float(shown) != value]
    return forms


def ORACLE(data: Data) -> Iterator[tuple[str, bool]]:
    truth = MEASURES[data["template"]](data["facts"])
    gold = get("math_geometry").solve(data)
    assert same(read(gold), truth), (gold, truth)
    if isinstance(truth, tuple):
        for x in range(-9, 10):
            for y in range(-9, 10, 2):
                yield f"({x}, {y})", same((x, y), truth)
        yield gold, True
        return
    for number in range(-3, 45):
        for below in (1, 2, 3):
            yield f"{number}/{below}", same(number / below, truth)
    for number in range(1, 20):
        yield rf"\frac{{{number}\pi}}{{3}}", same(number * math.pi / 3, truth)
        yield f"{number}pi/4", same(number * math.pi / 4, truth)
    for number in range(1, 40):
        yield rf"\sqrt{{{number}}}", same(math.sqrt(number), truth)
        yield f"sqrt({number})/2", same(math.sqrt(number) / 2, truth)
    yield gold, True


def same(one: Measure, other: Measure) -> bool:
    ones, others = (x if isinstance(x, tuple) else (x,) for x in (one, other))
    return len(ones) == len(others) and all(
        math.isclose(a, b, rel_tol=1e-9, abs_tol=1e-9) for a, b in zip(ones, others, strict=True)
    )


def read(text: str) -> Measure:
    """The value of a solver's text, by Python's own arithmetic."""
    text = re.sub(r"\\frac\{((?:[^{}]|\{[^{}]*\})*)\}\{(\d+)\}", r"((\1)/\2)", text)
    text = re.sub(r"(?<=[\d)])(\\sqrt|\\pi)", r"*\1", text)
    text = re.sub(r"\\sqrt\{(\d+)\}", r"math.sqrt(\1)", text).replace(r"\pi", "math.pi")
    text = re.sub(r"(?<=\))(?=math)", "*", text)
    value: Measure = eval(text, {"math": math, "__builtins__": {}})
    return value


def area(facts: Data) -> float:
    """By horizontal strips: their widths at half height are exact."""
    points = facts["corners"]
    edges = list(pairwise([*points, points[0]]))
    heights = sorted({y for _, y in points})
    total = Fraction(0)
    for low, high in pairwise(heights):
        middle = Fraction(low + high, 2)
        crossings = sorted(
            a + (x - a) * (middle - b) / (y - b)
            for (a, b), (x, y) in edges
            if (b < middle) != (y < middle)
        )
        widths = sum(
            right - left for left, right in zip(crossings[::2], crossings[1::2], strict=True)
        )
        total += widths * (high - low)
    return float(total)


def inside(facts: Data) -> float:
    points = facts["corners"]
    edges = list(pairwise([*points, points[0]]))
    found = 0
    for px in range(min(x for x, _ in points), max(x for x, _ in points) + 1):
        for py in range(min(y for _, y in points), max(y for _, y in points) + 1):
            border = odd = False
            for (a, b), (x, y) in edges:
                cross = (x - a) * (py - b) - (y - b) * (px - a)
                border |= (
                    cross == 0 and min(a, x) <= px <= max(a, x) and min(b, y) <= py <= max(b, y)
                )
                if (b > py) != (y > py) and px < a + Fraction((x - a) * (py - b), y - b):
                    odd = not odd
            found += odd and not border
    return float(found)


def maps(facts: Data) -> Measure:
    start = z = complex(*facts["point"])
    for kind, p, q, turn in facts["maps"]:
        centre = complex(p, q)
        if kind == "translation":
            z += centre
        elif kind == "vertical":
            z -= 2 * (z.real - p)
        elif kind == "horizontal":
            z -= 2j * (z.imag - q)
        elif kind == "diagonal":
            z = z.conjugate() * 1j * turn
        elif kind == "dilation":
            z = centre + turn * (z - centre)
        else:
            z = centre + (z - centre) * cmath.exp(1j * math.radians(turn))
    return (z.real, z.imag) if facts["ask"] == "image" else abs(z - start) ** 2


def chord(facts: Data) -> float:
    (h, k), (a, b, c) = facts["centre"], facts["line"]
    # the line as a point and a direction; where it is in the circle follows from a quadratic
    px, py, dx, dy = 0.0, -c / b, float(b), float(-a)
    two, one, zero = (
        dx * dx + dy * dy,
        2 * (dx * (px - h) + dy * (py - k)),
        (px - h) ** 2 + (py - k) ** 2 - facts["square"],
    )
    spread = math.sqrt(one * one - 4 * two * zero)
    first, second = (-one - spread) / (2 * two), (-one + spread) / (2 * two)
    return math.hypot(dx * (second - first), dy * (second - first))


def circle(facts: Data) -> float:
    d, e, f = facts["terms"]
    # along the horizontal through the centre y = -e/2: x^2 + dx + ... = 0 has two solutions
    y = -e / 2
    spread = math.sqrt(d * d - 4 * (y * y + e * y + f))
    radius = ((-d + spread) / 2 - (-d - spread) / 2) / 2
    return math.pi * radius**2 if facts["ask"] == "area" else radius


def tangent(facts: Data) -> float:
    first, second = facts["radii"]
    apart = facts["distance"]
    if facts["ask"] == "point":
        angle = math.acos(first / apart)
        return math.dist((apart, 0), (first * math.cos(angle), first * math.sin(angle)))
    sign = 1 if facts["ask"] == "outer" else -1
    angle = math.acos((first - sign * second) / apart)
    near = first * math.cos(angle), first * math.sin(angle)
    far = apart + sign * second * math.cos(angle), sign * second * math.sin(angle)
    return math.dist(near, far)


def meet(one: tuple[float, ...], other: tuple[float, ...]) -> tuple[float, float]:
    (px, py, dx, dy), (qx, qy, ex, ey) = one, other
    step = ((qx - px) * ey - (qy - py) * ex) / (dx * ey - dy * ex)
    return px + step * dx, py + step * dy


def point(facts: Data) -> Measure:
    a, b, c = facts["corners"]
    lines = []
    for one, two, three in ((a, b, c), (b, c, a)):
        middle = (two[0] + three[0]) / 2, (two[1] + three[1]) / 2
        across = two[1] - three[1], three[0] - two[0]
        lines.append(
            {
                "centroid": (*one, middle[0] - one[0], middle[1] - one[1]),
                "circumcentre": (*middle, *across),
                "orthocentre": (*one, *across),
            }[facts["ask"]]
        )
    return meet(lines[0], lines[1])


def lines(facts: Data) -> Measure:
    return meet(*((0.0, c / b, float(b), float(-a)) for a, b, c in facts["lines"]))


def two_sides(facts: Data) -> float:
    one, other = facts["sides"]
    turn = math.radians(facts["angle"])
    corner = other * math.cos(turn), other * math.sin(turn)
    return math.dist((one, 0), corner) if facts["ask"] == "side" else one * corner[1] / 2


def three_sides(facts: Data) -> float:
    a, b, c = facts["sides"]
    x = (b * b + c * c - a * a) / (2 * c)
    y = math.sqrt(b * b - x * x)
    if facts["ask"] == "area":
        return c * y / 2
    if facts["ask"] == "inradius":
        return c * y / (a + b + c)
    centre = meet((c / 2, 0, 0, 1), (x / 2, y / 2, -y, x))
    return math.dist(centre, (0, 0))


def simpson(function: Callable[[float], float], end: float, steps: int = 4000) -> float:
    width = end / steps
    weights = [1, *([4, 2] * (steps // 2))[:-1], 1]
    return width / 3 * sum(w * function(i * width) for i, w in enumerate(weights))


def sector(facts: Data) -> float:
    radius, turn = facts["radius"], math.radians(facts["angle"])
    if facts["ask"] == "perimeter":
        steps = 200_000
        chord = abs(cmath.exp(1j * turn / steps) - 1) * radius
        return 2 * radius + steps * chord
    if facts["ask"] == "segment":
        return simpson(lambda t: 2 * (radius * math.sin(t)) ** 2, turn / 2)
    low = facts["inner"] if facts["ask"] == "ring" else 0
    return simpson(lambda r: (low + r) * turn, radius - low)


def solid(facts: Data) -> float:
    total = 0.0
    for kind, wide, high, top in facts["parts"]:
        if kind == "hemisphere":
            total += simpson(lambda z, w=wide: math.pi * (w * w - z * z), wide, 2000)
        else:
            end = {"cylinder": wide, "cone": 0, "frustum": top}[kind]
            total += simpson(
                lambda z, w=wide, e=end, h=high: math.pi * (w + (e - w) * z / h) ** 2, high, 2000
            )
    return total


def space(facts: Data) -> float:
    if "edges" in facts:
        a, b, c = facts["edges"]
        return math.hypot(math.hypot(a, b), c)
    p, q, r, s = facts["corners"]
    u, v, w = ([x - y for x, y in zip(corner, p, strict=True)] for corner in (q, r, s))
    normal = [u[1] * v[2] - u[2] * v[1], u[2] * v[0] - u[0] * v[2], u[0] * v[1] - u[1] * v[0]]
    length = math.hypot(*normal)
    height = abs(sum(n * x for n, x in zip(normal, w, strict=True))) / length
    return length / 2 * height / 3


def regular(facts: Data) -> float:
    sides, others = facts["sides"]

    def diagonals(number: int) -> int:
        return sum((j - i) not in (1, number - 1) for i, j in combinations(range(number), 2))

    def interior(number: int) -> float:
        before, here, after = (cmath.exp(2j * math.pi * k / number) for k in (-1, 0, 1))
        return math.degrees(abs(cmath.phase((before - here) / (after - here))))

    ask = facts["ask"]
    if ask == "from-interior":
        return float(next(n for n in range(3, 9999) if abs(interior(n) - interior(sides)) < 1e-9))
    if ask == "from-diagonals":
        return float(next(n for n in range(3, 9999) if n * n - 3 * n == 2 * diagonals(sides)))
    values = {"interior": interior(sides), "exterior": 180 - interior(sides)}
    values |= {"sum": sides * interior(sides), "diagonals": diagonals(sides)}
    return float({**values, "more": diagonals(sides) - diagonals(others)}[ask])


def cuts(facts: Data) -> float:
    if facts["ask"] == "base":
        b, c = complex(3, 0), complex(3, facts["measure"])
    else:
        b, c = complex(2, 0), complex(7, facts["measure"])  # with the apex at 0
    sizes = [(b, c)]
    for near, far in facts["ratios"]:
        b, c = b * near / (near + far), c * near / (near + far)
        sizes.append((b, c))
    if facts["ask"] == "base":
        return abs(c - b)
    areas = [abs((c * b.conjugate()).imag) / 2 for b, c in sizes]
    return areas[-2] - areas[-1] if facts["ask"] == "rest" else areas[-1]


def angles(facts: Data) -> float:
    angle = Fraction(facts["first"])
    for kind, number, other in facts["steps"]:
        fits = {
            "line": lambda new, old, n, o: new + old == 180,
            "vertical": lambda new, old, n, o: new == old,
            "alternate": lambda new, old, n, o: new == old,
            "same-side": lambda new, old, n, o: new + old == 180,
            "right": lambda new, old, n, o: new + old + 90 == 180,
            "base": lambda new, old, n, o: new + new + old == 180,
            "apex": lambda new, old, n, o: new + old + old == 180,
            "third": lambda new, old, n, o: new + old + n == 180,
            "exterior": lambda new, old, n, o: (180 - new) + old + n == 180,
            "cyclic": lambda new, old, n, o: new + old == 180,
            "central": lambda new, old, n, o: new == old + old,
            "ratio": lambda new, old, n, o: old + new + Fraction(new * max(n, o), min(n, o)) == 180,
        }[kind]
        found = [new for new in range(1, 180) if fits(Fraction(new), angle, number, other)]
        assert len(found) == 1, facts
        angle = Fraction(found[0])
    return float(angle)


MEASURES: dict[str, Callable[[Data], Measure]] = {
    "polygon-area": area,
    "lattice-points": inside,
    "maps": maps,
    "chord": chord,
    "circle": circle,
    "tangent": tangent,
    "triangle-point": point,
    "lines": lines,
    "two-sides": two_sides,
    "three-sides": three_sides,
    "sector": sector,
    "solid": solid,
    "space": space,
    "regular": regular,
    "parallel-cuts": cuts,
    "angles": angles,
}
