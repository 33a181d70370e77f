"""The published Mahjong Pattern, against the facts that are known of it."""

from __future__ import annotations

from pathlib import Path

from pytest_symbench.tasks import get
from pytest_symbench.tasks.published import Record
from tests.tasks.cases.mahjong_pattern import judgement
from tests.tasks.published_data import (
    assert_damage_is_reported,
    correct,
    needs_published,
    number,
    records,
    solved,
    stored_correct,
)

NAME = "mahjong_pattern"
pytestmark = needs_published


def hand_before_last_draw(record: Record) -> list[str]:
    hand = list(record.data["hand"])
    for turn in record.data["rounds"][:-1]:
        hand.append(turn["draw"])
        hand.remove(turn["discard"])
    return hand


def test_the_solver_agrees_with_an_independent_count() -> None:
    for record in records(NAME):
        assert get(NAME).solve(record.data) == str(judgement(record.data)), record.id
        assert solved(record)


def test_wrong_keys_are_those_with_a_known_cause() -> None:
    wrong = [record for record in records(NAME) if not stored_correct(record)]
    assert 0 < len(wrong) <= 17
    for record in wrong:
        without_rule = record.stored == "2" and not record.data["chi"]
        hidden_run = record.stored == "0" and correct(record, "2")
        hand = [*hand_before_last_draw(record), record.data["rounds"][-1]["draw"]]
        no_letter = record.stored == "2" and correct(record, "0") and "[" in hand
        assert without_rule + hidden_run + no_letter == 1, record.id
        assert len(set(hand)) < len(hand) or not hidden_run


def test_only_a_card_that_shows_no_letter_makes_an_instance_ambiguous() -> None:
    flagged = [record for record in records(NAME) if record.flags]
    assert 0 < len(flagged) <= 4
    for record in flagged:
        assert record.flags == {"ambiguous"}
        assert record.notes
        assert "[" in record.question
    assert sum(bool(record.notes) for record in records(NAME)) <= 12


def test_rules_and_rounds_follow_the_blocks() -> None:
    for record in records(NAME):
        place, rounds = number(record) % 100, len(record.data["rounds"])
        assert rounds == next(
            (rounds for end, rounds in ((4, 1), (8, 2), (14, 3), (20, 4)) if place < end), 5
        )
        assert record.data["chi"] == (rounds > 2)
        if rounds == 1:
            assert correct(record, "0")


def test_hands_and_rounds_stand_in_the_questions() -> None:
    for record in records(NAME):
        assert f"initial cards:{record.data['hand']}\n" in record.question
        for i, turn in enumerate(record.data["rounds"], 1):
            assert f"Round {i}: Add a {turn['draw']} card" in record.question
            if "discard" in turn:
                assert f"and remove a {turn['discard']} card" in record.question


def test_damaged_samples_become_faults(tmp_path: Path) -> None:
    for record in records(NAME)[-2:]:
        assert_damage_is_reported(NAME, record.id, tmp_path / record.id)
