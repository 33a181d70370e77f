"""Problems of MATH Geometry about measures: triangles, sectors, solids, polygons, angles."""

from __future__ import annotations

from fractions import Fraction
from random import Random

from pytest_symbench.tasks.mathematics.closed_forms import Term, fraction, root, times, written
from pytest_symbench.tasks.mathematics.templates import Facts, Redraw, Template

LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"

# Triangles from two sides and an angle, and from three sides


def draw_two_sides(rng: Random, count: int, size: int) -> Facts:
    return {
        "names": rng.sample(LETTERS, 3),
        "sides": [rng.randint(2, size), rng.randint(2, size)],
        "angle": rng.choice((60, 90, 120)),
        "ask": rng.choice(["side", "area"]),
    }


def tell_two_sides(facts: Facts) -> str:
    a, b, c = facts["names"]
    first, second = facts["sides"]
    asked = f"How long is {b}{c}?" if facts["ask"] == "side" else "What is its area?"
    return (
        f"In triangle {a}{b}{c}, {a}{b} = {first}, {a}{c} = {second}, and the angle at {a} is "
        f"{facts['angle']} degrees. {asked}"
    )


def key_two_sides(facts: Facts) -> str:
    b, c = facts["sides"]
    if facts["ask"] == "area":
        return written(
            Term(Fraction(b * c, 2)) if facts["angle"] == 90 else Term(Fraction(b * c, 4), 3)
        )
    return written(root(b * b + c * c + {60: -b * c, 90: 0, 120: b * c}[facts["angle"]]))


def draw_three_sides(rng: Random, count: int, size: int) -> Facts:
    sides = sorted(rng.randint(2, size) for _ in range(3))
    if sides[0] + sides[1] <= sides[2]:
        raise Redraw
    rng.shuffle(sides)
    return {"sides": sides, "ask": rng.choice(["area", "inradius", "circumradius"])}


ASKED = {
    "area": "What is its area?",
    "inradius": "What is the radius of its incircle?",
    "circumradius": "What is the radius of its circumcircle?",
}


def tell_three_sides(facts: Facts) -> str:
    a, b, c = facts["sides"]
    return f"A triangle has sides of length {a}, {b} and {c}. {ASKED[facts['ask']]}"


def key_three_sides(facts: Facts) -> str:
    a, b, c = facts["sides"]
    square = (a + b + c) * (b + c - a) * (a + c - b) * (a + b - c)  # 16 times that of the area
    if facts["ask"] == "area":
        return written(times(root(square), Fraction(1, 4)))
    if facts["ask"] == "inradius":
        return written(times(root(square), Fraction(1, 2 * (a + b + c))))
    return written(times(root(Fraction(1, square)), a * b * c))


# Parts of circles

SINES = {30: (1, 1), 45: (1, 2), 60: (1, 3), 90: (2, 1), 120: (1, 3), 135: (1, 2), 150: (1, 1)}
"""Angle -> (n, m): its sine is n times the root of m, over 2."""


def draw_sector(rng: Random, count: int, size: int) -> Facts:
    ask = rng.choice(["sector", "segment", "ring", "perimeter"])
    radius = rng.randint(2, size)
    return {
        "radius": radius,
        "inner": rng.randint(1, radius - 1),
        "angle": rng.choice([*SINES] if ask == "segment" else [*SINES, 15, 36, 72, 80, 210, 300]),
        "ask": ask,
    }


def tell_sector(facts: Facts) -> str:
    radius, angle = facts["radius"], facts["angle"]
    if facts["ask"] == "ring":
        return (
            f"Two circles with one centre have the radii {radius} and {facts['inner']}. Two rays "
            f"from the centre with an angle of {angle} degrees between them cut a piece out of the "
            "ring between the circles. What is the area of this piece?"
        )
    if facts["ask"] == "segment":
        return (
            f"In a circle of radius {radius}, a chord is seen from the centre under an angle of "
            f"{angle} degrees. What is the area between the chord and its shorter arc?"
        )
    asked = "area" if facts["ask"] == "sector" else "perimeter, its two radii included"
    return (
        f"A sector of a circle of radius {radius} has a central angle of {angle} degrees. What is "
        f"its {asked}?"
    )


