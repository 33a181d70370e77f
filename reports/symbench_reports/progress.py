"""How a run goes, while it goes: two lines at the bottom of a terminal, or plain lines in a log.

pytest writes what it always writes. On a terminal the last two rows are kept out of its scrolling
(a scroll region, as package managers do it) and painted there, through a file of its own, so that
neither pytest's line nor what tests print is touched. Elsewhere a plain line comes now and then.
"""

from __future__ import annotations

import io
import os
import shutil
import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TextIO

import pytest

from symbench_reports import progress_text

if TYPE_CHECKING:
    from pytest_symbench.status import Status

KINDS = ("live", "lines", "off")

PAINT = 0.25
"""Seconds between two paintings."""

LINE = 30.0
"""Seconds between two plain lines."""

INTERVAL = "SYMBENCH_PROGRESS_SECONDS"
"""Variable that changes it; tests shorten it."""

ROWS = 2
"""Rows at the bottom that are kept for the progress."""


def check(config: pytest.Config) -> None:
    """Raises `pytest.UsageError` if the option names no kind, or the interval is no number."""
    kind = _asked(config)
    if kind and kind not in KINDS:
        raise pytest.UsageError(
            f"--symbench-progress: {kind!r} is no kind of progress; give {', '.join(KINDS)}"
        )
    interval = os.environ.get(INTERVAL, "0")
    if not interval.replace(".", "", 1).isdecimal():
        raise pytest.UsageError(f"{INTERVAL}: {interval!r} is no number of seconds")


def begin(config: pytest.Config, status: Callable[[], Status]) -> None:
    """Starts the kind that was asked for, or that suits the terminal."""
    terminal = config.pluginmanager.get_plugin("terminalreporter")
    if terminal is None:
        return
    kind = _asked(config) or ("live" if _can_paint(config, terminal) else "lines")
    if kind == "live" and not terminal._tw._file.isatty():
        kind = "lines"
    if kind == "off" or (kind == "lines" and config.get_verbosity() < -1):
        return
    progress = (Painted if kind == "live" else Lines)(terminal, status)
    config.pluginmanager.register(progress, "symbench-progress")
    progress.start()


class Lines:
    """A plain line at intervals: for logs, pipes and dumb terminals."""

    def __init__(self, terminal: pytest.TerminalReporter, status: Callable[[], Status]) -> None:
        self._terminal = terminal
        self._status = status
        self._clock = progress_text.Clock()
        self._last = time.monotonic()
        self._interval = float(os.environ.get(INTERVAL, LINE))

    def start(self) -> None:
        """Nothing: the first line comes after the first interval."""

    @pytest.hookimpl(trylast=True)
    def pytest_runtest_logreport(self) -> None:
        """Between two items pytest captures nothing and its line may be ended."""
        if time.monotonic() - self._last < self._interval:
            return
        self._last = time.monotonic()
        status = self._status()
        if status.total:
            if self._terminal._tw.width_of_current_line:  # ensure_newline knows no worker's line
                self._terminal._tw.line()
                self._terminal.currentfspath = None
            self._terminal.write_line(progress_text.plain(status, self._clock.see(status)))


class Painted:
    """Two rows at the bottom of a terminal."""

    def __init__(self, terminal: pytest.TerminalReporter, status: Callable[[], Status]) -> None:
        self._status = status
        self._clock = progress_text.Clock()
        # Its own descriptor: while a test runs, capturing has replaced the usual one.
        self._file: TextIO = os.fdopen(
            os.dup(terminal._tw._file.fileno()), "w", encoding="utf-8", errors="replace"
        )
        self._coloured = terminal.hasmarkup and not os.environ.get("NO_COLOR")
        self._flush = terminal.flush
        self._size = os.terminal_size((0, 0))
        self._lock = threading.Lock()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._paint, name="symbench-progress", daemon=True)

    def start(self) -> None:
        """Keeps the rows and begins to paint."""
        self._flush()
        self._keep()
        self._thread.start()

    def stop(self) -> None:
        """Gives the rows back; may be called again."""
        self._ended.set()
        if self._thread.is_alive():
            self._thread.join(2)
        with self._lock:
            if self._size.lines:
                self._flush()
                self._write(f"\0337\033[r\033[{self._size.lines - ROWS + 1};1H\033[J\0338")
                self._size = os.terminal_size((0, 0))

    def resume(self) -> None:
        """Paints again after `stop`."""
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._paint, name="symbench-progress", daemon=True)
        self.start()

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self) -> None:
        self.stop()

    def pytest_keyboard_interrupt(self) -> None:
        self.stop()

    def pytest_internalerror(self) -> None:
        self.stop()

    def pytest_enter_pdb(self) -> None:
        self.stop()

    def pytest_leave_pdb(self) -> None:
        self.resume()

    def pytest_unconfigure(self) -> None:
        self.stop()
        self._file.close()

    def _keep(self) -> None:
        """Keeps the last rows out of scrolling; again after the window changed its size."""
        size = _terminal_size(self._file)
        if size == self._size or size.lines < 8:
            return
        first = self._size.lines == 0
        self._size = size
        # The lines above must not be under the kept rows: scroll them up first.
        scroll = "\n" * ROWS + f"\033[{ROWS}A" if first else ""
        self._write(f"{scroll}\0337\033[1;{size.lines - ROWS}r\0338")

    def _paint(self) -> None:
        while not self._ended.wait(PAINT):
            with self._lock:
                self._keep()
                if not self._size.lines or self._ended.is_set():
                    continue
                status = self._status()
                rows = progress_text.painted(status, self._clock.see(status), self._size.columns)
                at = self._size.lines - ROWS + 1
                texts = "".join(
                    f"\033[{at + number};1H\033[2K{self._ansi(row)}"
                    for number, row in enumerate(rows)
                )
                # One write: nothing of pytest's can come in between.
                self._write(f"\0337\033[?7l{texts}\033[?7h\0338")

    def _ansi(self, row: Any) -> str:
        from rich.console import Console

        console = Console(
            file=io.StringIO(), force_terminal=True, width=self._size.columns, highlight=False,
            no_color=not self._coloured, legacy_windows=False,
        )  # fmt: skip
        with console.capture() as capture:
            console.print(row, end="", no_wrap=True, crop=True)
        return capture.get()

    def _write(self, text: str) -> None:
        try:
            self._file.write(text)
            self._file.flush()
        except (OSError, ValueError):
            self._ended.set()  # the terminal is gone


def _asked(config: pytest.Config) -> str:
    value = config.option.symbench_progress
    return str(value if value is not None else config.getini("symbench_progress") or "").strip()


def _can_paint(config: pytest.Config, terminal: pytest.TerminalReporter) -> bool:
    file = terminal._tw._file
    dumb = os.environ.get("TERM", "dumb") in ("", "dumb", "unknown")
    return file.isatty() and not dumb and not os.environ.get("CI") and config.get_verbosity() >= -1


def _terminal_size(file: TextIO) -> os.terminal_size:
    try:
        return os.get_terminal_size(file.fileno())
    except OSError:
        return shutil.get_terminal_size()
