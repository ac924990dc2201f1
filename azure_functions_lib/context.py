"""What a function can know about the invocation it serves."""

from __future__ import annotations

import contextvars
import os
import threading
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from functools import wraps
from types import TracebackType
from typing import TYPE_CHECKING, Any, TypeVar, overload

if TYPE_CHECKING:
    from typing_extensions import ParamSpec

    P = ParamSpec("P")

R = TypeVar("R")

__all__ = ["Context", "RetryContext", "TraceContext"]

current: contextvars.ContextVar[Context | None] = contextvars.ContextVar(
    "azure_functions_lib.context", default=None
)
"""The context of the invocation that the running code serves."""


class _Storage(threading.local):
    """Thread-local values whose ``invocation_id`` is that of the invocation that is served.

    A thread that serves none has the id that was set in it, or None.
    """

    _own: str | None = None

    @property
    def invocation_id(self) -> str | None:
        context = current.get()
        return self._own if context is None else context.invocation_id

    @invocation_id.setter
    def invocation_id(self, value: str | None) -> None:
        self._own = value


shared_storage = _Storage()
"""What all contexts share by default."""


class TraceContext:
    """The distributed trace that an invocation belongs to, as W3C Trace Context defines it.

    Args:
        trace_parent: the header ``traceparent``.
        trace_state: the header ``tracestate``.
        attributes: further properties that the host gives.
    """

    __slots__ = ("_attributes", "_trace_parent", "_trace_state")

    def __init__(
        self,
        trace_parent: str = "",
        trace_state: str = "",
        attributes: Mapping[str, str] | None = None,
    ) -> None:
        self._trace_parent = trace_parent
        self._trace_state = trace_state
        self._attributes = dict(attributes or {})

    @property
    def trace_parent(self) -> str:
        """The header ``traceparent``: version, trace id, parent id and flags; empty for none."""
        return self._trace_parent

    @property
    def trace_state(self) -> str:
        """The header ``tracestate``: what tracing systems add for themselves; empty for none."""
        return self._trace_state

    @property
    def attributes(self) -> dict[str, str]:
        """Further properties that the host gives."""
        return self._attributes

    # The names of earlier versions, which code in use still reads.
    Traceparent = trace_parent
    Tracestate = trace_state
    Attributes = attributes

    def __repr__(self) -> str:
        return f"<TraceContext {self._trace_parent or 'without a trace'}>"


class RetryContext:
    """Which attempt an invocation is, for a function with a retry policy.

    Args:
        retry_count: how many attempts have failed before.
        max_retry_count: how many retries the policy allows; -1 for any number.
        exception: what the attempt before raised.
    """

    __slots__ = ("_exception", "_max_retry_count", "_retry_count")

    def __init__(
        self, retry_count: int = 0, max_retry_count: int = 0, exception: Any = None
    ) -> None:
        self._retry_count = retry_count
        self._max_retry_count = max_retry_count
        self._exception = exception

    @property
    def retry_count(self) -> int:
        """How many attempts have failed before; 0 for the first."""
        return self._retry_count

    @property
    def max_retry_count(self) -> int:
        """How many retries the policy allows; -1 for any number."""
        return self._max_retry_count

    @property
    def exception(self) -> Any:
        """What the attempt before raised, as the host reports it; None for the first."""
        return self._exception

    # The name under which a worker gives it.
    rpc_exception = exception

    def __repr__(self) -> str:
        return f"<RetryContext {self._retry_count} of {self._max_retry_count}>"


class Context:
    """The invocation that a function serves; a parameter ``context: Context`` gets it.

    Everything has a default, so that a test can make one.

    Args:
        invocation_id: the invocation's id; a new UUID by default.
        function_name: the function's name as the host knows it.
        function_directory: the folder of the function's code.
        trace_context: the distributed trace; an empty one by default.
        retry_context: which attempt this is; the first by default.
        thread_local_storage: what ``thread_local_storage`` gives; shared by all by default.
    """

    def __init__(
        self,
        invocation_id: str | None = None,
        function_name: str = "",
        function_directory: str = "",
        *,
        trace_context: TraceContext | None = None,
        retry_context: RetryContext | None = None,
        thread_local_storage: threading.local | None = None,
    ) -> None:
        self._invocation_id = invocation_id
        self._function_name = function_name
        self._function_directory = function_directory
        self._trace_context = trace_context
        self._retry_context = retry_context
        self._thread_local_storage: Any = thread_local_storage or shared_storage

    @property
    def invocation_id(self) -> str:
        """The invocation's id, a UUID."""
        if self._invocation_id is None:
            self._invocation_id = new_invocation_id()
        return self._invocation_id

    @property
    def function_name(self) -> str:
        """The function's name as the host knows it."""
        return self._function_name

    @property
    def function_directory(self) -> str:
        """The folder of the function's code."""
        return self._function_directory

    @property
    def trace_context(self) -> TraceContext:
        """The distributed trace that the invocation belongs to."""
        if self._trace_context is None:
            self._trace_context = TraceContext()
        return self._trace_context

    @property
    def retry_context(self) -> RetryContext:
        """Which attempt this is."""
        if self._retry_context is None:
            self._retry_context = RetryContext()
        return self._retry_context

    @property
    def thread_local_storage(self) -> Any:
        """Thread-local values that all invocations share.

        A thread of your own whose log records are to carry the invocation's id sets
        ``context.thread_local_storage.invocation_id = context.invocation_id``; :meth:`bind` does
        that and ends it again.
        """
        return self._thread_local_storage

    @overload
    def bind(self) -> AbstractContextManager[Context]: ...

    @overload
    def bind(self, function: Callable[P, R]) -> Callable[P, R]: ...

    def bind(
        self, function: Callable[P, R] | None = None
    ) -> AbstractContextManager[Context] | Callable[P, R]:
        """Make log records of a thread of your own carry this invocation's id.

        Use it in the thread, ``with context.bind(): ...``, or for what the thread calls:
        ``threading.Thread(target=context.bind(work))``, ``pool.map(context.bind(work), items)``.

        Args:
            function: what the thread calls; None for the context manager.
        """
        if function is None:
            return Bound(self)

        @wraps(function)
        def bound(*args: P.args, **kwargs: P.kwargs) -> R:
            with Bound(self):
                return function(*args, **kwargs)

        return bound

    def __repr__(self) -> str:
        return f"<Context {self._function_name} {self.invocation_id}>"


class Bound:
    """Makes the running code serve an invocation, until it is left."""

    __slots__ = ("_context", "_token")

    def __init__(self, context: Context) -> None:
        self._context = context

    def __enter__(self) -> Context:
        self._token = current.set(self._context)
        return self._context

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        current.reset(self._token)


def new_invocation_id() -> str:
    """Give an id for an invocation: a random UUID (RFC 9562, version 4)."""
    # The module uuid would cost more to import than everything else here.
    digits = os.urandom(16).hex()
    variant = "89ab"[int(digits[16], 16) & 3]
    return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-{variant}{digits[17:20]}-{digits[20:]}"
