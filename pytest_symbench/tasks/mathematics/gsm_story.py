"""What the story templates of GSM-Hard share: their form, their words and the slots of constants."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from random import Random
from typing import Any, NamedTuple, TypeAlias

Facts: TypeAlias = Mapping[str, Any]
"""The quantities of one problem, from which both its text and its answer are made: JSON-able."""


class Redraw(Exception):
    """The numbers drawn so far cannot become a sensible problem: draw again."""


class Story(NamedTuple):
    """A problem in words. Every number stands in the text exactly once."""

    sentences: list[str]
    question: str
    unit: str
    """The unit of the answer, in the plural, e.g. ``lamps``."""


class Slots:
    """Draws the constants of one problem, no two alike, so that each number has one role."""

    def __init__(self, rng: Random, digits: int) -> None:
        self.rng = rng
        self.digits = digits
        self.used: set[int] = set()  # only asked for membership, never walked through

    def take(self, value: int) -> int:
        """Reserves a constant that follows from others."""
        if value < 1 or value in self.used:
            raise Redraw
        self.used.add(value)
        return value

    def between(self, low: int, high: int) -> int:
        """An unused number of a closed range."""
        if low > high:
            raise Redraw
        for _ in range(20):
            value = self.rng.randint(low, high)
            if value not in self.used:
                return self.take(value)
        raise Redraw

    def big(self) -> int:
        """A number with the digits that the level asks for."""
        return self.between(max(2, 10 ** (self.digits - 1)), 10**self.digits - 1)

    def small(self, low: int, high: int) -> int:
        """A number of a short range; the range widens where its numbers are used up."""
        taken = sum(value in self.used for value in range(low, high + 1))
        return self.between(low, high + (taken if 2 * taken > high - low else 0))

    def choose(self, options: Sequence[int]) -> int:
        """One of the options that are still unused."""
        free = [option for option in options if option not in self.used]
        if not free:
            raise Redraw
        return self.take(self.rng.choice(free))

    def part(self, limit: int) -> int:
        """Some of ``limit`` things, at least one fewer than all, large if there are many."""
        return self.between(max(1, min(10 ** (self.digits - 1), limit // 3)), limit - 1)

    @staticmethod
    def solve_for(start: int, step: int, remainder: int, modulus: int) -> int:
        """The first number from ``start`` on with step * number + remainder = 0 (mod modulus)."""
        for value in range(start, start + modulus):
            if (step * value + remainder) % modulus == 0:
                return value
        raise Redraw


@dataclass(frozen=True, kw_only=True)
class Template:
    """One kind of story. ``draw`` makes its facts, ``tell`` its text, ``answer`` its value."""

    name: str
    least_steps: int
    """The fewest operations that the kind can be told with."""
    draw: Callable[[Slots, int], Facts]
    tell: Callable[[Facts], Story]
    answer: Callable[[Facts], Fraction]
    loose: bool = False
    """The sentences before the question may be told in any order."""


def voice(facts: Facts, options: Sequence[str], offset: int = 0) -> str:
    """One of several wordings, fixed by the facts."""
    return options[(int(facts["voice"]) + offset) % len(options)]


def one(plural: str) -> str:
    """The singular of a plural of these stories."""
    for ending, replacement in (("ies", "y"), ("lves", "lf"), ("xes", "x"), ("s", "")):
        if plural.endswith(ending):
            return plural.removesuffix(ending) + replacement
    return plural


def listing(parts: Sequence[str]) -> str:
    """``a``, ``a and b``, ``a, b and c``."""
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"


def dollars(cents: int) -> str:
    """An amount in dollars: ``$7`` or ``$7.05``."""
    whole, rest = divmod(cents, 100)
    return f"${whole}.{rest:02d}" if rest else f"${whole}"


_NAMES = (
    "Ada Amir Anika Arlo Bea Boris Carla Chidi Cleo Dario Delia Ebba Edgar Elif Emeka Enzo Farah "
    "Fiona Gita Goran Greta Hakim Hanna Hugo Ida Imani Ines Ivan Jana Jonas Kaito Karim Kira Lars "
    "Leila Lena Mateo Mina Mira Nadia Nils Nora Odin Olga Omar Oskar Paula Pavel Petra Quinn Rafa "
    "Ravi Rosa Ruben Samir Sofia Sven Talia Tariq Tessa Umar Uma Vera Viktor Wanda Yara Yusuf Zeno"
)
NAMES = tuple(_NAMES.split())

_GOODS = (
    "lamps pencils bottles candles notebooks mugs tiles bricks bolts screws buttons stamps shells "
    "marbles cards coins spoons plates cushions batteries light-bulbs ribbons sponges seeds tulips "
    "postcards magnets whistles kites balls"
)
GOODS = tuple(_GOODS.split())

PLACES = (
    "A warehouse",
    "A wholesale depot",
    "A harbour store",
    "A mail-order firm",
    "A museum shop",
    "A family business",
    "A trading company",
    "A market hall",
)

ASIDES = (
    "A hotel nearby has {} rooms.",
    "A clock on the wall was made from {} tiny parts.",
    "The local library owns {} books.",
    "A poster nearby mentions a concert for {} guests.",
    "On the same day a newspaper printed {} copies.",
    "The nearest mountain is {} metres high.",
    "A radio plays in the background, tuned to channel {}.",
    "A passer-by says that the town has {} street lanterns.",
    "Someone has counted {} pigeons on the roof opposite.",
    "The calendar on the door shows {} photographs of cats.",
    "A cousin abroad collects maps and has {} of them.",
    "The stairs of the church tower have {} steps.",
    "An old telephone book of {} pages lies on a shelf.",
    "A chess club across the road has {} members.",
    "The village choir knows {} songs.",
    "A sign says that the parking garage has {} spaces.",
)
"""Sentences about quantities that no question is about."""
