"""Requests to a model in this process: who is answered with whom, and what a fault costs."""

from __future__ import annotations

import asyncio
import sys
import threading
from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

import pytest

from codesteer.models import Completion, Message, Settings
from codesteer.models import errors as e
from codesteer.models.batching import Batches, Reply, Request
from codesteer.models.chat import Tool
from codesteer.models.vllm_engine import VllmModel, sampling_fields


def echo(requests: Sequence[Request]) -> list[Reply]:
    return [Completion(text=request.messages[-1].content) for request in requests]


def asked(text: str) -> list[Message]:
    return [Message("user", text)]


def test_what_waits_is_answered_together_and_in_order() -> None:
    sizes: list[int] = []

    def answer(requests: Sequence[Request]) -> list[Reply]:
        sizes.append(len(requests))
        return echo(requests)

    async def go() -> list[str]:
        batches = Batches(answer, most=4)
        found = await asyncio.gather(*(batches.ask(asked(str(n)), Settings()) for n in range(10)))
        late = await batches.ask(asked("late"), Settings())
        await batches.aclose()
        return [completion.text for completion in (*found, late)]

    assert asyncio.run(go()) == [*map(str, range(10)), "late"]
    assert sizes == [4, 4, 2, 1]


def test_a_fault_is_its_own_requests_and_another_batch_is_answered() -> None:
    def answer(requests: Sequence[Request]) -> list[Reply]:
        if requests[0].messages[0].content == "crash":
            raise MemoryError("no memory")
        return [
            e.ContextLength("too long") if "long" in request.messages[0].content else reply
            for request, reply in zip(requests, echo(requests), strict=True)
        ]

    async def go() -> list[Any]:
        batches = Batches(answer, most=2)
        texts = ("fits", "long", "crash", "crashed with it", "after")
        asks = [batches.ask(asked(text), Settings()) for text in texts]
        found = await asyncio.gather(*asks, return_exceptions=True)
        await batches.aclose()
        return found

    fits, long, crash, too, after = asyncio.run(go())
    assert (fits.text, after.text) == ("fits", "after")
    assert isinstance(long, e.ContextLength)
    assert type(crash) is type(too) is e.BadRequest
    assert "MemoryError: no memory" in str(crash)


def test_closing_gives_up_what_waits() -> None:
    begun, go_on = threading.Event(), threading.Event()

    def answer(requests: Sequence[Request]) -> list[Reply]:
        begun.set()
        go_on.wait(10)
        return echo(requests)

    async def go() -> str:
        batches = Batches(answer, most=1)
        asks = [asyncio.create_task(batches.ask(asked(t), Settings())) for t in ("a", "b")]
        await asyncio.to_thread(begun.wait, 10)
        closing = asyncio.create_task(batches.aclose())
        await asyncio.sleep(0)
        go_on.set()
        await closing
        done = await asyncio.gather(*asks, return_exceptions=True)
        assert isinstance(done[1], asyncio.CancelledError)
        return str(done[0].text)

    assert asyncio.run(go()) == "a"


class FakeEngine:
    """What of vLLM is used, as its own signatures have it; see the next test for the real one."""

    limit = 20

    def __init__(self, *, model: str) -> None:
        if "nothing" in model:
            raise ValueError("no such\nmodel")
        self.batches: list[int] = []

    def chat(self, messages: Any, sampling_params: Any, *, use_tqdm: bool) -> list[Any]:
        self.batches.append(len(messages))
        if any(len(chat[-1]["content"]) > self.limit for chat in messages):
            raise ValueError("The prompt is longer than the maximum model length of 20")
        return [
            SimpleNamespace(
                prompt_token_ids=[1, 2], num_cached_tokens=None,
                outputs=[SimpleNamespace(
                    text=chat[-1]["content"], token_ids=[1, 2, 3],
                    finish_reason="length" if params.max_tokens == 3 else "stop",
                )],
            )
            for chat, params in zip(messages, sampling_params, strict=True)
        ]  # fmt: skip


@pytest.fixture
def vllm(monkeypatch: pytest.MonkeyPatch) -> None:
    fake = SimpleNamespace(LLM=FakeEngine, SamplingParams=SimpleNamespace)
    monkeypatch.setitem(sys.modules, "vllm", fake)
    monkeypatch.setattr("importlib.util.find_spec", lambda name: fake)


def run_vllm(model: str, texts: Sequence[str], settings: Settings) -> list[Any]:
    async def go() -> list[Any]:
        engine = VllmModel(model)
        asks = [engine.complete(asked(text), settings=settings) for text in texts]
        found = await asyncio.gather(*asks, return_exceptions=True)
        await engine.aclose()
        return found

    return asyncio.run(go())


@pytest.mark.usefixtures("vllm")
def test_vllm_answers_a_batch_and_one_long_prompt_costs_only_itself() -> None:
    one, long, two = run_vllm("m", ["one", "x" * 30, "two"], Settings(max_tokens=3))
    assert (one.text, two.text) == ("one", "two")
    assert (one.finish, one.usage.input, one.usage.output) == ("length", 2, 3)
    assert isinstance(long, e.ContextLength)
    (none,) = run_vllm("nothing", ["x"], Settings())
    assert type(none) is e.BadRequest
    assert "no such model" in str(none)
    (tools,) = run_vllm(
        "m", ["x"], Settings(tools=(Tool(name="t", description="", parameters={}),))
    )
    assert type(tools) is e.BadRequest


def test_without_vllm_there_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(e.MissingExtra, match=r"pip install 'pytest-symbench\[vllm\]'"):
        VllmModel("m")


def test_what_is_used_of_vllm_exists() -> None:
    """Against the installed package's own signatures; it needs no GPU, but the package."""
    import inspect

    vllm = pytest.importorskip("vllm", reason="vLLM (3.5 GB) is not installed")
    assert "model" in inspect.signature(vllm.LLM.__init__).parameters
    chat = inspect.signature(vllm.LLM.chat).parameters
    assert list(chat)[1:3] == ["messages", "sampling_params"]
    assert "use_tqdm" in chat
    settings = Settings(temperature=0.5, top_p=0.9, max_tokens=3, seed=1, stop=("x",))
    made = vllm.SamplingParams(**sampling_fields(settings))
    assert (made.temperature, made.top_p, made.max_tokens, made.seed) == (0.5, 0.9, 3, 1)
    from vllm.outputs import CompletionOutput, RequestOutput

    request = inspect.signature(RequestOutput.__init__).parameters
    assert {"prompt_token_ids", "outputs", "num_cached_tokens"} <= set(request)
    answer = inspect.signature(CompletionOutput).parameters
    assert {"text", "token_ids", "finish_reason"} <= set(answer)
