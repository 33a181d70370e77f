from __future__ import annotations

import time

import pytest

from codesteer.methods.context import clip, fit
from codesteer.methods.marker import echoes, key, marked
from codesteer.models.chat import Message


@pytest.mark.parametrize(
    ("text", "content"),
    [
        ("<<<5>>>", "5"),
        ("first <<<1>>> then << <<< 2 >>> end", "2"),
        ("<<<open", None),
        ("close>>>", None),
        ("", None),
        ("<<<>>>", ""),
        ("<<<1>>> and <<<cut", "1"),
    ],
)
def test_the_last_complete_marker(text: str, content: str | None) -> None:
    assert marked(text) == content


def test_answers_are_compared_by_what_is_marked() -> None:
    assert key("So <<<[1, 2]>>>") == key("<<<[1,2]>>>\n") == key("[1, 2]")
    assert key("<<<Yes>>>") == key("yes")
    assert key("<<<1>>>") != key("<<<2>>>")


def test_a_placeholder_of_the_question_is_no_answer() -> None:
    question = "End with <<<integer>>>, e.g. <<<[X, Y]>>>."
    assert echoes("It is <<<integer>>>", question)
    assert echoes("<<<[X,Y]>>>", question)
    assert echoes("<<<>>>", question)
    assert not echoes("<<<7>>>", question)
    assert not echoes("7", question)


@pytest.mark.parametrize("text", ["<<<" * 100_000, ">>>" * 100_000, "<<<>>>" * 50_000])
def test_hostile_markers_take_bounded_time(text: str) -> None:
    start = time.process_time()
    marked(text)
    key(text)
    echoes(text, text)
    assert time.process_time() - start < 1


def test_a_long_field_is_cut_in_the_middle() -> None:
    text = "a" * 1000 + "b" * 1000
    cut = clip(text, 50)
    assert len(cut) < 300
    assert cut.startswith("a")
    assert cut.endswith("b")
    assert "1800 characters left out" in cut
    assert clip("short", 50) == "short"


def test_old_turns_go_first_and_the_question_never() -> None:
    question = Message("user", "q" * 100_000)
    turns = [
        Message(role, f"{number}{role}" + "x" * 3000)
        for number in range(6)
        for role in ("assistant", "user")
    ]
    kept = fit([question, *turns], 300)
    assert kept[0] == question
    assert kept[-1].content.startswith("5user")
    assert kept[1].role == "assistant"
    assert [m.role for m in kept[1:]] == ["assistant", "user"] * (len(kept) // 2)
    assert len(kept) < len(turns)
    assert all(len(m.content) < 300 * 4 + 60 for m in kept[1:])
