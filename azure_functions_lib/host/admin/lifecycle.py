"""``/admin/host``: how the host is, and starting, stopping and draining it."""

from __future__ import annotations

import logging
import platform
import time
from dataclasses import asdict
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from ... import __version__
from ...bindings import binding_type
from ...delivery.front import Reply
from ..byhand import occasion_of
from ..messages import Logged
from ..pages import OFFLINE_FILE, offline_page
from .request import Handler, Refused, Request, json_reply, served

if TYPE_CHECKING:
    from ..host import Host

__all__ = ["HANDLERS"]

_INSTANCE_ID = uuid4().hex
_LEVELS = {"trace": logging.DEBUG, "information": logging.INFO, "warn": logging.WARNING}
_STATES = ("running", "offline")


async def _ping(host: Host, request: Request) -> Reply:
    return Reply(200, [("cache-control", "no-store")])


async def _status(host: Host, request: Request) -> Reply:
    serving = host.serving
    if serving is None:
        state, problems = ("Error", [host.reason]) if host.reason else ("Starting", [])
    else:
        state = "Offline" if serving.offline else "Running"
        problems = [str(each) for each in serving.app.problems]
    document = {
        "id": "" if serving is None else serving.dispatcher.host_id,
        "state": state,
        "version": __version__,
        "versionDetails": f"azure_functions_lib {__version__}",
        "platformVersion": "",
        "instanceId": _INSTANCE_ID,
        "computerName": platform.node(),
        "processUptime": round((host.clock.now() - host.started_at) / timedelta(milliseconds=1)),
    }
    return json_reply({**document, "errors": problems} if problems else document)


async def _restart(host: Host, request: Request) -> Reply:
    """Load the app anew, in the background."""
    root = served(host).app.root
    host.spawn(host.reload())
    secrets = None if host.keys is None else str(host.keys.folder)
    return json_reply(
        {
            "isSelfHost": True,
            "hasParentScope": False,
            "isFileSystemReadOnly": False,
            "isScmRunFromPackage": False,
            "scriptPath": str(root),
            **({"secretsPath": secrets} if secrets else {}),
        }
    )


async def _set_state(host: Host, request: Request) -> Reply:
    """Take the app offline, or back: by the file that Azure looks at, too."""
    serving = served(host)
    state = request.json(str).lower()
    if state not in _STATES:
        raise Refused(400, f"Expected one of the states {', '.join(_STATES)}")
    if (state == "offline") == (serving.offline is not None):
        return Reply(200, [])
    file = serving.app.root / OFFLINE_FILE
    try:
        if state == "offline":
            file.write_text("<!doctype html><title>Offline</title><p>The app is offline.")
        else:
            file.unlink(missing_ok=True)
    except OSError as error:
        raise Refused(409, f"{file}: {error.strerror}") from None
    serving.offline = offline_page(serving.app.root)
    return Reply(202, [])


async def _drain(host: Host, request: Request) -> Reply:
    """Take no new messages; what runs goes on, and so does HTTP."""
    serving = served(host)
    serving.draining = True
    host.spawn(serving.stop_listening(None))
    return Reply(202, [])


async def _drain_status(host: Host, request: Request) -> Reply:
    serving = served(host)
    state = "Disabled"
    if serving.draining:
        state = "InProgress" if serving.running else "Completed"
    return json_reply(
        {"state": state, "outstandingInvocations": serving.running, "outstandingRetries": 0}
    )


async def _resume(host: Host, request: Request) -> Reply:
    serving = served(host)
    if serving.draining:
        await serving.stop_listening(None)  # the drain is complete then
        serving.draining = False
        serving.start()
    return json_reply({"state": "Running"})


async def _sync_triggers(host: Host, request: Request) -> Reply:
    return json_reply({"status": "success"})  # nobody scales this host


async def _log(host: Host, request: Request) -> Reply:
    """Show log records of whoever runs beside the host."""
    entries = request.json(list)
    for entry in entries:
        if not isinstance(entry, dict) or not isinstance(entry.get("message"), str):
            raise Refused(400, "Expected an array of objects with a text named message")
    for entry in entries:
        level = str(entry.get("level") or "information")
        number = _LEVELS.get(level.lower()) or logging.getLevelName(level.upper())
        number = number if isinstance(number, int) else logging.INFO
        source = str(entry.get("source") or "admin")
        name = entry.get("functionName")
        function = name if isinstance(name, str) else None
        host.observer.told(Logged(time.time(), number, source, entry["message"], function, None))
    return Reply(200, [])


async def _config(host: Host, request: Request) -> Reply:
    return json_reply(_plain(asdict(served(host).options)))


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(item) for name, item in value.items()}
    if isinstance(value, (list, tuple, frozenset)):
        return [_plain(item) for item in value]
    return value if isinstance(value, (str, int, float, type(None))) else str(value)


async def _warm_up(host: Host, request: Request) -> Reply:
    """Run the warmup function, once for each time that the app is loaded."""
    serving = served(host)
    for function in serving.functions.values():
        trigger = function.trigger
        if trigger is None or binding_type(trigger.type).event != "warmup" or serving.warm:
            continue
        serving.warm = True
        await serving.occur(function, await occasion_of(serving, function, None))
    return Reply(200, [])


HANDLERS: dict[str, Handler] = {
    "GET,POST /admin/host/ping": _ping,
    "GET /admin/host/status": _status,
    "POST /admin/host/restart": _restart,
    "PUT /admin/host/state": _set_state,
    "POST /admin/host/drain": _drain,
    "GET /admin/host/drain/status": _drain_status,
    "POST /admin/host/resume": _resume,
    "POST /admin/host/synctriggers": _sync_triggers,
    "POST /admin/host/log": _log,
    "GET /admin/host/config": _config,
    "GET,POST /admin/warmup": _warm_up,
}
