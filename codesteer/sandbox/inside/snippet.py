"""One snippet, run in this process as ``python snippet.py`` would run it.

Stands alone (standard library only): the zygote forks into `run_snippet`, and the
back ends without a zygote start this file as a script, in a container even as text.
What it reports on the status descriptor are hints for the reader, never a verdict.
"""

from __future__ import annotations

import atexit
import contextlib
import io
import linecache
import os
import sys
import threading
import traceback
import types
from collections.abc import Callable
from types import TracebackType
from typing import Any, NoReturn

FILENAME = "snippet.py"
RESULT_NAMES = ("result", "answer", "Answer")
ERROR_TEXT_LIMIT = 16_000  # characters of one traceback; the message may be hostile
SETUP_FAILED = 125


class CountingFile(io.FileIO):
    """A descriptor that knows whether anything was written to it."""

    written = 0

    def write(self, data: Any, /) -> int:
        count = super().write(data)
        CountingFile.written += count
        return count


def run_snippet(source: str, say: Callable[[str], None]) -> NoReturn:
    """Run `source` as ``__main__`` and leave the process; never returns, never raises."""
    code = 1
    try:
        code = _run(source, say)
    except BaseException as error:
        code = _report(error, say)
    try:
        threading._shutdown()  # type: ignore[attr-defined]  # what the interpreter itself does
        atexit._run_exitfuncs()
    except BaseException as error:
        code = _report(error, say)
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except BaseException:
            code = code or 1
    os._exit(code)


def open_streams() -> None:
    """Text streams that never fail on an odd character and flush every line,
    so that what was printed before a kill is not lost.
    """
    sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115
    sys.stdout = io.TextIOWrapper(
        io.BufferedWriter(CountingFile(1, "w", closefd=False)),
        encoding="utf-8",
        errors="backslashreplace",
        line_buffering=True,
    )
    sys.stderr = io.TextIOWrapper(
        io.BufferedWriter(io.FileIO(2, "w", closefd=False)),
        encoding="utf-8",
        errors="backslashreplace",
        write_through=True,
    )
    for name in ("stdin", "stdout", "stderr"):
        setattr(sys, f"__{name}__", getattr(sys, name))


def seed_generators() -> None:
    """Make unseeded use of the global generators repeatable."""
    if "random" in sys.modules:
        sys.modules["random"].seed(0)
    numpy_random = sys.modules.get("numpy.random")
    if numpy_random is not None:
        numpy_random.seed(0)


def _run(source: str, say: Callable[[str], None]) -> int:
    main = types.ModuleType("__main__")
    main.__dict__.update(__file__=FILENAME, __builtins__=__builtins__)
    sys.modules["__main__"] = main
    sys.argv = [FILENAME]
    sys.excepthook = _print_trimmed
    threading.excepthook = _thread_failed
    # No modification time: `linecache` then keeps the entry although there is no file.
    linecache.cache[FILENAME] = (len(source), None, source.splitlines(True), FILENAME)
    try:
        exec(compile(source, FILENAME, "exec", dont_inherit=True), main.__dict__)
    except SystemExit as leaving:
        return _exit_code(leaving.code)
    sys.stdout.flush()
    if not CountingFile.written:
        _print_result(main.__dict__, say)
    return 0


def _print_result(namespace: dict[str, Any], say: Callable[[str], None]) -> None:
    for name in RESULT_NAMES:
        if name in namespace:
            sys.stdout.write(f"{namespace[name]}\n")
            say(f"value:{name}")
            return


def _exit_code(value: object) -> int:
    if value is None:
        return 0
    if isinstance(value, int):
        return value & 0xFF
    sys.stderr.write(f"{value}\n")
    return 1


def _report(error: BaseException, say: Callable[[str], None]) -> int:
    if isinstance(error, SystemExit):
        return _exit_code(error.code)
    if isinstance(error, MemoryError):
        say("memory")
    try:
        sys.excepthook(type(error), error, error.__traceback__)
    except BaseException:  # a hook of the snippet's own, or no memory to format with
        with contextlib.suppress(OSError):
            os.write(2, f"{type(error).__name__}\n".encode())
    return 1


def _print_trimmed(
    kind: type[BaseException], error: BaseException, trace: TracebackType | None
) -> None:
    report = traceback.TracebackException(kind, error, trace, compact=True)
    _keep_own_frames(report, set())
    text = "".join(report.format())
    if len(text) > ERROR_TEXT_LIMIT:
        half = ERROR_TEXT_LIMIT // 2
        text = f"{text[:half]}\n[... {len(text) - 2 * half} characters ...]\n{text[-half:]}"
    sys.stderr.write(text)


def _keep_own_frames(report: traceback.TracebackException, seen: set[int]) -> None:
    if id(report) in seen:
        return
    seen.add(id(report))
    report.stack[:] = [frame for frame in report.stack if frame.filename == FILENAME]
    linked = [report.__cause__, report.__context__, *(getattr(report, "exceptions", None) or ())]
    for other in linked:
        if other is not None:
            _keep_own_frames(other, seen)


def _thread_failed(args: threading.ExceptHookArgs, /) -> None:
    if args.exc_type is SystemExit:
        return
    name = args.thread.name if args.thread is not None else "?"
    sys.stderr.write(f"Exception in thread {name}:\n")
    error = args.exc_value if args.exc_value is not None else args.exc_type()
    _print_trimmed(args.exc_type, error, args.exc_traceback)


def _say_nothing(_text: str) -> None:
    pass


def main() -> NoReturn:
    """The snippet comes on standard input, which is then closed."""
    source = sys.stdin.buffer.read().decode("utf-8", "surrogateescape")
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    os.close(null)
    open_streams()
    import random

    random.seed(0)
    run_snippet(source, _say_nothing)


if __name__ == "__main__":
    main()
