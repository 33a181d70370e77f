"""Date Understanding: which date it is, some steps away from a day that is described."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

from pytest_symbench.tasks.answers import Unreadable, final_answer
from pytest_symbench.tasks.answers.choices import letter, option
from pytest_symbench.tasks.answers.numbers import shorten
from pytest_symbench.tasks.published import Fault, Record
from pytest_symbench.tasks.task import Data, LevelError, Params, Task, Verdict, right, wrong
from pytest_symbench.tasks.words.date_understanding_calendar import (
    Day,
    OutOfCalendar,
    Step,
    chained,
    named,
    stepped,
)
from pytest_symbench.tasks.words.date_understanding_names import MONTHS, ORDINALS, WEEKDAYS
from pytest_symbench.tasks.words.date_understanding_published import records

NAME = "date_understanding"
LEVELS = {  # links, tier, years, most days of a link, options (0: none), are options near
    1: (0, 1, [1990, 2029], 1, 3, False),
    2: (1, 1, [1990, 2029], 10, 4, False),
    3: (1, 2, [1950, 2049], 60, 6, True),
    4: (2, 2, [1950, 2049], 100, 6, True),
    5: (2, 3, [1900, 2099], 400, 6, True),
    6: (3, 3, [1800, 2199], 400, 6, True),
    7: (4, 3, [1600, 2400], 1000, 0, True),
    8: (5, 3, [1600, 2400], 10_000, 0, True),
    9: (6, 3, [1600, 2400], 100_000, 0, True),
}
DAYS = {
    1: ("date",),
    2: ("date", "month_end"),
    3: ("date", "month_end", "nth_weekday", "quarter_end", "day_of_year"),
}
STEPS = {
    1: ("days",),
    2: ("days", "days", "weeks", "months", "years"),
    3: ("days", "days", "weeks", "months", "years", "weekday", "last_of_month", "monthly"),
}
QUERIES: dict[int, list[tuple[str, int]]] = {
    1: [("days", 1), ("days", -1)],
    2: [
        *(("days", 1), ("days", -1), ("days", -10), ("weeks", 1), ("weeks", -1)),
        *(("months", -1), ("years", -1)),
    ],
}
QUERIES[3] = [*QUERIES[2], ("months", 1), ("months", -3), ("years", 1), ("days", 100), ("weeks", 6)]
EVENTS = (
    *("audit", "ball", "concert", "debate", "election", "fair", "gala", "hearing", "interview"),
    *("jubilee", "keynote", "launch", "merger", "opening", "parade", "race", "survey", "trial"),
    *("wedding", "auction", "banquet", "census", "delivery", "exam", "festival", "game", "harvest"),
    *("inspection", "lecture", "match", "recital", "review", "regatta", "premiere", "picnic"),
    *("reunion", "seminar", "tour", "verdict", "workshop"),
)
ATTEMPTS = 60  # of drawing options
HARDEST = 26  # 40 links, as many as there are names of events


def params(level: int) -> Params:
    if level > HARDEST:
        raise LevelError(f"{NAME} is defined for levels 1 to {HARDEST}, not {level}")
    beyond = (2 * level - 12, 3, [1600, 2400], 100_000, 0, True)
    links, tier, years, days, options, near = LEVELS.get(level, beyond)
    return {
        "links": links,
        "tier": tier,
        "years": years,
        "days": days,
        "options": options,
        "near": near,
        "shuffled": level > 5,
    }


def size(params: Params) -> float:
    return int(3 * params["links"] + params["tier"])


def generate(params: Params, rng: Random) -> Data:
    while True:
        day = _drawn_day(params, rng)
        query = list(rng.choice(QUERIES[params["tier"]]))
        steps: list[Step] = []
        for _ in range(params["links"]):
            steps.append(_drawn_step(params, rng, chained(day, steps)[-1]))
        *_, today, answer = chained(day, [*steps, query])
        if answer in (today, named(day)):
            continue  # the question would print its answer
        order = list(range(len(steps) + 1))
        if params["shuffled"]:
            rng.shuffle(order)
        return {
            "readings": [{"day": day, "steps": steps}],
            "style": rng.choice(("long", "month first", "day first")),
            "events": rng.sample(EVENTS, len(steps)),
            "order": order,
            "query": query,
            "options": _drawn_options(params, rng, [*steps, query], day, answer),
        }


def _drawn_day(params: Params, rng: Random) -> list[Any]:
    year, month = rng.randint(*params["years"]), rng.randint(1, 12)
    kind = rng.choice(DAYS[params["tier"]])
    if kind == "nth_weekday":
        return [kind, rng.choice((1, 2, 3, 4, -1)), rng.randrange(7), month, year]
    if kind == "month_end":
        return [kind, month, year]
    if kind == "quarter_end":
        return [kind, rng.randint(1, 4), year]
    if kind == "day_of_year":
        return [kind, rng.randint(32, 365), year]
    found = stepped(date(year, 1, 1), ["days", rng.randint(0, 364)])
    return [kind, found.year, found.month, found.day]


def _drawn_step(params: Params, rng: Random, day: date) -> list[Any]:
    """A step that leads to another day and stays within the years."""
    while True:
        kind = rng.choice(STEPS[params["tier"]])
        sign = rng.choice((1, -1))
        if kind == "weekday":
            step = [kind, rng.randrange(7), sign]
        elif kind == "last_of_month":
            step = [kind]
        elif kind == "monthly":
            step = [kind, rng.randint(2, 30), rng.randint(1, 28)]
        else:
            most = {"days": params["days"], "weeks": 12, "months": 20, "years": 12}[kind]
            step = [kind, sign * rng.randint(min(2, most), most)]
        following = stepped(day, step)
        if following != day and params["years"][0] <= following.year <= params["years"][1]:
            return step


def _drawn_options(
    params: Params, rng: Random, steps: list[Step], day: Day, answer: date
) -> list[str]:
    if not params["options"]:
        return []
    if params["near"]:
        chosen = _near(params["options"], rng, _slips(steps, day), answer)
    else:
        chosen, start = [answer], date(params["years"][0], 1, 1)
        span = 365 * (params["years"][1] - params["years"][0])
        while len(chosen) < params["options"]:
            other = stepped(start, ["days", rng.randrange(span)])
            chosen += [] if other in chosen else [other]
    rng.shuffle(chosen)
    return [_shown(other) for other in chosen]


def _near(count: int, rng: Random, slips: list[date], answer: date) -> list[date]:
    """The answer, and what slips in the calculation or in its last part lead to.

    Drawn until the answer has a rank among them that was drawn before: by how much an option has
    in common with the others it must not be found.
    """
    wanted, chosen = rng.randrange(count), [answer]
    for _ in range(ATTEMPTS):
        chosen, centre, left = [answer], _drifted(answer, rng), rng.sample(slips, len(slips))
        while len(chosen) < count:
            if left and rng.random() < 0.3:
                other = left.pop()
            else:
                other = _drifted(rng.choice((centre, centre, *chosen)), rng)
            if other not in chosen and other.year >= 1000:
                chosen.append(other)
        rng.shuffle(chosen)
        if _rank(chosen, answer) == wanted:
            break
    return chosen


def _rank(options: list[date], answer: date) -> int:
    """The answer's place by the days, months and years that an option shares with others."""
    parts = [(other.year, other.month, other.day) for other in options]
    shared = [
        sum(own == its for it in parts for own, its in zip(part, it, strict=True)) for part in parts
    ]
    order = sorted(range(len(options)), key=shared.__getitem__)
    return order.index(options.index(answer))


