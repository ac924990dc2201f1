"""Runs calls in this process: what a child process does, or the host itself by ``--in-process``."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Protocol

from ..delivery.call import Outcome
from ..errors import AppError, InvocationError, described

if TYPE_CHECKING:
    from ..app.loaded import LoadedApp
    from ..app.problem import Problem
    from ..delivery.call import Call
    from ..middleware.asgi import Caller
    from ..runtime.invoker import LocalInvoker

__all__ = ["Worker", "Workers", "place_and_text", "timeout_error"]

_BETWEEN_LOOKS = 0.05
"""Seconds between two looks whether a thread has ended."""

_IDLE_THREADS = 1.0
"""Seconds that threads may take to end that have nothing to do."""


class Workers(Protocol):
    """Whoever loads an app and runs its calls: this process, or a pool of others.

    One serves the app as it was loaded; another one, beside it, what the app has become since.
    """

    async def start(self) -> LoadedApp:
        """Load the app and run its startup hooks.

        Raises:
            AppError: there is nothing that can be run; the message tells why.
        """
        ...

    async def invoke(
        self, call: Call, caller: Caller | None = None, *, timeout: float | None = None
    ) -> Outcome:
        """Run a call; whatever goes wrong is in the outcome.

        Args:
            call: what is to be called.
            caller: who sent it, for an ASGI app whose messages are passed on as they come.
            timeout: seconds after which the call fails, and is cancelled as far as it can be.
        """
        ...

    async def findings(self) -> list[Problem]:
        """Check the app, while it is served: what the check has found."""
        ...

    async def stop(self, grace: float | None) -> None:
        """Let the running calls end, cancel those that do not, and run the shutdown hooks.

        Args:
            grace: for how many seconds; None to wait for all of them.
        """

    def kill(self) -> None:
        """End other processes at once."""


class Worker:
    """Loads an app and runs calls of its functions in this process.

    Args:
        app: the app's folder.
        functions: the names of those to load; all if there are none.
        settings: become environment variables while the app is loaded.
    """

    _loaded: ClassVar[bool] = False

    def __init__(
        self,
        app: Path,
        functions: Collection[str] = (),
        settings: Mapping[str, str] | None = None,
    ) -> None:
        self._path = app
        self._functions = frozenset(name.lower() for name in functions)
        self._settings = settings
        self._invoker: LocalInvoker | None = None
        self._running: set[asyncio.Task[Outcome]] = set()

    async def start(self) -> LoadedApp:
        """Load the app and run its startup hooks; see :meth:`Workers.start`."""
        from ..runtime.invoker import LocalInvoker
        from ..runtime.runtime import Runtime

        app = self._load()
        try:
            self._select(app)
            runtime = Runtime(app, shutdown_timeout=_IDLE_THREADS)
            try:
                await runtime.__aenter__()
            except Exception as error:
                raise AppError(f"a startup hook raised {described(error)}") from error
        except BaseException:
            self._unload(app)
            raise
        self._invoker = LocalInvoker(runtime, here=True)
        return app

    def _load(self) -> LoadedApp:
        from ..app.loader import load_app
        from ..compat import install_as_azure_functions

        if Worker._loaded:
            raise AppError("code that was loaded in this process stays. Start the host again")
        install_as_azure_functions()
        app = load_app(self._path, settings=self._settings)
        Worker._loaded = True
        return app

    def _unload(self, app: LoadedApp) -> None:
        app.close()
        Worker._loaded = False

    def _select(self, app: LoadedApp) -> None:
        if not app.functions:
            raise AppError("\n".join(map(place_and_text, app.app_problems)))
        from ..delivery.options import read_host_options

        names = self._functions or read_host_options(app.host.data, os.environ).functions
        if names is not None:
            chosen = {name: f for name, f in app.functions.items() if name.lower() in names}
            if not chosen:
                have = ", ".join(app.functions)
                raise AppError(f"none of its functions is asked for. It has: {have}")
            app.functions = chosen

    async def invoke(
        self, call: Call, caller: Caller | None = None, *, timeout: float | None = None
    ) -> Outcome:
        """Run a call; see :meth:`Workers.invoke`."""
        loop = asyncio.get_running_loop()
        task = loop.create_task(self.run(call, caller))
        self._running.add(task)
        over: asyncio.Future[None] = loop.create_future()

        def end(ended: asyncio.Task[Outcome] | None = None) -> None:
            if ended is not None:
                self._running.discard(ended)
            if not over.done():
                over.set_result(None)

        # What asyncio.wait does, for half of what that costs.
        task.add_done_callback(end)
        timer = None if timeout is None else loop.call_later(timeout, end)
        try:
            await over
        except asyncio.CancelledError:
            task.cancel()
            raise
        finally:
            if timer is not None:
                timer.cancel()
        if not task.done():
            task.cancel()
            return Outcome.failed(call, timeout_error(call, timeout))
        if task.cancelled():
            return Outcome.failed(call, InvocationError(f"{call.function}: the host has stopped"))
        return task.result()

    async def run(self, call: Call, caller: Caller | None = None) -> Outcome:
        """Run a call in the calling task; who cancels that cancels a coroutine function."""
        if self._invoker is None:
            return Outcome.failed(call, InvocationError("the app is not loaded"))
        if caller is not None:
            from ..middleware.asgi import connected

            connected.set(caller)
        try:
            return await self._invoker.invoke(call)
        except Exception as error:
            return Outcome.failed(call, error)

    async def findings(self) -> list[Problem]:
        """Check the app; see :meth:`Workers.findings`."""
        if self._invoker is None:
            return []
        app = self._invoker.runtime.app
        return await asyncio.to_thread(lambda: app.findings)

    async def thread_ended(self, call: Call) -> None:
        """Wait until no thread runs a call any more; one that was cancelled may still be in one."""
        identity = call.invocation_id
        while self._invoker is not None and self._invoker.runtime.is_in_thread(identity):
            await asyncio.sleep(_BETWEEN_LOOKS)

    async def stop(self, grace: float | None) -> None:
        """Let the running calls end, and run the shutdown hooks; see :meth:`Workers.stop`."""
        if self._running:
            await asyncio.wait(self._running, timeout=grace)
        for task in self._running:
            task.cancel()
        invoker, self._invoker = self._invoker, None
        if invoker is not None:
            runtime = invoker.runtime
            try:
                await runtime.__aexit__(None, None, None)
            finally:
                self._unload(runtime.app)

    def kill(self) -> None:
        """There is no other process."""


def place_and_text(problem: Problem) -> str:
    """Say what is wrong, after the file and line where it is."""
    return f"{problem.place}: {problem}" if problem.place else str(problem)


def timeout_error(call: Call, timeout: float | None) -> InvocationError:
    """Say that a call has run too long."""
    return InvocationError(
        f"function {call.function!r}: it ran longer than functionTimeout of host.json allows "
        f"({timeout:g} s)"
    )
