"""A pool of child processes that run calls, so that the host outlives the code that it serves."""

from __future__ import annotations

import asyncio
import itertools
import signal
import socket
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar, cast

from ..context import new_invocation_id
from ..delivery.call import Outcome
from ..errors import AppError, InvocationError
from . import messages
from .child import COMMAND
from .link import Link
from .worker import timeout_error

if TYPE_CHECKING:
    from ..app.loaded import LoadedApp
    from ..app.problem import Problem
    from ..delivery.call import Call
    from ..middleware.asgi import Caller

__all__ = ["ChildLost", "Pool"]

_FIRST_WAIT, _LONGEST_WAIT = 0.25, 30.0
_STEADY = 30.0
"""Seconds that a child must have lived for its death to count as the first."""

_LAST_OUTPUT = 0.2
"""Seconds to wait for what a dead child has written: a process of its own may hold its pipes."""

_STUCK = 1.0
"""Seconds that a child may take to end whose calls have not ended in their time."""

_MAX_LINE = 65536

T = TypeVar("T")


class ChildLost(InvocationError):
    """The process that ran the call has ended, as by ``os._exit``, a fault or the kernel."""


class Pool:
    """Runs calls in child processes, and replaces those that die.

    Args:
        load: what the children load.
        count: how many children there are.
        environment: their environment variables; those of this process by default.
        grace: how many seconds a child may take to end, and a cancelled call to notice it.
        tell: called with what the children print and log.
        lost: called with a sentence when a child has died of itself, or is replaced.
    """

    def __init__(
        self,
        load: messages.Load,
        *,
        count: int = 1,
        environment: Mapping[str, str] | None = None,
        grace: float = 5.0,
        tell: Callable[[messages.Output], None],
        lost: Callable[[str], None],
    ) -> None:
        self._load = load
        self._count = count
        self._environment = environment
        self._grace = grace
        self._tell = tell
        self._lost = lost
        self._children: list[_Child] = []
        self._starting: list[_Child] = []
        self._leaving: set[_Child] = set()
        self._available = asyncio.Event()
        self._tasks: set[asyncio.Future[Any]] = set()
        self._deaths = 0
        self._closing = False

    async def begin(self) -> None:
        """Start the processes of the children; :meth:`start` waits until they are ready."""
        self._starting = [self._child() for _ in range(self._count)]
        await self._together([child.begin() for child in self._starting])

    async def start(self) -> LoadedApp:
        """Start the children and wait until they have loaded the app.

        Raises:
            AppError: it cannot be loaded.
        """
        if not self._starting:
            await self.begin()
        described = await self._together([child.load() for child in self._starting])
        self._children, self._starting = self._starting, []
        self._available.set()
        return described[0]

    async def _together(self, works: list[Coroutine[Any, Any, T]]) -> list[T]:
        """Do something with all children that are being started; one that fails ends all."""
        tasks = [asyncio.ensure_future(work) for work in works]
        try:
            return await asyncio.gather(*tasks)
        except BaseException:
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks)
            await asyncio.gather(*(child.abort() for child in self._starting))
            raise

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

    def _child(self) -> _Child:
        return _Child(self._load, self._environment, self._grace, tell=self._tell, died=self._died)

    def _died(self, child: _Child, how: str) -> None:
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
        self._spawn(self._add(wait))

    async def _add(self, wait: float = 0.0) -> None:
        """Start one more child, in as many tries as it takes."""
        while True:
            await asyncio.sleep(wait)
            child = self._child()
            try:
                await child.begin()
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

    def _expire(self, child: _Child, running: _Running, timeout: float) -> None:
        if running.outcome.done():
            return
        running.outcome.set_result(
            Outcome.failed(running.call, timeout_error(running.call, timeout))
        )
        child.cancel(running)
        asyncio.get_running_loop().call_later(self._grace, self._replace_if_stuck, child, running)

    def _replace_if_stuck(self, child: _Child, running: _Running) -> None:
        if running.number in child.running and child in self._children and not self._closing:
            self._lost(
                f"{running.call.function} does not end; process {child.pid} of the app is replaced"
            )
            self._spawn(self._replace(child))

    async def _replace(self, child: _Child) -> None:
        """Start another child, and end this one when all its calls have their outcome."""
        await self._add()
        if child in self._children:
            self._children.remove(child)
            self._leaving.add(child)
            await child.stop(None)
            self._leaving.discard(child)

    def _spawn(self, work: Awaitable[Any]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


class _Running(NamedTuple):
    """A call that a child has been sent; its outcome may be known before it has ended there."""

    number: int
    call: Call
    caller: Caller | None
    outcome: asyncio.Future[Outcome]


class _Child(asyncio.SubprocessProtocol):
    """A child process, as the host sees it.

    Attributes:
        running: the calls that it has not ended, by their numbers.
    """

    def __init__(
        self,
        load: messages.Load,
        environment: Mapping[str, str] | None,
        grace: float,
        *,
        tell: Callable[[messages.Output], None],
        died: Callable[[_Child, str], None],
    ) -> None:
        self.running: dict[int, _Running] = {}
        self._load = load
        self._environment = environment
        self._grace = grace
        self._tell = tell
        self._died = died
        self._loop = asyncio.get_running_loop()
        self._link = Link(self._receive, self._link_lost)
        self._process: asyncio.SubprocessTransport | None = None
        self._loaded: asyncio.Future[LoadedApp] = self._loop.create_future()
        self._ended: asyncio.Future[None] = self._loop.create_future()
        self._findings: asyncio.Future[list[Problem]] = self._loop.create_future()
        self._open = {"link", "process", "pipes"}
        self._lines = {1: b"", 2: b""}
        self._last: Call | None = None
        self._numbers = itertools.count()
        self._tasks: set[asyncio.Future[None]] = set()
        self._stopping = False
        self._started_at = self._loop.time()

    @property
    def pid(self) -> int | None:
        """The number of the process."""
        return None if self._process is None else self._process.get_pid()

    @property
    def age(self) -> float:
        """How many seconds ago it was started."""
        return self._loop.time() - self._started_at

    async def begin(self) -> None:
        """Start the process, which then loads the app."""
        ours, theirs = socket.socketpair()
        try:
            with theirs:
                await self._loop.subprocess_exec(
                    lambda: self,
                    *(*COMMAND, str(theirs.fileno())),
                    stdin=asyncio.subprocess.DEVNULL,
                    env=self._environment,
                    pass_fds=[theirs.fileno()],
                    start_new_session=True,  # Ctrl-C is for the host, which ends its children
                )
            await self._loop.create_connection(lambda: self._link, sock=ours)
        except BaseException:
            ours.close()
            raise
        self._link.send(self._load)

    async def load(self) -> LoadedApp:
        """Wait until it has loaded the app.

        Raises:
            AppError: it cannot load it.
        """
        return await self._loaded

    async def findings(self) -> list[Problem]:
        """Ask it to check the app; there are none if it ends before it has."""
        self._link.send(messages.Check())
        return await asyncio.shield(self._findings)

    def run(self, call: Call, caller: Caller | None) -> _Running:
        """Send it a call.

        Raises:
            Exception: the call cannot be pickled.
        """
        number = next(self._numbers)
        self._link.send(messages.Run(number, call, caller is not None))
        running = _Running(number, call, caller, self._loop.create_future())
        self.running[number] = running
        return running

    def cancel(self, running: _Running) -> None:
        """Ask it to cancel a call."""
        self._link.send(messages.Cancel(running.number))

    async def stop(self, grace: float | None) -> None:
        """Let its calls end, for ``grace`` seconds at most, then stop it."""
        self._stopping = True
        pending = [running.outcome for running in self.running.values()]
        if pending:
            await asyncio.wait(pending, timeout=grace)
        self._link.send(messages.Stop())
        await asyncio.wait((self._ended,), timeout=_STUCK if self.running else self._grace)
        self.kill()
        await self._ended

    async def abort(self) -> None:
        """End the process, which may still load the app, and wait until it has ended."""
        self.kill()
        if self._process is not None:
            await self._ended

    def kill(self) -> None:
        """End the process at once."""
        self._stopping = True
        if self._process is not None and self._process.get_returncode() is None:
            self._process.kill()

    # -- What comes from it by the link

    def _receive(self, message: Any) -> None:
        kind = type(message)
        if kind is messages.Ended:
            running = self.running.pop(message.number)
            self._last = running.call
            if not running.outcome.done():
                running.outcome.set_result(message.outcome)
        elif kind is messages.Receive:
            self._pass(self._pass_received, message)
        elif kind is messages.Send:
            self._pass(self._pass_sent, message)
        elif kind is messages.Checked:
            if not self._findings.done():
                self._findings.set_result(message.findings)
        elif kind is messages.Loaded:
            self._loaded.set_result(message.app)
        elif kind is messages.Broken:
            self._stopping = True
            self._loaded.set_exception(AppError(message.reason))
        else:
            self._tell(message)

    def _pass(self, work: Callable[[Caller, Any], Awaitable[None]], message: Any) -> None:
        caller = self.running[message.number].caller
        assert caller is not None
        task = asyncio.ensure_future(work(caller, message))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _pass_received(self, caller: Caller, message: messages.Receive) -> None:
        self._link.send(messages.Received(message.number, await caller.receive()))

    async def _pass_sent(self, caller: Caller, message: messages.Send) -> None:
        try:
            await caller.send(message.message)
        except OSError:
            self._link.send(messages.Sent(message.number, gone=True))
        else:
            self._link.send(messages.Sent(message.number, gone=False))

    def _link_lost(self) -> None:
        self._lose("link")
        if self._process is not None and self._process.get_returncode() is None:
            # It ends, unless it has closed what is not its own.
            self._loop.call_later(self._grace, self.kill)

    # -- What asyncio tells of the process

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take the process, which has begun."""
        self._process = cast("asyncio.SubprocessTransport", transport)

    def pipe_data_received(self, fd: int, data: bytes) -> None:
        """Pass on what was written past ``sys.stdout``, as by a process that the app has begun."""
        *lines, rest = (self._lines[fd] + data).split(b"\n")
        if len(rest) > _MAX_LINE:
            lines.append(rest)
            rest = b""
        self._lines[fd] = rest
        for line in lines:
            self._tell_written(fd, line)

    def _tell_written(self, fd: int, line: bytes) -> None:
        """Tell of a line; it is of the one call that runs, or of the last one if none does."""
        calls = [running.call for running in self.running.values()]
        call = calls[0] if len(calls) == 1 else None if calls else self._last
        text = line.decode(errors="replace").removesuffix("\r")
        origin = (None, None) if call is None else (call.function, call.invocation_id)
        self._tell(messages.Printed(text, fd == 2, *origin))

    def process_exited(self) -> None:
        """End, as soon as all is read that the process has left."""
        self._lose("process")
        self._loop.call_later(_LAST_OUTPUT, self._end)

    def connection_lost(self, exc: Exception | None) -> None:
        """Note that the process has ended and its pipes are closed."""
        self._lose("pipes")

    def _lose(self, what: str) -> None:
        self._open.discard(what)
        if not self._open:
            self._end()

    def _end(self) -> None:
        if self._ended.done():
            return
        self._ended.set_result(None)
        if not self._findings.done():
            self._findings.set_result([])
        assert self._process is not None
        how = _how_it_ended(self._process.get_returncode() or 0)
        for fd, line in self._lines.items():
            if line:
                self._tell_written(fd, line)
        self._process.close()
        self._link.close()
        if not self._loaded.done():
            self._stopping = True
            self._loaded.set_exception(AppError(f"the process that loads the app {how}"))
        for call, outcome in [(each.call, each.outcome) for each in self.running.values()]:
            if not outcome.done():
                error = ChildLost(f"function {call.function!r}: the process that ran it {how}")
                outcome.set_result(Outcome.failed(call, error))
        self.running.clear()
        if not self._stopping:
            self._died(self, how)


def _how_it_ended(status: int) -> str:
    if status >= 0:
        return f"has ended with exit status {status}"
    text = signal.strsignal(-status)
    try:
        name = signal.Signals(-status).name
    except ValueError:
        name = f"signal {-status}"
    return f"was ended by {name}" + (f" ({text})" if text else "")
