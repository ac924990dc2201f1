"""What runs around the functions of an app: its startup hooks and middlewares.

A worker of the platform knows neither, so the code that it is given for a function runs them.
"""

from __future__ import annotations

import functools
import inspect
from typing import TYPE_CHECKING, Any, Protocol

from ..context import Context
from ..errors import InvocationError, preview
from .function import place_of

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable, Coroutine, Mapping, Sequence

    from .function import Function

__all__ = ["CallNext", "Startup", "around", "called", "chain", "completed"]


class CallNext(Protocol):
    """What a middleware is given to go on with: the next middleware, in the end the function.

    ``await call_next(context)`` gives the function's result and raises what the function raises.
    """

    def __call__(self, context: Context | None = None, /) -> Coroutine[Any, Any, Any]: ...


async def completed(result: Any) -> Any:
    """Wait for a result that can be awaited; give any other as it is."""
    return await result if hasattr(type(result), "__await__") else result


def called(function: Callable[..., Any], arguments: Mapping[str, Any]) -> Any:
    """Call a plain function; it raises what a future can hold, wherever it is called.

    Raises:
        RuntimeError: it raised StopIteration; a coroutine function's becomes the same error.
    """
    try:
        return function(**arguments)
    except StopIteration as error:
        raise RuntimeError("the function raised StopIteration") from error


def chain(
    middlewares: Sequence[Callable[..., Any]], innermost: Callable[..., Any], context: Any
) -> Callable[..., Any]:
    """Put middlewares around a coroutine function; the first one is the outermost.

    Args:
        middlewares: callables that take a context and the next callable.
        innermost: what the last one calls.
        context: what the first one is given, and each one that is called without a context.
    """
    call = innermost
    for middleware in reversed(middlewares):
        call = _link(middleware, call, context)
    return call


def _link(
    middleware: Callable[..., Any], call_next: Callable[..., Any], context: Any
) -> Callable[..., Coroutine[Any, Any, Any]]:
    async def call(given: Any = None) -> Any:
        following = _Next(call_next)
        result = await completed(middleware(given or context, following))
        if result is None or hasattr(type(result), "__await__"):
            following.check(middleware, result)
        return result

    return call


class _Next:
    """What a middleware goes on with, which sees whether it waits for it and gives its result."""

    __slots__ = ("_call_next", "_coroutine", "_result", "_started")

    def __init__(self, call_next: Callable[..., Any]) -> None:
        self._call_next = call_next
        self._coroutine: Coroutine[Any, Any, Any] | None = None
        self._started = False
        self._result: Any = None

    def __call__(self, context: Context | None = None, /) -> Coroutine[Any, Any, Any]:
        self._coroutine = self._go_on(context)
        return self._coroutine

    async def _go_on(self, context: Context | None) -> Any:
        self._started = True
        self._result = await self._call_next(context)
        return self._result

    def check(self, middleware: Callable[..., Any], result: Any) -> None:
        """Find what a middleware has forgotten, when it gives nothing or what is to be awaited.

        Raises:
            InvocationError: ``await`` or ``return``.
        """
        fault = None
        if self._coroutine is not None and not self._started:
            self._coroutine.close()  # or Python warns of it besides
            fault = "does not await call_next"
        elif result is not None:
            fault = f"returns {preview(result)}, which nobody awaits"
        elif self._result is not None:
            fault = f"returns nothing, though call_next gave it {preview(self._result)}"
        if fault is None:
            return

        name = getattr(middleware, "__name__", None) or type(middleware).__name__
        place = place_of(middleware)
        where = "" if place is None else f" ({place[0]}, line {place[1]})"
        raise InvocationError(
            f"middleware {name!r}{where} {fault}. Write 'return await call_next(context)'"
        )


class Startup:
    """The startup hooks of an app that is run by a worker, which has no such event.

    Args:
        hooks: functions or coroutine functions without parameters.
    """

    def __init__(self, hooks: Sequence[Callable[[], Any]]) -> None:
        self._hooks = hooks
        self._task: asyncio.Task[None] | None = None
        self._complete = False

    async def complete(self) -> None:
        """Run the hooks, or wait until another invocation has run them.

        What a hook raises is raised here, and the next invocation runs them again.
        """
        import asyncio

        if self._complete:
            return
        if self._task is None or self._task.done():
            self._task = asyncio.get_running_loop().create_task(self._run())
        # Shielded: an invocation that is cancelled must not take the startup from the others.
        await asyncio.shield(self._task)

    async def _run(self) -> None:
        for hook in self._hooks:
            await completed(hook())
        self._complete = True


def around(
    function: Function[..., Any],
    startup: Startup,
    middlewares: Sequence[Callable[..., Any]],
) -> Callable[..., Any]:
    """Make the coroutine function that a worker calls in place of a function.

    It takes the function's parameters, and ``context`` besides, which a worker passes to any
    function that has it.

    Args:
        function: a function of the app.
        startup: completed before the function is called.
        middlewares: called around it.
    """
    func = function.get_user_function()
    signature = inspect.signature(func)
    is_async = inspect.iscoroutinefunction(func)
    is_bound = any(binding.name == "context" for binding in function.get_bindings())
    is_added = not is_bound and "context" not in signature.parameters

    async def run(*args: Any, **kwargs: Any) -> Any:
        context = None if is_bound else kwargs.get("context")
        if is_added:
            kwargs.pop("context", None)
        if context is None:  # its name is a binding's, or a test calls the handler
            context = Context(function_name=function.get_function_name())

        async def innermost(_context: Any = None) -> Any:
            if is_async:
                return await func(*args, **kwargs)
            import asyncio

            # As a worker does with plain functions: the event loop stays free meanwhile.
            call = functools.partial(func, *args)
            return await completed(await asyncio.to_thread(_call_in_thread, call, kwargs, context))

        await startup.complete()
        return await chain(middlewares, innermost, context)()

    async def handler(*args: Any, **kwargs: Any) -> Any:
        return await run(*args, **kwargs)

    made: Any = functools.update_wrapper(handler, func)
    code = getattr(inspect.unwrap(func), "__code__", None)
    if code is not None:
        # A worker takes the folder of the code's file for the function's.
        made.__code__ = made.__code__.replace(
            co_filename=code.co_filename, co_firstlineno=code.co_firstlineno
        )
    if is_added:
        parameters = list(signature.parameters.values())
        has_rest = bool(parameters) and parameters[-1].kind is inspect.Parameter.VAR_KEYWORD
        added = inspect.Parameter("context", inspect.Parameter.KEYWORD_ONLY)
        parameters.insert(len(parameters) - has_rest, added)
        signature = signature.replace(parameters=parameters)
    made.__signature__ = signature
    return made  # type: ignore[no-any-return]


def _call_in_thread(
    function: Callable[..., Any], arguments: Mapping[str, Any], context: Any
) -> Any:
    """Call a plain function in a thread, where a worker finds the id of log records."""
    local = context.thread_local_storage
    local.invocation_id = context.invocation_id
    try:
        return called(function, arguments)
    finally:
        local.invocation_id = None
