"""Properties of the whole run in the JUnit file.

They are put in by the main process: what a worker says with ``record_testsuite_property`` is lost.
Each test's own properties travel on its report and need nothing here.
"""

from __future__ import annotations

from typing import Any

import pytest

from pytest_symbench.ledger import LedgerError
from pytest_symbench.stats import wilson


def add(config: pytest.Config) -> None:
    """Adds model, methods and scores, if there is a JUnit file and a run."""
    from _pytest.junitxml import xml_key

    xml = config.stash.get(xml_key, None)
    controller = config.pluginmanager.get_plugin("symbench-controller")
    if xml is None or controller is None:
        return
    try:
        summary = controller.summary()
    except LedgerError:
        return
    if summary is not None:
        for name, value in properties(summary):
            xml.add_global_property(f"symbench_{name}", value)


def properties(summary: Any) -> list[tuple[str, str]]:
    """Names and values of the properties."""
    chosen = summary.configuration
    found = [("model", chosen.model), ("methods", ",".join(chosen.methods)),
             ("ledger", str(chosen.ledger)), ("replayed", str(summary.replayed))]  # fmt: skip
    if summary.verdict is not None:
        found.append(("verdict", summary.verdict.state))
    if summary.stopped:
        found.append(("stopped", summary.stopped))
    for method in chosen.methods:
        rows = [row for row in summary.rows if row.method == method]
        n = sum(row.outcome != "infrastructure" for row in rows)
        right = sum(row.outcome == "correct" for row in rows)
        low, high = wilson(right, n)
        tokens = sum(row.input_tokens + row.output_tokens for row in rows)
        found += [
            (f"{method}_right", str(right)),
            (f"{method}_counted", str(n)),
            (f"{method}_interval", f"{low:.4f}-{high:.4f}"),
            (f"{method}_tokens", str(tokens)),
        ]
    return found
