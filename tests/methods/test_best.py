"""Which of several answers is returned."""

from __future__ import annotations

import pytest

from codesteer.checkers.symbolic import analyze
from codesteer.episode import Check
from codesteer.methods.loop import best
from codesteer.methods.turn import Turn
from codesteer.steerers.protocol import Attempt


def said(answer: str, *, verdict: str = "", code: str = "") -> Attempt:
    check = Check(checker="self", verdict=verdict, score=None, summary="") if verdict else None  # type: ignore[arg-type]
    turn = Turn(mode="any", reply=f"{answer} {code}", answer=answer, code=code or None)
    return Attempt(turn=turn, check=check, symbolic=analyze(code) if code else None)


LOOP, STATED = "for i in range(9):\n    print(i * i)", "print('<<<1>>>')"


@pytest.mark.parametrize(
    ("made", "index"),
    [
        ([said("<<<1>>>", verdict="correct"), said("<<<2>>>", code=LOOP)], 0),
        ([said("<<<1>>>"), said("<<<2>>>", verdict="incorrect", code=LOOP)], 0),
        ([said("<<<1>>>"), said("So <<<1>>>"), said("<<<2>>>", code=LOOP)], 1),
        ([said("<<<1>>>"), said("<<<1>>>", code=STATED), said("<<<2>>>"), said("So <<<2>>>")], 1),
        ([said("<<<1>>>", code=LOOP), said("<<<2>>>")], 0),
        ([said("<<<1>>>"), said("<<<2>>>")], 1),
    ],
    ids=["confirmed", "disproved", "twice", "both ways", "computed", "later"],
)
def test_best_prefers_what_is_confirmed_found_twice_both_ways_computed_or_later(
    made: list[Attempt], index: int
) -> None:
    assert best(made) is made[index]
