from __future__ import annotations

import re
from collections.abc import Iterator

from pytest_symbench.tasks.task import Data

Day = tuple[int, int, int]


def _small(links: int, tier: int, options: int) -> dict[str, object]:
    return {
        "links": links,
        "tier": tier,
        "years": [1996, 2004],
        "days": 90,
        "options": options,
        "near": True,
        "shuffled": links > 1,
    }


SMALL = [_small(1, 1, 4), _small(1, 2, 6), _small(2, 3, 6), _small(3, 3, 6), _small(3, 3, 0)]


def _unpadded(text: str) -> str:
    return re.sub(r"(?<![0-9])0(?=[0-9]+(?:/|$))", "", text)


def ACCEPTED(data: Data, gold: str) -> list[str]:
    if not data["options"]:
        return [gold, f" {gold} ", _unpadded(gold), f"`{gold}`", f'"{gold}"']
    name = gold.strip("()")
    text = data["options"][ord(name) - ord("A")]
    return [
        gold,
        name,
        name.lower(),
        f"{name}.",
        f"{name.lower()})",
        f"({name.lower()})",
        f"{gold} {text}",
        f"{gold}  {_unpadded(text)}",
        f"{name}. {text}",
        f"{name}: {_unpadded(text)}",
        text,
        _unpadded(text),
        f" {text}. ",
        f"`{gold}`",
        f'"{text}"',
    ]


def REJECTED(data: Data, gold: str) -> list[str]:
    if not data["options"]:
        month, day, year = gold.split("/")
        return [
            "",
            "(A)",
            f"{month}/{day}/{int(year) + 1}",
            f"{month}/{int(day) % 28 + 1:02d}/{year}",
            f"{int(month) % 12 + 1:02d}/{day}/{year}",
            f"{day}/{month}/{year}" if day != month else "",
            f"{year}/{month}/{day}",
            f"{month}/{day}/{year[2:]}",
            f"{month}/{day}",
            f"{gold} or {month}/{day}/{int(year) + 1}",
            f"0{gold}",
            f"{gold}0",
            f"{gold}, {gold}",
            "MM/DD/YYYY",
        ]
    options = data["options"]
    name = gold.strip("()")
    right = options[ord(name) - ord("A")]
    others = [(chr(ord("A") + i), text) for i, text in enumerate(options) if text != right]
    beyond = chr(ord("A") + len(options))
    forms = [
        *(f"({other})" for other, _ in others),
        *(text for _, text in others),
        *(_unpadded(text) for _, text in others),
        *(f"{gold} {text}" for _, text in others),
        *(f"({other}) {right}" for other, _ in others),
        f"{gold} or ({others[0][0]})",
        f"{name}{others[0][0]}",
        f"{gold}, ({others[0][0]})",
        f"({beyond})",
        "01/01/0001",
        f"0{right}",
        f"{right}1",
        f"incorrect {gold}",  # the published judge looks for the word correct
        "correct",
        "(LETTER)",
        "",
    ]
    month, day, year = right.split("/")
    if f"{day}/{month}/{year}" not in options:
        forms.append(f"{day}/{month}/{year}")
    return forms


def _days_of_month(year: int, month: int) -> int:
    if month == 2:
        return 29 if year % 400 == 0 or (year % 4 == 0 and year % 100 != 0) else 28
    return 30 if month in (4, 6, 9, 11) else 31


def _next(day: Day) -> Day:
    year, month, number = day
    if number < _days_of_month(year, month):
        return year, month, number + 1
    return (year, month + 1, 1) if month < 12 else (year + 1, 1, 1)


def _calendar() -> tuple[list[Day], dict[Day, int]]:
    """Every day from 1 January 1900, which was a Monday, counted one by one."""
    days: list[Day] = [(1900, 1, 1)]
    while days[-1] < (2101, 1, 1):
        days.append(_next(days[-1]))
    return days, {day: index for index, day in enumerate(days)}


DAYS, INDEX = _calendar()


def _anchor(day: list[int | str]) -> Day:
    kind, *values = day
    numbers = [int(value) for value in values]
    if kind == "date":
        return numbers[0], numbers[1], numbers[2]
    year = numbers[-1]
    within = [d for d in DAYS if d[0] == year]
    if kind == "day_of_year":
        return within[numbers[0] - 1]
    if kind == "quarter_end":
        return [d for d in within if (d[1] + 2) // 3 == numbers[0]][-1]
    if kind == "month_end":
        return [d for d in within if d[1] == numbers[0]][-1]
    which, weekday, month, _ = numbers
    fitting = [d for d in within if INDEX[d] % 7 == weekday and month in (0, d[1])]
    return fitting[which - 1 if which > 0 else which]


def _walk(day: Day, step: list[int | str]) -> Day:
    kind, *values = step
    numbers = [int(value) for value in values]
    index = INDEX[day]
    if kind == "days":
        return DAYS[index + numbers[0]]
    if kind == "weeks":
        return DAYS[index + 7 * numbers[0]]
    if kind == "last_of_month":
        while DAYS[index + 1][1] == day[1]:
            index += 1
        return DAYS[index]
    if kind == "weekday":
        direction = 1 if numbers[1] > 0 else -1
        index += direction
        while index % 7 != numbers[0]:
            index += direction
        return DAYS[index]
    count = numbers[0] * (12 if kind == "years" else 1)
    year, month, number = day
    for _ in range(abs(count)):
        month += 1 if count > 0 else -1
        if month in (0, 13):
            year, month = (year - 1, 12) if month == 0 else (year + 1, 1)
    if kind == "monthly":
        return year, month, numbers[1]
    return year, month, min(number, _days_of_month(year, month))


def ORACLE(data: Data) -> Iterator[tuple[str, bool]]:
    (reading,) = data["readings"]
    day = _anchor(reading["day"])
    for step in [*reading["steps"], data["query"]]:
        day = _walk(day, step)
    truth = f"{day[1]:02d}/{day[2]:02d}/{day[0]}"
    for index, text in enumerate(data["options"]):
        yield f"({chr(ord('A') + index)})", text == truth
    assert not data["options"] or truth in data["options"]
    options = data["options"] or [truth]
    for year, month, number in DAYS[INDEX[day] - 500 : INDEX[day] + 500]:
        text = f"{month:02d}/{number:02d}/{year}"
        yield text, text == truth
        yield f"{month}/{number}/{year}", text == truth
    assert len(set(options)) == len(options)
