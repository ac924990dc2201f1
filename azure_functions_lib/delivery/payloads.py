"""The payload that the host would send: for a value, and for what a person writes.

What is said here about the host was observed of its version 4 with the capabilities that Python
workers declare.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from ..errors import BindingError, InvalidPayloadError, InvalidValueError, InvocationError, preview
from ..wire.datum import Datum
from ..wire.jsontext import dump_json, parse_json
from . import events
from .events.http import http_request
from .recorded import RecordedPayload

if TYPE_CHECKING:
    from ..wire.declaration import Binding

__all__ = [
    "MISSING",
    "cardinality",
    "input_datum",
    "message_payload",
    "metadata_payload",
    "trigger_event",
    "trigger_payload",
]

MISSING: Any = object()
"""No value; None is one."""

_STRING, _BINARY = 1, (2, 3)


def trigger_event(trigger: Binding, value: Any) -> RecordedPayload:
    """Make a trigger's payload and metadata of a value.

    Args:
        trigger: the trigger.
        value: one of the binding's type, a list of these for a batch, a body, a payload from
            :mod:`~azure_functions_lib.testing.events`, or a Datum that travels as it is.

    Raises:
        InvocationError: the trigger needs a value, or takes one at a time.
        InvalidPayloadError: the value is not what the trigger takes (a ValueError).
        InvalidValueError: the value has no form on the wire (a TypeError and ValueError).
    """
    try:
        return _trigger_event(trigger, value)
    except BindingError:
        raise
    except (TypeError, ValueError) as error:
        raise _refused(trigger, value, error) from None


def _refused(binding: Binding, value: Any, error: Exception) -> InvalidValueError:
    return InvalidValueError.of(
        binding.type,
        binding.name,
        came=preview(value),
        expected=f"a value of the binding's type, or one with a JSON form ({error})",
    )


def _trigger_event(trigger: Binding, value: Any) -> RecordedPayload:
    if isinstance(value, RecordedPayload):
        return value._replace(data=_typed(trigger, value.data))
    if isinstance(value, Datum):
        return RecordedPayload(value)
    make = _MAKERS.get(trigger.type)
    if value is MISSING:
        if trigger.type not in _DEFAULTS:
            raise InvocationError(
                f"{trigger.type} {trigger.name!r}: there is no payload. Give a value, as in "
                f"client.invoke(name, {trigger.name}=value), or one of testing.events"
            )
        return _DEFAULTS[trigger.type]()
    if make is None:
        return _generic(trigger, value)
    single, batch = make
    if batch is None:
        made = single(value)
    elif isinstance(value, (list, tuple)):
        if cardinality(trigger) == "one":
            raise InvocationError(
                f"{trigger.type} {trigger.name!r}: got a list of {len(value)}; expected one "
                'message, since its cardinality is "one". Declare cardinality "many"'
            )
        made = batch(value)
    else:
        made = batch([value]) if cardinality(trigger) == "many" else single(value)
    return made._replace(data=_typed(trigger, made.data))


def input_datum(binding: Binding, value: Any) -> Datum:
    """Make the payload of an input binding; None is one without a value.

    Raises:
        InvalidPayloadError: the value is not what the binding takes (a ValueError).
        InvalidValueError: the value has no form on the wire (a TypeError and ValueError).
    """
    if isinstance(value, RecordedPayload):
        value = value.data
    if value is None:
        return Datum(None, None)
    if isinstance(value, Datum):
        return value
    try:
        return message_payload(binding, _content(value))
    except BindingError:
        raise
    except (TypeError, ValueError) as error:
        raise _refused(binding, value, error) from None


def _content(value: Any) -> str | bytes:
    read = getattr(value, "getvalue", None)
    if read is not None:  # an InputStream, wherever it was read to
        value = read()
    if isinstance(value, (bytes, bytearray, memoryview)):
        return bytes(value)
    return value if isinstance(value, str) else dump_json(value)


def _generic(trigger: Binding, value: Any) -> RecordedPayload:
    return RecordedPayload(*trigger_payload(trigger, _content(value)))


def _typed(trigger: Binding, data: Datum | None) -> Datum | None:
    """Give a payload as the trigger's declared ``dataType`` has it."""
    if data is None or trigger.data_type is None:
        return data
    if trigger.data_type in _BINARY:
        if data.type == "string":
            return Datum(data.value.encode(), "bytes")
        if data.type == "collection_string":
            raw = [text.encode() for text in data.value.string]
            return Datum(SimpleNamespace(bytes=raw), "collection_bytes")
    elif trigger.data_type == _STRING and data.type == "bytes":
        return message_payload(trigger, data.value)
    return data


