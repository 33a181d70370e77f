"""What a user can mend: one sentence each, in pytest and on the command line alike."""

from __future__ import annotations


class GateError(Exception):
    """A policy, baseline or comparison that means nothing; the message says what to do."""
