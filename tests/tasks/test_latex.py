"""The equality of mathematical answers: what must be accepted, what must not, and how fast."""

from __future__ import annotations

import threading
import time
from contextlib import suppress
from fractions import Fraction
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_symbench.tasks.answers import Unreadable
from pytest_symbench.tasks.answers.latex import Match, equal, letters, relative_difference, value
from pytest_symbench.tasks.answers.latex_syntax import parse
from pytest_symbench.tasks.answers.latex_text import boxed, label
from pytest_symbench.tasks.answers.reals import rational

EQUAL = [
    (r"\frac{63}{64}", "0.984375"),
    (r"\tfrac34", "3/4"),
    (r"10\text{ inches}", "10.0"),
    (r"AB=12+12\sqrt3", r"12(\sqrt3+1)"),
    (r"1,\!000,\!000", "1000000"),
    (r"\frac{5\sqrt5}3", "5sqrt(5)/3"),
    (r"40\%", "0.4"),
    (r"40\%", "40%"),
    (r"40\%", "40"),
    (r"\frac{1}{4}", "25%"),
    ("1234567", "1,234,567"),
    ("1234567", "1{,}234{,}567"),
    (r"\frac9{16}", "9/16"),
    (r"\frac1{216}", r"\frac12 \cdot \frac{1}{108}"),
    (r"2\frac13", "7/3"),
    ("7/3", "2 1/3"),
    (r"12\sqrt 3", "12√3"),
    ("3:4", "0.75"),
    (r"60^\circ", "60"),
    (r"60^{\circ}", "60 degrees"),
    ("60", "60°"),
    (r"\frac{\sqrt3}2", r"\sin 60^\circ"),
    (r"\frac{\sqrt3}2", r"\cos(\pi/6)"),
    (r"-\frac{\sqrt{2}}{2}", "-sqrt(2)/2"),
    (r"36\pi", r"36\pi \text{ square cm}"),
    (r"36\pi", "36 pi in^2"),
    (r"36\pi", "2**2 * 9 * pi"),
    (r"5\sqrt{13}", "18.03"),
    (r"5\sqrt{13}", "18.027756377319946"),
    (r"5\sqrt{13}", r"\sqrt{325}"),
    (r"\frac{1}{\sqrt2}", r"\frac{\sqrt2}{2}"),
    (r"\dfrac{1}{29,\!322,\!216}", "3.41e-08"),
    (r"\dfrac{1}{29,\!322,\!216}", "1/29322216"),
    ("-562949953421312", "-2^{49}"),
    ("3628800", "10!"),
    ("252", r"\binom{10}{5}"),
    ("0.3", "0.30000000000000004"),
    ("(2,-2)", r"\left( 2, -2 \right)"),
    ("(2,-2)", "(4/2, -2.0)"),
    ("[2,3)", "[2,3)"),
    ("12,9", "12, 9"),
    (r"\{1,2\}", r"\{2,1\}"),
    (r"\{1,2\}", "1, 2"),
    (r"\pi a^2", r"a \cdot a \cdot \pi"),
    ("12-p", "-(p-12)"),
    (r"\frac{1}{N+1}", "1/(1+N)"),
    (r"\frac{1}{4m}", r"\frac{0.25}{m}"),
    ("y=2x+3", "2x+3"),
    ("y=2x+3", "2x - y + 3 = 0"),
    ("x>2", "2 < x"),
    (r"\tan\theta=2\theta", r"2\theta = \tan \theta"),
    ("C", "(C)"),
    ("C", r"\text{c}"),
    (r"\text{CBAD}", "CBAD"),
    ("CD", "DC"),
    (r"\$\dfrac23 \approx \$0.67", "2/3"),
    (r"0.56 = 56\%", "14/25"),
    ("12", r"\boxed{12}"),
    ("12", "$12$"),
    ("12", "24/2 = 12"),
    ("12", "x = 12"),
    ("12", "|-12|"),
    (r"\frac17\triangle ABC", r"\frac{1}{7} \triangle ABC"),
    ("3", r"\log_2 8"),
    ("12", r"\lfloor 12.5 \rfloor"),
]
DIFFERENT = [
    (r"5\sqrt{13}", "15.97"),
    ("63/64", "0.98"),
    ("4.5", "4.546"),
    ("(2,-2)", "(-2,2)"),
    ("12", "12.01"),
    ("12", "12, 13"),
    ("12", "12x"),
    ("12", "(12, 12)"),
    ("12", "-12"),
    ("40", "40%"),
    (r"5\sqrt{13}", "18"),
    (r"5\sqrt{13}", "18.04"),
    (r"\frac{1}{3}", "0.33"),
    (r"\frac{1}{3}", "0.334"),
    ("1000000000000000000000001", "1000000000000000000000000"),
    ("1000000000000000000000001", "1e24"),
    ("(2,-2)", "[2,-2]"),
    ("(2,-2)", "2,-2"),
    ("(2,-2)", "(2,-2,0)"),
    ("12,9", "9,12"),
    (r"\{1,2\}", r"\{1,3\}"),
    (r"\{1,2\}", "1,2,2"),
    ("12-p", "12-q"),
    ("12-p", "12"),
    (r"\frac{1}{4m}", "1/4m"),
    ("x>2", "x<2"),
    ("x>2", "x"),
    ("C", "B"),
    ("CD", "CB"),
    ("n", "2n"),
    (r"3\pi", "9.4"),
    (r"3\pi", "9"),
    ("3", r"\log_2 9"),
]
SIGNS = r"\frac { } ( ) 1 23 .5 ^ ! \sqrt \pi + - * / x ab , = \circ % \text{ cm \sin | [ ] : <"
UNREADABLE = [
    "",
    "12 or 13",
    "13 = 12",
    "about 12",
    "12 thousand",
    "12 12",
    "1/0",
    "|12",
    "12 !!",
    "?",
]


