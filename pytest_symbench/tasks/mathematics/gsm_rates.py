"""Stories of GSM-Hard about rates: journeys, growing money and water tanks."""

from __future__ import annotations

from fractions import Fraction
from math import gcd

from pytest_symbench.tasks.mathematics.gsm_story import (
    NAMES,
    Facts,
    Redraw,
    Slots,
    Story,
    Template,
    listing,
    voice,
)

# Journeys of several legs

TRAVELLERS = {
    1: ("hiker", "jogger"),
    2: ("lorry driver", "train driver", "skipper"),
    3: ("pilot", "astronaut"),
}
FASTEST = ("space probe", "comet", "spacecraft")


def draw_journey(slots: Slots, steps: int) -> Facts:
    rng = slots.rng
    mean = steps >= 5 and (steps % 3 == 2 or rng.random() < 0.5)
    ask = "mean" if mean else "distance"
    count = max(1 + (steps > 1), (steps + 1) // 3 if ask == "mean" else (steps + 1) // 2)
    legs = [[slots.big(), slots.small(2, 9 if slots.digits == 1 else 24)] for _ in range(count)]
    if ask == "mean":  # a mean speed with at most two decimals
        time = sum(hours for _, hours in legs)
        modulus = time // gcd(time, 100)
        rest = sum(speed * hours for speed, hours in legs[:-1])
        speed, hours = legs[-1]
        legs[-1][0] = slots.solve_for(speed, hours, rest, modulus)
        if legs[-1][0] != speed:
            slots.take(legs[-1][0])
    return {
        "who": f"{rng.choice(TRAVELLERS.get(slots.digits, FASTEST))} {rng.choice(NAMES)}",
        "legs": legs,
        "ask": ask,
        "voice": rng.randrange(6),
    }


def tell_journey(facts: Facts) -> Story:
    who, legs = facts["who"], facts["legs"]
    first = (
        "The {} travels at {} km/h for {} hours.",
        "The {} moves at a steady {} km/h for {} hours.",
    )
    after = (
        "Next come {1} hours at {0} km/h.",
        "Then a speed of {0} km/h is kept for {1} hours.",
    )
    sentences = [voice(facts, first).format(who, *legs[0])]
    sentences += [voice(facts, after, n).format(*leg) for n, leg in enumerate(legs[1:])]
    if facts["ask"] == "distance":
        return Story(sentences, "How many kilometres long is the whole journey?", "kilometres")
    sentences.append("There are no breaks in between.")
    return Story(sentences, "What is the mean speed over the whole journey, in km/h?", "km/h")


def answer_journey(facts: Facts) -> Fraction:
    distance = sum(speed * hours for speed, hours in facts["legs"])
    if facts["ask"] == "distance":
        return Fraction(distance)
    return Fraction(distance, sum(hours for _, hours in facts["legs"]))


# Growth of money, by simple or compound interest


def draw_growth(slots: Slots, steps: int) -> Facts:
    rng = slots.rng
    start = slots.big() if slots.digits > 1 else 100 * slots.big()
    left, phases = steps, []
    while left > 0:
        kind = rng.choice(["simple", "compound"])
        if kind == "simple":
            years = slots.small(2, 12)
            left -= 3
        else:
            years = slots.between(2, min(max(left, 2), 6 + steps // 4))
            left -= years + 1
        phases.append([kind, slots.small(2, 20), years])
    return {
        "who": rng.choice(NAMES),
        "start": start,
        "phases": phases,
        "voice": rng.randrange(6),
    }


def tell_growth(facts: Facts) -> Story:
    who, start = facts["who"], facts["start"]
    opening = ("{} puts ${} into a savings account.", "{} opens a savings account with ${}.")
    sentences = [voice(facts, opening).format(who, start)]
    for number, (kind, rate, years) in enumerate(facts["phases"]):
        when = f"For the {'next' if number else 'first'} {years} years"
        if kind == "simple":
            how = "of simple interest a year, always on the balance at the start of this period"
        else:
            how = "of compound interest a year, each year on the balance of that moment"
        sentences.append(f"{when} it pays {rate}% {how}.")
    if answer_growth(facts) != _balance(facts):
        sentences.append(
            "No amount is rounded on the way; only the final balance is rounded to whole cents, "
            "half a cent upwards."
        )
    return Story(sentences, f"How many dollars does {who} have after all these years?", "dollars")


def _balance(facts: Facts) -> Fraction:
    balance = Fraction(facts["start"])
    for kind, rate, years in facts["phases"]:
        if kind == "simple":
            balance *= 1 + Fraction(rate * years, 100)
        else:
            balance *= (1 + Fraction(rate, 100)) ** years
    return balance


def answer_growth(facts: Facts) -> Fraction:
    return Fraction((200 * _balance(facts) + 1) // 2, 100)


# Water tanks with pipes in and out


def draw_tank(slots: Slots, steps: int) -> Facts:
    rng = slots.rng
    start = level = highest = slots.big()
    phases, left = [], steps
    while left >= 2:
        minutes = slots.small(2, 9 if slots.digits == 1 else 30)
        gain = loss = 0
        both = left >= 3 and rng.random() < 0.6
        if both or level < 2 * minutes or rng.random() < 0.5:
            gain = slots.big()
        if both or not gain:
            loss = slots.between(1, min(gain + level // minutes, 10**slots.digits))
        left -= 3 if both else 2
        level += minutes * (gain - loss)
        highest = max(highest, level)
        if level < 0 or gain == loss:
            raise Redraw
        phases.append([minutes, gain, loss])
    room = left > 0 or steps == 2
    ask = "room" if room and rng.random() < 0.7 else "level"
    return {
        "start": start,
        "capacity": slots.between(highest + 1, highest + highest // 2 + 9),
        "phases": phases,
        "ask": ask,
        "voice": rng.randrange(6),
    }


def tell_tank(facts: Facts) -> Story:
    tank = voice(facts, ("rain tank", "reservoir", "cistern"))
    sentences = [
        f"A {tank} that can hold {facts['capacity']} litres contains {facts['start']} litres of water."
    ]
    for number, (minutes, gain, loss) in enumerate(facts["phases"]):
        pipes = []
        if gain:
            pipes.append(f"{gain} litres flow in per minute")
        if loss:
            pipes.append(f"{loss} litres flow out per minute")
        when = "Then, for" if number else "For"
        sentences.append(f"{when} {minutes} minutes, {listing(pipes)}.")
    if facts["ask"] == "level":
        return Story(sentences, f"How many litres are in the {tank} afterwards?", "litres")
    return Story(
        sentences, f"How many litres are then still missing until the {tank} is full?", "litres"
    )


def answer_tank(facts: Facts) -> Fraction:
    level = facts["start"] + sum(m * (gain - loss) for m, gain, loss in facts["phases"])
    return Fraction(facts["capacity"] - level if facts["ask"] == "room" else level)


TEMPLATES = (
    Template(
        name="journey",
        least_steps=1,
        draw=draw_journey,
        tell=tell_journey,
        answer=answer_journey,
    ),
    Template(
        name="growth",
        least_steps=2,
        draw=draw_growth,
        tell=tell_growth,
        answer=answer_growth,
    ),
    Template(
        name="tank",
        least_steps=2,
        draw=draw_tank,
        tell=tell_tank,
        answer=answer_tank,
    ),
)
