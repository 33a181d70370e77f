"""The published instances as a suite."""

from __future__ import annotations

import os

import pytest

from tests.plugin.conftest import Run

FOLDER = os.environ.get("SYMBENCH_PUBLISHED", "")

needs_data = pytest.mark.skipif(
    not FOLDER, reason="SYMBENCH_PUBLISHED names no folder with the published instances"
)


@needs_data
def test_records_are_asked_and_unanswerable_ones_skipped(symbench: Run) -> None:
    result = symbench(f"--symbench-published={FOLDER}", tasks="logic_puzzle")
    result.assert_outcomes(passed=76, skipped=24)


@needs_data
def test_stored_keys_judge_as_published(symbench: Run) -> None:
    keys = ("--symbench-published-keys", "stored")
    result = symbench(f"--symbench-published={FOLDER}", *keys, tasks="mahjong_pattern")
    result.assert_outcomes(passed=91, failed=9)


@needs_data
def test_a_sample_is_drawn_by_the_seed(symbench: Run) -> None:
    arguments = (f"--symbench-published={FOLDER}", "--samples", "5", "--co", "-q")
    first = symbench(*arguments, tasks="number_multiply").outlines
    assert sum("test_instance" in line for line in first) == 5
    assert symbench(*arguments, tasks="number_multiply").outlines[:5] == first[:5]
    other = symbench(*arguments, "--symbench-seed", "1", tasks="number_multiply").outlines
    assert other[:5] != first[:5]


def test_a_folder_without_instances(symbench: Run, pytester: pytest.Pytester) -> None:
    result = symbench("--symbench-published=.")
    assert result.ret == 4
    result.stderr.fnmatch_lines(["ERROR: --symbench-published: . holds no published instances*"])
    missing = symbench("--symbench-published=gone")
    missing.stderr.fnmatch_lines(["ERROR: --symbench-published: there is no folder gone*"])
    keys = symbench("--symbench-published=.", "--symbench-published-keys=some")
    keys.stderr.fnmatch_lines(["ERROR: *'some' is neither true nor stored*"])
