"""``kill -9`` and resume, by the benchmark's own code; ``python -m benchmarks.kills`` does fifty."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks import kills

pytest.importorskip("openai")


@pytest.mark.parametrize(
    ("times", "samples"), [(1, 2), pytest.param(3, 10, marks=pytest.mark.slow)]
)
def test_a_killed_run_ends_as_if_nothing_had_been(tmp_path: Path, times: int, samples: int) -> None:
    found = kills.measure(tmp_path, kills=times, samples=samples, connections=8, seed=1)
    assert found.kills == times
    assert found.same_rows
    assert found.same_report
    assert 0 <= found.repeated <= times * 8, found.table()
