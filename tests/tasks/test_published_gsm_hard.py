"""The published GSM-Hard, against the facts that are known of it."""

from __future__ import annotations

import ast
import json
import re
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from pytest_symbench.tasks import get
from pytest_symbench.tasks.mathematics.gsm_audit import WORDS, Audit, audit
from pytest_symbench.tasks.mathematics.gsm_program import Unworkable, parse, run
from pytest_symbench.tasks.published import Record
from tests.tasks.published_data import (
    ROOT,
    WRONG_VALUES,
    correct,
    needs_published,
    read,
    records,
    solved,
    stored_correct,
)

NAME = "gsm_hard"


def sources() -> list[dict[str, Any]]:
    lines = (ROOT / "gsmhardv2.jsonl").read_text().strip("\n").split("\n")
    return [json.loads(line) for line in lines]


def original(code: str) -> str:
    function = ast.parse(code.strip()).body[0]
    assert isinstance(function, ast.FunctionDef)
    return " ".join((ast.get_docstring(function) or "").split())


def changed(record: Record, source: dict[str, Any]) -> bool:
    return " ".join(record.question.split()) != original(source["code"])


@needs_published
def test_every_line_is_read() -> None:
    found = records(NAME)
    assert [record.id for record in found] == [f"gsmhardv2/{i}" for i in range(len(sources()))]
    assert len(found) <= 1319
    for record, source in zip(found, sources(), strict=True):
        assert record.question == source["input"].strip()
        assert float(record.stored or "") == source["target"]
        assert record.question in get(NAME).render(record.data)


@needs_published
def test_every_program_gives_its_key() -> None:
    for source in sources():
        result = run(parse(source["code"]))
        assert abs(float(result) - source["target"]) <= max(6e-11, 1e-9 * abs(source["target"]))


@needs_published
def test_keys_are_right_unless_the_text_contradicts_them() -> None:
    for record in records(NAME):
        flagged = "no_valid_answer" in record.flags
        assert stored_correct(record) != flagged
        assert solved(record) != flagged
        assert bool(record.notes) == bool(record.flags)


@needs_published
def test_one_of_seven_to_nine_contradicts_itself_and_hardly_any_is_doubtful() -> None:
    found = records(NAME)
    contradictions = sum("no_valid_answer" in record.flags for record in found)
    doubts = sum("ambiguous" in record.flags for record in found)
    assert 0.10 < contradictions / len(found) < 0.15
    assert 0 < doubts < 0.01 * len(found)


@needs_published
def test_only_changed_texts_contradict_their_programs() -> None:
    unchanged = 0
    for record, source in zip(records(NAME), sources(), strict=True):
        if not changed(record, source):
            unchanged += 1
            assert not record.flags
    assert 0.2 < unchanged / len(records(NAME)) < 0.3


@needs_published
def test_a_number_in_several_roles_is_found() -> None:
    """Where the program keeps a number by name that the text has lost, the two disagree."""
    found = 0
    for record, source in zip(records(NAME), sources(), strict=True):
        old = re.findall(r"(?<![\d.,])\d+(?![\d.,]*\d)", original(source["code"]))
        new = re.findall(r"(?<![\d.,])\d+(?![\d.,]*\d)", record.question)
        for number in sorted(set(old)):
            kept = re.search(rf"^\s*\w+ = {number}(?:\.0+)?$", source["code"], re.MULTILINE)
            spoken = any(str(WORDS.get(word.lower())) == number for word in record.question.split())
            if (
                old.count(number) > 1
                and number not in new
                and kept
                and not spoken
                and int(number) > 9
            ):
                assert record.flags, record.id
                found += 1
    assert found >= 5


@needs_published
def test_tolerance() -> None:
    for record in records(NAME):
        if "no_valid_answer" in record.flags:
            continue
        key = Fraction(record.stored or "")
        matches = get(NAME).matches_key
        assert matches
        assert correct(record, str(key))
        assert correct(record, record.stored or "")
        assert matches(record, str(key * Fraction(10009, 10000)))
        assert not matches(record, str(key * Fraction(1002, 1000) + (key == 0)))
        for wrong in (key * Fraction(1002, 1000), key * 2, -key):
            assert wrong == key or not correct(record, str(wrong)), record.id
        if key.denominator == 1:
            assert correct(record, f"{key.numerator:,}")
            assert not correct(record, str(key + 1))
            assert not correct(record, f"{key + 1}.0")
        elif abs(key) >= 1:
            assert correct(record, f"{float(key):.2f}")
        else:
            assert correct(record, f"{float(key):.4e}")


