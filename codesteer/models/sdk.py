"""What a vendor's SDK decides of a server, address and headers, asked of it in another process.

A run needs nothing else of an SDK (see `codesteer.models.transport`), and to import one takes 0.7 s
of CPU and 48 MB: the other process works while items are collected, and is gone before the first
answer. Where the SDK is loaded already, it is asked here.
"""

from __future__ import annotations

import importlib
import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import Future, wait
from dataclasses import dataclass
from functools import cache
from typing import Literal, TypeAlias

from codesteer.models.errors import BadRequest

Sdk: TypeAlias = Literal["openai", "anthropic"]

CLIENTS: dict[Sdk, str] = {"openai": "AsyncOpenAI", "anthropic": "AsyncAnthropic"}

PATIENCE = 120.0
"""Seconds that an SDK may take: a machine may be busy, but not for ever."""

_questions: list[Future[Endpoint]] = []
"""All that another process was asked."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where a server is, and what each request to it carries."""

    base: str
    headers: dict[str, str]


def ask(sdk: Sdk, key: str | None, url: str | None) -> Future[Endpoint]:
    """What the SDK makes of a key, an address (None: its own) and the environment.

    The future raises `BadRequest` where the SDK refuses them.
    """
    if sdk in sys.modules:
        found: Future[Endpoint] = Future()
        _answer(found, sdk, lambda: _decided(sdk, key, url))
        return found
    own = f"{sdk.upper()}_"
    settings = sorted(item for item in os.environ.items() if item[0].startswith(own))
    return _asked(sdk, key, url, tuple(settings))


def settle() -> None:
    """Waits for all that was asked. Calls that waited for it themselves would have passed the rate
    limits one by one, and go out at once. What an SDK refuses is for the calls to tell.
    """
    wait(_questions)


@cache
def _asked(
    sdk: Sdk, key: str | None, url: str | None, environment: tuple[tuple[str, str], ...]
) -> Future[Endpoint]:
    """Once for all models of a process that differ in no setting."""
    found: Future[Endpoint] = Future()
    _questions.append(found)
    found.set_running_or_notify_cancel()  # nobody who waits can take it from the others
    threading.Thread(
        target=_answer,
        args=(found, sdk, lambda: _told(sdk, key, url)),
        name="symbench-sdk",
        daemon=True,
    ).start()
    return found


def _answer(
    found: Future[Endpoint], sdk: Sdk, decide: Callable[[], tuple[str, dict[str, str]]]
) -> None:
    try:
        base, headers = decide()
        found.set_result(Endpoint(base, headers))
    except Exception as error:
        reason = str(error).strip().splitlines() or [type(error).__name__]
        found.set_exception(BadRequest(f"the package {sdk} refuses its settings: {reason[-1]}"))


def _told(sdk: Sdk, key: str | None, url: str | None) -> tuple[str, dict[str, str]]:
    """From the other process. The key goes through a pipe: a command line is there for all."""
    done = subprocess.run(
        [sys.executable, "-c", "from codesteer.models.sdk import tell; tell()"],
        input=json.dumps([sdk, key, url]),
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    if done.returncode:
        raise OSError(done.stderr)
    base, headers = json.loads(done.stdout.splitlines()[-1])  # the last line: an SDK may print too
    return base, headers


def tell() -> None:
    """The other process: reads what is asked from standard input, and prints the answer."""
    sys.stdout.write(json.dumps(_decided(*json.load(sys.stdin))))


def _decided(sdk: Sdk, key: str | None, url: str | None) -> tuple[str, dict[str, str]]:
    kind = getattr(importlib.import_module(sdk), CLIENTS[sdk])
    client = kind(api_key=key or "none", base_url=url, max_retries=0)
    headers = {**client.default_headers, **client.auth_headers}
    # What is left out is a mark of the SDK's, and no text.
    return str(client.base_url), {k: v for k, v in headers.items() if isinstance(v, str)}
