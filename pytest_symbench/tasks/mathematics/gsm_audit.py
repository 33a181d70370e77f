"""Finds published GSM-Hard problems whose text and program disagree, from their content alone.

A problem was made from an older one, which the program keeps in its docstring, by exchanging a
number in the text and in the program. Both exchanges are found by alignment. Then the program is
worked out a second time with the numbers that the *text* has now: where the result differs from
the key, the key answers another question than the one that is asked.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from fractions import Fraction
from typing import NamedTuple

from pytest_symbench.tasks.mathematics.gsm_program import (
    Program,
    Unworkable,
    constant,
    literals,
    parse,
    run,
)

_ONES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
    "fifteen sixteen seventeen eighteen nineteen"
)
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
ONES, TENS = _ONES.split(), _TENS.split()
WORDS = {word: number for number, word in enumerate(ONES)} | {
    word: 10 * number for number, word in enumerate(TENS, 2)
}
TOKEN = re.compile(
    rf"\d(?:[\d,]*\d)?(?:\.\d+)?|\.\d+|(?:{'|'.join(TENS)})-\w+|[^\W\d]+|\S", re.IGNORECASE
)
SAME = Fraction(1, 10**6)
"""The relative difference below which two readings give one answer."""

FACTS = {
    2: "legs wheels tires bicycle bicycles",
    3: "tricycle tricycles yard yards",
    4: "legs wheels tires quarter quarters quarterly quart quarts gallon gallons month months",
    5: "weekday weekdays nickel nickels",
    6: "legs",
    7: "week weeks weekly daily",
    8: "legs pint pints gallon gallons",
    10: "decade decades dime dimes",
    12: "dozen dozens year years yearly annual annually feet foot",
    16: "pound pounds ounce ounces",
    24: "day days",
    25: "quarter quarters",
    30: "month months",
    52: "year years yearly annual annually",
    60: "hour hours minute minutes hourly",
    100: "percent cent cents % hundred hundreds century",
    365: "year years",
    1000: "kilogram kilograms kilometer kilometers liter liters meter meters gram grams",
}
"""Numbers that everybody knows, with the words that bring them into a program."""

OPERATIONS = {
    2: "twice double doubled doubles half halves halved couple pair pairs average",
    3: "thrice triple tripled triples third thirds average",
    4: "quarter quadruple fourth fourths",
    5: "fifth fifths",
    10: "tenth tenths",
}
"""Numbers that words bring into a formula; they get no name of their own."""

UNITS = {"dozen": 12, "year": 12, "week": 7, "hour": 60, "minute": 60, "day": 24, "foot": 12}
TIME = ("hour", "minute", "day", "week", "month", "year", "second")


class Audit(NamedTuple):
    """``contradiction``: text and program answer different questions, so that no answer is right.
    ``doubt``: they do, but the two answers hardly differ. Both are sentences or empty.
    """

    contradiction: str = ""
    doubt: str = ""


@dataclass(frozen=True)
class Spoken:
    """A number of the original text, and what stands there now (None: no number any more)."""

    old: Fraction
    new: Fraction | None
    percent: bool
    after: str
    """The word behind it, in the singular."""
    near: Mapping[str, int]
    """Words around it with their distance."""

    @property
    def changed(self) -> bool:
        return self.old != self.new

    def forms(self) -> Iterator[tuple[Fraction, Fraction | None]]:
        """What a program may write for it, originally and now: 30% is 0.3, 0.7 or 1.3 as well."""
        yield self.old, self.new
        if self.percent:
            for sign, start in ((1, 0), (-1, 1), (1, 1)):
                now = None if self.new is None else start + sign * self.new / 100
                yield start + sign * self.old / 100, now


def audit(text: str, code: str, key: Fraction) -> Audit:
    """Compares a published text with the program behind its key.

    Raises:
        Unworkable: the program cannot be worked out.
    """
    program = parse(code)
    result = run(program)
    if abs(result - key) > max(abs(key) * SAME, Fraction(1, 10**9)):
        return Audit(contradiction="the program does not give the key")
    spoken, lost = compare(program.question, text)
    if lost:
        return Audit(contradiction=f"the question lacks the words {lost!r}")
    if not any(number.changed for number in spoken):
        return Audit()
    if any(map(_ignored(program), spoken)):
        return Audit(contradiction="the program does not use a number that was exchanged")
    reading = reread(program, spoken)
    if reading is None:
        return Audit(contradiction="a number became part of another word")
    try:
        other = run(program, reading)
    except Unworkable:
        return Audit(contradiction="with the numbers of the text the program fails")
    if other == result:
        return Audit()
    if abs(other - result) <= abs(result) * SAME:
        return Audit(doubt="text and program use different numbers with nearly the same result")
    return Audit(contradiction="text and program use different numbers")


def compare(original: str, text: str) -> tuple[list[Spoken], str]:
    """The numbers of the original text with what replaced them, and words that are missing now."""
    before, now = TOKEN.findall(original), TOKEN.findall(text)
    if not any(map(str.isalpha, now)):
        return [], original[:40]
    replaced: dict[int, str] = {}
    lost: list[str] = []
    matcher = SequenceMatcher(None, before, now, autojunk=False)
    for kind, start, end, first, last in matcher.get_opcodes():
        if kind == "equal":
            continue
        if end - start == last - first:
            replaced |= dict(zip(range(start, end), now[first:last], strict=True))
        else:
            lost += [token for token in before[start:end] if token.isalpha()]
            replaced |= {i: " ".join(now[first:last]) for i in range(start, end)}
    spoken = []
    for index, token in enumerate(before):
        if (old := value(token)) is not None:
            new = value(replaced[index]) if index in replaced else old
            percent = before[index + 1 : index + 2] in (["%"], ["percent"])
            after = stem("".join(before[index + 1 : index + 2]))
            spoken.append(Spoken(old, new, percent, after, _near(before, index)))
    return spoken, " ".join(lost[:6]) if len(lost) > 4 else ""


def value(token: str) -> Fraction | None:
    """The value of a number in digits or in words, else None."""
    token = token.lower().replace(",", "")
    if re.fullmatch(r"[0-9]*\.?[0-9]+", token):
        long = len(token.partition(".")[2]) > 12  # a float that stands for a fraction such as 1/3
        return Fraction(token).limit_denominator(10**6) if long else Fraction(token)
    tens, _, ones = token.partition("-")
    if token in WORDS:
        return Fraction(WORDS[token])
    return Fraction(WORDS[tens] + WORDS[ones]) if tens in TENS and ones in WORDS else None


def _near(tokens: Sequence[str], index: int) -> dict[str, int]:
    words: dict[str, int] = {}
    for distance in range(1, 9):
        for position, far in ((index + distance, distance), (index - distance, distance + 1)):
            if 0 <= position < len(tokens) and tokens[position].isalpha():
                words.setdefault(stem(tokens[position]), far)
    return words


def stem(word: str) -> str:
    return word.lower().rstrip("s")[:6]


def reread(program: Program, spoken: Sequence[Spoken]) -> dict[ast.AST, Fraction] | None:
    """What the numbers of the program are by the text; None where a number is one no more."""
    if any(number.new is None for number in spoken):
        return None
    origin: dict[Fraction, Fraction] = {}
    for number in spoken:
        if number.changed:
            origin |= {new: old for old, new in number.forms() if new is not None}
    places = {place: _constant(place) for place in literals(program, origin.__contains__)}
    reading = {}
    for old in sorted({old for number in spoken if number.changed for old, _ in number.forms()}):
        roles = [number for number in spoken if old in dict(number.forms())]
        now = [dict(role.forms())[old] for role in roles]
        mine = [place for place, here in places.items() if origin.get(here, here) == old]
        if len(mine) > len(roles):
            mine = [p for p in mine if places[p] != old or not _unspoken(program, p, old)]
        for rank, place in enumerate(mine):
            if len(set(now)) == 1:
                new = now[0]
            elif len(mine) == len(roles):
                new = now[rank]
            else:
                new = now[likeliest(nouns(program, place), roles)]
            if new is not None:
                reading[place] = new
    return reading | _single_units(places, spoken) | _worked_out(program, places, spoken)


def _ignored(program: Program) -> Callable[[Spoken], bool]:
    """Is a number exchanged in the text, but neither it nor the old one in the program?"""

    def ignored(number: Spoken) -> bool:
        forms = {form for pair in number.forms() for form in pair if form is not None}
        found = literals(program, forms.__contains__)
        return number.changed and not any(_constant(place) in forms for place in found)

    return ignored


def _single_units(
    places: Mapping[ast.AST, Fraction], spoken: Sequence[Spoken]
) -> dict[ast.AST, Fraction]:
    """What was 12 months for "1 year" is more for 5000 years."""
    reading = {}
    for number in spoken:
        size = UNITS.get(number.after)
        if number.changed and number.old == 1 and size and number.new is not None:
            for place, here in places.items():
                if here == size and all(other.old != size for other in spoken):
                    reading[place] = size * number.new
    return reading


def _worked_out(
    program: Program, places: Mapping[ast.AST, Fraction], spoken: Sequence[Spoken]
) -> dict[ast.AST, Fraction]:
    """Numbers that the program's author made from an exchanged number and one never used."""
    explained = {form for number in spoken for pair in number.forms() for form in pair}
    used = set(places.values())
    spare = [number.old for number in spoken if not number.changed and number.old not in used]
    reading = {}
    for place, here in places.items():
        if here in explained or _unspoken(program, place, here):
            continue
        for number in spoken:
            if number.changed and number.new is not None:
                for other in spare:
                    for before, now in zip(
                        _combined(number.old, other), _combined(number.new, other), strict=True
                    ):
                        if before == here and place not in reading:
                            reading[place] = now
    return reading


