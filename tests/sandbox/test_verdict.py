"""What is made of what was seen."""

from __future__ import annotations

import contextlib
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator

import pytest

from codesteer.sandbox import Limits
from codesteer.sandbox.verdict import judge
from codesteer.sandbox.watch import Cut, Ending, Watched, WorkerLost, watch

LIMITS = Limits(wall_s=2, cpu_s=2, memory_mb=100)


def _seen(
    wait_status: int = 0, cut: Cut = "", status: bytes = b"started\n", **more: object
) -> Watched:
    ending = Ending(
        wait_status=wait_status,
        cpu_s=float(str(more.pop("cpu_s", 0.1))),
        peak_mb=float(str(more.pop("peak_mb", 20.0))),
    )
    return Watched(stdout=b"out", stderr=b"", status=status, ending=ending, cut=cut, wall_s=0.5)


@pytest.mark.parametrize(
    ("seen", "outcome"),
    [
        (_seen(), "ok"),
        (_seen(1 << 8), "error"),
        (_seen(1 << 8, status=b"started\nmemory\n"), "memory"),
        (_seen(0, status=b"started\nmemory\n"), "ok"),
        (_seen(125 << 8), "error"),
        (_seen(signal.SIGSEGV), "killed"),
        (_seen(signal.SIGKILL, cut="timeout"), "timeout"),
        (_seen(signal.SIGKILL, cut="stdout"), "output_limit"),
        (_seen(signal.SIGKILL, cut="disk"), "killed"),
        (_seen(signal.SIGKILL, cut="threads"), "killed"),
        (_seen(signal.SIGKILL, cut="memory"), "memory"),
        (_seen(signal.SIGKILL, cpu_s=1.4), "timeout"),
        (_seen(signal.SIGXCPU, cpu_s=0.9), "timeout"),
        (_seen(signal.SIGKILL, cpu_s=0.5), "killed"),
        (_seen(signal.SIGKILL, peak_mb=90), "memory"),
    ],
)
def test_outcome(seen: Watched, outcome: str) -> None:
    assert judge(seen, limits=LIMITS, level="full").outcome == outcome


@pytest.mark.parametrize("status", [b"", b"mount: EPERM\n", b"value:answer\nstarted\n"])
def test_before_the_start_it_is_the_sandbox(status: bytes) -> None:
    with pytest.raises(WorkerLost, match="set-up"):
        judge(_seen(125 << 8, status=status), limits=LIMITS, level="full")
    with pytest.raises(WorkerLost, match="in time"):
        judge(_seen(9, cut="timeout", status=b""), limits=LIMITS, level="full")


def test_hints_choose_between_fixed_words() -> None:
    status = b"started\nvalue:result\nvalue:evil <b>\n" + b"x" * 100
    note = judge(_seen(status=status), limits=LIMITS, level="full").note
    assert note == "nothing was printed; the value of `result` is given as stdout"


def test_back_ends_that_do_not_speak() -> None:
    seen = judge(_seen(status=b""), limits=LIMITS, level="docker", speaks=False)
    assert (seen.outcome, seen.level) == ("ok", "docker")


class Actor:
    """A subject that a test plays."""

    def __init__(self, *, has_descriptor: bool = True) -> None:
        self.pipes = [os.pipe() for _ in range(3)]
        self.state = os.pipe()
        self.killed_at = 0.0
        self.status: int | None = None
        self.has_descriptor = has_descriptor

    def fileno(self) -> int:
        return self.state[0] if self.has_descriptor else -1

    def ending(self) -> Ending | None:
        if self.status is None:
            return None
        return Ending(wait_status=self.status, cpu_s=0, peak_mb=0)

    def kill(self) -> None:
        self.killed_at = time.monotonic()
        self.end(9)

    def write(self, index: int, data: bytes) -> None:
        os.write(self.pipes[index][1], data)

    def end(self, status: int) -> None:
        self.status = status
        os.write(self.state[1], b"x")

    def readers(self) -> tuple[int, int, int]:
        return self.pipes[0][0], self.pipes[1][0], self.pipes[2][0]

    def close_writers(self) -> None:
        for _, writer in self.pipes:
            os.close(writer)


@pytest.fixture(autouse=True)
def _short_drain(monkeypatch: pytest.MonkeyPatch) -> None:
    """These actors keep their pipes open, for which nobody has to wait half a second each time."""
    monkeypatch.setattr("codesteer.sandbox.watch.DRAIN_S", 0.1)


@pytest.fixture
def cancel() -> Iterator[tuple[int, int]]:
    pair = os.pipe()
    yield pair
    for fd in pair:
        os.close(fd)


