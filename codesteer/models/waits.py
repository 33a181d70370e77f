"""How long a server asks to wait after a refusal, in the several ways in which servers say it."""

from __future__ import annotations

import math
import re
import time
from collections.abc import Mapping
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime

LIMITS = ("requests", "tokens", "input-tokens", "output-tokens")
"""What vendors limit, as their headers call it."""

_PART = re.compile(r"([0-9]+(?:\.[0-9]+)?)(ms|s|m|h|d)")

_SECONDS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86_400.0}


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds to wait, by ``retry-after-ms`` or ``retry-after``, else by the vendors' own headers
    on what is used up (``x-ratelimit-reset-requests``, ``anthropic-ratelimit-tokens-reset``, ...).
    """
    if (milliseconds := _number(headers.get("retry-after-ms"))) is not None:
        return milliseconds / 1000
    said = headers.get("retry-after")
    for found in (_number(said), _until(said)):
        if found is not None:
            return found
    waits = [
        wait
        for limit in LIMITS
        for left, reset in (
            (f"x-ratelimit-remaining-{limit}", f"x-ratelimit-reset-{limit}"),
            (f"anthropic-ratelimit-{limit}-remaining", f"anthropic-ratelimit-{limit}-reset"),
        )
        if _number(headers.get(left)) == 0 and (wait := _reset(headers.get(reset))) is not None
    ]
    return max(waits, default=None)


def _reset(text: str | None) -> float | None:
    """``2``, ``6m0s`` or a time, in seconds from now."""
    for found in (_number(text), _duration(text), _until(text)):
        if found is not None:
            return found
    return None


def _number(text: str | None) -> float | None:
    try:
        number = float(text or "")
    except ValueError:
        return None
    return max(0.0, number) if math.isfinite(number) else None


def _duration(text: str | None) -> float | None:
    if not text or _PART.sub("", text):
        return None
    return sum(float(number) * _SECONDS[unit] for number, unit in _PART.findall(text))


def _until(text: str | None) -> float | None:
    """Seconds until a time as HTTP or RFC 3339 writes it."""
    if not text:
        return None
    for parse in (parsedate_to_datetime, _rfc3339):
        try:
            moment = parse(text)
        except (ValueError, TypeError):
            continue
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=timezone.utc)
        return max(0.0, moment.timestamp() - time.time())
    return None


def _rfc3339(text: str) -> datetime:
    return datetime.fromisoformat(text.replace("Z", "+00:00"))
