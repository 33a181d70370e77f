"""What servers and networks do wrong, and what becomes of it: one row for each fault."""

from __future__ import annotations

import contextlib
import socket
import time
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import pytest

import tests.preloaded  # noqa: F401
from benchmarks.mock_server import running
from codesteer.models import transport
from codesteer.models.errors import Unauthorized
from pytest_symbench.activation import CONFIGURATION
from pytest_symbench.calls import Outage
from pytest_symbench.cases import Case
from pytest_symbench.configuration import Configuration
from pytest_symbench.engine import Result
from pytest_symbench.exit_status import INCOMPLETE
from pytest_symbench.ledger import open_ledger, read_ledger
from pytest_symbench.session import Share, assemble
from pytest_symbench.tasks import get, judge, make
from tests.engine.conftest import finished, start
from tests.models.wire import Script, half, reset, response, serving

pytest.importorskip("openai")

CASE = Case("web_of_lies", 1, 0, "only_question")
RIGHT = get("web_of_lies").solve(make(get("web_of_lies"), 1, 0).data)
GOOD = response(
    {"choices": [{"message": {"content": f"<<<{RIGHT}>>>"}, "finish_reason": "stop"}],
     "usage": {"prompt_tokens": 9, "completion_tokens": 3}}
)  # fmt: skip
MODELS = response({"data": []})


def failed(status: int, message: str = "no", headers: str = "") -> bytes:
    return response({"error": {"message": message}}, status=status, headers=headers)


def drip(connection: socket.socket) -> None:
    """A good answer, a few bytes at a time."""
    for position in range(0, len(GOOD), 40):
        connection.sendall(GOOD[position : position + 40])
        time.sleep(0.005)


def crawl(connection: socket.socket) -> None:
    """An answer that comes too slowly to be waited for."""
    connection.sendall(GOOD[:-20])
    _go_on(connection, b"", 0.1)


def endless(connection: socket.socket) -> None:
    """A body without an end."""
    connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n")
    _go_on(connection, b" " * 200_000, 0.0)


def silent(connection: socket.socket) -> None:
    """Takes the request, and never answers."""
    _go_on(connection, b"", 0.1)


def _go_on(connection: socket.socket, part: bytes, pause: float) -> None:
    connection.settimeout(pause or 2)
    with contextlib.suppress(OSError):
        while True:
            if part:
                connection.sendall(part)
                continue
            with contextlib.suppress(TimeoutError):
                if not connection.recv(1):
                    return


class Fault(NamedTuple):
    """Scripts for the requests in turn, the last for all later ones, and what comes of them."""

    scripts: tuple[Script, ...]
    ends: str | type[Exception]
    """The episode's outcome, or what ends the run."""
    requests: int
    """How often it is asked; 0 where that depends on time."""


ONCE: dict[str, Script] = {
    "429 with Retry-After": failed(429, headers="retry-after: 0.05\r\n"),
    "429 without": failed(429),
    "500": failed(500),
    "502": failed(502),
    "503": failed(503),
    "529": failed(529, "overloaded"),
    "reset before a body": reset,
    "reset in the middle of a body": half,
    "never answered": silent,
    "never-ending answer": endless,
    "stream that is too slow": crawl,
    "invalid JSON": response('{"choices": ['),
    "empty choices": response({"choices": []}),
    "HTML page": response("<html>Bad gateway</html>", status=502, kind="text/html"),
    "HTML page for an answer": response("<html>log in</html>", kind="text/html"),
    "wrong content type": response("hello", kind="text/plain"),
}

FAULTS: dict[str, Fault] = {
    **{f"{name}, once": Fault((script, GOOD), "correct", 2) for name, script in ONCE.items()},
    "slow stream": Fault((drip,), "correct", 1),
    "JSON of another content type": Fault(
        (GOOD.replace(b"application/json", b"text/plain"),), "correct", 1
    ),
    "500 for good": Fault((failed(500),), Outage, 0),
    "expired key": Fault((failed(401, "expired"),), Unauthorized, 1),
    "no quota left": Fault((failed(429, "insufficient_quota"),), Unauthorized, 1),
    "context too long": Fault((failed(400, "maximum context length is 8192"),), "truncated", 1),
    "content filter": Fault((failed(400, "content_filter"),), "refused", 1),
    "no such model": Fault((failed(404),), "infrastructure", 1),
    "bad request": Fault((failed(400, "unknown field"),), "infrastructure", 1),
}


@pytest.fixture(scope="module")
def configuration(tmp_path_factory: pytest.TempPathFactory) -> Configuration:
    """As of a command line, without its model's address."""
    folder = tmp_path_factory.mktemp("run")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setenv("OPENAI_API_KEY", "mock")
        config = pytest.Config.fromdictargs(
            {}, ["--symbench", "--model=openai:mock", "--symbench-plan", "-p", "no:randomly"]
        )
        config._do_configure()
    try:
        return replace(config.stash[CONFIGURATION], patience=2.0)
    finally:
        config._ensure_unconfigure()


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "mock")
    monkeypatch.setattr(transport, "TIMEOUT", 0.7)
    monkeypatch.setattr(transport, "LONGEST", 2**20)


