"""The HTTP part of the host: an ASGI request becomes a call, and what comes of it a response."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Iterable, Mapping
from contextlib import nullcontext
from typing import TYPE_CHECKING

from ..app.settings import is_true
from ..context import new_invocation_id
from ..delivery.call import Outcome
from ..delivery.front import Accepted, Reply, Request
from .asgi import Connection, Message, Receive, Send, header_of, respond
from .pages import home, not_found

if TYPE_CHECKING:
    from ..delivery.front import Front
    from ..delivery.options import HttpOptions

__all__ = ["MAX_BODY", "BodyTooLarge", "Hangup", "Http", "read_body", "request_of"]

MAX_BODY = 104_857_600
"""Bytes of a request body that the host takes, unless ``FUNCTIONS_REQUEST_BODY_SIZE_LIMIT`` says
another number."""

_TRACE = re.compile("[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}(-.*)?")


class BodyTooLarge(Exception):
    """The body of a request is larger than the host takes."""


class Hangup(Exception):
    """The caller has hung up before the request was complete."""


class Http:
    """Answers the requests of one version of an app.

    Args:
        front: makes calls of requests and replies of outcomes.
        options: ``extensions.http`` of host.json.
        run: runs a call; for an ASGI app that is streamed it is given the connection.
        routes: what a person is told who asks for a page that is not there.
        settings: the application settings, of which two are for this part of the host.
    """

    def __init__(
        self,
        front: Front,
        options: HttpOptions,
        run: Callable[[Accepted, Connection | None], Awaitable[Outcome]],
        routes: Iterable[str],
        settings: Mapping[str, str],
    ) -> None:
        self._front = front
        self._run = run
        self._routes = list(routes)
        self._most = options.max_outstanding_requests
        self._count = 0
        slots = options.max_concurrent_requests
        self._slots = nullcontext() if slots is None else asyncio.Semaphore(slots)
        self._has_home = not is_true(settings.get("AzureWebJobsDisableHomepage"))
        limit = settings.get("FUNCTIONS_REQUEST_BODY_SIZE_LIMIT", "")
        self._max_body = int(limit) if limit.isdecimal() else MAX_BODY

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answer a request, as an ASGI application."""
        accepted = self._front.receive(request_of(scope))
        if isinstance(accepted, Reply):
            await respond(send, self._unserved(scope, accepted), scope["method"])
            return
        if self._most is not None and self._count >= self._most:
            await self._refuse(scope, send, accepted, 429, ("X-FUNCTION-SCALEOUT", "1"))
            return
        self._count += 1
        try:
            async with self._slots:
                await self._call(accepted, scope, receive, send)
        finally:
            self._count -= 1

    def _unserved(self, scope: Message, reply: Reply) -> Reply:
        """Give the reply to a request that calls no function, with a page where a person looks."""
        if reply.status != 404:
            return reply
        if scope["path"] == "/":
            return home(reply.headers) if self._has_home else Reply(204, reply.headers)
        if scope["method"] == "GET" and "text/html" in header_of(scope, b"accept"):
            return not_found(reply.headers, self._routes)
        return reply

    async def _refuse(
        self, scope: Message, send: Send, accepted: Accepted, status: int, *header: tuple[str, str]
    ) -> None:
        reply = Reply(status, self._front.completed(accepted, header))
        await respond(send, reply, scope["method"])

    async def _call(self, accepted: Accepted, scope: Message, receive: Receive, send: Send) -> None:
        call = accepted.call
        call.invocation_id = new_invocation_id()
        call.trace_parent, call.trace_state = _trace(scope, call.invocation_id)
        if accepted.function.http_type == "asgi":
            await self._stream(accepted, scope, receive, send)
            return
        try:
            accepted.give_body(await read_body(scope, receive, self._max_body))
        except BodyTooLarge:
            await self._refuse(scope, send, accepted, 413)
        except Hangup:
            pass
        else:
            outcome = await self._run(accepted, None)
            await respond(send, self._front.reply(accepted, outcome), scope["method"])

    async def _stream(
        self, accepted: Accepted, scope: Message, receive: Receive, send: Send
    ) -> None:
        """Let an ASGI app talk to the caller itself."""
        connection = Connection(
            receive,
            send,
            self._max_body,
            lambda headers: self._front.completed(accepted, headers),
        )
        try:
            outcome = await self._run(accepted, connection)
        finally:
            connection.close()
        if not connection.started:
            if connection.too_large:
                await self._refuse(scope, send, accepted, 413)
            else:
                await respond(send, self._front.reply(accepted, outcome), scope["method"])
        # An answer that has begun and is not complete is cut by the server, which closes the
        # connection, so that the caller does not take it for a whole one.


def request_of(scope: Message) -> Request:
    """Give the request of an ASGI scope, without its body."""
    raw = scope.get("raw_path") or scope["path"].encode()
    query = scope["query_string"]
    target = (raw + b"?" + query if query else raw).decode("latin-1")
    host = header_of(scope, b"host")
    return Request(
        scope["method"],
        f"{scope['scheme']}://{host}{target}" if host else target,
        [(name.decode("latin-1"), _text(value)) for name, value in scope["headers"]],
    )


def _text(value: bytes) -> str:
    """Read a header's value as Azure's host does: as UTF-8, and bytes that are none as latin-1."""
    try:
        return value.decode()
    except UnicodeDecodeError:
        return value.decode("latin-1")


def _trace(scope: Message, invocation_id: str) -> tuple[str, str]:
    """Give the trace that a request belongs to (W3C Trace Context).

    One that belongs to none begins a trace that is not recorded, with the digits of its invocation.
    """
    parent = header_of(scope, b"traceparent")
    if parent and _TRACE.fullmatch(parent):
        return parent, header_of(scope, b"tracestate")
    digits = invocation_id.replace("-", "")
    return f"00-{digits}-{digits[16:]}-00", ""


async def read_body(scope: Message, receive: Receive, limit: int) -> bytes:
    """Read the body of a request.

    Raises:
        BodyTooLarge: it has more bytes than the limit; the rest is not read.
        Hangup: the caller is gone.
    """
    length = header_of(scope, b"content-length")
    if length.isdecimal() and int(length) > limit:
        raise BodyTooLarge
    chunks, size, more = [], 0, True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Hangup
        chunk, more = message.get("body", b""), message.get("more_body", False)
        size += len(chunk)
        if size > limit:
            raise BodyTooLarge
        chunks.append(chunk)
    return chunks[0] if len(chunks) == 1 else b"".join(chunks)
