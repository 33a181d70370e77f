"""Reads and judges the published GSM-Hard problems: one JSON line each."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

from pytest_symbench.tasks.answers import Unreadable
from pytest_symbench.tasks.answers.numbers import Quantity, number, quantity, rounding_of
from pytest_symbench.tasks.mathematics.gsm_audit import audit
from pytest_symbench.tasks.mathematics.gsm_program import Unworkable
from pytest_symbench.tasks.mathematics.gsm_story import one
from pytest_symbench.tasks.published import Damaged, Fault, Flag, Record
from pytest_symbench.tasks.task import Data, Verdict, right, wrong

NAME = "gsm_hard"
FILE = "gsmhardv2"

SYNONYMS = (
    {"dollars", "dollar", "usd", "bucks"},
    {"kilometres", "kilometers", "km", "kilometre", "kilometer"},
    {"km/h", "kmh", "kph", "kilometres per hour", "kilometers per hour", "km per hour"},
    {"kilograms", "kg", "kilogram", "kilos", "kilogrammes"},
    {"litres", "liters", "litre", "liter", "l"},
    {"years", "year", "years old", "year old"},
)
SCALES = {"hundred", "thousand", "million", "billion", "dozen", "gross", "pair", "half", "score"}
"""Words that would change the number in front of them."""


def same_unit(unit: str, asked: list[str]) -> bool:
    """Is the unit of an answer one of those asked for, in another form perhaps?"""
    forms = {unit, one(unit)}
    for name in asked:
        if forms & {name, one(name)}:
            return True
        if any(name in group and unit in group for group in SYNONYMS):
            return True
    return False


def published(root: Path) -> Iterator[Record | Fault]:
    """The records of ``gsmhardv2.jsonl``; a record's number is that of its line, from 0."""
    path = root / f"{FILE}.jsonl"
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except FileNotFoundError:
        return
    except (OSError, UnicodeDecodeError) as error:
        reason = f"{path.name} cannot be read ({error.__class__.__name__})"
        yield Fault(task=NAME, id=FILE, reason=reason)
        return
    for line_number, line in enumerate(lines):
        if not line.strip():
            continue
        identity = f"{FILE}/{line_number}"
        try:
            yield _record(line, identity)
        except Damaged as damage:
            yield Fault(task=NAME, id=identity, reason=str(damage))


def _record(line: str, identity: str) -> Record:
    try:
        entry = json.loads(line, parse_float=str, parse_int=str, parse_constant=str)
    except (json.JSONDecodeError, RecursionError):
        raise Damaged("the line is not valid JSON") from None
    if not isinstance(entry, dict) or not isinstance(entry.get("input"), str):
        raise Damaged("the line has no question in `input`")
    text, stored = entry["input"].strip(), str(entry.get("target"))
    try:
        key = number(stored)
    except Unreadable:
        raise Damaged("`target` is not a number") from None
    data: dict[str, Any] = {"text": text, "key": stored, "imported": True, **_asked(text)}
    flags: list[Flag] = []
    notes = ""
    try:
        found = audit(text, str(entry.get("code")), key)
    except Unworkable as error:
        notes = f"text and key were not compared: {error}"
    except RecursionError:
        notes = "text and key were not compared: the program is nested too deeply"
    else:
        notes = found.contradiction or found.doubt
        if found.contradiction:
            data |= {"key": None, "why": found.contradiction}
            flags.append("no_valid_answer")
        elif found.doubt:
            flags.append("ambiguous")
    return Record(
        task=NAME,
        id=identity,
        question=text,
        data=data,
        stored=stored,
        flags=frozenset(flags),
        notes=notes,
    )


def _asked(text: str) -> dict[str, Any]:
    """Which units the question admits, and whether it asks for a percentage."""
    sentences = re.split(r"(?<=[.!?])\s+", text)
    asking = [part for part in sentences if "?" in part] or sentences[-1:]
    words = [word for part in asking for word in re.findall(r"[^\W\d_]+", part.lower())]
    units = [word for word in dict.fromkeys(words) if len(word) > 1 and one(word) not in SCALES]
    if "$" in text or "dollars" in words:
        units.append("dollars")
    return {"units": units, "percent": "%" in " ".join(asking) or "percent" in " ".join(words)}


def verify_published(data: Data, answer: Quantity) -> Verdict:
    """An answer to a published problem: its key within the precision in which keys were stored."""
    if data["key"] is None:
        return wrong(f"no answer is right: {data['why']}")
    if answer.unit and not same_unit(answer.unit, data["units"]):
        return wrong(f"the unit {answer.unit!r} is not asked for")
    key = Fraction(data["key"])
    printed = answer.value
    if answer.percent and not data["percent"]:
        answer = answer._replace(value=printed / 100, decimals=None)
    distance = abs(answer.value - key)
    noise = max(Fraction(1), abs(key)) / 10**9
    nearest = Fraction(round(key))
    if abs(key - nearest) <= noise:
        if answer.value == nearest or distance <= min(noise, Fraction(1, 1000)):
            return right("the key")
        whole = answer.value.denominator == 1 and abs(key) < 2**53
        if not whole and distance <= noise:
            return right("the key but for the noise of floating-point arithmetic")
        return wrong("not the key")
    if distance <= max(Fraction(6, 10**11), abs(key) / 10**6):
        return right("the key within one part in a million")
    precise = answer.significant >= 3 or (abs(key) >= 1 and (answer.decimals or 0) >= 2)
    if precise and answer.decimals is not None and rounding_of(answer, key):
        return right("a correct rounding of the key")
    if rounding_of(answer, key):
        return wrong("a rounding of the key to too few digits")
    return wrong("not the key, nor a rounding of it")


def matches_key(record: Record, text: str) -> bool:
    """The published judgement: within one part in a thousand of the stored key."""
    key, answer = number(record.stored or ""), quantity(text).value
    return abs(answer - key) <= (abs(key) / 1000 if key else Fraction(1, 10**9))
