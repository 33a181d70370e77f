"""Transcripts for the HTML report: cut by size, harmless, compressed in chunks."""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from pytest_symbench.ledger import Row
from symbench_reports.harmless import cut, visible
from symbench_reports.pictures import Picture, pictures

LIMITS = (20_000, 6_000, 2_000, 600)
"""Characters of one text that are kept: the first with which all transcripts fit."""

EVENTS = 200
"""Events of one episode that are kept."""

CHUNK = 256_000
"""Characters of JSON in a chunk: what is unpacked to show one transcript."""


class Chunked(NamedTuple):
    """Compressed chunks, and for each episode its chunk and position in it."""

    chunks: list[str]
    places: list[tuple[int, int] | None]
    left_out: int
    """Episodes whose transcript did not fit."""


def packed(data: Any) -> str:
    """JSON, deflated, in base64: no character of it can end a script element."""
    text = json.dumps(data, separators=(",", ":"))
    deflate = zlib.compressobj(6, zlib.DEFLATED, -15)
    return base64.b64encode(deflate.compress(text.encode()) + deflate.flush()).decode("ascii")


def chunked(entries: Iterable[dict[str, Any] | None], room: int) -> Chunked:
    """Transcripts in their order, as many as there is room for (characters of base64)."""
    chunks: list[str] = []
    places: list[tuple[int, int] | None] = []
    waiting: list[dict[str, Any]] = []
    size = used = left_out = 0

    def ship() -> None:
        nonlocal size, used
        if waiting:
            chunks.append(packed(waiting))
            used += len(chunks[-1])
        waiting.clear()
        size = 0

    for entry in entries:
        # What waits takes about a fourth of its size; it is counted before it is packed.
        if entry is None or used + size // 4 > room:
            left_out += entry is not None
            places.append(None)
            continue
        places.append((len(chunks), len(waiting)))
        waiting.append(entry)
        size += _size(entry)
        if size > CHUNK:
            ship()
    ship()
    return Chunked(chunks, places, left_out)


def transcript(
    row: Row, record: Mapping[str, Any], most: int, drawn: dict[str, list[Picture]]
) -> dict[str, Any]:
    """What the transcript view shows. ``drawn`` keeps pictures that several episodes share."""
    left = 0

    def text(value: Any) -> str:
        nonlocal left
        shown, gone = cut(str(value), most)
        left += gone
        return visible(shown)

    events = record["events"]
    shown = [event for event in map(lambda event: _event(event, text), events[:EVENTS]) if event]
    instance = row.id.partition("/")[0]
    if instance not in drawn:
        drawn.clear()  # episodes of one instance stand together
        drawn[instance] = pictures(row)
    found: dict[str, Any] = {
        "answer": text(record.get("answer", "")),
        "reason": text(row.reason),
        "events": shown,
        "pictures": drawn[instance],
    }
    if len(events) > EVENTS:
        left += sum(len(str(event)) for event in events[EVENTS:])
    if left:
        found["left"] = left
    return found


def fitting(sample: Iterable[tuple[Row, dict[str, Any] | None]], episodes: int, room: int) -> int:
    """The first of `LIMITS` with which all episodes fit, judged by a sample of them."""
    known = [(row, record) for row, record in sample if record is not None]
    if not known:
        return LIMITS[0]
    for limit in LIMITS[:-1]:
        entries = [entry for row, record in known if (entry := _plain(row, record, limit))]
        size = sum(map(len, chunked(entries, room).chunks))
        if size / len(known) * episodes <= 0.9 * room:
            return limit
    return LIMITS[-1]


def _plain(row: Row, record: dict[str, Any], limit: int) -> dict[str, Any] | None:
    try:
        return transcript(row, record, limit, {row.id.partition("/")[0]: []})
    except (KeyError, TypeError, AttributeError):
        return None


def entries(
    records: Iterable[tuple[Row, dict[str, Any] | None]], limit: int
) -> Iterator[dict[str, Any] | None]:
    """The transcripts of episodes in order; None where one cannot be read."""
    drawn: dict[str, list[Picture]] = {}
    for row, record in records:
        try:
            yield None if record is None else transcript(row, record, limit, drawn)
        except (KeyError, TypeError, AttributeError):
            yield None


def _event(event: Mapping[str, Any], text: Any) -> dict[str, Any] | None:
    match event["kind"]:
        case "call":
            usage = event["usage"]
            return {
                "k": "call", "part": text(event["part"]), "prompt": text(event["prompt"]),
                "text": text(event["text"]), "finish": text(event["finish"]),
                "tokens": [usage["input"], usage["output"]], "s": round(event["seconds"], 2),
                "retries": event.get("retries", 0), "cached": bool(event.get("cached")),
                "tools": [text(call["arguments"]) for call in event.get("tool_calls", ())],
            }  # fmt: skip
        case "run":
            execution = event["execution"]
            return {
                "k": "run", "purpose": text(event["purpose"]), "code": text(event["code"]),
                "outcome": text(execution["outcome"]), "stdout": text(execution.get("stdout", "")),
                "stderr": text(execution.get("stderr", "")), "note": text(execution.get("note", "")),
                "s": round(execution.get("wall_s", 0.0), 2),
            }  # fmt: skip
        case "check":
            return {
                "k": "check", "checker": text(event["checker"]), "verdict": text(event["verdict"]),
                "score": event.get("score"), "summary": text(event.get("summary", "")),
            }  # fmt: skip
        case "guidance":
            return {
                "k": "guidance", "action": text(event["action"]), "text": text(event["text"]),
                "reason": text(event.get("reason", "")),
            }  # fmt: skip
    return None


def _size(entry: Mapping[str, Any]) -> int:
    return 200 + sum(
        len(value)
        for event in entry["events"]
        for value in event.values()
        if isinstance(value, str)
    )
