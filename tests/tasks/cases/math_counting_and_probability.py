from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from fractions import Fraction
from itertools import combinations, permutations, product

from pytest_symbench.tasks import get
from pytest_symbench.tasks.task import Data

KINDS = [
    "urn",
    "words",
    "committee",
    "round-table",
    "fixed-points",
    "paths",
    "dice-sum",
    "extreme-die",
    "equation",
    "divisors",
    "digits",
    "coin",
    "series",
    "coefficient",
]
SMALL = [{"count": 1, "size": 4, "templates": [kind]} for kind in KINDS]
SMALL += [{"count": 2, "size": 5, "templates": [kind]} for kind in KINDS]
SMALL += [{"count": 3, "size": 3, "templates": ["urn", "committee", "paths", "coin", "equation"]}]


def exact(text: str) -> Fraction:
    """The value of a solver's text: an integer or ``\\frac{a}{b}``."""
    match = re.fullmatch(r"(-?)\\frac\{(\d+)\}\{(\d+)\}", text)
    if match:
        value = Fraction(int(match[2]), int(match[3]))
        return -value if match[1] else value
    return Fraction(int(text))


def ACCEPTED(data: Data, gold: str) -> list[str]:
    value = exact(gold)
    p, q = value.numerator, value.denominator
    forms = [gold, f" {gold} ", f"${gold}$", rf"\boxed{{{gold}}}", rf"\({gold}\)", f"`{gold}`"]
    forms += [f"{p}/{q}", f"{3 * p}/{3 * q}", rf"\dfrac{{{p}}}{{{q}}}", rf"\left({p}\right)/{q}"]
    forms += [
        f"P = {p}/{q}",
        f"{p}:{q}",
        f"{p} \\cdot \\frac{{1}}{{{q}}}",
        f"{gold} \\text{{ ways}}",
    ]
    forms += [f"{gold}.", f"{p}*1/{q}", f"{p + q}/{q} - 1"]
    if q == 1:
        forms += [f"{p}.0", f"{p:,}", f"{p:,}".replace(",", "{,}"), f"{p:,}".replace(",", r",\!")]
        forms += [f"{p} ways", f"{p:,}".replace(",", r"{,}") + ".", f"{p} \\text{{ arrangements}}"]
    else:
        forms += [rf"\frac{{{2 * p}}}{{{2 * q}}}", f"1 - {q - p}/{q}"]
        if abs(value) > Fraction(1, 10**200):
            forms.append(f"{Fraction(100 * p, q)}%")
        if p * q < 10**15:
            forms.append(repr(p / q))
    return [form for form in forms if len(form) < 5000]


def REJECTED(data: Data, gold: str) -> list[str]:
    value = exact(gold)
    p, q = value.numerator, value.denominator
    forms = [f"{p + 1}/{q}", f"{p - 1}/{q}", f"{10 * p}/{q}", f"{-p}/{q}", f"{gold}x", "n", "C"]
    forms += [f"{p}/{q} or {p + 1}/{q}", f"about {gold}", f"{p}/{q}, {p}/{q}", f"({p}, {q})"]
    forms += [f"{1001 * p}/{1000 * q}", f"{p}/{q} = {p + 1}/{q}", f"{gold}%", f"{gold} thousand"]
    forms += [f"{p + 1} = {gold}", "", "many", f"{gold}?", f"{gold} {gold}", "1e5000", "9" * 4301]
    if q > 1:
        forms += [f"{float(value):.3g}", f"{q}/{p}", f"{value.numerator}"]
        forms = [
            form
            for form in forms
            if re.fullmatch(r"[0-9.]{1,99}", form) is None or Fraction(form) != value
        ]
    if q == 1 and abs(p) > 10**17:
        forms += [f"{float(p):.15e}", str(p + 1), str(p - 1)]
    return forms


def ORACLE(data: Data) -> Iterator[tuple[str, bool]]:
    truth = COUNTS[data["template"]](data["facts"])
    for number in range(-3, 100):
        yield str(number), number == truth
    for below in (2, 3, 5, 12, 36):
        for above in range(1, below):
            yield f"{above}/{below}", Fraction(above, below) == truth
    for step in range(-10, 11):
        yield str(truth + Fraction(step, 1000)), step == 0
    assert exact(get("math_counting_and_probability").solve(data)) == truth


def urn(facts: Data) -> Fraction:
    things = [c for c, n in zip(facts["colours"], facts["numbers"], strict=True) for _ in range(n)]
    draws = list(combinations(range(len(things)), facts["drawn"]))
    first = facts["colours"][0]
    hit = sum(sum(things[i] == first for i in draw) == facts["hits"] for draw in draws)
    return Fraction(hit, len(draws))


