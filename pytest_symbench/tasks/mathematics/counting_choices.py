"""Problems of MATH Counting about choices and arrangements: urns, words, committees, tables."""

from __future__ import annotations

from fractions import Fraction
from math import comb, factorial, prod
from random import Random

from pytest_symbench.tasks.mathematics.closed_forms import fraction
from pytest_symbench.tasks.mathematics.templates import Facts, Redraw, Template

COLOURS = ("red", "blue", "green", "yellow", "black", "white", "orange", "purple", "brown", "pink")
THINGS = ("balls", "marbles", "tokens", "beads", "cards", "stones", "buttons", "chips")
BAGS = ("A bag", "An urn", "A box", "A jar", "A basket", "A drawer")


# Drawing without replacement


def draw_urn(rng: Random, count: int, size: int) -> Facts:
    colours = rng.sample(COLOURS, 2 + (count > 2) + (count > 5))
    numbers = [rng.randint(1, size) for _ in colours]
    if sum(numbers) < 3:
        raise Redraw
    drawn = rng.randint(1 if count == 1 else 2, min(sum(numbers) - 1, count + 2))
    hits = rng.randint(0 if count > 1 else 1, min(drawn, numbers[0]))
    if drawn - hits > sum(numbers[1:]) or (drawn > 1 and hits == 0 and rng.random() < 0.7):
        raise Redraw
    facts: Facts = {
        "bag": rng.choice(BAGS),
        "thing": rng.choice(THINGS),
        "colours": colours,
        "numbers": numbers,
        "drawn": drawn,
        "hits": hits,
    }
    if not 0 < _urn(facts) < 1:
        raise Redraw
    return facts


def tell_urn(facts: Facts) -> str:
    contents = [f"{n} {c}" for n, c in zip(facts["numbers"], facts["colours"], strict=True)]
    drawn = "one of them is" if facts["drawn"] == 1 else f"{facts['drawn']} of them are"
    first = (
        f"{facts['bag']} contains {', '.join(contents[:-1])} and {contents[-1]} {facts['thing']}"
    )
    text = f"{first}. Without looking, {drawn} taken out, none being put back. "
    if facts["drawn"] == 1:
        return text + f"What is the probability that it is {facts['colours'][0]}?"
    verb = "is" if facts["hits"] == 1 else "are"
    return (
        text + "What is the probability that exactly "
        f"{facts['hits']} of those {verb} {facts['colours'][0]}?"
    )


def _urn(facts: Facts) -> Fraction:
    wanted, total = facts["numbers"][0], sum(facts["numbers"])
    drawn, hits = facts["drawn"], facts["hits"]
    return Fraction(comb(wanted, hits) * comb(total - wanted, drawn - hits), comb(total, drawn))


def key_urn(facts: Facts) -> str:
    return fraction(_urn(facts))


# Words without two marked letters side by side