def key_sector(facts: Facts) -> str:
    radius, angle, ask = facts["radius"], facts["angle"], facts["ask"]
    if ask == "perimeter":
        return written(Term(Fraction(angle * radius, 180), 1, True), Term(Fraction(2 * radius)))
    square = radius**2 - (facts["inner"] ** 2 if ask == "ring" else 0)
    area = Term(Fraction(angle * square, 360), 1, True)
    if ask != "segment":
        return written(area)
    number, radicand = SINES[angle]
    return written(area, Term(Fraction(-number * radius**2, 4), radicand))


# Solids


def volume_over_pi(kind: str, wide: int, high: int, top: int) -> Fraction:
    """The volume over pi of a part with a lower radius, a height and an upper radius."""
    if kind == "cylinder":
        return Fraction(wide * wide * high)
    if kind == "hemisphere":
        return Fraction(2 * wide**3, 3)
    top = 0 if kind == "cone" else top
    return Fraction(high * (wide * wide + wide * top + top * top), 3)


def draw_solid(rng: Random, count: int, size: int) -> Facts:
    parts = []
    number = 1 + count // 2
    for index in range(number):
        last = index == number - 1
        kind = rng.choice(["cylinder", "frustum"] + ["cone", "hemisphere"] * last)
        wide, top = rng.randint(1, size), rng.randint(1, size)
        if kind == "frustum" and wide == top:
            raise Redraw
        parts.append([kind, wide, rng.randint(1, size), top])
    return {"parts": parts}


def tell_solid(facts: Facts) -> str:
    told = {
        "cylinder": "a cylinder of radius {0} and height {1}",
        "cone": "a circular cone of base radius {0} and height {1}",
        "frustum": "a frustum of a circular cone with lower radius {0}, height {1} and upper "
        "radius {2}",
        "hemisphere": "half a ball of radius {0} with its flat side down",
    }
    shown = [told[kind].format(*numbers) for kind, *numbers in facts["parts"]]
    if len(shown) == 1:
        return f"What is the volume of {shown[0]}?"
    return (
        f"A solid tower is made of {len(shown)} parts, put one upon the other from bottom to top: "
        f"{'; '.join(shown)}. What is the volume of the tower?"
    )


def key_solid(facts: Facts) -> str:
    return written(*(Term(volume_over_pi(*part), 1, True) for part in facts["parts"]))


def draw_box(rng: Random, count: int, size: int) -> Facts:
    if rng.random() < 0.5:
        return {"edges": [rng.randint(2, size) for _ in range(3)]}
    corners = [[rng.randint(-size, size) for _ in range(3)] for _ in range(4)]
    if _determinant(corners) == 0:
        raise Redraw
    return {"corners": corners}


def _determinant(corners: list[list[int]]) -> int:
    (a, b, c), (d, e, f), (g, h, i) = (
        [number - first for number, first in zip(corner, corners[0], strict=True)]
        for corner in corners[1:]
    )
    return a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g)


def tell_box(facts: Facts) -> str:
    if "edges" in facts:
        a, b, c = facts["edges"]
        return (
            f"A rectangular box has edges of length {a}, {b} and {c}. How far apart are two "
            "opposite corners of the box, straight through its inside?"
        )
    corners = ", ".join(f"({x}, {y}, {z})" for x, y, z in facts["corners"])
    return f"What is the volume of the tetrahedron with the four corners {corners}?"


def key_box(facts: Facts) -> str:
    if "edges" in facts:
        return written(root(sum(edge * edge for edge in facts["edges"])))
    return fraction(Fraction(abs(_determinant(facts["corners"])), 6))


# Regular polygons

