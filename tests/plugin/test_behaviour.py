"""pytest stays pytest, against a server that counts: what is asked, paid and cancelled."""

from __future__ import annotations

import json
import logging
import time
import xml.etree.ElementTree as ET
from typing import Any

import pytest

import tests.preloaded  # noqa: F401
from benchmarks.mock_server import running
from codesteer.models.transport import Transport
from tests.plugin.conftest import CONNECTIONS, WRONG, Bench, N

pytest.importorskip("openai")


def test_a_whole_run_then_selections_of_it(bench: Bench) -> None:
    result, counts = bench.run("--junitxml=out.xml", "--durations=3", "--durations-min=0.01")
    result.assert_outcomes(passed=N - len(WRONG), failed=len(WRONG))
    assert counts == (N, 0, CONNECTIONS)
    result.stdout.re_match_lines([r"0\.\d+s call +symbench::test_instance.*"] * 3)
    assert "hidden" not in result.stdout.str(), "a failure is described, and nothing else"
    times = [float(case.get("time", 0)) for case in ET.parse(bench.pytester.path / "out.xml").iter("testcase")]  # fmt: skip
    assert len(times) == N
    assert min(times) >= 0.019, "an episode's own time, not what its item waited"

    one = f"symbench::test_instance[web_of_lies-L01-s{WRONG[0]:04d}]"
    for arguments, expected, asked in (
        (("--lf",), len(WRONG), 0),  # they are in the ledger
        (("--lf", "--symbench-refresh"), len(WRONG), len(WRONG)),
        (("-k", "s0007 or s0008", "--symbench-refresh"), 2, 2),
        ((one, "--symbench-refresh"), 1, 1),
    ):
        result, counts = bench.run(*arguments)
        done = result.parseoutcomes()
        assert done.get("passed", 0) + done.get("failed", 0) == expected, arguments
        assert counts[:2] == (asked, 0), arguments

    result, counts = bench.run("--co", "--symbench-refresh")
    assert (result.ret, counts[:2]) == (0, (0, 0))

    result, counts = bench.run("--ff", "--symbench-refresh")
    assert counts[:2] == (N, 0)
    result.stdout.fnmatch_lines(["w" * len(WRONG) + "." * (N - len(WRONG)) + " *100%]"])


@pytest.mark.parametrize(("option", "failures"), [("-x", 1), ("--maxfail=3", 3), ("--sw", 1)])
def test_a_run_that_stops_early_asks_little_more(bench: Bench, option: str, failures: int) -> None:
    result, counts = bench.run(option)
    reported = WRONG[failures - 1] + 1
    result.assert_outcomes(passed=reported - failures, failed=failures)
    # What was begun is paid anyhow; it is waited for, and not asked again later.
    assert counts.cancelled == 0
    assert reported <= counts.paid <= reported + CONNECTIONS + 1
    assert bench.stored() == counts.paid
    asked = counts.paid
    result, counts = bench.run()
    assert counts.paid == N - asked
    assert bench.stored() == N


def test_stepwise_goes_on_where_it_was(bench: Bench) -> None:
    bench.run("--sw")
    result, counts = bench.run("--sw", "--sw-skip", "--symbench-refresh")
    result.assert_outcomes(
        passed=WRONG[1] - WRONG[0] - 1, failed=2, deselected=WRONG[0]
    )  # the failure it began with may fail once more
    assert counts.paid <= WRONG[1] - WRONG[0] + 1 + CONNECTIONS + 1


def test_reruns_are_asked_again(bench: Bench) -> None:
    pytest.importorskip("pytest_rerunfailures")
    result, counts = bench.run("--reruns=2", samples=10)
    failing = sum(seed < 10 for seed in WRONG)
    assert result.parseoutcomes()["rerun"] == 2 * failing
    assert counts[:2] == (10 + 2 * failing, 0)


def test_a_random_order_asks_everything_once(bench: Bench) -> None:
    pytest.importorskip("pytest_randomly")
    result, counts = bench.run("--randomly-seed=5", "-vv")
    assert counts[:2] == (N, 0)
    order = [line.split("[")[1][:21] for line in result.outlines if "%]" in line]
    assert len(order) == N
    assert order != sorted(order)


def test_a_timeout_counts_what_an_item_waits_and_not_the_queue(bench: Bench) -> None:
    pytest.importorskip("pytest_timeout")
    with running(latency="fixed:0.2", max_seconds=60) as slow:
        result, counts = Bench(bench.pytester, slow).run("--timeout=1", samples=30)
    assert "Timeout" not in result.stdout.str()
    assert counts[:2] == (30, 0), "more than a second in all"


def test_a_timeout_ends_only_its_item(bench: Bench) -> None:
    pytest.importorskip("pytest_timeout")
    arguments = ("--timeout=0.5", "--symbench-grace=0", "--timeout-method=signal")
    with running(latency="fixed:30", max_seconds=60) as hanging:
        began = time.monotonic()
        result, counts = Bench(bench.pytester, hanging).run(*arguments, samples=2)
    result.assert_outcomes(failed=2)
    result.stdout.fnmatch_lines(["*Timeout*0.5*"])
    assert counts[:2] == (0, 2)
    assert time.monotonic() - began < 20


def test_skipped_and_expected_failures_of_ones_own(bench: Bench) -> None:
    bench.pytester.makeconftest(
        """
        import pytest
        def pytest_collection_modifyitems(items):
            for item in items:
                if "s0001" in item.name:
                    item.add_marker(pytest.mark.skip(reason="known"))
                if "s0002" in item.name or "s0003" in item.name:
                    item.add_marker(pytest.mark.xfail(reason="known", run="s0003" in item.name))
        """
    )
    result, counts = bench.run(samples=6)
    done = result.parseoutcomes()
    assert done["skipped"] == 1
    assert done.get("xfailed", 0) + done.get("xpassed", 0) == 2
    assert counts[:2] == (4, 0), "neither the skipped nor the one that is not run"


def test_what_has_ended_is_kept_when_pytest_itself_fails(bench: Bench) -> None:
    bench.pytester.makepyfile(
        mistaken="""
        def pytest_runtest_logreport(report):
            if "s0009" in report.nodeid and report.when == "teardown":
                raise KeyError("a plugin's mistake")
        """
    )
    bench.pytester.syspathinsert()
    result, counts = bench.run("-p", "mistaken")
    assert result.ret == pytest.ExitCode.INTERNAL_ERROR
    assert counts.cancelled == 0
    assert bench.stored() == counts.paid
    _, rest = bench.run()
    assert counts.paid + rest.paid == N


def test_logs_of_other_episodes_are_in_nobodys_output(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    send = Transport._send

    async def logged(
        self: Transport, method: str, path: str, data: bytes | None, seconds: float
    ) -> Any:
        logging.getLogger("client").warning("sending %s", path)
        return await send(self, method, path, data, seconds)

    monkeypatch.setattr(Transport, "_send", logged)
    result, counts = bench.run("--symbench-log=episodes.jsonl", "-rA")
    text = result.stdout.str()
    assert counts.paid == N
    assert "Captured" not in text
    assert "sending" not in text
    lines = [json.loads(line) for line in (bench.pytester.path / "episodes.jsonl").read_text().splitlines()]  # fmt: skip
    assert sorted(line["seed"] for line in lines) == list(range(N))
    assert {line["outcome"] for line in lines} == {"correct", "wrong"}
