"""Figures in words, the same in every report."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def percent(rate: float | None) -> str:
    return "-" if rate is None else f"{100 * rate:.0f} %"


def interval(found: Mapping[str, Any], *, unit: bool = True) -> str:
    """The 95 % interval of a score, in percent."""
    if not found["n"]:
        return "-"
    return f"{100 * found['low']:.0f}-{100 * found['high']:.0f}" + (" %" if unit else "")


def price(found: Mapping[str, Any]) -> str:
    """What an episode costs more than in the other series, and each point that it gains."""
    said = (
        f"{found['calls']:+.1f} calls, {found['tokens']:+,.0f} tokens and {found['seconds']:+.1f} s "
        "an episode"
    )
    if found["tokens_a_point"] is None:
        return f"{said}, and no point gained"
    tokens, seconds = found["tokens_a_point"], found["seconds_a_point"]
    return f"{said}: {tokens:,.0f} tokens and {seconds:.2f} s for each point gained"


def points(difference: float) -> str:
    """A difference of rates in percentage points, with its sign."""
    shown = f"{100 * difference:+.1f}"
    return ("0.0" if float(shown) == 0 else shown).replace("-", "−") + " pp"


def probability(p: float | None) -> str:
    if p is None:
        return ""
    return ", p < 0.0001" if p < 0.0001 else f", p = {p:.2g}"


def dollars(amount: float | None) -> str:
    if amount is None:
        return "?"
    return f"${amount:,.2f}" if amount >= 1 or not amount else f"${amount:.4f}"


def count(number: float) -> str:
    """A count in at most five signs: 987, 12.3k, 4.56M."""
    for size, letter in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if number >= size:
            short = number / size
            return f"{short:.0f}{letter}" if short >= 100 else f"{short:.3g}{letter}"
    return f"{number:.0f}"


def seconds(amount: float) -> str:
    """A duration: 0.4 s, 12 s, 3 min 20 s, 2 h 5 min."""
    if amount < 10:
        return f"{amount:.1f} s"
    if amount < 60:
        return f"{amount:.0f} s"
    whole = round(amount)
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"


def level_name(level: str) -> str:
    return f"L{level}" if level.isdecimal() else level


def instance(entry: Mapping[str, Any]) -> str:
    """An instance as reports name it: ``game24 L3 s17``."""
    attempt = f" a{entry['attempt']}" if entry["attempt"] else ""
    return f"{entry['task']} {level_name(entry['level'])} s{entry['seed']}{attempt}"


def gate_words() -> dict[str, str]:
    """The gate's states in words, the worst first."""
    from pytest_symbench.gate.verdict import WORDS

    return {str(state): word for state, word in WORDS.items()}


def outcome_letters(outcomes: Mapping[str, int], letters: Mapping[str, str]) -> str:
    """Counts of what is not correct: ``3w 1t``."""
    return " ".join(
        f"{outcomes[name]}{letter}"
        for name, letter in letters.items()
        if outcomes.get(name) and name != "correct"
    )
