"""What can go wrong with a model call. None of these is a wrong answer."""

from __future__ import annotations


class ModelError(Exception):
    """A call that brought no completion. The message is one sentence for a person."""

    retryable = False


class RateLimited(ModelError):
    """429: too many requests or tokens. ``retry_after`` is in seconds, where the server says."""

    retryable = True

    def __init__(self, message: str, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class Transient(ModelError):
    """A server error, a broken connection, or an answer that is no valid response."""

    retryable = True


class Refused(ModelError):
    """The provider's filter refuses the request; an outcome of its own."""


class ContextLength(ModelError):
    """The conversation does not fit the model's context."""


class Unauthorized(ModelError):
    """The key is missing, wrong or expired. Ends the run: no later call can succeed."""


class BadRequest(ModelError):
    """The server does not accept the request; repeating it is of no use."""


class UnknownModel(ValueError):
    """A model name that does not resolve; the message says what to type instead."""


class MissingExtra(ImportError):
    """An optional dependency is not installed; the message is the command that installs it."""

    def __init__(self, extra: str, what: str) -> None:
        super().__init__(f"{what} needs an extra: pip install 'pytest-symbench[{extra}]'")
