"""What both adapters read from a request and make of an answer."""

from __future__ import annotations

from functools import lru_cache
from operator import attrgetter
from urllib.parse import unquote_to_bytes

from ..http.response import HttpResponse

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..runtime.context import Context

_CONTEXT_ATTRIBUTES = (
    "function_directory",
    "function_name",
    "invocation_id",
    "thread_local_storage",
    "trace_context",
    "retry_context",
)
_read_context = attrgetter(*_CONTEXT_ATTRIBUTES)

_CONTEXT_KEYS = tuple(f"azure_functions.{name}" for name in _CONTEXT_ATTRIBUTES)

_NO_CONTEXT: dict[str, object] = dict.fromkeys(_CONTEXT_KEYS)


def context_facts(context: Context | None) -> dict[str, object]:
    """Give what an app finds of a context, None for what the context does not have."""
    if context is None:
        return _NO_CONTEXT
    try:
        facts = _read_context(context)
    except AttributeError:
        facts = tuple(getattr(context, name, None) for name in _CONTEXT_ATTRIBUTES)
    return dict(zip(_CONTEXT_KEYS, facts))  # noqa: B905 - as many, and it doubles the time


def split_url(url: str) -> tuple[str, str, int, str, str]:
    """Split a request URL into scheme, host, port, path and query, path and query as sent.

    A URL that begins with its path belongs to ``http://localhost``.
    """
    if url.startswith("/"):
        scheme, rest = "http", url
    else:
        scheme, _, rest = url.partition("://")
    if "#" in rest:  # a host never sends one; a URL written by hand can have it
        rest = rest[: rest.index("#")]
    rest, _, query = rest.partition("?")
    authority, _, path = rest.partition("/")
    host, port = _server(scheme, authority)
    return scheme, host, port, f"/{path}", query


def decode_path(path: str) -> bytes:
    """Undo the percent-encoding of a path, which leaves the bytes that the caller meant."""
    return unquote_to_bytes(path) if "%" in path else path.encode()


# Bounded, because the authority is the caller's Host header
@lru_cache(maxsize=32)
def _server(scheme: str, authority: str) -> tuple[str, int]:
    host, port = _split_address(authority.rpartition("@")[2])
    return host.lower() or "localhost", port or (443 if scheme == "https" else 80)


def _split_address(address: str) -> tuple[str, int]:
    """Split ``host``, ``[ipv6]`` (both with ``:port`` or without, then 0) or ``ipv6``."""
    if address.startswith("["):
        host, _, port = address[1:].partition("]")
        port = port[1:]
    elif address.count(":") == 1:
        host, _, port = address.partition(":")
    else:
        host, port = address, ""
    return host, _port(port)


def _port(text: str) -> int:
    port = int(text) if text.isascii() and text.isdigit() and len(text) <= 5 else 0
    return port if port < 65536 else 0


def forwarded_port(headers: Mapping[str, str]) -> int:
    """Give the first port of ``X-Forwarded-Port``, 0 without one.

    A front end that ends TLS names there the port the caller connected to.
    """
    ports = headers.get("x-forwarded-port")
    if not ports:
        return 0
    return next(filter(None, (_port(part.strip()) for part in ports.split(","))), 0)


def client_address(headers: Mapping[str, str]) -> tuple[str, int] | None:
    """Give the caller's address and port (0: not told) from ``X-Forwarded-For``, None without one.

    It is the last entry, the one that the platform's front end appends as ``address:port``: all
    entries before it are what the caller claims.
    """
    chain = headers.get("x-forwarded-for")
    if not chain:
        return None
    host, port = _split_address(chain.rpartition(",")[2].strip())
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


def to_func_response(status: int, headers: list[tuple[str, str]], body: bytes) -> HttpResponse:
    """Make an HttpResponse that says the media type and charset its content-type header says."""
    mimetype = charset = None
    for name, value in headers:
        if len(name) == 12 and name.lower() == "content-type":
            mimetype, charset = _split_content_type(value)
            break
    return HttpResponse(
        body, status_code=status, headers=headers, mimetype=mimetype, charset=charset
    )


@lru_cache(maxsize=64)
def _split_content_type(value: str) -> tuple[str | None, str | None]:
    mimetype, *parameters = value.split(";")
    charset = None
    for parameter in parameters:
        name, _, text = parameter.partition("=")
        if name.strip().lower() == "charset":
            charset = text.strip().strip('"') or None
    return mimetype.strip() or None, charset
