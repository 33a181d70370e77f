"""A model in this process through vLLM: ``vllm-engine:FOLDER_OR_ID``. (``vllm:`` is its server.)"""

from __future__ import annotations

import importlib.util
import time
from collections.abc import Sequence
from typing import Any

from codesteer.models.batching import Batches, Reply, Request
from codesteer.models.chat import Completion, Finish, Message, Settings, Usage
from codesteer.models.errors import BadRequest, ContextLength, MissingExtra

BATCH = 256
"""Conversations that are given to the engine together at most; it schedules them itself."""


class VllmModel:
    """A chat model on vLLM's offline engine, which is started at the first call, in its thread."""

    def __init__(self, model: str) -> None:
        """Starts nothing yet. Raises `MissingExtra` where vLLM is not installed."""
        if importlib.util.find_spec("vllm") is None:
            raise MissingExtra("vllm", f"the model vllm-engine:{model}")
        self.name = f"vllm-engine:{model}"
        self._path = model
        self._engine: Any = None
        self._batches: Batches | None = None

    async def complete(self, messages: Sequence[Message], *, settings: Settings) -> Completion:
        """One completion. Raises `ModelError`."""
        if settings.tools:
            raise BadRequest(f"{self.name}: calls of tools are not read from this model")
        if self._batches is None:
            self._batches = Batches(self._answer_all, most=BATCH)
        return await self._batches.ask(messages, settings)

    async def aclose(self) -> None:
        """Ends the engine."""
        if self._batches is not None:
            await self._batches.aclose()
        self._batches = self._engine = None

    def _answer_all(self, requests: Sequence[Request]) -> Sequence[Reply]:
        import vllm

        if self._engine is None:
            try:
                self._engine = vllm.LLM(model=self._path)
            except (OSError, ValueError) as error:
                said = " ".join(str(error).split())[:200]
                raise BadRequest(f"{self.name}: the model cannot be loaded: {said}") from None
        start = time.monotonic()
        chats = [
            [{"role": message.role, "content": message.content} for message in request.messages]
            for request in requests
        ]
        sampling = [vllm.SamplingParams(**sampling_fields(r.settings)) for r in requests]
        try:
            made = self._engine.chat(chats, sampling, use_tqdm=False)
        except ValueError as error:  # one prompt that is too long refuses the whole batch
            if len(requests) > 1:
                return [reply for request in requests for reply in self._answer_all([request])]
            if "length" in str(error) or "context" in str(error):
                return [
                    ContextLength(f"{self.name}: the conversation does not fit the model's context")
                ]
            return [BadRequest(f"{self.name}: {' '.join(str(error).split())[:200]}")]
        seconds = time.monotonic() - start
        return [_completion(output, seconds) for output in made]


def sampling_fields(settings: Settings) -> dict[str, Any]:
    """The arguments of vLLM's ``SamplingParams``."""
    fields: dict[str, Any] = {
        "temperature": settings.temperature,
        "top_p": settings.top_p,
        "max_tokens": settings.max_tokens or 2048,
        "seed": settings.seed,
        "stop": list(settings.stop) or None,
    }
    return {key: value for key, value in fields.items() if value is not None}


def _completion(output: Any, seconds: float) -> Completion:
    choice = output.outputs[0]
    usage = Usage(
        input=len(output.prompt_token_ids),
        output=len(choice.token_ids),
        cached_input=output.num_cached_tokens or 0,
    )
    finish: Finish = "length" if choice.finish_reason == "length" else "stop"
    return Completion(text=choice.text, finish=finish, usage=usage, seconds=seconds)
