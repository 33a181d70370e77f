"""The published New Operator, against the facts that are known of it."""

from __future__ import annotations

import re
from fractions import Fraction
from pathlib import Path

from pytest_symbench.tasks import get
from pytest_symbench.tasks.published import Record
from tests.tasks.cases.new_operator import python_operation, python_value
from tests.tasks.published_data import (
    assert_damage_is_reported,
    correct,
    needs_published,
    number,
    records,
    solved,
    stored_correct,
)

NAME = "new_operator"
pytestmark = needs_published


def has_three_operators(record: Record) -> bool:
    return len(record.data["operators"]) == 3


def other_grouping(record: Record) -> Fraction:
    """``(n1 o1 n2) o2 (n3 o3 n4)`` where the expression lacks the second parentheses."""
    first, last = re.findall(r"\d+[^\d()]\d+", record.data["expression"])
    left, right = (python_value(record.data, part) for part in (first, last))
    symbol = record.data["expression"].partition(")")[2][0]
    return python_operation(record.data, symbol, str(left), str(right))


def test_definitions_and_expressions_stand_in_the_questions() -> None:
    for record in records(NAME):
        for operator in record.data["operators"]:
            p, q = [*map(str, operator["coefficients"]), "", ""][:2]
            formula = {"sum": f"{p}*a+{q}*b", "product": f"{p}*a*b", "ratio": "(a + b)/b"}
            text = f"Define a{operator['symbol']}b to be {formula[operator['form']]}."
            assert text in record.question
        assert f"Calculate {record.data['expression']}.\n" in record.question
        fixed = r"\(3[^\d()]4\)[^\d()]5[^\d()]6"
        shape = fixed if has_three_operators(record) else r"\(\d+[^\d()]\d+\)[^\d()]\d+"
        assert re.fullmatch(shape, record.data["expression"])
        assert has_three_operators(record) == (number(record) % 2 == 0)


def test_all_keys_of_one_operator_and_few_of_three_are_right() -> None:
    right_of_three = 0
    for record in records(NAME):
        if has_three_operators(record):
            right_of_three += stored_correct(record)
        else:
            assert stored_correct(record), record.id
    assert 0 <= right_of_three <= 1


def test_wrong_keys_are_the_value_of_a_part() -> None:
    for record in records(NAME):
        if not has_three_operators(record) or stored_correct(record):
            continue
        expression = record.data["expression"]
        inner, rest = expression[1:].split(")")
        first = python_value(record.data, f"({inner}){rest[:2]}")
        last = python_value(record.data, rest[1:])
        key = float(record.stored or "")
        assert key in (float(first), float(last)), record.id
        assert not correct(record, str(other_grouping(record))) or "ambiguous" not in record.flags


def test_ambiguous_are_those_whose_groupings_differ() -> None:
    count = 0
    for record in records(NAME):
        left = python_value(record.data)
        differs = has_three_operators(record) and other_grouping(record) != left
        assert ("ambiguous" in record.flags) == differs, record.id
        assert correct(record, str(left))
        assert solved(record)
        count += differs
    three = sum(map(has_three_operators, records(NAME)))
    assert three - 9 <= count <= three


def test_what_the_published_judge_rejects_is_read() -> None:
    matches = get(NAME).matches_key
    assert matches is not None
    for record in records(NAME):
        value = python_value(record.data)
        for text in (str(value), f"{float(value):.2f}", repr(float(value))):
            assert correct(record, text), (record.id, text)
            if stored_correct(record) and "/" not in text:
                assert matches(record, text), (record.id, text)
        assert matches(record, record.stored or "")


def test_damaged_samples_become_faults(tmp_path: Path) -> None:
    for record in records(NAME)[:2]:
        assert_damage_is_reported(NAME, record.id, tmp_path / record.id)
