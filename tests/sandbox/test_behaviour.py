"""What episodes rely on: streams, outcomes, limits, and Python as it usually is."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest

from codesteer.sandbox import Sandbox
from tests.sandbox.running import open_level, run


@pytest.fixture(
    scope="module",
    params=["full", "landlock", pytest.param("none", marks=pytest.mark.slow)],
)
def sandbox(request: pytest.FixtureRequest) -> Iterator[Sandbox]:
    level = request.param
    sandbox = open_level(level, unsafe=level == "none", workers=1)
    yield sandbox
    sandbox.close()


class TestStreams:
    def test_separate(self, sandbox: Sandbox) -> None:
        seen = run(sandbox, "import sys\nprint('out')\nprint('err', file=sys.stderr)")
        assert (seen.outcome, seen.stdout, seen.stderr) == ("ok", "out\n", "err\n")
        assert (seen.exit_status, seen.signal, seen.note) == (0, None, "")
        assert seen.level == sandbox.level

    def test_figures(self, sandbox: Sandbox) -> None:
        seen = run(sandbox, "x = bytearray(b'x' * (80 << 20))\nsum(range(3_000_000))")
        assert 0 < seen.cpu_s < 15
        assert 0 < seen.wall_s < 15
        assert seen.peak_mb > 80

    @pytest.mark.parametrize("name", ["stdout", "stderr"])
    def test_cap(self, sandbox: Sandbox, name: str) -> None:
        seen = run(sandbox, f"import sys\nwhile True: sys.{name}.write('x' * 999)", output_kb=8)
        assert seen.outcome == "output_limit"
        assert getattr(seen, name) == "x" * 8192
        assert seen.note == f"{name} cut at 8 KB"

    def test_output_up_to_the_cap_is_fine(self, sandbox: Sandbox) -> None:
        seen = run(sandbox, "import sys\nsys.stdout.write('x' * 8192)", output_kb=8)
        assert (seen.outcome, len(seen.stdout)) == ("ok", 8192)

    def test_output_before_a_kill_is_kept(self, sandbox: Sandbox) -> None:
        seen = run(sandbox, "print('early')\nwhile True: pass", wall_s=0.5)
        assert (seen.outcome, seen.stdout) == ("timeout", "early\n")

    @pytest.mark.parametrize(
        ("code", "text"),
        [
            ("print('äöü €')", "äöü €\n"),
            ("print(chr(0xd800))", "\\ud800\n"),
            (r"import sys; sys.stdout.buffer.write(b'\xff\0'); sys.stdout.flush()", "\\xff\0"),
            ("print(open(0).read() == '')", "True\n"),
        ],
    )
    def test_encodings(self, sandbox: Sandbox, code: str, text: str) -> None:
        assert run(sandbox, code).stdout == text

    def test_source_encoding(self, sandbox: Sandbox) -> None:
        assert run(sandbox, "# -*- coding: latin-1 -*-\nprint(ascii('ä'))").stdout == "'\\xe4'\n"

    def test_odd_source(self, sandbox: Sandbox) -> None:
        assert run(sandbox, "print('\0')").outcome == "error"
        assert run(sandbox, "print(ascii('\ud800'))").outcome in ("ok", "error")
        assert run(sandbox, "").outcome == "ok"
        assert run(sandbox, "x = 0\n" * 30_000 + "print(x)").stdout == "0\n"


class TestOutcomes:
    @pytest.mark.parametrize(
        ("code", "outcome", "status"),
        [
            ("1 / 0", "error", 1),
            ("raise SystemExit", "ok", 0),
            ("import sys; sys.exit(3)", "error", 3),
            ("import sys; sys.exit('no')", "error", 1),
            ("exit(0)", "ok", 0),
            ("quit(4)", "error", 4),
            ("x = (", "error", 1),
            ("raise KeyboardInterrupt", "error", 1),
            ("import os; os._exit(9)", "error", 9),
            ("x = [0] * 10**12", "memory", 1),
            ("raise MemoryError", "memory", 1),
            ("input()", "error", 1),
        ],
    )
    def test_exit(self, sandbox: Sandbox, code: str, outcome: str, status: int) -> None:
        seen = run(sandbox, code)
        assert (seen.outcome, seen.exit_status, seen.signal) == (outcome, status, None)

    def test_exit_message(self, sandbox: Sandbox) -> None:
        assert run(sandbox, "raise SystemExit('no')").stderr == "no\n"

    def test_signal(self, sandbox: Sandbox) -> None:
        seen = run(sandbox, "import ctypes; ctypes.string_at(0)")
        assert (seen.outcome, seen.exit_status, seen.signal) == ("killed", None, 11)

    def test_wall_limit(self, sandbox: Sandbox) -> None:
        seen = run(sandbox, "import time; time.sleep(60)", wall_s=0.4)
        assert (seen.outcome, seen.note) == ("timeout", "stopped after 0.4 s")
        assert 0.4 <= seen.wall_s < 5

    def test_processor_limit(self, sandbox: Sandbox) -> None:
        seen = run(sandbox, "while True: pass", wall_s=20, cpu_s=1)
        assert (seen.outcome, seen.note) == ("timeout", "stopped after 1 s of processor time")

    def test_memory_limit(self, sandbox: Sandbox) -> None:
        code = "x = []\nwhile True: x.append(bytearray(b'x' * (8 << 20)))"
        seen = run(sandbox, code, memory_mb=128)
        assert seen.outcome == "memory"
        assert seen.note == "limit: 128 MB"

    def test_memory_within_the_limit(self, sandbox: Sandbox) -> None:
        assert run(sandbox, "x = b'x' * (400 << 20)", memory_mb=500).outcome == "ok"

    def test_threads_within_the_limit(self, sandbox: Sandbox) -> None:
        code = """
