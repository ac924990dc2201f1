"""Functions run by hand: what a person writes becomes what the trigger would have brought."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..bindings import Channel, binding_type, cardinality
from ..delivery.channels import place_of, split_path
from ..delivery.expressions import BlobPattern
from ..delivery.occasions import blob_occasion, timer_occasion
from ..delivery.payloads import MISSING, trigger_event
from ..delivery.routes import http_trigger, methods_of, route_of
from ..delivery.schedule import local_time
from ..delivery.timers import Tick, Timer
from ..errors import InvocationError
from ..wire.jsontext import dump_json, parse_json
from .listeners.timer import stored_status

if TYPE_CHECKING:
    from ..app.loaded import LoadedFunction
    from ..delivery.recorded import RecordedPayload
    from ..wire.declaration import Binding
    from .serving import Serving

__all__ = ["occasion_of"]


async def occasion_of(
    serving: Serving, function: LoadedFunction, given: str | None
) -> RecordedPayload:
    """Make the payload of a function's trigger.

    Args:
        serving: what is served.
        function: the function.
        given: for a blob its path ``container/name``, for a timer nothing, else the message's
            text; for a batch a JSON array, or one message. Where objects are handed over, such
            as documents, their JSON.

    Raises:
        AzureFunctionsError: the trigger can have no such payload, or needs one.
    """
    trigger = function.trigger
    assert trigger is not None  # of a function without problems
    if http_trigger(function) is not None:
        method = min(methods_of(trigger), default="GET")
        url = f"{serving.host.base_url}{route_of(serving.app, function)}"
        raise InvocationError(f"function {function.name!r} is run by a request: {method} {url}")
    kind = binding_type(trigger.type)
    if kind.listener == "timer":
        timer = Timer.of(trigger.get_dict_repr(), serving.settings)
        return await _timer(serving, function, timer)
    if given is None:
        return trigger_event(trigger, MISSING if kind.occurs else _nothing(function, trigger))
    if kind.channel is Channel.BLOB:
        return await _blob(serving, trigger, given)
    if cardinality(trigger) == "many":
        return trigger_event(trigger, _messages(given))
    return trigger_event(trigger, _document(given) if kind.content == "json" else given)


def _nothing(function: LoadedFunction, trigger: Binding) -> str:
    raise InvocationError(
        f"function {function.name!r}: its {trigger.type} needs an input: the message's text, or "
        "the path of a blob"
    )


async def _timer(serving: Serving, function: LoadedFunction, timer: Timer) -> RecordedPayload:
    """Give what the timer knows of its runs, of which this is none."""
    now, host_id = serving.host.clock.now(), serving.dispatcher.host_id
    stored = await stored_status(serving.host.storage.blobs, host_id, function.name, now)
    status = timer.start(stored, now).status
    return timer_occasion(timer, Tick(local_time(now, timer.zone), False, status))


async def _blob(serving: Serving, trigger: Binding, path: str) -> RecordedPayload:
    container, name = split_path(path)
    blob = await serving.host.storage.blobs.read(container, name)
    place = place_of(trigger, serving.settings)
    pattern = None if place is None else BlobPattern.parse(place.name)
    captures = None if pattern is None else pattern.match(name)
    return blob_occasion(trigger, blob, captures or {})


def _document(given: str) -> Any:
    """Give the JSON of a text, or the text where it is none."""
    try:
        return parse_json(given)
    except ValueError:
        return given


def _messages(given: str) -> list[str]:
    items = _document(given)
    if not isinstance(items, list):
        return [given]
    return [item if isinstance(item, str) else dump_json(item) for item in items]
