"""What calls cost, by the price list of a library; an unknown price is unknown, never zero."""

from __future__ import annotations

from functools import cache
from typing import Any

from codesteer.models.chat import Usage

FREE = frozenset(
    {
        *("local", "ollama", "vllm", "llamacpp", "transformers", "vllm-engine"),
        *("gold", "noop", "scripted", "replay", "simulated"),
    }
)
"""Providers that cost nothing to ask."""


def price(model: str, usage: Usage) -> float | None:
    """US dollars of the tokens of one model, ``provider:model``; None where no price is known."""
    model = model.replace("openai-responses:", "openai:", 1)
    provider, _, name = model.partition(":")
    if provider in FREE:
        return 0.0
    prices = _library()
    if prices is None or not _known(model):
        return None
    counted = prices.Usage(
        input_tokens=usage.input,
        output_tokens=usage.output,
        cache_read_tokens=usage.cached_input,
    )
    found = prices.calc_price(counted, model_ref=name, provider_id=provider)
    return float(found.total_price)


@cache
def _known(model: str) -> bool:
    provider, _, name = model.partition(":")
    prices = _library()
    if prices is None:
        return False
    try:
        prices.calc_price(prices.Usage(input_tokens=1), model_ref=name, provider_id=provider)
    except LookupError:
        return False
    return True


@cache
def _library() -> Any:
    try:
        import genai_prices
    except ImportError:
        return None
    return genai_prices