POLYGONS = {
    "interior": "How many degrees has each interior angle of a regular polygon with {n} sides?",
    "exterior": "How many degrees has each exterior angle of a regular polygon with {n} sides?",
    "sum": "What is the sum, in degrees, of the interior angles of a convex polygon with {n} sides?",
    "diagonals": "How many diagonals has a convex polygon with {n} sides?",
    "from-interior": "Each interior angle of a regular polygon has {value} degrees. How many sides "
    "has it?",
    "from-diagonals": "A convex polygon has {value} diagonals. How many sides has it?",
    "more": "How many more diagonals has a convex polygon with {n} sides than one with {m} sides?",
}


def draw_regular(rng: Random, count: int, size: int) -> Facts:
    sides, others = rng.randint(5, 20 + 3 * size), rng.randint(3, 20 + 3 * size)
    if sides <= others:
        raise Redraw
    return {"sides": [sides, others], "ask": rng.choice([*POLYGONS])}


def _interior(sides: int) -> Fraction:
    return Fraction(180 * (sides - 2), sides)


def tell_regular(facts: Facts) -> str:
    n, m = facts["sides"]
    ask = facts["ask"]
    angle = _interior(n)
    value = n * (n - 3) // 2
    if ask == "from-interior":
        return POLYGONS[ask].format(value=angle)
    return POLYGONS[ask].format(n=n, m=m, value=value)


def key_regular(facts: Facts) -> str:
    n, m = facts["sides"]
    values = {
        "interior": _interior(n),
        "exterior": Fraction(360, n),
        "sum": Fraction(180 * (n - 2)),
        "diagonals": Fraction(n * (n - 3), 2),
        "from-interior": Fraction(n),
        "from-diagonals": Fraction(n),
        "more": Fraction(n * (n - 3) - m * (m - 3), 2),
    }
    return fraction(values[facts["ask"]])


# Nested cuts parallel to a side


def draw_cuts(rng: Random, count: int, size: int) -> Facts:
    high = max(4, min(size, 30))
    ratios = [[rng.randint(1, high), rng.randint(1, high)] for _ in range(count)]
    whole = 1
    for near, far in ratios:
        whole *= near + far
    ask = rng.choice(["small", "rest", "base"])
    measure = rng.randint(1, size) * (whole if ask == "base" and count == 1 else 1)
    return {"names": rng.sample(LETTERS, 3), "measure": measure, "ratios": ratios, "ask": ask}


def tell_cuts(facts: Facts) -> str:
    a, b, c = facts["names"]
    given = f"{b}{c} = {facts['measure']}" if facts["ask"] == "base" else f"area {facts['measure']}"
    text = f"Triangle {a}{b}{c} has {given}. "
    for number, (near, far) in enumerate(facts["ratios"]):
        text += (
            f"A line parallel to {b}{c} cuts off a smaller triangle at {a}; it divides "
            f"{a}{b} in the ratio {near}:{far}, the part at {a} named first. "
            if number == 0
            else f"From this smaller triangle, a further line parallel to {b}{c} cuts off a yet "
            f"smaller one at {a}, dividing the side that lies on {a}{b} in the ratio {near}:{far}, "
            f"again with the part at {a} first. "
        )
    return (
        text
        + {
            "small": "What is the area of the last triangle that was cut off?",
            "rest": "What is the area of the trapezoid that the last cut left over?",
            "base": f"How long is the side parallel to {b}{c} of the last triangle that was cut off?",
        }[facts["ask"]]
    )


def key_cuts(facts: Facts) -> str:
    measure = before = Fraction(facts["measure"])
    for near, far in facts["ratios"]:
        scale = Fraction(near, near + far)
        before, measure = measure, measure * (scale if facts["ask"] == "base" else scale**2)
    return fraction(before - measure if facts["ask"] == "rest" else measure)


# Angle chase

