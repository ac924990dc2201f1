"""WSGI applications (PEP 3333) behind an HTTP function."""

from __future__ import annotations

import io
import logging
import sys
from functools import lru_cache
from urllib.parse import unquote_to_bytes

from ..errors import InvocationError, preview
from ._http import (
    CONTEXT_KEYS,
    HOP_BY_HOP,
    context_values,
    forwarded_client,
    forwarded_port,
    has_prefix,
    normal_prefix,
    split_origin,
    split_url,
    to_func_response,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any, TextIO

    from _typeshed import OptExcInfo
    from _typeshed.wsgi import WSGIApplication
    from typing_extensions import Self

    from ..context import Context
    from ..http.request import HttpRequest
    from ..http.response import HttpResponse

__all__ = ["WsgiMiddleware", "WsgiRequest", "WsgiResponse"]


_logger = logging.getLogger("azure_functions_lib")


class WsgiMiddleware:
    """Serves a WSGI application by an HTTP function.

    In ``function_app.py`` take :class:`WsgiFunctionApp`, which makes one. With a ``function.json``
    whose route is ``/{*route}``::

        main = func.WsgiMiddleware(application).main

    The application gets an environment after PEP 3333. What it writes to ``wsgi.errors`` is logged,
    at level ERROR; its answer is sent whatever the status; its own exceptions fail the invocation.

    Args:
        app: the WSGI application, such as a Flask app or Django's ``get_wsgi_application()``.
        root_path: the path below which the app lives, such as ``"/api"`` (the ``routePrefix`` of
            ``host.json``). It becomes ``SCRIPT_NAME`` and is taken off ``PATH_INFO``. By default
            the app sees the whole path.

    Attributes:
        main: the function to take as the entry point.
    """

    def __init__(self, app: WSGIApplication, *, root_path: str = "") -> None:
        self._app = app
        self._root_path = normal_prefix(root_path)
        # A worker checks annotations against the binding: a lambda has none
        self.main: Callable[[HttpRequest, Context], HttpResponse] = lambda req, context: (
            self.handle(req, context)
        )

    def handle(self, req: HttpRequest, context: Context | None = None) -> HttpResponse:
        """Answer one request.

        Args:
            req: the request.
            context: the invocation context; the app finds its values in the environment as
                ``azure_functions.invocation_id`` and so on.

        Raises:
            InvocationError: the app broke PEP 3333, as by never calling ``start_response``.
        """
        errors = ErrorLog()
        try:
            environ = WsgiRequest(req, context, self._root_path).to_environ(errors)
            return WsgiResponse.from_app(self._app, environ).to_func_response()
        finally:
            errors.flush()


class WsgiRequest:
    """A request as WSGI sees it.

    Args:
        func_req: the request.
        func_ctx: the invocation context.
        root_path: the path prefix that is the app's own, written ``/api``.
    """

    __slots__ = ("func_ctx", "func_req", "root_path")

    def __init__(
        self, func_req: HttpRequest, func_ctx: Context | None = None, root_path: str = ""
    ) -> None:
        self.func_req = func_req
        self.func_ctx = func_ctx
        self.root_path = root_path

    @property
    def path_info(self) -> str:
        """The URL's path, decoded; its bytes as the characters of these numbers (PEP 3333)."""
        return _decoded(split_url(self.func_req.url)[1])

    def to_environ(self, errors_buffer: TextIO | ErrorLog) -> dict[str, Any]:
        """Make the environment: PEP 3333's keys, the request headers, the invocation context.

        Args:
            errors_buffer: the stream that becomes ``wsgi.errors``.
        """
        req = self.func_req
        body = req.get_body()
        origin, path, query = split_url(req.url)
        path = _decoded(path)
        environ = _origin_variables(origin).copy()
        root_path = self.root_path and _native(self.root_path)
        if root_path and has_prefix(path, root_path):
            environ["SCRIPT_NAME"] = root_path
            path = path[len(root_path) :]
        environ["REQUEST_METHOD"] = req.method
        environ["PATH_INFO"] = path
        environ["QUERY_STRING"] = _native(query)
        environ["wsgi.input"] = io.BytesIO(body)
        environ["wsgi.errors"] = errors_buffer
        for name, value in req.headers.items():
            key = _cgi_names[name]
            if key:
                environ[key] = value if value.isascii() else _native_header(value)
        environ["CONTENT_LENGTH"] = str(len(body))
        if "HTTP_X_FORWARDED_FOR" in environ:
            client = forwarded_client(environ["HTTP_X_FORWARDED_FOR"])
            if client is not None:
                environ["REMOTE_ADDR"] = client[0]
        if "HTTP_X_FORWARDED_PORT" in environ:
            port = forwarded_port(environ["HTTP_X_FORWARDED_PORT"])
            if port:
                environ["SERVER_PORT"] = str(port)
        for key, fact in zip(CONTEXT_KEYS, context_values(self.func_ctx)):  # noqa: B905 - as many
            if fact is not None:
                environ[key] = fact
        return environ


def _decoded(path: str) -> str:
    if "%" in path or not path.isascii():
        return unquote_to_bytes(path).decode("latin-1")
    return path


# Bounded, because the origin holds the caller's Host header
@lru_cache(maxsize=32)
def _origin_variables(origin: str) -> dict[str, Any]:
    """Make the variables that all requests to one origin share."""
    scheme, host, port = split_origin(origin)
    return {
        "SCRIPT_NAME": "",
        "SERVER_NAME": host,
        "SERVER_PORT": str(port),
        "SERVER_PROTOCOL": "HTTP/1.1",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scheme,
        "wsgi.multithread": False,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }


def _native(value: str) -> str:
    """Write text as PEP 3333 wants it: each UTF-8 byte as the character of that number."""
    return value if value.isascii() else value.encode().decode("latin-1")


class _Names(dict[str, str]):
    """Header names as CGI writes them, made when one is first met; empty for those left out.

    CGI writes ``X_User`` as it writes ``X-User``, so that a caller could pose as who a proxy
    vouches for: names with ``_`` are left out, as servers do. So are headers of the connection:
    the body has been read, and an app that saw ``Transfer-Encoding`` would take it for endless.
    """

    def __missing__(self, name: str) -> str:
        key = name.upper().replace("-", "_")
        if "_" in name or name in HOP_BY_HOP:
            key = ""
        elif key not in ("CONTENT_TYPE", "CONTENT_LENGTH"):
            key = f"HTTP_{key}"
        if len(self) < 256:  # callers choose header names
            self[name] = key
        return key


_cgi_names = _Names()


def _native_header(value: str) -> str:
    try:
        value.encode("latin-1")
    except UnicodeEncodeError:
        return _native(value)
    return value  # HTTP headers are latin-1 already


_NOT_STARTED = "The WSGI app answered without calling start_response(status, headers) first"


class WsgiResponse:
    """The answer of a WSGI application, collected."""

    __slots__ = ("_chunks", "_headers", "_method", "_status")

    def __init__(self) -> None:
        self._method = ""
        self._status = 0
        self._headers: list[tuple[str, str]] = []
        self._chunks: list[bytes] = []

    @classmethod
    def from_app(cls, app: WSGIApplication, environ: dict[str, Any]) -> Self:
        """Call an application and read its whole answer.

        Raises:
            InvocationError: the app broke PEP 3333.
        """
        response = cls()
        response._method = environ.get("REQUEST_METHOD", "")
        result = app(environ, response._start)
        try:
            parts = iter(result)
        except TypeError as error:
            raise InvocationError(
                f"The WSGI app returned {preview(result)}; expected an iterable of bytes, such as "
                "[b'text']"
            ) from error
        try:
            chunks = response._chunks
            for chunk in parts:
                if chunk:
                    if not response._status:
                        raise InvocationError(_NOT_STARTED)
                    chunks.append(chunk)
        finally:
            close = getattr(result, "close", None)
            if close is not None:
                close()
        if not response._status:
            raise InvocationError(_NOT_STARTED)
        return response

    def _start(
        self,
        status: str,
        headers: list[tuple[str, str]] | None,
        exc_info: OptExcInfo | None = None,
        /,
    ) -> Callable[[bytes], object]:
        if exc_info is None:
            if self._status:
                raise InvocationError(
                    "The WSGI app called start_response twice; a second call needs exc_info"
                )
        elif self._chunks and exc_info[1] is not None:
            # The headers count as sent with the first byte of the body, as behind a server that
            # streams: an error page cannot be glued to half a body
            raise exc_info[1].with_traceback(exc_info[2])
        if not isinstance(status, str):
            raise _no_status(status)
        self._status = _status_code(status)
        self._headers = headers or []  # None for none is against PEP 3333, but served elsewhere
        return self._chunks.append

    def to_func_response(self) -> HttpResponse:
        """Make the answer of the function, every header kept.

        Raises:
            InvocationError: a part of the body is not bytes.
        """
        try:
            body = b"".join(self._chunks)
        except TypeError as error:
            raise InvocationError(f"The body of the WSGI app: {error}; expected bytes") from error
        return to_func_response(self._method, self._status, self._headers, body)


@lru_cache(maxsize=64)
def _status_code(status: str) -> int:
    code = status[:3]
    if len(code) == 3 and code.isascii() and code.isdigit() and status[3:4] in ("", " "):
        return int(code)
    raise _no_status(status)


def _no_status(status: object) -> InvocationError:
    return InvocationError(
        f"The WSGI app gave the status {preview(status)}; expected one such as '200 OK'"
    )


class ErrorLog:
    """``wsgi.errors``: a text stream that is a log.

    What was written since the last flush becomes one record, so that a traceback stays whole. The
    end of the request flushes.
    """

    __slots__ = ("_emitting", "_texts")

    def __init__(self) -> None:
        self._texts: list[str] = []
        self._emitting = False

    def write(self, text: str, /) -> int:
        """Take text for the next record."""
        if not self._emitting:
            self._texts.append(text)
        elif sys.__stderr__ is not None:
            # A log handler writes to wsgi.errors, as Flask's documentation sets one up: logging
            # what it wrote would never end
            sys.__stderr__.write(text)
        return len(text)

    def writelines(self, lines: Iterable[str], /) -> None:
        """Take texts for the next record."""
        for line in lines:
            self.write(line)

    def flush(self) -> None:
        """Log what was written, as one record of level ERROR."""
        if self._emitting or not self._texts:
            return
        text = "".join(self._texts).rstrip()
        self._texts.clear()
        if text:
            self._emitting = True
            try:
                _logger.error("%s", text)
            finally:
                self._emitting = False
