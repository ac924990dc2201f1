"""Functions run by hand: what a person writes becomes what the trigger would have brought."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..bindings import Channel, binding_type, cardinality
from ..delivery.channels import split_path
from ..delivery.occasions import blob_occasion, timer_occasion
from ..delivery.payloads import MISSING, trigger_event
from ..delivery.routes import http_trigger, methods_of, route_of
from ..errors import InvocationError
from ..wire.jsontext import dump_json, parse_json

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
    if function.name in serving.dispatcher.timers:
        timer = serving.dispatcher.timers[function.name]
        return timer_occasion(timer, timer.start(None, serving.host.clock.now()))
    kind = binding_type(trigger.type)
    if given is None:
        return trigger_event(trigger, MISSING if kind.occurs else _nothing(function, trigger))
    if kind.channel is Channel.BLOB:
        return await _blob(serving, function, trigger, given)
    if cardinality(trigger) == "many":
        return trigger_event(trigger, _messages(given))
    return trigger_event(trigger, _document(given) if kind.content == "json" else given)


def _nothing(function: LoadedFunction, trigger: Binding) -> str:
    raise InvocationError(
        f"function {function.name!r}: its {trigger.type} needs an input: the message's text, or "
        "the path of a blob"
    )


async def _blob(
    serving: Serving, function: LoadedFunction, trigger: Binding, path: str
) -> RecordedPayload:
    container, name = split_path(path)
    blob = await serving.host.storage.blobs.read(container, name)
    sources = (each for each in serving.dispatcher.sources if each.function is function)
    pattern = next((each.pattern for each in sources), None)
    captures = {} if pattern is None else pattern.match(name) or {}
    return blob_occasion(trigger, blob, captures)


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
