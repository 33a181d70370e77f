"""Finding the program in a reply: every form of fence, and hostile text in linear time."""

from __future__ import annotations

import time

import pytest

from codesteer.methods.code_blocks import extract, parse, split

PROGRAM = "print(1)"


@pytest.mark.parametrize(
    "reply",
    [
        "```python\nprint(1)\n```",
        "```py\nprint(1)\n```",
        "```python3\nprint(1)\n```",
        "```Python\nprint(1)\n```",
        "```PYTHON\nprint(1)\n```",
        "``` python\nprint(1)\n```",
        "```python \nprint(1)\n```",
        "```python\r\nprint(1)\r\n```\r\n",
        "```python\t\nprint(1)\n```  ",
        "```\nprint(1)\n```",
        "````python\nprint(1)\n````",
        "~~~python\nprint(1)\n~~~",
        "~~~\nprint(1)\n~~~",
        "```{python}\nprint(1)\n```",
        '```python title="x.py"\nprint(1)\n```',
        "1. Like this:\n   ```python\n   print(1)\n   ```",
        "\t```python\n\tprint(1)\n\t```",
        "Here: ```python\nprint(1)\n```",
        "```python\nprint(1)```",
        "```python print(1)```",
        "Use ```python print(1)``` here.",
        "```python\nprint(1)",
        "text\n```python\nprint(1)\n```\nmore\n```bash\nls\n```",
        "```sh\nls\n```\n```python\nprint(1)\n```",
        "```python\nprint(1)\n```\n```text\n1\n```",
        "```python\nprint(1)\n```\nOutput:\n```\n1\n```",
        "```python\nprint(1\n```\nfixed:\n```python\nprint(1)\n```",
        "```python\nprint(1)\n```\n```python\nx = (\n```",
        "```python\nprint(2)\n```\nBetter:\n```python\nprint(1)\n```",
        "```python\nprint(1)\n```\nLonger:\n```python\nprint(2)\nprint(3",
        "```python\n```\n```python\nprint(1)\n```",
        "Inline `print(2)` and ``x`` are no blocks.\n```python\nprint(1)\n```",
    ],
)
def test_every_form_of_fence(reply: str) -> None:
    assert (extract(reply).code or "").strip() == PROGRAM


@pytest.mark.parametrize(
    "reply",
    [
        "",
        "print(1)",
        "`print(1)`",
        "```bash\npython -c 'print(1)'\n```",
        "```sh\nprint(1)\n```",
        "```shell\necho 1\n```",
        "```console\n$ ls\n```",
        "```json\n{}\n```",
        "```text\nprint(1)\n```",
        "```javascript\nprint(1)\n```",
        "```\n1 2 3\n4 5 6\n```",
        "```\nPositions: [1, 2]\n```",
        "```python\n\n```",
        "```",
        "```python",
    ],
)
def test_what_is_no_program(reply: str) -> None:
    assert extract(reply).code is None


def test_the_last_complete_program_that_prints_counts() -> None:
    draft, final = "print('draft')", "print('final')"
    reply = f"```python\n{draft}\n```\n```python\n{final}\n```\n```python\nx = 1\n```"
    assert extract(reply).code == final


def test_a_block_that_needs_an_earlier_one_is_joined_to_it() -> None:
    reply = (
        "```python\nimport math\ndef f(n):\n    return math.factorial(n)\n```\n"
        "```python\nunused = 1\n```\nNow use it:\n```python\nprint(f(5))\n```"
    )
    code = extract(reply).code
    assert code == "import math\ndef f(n):\n    return math.factorial(n)\n\nprint(f(5))"


def test_a_block_is_not_joined_to_one_that_it_does_not_need() -> None:
    reply = "```python\nx = 1\nprint(x)\n```\nBetter:\n```python\nx = 2\nprint(x)\n```"
    assert extract(reply).code == "x = 2\nprint(x)"


