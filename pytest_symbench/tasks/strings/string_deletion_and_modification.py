"""String Deletion and Modification: a string is rewritten by rules until none applies."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

from pytest_symbench.tasks.answers import Unreadable, final_answer
from pytest_symbench.tasks.answers.extract import unquote
from pytest_symbench.tasks.answers.numbers import shorten
from pytest_symbench.tasks.published import (
    Damaged,
    Fault,
    Flag,
    Record,
    read_json,
    read_text,
    samples,
)
from pytest_symbench.tasks.strings.rewriting import (
    Endless,
    Rule,
    outcome,
    random_rule,
    rewrite,
    rewritten,
    sentence,
)
from pytest_symbench.tasks.task import Data, LevelError, Params, Task, Verdict, right, wrong

NAME = "string_deletion_and_modification"
FOLDER = "string_deletion_and_modification"
MOST_STEPS = 500  # a draw that takes more is taken to be endless, and drawn again
LEVELS: dict[int, Params] = {
    level: {"rules": rules, "length": length, "steps": steps, "letters": letters}
    for level, (rules, length, steps, letters) in {
        1: (2, [4, 5], [1, 2], 3),
        2: (3, [6, 8], [2, 5], 3),
        3: (4, [8, 12], [3, 8], 3),
        4: (5, [10, 15], [4, 10], 3),
        5: (6, [15, 20], [5, 20], 3),
        6: (7, [18, 25], [8, 40], 3),
        7: (8, [20, 30], [10, 60], 4),
        8: (9, [30, 40], [12, 80], 4),
        9: (10, [40, 50], [16, 100], 4),
        10: (11, [50, 60], [20, 120], 4),
    }.items()
}
HARDEST = 32  # strings of 500 letters
ALPHABET = "abcdefghijkmnpqrstuvwxyz"  # none that looks like a digit

POOL: list[Rule] = [
    {"kind": "prefix", "text": "ab", "becomes": "ca"},
    {"kind": "prefix", "text": "bc", "becomes": "", "append": "aa"},
    {"kind": "prefix", "text": "cb", "becomes": "aa", "cut": True},
    {"kind": "prefix", "text": "ca", "becomes": "bb", "append": "c"},
    {"kind": "prefix", "text": "aa", "becomes": "a"},
    {"kind": "prefix", "text": "cc", "becomes": ""},
    {"kind": "prefix", "text": "bb", "becomes": "b"},
    {"kind": "prefix", "text": "ac", "becomes": "zz"},
    {"kind": "suffix", "text": "ac", "becomes": "cb"},
    {"kind": "suffix", "text": "bb", "becomes": ""},
    {"kind": "suffix", "text": "cc", "becomes": "b", "prepend": "a"},
    {"kind": "suffix", "text": "ba", "becomes": "ab"},
    {"kind": "suffix", "text": "ca", "becomes": "c"},
    {"kind": "suffix", "text": "aa", "becomes": "cc"},
    {"kind": "first", "text": "abc", "becomes": "cab"},
    {"kind": "first", "text": "bca", "becomes": ""},
    {"kind": "first", "text": "acb", "becomes": "bca"},
    {"kind": "inner", "text": "ca", "becomes": ""},
    {"kind": "even", "text": "b", "append": "ab"},
    {"kind": "longer", "length": 15},
]
"""The rules of the publication."""


def params(level: int) -> Params:
    if level > HARDEST:
        raise LevelError(f"{NAME} is defined for levels 1 to {HARDEST}, not {level}")
    beyond = level - 10
    return LEVELS.get(level) or {
        "rules": min(20, 11 + beyond),
        "length": [50 + 20 * beyond, 60 + 20 * beyond],
        "steps": [20 + 3 * beyond, MOST_STEPS],
        "letters": 4,
    }


def size(params: Params) -> float:
    return float(params["rules"] + params["length"][1] + params["steps"][0])


def generate(params: Params, rng: Random) -> Data:
    while True:
        length, number = rng.randint(*params["length"]), params["rules"]
        if "published" in params:
            letters, rules = "abc", rng.sample(POOL, number)
        else:
            letters = "".join(sorted(rng.sample(ALPHABET, params["letters"])))
            rules = [random_rule(rng, letters, length) for _ in range(number)]
            conditions = [(rule["kind"], rule.get("text", "")) for rule in rules]
            if len(set(conditions)) < number:
                continue  # the later of two rules with one condition could never be used
        text = "".join(rng.choice(letters) for _ in range(length))
        try:
            walk = list(rewritten(rules, text, most=min(params["steps"][1], MOST_STEPS)))
        except Endless:
            continue
        fewest, most = params["steps"]
        if not fewest <= len(walk) <= most or not all(string for _, string in walk):
            continue
        # a single rule used over and over, or a string that nearly vanishes, would be no work
        busy = len({index for index, _ in walk})
        if "published" in params or (2 * busy >= number - 1 and 3 * len(walk[-1][1]) >= length):
            return {"text": text, "rules": rules}


def render(data: Data) -> str:
    rules = "\n".join(f"{n}. {sentence(rule)}" for n, rule in enumerate(data["rules"], 1))
    middle = ""
    if any(rule["kind"] == "longer" for rule in data["rules"]):
        middle = (
            " The middle letter of a string with an even number of letters is the right one of "
            "the two in the middle."
        )
    return (
        f"A string is rewritten by these rules:\n\n{rules}\n\n"
        "Each condition is about the string as it is at that moment. In every step, go through "
        "the list from rule 1 on and find the first rule whose condition holds; apply that rule "
        "once, and no other. Then begin the next step at rule 1 again. Stop as soon as no "
        f"condition holds.{middle}\n\n"
        f'The string is "{data["text"]}" at the start. What is it at the end?\n'
        + final_answer("the final string", "STRING")
    )


def verify(data: Data, text: str) -> Verdict:
    answer = unquote(text.strip()).strip()
    if not re.fullmatch(r"[A-Za-z]+", answer):
        raise Unreadable(f"expected a string of letters, got {shorten(text)}")
    rules, start = data["rules"], data["text"]
    walk = [string for _, string in rewritten(rules, start, most=MOST_STEPS)]
    final = walk[-1] if walk else start
    if answer == final:
        return right("the string to which no rule applies any more")
    for number, rule in enumerate(rules, 1):
        if rewrite(rule, answer) is not None:
            early = "rewriting passes this string, but " if answer in walk else ""
            return wrong(f"{early}rule {number} still applies to {shorten(answer)}")
    if answer == outcome(rules, start, "round_robin", most=MOST_STEPS):
        return wrong("after a rule was applied, the search has to begin again at rule 1")
    if answer == outcome(rules, start, most=MOST_STEPS, left_middle=True):
        return wrong("the left one of two middle letters was deleted instead of the right one")
    if answer.lower() == final:
        return wrong("the letters are right, but not all of them are small")
    return wrong("no rule applies to this string, but the rules do not lead to it")


def solve(data: Data) -> str:
    final = outcome(data["rules"], data["text"], most=MOST_STEPS)
    assert final is not None, "an instance comes to an end"
    return final


def published(root: Path) -> Iterator[Record | Fault]:
    return samples(NAME, root / FOLDER, _record)


def _record(folder: Path, identity: str) -> Record:
    solution = read_json(folder / "solution.json")
    fields: dict[str, Any] = solution if isinstance(solution, dict) else {}
    text, stored = fields.get("initial_string"), fields.get("final_string")
    sentences = fields.get("selected_rules")
    if not isinstance(text, str) or not isinstance(stored, str):
        raise Damaged("solution.json has no initial_string or no final_string")
    if not isinstance(sentences, list) or not sentences:
        raise Damaged("solution.json has no selected_rules")
    rules = [_rule(stated) for stated in sentences]
    final = outcome(rules, text, most=MOST_STEPS)
    readings = {
        final,
        outcome(rules, text, "round_robin", most=MOST_STEPS),
        outcome(rules, text, most=MOST_STEPS, left_middle=True),
    }
    flags: set[Flag] = set()
    if final is None:
        raise Damaged("the rules never come to an end")
    if len(readings) > 1:
        flags.add("ambiguous")
    return Record(
        task=NAME,
        id=identity,
        question=read_text(folder / "question.txt"),
        data={"text": text, "rules": rules},
        stored=stored,
        flags=frozenset(flags),
    )


def _rule(stated: object) -> Rule:
    """The rule of the pool that a published sentence means: kind and first literal name one."""
    words = re.search(r"\b(prefix|starts|suffix|ends|contains|length)\b", str(stated))
    literal = re.search(r"'([a-z]+)'", str(stated))
    word, text = words[1] if words else "", literal[1] if literal else ""
    kinds = {
        "prefix": ["prefix"],
        "starts": ["prefix"],
        "suffix": ["suffix"],
        "ends": ["suffix"],
        "contains": ["first", "inner", "even"],
        "length": ["longer"],
    }.get(word, [])
    for rule in POOL:
        if rule["kind"] in kinds and rule.get("text", text) == text:
            return rule
    raise Damaged(f"an unknown rule: {shorten(str(stated), 80)}")


TASK = Task(
    name=NAME,
    title="String Deletion and Modification",
    version=1,
    split="seen",
    family="strings",
    idea=(
        "Numbered rules say what to do if the string begins with, ends with or contains "
        "something. Apply the first rule that holds, again and again, and give the final string."
    ),
    knobs="The number of rules, the length of the string and the number of steps that it takes.",
    acceptance=(
        "The exact final string in small letters, with or without quotes around it. Blanks "
        "within it are errors."
    ),
    published_defects=(
        "The 100 keys follow from always beginning again at rule 1, but the question says only "
        "to cycle through the rules, and does not say which letter is the middle one of an even "
        "number. Another reading gives another string, or none, in 40 instances. The judge "
        "rejects the quotes that the question asks for."
    ),
    size_name="rules, letters and steps",
    size=size,
    params=params,
    generate=generate,
    render=render,
    verify=verify,
    solve=solve,
    paper_settings={
        name: {"published": True, "rules": 6, "length": [10, 20], "steps": steps, "letters": 3}
        for name, steps in {"complexity-4": [4, 4], "complexity-5": [5, MOST_STEPS]}.items()
    },
    published=published,
)
