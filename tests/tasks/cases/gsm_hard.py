from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from fractions import Fraction
from itertools import count

from pytest_symbench.tasks import get
from pytest_symbench.tasks.task import Data

KINDS = [
    "stock-ledger",
    "shopping",
    "production",
    "measures",
    "working-time",
    "packing",
    "journey",
    "growth",
    "tank",
    "shares",
    "comparisons",
    "mean",
    "mixture",
    "ages",
]
LEAST = {"working-time": 2, "growth": 2, "tank": 2, "shares": 2, "mean": 2, "mixture": 3}
SMALL = [
    {
        "steps": steps,
        "digits": digits,
        "asides": asides,
        "scrambled": asides > 0,
        "templates": [kind],
    }
    for kind in KINDS
    for steps, digits, asides in ((LEAST.get(kind, 1), 1, 0), (4, 2, 1))
]


def ACCEPTED(data: Data, gold: str) -> list[str]:
    value = Fraction(gold)
    forms = [gold, f" {gold} ", f"`{gold}`", f"[{gold}]", f"${gold}$", f"${gold}", f"x = {gold}"]
    forms += [f"+{gold}", f"€{gold}", f"{gold}.", f"total = {gold}", f"{value * 100}%"]
    forms += [f"{value.numerator}/{value.denominator}", f"{gold}e0", f"{value * 1000}e-3"]
    if value.denominator == 1:
        forms += [f"{gold}.0", f"{gold}.00", f"{int(gold):,}", f"{int(gold):_}"]
    if value < 10**6:
        forms.append(f"{float(value) + 4e-10:.10f}")
    unit = re.search(r"Write the number of (.*) alone", get("gsm_hard").render(data))
    assert unit
    forms.append(f"{gold} {unit[1]}")
    if unit[1] == "dollars":
        forms += [f"{gold} dollars", f"{gold} USD", f"-${gold}".lstrip("-")]
    if unit[1] == "km/h":
        forms += [f"{gold} km per hour", f"{gold}km/h"]
    return forms


def REJECTED(data: Data, gold: str) -> list[str]:
    value = Fraction(gold)
    wrong = [value + 1, value - 1, value * 10, value / 10, value + Fraction(1, 100)]
    wrong += [value * Fraction(10001, 10000) + Fraction(1, 1000), value + Fraction(1, 1000)]
    forms = [f"{float(w):.6f}" if abs(w) < 10**6 else str(w) for w in wrong]
    if value:
        forms += [f"-{gold}", f"{gold} thousand", f"{gold} dozen", f"{gold}%"]
    forms += [f"{gold} or {value + 1}", f"about {gold}", f"{gold}, {gold}", f"{gold} parsecs"]
    forms += [f"{gold}x + 1", f"({gold}", f"{value + 1} = {value}  + 1", "", "many", "1e5000"]
    return forms


def ORACLE(data: Data) -> Iterator[tuple[str, bool]]:
    truth = read(get("gsm_hard").render(data), data["template"])
    for number in range(-5, 90):
        yield str(number), number == truth
    for number in range(20):
        yield f"{number}.5", Fraction(2 * number + 1, 2) == truth
    for hundredths in (-100, -50, -10, -1, 0, 1, 2, 10, 50, 100):
        near = truth + Fraction(hundredths, 100)
        yield str(near), hundredths == 0


def read(question: str, kind: str) -> Fraction:
    """The answer, worked out from the words of the question alone."""
    return READERS[kind](question.partition("\n")[0])


def _all(pattern: str, text: str) -> list[list[int]]:
    return [
        [int(number) for number in re.findall(r"\d+", " ".join(match.groups()))]
        for match in re.finditer(pattern, text)
    ]


def _one(pattern: str, text: str, default: str = "") -> str:
    match = re.search(pattern, text)
    return match[1] if match else default


