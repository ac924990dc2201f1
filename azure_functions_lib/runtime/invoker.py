"""Calls of a host, run by a runtime in this process."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..context import RetryContext, TraceContext

if TYPE_CHECKING:
    from ..delivery.call import Call, Outcome
    from .runtime import Runtime

__all__ = ["LocalInvoker", "arguments"]


class LocalInvoker:
    """Runs calls in this process: an :class:`~azure_functions_lib.delivery.call.Invoker`.

    Args:
        runtime: an open runtime, which stays open.
        here: whether a function runs in the task that calls; see :meth:`Runtime.invoke_here`.
    """

    def __init__(self, runtime: Runtime, *, here: bool = False) -> None:
        self.runtime = runtime
        self._invoke = runtime.invoke_here if here else runtime.invoke

    async def invoke(self, call: Call) -> Outcome:
        """Run a function; see :meth:`Runtime.invoke` for what is raised."""
        return (await self._invoke(call.function, **arguments(call))).outcome()


def arguments(call: Call) -> dict[str, Any]:
    """Give what :meth:`Runtime.invoke` and :meth:`Runtime.run` take besides the name."""
    given: dict[str, Any] = {
        "payloads": call.payloads,
        "metadata": call.metadata,
        "invocation_id": call.invocation_id,
    }
    if call.trace_parent or call.trace_state or call.trace_attributes:
        given["trace_context"] = TraceContext(
            call.trace_parent, call.trace_state, call.trace_attributes
        )
    if call.retry_count or call.max_retry_count or call.retry_exception is not None:
        given["retry_context"] = RetryContext(
            call.retry_count, call.max_retry_count, call.retry_exception
        )
    return given
