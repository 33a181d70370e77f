"""The published strings of Letters, against what their folders' names promise."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path

from pytest_symbench.tasks.published import Record
from tests.tasks.published_data import (
    ROOT,
    assert_damage_is_reported,
    correct,
    needs_published,
    read,
    records,
    solved,
)

NAME = "letters"
NAMED = re.compile(r"Letters/\D+(\d+)\D+(\d+)/([a-z])_(\d+)_(\d+)")


def named(record: Record) -> tuple[int, int, str, int, int]:
    match = NAMED.fullmatch(record.id)
    assert match, record.id
    shortest, longest, letter, count, index = match.groups()
    return int(shortest), int(longest), letter, int(count), int(index)


def places(record: Record) -> list[int]:
    text = record.data["text"]
    return [i + 1 for i in range(len(text)) if text[i] == record.data["letter"]]


@needs_published
def test_every_folder_is_read_in_order() -> None:
    found = records(NAME)
    assert len(found) == len(list(ROOT.glob("Letters/*/*/test_words.json")))
    keys = [(named(record)[0], *named(record)[2:]) for record in found]
    assert keys == sorted(keys)
    sizes = Counter(key[0] for key in keys)
    assert all(sizes[longer] == 30 for longer in (50, 150, 350, 750))


@needs_published
def test_strings_agree_with_their_folders_names() -> None:
    for record in records(NAME):
        shortest, longest, letter, count, _ = named(record)
        assert record.data["letter"] == letter
        assert record.data["text"].count(letter) == count
        assert shortest <= len(record.data["text"]) <= longest
        assert not record.notes
        assert not record.flags
        assert record.stored is None
        assert f'"{record.data["text"]}"' in record.question


@needs_published
def test_true_answers_pass_and_the_published_judges_errors_do_not() -> None:
    for record in records(NAME):
        true = places(record)
        count = len(true)
        assert solved(record)
        assert correct(record, f"Count: {count}, Positions: {true}")
        assert correct(record, f"Count: {count}, Positions: [{', '.join(map(str, true))},]")
        assert not correct(record, f"Count: {count}, Positions: {[*true, true[0]]}")
        assert not correct(record, f"Count: {count + 1}, Positions: {[*true, true[0]]}")


@needs_published
def test_spoilt_samples_become_faults(tmp_path: Path) -> None:
    assert_damage_is_reported(NAME, records(NAME)[0].id, tmp_path)


def test_damaged_strings_become_faults(tmp_path: Path) -> None:
    contents = {
        "a_1_0": json.dumps("banana"),
        "a_1_1": json.dumps(["banana"]),
        "b_1_0": '"ban',
        "b_1_1": json.dumps("BANANA"),
        "b_1_2": None,
        "b_1_10": json.dumps("banana"),
        "notes": json.dumps("banana"),
    }
    for name, content in contents.items():
        sample = tmp_path / "Letters" / "Letters_dataset_min_length_5_max_length_10" / name
        sample.mkdir(parents=True)
        if content is not None:
            (sample / "test_words.json").write_text(content)
    found, faults = read(NAME, tmp_path)
    assert [record.id.rpartition("/")[2] for record in found] == ["a_1_0", "b_1_10"]
    assert found[0].notes  # one "a" is promised, three are there
    assert not found[1].notes
    names = [fault.id.rpartition("/")[2] for fault in faults]
    assert names == ["a_1_1", "b_1_0", "b_1_1", "b_1_2"]
    assert faults[-1].reason == "test_words.json is missing"
    assert read(NAME, tmp_path / "nowhere") == ([], [])
