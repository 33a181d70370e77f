"""Repeats an episode from its record: the models' and the sandbox's answers come from there."""

from __future__ import annotations

from collections.abc import Sequence

from codesteer.episode import CodeRun, Episode, Part
from codesteer.models.chat import ChatModel, Completion, Message, Settings
from codesteer.models.errors import BadRequest, ContextLength, ModelError, Refused
from codesteer.sandbox.execution import Execution, Limits
from codesteer.workbench import Budget, Method, Workbench, run_episode

PARTS: tuple[Part, ...] = ("task", "steerer", "checker", "summarizer")


class ReplayMismatch(RuntimeError):
    """The method asks or runs something else than the record holds."""


class RecordedModel:
    """Answers the calls of one part as the record does, in order."""

    def __init__(self, episode: Episode, part: Part) -> None:
        self.name = f"recorded:{part}"
        self._episode = episode
        self._calls = episode.calls(part)[::-1]

    async def complete(self, messages: Sequence[Message], *, settings: Settings) -> Completion:
        if not self._calls:
            raise self._ending()
        call = self._calls[-1]
        if call.prompt != messages[-1].content:
            if settings.tools:
                raise BadRequest("the recorded model was not asked with a tool")
            raise ReplayMismatch(f"{self.name} was asked {call.prompt[:80]!r}, now another text")
        self._calls.pop()
        if call.error:
            raise (Refused if call.finish == "refusal" else ContextLength)(call.error)
        return Completion(
            text=call.text,
            finish=call.finish,
            usage=call.usage,
            seconds=call.seconds,
            retries=call.retries,
            cached=call.cached,
            tool_calls=call.tool_calls,
        )

    async def aclose(self) -> None:
        return None

    def _ending(self) -> Exception:
        """A call that raised is not in the record; the episode's failure tells of it."""
        match self._episode.failure:
            case "refused":
                return Refused(self._episode.failure_detail)
            case "infrastructure":
                return ModelError(self._episode.failure_detail)
            case _:
                return ReplayMismatch(f"{self.name} is asked once more than the record holds")


class RecordedSandbox:
    """Gives the runs of the record, in order."""

    def __init__(self, episode: Episode) -> None:
        self._runs = iter([event for event in episode.events if isinstance(event, CodeRun)])

    async def run(self, code: str, *, limits: Limits | None = None) -> Execution:
        recorded = next(self._runs, None)
        if recorded is None or recorded.code != code:
            raise ReplayMismatch("the record holds no run of this code here")
        return recorded.execution


def recorded_bench(
    episode: Episode,
    *,
    settings: Settings | None = None,
    limits: Limits | None = None,
    budget: Budget | None = None,
) -> Workbench:
    """A bench that repeats the episode, for `replay` or for `codesteer.methods.loop.attempts`.

    Limits and budget are to be those that it was made with.
    """
    made = {call.part for call in episode.calls()}
    models: dict[Part, ChatModel] = {
        part: RecordedModel(episode, part) for part in PARTS if part == "task" or part in made
    }
    return Workbench(
        models=models,
        sandbox=RecordedSandbox(episode),
        settings=settings or Settings(),
        limits=limits or Limits(),
        budget=budget or Budget(),
    )


async def replay(episode: Episode, method: Method, question: str, bench: Workbench) -> Episode:
    """The episode once more, by the method, on a `recorded_bench`.

    Raises:
        ReplayMismatch: the method is no longer the one that made the record.
    """
    return await run_episode(episode.method, method, question, bench)
