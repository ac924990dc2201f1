"""Runs functions as a worker does: decode, call on the event loop or in a thread, encode."""

from __future__ import annotations

import contextvars
import os
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from types import TracebackType
from typing import TYPE_CHECKING, Any, TypeVar

from .._log import warn
from ..app.around import called, chain, completed
from ..app.loaded import LoadedApp
from ..app.loader import load_app
from ..app.settings import is_true
from ..context import Context, RetryContext, TraceContext, current
from ..errors import AppError, FunctionLoadError, InvocationError
from .hooks import ExtensionHooks
from .invocation import Invocation
from .logs import LOG_LIMIT, LogCapture
from .loop import Loop, shut_down
from .plan import Payload, Plan

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from typing_extensions import Self

    from ..wire.datum import DatumLike, TriggerMetadata

__all__ = ["Invocation", "Payload", "Runtime"]

T = TypeVar("T")

_THREADS = "PYTHON_THREADPOOL_THREAD_COUNT"
_DEBUG_LOGGING = "PYTHON_ENABLE_DEBUG_LOGGING"
_EXTENSIONS = "PYTHON_ENABLE_WORKER_EXTENSIONS"


class Runtime:
    """Invokes the functions of an app.

    Coroutine functions run on the event loop, plain ones in a pool of threads, whose size is the
    application setting ``PYTHON_THREADPOOL_THREAD_COUNT``. Open it in one of two ways::

        async with Runtime("my_app") as runtime:
            invocation = await runtime.invoke("main", Datum("text", "string"))

        with Runtime("my_app") as runtime:
            invocation = runtime.run("main", Datum("text", "string"))

    Opening runs the app's startup hooks and keeps log records; closing runs its shutdown hooks and
    leaves nothing behind.

    Args:
        app: a loaded app, which stays loaded, or anything that ``load_app`` takes.
        inline: whether plain functions run in the calling thread, where a debugger finds them and
            a call costs less, instead of the pool.
        log_limit: how many log records of one invocation are kept; a last one tells how many more
            there were.
        shutdown_timeout: how many seconds leaving waits for functions that still run in a thread.
            A warning names those that run on.
    """

    app: LoadedApp

    def __init__(
        self,
        app: Any,
        *,
        inline: bool = False,
        log_limit: int = LOG_LIMIT,
        shutdown_timeout: float = 30.0,
    ) -> None:
        self._given = app
        self._inline = inline
        self._log_limit = log_limit
        self._shutdown_timeout = shutdown_timeout
        self._process: int | None = None
        self._plans: dict[str, Plan] = {}
        self._logs: LogCapture | None = None
        self._pool: ThreadPoolExecutor | None = None
        self._in_threads: list[Context] = []
        self._loop: Loop | None = None
        self._hooks: ExtensionHooks | None = None

    # -- Opening and closing

    async def __aenter__(self) -> Self:
        self._open()
        try:
            await _start_up(self.app)
        except BaseException:
            self._release()
            raise
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._is_forked():
            return
        try:
            await self._stop()
        finally:
            self._release()

    def __enter__(self) -> Self:
        self._open()
        self._loop = Loop(self._shutdown_timeout)
        try:
            if self.app.startup_hooks:
                self._loop.run(_start_up(self.app))
        except BaseException:
            self._release()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._is_forked():
            return
        try:
            if self._loop is not None and (self._pool is not None or self.app.shutdown_hooks):
                self._loop.run(self._stop())
        finally:
            self._release()

    def _open(self) -> None:
        if self._logs is not None:
            raise InvocationError("this runtime is open already. Make another one")
        self.app = self._given if isinstance(self._given, LoadedApp) else load_app(self._given)
        self._logs = LogCapture.install(debug=is_true(os.environ.get(_DEBUG_LOGGING)))
        if is_true(os.environ.get(_EXTENSIONS)):
            self._hooks = ExtensionHooks(self.app)
        self._process = os.getpid()

    def _is_forked(self) -> bool:
        """Whether this process is a child of the one that has opened and will close the runtime."""
        return self._process != os.getpid()

    async def _stop(self) -> None:
        """Wait for functions that still run in a thread, then run the shutdown hooks."""
        try:
            pool, self._pool = self._pool, None
            if pool is not None and not await shut_down(pool, self._shutdown_timeout):
                names = ", ".join(sorted({repr(each.function_name) for each in self._in_threads}))
                warn("left the runtime while a thread still runs the function %s", names)
        finally:
            await _shut_down(self.app)

    def _release(self) -> None:
        if self._loop is not None:
            self._loop.close()
            self._loop = None
        if self._pool is not None:  # a shutdown hook has called a function
            self._pool.shutdown(wait=False, cancel_futures=True)
            self._pool = None
        if self._logs is not None:
            self._logs.uninstall()
            self._logs = None
        self._hooks = None
        self._plans.clear()
        if self.app is not self._given:
            self.app.close()

    # -- Invoking

    async def invoke(
        self,
        name: str,
        payloads: Mapping[str, DatumLike] | DatumLike | None = None,
        *,
        metadata: TriggerMetadata | None = None,
        inputs: Mapping[str, DatumLike] | None = None,
        invocation_id: str | None = None,
        trace_context: TraceContext | None = None,
        retry_context: RetryContext | None = None,
        timeout: float | None = None,
    ) -> Invocation:
        """Invoke a function with what a host would send.

        Context variables that are set during the invocation are its own. Who cancels the task that
        waits here cancels the function.

        Args:
            name: the function's name, in any letter case.
            payloads: the trigger's payload, or the payload of each input binding by its name.
            metadata: the trigger metadata by its wire names.
            inputs: payloads of further input bindings by name.
            invocation_id: the id; a new UUID by default.
            trace_context: the distributed trace that the invocation belongs to.
            retry_context: which attempt it is.
            timeout: after how many seconds a function is cancelled, which fails the invocation. A
                plain function's thread cannot be stopped, but is no longer waited for.

        Returns:
            what came of it; what the function raised is its ``exception``.

        Raises:
            FunctionLoadError: the function, or the app, has problems; the message lists them.
            InvocationError: there is no such function, or a payload is missing or too many.
        """
        import asyncio

        plan = self._ready(name)
        given = plan.payloads(payloads, inputs)
        invocation = self._begin(plan, invocation_id, trace_context, retry_context)
        # A task has a copy of the context variables. It is waited for by asyncio.wait, which tells
        # being cancelled here from a function that raises CancelledError itself.
        task = asyncio.create_task(self._attempt(plan, given, metadata, invocation))
        try:
            await asyncio.wait((task,), timeout=timeout)
            if not task.done():
                task.cancel()
                await asyncio.wait((task,), timeout=self._shutdown_timeout)
                message = f"function {plan.name!r} did not end within {timeout:g} seconds"
                invocation.exception = InvocationError(message)
                return invocation
        except asyncio.CancelledError:
            task.cancel()
            await asyncio.wait((task,))
            raise
        task.result()
        return invocation

    async def invoke_here(
        self,
        name: str,
        payloads: Mapping[str, DatumLike] | DatumLike | None = None,
        *,
        metadata: TriggerMetadata | None = None,
        invocation_id: str | None = None,
        trace_context: TraceContext | None = None,
        retry_context: RetryContext | None = None,
    ) -> Invocation:
        """Invoke a function in the calling task, for a host that makes a task of each call.

        Context variables that are set during the invocation stay set in the task. Who cancels the
        task cancels the function, which fails the invocation. For arguments and exceptions see
        :meth:`invoke`.
        """
        plan = self._ready(name)
        given = plan.payloads(payloads, None)
        invocation = self._begin(plan, invocation_id, trace_context, retry_context)
        await self._attempt(plan, given, metadata, invocation)
        return invocation

    def run(
        self,
        name: str,
        payloads: Mapping[str, DatumLike] | DatumLike | None = None,
        *,
        metadata: TriggerMetadata | None = None,
        inputs: Mapping[str, DatumLike] | None = None,
        invocation_id: str | None = None,
        trace_context: TraceContext | None = None,
        retry_context: RetryContext | None = None,
    ) -> Invocation:
        """Invoke a function and wait for it; for a runtime opened by ``with``.

        One invocation runs at a time. For arguments and exceptions see :meth:`invoke`.
        """
        loop = self._own_loop()
        plan = self._ready(name)
        given = plan.payloads(payloads, inputs)
        invocation = self._begin(plan, invocation_id, trace_context, retry_context)
        if self._inline and not plan.is_async and not self.app.middlewares:
            # Without the event loop, which would cost more than the rest of such a call.
            run = contextvars.copy_context().run
            run(self._attempt_inline, loop, plan, given, metadata, invocation)
        else:
            loop.run(self._attempt(plan, given, metadata, invocation))
        return invocation

    def complete(self, coroutine: Coroutine[Any, Any, T]) -> T:
        """Run a coroutine on the event loop of the functions; for a runtime opened by ``with``."""
        return self._own_loop().run(coroutine)

    def _own_loop(self) -> Loop:
        if self._loop is None:
            raise InvocationError("this runtime is not open. Open it by 'with Runtime(app)'")
        return self._loop

    def is_in_thread(self, invocation_id: str | None) -> bool:
        """Whether a thread runs an invocation; also when nobody waits for it any more."""
        return any(each.invocation_id == invocation_id for each in list(self._in_threads))

    async def _attempt(
        self,
        plan: Plan,
        payloads: Mapping[str, DatumLike],
        metadata: TriggerMetadata | None,
        invocation: Invocation,
    ) -> None:
        """Call a function for an invocation; in a task that is the invocation's own."""
        __tracebackhide__ = True
        with _Attempt(self, plan, invocation) as attempt:
            arguments = attempt.arguments(payloads, metadata)
            call = self._call
            if self.app.middlewares:
                call = self._through_middlewares
            attempt.finish(await call(plan, arguments, invocation.context))

    def _attempt_inline(
        self,
        loop: Loop,
        plan: Plan,
        payloads: Mapping[str, DatumLike],
        metadata: TriggerMetadata | None,
        invocation: Invocation,
    ) -> None:
        """Call a plain function for an invocation; in a copy of the context variables."""
        __tracebackhide__ = True
        with _Attempt(self, plan, invocation) as attempt:
            arguments = attempt.arguments(payloads, metadata)
            result = called(self._function(plan, invocation.context), arguments)
            if hasattr(type(result), "__await__"):
                result = loop.run(completed(result))
            attempt.finish(result)

    def _ready(self, name: str) -> Plan:
        if self._process is not None and self._is_forked():
            raise InvocationError(
                "this runtime was opened by the process that this one was forked from, where its "
                "threads are. Open another one here"
            )
        return self._plans.get(name) or self._plan(name)

    def _plan(self, name: str) -> Plan:
        if self._logs is None:
            raise InvocationError("this runtime is not open. Open it by 'async with' or 'with'")
        try:
            loaded = self.app.function(name)
        except AppError as error:
            if self.app.functions:
                raise InvocationError(str(error)) from None
            problems = self.app.app_problems
        else:
            problems = loaded.problems
            if loaded.ok:
                plan = self._plans[name] = Plan(loaded)
                return plan
        lines = "".join(f"\n- {problem}" for problem in problems)
        raise FunctionLoadError(f"function {name!r} cannot be invoked:{lines}")

    @staticmethod
    def _begin(
        plan: Plan,
        invocation_id: str | None,
        trace_context: TraceContext | None,
        retry_context: RetryContext | None,
    ) -> Invocation:
        context = Context(
            invocation_id,
            plan.name,
            plan.directory,
            trace_context=trace_context,
            retry_context=retry_context,
        )
        return Invocation(context)

    def _function(self, plan: Plan, context: Context) -> Callable[..., Any]:
        return plan.function if self._hooks is None else self._hooks.around(plan, context)

    async def _call(self, plan: Plan, arguments: dict[str, Any], context: Context) -> Any:
        import asyncio

        function = self._function(plan, context)
        if plan.is_async:
            return await completed(function(**arguments))
        if self._inline:
            return await completed(called(function, arguments))
        if self._pool is None:
            # The name is that of the threads on the platform.
            self._pool = ThreadPoolExecutor(_thread_count(), "ThreadPoolExecutor-0")
        run: Callable[..., Any] = contextvars.copy_context().run
        loop = asyncio.get_running_loop()
        return await completed(
            await loop.run_in_executor(
                self._pool, run, self._call_in_thread, context, function, arguments
            )
        )

    def _call_in_thread(
        self, context: Context, function: Callable[..., Any], arguments: dict[str, Any]
    ) -> Any:
        self._in_threads.append(context)
        try:
            return called(function, arguments)
        finally:
            self._in_threads.remove(context)

    async def _through_middlewares(
        self, plan: Plan, arguments: dict[str, Any], context: Context
    ) -> Any:
        async def innermost(_context: Context | None = None) -> Any:
            return await self._call(plan, arguments, context)

        return await chain(self.app.middlewares, innermost, context)()


