"""A process of the pool: it loads the app once and makes the calls that the host sends.

Run as ``python -m azure_functions_lib.host.child FD``, the number of its end of the link.
"""

from __future__ import annotations

import asyncio
import socket
import sys
from typing import TYPE_CHECKING, Any

from . import messages
from .link import Link
from .loop import run

if TYPE_CHECKING:
    from .worker import Worker

__all__ = ["Child", "main"]


class Child:
    """Makes the calls of one host, until that says stop or is gone."""

    def __init__(self) -> None:
        self.link = Link(self._receive, self._lost)
        self._inbox: asyncio.Queue[Any] = asyncio.Queue()
        self._worker: Worker | None = None
        self._tasks: dict[int, asyncio.Task[None]] = {}
        self._callers: dict[int, _Caller] = {}

    async def serve(self, connection: socket.socket) -> None:
        """Serve the host at the other end of a connection."""
        await asyncio.get_running_loop().create_connection(lambda: self.link, sock=connection)
        load = await self._inbox.get()
        if isinstance(load, messages.Load):
            from ..errors import AzureFunctionsError
            from .output import captured
            from .worker import Worker

            with captured(self.link) as self._ended:
                worker = Worker(load.app, load.functions)
                try:
                    described = await worker.start()
                except AzureFunctionsError as error:
                    self.link.send(messages.Broken(str(error)))
                else:
                    self._worker = worker
                    self.link.send(messages.Loaded(described))
                    await self._inbox.get()
                    await worker.stop(0)
        self.link.close()

    def _receive(self, message: Any) -> None:
        if type(message) is messages.Run:
            task = asyncio.get_running_loop().create_task(self._run(message))
            self._tasks[message.number] = task
        elif type(message) is messages.Received:
            self._callers[message.number].received(message.message)
        elif type(message) is messages.Sent:
            self._callers[message.number].sent(message.gone)
        elif type(message) is messages.Cancel:
            if message.number in self._tasks and self._worker is not None:
                self._tasks[message.number].cancel()
        else:
            self._inbox.put_nowait(message)

    def _lost(self) -> None:
        """End with the host: it has been killed, and its storage gives the messages back."""
        self._inbox.put_nowait(messages.Stop())
        for task in self._tasks.values():
            task.cancel()

    async def _run(self, run: messages.Run) -> None:
        assert self._worker is not None
        caller = None
        if run.streamed:
            caller = self._callers[run.number] = _Caller(self.link, run.number)
        try:
            outcome = await self._worker.invoke(run.call, caller)
            self._ended(outcome.invocation_id)
            await self.link.drain()
            self.link.send(messages.Ended(run.number, outcome))
        finally:
            self._callers.pop(run.number, None)
            self._tasks.pop(run.number, None)


class _Caller:
    """The caller of a streamed call, who is connected to the host."""

    def __init__(self, link: Link, number: int) -> None:
        self._link = link
        self._number = number
        self._incoming: asyncio.Queue[Any] = asyncio.Queue()
        self._sent: asyncio.Queue[bool] = asyncio.Queue()
        self._sending = asyncio.Lock()

    def received(self, message: Any) -> None:
        self._incoming.put_nowait(message)

    def sent(self, gone: bool) -> None:
        self._sent.put_nowait(gone)

    async def receive(self) -> Any:
        self._link.send(messages.Receive(self._number))
        return await self._incoming.get()

    async def send(self, message: Any) -> None:
        async with self._sending:
            self._link.send(messages.Send(self._number, message))
            if await self._sent.get():
                raise OSError("the caller is gone")


async def _serve(connection: socket.socket) -> None:
    await Child().serve(connection)


def main() -> None:
    """Serve the host whose end of the link is the file descriptor in ``sys.argv``."""
    connection = socket.socket(fileno=int(sys.argv[1]))
    run(_serve(connection))


if __name__ == "__main__":
    main()
