"""ASGI 3 applications behind an HTTP function."""

from __future__ import annotations

import asyncio
import logging
import threading
import warnings
from concurrent.futures import Future
from contextvars import ContextVar
from functools import lru_cache
from urllib.parse import unquote_to_bytes

from ..errors import InvocationError, preview
from ._http import (
    CONTEXT_KEYS,
    context_values,
    forwarded_client,
    forwarded_port,
    has_prefix,
    normal_prefix,
    split_origin,
    split_url,
    to_func_response,
)
from .wsgi import WsgiRequest

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, MutableMapping
    from typing import Any, Protocol, TypeAlias

    from typing_extensions import Self

    from ..context import Context
    from ..http.request import HttpRequest
    from ..http.response import HttpResponse

    AsgiApp: TypeAlias = Callable[[Any, Any, Any], Awaitable[object]]
    Message: TypeAlias = MutableMapping[str, Any]

    class Caller(Protocol):
        """Whoever sent a request, at the other end of an ASGI connection."""

        async def receive(self) -> Message:
            """Wait for the next part of the request, or for the end of the connection."""
            ...

        async def send(self, message: Message) -> None:
            """Send a part of the answer.

            Raises:
                OSError: the caller is gone.
            """


__all__ = ["ASGI_SPEC_VERSION", "ASGI_VERSION", "AsgiMiddleware", "AsgiRequest", "AsgiResponse"]

ASGI_VERSION = "2.1"
"""The mirrored value of the scope key ``asgi.version``; ``scope["asgi"]`` holds the real one."""

ASGI_SPEC_VERSION = "2.1"
"""The mirrored value of the scope key ``asgi.spec_version``."""


_logger = logging.getLogger("azure_functions_lib")


class AsgiMiddleware:
    """Serves an ASGI 3 application by an HTTP function.

    In ``function_app.py`` take :class:`AsgiFunctionApp`, which makes one and runs the lifespan.
    With a ``function.json`` whose route is ``/{*route}``::

        middleware = func.AsgiMiddleware(application)

        async def main(req: func.HttpRequest, context: func.Context) -> func.HttpResponse:
            return await middleware.handle_async(req, context)

    An exception of the app fails the invocation, unless the app has sent a complete answer before
    it: that answer is sent and the exception is logged.

    Args:
        app: the ASGI application, such as a FastAPI app or Django's ``get_asgi_application()``.
        root_path: the path below which the app lives, such as ``"/api"`` (the ``routePrefix`` of
            ``host.json``). It becomes ``scope["root_path"]``, and ``path`` still begins with it, as
            the ASGI specification says. By default the app sees a path and no root.

    Attributes:
        main: a plain function to take as the entry point of a ``function.json``.
        state: what the app's lifespan put into ``scope["state"]``; a request gets a shallow copy.
    """

    def __init__(self, app: AsgiApp, *, root_path: str = "") -> None:
        self._app = app
        self._root_path = normal_prefix(root_path)
        self._lifespan: _Lifespan | None = None
        self._lock = threading.Lock()
        self.state: dict[str, Any] = {}
        # A worker checks annotations against the binding: a lambda has none
        self.main: Callable[[HttpRequest, Context], HttpResponse] = lambda req, context: (
            self.handle(req, context)
        )

    async def handle_async(self, req: HttpRequest, context: Context | None = None) -> HttpResponse:
        """Answer one request, when the app is done with it, background tasks included.

        Args:
            req: the request.
            context: the invocation context; the app finds its values in the scope as
                ``azure_functions.invocation_id`` and so on.

        Raises:
            InvocationError: the app broke the ASGI specification, as by never completing an answer.
        """
        request = AsgiRequest(req, context, self._root_path)
        scope = request.to_asgi_http_scope(self.state.copy())
        caller = connected.get()
        response = AsgiResponse() if caller is None else StreamedResponse(caller)
        await response.run(self._app, scope, req.get_body())
        return response.to_func_response()

    def handle(self, req: HttpRequest, context: Context | None = None) -> HttpResponse:
        """Answer one request in an event loop of its own.

        Deprecated: the app's connections and tasks die with that loop. Await :meth:`handle_async`.
        """
        message = "AsgiMiddleware.handle() and .main are deprecated; await handle_async() instead"
        warnings.warn(message, DeprecationWarning, stacklevel=2)
        _logger.warning(message)
        return asyncio.run(self.handle_async(req, context))

    async def notify_startup(self) -> bool:
        """Start the app's lifespan; True when requests may follow.

        However many callers there are, at once or later and on whichever event loop, the app is
        started once; a start that failed, or whose loop has ended, is tried again by the next
        caller. An app that takes no lifespan events (it raises, or returns) is served without
        them, as the specification asks.

        Returns:
            False when the app sent ``lifespan.startup.failed``; its message is logged.
        """
        while True:
            with self._lock:
                lifespan = self._lifespan
                if lifespan is None or lifespan.over:
                    lifespan = self._lifespan = _Lifespan(self._app, self.state)
            started = await asyncio.wrap_future(lifespan.started)
            if started is not None or lifespan.loop is asyncio.get_running_loop():
                return started is not False

    async def notify_shutdown(self) -> None:
        """End the app's lifespan and wait until the app has done its part.

        It runs on the event loop that ran :meth:`notify_startup`, whichever loop this is called on.
        Once that loop has ended there is nothing left to do: it has cancelled the lifespan.

        Raises:
            InvocationError: :meth:`notify_startup` was not called before.
        """
        lifespan = self._lifespan
        if lifespan is None:
            raise InvocationError("notify_startup() must be called before notify_shutdown()")
        if lifespan.end():
            await asyncio.wrap_future(lifespan.ended)


