"""What goes to whoever runs functions, and what comes back: plain data.

Both can be pickled, and written as JSON by :mod:`.recorded`, so that a function may run in this
process or in another one, and what it did can be kept, shown and sent.
"""

from __future__ import annotations

import traceback
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from ..errors import AzureFunctionsError

if TYPE_CHECKING:
    from logging import LogRecord

    from ..wire.datum import Datum

__all__ = ["Call", "Failure", "Invoker", "LogEntry", "Outcome"]

_PACKAGE = __file__.rpartition("delivery")[0]
_CALLERS = (f"{_PACKAGE}runtime", f"{_PACKAGE}app")


class Failure(NamedTuple):
    """An exception as plain data.

    Attributes:
        type: the name of its class.
        message: its text.
        traceback: its formatted traceback, from the user's code on.
    """

    type: str
    message: str
    traceback: str = ""

    @classmethod
    def of(cls, error: BaseException) -> Failure:
        """Describe an exception."""
        report = traceback.TracebackException.from_exception(error)
        frames = list(report.stack)
        calls = [at for at, frame in enumerate(frames) if frame.filename.startswith(_CALLERS)]
        own = frames[max(calls, default=-1) + 1 :]
        is_ours = isinstance(error, AzureFunctionsError)
        if is_ours and all(frame.filename.startswith(_PACKAGE) for frame in own):
            # No code of the app's has a part in it, such as in an output that cannot be stored.
            return cls(type(error).__name__, str(report), "".join(report.format_exception_only()))
        report.stack = traceback.StackSummary.from_list(own)
        return cls(type(error).__name__, str(report), "".join(report.format()))


class LogEntry(NamedTuple):
    """A log record as plain data.

    Attributes:
        level: the name of its level, such as ``"WARNING"``.
        logger: the name of the logger.
        message: the text.
        time: when it was made, in seconds since 1970 (UTC).
        exception: the one that was logged with it.
        invocation_id: that of the invocation in which it was made.
    """

    level: str
    logger: str
    message: str
    time: float = 0.0
    exception: Failure | None = None
    invocation_id: str | None = None

    @classmethod
    def of(cls, record: LogRecord) -> LogEntry:
        """Describe a log record."""
        try:
            message = record.getMessage()
        except Exception:  # arguments that do not fit: logging itself only complains, too
            message = str(record.msg)
        error = record.exc_info[1] if record.exc_info else None
        failure = None if error is None else Failure.of(error)
        made_in = getattr(record, "invocation_id", None)
        return cls(record.levelname, record.name, message, record.created, failure, made_in)


@dataclass(slots=True)
class Call:
    """One invocation that is to be made.

    Attributes:
        function: the function's name.
        payloads: the payload of the trigger and of each input binding, by the binding's name.
        metadata: the trigger metadata by its wire names.
        invocation_id: the id, a UUID; whoever runs the call makes one where it is None.
        trace_parent: the header ``traceparent`` of W3C Trace Context.
        trace_state: the header ``tracestate``.
        trace_attributes: further properties of the trace.
        retry_count: how many attempts have failed before.
        max_retry_count: how many retries are allowed; -1 for any number.
        retry_exception: what the attempt before raised: a :class:`Failure`, or within one process
            any value that the function is to be shown.
        cause: the id of the invocation whose output makes this one happen; None for what comes
            from outside.
    """

    function: str
    payloads: Mapping[str, Datum]
    metadata: Mapping[str, Datum | None] = field(default_factory=dict)
    invocation_id: str | None = None
    trace_parent: str = ""
    trace_state: str = ""
    trace_attributes: Mapping[str, str] = field(default_factory=dict)
    retry_count: int = 0
    max_retry_count: int = 0
    retry_exception: Any = None
    cause: str | None = None


@dataclass(slots=True)
class Outcome:
    """What came of a call.

    Attributes:
        function: the function's name.
        invocation_id: the id.
        outputs: the payloads of the output bindings by name, without those that were not set.
        return_value: the payload of the return value; None when nothing is sent.
        exception: what the function raised, or what its payloads or values gave rise to.
        logs: what was logged meanwhile.
        duration: how long it took, in seconds.
    """

    function: str
    invocation_id: str
    outputs: Mapping[str, Datum] = field(default_factory=dict)
    return_value: Datum | None = None
    exception: Failure | None = None
    logs: Sequence[LogEntry] = ()
    duration: float = 0.0

    @classmethod
    def failed(cls, call: Call, error: BaseException) -> Outcome:
        """Give the outcome of a call that did not come to run, or to an end."""
        return cls(call.function, call.invocation_id or "", exception=Failure.of(error))

    @property
    def ok(self) -> bool:
        """Whether the invocation succeeded."""
        return self.exception is None


class Invoker(Protocol):
    """Runs functions: in this process, or in others."""

    async def invoke(self, call: Call) -> Outcome:
        """Run a function; what it raises is in the outcome.

        Raises:
            AzureFunctionsError: the call cannot be made: there is no such function, it has
                problems, or a payload is missing or too many.
        """
        ...
