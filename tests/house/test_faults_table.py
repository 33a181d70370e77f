"""Every test that the page on the method names exists: a renamed one would leave a fault unproven."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]

NAMED = re.compile(r"(tests/[a-z_/]+\.py)::(test_[a-z0-9_]+)")


def test_every_fault_names_a_test_that_exists() -> None:
    page = (ROOT / "docs" / "method.md").read_text(encoding="utf-8")
    rows = [line for line in page.splitlines() if line.startswith("| ") and "::test_" in line]
    assert len(rows) >= 24 + 9 + 15
    for row in rows:
        (named,) = NAMED.findall(row)
        path, name = named
        assert f"def {name}(" in (ROOT / path).read_text(encoding="utf-8"), row
