"""Real numbers: exact fractions as long as possible, then 60 digits of a decimal. No floats."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Context, Decimal, DecimalException, localcontext
from fractions import Fraction
from math import comb, factorial, isqrt
from typing import TypeAlias

from pytest_symbench.tasks.answers.extract import Unreadable

Real: TypeAlias = "Fraction | Decimal"

DIGITS = 60
PI = Decimal("3.14159265358979323846264338327950288419716939937510582097494459230781640628620899")
E = Decimal("2.71828182845904523536028747135266249775724709369995957496696762772407663035354759")
MAX_BITS = 20_000
MAX_FACTORIAL = 1000
MAX_ANGLE = 10**6

_CONTEXT = Context(prec=DIGITS)


def decimal(value: Real) -> Decimal:
    """The value with 60 digits."""
    if isinstance(value, Decimal):
        return value
    return _exactly(lambda: Decimal(value.numerator) / Decimal(value.denominator))


def add(left: Real, right: Real) -> Real:
    if isinstance(left, Fraction) and isinstance(right, Fraction):
        return _bounded(left + right)
    return _exactly(lambda: decimal(left) + decimal(right))


def multiply(left: Real, right: Real) -> Real:
    if isinstance(left, Fraction) and isinstance(right, Fraction):
        return _bounded(left * right)
    return _exactly(lambda: decimal(left) * decimal(right))


def divide(left: Real, right: Real) -> Real:
    if zero(right):
        raise Unreadable("a division by zero")
    if isinstance(left, Fraction) and isinstance(right, Fraction):
        return _bounded(left / right)
    return _exactly(lambda: decimal(left) / decimal(right))


def negative(value: Real) -> Real:
    return -value if isinstance(value, Fraction) else value.copy_negate()


def magnitude(value: Real) -> Real:
    return abs(value) if isinstance(value, Fraction) else value.copy_abs()


def power(base: Real, exponent: Real) -> Real:
    """A power with a real exponent; the base may be negative where the exponent allows it."""
    if isinstance(exponent, Decimal):
        if decimal(base) <= 0:
            raise Unreadable("a power of a number that is not positive")
        return _exactly(lambda: decimal(base) ** exponent)
    if exponent.denominator > 1:
        return power(root(base, exponent.denominator), Fraction(exponent.numerator))
    times = exponent.numerator
    if times < 0:
        return divide(Fraction(1), power(base, Fraction(-times)))
    if isinstance(base, Decimal):
        if times > 10_000:
            raise Unreadable("a huge power")
        return _exactly(lambda: base**times)
    bits = max(base.numerator.bit_length(), base.denominator.bit_length())
    if bits > 1 and bits * times > MAX_BITS:
        raise Unreadable("a huge power")
    return base ** (times if bits > 1 else times % 2 + 2 * (times > 1))


def root(value: Real, degree: int) -> Real:
    """The real root, exact where it is rational."""
    if not 1 <= degree <= 1000:
        raise Unreadable("a root of no usual degree")
    if value < 0:
        if degree % 2 == 0:
            raise Unreadable("an even root of a negative number")
        return negative(root(negative(value), degree))
    if isinstance(value, Fraction):
        above = whole_root(value.numerator, degree)
        below = whole_root(value.denominator, degree)
        if above is not None and below is not None:
            return Fraction(above, below)
    if zero(value):
        return Fraction(0)
    if degree == 2:
        return _exactly(lambda: decimal(value).sqrt())
    return _exactly(lambda: decimal(value) ** (Decimal(1) / degree))


def whole_root(value: int, degree: int) -> int | None:
    """The root of an integer that is not negative, if it is an integer."""
    if degree == 2:
        near = isqrt(value)
    else:
        low, high = 0, 1 << (value.bit_length() // degree + 1)
        while low < high:
            middle = (low + high + 1) // 2
            low, high = (middle, high) if middle**degree <= value else (low, middle - 1)
        near = low
    return near if near**degree == value else None


def factorial_of(value: Real) -> Real:
    if not isinstance(value, Fraction) or value.denominator > 1 or not 0 <= value <= MAX_FACTORIAL:
        raise Unreadable("a factorial of no small whole number")
    return Fraction(factorial(value.numerator))


def binomial(above: Real, below: Real) -> Real:
    for value in (above, below):
        if not isinstance(value, Fraction) or value.denominator > 1 or not 0 <= value <= 5000:
            raise Unreadable("a binomial coefficient of no small whole numbers")
    return Fraction(comb(int(above), int(below)))


def sine(angle: Real) -> Real:
    """The sine of an angle in radians."""
    if magnitude(angle) > MAX_ANGLE:
        raise Unreadable("a huge angle")
    with localcontext(_CONTEXT):
        x = decimal(angle) % (2 * PI)
        term, total, number = x, x, 1
        while abs(term) > Decimal(10) ** -DIGITS and number < 400:
            number += 2
            term = -term * x * x / (number * (number - 1))
            total += term
        return total if abs(total) > Decimal(10) ** -50 else Fraction(0)


def cosine(angle: Real) -> Real:
    return sine(add(angle, PI / 2))


def logarithm(value: Real) -> Real:
    if value <= 0:
        raise Unreadable("the logarithm of a number that is not positive")
    return _exactly(lambda: decimal(value).ln())


def zero(value: Real) -> bool:
    """Zero, or nothing but the rounding of the last of 60 digits."""
    return value == 0 or (isinstance(value, Decimal) and value.copy_abs() < Decimal(10) ** -45)


def near(left: Real, right: Real, tolerance: Fraction) -> bool:
    """Do two values agree within a relative tolerance? Zero counts as one part of 1e-12."""
    one, other = rational(left), rational(right)
    size = max(abs(one), abs(other))
    floor = Fraction(1, 10**12) if zero(left) or zero(right) else Fraction(0)
    return abs(one - other) <= max(size * tolerance, floor * min(Fraction(1), tolerance * 10**9))


def rational(value: Real) -> Fraction:
    """The value as a fraction: exact, or exact to 60 digits."""
    return value if isinstance(value, Fraction) else Fraction(value)


def _bounded(value: Fraction) -> Fraction:
    if max(value.numerator.bit_length(), value.denominator.bit_length()) > MAX_BITS:
        raise Unreadable("a number of too many digits")
    return value


def _exactly(work: Callable[[], Decimal]) -> Decimal:
    try:
        with localcontext(_CONTEXT):
            result = work()
    except DecimalException:
        raise Unreadable("a number that is too large or does not exist") from None
    if not result.is_finite() or abs(result.adjusted()) > 5000:
        raise Unreadable("a number that is too large")
    return result
