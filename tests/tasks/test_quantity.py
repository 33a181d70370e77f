"""Numbers with signs of currency and percent and with units, and exact decimals."""

from __future__ import annotations

from fractions import Fraction

import pytest

from pytest_symbench.tasks.answers import Unreadable
from pytest_symbench.tasks.answers.numbers import Quantity, quantity, rounding_of, written


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("12", Quantity(Fraction(12), 0, 2, False, "")),
        ("12.50", Quantity(Fraction(25, 2), 2, 4, False, "")),
        ("$1,234.5", Quantity(Fraction(12345, 10), 1, 5, False, "")),
        ("-$7", Quantity(Fraction(-7), 0, 1, False, "")),
        ("€ 3", Quantity(Fraction(3), 0, 1, False, "")),
        ("40%", Quantity(Fraction(40), 0, 2, True, "")),
        (r"40\%", Quantity(Fraction(40), 0, 2, True, "")),
        ("40 percent", Quantity(Fraction(40), 0, 2, True, "")),
        ("12 km/h", Quantity(Fraction(12), 0, 2, False, "km/h")),
        ("12 Years old.", Quantity(Fraction(12), 0, 2, False, "years old")),
        ("x = 12 eggs", Quantity(Fraction(12), 0, 2, False, "eggs")),
        ("3/4", Quantity(Fraction(3, 4), None, 2, False, "")),
        ("4.33735e-05", Quantity(Fraction("4.33735e-05"), 10, 6, False, "")),
        ("1_000_000", Quantity(Fraction(10**6), 0, 7, False, "")),
        ("\u22120.050", Quantity(Fraction(-1, 20), 3, 2, False, "")),
    ],
)
def test_quantity(text: str, expected: Quantity) -> None:
    assert quantity(text) == expected


@pytest.mark.parametrize(
    "text", ["", "eggs", "about 12", "12 or 13", "12 13", "%", "$", "12 eggs 3", "1,23", "9" * 9000]
)
def test_no_quantity(text: str) -> None:
    with pytest.raises(Unreadable):
        quantity(text)


def test_rounding() -> None:
    third = Fraction(1, 3)
    assert rounding_of(quantity("0.333"), third)
    assert not rounding_of(quantity("0.334"), third)
    assert rounding_of(quantity("3.33e-1"), third)
    assert not rounding_of(quantity("3/10"), third)
    assert rounding_of(quantity("0"), third)


def test_written() -> None:
    for text in ("0", "-3", "0.05", "-12.125", "1/3", "-7/6", "1000000"):
        assert written(Fraction(text)) == text
