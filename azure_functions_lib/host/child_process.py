"""A child process as the host sees it: it is sent calls, and tells what came of them."""

from __future__ import annotations

import asyncio
import itertools
import signal
from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import partial
from threading import Thread
from typing import TYPE_CHECKING, Any, NamedTuple

from ..delivery.call import Outcome
from ..errors import AppError, InvocationError
from . import messages
from .link import Link

if TYPE_CHECKING:
    from subprocess import Popen

    from ..app.loaded import LoadedApp
    from ..app.problem import Problem
    from ..delivery.call import Call
    from ..middleware.asgi import Caller
    from .spawn import Spawned

__all__ = ["ChildLost", "ChildProcess", "Running"]

_LAST_OUTPUT = 0.2
"""Seconds to wait for what a dead child has written: a process of its own may hold its pipes."""

_STUCK = 1.0
"""Seconds that a child may take to end whose calls have not ended in their time."""

_MAX_LINE = 65536


class ChildLost(InvocationError):
    """The process that ran the call has ended, as by ``os._exit``, a fault or the kernel."""


class Running(NamedTuple):
    """A call that a child has been sent; its outcome may be known before it has ended there."""

    number: int
    call: Call
    caller: Caller | None
    outcome: asyncio.Future[Outcome]


class ChildProcess:
    """A child process, as the host sees it.

    Args:
        spawned: the process, which loads the app.
        grace: how many seconds it may take to end.
        tell: called with what it prints and logs.
        died: called with it and how it ended, when it was not told to.

    Attributes:
        running: the calls that it has not ended, by their numbers.
    """

    def __init__(
        self,
        spawned: Spawned,
        grace: float,
        *,
        tell: Callable[[messages.Output], None],
        died: Callable[[ChildProcess, str], None],
    ) -> None:
        self.running: dict[int, Running] = {}
        self._process: Popen[bytes] = spawned.popen
        self._connection = spawned.connection
        self._grace = grace
        self._tell = tell
        self._died = died
        self._loop = asyncio.get_running_loop()
        self._link = Link(self._receive, self._link_lost)
        # Pipes, and then what reads them.
        self._outputs: dict[str, Any] = {
            "stdout": self._process.stdout,
            "stderr": self._process.stderr,
        }
        # An error is a result of it, for perhaps nobody is there any more to retrieve an exception.
        self._loaded: asyncio.Future[LoadedApp | AppError] = self._loop.create_future()
        self._ended: asyncio.Future[None] = self._loop.create_future()
        self._findings: asyncio.Future[list[Problem]] = self._loop.create_future()
        self._open = {"link", "process", *self._outputs}
        self._last: Call | None = None
        self._numbers = itertools.count()
        self._tasks: set[asyncio.Future[None]] = set()
        self._stopping = False
        self._started_at = self._loop.time()
        self._waiter = Thread(target=self._wait, name="wait for a child", daemon=True)

    @property
    def pid(self) -> int:
        """The number of the process."""
        return self._process.pid

    @property
    def age(self) -> float:
        """How many seconds ago it was started."""
        return self._loop.time() - self._started_at

    async def load(self) -> LoadedApp:
        """Wait until it has loaded the app.

        Raises:
            AppError: it cannot load it.
        """
        try:
            await self._connect()
        finally:
            self._waiter.start()
        loaded = await asyncio.shield(self._loaded)
        if isinstance(loaded, AppError):
            raise loaded
        return loaded

    async def _connect(self) -> None:
        loop = self._loop
        await loop.create_connection(lambda: self._link, sock=self._connection)
        for name, pipe in list(self._outputs.items()):
            lines = _Lines(self._tell_written, name == "stderr", partial(self._lose, name))
            self._outputs[name], _ = await loop.connect_read_pipe(lambda: lines, pipe)  # noqa: B023

    async def findings(self) -> list[Problem]:
        """Ask it to check the app; there are none if it ends before it has."""
        self._link.send(messages.Check())
        return await asyncio.shield(self._findings)

    def run(self, call: Call, caller: Caller | None) -> Running:
        """Send it a call.

        Raises:
            Exception: the call cannot be pickled.
        """
        number = next(self._numbers)
        self._link.send(messages.Run(number, call, caller is not None))
        running = Running(number, call, caller, self._loop.create_future())
        self.running[number] = running
        return running

    def cancel(self, running: Running) -> None:
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
        await asyncio.wait((self._ended,))  # whose end nobody cancels

    async def abort(self) -> None:
        """End the process, which may still load the app, and wait until it has ended."""
        self.kill()
        if self._waiter.ident is None:  # cancelled before it was waited for
            self._waiter.start()
        await asyncio.wait((self._ended,))  # whose end nobody cancels

    def kill(self) -> None:
        """End the process at once."""
        self._stopping = True
        self._process.kill()  # does nothing to one that has ended

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
            self._loaded.set_result(AppError(message.reason))
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
        if self._process.returncode is None:
            # It ends, unless it has closed what is not its own.
            self._loop.call_later(self._grace, self.kill)

    # -- What is told of the process

    def _wait(self) -> None:
        """Wait until the process has ended; in a thread of its own."""
        self._process.wait()
        with suppress(RuntimeError):  # the loop has been closed before
            self._loop.call_soon_threadsafe(self._exited)

    def _exited(self) -> None:
        """End, as soon as all is read that the process has left."""
        self._lose("process")
        self._loop.call_later(_LAST_OUTPUT, self._end)

    def _tell_written(self, line: bytes, is_error: bool) -> None:
        """Tell of a line that was written past ``sys.stdout``, as by a process of the app's own.

        It is of the one call that runs, or of the last one if none does.
        """
        calls = [running.call for running in self.running.values()]
        call = calls[0] if len(calls) == 1 else None if calls else self._last
        text = line.decode(errors="replace").removesuffix("\r")
        origin = (None, None) if call is None else (call.function, call.invocation_id)
        self._tell(messages.Printed(text, is_error, *origin))

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
        how = _how_it_ended(self._process.returncode)
        for output in self._outputs.values():
            output.close()
        self._link.close()
        self._connection.close()
        if not self._loaded.done():
            self._stopping = True
            self._loaded.set_result(AppError(f"the process that loads the app {how}"))
        for call, outcome in [(each.call, each.outcome) for each in self.running.values()]:
            if not outcome.done():
                error = ChildLost(f"function {call.function!r}: the process that ran it {how}")
                outcome.set_result(Outcome.failed(call, error))
        self.running.clear()
        if not self._stopping:
            self._died(self, how)