@pytest.mark.parametrize(("key", "answer"), EQUAL)
def test_equal(key: str, answer: str) -> None:
    assert equal(key, answer).equal, equal(key, answer)


@pytest.mark.parametrize(("key", "answer"), DIFFERENT)
def test_different(key: str, answer: str) -> None:
    match = equal(key, answer)
    assert not match.equal, match
    assert match.reason


@pytest.mark.parametrize("answer", UNREADABLE)
def test_unreadable(answer: str) -> None:
    with pytest.raises(Unreadable):
        equal("12", answer)


def test_exact_only_refuses_roundings_but_no_floats() -> None:
    assert equal(r"5\sqrt{13}", "18.028").equal
    assert not equal(r"5\sqrt{13}", "18.028", exact_only=True).equal
    assert equal(r"5\sqrt{13}", repr(5 * 13**0.5), exact_only=True).equal
    assert not equal("1/3", "0.333333", exact_only=True).equal


def test_the_problem_may_ask_for_a_rounding_or_a_percentage() -> None:
    rounding = "Round to the nearest hundredth."
    assert not equal(".79", "0.7854").equal
    assert equal(".79", "0.7854", problem=rounding).equal
    assert equal(".79", r"\frac{\pi}{4}", problem=rounding).equal
    assert not equal(".79", "0.8", problem=rounding).equal
    assert not equal("4.5", "4.546", problem="Express your answer as a decimal.").equal
    assert equal("40", "40%", problem="What percent is it?").equal


def test_relative_difference() -> None:
    assert relative_difference("1000", "1001") == Fraction(1, 1000)
    assert relative_difference("(1,2)", "(1,2)") is None
    assert relative_difference("12", "x") is None


def test_boxed_and_labels() -> None:
    assert boxed(r"so \boxed{1}, then $\boxed{\frac{1}{2}}$.") == r"\frac{1}{2}"
    assert boxed(r"\fbox{A \text{and} B}") == r"A \text{and} B"
    assert boxed("nothing") is None
    assert boxed(r"\boxed{1") is None
    assert label(r"\text{(B)}") == "b"
    assert label("12") is None
    assert label("n") is None


def test_from_a_thread() -> None:
    found: list[Match] = []
    pairs = [("12", r"\lfloor 12.5 \rfloor"), (r"2\pi", "2π")]
    for key, answer in pairs:
        thread = threading.Thread(target=lambda k=key, a=answer: found.append(equal(k, a)))
        thread.start()
        thread.join()
    assert [match.equal for match in found] == [True, True]


@given(st.integers(-(10**6), 10**6), st.integers(1, 10**6))
@settings(max_examples=60, deadline=None, database=None)
def test_every_form_of_a_fraction(above: int, below: int) -> None:
    exact = Fraction(above, below)
    key = rf"\frac{{{above}}}{{{below}}}"
    for form in (str(exact), f"{3 * above}/{3 * below}", f"({above})/{below}", f"-{-exact}"):
        assert equal(key, form).equal
    assert equal(key, repr(above / below)).equal
    for wrong in (
        exact + 1,
        -exact or 1,
        exact * 10 or 2,
        exact / 2 or 3,
        exact * Fraction(101, 100) or 4,
    ):
        assert not equal(key, str(wrong)).equal


@given(st.text(alphabet=r"0123456789abx.,+-*/^!(){}[]|\=<>%$ _:√π°", max_size=40))
@settings(max_examples=300, deadline=None, database=None)
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        tree = parse(text).tree
        if not letters(tree):
            rational(value(tree))
    except Unreadable:
        pass


def test_no_text_takes_long() -> None:
    assert equal("12", r"\lfloor 12.5 \rfloor").equal  # the library is loaded
    rng, signs = Random(3), SIGNS.split()
    hostile = [
        "".join(rng.choice(signs) for _ in range(length))
        for length in (5, 20, 400)
        for _ in range(100)
    ]
    hostile += [
        unit * (5900 // len(unit)) for unit in [*signs, "1+", "9^", "1=", r"\sqrt{2}+", "2 1/3 "]
    ]
    hostile += [
        r"\sin 1+" * 700 + "1",
        "5000!",
        r"(1000!)^{1000}",
        "2^{2^{2^{2^2}}}",
        "1e400*" * 500,
    ]
    hostile += [
        "*".join(["9" * 400] * 14),
        r"\binom{5000}{2500}" * 300,
        "1" * 4300 + "/7",
        " " * 5900,
    ]
    keys = [
        "12",
        r"\frac{5\sqrt5}{3}",
        "(2,-2)",
        r"\pi a^2",
        "C",
        "12,9",
        "x+y=5",
        r"\frac17\triangle A",
    ]
    for text in hostile:
        key = rng.choice(keys)
        start = time.thread_time()
        with suppress(Unreadable):
            assert not equal(key, text).equal, (key, text)
        assert time.thread_time() - start < 0.4, (key, text[:50])
