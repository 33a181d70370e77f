"""Problems of MATH Counting about numbers and chance: dice, digits, equations, coins, series."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations
from math import comb, gcd, lcm
from random import Random

from pytest_symbench.tasks.mathematics.closed_forms import fraction
from pytest_symbench.tasks.mathematics.templates import Facts, Redraw, Template

# Dice: the sum, and the largest or smallest face

DICE = {4: "four-sided", 6: "ordinary six-sided", 8: "eight-sided", 10: "ten-sided"}


def _dice(rng: Random, count: int, size: int) -> list[int]:
    sides = rng.choice([4, 6, 6, 8, 10, 12, 20]) if count > 1 else rng.randint(4, 4 * size)
    return [rng.randint(2, 1 + count + (count == 1)), sides]


def _faces(sides: int) -> str:
    return f"fair dice with {sides} faces each, numbered from 1 to {sides},"


def draw_dice(rng: Random, count: int, size: int) -> Facts:
    dice, sides = _dice(rng, count, size)
    facts: Facts = {
        "dice": [dice, sides],
        "sum": rng.randint(dice, dice * sides),
        "ask": rng.choice(["exactly", "at least", "at most"]),
    }
    if not 0 < _dice_chance(facts) < 1:
        raise Redraw
    return facts


def tell_dice(facts: Facts) -> str:
    dice, sides = facts["dice"]
    return (
        f"{dice} {_faces(sides)} are rolled. What is the probability that the sum of the numbers "
        f"shown is {facts['ask']} {facts['sum']}?"
    )


def _dice_chance(facts: Facts) -> Fraction:
    dice, sides = facts["dice"]
    ways = [1]
    for _ in range(dice):
        longer = [0] * (len(ways) + sides)
        for total, number in enumerate(ways):
            for face in range(1, sides + 1):
                longer[total + face] += number
        ways = longer
    low = facts["sum"] if facts["ask"] != "at most" else 0
    high = facts["sum"] if facts["ask"] != "at least" else len(ways)
    return Fraction(sum(ways[low : high + 1]), sides**dice)


def key_dice(facts: Facts) -> str:
    return fraction(_dice_chance(facts))


def draw_extreme(rng: Random, count: int, size: int) -> Facts:
    dice, sides = _dice(rng, count, size)
    return {
        "dice": [dice, sides + rng.randint(0, min(10 * size, 1000))],
        "ask": rng.choice(["largest", "smallest"]),
    }


def tell_extreme(facts: Facts) -> str:
    dice, sides = facts["dice"]
    return (
        f"{dice} {_faces(sides)} are rolled. What is the expected value of the {facts['ask']} "
        "number shown?"
    )


def key_extreme(facts: Facts) -> str:
    dice, sides = facts["dice"]
    # P(largest < face) is ((face - 1) / sides) ** dice
    below = Fraction(sum((face - 1) ** dice for face in range(1, sides + 1)), sides**dice)
    return fraction(sides - below if facts["ask"] == "largest" else below + 1)


# Whole solutions of an equation with bounds


def draw_equation(rng: Random, count: int, size: int) -> Facts:
    bounds = []
    for _ in range(count + 1):
        low = rng.randint(0, 5)
        bounds.append([low, low + rng.randint(1, min(size, 400))])
    low, high = (sum(bound[side] for bound in bounds) for side in (0, 1))
    facts: Facts = {"bounds": bounds, "sum": rng.randint(low + 1, high - 1)}
    if key_equation(facts) in {"0", "1"}:
        raise Redraw
    return facts


def tell_equation(facts: Facts) -> str:
    names = [f"x{number}" for number in range(1, len(facts["bounds"]) + 1)]
    limits = [
        f"{low} <= {name} <= {high}"
        for name, (low, high) in zip(names, facts["bounds"], strict=True)
    ]
    return (
        f"How many solutions in whole numbers has the equation {' + '.join(names)} = "
        f"{facts['sum']} with {', '.join(limits)}?"
    )


def key_equation(facts: Facts) -> str:
    rest = facts["sum"] - sum(low for low, _ in facts["bounds"])
    # inclusion and exclusion: over how much is lost to exceeded bounds, with signs
    lost = {0: 1}
    for low, high in facts["bounds"]:
        step = high - low + 1
        longer = dict(lost)
        for amount, sign in lost.items():
            if amount + step <= rest:
                longer[amount + step] = longer.get(amount + step, 0) - sign
        lost = longer
    free = len(facts["bounds"]) - 1
    return str(sum(sign * comb(rest - amount + free, free) for amount, sign in lost.items()))


# Divisibility


def draw_divisors(rng: Random, count: int, size: int) -> Facts:
    divisors = sorted(rng.sample(range(2, 12 + 3 * count), min(10, 1 + (count + 1) // 2)))
    if any(other % one == 0 for one, other in combinations(divisors, 2)):
        raise Redraw
    return {
        "last": rng.randint(10 * divisors[-1], 100 * size * count),
        "divisors": divisors,
        "ask": rng.choice(["any", "none"]),
    }


def tell_divisors(facts: Facts) -> str:
    *first, last = map(str, facts["divisors"])
    many = "at least one of" if facts["ask"] == "any" else "none of"
    return (
        f"How many of the whole numbers from 1 to {facts['last']} are divisible by {many} the "
        f"numbers {', '.join(first)} and {last}?"
    )


def key_divisors(facts: Facts) -> str:
    none = 0
    for number in range(len(facts["divisors"]) + 1):
        for chosen in combinations(facts["divisors"], number):
            none += (-1) ** number * (facts["last"] // lcm(*chosen))
    return str(none if facts["ask"] == "none" else facts["last"] - none)


# Numbers with given digits


def draw_digits(rng: Random, count: int, size: int) -> Facts:
    length = rng.randint(2, min(30, 2 + 2 * count))
    facts: Facts = {
        "length": length,
        "divisor": rng.randint(2, min(50, 9 + 4 * count)),
        "digit": rng.randint(0, 9),
        "times": rng.randint(0 if length > 2 else 1, min(length - 1, 4)),
    }
    if key_digits(facts) == "0":
        raise Redraw
    return facts


def tell_digits(facts: Facts) -> str:
    times = {0: "does not occur", 1: "occurs exactly once"}.get(
        facts["times"], f"occurs exactly {facts['times']} times"
    )
    return (
        f"How many positive whole numbers with exactly {facts['length']} decimal digits (the first "
        f"of them is not 0) are divisible by {facts['divisor']}, if the digit {facts['digit']} "
        f"{times} in them?"
    )


def key_digits(facts: Facts) -> str:
    divisor, times = facts["divisor"], facts["times"]
    ways = {(0, 0): 1}
    for place in range(facts["length"]):
        longer: dict[tuple[int, int], int] = {}
        for (rest, found), number in ways.items():
            for digit in range(0 if place else 1, 10):
                now = found + (digit == facts["digit"])
                if now <= times:
                    state = (10 * rest + digit) % divisor, now
                    longer[state] = longer.get(state, 0) + number
        ways = longer
    return str(ways.get((0, times), 0))


# Biased coins and series


def _chance(rng: Random, largest: int) -> list[int]:
    below = rng.randint(2, largest)
    above = rng.randint(1, below - 1)
    if gcd(above, below) > 1:
        raise Redraw
    return [above, below]


def draw_coin(rng: Random, count: int, size: int) -> Facts:
    tosses = rng.randint(2, 2 + count)
    given = rng.randint(1, 2) if count > 2 else 1
    facts: Facts = {
        "chance": _chance(rng, count + 12),
        "tosses": tosses,
        "heads": rng.randint(given + 1, max(tosses, given + 1)),
        "given": given,
    }
    if facts["heads"] > tosses:
        raise Redraw
    return facts


def tell_coin(facts: Facts) -> str:
    above, below = facts["chance"]
    known = "at least one toss" if facts["given"] == 1 else "at least two tosses"
    return (
        f"A coin shows heads with probability {above}/{below}, tails otherwise. It is tossed "
        f"{facts['tosses']} times, each toss independent of the others. Given that {known} showed "
        f"heads, what is the probability that at least {facts['heads']} tosses showed heads?"
    )


def key_coin(facts: Facts) -> str:
    chance, tosses = Fraction(*facts["chance"]), facts["tosses"]

    def at_least(heads: int) -> Fraction:
        return sum(
            (
                comb(tosses, number) * chance**number * (1 - chance) ** (tosses - number)
                for number in range(heads, tosses + 1)
            ),
            Fraction(0),
        )

    return fraction(at_least(facts["heads"]) / at_least(facts["given"]))


TEAMS = (("Lions", "Bears"), ("Comets", "Rockets"), ("Hawks", "Owls"), ("Reds", "Blues"))


def draw_series(rng: Random, count: int, size: int) -> Facts:
    wins = rng.randint(2, 2 + count)
    return {
        "teams": list(rng.choice(TEAMS)),
        "wins": wins,
        "games": rng.randint(wins, 2 * wins - 1),
        "chance": _chance(rng, count + 12),
    }


def tell_series(facts: Facts) -> str:
    one, other = facts["teams"]
    above, below = facts["chance"]
    return (
        f"The {one} play against the {other} until one side has won {facts['wins']} games. The "
        f"{one} win each game with probability {above}/{below}, independently; there are no draws. "
        f"What is the probability that the {one} win the series, and in exactly {facts['games']} "
        "games?"
    )


def key_series(facts: Facts) -> str:
    wins, games, chance = facts["wins"], facts["games"], Fraction(*facts["chance"])
    return fraction(comb(games - 1, wins - 1) * chance**wins * (1 - chance) ** (games - wins))


# Coefficients of products of powers


def draw_coefficient(rng: Random, count: int, size: int) -> Facts:
    high = min(9, 2 + size // 2)

    def factor() -> int:
        return rng.choice((-1, 1)) * rng.randint(1, high)

    powers = [rng.randint(1, 1 + count), rng.randint(1, 1 + count)]
    facts: Facts = {
        "factors": [[factor(), factor()], [factor(), factor()]],
        "powers": powers,
        "power": rng.randint(1, sum(powers) - 1),
    }
    if key_coefficient(facts) == "0" or facts["factors"][0] == facts["factors"][1]:
        raise Redraw
    return facts


def tell_coefficient(facts: Facts) -> str:
    shown = []
    for (a, b), power in zip(facts["factors"], facts["powers"], strict=True):
        leading = {1: "x", -1: "-x"}.get(a, f"{a}x")
        exponent = f"^{power}" if power > 1 else ""
        shown.append(f"({leading} {'+' if b > 0 else '-'} {abs(b)}){exponent}")
    power = f"^{facts['power']}" if facts["power"] > 1 else ""
    return f"What is the coefficient of x{power} in the expansion of {' '.join(shown)}?"


def key_coefficient(facts: Facts) -> str:
    (a, b), (c, d) = facts["factors"]
    n, m = facts["powers"]
    power = facts["power"]
    return str(
        sum(
            comb(n, i)
            * a**i
            * b ** (n - i)
            * comb(m, power - i)
            * c ** (power - i)
            * d ** (m - power + i)
            for i in range(max(0, power - m), min(n, power) + 1)
        )
    )


TEMPLATES = (
    Template(name="dice-sum", draw=draw_dice, tell=tell_dice, key=key_dice),
    Template(name="extreme-die", least=2, draw=draw_extreme, tell=tell_extreme, key=key_extreme),
    Template(name="equation", draw=draw_equation, tell=tell_equation, key=key_equation),
    Template(name="divisors", draw=draw_divisors, tell=tell_divisors, key=key_divisors),
    Template(name="digits", draw=draw_digits, least=2, tell=tell_digits, key=key_digits),
    Template(name="coin", least=2, draw=draw_coin, tell=tell_coin, key=key_coin),
    Template(name="series", least=2, draw=draw_series, tell=tell_series, key=key_series),
    Template(name="coefficient", draw=draw_coefficient, tell=tell_coefficient, key=key_coefficient),
)
