"""What came of an invocation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

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
    """

    __slots__ = ("context", "exception", "logs", "outputs", "result", "return_value", "values")

    def __init__(self, context: Context) -> None:
        self.context = context
        self.outputs: dict[str, Datum] = {}
        self.return_value: Datum | None = None
        self.values: dict[str, Any] = {}
        self.result: Any = None
        self.exception: Exception | None = None
        self.logs: list[LogRecord] = []

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

    def raise_for_exception(self) -> None:
        """Raise what kept the invocation from succeeding, if anything did."""
        if self.exception is not None:
            raise self.exception

    def __repr__(self) -> str:
        state = "ok" if self.ok else repr(self.exception)
        return f"<Invocation of {self.function_name!r}: {state}>"
