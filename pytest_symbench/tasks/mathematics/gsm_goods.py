"""Stories of GSM-Hard about goods: stock, shopping, production, measures and packing."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from math import gcd, prod
from typing import Any

from pytest_symbench.tasks.mathematics.gsm_story import (
    GOODS,
    NAMES,
    PLACES,
    Facts,
    Redraw,
    Slots,
    Story,
    Template,
    dollars,
    listing,
    one,
    voice,
)

# Stock ledger


def draw_stock(slots: Slots, steps: int) -> Facts:
    rng = slots.rng
    start = stock = slots.big()
    sold, events = 0, []
    splits_left = 1 + steps // 6
    for number in range(steps):
        kinds = ["deliver", "deliver"]
        if stock > 3:
            kinds += ["sell", "sell"]
        if sold > 3:
            kinds.append("return")
        divisors = [t for t in range(2, 13) if stock % t == 0 and t not in slots.used]
        if divisors and splits_left and number and stock > 20:
            kinds.append("split")
        kind = rng.choice(kinds)
        if kind == "deliver":
            amount = slots.big()
            stock += amount
        elif kind == "sell":
            amount = slots.part(stock)
            stock, sold = stock - amount, sold + amount
        elif kind == "return":
            amount = slots.part(sold)
            stock, sold = stock + amount, sold - amount
        else:
            amount = slots.take(rng.choice(divisors))
            stock, sold, splits_left = stock // amount, 0, splits_left - 1
        events.append([kind, amount])
    place = rng.choice(PLACES)
    item, wording = rng.choice(GOODS), rng.randrange(6)
    return {"place": place, "item": item, "start": start, "events": events, "voice": wording}


STOCK_EVENTS = {
    "deliver": ("A delivery brings {} more {}.", "Then {} new {} arrive from the factory."),
    "sell": ("Customers buy {} of the {} in stock.", "After that, {} of the {} are sold."),
    "return": (
        "Customers bring back {} of the {} they bought earlier, which go into stock again.",
        "Buyers return {} of the sold {}, and these are put back into stock.",
    ),
    "split": (
        "The whole stock is then divided equally among {} branches; from here on the story "
        "follows the {} of a single one of these branches.",
    ),
}


def tell_stock(facts: Facts) -> Story:
    item = facts["item"]
    opening = ("{} has {} {} in stock.", "{} opens with {} {} in stock.")
    sentences = [voice(facts, opening).format(facts["place"], facts["start"], item)]
    for number, (kind, amount) in enumerate(facts["events"]):
        sentences.append(voice(facts, STOCK_EVENTS[kind], number).format(amount, item))
    asked = "How many {} are in stock {}?"
    split = any(kind == "split" for kind, _ in facts["events"])
    return Story(
        sentences, asked.format(item, "in that branch at the end" if split else "at the end"), item
    )


def answer_stock(facts: Facts) -> Fraction:
    stock = facts["start"]
    for kind, amount in facts["events"]:
        if kind == "split":
            stock //= amount
        else:
            stock += -amount if kind == "sell" else amount
    return Fraction(stock)


# Shopping: items, then discount, then tax, then a voucher


def draw_shopping(slots: Slots, steps: int) -> Facts:
    rng = slots.rng
    extra = rng.choice([e for e in range(4) if (steps - e) % 2 and e < steps])
    extras = rng.sample(("discount", "tax", "voucher"), extra)
    discount = slots.choose(range(5, 50, 5)) if "discount" in extras else 0
    tax = slots.small(2, 20) if "tax" in extras else 0
    modulus = 10_000 // gcd(10_000, (100 - discount) * (100 + tax))
    kinds = min((steps - extra + 1) // 2, len(GOODS))
    items = []
    total = 0
    for number, name in enumerate(rng.sample(GOODS, kinds), 1):
        count = slots.big()
        price = 100 * rng.randint(2, 12) if slots.digits < 3 else rng.randint(40, 9900)
        if number == kinds and modulus > 1:  # the last price makes the bill whole cents
            while gcd(count, modulus) > 1 or count in slots.used:
                count += 1
            slots.take(count)
            price = slots.solve_for(price, count, total, modulus)
        slots.take(price // 100 if price % 100 == 0 else 10**30 + price)
        items.append([count, price, name])
        total += count * price
    bill = total * (100 - discount) * (100 + tax) // 10_000
    voucher = slots.between(1, min(99, bill // 100 - 1)) if "voucher" in extras else 0
    return {
        "who": rng.choice(NAMES),
        "items": items,
        "discount": discount,
        "tax": tax,
        "voucher": voucher,
        "voice": rng.randrange(6),
    }


def tell_shopping(facts: Facts) -> Story:
    who = facts["who"]
    line = voice(facts, ("{} {} at {} each", "{} {} for {} apiece"))
    bought = [line.format(n, item, dollars(price)) for n, price, item in facts["items"]]
    sentences = [f"{who} {voice(facts, ('buys', 'orders', 'picks'))} {listing(bought)}."]
    if facts["discount"]:
        sentences.append(f"The shop takes {facts['discount']}% off the whole bill.")
    if facts["tax"]:
        sentences.append(f"Sales tax of {facts['tax']}% is then added to the amount so far.")
    if facts["voucher"]:
        sentences.append(f"A voucher worth ${facts['voucher']} is subtracted last.")
    return Story(sentences, f"How many dollars does {who} pay in the end?", "dollars")


def answer_shopping(facts: Facts) -> Fraction:
    cents = Fraction(sum(count * price for count, price, _ in facts["items"]))
    cents *= Fraction(100 - facts["discount"], 100) * Fraction(100 + facts["tax"], 100)
    return Fraction(cents / 100 - facts["voucher"])


# Production: machines for some hours, rejects, full boxes


def draw_production(slots: Slots, steps: int) -> Facts:
    rng = slots.rng
    packed = steps >= 3 and rng.random() < 0.7
    left = steps - packed
    lines: list[dict[str, int]] = []
    pieces = 0
    while left > 0:
        left -= bool(lines)  # one addition for every further line
        factors = min(3, max(1, left))
        left -= factors
        line = {"rate": slots.big(), "hours": slots.small(2, 9 if slots.digits == 1 else 24)}
        if factors > 1:
            line["machines"] = slots.small(2, 40)
        if factors > 2:
            line["days"] = slots.small(2, 30)
        if left > 0 and rng.random() < 0.8:
            line["rejects"] = slots.small(1, 40)
            made = prod(value for key, value in line.items() if key not in {"rejects", "rate"})
            modulus = 100 // gcd(100, made * line["rejects"])
            if modulus > 1:  # whole pieces are rejected
                line["rate"] = slots.take(line["rate"] + modulus - line["rate"] % modulus)
            left -= 1
        lines.append(line)
        pieces += _good(line)
    box = 0
    ask = "pieces"
    if packed:
        box, ask = slots.small(6, 96), rng.choice(["boxes", "rest"])
        if pieces < 2 * box or pieces % box == 0:
            raise Redraw
    return {
        "who": rng.choice(NAMES),
        "item": rng.choice(GOODS),
        "lines": lines,
        "box": box,
        "ask": ask,
        "voice": rng.randrange(6),
    }


def _good(line: Mapping[str, int]) -> int:
    made = line["rate"] * line["hours"] * line.get("machines", 1) * line.get("days", 1)
    return made * (100 - line.get("rejects", 0)) // 100


def tell_production(facts: Facts) -> Story:
    item, lines = facts["item"], facts["lines"]
    sentences = []
    for number, line in enumerate(lines, 1):
        hall = (
            f"hall {'ABCDEFGHIJKLMNOPQRSTUVWXYZ'[number - 1]}"
            if len(lines) > 1
            else f"the factory of {facts['who']}"
        )
        hours = f"{line['hours']} hours"
        if "days" in line:
            hours = f"{line['hours']} hours a day on {line['days']} days"
        if "machines" in line:
            sentences.append(
                f"In {hall}, {line['machines']} machines each make {line['rate']} {item} per hour "
                f"and run for {hours}."
            )
        else:
            sentences.append(
                f"In {hall}, a machine makes {line['rate']} {item} per hour for {hours}."
            )
        if "rejects" in line:
            sentences.append(
                f"Of the {item} made there, {line['rejects']}% are faulty and thrown away."
            )
    good = f"good {item}" if any("rejects" in line for line in lines) else item
    together = f"All {good} from all halls" if len(lines) > 1 else f"All these {good}"
    if facts["ask"] == "pieces":
        return Story(sentences, f"How many {good} are there in total?", item)
    sentences.append(f"{together} are packed into boxes that hold {facts['box']} {item} each.")
    if facts["ask"] == "boxes":
        return Story(sentences, "How many boxes are completely full?", "boxes")
    return Story(
        sentences, f"How many {item} are left over when no further box can be filled?", item
    )


def answer_production(facts: Facts) -> Fraction:
    pieces = sum(map(_good, facts["lines"]))
    if facts["ask"] == "boxes":
        return Fraction(pieces // facts["box"])
    return Fraction(pieces % facts["box"] if facts["ask"] == "rest" else pieces)


# Measures: containers within containers, then other units

NESTED = ("ships", "containers", "pallets", "crates", "cartons", "trays", "boxes", "bags", "packs")
PIECES = {"pieces": 1, "dozen": 12, "gross": 144}


def draw_measures(slots: Slots, steps: int) -> Facts:
    rng = slots.rng
    item = rng.choice(GOODS)
    weighed = steps >= 3 and rng.random() < 0.5
    counted = "pieces" if steps < 2 else rng.choice(["pieces", "dozen", "gross"])
    depth = min(len(NESTED), max(1, steps - 2 * weighed - (counted != "pieces")))
    start = rng.randint(0, len(NESTED) - depth)
    counts = [slots.big()] + [slots.small(2, 9 if slots.digits == 1 else 48) for _ in range(depth)]
    return {
        "who": rng.choice(NAMES),
        "item": item,
        "nested": list(NESTED[start : start + depth]),
        "counts": counts,
        "counted": counted,
        "grams": slots.small(2, 95) if weighed else 0,
        "voice": rng.randrange(6),
    }


def tell_measures(facts: Facts) -> Story:
    item, nested, counts = facts["item"], facts["nested"], facts["counts"]
    sentences = [f"{facts['who']} receives {counts[0]} {nested[0]} of {item}."]
    for outer, inner, count in zip(nested, nested[1:], counts[1:], strict=False):
        sentences.append(f"Every {one(outer)} contains {count} {inner}.")
    content = {"pieces": item, "dozen": f"dozen {item}", "gross": f"gross of {item}"}
    last = f"Every {one(nested[-1])} contains {counts[-1]} {content[facts['counted']]}"
    explained = {"pieces": "", "dozen": "", "gross": ", a gross being a dozen dozen"}
    sentences.append(f"{last}{explained[facts['counted']]}.")
    if facts["grams"]:
        sentences.append(f"A single one of the {item} weighs {facts['grams']} grams.")
        return Story(
            sentences, f"How many kilograms do all the {item} weigh together?", "kilograms"
        )
    return Story(sentences, f"How many single {item} is that?", item)


def answer_measures(facts: Facts) -> Fraction:
    pieces = prod(facts["counts"]) * PIECES[facts["counted"]]
    return Fraction(pieces * facts["grams"], 1000) if facts["grams"] else Fraction(pieces)


# Working time: rates per second, minute or hour over hours, days and weeks

SECONDS = {"second": 1, "minute": 60, "hour": 3600}


def draw_work(slots: Slots, steps: int) -> Facts:
    rng = slots.rng
    dozen = steps >= 4 and rng.random() < 0.5
    left, made = steps - dozen, 0
    machines: list[list[Any]] = []
    while left > 0:
        per = rng.choice(["second", "minute"] if left > 1 else ["minute"])
        hours = slots.small(2, 9 if slots.digits == 1 else 20)
        left -= 2 + bool(machines)
        span, count = "day", 1
        if left >= 2 and rng.random() < 0.5:
            span, count = "week", slots.small(2, 12)
            left -= 2
        elif left >= 1:
            span, count = "days", slots.small(2, 60)
            left -= 1
        rate = slots.big()
        time = 3600 // SECONDS[per] * hours * count * (7 if span == "week" else 1)
        if dozen and left <= 0 and (made + rate * time) % 12:
            if gcd(time, 12) > 1 and made % gcd(time, 12):
                raise Redraw
            rate = slots.take(slots.solve_for(rate, time, made, 12))
        made += rate * time
        machines.append([rate, per, hours, span, count])
    return {
        "who": rng.choice(NAMES),
        "item": rng.choice(GOODS),
        "machines": machines,
        "dozen": dozen,
        "voice": rng.randrange(6),
    }


def tell_work(facts: Facts) -> Story:
    item, machines = facts["item"], facts["machines"]
    sentences = []
    for number, (rate, per, hours, span, count) in enumerate(machines, 1):
        name = (
            f"Machine {'ABCDEFGHIJKLMNOPQRSTUVWXYZ'[number - 1]}"
            if len(machines) > 1
            else f"The machine of {facts['who']}"
        )
        duration = {
            "day": f"for {hours} hours",
            "days": f"for {hours} hours a day on {count} days",
            "week": f"for {hours} hours every day for {count} full weeks",
        }[span]
        sentences.append(f"{name} makes {rate} {item} per {per} and runs {duration}.")
    asked = f"How many dozen {item}" if facts["dozen"] else f"How many {item}"
    together = "do the machines make together" if len(machines) > 1 else "does it make"
    return Story(sentences, f"{asked} {together}?", "dozen" if facts["dozen"] else item)


def answer_work(facts: Facts) -> Fraction:
    made = 0
    for rate, per, hours, span, count in facts["machines"]:
        days = count * 7 if span == "week" else count
        made += rate * (3600 // SECONDS[per]) * hours * days
    return Fraction(made, 12 if facts["dozen"] else 1)


# Packing with a last container that is not full

CARRIERS = (
    ("eggs", "cartons", "crates", "pallets", "trucks", "ferries"),
    ("letters", "bundles", "mailbags", "carts", "vans", "trains"),
    ("bricks", "stacks", "pallets", "lorries", "barges", "convoys"),
    ("books", "boxes", "shelves", "racks", "rooms", "halls"),
    ("apples", "bags", "baskets", "carts", "trailers", "ships"),
)


def draw_packing(slots: Slots, steps: int) -> Facts:
    rng = slots.rng
    plans = [("needed", steps)] if steps < 6 else []
    if steps >= 3:
        plans.append(("room", steps - 2) if steps < 8 else ("cost", 5))
    if steps >= 2:
        plans.append(("cost", (steps + 1) // 3))
    ask, stages = rng.choice(plans)
    stages = min(stages, len(CARRIERS[0]) - 1)
    amount = count = slots.big() if slots.digits > 1 else slots.between(7, 29)
    sizes = []
    for left in range(stages, 0, -1):
        high = 3
        while high < 60 and (high + 1) ** (left + 1) <= count:
            high += 1
        size = slots.small(2, high)
        if count <= size or count % size == 0:
            raise Redraw
        sizes.append(size)
        count = -(-count // size)
    prices = [slots.small(2, 90) for _ in sizes] if ask == "cost" else []
    return {
        "who": rng.choice(NAMES),
        "carriers": list(rng.choice(CARRIERS)[: stages + 1]),
        "amount": amount,
        "sizes": sizes,
        "prices": prices,
        "ask": ask,
        "voice": rng.randrange(6),
    }


def tell_packing(facts: Facts) -> Story:
    names = facts["carriers"]
    sentences = [f"{facts['who']} has {facts['amount']} {names[0]} to send away."]
    for inner, outer, size in zip(names, names[1:], facts["sizes"], strict=False):
        limit = voice(
            facts, ("There is room for {} {} in one {}.", "At most {} {} fit into one {}.")
        )
        sentences.append(limit.format(size, inner, one(outer)))
    for outer, price in zip(names[1:], facts["prices"], strict=False):
        sentences.append(f"Every {one(outer)} that is used costs ${price}.")
    if facts["ask"] == "cost":
        sentences.append(
            "As few as possible of each are used, and partly filled ones cost the same."
        )
        question = f"How many dollars do the {listing(names[1:])} cost in all?"
        return Story(sentences, question, "dollars")
    if facts["ask"] == "needed":
        return Story(sentences, f"How many {names[-1]} are needed at least?", names[-1])
    sentences.append("As few as possible of each are used, and all but the last of them are full.")
    return Story(
        sentences, f"How many more {names[-2]} would fit into the last {one(names[-1])}?", names[-2]
    )


def answer_packing(facts: Facts) -> Fraction:
    count, cost, room = facts["amount"], 0, 0
    for number, size in enumerate(facts["sizes"]):
        used = -(-count // size)
        room, count = used * size - count, used
        cost += used * facts["prices"][number] if facts["prices"] else 0
    return Fraction({"cost": cost, "room": room, "needed": count}[facts["ask"]])


TEMPLATES = (
    Template(
        name="stock-ledger",
        least_steps=1,
        draw=draw_stock,
        tell=tell_stock,
        answer=answer_stock,
    ),
    Template(
        name="shopping",
        least_steps=1,
        draw=draw_shopping,
        tell=tell_shopping,
        answer=answer_shopping,
    ),
    Template(
        name="production",
        least_steps=1,
        draw=draw_production,
        tell=tell_production,
        answer=answer_production,
    ),
    Template(
        name="measures",
        least_steps=1,
        draw=draw_measures,
        tell=tell_measures,
        answer=answer_measures,
    ),
    Template(
        name="working-time",
        least_steps=2,
        draw=draw_work,
        tell=tell_work,
        answer=answer_work,
    ),
    Template(
        name="packing",
        least_steps=1,
        draw=draw_packing,
        tell=tell_packing,
        answer=answer_packing,
    ),
)
