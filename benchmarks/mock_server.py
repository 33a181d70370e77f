#!/usr/bin/env python3
"""A small OpenAI-compatible chat server for throughput and failure tests (stdlib only).

It answers POST /v1/chat/completions after a configurable latency, can inject
429/500/connection resets/hangs, and counts how many requests are in flight: the
maximum, and the average over the busy time (first request in .. last answer out).

    python mock_server.py --latency fixed:0.5 --port 8399 --max-seconds 60
    python mock_server.py --latency lognormal:2.0,0.8 --p429 0.05 --reset-rate 0.01
    curl -s 127.0.0.1:8399/stats  # and POST /reset, POST /shutdown; from Python: running()

It binds to loopback only and always ends by itself after --max-seconds.

Latency, faults and wrong answers are functions of (seed, request body, attempt
number of that body), not of arrival order, so two clients that send the same
requests see the same latencies and faults however they schedule them.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import hashlib
import http.client
import ipaddress
import json
import math
import os
import resource
import signal
import socket
import statistics
import struct
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

REASONS = {
    200: "OK",
    400: "Bad Request",
    404: "Not Found",
    411: "Length Required",
    429: "Too Many Requests",
    500: "Internal Server Error",
}


# -- configuration ---------------------------------------------------------------------


def parse_latency(spec: str) -> Callable[[float], float]:
    """'fixed:S', 'uniform:LO,HI' or 'lognormal:MEDIAN,SIGMA' -> quantile function."""
    kind, _, rest = spec.partition(":")
    try:
        numbers = [float(part) for part in rest.split(",")]
        if any(number < 0 for number in numbers):
            raise ValueError
        if kind == "fixed":
            (seconds,) = numbers
            return lambda u: seconds
        if kind == "uniform":
            low, high = numbers
            return lambda u: low + (high - low) * u
        if kind == "lognormal":
            median, sigma = numbers
            if median == 0:
                raise ValueError
            normal = statistics.NormalDist(math.log(median), sigma or 1e-12)
            return lambda u: math.exp(normal.inv_cdf(min(max(u, 1e-9), 1 - 1e-9)))
    except ValueError:
        pass
    raise argparse.ArgumentTypeError(
        f"{spec!r}: expected fixed:S, uniform:LO,HI or lognormal:MEDIAN,SIGMA"
    )


def rate(text: str) -> float:
    value = float(text)
    if not 0 <= value <= 1:
        raise argparse.ArgumentTypeError(f"{text}: expected a number from 0 to 1")
    return value


def make_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        description=__doc__.splitlines()[0], formatter_class=argparse.ArgumentDefaultsHelpFormatter
    )
    parser.add_argument("--host", default="127.0.0.1", help="a loopback address")
    parser.add_argument("--port", type=int, default=0, help="0: any free port")
    parser.add_argument(
        "--latency",
        type=parse_latency,
        default="fixed:0.5",
        help="fixed:S | uniform:LO,HI | lognormal:MEDIAN,SIGMA (seconds)",
    )
    parser.add_argument("--max-latency", type=float, default=120.0, help="cap in seconds")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument(
        "--answer", default="echo", help="'echo' (last user message), or 'fixed:TEXT'"
    )
    parser.add_argument(
        "--wrong-rate", type=rate, default=0.0, help="share of request bodies answered with 'WRONG'"
    )
    parser.add_argument("--p429", type=rate, default=0.0)
    parser.add_argument("--p500", type=rate, default=0.0)
    parser.add_argument("--reset-rate", type=rate, default=0.0, help="TCP RST instead of an answer")
    parser.add_argument("--hang-rate", type=rate, default=0.0, help="never answered")
    parser.add_argument(
        "--retry-after", type=float, default=None, help="Retry-After seconds sent with 429"
    )
    parser.add_argument(
        "--max-concurrency",
        type=int,
        default=0,
        help="more requests than this in flight get a 429 (0: no limit)",
    )
    parser.add_argument("--max-seconds", type=float, default=300.0, help="then the server ends")
    parser.add_argument("--stats-file", default=None, help="final stats as JSON go here")
    return parser


# -- counters --------------------------------------------------------------------------


@dataclass
class Stats:
    """Time-weighted count of the requests in flight, and counts by outcome."""

    started_at: float = field(default_factory=time.time)
    inflight: int = 0
    max_inflight: int = 0
    connections: int = 0
    max_connections: int = 0
    total_connections: int = 0
    area: float = 0.0  # integral of inflight over time
    changed_at: float | None = None
    first_request_at: float | None = None  # wall clock
    first_answer_at: float | None = None
    last_answer_at: float | None = None
    busy_from: float | None = None  # monotonic
    busy_to: float | None = None
    area_at_busy_to: float = 0.0
    outcomes: Counter[str] = field(default_factory=Counter)
    cpu0: float = field(default_factory=time.process_time)

    def _advance(self, delta: int) -> float:
        now = time.monotonic()
        if self.changed_at is not None:
            self.area += self.inflight * (now - self.changed_at)
        self.changed_at = now
        self.inflight += delta
        self.max_inflight = max(self.max_inflight, self.inflight)
        return now

    def enter(self) -> None:
        now = self._advance(+1)
        if self.busy_from is None:
            self.busy_from, self.first_request_at = now, time.time()

    def leave(self, outcome: str) -> None:
        self.busy_to = self._advance(-1)
        self.area_at_busy_to = self.area
        self.last_answer_at = time.time()
        if self.first_answer_at is None:
            self.first_answer_at = self.last_answer_at
        self.outcomes[outcome] += 1

    def as_dict(self) -> dict[str, Any]:
        busy = 0.0
        if self.busy_from is not None and self.busy_to is not None:
            busy = self.busy_to - self.busy_from
        return {
            "requests": sum(self.outcomes.values()),
            "outcomes": dict(self.outcomes),
            "inflight": self.inflight,
            "max_concurrency": self.max_inflight,
            "mean_concurrency": round(self.area_at_busy_to / busy, 2) if busy else 0.0,
            "busy_s": round(busy, 4),
            "connections": self.connections,
            "max_connections": self.max_connections,
            "total_connections": self.total_connections,
            "first_request_at": self.first_request_at,
            "first_answer_at": self.first_answer_at,
            "last_answer_at": self.last_answer_at,
            "server_cpu_s": round(time.process_time() - self.cpu0, 3),
            "server_maxrss_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        }


# -- server ----------------------------------------------------------------------------


class MockServer:
    def __init__(self, options: argparse.Namespace) -> None:
        self.options = options
        self.quantile = options.latency
        self.stats = Stats()
        self.attempts: Counter[bytes] = Counter()
        self.done = asyncio.Event()

    def draws(self, body: bytes) -> tuple[float, float, float, int]:
        """Uniform numbers for latency, fault and wrong answer of this attempt."""
        key = hashlib.blake2b(
            body, digest_size=16, salt=struct.pack("<q", self.options.seed)
        ).digest()
        attempt = self.attempts[key]
        self.attempts[key] += 1
        digest = hashlib.blake2b(key + attempt.to_bytes(4, "little"), digest_size=16).digest()
        latency, fault = (part / 2**64 for part in struct.unpack("<QQ", digest))
        wrong = int.from_bytes(key[:8], "little") / 2**64  # the same at every attempt
        return latency, fault, wrong, attempt

    def fault(self, u: float) -> str | None:
        for kind, share in (
            ("429", self.options.p429),
            ("500", self.options.p500),
            ("reset", self.options.reset_rate),
            ("hang", self.options.hang_rate),
        ):
            if u < share:
                return kind
            u -= share
        if self.options.max_concurrency and self.stats.inflight > self.options.max_concurrency:
            return "429"
        return None

    def answer_text(self, request: dict[str, Any], wrong: float) -> str:
        if wrong < self.options.wrong_rate:
            return "WRONG"
        mode, _, text = self.options.answer.partition(":")
        if mode == "fixed":
            return text
        for message in reversed(request.get("messages") or []):
            if message.get("role") == "user":
                content = message.get("content") or ""
                if isinstance(content, list):
                    content = "".join(part.get("text", "") for part in content)
                return content
        return ""

    def completion(self, request: dict[str, Any], wrong: float) -> tuple[bytes, bytes]:
        """Content type and body of a good answer (one JSON object, or SSE chunks)."""
        text = self.answer_text(request, wrong)
        prompt_tokens = (
            sum(len(str(m.get("content"))) for m in request.get("messages") or []) // 4 + 1
        )
        usage = {
            "prompt_tokens": prompt_tokens,
            "completion_tokens": len(text) // 4 + 1,
            "total_tokens": prompt_tokens + len(text) // 4 + 1,
        }
        common = {
            "id": f"mock-{sum(self.stats.outcomes.values())}",
            "created": int(time.time()),
            "model": request.get("model", "mock"),
        }
        if not request.get("stream"):
            message = {"role": "assistant", "content": text, "refusal": None}
            choice = {"index": 0, "message": message, "finish_reason": "stop", "logprobs": None}
            return b"application/json", json.dumps(
                {**common, "object": "chat.completion", "choices": [choice], "usage": usage}
            ).encode()
        events = []
        for delta, reason in (({"role": "assistant", "content": text}, None), ({}, "stop")):
            choice = {"index": 0, "delta": delta, "finish_reason": reason}
            events.append({**common, "object": "chat.completion.chunk", "choices": [choice]})
        if (request.get("stream_options") or {}).get("include_usage"):
            events.append(
                {**common, "object": "chat.completion.chunk", "choices": [], "usage": usage}
            )
        lines = [f"data: {json.dumps(event)}\n\n" for event in events] + ["data: [DONE]\n\n"]
        return b"text/event-stream", "".join(lines).encode()


class Connection(asyncio.Protocol):
    """One keep-alive HTTP/1.1 connection; requests on it are answered in turn."""

    def __init__(self, server: MockServer) -> None:
        self.server = server
        self.buffer = bytearray()
        self.timer: asyncio.TimerHandle | None = None
        self.busy = False  # a chat request of this connection is in flight

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport: asyncio.Transport = transport  # type: ignore[assignment]
        stats = self.server.stats
        stats.connections += 1
        stats.total_connections += 1
        stats.max_connections = max(stats.max_connections, stats.connections)

    def connection_lost(self, exc: Exception | None) -> None:
        self.server.stats.connections -= 1
        if self.timer:
            self.timer.cancel()
        if self.busy:
            self.finish("client_gone")

    def finish(self, outcome: str) -> None:
        self.busy = False
        self.timer = None
        self.server.stats.leave(outcome)

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        while not self.busy and not self.transport.is_closing():
            end = self.buffer.find(b"\r\n\r\n")
            if end < 0:
                return
            head = bytes(self.buffer[:end])
            length, chunked = 0, False
            for line in head.split(b"\r\n")[1:]:
                name, _, value = line.partition(b":")
                name = name.lower()
                if name == b"content-length":
                    length = int(value)
                elif name == b"transfer-encoding":
                    chunked = True
                elif name == b"expect":
                    self.transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")
            if chunked:
                self.respond(411, b"{}")
                self.transport.close()
                return
            if len(self.buffer) < end + 4 + length:
                return
            body = bytes(self.buffer[end + 4 : end + 4 + length])
            del self.buffer[: end + 4 + length]
            method, path, *_ = head.split(b" ", 2)
            self.handle(method, path.split(b"?")[0], body)

    def respond(
        self,
        status: int,
        body: bytes,
        content_type: bytes = b"application/json",
        extra: bytes = b"",
    ) -> None:
        if not self.transport.is_closing():
            self.transport.write(
                b"HTTP/1.1 %d %s\r\ncontent-type: %s\r\ncontent-length: %d\r\n%s\r\n"
                % (status, REASONS[status].encode(), content_type, len(body), extra)
                + body
            )

    def handle(self, method: bytes, path: bytes, body: bytes) -> None:
        server = self.server
        if method == b"POST" and path.endswith(b"/chat/completions"):
            self.chat(body)
        elif path == b"/stats":
            self.respond(200, json.dumps(server.stats.as_dict()).encode())
        elif path == b"/reset" and method == b"POST":
            inflight, connections = server.stats.inflight, server.stats.connections
            server.stats = Stats(inflight=inflight, connections=connections)
            server.attempts.clear()
            self.respond(200, b"{}")
        elif path == b"/shutdown" and method == b"POST":
            self.respond(200, b"{}")
            asyncio.get_running_loop().call_later(0.05, server.done.set)
        elif path.endswith(b"/models"):
            self.respond(
                200,
                json.dumps(
                    {
                        "object": "list",
                        "data": [
                            {"id": "mock", "object": "model", "created": 0, "owned_by": "mock"}
                        ],
                    }
                ).encode(),
            )
        else:
            self.respond(404, b'{"error": {"message": "no such path", "type": "not_found"}}')

    def chat(self, body: bytes) -> None:
        server = self.server
        try:
            request = json.loads(body)
        except ValueError:
            self.respond(
                400, b'{"error": {"message": "bad JSON", "type": "invalid_request_error"}}'
            )
            return
        self.busy = True
        server.stats.enter()
        latency_u, fault_u, wrong_u, _ = server.draws(body)
        delay = min(server.quantile(latency_u), server.options.max_latency)
        fault = server.fault(fault_u)
        if fault == "hang":
            return
        if fault in ("429", "500"):
            delay = min(delay, 0.02)  # servers turn a request away at once
        self.timer = asyncio.get_running_loop().call_later(
            delay, self.answer, request, fault, wrong_u
        )

    def answer(self, request: dict[str, Any], fault: str | None, wrong: float) -> None:
        if fault == "reset":
            self.finish("reset")
            sock = self.transport.get_extra_info("socket")
            if sock is not None:
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.transport.abort()
            return
        if fault:
            kind = "rate_limit_exceeded" if fault == "429" else "server_error"
            extra = b""
            if fault == "429" and self.server.options.retry_after is not None:
                extra = b"retry-after: %g\r\n" % self.server.options.retry_after
            self.finish(fault)
            self.respond(
                int(fault),
                json.dumps(
                    {"error": {"message": f"injected {fault}", "type": kind, "code": kind}}
                ).encode(),
                extra=extra,
            )
        else:
            content_type, body = self.server.completion(request, wrong)
            self.finish("200")
            self.respond(200, body, content_type)
        if self.buffer:
            self.data_received(b"")


async def serve(options: argparse.Namespace) -> None:
    if not ipaddress.ip_address(options.host).is_loopback:
        raise SystemExit(f"{options.host} is not a loopback address")
    loop = asyncio.get_running_loop()
    server = MockServer(options)
    listener = await loop.create_server(
        lambda: Connection(server), options.host, options.port, backlog=4096
    )
    port = listener.sockets[0].getsockname()[1]
    host = f"[{options.host}]" if ":" in options.host else options.host
    print(
        json.dumps({"base_url": f"http://{host}:{port}/v1", "port": port, "pid": os.getpid()}),
        flush=True,
    )
    for signum in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(signum, server.done.set)
    with contextlib.suppress(asyncio.TimeoutError):
        await asyncio.wait_for(server.done.wait(), options.max_seconds)
    listener.close()
    final = json.dumps(server.stats.as_dict())
    print(final, flush=True)
    if options.stats_file:
        with open(options.stats_file, "w") as file:
            file.write(final + "\n")


# -- use from Python ---------------------------------------------------------------------


@dataclass
class Running:
    base_url: str
    port: int
    pid: int

    def _call(self, method: str, path: str) -> dict[str, Any]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request(method, path)
            return json.loads(connection.getresponse().read())
        finally:
            connection.close()

    def stats(self) -> dict[str, Any]:
        return self._call("GET", "/stats")

    def reset(self) -> None:
        self._call("POST", "/reset")


@contextlib.contextmanager
def running(**options: Any) -> Iterator[Running]:
    """Start the server as a child process: running(latency='fixed:0.5', p429=0.1)."""
    command = [sys.executable, os.path.abspath(__file__)]
    for name, value in options.items():
        command += [f"--{name.replace('_', '-')}", str(value)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        line = process.stdout.readline()
        if not line:
            raise RuntimeError(f"mock server did not start (exit {process.wait()})")
        yield Running(**json.loads(line))
    finally:
        process.terminate()
        process.communicate(timeout=10)


if __name__ == "__main__":
    asyncio.run(serve(make_parser().parse_args()))
