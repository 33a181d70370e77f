"""OpenTelemetry spans of model calls, by the conventions for generative AI; nothing without it."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any, TypeAlias

from codesteer.models.chat import Completion, Settings

Record: TypeAlias = Callable[[Completion], None]


@contextlib.contextmanager
def span(model: str, settings: Settings) -> Iterator[Record]:
    """A client span around one call; the yielded function adds what came back.

    Conversations are not recorded: they may be confidential.
    """
    tracer = _tracer()
    if tracer is None:
        yield _nothing
        return
    provider, _, name = model.partition(":")
    from opentelemetry.trace import SpanKind

    attributes = {
        "gen_ai.operation.name": "chat",
        "gen_ai.provider.name": provider,
        "gen_ai.request.model": name or provider,
        "gen_ai.request.max_tokens": settings.max_tokens,
        "gen_ai.request.temperature": settings.temperature,
        "gen_ai.request.top_p": settings.top_p,
        "gen_ai.request.seed": settings.seed,
    }
    with tracer.start_as_current_span(
        f"chat {name or provider}",
        kind=SpanKind.CLIENT,
        attributes={key: value for key, value in attributes.items() if value is not None},
    ) as current:

        def record(completion: Completion) -> None:
            current.set_attribute("gen_ai.usage.input_tokens", completion.usage.input)
            current.set_attribute("gen_ai.usage.output_tokens", completion.usage.output)
            current.set_attribute("gen_ai.response.finish_reasons", [completion.finish])

        try:
            yield record
        except Exception as error:
            current.set_attribute("error.type", type(error).__name__)
            raise


def _nothing(completion: Completion) -> None:
    return None


@cache
def _tracer() -> Any:
    """The tracer, if the SDK (not its bare interface) is installed."""
    try:
        import opentelemetry.sdk  # noqa: F401
        from opentelemetry import trace
    except ImportError:
        return None
    return trace.get_tracer("pytest_symbench")