def _slips(steps: list[Step], day: Day) -> list[date]:
    """What comes out if a step is left out, turned round, counted with its first day, ..."""
    wrongs: list[list[Step]] = []
    for index, (kind, *values) in enumerate(steps):
        before, after = steps[:index], steps[index + 1 :]
        wrongs.append([*before, *after])
        if kind in ("days", "weeks", "months", "years"):
            wrongs.append([*before, [kind, -values[0]], *after])
        if kind in ("days", "weekday"):
            wrongs += [[*before, [kind, *values], ["days", off], *after] for off in (1, -1)]
        if kind == "monthly":
            wrongs.append([*before, [kind, values[0] - 1, values[1]], *after])
    found = []
    for chain in wrongs:
        try:
            found.append(chained(day, chain)[-1])
        except OutOfCalendar:
            continue
    unclamped = named(day)
    for step in steps:
        unclamped = stepped(unclamped, step, clamped=False)
    return [*found, unclamped]


def _drifted(day: date, rng: Random) -> date:
    """A day that is taken for another one: a day, week, month or year off, or parts swapped."""
    kind, sign = (
        rng.choice(("days", "days", "weeks", "months", "years", "swap")),
        rng.choice((1, -1)),
    )
    if kind != "swap":
        return stepped(day, [kind, sign])
    return day.replace(day=day.month, month=day.day) if day.day <= 12 else day


