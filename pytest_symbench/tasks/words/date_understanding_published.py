"""Reads the published date questions: what the text says of today, and what it asks for."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

from pytest_symbench.tasks.published import Damaged, Fault, Flag, Record, read_json
from pytest_symbench.tasks.words.date_understanding_calendar import (
    Day,
    OutOfCalendar,
    Step,
    named,
)
from pytest_symbench.tasks.words.date_understanding_names import MONTHS, ORDINALS, WEEKDAYS

WORDS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
ANNIVERSARIES = {"silver": 25, "ruby": 40, "golden": 50, "diamond": 60}
SHORT_MONTHS = tuple(name[:3].lower() for name in MONTHS)
SHORT_WEEKDAYS = tuple(name[:3].lower() for name in WEEKDAYS)

_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
_DATE = re.compile(
    rf"(?<![\d/])(?P<m>\d{{1,2}})/(?P<d>\d{{1,2}})/(?P<y>\d{{4}})(?![\d/])"
    rf"|\b(?P<name>{_MONTH})\.? (?P<day>\d{{1,2}})(?:st|nd|rd|th)?,? (?P<year>\d{{4}})\b",
    re.ASCII,
)


class Reading(NamedTuple):
    """Today: a named day, and the steps from it."""

    day: Day
    steps: list[Step]


Rule: TypeAlias = "tuple[str, Callable[[re.Match[str], list[Day]], Reading | list[Reading]]]"
"""A pattern, in which ``@`` is a whole date, and what it says with the dates that stand for it."""


def _count(word: str) -> int:
    """A number in digits, as a word, or "a"."""
    word = re.sub(r"(?<=\d)(?:st|nd|rd|th)$", "", word)
    if word.isdigit():
        return int(word)
    if word in ("a", "an"):
        return 1
    for names, first in ((WORDS, 0), (ORDINALS, 1)):
        if word in names:
            return names.index(word) + first
    raise Damaged(f"no number: {word!r}")


def _month(word: str) -> int:
    return SHORT_MONTHS.index(word[:3])


def _weekday(word: str) -> int:
    if word[:3] not in SHORT_WEEKDAYS:
        raise Damaged(f"no weekday: {word!r}")
    return SHORT_WEEKDAYS.index(word[:3])


def _palindrome(year: int) -> Day:
    """The day whose MMDDYYYY reads the same from behind."""
    digits = f"{year:04d}"[::-1]
    return ["date", year, int(digits[:2]), int(digits[2:])]


def _hours_before(year: int, hours: int) -> Reading:
    # rounded down: 36 hours before midnight it is noon of the day before the day before
    return Reading(["date", year, 1, 1], [["days", -hours // 24]])


NUMBER = r"(\d+(?:st|nd|rd|th)?|[a-z]+)"
RULES: list[Rule] = [
    (
        r"day before the month\b.*today is @",
        lambda _, days: Reading(["date", days[0][1], days[0][3], days[0][2]], []),
    ),
    (
        r"(\w+) thinks today is @, but (\w+) thinks today is @\. (\1|\2) is correct",
        lambda m, days: Reading(days[0 if m[3] == m[1] else 1], []),
    ),
    (
        rf"thought today is @, but today is in fact .*which is {NUMBER} days? (later|earlier)",
        lambda m, days: Reading(days[0], [["days", _count(m[1]) * (1 if m[2] == "later" else -1)]]),
    ),
    (r"the day before yesterday was @", lambda _, days: Reading(days[0], [["days", 2]])),
    (r"\byesterday(?: was|,) @", lambda _, days: Reading(days[0], [["days", 1]])),
    (
        r"\btomorrow(?: is|,)? \(?(?:[a-z]{3}, )?@",
        lambda _, days: Reading(days[0], [["days", -1]]),
    ),
    (
        rf"it was @ {NUMBER} (day|week|month|year)s? ago",
        lambda m, days: Reading(days[0], [[f"{m[2]}s", _count(m[1])]]),
    ),
    (
        rf"@ is like yesterday .*that is actually {NUMBER} years ago",
        lambda m, days: Reading(days[0], [["years", _count(m[1])]]),
    ),
    (
        rf"@, which is {NUMBER} (day|week)s? away from now",
        lambda m, days: Reading(days[0], [[f"{m[2]}s", -_count(m[1])]]),
    ),
    (
        rf"on @, but was delayed by {NUMBER} (day|week)s? to today",
        lambda m, days: Reading(days[0], [[f"{m[2]}s", _count(m[1])]]),
    ),
    (
        rf"on @\. {NUMBER} (day|week)s? have passed since then",
        lambda m, days: Reading(days[0], [[f"{m[2]}s", _count(m[1])]]),
    ),
    (
        r"married on @\. it is their (\d+)-year anniversary today",
        lambda m, days: Reading(days[0], [["years", int(m[1])]]),
    ),
    (
        rf"married on @\. today is their ({'|'.join(ANNIVERSARIES)}) wedding anniversary",
        lambda m, days: Reading(days[0], [["years", ANNIVERSARIES[m[1]]]]),
    ),
    (  # was the first one eaten on the next day, or on the day itself?
        r"on @ .*bought (\d+) \w+\. (?:she|he) ate one per day\. today (?:she|he) ran out",
        lambda m, days: [Reading(days[0], [["days", int(m[1]) - first]]) for first in (0, 1)],
    ),
    (r"(?:today is|it is|today,|time is .* of) @", lambda _, days: Reading(days[0], [])),
    (
        r"today is (\d+)/(\d+)\b(?!/).*\b(\d{4})\b",
        lambda m, _: Reading(["date", int(m[3]), int(m[1]), int(m[2])], []),
    ),
    (
        rf"born on the last day of ({_MONTH}) in (\d{{4}})\. today is \w+ (\d+)-year-old birthday",
        lambda m, _: Reading(["month_end", _month(m[1]), int(m[2])], [["years", int(m[3])]]),
    ),
    (
        rf"on the {NUMBER} of each month starting from the ({_MONTH}) of (\d{{4}})\. "
        rf"it is \w+ {NUMBER} visit",
        lambda m, _: Reading(
            ["date", int(m[3]), _month(m[2]), _count(m[1])], [["months", _count(m[4]) - 1]]
        ),
    ),
    (
        rf"in (\d{{4}})\. today is \w+ (\d+)-year work anniversary\. .*"
        rf"on ({_MONTH}) (\d+), \w+ {NUMBER} day at work",
        lambda m, _: Reading(
            ["date", int(m[1]), _month(m[3]), int(m[4])],
            [["days", 1 - _count(m[5])], ["years", int(m[2])]],
        ),
    ),
    (
        r"(\d{4}) is coming in (\d+) hours",
        lambda m, _: _hours_before(int(m[1]), int(m[2])),
    ),
    (
        rf"today is the {NUMBER} ([a-z]+day) of (\d{{4}})",
        lambda m, _: Reading(["nth_weekday", _count(m[1]), _weekday(m[2]), 0, int(m[3])], []),
    ),
    (
        rf"thanksgiving is on the {NUMBER} ([a-z]+day) of ({_MONTH})\. "
        r"today is the us thanksgiving of (\d{4})",
        lambda m, _: Reading(
            ["nth_weekday", _count(m[1]), _weekday(m[2]), _month(m[3]), int(m[4])], []
        ),
    ),
    (r"christmas eve of (\d{4})", lambda m, _: Reading(["date", int(m[1]), 12, 24], [])),
    (r"palindrome day of (\d{4})", lambda m, _: Reading(_palindrome(int(m[1])), [])),
    (
        rf"today is the {NUMBER} day of the {NUMBER} month of (\d{{4}})",
        lambda m, _: Reading(["date", int(m[3]), _count(m[2]), _count(m[1])], []),
    ),
    (
        rf"the last day of the {NUMBER} quarter of (\d{{4}})",
        lambda m, _: Reading(["quarter_end", _count(m[1]), int(m[2])], []),
    ),
    (
        rf"the last day of ({_MONTH})(?: in| of)? (\d{{4}})",
        lambda m, _: Reading(["month_end", _month(m[1]), int(m[2])], []),
    ),
    (r"the last day of (\d{4})", lambda m, _: Reading(["date", int(m[1]), 12, 31], [])),
    (r"the first day of (\d{4})\.", lambda m, _: Reading(["date", int(m[1]), 1, 1], [])),
]

_QUESTION = re.compile(
    r"what is the date (?:(today)|(tomorrow)|(yesterday)|(\d+) hours later"
    rf"|{NUMBER} (day|week|month|year)s? (ago|later|from)(?: (?:from )?today)?) in mm/dd/yyyy\?"
)


def readings(premise: str) -> list[Reading]:
    """What a premise says of today: more than one reading if it leaves a choice.

    Raises:
        Damaged: it says nothing that is understood.
    """
    days: list[Day] = []

    def noted(match: re.Match[str]) -> str:
        month = int(match["m"]) if match["m"] else _month(match["name"])
        year, number = int(match["y"] or match["year"]), int(match["d"] or match["day"])
        day = ["date", year, month, number]
        try:
            named(day)
        except OutOfCalendar:
            return match[0]
        days.append(day)
        return "@"

    text = _DATE.sub(noted, " ".join(premise.lower().split()))
    for pattern, meaning in RULES:
        match = re.search(pattern, text)
        if match:
            first = text[: match.start()].count("@")
            found = meaning(match, days[first:])
            return found if isinstance(found, list) else [found]
    raise Damaged("the text does not say which day it is in a way that is understood")


def asked(question: str) -> Step:
    """The step from today to the date that is asked for."""
    match = _QUESTION.search(" ".join(question.lower().split()))
    if not match:
        raise Damaged("the text does not ask for a date in a way that is understood")
    today, tomorrow, yesterday, hours, number, unit, where = match.groups()
    if today or tomorrow or yesterday:
        return ["days", 0 if today else 1 if tomorrow else -1]
    if hours:
        return ["days", int(hours) // 24]
    return [f"{unit}s", _count(number) * (-1 if where == "ago" else 1)]


def contradicts_calendar(premise: str) -> bool:
    """Is a date given together with a weekday that it did not have?"""
    text = premise.lower()
    for match in _DATE.finditer(text):
        weekday = re.search(r"\b([a-z]{3})[a-z]*,? $", text[: match.start()])
        if weekday and weekday[1] in SHORT_WEEKDAYS:
            (way,) = readings(f"today is {match[0]}")
            if named(way.day).weekday() != SHORT_WEEKDAYS.index(weekday[1]):
                return True
    return False


def records(
    root: Path,
    task: str,
    truths: Callable[[dict[str, Any]], Sequence[str]],
    padded: Callable[[str], str],
) -> Iterator[Record | Fault]:
    """One record for each example of the file, numbered from 0."""
    folder = root / "BIG-Bench-Hard" / "bbh"
    if not folder.is_dir():
        return
    file = folder / "date_understanding.json"
    whole = "BIG-Bench-Hard/bbh/date_understanding"
    try:
        content = read_json(file)
        examples = content.get("examples") if isinstance(content, dict) else None
        if not isinstance(examples, list):
            raise Damaged(f"{file.name} has no list of examples")
    except Damaged as damage:
        yield Fault(task=task, id=whole, reason=str(damage))
        return
    canary = str(content.get("canary", "")).strip()
    for number, example in enumerate(examples):
        identity = f"{whole}/{number}"
        try:
            text, stored, data = _example(example)
            found = truths(data)
        except Damaged as damage:
            yield Fault(task=task, id=identity, reason=str(damage))
            continue
        except OutOfCalendar:
            yield Fault(task=task, id=identity, reason="the text names a day that does not exist")
            continue
        flags: set[Flag] = set()
        if len(set(found)) > 1 or contradicts_calendar(data["text"]):
            flags.add("ambiguous")
        if not set(found) & {padded(choice) for choice in data["options"]}:
            flags.add("no_valid_answer")
        yield Record(
            task=task,
            id=identity,
            question=text,
            data=data,
            stored=stored,
            flags=frozenset(flags),
            notes=canary,
        )


def _example(example: Any) -> tuple[str, str, dict[str, Any]]:
    if not isinstance(example, dict):
        raise Damaged("the example is not an object")
    text, target = example.get("input"), example.get("target")
    if not isinstance(text, str) or not isinstance(target, str):
        raise Damaged("the example has no text or no target")
    body, found, listing = text.partition("\nOptions:\n")
    lines = [line for line in listing.splitlines() if line.strip()]
    options = []
    for index, line in enumerate(lines):
        match = re.fullmatch(r"\(([A-Z])\) (\S.*)", line.strip())
        if not match or ord(match[1]) != ord("A") + index:
            raise Damaged("the options are not a list (A), (B), (C) ...")
        options.append(match[2])
    if not found or not options:
        raise Damaged("the text has no options")
    premise, _, question = body.rpartition("What is")
    ways = [{"day": list(way.day), "steps": way.steps} for way in readings(premise)]
    data = {
        "text": body.strip(),
        "readings": ways,
        "query": asked(f"What is{question}"),
        "options": options,
    }
    return text.strip(), target.strip(), data
