"""``/runtime/webhooks``: events that services send by HTTP. Here it is Event Grid's.

Events are taken in both schemas, alone or as an array, and also without the header
``aeg-event-type``, on which Azure's host insists without a word.
"""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

from ...bindings import binding_type
from ...delivery.front import Reply
from ...delivery.payloads import trigger_event
from ...wire.datum import Datum
from .request import Handler, Refused, Request, json_reply, served, text

if TYPE_CHECKING:
    from ...app.loaded import LoadedFunction
    from ...delivery.call import Outcome
    from ..host import Host
    from ..serving import Serving

__all__ = ["HANDLERS"]

_EVENT_GRID = "eventgrid"
_SENDERS = ("eventgrid.azure.net", "eventgrid.azure.us", "eventgrid.azure.cn")
_VALIDATION = "Microsoft.EventGrid.SubscriptionValidationEvent"


async def _event_grid(host: Host, request: Request) -> Reply:
    if request.params["extension"].lower() != _EVENT_GRID:
        raise Refused(404, f"This host has no webhook {request.params['extension']!r}")
    serving = served(host)
    name = request.query.get("functionName", "")
    function = serving.functions.get(name)
    trigger = None if function is None else function.trigger
    if function is None or trigger is None or binding_type(trigger.type).event != "event_grid":
        return text(404, f"cannot find function: '{name}'")
    if request.method == "OPTIONS":  # the handshake of CloudEvents
        asked = request.headers.get("webhook-request-origin", "")
        return Reply(200, [("Webhook-Allowed-Origin", asked if asked in _SENDERS else _SENDERS[0])])
    kind = request.headers.get("aeg-event-type", "").lower()
    if kind == "unsubscribe":
        return Reply(202, [])
    events = _events(request)
    if kind == "subscriptionvalidation" or _is_validation(events):
        return json_reply({"validationResponse": _code(events)})
    outcomes = await asyncio.gather(*(_deliver(serving, function, event) for event in events))
    for outcome in outcomes:
        if outcome.exception is not None:
            return text(500, outcome.exception.message)
    return Reply(202, [])


def _events(request: Request) -> list[dict[str, Any]]:
    document = request.json(dict, list)
    events = document if isinstance(document, list) else [document]
    if not all(isinstance(event, dict) for event in events):
        raise Refused(400, "Expected an event, or an array of events")
    return events


def _is_validation(events: list[dict[str, Any]]) -> bool:
    return len(events) == 1 and events[0].get("eventType") == _VALIDATION


def _code(events: list[dict[str, Any]]) -> str:
    data = events[0].get("data") if events else None
    if isinstance(data, str):
        try:
            data = json.loads(data)
        except ValueError:
            data = None
    if not isinstance(data, dict) or not isinstance(data.get("validationCode"), str):
        raise Refused(400, "The event has no data.validationCode")
    code: str = data["validationCode"]
    return code


async def _deliver(serving: Serving, function: LoadedFunction, event: dict[str, Any]) -> Outcome:
    assert function.trigger is not None
    # Indented, and with its data as metadata, as Azure's host sends it.
    made = trigger_event(function.trigger, json.dumps(event, indent=2, ensure_ascii=False))
    if "data" in event:
        data = Datum(json.dumps(event["data"], ensure_ascii=False), "json")
        made = made._replace(metadata={**made.metadata, "data": data})
    return await serving.occur(function, made)


HANDLERS: dict[str, Handler] = {
    "GET,PUT,POST,DELETE,OPTIONS /runtime/webhooks/{extension}/{*rest}": _event_grid,
}