def render(data: Data) -> str:
    if "text" in data:
        body = str(data["text"])
    else:
        body = _story(data)
    if not data["options"]:
        return f"{body}\n" + final_answer("the date, as month, day and year,", "MM/DD/YYYY")
    listing = "\n".join(f"{letter(i)} {text}" for i, text in enumerate(data["options"]))
    return (
        f"{body} One of these dates, written as month/day/year, is right:\n{listing}\n"
        + final_answer("the letter of the right date", "(LETTER)")
    )


def _story(data: Data) -> str:
    (reading,) = data["readings"]
    names = [f"the {event}" for event in data["events"]]
    subjects = [*names, "today"]
    described = [_described(reading["day"], data["style"])]
    described += [_way(step, name) for step, name in zip(reading["steps"], names, strict=True)]
    sentences = []
    for subject, text in zip(subjects, described, strict=True):
        dated = subject != "today" and not re.match(r"[0-9]+ [a-z]+ (?:after|before)", text)
        sentences.append(f"{subject[0].upper()}{subject[1:]} is {'on ' if dated else ''}{text}.")
    kinds = {step[0] for step in [*reading["steps"], data["query"]]}
    rules = []
    if kinds & {"days", "weeks"}:
        rules.append(
            "Days and weeks are counted without the day at which they begin: 2 days after a "
            "Monday is a Wednesday."
        )
    if kinds & {"months", "years"}:
        rules.append(
            "Months and years before or after keep the number of the day; where the month is "
            "too short, its last day is taken."
        )
    if "weekday" in kinds:
        rules.append("The first Monday (or other weekday) after or before a day is never that day.")
    told = " ".join(sentences[index] for index in data["order"])
    return (
        f"All dates are of the Gregorian calendar, whatever the year. {' '.join(rules)}\n\n"
        f"{told}\nWhat is the date {_asked(data['query'])}?"
    )


def _described(day: Day, style: str) -> str:
    kind, *values = day
    if kind == "date":
        year, month, number = values
        if style == "long":
            return f"{number} {MONTHS[month]} {year}"
        if style == "month first":
            return f"{month}/{number}/{year} (month/day/year)"
        return f"{number}/{month}/{year} (day/month/year)"
    if kind == "nth_weekday":
        number, weekday, month, year = values
        which = "last" if number < 0 else ORDINALS[number - 1]
        return f"the {which} {WEEKDAYS[weekday]} of {MONTHS[month]} {year}"
    if kind == "month_end":
        return f"the last day of {MONTHS[values[0]]} {values[1]}"
    if kind == "quarter_end":
        return f"the last day of the {ORDINALS[values[0] - 1]} quarter of {values[1]}"
    return f"day number {values[0]} of the year {values[1]} (1 January is day number 1)"


def _way(step: Step, origin: str) -> str:
    kind, *values = step
    if kind == "last_of_month":
        return f"the last day of the month of {origin}"
    if kind == "monthly":
        return (
            f"the day of the {_ordinal(values[0])} of the club's meetings, which are held on day "
            f"{values[1]} of every month, first in the month after {origin}"
        )
    if kind == "weekday":
        where = "after" if values[1] > 0 else "before"
        return f"the first {WEEKDAYS[values[0]]} {where} {origin}"
    return f"{_amount(kind, values[0])} {'after' if values[0] > 0 else 'before'} {origin}"


