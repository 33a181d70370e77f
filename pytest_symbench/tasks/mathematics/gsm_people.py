"""Stories of GSM-Hard about relations: shares, comparisons, means, mixtures and ages."""

from __future__ import annotations

from fractions import Fraction
from math import gcd

from pytest_symbench.tasks.mathematics.gsm_story import (
    GOODS,
    NAMES,
    Facts,
    Redraw,
    Slots,
    Story,
    Template,
    listing,
    one,
    voice,
)

# A total shared in a ratio, then gifts


def draw_shares(slots: Slots, steps: int) -> Facts:
    rng = slots.rng
    count = 2 + (steps >= 4) + (steps >= 7) + (steps >= 11)
    ratio = [slots.small(2, 9 + count) for _ in range(count)]
    if gcd(*ratio) > 1:
        raise Redraw
    unit = rng.randint(max(2, 10 ** (slots.digits - 1)), 10**slots.digits - 1)
    held = [part * unit for part in ratio]
    total = slots.take(sum(held))
    gifts = []
    for _ in range(max(0, steps - count - 1)):
        giver, taker = rng.sample(range(count), 2)
        if held[giver] < 4:
            raise Redraw
        amount = slots.part(held[giver])
        held[giver], held[taker] = held[giver] - amount, held[taker] + amount
        gifts.append([giver, taker, amount])
    first, second = rng.sample(range(count), 2)
    if held[first] < held[second]:
        first, second = second, first
    if held[first] == held[second]:
        raise Redraw
    return {
        "item": rng.choice(GOODS),
        "names": rng.sample(NAMES, count),
        "total": total,
        "ratio": ratio,
        "gifts": gifts,
        "ask": [first] if steps <= 2 else [first, second],
        "voice": rng.randrange(6),
    }


def tell_shares(facts: Facts) -> Story:
    names, item = facts["names"], facts["item"]
    ratio = ":".join(map(str, facts["ratio"]))
    shared = voice(
        facts,
        (
            "{} share {} {} in the ratio {}, in this order.",
            "{} divide {} {} among themselves in the ratio {}, named in the same order.",
        ),
    )
    sentences = [shared.format(listing(names), facts["total"], item, ratio)]
    given = ("{} gives {} {} to {}.", "After that, {} hands {} {} over to {}.")
    for number, (giver, taker, amount) in enumerate(facts["gifts"]):
        sentences.append(
            voice(facts, given, number).format(names[giver], amount, item, names[taker])
        )
    asked = [names[index] for index in facts["ask"]]
    if len(asked) == 1:
        return Story(sentences, f"How many {item} does {asked[0]} get?", item)
    return Story(
        sentences, f"How many more {item} than {asked[1]} does {asked[0]} have at the end?", item
    )


def answer_shares(facts: Facts) -> Fraction:
    held = [Fraction(facts["total"] * part, sum(facts["ratio"])) for part in facts["ratio"]]
    for giver, taker, amount in facts["gifts"]:
        held[giver] -= amount
        held[taker] += amount
    first, *second = facts["ask"]
    other = held[second[0]] if second else Fraction(0)
    return Fraction(held[first] - other)


# A chain of comparisons


def draw_comparisons(slots: Slots, steps: int) -> Facts:
    rng = slots.rng
    ask = "sum" if steps >= 3 and rng.random() < 0.5 else "last"
    amount = slots.big()
    links, left, start = [], steps, amount
    while left > 0:
        kinds = ["more", "times"] + (["fewer"] if amount > 9 else [])
        if left >= 2 + 2 * (ask == "sum"):
            kinds += ["more-than-times", "fewer-than-times"]
        kind = rng.choice(kinds)
        factor = slots.small(2, 9) if "times" in kind else 1
        if kind == "more":
            change = slots.big()
        elif kind == "fewer":
            change = -slots.part(amount)
        else:
            change = slots.small(2, 60) if kind == "more-than-times" else 0
            change = -slots.part(amount * factor) if kind.startswith("fewer") else change
        amount = amount * factor + change
        links.append([factor, change])
        left -= 1 + ("than" in kind) + (ask == "sum")
    return {
        "item": rng.choice(GOODS),
        "names": rng.sample(NAMES, len(links) + 1),
        "start": start,
        "links": links,
        "ask": ask,
        "voice": rng.randrange(6),
    }


def tell_comparisons(facts: Facts) -> Story:
    names, item = facts["names"], facts["item"]
    verb = voice(facts, ("has", "owns", "has collected"))
    sentences = [f"{names[0]} {verb} {facts['start']} {item}."]
    for before, after, (factor, change) in zip(names, names[1:], facts["links"], strict=False):
        amount = f"{abs(change)} {'more' if change > 0 else 'fewer'}"
        if factor == 1:
            sentences.append(f"{after} {verb} {amount} {item} than {before}.")
        elif change == 0:
            sentences.append(f"{after} {verb} {factor} times as many {item} as {before}.")
        else:
            sentences.append(
                f"{after} {verb} {amount} {item} than {factor} times the number that {before} {verb}."
            )
    if facts["ask"] == "last":
        return Story(sentences, f"How many {item} is that for {names[-1]}?", item)
    return Story(sentences, f"How many {item} do all of these people own together?", item)


