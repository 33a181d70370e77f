"""Answer grammars: text in, typed values out, `Unreadable` for anything else."""

from __future__ import annotations

from pytest_symbench.tasks.answers.extract import Unreadable, final_answer

__all__ = ["Unreadable", "final_answer"]
