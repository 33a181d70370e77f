"""Exit statuses beyond pytest's own (0 to 5)."""

from __future__ import annotations

NOT_ENOUGH_DATA = 10
"""A gate cannot decide: more instances are needed."""

INCOMPLETE = 11
"""The run ended early (budget, outage, key, disk); the same command goes on where it was."""