def test_a_reply_cut_inside_its_only_block_has_no_program() -> None:
    found = extract("```python\nprint(1)\nprint(2", cut=True)
    assert (found.code, found.truncated) == (None, True)
    assert extract("```python\nprint(1)", cut=True).code is None  # it might have gone on


def test_a_complete_block_before_the_cut_counts() -> None:
    found = extract("```python\nprint(1)\n```\nand\n```python\nprint(2", cut=True)
    assert (found.code, found.truncated) == ("print(1)", True)


def test_code_with_an_error_is_found_so_that_its_message_can_help() -> None:
    assert extract("```python\nprint(1\n```").code == "print(1"


def test_prose_is_what_is_left() -> None:
    found = extract("Before.\n```python\nprint('<<<1>>>')\n```\nAfter <<<2>>>.")
    assert found.prose == "Before.\n\nAfter <<<2>>>."


def test_indentation_inside_a_block_is_kept() -> None:
    reply = "- so:\n    ```python\n    if True:\n        print(1)\n    ```"
    assert extract(reply).code == "if True:\n    print(1)"


def test_a_new_fence_ends_a_block_that_was_never_closed() -> None:
    blocks, _ = split("```python\nprint(1)\n```python\nprint(2)\n```")
    assert [(b.code, b.closed) for b in blocks] == [("print(1)", False), ("print(2)", True)]


HOSTILE = [
    "```" * 60_000,
    "`" * 200_000,
    "~" * 200_000,
    "```python\n" * 20_000,
    "```py\nprint(1)\n```\n" * 8_000,
    "```" + "a" * 200_000 + "`",
    "```py" + " " * 200_000,
    "```py " + "x " * 100_000,
    "\n" * 200_000,
    " " * 200_000 + "```",
    "\r" * 200_000,
    "```python\n" + "(" * 50_000 + "\n```",
    "```python\n" + "[" * 80 + "]" * 80 + "\n```",
    "```python\n" + "-" * 50_000 + "1\n```",
    "```python\n" + "not " * 12_000 + "1\n```",
    "```python\n" + "lambda: " * 7_000 + "1\n```",
    "```python\nx = " + "1+" * 25_000 + "1\n```",
    "```python\nx = " + "a." * 25_000 + "b\n```",
    "```python\nx = " + "a if b else " * 4_000 + "c\n```",
    "```python\nx = " + "2**" * 15_000 + "1\n```",
    "```python\n" + "\n".join(" " * i + "if 1:" for i in range(300)) + "\n```",
    "```python\n" + "if a: pass\nel" * 4_000 + "se: pass\n```",
    "```python\n" + "f(" * 85 + "\n```",
    "```python\n" + "{{{" * 25 + "\n```",
    "```python\n" + "'" * 50_000 + "\n```",
    "```python\n" + 'f"{' * 10_000 + "\n```",
    "```python\n" + "@" * 50_000 + "\n```",
    "```python\n" + "\\\n" * 25_000 + "\n```",
    "```python\nprint('\x00')\n```",
    "```python\nprint('\ud800')\n```",
    "\u2028".join(["```python"] * 20_000),
]


@pytest.mark.parametrize("number", range(len(HOSTILE)))
def test_hostile_text_takes_bounded_time(number: int) -> None:
    start = time.process_time()
    extract(HOSTILE[number])
    extract(HOSTILE[number], cut=True)
    assert time.process_time() - start < 1.5


def test_time_grows_with_length_not_with_its_square() -> None:
    def seconds(copies: int) -> float:
        text = "prose ``` with ` ticks\n```x\n" * copies
        best = 9.0
        for _ in range(3):
            start = time.process_time()
            split(text)
            best = min(best, time.process_time() - start)
        return best

    assert seconds(16_000) < 10 * seconds(4_000) + 0.05


def test_a_program_too_deep_to_parse_is_not_parsed() -> None:
    assert parse("(" * 200 + "1" + ")" * 200) is None
    assert parse("x = " + "-" * 500 + "1") is None
    assert parse("1" * 70_000) is None
    assert parse("print(1)") is not None
