from __future__ import annotations

from pathlib import Path

import pytest

from pytest_symbench.status import Notes, Status, clear, combined, read
from symbench_reports.progress_text import Clock, painted, plain


def _status(done: int, **changes: object) -> Status:
    return Status(queued=60 - done, running=40, outcomes={"correct": done}, **changes)  # type: ignore[arg-type]


def test_rate_time_left_and_cost_are_projected() -> None:
    clock = Clock(began=0.0)
    clock.see(_status(0), now=0.0)
    pace = clock.see(_status(20, dollars=1.0), now=10.0)
    assert pace.rate == pytest.approx(2.0)
    assert pace.left == pytest.approx(40.0)
    assert pace.dollars == pytest.approx(5.0)


def test_replayed_episodes_say_nothing_of_the_pace() -> None:
    clock = Clock(began=0.0)
    clock.see(_status(0), now=0.0)
    pace = clock.see(_status(20, replayed=20), now=10.0)
    assert (pace.rate, pace.left, pace.dollars) == (0.0, None, None)


def test_an_unknown_price_is_no_price() -> None:
    clock = Clock(began=0.0)
    status = _status(20, tokens=5000, unpriced=3)
    line = plain(status, clock.see(status, now=1.0))
    assert "5,000 tokens, price unknown" in line
    assert line.startswith("symbench: 20/100 done, 40 running, 40 queued, 20")
    assert "$" not in line


@pytest.mark.parametrize("columns", [40, 80, 200])
def test_rows_fit(columns: int) -> None:
    status = Status(
        queued=9000, running=200, outcomes={"correct": 700, "wrong": 90, "infrastructure": 10},
        replayed=5, calls=1000, in_flight=200, limit=200, retries=17, tokens=10**7, dollars=12.5,
    )  # fmt: skip
    clock = Clock(began=0.0)
    for row in painted(status, clock.see(status, now=9.0), columns):
        assert len(row) < columns
        assert "\n" not in row.plain


def test_trouble_is_shown_harmlessly() -> None:
    status = _status(5, trouble="rate limit \x1b[2J from the server")
    rows = painted(status, Clock().see(status), 80)
    assert "\\x1b[2J" in rows[1].plain


def test_workers_are_added_up(tmp_path: Path) -> None:
    notes = Notes(tmp_path, lambda: _status(3, retries=2))
    notes.start()
    notes.stop()
    assert read(tmp_path).done == 3
    (tmp_path / "status-1.json").write_text("{torn")
    assert read(tmp_path).retries == 2
    clear(tmp_path)
    assert not list(tmp_path.iterdir())
    both = combined([_status(3), _status(4, trouble="slow")])
    assert (both.done, both.total, both.trouble) == (7, 200, "slow")