def stock(text: str) -> Fraction:
    held = int(_one(r"(?:has|opens with) (\d+)", text))
    for sentence in text.split(". ")[1:]:
        numbers = re.findall(r"\d+", sentence)
        if not numbers:
            continue
        number = int(numbers[0])
        if re.search("more|arrive|bring back|return", sentence):
            held += number
        elif "sold" in sentence or "buy" in sentence:
            held -= number
        elif "divided" in sentence:
            shops = [0] * number
            shops = [held // number for _ in shops]
            assert sum(shops) == held
            held = shops[0]
        assert held >= 0
    return Fraction(held)


def shopping(text: str) -> Fraction:
    bill = Fraction(0)
    for number, price in re.findall(r"(\d+) [\w-]+ (?:at|for) \$(\d+(?:\.\d\d)?)", text):
        bill += int(number) * Fraction(price)
    bill -= bill / 100 * int(_one(r"(\d+)% off", text, "0"))
    bill += bill / 100 * int(_one(r"tax of (\d+)%", text, "0"))
    return bill - int(_one(r"voucher worth \$(\d+)", text, "0"))


def production(text: str) -> Fraction:
    good = Fraction(0)
    for part in re.split(r"(?=In (?:hall|the factory))", text)[1:]:
        made = int(_one(r"makes? (\d+)", part)) * int(_one(r"for (\d+) hours", part))
        made *= int(_one(r"(\d+) machines", part, "1")) * int(_one(r"on (\d+) days", part, "1"))
        good += made - Fraction(made * int(_one(r"(\d+)% are faulty", part, "0")), 100)
    assert good.denominator == 1
    box = int(_one(r"hold (\d+)", text, "1"))
    boxes, rest = 0, int(good)
    boxes, rest = rest // box, rest - rest // box * box
    if "left over" in text:
        return Fraction(rest)
    return Fraction(boxes)


def measures(text: str) -> Fraction:
    total = int(_one(r"receives (\d+)", text))
    for number in re.findall(r"contains (\d+)", text):
        total *= int(number)
    if re.search(r"contains \d+ dozen", text):
        total *= 12
    if "gross" in text:
        total *= 12 * 12
    if "kilograms" in text:
        return Fraction(total * int(_one(r"weighs (\d+) grams", text)), 1000)
    return Fraction(total)


def work(text: str) -> Fraction:
    made = 0
    for rate, per, hours, rest in re.findall(
        r"makes (\d+) [\w-]+ per (\w+) and runs for (\d+) hours([^.]*)\.", text
    ):
        seconds = int(hours) * 60 * 60
        seconds *= int(_one(r"on (\d+) days", rest, "1"))
        seconds *= 7 * int(_one(r"for (\d+) full weeks", rest, "0")) or 1
        made += int(rate) * seconds // {"second": 1, "minute": 60}[per]
    return Fraction(made, 12 if "How many dozen" in text else 1)


def packing(text: str) -> Fraction:
    things = int(_one(r"has (\d+)", text))
    sizes = _all(r"(?:room for|At most) (\d+)", text)
    prices = _all(r"that is used costs \$(\d+)", text)
    cost = room = 0
    for number, (size,) in enumerate(sizes):
        used = next(n for n in count(things // size) if n * size >= things)
        room, things = used * size - things, used
        cost += used * prices[number][0] if prices else 0
    if "How many more" in text:
        return Fraction(room)
    return Fraction(cost if prices else things)


def journey(text: str) -> Fraction:
    distance = time = 0
    for first, speed, hours, hours2, speed2 in re.findall(
        r"((\d+) km/h (?:is kept )?for (\d+) hours|come (\d+) hours at (\d+) km/h)", text
    ):
        assert first
        distance += int(speed or speed2) * int(hours or hours2)
        time += int(hours or hours2)
    return Fraction(distance, time if "mean speed" in text else 1)


def growth(text: str) -> Fraction:
    balance = Fraction(_one(r"\$(\d+)", text))
    for years, rate, kind in re.findall(r"(\d+) years it pays (\d+)% of (\w+)", text):
        base = balance
        for _ in range(int(years)):
            balance += (base if kind == "simple" else balance) * int(rate) / 100
    cents = balance * 100
    if "rounded" not in text:
        assert cents.denominator == 1
        return balance
    whole = int(cents)
    return Fraction(whole + (cents - whole >= Fraction(1, 2)), 100)


def tank(text: str) -> Fraction:
    capacity, level = _all(r"can hold (\d+) litres contains (\d+)", text)[0]
    for minutes, pipes in re.findall(r"[Ff]or (\d+) minutes, ([^.]*)\.", text):
        for flow, way in re.findall(r"(\d+) litres flow (in|out)", pipes):
            level += int(minutes) * int(flow) * (1 if way == "in" else -1)
        assert 0 <= level <= capacity
    return Fraction(capacity - level if "missing" in text else level)


def shares(text: str) -> Fraction:
    who, total, ratio = re.findall(r"^(.*?) (?:share|divide) (\d+) .*?ratio (\d+(?::\d+)+)", text)[
        0
    ]
    names = re.split(r", | and ", who)
    parts = list(map(int, ratio.split(":")))
    held = dict.fromkeys(names, 0)
    unit = int(total) // sum(parts)
    for name, part in zip(names, parts, strict=True):
        held[name] = unit * part
    assert sum(held.values()) == int(total)
    for giver, amount, taker in re.findall(r"(\w+) (?:gives|hands) (\d+) .*?to (\w+)\.", text):
        held[giver] -= int(amount)
        held[taker] += int(amount)
        assert held[giver] >= 0
    if more := re.search(r"more [\w-]+ than (\w+) does (\w+) have", text):
        return Fraction(held[more[2]] - held[more[1]])
    return Fraction(held[_one(r"does (\w+) get", text)])


def comparisons(text: str) -> Fraction:
    known: dict[str, int] = {}
    verb = r"(?:has collected|owns|has)"
    facts = re.findall(rf"(\w+) {verb} (\d+) (\w[\w-]*) ?([^.]*)\.", text)
    for _ in facts:
        for name, number, word, rest in facts:
            if name == "cousin" or name in known:
                continue
            if match := re.fullmatch(
                rf"[\w-]+ than (\d+) times the number that (\w+) {verb}", rest
            ):
                if match[2] in known:
                    change = int(number) if word == "more" else -int(number)
                    known[name] = known[match[2]] * int(match[1]) + change
            elif match := re.fullmatch(r"[\w-]+ than (\w+)", rest):
                if match[1] in known:
                    change = int(number) if word == "more" else -int(number)
                    known[name] = known[match[1]] + change
            elif match := re.fullmatch(r"as many [\w-]+ as (\w+)", rest):
                if match[1] in known:
                    known[name] = known[match[1]] * int(number)
            elif not rest and f"many {word} " in text:
                known[name] = int(number)
    if "together" in text:
        return Fraction(sum(known.values()))
    return Fraction(known[_one(r"is that for (\w+)\?", text)])


def mean(text: str) -> Fraction:
    values = [int(n) for n in re.findall(r"\d+", _one(r"say: ([^.]*)\.", text))]
    number = int(_one(r"for (\d+) \w+s, and", text))
    target = int(_one(r"is (\d+) ", text.partition("The mean")[2]))
    assert len(values) == number - 1
    return Fraction(sum(target - value for value in values) + target)


def mixture(text: str) -> Fraction:
    kinds, rows, totals = _mixture(text)
    (a, b), (c, d) = rows
    # the first kind alone would give this many of the second; every exchange changes it by a step
    solutions = []
    scale = a * d - b * c
    guess = (totals[0] * d - totals[1] * b) // scale
    for first in range(max(0, guess - 50), guess + 51):
        rest = totals[0] - a * first
        if rest >= 0 and rest % b == 0 and c * first + d * (rest // b) == totals[1]:
            solutions.append((first, rest // b))
    assert len(solutions) == 1
    held = dict(zip(kinds, solutions[0], strict=True))
    if more := re.search(r"How many more ([\w ]+) than ([\w ]+) are", text):
        return Fraction(held[more[1]] - held[more[2]])
    return Fraction(held[_one(r"How many ([\w ]+) are", text)])


def _mixture(text: str) -> tuple[list[str], list[list[int]], list[int]]:
    if "ticket" in text:
        prices = _all(r"costs \$(\d+) and an adult ticket costs \$(\d+)", text)[0]
        totals = _all(r"sells (\d+) tickets and takes \$(\d+)", text)[0]
        return ["child tickets", "adult tickets"], [[1, 1], prices], totals
    if "robot" in text:
        each = _all(r"has (\d+) wheels and (\d+) sensors", text)
        totals = _all(r"counts (\d+) wheels and (\d+) sensors", text)[0]
        (a, c), (b, d) = each
        return ["walkers", "rollers"], [[a, b], [c, d]], totals
    legs = _all(r"Every \w+ has (\d+) \w+, and every \w+ has (\d+)", text)[0]
    totals = _all(r"counts (\d+) \w+ and (\d+) \w+\.", text)[0]
    kinds = re.findall(r"(?:keeps|full of|holds|builds) (\w+) and (\w+), and nothing", text)[0]
    return list(kinds), [[1, 1], legs], totals


def ages(text: str) -> Fraction:
    known: dict[str, int] = {}
    text = re.sub(r"\b[Rr]ock (\w+)", r"\1", text)
    for name, age in re.findall(r"(\w+) is (\d+) years old\b", text):
        known[name] = int(age)
    puzzle = re.search(
        r"(\w+) is (\d+) times as old as (\w+), and in (\d+) years \w+ will be (\d+) times", text
    )
    if puzzle:
        now, years, then = int(puzzle[2]), int(puzzle[4]), int(puzzle[5])
        young = years * (then - 1) // (now - then)
        assert now * young + years == then * (young + years)
        assert all(
            now * other + years != then * (other + years)
            for other in range(max(0, young - 40), young + 41)
            if other != young
        )
        known[puzzle[3]], known[puzzle[1]] = young, now * young
    for _ in range(60):
        for name, number, how, other in re.findall(
            r"(\w+) is (\d+) (times as old as|years older than|years younger than) (\w+)", text
        ):
            if other in known and name not in known:
                change = {"times as old as": known[other] * (int(number) - 1)}
                change |= {"years older than": int(number), "years younger than": -int(number)}
                known[name] = known[other] + change[how]
    if later := re.search(r"How old will (\w+) be (\d+) years from now", text):
        return Fraction(known[later[1]] + int(later[2]))
    return Fraction(known[_one(r"How old is (\w+) now", text)])


READERS: dict[str, Callable[[str], Fraction]] = {
    "stock-ledger": stock,
    "shopping": shopping,
    "production": production,
    "measures": measures,
    "working-time": work,
    "packing": packing,
    "journey": journey,
    "growth": growth,
    "tank": tank,
    "shares": shares,
    "comparisons": comparisons,
    "mean": mean,
    "mixture": mixture,
    "ages": ages,
}
