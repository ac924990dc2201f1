"""A pool of child processes that run calls, so that the host outlives the code that it serves."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from ..context import new_invocation_id
from ..delivery.call import Outcome
from ..errors import AppError, InvocationError
from .child_process import ChildProcess, Running
from .messages import Load, Output
from .spawn import Spawned, spawn
from .worker import timeout_error

if TYPE_CHECKING:
    from ..app.loaded import LoadedApp
    from ..app.problem import Problem
    from ..delivery.call import Call
    from ..middleware.asgi import Caller

__all__ = ["Pool"]

_FIRST_WAIT, _LONGEST_WAIT = 0.25, 30.0
_STEADY = 30.0
"""Seconds that a child must have lived for its death to count as the first."""


class Pool:
    """Runs calls in child processes, and replaces those that die.

    Args:
        load: what the children load.
        count: how many children there are.
        environment: their environment variables; those of this process by default.
        grace: how many seconds a child may take to end, and a cancelled call to notice it.
        begun: processes that load the app already, to be the first children.
        tell: called with what the children print and log.
        lost: called with a sentence when a child has died of itself, or is replaced.
    """

    def __init__(
        self,
        load: Load,
        *,
        count: int = 1,
        environment: Mapping[str, str] | None = None,
        grace: float = 5.0,
        begun: Iterable[Spawned] = (),
        tell: Callable[[Output], None],
        lost: Callable[[str], None],
    ) -> None:
        self._load = load
        self._count = count
        self._environment = environment
        self._grace = grace
        self._begun = list(begun)
        self._tell = tell
        self._lost = lost
        self._children: list[ChildProcess] = []
        self._starting: list[ChildProcess] = []
        self._leaving: set[ChildProcess] = set()
        self._available = asyncio.Event()
        self._tasks: set[asyncio.Future[Any]] = set()
        self._deaths = 0
        self._closing = False

    async def start(self) -> LoadedApp:
        """Start the children and wait until they have loaded the app.

        Raises:
            AppError: it cannot be loaded.
        """
        begun, self._begun = self._begun, []
        begun += [spawn(self._load, self._environment) for _ in range(self._count - len(begun))]
        self._starting = list(map(self._child, begun))
        loads = [asyncio.ensure_future(child.load()) for child in self._starting]
        try:
            described = await asyncio.gather(*loads)
        except BaseException:  # one that fails ends all
            for load in loads:
                load.cancel()
            await asyncio.wait(loads)
            await asyncio.gather(*(child.abort() for child in self._starting))
            raise
        self._children, self._starting = self._starting, []
        self._available.set()
        return described[0]

    async def invoke(
        self, call: Call, caller: Caller | None = None, *, timeout: float | None = None
    ) -> Outcome:
        """Make a call in the child that has the fewest.

        Args:
            call: what is to be called.
            caller: who sent it, for an ASGI app that is streamed.
            timeout: seconds after which the call fails and is cancelled; a child whose call does
                not end then is replaced as soon as its other calls have ended.

        Returns:
            what came of it; a child's death and a time-out are failures like any other.
        """
        while not self._children and not self._closing:
            await self._available.wait()
        if self._closing:
            error = InvocationError(f"function {call.function!r}: the host has stopped")
            return Outcome.failed(call, error)
        if call.invocation_id is None:
            call.invocation_id = new_invocation_id()
        child = min(self._children, key=lambda each: len(each.running))
        try:
            running = child.run(call, caller)
        except Exception as error:  # what cannot be pickled
            return Outcome.failed(call, error)
        timer = None
        if timeout is not None:
            loop = asyncio.get_running_loop()
            timer = loop.call_later(timeout, self._expire, child, running, timeout)
        try:
            return await running.outcome
        except asyncio.CancelledError:
            child.cancel(running)
            raise
        finally:
            if timer is not None:
                timer.cancel()

    async def findings(self) -> list[Problem]:
        """Check the app, in one of the children; see :meth:`.worker.Workers.findings`."""
        return await self._children[0].findings() if self._children else []

    async def stop(self, grace: float | None) -> None:
        """Let the running calls end, and stop the children; see :meth:`.worker.Workers.stop`."""
        self._closing = True
        self._available.set()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        children = [*self._children, *self._starting, *self._leaving]
        await asyncio.gather(*(child.stop(grace) for child in children))

    def kill(self) -> None:
        """End the children at once."""
        for child in (*self._children, *self._starting, *self._leaving):
            child.kill()

    def _child(self, spawned: Spawned) -> ChildProcess:
        return ChildProcess(spawned, self._grace, tell=self._tell, died=self._died)

    def _died(self, child: ChildProcess, how: str) -> None:
        if child not in self._children:
            return
        self._children.remove(child)
        if not self._children:
            self._available.clear()
        self._deaths = 1 if child.age > _STEADY else self._deaths + 1
        wait = 0.0 if self._deaths == 1 else _FIRST_WAIT * 2 ** (self._deaths - 2)
        wait = min(wait, _LONGEST_WAIT)
        when = f"in {wait:g} s" if wait else "at once"
        self._lost(f"process {child.pid} of the app {how}; another one is started {when}")
        self._in_background(self._add(wait))

    async def _add(self, wait: float = 0.0) -> None:
        """Start one more child, in as many tries as it takes."""
        while True:
            await asyncio.sleep(wait)
            child = self._child(spawn(self._load, self._environment))
            try:
                await child.load()
            except AppError as error:
                wait = min(max(wait, _FIRST_WAIT) * 2, _LONGEST_WAIT)
                self._lost(f"the app cannot be loaded any more: {error}. Tried again in {wait:g} s")
            except BaseException:
                await child.abort()
                raise
            else:
                self._children.append(child)
                self._available.set()
                return

    def _expire(self, child: ChildProcess, running: Running, timeout: float) -> None:
        if running.outcome.done():
            return
        running.outcome.set_result(
            Outcome.failed(running.call, timeout_error(running.call, timeout))
        )
        child.cancel(running)
        asyncio.get_running_loop().call_later(self._grace, self._replace_if_stuck, child, running)

    def _replace_if_stuck(self, child: ChildProcess, running: Running) -> None:
        if running.number in child.running and child in self._children and not self._closing:
            self._lost(
                f"{running.call.function} does not end; process {child.pid} of the app is replaced"
            )
            self._in_background(self._replace(child))

    async def _replace(self, child: ChildProcess) -> None:
        """Start another child, and end this one when all its calls have their outcome."""
        await self._add()
        if child in self._children:
            self._children.remove(child)
            self._leaving.add(child)
            await child.stop(None)
            self._leaving.discard(child)

    def _in_background(self, work: Awaitable[Any]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
