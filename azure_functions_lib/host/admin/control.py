"""``/admin/azfl``: what only this host has, for ``azfl call``, ``replay`` and ``time``."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

from ...delivery.front import Reply
from ...delivery.recorded import loads
from ...delivery.recorded_calls import outcome_to_json
from ...delivery.timespan import parse_duration
from ..byhand import occasion_of
from .request import Handler, Refused, Request, found, json_reply, served

if TYPE_CHECKING:
    from ...app.loaded import LoadedFunction
    from ...delivery.call import Outcome
    from ..host import Host

__all__ = ["HANDLERS"]


async def _invoke(host: Host, request: Request) -> Reply:
    """Run a function, wait for it, and tell what came of it.

    The body is ``{"input": text}`` as for ``/admin/functions``, or ``{"payload": ...}`` with a
    recorded payload.
    """
    serving = served(host)
    function = found(serving, request.params["name"])
    document = request.json() if request.body else {}
    if "payload" in document:
        occasion = loads(json.dumps(document["payload"]))
    else:
        occasion = await occasion_of(serving, function, request.text(document, "input"))
    return await _told(host, function, await serving.occur(function, occasion))


async def _replay(host: Host, request: Request) -> Reply:
    """Run a function again with all that an earlier invocation was given."""
    serving = served(host)
    wanted = request.params["id"]
    if host.journal is None:
        raise Refused(404, "The host keeps no journal")
    await host.journal.flush()
    record = await host.journal.find(wanted)
    if record is None:
        raise Refused(404, f"there is no invocation {wanted!r}; azfl log prints the last ones")
    if not record.call.payloads:
        raise Refused(409, "its payloads were too large to be kept")
    function = found(serving, record.call.function)
    return await _told(host, function, await serving.repeat(function, record.call))


async def _told(host: Host, function: LoadedFunction, outcome: Outcome) -> Reply:
    await _write_journal(host)
    types = {binding.name: binding.type for binding in function.bindings}
    return json_reply(outcome_to_json(outcome, types))


async def _write_journal(host: Host) -> None:
    """Write what has happened, so that whoever is answered and looks there finds it."""
    if host.journal is not None:
        await host.journal.flush()


async def _show_clock(host: Host, request: Request) -> Reply:
    return json_reply(_clock(host))


async def _set_clock(host: Host, request: Request) -> Reply:
    """Let time pass: ``{"advance": "1d"}``, ``{"at": "2026-12-24T04:00"}`` or ``{"now": true}``.

    The answer comes when all that has become due is done.
    """
    document = request.json()
    if len(document) != 1 or not document.keys() <= {"advance", "at", "now"}:
        raise Refused(400, 'Expected {"advance": span}, {"at": time} or {"now": true}')
    if "now" in document:
        await host.reset()
    elif "at" in document:
        await host.at(_moment(request.text(document, "at")))
    else:
        await host.advance(_span(request.text(document, "advance")))
    await _write_journal(host)
    return json_reply(_clock(host))


def _span(given: str | None) -> timedelta:
    span = parse_duration(given or "")
    if span is None:
        raise Refused(400, f"advance: {given!r} is no time span such as 1d, 2h30m or 00:05:00")
    return span


def _moment(given: str | None) -> datetime:
    """Read a time; one without an offset is of the machine's time zone."""
    try:
        moment = datetime.fromisoformat((given or "").replace("Z", "+00:00"))
        return moment.astimezone(timezone.utc)
    except (OverflowError, ValueError):
        raise Refused(400, f"at: {given!r} is no time such as 2026-12-24T04:00") from None


def _clock(host: Host) -> dict[str, Any]:
    return {"now": host.clock.now().isoformat(), "ahead": host.clock.offset.total_seconds()}


HANDLERS: dict[str, Handler] = {
    "POST /admin/azfl/invoke/{name}": _invoke,
    "POST /admin/azfl/replay/{id}": _replay,
    "GET /admin/azfl/clock": _show_clock,
    "POST /admin/azfl/clock": _set_clock,
}
