"""What came of an invocation."""

from __future__ import annotations

from time import perf_counter
from typing import TYPE_CHECKING, Any

from ..delivery.call import Failure, LogEntry, Outcome

if TYPE_CHECKING:
    from logging import LogRecord

    from ..context import Context
    from ..wire.datum import Datum

__all__ = ["Invocation"]


class Invocation:
    """What came of an invocation: payloads as they travel, and the Python values before that.

    Attributes:
        context: the context that the function was given.
        outputs: the payloads of the output bindings by name, without those that were not set.
        return_value: the payload of the return value, None when nothing is sent.
        values: what the ``Out`` parameters were set to, by name; also when the function raised.
        result: what the function returned.
        exception: what the function raised, or what its payloads or values gave rise to.
        logs: the log records that were made during the invocation, with ``invocation_id`` and
            ``function_name``.
        duration: how long it took, in seconds; 0 while it runs.
    """

    __slots__ = (
        "_started",
        "context",
        "duration",
        "exception",
        "logs",
        "outputs",
        "result",
        "return_value",
        "values",
    )

    def __init__(self, context: Context) -> None:
        self.context = context
        self.outputs: dict[str, Datum] = {}
        self.return_value: Datum | None = None
        self.values: dict[str, Any] = {}
        self.result: Any = None
        self.exception: Exception | None = None
        self.logs: list[LogRecord] = []
        self.duration = 0.0
        self._started = perf_counter()

    def end(self) -> None:
        """Take the time; called by the runtime."""
        self.duration = perf_counter() - self._started

    @property
    def ok(self) -> bool:
        """Whether the invocation succeeded."""
        return self.exception is None

    @property
    def invocation_id(self) -> str:
        """The invocation's id."""
        return self.context.invocation_id

    @property
    def function_name(self) -> str:
        """The function's name."""
        return self.context.function_name

    def outcome(self) -> Outcome:
        """Give what came of it as plain data, which can be pickled and written as JSON."""
        return Outcome(
            self.function_name,
            self.invocation_id,
            self.outputs,
            self.return_value,
            None if self.exception is None else Failure.of(self.exception),
            [LogEntry.of(record) for record in self.logs],
            self.duration,
        )

    def raise_for_exception(self) -> None:
        """Raise what kept the invocation from succeeding, if anything did."""
        if self.exception is not None:
            raise self.exception

    def __repr__(self) -> str:
        state = "ok" if self.ok else repr(self.exception)
        return f"<Invocation of {self.function_name!r}: {state}>"