RELATIONS = {
    "line": "Angles {new} and {old} together form a straight line.",
    "vertical": "Angles {new} and {old} are opposite each other where two straight lines cross.",
    "alternate": "Angle {new} is the alternate interior angle of angle {old} at two parallel lines.",
    "same-side": "Angles {new} and {old} are the interior angles on the same side of a line that "
    "crosses two parallel lines.",
    "right": "Angles {new} and {old} are the two acute angles of a right triangle.",
    "base": "Angle {new} is a base angle of an isosceles triangle whose apex angle is as large as "
    "angle {old}.",
    "apex": "Angle {new} is the apex angle of an isosceles triangle whose base angles are as large "
    "as angle {old}.",
    "third": "Two angles of a triangle are {number} degrees and as large as angle {old}; angle {new} "
    "is its third angle.",
    "exterior": "In a triangle, two interior angles are {number} degrees and as large as angle "
    "{old}; angle {new} is the exterior angle at the third corner.",
    "cyclic": "Angles {new} and {old} are opposite angles of a quadrilateral whose corners lie on "
    "one circle.",
    "central": "Angle {old} is an inscribed angle of a circle, and angle {new} is the central angle "
    "over the same arc.",
    "ratio": "One angle of a triangle is as large as angle {old}; the other two are in the ratio "
    "{number}:{other}, and angle {new} is the smaller of these two.",
}


def _next_angle(kind: str, old: Fraction, number: int, other: int) -> Fraction:
    if kind in {"line", "same-side", "cyclic"}:
        return 180 - old
    if kind in {"vertical", "alternate"}:
        return old
    if kind == "right":
        return 90 - old
    if kind == "base":
        return (180 - old) / 2
    if kind == "apex":
        return 180 - 2 * old
    if kind == "central":
        return 2 * old
    if kind == "third":
        return 180 - old - number
    if kind == "exterior":
        return old + number
    return (180 - old) * Fraction(min(number, other), number + other)


SAME = ("vertical", "alternate")


def draw_angles(rng: Random, count: int, size: int) -> Facts:
    first = angle = Fraction(rng.randint(3, 177))
    steps: list[list[int | str]] = []
    kinds = [kind for kind in RELATIONS if count > 1 or kind not in SAME]
    for _ in range(40 * count):
        kind = rng.choice(kinds)
        number, other = rng.randint(2, 120), 0
        if kind == "ratio":
            number = rng.randint(1, 5)
            other = number + rng.randint(1, 5)
        after = _next_angle(kind, angle, number, other)
        repeated = steps and (kind == steps[-1][0] or {kind, steps[-1][0]} == set(SAME))
        if 0 < after < 180 and after.denominator == 1 and not repeated:
            steps.append([kind, number, other])
            angle = after
        if len(steps) == count:
            break
    if len(steps) < count or angle == first:
        raise Redraw
    letters = rng.sample(LETTERS, len(LETTERS))
    names = [letter + mark for mark in ("", "'", "''") for letter in letters][: count + 1]
    return {"first": first.numerator, "steps": steps, "names": names}


def tell_angles(facts: Facts) -> str:
    names = facts["names"]
    text = f"Angle {names[0]} has {facts['first']} degrees. "
    for old, new, (kind, number, other) in zip(names, names[1:], facts["steps"], strict=False):
        told = RELATIONS[kind].format(old=old, new=new, number=number, other=other)
        text += told + " "
    return text + f"How many degrees has angle {names[-1]}?"


def key_angles(facts: Facts) -> str:
    angle = Fraction(facts["first"])
    for kind, number, other in facts["steps"]:
        angle = _next_angle(kind, angle, number, other)
    return fraction(angle)


TEMPLATES = (
    Template(
        name="two-sides", least=2, draw=draw_two_sides, tell=tell_two_sides, key=key_two_sides
    ),
    Template(
        name="three-sides",
        least=2,
        draw=draw_three_sides,
        tell=tell_three_sides,
        key=key_three_sides,
    ),
    Template(name="sector", least=3, draw=draw_sector, tell=tell_sector, key=key_sector),
    Template(name="solid", least=2, draw=draw_solid, tell=tell_solid, key=key_solid),
    Template(name="space", least=2, draw=draw_box, tell=tell_box, key=key_box),
    Template(name="regular", least=2, draw=draw_regular, tell=tell_regular, key=key_regular),
    Template(name="parallel-cuts", draw=draw_cuts, tell=tell_cuts, key=key_cuts),
    Template(name="angles", draw=draw_angles, tell=tell_angles, key=key_angles),
)
