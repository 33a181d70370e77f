"""A user's mistake at the command line: one sentence, exit status 4."""

from __future__ import annotations

from codesteer.models.errors import MissingExtra, Unauthorized, UnknownModel
from pytest_symbench.calls import Outage
from pytest_symbench.gate.mistakes import GateError
from pytest_symbench.ledger import LedgerError
from pytest_symbench.tasks import LevelError, UnknownTask


class Mistake(Exception):
    """What was typed means nothing; the message says what to type instead."""


MISTAKES = (
    Mistake,
    UnknownTask,
    LevelError,
    UnknownModel,
    MissingExtra,
    Unauthorized,
    LedgerError,
    GateError,
    Outage,
)
"""Errors whose message is for the user."""
