#!/usr/bin/env python3
"""The HTML report of 10,000 episodes: how large it is, how fast it opens, and how it scrolls.

    python -m benchmarks.report_speed

Two ledgers: one whose texts are short, and one whose random texts are far more than fits, so that
transcripts are cut. Needs playwright and Chromium; its path may be given by ``SYMBENCH_CHROMIUM``.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import statistics
import string
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.simulated_ledger import Simulated, write
from codesteer.episode import Episode, ModelCall
from codesteer.models.chat import Usage
from pytest_symbench.ledger import open_ledger, read_ledger
from pytest_symbench.tasks import registry
from symbench_reports import page
from symbench_reports.figures import Circumstances, figures
from symbench_reports.reading import read_runs

EPISODES = 10_000

LONG = 12_000
"""Characters of each random text: 120 MB in all, of which three quarters stay when compressed."""

VIEWS = ("", "complexity", "costs", "episodes")

SCROLL = """async () => {
  const box = document.querySelector(".window"), gaps = [];
  let last = performance.now();
  for (let step = 0; step <= 120; step++) {
    box.scrollTop = (box.scrollHeight - box.clientHeight) * step / 120;
    await new Promise(requestAnimationFrame);
    const now = performance.now();
    gaps.push(now - last);
    last = now;
  }
  return gaps.sort((a, b) => a - b);
}"""
"""Through the whole list in 120 steps; milliseconds between frames."""


@dataclass(frozen=True, slots=True)
class Opened:
    """Seconds until a view is shown, and what its reader then waits for."""

    views: dict[str, float]
    frame: float
    """Milliseconds between two frames while scrolling; 95 % are shorter."""
    search: float
    transcript: float


def simulated(path: Path, episodes: int = EPISODES) -> Path:
    """A ledger of all tasks, five levels and two methods."""
    tasks = tuple(registry.names())
    samples = -(-episodes // (len(tasks) * 5 * 2))
    write(path, tasks=tasks, levels=(1, 2, 3, 4, 5), samples=samples, model=Simulated())
    return path


def lengthened(path: Path, source: Path, characters: int = LONG) -> Path:
    """The episodes of a ledger with long random texts."""
    draw = random.Random(0)
    signs = string.ascii_letters + string.digits + "  \n"
    whole, ledger = read_ledger(source), open_ledger(path, {"model": "simulated:long"})
    for row in whole.rows():
        text = "".join(draw.choices(signs, k=characters))
        call = ModelCall(
            part="task", prompt=row.id, text=text, finish="stop",
            usage=Usage(input=row.input_tokens, output=row.output_tokens), seconds=1.0, cached=False,
        )  # fmt: skip
        ledger.store_episode(
            row, Episode(method=row.method, answer=row.answer, failure=None, failure_detail="",
                         events=(call,), seconds=1.0)
        )  # fmt: skip
    ledger.close()
    whole.close()
    return path


def report(ledger: Path, out: Path) -> float:
    """Writes the report of a ledger; the seconds that it took."""
    began = time.perf_counter()
    runs, notes = read_runs([ledger])
    page.write(out, figures(runs, Circumstances(notes=notes)), runs)
    return time.perf_counter() - began


def opened(chromium: Any, path: Path, repeats: int = 5) -> Opened:
    """Opens every view anew, scrolls, searches, and opens a transcript."""
    views = {view or "overview": statistics.median(
        _load(chromium, path, view) for _ in range(repeats)) for view in VIEWS}  # fmt: skip
    shown = chromium.new_page(viewport={"width": 1280, "height": 860})
    _go(shown, path, "episodes")
    gaps = shown.evaluate(SCROLL)
    began = time.perf_counter()
    shown.fill("#search", "s0007")
    shown.wait_for_selector("p[role=status]:has-text(' of ')")
    search = time.perf_counter() - began
    began = time.perf_counter()
    shown.click(".rows .row >> nth=1 >> a")
    shown.wait_for_selector(".event.final")
    transcript = time.perf_counter() - began
    shown.close()
    return Opened(views, gaps[int(0.95 * len(gaps))], search, transcript)


def _load(chromium: Any, path: Path, view: str) -> float:
    shown = chromium.new_page(viewport={"width": 1280, "height": 860})
    began = time.perf_counter()
    _go(shown, path, view)
    took = time.perf_counter() - began
    shown.close()
    return took


def _go(shown: Any, path: Path, view: str) -> None:
    shown.goto(f"{path.as_uri()}#/{view}")
    shown.wait_for_selector("html[data-ready]")


def main() -> None:
    from playwright.sync_api import sync_playwright

    parser = argparse.ArgumentParser(description="size and speed of the HTML report")
    parser.add_argument("--episodes", type=int, default=EPISODES)
    options = parser.parse_args()
    browser = os.environ.get("SYMBENCH_CHROMIUM") or shutil.which("chromium")
    print(
        "| texts | episodes | written in s | file MB | overview s | complexity s | costs s "
        "| episodes s | frame ms | search s | transcript s |"
    )
    print("|---|---|---|---|---|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=browser, args=["--no-sandbox"])
        short = simulated(Path(folder) / "short.sqlite", options.episodes)
        long = lengthened(Path(folder) / "long.sqlite", short)
        for ledger in (short, long):
            out = ledger.with_suffix(".html")
            took = report(ledger, out)
            found = opened(chromium, out)
            views = " | ".join(f"{seconds:.2f}" for seconds in found.views.values())
            rows = len(read_runs([ledger])[0][0].rows)
            print(
                f"| {ledger.stem} | {rows:,} | {took:.1f} | {out.stat().st_size / 1e6:.1f} | {views} "
                f"| {found.frame:.0f} | {found.search:.2f} | {found.transcript:.2f} |"
            )
        chromium.close()


if __name__ == "__main__":
    main()
