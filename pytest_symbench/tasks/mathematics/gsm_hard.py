"""GSM-Hard: word problems of a few steps with large numbers."""

from __future__ import annotations

from fractions import Fraction
from random import Random
from typing import Any

from pytest_symbench.tasks.answers import final_answer
from pytest_symbench.tasks.answers.numbers import quantity, shorten, written
from pytest_symbench.tasks.mathematics import gsm_goods, gsm_people, gsm_rates
from pytest_symbench.tasks.mathematics.gsm_hard_published import (
    matches_key,
    published,
    same_unit,
    verify_published,
)
from pytest_symbench.tasks.mathematics.gsm_story import ASIDES, Redraw, Slots, Story
from pytest_symbench.tasks.task import Data, LevelError, Params, Task, Verdict, right, wrong

NAME = "gsm_hard"
TEMPLATES = {
    template.name: template
    for template in (*gsm_goods.TEMPLATES, *gsm_rates.TEMPLATES, *gsm_people.TEMPLATES)
}
LEVELS = {1: (1, 1, 0), 2: (2, 2, 0), 3: (3, 4, 0), 4: (4, 6, 1), 5: (6, 7, 1)}
HARDEST = 25  # the longest chain of comparisons that the list of names can tell
DRAWS = 2000


def params(level: int) -> Params:
    if level > HARDEST:
        raise LevelError(f"{NAME} is defined for levels 1 to {HARDEST}, not {level}")
    steps, digits, asides = LEVELS.get(level) or (2 * level - 4, level + 2, level - 4)
    return _params(steps, digits, min(asides, 10), scrambled=level > 3)


def _params(steps: int, digits: int, asides: int, *, scrambled: bool) -> Params:
    tellable = [name for name, kind in TEMPLATES.items() if kind.least_steps <= steps]
    return {
        "steps": steps,
        "digits": digits,
        "asides": asides,
        "scrambled": scrambled,
        "templates": tellable,
    }


def size(params: Params) -> float:
    return int(params["steps"] * params["digits"] + params["asides"])


def generate(params: Params, rng: Random) -> Data:
    name = rng.choice(params["templates"])
    template = TEMPLATES[name]
    for _ in range(DRAWS):
        slots = Slots(rng, params["digits"])
        try:
            facts = template.draw(slots, params["steps"])
            order: list[Any] = list(range(len(template.tell(facts).sentences)))
            if params["scrambled"] and template.loose:
                rng.shuffle(order)
            for number in rng.sample(range(len(ASIDES)), params["asides"]):
                order.insert(rng.randint(1, len(order)), [number, slots.between(11, 9999)])
        except Redraw:
            continue
        if template.answer(facts) >= 0:
            return {"template": name, "facts": facts, "order": order}
    raise LevelError(f"{NAME} has no {name} story of {params['steps']} steps with such numbers")


def story(data: Data) -> Story:
    return TEMPLATES[data["template"]].tell(data["facts"])


def key(data: Data) -> Fraction:
    """The answer, computed from the facts; of a published record, its key."""
    if "key" in data:
        return Fraction(data["key"])
    return TEMPLATES[data["template"]].answer(data["facts"])


def render(data: Data) -> str:
    if "key" in data:
        text, asked = data["text"], "Write the number alone, without a unit."
    else:
        sentences, question, name = story(data)
        told = [
            sentences[part] if isinstance(part, int) else ASIDES[part[0]].format(part[1])
            for part in data["order"]
        ]
        text = " ".join([*told, question])
        asked = f"Write the number of {name} alone, without a unit."
    return (
        f"{text}\n"
        f"Calculate exactly; where the result is not whole, write its decimals. {asked}\n"
        + final_answer("the number", "number")
    )


def verify(data: Data, text: str) -> Verdict:
    answer = quantity(text)
    if "key" in data:
        return verify_published(data, answer)
    asked, exact = story(data).unit, key(data)
    if answer.unit and not same_unit(answer.unit, [asked]):
        return wrong(f"the answer is given in {shorten(answer.unit)}, asked are {asked}")
    value = answer.value / 100 if answer.percent else answer.value
    noise = min(max(Fraction(1), abs(exact)) / 10**9, Fraction(1, 10**6))
    if abs(value - exact) <= noise:
        return right(f"the exact number of {asked}")
    return wrong(_difference(text, value, exact))


def _difference(text: str, value: Fraction, exact: Fraction) -> str:
    shown = shorten(text)
    if value == -exact:
        return f"{shown} has the wrong sign"
    if value and exact / value in {Fraction(10) ** power for power in range(-6, 7)}:
        return f"{shown} is wrong by a power of ten"
    if value.denominator != 1 and abs(value - exact) < 1:
        return f"{shown} is close, but not the exact value"
    return f"{shown} is too {'large' if value > exact else 'small'}"


def solve(data: Data) -> str:
    if data.get("key", "") is None:
        return "none"  # a published problem that contradicts itself
    return written(key(data))


TASK = Task(
    name=NAME,
    title="GSM-Hard",
    version=1,
    split="seen",
    family="mathematics",
    idea="Solve a word problem of a few steps of arithmetic in which the numbers are large.",
    knobs="The number of operations, the digits of the numbers, sentences that do not matter.",
    acceptance=(
        "The exact number: an integer, a decimal, a fraction or a power of ten, with separators "
        "of thousands, a currency sign or the asked unit. Only the noise of floating-point "
        "arithmetic is forgiven. For a published problem whose key is not whole, a correct "
        "rounding with enough digits is right as well."
    ),
    published_defects=(
        "In one of seven problems the text and the program behind the key disagree, because a "
        "number was exchanged by replacing text: in several places of the question, within other "
        "numbers, or at another place than in the program. These are flagged and have no right "
        "answer. The judge takes every number within one part in a thousand."
    ),
    size_name="digits of the numbers times operations, plus needless sentences",
    size=size,
    params=params,
    generate=generate,
    render=render,
    verify=verify,
    solve=solve,
    paper_settings={"gsm-hard": _params(4, 7, 0, scrambled=False)},
    published=published,
    matches_key=matches_key,
)
