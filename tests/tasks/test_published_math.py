"""The published MATH Geometry and Counting & Probability, against the facts known of them."""

from __future__ import annotations

import json
from collections import Counter
from fractions import Fraction
from pathlib import Path

import pytest

from pytest_symbench.tasks import get
from pytest_symbench.tasks.answers import Unreadable
from pytest_symbench.tasks.answers.latex import letters, value
from pytest_symbench.tasks.answers.latex_syntax import Items, Parsed, Relation, parse
from pytest_symbench.tasks.answers.latex_text import label
from pytest_symbench.tasks.answers.reals import rational
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

FOLDERS = {
    "math_geometry": ("geometry", 870, "Geometry"),
    "math_counting_and_probability": ("counting_and_probability", 771, "Counting & Probability"),
}
both = pytest.mark.parametrize("name", FOLDERS)


def kind(record: Record) -> str:
    key = record.stored or ""
    if label(key):
        return "label"
    try:
        tree = parse(key).tree
    except Unreadable:
        return "formula"
    if isinstance(tree, Items):
        return "tuple" if tree.brackets else "list"
    if isinstance(tree, Relation):
        numeric = not any(letters(side) for side in tree.sides[1:])
        return "number" if numeric else "relation"
    return "expression" if letters(tree) else "number"


def number(record: Record) -> Parsed:
    parsed = parse(record.stored or "")
    if isinstance(parsed.tree, Relation):  # AB = 12, or 0.56 = 56%
        named = letters(parsed.tree.sides[0])
        return Parsed(parsed.tree.sides[1 if named else 0])
    return parsed


@needs_published
@both
def test_every_file_is_read(name: str) -> None:
    folder, most, subject = FOLDERS[name]
    files = sorted((ROOT / "MATH/train" / folder).glob("*.json"), key=lambda path: int(path.stem))
    found = records(name)
    assert [record.id for record in found] == [f"MATH/train/{folder}/{p.stem}" for p in files]
    assert len(found) <= most
    for record, path in zip(found, files, strict=True):
        entry = json.loads(path.read_text())
        assert entry["type"] == subject
        assert record.question == entry["problem"].strip()
        assert (record.stored or "?") in entry["solution"].rpartition("boxed{")[2]
        assert record.data["needs_figure"] == ("[asy]" in record.question) == bool(record.notes)
        assert record.question in get(name).render(record.data)


@needs_published
@both
def test_every_key_is_accepted_and_nothing_is_flagged(name: str) -> None:
    for record in records(name):
        assert stored_correct(record), record.stored
        assert solved(record)
        assert not record.flags


@needs_published
@both
def test_nearly_all_keys_are_numbers(name: str) -> None:
    kinds = Counter(map(kind, records(name)))
    assert kinds["number"] > 0.95 * len(records(name))
    assert set(kinds) <= {"number", "label", "tuple", "list", "expression", "relation", "formula"}
    if name == "math_geometry":
        assert 5 <= kinds["tuple"] <= 11
    else:
        assert kinds["tuple"] == kinds["relation"] == 0
    figures = sum(record.data["needs_figure"] for record in records(name))
    most = 324 if name == "math_geometry" else 58
    assert 0.3 * most < figures <= most


@needs_published
@both
def test_numbers_in_every_form_and_no_other_numbers(name: str) -> None:
    for record in records(name):
        if kind(record) != "number":
            continue
        parsed = number(record)
        exact = value(parsed.tree)
        near = rational(exact)
        percent = "%" if parsed.percent else ""
        forms = [repr(float(near)) + percent]
        if isinstance(exact, Fraction):
            forms += [f"{exact}{percent}", rf"\frac{{{exact.numerator}}}{{{exact.denominator}}}"]
        else:
            forms.append(f"{float(near):.6f}" if abs(near) > 1 else f"{float(near):.6g}")
        for form in forms:
            assert correct(record, form), (record.stored, form)
        others = [near + 1, -near, 10 * near, near / 2, near * Fraction(101, 100)]
        for other in others:
            loose = "nearest" in record.question or "tenth" in record.question
            if near and not (loose and other == others[-1]):
                assert not correct(record, str(other)), (record.stored, other)


@needs_published
@both
def test_the_published_tolerance(name: str) -> None:
    matches = get(name).matches_key
    assert matches
    for record in records(name):
        assert matches(record, record.stored or "")
        if kind(record) == "number" and (near := rational(value(number(record).tree))):
            assert matches(record, str(near * Fraction(10009, 10000)))
            assert not matches(record, str(near * Fraction(1002, 1000)))


@both
def test_damaged_files_become_faults(name: str, tmp_path: Path) -> None:
    folder = tmp_path / "MATH" / "train" / FOLDERS[name][0]
    folder.mkdir(parents=True)
    whole = {
        "problem": "What is a half of a half? ",
        "level": "Level 1",
        "type": FOLDERS[name][2],
        "solution": r"It is $\boxed{x}$, that is $\boxed{ \frac{1}{4} }$.",
    }
    (folder / "7.json").write_text(json.dumps(whole))
    (folder / "notes.json").write_text("no record")
    number = 8
    spoilt = ["", "{", "[]", "[" * 5000]
    spoilt += [json.dumps({**whole, field: value}) for field in whole for value in WRONG_VALUES]
    spoilt += [json.dumps({**whole, "solution": text}) for text in (r"\boxed{1", r"\boxed{}", "1")]
    for text in spoilt:
        (folder / f"{number}.json").write_text(text)
        number += 1
    (folder / f"{number}.json").write_bytes(b"\xff")
    found, faults = read(name, tmp_path)
    assert len(found) + len(faults) == number - 6
    assert found[0].id.endswith("/7")
    assert found[0].stored == r"\frac{1}{4}"
    assert all(fault.reason for fault in faults)
    assert [fault.id.rpartition("/")[2] for fault in faults][:4] == ["8", "9", "10", "11"]
    for record in found:
        get(name).render(record.data)
        assert solved(record)
    assert read(name, tmp_path / "nowhere") == ([], [])
