"""Limits on what a run takes: tokens, seconds and money are counted, so nothing is tested."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

from codesteer.models.chat import Usage
from codesteer.models.prices import price
from pytest_symbench.gate.policy import Rule
from pytest_symbench.gate.recording import Answer, Recording
from pytest_symbench.gate.verdict import Finding


class Measure(NamedTuple):
    """Something that is counted; ``total`` is None where it is not known."""

    unit: str
    total: Callable[[Sequence[Answer], str], float | None]


def _tokens(answers: Sequence[Answer], model: str) -> float:
    return sum(answer.input_tokens + answer.output_tokens for answer in answers)


def _seconds(answers: Sequence[Answer], model: str) -> float:
    return sum(answer.seconds for answer in answers)


def _cost(answers: Sequence[Answer], model: str) -> float | None:
    usage = Usage(
        input=round(sum(answer.input_tokens for answer in answers)),
        output=round(sum(answer.output_tokens for answer in answers)),
    )
    return price(model, usage)


MEASURES: Mapping[str, Measure] = {
    "tokens": Measure("tokens", _tokens),
    "seconds": Measure("s", _seconds),
    "cost": Measure("USD", _cost),
}


def limits(rule: Rule, part: Recording) -> Iterator[Finding]:
    """The findings on all limits of a rule."""
    answers = [answer for key, answer in part.answers.items() if key.task in rule.tasks]
    for name, allowed in rule.values.items():
        _, _, rest = name.partition("max_")
        how, _, what = rest.partition("_")
        if what not in MEASURES:
            continue
        measure = MEASURES[what]
        total = measure.total(answers, str(part.configuration.get("model", "")))
        if total is None or not answers:
            model = part.configuration.get("model")
            why = "no episode" if not answers else f"the price of {model} is not known"
            yield Finding(scope=rule.scope, rule=name, state="undecided", text=f"{name}: {why}")
            continue
        value = total / len(answers) if how == "mean" else total
        each = " an episode" if how == "mean" else " in all"
        yield Finding(
            scope=rule.scope,
            rule=name,
            state="pass" if value <= allowed else "fail",
            text=f"{value:,.6g} {measure.unit}{each}; at most {allowed:,.6g} allowed",
            numbers={"value": value, "limit": allowed},
        )