def _asked(query: Step) -> str:
    kind, number = query
    if kind == "days" and abs(number) == 1:
        return "tomorrow" if number > 0 else "yesterday"
    return f"{_amount(kind, number)} {'from today' if number > 0 else 'ago'}"


def _amount(unit: str, number: int) -> str:
    return f"{abs(number)} {unit if abs(number) > 1 else unit.removesuffix('s')}"


def _ordinal(number: int) -> str:
    ending = {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{'th' if number % 100 in (11, 12, 13) else ending}"


def verify(data: Data, text: str) -> Verdict:
    truths, options = _truths(data), data["options"]
    if not options:
        if _padded(text.strip()) in truths:
            return right("the date that is asked for")
        found = re.fullmatch(r"[0-9]{1,2}/[0-9]{1,2}/[0-9]{4}", text.strip(), re.ASCII)
        if not found:
            raise Unreadable(f"expected a date as MM/DD/YYYY, got {shorten(text)}")
        return wrong(f"{found[0]} is not the date that is asked for")
    chosen = options[option(_padded(text[:3000]), [_padded(choice) for choice in options])]
    if _padded(chosen) in truths:
        return right(f"{chosen} is the date that is asked for")
    return wrong(f"{chosen} is not the date that is asked for")


def _truths(data: Data) -> list[str]:
    query = data["query"]
    readings = data["readings"]
    return [_shown(chained(way["day"], [*way["steps"], query])[-1]) for way in readings]


def _padded(text: str) -> str:
    """Dates in a text with leading zeros: 3/5/2024 -> 03/05/2024."""
    return re.sub(
        r"(?<![0-9/])([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})(?![0-9/])",
        lambda match: f"{match[1]:0>2}/{match[2]:0>2}/{match[3]}",
        text,
    )


def _shown(day: date) -> str:
    return f"{day.month:02d}/{day.day:02d}/{day.year:04d}"


def solve(data: Data) -> str:
    """The letter of the date, or the date itself where no option shows it."""
    truths = _truths(data)
    options: Sequence[str] = [_padded(choice) for choice in data["options"]]
    for truth in truths:
        if truth in options:
            return letter(options.index(truth))
    return truths[0]


def published(root: Path) -> Iterator[Record | Fault]:
    return records(root, NAME, _truths, _padded)


TASK = Task(
    name=NAME,
    title="Date Understanding",
    version=1,
    split="seen",
    family="words",
    idea=(
        "Follow a short text from a day that it describes to today and on to another day, and "
        "say which date that is."
    ),
    knobs=(
        "The number of links between the described day and today, the kinds of days and of links "
        "(weekdays, ends of months, monthly meetings), the years and the lengths of the links; "
        "options close to the right one, from level 6 on shuffled sentences, from level 7 on no "
        "options at all."
    ),
    acceptance=(
        "The right option by its letter, its date or both, which must then agree; without options "
        "the date as MM/DD/YYYY. Leading zeros may be missing."
    ),
    published_defects=(
        "20 of 250 keys are wrong (36 hours before a year, a fifth anniversary three years after "
        "the wedding, Thanksgiving of another year, a week after the end of January), and 13 of "
        "these questions have no right option; 14 questions are ambiguous or give a date together "
        "with a weekday that it did not have. The judge asks a model and looks for the word "
        "correct in its reply, which is found in incorrect too."
    ),
    size_name="three times the links plus the tier of days and links",
    size=size,
    params=params,
    generate=generate,
    render=render,
    verify=verify,
    solve=solve,
    paper_settings={
        "big-bench-hard": {
            "links": 1,
            "tier": 3,
            "years": [1890, 2030],
            "days": 180,
            "options": 6,
            "near": True,
            "shuffled": False,
        }
    },
    published=published,
)