class AsgiRequest(WsgiRequest):
    """A request as ASGI sees it (and, being the mirrored class, also as WSGI does)."""

    __slots__ = ()

    @property
    def path_info(self) -> str:
        """The URL's path, decoded as UTF-8 (the ASGI specification)."""
        return _decoded(split_url(self.func_req.url)[1])

    def to_asgi_http_scope(self, state: dict[str, Any] | None = None) -> dict[str, Any]:
        """Make the connection scope of type ``http``.

        Args:
            state: becomes ``scope["state"]``; without one the key is absent.
        """
        req = self.func_req
        headers = req.headers
        origin, path, query = split_url(req.url)
        scope = _origin_scope(origin).copy()
        # From 2.4 on an app need not listen for a caller that goes away: send() would raise
        scope["asgi"] = {"version": "3.0", "spec_version": "2.4"}
        scope["method"] = req.method
        scope["raw_path"] = path.encode()
        path = scope["path"] = _decoded(path)
        scope["query_string"] = query.encode()
        scope["headers"] = _encode_headers(headers)
        if self.root_path and has_prefix(path, self.root_path):
            scope["root_path"] = self.root_path
        chain = headers.get("x-forwarded-for")
        if chain is not None:
            scope["client"] = forwarded_client(chain)
        ports = headers.get("x-forwarded-port")
        if ports is not None:
            host, port = scope["server"]
            scope["server"] = host, forwarded_port(ports) or port
        if state is not None:
            scope["state"] = state
        for key, value in zip(CONTEXT_KEYS, context_values(self.func_ctx)):  # noqa: B905 - as many
            scope[key] = value  # in a quarter of the time of scope.update
        return scope


def _decoded(path: str) -> str:
    return unquote_to_bytes(path).decode(errors="replace") if "%" in path else path


# Bounded, because the origin holds the caller's Host header
@lru_cache(maxsize=32)
def _origin_scope(origin: str) -> dict[str, Any]:
    """Make what the scopes of all requests to one origin share; the other keys hold None."""
    scheme, host, port = split_origin(origin)
    return {
        # A copy that is filled in costs half of one that grows
        **dict.fromkeys(("asgi", "method", "raw_path", "path", "query_string", "headers")),
        **dict.fromkeys(CONTEXT_KEYS),
        "type": "http",
        "asgi.version": ASGI_VERSION,
        "asgi.spec_version": ASGI_SPEC_VERSION,
        "http_version": "1.1",
        "scheme": scheme,
        "root_path": "",
        "server": (host, port),
        "client": None,
    }


def _encode_headers(headers: Mapping[str, str]) -> list[tuple[bytes, bytes]]:
    try:
        # latin-1 by default costs less than by name, and ASCII is the same in both
        return [
            (name.encode(), value.encode() if value.isascii() else value.encode("latin-1"))
            for name, value in headers.items()
        ]
    except UnicodeEncodeError:
        return [(name.encode(), _encode_value(value)) for name, value in headers.items()]


