"""How long to wait after a refusal: what servers say, and what the run then does."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from email.utils import format_datetime

import pytest

from codesteer.models.waits import retry_after

NOW = datetime(2026, 5, 4, 3, 2, 1, tzinfo=timezone.utc)


def later(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


SAID: dict[str, tuple[dict[str, str], float | None]] = {
    "seconds": ({"retry-after": "1.5"}, 1.5),
    "milliseconds come first": ({"retry-after": "9", "retry-after-ms": "250"}, 0.25),
    "a date": ({"retry-after": format_datetime(later(40), usegmt=True)}, 40),
    "a date gone by": ({"retry-after": format_datetime(later(-40), usegmt=True)}, 0),
    "no number": ({"retry-after": "soon"}, None),
    "never": ({"retry-after": "inf"}, None),
    "negative": ({"retry-after": "-3"}, 0),
    "OpenAI": ({"x-ratelimit-remaining-requests": "0", "x-ratelimit-reset-requests": "1m2.5s"}, 62.5),
    "OpenAI, milliseconds": (
        {"x-ratelimit-remaining-tokens": "0", "x-ratelimit-reset-tokens": "120ms"}, 0.12,
    ),
    "what is not used up does not count": (
        {"x-ratelimit-remaining-requests": "0", "x-ratelimit-reset-requests": "2s",
         "x-ratelimit-remaining-tokens": "900", "x-ratelimit-reset-tokens": "6m0s"}, 2,
    ),
    "the later of both": (
        {"x-ratelimit-remaining-requests": "0", "x-ratelimit-reset-requests": "2s",
         "x-ratelimit-remaining-tokens": "0", "x-ratelimit-reset-tokens": "6m0s"}, 360,
    ),
    "Anthropic": (
        {"anthropic-ratelimit-input-tokens-remaining": "0",
         "anthropic-ratelimit-input-tokens-reset": later(20).isoformat().replace("+00:00", "Z")}, 20,
    ),
    "retry-after before the vendor's": (
        {"retry-after": "3", "x-ratelimit-remaining-requests": "0",
         "x-ratelimit-reset-requests": "60s"}, 3,
    ),
    "nonsense": ({"x-ratelimit-remaining-requests": "0", "x-ratelimit-reset-requests": "x"}, None),
    "nothing": ({}, None),
}  # fmt: skip


@pytest.mark.parametrize("said", SAID)
def test_what_servers_say(said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("codesteer.models.waits.time.time", NOW.timestamp)
    headers, seconds = SAID[said]
    assert retry_after(headers) == seconds