def draw_words(rng: Random, count: int, size: int) -> Facts:
    marked = rng.sample("AEIOU", min(5, 1 + count // 2))
    plain = rng.sample("BCDFGKLMNPRST", min(12, 2 + count // 2))
    high = 2 + count // 3
    letters = {letter: rng.randint(1, high) for letter in sorted(marked + plain)}
    if sum(letters.values()) > 10 * count + 10:
        raise Redraw
    word = [letter for letter, times in letters.items() for _ in range(times)]
    rng.shuffle(word)
    vowels = sum(letter in "AEIOU" for letter in word)
    if not 2 <= vowels <= len(word) - vowels + 1:
        raise Redraw
    return {"word": "".join(word)}


def tell_words(facts: Facts) -> str:
    return (
        f"How many different strings can be made of all the letters of {facts['word']} (equal "
        "letters are not told apart), if no two of the vowels A, E, I, O, U may stand next to each "
        "other?"
    )


def _arrangements(letters: list[str]) -> int:
    repeats = [letters.count(letter) for letter in sorted(set(letters))]
    return factorial(len(letters)) // prod(map(factorial, repeats))


def key_words(facts: Facts) -> str:
    vowels = [letter for letter in facts["word"] if letter in "AEIOU"]
    others = [letter for letter in facts["word"] if letter not in "AEIOU"]
    places = comb(len(others) + 1, len(vowels))
    return str(_arrangements(others) * places * _arrangements(vowels))


# Committees

GROUPS = (
    ("women", "men"),
    ("teachers", "pupils"),
    ("doctors", "nurses"),
    ("singers", "dancers"),
    ("painters", "sculptors"),
    ("pilots", "mechanics"),
    ("poets", "composers"),
    ("farmers", "millers"),
    ("judges", "clerks"),
    ("bakers", "cooks"),
)
BODIES = ("committee", "team", "delegation", "jury", "panel", "crew")
PAIRS = (("Ada", "Bea"), ("Carla", "Dana"), ("Ella", "Fay"), ("Gina", "Hope"), ("Iris", "June"))


def draw_committee(rng: Random, count: int, size: int) -> Facts:
    first, second = rng.randint(3, size), rng.randint(2, size)
    chosen = rng.randint(2, min(first + second - 1, 2 + 2 * count))
    least = rng.randint(1, min(chosen, second)) if count > 1 else 0
    facts: Facts = {
        "groups": list(rng.choice(GROUPS)),
        "numbers": [first, second],
        "chosen": chosen,
        "least": least,
        "apart": list(rng.choice(PAIRS)) if count > 2 else [],
        "body": rng.choice(BODIES),
    }
    if int(key_committee(facts)) < 2:
        raise Redraw
    return facts


def tell_committee(facts: Facts) -> str:
    (one, other), (first, second) = facts["groups"], facts["numbers"]
    body = facts["body"]
    text = (
        f"A {body} of {facts['chosen']} is chosen from {first} {one} and {second} {other}, all "
        "of them different persons; the order of choice does not matter. "
    )
    if facts["least"]:
        text += f"At least {facts['least']} of the {other} must be in it. "
    if facts["apart"]:
        text += f"{' and '.join(facts['apart'])}, two of the {one}, must not both be in it. "
    return text + f"In how many ways can the {body} be chosen?"


def key_committee(facts: Facts) -> str:
    (a, b), chosen = facts["numbers"], facts["chosen"]
    total = 0
    for seconds in range(facts["least"], min(b, chosen) + 1):
        firsts = comb(a, chosen - seconds)
        if facts["apart"] and chosen - seconds >= 2:
            firsts -= comb(a - 2, chosen - seconds - 2)
        total += comb(b, seconds) * firsts
    return str(total)


# Round tables with couples


def draw_table(rng: Random, count: int, size: int) -> Facts:
    people = rng.randint(4, 4 + 2 * count + min(size, 30) // 3)
    couples = rng.randint(1, people // 2)
    facts: Facts = {"people": people, "couples": couples, "event": rng.randrange(len(EVENTS))}
    if key_table(facts) == "0":
        raise Redraw
    return facts


_EVENTS = (
    "a birthday,a wedding,a council,a game night,a tasting,a reunion,a picnic,a concert,a ball"
)
EVENTS = tuple(_EVENTS.split(","))


def tell_table(facts: Facts) -> str:
    couples, rest = facts["couples"], facts["people"] - 2 * facts["couples"]
    there = f"{couples} married couple{'s' if couples > 1 else ''}"
    if rest:
        there += f" and {rest} other {'person' if rest == 1 else 'persons'}"
    return (
        f"At {EVENTS[facts['event']]}, {there} sit down at a round table with "
        f"{facts['people']} seats. Seatings that differ only by a rotation count as the same, "
        "mirror images as different. In how many ways can they sit so that nobody sits next to "
        "the person they are married to?"
    )


def key_table(facts: Facts) -> str:
    people, couples = facts["people"], facts["couples"]
    return str(
        sum(
            (-1) ** together
            * comb(couples, together)
            * 2**together
            * factorial(people - 1 - together)
            for together in range(couples + 1)
        )
    )


# Permutations with fixed points

_OBJECTS = "letters hats keys umbrellas gifts books coats tickets pens flutes caps mugs bags maps"
OBJECTS = tuple(_OBJECTS.split())


def draw_fixed(rng: Random, count: int, size: int) -> Facts:
    people = rng.randint(3, 4 + 2 * count + min(size, 40) // 4)
    fixed = rng.randint(0, people - 2)
    return {
        "people": people,
        "fixed": fixed,
        "object": rng.choice(OBJECTS),
        "ask": rng.random() < 0.5,
    }


def tell_fixed(facts: Facts) -> str:
    people, fixed, thing = facts["people"], facts["fixed"], facts["object"]
    who = (
        "nobody gets" if fixed == 0 else f"exactly {fixed} of them {'get' if fixed > 1 else 'gets'}"
    )
    own = f"{'their' if fixed != 1 else 'the'} own {thing[:-1]}"
    if facts["ask"]:
        return (
            f"{people} persons each own one of {people} {thing}. The {thing} are handed out at "
            "random, one to each person, all orders being equally likely. What is the probability "
            f"that {who} {own}?"
        )
    return (
        f"{people} persons each own one of {people} {thing}. In how many ways can the {thing} be "
        f"handed out, one to each person, so that {who} {own}?"
    )


def derangements(number: int) -> int:
    before, now = 0, 1
    for place in range(1, number + 1):
        before, now = now, (place - 1) * (now + before)
    return now


def key_fixed(facts: Facts) -> str:
    ways = comb(facts["people"], facts["fixed"]) * derangements(facts["people"] - facts["fixed"])
    return fraction(Fraction(ways, factorial(facts["people"]) if facts["ask"] else 1))


# Lattice paths around blocked points


def draw_paths(rng: Random, count: int, size: int) -> Facts:
    high = min(200, 3 + 2 * count + size // 12)
    wide, tall = rng.randint(2, high), rng.randint(2, high)
    blocked: list[list[int]] = []
    for _ in range(count if count > 1 else 0):
        point = [rng.randint(0, wide), rng.randint(0, tall)]
        if point in ([0, 0], [wide, tall]) or point in blocked:
            raise Redraw
        blocked.append(point)
    start = [rng.randint(-size, size), rng.randint(-size, size)]
    facts: Facts = {"start": start, "end": [wide, tall], "blocked": blocked}
    if key_paths(facts) == "0":
        raise Redraw
    return facts


def tell_paths(facts: Facts) -> str:
    (left, low), (wide, tall) = facts["start"], facts["end"]
    text = (
        f"A path leads from ({left}, {low}) to ({left + wide}, {low + tall}); every step goes one "
        "unit to the right or one unit up"
    )
    if facts["blocked"]:
        points = ", ".join(f"({left + x}, {low + y})" for x, y in sorted(facts["blocked"]))
        text += f", and no step may end at any of these blocked points: {points}"
    return text + ". How many such paths are there?"


def key_paths(facts: Facts) -> str:
    wide, tall = facts["end"]
    blocked = {(x, y) for x, y in facts["blocked"]}
    ways = [0] * (wide + 1)
    ways[0] = 1
    for y in range(tall + 1):
        for x in range(wide + 1):
            ways[x] = 0 if (x, y) in blocked else ways[x] + (ways[x - 1] if x else 0)
    return str(ways[wide])


TEMPLATES = (
    Template(name="urn", draw=draw_urn, tell=tell_urn, key=key_urn),
    Template(name="words", least=2, draw=draw_words, tell=tell_words, key=key_words),
    Template(name="committee", draw=draw_committee, tell=tell_committee, key=key_committee),
    Template(name="round-table", least=2, draw=draw_table, tell=tell_table, key=key_table),
    Template(name="fixed-points", least=2, draw=draw_fixed, tell=tell_fixed, key=key_fixed),
    Template(name="paths", draw=draw_paths, tell=tell_paths, key=key_paths),
)