import threading, time
threads = [threading.Thread(target=time.sleep, args=(0.2,)) for _ in range(63)]
[t.start() for t in threads]
[t.join() for t in threads]
"""
        assert run(sandbox, code).outcome == "ok"


class TestTracebacks:
    def test_own_lines_only(self, sandbox: Sandbox) -> None:
        seen = run(sandbox, "import json\ndef f(text):\n    return json.loads(text)\nf('{')")
        lines = [line for line in seen.stderr.splitlines() if line.startswith("  File")]
        assert lines == [
            '  File "snippet.py", line 4, in <module>',
            '  File "snippet.py", line 3, in f',
        ]
        assert "return json.loads(text)" in seen.stderr
        assert "JSONDecodeError" in seen.stderr.splitlines()[-1]

    def test_syntax_error(self, sandbox: Sandbox) -> None:
        seen = run(sandbox, "x = 1\ny = = 2")
        assert 'File "snippet.py", line 2' in seen.stderr
        assert "SyntaxError" in seen.stderr

    def test_causes(self, sandbox: Sandbox) -> None:
        code = "try:\n    1 / 0\nexcept Exception as e:\n    raise ValueError('x') from e"
        seen = run(sandbox, code)
        assert "ZeroDivisionError" in seen.stderr
        assert "direct cause" in seen.stderr
        assert "site-packages" not in seen.stderr

    def test_recursion(self, sandbox: Sandbox) -> None:
        seen = run(sandbox, "def f(): return f()\nf()")
        assert "RecursionError" in seen.stderr
        assert len(seen.stderr) < 2000

    def test_thread(self, sandbox: Sandbox) -> None:
        code = "import threading\nt = threading.Thread(target=lambda: 1 / 0)\nt.start()"
        seen = run(sandbox, code)
        assert seen.outcome == "ok"
        assert "ZeroDivisionError" in seen.stderr
        assert "threading.py" not in seen.stderr

    def test_huge_message(self, sandbox: Sandbox) -> None:
        seen = run(sandbox, "raise ValueError('x' * 10**7)")
        assert seen.outcome == "error"
        assert len(seen.stderr) < 20_000


class TestResult:
    @pytest.mark.parametrize("name", ["result", "answer", "Answer"])
    def test_value_stands_in_for_output(self, sandbox: Sandbox, name: str) -> None:
        seen = run(sandbox, f"{name} = [1, 2]")
        assert seen.stdout == "[1, 2]\n"
        assert seen.note == f"nothing was printed; the value of `{name}` is given as stdout"

    def test_not_if_something_was_printed(self, sandbox: Sandbox) -> None:
        seen = run(sandbox, "result = 5\nprint('shown')")
        assert (seen.stdout, seen.note) == ("shown\n", "")

    def test_not_after_an_error(self, sandbox: Sandbox) -> None:
        seen = run(sandbox, "result = 5\n1 / 0")
        assert (seen.stdout, seen.note) == ("", "")

    def test_value_that_cannot_be_shown(self, sandbox: Sandbox) -> None:
        code = "class A:\n    def __str__(self): return 1 / 0\nresult = A()"
        assert run(sandbox, code).outcome == "error"


USUAL = {
    "main": ("if __name__ == '__main__':\n    print('yes')", "yes\n"),
    "blocks": ("import math\nx = 4\n\nprint(math.sqrt(x))", "2.0\n"),
    "tempfile": (
        "import tempfile\nwith tempfile.NamedTemporaryFile('w+') as f:\n"
        "    f.write('a'); f.seek(0); print(f.read())\n"
        "with tempfile.TemporaryFile() as f: f.write(b'x')\n"
        "with tempfile.TemporaryDirectory() as d: print(len(d) > 0)",
        "a\nTrue\n",
    ),
    "files": ("open('a', 'w').write('b')\nprint(open('a').read())", "b\n"),
    "copying": (
        "import os, shutil\nopen('a', 'w').write('b')\nshutil.copy2('a', 'c')\n"
        "shutil.copytree('.', 'd/e')\nos.replace('c', 'd/f')\nprint(sorted(os.listdir('d')))",
        "['e', 'f']\n",
    ),
    "database": (
        "import sqlite3\nc = sqlite3.connect('d.db')\nc.execute('create table t (x)')\n"
        "with c: c.execute('insert into t values (1)')\n"
        "print(sqlite3.connect('d.db').execute('select x from t').fetchall())",
        "[(1,)]\n",
    ),
    "module of its own": (
        "open('own.py', 'w').write('x = 7')\nimport own\nprint(own.x)",
        "7\n",
    ),
    "asyncio": (
        "import asyncio\nasync def main():\n    await asyncio.sleep(0.01)\n"
        "    return await asyncio.to_thread(lambda: 5)\nprint(asyncio.run(main()))",
        "5\n",
    ),
    "executor": (
        "from concurrent.futures import ThreadPoolExecutor as T\n"
        "print(sum(T(4).map(lambda x: x * x, range(9))))",
        "204\n",
    ),
    "unjoined thread": (
        "import threading, time\n"
        "threading.Thread(target=lambda: (time.sleep(0.1), print('late'))).start()",
        "late\n",
    ),
    "atexit": ("import atexit\natexit.register(print, 'bye')", "bye\n"),
    "dataclass": (
        "from dataclasses import dataclass\n@dataclass\nclass A:\n    x: int = 1\nprint(A())",
        "A(x=1)\n",
    ),
    "pickle of own class": (
        "import pickle\nclass A: pass\nprint(type(pickle.loads(pickle.dumps(A()))).__name__)",
        "A\n",
    ),
    "inspect": (
        "import inspect\ndef f(): return 1\nprint(inspect.getsource(f).strip())",
        "def f(): return 1\n",
    ),
    "future import": ("from __future__ import annotations\nx: Missing = 1\nprint(x)", "1\n"),
    "devnull": ("import os\nprint(1, file=open(os.devnull, 'w'))", ""),
    "alarm": (
        "import signal, time\nclass T(Exception): pass\n"
        "def ring(*_): raise T\nsignal.signal(signal.SIGALRM, ring)\n"
        "signal.setitimer(signal.ITIMER_REAL, 0.05)\n"
        "try: time.sleep(5)\nexcept T: print('rang')",
        "rang\n",
    ),
    "timezones": (
        "from datetime import datetime, timezone\nprint(datetime.now(timezone.utc).year > 2000)",
        "True\n",
    ),
    "user": ("import os\nprint(os.path.expanduser('~') == os.getcwd())", "True\n"),
    "scratch": ("import os\nprint(os.listdir('.'))", "[]\n"),
}


@pytest.mark.parametrize("name", USUAL)
def test_usual_python(sandbox: Sandbox, name: str) -> None:
    code, output = USUAL[name]
    seen = run(sandbox, code)
    assert (seen.outcome, seen.stdout) == ("ok" if seen.exit_status == 0 else seen.stderr, output)


def test_no_future_flags_of_ours(sandbox: Sandbox) -> None:
    if sys.version_info < (3, 14):
        assert run(sandbox, "def f(x: Missing): pass").outcome == "error"


def test_warnings_are_shown(sandbox: Sandbox) -> None:
    seen = run(sandbox, "import warnings\nwarnings.warn('careful')")
    assert seen.outcome == "ok"
    assert "snippet.py:2: UserWarning: careful" in seen.stderr


class TestRepeatable:
    @pytest.mark.parametrize(
        "code",
        [
            "print(hash('text'), list({'a', 'b', 'c', 'd'}))",
            "import random; print(random.random(), random.sample(range(99), 5))",
            "import numpy; print(numpy.random.rand(3), numpy.random.permutation(9))",
        ],
    )
    def test_same_each_time(self, sandbox: Sandbox, code: str) -> None:
        if "numpy" in code:
            pytest.importorskip("numpy")
            if sandbox.level == "none":
                pytest.skip("seeded only where numpy is imported ahead")
        first, second = run(sandbox, code), run(sandbox, code)
        assert first.outcome == "ok", first
        assert first.stdout == second.stdout


LIBRARIES = {
    "numpy": "import numpy as np\nprint(round(np.linalg.det(np.array([[1., 2.], [3., 4.]])), 6))",
    "scipy": (
        "from scipy.optimize import linprog, milp\nfrom scipy import stats\n"
        "print(linprog([1], bounds=[(2, 3)]).x[0], milp([1], bounds=(2, 3)).x[0])"
    ),
    "sympy": "from sympy import *\nx = symbols('x')\nprint(solve(x**2 - 4, x), integrate(x, x))",
    "networkx": "import networkx as nx\nprint(nx.shortest_path(nx.path_graph(4), 0, 3))",
}


@pytest.mark.parametrize("name", LIBRARIES)
def test_libraries(sandbox: Sandbox, name: str) -> None:
    pytest.importorskip(name)
    seen = run(sandbox, LIBRARIES[name], wall_s=60, memory_mb=2048)
    assert seen.outcome == "ok", seen
    assert seen.stdout
