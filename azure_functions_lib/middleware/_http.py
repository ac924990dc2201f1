"""What both adapters read from a request and make of an answer."""

from __future__ import annotations

from functools import lru_cache
from operator import attrgetter

from ..errors import InvocationError, preview
from ..http.content import media_type
from ..http.response import HttpResponse

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..context import Context

_CONTEXT_ATTRIBUTES = (
    "function_directory",
    "function_name",
    "invocation_id",
    "thread_local_storage",
    "trace_context",
    "retry_context",
)
_read_context = attrgetter(*_CONTEXT_ATTRIBUTES)

CONTEXT_KEYS = tuple(f"azure_functions.{name}" for name in _CONTEXT_ATTRIBUTES)
"""Where an app finds the values of :func:`context_values`."""

_NO_CONTEXT = (None,) * len(CONTEXT_KEYS)


def context_values(context: Context | None) -> tuple[object, ...]:
    """Give what an app finds of a context, None for what the context does not have."""
    if context is None:
        return _NO_CONTEXT
    try:
        return _read_context(context)
    except AttributeError:
        return tuple(getattr(context, name, None) for name in _CONTEXT_ATTRIBUTES)


def split_url(url: str) -> tuple[str, str, str]:
    """Split a request URL into origin, path and query, path and query as sent.

    A URL that begins with its path has the origin "".
    """
    if "#" in url:  # a host never sends one; a URL written by hand can have it
        url = url[: url.index("#")]
    url, _, query = url.partition("?")
    if url.startswith("/"):
        return "", url, query
    end = url.find("/", 8)  # behind http:// or https:// and the first character of the host
    if end < 0:
        return url, "/", query
    return url[:end], url[end:], query


def split_origin(origin: str) -> tuple[str, str, int]:
    """Split an origin into scheme, host and port; that of "" is ``http://localhost:80``."""
    scheme, _, authority = origin.partition("://")
    host, port = _split_address(authority.rpartition("@")[2])
    scheme = scheme or "http"
    return scheme, host.lower() or "localhost", port or (443 if scheme == "https" else 80)


def _split_address(address: str) -> tuple[str, int]:
    """Split ``host``, ``[ipv6]`` (both with ``:port`` or without, then 0) or ``ipv6``."""
    host, _, port = address.partition(":")
    if ":" in port:
        host, port = address, ""
        if address.startswith("["):
            host, _, port = address[1:].partition("]")
            port = port[1:]
    return host, _port(port)


def _port(text: str) -> int:
    port = int(text) if text.isascii() and text.isdigit() and len(text) <= 5 else 0
    return port if port < 65536 else 0


def forwarded_port(ports: str) -> int:
    """Give the first port of an ``X-Forwarded-Port`` header, 0 without one.

    A front end that ends TLS names there the port the caller connected to.
    """
    return next(filter(None, (_port(part.strip()) for part in ports.split(","))), 0)


# Callers keep their connections, and so their ports, for many requests
@lru_cache(maxsize=64)
def forwarded_client(chain: str) -> tuple[str, int] | None:
    """Give the caller's address and port (0: not told) from an ``X-Forwarded-For`` header.

    It is the last entry, the one that the platform's front end appends as ``address:port``: all
    entries before it are what the caller claims.
    """
    host, port = _split_address(chain[chain.rfind(",") + 1 :].strip())
    if not (host[:1].isdigit() or ":" in host):
        return None  # a proxy may hide the caller behind "unknown" or a made-up name
    return host, port


def normal_prefix(prefix: str) -> str:
    """Write a route prefix as ASGI and CGI do: ``/api``, and nothing for no prefix."""
    stripped = prefix.strip("/")
    return f"/{stripped}" if stripped else ""


def has_prefix(path: str, prefix: str) -> bool:
    """Tell whether a path lies below a prefix written by :func:`normal_prefix`."""
    return path.startswith(prefix) and path[len(prefix) : len(prefix) + 1] in ("", "/")


HOP_BY_HOP = frozenset(
    (
        "connection",
        "keep-alive",
        "proxy-connection",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    )
)
"""Headers of one connection (RFC 9110 7.6.1): that to the host, which neither an app nor the
caller has a share in."""

_NOTED = HOP_BY_HOP | {"content-type", "content-length"}
_WITHOUT_BODY = (204, 304)  # as any answer to HEAD: RFC 9110 9.3.2, 15.3.5 and 15.4.5


def to_func_response(
    method: str, status: int, headers: list[tuple[str, str]], body: bytes | None
) -> HttpResponse:
    """Make an HttpResponse that says the media type and charset its content-type header says.

    Headers of the connection are left out, and so is a body where there can be none. The body is
    None where it has been sent already.

    Raises:
        InvocationError: the status is an interim one, or the body has another length than the
            content-length header says.
        InvalidValueError: the status or a header cannot be sent.
    """
    if 100 <= status < 200:
        raise InvocationError(f"The app answered with the status {status}; expected a final one")
    if method == "HEAD" or status in _WITHOUT_BODY:
        body = None
    mimetype = charset = None
    try:
        for name, value in headers:
            key = name.lower()
            if key not in _NOTED:
                continue
            if key == "content-type":
                if mimetype is None:
                    mimetype, charset = _split_content_type(value)
            elif key == "content-length":
                if body is not None:
                    _check_length(value, body)
            else:
                headers = [pair for pair in headers if pair[0].lower() not in HOP_BY_HOP]
    except (AttributeError, TypeError, ValueError):
        pass  # no pairs of text: the response says what is wrong
    return HttpResponse._of_app(body or b"", status, headers, mimetype, charset)


def _check_length(declared: str, body: bytes) -> None:
    if declared.strip() != str(len(body)):
        raise InvocationError(
            f"The app declared a Content-Length of {preview(declared)} and sent a body of "
            f"{len(body)} bytes"
        )


@lru_cache(maxsize=64)
def _split_content_type(value: str) -> tuple[str | None, str | None]:
    kind, parameters = media_type(value)
    return kind or None, parameters.get("charset") or None
