"""The published Permutations and Combinations, against the facts that are known of it."""

from __future__ import annotations

import json
from itertools import permutations
from pathlib import Path
from statistics import median

from pytest_symbench.tasks.logic.permutations_and_combinations_solver import arrangements
from tests.tasks.cases.permutations_and_combinations import kept
from tests.tasks.published_data import (
    assert_damage_is_reported,
    correct,
    needs_published,
    number,
    records,
    solved,
    stored_correct,
)

NAME = "permutations_and_combinations"
pytestmark = needs_published

FACTS = {
    6: ((7, 8), (1, 45)),
    7: ((8, 9), (1, 344)),
    8: ((9, 10), (1, 3066)),
    9: ((10, 11), (1, 1912)),
}
"""Books -> numbers of constraints, and the fewest and most solutions of an instance."""


def test_every_key_is_right_and_the_solver_finds_an_answer() -> None:
    for record in records(NAME):
        assert stored_correct(record), record.id
        assert solved(record), record.id
        assert not record.flags


def test_books_and_constraints_follow_the_blocks() -> None:
    for record in records(NAME):
        books = len(record.data["books"])
        assert books == 6 + number(record) // 50
        assert len(record.data["constraints"]) in FACTS[books][0]
        for constraint in record.data["constraints"]:
            named = {"position": f"in position {constraint.get('position')}."}
            named["other"] = f"book {constraint.get('other')}."
            phrase = named["position" if "position" in constraint else "other"]
            assert phrase in record.question


def test_the_search_finds_every_arrangement() -> None:
    unique = 0
    counts: dict[int, list[int]] = {}
    for record in records(NAME):
        books, constraints = record.data["books"], record.data["constraints"]
        found = arrangements(books, constraints, limit=10_000)
        counts.setdefault(len(books), []).append(len(found))
        unique += len(found) == 1
        assert len(set(map(tuple, found))) == len(found)
        assert all(kept(c, tuple(shelf)) for shelf in found[:5] for c in constraints)
        assert found[0] == json.loads(record.stored or ""), "the key is the first in order"
        if len(books) == 6:
            brute = [s for s in permutations(books) if all(kept(c, s) for c in constraints)]
            assert sorted(map(tuple, found)) == sorted(brute)
        for shelf in found[:: max(1, len(found) // 5)]:
            assert correct(record, json.dumps(shelf))
    assert 0 < unique <= 10
    for books, found_by_instance in counts.items():
        fewest, most = FACTS[books][1]
        assert fewest <= min(found_by_instance) <= median(found_by_instance)
        assert max(found_by_instance) <= most


def test_what_the_published_judge_lets_pass_is_wrong() -> None:
    for record in records(NAME):
        stored = json.loads(record.stored or "")
        for shelf in ([*stored, "Z"], [*stored, stored[0]], stored[:-1], ["Z", *stored[1:]]):
            assert not correct(record, json.dumps(shelf))
        for place in range(len(stored)):
            assert not correct(record, json.dumps([*stored[:place], "Z", *stored[place + 1 :]]))
        assert correct(record, str(stored))


def test_damaged_samples_become_faults(tmp_path: Path) -> None:
    for record in records(NAME)[:2]:
        assert_damage_is_reported(NAME, record.id, tmp_path / record.id)
