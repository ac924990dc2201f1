"""The socket between the host and a process of its pool, over which messages travel."""

from __future__ import annotations

import asyncio
import pickle
import select
import socket
import threading
from collections import deque
from collections.abc import Callable
from typing import Any, cast

from .messages import LENGTH, framed

__all__ = ["ChildLink", "Link"]

_PACKAGE = __name__.partition(".")[0]


_PLAIN: dict[type, Callable[[Any], Any]] = {
    str: str.__str__,
    bytes: lambda value: bytes.__getitem__(value, slice(None)),
    int: int.__int__,
    float: float.__float__,
    list: list,
    dict: dict,
    tuple: tuple,
}
_PLAIN_TYPES = tuple(_PLAIN)


class _Pickler(pickle.Pickler):
    """Makes plain values of an app's own text, numbers and so on: the host lacks their classes."""

    def reducer_override(self, value: Any) -> Any:
        """Say how a value is pickled whose type is none of the plain ones."""
        if not isinstance(value, _PLAIN_TYPES) or type(value).__module__.startswith(_PACKAGE):
            return NotImplemented
        plain = next(kind for kind in _PLAIN if isinstance(value, kind))
        return plain, (_PLAIN[plain](value),)


class Link(asyncio.Protocol):
    """One end of the socket between the host and a child: the host's, which never blocks.

    What is sent within one turn of the event loop goes out in one piece, which halves the system
    calls of a busy host.

    Args:
        receive: called with each message.
        lost: called once when the other end is gone.
    """

    def __init__(self, receive: Callable[[Any], None], lost: Callable[[], None]) -> None:
        self._receive = receive
        self._lost = lost
        self._loop = asyncio.get_running_loop()
        self._transport: asyncio.Transport | None = None
        self._incoming = bytearray()
        self._outgoing: deque[bytes] = deque()

    def send(self, message: Any) -> None:
        """Send a message; one to a process that is gone is dropped.

        Raises:
            Exception: the message cannot be pickled; nothing is sent then.
        """
        frame = framed(message)
        if not self._outgoing:
            self._loop.call_soon(self._flush)
        self._outgoing.append(frame)

    def close(self) -> None:
        """Send what is left and end the connection."""
        self._flush()
        if self._transport is not None:
            self._transport.close()

    def _flush(self) -> None:
        frames = b"".join(self._outgoing)
        self._outgoing.clear()
        if frames and self._transport is not None and not self._transport.is_closing():
            self._transport.write(frames)

    # -- What asyncio calls

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take the connection."""
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        """Take bytes, and hand over the messages that are complete."""
        incoming = self._incoming
        incoming += data
        start, end = 0, len(incoming)
        while end - start >= LENGTH:
            body = start + LENGTH
            stop = body + int.from_bytes(incoming[start:body], "big")
            if stop > end:
                break
            message = pickle.loads(memoryview(incoming)[body:stop])
            start = stop
            self._receive(message)
        del incoming[:start]

    def connection_lost(self, exc: Exception | None) -> None:
        """Tell that the other end is gone."""
        self._lost()


class ChildLink(Link):
    """The child's end. What it sends leaves at once, from any thread.

    So the host gets what was printed right before ``os._exit``. The host always reads, and it does
    not matter that a child waits until it has.

    Args:
        connection: the socket.
        receive: called with each message.
        lost: called once when the other end is gone.
    """

    def __init__(
        self, connection: socket.socket, receive: Callable[[Any], None], lost: Callable[[], None]
    ) -> None:
        super().__init__(receive, lost)
        self._socket = connection
        self._writing = threading.Lock()

    def send(self, message: Any) -> None:
        """Send a message; see :meth:`Link.send`."""
        self._outgoing.append(framed(message, _Pickler))
        self._flush()

    def _flush(self) -> None:
        # Whoever finds the lock taken leaves its frame to the one that writes. To wait would be a
        # deadlock for a destructor that prints while its own thread writes.
        while self._outgoing and self._writing.acquire(blocking=False):
            try:
                while self._outgoing:
                    self._write(self._outgoing.popleft())
            finally:
                self._writing.release()

    def _write(self, frame: bytes) -> None:
        left = memoryview(frame)
        while left:
            try:
                left = left[self._socket.send(left) :]
            except BlockingIOError:
                select.select((), (self._socket,), ())
            except OSError:  # the host is gone
                return
