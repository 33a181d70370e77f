"""Ledgers as they are found: shards, other versions, damaged, half-written."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from pytest_symbench.cli import main
from pytest_symbench.ledger import LedgerError, read_ledger
from symbench_reports.merging import merge
from symbench_reports.reading import read_runs, read_source, records
from tests.reports.ledgers import told


def test_shards_of_one_run_are_one(tmp_path: Path) -> None:
    one = told(tmp_path / "1.sqlite", ["a", "b"])
    two = told(tmp_path / "2.sqlite", ["a", "b", "c"])
    other = told(tmp_path / "3.sqlite", ["a"], prompts="others")
    runs, notes = read_runs([one, two, other])
    assert [len(run.rows) for run in runs] == [3, 1]
    assert runs[0].label != runs[1].label
    assert any("2 of its episodes are in another ledger too" in note for note in notes)


def test_what_a_run_left_in_its_log_is_read(tmp_path: Path) -> None:
    """A killed run leaves what it wrote last in the write-ahead log."""
    path = told(tmp_path / "a.sqlite", ["first"])
    writer = sqlite3.connect(path)
    writer.execute("PRAGMA journal_mode = WAL")
    writer.execute("PRAGMA wal_autocheckpoint = 0")
    writer.execute("UPDATE episodes SET answer = 'second'")
    writer.commit()
    copy = tmp_path / "copy.sqlite"
    for suffix in ("", "-wal"):
        (tmp_path / f"copy.sqlite{suffix}").write_bytes(
            (tmp_path / f"a.sqlite{suffix}").read_bytes()
        )
    writer.close()
    assert read_source(copy).rows[0].answer == "second"


@pytest.mark.parametrize("keep", [0.9, 0.6, 0.3])
def test_a_file_that_was_cut_off_is_read_as_far_as_it_goes(tmp_path: Path, keep: float) -> None:
    path = told(tmp_path / "a.sqlite", [os.urandom(3000).hex() for _ in range(60)])
    whole = path.read_bytes()
    path.write_bytes(whole[: int(len(whole) * keep)])
    source = read_source(path)
    assert 1 <= len(source.rows) < 60 or source.notes
    assert any("damaged" in note and "could be read" in note for note in source.notes)
    (run,), _ = read_runs([path])
    readable = [record for _, record in records(run, run.rows) if record]
    assert len(readable) <= len(run.rows)


def test_a_damaged_page_loses_only_its_episodes(tmp_path: Path) -> None:
    path = told(tmp_path / "a.sqlite", [os.urandom(3000).hex() for _ in range(80)])
    content = bytearray(path.read_bytes())
    middle = len(content) // 2 // 4096 * 4096
    content[middle : middle + 3 * 4096] = b"\xff" * (3 * 4096)
    path.write_bytes(content)
    source = read_source(path)
    (run,), _ = read_runs([path])
    whole = [record for _, record in records(run, run.rows) if record]
    assert len(whole) >= 40
    assert len(whole) < 80 or source.notes


def test_an_older_version_without_columns_is_read(tmp_path: Path) -> None:
    path = told(tmp_path / "a.sqlite", ["a"])
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("ALTER TABLE episodes DROP COLUMN sandbox")
        db.execute("ALTER TABLE episodes DROP COLUMN seconds")
    source = read_source(path)
    assert (source.rows[0].sandbox, source.rows[0].seconds) == ("", 0.0)
    assert any("without seconds, sandbox" in note for note in source.notes)


def test_a_newer_version_is_read_with_a_note(tmp_path: Path) -> None:
    path = told(tmp_path / "a.sqlite", ["a"])
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("ALTER TABLE episodes ADD COLUMN mood TEXT DEFAULT 'good'")
        db.execute("UPDATE meta SET value = '99' WHERE name = 'schema'")
    source = read_source(path)
    assert len(source.rows) == 1
    assert any("newer version" in note for note in source.notes)


@pytest.mark.parametrize("content", [b"", b"hello", b"SQLite format 3\0" + b"\0" * 4000])
def test_what_is_no_ledger_is_refused_in_a_sentence(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "no.sqlite"
    path.write_bytes(content)
    with pytest.raises(LedgerError, match="ledger"):
        read_source(path)
    with pytest.raises(LedgerError, match="there is no ledger"):
        read_source(tmp_path / "gone.sqlite")


def test_reading_leaves_no_trace(tmp_path: Path) -> None:
    path = told(tmp_path / "a.sqlite", ["a"])
    before = (sorted(tmp_path.iterdir()), path.read_bytes())
    read_source(path)
    assert (sorted(tmp_path.iterdir()), path.read_bytes()) == before


def test_merged_shards_are_a_ledger_again(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    one = told(tmp_path / "1.sqlite", ["a", "b"])
    two = told(tmp_path / "2.sqlite", ["a", "b", "c"])
    out = tmp_path / "all.sqlite"
    assert main(["merge", str(one), str(two), "--out", str(out)]) == 0
    assert "3 episodes" in capsys.readouterr().out
    ledger = read_ledger(out)
    assert len(list(ledger.rows())) == 3
    assert ledger.transcript("letters-L01-s0002/v1/only_question/a0")
    assert ledger.meta()["identity"] == {"model": "scripted:told"}
    ledger.close()
    assert main(["merge", str(one), str(two), "--out", str(out)]) == 4
    assert "exists already" in capsys.readouterr().err


@pytest.mark.parametrize("damage", ["cut off", "in the middle"])
def test_the_gate_names_the_way_to_save_a_damaged_ledger(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], damage: str
) -> None:
    """It judges no part of a run unasked; what can be read is saved first, and then judged."""
    whole = told(tmp_path / "whole.sqlite", [os.urandom(3000).hex() for _ in range(80)])
    path = tmp_path / "damaged.sqlite"
    content = bytearray(whole.read_bytes())
    middle = len(content) // 2 // 4096 * 4096
    if damage == "cut off":
        del content[middle:]
    else:
        content[middle : middle + 12288] = b"\xff" * 12288
    path.write_bytes(content)
    assert main(["compare", str(whole), str(path)]) == 4
    assert f"`symbench merge {path} --out NEW.sqlite`" in capsys.readouterr().err
    saved = tmp_path / "saved.sqlite"
    assert main(["merge", str(path), "--out", str(saved)]) == 0
    assert "damaged" in "".join(capsys.readouterr())
    assert main(["compare", str(whole), str(saved)]) in (0, 1, 10, 11)
    assert "gate: " in capsys.readouterr().out


def test_different_runs_are_not_merged(tmp_path: Path) -> None:
    from pytest_symbench.cli.mistakes import Mistake

    one = told(tmp_path / "1.sqlite", ["a"])
    other = told(tmp_path / "2.sqlite", ["a"], prompts="others")
    with pytest.raises(Mistake, match="prompts"):
        merge([one, other], tmp_path / "all.sqlite")
