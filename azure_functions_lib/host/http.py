"""The HTTP part of the host: an ASGI request becomes a call, and what comes of it a response."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from contextlib import nullcontext
from html import escape
from typing import TYPE_CHECKING, Any, TypeAlias

from ..delivery.call import Outcome
from ..delivery.front import Accepted, Reply, Request

if TYPE_CHECKING:
    from ..delivery.front import Front
    from ..delivery.options import HttpOptions

__all__ = ["Connection", "Http", "Message", "Receive", "Send", "respond"]

Message: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[Message]]
Send: TypeAlias = Callable[[Message], Awaitable[None]]

MAX_BODY = 104_857_600
"""Bytes of a request body that the host takes, unless ``FUNCTIONS_REQUEST_BODY_SIZE_LIMIT`` says
another number."""

_TOO_MANY = Reply(429, [("X-FUNCTION-SCALEOUT", "1")])


class _BodyTooLarge(Exception):
    """The body of a request is larger than the host takes."""


class _Hangup(Exception):
    """The caller has hung up before the request was complete."""


class Connection:
    """The caller of an ASGI app whose messages are passed on as they come.

    Args:
        receive: what the server gives the messages of the caller by.
        send: what it takes those for the caller by.
        complete: adds the headers that the host sends with every response.
    """

    def __init__(
        self,
        receive: Receive,
        send: Send,
        complete: Callable[[Iterable[tuple[str, str]]], list[tuple[str, str]]],
    ) -> None:
        self._receive = receive
        self._send = send
        self._complete = complete
        self.started = False

    async def receive(self) -> Message:
        """Wait for the next message of the caller."""
        return await self._receive()

    async def send(self, message: Message) -> None:
        """Send a message; the first one is the start of the response."""
        if message["type"] == "http.response.start":
            self.started = True
            headers = [
                (name.decode("latin-1"), value.decode("latin-1"))
                for name, value in message.get("headers", ())
            ]
            message = {**message, "headers": _encoded(self._complete(headers))}
        await self._send(message)


class Http:
    """Answers the requests of one version of an app.

    Args:
        front: makes calls of requests and replies of outcomes.
        options: ``extensions.http`` of host.json.
        run: runs a call; for an ASGI app that is streamed it is given the connection.
        routes: what a person is told who asks for a page that is not there.
    """

    def __init__(
        self,
        front: Front,
        options: HttpOptions,
        run: Callable[[Accepted, Connection | None], Awaitable[Outcome]],
        routes: Iterable[str],
    ) -> None:
        self._front = front
        self._run = run
        self._routes = list(routes)
        self._most = options.max_outstanding_requests
        self._count = 0
        slots = options.max_concurrent_requests
        self._slots = nullcontext() if slots is None else asyncio.Semaphore(slots)
        self._max_body = int(os.environ.get("FUNCTIONS_REQUEST_BODY_SIZE_LIMIT") or MAX_BODY)

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answer a request, as an ASGI application."""
        accepted = self._front.receive(_request(scope))
        if isinstance(accepted, Reply):
            if accepted.status == 404 and _is_person(scope):
                accepted = _page(accepted, self._routes)
            await respond(send, accepted)
            return
        if self._most is not None and self._count >= self._most:
            await respond(send, _TOO_MANY)
            return
        self._count += 1
        try:
            async with self._slots:
                await self._call(accepted, scope, receive, send)
        finally:
            self._count -= 1

    async def _call(self, accepted: Accepted, scope: Message, receive: Receive, send: Send) -> None:
        call = accepted.call
        call.trace_parent = _header(scope, b"traceparent") or _new_trace()
        call.trace_state = _header(scope, b"tracestate")
        connection = None
        if accepted.function.http_type == "asgi":
            connection = Connection(
                receive, send, lambda headers: self._front.completed(accepted, headers)
            )
        else:
            try:
                accepted.give_body(await _body(receive, self._max_body))
            except _BodyTooLarge:
                await respond(send, Reply(413, []))
                return
            except _Hangup:
                return
        outcome = await self._run(accepted, connection)
        if connection is None or not connection.started:
            await respond(send, self._front.reply(accepted, outcome))
        elif outcome.exception is not None:
            # The server closes the connection, so that the caller sees that the answer is cut.
            raise RuntimeError(f"{call.function}: {outcome.exception.message}")


def _request(scope: Message) -> Request:
    raw = scope.get("raw_path") or scope["path"].encode()
    query = scope["query_string"]
    url = (raw + b"?" + query if query else raw).decode("latin-1")
    headers = [
        (name.decode("latin-1"), value.decode("latin-1")) for name, value in scope["headers"]
    ]
    return Request(scope["method"], url, headers)


def _header(scope: Message, wanted: bytes) -> str:
    return next((value.decode("latin-1") for name, value in scope["headers"] if name == wanted), "")


def _is_person(scope: Message) -> bool:
    return scope["method"] == "GET" and "text/html" in _header(scope, b"accept")


def _new_trace() -> str:
    """Begin a trace that is not recorded (W3C Trace Context)."""
    digits = os.urandom(24).hex()
    return f"00-{digits[:32]}-{digits[32:]}-00"


async def _body(receive: Receive, limit: int) -> bytes:
    body, more = b"", True
    chunks, size = [], 0
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise _Hangup
        body, more = message.get("body", b""), message.get("more_body", False)
        size += len(body)
        if size > limit:
            raise _BodyTooLarge
        chunks.append(body)
    return body if len(chunks) == 1 else b"".join(chunks)


def _encoded(headers: Iterable[tuple[str, str]]) -> list[tuple[bytes, bytes]]:
    return [(name.lower().encode("latin-1"), _value(value)) for name, value in headers]


def _value(text: str) -> bytes:
    try:
        return text.encode("latin-1")
    except UnicodeEncodeError:
        return text.encode()


async def respond(send: Send, reply: Reply) -> None:
    """Send a reply."""
    headers = _encoded(reply.headers)
    if all(name != b"content-length" for name, _ in headers) and reply.status not in (204, 304):
        headers.append((b"content-length", str(len(reply.body)).encode()))
    await send({"type": "http.response.start", "status": reply.status, "headers": headers})
    await send({"type": "http.response.body", "body": reply.body})


def _page(reply: Reply, routes: Iterable[str]) -> Reply:
    """Make the page that tells a person which routes there are."""
    rows = "".join(f"<li><code>{escape(route)}</code></li>" for route in routes)
    body = (
        "<!doctype html><meta charset=utf-8><title>Not found</title>"
        "<body style='font: 1rem/1.5 system-ui; margin: 3rem auto; max-width: 40rem'>"
        f"<h1>404</h1><p>No function has this route. There are:</p><ul>{rows}</ul>"
    )
    headers = [*reply.headers, ("content-type", "text/html; charset=utf-8")]
    return Reply(reply.status, headers, body.encode())
