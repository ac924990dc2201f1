"""A process of the pool: it loads the app once and makes the calls that the host sends.

:mod:`.spawn` starts it, with the number of the file descriptor of its end of the link.
"""

from __future__ import annotations

import asyncio
import gc
import os
import select
import socket
import sys
import threading
import time
from typing import Any

from ..delivery.call import Outcome
from ..errors import AzureFunctionsError, InvocationError
from . import messages
from .link import ChildLink
from .loop import run

__all__ = ["main"]


def main() -> None:
    """Serve the host whose end of the link is the file descriptor in ``sys.argv``."""
    run(Child(socket.socket(fileno=int(sys.argv[1]))).serve())


class Child:
    """Makes the calls of one host, until that says stop or is gone.

    Args:
        connection: the socket to the host.
    """

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._inbox: asyncio.Queue[Any] = asyncio.Queue()
        self._tasks: dict[int, asyncio.Task[None]] = {}
        self._callers: dict[int, _Caller] = {}

    async def serve(self) -> None:
        """Serve the host."""
        loop = asyncio.get_running_loop()
        # The transport reads; a duplicate writes, since the transport's socket is its own.
        self._link = ChildLink(self._connection.dup(), self._receive, self._lost)
        await loop.create_connection(lambda: self._link, sock=self._connection)
        load = await self._inbox.get()
        if isinstance(load, messages.Load):
            _end_with_host(self._connection.fileno(), load.grace)
            sys.dont_write_bytecode |= not load.keeps_bytecode
            from .output import captured
            from .worker import Worker

            with captured(self._link.send) as self._end_lines:
                self._worker = Worker(load.app, load.functions)
                await self._serve_app(load)
        self._link.close()

    async def _serve_app(self, load: messages.Load) -> None:
        try:
            app = await self._worker.start()
        except AzureFunctionsError as error:
            self._link.send(messages.Broken(str(error)))
            return
        gc.freeze()  # what is loaded stays: the collector need not look at it for each request
        try:
            self._link.send(messages.Loaded(app))
        except Exception as error:
            self._link.send(messages.Broken(f"what the app declares cannot be sent: {error}"))
        await self._inbox.get()
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks, timeout=load.grace)
        await self._worker.stop(0)

    def _receive(self, message: Any) -> None:
        kind = type(message)
        if kind is messages.Run:
            task = asyncio.get_running_loop().create_task(self._run(message))
            self._tasks[message.number] = task
        elif kind is messages.Received:
            if message.number in self._callers:
                self._callers[message.number].incoming.put_nowait(message.message)
        elif kind is messages.Sent:
            if message.number in self._callers:
                self._callers[message.number].sent.put_nowait(message.gone)
        elif kind is messages.Check:
            self._checking = asyncio.ensure_future(self._check())
        elif kind is messages.Cancel:
            if message.number in self._tasks:
                # Once it has begun: a task that is cancelled before runs none of its code, not even
                # what tells the host that the call has ended.
                asyncio.get_running_loop().call_soon(self._tasks[message.number].cancel)
        else:
            self._inbox.put_nowait(message)

    def _lost(self) -> None:
        """End with the host: it has been killed, and its storage gives the messages back."""
        self._inbox.put_nowait(messages.Stop())

    async def _check(self) -> None:
        self._link.send(messages.Checked(await self._worker.findings()))

    async def _run(self, run: messages.Run) -> None:
        number, call = run.number, run.call
        caller = None
        if run.streamed:
            caller = self._callers[number] = _Caller(self._link, number)
        try:
            outcome = await self._worker.run(call, caller)
            await self._worker.thread_ended(call)
        except asyncio.CancelledError:  # before the function was called
            outcome = Outcome.failed(call, InvocationError(f"{call.function} was cancelled"))
        finally:
            self._callers.pop(number, None)
            self._tasks.pop(number, None)
        self._end_lines(outcome.invocation_id)
        try:
            self._link.send(messages.Ended(number, outcome))
        except Exception as error:
            self._link.send(messages.Ended(number, Outcome.failed(call, error)))


class _Caller:
    """The caller of a streamed call, who is connected to the host."""

    def __init__(self, link: ChildLink, number: int) -> None:
        self._link = link
        self._number = number
        self._sending = asyncio.Lock()
        self.incoming: asyncio.Queue[Any] = asyncio.Queue()
        self.sent: asyncio.Queue[bool] = asyncio.Queue()

    async def receive(self) -> Any:
        self._link.send(messages.Receive(self._number))
        return await self.incoming.get()

    async def send(self, message: Any) -> None:
        if isinstance(message.get("body"), memoryview):  # which ASGI allows, and pickle refuses
            message = {**message, "body": bytes(message["body"])}
        async with self._sending:
            self._link.send(messages.Send(self._number, message))
            if await self.sent.get():
                raise OSError("the caller is gone")


def _end_with_host(connection: int, grace: float) -> None:
    """End this process some seconds after the host is gone, whatever its functions do."""

    def watch() -> None:
        gone = select.poll()
        gone.register(connection, 0)  # only for a hang-up, which is always told
        gone.poll()
        time.sleep(grace)
        os._exit(1)

    threading.Thread(target=watch, name="end with the host", daemon=True).start()