def _combined(one: Fraction, other: Fraction) -> list[Fraction]:
    quotients = [one / other, other / one] if one and other else [Fraction(0)] * 2
    return [one - other, other - one, one + other, one * other, *quotients]


def _unspoken(program: Program, place: ast.AST, here: Fraction) -> bool:
    """May a number of the program stem from a word such as "twice" or "week" in the text?"""
    if here.denominator != 1:
        return False
    words = {word.lower() for word in TOKEN.findall(program.question)}
    if not words.isdisjoint(FACTS.get(here.numerator, "").split()):
        return True
    named = [node.value for node in program.statements if isinstance(node, ast.Assign)]
    meant = OPERATIONS.get(here.numerator, "").split()
    return place not in named and not words.isdisjoint(meant)


def nouns(program: Program, place: ast.AST) -> set[str]:
    """The words in the names of the statement in which a number stands."""
    for statement in program.statements:
        nodes = list(ast.walk(statement))
        if place in nodes:
            names = " ".join(node.id for node in nodes if isinstance(node, ast.Name))
            words = {stem(word) for word in re.findall(r"[^\W\d_]+", names)}
            return words | set(TIME) if "time" in words else words
    return set()


def likeliest(words: set[str], roles: Sequence[Spoken]) -> int:
    """The spoken number with most of the words nearby: the nearer, the more they count."""
    scores = [
        sum(Fraction(1, role.near[word]) for word in words if word in role.near) for role in roles
    ]
    return scores.index(max(scores))


def _constant(place: ast.AST) -> Fraction:
    value = constant(place)
    assert value is not None
    return value
