"""``/admin/functions``: what functions there are, and running one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ...delivery.front import Reply
from ...delivery.routes import http_trigger, route_of
from ..byhand import occasion_of
from .request import Handler, Request, found, json_reply, served

if TYPE_CHECKING:
    from ...app.loaded import LoadedFunction
    from ..host import Host
    from ..serving import Serving

__all__ = ["HANDLERS"]


async def _list(host: Host, request: Request) -> Reply:
    serving = served(host)
    documents = [_described(serving, each, request) for each in serving.functions.values()]
    return json_reply(documents)


async def _one(host: Host, request: Request) -> Reply:
    serving = served(host)
    return json_reply(_described(serving, found(serving, request.params["name"]), request))


def _described(serving: Serving, function: LoadedFunction, request: Request) -> dict[str, Any]:
    own = f"{request.origin}/admin/functions/{function.name}"
    document = {
        "name": function.name,
        "href": own,
        "language": "python",
        "config": {
            "name": function.name,
            "scriptFile": function.script_file and function.script_file.name,
            "language": "python",
            "functionDirectory": str(function.directory),
            "bindings": [binding.get_dict_repr() for binding in function.bindings],
        },
        "isDisabled": function.disabled,
        "isProxy": False,
    }
    if http_trigger(function) is not None:
        url = f"{request.origin}{route_of(serving.app, function)}"
        document["invoke_url_template"] = url.lower()
    return document


async def _status(host: Host, request: Request) -> Reply:
    serving = served(host)
    name = request.params["name"].lower()
    functions = {each.name.lower(): each for each in serving.app.functions.values()}
    if name in functions and not functions[name].ok:
        return json_reply({"errors": [str(each) for each in functions[name].problems]})
    found(serving, name)
    return json_reply({})


async def _run(host: Host, request: Request) -> Reply:
    """Run a function in the background; what comes of it is in the log and the journal."""
    serving = served(host)
    function = found(serving, request.params["name"])
    given = request.text(request.json(), "input")
    occasion = await occasion_of(serving, function, given)
    host.spawn(serving.occur(function, occasion))
    return Reply(202, [])


HANDLERS: dict[str, Handler] = {
    "GET /admin/functions": _list,
    "GET /admin/functions/{name}": _one,
    "GET /admin/functions/{name}/status": _status,
    "POST /admin/functions/{name}": _run,
}