def _event_grid(value: Any) -> RecordedPayload:
    from ..bindings.event_grid import CloudEvent, EventGridEvent

    if isinstance(value, EventGridEvent):
        wire = {**value._to_wire(), "metadataVersion": "1"}
        return RecordedPayload(Datum(dump_json(wire), "json"))
    if isinstance(value, CloudEvent):
        return RecordedPayload(Datum(dump_json(value._to_wire()), "json"))
    return RecordedPayload(Datum(_json_text("eventGridTrigger", value), "json"))


def _json_text(binding: str, value: Any) -> str:
    if isinstance(value, (str, bytes)):
        return value if isinstance(value, str) else value.decode()
    if isinstance(value, Mapping):
        return dump_json(value)
    raise InvocationError(f"{binding}: got {preview(value)}; expected an event or a JSON object")


def _http(value: Any) -> RecordedPayload:
    from ..http.request import HttpRequest

    if not isinstance(value, HttpRequest):
        raise InvocationError(
            f"httpTrigger: got {preview(value)}; expected an HttpRequest. client.get and the other "
            "verbs make one"
        )
    return http_request(value)


def _timer(value: Any) -> RecordedPayload:
    from ..bindings.timer import TimerRequest

    if isinstance(value, TimerRequest):
        return events.timer(value)
    raise InvocationError(f"timerTrigger: got {preview(value)}; expected a TimerRequest")


def _mcp(build: Callable[..., RecordedPayload]) -> Callable[[Any], RecordedPayload]:
    def make(value: Any) -> RecordedPayload:
        if isinstance(value, Mapping) and "arguments" not in value:
            return build(value)
        return events.generic(value if isinstance(value, (str, bytes)) else dump_json(value))

    return make


def _context(value: Any) -> RecordedPayload:
    body = getattr(value, "body", value)
    return events.orchestration(body)


def _resource(value: Any) -> RecordedPayload:
    text = value if isinstance(value, (str, bytes)) else dump_json(value)
    if isinstance(text, str) and "://" in text and text[:1] != "{":
        return events.mcp_resource(text)
    return events.generic(text)


_Maker = Callable[[Any], RecordedPayload]

_MAKERS: dict[str, tuple[_Maker, _Maker | None]] = {
    "activityTrigger": (events.activity, None),
    "blobTrigger": (events.blob, None),
    "connectorTrigger": (events.connector, None),
    "cosmosDBTrigger": (events.cosmos_db, None),
    "entityTrigger": (_context, None),
    "eventGridTrigger": (_event_grid, None),
    "eventHubTrigger": (events.event_hub, events.event_hub_batch),
    "httpTrigger": (_http, None),
    "kafkaTrigger": (events.kafka, events.kafka_batch),
    "mcpPromptTrigger": (_mcp(events.mcp_prompt), None),
    "mcpResourceTrigger": (_resource, None),
    "mcpToolTrigger": (_mcp(events.mcp_tool), None),
    "mysqlTrigger": (events.mysql, None),
    "orchestrationTrigger": (_context, None),
    "queueTrigger": (events.queue, None),
    "serviceBusTrigger": (events.service_bus, events.service_bus_batch),
    "sqlTrigger": (events.sql, None),
    "timerTrigger": (_timer, None),
}
"""What makes a payload of one value, and what makes one of several for triggers with batches."""

