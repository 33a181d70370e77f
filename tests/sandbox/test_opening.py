"""Choosing, describing, refusing; and what importing the package costs."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import pytest

import codesteer.sandbox
from codesteer.sandbox import Execution, Limits, SandboxUnavailable, canary, open_sandbox, zygotes
from codesteer.sandbox.direct import DirectWorker
from codesteer.sandbox.imports import IMPORTS, zygote_for
from codesteer.sandbox.inside.wire import Probed, Refusal, Setup
from codesteer.sandbox.levels import best, degradation
from codesteer.sandbox.readable import view_of
from codesteer.sandbox.watch import WorkerLost
from codesteer.sandbox.worker import ZygoteWorker
from tests.sandbox.running import open_level, run

LINUX = pytest.mark.skipif(sys.platform != "linux", reason="for Linux")


def _probed(**refused: tuple[str, int]) -> Probed:
    refusals = {name: Refusal(step=step, error=error) for name, (step, error) in refused.items()}
    return Probed(
        namespaces=refusals.get("namespaces"),
        landlock=refusals.get("landlock"),
        seccomp=refusals.get("seccomp"),
        landlock_version=0,
    )


@pytest.mark.parametrize(
    ("probed", "level", "reason"),
    [
        (_probed(), "full", ""),
        (
            _probed(namespaces=("unshare", 1)),
            "landlock",
            "user namespaces refused (EPERM from unshare: a container's seccomp profile, or "
            "kernel.unprivileged_userns_clone=0?)",
        ),
        (
            _probed(namespaces=("unshare", 28)),
            "landlock",
            "user namespaces refused (ENOSPC from unshare: user.max_user_namespaces is used up, "
            "or 0)",
        ),
        (
            _probed(namespaces=("uid_map", 1)),
            "landlock",
            "user namespaces without rights (EPERM from uid_map: AppArmor's "
            "kernel.apparmor_restrict_unprivileged_userns?)",
        ),
        (
            _probed(namespaces=("bind /x", 22)),
            "landlock",
            "namespaces refused (EINVAL from bind /x)",
        ),
        (
            _probed(landlock=("landlock_create_ruleset", 95)),
            "full",
            "Landlock refused (EOPNOTSUPP from landlock_create_ruleset: in the kernel, but not "
            "enabled at boot)",
        ),
        (
            _probed(namespaces=("unshare", 38), landlock=("landlock_create_ruleset", 38)),
            "seccomp",
            "user namespaces refused (ENOSYS from unshare: a kernel without user namespaces); "
            "Landlock refused (ENOSYS from landlock_create_ruleset: a kernel before 5.13, or a "
            "container's seccomp profile)",
        ),
        (
            _probed(seccomp=("the filter is accepted but not enforced", 0)),
            "none",
            "seccomp refused (the filter is accepted but not enforced)",
        ),
    ],
)
def test_levels(probed: Probed, level: str, reason: str) -> None:
    assert best(probed) == level
    assert degradation(level, probed) == reason


class TestRequests:
    def test_unknown(self) -> None:
        with pytest.raises(SandboxUnavailable, match="unknown sandbox level 'tight'"):
            open_sandbox("tight")

    def test_unprotected_must_be_asked_for(self) -> None:
        with pytest.raises(SandboxUnavailable, match="must be asked for as unsafe"):
            open_sandbox("none")

    def test_unprotected(self) -> None:
        sandbox = open_sandbox("none", unsafe=True, workers=1, level="none")
        assert sandbox.level == "none"
        assert "UNPROTECTED" in sandbox.describe()
        assert run(sandbox, "print(1)").level == "none"
        sandbox.close()

    @LINUX
    def test_header_line(self) -> None:
        sandbox = open_sandbox("seccomp", workers=1)
        assert sandbox.describe().startswith(f"sandbox: {sandbox.level} (")
        assert "\n" not in sandbox.describe()
        sandbox.close()

    @LINUX
    def test_escape_of_the_canary_is_refused(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(canary, "escapes", lambda *_, **__: "fork")
        with pytest.raises(SandboxUnavailable, match="the canary escaped: fork"):
            open_sandbox("seccomp", workers=1)


class TestCanary:
    def test_unprotected_it_escapes(self) -> None:
        escapes = canary.escapes(DirectWorker(), level="full").split(", ")
        assert escapes == sorted(
            [
                "connect",
                "connect by path",
                "execute",
                "fork",
                "list a folder",
                "read a file",
                "signal",
                "write a file",
            ]
        )

    def test_levels_that_promise_less(self) -> None:
        assert "read a file" not in canary.escapes(DirectWorker(), level="seccomp")

    @pytest.mark.parametrize(
        ("execution", "complaint"),
        [
            (Execution(outcome="error", stderr="no"), "the canary ended with error: no"),
            (Execution(outcome="ok", stdout="x"), "the canary's report is unreadable"),
            (Execution(outcome="ok", stdout='["fork"]'), "fork"),
            (Execution(outcome="ok", stdout="[]"), ""),
        ],
    )
    def test_reports(self, execution: Execution, complaint: str) -> None:
        class Worker:
            def execute(self, code: str, limits: Limits, cancel_fd: int) -> Execution:
                return execution

            def close(self) -> None:
                pass

        assert canary.escapes(Worker(), level="full") == complaint

    def test_breakdown(self) -> None:
        class Worker:
            def execute(self, code: str, limits: Limits, cancel_fd: int) -> Execution:
                raise WorkerLost("gone")

            def close(self) -> None:
                pass

        assert canary.escapes(Worker(), level="full") == "the canary did not run: gone"


class TestView:
    def test_libraries_are_readable_and_projects_are_not(self) -> None:
        view = view_of()
        roots = tuple(f"{root}/" for root in view["roots"])
        assert os.path.realpath(os.__file__).startswith(roots)
        assert not str(Path.home() / "x").startswith(roots)
        assert not "/usr/src/app/x".startswith(roots)
        assert not "/etc/passwd".startswith(roots)

    def test_no_root_below_another(self) -> None:
        roots = view_of()["roots"]
        assert not [a for a in roots for b in roots if a.startswith(f"{b}/")]

    def test_our_code_is_hidden_where_it_would_be_seen(self) -> None:
        project = Path(codesteer.sandbox.__file__).parents[2]
        hidden = view_of([str(project)])["hidden"]
        assert str(project / "codesteer") in hidden
        assert str(project / "pytest_symbench") in hidden

    @LINUX
    def test_folder_by_wish(self, tmp_path: Path) -> None:
        (tmp_path / "data").write_text("facts")
        _open_to_all(tmp_path)
        sandbox = open_sandbox("seccomp", workers=1, readable=[str(tmp_path)])
        assert run(sandbox, f"print(open('{tmp_path}/data').read())").stdout == "facts\n"
        assert run(sandbox, f"open('{tmp_path}/new', 'w')").outcome == "error"
        sandbox.close()


def _open_to_all(path: Path) -> None:
    path.chmod(0o755)
    for folder in path.parents:
        if folder.stat().st_uid == os.getuid() and str(folder).startswith("/tmp/"):
            folder.chmod(0o755)


@LINUX
def test_package_that_cannot_be_imported_ahead(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    pytest.importorskip("numpy")
    sandbox = open_sandbox("seccomp", workers=1)
    real = zygotes.Zygote

    def refuse(setup: Setup) -> zygotes.Zygote:
        if "numpy" in setup["imports"]:
            raise WorkerLost("an imported package started a thread")
        return real(setup)

    monkeypatch.setattr("codesteer.sandbox.worker.Zygote", refuse)
    for _ in range(2):
        seen = run(sandbox, "import numpy\nprint(numpy.arange(3).sum())", wall_s=60)
        assert (seen.outcome, seen.stdout, seen.note) == ("ok", "3\n", "")
    assert caplog.text.count("snippets have to import for themselves (numpy)") == 1
    sandbox.close()


@LINUX
def test_package_that_starts_a_thread_is_left_out_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "threaded.py").write_text(
        "import threading, time\n"
        "threading.Thread(target=time.sleep, args=(9,), daemon=True).start()\n"
    )
    _open_to_all(tmp_path)
    environment = {**zygotes.clean_environment(), "PYTHONPATH": str(tmp_path)}
    monkeypatch.setattr(zygotes, "clean_environment", lambda: environment)
    monkeypatch.setitem(IMPORTS, "numpy", ("threaded", "wave"))
    sandbox = open_sandbox("seccomp", workers=1, readable=[str(tmp_path)])
    seen = run(
        sandbox, "import sys, numpy\nprint('wave' in sys.modules, 'threaded' in sys.modules)"
    )
    assert (seen.outcome, seen.stdout) == ("ok", "True False\n")
    assert "import threaded for themselves: importing threaded started a thread" in caplog.text
    sandbox.close()


@LINUX
@pytest.mark.parametrize("level", ["full", "landlock"])
def test_our_code_cannot_be_used_by_snippets(level: str) -> None:
    """As if we were installed among the libraries that they may read."""
    project = Path(codesteer.sandbox.__file__).parents[2]
    sandbox = open_level(level, workers=1, readable=[str(project)])
    code = f"""
