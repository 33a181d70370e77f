"""What a steerer sees and says: the attempts so far in, one decision out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Protocol

from codesteer.checkers.symbolic import Symbolic
from codesteer.episode import Action, Check
from codesteer.methods.turn import Turn
from codesteer.models.chat import ChatModel
from codesteer.workbench import Workbench


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What happens next.

    code and text ask the task model for an answer of that kind, revise for another of the last
    kind; ``guidance`` is sent with the request. finish returns the best answer so far; give_up
    does the same, and says that none is believed.
    """

    action: Action
    guidance: str = ""
    reason: str = ""
    fresh: bool = False
    """Ask anew, without the turns before: a model shown its own mistake tends to repeat it."""

    @property
    def ends(self) -> bool:
        return self.action in ("finish", "give_up")


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """A turn of the task model with what the checkers say of it."""

    turn: Turn
    symbolic: Symbolic | None = None
    """Of its program, if it has one."""
    check: Check | None = None
    """Of its answer, if it was checked."""
    echo: bool = False
    """The answer only repeats a placeholder of the question."""
    decision: Decision | None = None
    """What the steerer had decided before it."""

    @property
    def usable(self) -> bool:
        """Is there an answer that could be right?"""
        return self.turn.failure is None and not self.echo and bool(self.turn.answer.strip())

    @property
    def hard_coded(self) -> bool:
        return self.symbolic is not None and self.symbolic.hard_coded

    @property
    def disproved(self) -> bool:
        return self.check is not None and self.check.verdict == "incorrect"

    @property
    def confirmed(self) -> bool:
        return self.check is not None and self.check.verdict == "correct"


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """An episode as a steerer sees it."""

    question: str
    attempts: tuple[Attempt, ...] = ()
    left: int = 0
    """Turns that may still follow."""

    @property
    def last(self) -> Attempt | None:
        return self.attempts[-1] if self.attempts else None

    def failures(self, way: str) -> int:
        """How often code, or text, gave no usable answer."""
        return sum(a.turn.way == way and not a.usable for a in self.attempts)


class Steerer(Protocol):
    """Decides before each turn. ``model`` is asked as the part "steerer" where there is one."""

    name: str
    model: ChatModel | None

    async def decide(self, state: State, bench: Workbench) -> Decision:
        """The decision before the next turn. Every call of a model goes through the bench.

        Raises:
            ModelError: the steering model gave no completion.
        """
        ...


def at_bench(steerer: Steerer, bench: Workbench) -> Workbench:
    """The bench with the steerer's model as its part, unless it has one for that part already."""
    if steerer.model is None or "steerer" in bench.models:
        return bench
    return replace(bench, models={**bench.models, "steerer": steerer.model})
