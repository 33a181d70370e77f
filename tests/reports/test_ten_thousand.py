"""A report of 10,000 episodes, more text than fits: small enough, opens fast, stays fluid."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks import report_speed
from tests.reports.browser import browser


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_ten_thousand_episodes(tmp_path: Path) -> None:
    short = report_speed.simulated(tmp_path / "short.sqlite")
    ledger = report_speed.lengthened(tmp_path / "long.sqlite", short)
    out = tmp_path / "report.html"
    report_speed.report(ledger, out)
    assert 10_000_000 < out.stat().st_size < 30_000_000
    with browser() as chromium:
        found = report_speed.opened(chromium, out, repeats=3)
        assert max(found.views.values()) < 3.0
        assert found.frame < 100  # milliseconds, also where nothing is drawn by a graphics card
        assert max(found.search, found.transcript) < 1.0
        shown = chromium.new_page()
        shown.goto(f"{out.as_uri()}#/episodes")
        shown.click(".rows .row >> nth=0 >> a")
        shown.wait_for_selector(".event.final")
        assert "left out to keep this file small" in shown.inner_text("main .notices")
