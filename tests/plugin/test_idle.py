"""Without the flag the plugin costs nothing."""

from __future__ import annotations

import pytest

PROBE = """
import sys

def test_nothing_is_imported():
    ours = sorted(m for m in sys.modules if m.split(".")[0] in
                  {"pytest_symbench", "codesteer", "symbench_reports", "codesteer_training"})
    assert ours == ["pytest_symbench", "pytest_symbench.hookspecs", "pytest_symbench.plugin"]
    assert "rich" not in sys.modules and "openai" not in sys.modules and "sqlite3" not in sys.modules
"""


def test_nothing_is_imported_printed_or_written(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("COVERAGE_PROCESS_CONFIG", raising=False)  # it would import sqlite3
    pytester.makepyfile(test_probe=PROBE)
    result = pytester.runpytest_subprocess("-p", "no:hypothesispytest", "-p", "no:cacheprovider")
    result.assert_outcomes(passed=1)
    assert "ymbench" not in "\n".join(line for line in result.outlines if "plugins:" not in line)
    written = {path.name for path in pytester.path.iterdir() if path.name[:9] != "runpytest"}
    assert written <= {"test_probe.py", "__pycache__", ".hypothesis", "stdout", "stderr"}


def test_fixtures_skip_without_the_flag(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(test_own="def test_own(codesteer): raise AssertionError")
    result = pytester.runpytest_subprocess("-rs")
    result.assert_outcomes(skipped=1)
    result.stdout.fnmatch_lines(["*calls a language model; run with --symbench*"])


def test_options_without_the_flag_are_remarked_on(pytester: pytest.Pytester) -> None:
    result = pytester.runpytest("--model", "local", "--symbench-seed=3")
    result.stdout.fnmatch_lines(
        ["symbench: --model, --symbench-seed without --symbench does nothing"]
    )
    pytester.makeini("[pytest]\naddopts = --symbench-model=claude\n")
    result = pytester.runpytest()
    result.stdout.no_fnmatch_line("*does nothing*")