class _Attempt:
    """The time in which a function is called: what it raises becomes the invocation's."""

    __slots__ = ("_arguments", "_invocation", "_plan", "_runtime")

    def __init__(self, runtime: Runtime, plan: Plan, invocation: Invocation) -> None:
        self._runtime = runtime
        self._plan = plan
        self._invocation = invocation
        self._arguments: dict[str, Any] | None = None

    def __enter__(self) -> Self:
        invocation, runtime = self._invocation, self._runtime
        current.set(invocation.context)  # in a copy of the context variables
        if runtime._logs is not None:
            runtime._logs.keep(invocation.context, invocation.logs, runtime._log_limit)
        return self

    def arguments(
        self, payloads: Mapping[str, DatumLike], metadata: TriggerMetadata | None
    ) -> dict[str, Any]:
        """Make the arguments of the call."""
        self._arguments = self._plan.arguments(payloads, metadata, self._invocation.context)
        return self._arguments

    def finish(self, result: Any) -> None:
        """Make payloads of what the function returned and has set."""
        invocation = self._invocation
        invocation.result = result
        self._keep_values()
        if invocation.values:
            invocation.outputs = self._plan.outputs(invocation.values)
        invocation.return_value = self._plan.return_value(result)

    def _keep_values(self) -> None:
        if self._arguments is not None:
            self._invocation.values = self._plan.values(self._arguments)
            self._arguments = None

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> bool:
        self._keep_values()
        self._invocation.end()
        if self._runtime._logs is not None:
            self._runtime._logs.drop(self._invocation.context)
        if error is None:
            return False
        failure = error if isinstance(error, Exception) else _cancellation(self._plan, error)
        self._invocation.exception = failure
        return failure is not None


def _cancellation(plan: Plan, error: BaseException) -> InvocationError | None:
    """Give the failure of a function that was cancelled; None for what ends the process."""
    import asyncio

    if not isinstance(error, asyncio.CancelledError):
        return None
    failure = InvocationError(f"function {plan.name!r} was cancelled before it ended")
    failure.__cause__ = error
    return failure


async def _start_up(app: LoadedApp) -> None:
    for hook in app.startup_hooks:
        await completed(hook())


async def _shut_down(app: LoadedApp) -> None:
    """Run all shutdown hooks, then raise what the first one that failed has raised."""
    failed: BaseException | None = None
    for hook in reversed(app.shutdown_hooks):
        try:
            await completed(hook())
        except BaseException as error:  # the other hooks have their own things to do
            failed = failed or error
    if failed is not None:
        raise failed


def _thread_count() -> int | None:
    value = os.environ.get(_THREADS)
    if not value:
        return None
    try:
        count = int(value)
    except ValueError:
        count = 0
    if count < 1:
        warn("%s is no whole number from 1 on. Python's default is used", _THREADS)
        return None
    return count
