"""The published Number Multiply, against the facts that are known of it."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path

from pytest_symbench.tasks.published import Record
from tests.tasks.published_data import (
    ROOT,
    correct,
    needs_published,
    read,
    records,
    solved,
    stored_correct,
)

NAME = "number_multiply"
SETTINGS = {
    **dict.fromkeys(("1_2_4", "1_3_4", "1_2_2_4"), "number_multiply"),
    **dict.fromkeys(("4_4", "8_8", "12_12", "16_16", "20_20"), "number_multiply_varied_complexity"),
}
"""Digits of the factors -> the folder that holds them."""


def setting(record: Record) -> str:
    match = re.fullmatch(r"(\w+)/digit_(\w+)/sample_[0-9]+", record.id)
    assert match
    assert SETTINGS[match[2]] == match[1]
    return match[2]


@needs_published
def test_every_folder_is_read() -> None:
    samples = sum(len(list(ROOT.glob(f"{folder}/*/sample_*"))) for folder in set(SETTINGS.values()))
    assert len(records(NAME)) == samples
    sizes = Counter(map(setting, records(NAME)))
    assert set(sizes) == set(SETTINGS)
    for digits, size in sizes.items():
        assert size <= (100 if SETTINGS[digits] == "number_multiply" else 50)


@needs_published
def test_every_key_is_right_and_the_solver_finds_it() -> None:
    for record in records(NAME):
        assert stored_correct(record), record.id
        assert solved(record)
        assert not record.flags
        assert not record.notes


@needs_published
def test_factors_have_the_digits_of_their_folder_and_stand_in_the_question() -> None:
    for record in records(NAME):
        factors = record.data["factors"]
        assert [len(str(abs(factor))) for factor in factors] == [
            int(digits) for digits in setting(record).split("_")
        ]
        assert not {-1, 0, 1} & set(factors)
        assert "*".join(map(str, factors)) in record.question


@needs_published
def test_no_two_samples_are_alike() -> None:
    found = records(NAME)
    assert len({str(record.data) for record in found}) == len(found)


@needs_published
def test_what_the_published_judge_lets_pass_is_wrong() -> None:
    positive: Counter[str] = Counter()
    for record in records(NAME):
        key = record.stored or ""
        positive[SETTINGS[setting(record)]] += not key.startswith("-")
        for answer in (f"-{key}", key.removeprefix("-") + "0", f"1{key.removeprefix('-')}"):
            assert not correct(record, answer)
        if key.startswith("-"):
            assert not correct(record, key[1:])
        spelled = f"{int(key):,}"
        for separator in (",", "_", "\u2009"):
            assert correct(record, spelled.replace(",", separator))
    assert 0 < positive["number_multiply"] <= 129
    assert 0 < positive["number_multiply_varied_complexity"] <= 115


def test_damaged_samples_become_faults(tmp_path: Path) -> None:
    folder = tmp_path / "number_multiply" / "digit_1_2"
    for number, factors in ((0, "[3, -14]"), (2, "[3, 1.5]"), (3, "3, 14"), (10, "[3, 14]")):
        sample = folder / f"sample_{number}"
        sample.mkdir(parents=True)
        (sample / "input_value_list.txt").write_text(factors)
        (sample / "input_prompt_1.txt").write_text("What is the product?\n")
        if number < 10:
            (sample / "target_answer.txt").write_text("-42\n")
    found, faults = read(NAME, tmp_path)
    assert [(record.id, record.stored) for record in found] == [
        ("number_multiply/digit_1_2/sample_0", "-42")
    ]
    assert json.loads(json.dumps(found[0].data)) == {"factors": [3, -14]}
    assert [fault.id.rpartition("/")[2] for fault in faults] == [
        "sample_2",
        "sample_3",
        "sample_10",
    ]
    assert faults[-1].reason == "target_answer.txt is missing"
    assert read(NAME, tmp_path / "nowhere") == ([], [])