def words(facts: Data) -> Fraction:
    letters = sorted(set(facts["word"]))
    left = {letter: facts["word"].count(letter) for letter in letters}

    def strings(before: str, rest: int) -> int:
        if not rest:
            return 1
        total = 0
        for letter in letters:
            if left[letter] and not (letter in "AEIOU" and before in "AEIOU" and before):
                left[letter] -= 1
                total += strings(letter, rest - 1)
                left[letter] += 1
        return total

    return Fraction(strings("", len(facts["word"])))


def committee(facts: Data) -> Fraction:
    first, second = facts["numbers"]
    members = [("first", i) for i in range(first)] + [("second", i) for i in range(second)]
    total = 0
    for chosen in combinations(members, facts["chosen"]):
        apart = facts["apart"] and ("first", 0) in chosen and ("first", 1) in chosen
        enough = sum(group == "second" for group, _ in chosen) >= facts["least"]
        total += enough and not apart
    return Fraction(total)


def table(facts: Data) -> Fraction:
    people, couples = facts["people"], facts["couples"]
    total = 0
    for rest in permutations(range(1, people)):
        ring = (0, *rest)
        near = zip(ring, (*rest, 0), strict=True)
        total += not any(a // 2 == b // 2 and a // 2 < couples for a, b in near)
    return Fraction(total)


def fixed(facts: Data) -> Fraction:
    people = range(facts["people"])
    orders = list(permutations(people))
    ways = sum(sum(order[i] == i for i in people) == facts["fixed"] for order in orders)
    return Fraction(ways, len(orders) if facts["ask"] else 1)


def paths(facts: Data) -> Fraction:
    wide, tall = facts["end"]

    def walk(x: int, y: int) -> int:
        if x > wide or y > tall or [x, y] in facts["blocked"]:
            return 0
        return 1 if (x, y) == (wide, tall) else walk(x + 1, y) + walk(x, y + 1)

    return Fraction(walk(0, 0))


def dice(facts: Data) -> Fraction:
    number, sides = facts["dice"]
    rolls = list(product(range(1, sides + 1), repeat=number))
    wanted = {
        "exactly": lambda total: total == facts["sum"],
        "at least": lambda total: total >= facts["sum"],
        "at most": lambda total: total <= facts["sum"],
    }[facts["ask"]]
    return Fraction(sum(wanted(sum(roll)) for roll in rolls), len(rolls))


def extreme(facts: Data) -> Fraction:
    number, sides = facts["dice"]
    rolls = list(product(range(1, sides + 1), repeat=number))
    pick = max if facts["ask"] == "largest" else min
    return Fraction(sum(pick(roll) for roll in rolls), len(rolls))


def equation(facts: Data) -> Fraction:
    ranges = [range(low, high + 1) for low, high in facts["bounds"]]
    return Fraction(sum(sum(values) == facts["sum"] for values in product(*ranges)))


def divisors(facts: Data) -> Fraction:
    total = 0
    for number in range(1, facts["last"] + 1):
        divisible = any(number % divisor == 0 for divisor in facts["divisors"])
        total += divisible == (facts["ask"] == "any")
    return Fraction(total)


def digits(facts: Data) -> Fraction:
    length, step = facts["length"], facts["divisor"]
    low, high = 10 ** (length - 1), 10**length
    multiples = range(-(-low // step) * step, high, step)
    digit = str(facts["digit"])
    return Fraction(sum(str(number).count(digit) == facts["times"] for number in multiples))


def coin(facts: Data) -> Fraction:
    head = Fraction(*facts["chance"])
    both = given = Fraction(0)
    for tosses in product((1, 0), repeat=facts["tosses"]):
        weight = Fraction(1)
        for toss in tosses:
            weight *= head if toss else 1 - head
        given += weight * (sum(tosses) >= facts["given"])
        both += weight * (sum(tosses) >= facts["heads"])
    return both / given


def series(facts: Data) -> Fraction:
    win = Fraction(*facts["chance"])

    def play(won: int, lost: int) -> Fraction:
        if won == facts["wins"]:
            return Fraction(won + lost == facts["games"])
        if lost == facts["wins"]:
            return Fraction(0)
        return win * play(won + 1, lost) + (1 - win) * play(won, lost + 1)

    return play(0, 0)


def coefficient(facts: Data) -> Fraction:
    polynomial = [1]
    for (a, b), power in zip(facts["factors"], facts["powers"], strict=True):
        for _ in range(power):
            longer = [0] * (len(polynomial) + 1)
            for degree, number in enumerate(polynomial):
                longer[degree] += b * number
                longer[degree + 1] += a * number
            polynomial = longer
    return Fraction(polynomial[facts["power"]])


COUNTS: dict[str, Callable[[Data], Fraction]] = {
    "urn": urn,
    "words": words,
    "committee": committee,
    "round-table": table,
    "fixed-points": fixed,
    "paths": paths,
    "dice-sum": dice,
    "extreme-die": extreme,
    "equation": equation,
    "divisors": divisors,
    "digits": digits,
    "coin": coin,
    "series": series,
    "coefficient": coefficient,
}
