"""The symbolic checker, and the published score that it replaces."""

from __future__ import annotations

import time

import pytest

from codesteer.checkers import symbolic_legacy
from codesteer.checkers.symbolic import LONGEST_SUMMARY, analyze
from tests.methods.test_code_blocks import HOSTILE

COMMENTED = (
    "# information before we perform: transform, verify, difference; the answer is therefore\n"
    'print("<<<42>>>")'
)
FROM_ITERTOOLS = "from itertools import permutations\nprint(list(permutations('abc')))"
IMPORT_ITERTOOLS = "import itertools\nprint(list(itertools.permutations('abc')))"
SYMPY = "from sympy import symbols, solve\nx = symbols('x')\nprint(solve(x**2 - 4))"
FACTORIAL = """
def factorial(n):
    if n <= 1:
        return 1
    else:
        return n * factorial(n - 1)
print(factorial(10))
"""
STRINGS = "s = 'a' + 'b' + 'c' + 'd' + 'e' + 'f' + 'g' + 'h' + \"f\"\nprint(s)"
ADDITIONS = "\n".join(f"v{n} = {n} + 1 + 2 + 3" for n in range(60)) + "\nprint(v1)"
SUM = "i + 1 + 2"
QUEENS = """
def solve(row, cols):
    if row == 8:
        return cols
    for c in range(8):
        if all(c != cc and abs(c - cc) != row - r for r, cc in enumerate(cols)):
            found = solve(row + 1, cols + [c])
            if found:
                return found
    return None

print(solve(0, []))
"""


@pytest.mark.parametrize(
    ("code", "score"),
    [
        (COMMENTED, 7.0),
        (FROM_ITERTOOLS, 0.0),
        (IMPORT_ITERTOOLS, 0.0),
        (SYMPY, 0.5),
        (FACTORIAL, 2.5),
        (STRINGS, 2.0),
        (ADDITIONS, 45.0),
        (QUEENS, 6.0),
    ],
)
def test_the_published_score(code: str, score: float) -> None:
    assert symbolic_legacy.analyze(code).score == score


def test_the_published_signs() -> None:
    assert symbolic_legacy.analyze(IMPORT_ITERTOOLS).searches
    assert not symbolic_legacy.analyze(FROM_ITERTOOLS).searches
    assert not symbolic_legacy.analyze(FACTORIAL).searches
    assert symbolic_legacy.analyze(COMMENTED).symbolic  # "information" holds "format"
    assert symbolic_legacy.analyze(STRINGS).symbolic  # the letter f before a quotation mark
    assert not symbolic_legacy.analyze("print(").parsed
    assert symbolic_legacy.analyze("print(").score == 0
    assert len(symbolic_legacy.analyze(ADDITIONS).summary) < 400  # one line an operator, bounded


@pytest.mark.parametrize(
    ("code", "score"),
    [
        (COMMENTED, 0),
        (FROM_ITERTOOLS, 1.5),
        (IMPORT_ITERTOOLS, 1.5),
        (SYMPY, 3.5),
        (STRINGS, 0),
        (ADDITIONS, 1),
        (FACTORIAL.replace("    else:\n        return n", "    return n"), 3.5),
        (QUEENS, 7.75),
        ("n = int(input())\n" + "n = n + 1 + 2 + 3\n" * 60 + "print(n)", 2.5),
        (f"def unused(n):\n    return [{SUM} for i in range(n) if i]\nprint(input())", 0),
    ],
)
def test_scores(code: str, score: float) -> None:
    assert analyze(code).score == score


def test_search_scores_above_statements() -> None:
    assert analyze(QUEENS).score > 6
    assert analyze(FACTORIAL).score > 3
    assert not analyze(QUEENS).simple
    assert "recursion in solve" in analyze(QUEENS).summary


HARD_CODED = {
    "print": "print('<<<7>>>')",
    "variable": "answer = 7\nprint(f'<<<{answer}>>>')",
    "function": "def solve():\n    return [1, 2]\n\nprint('<<<' + str(solve()) + '>>>')",
    "main": "def main():\n    a = 'x'\n    print(a)\nif __name__ == '__main__':\n    main()",
    "argument": "def show(a):\n    print(f'<<<{a}>>>')\nshow('5')",
    "dead search": (
        "def search(n):\n    for i in range(n):\n        if i * i == n:\n            return i\n"
        "print('<<<3>>>')"
    ),
    "unused loop": "total = 0\nfor i in range(9):\n    total += i\nprint('<<<12>>>')",
    "loop around": "for _ in range(1):\n    print('<<<5>>>')",
    "while around": "while True:\n    print('<<<5>>>')\n    break",
    "write": "import sys\nsys.stdout.write('<<<5>>>')",
    "class": "class A:\n    def f(self):\n        return 4\nprint(A().f())",
    "unused import": "import sympy\nprint(5)",
}