class _Lines(asyncio.Protocol):
    """Splits what comes through a pipe into lines.

    Args:
        tell: called with each line, and with whether the pipe is stderr.
        is_error: whether it is.
        closed: called when the pipe is closed.
    """

    def __init__(
        self, tell: Callable[[bytes, bool], None], is_error: bool, closed: Callable[[], None]
    ) -> None:
        self._tell = tell
        self._is_error = is_error
        self._closed = closed
        self._rest = b""

    def data_received(self, data: bytes) -> None:
        """Pass on the lines that are complete; of one that does not end, what there is."""
        *lines, rest = (self._rest + data).split(b"\n")
        if len(rest) > _MAX_LINE:
            lines.append(rest)
            rest = b""
        self._rest = rest
        for line in lines:
            self._tell(line, self._is_error)

    def connection_lost(self, exc: Exception | None) -> None:
        """Pass on what was not ended."""
        if self._rest:
            self._tell(self._rest, self._is_error)
        self._closed()


def _how_it_ended(status: int) -> str:
    if status >= 0:
        return f"has ended with exit status {status}"
    text = signal.strsignal(-status)
    try:
        name = signal.Signals(-status).name
    except ValueError:
        name = f"signal {-status}"
    return f"was ended by {name}" + (f" ({text})" if text else "")
