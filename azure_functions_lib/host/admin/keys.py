"""``/admin/.../keys``: the access keys, for who has the master key."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...delivery.front import Reply
from ...delivery.keys import MASTER_KEY
from ..keys import HOST_KEYS, SYSTEM_KEYS
from .request import Handler, Refused, Request, found, json_reply, served

if TYPE_CHECKING:
    from ..host import Host
    from ..keys import KeyFiles

__all__ = ["HANDLERS"]

_GROUPS = {"keys": HOST_KEYS, "functionkeys": HOST_KEYS, "systemkeys": SYSTEM_KEYS}


def _group(host: Host, request: Request) -> tuple[KeyFiles, str]:
    group = request.params.get("group", "").lower()
    if group and group not in _GROUPS:
        raise Refused(404, f"There are no {group}")
    if host.keys is None:
        raise Refused(404, "No access keys are asked for. Start the host with --auth")
    return host.keys, _GROUPS[group] if group else found(served(host), request.params["name"]).name


async def _list(host: Host, request: Request) -> Reply:
    keys, group = _group(host, request)
    pairs = [{"name": name, "value": value} for name, value in keys.group(group).items()]
    link = {"rel": "self", "href": f"{request.origin}{request.path}"}
    return json_reply({"keys": pairs, "links": [link]})


async def _one(host: Host, request: Request) -> Reply:
    keys, group = _group(host, request)
    name = request.params["key"]
    value = keys.group(group).get(name)
    if value is None:
        raise Refused(404, f"There is no key {name!r}")
    return json_reply({"name": name, "value": value})


async def _make(host: Host, request: Request) -> Reply:
    return _put(host, request, None)


async def _set(host: Host, request: Request) -> Reply:
    value = request.text(request.json(), "value")
    if not value:
        raise Refused(400, "The body has no value")
    return _put(host, request, value)


def _put(host: Host, request: Request, value: str | None) -> Reply:
    keys, group = _group(host, request)
    name = request.params["key"]
    is_new = keys.put(group, name, value)
    return json_reply({"name": name, "value": keys.group(group)[name]}, 201 if is_new else 200)


async def _remove(host: Host, request: Request) -> Reply:
    keys, group = _group(host, request)
    name = request.params["key"]
    if name == MASTER_KEY:
        raise Refused(400, "Cannot delete System Key.")
    if not keys.remove(group, name):
        raise Refused(404, f"There is no key {name!r}")
    return Reply(204, [])


HANDLERS: dict[str, Handler] = {
    f"{method} {path}": handler
    for base in ("/admin/host/{group}", "/admin/functions/{name}/keys")
    for method, path, handler in (
        ("GET", base, _list),
        ("GET", f"{base}/{{key}}", _one),
        ("POST", f"{base}/{{key}}", _make),
        ("PUT", f"{base}/{{key}}", _set),
        ("DELETE", f"{base}/{{key}}", _remove),
    )
}
