"""The lean transport under the vendors' SDKs: their address and headers, JSON through aiohttp.

An SDK's own request path costs 2 to 5 ms of CPU a call, mostly for building requests and for
models of responses that are not used here; this one costs about 0.4 ms. What the SDK decides (base
address, authentication, organisation, versions, environment variables) is still asked of it, see
`codesteer.models.sdk`.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Mapping
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

from codesteer.models.errors import (
    BadRequest,
    ContextLength,
    ModelError,
    RateLimited,
    Refused,
    Transient,
    Unauthorized,
)
from codesteer.models.sdk import Endpoint
from codesteer.models.waits import retry_after

if TYPE_CHECKING:
    import aiohttp

TIMEOUT = 600.0
"""Seconds after which a call without an answer is given up and counted as transient."""

LONGEST = 64 * 2**20
"""Bytes of an answer, unpacked, beyond which it is taken for one that never ends."""

# Servers like to repeat the key that they do not accept.
_KEY = re.compile(r"\b(?:sk|pk|key|gsk|xai|hf|r8)[-_][A-Za-z0-9_\-]{8,}|\bAIza[A-Za-z0-9_\-]{20,}")


class Transport:
    """Keep-alive connections to one server; made and used on one loop.

    As many connections as calls are in flight: the caller bounds those.
    """

    def __init__(self, endpoint: Future[Endpoint], name: str) -> None:
        """``endpoint``: the server's, waited for with the first request. ``name``: for messages."""
        import aiohttp

        self._name = name
        self._endpoint = endpoint
        self._errors = aiohttp.ClientError
        self._timeout = aiohttp.ClientTimeout
        self._base = ""
        self._proxy: str | None = None
        self._session: aiohttp.ClientSession | None = None

    async def post(self, path: str, body: Mapping[str, Any]) -> Any:
        """The JSON that a server answers to a body. Raises `ModelError`."""
        return await self._send("POST", path, json.dumps(body).encode(), TIMEOUT)

    async def get(self, path: str, *, seconds: float) -> Any:
        """The JSON below a path. Raises `ModelError`."""
        return await self._send("GET", path, None, seconds)

    async def aclose(self) -> None:
        """Closes the connections."""
        if self._session is not None:
            await self._session.close()

    async def _opened(self) -> aiohttp.ClientSession:
        import aiohttp

        found = await asyncio.shield(asyncio.wrap_future(self._endpoint))
        if self._session is None:  # no other call has come first
            self._base = found.base.rstrip("/")
            # Found once: aiohttp's own way reads the environment and ~/.netrc for every request.
            self._proxy = proxy(self._base)
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=0, ttl_dns_cache=300),
                headers=found.headers,
                cookie_jar=aiohttp.DummyCookieJar(),
            )
        return self._session

    async def _send(self, method: str, path: str, data: bytes | None, seconds: float) -> Any:
        session = self._session or await self._opened()
        request = session.request(
            method,
            self._base + path,
            data=data,
            headers={"Content-Type": "application/json"},
            timeout=self._timeout(total=seconds),
            proxy=self._proxy,
        )
        status = 0
        try:
            async with request as response:
                status, headers = response.status, response.headers
                raw = await _read(response)
        except (self._errors, OSError, asyncio.TimeoutError, ValueError) as error:
            what = "the answer broke off" if status else "no connection to the server"
            raise Transient(f"{self._name}: {what} ({brief(error)})") from None
        if status >= 300:
            raise typed(status, raw, headers, self._name)
        try:
            return json.loads(raw)
        except (ValueError, RecursionError):
            raise Transient(f"{self._name}: the server's answer is not JSON") from None


async def _read(response: Any) -> bytes:
    """The whole body. Raises `ValueError` where it is beyond all measure."""
    parts, size = [], 0
    async for part in response.content.iter_any():
        size += len(part)
        if size > LONGEST:
            raise ValueError("it does not end")
        parts.append(part)
    return b"".join(parts)


def proxy(url: str) -> str | None:
    """The proxy that the environment names for an address (``HTTPS_PROXY``, ``NO_PROXY``, ...)."""
    parts = urlsplit(url)
    if proxy_bypass(parts.netloc):
        return None
    proxies = getproxies()
    return proxies.get(parts.scheme) or proxies.get("all")


def typed(status: int, raw: bytes, headers: Mapping[str, str], name: str) -> ModelError:
    """The error of a status other than 2xx, from what the server says about it."""
    said, everything = _said(status, raw), raw[:20_000].decode("utf-8", "replace").lower()
    if status == 429:
        if "insufficient_quota" in everything:
            return Unauthorized(f"{name}: the account has no quota left ({said})")
        return RateLimited(f"{name}: {said}", retry_after(headers))
    if status in (401, 403):
        return Unauthorized(f"{name}: the server does not accept the key ({said})")
    if status == 404:
        return BadRequest(f"{name}: the server knows no such model or path ({said})")
    if status in (408, 409, 425) or status >= 500 or status < 400:
        return Transient(f"{name}: {said}")
    if "prompt is too long" in everything or (
        "context" in everything and re.search("length|size|window", everything)
    ):
        return ContextLength(f"{name}: the conversation does not fit the model's context")
    if re.search("content_filter|content filter|content management policy", everything):
        return Refused(f"{name}: {said}")
    return BadRequest(f"{name}: {said}")


def brief(error: object) -> str:
    """What an error says, on one line of at most 200 characters, without any key."""
    text = " ".join(str(error).split()) or error.__class__.__name__
    text = _KEY.sub("[key]", text)
    return text if len(text) <= 200 else text[:199] + "…"


def _said(status: int, raw: bytes) -> str:
    try:
        content = json.loads(raw)
        message = content["error"]["message"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return f"status {status}"
    return f"status {status}: {brief(message)}"
