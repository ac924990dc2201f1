"""Messages between the host and a process of its pool, over one socket."""

from __future__ import annotations

import asyncio
import pickle
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any, cast

__all__ = ["Link"]

_LENGTH = 4
_PAUSE = 1 << 20


class Link(asyncio.Protocol):
    """One end of the socket between the host and a child.

    A message is any value that pickles; it travels with its length before it. What is sent within
    one turn of the event loop goes out in one piece, which halves the system calls of a busy host.
    Both ends are the same program of the same user, so that pickle is safe here; whoever connects
    first proves by a token that it is the child (see :class:`~.pool.Child`).

    Args:
        receive: called with each message.
        lost: called once when the other end is gone.
    """

    def __init__(self, receive: Callable[[Any], None], lost: Callable[[], None]) -> None:
        self._receive = receive
        self._lost = lost
        self._loop = asyncio.get_running_loop()
        self._thread = threading.get_ident()
        self._transport: asyncio.Transport | None = None
        self._incoming = bytearray()
        self._outgoing: list[bytes] = []
        self._writable = asyncio.Event()
        self._writable.set()

    def send(self, message: Any) -> None:
        """Send a message; one to a process that is gone is dropped.

        Raises:
            Exception: the message cannot be pickled; nothing is sent then.
        """
        frame = pickle.dumps(message, pickle.HIGHEST_PROTOCOL)
        if not self._outgoing:
            self._loop.call_soon(self._flush)
        self._outgoing += (len(frame).to_bytes(_LENGTH, "big"), frame)

    def send_from_thread(self, message: Any) -> None:
        """Send a message from any thread, behind what that thread has sent before."""
        if threading.get_ident() == self._thread:
            self.send(message)
            return
        with suppress(RuntimeError):  # the loop has ended, and with it the process
            self._loop.call_soon_threadsafe(self.send, message)

    async def drain(self) -> None:
        """Wait until the other end has taken most of what was sent."""
        await self._writable.wait()

    def close(self) -> None:
        """Send what is left and end the connection."""
        self._flush()
        if self._transport is not None:
            self._transport.close()

    def _flush(self) -> None:
        outgoing, self._outgoing = self._outgoing, []
        if outgoing and self._transport is not None and not self._transport.is_closing():
            self._transport.write(b"".join(outgoing))

    # -- What asyncio calls

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take the connection."""
        self._transport = cast("asyncio.Transport", transport)
        self._transport.set_write_buffer_limits(_PAUSE)
        self._flush()

    def data_received(self, data: bytes) -> None:
        """Take bytes, and hand over the messages that are complete."""
        incoming = self._incoming
        incoming += data
        start, end = 0, len(incoming)
        while end - start >= _LENGTH:
            body = start + _LENGTH
            stop = body + int.from_bytes(incoming[start:body], "big")
            if stop > end:
                break
            message = pickle.loads(memoryview(incoming)[body:stop])
            start = stop
            self._receive(message)
        del incoming[:start]

    def pause_writing(self) -> None:
        """Let :meth:`drain` wait."""
        self._writable.clear()

    def resume_writing(self) -> None:
        """Let :meth:`drain` go on."""
        self._writable.set()

    def connection_lost(self, error: Exception | None) -> None:
        """Tell that the other end is gone."""
        self._writable.set()
        self._lost()
