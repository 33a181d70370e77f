"""Nested literals: what is read, what is refused, and in which time."""

from __future__ import annotations

import gc
import json
import sys
import time
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_symbench.tasks.answers import Unreadable
from pytest_symbench.tasks.answers.literals import Literal, Object, literal, literal_at


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("[]", []),
        ("()", []),
        ("{}", Object([])),
        (" [ 1 , 2 , ] ", [1, 2]),
        ("[(43, [0, 1]), (7, [2])]", [[43, [0, 1]], [7, [2]]]),
        ("[-3, +4, \u22125, 007]", [-3, 4, -5, 7]),
        (
            "[0.5, -1.25, .5, 2., 1e-3, 1E2]",
            [*map(Fraction, ("1/2", "-5/4", "1/2", "2", "1/1000", "100"))],
        ),
        ("['a', \"it's\", '']", ["a", "it's", ""]),
        ('{"a": 1, "a": [2]}', Object([("a", 1), ("a", [2])])),
        ("{1: 2}", Object([(1, 2)])),
        ("7", 7),
    ],
)
def test_read(text: str, value: Literal) -> None:
    assert literal(text) == value


@pytest.mark.parametrize(
    "text",
    [
        *("", " ", "x", "[", "[1", "[1,", "(1]", "[1 2]", "[,]", "[1,,2]", "[1]]", "[1] 2", "1-2"),
        *(
            "--1",
            "1.2.3",
            "1_000",
            "1e",
            "1e999",
            "1/2",
            "[1:2]",
            "{1}",
            "{1:}",
            "{:1}",
            "'a",
            "'a'b",
        ),
        *('"a\nb"', r'"\u0041"', "None", "true", "nan", "inf", "\u0663", "[1;2]", "9" * 401),
    ],
)
def test_refused(text: str) -> None:
    with pytest.raises(Unreadable):
        literal(text)


def test_read_from_a_position() -> None:
    assert literal_at("Step 1: [1, (2)] and on", 8) == ([1, [2]], 16)


@given(
    st.recursive(
        st.integers() | st.text("abc ,:[](){}'", max_size=5),
        lambda inner: (
            st.lists(inner, max_size=4) | st.dictionaries(st.text("abc"), inner, max_size=3)
        ),
        max_leaves=20,
    )
)
@settings(max_examples=80, deadline=None, database=None)
def test_json_is_read_as_json(value: object) -> None:
    def plain(read: Literal) -> object:
        if isinstance(read, Object):
            return {str(key): plain(inner) for key, inner in read.pairs}
        return [plain(inner) for inner in read] if isinstance(read, list) else read

    assert plain(literal(json.dumps(value))) == value


@pytest.mark.parametrize(
    "text",
    [
        "[" * 100_000,
        "[" + "1," * 49_000 + "]",
        "[" + "(1.5,2.5)," * 10_000 + "]",
        "9" * 99_998 + "ee",
        "9" * 50_000 + "." + "9" * 49_000 + "ee",
        " " * 99_999,
        "[" + " " * 99_000,
        '"' * 100_000,
        '{"a":' * 20_000,
        "[" + "1e99," * 20_000,
    ],
    ids=lambda text: text[:8],
)
def test_long_texts_are_refused_in_time(text: str) -> None:
    allowed = 1.0 if sys.gettrace() else 0.2  # measuring coverage slows it down
    gc.collect()  # or what other tests left is collected meanwhile, and takes longer than this
    start = time.thread_time()
    with pytest.raises(Unreadable):
        literal(text)
    assert time.thread_time() - start < allowed