def answer_comparisons(facts: Facts) -> Fraction:
    amounts = [facts["start"]]
    for factor, change in facts["links"]:
        amounts.append(amounts[-1] * factor + change)
    return Fraction(sum(amounts) if facts["ask"] == "sum" else amounts[-1])


# The missing value of a mean

MEANS = (
    ("A museum counts its visitors", "day", "visitors"),
    ("A bakery counts its sold loaves", "week", "loaves"),
    ("A printer counts the printed pages", "shift", "pages"),
    ("A farmer counts the picked pears", "tree", "pears"),
    ("A courier counts the delivered parcels", "tour", "parcels"),
)


def draw_mean(slots: Slots, steps: int) -> Facts:
    count = max(2, steps)
    slots.take(count)
    values = [slots.big() for _ in range(count)]
    missing = slots.solve_for(values[-1], 1, sum(values[:-1]), count)
    if missing != values[-1]:
        slots.take(missing)
    mean = slots.take((sum(values[:-1]) + missing) // count)
    return {
        "scene": slots.rng.randrange(len(MEANS)),
        "known": values[:-1],
        "count": count,
        "mean": mean,
        "who": slots.rng.choice(NAMES),
        "voice": slots.rng.randrange(6),
    }


def tell_mean(facts: Facts) -> Story:
    opening, period, item = MEANS[facts["scene"]]
    known = listing([str(value) for value in facts["known"]])
    others = f"each {period} but the last one" if len(facts["known"]) > 1 else f"the first {period}"
    sentences = [
        f"{opening} for {facts['count']} {period}s, and {facts['who']} keeps the notes.",
        f"The notes for {others} say: {known}.",
        f"The mean over all of the {period}s is {facts['mean']} {item} per {period}.",
    ]
    return Story(sentences, f"How many {item} belong to the last {period}?", item)


def answer_mean(facts: Facts) -> Fraction:
    return Fraction(facts["mean"] * facts["count"] - sum(facts["known"]))


# Heads and legs: two unknown counts

MIXTURES = (
    ("A farm keeps", ("hens", "rabbits"), ("heads", "legs"), (2, 4)),
    ("A yard is full of", ("bicycles", "carts"), ("vehicles", "wheels"), (2, 4)),
    ("A rock pool holds", ("crabs", "squids"), ("animals", "limbs"), (8, 10)),
    ("A terrarium holds", ("beetles", "spiders"), ("animals", "legs"), (6, 8)),
    ("A workshop builds", ("stools", "tables"), ("pieces", "legs"), (3, 4)),
)
"""Scene, the two kinds, what is counted, and how many of the second each kind has."""

MACHINES = ("walkers", "rollers"), ("wheels", "sensors")


def draw_mixture(slots: Slots, steps: int) -> Facts:
    rng = slots.rng
    scene = rng.choice(["tickets", "robots"] if steps >= 5 else ["animals", "tickets"])
    first, second = slots.big(), slots.big()
    rows = [[1, 1], [1, 1]]
    kind = rng.randrange(len(MIXTURES))
    if scene == "animals":
        rows[1] = [slots.take(number) for number in MIXTURES[kind][3]]
    elif scene == "tickets":
        rows[1] = [slots.small(3, 40), slots.small(3, 40)]
    else:
        rows = [[slots.small(2, 20), slots.small(2, 20)] for _ in range(2)]
    if rows[0][0] * rows[1][1] == rows[0][1] * rows[1][0]:
        raise Redraw
    totals = [slots.take(row[0] * first + row[1] * second) for row in rows]
    ask = rng.choice(["first", "second"])
    if steps >= 4:
        ask = "difference"
    if first < second:
        ask = "reverse" if ask == "difference" else ask
    return {
        "scene": scene,
        "kind": kind,
        "rows": rows,
        "totals": totals,
        "ask": ask,
        "who": rng.choice(NAMES),
        "voice": rng.randrange(6),
    }


def tell_mixture(facts: Facts) -> Story:
    scene, rows, totals, who = facts["scene"], facts["rows"], facts["totals"], facts["who"]
    if scene == "animals":
        opening, kinds, counted, _ = MIXTURES[facts["kind"]]
        sentences = [
            f"{opening} {kinds[0]} and {kinds[1]}, and nothing else.",
            f"Every {one(kinds[0])} has {rows[1][0]} {counted[1]}, "
            f"and every {one(kinds[1])} has {rows[1][1]}.",
            f"{who} counts {totals[0]} {counted[0]} and {totals[1]} {counted[1]}.",
        ]
    elif scene == "tickets":
        kinds = "child tickets", "adult tickets"
        sentences = [
            f"At a fair, a child ticket costs ${rows[1][0]} and an adult ticket costs ${rows[1][1]}.",
            f"{who} sells {totals[0]} tickets and takes ${totals[1]} for them.",
        ]
    else:
        kinds, counted = MACHINES
        sentences = [
            f"Each of the {kind} of a robot club has {wheels} wheels and {sensors} sensors."
            for kind, wheels, sensors in zip(kinds, rows[0], rows[1], strict=True)
        ]
        sentences.append(
            f"{who} counts {totals[0]} wheels and {totals[1]} sensors on all of these robots."
        )
    ask = facts["ask"]
    if ask in {"first", "second"}:
        kind = kinds[ask == "second"]
        return Story(sentences, f"How many {kind} are among them?", kind)
    more, less = kinds if ask == "difference" else kinds[::-1]
    return Story(sentences, f"How many more {more} than {less} are among them?", more)


def answer_mixture(facts: Facts) -> Fraction:
    (a, b), (c, d) = facts["rows"]
    heads, legs = facts["totals"]
    determinant = a * d - b * c
    first = Fraction(heads * d - b * legs, determinant)
    second = Fraction(a * legs - heads * c, determinant)
    ask = facts["ask"]
    if ask in {"first", "second"}:
        return first if ask == "first" else second
    return first - second if ask == "difference" else second - first


# Ages


def draw_ages(slots: Slots, steps: int) -> Facts:
    rng = slots.rng
    system = steps >= 4 and rng.random() < 0.7
    later = rng.random() < (0.5 if steps >= 2 else 0.3)
    hops = steps - later - (3 if system else 0)
    ages = [slots.big()] if not system else []
    puzzle: list[int] = []
    if system:
        then = slots.small(2, 5)
        now = slots.between(then + 1, then + 6)
        scale = rng.randint(max(1, 10 ** (slots.digits - 1) // then), 10**slots.digits // then)
        ages = [(then - 1) * scale, now * (then - 1) * scale]
        puzzle = [now, slots.take((now - then) * scale), then]
    links = []
    for _ in range(hops):
        oldest = ages[-1]
        if rng.random() < 0.25 and oldest < 100 * 10**slots.digits:
            factor, change = slots.small(2, 6), 0
        elif oldest > 4 and rng.random() < 0.4:
            factor, change = 1, -slots.part(oldest)
        else:
            factor, change = 1, slots.between(2, 10**slots.digits - 1)
        links.append([factor, change])
        ages.append(oldest * factor + change)
    return {
        "people": slots.digits <= 2 and max(ages) < 110,
        "names": rng.sample(NAMES, len(ages)),
        "start": ages[0] if not system else 0,
        "puzzle": puzzle,
        "links": links,
        "later": slots.between(2, max(9, 10 ** (slots.digits - 1))) if later else 0,
        "voice": rng.randrange(6),
    }


def tell_ages(facts: Facts) -> Story:
    names = facts["names"] if facts["people"] else [f"rock {name}" for name in facts["names"]]
    sentences = []
    first = 0
    if facts["puzzle"]:
        now, years, then = facts["puzzle"]
        first = 1
        sentences = [
            f"{names[1]} is {now} times as old as {names[0]}, and in {years} years {names[1]} "
            f"will be {then} times as old as {names[0]} will be then."
        ]
    else:
        sentences = [f"{names[0]} is {facts['start']} years old."]
    for before, after, (factor, change) in zip(
        names[first:], names[first + 1 :], facts["links"], strict=False
    ):
        if factor > 1:
            sentences.append(f"{after} is {factor} times as old as {before}.")
        else:
            how = "older" if change > 0 else "younger"
            sentences.append(f"{after} is {abs(change)} years {how} than {before}.")
    sentences = [text[0].upper() + text[1:] for text in sentences]
    if facts["later"]:
        question = f"How old will {names[-1]} be {facts['later']} years from now?"
    else:
        question = f"How old is {names[-1]} now?"
    return Story(sentences, question, "years")


def answer_ages(facts: Facts) -> Fraction:
    age = Fraction(facts["start"])
    if facts["puzzle"]:
        now, years, then = facts["puzzle"]
        age = now * Fraction((then - 1) * years, now - then)
    for factor, change in facts["links"]:
        age = age * factor + change
    return Fraction(age + facts["later"])


TEMPLATES = (
    Template(
        name="shares",
        least_steps=2,
        draw=draw_shares,
        tell=tell_shares,
        answer=answer_shares,
    ),
    Template(
        name="comparisons",
        least_steps=1,
        draw=draw_comparisons,
        tell=tell_comparisons,
        answer=answer_comparisons,
        loose=True,
    ),
    Template(
        name="mean",
        least_steps=2,
        draw=draw_mean,
        tell=tell_mean,
        answer=answer_mean,
    ),
    Template(
        name="mixture",
        least_steps=3,
        draw=draw_mixture,
        tell=tell_mixture,
        answer=answer_mixture,
    ),
    Template(
        name="ages",
        least_steps=1,
        draw=draw_ages,
        tell=tell_ages,
        answer=answer_ages,
        loose=True,
    ),
)
