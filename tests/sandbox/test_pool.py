"""Many at once, cancelled, and after a loss."""

from __future__ import annotations

import asyncio
import os
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from codesteer.sandbox import Execution, Limits, Sandbox, open_sandbox
from codesteer.sandbox.pool import Sandbox as Pool
from codesteer.sandbox.watch import WorkerLost
from codesteer.sandbox.worker import ZygoteWorker
from tests.sandbox.running import open_level, run
from tests.sandbox.scene import our_processes

SLEEP = "import time; time.sleep(30)"


@pytest.fixture(scope="module", params=["full", "landlock"])
def sandbox(request: pytest.FixtureRequest) -> Iterator[Sandbox]:
    sandbox = open_level(request.param, workers=2)
    yield sandbox
    sandbox.close()


def test_no_more_than_workers_at_once(sandbox: Sandbox) -> None:
    async def main() -> float:
        code = "import time; time.sleep(0.4)"
        await asyncio.gather(*(sandbox.run("") for _ in range(2)))
        started = time.monotonic()
        done = await asyncio.gather(*(sandbox.run(code) for _ in range(4)))
        assert [execution.outcome for execution in done] == ["ok"] * 4
        return time.monotonic() - started

    assert 0.8 <= asyncio.run(main()) < 5


def test_results_are_not_mixed_up(sandbox: Sandbox) -> None:
    async def main() -> list[str]:
        runs = [sandbox.run(f"print({number})") for number in range(30)]
        return [execution.stdout for execution in await asyncio.gather(*runs)]

    assert asyncio.run(main()) == [f"{number}\n" for number in range(30)]


def test_several_loops_at_once(sandbox: Sandbox) -> None:
    outputs: list[str] = []

    def loop() -> None:
        outputs.append(run(sandbox, "print('here')").stdout)

    threads = [threading.Thread(target=loop) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outputs == ["here\n"] * 4


def test_cancelling_kills(sandbox: Sandbox) -> None:
    async def main() -> float:
        task = asyncio.create_task(sandbox.run(SLEEP))
        await asyncio.sleep(0.5)
        started = time.monotonic()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        return time.monotonic() - started

    known = _sandboxed()
    assert asyncio.run(main()) < 3
    time.sleep(0.1)
    assert len(_sandboxed() - known) <= 2  # a zygote that was started meanwhile
    assert run(sandbox, "print(1)").stdout == "1\n"


def test_cancelling_one_that_waits(sandbox: Sandbox) -> None:
    async def main() -> None:
        running = [asyncio.create_task(sandbox.run(SLEEP)) for _ in range(2)]
        await asyncio.sleep(0.2)
        waiting = asyncio.create_task(sandbox.run(SLEEP))
        await asyncio.sleep(0.1)
        for task in (waiting, *running):
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task

    started = time.monotonic()
    asyncio.run(main())
    assert time.monotonic() - started < 5


def test_timeout_of_the_caller(sandbox: Sandbox) -> None:
    async def main() -> None:
        await asyncio.wait_for(sandbox.run(SLEEP), 0.3)

    with pytest.raises(asyncio.TimeoutError):
        asyncio.run(main())


def test_killed_zygote_is_replaced_and_the_snippet_repeated(sandbox: Sandbox) -> None:
    async def main() -> Execution:
        await sandbox.run("")
        known = _zygotes()
        task = asyncio.create_task(sandbox.run("import time; time.sleep(0.6); print('done')"))
        await asyncio.sleep(0.3)
        for pid in known:
            os.kill(pid, signal.SIGKILL)
        return await task

    seen = asyncio.run(main())
    assert (seen.outcome, seen.stdout) == ("ok", "done\n")
    assert seen.note.startswith("run twice: the sandbox failed at first")
    assert run(sandbox, "print(1)").note in ("", seen.note)


def test_zygote_killed_twice_is_infrastructure(sandbox: Sandbox) -> None:
    async def main() -> Execution:
        task = asyncio.create_task(sandbox.run(SLEEP))
        while not task.done():
            await asyncio.sleep(0.3)
            for pid in _zygotes():
                os.kill(pid, signal.SIGKILL)
        return await task

    seen = asyncio.run(main())
    assert seen.outcome == "sandbox_failure"
    assert seen.note.startswith("the sandbox failed twice")
    assert seen.level == sandbox.level


def test_closing_ends_everything() -> None:
    known = _sandboxed()
    sandbox = open_sandbox("seccomp", workers=2, level="landlock")
    worker = sandbox._idle.get_nowait()
    assert isinstance(worker, ZygoteWorker)
    boxes = Path(worker._plan.setup["boxes"])
    assert boxes.exists()
    sandbox._idle.put(worker)

    async def main() -> Execution:
        task = asyncio.create_task(sandbox.run(SLEEP))
        await asyncio.sleep(0.5)
        await sandbox.aclose()
        return await task

    assert asyncio.run(main()).note == "cancelled"
    time.sleep(0.1)
    assert not _sandboxed() - known
    assert not boxes.exists()
    with pytest.raises(RuntimeError, match="closed"):
        run(sandbox, "")


def _sandboxed() -> set[int]:
    """Zygotes and their snippets."""
    zygotes = _zygotes()
    return zygotes | our_processes(zygotes)


def _zygotes() -> set[int]:
    """Those that we started ourselves; what they forked looks alike."""
    return {pid for pid in our_processes() if _parent(pid) == os.getpid() and _is_zygote(pid)}


def _parent(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    except OSError:
        return 0


def _is_zygote(pid: int) -> bool:
    try:
        return b"zygote.py" in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False


def test_those_that_wait_take_no_descriptors(sandbox: Sandbox) -> None:
    async def main() -> int:
        tasks = [asyncio.create_task(sandbox.run("")) for _ in range(200)]
        await asyncio.sleep(0.01)
        most = len(os.listdir("/proc/self/fd"))
        await asyncio.gather(*tasks)
        return most

    before = len(os.listdir("/proc/self/fd"))
    assert asyncio.run(main()) - before < 60


def test_opened_in_a_thread_that_ends(sandbox: Sandbox) -> None:
    opened: list[Sandbox] = []
    thread = threading.Thread(
        target=lambda: opened.append(open_sandbox(workers=1, level=sandbox.level))
    )
    thread.start()
    thread.join()
    assert run(opened[0], "print(1)").note == ""
    opened[0].close()


class FragileWorker:
    """Breaks down as often as it is told."""

    def __init__(self, losses: int, error: type[Exception] = WorkerLost) -> None:
        self.losses = losses
        self.error = error

    def execute(self, code: str, limits: Limits, cancel_fd: int) -> Execution:
        if self.losses:
            self.losses -= 1
            raise self.error("broke")
        return Execution(outcome="ok", stdout=code, note="fine")

    def close(self) -> None:
        pass


@pytest.mark.parametrize(
    ("losses", "outcome", "note"),
    [
        (0, "ok", "fine"),
        (1, "ok", "run twice: the sandbox failed at first (broke); fine"),
        (2, "sandbox_failure", "the sandbox failed twice: broke"),
    ],
)
@pytest.mark.parametrize("error", [WorkerLost, OSError])
def test_repeated_once(losses: int, outcome: str, note: str, error: type[Exception]) -> None:
    pool = Pool(lambda: FragileWorker(losses, error), level="none", description="", workers=1)
    seen = run(pool, "x")
    pool.close()
    assert (seen.outcome, seen.note) == (outcome, note)
