"""Runs functions as a worker does: decode, call on the event loop or in a thread, encode."""

from __future__ import annotations

import contextvars
import os
import threading
from collections.abc import Callable, Coroutine, Mapping
from types import TracebackType
from typing import TYPE_CHECKING, Any, TypeVar

from ..app.around import chain, completed
from ..app.loaded import LoadedApp
from ..app.settings import is_true
from ..context import Context, RetryContext, TraceContext, current
from ..errors import AppError, FunctionLoadError, InvocationError
from .invocation import Invocation
from .logs import LogCapture
from .plan import Payload, Plan

if TYPE_CHECKING:
    import asyncio
    from concurrent.futures import ThreadPoolExecutor

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
    """

    app: LoadedApp

    def __init__(self, app: Any, *, inline: bool = False) -> None:
        self._given = app
        self._inline = inline
        self._plans: dict[str, Plan] = {}
        self._logs: LogCapture | None = None
        self._pool: ThreadPoolExecutor | None = None
        self._loop: _Loop | None = None
        self._hooks: _ExtensionHooks | None = None

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
        try:
            await _shut_down(self.app)
        finally:
            self._release()

    def __enter__(self) -> Self:
        self._open()
        self._loop = _Loop()
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
        try:
            if self.app.shutdown_hooks and self._loop is not None:
                self._loop.run(_shut_down(self.app))
        finally:
            self._release()

    def _open(self) -> None:
        if self._logs is not None:
            raise InvocationError("this runtime is open already. Make another one")
        self.app = self._given if isinstance(self._given, LoadedApp) else _load(self._given)
        self._logs = LogCapture.install(debug=is_true(os.environ.get(_DEBUG_LOGGING)))
        if is_true(os.environ.get(_EXTENSIONS)):
            self._hooks = _ExtensionHooks(self.app)

    def _release(self) -> None:
        if self._loop is not None:
            self._loop.close()
            self._loop = None
        if self._pool is not None:
            self._pool.shutdown()
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
    ) -> Invocation:
        """Invoke a function with what a host would send.

        Args:
            name: the function's name, in any letter case.
            payloads: the trigger's payload, or the payload of each input binding by its name.
            metadata: the trigger metadata by its wire names.
            inputs: payloads of further input bindings by name.
            invocation_id: the id; a new UUID by default.
            trace_context: the distributed trace that the invocation belongs to.
            retry_context: which attempt it is.

        Returns:
            what came of it; what the function raised is its ``exception``.

        Raises:
            FunctionLoadError: the function, or the app, has problems; the message lists them.
            InvocationError: there is no such function, or a payload is missing or too many.
        """
        plan = self._plans.get(name) or self._plan(name)
        given = plan.payloads(payloads, inputs)
        invocation = self._begin(plan, invocation_id, trace_context, retry_context)
        context = invocation.context
        token = current.set(context)
        try:
            arguments = plan.arguments(given, metadata, context)
            try:
                if self.app.middlewares:
                    result = await self._through_middlewares(plan, arguments, context)
                else:
                    result = await self._call(plan, arguments, context)
            finally:
                invocation.values = plan.values(arguments)
            _finish(plan, invocation, result)
        except Exception as error:
            invocation.exception = error
        finally:
            self._end(context)
            current.reset(token)
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
        if self._loop is None:
            raise InvocationError("this runtime is not open. Open it by 'with Runtime(app)'")
        plan = self._plans.get(name) or self._plan(name)
        if self._inline and not plan.is_async and not self.app.middlewares:
            given = plan.payloads(payloads, inputs)
            invocation = self._begin(plan, invocation_id, trace_context, retry_context)
            contextvars.copy_context().run(
                self._run_inline, self._loop, plan, given, metadata, invocation
            )
            return invocation
        return self._loop.run(
            self.invoke(
                name,
                payloads,
                metadata=metadata,
                inputs=inputs,
                invocation_id=invocation_id,
                trace_context=trace_context,
                retry_context=retry_context,
            )
        )

    def _run_inline(
        self,
        loop: _Loop,
        plan: Plan,
        payloads: Mapping[str, DatumLike],
        metadata: TriggerMetadata | None,
        invocation: Invocation,
    ) -> None:
        """Invoke a plain function without an event loop; in a copy of the context variables."""
        __tracebackhide__ = True
        context = invocation.context
        current.set(context)
        try:
            arguments = plan.arguments(payloads, metadata, context)
            try:
                function = plan.function if self._hooks is None else self._function(plan, context)
                result = function(**arguments)
                if hasattr(type(result), "__await__"):
                    result = loop.run(completed(result))
            finally:
                invocation.values = plan.values(arguments)
            _finish(plan, invocation, result)
        except Exception as error:
            invocation.exception = error
        finally:
            self._end(context)

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
            if not problems:
                plan = self._plans[name] = Plan(loaded)
                return plan
        lines = "".join(f"\n- {problem}" for problem in problems)
        raise FunctionLoadError(f"function {name!r} cannot be invoked:{lines}")

    def _begin(
        self,
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
        invocation = Invocation(context)
        assert self._logs is not None
        self._logs.keep(context, invocation.logs)
        return invocation

    def _end(self, context: Context) -> None:
        if self._logs is not None:
            self._logs.drop(context)

    def _function(self, plan: Plan, context: Context) -> Callable[..., Any]:
        return plan.function if self._hooks is None else self._hooks.around(plan, context)

    async def _call(self, plan: Plan, arguments: dict[str, Any], context: Context) -> Any:
        function = self._function(plan, context)
        if plan.is_async or self._inline:
            return await completed(function(**arguments))
        import asyncio

        if self._pool is None:
            from concurrent.futures import ThreadPoolExecutor

            # The name is that of the threads on the platform.
            self._pool = ThreadPoolExecutor(_thread_count(), "ThreadPoolExecutor-0")
        run: Callable[..., Any] = contextvars.copy_context().run
        loop = asyncio.get_running_loop()
        return await completed(
            await loop.run_in_executor(self._pool, run, _call_in_thread, function, arguments)
        )

    async def _through_middlewares(
        self, plan: Plan, arguments: dict[str, Any], context: Context
    ) -> Any:
        async def innermost(_context: Context | None = None) -> Any:
            return await self._call(plan, arguments, context)

        return await chain(self.app.middlewares, innermost, context)()


class _Loop:
    """The event loop of a runtime without one around it: made when it is first needed."""

    def __init__(self) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None
        self._guard = threading.Lock()

    def run(self, coroutine: Coroutine[Any, Any, T]) -> T:
        """Run a coroutine to its end, while other threads wait for their turn."""
        import asyncio

        with self._guard:
            if self._loop is None:
                self._loop = asyncio.new_event_loop()
            if asyncio._get_running_loop() is None:
                return self._loop.run_until_complete(coroutine)
            # Another loop runs in this thread, which waits for a thread that runs this one.
            from concurrent.futures import ThreadPoolExecutor

            with ThreadPoolExecutor(1) as helper:
                return helper.submit(self._loop.run_until_complete, coroutine).result()

    def close(self) -> None:
        """End what still runs on the loop, and the loop."""
        if self._loop is None:
            return
        try:
            self.run(_cancel_tasks())
            self.run(self._loop.shutdown_asyncgens())
            self.run(self._loop.shutdown_default_executor())
        finally:
            self._loop.close()
            self._loop = None


def _load(app: Any) -> LoadedApp:
    from ..app.loader import load_app

    return load_app(app)


def _finish(plan: Plan, invocation: Invocation, result: Any) -> None:
    invocation.result = result
    if invocation.values:
        invocation.outputs = plan.outputs(invocation.values)
    invocation.return_value = plan.return_value(result)


def _call_in_thread(function: Callable[..., Any], arguments: dict[str, Any]) -> Any:
    try:
        return function(**arguments)
    except StopIteration as error:
        # No future can hold it; a coroutine function's becomes the same error.
        raise RuntimeError("the function raised StopIteration") from error


async def _start_up(app: LoadedApp) -> None:
    for hook in app.startup_hooks:
        await completed(hook())


async def _shut_down(app: LoadedApp) -> None:
    """Run all shutdown hooks, then raise what the first one that failed has raised."""
    failed: Exception | None = None
    for hook in reversed(app.shutdown_hooks):
        try:
            await completed(hook())
        except Exception as error:  # the other hooks have their own things to do
            failed = failed or error
    if failed is not None:
        raise failed


async def _cancel_tasks() -> None:
    import asyncio

    tasks = asyncio.all_tasks() - {asyncio.current_task()}
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


def _thread_count() -> int | None:
    value = os.environ.get(_THREADS)
    if not value:
        return None
    try:
        count = int(value)
    except ValueError:
        count = 0
    if count < 1:
        import logging

        logging.getLogger("azure_functions_lib").warning(
            "%s: got %r; expected a whole number from 1 on. Python's default is used",
            _THREADS,
            value,
        )
        return None
    return count


class _ExtensionHooks:
    """Calls the hooks of worker extensions; one that fails is logged and skipped."""

    def __init__(self, app: LoadedApp) -> None:
        from ..extension import ExtensionMeta

        self._meta = ExtensionMeta
        for function in app.functions.values():
            place = (function.name, str(function.directory))
            self._run(self._of(function.name), "post_function_load", *place)
            self._run(self._of_app(), "post_function_load_app_level", *place)

    def around(self, plan: Plan, context: Context) -> Callable[..., Any]:
        """Give the function with the hooks before and after it."""
        function = plan.function

        def before(arguments: dict[str, Any]) -> None:
            self._run_logged(self._of_app(), "pre_invocation_app_level", context, arguments)
            self._run_logged(self._of(plan.name), "pre_invocation", context, arguments)

        def after(arguments: dict[str, Any], result: Any) -> None:
            self._run_logged(self._of(plan.name), "post_invocation", context, arguments, result)
            self._run_logged(
                self._of_app(), "post_invocation_app_level", context, arguments, result
            )

        async def call_async(**arguments: Any) -> Any:
            before(arguments)
            result = await completed(function(**arguments))
            after(arguments, result)
            return result

        def call(**arguments: Any) -> Any:
            before(arguments)
            result = function(**arguments)
            after(arguments, result)
            return result

        return call_async if plan.is_async else call

    def _of(self, name: str) -> Any:
        return self._meta.get_function_hooks(name)

    def _of_app(self) -> Any:
        return self._meta.get_application_hooks()

    def _run(self, hooks: Any, kind: str, *arguments: Any) -> None:
        for hook in getattr(hooks, kind, None) or ():
            self._call(hook, kind, arguments)

    def _run_logged(self, hooks: Any, kind: str, *arguments: Any) -> None:
        import logging

        for hook in getattr(hooks, kind, None) or ():
            logger = logging.getLogger(f"azure_functions_worker.extension.{hook.ext_name}")
            self._call(hook, kind, (logger, *arguments))

    @staticmethod
    def _call(hook: Any, kind: str, arguments: tuple[Any, ...]) -> None:
        try:
            hook.ext_impl(*arguments)
        except Exception:  # as on the platform, an extension's fault is not the function's
            import logging

            logging.getLogger("azure_functions_lib").exception(
                "the hook %s of the extension %s failed", kind, hook.ext_name
            )