import os, sys
sys.path.insert(0, {str(project)!r})
print(len(open({str(project / "pyproject.toml")!r}).read()) > 0)
for name in ("codesteer", "codesteer.sandbox.levels", "pytest_symbench"):
    try:
        if __import__(name, fromlist=["x"]).__file__:  # not just an empty folder
            print("loaded", name)
    except (ImportError, OSError):
        pass
try:
    print(open({str(project / "codesteer/sandbox/levels.py")!r}).read(10))
except OSError:
    print("closed")
"""
    seen = run(sandbox, code)
    sandbox.close()
    assert (seen.outcome, seen.stdout) == ("ok", "True\nclosed\n")


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("import numpy as np", "numpy"),
        ("from sympy import *", "all"),
        ("import numpy\nfrom sympy import *", "all"),
        ("  import scipy.optimize", "all"),
        ("import os, networkx", "all"),
        ("if True: import pandas", "all"),
        ("x = 1\nfrom numpy import array", "numpy"),
        ("# import numpy", "plain"),
        ("print('numpy')", "plain"),
        ("import numpyish", "plain"),
        ("import itertools", "plain"),
    ],
)
def test_choice_of_zygote(code: str, kind: str) -> None:
    assert zygote_for(code) == kind


@LINUX
@pytest.mark.parametrize("level", ["full", "landlock"])
def test_what_is_installed_is_imported_ahead(level: str) -> None:
    """A wall that hides a package would show only as slow snippets."""
    installed = {name for name in IMPORTS["all"] if _installed(name)}
    sandbox = open_level(level, workers=1)
    worker = sandbox._idle.get_nowait()
    assert isinstance(worker, ZygoteWorker)
    ready = worker.zygote("all").ready
    worker.close()
    sandbox.close()
    assert set(ready["imported"]) == installed


def _installed(name: str) -> bool:
    try:
        return importlib.util.find_spec(name) is not None
    except ModuleNotFoundError:
        return False


class TestImport:
    def test_nothing_is_loaded_ahead(self) -> None:
        code = (
            "import sys, codesteer.sandbox\n"
            "print(sorted(n for n in sys.modules if n.startswith('codesteer')))\n"
            "print('asyncio' in sys.modules, 'ctypes' in sys.modules)\n"
            "print(codesteer.sandbox.Limits().wall_s)"
        )
        command = [sys.executable, "-c", code]
        done = subprocess.run(
            command, capture_output=True, text=True, check=True, cwd=Path(__file__).parents[2]
        )
        lines = done.stdout.splitlines()
        assert lines == ["['codesteer', 'codesteer.sandbox']", "False False", "30.0"]

    def test_all_names(self) -> None:
        for name in codesteer.sandbox.__all__:
            assert getattr(codesteer.sandbox, name).__name__ in (name, "Literal")
        with pytest.raises(AttributeError):
            _ = codesteer.sandbox.missing

    def test_only_the_standard_library(self) -> None:
        code = (
            "import sys, pathlib, importlib\n"
            "root = pathlib.Path('codesteer/sandbox')\n"
            "for path in root.rglob('*.py'):\n"
            "    name = '.'.join(path.with_suffix('').parts)\n"
            "    if name not in ('codesteer.sandbox.inside.single',):\n"
            "        importlib.import_module(name.removesuffix('.__init__'))\n"
            "print(sorted({n.split('.')[0] for n in sys.modules} - sys.stdlib_module_names))"
        )
        done = subprocess.run(
            [sys.executable, "-I", "-S", "-c", f"import sys; sys.path.insert(0, '.')\n{code}"],
            capture_output=True,
            text=True,
            check=True,
            cwd=Path(__file__).parents[2],
        )
        assert done.stdout == "['__main__', 'codesteer']\n"


@pytest.mark.parametrize(
    "wrong", [{"wall_s": 0}, {"memory_mb": -1}, {"cpu_s": 0.0}, {"output_kb": float("nan")}]
)
def test_limits_are_checked(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="must be above zero"):
        Limits(**wrong)  # type: ignore[arg-type]
