"""A model in this process through transformers: ``transformers:FOLDER_OR_ID``."""

from __future__ import annotations

import importlib.util
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from codesteer.models.batching import Batches, Reply, Request
from codesteer.models.chat import Completion, Finish, Message, Settings, Usage
from codesteer.models.errors import BadRequest, ContextLength, MissingExtra

BATCH = 16
"""Conversations that are answered together at most."""
MAX_TOKENS = 2048
"""Tokens of an answer where the settings set no bound."""


class TransformersModel:
    """A causal language model with a chat template. Loaded at the first call, in its thread.

    Sampling with a seed is the same only if a conversation is answered alone, so it is; without a
    seed, or greedily, those that wait are answered together. Greedy answers may differ in their
    last bits, and so rarely in a word, from those of a batch of another size.
    """

    def __init__(self, model: str) -> None:
        """Loads nothing yet.

        Raises:
            MissingExtra: transformers or torch is not installed.
        """
        for package in ("transformers", "torch"):
            if importlib.util.find_spec(package) is None:
                raise MissingExtra("transformers", f"the model transformers:{model}")
        self.name = f"transformers:{model}"
        self._path = model
        self._loaded: _Loaded | None = None
        self._batches: Batches | None = None

    async def complete(self, messages: Sequence[Message], *, settings: Settings) -> Completion:
        """One completion. Raises `ModelError`."""
        if settings.tools:
            # Each family of models writes calls of tools in a form of its own.
            raise BadRequest(f"{self.name}: calls of tools are not read from this model")
        if self._batches is None:
            self._batches = Batches(self._answer_all, most=BATCH)
        return await self._batches.ask(messages, settings)

    async def check(self) -> None:
        """Is there such a model, and does it know chat? Reads all but the weights.

        Raises:
            BadRequest: it cannot be loaded, or is a base model.
        """
        with _told(self.name):
            from transformers import AutoConfig

            AutoConfig.from_pretrained(self._path)
            _tokenizer(self._path, self.name)

    async def aclose(self) -> None:
        """Ends the thread and forgets the weights."""
        if self._batches is not None:
            await self._batches.aclose()
        self._batches = self._loaded = None

    def _answer_all(self, requests: Sequence[Request]) -> Sequence[Reply]:
        if self._loaded is None:
            self._loaded = _load(self._path, self.name)
        replies: dict[int, Reply] = {}
        for places in _alike(requests):
            group = [requests[place] for place in places]
            replies |= dict(zip(places, _answer(self._loaded, group, self.name), strict=True))
        return [replies[place] for place in range(len(requests))]


class _Loaded:
    """Weights, tokenizer, and the tokens of the context."""

    def __init__(self, model: Any, tokenizer: Any) -> None:
        self.model = model
        self.tokenizer = tokenizer
        config = model.config.get_text_config()
        self.context = int(getattr(config, "max_position_embeddings", 0) or 10**9)
        ends = model.generation_config.eos_token_id
        self.ends = {ends} if isinstance(ends, int) else set(ends or ())
        self.ends.add(tokenizer.eos_token_id)


def _load(path: str, name: str) -> _Loaded:
    import torch
    from transformers import AutoModelForCausalLM

    on_gpu = torch.cuda.is_available()
    with _told(name):
        tokenizer = _tokenizer(path, name)
        # 16-bit arithmetic is emulated, and slow, on most CPUs.
        dtype = "auto" if on_gpu else torch.float32
        model = AutoModelForCausalLM.from_pretrained(path, dtype=dtype)
    return _Loaded(model.to("cuda" if on_gpu else "cpu").eval(), tokenizer)


def _tokenizer(path: str, name: str) -> Any:
    from transformers import AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(path, padding_side="left")
    if not tokenizer.chat_template:
        raise BadRequest(f"{name}: it has no chat template; a base model answers no questions")
    if tokenizer.pad_token is None:
        tokenizer.pad_token = tokenizer.eos_token
    return tokenizer


@contextmanager
def _told(name: str) -> Iterator[None]:
    """Turns what transformers says of a model that it cannot load into a sentence."""
    try:
        yield
    except (OSError, ValueError) as error:
        said = " ".join(str(error).split())[:200]
        raise BadRequest(f"{name}: the model cannot be loaded: {said}") from None


def _alike(requests: Sequence[Request]) -> Iterator[list[int]]:
    """Places of requests that can be answered together."""
    groups: dict[object, list[int]] = {}
    for place, request in enumerate(requests):
        settings = request.settings
        alone = bool(settings.temperature) and settings.seed is not None
        key = settings.temperature, settings.top_p, settings.max_tokens, settings.stop
        groups.setdefault(place if alone else key, []).append(place)
    yield from groups.values()


def _answer(loaded: _Loaded, group: Sequence[Request], name: str) -> list[Reply]:
    """Replies to requests of the same settings."""
    prompts = [_prompt(loaded, request.messages) for request in group]
    fitting = [prompt for prompt in prompts if len(prompt) < loaded.context]
    answers = iter(_generate(loaded, fitting, group[0].settings) if fitting else ())
    too_long = ContextLength(f"{name}: the conversation does not fit the model's context")
    return [next(answers) if len(p) < loaded.context else too_long for p in prompts]


def _prompt(loaded: _Loaded, messages: Sequence[Message]) -> list[int]:
    chat = [{"role": message.role, "content": message.content} for message in messages]
    text = loaded.tokenizer.apply_chat_template(chat, tokenize=False, add_generation_prompt=True)
    tokens: list[int] = loaded.tokenizer(text, add_special_tokens=False)["input_ids"]
    return tokens


def _generate(
    loaded: _Loaded, prompts: Sequence[list[int]], settings: Settings
) -> list[Completion]:
    import torch

    start = time.monotonic()
    inputs = loaded.tokenizer.pad({"input_ids": list(prompts)}, return_tensors="pt")
    inputs = inputs.to(loaded.model.device)
    width = inputs["input_ids"].shape[1]
    room = min(settings.max_tokens or MAX_TOKENS, loaded.context - width)
    sampled = bool(settings.temperature)
    how: dict[str, Any] = {"do_sample": sampled, "max_new_tokens": room}
    if sampled:
        how |= {"temperature": settings.temperature, "top_p": settings.top_p or 1.0, "top_k": 0}
        torch.manual_seed(settings.seed if settings.seed is not None else torch.seed())
    if settings.stop:
        how |= {"stop_strings": list(settings.stop), "tokenizer": loaded.tokenizer}
    with torch.inference_mode():
        made = loaded.model.generate(
            **inputs, pad_token_id=loaded.tokenizer.pad_token_id, use_cache=True, **how
        )
    seconds = time.monotonic() - start
    return [
        _completion(loaded, len(prompt), row[width:].tolist(), room, settings, seconds)
        for prompt, row in zip(prompts, made, strict=True)
    ]


def _completion(
    loaded: _Loaded, asked: int, tokens: list[int], room: int, settings: Settings, seconds: float
) -> Completion:
    end = next((place for place, token in enumerate(tokens) if token in loaded.ends), None)
    finish: Finish = "length" if end is None and len(tokens) >= room else "stop"
    text: str = loaded.tokenizer.decode(tokens[:end], skip_special_tokens=True)
    for word in settings.stop:
        if word in text:
            text, finish = text.split(word, 1)[0], "stop"
    written = len(tokens) if end is None else end + 1
    usage = Usage(input=asked, output=written)
    return Completion(text=text, finish=finish, usage=usage, seconds=seconds)
