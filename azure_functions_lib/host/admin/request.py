"""What the handlers of the host's own paths are given, and how they answer."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from ...delivery.front import Reply
from ...http.query import query_params
from ...wire.declaration import write_json
from ...wire.jsontext import parse_json
from ..asgi import Message, header_of

if TYPE_CHECKING:
    from ...app.loaded import LoadedFunction
    from ..host import Host
    from ..serving import Serving

__all__ = ["Handler", "Refused", "Request", "found", "json_reply", "served", "text"]


_KINDS: dict[type, str] = {dict: "an object", list: "an array", str: "a text"}


class Refused(Exception):
    """A request that is answered by a status code and a reason.

    Args:
        status: the status code.
        reason: what is wrong.
    """

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status


class Request(NamedTuple):
    """A request for one of the host's own paths.

    Attributes:
        method: the method.
        path: its path.
        params: the parameters of that.
        query: those of its query.
        headers: its headers, names in lower case.
        key: the access key that it presents.
        origin: scheme and host of its URL.
        body: its body.
    """

    method: str
    path: str
    params: Mapping[str, str]
    query: Mapping[str, str]
    headers: Mapping[str, str]
    key: str | None
    origin: str
    body: bytes = b""

    @classmethod
    def of(cls, scope: Message, params: Mapping[str, str]) -> Request:
        """Give the request of an ASGI scope, without its body."""
        query = query_params(f"?{scope['query_string'].decode('latin-1')}")
        headers = {
            name.decode("latin-1"): each.decode("latin-1") for name, each in scope["headers"]
        }
        key = headers.get("x-functions-key") or query.get("code")
        origin = f"{scope['scheme']}://{header_of(scope, b'host')}"
        return cls(scope["method"], scope["path"], params, query, headers, key, origin)

    def json(self, *kinds: type) -> Any:
        """Read the body as JSON: an object, unless other kinds of value are named.

        Raises:
            Refused: it is none, or its value is of another kind.
        """
        try:
            value = parse_json(self.body)
        except ValueError as error:
            raise Refused(400, f"The body is no JSON: {error}") from None
        kinds = kinds or (dict,)
        if not isinstance(value, kinds):
            expected = " or ".join(_KINDS[kind] for kind in kinds)
            raise Refused(400, f"The body is not {expected}")
        return value

    def text(self, document: Mapping[str, Any], name: str) -> str | None:
        """Take a text from a document; None if it is not there.

        Raises:
            Refused: it is no text.
        """
        value = document.get(name)
        if value is not None and not isinstance(value, str):
            raise Refused(400, f"{name}: expected text")
        return value


Handler: TypeAlias = "Callable[[Host, Request], Awaitable[Reply]]"


def json_reply(document: Any, status: int = 200) -> Reply:
    """Make a reply of JSON."""
    headers = [("content-type", "application/json; charset=utf-8"), ("cache-control", "no-store")]
    return Reply(status, headers, write_json(document).encode())


def text(status: int, reason: str) -> Reply:
    """Make a reply of plain text."""
    return Reply(status, [("content-type", "text/plain; charset=utf-8")], reason.encode())


def served(host: Host) -> Serving:
    """Give what the host serves.

    Raises:
        Refused: it is not running.
    """
    if host.serving is None:
        raise Refused(503, "Function host is not running.")
    return host.serving


def found(serving: Serving, name: str) -> LoadedFunction:
    """Find a function by its name in any letter case.

    Raises:
        Refused: there is none, or it has problems.
    """
    for function in serving.app.functions.values():
        if function.name.lower() == name.lower():
            if not function.ok:
                problems = "; ".join(map(str, function.problems))
                raise Refused(404, f"function {function.name!r} cannot be run: {problems}")
            return function
    known = ", ".join(serving.app.functions) or "none"
    raise Refused(404, f"there is no function {name!r}. There are: {known}")
