"""How good the checkers are: against the verifiers, on recorded answers."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from codesteer.episode import Check, CodeRun, Episode


def checked_answers(episode: Episode) -> list[tuple[str, str]]:
    """Each answer that the self-answer checker judged, with its verdict.

    Judge the answer (within the marker) by the task's verifier, and give the pairs of verdict and
    truth to `reliability`.
    """
    return [
        (event.answer, event.verdict)
        for event in episode.events
        if isinstance(event, Check) and event.checker == "self"
    ]


def answer_programs(episode: Episode) -> list[tuple[str, str]]:
    """Each program that was run for an answer, with its output.

    Judge the output, score the programs by a checker, and give the scores to `auc`.
    """
    return [
        (event.code, event.execution.stdout)
        for event in episode.events
        if isinstance(event, CodeRun) and event.purpose == "answer"
    ]


def auc(positives: Sequence[float], negatives: Sequence[float]) -> float | None:
    """Chance that a positive scores above a negative, ties counting half; None without pairs."""
    if not positives or not negatives:
        return None
    ordered = sorted(negatives)
    won = sum(bisect_left(ordered, p) + bisect_right(ordered, p) for p in positives)
    return won / (2 * len(positives) * len(negatives))


class Reliability(NamedTuple):
    """A checker's verdicts against the truth. None where nothing is to be divided by."""

    answers: int
    unknown: int
    """Answers of which the checker said nothing."""
    precision: float | None
    """Of those called correct, the share that is."""
    recall: float | None
    """Of those that are correct, the share called so; unknown is a miss."""
    precision_wrong: float | None
    """Of those called incorrect, the share that is wrong."""
    recall_wrong: float | None
    """Of those that are wrong, the share called incorrect."""


def reliability(pairs: Iterable[tuple[str, bool]]) -> Reliability:
    """Of pairs of a verdict ("correct", "incorrect", "unknown") and whether it is correct."""
    said = list(pairs)
    right = [verdict for verdict, truth in said if truth]
    wrong = [verdict for verdict, truth in said if not truth]
    called_right = sum(verdict == "correct" for verdict, _ in said)
    called_wrong = sum(verdict == "incorrect" for verdict, _ in said)
    return Reliability(
        answers=len(said),
        unknown=sum(verdict == "unknown" for verdict, _ in said),
        precision=_share(right.count("correct"), called_right),
        recall=_share(right.count("correct"), len(right)),
        precision_wrong=_share(wrong.count("incorrect"), called_wrong),
        recall_wrong=_share(wrong.count("incorrect"), len(wrong)),
    )


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None
