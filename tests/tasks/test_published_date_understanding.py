"""Date Understanding's published questions, and the reader's rules on texts of other numbers."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from pytest_symbench.tasks import get
from pytest_symbench.tasks.published import Damaged, Record
from pytest_symbench.tasks.words.date_understanding_calendar import (
    OutOfCalendar,
    chained,
    named,
    stepped,
)
from pytest_symbench.tasks.words.date_understanding_published import (
    asked,
    contradicts_calendar,
    readings,
)
from tests.tasks.published_data import (
    WRONG_VALUES,
    correct,
    needs_published,
    read,
    records,
    solved,
    stored_correct,
)

TASK = get("date_understanding")


def premise(record: Record) -> str:
    return str(record.data["text"]).partition("What is")[0].strip()


def todays(text: str) -> list[date]:
    return [chained(way.day, way.steps)[-1] for way in readings(text)]


@needs_published
def test_the_keys_that_are_wrong_belong_to_four_premises() -> None:
    found = records("date_understanding")
    wrong = [record for record in found if not stored_correct(record)]
    assert 0.06 < len(wrong) / len(found) < 0.1
    mistaken = {  # words of the premise -> today
        "36 hours": date(2014, 12, 30),
        "5-year anniversary": date(1963, 1, 2),
        "US Thanksgiving": date(2001, 11, 22),
        "last day of Jan": date(2012, 1, 31),
    }
    blamed = {words for record in wrong for words in mistaken if words in premise(record)}
    assert blamed == set(mistaken)
    for record in found:
        words = next((words for words in mistaken if words in premise(record)), None)
        if words is None:
            assert stored_correct(record)
            continue
        assert todays(premise(record)) == [mistaken[words]]
        # of the last premise only the question for the week after has a wrong key
        spared = words == "last day of Jan" and record.data["query"] != ["weeks", 1]
        assert stored_correct(record) == spared


@needs_published
def test_flags_are_those_of_the_texts() -> None:
    for record in records("date_understanding"):
        text = premise(record)
        assert ("ambiguous" in record.flags) == ("eggs" in text or "(Tue, " in text)
        assert ("no_valid_answer" in record.flags) != solved(record)
        assert solved(record) or not stored_correct(record)
        if "ambiguous" in record.flags:
            assert stored_correct(record)
        assert "canary" in record.notes


@needs_published
def test_both_readings_of_an_ambiguous_text_are_accepted() -> None:
    for record in records("date_understanding"):
        rights = [text for text in record.data["options"] if correct(record, text)]
        several = "eggs" in record.question and len(rights) == 2
        assert len(rights) == ("no_valid_answer" not in record.flags) or several


@needs_published
def test_every_premise_is_understood_with_other_numbers() -> None:
    """The rules read wordings, not single records."""
    for record in records("date_understanding"):
        text = premise(record)
        for year in ("1899", "1937", "1958", "2001", "2012", "2016", "2020"):
            other = text.replace(year, "1960")
            try:
                assert len(readings(other)) == len(readings(text)), other
            except OutOfCalendar:
                continue


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Today is Mar 3, 2021.", [(2021, 3, 3)]),
        ("It was Sept. 30th, 1999 two weeks ago.", [(1999, 10, 14)]),
        ("The day before yesterday was 2/28/2023.", [(2023, 3, 2)]),
        ("Tomorrow is 1/1/2000.", [(1999, 12, 31)]),
        ("Today is the last day of the third quarter of 1977.", [(1977, 9, 30)]),
        ("2030 is coming in 24 hours.", [(2029, 12, 31)]),
        ("2030 is coming in 49 hours.", [(2029, 12, 29)]),
        (
            "On Jan 1, 2020 Bob bought 3 eggs. He ate one per day. Today he ran out of eggs.",
            [(2020, 1, 4), (2020, 1, 3)],
        ),
        (
            "Ann thinks today is 1/1/2001, but Bo thinks today is 1/2/2001. Bo is correct.",
            [(2001, 1, 2)],
        ),
        (
            "In the UK they put the day before the month. Therefore, today is 02/11/1987.",
            [(1987, 11, 2)],
        ),
        ("Today is the first Friday of 2021.", [(2021, 1, 1)]),
        ("Today is the palindrome day of 2021.", [(2021, 12, 2)]),
    ],
)
def test_rules(text: str, expected: list[tuple[int, int, int]]) -> None:
    assert todays(text) == [date(*day) for day in expected]


def test_what_is_not_understood_is_said() -> None:
    for text in (
        "",
        "Hello.",
        "Today is nice.",
        "Today is 13/45/2001.",
        "Today is the glad day of 2001",
    ):
        with pytest.raises((Damaged, OutOfCalendar)):
            todays(text)
    with pytest.raises(Damaged, match="ask"):
        asked("What is the time?")
    assert asked("What is the date three months ago in MM/DD/YYYY?") == ["months", -3]
    assert contradicts_calendar("It is for tomorrow (Mon, 7/9/1972).")
    assert not contradicts_calendar("It is for tomorrow (Sun, 7/9/1972).")


def test_steps_at_the_ends_of_months() -> None:
    assert stepped(date(2023, 1, 31), ["months", 1]) == date(2023, 2, 28)
    assert stepped(date(2023, 1, 31), ["months", 1], clamped=False) == date(2023, 3, 3)
    assert stepped(date(2024, 2, 29), ["years", -1]) == date(2023, 2, 28)
    assert stepped(date(2024, 2, 29), ["years", 4]) == date(2028, 2, 29)
    assert stepped(date(1899, 12, 31), ["days", 60]) == date(1900, 3, 1)
    assert stepped(date(2024, 5, 6), ["weekday", 0, 1]) == date(2024, 5, 13)
    assert stepped(date(2024, 5, 6), ["weekday", 0, -1]) == date(2024, 4, 29)
    assert stepped(date(2024, 5, 6), ["monthly", 1, 6]) == date(2024, 6, 6)
    assert named(["nth_weekday", -1, 6, 2, 2024]) == date(2024, 2, 25)
    for day in (["nth_weekday", 5, 0, 2, 2023], ["date", 2023, 2, 29], ["day_of_year", 366, 2023]):
        with pytest.raises(OutOfCalendar):
            named(day)
    with pytest.raises(OutOfCalendar):
        stepped(date(9999, 12, 31), ["days", 1])


def test_damage_is_reported(tmp_path: Path) -> None:
    name, whole = "date_understanding", "BIG-Bench-Hard/bbh/date_understanding"
    assert read(name, tmp_path) == ([], [])
    file = tmp_path / f"{whole}.json"
    file.parent.mkdir(parents=True)
    for content in (None, b"", b"\xff\xfe", b"[]", b'{"examples": 7}', b'{"canary": ""}'):
        if content is not None:
            file.write_bytes(content)
        found, (fault,) = read(name, tmp_path)
        assert not found
        assert fault.id == whole
    good = {
        "input": "Today is 1/1/2001. What is the date tomorrow in MM/DD/YYYY?\nOptions:\n(A) 1/2/2001"
    }
    good["target"] = "(A)"
    spoilt = [{**good, key: value} for key in good for value in WRONG_VALUES]
    texts = [
        "",
        "Options:",
        "Today is 1/1/2001.\nOptions:\n(B) 1/2/2001",
        good["input"] + "\n(A) x",
    ]
    spoilt += [{**good, "input": text} for text in texts]
    examples = [good, *WRONG_VALUES, *spoilt]
    file.write_text(json.dumps({"canary": "canary", "examples": examples}))
    found, faults = read(name, tmp_path)
    assert len(found) + len(faults) == len(examples)
    assert found[0].id == f"{whole}/0"
    assert correct(found[0], "1/2/2001")
    for record in found:
        assert record.stored is not None
        assert not correct(record, record.stored) or record.stored == "(A)"
        TASK.render(record.data)


@pytest.mark.parametrize("stored", ["(A)", "?", ""])
def test_odd_keys_are_judged(stored: str) -> None:
    data = {"text": "", "readings": [{"day": ["date", 2001, 1, 1], "steps": []}]}
    whole = {**data, "query": ["days", 1], "options": ["1/2/2001", "1/3/2001"]}
    record = Record(task=TASK.name, id="x", question="?", data=whole, stored=stored)
    assert correct(record, stored) == (stored == "(A)")