SOURCE = '''
def solution():
    """Ann has 3 bags with {text} nuts each and {text} loose nuts. How many nuts has she?"""
    bags = 3
    nuts_per_bag = {first}
    loose = {second}
    result = bags * nuts_per_bag + loose
    return result
'''


@pytest.mark.parametrize(
    ("question", "first", "second", "key", "contradicts"),
    [
        ("Ann has 3 bags with 5 nuts each and 5 loose nuts.", 5, 5, 20, False),
        ("Ann has 3 bags with 700 nuts each and 5 loose nuts.", 700, 5, 2105, False),
        ("Ann has 3 bags with 5 nuts each and 700 loose nuts.", 5, 700, 715, False),
        ("Ann has 3 bags with 700 nuts each and 700 loose nuts.", 700, 700, 2800, False),
        ("Ann has 3 bags with 700 nuts each and 700 loose nuts.", 700, 5, 2105, True),
        ("Ann has 3 bags with 700 nuts each and 5 loose nuts.", 5, 700, 715, True),
        ("Ann has 3 bags with 5 nuts each and 5700 loose nuts.", 5, 5, 20, True),
        ("Ann has 3 bags with 5 nuts each and 5 loose nuts.", 5, 5, 21, True),
        ("Ann has 3 bags with", 5, 5, 20, True),
    ],
)
def test_the_audit(question: str, first: int, second: int, key: int, contradicts: bool) -> None:
    whole = question + (" How many nuts has she?" if question.endswith(".") else "")
    code = SOURCE.format(text=5, first=first, second=second)
    assert bool(audit(whole, code, Fraction(key)).contradiction) == contradicts


def test_a_difference_without_consequence_is_a_doubt() -> None:
    code = SOURCE.format(text=5, first=90_000_000, second=5)
    text = "Ann has 3 bags with 90000000 nuts each and 5.25 loose nuts. How many nuts has she?"
    assert audit(text, code, Fraction(270_000_005)) == Audit(
        doubt="text and program use different numbers with nearly the same result"
    )


@pytest.mark.parametrize(
    "body",
    [
        "return __import__('os').getpid()",
        "return open('x')",
        "x = 9 ** 9 ** 9\n    return x",
        "x = 1\n    while True:\n        x = x * 2\n    return x",
        "return [1] * 10 ** 9",
        "return 1 / 0",
        "x = y\n    return x",
        "return (lambda: 1)()",
        "pass",
        "for i in range(10 ** 9):\n        pass\n    return 1",
        "return 'a'",
        "return 1e999",
    ],
)
def test_programs_are_never_executed(body: str) -> None:
    with pytest.raises(Unworkable):
        run(parse(f'def solution():\n    """Question?"""\n    {body}\n'))


def test_what_is_understood_of_programs() -> None:
    code = '''
def solution():
    """Question?"""
    prices = [1.5, 2, 3]
    total = sum(prices) + max(1, 2) * 2 ** 3 // 3 - -1
    days = 0
    while total > 0:
        total -= 5
        days += 1
        if days >= 2 and not total < -100:
            break
    for i in range(3):
        days = days + i
    return round(days / 2, 1) if days > 1 else 0
'''
    assert run(parse(code)) == Fraction(5, 2)


def test_damaged_lines_become_faults(tmp_path: Path) -> None:
    whole = {"input": "How many are 2 nuts?", "code": SOURCE, "target": 2.0}
    lines = [json.dumps(whole), "", "{", "[]", '{"input": "x"}', "[" * 5000]
    for value in WRONG_VALUES:
        lines += [json.dumps({**whole, field: value}) for field in whole]
    for body in ("1" + "+1" * 5000, "1e999", "0x" + "f" * 9000, "(" * 300 + ")" * 300, "'\\x00'"):
        code = f'def solution():\n    """Question?"""\n    return {body}\n'
        lines.append(json.dumps({**whole, "code": code}))
    (tmp_path / "gsmhardv2.jsonl").write_text("\n".join(lines))
    found, faults = read(NAME, tmp_path)
    assert found[0].id == "gsmhardv2/0"
    assert len(found) + len(faults) == len(lines) - 1
    assert {"gsmhardv2/2", "gsmhardv2/3", "gsmhardv2/4", "gsmhardv2/5"} <= {f.id for f in faults}
    for record in found:
        get(NAME).render(record.data)
        assert solved(record) or "no_valid_answer" in record.flags
    (tmp_path / "gsmhardv2.jsonl").write_bytes(b"\xff")
    assert [fault.id for fault in read(NAME, tmp_path)[1]] == ["gsmhardv2"]
    assert read(NAME, tmp_path / "nowhere") == ([], [])
