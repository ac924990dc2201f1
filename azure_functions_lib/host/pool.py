"""A pool of child processes that run calls, so that the host outlives the code that it serves."""

from __future__ import annotations

import asyncio
import itertools
import socket
import sys
from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Any

from ..delivery.call import Outcome
from ..errors import AppError, InvocationError
from . import messages
from .link import Link
from .worker import timeout_error

if TYPE_CHECKING:
    from ..app.loaded import LoadedApp
    from ..delivery.call import Call
    from ..middleware.asgi import Caller

__all__ = ["ChildLost", "Pool"]

_FIRST_WAIT, _LONGEST_WAIT = 0.25, 30.0
_STEADY = 30.0
"""Seconds that a child must have lived for its death to count as the first."""


class ChildLost(InvocationError):
    """The process that ran the call has ended, as by ``os._exit``, a fault or the kernel."""


class Pool:
    """Runs calls in child processes, and replaces those that die or that reload asks for.

    Args:
        load: what the children load.
        count: how many children there are.
        environment: their environment variables; those of this process by default.
        grace: how many seconds a child may take to end, and a cancelled call to notice it.
        tell: called with each :class:`~.messages.Printed` and :class:`~.messages.Logged`, and
            with text that a child has written past ``sys.stdout``.
        lost: called with a sentence when a child has died of itself.
    """

    def __init__(
        self,
        load: messages.Load,
        *,
        count: int = 1,
        environment: Mapping[str, str] | None = None,
        grace: float = 5.0,
        tell: Callable[[Any], None],
        lost: Callable[[str], None],
    ) -> None:
        self._load = load
        self._count = count
        self._environment = environment
        self._grace = grace
        self._tell = tell
        self._lost = lost
        self._children: list[_Child] = []
        self._available = asyncio.Event()
        self._tasks: set[asyncio.Task[Any]] = set()
        self._deaths = 0
        self._closing = False

    async def start(self) -> LoadedApp:
        """Start the children and wait until they have loaded the app.

        A second time it does the same beside those that run, which then get no more calls, end
        those that they have, and stop: so code that was changed is served without a gap.

        Raises:
            AppError: it cannot be loaded; what ran before goes on.
        """
        new = [self._child() for _ in range(self._count)]
        try:
            described = await asyncio.gather(*(child.start() for child in new))
        except BaseException:
            for child in new:
                child.kill()
            raise
        old, self._children = self._children, new
        self._available.set()
        for child in old:
            self._spawn(child.stop())
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
        while not self._children:
            await self._available.wait()
        child = min(self._children, key=lambda each: each.busy)
        running = child.run(call, caller)
        try:
            return await asyncio.wait_for(asyncio.shield(running.ended), timeout)
        except asyncio.TimeoutError:
            child.cancel(running)
            self._spawn(self._free(child, running))
            return Outcome.failed(call, timeout_error(call, timeout))
        except asyncio.CancelledError:
            child.cancel(running)
            raise

    async def stop(self, grace: float) -> None:
        """Let the running calls end, and stop the children; see :meth:`.worker.Workers.stop`."""
        self._closing = True
        children, self._children = self._children, []
        self._available.clear()
        await asyncio.gather(*(child.stop(grace) for child in children))
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def kill(self) -> None:
        """End all children at once."""
        self._closing = True
        for child in self._children:
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
        self._lost(f"a child process {how}; it is replaced")
        self._spawn(self._replace(min(wait, _LONGEST_WAIT)))

    async def _replace(self, wait: float = 0.0) -> None:
        """Start one more child, as often as it takes."""
        while not self._closing:
            await asyncio.sleep(wait)
            child = self._child()
            try:
                await child.start()
            except AppError as error:
                self._lost(f"the app cannot be loaded any more: {error}")
                wait = min(max(wait, _FIRST_WAIT) * 2, _LONGEST_WAIT)
            else:
                self._children.append(child)
                self._available.set()
                return

    async def _free(self, child: _Child, running: _Running) -> None:
        """Replace a child if a call of it does not end by being cancelled."""
        done, _ = await asyncio.wait([running.ended], timeout=self._grace)
        if done or child not in self._children:
            return
        await self._replace()
        if child in self._children:
            self._children.remove(child)
            await child.end_others(running)
            child.kill()

    def _spawn(self, work: Awaitable[Any]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


class _Running:
    """A call that a child has been sent."""

    def __init__(self, number: int, call: Call, caller: Caller | None) -> None:
        self.number = number
        self.call = call
        self.caller = caller
        self.ended: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()


class _Child:
    """A child process, as the host sees it."""

    def __init__(
        self,
        load: messages.Load,
        environment: Mapping[str, str] | None,
        grace: float,
        *,
        tell: Callable[[Any], None],
        died: Callable[[_Child, str], None],
    ) -> None:
        self._load = load
        self._environment = environment
        self._grace = grace
        self._tell = tell
        self._died = died
        self._loop = asyncio.get_running_loop()
        self._link = Link(self._receive, self._lost)
        self._process: asyncio.subprocess.Process | None = None
        self._loaded: asyncio.Future[LoadedApp] = self._loop.create_future()
        self._gone = self._loop.create_future()
        self._running: dict[int, _Running] = {}
        self._numbers = itertools.count()
        self._tasks: set[asyncio.Task[None]] = set()
        self._stopping = False
        self._started_at = self._loop.time()

    @property
    def busy(self) -> int:
        """How many calls it runs."""
        return len(self._running)

    @property
    def age(self) -> float:
        """How many seconds ago it was started."""
        return self._loop.time() - self._started_at

    async def start(self) -> LoadedApp:
        """Start the process, and wait until it has loaded the app.

        Raises:
            AppError: it cannot load it.
        """
        ours, theirs = socket.socketpair()
        with theirs:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable,
                *("-u", "-m", f"{__package__}.child", str(theirs.fileno())),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.PIPE,
                env=self._environment,
                pass_fds=[theirs.fileno()],
                start_new_session=True,  # Ctrl-C is for the host, which ends its children
            )
        await self._loop.create_connection(lambda: self._link, sock=ours)
        self._spawn(self._watch(self._process))
        self._link.send(self._load)
        return await self._loaded

    def run(self, call: Call, caller: Caller | None) -> _Running:
        """Send it a call."""
        running = _Running(next(self._numbers), call, caller)
        self._running[running.number] = running
        self._link.send(messages.Run(running.number, call, caller is not None))
        return running

    def cancel(self, running: _Running) -> None:
        """Ask it to cancel a call."""
        self._link.send(messages.Cancel(running.number))

    async def stop(self, grace: float | None = None) -> None:
        """Let its calls end, for ``grace`` seconds at most, then stop it."""
        self._stopping = True
        pending = [running.ended for running in self._running.values()]
        if pending:
            await asyncio.wait(pending, timeout=grace)
        self._link.send(messages.Stop())
        try:
            await asyncio.wait_for(asyncio.shield(self._gone), self._grace)
        except asyncio.TimeoutError:
            self.kill()
            await self._gone

    async def end_others(self, stuck: _Running) -> None:
        """Wait until no call is left but one."""
        self._stopping = True
        pending = [each.ended for each in self._running.values() if each is not stuck]
        if pending:
            await asyncio.wait(pending)

    def kill(self) -> None:
        """End the process at once."""
        self._stopping = True
        if self._process is not None and self._process.returncode is None:
            self._process.kill()

    # -- What comes from it

    def _receive(self, message: Any) -> None:
        kind = type(message)
        if kind is messages.Ended:
            running = self._running.pop(message.number, None)
            if running is not None and not running.ended.done():
                running.ended.set_result(message.outcome)
        elif kind is messages.Receive:
            self._spawn(self._pass_received(self._running[message.number]))
        elif kind is messages.Send:
            self._spawn(self._pass_sent(self._running[message.number], message.message))
        elif kind is messages.Loaded:
            self._loaded.set_result(message.app)
        elif kind is messages.Broken:
            self._stopping = True
            self._loaded.set_exception(AppError(message.reason))
        else:
            self._tell(message)

    async def _pass_received(self, running: _Running) -> None:
        assert running.caller is not None
        message = await running.caller.receive()
        self._link.send(messages.Received(running.number, message))

    async def _pass_sent(self, running: _Running, message: Any) -> None:
        assert running.caller is not None
        try:
            await running.caller.send(message)
        except OSError:
            self._link.send(messages.Sent(running.number, gone=True))
        else:
            self._link.send(messages.Sent(running.number, gone=False))

    def _lost(self) -> None:
        """The link is closed; the process has ended or is about to."""

    async def _watch(self, process: asyncio.subprocess.Process) -> None:
        """Pass on what the process writes past the link, and tell how it ends."""
        assert process.stdout is not None
        assert process.stderr is not None
        await asyncio.gather(
            self._pass_written(process.stdout, is_error=False),
            self._pass_written(process.stderr, is_error=True),
            process.wait(),
        )
        how = _how_it_ended(process.returncode or 0)
        self._link.close()
        if not self._loaded.done():
            self._loaded.set_exception(AppError(f"the process that loads the app {how}"))
        running, self._running = self._running, {}
        for each in running.values():
            if not each.ended.done():
                error = ChildLost(f"function {each.call.function!r}: the process that ran it {how}")
                each.ended.set_result(Outcome.failed(each.call, error))
        self._gone.set_result(None)
        if not self._stopping:
            self._died(self, how)

    async def _pass_written(self, stream: asyncio.StreamReader, *, is_error: bool) -> None:
        rest = b""
        while chunk := await stream.read(65536):
            *lines, rest = (rest + chunk).split(b"\n")
            for line in lines:
                self._tell(messages.Printed(line.decode(errors="replace"), is_error, None, None))
        if rest:
            self._tell(messages.Printed(rest.decode(errors="replace"), is_error, None, None))

    def _spawn(self, work: Awaitable[None]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _how_it_ended(status: int) -> str:
    if status >= 0:
        return f"has ended with exit status {status}"
    import signal

    try:
        name = signal.Signals(-status).name
    except ValueError:
        name = f"signal {-status}"
    return f"was ended by {name}"