@pytest.mark.parametrize("name", HARD_CODED)
def test_a_written_answer_is_recognised(name: str) -> None:
    found = analyze(HARD_CODED[name])
    assert found.hard_coded, found
    assert found.score <= 1
    assert found.simple


COMPUTED = {
    "fibonacci": "a, b = 0, 1\nfor _ in range(30):\n    a, b = b, a + b\nprint(a)",
    "condition": "n = 91\nfor d in range(2, n):\n    if n % d == 0:\n        print('<<<no>>>')\n        break",
    "filled list": "out = []\nfor i in range(9):\n    if i % 2:\n        out.append(i)\nprint(out)",
    "filled by a call": (
        "def fill(board):\n    for i in range(4):\n        board[i] = i\n"
        "board = [0] * 4\nfill(board)\nprint(board)"
    ),
    "comprehension": "print(sum(x * x for x in range(9)))",
    "attribute": (
        "class S:\n    def __init__(self):\n        self.n = 0\n    def run(self):\n"
        "        for i in range(4):\n            self.n += i\n"
        "s = S()\ns.run()\nprint(s.n)"
    ),
    "recursion": FACTORIAL,
    "while": "n, c = 27, 0\nwhile n != 1:\n    n = n // 2 if n % 2 == 0 else 3 * n + 1\n    c += 1\nprint(c)",
    "library": "import datetime\nd = datetime.date(2020, 1, 1)\nprint(d + datetime.timedelta(days=3))",
    "solver": SYMPY,
    "heap": "import heapq\nh = []\nfor x in [3, 1]:\n    heapq.heappush(h, x)\nprint(h[0])",
    "generator": "def g():\n    yield 4\nprint(list(g()))",
    "eval": "for op in '+-*':\n    if eval(f'3{op}4') == 12:\n        print(op)",
}


@pytest.mark.parametrize("name", COMPUTED)
def test_a_computed_answer_is_not_called_written(name: str) -> None:
    assert not analyze(COMPUTED[name]).hard_coded


def test_arithmetic_on_literals_is_computing_but_simple() -> None:
    found = analyze("print(f'<<<{4821 * 397}>>>')")
    assert not found.hard_coded
    assert found.score == 0.25


@pytest.mark.parametrize(
    ("code", "note"),
    [
        ("while True:\n    x = 1", "endless loop"),
        ("x = input()\nprint(x)", "waits for input"),
        ("print(open('f').read())", "opens files"),
        ("import requests\nprint(requests.get('x'))", "uses requests"),
        (
            "for a in range(1000):\n    for b in range(1000):\n        for c in range(1000):\n"
            "            print(a)",
            "1e+09 rounds",
        ),
        ("print(x", "Not valid Python: line 1"),
        ("x = 1", "It prints nothing."),
    ],
)
def test_risks_are_named(code: str, note: str) -> None:
    assert note in analyze(code).summary


def test_loops_with_a_way_out_are_no_risk() -> None:
    assert "endless" not in analyze("while True:\n    if x:\n        break").summary
    assert "endless" in analyze("while True:\n    for i in a:\n        break").summary


def test_code_is_read_after_dedenting_and_dropping_its_file_name() -> None:
    assert analyze("    x = 1\n    print(x)").parsed
    assert analyze("solution.py\nprint(1)").parsed


def test_the_summary_says_each_reason_once_and_stays_short() -> None:
    names = [f"for i{n} in range(9):\n    eval(str(i{n}))\n    open('x')" for n in range(300)]
    summary = analyze("\n".join(names)).summary
    assert len(summary) <= LONGEST_SUMMARY
    assert summary.count("loop") == 1
    assert "loop x300" in summary
    assert summary.splitlines()[-1].startswith("Score: ")


@pytest.mark.parametrize("number", range(len(HOSTILE)))
def test_hostile_code_takes_bounded_time(number: int) -> None:
    code = HOSTILE[number].replace("```python", "").replace("```", "")
    start = time.process_time()
    analyze(code)
    symbolic_legacy.analyze(code)
    assert time.process_time() - start < 3


@pytest.mark.parametrize(
    "code",
    [
        "x = 0\n" + "if x == 1:\n    x = 2\n" * 3000 + "print(x)",
        "if x:\n    y = 1\n" + "elif x:\n    y = 2\n" * 800 + "print(y)",
        "\n".join(f"def f{n}(a):\n    return f{n + 1}(a)" for n in range(1500)) + "\nprint(f0(1))",
        "\n".join(f"import m{n}" for n in range(2000)) + "\n" + "m1.x(1)\n" * 5000,
        "\n".join(f"v{n} = v{n + 1}" for n in range(3000)) + "\nprint(v0)",
        "print(" + ", ".join("f(x)" for _ in range(9000)) + ")",
        "x = [" + "[i for i in y], " * 3500 + "]\nprint(x)",
        "f(" * 80 + ")" * 80 + "\n",
    ],
)
def test_large_programs_take_bounded_time(code: str) -> None:
    start = time.process_time()
    assert analyze(code).summary
    assert time.process_time() - start < 3