def _encode_value(value: str) -> bytes:
    try:
        return value.encode("latin-1")
    except UnicodeEncodeError:
        return value.encode()  # a host that reads headers as UTF-8 can hand over any character


class AsgiResponse:
    """The answer of an ASGI application, collected."""

    _method = ""
    _status = 0
    _body = b""
    _received = False
    _complete = False
    _disconnected: asyncio.Event | None = None

    def __init__(self) -> None:
        self._headers: list[tuple[str, str]] = []
        self._chunks: list[bytes] = []

    @classmethod
    async def from_app(cls, app: AsgiApp, scope: dict[str, Any], body: bytes) -> Self:
        """Run an application over one request and read its whole answer.

        Args:
            app: the application.
            scope: the connection scope.
            body: the request body.

        Raises:
            InvocationError: the app broke the ASGI specification.
        """
        response = cls()
        await response.run(app, scope, body)
        return response

    async def run(self, app: AsgiApp, scope: dict[str, Any], body: bytes) -> None:
        """Run an application until it has answered; see :meth:`from_app`."""
        self._method = scope["method"]
        self._body = body
        try:
            await app(scope, self._receive, self._send)
        except Exception:
            if not self._complete:
                raise
            _logger.exception("The ASGI app raised after its answer was complete")
        finally:
            if self._disconnected is not None:
                self._disconnected.set()
        if not self._complete:
            raise InvocationError(
                "The ASGI app ended before its answer was complete; expected http.response.start "
                "and then http.response.body, the last one without more_body"
            )

    async def _receive(self) -> Message:
        if not self._received:
            self._received = True
            return {"type": "http.request", "body": self._body, "more_body": False}
        if not self._complete:
            if self._disconnected is None:
                self._disconnected = asyncio.Event()
            await self._disconnected.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message: Message) -> None:
        try:
            kind = message["type"]
        except (KeyError, TypeError) as error:
            raise _no_message(message) from error
        if kind == "http.response.body" and self._status and not self._complete:
            chunk = message.get("body", b"")
            if type(chunk) is not bytes:
                chunk = _copy_chunk(chunk)
            self._chunks.append(chunk)
            if not message.get("more_body", False):
                self._complete = True
                if self._disconnected is not None:
                    self._disconnected.set()
        elif kind == "http.response.start" and not self._status:
            try:
                self._headers = [
                    (name.decode("latin-1"), value.decode("latin-1"))
                    for name, value in message.get("headers", ())
                ]
            except (AttributeError, TypeError, ValueError) as error:
                raise InvocationError(
                    f"http.response.start: headers: got {preview(message['headers'])}; expected "
                    "pairs of bytes, name and value"
                ) from error
            status = message.get("status")
            if not isinstance(status, int) or not status:
                raise InvocationError(
                    f"http.response.start: status: got {preview(status)}; expected a number such "
                    "as 200"
                )
            self._status = status
        else:
            raise InvocationError(f"The ASGI app sent {kind!r}; expected {self._expected}")

    @property
    def _expected(self) -> str:
        if self._complete:
            return "nothing more, for the answer is complete"
        return "'http.response.body'" if self._status else "'http.response.start'"

    def to_func_response(self) -> HttpResponse:
        """Make the answer of the function, every header kept."""
        body = b"".join(self._chunks)
        return to_func_response(self._method, self._status, self._headers, body)


connected: ContextVar[Caller | None] = ContextVar("connected", default=None)
"""The caller of the running invocation, set by a host that passes answers on as they come."""


class StreamedResponse(AsgiResponse):
    """The answer of an ASGI application, passed on as it comes.

    What is left for the function to return has status and headers, and no body.

    Args:
        caller: who gets it.
    """

    def __init__(self, caller: Caller) -> None:
        super().__init__()
        self._caller = caller
        self._hung_up = False

    async def run(self, app: AsgiApp, scope: dict[str, Any], body: bytes) -> None:
        """Run an application until it has answered; it has not failed if its caller hung up."""
        try:
            await super().run(app, scope, body)
        except Exception as error:
            if not self._hung_up:
                raise
            _logger.info("The caller hung up before the answer was complete (%r)", error)

    async def _receive(self) -> Message:
        message = await self._caller.receive()
        if message["type"] == "http.disconnect":
            self._hung_up = True
        return message

    async def _send(self, message: Message) -> None:
        await super()._send(message)
        self._chunks.clear()
        try:
            await self._caller.send(message)
        except OSError:
            self._hung_up = True
            raise

    def to_func_response(self) -> HttpResponse:
        """Make the answer of the function without the body, which has been sent.

        One that nobody waited for has the status 499, as servers note it.
        """
        return to_func_response(self._method, self._status or 499, self._headers, None)