def episode(configuration: Configuration, url: str, folder: Path) -> Result:
    """One episode, with all that a run has around it."""
    chosen = replace(configuration, model_url=url, ledger=folder / "run.sqlite")
    ledger = open_ledger(chosen.ledger, chosen.identity())
    run = assemble(chosen, Share(), ledger)
    engine = run.engine()
    engine.start([CASE])
    try:
        return engine.take(CASE)
    finally:
        engine.stop()
        ledger.close()


@pytest.mark.parametrize("name", FAULTS)
def test_every_fault_ends_as_what_it_is(
    configuration: Configuration, tmp_path: Path, name: str
) -> None:
    fault = FAULTS[name]
    with serving(*fault.scripts) as wire:
        if isinstance(fault.ends, str):
            result = episode(configuration, f"{wire.url}/v1", tmp_path)
            assert result.row.outcome == fault.ends
        else:
            with pytest.raises(fault.ends) as raised:
                episode(configuration, f"{wire.url}/v1", tmp_path)
            assert "\n" not in str(raised.value)
    if fault.requests:
        assert len(wire.requests) == fault.requests
    else:
        assert 2 <= len(wire.requests) < 20, "again and again, but not at once"
    _check_kept(tmp_path / "run.sqlite", fault)


def _check_kept(path: Path, fault: Fault) -> None:
    """Answers are kept, truncated and refused ones as such; what was no answer is not."""
    ledger = read_ledger(path)
    rows = list(ledger.rows())
    (calls,) = ledger._db.execute("SELECT count(*) FROM calls").fetchone()
    ledger.close()
    assert [row.outcome for row in rows] == ([fault.ends] if isinstance(fault.ends, str) else [])
    assert calls == (fault.ends == "correct")


def test_the_page_of_results_lists_every_fault() -> None:
    page = (Path(__file__).parents[2] / "docs" / "results" / "engine.md").read_text("utf-8")
    lines = page.partition("## Faults")[2].partition("## ")[0].splitlines()
    listed = {cells[1].strip(): cells for line in lines if len(cells := line.split("|")) == 5}
    for name, fault in FAULTS.items():
        _, _, ends, requests, _ = map(str.strip, listed[name])
        said = {Outage: "asked again", Unauthorized: "the run ends"}
        assert ends.startswith(fault.ends if isinstance(fault.ends, str) else said[fault.ends])
        assert requests == (str(fault.requests) if fault.requests else "many, with growing pauses")


def test_a_vendors_own_words_are_waited_for(configuration: Configuration, tmp_path: Path) -> None:
    came: list[float] = []

    def at(script: bytes) -> Script:
        def answer(connection: socket.socket) -> None:
            came.append(time.monotonic())
            connection.sendall(script)

        return answer

    said = "x-ratelimit-remaining-tokens: 0\r\nx-ratelimit-reset-tokens: 1s200ms\r\n"
    with serving(at(failed(429, headers=said)), at(GOOD)) as wire:
        result = episode(configuration, f"{wire.url}/v1", tmp_path)
    assert result.row.outcome == "correct"
    refused, answered = came
    assert 1.2 <= answered - refused < 3


@pytest.mark.parametrize("url", ["http://no-such-host.invalid/v1", "https://127.0.0.1:{port}/v1"])
def test_no_name_and_no_tls_are_an_outage(
    configuration: Configuration, tmp_path: Path, url: str
) -> None:
    with serving(GOOD) as wire, pytest.raises(Outage, match="no connection to the server"):
        episode(configuration, url.format(port=wire.port), tmp_path)


def test_infrastructure_is_asked_again_by_the_next_run_and_an_answer_is_not(
    configuration: Configuration, tmp_path: Path
) -> None:
    with serving(failed(400, "unknown field"), GOOD) as wire:
        first = episode(configuration, f"{wire.url}/v1", tmp_path)
        second = episode(configuration, f"{wire.url}/v1", tmp_path)
        third = episode(configuration, f"{wire.url}/v1", tmp_path)
    assert [r.row.outcome for r in (first, second, third)] == ["infrastructure", *["correct"] * 2]
    assert (third.replayed, len(wire.requests)) == (True, 2)


@pytest.mark.parametrize("name", ["context too long", "content filter"])
def test_what_no_answer_can_come_of_is_not_asked_again(
    configuration: Configuration, tmp_path: Path, name: str
) -> None:
    fault = FAULTS[name]
    with serving(*fault.scripts, GOOD) as wire:
        first = episode(configuration, f"{wire.url}/v1", tmp_path)
        second = episode(configuration, f"{wire.url}/v1", tmp_path)
    assert (first.row.outcome, second.row.outcome) == (fault.ends, fault.ends)
    assert (first.replayed, second.replayed) == (False, True)
    assert len(wire.requests) == 1


