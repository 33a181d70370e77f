"""A trajectory: an episode as the conversation that a steerer should have had in it.

The conversation is made by the same function that asks a tuned steerer, so what is learnt is what
is asked later. Each of the steerer's turns has a weight in the loss.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal, TypeAlias

from codesteer.episode import Episode, Guidance
from codesteer.methods.loop import attempts
from codesteer.methods.replay import recorded_bench
from codesteer.models.chat import ChatModel, Settings
from codesteer.steerers.protocol import Attempt, Decision, State
from codesteer.steerers.reply import render
from codesteer.steerers.tuned import conversation
from codesteer.workbench import Budget, Workbench
from pytest_symbench.cli.mistakes import Mistake
from pytest_symbench.tasks import Instance, judge

Worth: TypeAlias = Literal["good", "mistaken", "needless"]
"""Of a turn: it led to the first right answer or ended on one; its answer was wrong; or it asked
on although a right answer was there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trajectory:
    """What one episode teaches."""

    task: str
    level: int
    seed: int
    variant: str
    sample: int
    messages: tuple[dict[str, str], ...]
    """Alternating user and assistant; the assistant is the steerer."""
    worth: tuple[Worth, ...]
    """Of each assistant message."""

    @property
    def key(self) -> str:
        """Equal for equal conversations, whatever they came from."""
        text = json.dumps([self.task, self.messages], sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:24]

    def weights(self, *, last: int, last_weight: float, mask: bool) -> list[float]:
        """The loss weight of each assistant message.

        The ``last`` ones weigh ``last_weight``, earlier ones 1 (of a trajectory no longer than
        ``last``, all weigh the former). With ``mask``, turns that led nowhere weigh 0: where early
        mistakes are learnt along, the choice does not become better than chance.
        """
        count = len(self.worth)
        plain = [last_weight if index >= count - last else 1.0 for index in range(count)]
        if not mask:
            return plain
        return [w if self.worth[i] == "good" else 0.0 for i, w in enumerate(plain)]


@dataclass(slots=True)
class _Retold:
    """Decides what the record holds, turn by turn."""

    decisions: Sequence[Decision]
    name: str = "retold"
    model: ChatModel | None = None

    async def decide(self, state: State, bench: Workbench) -> Decision:
        return self.decisions[len(state.attempts)]


async def retell(
    episode: Episode, question: str, *, budget: Budget, settings: Settings, limits: Any
) -> tuple[list[Attempt], list[Decision], Workbench]:
    """The attempts and decisions of a recorded episode, without asking or running anything.

    Raises:
        ReplayMismatch: the loop is no longer the one that made the record.
    """
    said = [
        Decision(action=event.action, guidance=event.text, reason=event.reason, fresh=event.fresh)
        for event in episode.events
        if isinstance(event, Guidance)
    ]
    bench = recorded_bench(episode, settings=settings, budget=budget, limits=limits)
    made = await attempts(question, bench, _Retold(said))
    return made, said, bench


async def trajectory(
    episode: Episode,
    instance: Instance,
    *,
    variant: str,
    sample: int,
    budget: Budget,
    settings: Settings,
    limits: Any,
) -> Trajectory:
    """The trajectory of an episode."""
    made, said, bench = await retell(
        episode, instance.question, budget=budget, settings=settings, limits=limits
    )
    state = State(question=instance.question, attempts=tuple(made), left=0)
    messages = [{"role": m.role, "content": m.content} for m in conversation(state, bench)]
    shown = len(messages) // 2
    right = [correct(instance, attempt) for attempt in made]
    worth: list[Worth] = [_worth(right, index) for index in range(len(made))][len(made) - shown :]
    if len(said) > len(made):  # it was ended, not cut off at the last turn
        messages.append({"role": "assistant", "content": render(said[len(made)])})
        worth.append("good" if any(right) else "mistaken")
    else:
        messages.pop()
    return Trajectory(
        task=instance.task.name,
        level=int(instance.level),
        seed=instance.seed,
        variant=variant,
        sample=sample,
        messages=tuple(messages),
        worth=tuple(worth),
    )


def correct(instance: Instance, attempt: Attempt) -> bool:
    """Is the answer of one attempt right?"""
    return attempt.usable and judge(instance.task, instance.data, attempt.turn.answer).correct


def _worth(right: Sequence[bool], index: int) -> Worth:
    if any(right[:index]):
        return "needless"
    return "good" if right[index] else "mistaken"


def write(path: Path, lines: Iterable[Any]) -> int:
    """Writes records as JSON lines, all or none; returns their number."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(path.name + ".part")
    count = 0
    try:
        with part.open("w", encoding="utf-8") as file:
            for line in lines:
                file.write(json.dumps(asdict(line), ensure_ascii=False) + "\n")
                count += 1
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise Mistake(f"{path} cannot be written: {error.strerror}") from None
    return count


def read(path: Path) -> Iterator[Trajectory]:
    """Reads what `write` wrote.

    Raises:
        Mistake: there is no such file, it is empty, or a line is no trajectory.
    """
    number = 0
    for number, data in enumerate(records(path), 1):
        try:
            yield Trajectory(
                **{
                    **data,
                    "messages": tuple(data["messages"]),
                    "worth": tuple(data["worth"]),
                }
            )
        except (KeyError, TypeError):
            raise Mistake(f"{path}, line {number}, is no trajectory") from None
    if not number:
        raise Mistake(f"{path} is empty: there is nothing to train on")


def records(path: Path) -> Iterator[dict[str, Any]]:
    """The objects of a file of JSON lines."""
    try:
        with path.open(encoding="utf-8") as file:
            for number, line in enumerate(file, 1):
                try:
                    yield json.loads(line)
                except ValueError:
                    raise Mistake(f"{path}, line {number}, is not JSON") from None
    except OSError as error:
        raise Mistake(f"{path} cannot be read: {error.strerror}") from None
