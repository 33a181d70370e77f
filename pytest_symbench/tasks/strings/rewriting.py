"""Conditional rules that rewrite a string: what they say, what they do, and random ones."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from random import Random
from typing import Literal, TypedDict

from pytest_symbench.tasks.strings.schedules import Method, Schedule, steps

Kind = Literal["prefix", "suffix", "first", "inner", "even", "longer"]


class Rule(TypedDict, total=False):
    """A condition on the string and what is done where it holds."""

    kind: Kind
    """``first``: the first occurrence anywhere. ``inner``: the first that begins after the first
    letter. ``even``: an even number of a letter, at least two. ``longer``: than ``length``."""
    text: str
    length: int
    becomes: str
    """What replaces ``text`` at the prefix, suffix or occurrence."""
    append: str
    prepend: str
    cut: bool
    """Whether the last letter goes, after the replacement."""


class Endless(ValueError):
    """The rules still apply after as many steps as are allowed."""


def rewrite(rule: Rule, string: str, *, left_middle: bool = False) -> str | None:
    """The string after one use of a rule, or None where its condition does not hold."""
    kind, text = rule["kind"], rule.get("text", "")
    if kind == "longer":
        if len(string) <= rule["length"]:
            return None
        middle = (len(string) - left_middle) // 2
        return string[:middle] + string[middle + 1 :]
    if kind == "even":
        count = string.count(text)
        return None if count % 2 or not count else string + rule["append"]
    if kind == "prefix":
        place = 0 if string.startswith(text) else -1
    elif kind == "suffix":
        place = len(string) - len(text) if string.endswith(text) else -1
    else:
        place = string.find(text, kind == "inner")
    if place < 0:
        return None
    changed = string[:place] + rule["becomes"] + string[place + len(text) :]
    changed = rule.get("prepend", "") + changed + rule.get("append", "")
    return changed[:-1] if rule.get("cut") else changed


def rewritten(
    rules: Sequence[Rule],
    string: str,
    schedule: Schedule = "priority",
    *,
    most: int,
    left_middle: bool = False,
) -> Iterator[tuple[int, str]]:
    """The steps until no rule applies: the rule's index and the string after it.

    Raises:
        Endless: after ``most`` steps.
    """

    def method(rule: Rule) -> Method[str]:
        return lambda string: rewrite(rule, string, left_middle=left_middle)

    walk = steps(schedule, [method(rule) for rule in rules], string)
    yield from islice(walk, most)
    if next(walk, None) is not None:
        raise Endless(f"the rules still apply after {most} steps")


def outcome(
    rules: Sequence[Rule],
    string: str,
    schedule: Schedule = "priority",
    *,
    most: int,
    left_middle: bool = False,
) -> str | None:
    """The final string, or None where there is none within ``most`` steps."""
    try:
        walk = list(rewritten(rules, string, schedule, most=most, left_middle=left_middle))
    except Endless:
        return None
    return walk[-1][1] if walk else string


def sentence(rule: Rule) -> str:
    """A rule as a question states it."""
    kind, text = rule["kind"], rule.get("text", "")
    if kind == "longer":
        return f"If the string has more than {rule['length']} letters, delete its middle letter."
    if kind == "even":
        return (
            f'If the letter "{text}" occurs an even number of times, and at least twice, put '
            f'"{rule["append"]}" at the end.'
        )
    condition, matched = {
        "prefix": (f'begins with "{text}"', f"these {len(text)} letters"),
        "suffix": (f'ends with "{text}"', f"these {len(text)} letters"),
        "first": (f'contains "{text}"', "the first occurrence"),
        "inner": (
            f'contains "{text}" anywhere after its first letter (an occurrence that begins with '
            "the first letter does not count)",
            "the first such occurrence",
        ),
    }[kind]
    becomes = rule["becomes"]
    effect = f'replace {matched} by "{becomes}"' if becomes else f"delete {matched}"
    if "append" in rule:
        effect += f', then put "{rule["append"]}" at the end'
    if "prepend" in rule:
        effect += f', then put "{rule["prepend"]}" at the front'
    if rule.get("cut"):
        effect += ", then delete the last letter of the string"
    return f"If the string {condition}, {effect}."


def random_rule(rng: Random, letters: str, length: int) -> Rule:
    """A rule over some letters, for strings of about a length; most keep or lower the length."""
    while True:
        rule = _random_rule(rng, letters, length)
        if "becomes" not in rule or rule["becomes"] != rule["text"]:
            return rule


def _random_rule(rng: Random, letters: str, length: int) -> Rule:
    def word(size: int) -> str:
        return "".join(rng.choice(letters) for _ in range(size))

    kind: Kind = rng.choice(
        ("prefix", "prefix", "prefix", "suffix", "suffix", "first", "first", "inner", "even")
    )
    if kind == "even":
        if rng.random() < 0.4:
            return {"kind": "longer", "length": rng.randint(2 * length // 3, length)}
        letter = rng.choice(letters)
        # one more of the letter makes its number odd
        other = rng.choice(letters.replace(letter, ""))
        return {
            "kind": "even",
            "text": letter,
            "append": rng.choice((letter + other, other + letter)),
        }
    text = word(2 if kind != "first" else rng.choice((2, 3)))
    if kind == "first":
        moved = list(text)
        rng.shuffle(moved)
        return {"kind": kind, "text": text, "becomes": rng.choice(("".join(moved), "", word(1)))}
    if kind == "inner":
        return {"kind": kind, "text": text, "becomes": rng.choice(("", word(1), word(2)))}
    effect = rng.choice(("shorten", "delete", "replace", "extend", "cut"))
    if effect == "shorten":
        return {"kind": kind, "text": text, "becomes": word(1)}
    if effect == "replace":
        return {"kind": kind, "text": text, "becomes": word(2)}
    if effect == "cut":
        return {"kind": kind, "text": text, "becomes": word(2), "cut": True}
    becomes = "" if effect == "delete" else word(1)
    added = word(2 - len(becomes))
    if kind == "prefix":
        return {"kind": kind, "text": text, "becomes": becomes, "append": added}
    return {"kind": kind, "text": text, "becomes": becomes, "prepend": added}