def _watch(
    actor: Actor, cancel: tuple[int, int], excess: Callable[[], Cut] | None = None, wall: float = 2
) -> Watched:
    limits = Limits(wall_s=wall, output_kb=1)
    return watch(
        actor,
        pipes=actor.readers(),
        limits=limits,
        cancel_fd=cancel[0],
        excess=excess,
        speaks=False,
    )


class TestWatching:
    @pytest.mark.parametrize("has_descriptor", [True, False])
    def test_to_the_end(self, cancel: tuple[int, int], has_descriptor: bool) -> None:
        actor = Actor(has_descriptor=has_descriptor)
        for index, text in enumerate((b"out", b"err", b"status")):
            actor.write(index, text)
        actor.close_writers()
        actor.end(0)
        seen = _watch(actor, cancel)
        assert (seen.stdout, seen.stderr, seen.status) == (b"out", b"err", b"status")
        assert (seen.cut, seen.ending.wait_status, actor.killed_at) == ("", 0, 0)

    def test_time(self, cancel: tuple[int, int]) -> None:
        actor = Actor()
        started = time.monotonic()
        seen = _watch(actor, cancel, wall=0.2)
        assert seen.cut == "timeout"
        assert 0.2 <= actor.killed_at - started < 1

    def test_time_runs_from_the_start(
        self, cancel: tuple[int, int], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("codesteer.sandbox.watch.SETUP_S", 1.2)
        for says, least, most in ((b"started\n", 0.5, 1.2), (b"mount: EPERM", 1.2, 9.0)):
            actor = Actor()
            limits = Limits(wall_s=0.2)
            begin = time.monotonic()
            threading.Timer(0.3, actor.write, [2, says]).start()
            watch(actor, pipes=actor.readers(), limits=limits, cancel_fd=cancel[0])
            assert least <= actor.killed_at - begin < most

    def test_output_held_open_is_not_waited_for(self, cancel: tuple[int, int]) -> None:
        actor = Actor()
        actor.end(0)
        started = time.monotonic()
        _watch(actor, cancel)
        assert 0.1 <= time.monotonic() - started < 1.1

    @pytest.mark.parametrize("index", [0, 1])
    def test_output_limit(self, cancel: tuple[int, int], index: int) -> None:
        actor = Actor()
        actor.write(index, b"x" * 2000)
        actor.close_writers()
        seen = _watch(actor, cancel)
        assert seen.cut == ("stdout", "stderr")[index]
        assert max(len(seen.stdout), len(seen.stderr)) == 1024

    def test_output_limit_in_the_last_bytes(self, cancel: tuple[int, int]) -> None:
        actor = Actor()
        actor.end(0)
        actor.write(0, b"x" * 1025)
        actor.close_writers()
        assert _watch(actor, cancel).cut == "stdout"

    def test_cancelled(self, cancel: tuple[int, int]) -> None:
        actor = Actor()
        os.write(cancel[1], b"x")
        assert _watch(actor, cancel).cut == "cancelled"
        assert actor.killed_at

    def test_excess(self, cancel: tuple[int, int]) -> None:
        answers: list[Cut] = ["", "", "disk"]
        actor = Actor()
        seen = _watch(actor, cancel, lambda: answers.pop(0) if answers else "disk")
        assert seen.cut == "disk"

    def test_survivor(self, cancel: tuple[int, int], monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("codesteer.sandbox.watch.DEATH_S", 0.2)
        actor = Actor()
        monkeypatch.setattr(actor, "kill", lambda: None)
        with pytest.raises(WorkerLost, match="did not die"):
            _watch(actor, cancel, wall=0.1)

    def test_pipes_are_closed(self, cancel: tuple[int, int]) -> None:
        actor = Actor()
        actor.end(0)
        _watch(actor, cancel)
        for fd in actor.readers():
            with pytest.raises(OSError, match="Bad file"):
                os.fstat(fd)

    def test_a_chatterer_is_not_listened_to(self, cancel: tuple[int, int]) -> None:
        actor = Actor()
        os.set_blocking(actor.pipes[2][1], False)
        chatting = threading.Event()
        accepted = 0

        def chatter() -> None:
            nonlocal accepted
            while not chatting.wait(0.001):
                with contextlib.suppress(BlockingIOError, BrokenPipeError):
                    actor.write(2, b"x" * 4096)
                    accepted += 4096

        thread = threading.Thread(target=chatter)
        thread.start()
        seen = _watch(actor, cancel, wall=0.4)
        chatting.set()
        thread.join()
        assert (seen.cut, len(seen.status)) == ("timeout", 4096)
        assert accepted <= 4096 + 4 * 65536  # about what the pipe holds

    def test_it_sleeps_meanwhile(self, cancel: tuple[int, int]) -> None:
        actor = Actor()
        threading.Timer(0.5, actor.end, [0]).start()
        started = time.process_time()
        _watch(actor, cancel)
        assert time.process_time() - started < 0.2
