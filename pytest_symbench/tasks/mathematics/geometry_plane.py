"""Problems of MATH Geometry in the coordinate plane: polygons, maps, circles, triangle points."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import cmp_to_key
from math import gcd
from random import Random

from pytest_symbench.tasks.mathematics.closed_forms import (
    Term,
    fraction,
    pair,
    root,
    times,
    written,
)
from pytest_symbench.tasks.mathematics.templates import Facts, Redraw, Template


def nonzero(rng: Random, size: int) -> int:
    return rng.choice((-1, 1)) * rng.randint(1, size)


def listing(parts: Sequence[str]) -> str:
    return f"{', '.join(parts[:-1])} and {parts[-1]}" if len(parts) > 1 else parts[0]


def linear(*terms: tuple[int, str]) -> str:
    """A sum such as ``3x - y + 2`` without its zero terms."""
    text = ""
    for factor, name in terms:
        if factor:
            sign = (" - " if factor < 0 else " + ") if text else ("-" if factor < 0 else "")
            number = str(abs(factor)) if abs(factor) != 1 or not name else ""
            text += sign + number + name
    return text or "0"


# Lattice polygons


def draw_polygon(rng: Random, count: int, size: int) -> Facts:
    corners: list[tuple[int, int]] = []
    while len(corners) < count + 2:
        x, y = rng.randint(-size, size), rng.randint(-size, size)
        if (x, y) != (0, 0) and all(x * b - y * a or x * a + y * b < 0 for a, b in corners):
            corners.append((x, y))
    corners.sort(key=cmp_to_key(_turn))
    ahead = [*corners[1:], corners[0]]
    if any(a * y - b * x <= 0 for (a, b), (x, y) in zip(corners, ahead, strict=True)):
        raise Redraw  # the inner point is outside, or an edge passes it
    if rng.random() < 0.5:
        corners.reverse()
    first = rng.randrange(len(corners))
    corners = corners[first:] + corners[:first]
    right, up = rng.randint(-size, size), rng.randint(-size, size)
    return {"corners": [[x + right, y + up] for x, y in corners]}


def _turn(one: tuple[int, int], other: tuple[int, int]) -> int:
    """Orders points by their direction from the origin, counterclockwise from the positive x."""
    halves = [point[1] < 0 or (point[1] == 0 and point[0] < 0) for point in (one, other)]
    if halves[0] != halves[1]:
        return halves[0] - halves[1]
    return other[0] * one[1] - other[1] * one[0]


def _corners(facts: Facts) -> str:
    return listing([f"({x}, {y})" for x, y in facts["corners"]])


def tell_area(facts: Facts) -> str:
    kind = "triangle" if len(facts["corners"]) == 3 else "polygon without crossing sides"
    return (
        f"A {kind} has the corners {_corners(facts)}, named in the order of its boundary. "
        "What is its area?"
    )


def double_area(facts: Facts) -> int:
    points = facts["corners"]
    ahead = [*points[1:], points[0]]
    return abs(sum(int(a * y - b * x) for (a, b), (x, y) in zip(points, ahead, strict=True)))


def key_area(facts: Facts) -> str:
    return fraction(Fraction(double_area(facts), 2))


def tell_inside(facts: Facts) -> str:
    return (
        f"A polygon without crossing sides has the corners {_corners(facts)}, named in the order "
        "of its boundary. How many points with two whole coordinates lie strictly inside it?"
    )


def key_inside(facts: Facts) -> str:
    points = facts["corners"]
    ahead = [*points[1:], points[0]]
    border = sum(gcd(x - a, y - b) for (a, b), (x, y) in zip(points, ahead, strict=True))
    return str((double_area(facts) - border + 2) // 2)


# Maps of the plane


def draw_maps(rng: Random, count: int, size: int) -> Facts:
    maps: list[list[int | str]] = []
    kinds = ["translation", "vertical", "horizontal", "diagonal", "rotation"]
    for _ in range(count):
        kind = rng.choice(kinds + ["dilation"] * (sum(m[0] == "dilation" for m in maps) < 4))
        first, second = rng.randint(-size, size), rng.randint(-size, size)
        if kind == "translation" and (first, second) == (0, 0):
            raise Redraw
        turn = {"diagonal": (1, -1), "rotation": (90, 180, 270), "dilation": (2, 3)}.get(kind, (0,))
        maps.append([kind, first, second, rng.choice(turn)])
    facts: Facts = {
        "point": [nonzero(rng, size), nonzero(rng, size)],
        "maps": maps,
        "ask": rng.choice(["image", "image", "distance"]) if count > 1 else "image",
    }
    if image(facts) == tuple(facts["point"]):
        raise Redraw
    return facts


def image(facts: Facts) -> tuple[int, int]:
    x, y = facts["point"]
    for kind, p, q, turn in facts["maps"]:
        if kind == "translation":
            x, y = x + p, y + q
        elif kind == "vertical":
            x = 2 * p - x
        elif kind == "horizontal":
            y = 2 * q - y
        elif kind == "diagonal":
            x, y = turn * y, turn * x
        elif kind == "dilation":
            x, y = p + turn * (x - p), q + turn * (y - q)
        else:
            for _ in range(turn // 90):
                x, y = p - (y - q), q + (x - p)
    return x, y


def tell_maps(facts: Facts) -> str:
    told = {
        "translation": "it is moved by {} in the direction of x and by {} in the direction of y",
        "vertical": "it is reflected in the line x = {}",
        "horizontal": "it is reflected in the line y = {1}",
        "diagonal": "it is reflected in the line y = {2}",
        "rotation": "it is rotated by {2} degrees counterclockwise about ({0}, {1})",
        "dilation": "it is dilated with centre ({0}, {1}) and factor {2}",
    }
    steps = []
    for kind, first, second, turn in facts["maps"]:
        shown = ("x" if turn == 1 else "-x") if kind == "diagonal" else turn
        steps.append(told[kind].format(first, second, shown))
    x, y = facts["point"]
    text = f"A point starts at ({x}, {y}); " + ", then ".join(steps) + ". "
    if facts["ask"] == "image":
        return text + "Where is it at the end?"
    return text + "What is the square of the distance between its first and its last place?"


def key_maps(facts: Facts) -> str:
    x, y = image(facts)
    if facts["ask"] == "image":
        return pair(x, y)
    return str((x - facts["point"][0]) ** 2 + (y - facts["point"][1]) ** 2)


# Circles


def draw_chord(rng: Random, count: int, size: int) -> Facts:
    facts: Facts = {
        "centre": [rng.randint(-size, size), rng.randint(-size, size)],
        "square": rng.randint(2, 4 * size * size),
        "line": [nonzero(rng, 12), nonzero(rng, 12), rng.randint(-size, size)],
    }
    if not 0 < _half_chord(facts) < facts["square"]:
        raise Redraw
    return facts


def _half_chord(facts: Facts) -> Fraction:
    (h, k), (a, b, c) = facts["centre"], facts["line"]
    return Fraction(facts["square"]) - Fraction((a * h + b * k + c) ** 2, a * a + b * b)


def tell_chord(facts: Facts) -> str:
    (h, k), (a, b, c) = facts["centre"], facts["line"]
    return (
        f"A circle has the centre ({h}, {k}) and a radius whose square is {facts['square']}. How "
        f"long is the chord that it cuts from the line {linear((a, 'x'), (b, 'y'), (c, ''))} = 0?"
    )


def key_chord(facts: Facts) -> str:
    return written(times(root(_half_chord(facts)), 2))


def draw_circle(rng: Random, count: int, size: int) -> Facts:
    facts = {
        "terms": [nonzero(rng, size), nonzero(rng, size), nonzero(rng, size * size)],
        "ask": rng.choice(["area", "radius"]),
    }
    if _square_of_radius(facts) <= 0:
        raise Redraw
    return facts


def _square_of_radius(facts: Facts) -> Fraction:
    d, e, f = facts["terms"]
    return Fraction(d * d + e * e, 4) - int(f)


def tell_circle(facts: Facts) -> str:
    d, e, f = facts["terms"]
    equation = linear((1, "x^2"), (1, "y^2"), (d, "x"), (e, "y"), (f, ""))
    return f"What is the {facts['ask']} of the circle {equation} = 0?"


def key_circle(facts: Facts) -> str:
    square = _square_of_radius(facts)
    return written(Term(square, 1, True) if facts["ask"] == "area" else root(square))


def draw_tangent(rng: Random, count: int, size: int) -> Facts:
    first, second = rng.randint(1, size), rng.randint(1, size)
    return {
        "radii": [first, second],
        "distance": first + second + rng.randint(1, size),
        "ask": rng.choice(["outer", "inner", "point"]),
    }


def tell_tangent(facts: Facts) -> str:
    first, second = facts["radii"]
    if facts["ask"] == "point":
        return (
            f"A point is {facts['distance']} away from the centre of a circle of radius {first}. "
            "How long is a tangent from the point to the circle, up to where it touches?"
        )
    side = "the same side" if facts["ask"] == "outer" else "opposite sides"
    return (
        f"Two circles have the radii {first} and {second}, and their centres are "
        f"{facts['distance']} apart. A line touches both and has them on {side}. How far apart are "
        "the two points where it touches?"
    )


def key_tangent(facts: Facts) -> str:
    first, second = facts["radii"]
    step = {"point": first, "outer": first - second, "inner": first + second}[facts["ask"]]
    return written(root(facts["distance"] ** 2 - step**2))


# Points of a triangle, and where lines meet


def draw_points(rng: Random, count: int, size: int) -> Facts:
    corners = [[rng.randint(-size, size), rng.randint(-size, size)] for _ in range(3)]
    if double_area({"corners": corners}) == 0:
        raise Redraw
    asks = ["centroid", "circumcentre", "orthocentre"] if count > 1 else ["centroid"]
    return {"corners": corners, "ask": rng.choice(asks)}


POINTS = {
    "centroid": "the medians",
    "circumcentre": "the perpendicular bisectors of the sides",
    "orthocentre": "the three altitudes, extended where needed,",
}


def tell_points(facts: Facts) -> str:
    return (
        f"A triangle has the corners {_corners(facts)}. At which point do "
        f"{POINTS[facts['ask']]} meet?"
    )


def key_points(facts: Facts) -> str:
    (ax, ay), (bx, by), (cx, cy) = facts["corners"]
    total = ax + bx + cx, ay + by + cy
    if facts["ask"] == "centroid":
        return pair(Fraction(total[0], 3), Fraction(total[1], 3))
    double = 2 * (ax * (by - cy) + bx * (cy - ay) + cx * (ay - by))
    a, b, c = ax * ax + ay * ay, bx * bx + by * by, cx * cx + cy * cy
    x = Fraction(a * (by - cy) + b * (cy - ay) + c * (ay - by), double)
    y = Fraction(a * (cx - bx) + b * (ax - cx) + c * (bx - ax), double)
    if facts["ask"] == "circumcentre":
        return pair(x, y)
    return pair(total[0] - 2 * x, total[1] - 2 * y)  # on the line of Euler


def draw_lines(rng: Random, count: int, size: int) -> Facts:
    lines = [[nonzero(rng, size), nonzero(rng, size), rng.randint(-size, size)] for _ in range(2)]
    (a, b, _), (d, e, _) = lines
    if a * e == b * d:
        raise Redraw
    return {"lines": lines}


def tell_lines(facts: Facts) -> str:
    shown = [f"{linear((a, 'x'), (b, 'y'))} = {c}" for a, b, c in facts["lines"]]
    return f"At which point do the lines {shown[0]} and {shown[1]} meet?"


def key_lines(facts: Facts) -> str:
    (a, b, c), (d, e, f) = facts["lines"]
    determinant = a * e - b * d
    return pair(Fraction(c * e - b * f, determinant), Fraction(a * f - c * d, determinant))


TEMPLATES = (
    Template(name="polygon-area", draw=draw_polygon, tell=tell_area, key=key_area),
    Template(name="lattice-points", least=2, draw=draw_polygon, tell=tell_inside, key=key_inside),
    Template(
        name="maps",
        draw=draw_maps,
        tell=tell_maps,
        key=key_maps,
        asks_point=lambda facts: bool(facts["ask"] == "image"),
    ),
    Template(name="chord", least=3, draw=draw_chord, tell=tell_chord, key=key_chord),
    Template(name="circle", least=2, draw=draw_circle, tell=tell_circle, key=key_circle),
    Template(name="tangent", least=2, draw=draw_tangent, tell=tell_tangent, key=key_tangent),
    Template(
        name="triangle-point",
        least=2,
        draw=draw_points,
        tell=tell_points,
        key=key_points,
        asks_point=lambda facts: True,
    ),
    Template(
        name="lines",
        least=2,
        draw=draw_lines,
        tell=tell_lines,
        key=key_lines,
        asks_point=lambda facts: True,
    ),
)
