"""Cryptanalysis: a lock code of digits and letters from guesses with feedback."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import islice
from random import Random
from string import ascii_lowercase, ascii_uppercase

from pytest_symbench.tasks.answers import Unreadable, final_answer
from pytest_symbench.tasks.answers.numbers import shorten
from pytest_symbench.tasks.logic.cryptanalysis_published import published
from pytest_symbench.tasks.logic.cryptanalysis_solver import (
    Clue,
    Feedback,
    agreeing,
    candidates,
    codes,
    feedback,
    symbol_sets,
)
from pytest_symbench.tasks.published import Record
from pytest_symbench.tasks.task import Data, LevelError, Params, Task, Verdict, right, wrong

NAME = "cryptanalysis"
HARDEST = 13  # six digits and six letters
EAGER = 7  # so few clues are only enough if each says much
TRIES = 60
UPPER = str.maketrans(ascii_lowercase, ascii_uppercase)  # `upper` would read other signs as letters
LONGEST = 2000  # characters of an answer, with all its brackets and blanks


def setting(
    digits: int, letters: int, clues: tuple[int, int], alphabet: tuple[int, int] = (10, 26)
) -> Params:
    return {
        "digits": digits,
        "letters": letters,
        "alphabet": list(alphabet),
        "clues": list(clues),
    }


LEVELS = {
    1: setting(1, 1, (3, 5), (10, 10)),
    2: setting(2, 2, (4, 6)),
    3: setting(2, 2, (7, 9)),
    4: setting(2, 2, (10, 12)),
    5: setting(2, 2, (16, 18)),
}


def params(level: int) -> Params:
    if level > HARDEST:
        raise LevelError(f"{NAME} is defined for levels 1 to {HARDEST}, not {level}")
    beyond = level - 5
    return LEVELS.get(level) or setting(2 + (beyond + 1) // 2, 2 + beyond // 2, (16, 18))


def size(params: Params) -> float:
    symbols: int = params["digits"] + params["letters"]
    return symbols + float(params["clues"][1])


class _Half:
    """What is known of the digits, or of the letters, after some clues."""

    def __init__(self, length: int, alphabet: int, rng: Random) -> None:
        self.alphabet, self.rng = alphabet, rng
        self.code = rng.sample(range(alphabet), length)
        self.sets: Sequence[int] = symbol_sets(length, alphabet)
        self.clues: list[Clue] = []

    def guess(self) -> Clue:
        while True:
            guess = self.rng.sample(range(self.alphabet), len(self.code))
            if guess != self.code:  # a half that is given away would leave nothing to find
                return Clue(guess, feedback(guess, self.code))

    def left(self, clue: Clue) -> list[int]:
        return agreeing(self.sets, clue)

    def solved_by(self, clue: Clue) -> bool:
        return len(list(islice(codes(self.left(clue), [*self.clues, clue]), 2))) == 1

    def add(self, clue: Clue) -> None:
        self.sets = self.left(clue)
        self.clues.append(clue)


def generate(params: Params, rng: Random) -> Data:
    while True:
        count = rng.randint(*params["clues"])
        digits = _Half(params["digits"], params["alphabet"][0], rng)
        letters = _Half(params["letters"], params["alphabet"][1], rng)
        if all(_add_clue(digits, letters, count, last=n == count - 1) for n in range(count)):
            return {
                "digits": params["digits"],
                "letters": params["letters"],
                "alphabet": params["alphabet"],
                "clues": [
                    {
                        "guess": _text(d.guess, c.guess),
                        "digits": list(d.feedback),
                        "letters": list(c.feedback),
                    }
                    for d, c in zip(digits.clues, letters.clues, strict=True)
                ],
            }


def _add_clue(digits: _Half, letters: _Half, count: int, *, last: bool) -> bool:
    """Adds a clue that settles the code if it is the last one and leaves it open if not."""
    open_: list[tuple[Clue, Clue]] = []
    for _ in range(TRIES):
        pair = digits.guess(), letters.guess()
        if pair in zip(digits.clues, letters.clues, strict=True):
            continue
        if (digits.solved_by(pair[0]) and letters.solved_by(pair[1])) == last:
            open_.append(pair)
            if last or count >= EAGER or len(open_) == EAGER:
                break
    if not open_:
        return False
    best = min(open_, key=lambda pair: len(digits.left(pair[0])) * len(letters.left(pair[1])))
    digits.add(best[0])
    letters.add(best[1])
    return True


def _text(digits: Sequence[int], letters: Sequence[int]) -> str:
    return "".join(map(str, digits)) + "".join(ascii_uppercase[letter] for letter in letters)


def render(data: Data) -> str:
    digits, letters = data["digits"], data["letters"]
    last_digit, last_letter = data["alphabet"][0] - 1, ascii_uppercase[data["alphabet"][1] - 1]
    clues = "\n".join(
        f"{number}. {clue['guess']}: digits {_words(clue['digits'])}; "
        f"letters {_words(clue['letters'])}"
        for number, clue in enumerate(data["clues"], 1)
    )
    return (
        f"A lock opens with a code of {_count(digits, 'digit')} from 0 to {last_digit} followed "
        f"by {_count(letters, 'letter')} from A to {last_letter}. Find the code from guesses of "
        "the same form that were tried on the lock. The digits of a guess were compared with the "
        "digits of the code, and its letters with the letters of the code:\n"
        "- placed: how many of them stand at the same place in the code,\n"
        "- misplaced: how many of them occur in the code, but at another place,\n"
        "- absent: how many of them do not occur in the code.\n"
        "Where digits are absent, 'too low' is added if all of them are smaller than every digit "
        "of the code, and 'too high' if all of them are larger than every digit of the code. "
        "Likewise for absent letters: 'too low' if all of them come earlier in the alphabet than "
        "every letter of the code, 'too high' if all of them come later. Each is added whenever "
        "it is true, so where neither is added, neither is true.\n\n"
        f"{clues}\n\n"
        "Only one code agrees with all of this.\n"
        + final_answer("the code, one symbol after the other,", '["digit", ..., "letter", ...]')
    )


def _count(number: int, what: str) -> str:
    return f"one {what}" if number == 1 else f"{number} different {what}s"


def _words(seen: Sequence[int | str]) -> str:
    placed, misplaced, absent, tag = seen
    added = f" (too {tag})" if tag else ""
    return f"{placed} placed, {misplaced} misplaced, {absent} absent{added}"


def verify(data: Data, text: str) -> Verdict:
    digits, letters = _read(text, data)
    for half, name, highest in zip(
        (digits, letters), ("digit", "letter"), data["alphabet"], strict=True
    ):
        for symbol in half:
            shown = str(symbol) if name == "digit" else ascii_uppercase[symbol]
            if half.count(symbol) > 1:
                return wrong(f"the {name} {shown} occurs more than once")
            if symbol >= highest:
                return wrong(f"the {name} {shown} cannot occur in the code")
    for number, clue in enumerate(data["clues"], 1):
        guess = _split(clue["guess"], data)
        for half, mine, name in zip((digits, letters), guess, ("digits", "letters"), strict=True):
            seen = feedback(mine, half)
            if list(seen) != clue[name]:
                what = f"guess {number} ({clue['guess']})"
                return wrong(f"with this code, {what} would have {_words(seen)} for its {name}")
    return right("all guesses would get this feedback")


def _read(text: str, data: Data) -> tuple[list[int], list[int]]:
    if len(text) > LONGEST:
        raise Unreadable("expected a code, got a long text")
    return _split(re.sub(r"[\s,;\[\](){}\"'`“”‘’]", "", text).translate(UPPER), data)


def _split(text: str, data: Data) -> tuple[list[int], list[int]]:
    digits, letters = data["digits"], data["letters"]
    if not re.fullmatch(rf"[0-9]{{{digits}}}[A-Z]{{{letters}}}", text):
        wanted = f"{digits} digits and then {letters} letters"
        raise Unreadable(f"expected {wanted}, got {shorten(text)}")
    return [int(d) for d in text[:digits]], [ascii_uppercase.index(c) for c in text[digits:]]


def solve(data: Data) -> str:
    halves = []
    for half, name in enumerate(("digits", "letters")):
        clues = [
            Clue(_split(clue["guess"], data)[half], Feedback(*clue[name])) for clue in data["clues"]
        ]
        halves.append(next(candidates(data[name], data["alphabet"][half], clues), None))
    if halves[0] is None or halves[1] is None:
        raise ValueError("no code agrees with the feedback")
    return "[" + ", ".join(f'"{symbol}"' for symbol in _text(halves[0], halves[1])) + "]"


def matches_key(record: Record, text: str) -> bool:
    try:
        return _read(text, record.data) == _read(record.stored or "", record.data)
    except Unreadable:
        return False


TASK = Task(
    name=NAME,
    title="Cryptanalysis",
    version=1,
    split="unseen",
    family="logic",
    idea=(
        "Find a lock code of digits and letters from guesses; for each, the lock tells how many "
        "symbols are in place, elsewhere or absent, and whether the absent ones are too low or "
        "too high."
    ),
    knobs="The digits and letters of the code, and the number of guesses that are needed.",
    acceptance=(
        "The code, which is the only one that reproduces all feedback; as a JSON list, a plain "
        "list or one word, in either case of letters."
    ),
    published_defects=(
        "The 100 keys are right if missing feedback counts as feedback, which no question says; "
        "read as mere truths, 23 questions have 2 to 36 answers. The judge rejects the JSON list "
        "that the questions ask for, and in 18 clues a whole half of the code is given away."
    ),
    size_name="symbols of the code and clues",
    size=size,
    params=params,
    generate=generate,
    render=render,
    verify=verify,
    solve=solve,
    paper_settings={
        f"guesses-{low}-{low + 2}": setting(2, 2, (low, low + 2)) for low in (4, 7, 10, 13, 16)
    },
    published=published,
    matches_key=matches_key,
)
