"""Other plugins that order and repeat items; what they do, in a few lines, so that none is needed.

Where the plugins themselves are installed, `test_behaviour` runs them.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import tests.preloaded  # noqa: F401
from benchmarks.mock_server import running
from tests.engine.conftest import finished
from tests.plugin.conftest import WRONG, Bench, N

pytest.importorskip("openai")

SHUFFLED = """
import random, pytest
@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    random.Random(5).shuffle(items)
"""

REPEATED = """
import pytest
from _pytest.runner import runtestprotocol

@pytest.hookimpl
def pytest_runtest_protocol(item, nextitem):
    item.ihook.pytest_runtest_logstart(nodeid=item.nodeid, location=item.location)
    for again in (2, 1, 0):
        reports = runtestprotocol(item, nextitem=nextitem, log=False)
        failed = any(report.failed for report in reports)
        for report in reports:
            if failed and again and report.when == "call":
                report.outcome = "rerun"
            item.ihook.pytest_runtest_logreport(report=report)
        if not failed:
            break
    item.ihook.pytest_runtest_logfinish(nodeid=item.nodeid, location=item.location)
    return True

def pytest_report_teststatus(report):
    if report.outcome == "rerun":
        return "rerun", "R", "RERUN"
"""


def test_a_shuffled_order_asks_everything_once(bench: Bench) -> None:
    bench.pytester.makeconftest(SHUFFLED)
    result, counts = bench.run("-vv")
    assert counts[:2] == (N, 0)
    order = re.findall(r"(?m)-s(\d{4})\] \S+ +\[", result.stdout.str())
    assert len(order) == N
    assert order != sorted(order)
    result, counts = bench.run("-x", "--symbench-refresh")
    assert result.parseoutcomes()["failed"] == 1
    assert counts.paid < N


def test_what_is_run_again_is_asked_again(bench: Bench) -> None:
    bench.pytester.makeconftest(REPEATED)
    result, counts = bench.run(samples=10)
    failing = sum(seed < 10 for seed in WRONG)
    assert result.parseoutcomes()["rerun"] == 2 * failing
    assert counts[:2] == (10 + 2 * failing, 0)
    _, counts = bench.run(samples=10)
    assert counts[:2] == (0, 0), "each of these attempts is in the ledger"


@pytest.mark.slow
def test_workers_in_a_shuffled_order_with_repeats_and_maxfail(tmp_path: Path) -> None:
    pytest.importorskip("xdist")
    (tmp_path / "conftest.py").write_text(SHUFFLED + REPEATED.replace("import pytest", "", 1))
    arguments = (
        "--tasks=web_of_lies", "--symbench-ledger=run.sqlite", "--tb=no", "-rN", "-n2",
        "--symbench-connections=6", "--samples=200", "--maxfail=3",
    )  # fmt: skip
    with running(latency="fixed:0.1", answer="fixed:<<<No>>>", max_seconds=120) as server:
        _, output = finished(tmp_path, server.base_url, *arguments)
        stats = server.stats()
        found = dict(reversed(part.split()) for part in re.findall(r"\d+ (?:failed|rerun)", output))
        assert 3 <= int(found["failed"]) <= 5, output
        assert int(found["rerun"]) >= 2 * 3
        assert set(stats["outcomes"]) == {"200"}
        assert stats["requests"] <= 80, "200 and more without a flag"
        server.reset()
        _, output = finished(tmp_path, server.base_url, *arguments[:-1], "-k", "not s00")
        ended = dict(
            reversed(part.split()) for part in re.findall(r"\d+ (?:failed|passed)", output)
        )
        assert int(ended["failed"]) + int(ended["passed"]) == 100, output
        assert set(server.stats()["outcomes"]) == {"200"}
