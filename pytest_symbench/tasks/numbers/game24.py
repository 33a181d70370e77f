"""Game 24: an expression over given numbers, each used once in any order, that hits a target."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from random import Random

from pytest_symbench.tasks.answers import Unreadable, final_answer
from pytest_symbench.tasks.answers.expressions import expression
from pytest_symbench.tasks.answers.lists import show
from pytest_symbench.tasks.answers.numbers import shorten
from pytest_symbench.tasks.numbers.game24_solver import COMPLETE, find_expression
from pytest_symbench.tasks.published import Damaged, Fault, Flag, Record, read_text
from pytest_symbench.tasks.task import Data, LevelError, Params, Task, Verdict, right, wrong

NAME = "game24"
LEVELS = {1: (2, 99), 2: (3, 39), 3: (4, 13), 4: (20, 20), 5: (80, 20_000)}
HARDEST = 100  # 1600 numbers; an answer of many more would outgrow what is read of an answer
FOLDER = "game24_dataset"


def setting(count: int, high: int, *, low: int = 1, target: int = 24) -> Params:
    return {"count": count, "low": low, "high": high, "target": target}


def params(level: int) -> Params:
    if level > HARDEST:
        raise LevelError(f"{NAME} is defined for levels 1 to {HARDEST}, not {level}")
    count, high = LEVELS.get(level) or (80 + 16 * (level - 5), 20_000 * (level - 4))
    return setting(count, high)


def size(params: Params) -> float:
    count: int = params["count"]
    return count


def generate(params: Params, rng: Random) -> Data:
    count, low, high, target = (params[key] for key in ("count", "low", "high", "target"))
    if count == 2:  # few pairs of a wide range have a solution: draw from these
        return {"numbers": list(rng.choice(_pairs(low, high, target))), "target": target}
    while True:
        numbers = sorted(rng.randint(low, high) for _ in range(count))
        if find_expression(numbers, target):
            return {"numbers": numbers, "target": target}


def _pairs(low: int, high: int, target: int) -> list[tuple[int, int]]:
    pairs = set()
    for a in range(low, high + 1):
        for b in (target - a, target + a, target * a, *([] if target % a else [target // a])):
            if low <= b <= high:
                pairs.add((min(a, b), max(a, b)))
    return sorted(pairs)


def render(data: Data) -> str:
    return (
        f"Write an arithmetic expression whose value is exactly {data['target']}, from these "
        f"{len(data['numbers'])} numbers:\n{show(data['numbers'])}\n\n"
        "Rules:\n"
        "- Every entry of the list is used exactly once (a number listed twice is used twice), in "
        "any order. No other number occurs.\n"
        "- The only operations are +, -, * and / between two parts; parentheses may group them "
        "as you like. Write every multiplication sign.\n"
        "- Calculation is exact: intermediate results may be fractions or negative, and nothing "
        "is rounded. Nothing may be divided by zero.\n"
        "- Numbers must not be joined to longer numbers or read as decimals, there are no powers, "
        "and no sign stands before a number or a parenthesis without a left side.\n"
        "For instance, from 4, 5, 6 the target 10 is 5*(6-4), and from 1, 3, 5, 6 the target 15 "
        "is 6/(1-3/5).\n" + final_answer("the expression", "expression")
    )


def verify(data: Data, text: str) -> Verdict:
    answer = expression(text)
    given: Counter[int] = Counter(data["numbers"])
    used = Counter(answer.literals)
    for number in answer.literals:
        if number not in given:
            return wrong(f"the number {shorten(str(number))[1:-1]} is not among those given")
    for number, times in given.items():
        if used[number] != times:
            return wrong(f"the number {number} is used {_times(used[number])}, not {_times(times)}")
    fault = answer.misses(data["target"])
    return wrong(fault) if fault else right("every number once, and the exact value")


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"


def solve(data: Data) -> str:
    found = find_expression(data["numbers"], data["target"])
    if found is None:
        raise ValueError(f"no expression over {show(data['numbers'])} is {data['target']}")
    return found


def matches_key(record: Record, text: str) -> bool:
    """Is this the stored expression, but for blanks, needless parentheses and other signs?"""
    try:
        return expression(text).postfix == expression(record.stored or "").postfix
    except Unreadable:
        return False


def published(root: Path) -> Iterator[Record | Fault]:
    files = []
    for path in (root / FOLDER).glob("*/*.csv"):
        match = re.fullmatch(r"([0-9]+)(?:_([0-9]+)_number)?", path.stem)
        if match and match[1] == path.parent.name:
            files.append((int(match[1]), int(match[2] or 0), path))
    for target, count, path in sorted(files):
        identity = f"{FOLDER}/{path.parent.name}/{path.stem}"
        try:
            rows = csv.DictReader(read_text(path).splitlines(), restval="")
            for number, row in enumerate(rows, 1):
                try:
                    yield _record(f"{identity}:{number}", row, target, count or 4)
                except Damaged as damage:
                    yield Fault(task=NAME, id=f"{identity}:{number}", reason=str(damage))
        except Damaged as damage:
            yield Fault(task=NAME, id=identity, reason=str(damage))
        except csv.Error:
            yield Fault(task=NAME, id=identity, reason=f"{path.name} is not a CSV table")


def _record(identity: str, row: Mapping[str, str], target: int, count: int) -> Record:
    numbers = row.get("Puzzles", "").split()
    if not all(re.fullmatch(r"[1-9][0-9]{0,17}", number) for number in numbers):
        raise Damaged("the column Puzzles does not hold positive whole numbers")
    if len(numbers) != count:
        raise Damaged(f"the column Puzzles holds {len(numbers)} numbers, not {count}")
    data: Data = {"numbers": [int(number) for number in numbers], "target": target}
    stored = row.get("Solutions") or None
    flags: frozenset[Flag] = frozenset()
    if count <= COMPLETE and not _is_right(data, stored) and _is_hopeless(data):
        flags = frozenset(("no_valid_answer",))
    return Record(
        task=NAME, id=identity, question=render(data), data=data, stored=stored, flags=flags
    )


def _is_right(data: Data, stored: str | None) -> bool:
    try:
        return stored is not None and verify(data, stored).correct
    except Unreadable:
        return False


def _is_hopeless(data: Data) -> bool:
    return find_expression(data["numbers"], data["target"]) is None


TASK = Task(
    name=NAME,
    title="Game 24",
    version=1,
    split="seen",
    family="numbers",
    idea=(
        "Combine the given numbers, each exactly once and in any order, by the four operations "
        "and parentheses so that the value is 24 (or another target)."
    ),
    knobs="How many numbers there are, from which range they come, and the target.",
    acceptance=(
        "Every expression over exactly the given numbers whose exact rational value is the "
        "target. Brackets and braces count as parentheses; × · ÷ −, \\times, \\div, \\cdot and "
        "\\frac{a}{b} are read; `= 24` may follow."
    ),
    published_defects=(
        "35 of 11,777 stored expressions miss the target by less than a millionth. The judge "
        "evaluates the text as a program and compares floats: it rejects exact answers such as "
        "8/(3-8/3), and takes **, //, bit operators, and 2.4 for the numbers 2 and 4."
    ),
    size_name="numbers to combine",
    size=size,
    params=params,
    generate=generate,
    render=render,
    verify=verify,
    solve=solve,
    paper_settings={
        "k2": setting(2, 999),
        "k3": setting(3, 39),
        "k4": setting(4, 13),
        "k4-wide": setting(4, 19),
        "k5": setting(5, 9),
        "k6": setting(6, 11, low=3),
        "k8": setting(8, 100),
        "k20": setting(20, 20),
        "k40": setting(40, 20_000),
        "k60": setting(60, 20_000),
        "k80": setting(80, 20_000),
        "k20-target-240": setting(20, 20, target=240),
        **{
            f"k20-target-{target}": setting(20, 40, target=target)
            for target in (480, 960, 1920, 3840, 15_360, 30_720, 61_440, 122_880)
        },
    },
    published=published,
    matches_key=matches_key,
    spaces={1: 94, 2: 1291, 3: 1362},
)
