"""Runs calls in this process: what a child process does, or the host itself by ``--in-process``."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from ..delivery.call import Outcome
from ..errors import AppError, AzureFunctionsError, InvocationError
from ..middleware.asgi import connected
from ..runtime.invoker import LocalInvoker
from ..runtime.runtime import Runtime

if TYPE_CHECKING:
    from ..app.loaded import LoadedApp
    from ..delivery.call import Call
    from ..middleware.asgi import Caller

__all__ = ["Worker", "Workers", "timeout_error"]


class Workers(Protocol):
    """Whoever loads the app and runs the calls of a host: this process, or a pool of others."""

    async def start(self) -> LoadedApp:
        """Load the app and run its startup hooks; again, to serve what it has become.

        Raises:
            AppError: there is no app that can be loaded; what was served before still is.
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

    async def stop(self, grace: float) -> None:
        """Let the running calls end, for some seconds at most, and run the shutdown hooks."""
        ...


class Worker:
    """Loads an app and runs calls of its functions in this process.

    Args:
        app: the app's folder.
        functions: the names of those to load; all if there are none.
    """

    def __init__(self, app: Path, functions: Collection[str] = ()) -> None:
        self._path = app
        self._functions = {name.lower() for name in functions}
        self._runtime: Runtime | None = None
        self._running: set[asyncio.Task[Outcome]] = set()

    async def start(self) -> LoadedApp:
        """Load the app and run its startup hooks; see :meth:`Workers.start`."""
        from ..app.loader import load_app
        from ..compat import install_as_azure_functions

        if self._runtime is not None:
            raise AppError("code that was loaded in this process stays. Start the host again")
        install_as_azure_functions()
        app = load_app(self._path)
        if self._functions:
            for name in [each for each in app.functions if each.lower() not in self._functions]:
                del app.functions[name]
        runtime = Runtime(app)
        await runtime.__aenter__()
        self._runtime = runtime
        return app

    async def invoke(
        self, call: Call, caller: Caller | None = None, *, timeout: float | None = None
    ) -> Outcome:
        """Run a call; see :meth:`Workers.invoke`."""
        task = asyncio.ensure_future(self._invoke(call, caller))
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        try:
            return await asyncio.wait_for(task, timeout)
        except asyncio.TimeoutError:
            return Outcome.failed(call, timeout_error(call, timeout))

    async def _invoke(self, call: Call, caller: Caller | None) -> Outcome:
        if self._runtime is None:
            return Outcome.failed(call, InvocationError("the app is not loaded"))
        connected.set(caller)
        try:
            return await LocalInvoker(self._runtime).invoke(call)
        except AzureFunctionsError as error:
            return Outcome.failed(call, error)

    async def stop(self, grace: float) -> None:
        """Let the running calls end, and run the shutdown hooks; see :meth:`Workers.stop`."""
        if self._running:
            await asyncio.wait(self._running, timeout=grace)
        runtime, self._runtime = self._runtime, None
        if runtime is not None:
            await runtime.__aexit__(None, None, None)
            runtime.app.close()


def timeout_error(call: Call, timeout: float | None) -> InvocationError:
    """Say that a call has run too long."""
    return InvocationError(
        f"function {call.function!r}: it ran longer than functionTimeout of host.json allows "
        f"({timeout:g} s)"
    )
