"""OpenTelemetry spans of model calls, read from the SDK's own exporter."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pytest

import tests.preloaded  # noqa: F401
from benchmarks.mock_server import Running
from codesteer.models.chat import Settings
from codesteer.models.errors import BadRequest, RateLimited
from pytest_symbench import tracing
from tests.engine.conftest import inside
from tests.engine.test_limits import QUESTION, Scripted, governor

pytest.importorskip("opentelemetry.sdk")


@pytest.fixture
def spans(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    from opentelemetry import trace
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import SimpleSpanProcessor
    from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

    exporter, provider = InMemorySpanExporter(), TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    monkeypatch.setattr(trace, "get_tracer", provider.get_tracer)
    tracing._tracer.cache_clear()
    yield exporter
    tracing._tracer.cache_clear()
    provider.shutdown()


def test_each_call_is_a_span_by_the_conventions(spans: Any) -> None:
    model = Scripted(RateLimited("slow", 0.01), "a secret")
    model.name = "openai:gpt-4o"
    settings = Settings(max_tokens=50, temperature=None, seed=7)
    asyncio.run(governor().complete(model, QUESTION, settings))
    refused, answered = spans.get_finished_spans()
    common = {
        "gen_ai.operation.name": "chat",
        "gen_ai.provider.name": "openai",
        "gen_ai.request.model": "gpt-4o",
        "gen_ai.request.max_tokens": 50,
        "gen_ai.request.seed": 7,
    }
    assert dict(refused.attributes) == {**common, "error.type": "RateLimited"}
    assert dict(answered.attributes) == {
        **common,
        "gen_ai.usage.input_tokens": 10,
        "gen_ai.usage.output_tokens": 10,
        "gen_ai.response.finish_reasons": ("stop",),
    }
    assert [span.name for span in (refused, answered)] == ["chat gpt-4o"] * 2
    assert {span.kind.name for span in (refused, answered)} == {"CLIENT"}
    assert (refused.status.status_code.name, answered.status.status_code.name) == ("ERROR", "UNSET")
    assert "secret" not in answered.to_json(), "conversations are not recorded"
    assert QUESTION[0].content not in answered.to_json()


def test_every_request_of_a_run_is_a_span(
    spans: Any, server: Callable[..., Running], pytester: pytest.Pytester
) -> None:
    pytest.importorskip("openai")
    mock = server(latency="fixed:0.01", p429=0.2, retry_after=0.01)
    arguments = ("--tasks=letters", "--samples=20", "--symbench-ledger=run.sqlite")
    for _ in range(2):  # what the ledger answers is no call
        inside(pytester, mock.base_url, *arguments)
    found = Counter(span.attributes.get("error.type", "") for span in spans.get_finished_spans())
    outcomes = mock.stats()["outcomes"]
    assert found == {"": outcomes["200"], "RateLimited": outcomes["429"]}
    assert outcomes["200"] == 20


def test_an_error_is_told_and_passed_on(spans: Any) -> None:
    model = Scripted(BadRequest("no such field"))
    with pytest.raises(BadRequest):
        asyncio.run(governor().complete(model, QUESTION, Settings()))
    (span,) = spans.get_finished_spans()
    assert span.attributes["error.type"] == "BadRequest"


def test_without_the_sdk_nothing_is_traced(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "opentelemetry.sdk", None)
    tracing._tracer.cache_clear()
    with tracing.span("openai:m", Settings()) as record:
        assert record is tracing._nothing
    tracing._tracer.cache_clear()
