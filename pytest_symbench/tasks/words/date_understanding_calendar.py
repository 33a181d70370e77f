"""Date arithmetic: named days, and steps from one day to another, as lists that JSON can hold.

A named day is ``["date", year, month, day]``, ``["nth_weekday", n, weekday, month, year]`` (-1 is
the last one; month 0 is the whole year), ``["month_end", month, year]``, ``["quarter_end",
quarter, year]`` or ``["day_of_year", n, year]``. A step is ``["days", n]``, ``["weeks", n]``,
``["months", n]``, ``["years", n]``, ``["weekday", weekday, n]`` (the n-th one after, or before if
n < 0), ``["last_of_month"]`` or ``["monthly", n, day]`` (that day of the n-th month from the next
one on). Weekdays count from Monday, 0.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any, TypeAlias

Day: TypeAlias = "Sequence[Any]"
Step: TypeAlias = "Sequence[Any]"


class OutOfCalendar(ValueError):
    """There is no such day, or it is outside of the years 1 to 9999."""


def named(day: Day) -> date:
    """The date of a named day.

    Raises:
        OutOfCalendar: there is no such day.
    """
    kind, *values = day
    try:
        if kind == "date":
            return date(*values)
        if kind == "nth_weekday":
            return _nth_weekday(*values)
        if kind == "month_end":
            month, year = values
            return date(year, month, monthrange(year, month)[1])
        if kind == "quarter_end":
            quarter, year = values
            return date(year, 3 * quarter, monthrange(year, 3 * quarter)[1])
        if kind == "day_of_year":
            number, year = values
            found = date(year, 1, 1) + timedelta(days=number - 1)
            if found.year == year:
                return found
    except (ValueError, OverflowError):
        pass
    raise OutOfCalendar(f"there is no day {list(day)}")


def stepped(day: date, step: Step, *, clamped: bool = True) -> date:
    """The day that a step leads to.

    A month or a year later is the same day of the month. If the month has no such day, it is
    the month's last one (or, not clamped, as many days into the month after it).

    Raises:
        OutOfCalendar: the way leads out of the years 1 to 9999.
    """
    kind, *values = step
    try:
        if kind in ("days", "weeks"):
            return day + timedelta(days=values[0] * (7 if kind == "weeks" else 1))
        if kind in ("months", "years"):
            return _months_later(day, values[0] * (12 if kind == "years" else 1), clamped=clamped)
        if kind == "weekday":
            weekday, count = values
            if count > 0:
                nearest = (weekday - day.weekday() - 1) % 7 + 1
                return day + timedelta(days=nearest + 7 * (count - 1))
            nearest = (day.weekday() - weekday - 1) % 7 + 1
            return day - timedelta(days=nearest + 7 * (-count - 1))
        if kind == "last_of_month":
            return day.replace(day=monthrange(day.year, day.month)[1])
        if kind == "monthly":
            count, number = values
            return _months_later(day.replace(day=1), count, clamped=True).replace(day=number)
    except (ValueError, OverflowError):
        pass
    raise OutOfCalendar(f"no day is {list(step)} from {day}")


def chained(day: Day, steps: Iterable[Step]) -> list[date]:
    """The named day, and the day after each step."""
    days = [named(day)]
    for step in steps:
        days.append(stepped(days[-1], step))
    return days


def _months_later(day: date, months: int, *, clamped: bool) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = monthrange(year, month + 1)[1]
    if day.day <= last or clamped:
        return date(year, month + 1, min(day.day, last))
    return date(year, month + 1, last) + timedelta(days=day.day - last)


def _nth_weekday(number: int, weekday: int, month: int, year: int) -> date:
    first = date(year, month or 1, 1)
    last = date(year, month or 12, monthrange(year, month or 12)[1])
    if number > 0:
        found = first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (number - 1))
    else:
        found = last - timedelta(days=(last.weekday() - weekday) % 7 + 7 * (-number - 1))
    if not first <= found <= last:
        raise ValueError
    return found
