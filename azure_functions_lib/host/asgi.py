"""What the host says to the ASGI server that it runs behind: responses, streamed or whole."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from typing import Any, TypeAlias

from ..delivery.front import Reply

__all__ = ["Connection", "Message", "Receive", "Send", "header_of", "respond"]

Message: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[Message]]
Send: TypeAlias = Callable[[Message], Awaitable[None]]
Pairs: TypeAlias = Iterable[tuple[str, str]]

_logger = logging.getLogger("azure_functions_lib.host")

# What concerns one connection alone is the server's (RFC 9110, 7.6.1).
_CONNECTION_HEADERS = frozenset(
    {"connection", "keep-alive", "proxy-connection", "te", "trailer", "transfer-encoding",
     "upgrade"}
)  # fmt: skip
_NAME = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
_BREAKS = re.compile(r"[\r\n\0]")
_WITHOUT_BODY = (204, 304)
_DISCONNECT: Message = {"type": "http.disconnect"}


def header_of(scope: Message, wanted: bytes) -> str:
    """Give the first value of a request's header, whose name is in lower case; or ``""``."""
    for name, value in scope["headers"]:
        if name == wanted:
            text: str = value.decode("latin-1")
            return text
    return ""


async def respond(send: Send, reply: Reply, method: str = "GET") -> None:
    """Send a reply, with the length of its body; a ``HEAD`` request gets no more than that."""
    status, body = _status(reply.status), reply.body
    headers = _encoded(reply.headers)
    if status in _WITHOUT_BODY:
        body = b""
    elif method == "HEAD" and not body:
        pass  # the length that the function tells is that of the body of a GET
    else:
        headers = [each for each in headers if each[0] != b"content-length"]
        headers.append((b"content-length", str(len(body)).encode()))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if method == "HEAD" else body})


def _status(status: int) -> int:
    if 200 <= status < 600:
        return status
    _logger.error("a response has the status %s, which is sent as 500", status)
    return 500


def _encoded(headers: Pairs) -> list[tuple[bytes, bytes]]:
    """Give headers as they travel; one that would break the response is left out."""
    encoded = []
    for name, value in headers:
        if not _NAME.fullmatch(name) or _BREAKS.search(value):
            _logger.error("a response has a header %r that cannot be sent and is left out", name)
        elif (lower := name.lower()) not in _CONNECTION_HEADERS:
            encoded.append((lower.encode(), _value(value)))
    return encoded


def _value(text: str) -> bytes:
    try:
        return text.encode("latin-1")
    except UnicodeEncodeError:
        return text.encode("utf-8", "replace")


class Connection:
    """The caller of an ASGI app whose messages are passed on as they come.

    It reads a little ahead of the app, so that one that only sends notices its caller's hanging up,
    too.

    Args:
        receive: what the server gives the messages of the caller by.
        send: what it takes those for the caller by.
        max_body: how many bytes a request body may have; what has more is cut off.
        complete: adds the headers that the host sends with every response.

    Attributes:
        started: whether the response has begun.
        too_large: whether the request's body was cut off.
    """

    def __init__(
        self,
        receive: Receive,
        send: Send,
        max_body: int,
        complete: Callable[[Pairs], Pairs],
    ) -> None:
        self._receive = receive
        self._send = send
        self._left = max_body
        self._complete = complete
        self._read: asyncio.Queue[Message] = asyncio.Queue(maxsize=1)
        self._reading: asyncio.Task[None] | None = None
        self._gone = False
        self.started = False
        self.too_large = False

    async def receive(self) -> Message:
        """Wait for the next message of the caller."""
        reading = self._begin_to_read()
        if reading.done() and self._read.empty():
            return _DISCONNECT
        return await self._read.get()

    def _begin_to_read(self) -> asyncio.Task[None]:
        if self._reading is None:
            self._reading = asyncio.ensure_future(self._read_all())
        return self._reading

    async def _read_all(self) -> None:
        while not self._gone:
            message = await self._receive()
            if message["type"] == "http.request":
                self._left -= len(message.get("body", b""))
                self.too_large = self._left < 0
            if message["type"] == "http.disconnect" or self.too_large:
                self._gone = True
                message = _DISCONNECT
            await self._read.put(message)

    async def send(self, message: Message) -> None:
        """Send a message; the first one is the start of the response.

        Raises:
            OSError: the caller is gone, or the server refuses the message.
        """
        if self._gone:
            raise OSError("the caller is gone")
        if message["type"] == "http.response.start":
            self.started = True
            headers = [
                (name.decode("latin-1"), value.decode("latin-1"))
                for name, value in message.get("headers", ())
            ]
            message = {
                **message,
                "status": _status(message["status"]),
                "headers": _encoded(self._complete(headers)),
            }
        try:
            await self._send(message)
        except Exception as error:
            if not isinstance(error, OSError):
                _logger.error("the server refuses a response: %s", error)
            self._gone = True
            raise OSError(f"the response cannot be sent: {error}") from error
        self._begin_to_read()

    def close(self) -> None:
        """End what still waits for the caller."""
        self._gone = True
        if self._reading is not None:
            self._reading.cancel()
        if self._read.empty():
            self._read.put_nowait(_DISCONNECT)