_DEFAULTS: dict[str, Callable[[], RecordedPayload]] = {
    "timerTrigger": events.timer,
    "warmupTrigger": events.warmup,
}


# Bindings whose extension hands objects or lists to the worker, which travel as JSON.
_JSON_BINDINGS = {
    "activityTrigger",
    "assistantSkillTrigger",
    "cosmosDB",
    "cosmosDBTrigger",
    "eventGridTrigger",
    "mcpPromptTrigger",
    "mcpResourceTrigger",
    "mcpToolTrigger",
    "mysql",
    "mysqlTrigger",
    "sql",
    "sqlTrigger",
    "table",
    "timerTrigger",
    "warmupTrigger",
}
_BINARY_BINDINGS = {"blob", "blobTrigger"}


def message_payload(binding: Binding, content: str | bytes) -> Datum:
    """Make the payload of a trigger or input from its content.

    A declared ``dataType`` decides. Without one blobs are bytes, triggers that hand over objects
    are JSON, and any other content is text if it is UTF-8 and bytes if not.

    Raises:
        InvalidPayloadError: the content is not text, or not JSON, where the binding needs it.
    """
    data = content.encode() if isinstance(content, str) else content
    if binding.data_type in (2, 3) or (binding.type in _BINARY_BINDINGS and binding.data_type != 1):
        return Datum(data, "bytes")
    try:
        text = data.decode()
    except UnicodeDecodeError:
        if binding.data_type == 1 or binding.type in _JSON_BINDINGS:
            raise InvalidPayloadError.of(
                binding.type, binding.name, came=preview(data), expected="UTF-8 text"
            ) from None
        return Datum(data, "bytes")
    if binding.type not in _JSON_BINDINGS:
        return Datum(text, "string")
    try:
        parse_json(text)
    except ValueError:
        raise InvalidPayloadError.of(
            binding.type, binding.name, came=preview(text), expected="JSON"
        ) from None
    return Datum(text, "json")


# The metadata by which a codec tells one message from a batch; the host always sends it.
_PER_MESSAGE = {"eventHubTrigger": "SystemProperties", "serviceBusTrigger": "UserProperties"}


def trigger_payload(trigger: Binding, content: str | bytes) -> tuple[Datum, dict[str, Datum]]:
    """Make a trigger's payload from its content, and the metadata that is always with it.

    Where the trigger's ``cardinality`` is many, the payload is a batch: the elements of a JSON
    array, or else the content as its only message.

    Raises:
        InvalidPayloadError: see :func:`message_payload`.
    """
    field = _PER_MESSAGE.get(trigger.type)
    if cardinality(trigger) != "many":
        metadata = {field: Datum("{}", "json")} if field else {}
        return message_payload(trigger, content), metadata
    batch = _batch(content)
    metadata = {f"{field}Array": Datum(dump_json([{}] * len(batch)), "json")} if field else {}
    return Datum(SimpleNamespace(string=batch), "collection_string"), metadata


def cardinality(trigger: Binding) -> str:
    """Give what a trigger declares: ``one`` or ``many`` messages at a time; else ``none``."""
    declared = trigger.get_dict_repr().get("cardinality")
    return str(getattr(declared, "name", declared)).lower()


def _batch(content: str | bytes) -> list[str]:
    try:
        items = parse_json(content)
    except ValueError:
        items = None
    if not isinstance(items, list):
        items = [content if isinstance(content, str) else content.decode(errors="replace")]
    return [item if isinstance(item, str) else dump_json(item) for item in items]


def metadata_payload(text: str) -> Datum:
    """Make a metadata value from what a person writes.

    JSON goes as JSON, as the host sends whatever is not text. Other text goes as text, fractions
    too: no field of the host holds one, while an id may look like one.
    """
    try:
        value = parse_json(text)
    except ValueError:
        return Datum(text, "string")
    return Datum(text, "string" if isinstance(value, float) else "json")