def test_a_thousand_episodes_end_right_with_a_tenth_of_faults(
    configuration: Configuration, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transport, "TIMEOUT", 10.0)
    task = get("web_of_lies")
    cases = [CASE._replace(level=4, seed=seed) for seed in range(1000)]
    made = {case.seed: make(task, 4, case.seed) for case in cases}
    options = {"p429": 0.04, "p500": 0.03, "reset_rate": 0.03, "retry_after": 0.05}
    with running(latency="fixed:0.02", answer="fixed:<<<No>>>", max_seconds=120, **options) as mock:
        chosen = replace(
            configuration, model_url=mock.base_url, connections=50, patience=60.0,
            ledger=tmp_path / "run.sqlite",
        )  # fmt: skip
        ledger = open_ledger(chosen.ledger, chosen.identity())
        engine = assemble(chosen, Share(), ledger).engine()
        engine.start(cases)
        outcomes = {case.seed: engine.take(case).row.outcome for case in cases}
        engine.stop()
        ledger.close()
        stats = mock.stats()
    assert outcomes == {
        seed: judge(task, instance.data, "<<<No>>>").kind for seed, instance in made.items()
    }
    assert len({instance.question for instance in made.values()}) == 1000
    assert stats["outcomes"]["200"] == 1000, "nothing was paid twice"
    assert stats["requests"] > 1060, "faults there were"
    assert stats["max_concurrency"] <= 50


@pytest.mark.parametrize(
    ("dead", "workers"),
    [(3, 0), *(pytest.param(*row, marks=pytest.mark.slow) for row in ((5, 2), (30, 0)))],
)
def test_a_dead_server_pauses_the_run_which_says_so_and_goes_on(
    tmp_path: Path, dead: int, workers: int
) -> None:
    arguments = ["--tasks", "letters", "--levels", "3", "--samples", "40"]
    if workers:
        pytest.importorskip("xdist")
        arguments.append(f"-n{workers}")
    with running(latency="fixed:0.3", max_seconds=60) as mock:
        port, url = mock.port, mock.base_url
        process = start(tmp_path, url, *arguments, "--symbench-connections", "4")
        while mock.stats()["requests"] < 8:
            time.sleep(0.05)
    time.sleep(dead)
    with running(latency="fixed:0.01", port=port, max_seconds=120) as mock:
        output, _ = process.communicate(timeout=100)
        assert mock.stats()["requests"] <= 40 - 4, "what had been answered is not asked again"
    assert process.returncode == 1
    assert "symbench: openai:mock: no connection to the server" in output
    assert "; paused for " in output
    assert "40 episodes in" in output
    assert "infrastructure" not in output


def test_beyond_patience_a_run_is_incomplete_and_goes_on_later(tmp_path: Path) -> None:
    arguments = ("--tasks", "letters", "--levels", "3", "--samples", "30")
    with running(latency="fixed:0.1", max_seconds=60) as mock:
        port, url = mock.port, mock.base_url
        patience = ("--symbench-connections=4", "--symbench-patience=1.5")
        process = start(tmp_path, url, *arguments, *patience)
        while mock.stats()["requests"] < 8:
            time.sleep(0.02)
    output, _ = process.communicate(timeout=60)
    assert process.returncode == INCOMPLETE
    assert "nothing was answered for" in output
    assert "The same command goes on from here" in output
    with running(latency="fixed:0.01", port=port, max_seconds=60) as mock:
        status, output = finished(tmp_path, url, *arguments)
        asked = mock.stats()["requests"]
    assert status == 1
    assert "30 episodes in" in output
    assert 30 - 14 <= asked <= 22, "what had been answered is not asked again"


def test_the_status_of_an_incomplete_run_is_documented() -> None:
    page = (Path(__file__).parents[2] / "docs" / "running.md").read_text(encoding="utf-8")
    assert f"| {INCOMPLETE} | incomplete: budget, outage" in page


def test_a_key_that_expires_ends_the_run_with_what_it_has(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transport, "TIMEOUT", 10.0)
    with serving(MODELS, GOOD, GOOD, GOOD, failed(401, "expired")) as wire:
        found = pytester.runpytest_inprocess(
            "--symbench", "--model=openai:mock", f"--model-url={wire.url}/v1", "-p", "no:randomly",
            "--tasks=web_of_lies", "--samples=20", "--symbench-connections=1", "--tb=no",
        )  # fmt: skip
    assert found.ret == INCOMPLETE
    found.stdout.fnmatch_lines(["*the server does not accept the key (status 401: expired)*"])
    assert len(wire.requests) <= 6, "nobody knocks on with a key that is not accepted"
