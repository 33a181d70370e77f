"""The published Reversi, against the facts that are known of it."""

from __future__ import annotations

from pathlib import Path

from pytest_symbench.tasks import get
from tests.tasks.cases.reversi import lines, replayed
from tests.tasks.published_data import (
    assert_damage_is_reported,
    correct,
    needs_published,
    number,
    records,
    solved,
    stored_correct,
)

NAME = "reversi"
pytestmark = needs_published

SETTINGS = ((20, 4, 1), (40, 4, 2), (60, 4, 3), (80, 6, 2), (100, 6, 3))
"""First number, modulo 100, after the block; side, moves."""
STARTS = {
    4: ["****", "*10*", "*01*", "****"],
    6: ["******", "******", "**10**", "**01**", "******", "******"],
}


def test_every_key_is_right_from_the_usual_start() -> None:
    for record in records(NAME):
        assert record.data["board"] == STARTS[len(record.data["board"])]
        assert ",".join("".join(replayed(record.data))) == record.stored
        assert stored_correct(record), record.id
        assert solved(record), record.id


def test_sides_and_moves_follow_the_blocks() -> None:
    for record in records(NAME):
        side, moves = next((s, m) for end, s, m in SETTINGS if number(record) % 100 < end)
        assert len(record.data["board"]) == side
        assert len(record.data["moves"]) == moves
        for i, (row, column) in enumerate(record.data["moves"], 1):
            player = "Your's" if i % 2 else "The opponent's"
            assert f"Round {i}: {player} landing position is ({row},{column})" in record.question


def test_every_question_prints_its_answer() -> None:
    for record in records(NAME):
        assert "leaks_answer" in record.flags
        assert "\n".join(replayed(record.data)) in record.question
        rendered = get(NAME).render(record.data)
        assert lines(replayed(record.data), " ") not in rendered
        assert lines(record.data["board"], " ") in rendered


def test_some_boards_lead_elsewhere_if_taken_at_their_word() -> None:
    ambiguous = 0
    for record in records(NAME):
        shown = {**record.data, "board": replayed(record.data)}
        elsewhere = replayed(shown) != replayed(record.data)
        assert ("ambiguous" in record.flags) == elsewhere, record.id
        assert not record.flags - {"ambiguous", "leaks_answer"}
        ambiguous += elsewhere
    assert 16 - (200 - len(records(NAME))) <= ambiguous <= 16
    assert ambiguous
    assert len({str(record.data) for record in records(NAME)}) <= 83


def test_boards_in_lines_are_read() -> None:
    matches = get(NAME).matches_key
    assert matches is not None
    for record in records(NAME):
        board = replayed(record.data)
        for text in ("\n".join(board), lines(board, ","), record.stored or ""):
            assert correct(record, text)
            assert matches(record, text)
        assert not matches(record, "\n".join(record.data["board"]))


def test_damaged_samples_become_faults(tmp_path: Path) -> None:
    for record in (records(NAME)[0], records(NAME)[-1]):
        assert_damage_is_reported(NAME, record.id, tmp_path / record.id)
