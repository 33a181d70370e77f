"""Scratch folders on the real file system."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from codesteer.sandbox import Limits
from codesteer.sandbox.scratch import Box, Scratch, remove


@pytest.fixture
def scratch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Scratch:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    return Scratch(None)


def _box(path: Path, size: int = 1 << 20, entries: int = 10) -> Box:
    return Box(str(path), size, entries, 4)


def test_an_empty_box_is_used_again(scratch: Scratch) -> None:
    with scratch.box(Limits()) as first:
        pass
    with scratch.box(Limits()) as second:
        assert second.path == first.path


def test_box_is_private_and_gone_afterwards(scratch: Scratch) -> None:
    with scratch.box(Limits()) as box:
        assert os.stat(box.path).st_mode & 0o777 == 0o700
        (Path(box.path) / "file").write_text("x")
    assert not os.path.exists(box.path)
    scratch.close()
    assert not os.path.exists(scratch.path)
    scratch.close()


def test_every_box_is_another(scratch: Scratch) -> None:
    with scratch.box(Limits()) as one, scratch.box(Limits()) as two:
        assert one.path != two.path


def test_size_is_noticed(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a/file").write_bytes(b"x" * 900_000)
    assert _box(tmp_path).excess(0) == ""
    (tmp_path / "a/other").write_bytes(b"x" * 900_000)
    assert _box(tmp_path).excess(0) == "disk"


def test_entries_are_counted(tmp_path: Path) -> None:
    for number in range(10):
        (tmp_path / str(number)).touch()
    assert _box(tmp_path).excess(0) == ""
    (tmp_path / "more").touch()
    assert _box(tmp_path).excess(0) == "disk"


def test_unlinked_files_are_counted(tmp_path: Path) -> None:
    with open(tmp_path / "file", "wb") as file:
        file.write(b"x" * 2_000_000)
        file.flush()
        os.unlink(tmp_path / "file")
        assert _box(tmp_path).excess(os.getpid()) == "disk"


def test_deep_trees_are_too_much(tmp_path: Path) -> None:
    _deep(tmp_path, "d" * 200, 30)
    assert _box(tmp_path, entries=1000).excess(0) == "disk"
    remove(str(tmp_path / ("d" * 200)))


def test_remove_stops_at_links(tmp_path: Path) -> None:
    (tmp_path / "keep").mkdir()
    (tmp_path / "keep/file").touch()
    (tmp_path / "box").mkdir()
    (tmp_path / "box/link").symlink_to(tmp_path / "keep")
    (tmp_path / "box/folder").mkdir()
    (tmp_path / "box/folder/link").symlink_to(tmp_path / "keep")
    remove(str(tmp_path / "box"))
    assert not (tmp_path / "box").exists()
    assert (tmp_path / "keep/file").exists()


def test_remove_closed_and_deep(tmp_path: Path) -> None:
    box = tmp_path / "box"
    (box / "closed/inner").mkdir(parents=True)
    (box / "closed/inner/file").touch()
    _deep(box, "d", 1050)
    (box / "closed/inner").chmod(0)
    (box / "closed").chmod(0)
    box.chmod(0)
    remove(str(box))
    assert not box.exists()


def test_remove_what_is_not_there(tmp_path: Path) -> None:
    remove(str(tmp_path / "missing"))


def _deep(start: Path, name: str, levels: int) -> None:
    here = os.getcwd()
    try:
        os.chdir(start)
        for _ in range(levels):
            os.mkdir(name)
            os.chdir(name)
    finally:
        os.chdir(here)
