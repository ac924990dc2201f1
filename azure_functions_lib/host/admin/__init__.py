"""The host's own paths: ``/admin`` and ``/runtime/webhooks``.

``/admin/azfl`` is this host's; the others are those of Azure's host, and do what they do there.
"""

from __future__ import annotations

from ipaddress import ip_address
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from ...delivery.front import Reply
from ...delivery.routing import Route, Router, Template
from ...errors import AzureFunctionsError
from ..asgi import Message, Receive, Send, header_of, respond
from ..http import MAX_BODY, BodyTooLarge, Hangup, read_body
from . import control, functions, keys, lifecycle, webhooks
from .request import Handler, Refused, Request, text

if TYPE_CHECKING:
    from ..host import Host

__all__ = ["answer"]

_PING = "/admin/host/ping"
_WEBHOOKS = "/runtime/webhooks/"
_HANDLERS: dict[str, Handler] = {
    **functions.HANDLERS,
    **lifecycle.HANDLERS,
    **keys.HANDLERS,
    **control.HANDLERS,
    **webhooks.HANDLERS,
}


def _route(pattern: str) -> Route:
    methods, _, path = pattern.partition(" ")
    return Route(pattern, Template(path), frozenset(methods.split(",")))


_ROUTER = Router([_route(pattern) for pattern in _HANDLERS])


async def answer(host: Host, scope: Message, receive: Receive, send: Send) -> None:
    """Answer a request for a path of the host itself."""
    reply = await _answer(host, scope, receive)
    if reply is not None:
        await respond(send, reply, scope["method"])


async def _answer(host: Host, scope: Message, receive: Receive) -> Reply | None:
    path = scope["path"]
    pattern, params, allowed = _ROUTER.find(scope["method"], path)
    if pattern is None:
        if allowed:
            return Reply(405, [("Allow", ", ".join(allowed))])
        return text(404, f"The host has no {path}")
    request = Request.of(scope, params)
    if path.lower() != _PING:
        refusal = _refusal(host, scope, request)
        if refusal is not None:
            return refusal
    try:
        request = request._replace(body=await read_body(scope, receive, MAX_BODY))
        return await _HANDLERS[pattern](host, request)
    except BodyTooLarge:
        return Reply(413, [])
    except Hangup:
        return None
    except Refused as refused:
        return text(refused.status, str(refused))
    except AzureFunctionsError as error:
        return text(400, str(error))


def _refusal(host: Host, scope: Message, request: Request) -> Reply | None:
    """Refuse who has no key, or, where no keys are asked for, another site's page in a browser."""
    if host.keys is not None:
        extension = request.params.get("extension", "").lower()
        if host.keys.opens_extension(extension, request.key):
            return None
        return Reply(401, [])
    is_webhook = scope["path"].lower().startswith(_WEBHOOKS)
    if is_webhook or not _is_foreign(scope):
        return None
    return text(
        403,
        "The admin API is for programs of this machine: not for pages of other sites, nor by a "
        "name other than localhost or an IP address. With --auth it asks for the master key.",
    )


def _is_foreign(scope: Message) -> bool:
    """Whether another site's page asks: the browser says so, or was led here by a name (rebinding).

    See Fetch Metadata and ``Origin`` of WHATWG Fetch.
    """
    host = header_of(scope, b"host")
    if host and not _is_local(urlsplit(f"//{host}").hostname or ""):
        return True
    if header_of(scope, b"sec-fetch-site") in ("cross-site", "same-site"):
        return True
    origin = header_of(scope, b"origin")
    return bool(origin) and origin != f"{scope['scheme']}://{host}"


def _is_local(name: str) -> bool:
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        ip_address(name)
    except ValueError:
        return False
    return True