def _no_message(message: object) -> InvocationError:
    return InvocationError(
        f"The ASGI app sent {preview(message)}; expected a dict whose 'type' says what it is, such "
        "as 'http.response.start'"
    )


def _copy_chunk(chunk: Any) -> bytes:
    """Copy a buffer, which the app may fill anew once it is sent."""
    try:
        return bytes(memoryview(chunk))
    except TypeError as error:
        raise InvocationError(
            f"http.response.body: body: got {preview(chunk)}; expected bytes"
        ) from error


class _Lifespan:
    """One run of an app's lifespan scope, on the event loop that it was made on.

    Attributes:
        loop: that event loop.
        started: whether the app says that it is started, for callers on any loop; None if its loop
            ended before it did.
        ended: done when the app has ended.
    """

    def __init__(self, app: AsgiApp, state: dict[str, Any]) -> None:
        self.loop = asyncio.get_running_loop()
        self._events: asyncio.Queue[Message] = asyncio.Queue()
        self._events.put_nowait({"type": "lifespan.startup"})
        self.started: Future[bool | None] = _uncancellable()
        self.ended: Future[None] = _uncancellable()
        self._ending = False
        self._task = self.loop.create_task(self._run(app, state))  # the loop holds it only weakly

    @property
    def over(self) -> bool:
        """Whether the app is not, or no longer, started by this run."""
        failed = self.started.done() and not self.started.result()
        return failed or self._ending or not self.loop.is_running()

    def end(self) -> bool:
        """Tell the app to end; False if its loop has ended."""
        if not self.loop.is_running():
            return False
        if not self._ending:
            self._ending = True
            event = {"type": "lifespan.shutdown"}
            self.loop.call_soon_threadsafe(self._events.put_nowait, event)
        return True

    async def _run(self, app: AsgiApp, state: dict[str, Any]) -> None:
        scope = {
            "type": "lifespan",
            "asgi": {"version": "3.0", "spec_version": "2.0"},
            "asgi.version": ASGI_VERSION,
            "asgi.spec_version": ASGI_SPEC_VERSION,
            "state": state,
        }
        served: bool | None = True
        try:
            await app(scope, self._events.get, self._send)
        except asyncio.CancelledError:  # the loop ends
            served = None
            self._ending = True
            raise
        except Exception as error:
            if not self.started.done():
                _logger.info("The ASGI app is served without lifespan events: it raised %r", error)
            elif self.started.result():
                _logger.exception("The lifespan of the ASGI app failed after its startup")
        finally:
            if not self.started.done():
                self.started.set_result(served)
            self._end()

    def _end(self) -> None:
        if not self.ended.done():
            self.ended.set_result(None)

    async def _send(self, message: Message) -> None:
        try:
            kind = str(message["type"])
        except (KeyError, TypeError) as error:
            raise _no_message(message) from error
        if kind.endswith(".failed"):
            _logger.error("The ASGI app sent %s: %s", kind, message.get("message", ""))
        if kind in ("lifespan.startup.complete", "lifespan.startup.failed"):
            if self.started.done():
                raise InvocationError(f"The ASGI app sent {kind!r} after its startup was complete")
            self.started.set_result(kind == "lifespan.startup.complete")
        elif kind in ("lifespan.shutdown.complete", "lifespan.shutdown.failed"):
            self._end()
        else:
            raise InvocationError(
                f"The ASGI app sent {kind!r} in its lifespan; expected lifespan.startup.* or "
                "lifespan.shutdown.*"
            )


def _uncancellable() -> Future[Any]:
    """Make a future that a caller who gives up does not take from the others."""
    future: Future[Any] = Future()
    future.set_running_or_notify_cancel()
    return future
