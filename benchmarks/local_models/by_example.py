"""Models that are too small to answer in a form which they are only told: four examples show it.

A pytest plugin, ``-p benchmarks.local_models.by_example``, for ``--model base:FILE.gguf`` (a base
model, which knows no chat: raw completions) and ``--model shown:NAME_OR_FILE`` (a chat model: the
examples are its first turns). They show an answer in words and one in code, and are of no task.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from codesteer.models import Completion, Message, Settings, Usage
from codesteer.models.errors import BadRequest, Transient
from codesteer.models.local import LocalModel, find_weights, serve
from codesteer.models.sdk import ask
from codesteer.models.transport import Transport
from codesteer.prompts import prompt

_PROGRAM = 'total = 3 * 2 + 4 * 5\nanswer = total\nprint(f"<<<{answer}>>>")'
_GIVE = "as your final answer between <<< and >>>, in the form"
EXAMPLES = (
    (
        f"A box holds 6 eggs. How many eggs are in 4 boxes?\nGive the number {_GIVE} "
        "<<<INTEGER>>>.",
        "4 boxes hold 4 * 6 = 24 eggs.\n<<<24>>>",
    ),
    (
        "What do 3 pens of 2 coins and 4 cups of 5 coins cost together?\nGive the number "
        f"{_GIVE} <<<INTEGER>>>.\n\n{prompt('code')}",
        f"```python\n{_PROGRAM}\n```",
    ),
    (
        "Cid is a cat, and all cats are animals. Is Cid an animal?\nGive Yes or No "
        f"{_GIVE} <<<Yes or No>>>.\n\n{prompt('text')}",
        "Cid is a cat, and all cats are animals, so Cid is an animal.\n<<<Yes>>>",
    ),
    (
        "Which of these is a fruit?\n(A) a stone\n(B) an apple\n(C) a cup\nGive the letter "
        f"{_GIVE} <<<(LETTER)>>>.",
        "An apple is a fruit, and it is option (B).\n<<<(B)>>>",
    ),
)
QUESTION, ANSWER = "### Question\n", "### Answer\n"
STOP = "\n###"


def after_examples(messages: Sequence[Message]) -> list[Message]:
    """A conversation that begins with the examples."""
    shown: list[Message] = []
    for question, answer in EXAMPLES:
        shown += [Message("user", question), Message("assistant", answer)]
    return [*shown, *messages]


def rendered(messages: Sequence[Message]) -> str:
    """A conversation as the text that a base model goes on with."""
    heads = {"assistant": ANSWER}
    parts = [heads.get(m.role, QUESTION) + m.content.strip() for m in after_examples(messages)]
    return "\n\n".join([*parts, ANSWER])


class ShownModel:
    """A chat model on llama.cpp whose conversations begin with the examples."""

    def __init__(self, model: str, url: str | None) -> None:
        self._model = LocalModel(model, url)
        self.name = f"shown:{Path(model).stem}"

    async def complete(self, messages: Sequence[Message], *, settings: Settings) -> Completion:
        if settings.tools:
            raise BadRequest(f"{self.name}: the model knows no tools")
        return await self._model.complete(after_examples(messages), settings=settings)

    async def aclose(self) -> None:
        await self._model.aclose()


class BaseModel:
    """A GGUF file behind llama.cpp's raw completions."""

    def __init__(self, path: str) -> None:
        self._gguf = find_weights(path)
        self.name = f"base:{Path(path).stem}"
        self._transport: Transport | None = None

    async def complete(self, messages: Sequence[Message], *, settings: Settings) -> Completion:
        if settings.tools:
            raise BadRequest(f"{self.name}: a base model knows no tools")
        if self._transport is None:
            self._transport = Transport(ask("openai", None, served(self._gguf)), self.name)
        body = {
            "prompt": rendered(messages),
            "max_tokens": settings.max_tokens,
            "temperature": settings.temperature,
            "stop": [STOP, *settings.stop],
        }
        start = time.monotonic()
        reply = await self._transport.post("/completions", body)
        return _read(reply, time.monotonic() - start, self.name)

    async def aclose(self) -> None:
        if self._transport is not None:
            await self._transport.aclose()
            self._transport = None


@cache
def served(gguf: Path) -> str:
    """One server for a process, however many loops ask it."""
    return serve(gguf)


def _read(reply: Any, seconds: float, name: str) -> Completion:
    try:
        choice, counts = reply["choices"][0], reply["usage"]
        cached = (counts.get("prompt_tokens_details") or {}).get("cached_tokens") or 0
        usage = Usage(
            input=counts["prompt_tokens"],
            output=counts["completion_tokens"],
            cached_input=cached,
        )
        finish = "length" if choice["finish_reason"] == "length" else "stop"
        return Completion(text=str(choice["text"]), finish=finish, usage=usage, seconds=seconds)
    except (KeyError, IndexError, TypeError):
        raise Transient(f"{name}: the server's answer is not a completion") from None


def pytest_symbench_models() -> dict[str, Any]:
    return {"base": lambda model, url: BaseModel(model), "shown": ShownModel}
