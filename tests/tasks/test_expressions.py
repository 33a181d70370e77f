from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_symbench.tasks.answers import Unreadable
from pytest_symbench.tasks.answers.expressions import expression, listed_expression

trees = st.recursive(
    st.integers(0, 20).map(str),
    lambda part: st.builds("({}{}{})".format, part, st.sampled_from("+-*/"), part),
    max_leaves=8,
)


@given(text=trees)
def test_the_value_is_that_of_exact_arithmetic(text: str) -> None:
    names = {"F": Fraction}
    wrapped = "".join(f"F({token})" if token.isdigit() else token for token in spaced(text))
    try:
        expected = eval(wrapped, names)
    except ZeroDivisionError:
        expected = None
    for read in (expression(text), listed_expression(f"[{', '.join(spaced(text))}]")):
        assert read.value() == expected
        assert read.literals == [int(token) for token in spaced(text) if token.isdigit()]


def spaced(text: str) -> list[str]:
    for sign in "+-*/()":
        text = text.replace(sign, f" {sign} ")
    return text.split()


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2+3*4", 14),
        ("2-3-4", -5),
        ("24/4/2", 3),
        ("24/4*2", 12),
        ("8/(3-8/3)", 24),
        ("8 ÷ [3 \u2212 {8 ÷ 3}]", 24),
        (r"\frac{8}{3-\frac{8}{3}}", 24),
        (r"2\times\frac{6-2}{4}+1", 3),
        (r"10-\frac{6}{2}", 7),
        (r"12/\frac{6}{2}", 4),
        (r"$\left(2+3\right)\cdot 4$", 20),
        ("(2-5)*(2-10) = (-3) * -8 = 24.0", 24),
        ("1/(2-2)", None),
    ],
)
def test_signs_and_precedence(text: str, value: int | None) -> None:
    assert expression(text).value() == value


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("3 4", "no operator before the number 4"),
        ("2(3)", "no operator before '('"),
        ("(1)(2)", "no operator before '('"),
        ("-3", "'-' stands at the beginning"),
        ("3*-4", "'-' stands after '*'"),
        ("(+3)*2", "'+' stands after '('"),
        ("2**3", "'**' is not allowed"),
        ("7//2", "'//' is not allowed"),
        ("2.4*10", "'.' is not a number"),
        ("2^3", "'^' is not a number"),
        ("()", "')' stands after '('"),
        ("3*()", "')' stands after '('"),
        ("(3", "')' is missing"),
        ("3)", "')' closes nothing"),
        ("(3]", "']' closes nothing"),
        ("3+", "ends after '+'"),
        (r"\frac12", "\\frac{numerator}{denominator}"),
        (r"\frac{1}2", "\\frac{numerator}{denominator}"),
        (r"\frac{1}", "\\frac{numerator}{denominator}"),
        ("4*6 = 24 or 3*8 = 24", "not a step"),
        ("24 = 4*6", "expected an integer"),
        ("9" * 5000, "digits"),
        ("1+" * 10_001 + "1", "more than 20000 signs"),
        ("٣", "not a number"),
        ("", "no expression"),
    ],
)
def test_what_is_not_an_expression(text: str, reason: str) -> None:
    with pytest.raises(Unreadable) as caught:
        expression(text)
    assert reason in str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        "[(, 3, +, 5, ), *, 2]",
        "(, 3, +, 5, ), *, 2",
        "[[(, 3, +, 5, ), *, 2]]",
        "['(', '3', '+', '5', ')', '*', '2']",
        '["(", "3", "+", "5", ")", "*", "2", "=", "16"]',
        '["(", "3", "+", "5", ")", "*", "2"] = 16',
        "[(3, +, 5), ×, 2,]",
        "(; 3; +; 5; ); *; 2",
        "(3+5)*2 = 16",
    ],
)
def test_lists_of_signs(text: str) -> None:
    read = listed_expression(text)
    assert read.literals == [3, 5, 2]
    assert read.value() == 16


@pytest.mark.parametrize(
    "text",
    ["[6, , 9]", "[6, 9]", "[6, -, [, 6, -, 9, ]]", "[3, +, 5], *, 2", "[]", "[,]", "[*, *]"],
)
def test_what_is_not_a_list_of_signs(text: str) -> None:
    with pytest.raises(Unreadable):
        listed_expression(text)


def test_what_an_answer_claims_counts() -> None:
    assert expression("4*6").misses(24) is None
    assert expression("4*6=24").misses(24) is None
    assert "claims 25" in (expression("4*6=25").misses(24) or "")
    assert "is 25/6, not 24" in (expression("25/6").misses(24) or "")
    assert "divides by zero" in (expression("4/(6-6)").misses(24) or "")
