"""The payload that the host would send: for a value, and for what a person writes.

What is said here about the host was observed of its version 4 with the capabilities that Python
workers declare.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, TypeAlias

from ..bindings import binding_type, cardinality
from ..bindings.event_grid import CloudEvent, EventGridEvent
from ..bindings.timer import TimerRequest
from ..enums import DataType
from ..errors import BindingError, InvalidPayloadError, InvalidValueError, InvocationError, preview
from ..http.request import HttpRequest
from ..wire.datum import Datum
from ..wire.jsontext import dump_json, parse_json
from ..wire.registry import registry
from . import events
from .events.http import http_request
from .recorded import RecordedPayload

if TYPE_CHECKING:
    from ..app.loaded import LoadedFunction
    from ..wire.declaration import Binding

_Maker: TypeAlias = Callable[..., RecordedPayload]
_ValueMaker: TypeAlias = Callable[[str, Any], RecordedPayload]

__all__ = [
    "MISSING",
    "example",
    "input_datum",
    "input_datums",
    "message_payload",
    "metadata_payload",
    "trigger_event",
    "trigger_payload",
    "written_event",
]

MISSING: Any = object()
"""No value; None is one."""

_PACKAGE = f"{__name__.partition('.')[0]}."
_STRING = DataType.STRING.value
_BINARY = (DataType.BINARY.value, DataType.STREAM.value)


def trigger_event(trigger: Binding, value: Any) -> RecordedPayload:
    """Make a trigger's payload and metadata of a value.

    Args:
        trigger: the trigger.
        value: one of the binding's type, a list of these for a batch, a body, a payload from
            :mod:`~azure_functions_lib.testing.events`, or a Datum that travels as it is.

    Raises:
        InvocationError: the trigger needs a value, takes one at a time, or never gets this one.
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
        _check_event(trigger, value.event)
        return value._replace(data=_typed(trigger, value.data))
    if isinstance(value, Datum):
        return RecordedPayload(value)
    kind = binding_type(trigger.type)
    if value is MISSING:
        if not kind.occurs:
            raise InvocationError(
                f"{trigger.type} {trigger.name!r}: there is no payload. Give a value, as in "
                f"client.invoke(name, {trigger.name}=value), or one of testing.events"
            )
        return example(trigger)
    _check_value(trigger, value)
    if kind.event == "generic":
        return RecordedPayload(*trigger_payload(trigger, _content(value)))
    single: _Maker = getattr(events, kind.event)
    if kind.event in _FROM_VALUE:
        single = partial(_FROM_VALUE[kind.event], trigger.type)
    batch = getattr(events, f"{kind.event}_batch", None)
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


def _check_event(trigger: Binding, event: str) -> None:
    """Refuse the payload of another trigger, or a batch where one message comes at a time."""
    expected = binding_type(trigger.type).event
    names = [expected]
    if hasattr(events, f"{expected}_batch"):
        many = f"{expected}_batch"
        names = {"one": [expected], "many": [many]}.get(cardinality(trigger), [expected, many])
    if event and event not in names:
        declared = f', since its cardinality is "{cardinality(trigger)}"'
        raise _not_delivered(
            trigger,
            f"a payload of events.{event}",
            " or ".join(f"events.{name}" for name in names)
            + (declared if event.removesuffix("_batch") == expected else ""),
        )


def _check_value(trigger: Binding, value: Any) -> None:
    """Refuse what no host could deliver: nothing, or this library's value of another trigger."""
    codec = registry.codec(trigger.type)
    if value is None and not codec.accepts_any:
        raise _not_delivered(trigger, "None", _expected(trigger))
    items = value if isinstance(value, (list, tuple)) else (value,)
    for item in items:
        kind = type(item)
        if not any(base.__module__.startswith(_PACKAGE) for base in kind.__mro__):
            continue
        if not (codec.check_input_type_annotation(kind) or issubclass(kind, _row(codec))):
            raise _not_delivered(trigger, preview(item), _expected(trigger))
        event = binding_type(trigger.type).event
        if items is value and not _row(codec) and not hasattr(events, f"{event}_batch"):
            raise _not_delivered(
                trigger,
                f"a list of {len(items)}",
                f"one {kind.__name__}, since the host gives it one at a time. Invoke the function "
                "once for each",
            )


def _row(codec: Any) -> tuple[type, ...]:
    return (codec.row,) if hasattr(codec, "row") else ()


def _expected(trigger: Binding) -> str:
    """Tell what a trigger takes: its own types, or what its builder makes."""
    codec = registry.codec(trigger.type)
    types = [kind.__name__ for kind in (*_row(codec), *codec.accepts)]
    return f"{', '.join(types)} or a payload of events.{binding_type(trigger.type).event}"


def _not_delivered(trigger: Binding, came: str, expected: str) -> InvocationError:
    return InvocationError(f"{trigger.type} {trigger.name!r}: got {came}; expected {expected}")


def example(binding: Binding) -> RecordedPayload:
    """Make what the host sends for a binding without content of anyone's, such as a timer."""
    made: RecordedPayload = getattr(events, binding_type(binding.type).event)()
    return made


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


def input_datums(function: LoadedFunction, given: Mapping[str, Any]) -> dict[str, Datum]:
    """Give the payloads of the inputs besides the trigger.

    Raises:
        InvocationError: a value is missing, or there is one too many.
    """
    bindings = {binding.name: binding for binding in function.inputs}
    for name in given.keys() - bindings.keys():
        known = ", ".join(map(repr, bindings)) or "none"
        trigger = function.trigger and function.trigger.name
        raise InvocationError(
            f"function {function.name!r}: got a value for {name!r}, which is none of its inputs. "
            f"Besides the trigger {trigger!r} it has: {known}"
        )
    datums = {}
    for name, binding in bindings.items():
        if name in given:
            datums[name] = input_datum(binding, given[name])
        elif binding_type(binding.type).occurs:
            datums[name] = input_datum(binding, example(binding))
        else:
            raise InvocationError(
                f"function {function.name!r}: there is no value for its input {name!r} "
                f"({binding.type}). Give inputs={{{name!r}: value}}; None is what the host sends "
                "for something that does not exist"
            )
    return datums


def _content(value: Any) -> str | bytes:
    read = getattr(value, "getvalue", None)
    if read is not None:  # an InputStream, wherever it was read to
        value = read()
    if isinstance(value, (bytes, bytearray, memoryview)):
        return bytes(value)
    return value if isinstance(value, str) else dump_json(value)


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


def _event_grid(binding: str, value: Any) -> RecordedPayload:
    if isinstance(value, EventGridEvent):
        wire = {**value._to_wire(), "metadataVersion": "1"}
        return RecordedPayload(Datum(dump_json(wire), "json"))
    if isinstance(value, CloudEvent):
        return RecordedPayload(Datum(dump_json(value._to_wire()), "json"))
    return _json(binding, value)


def _json(binding: str, value: Any) -> RecordedPayload:
    if isinstance(value, (str, bytes)):
        return RecordedPayload(Datum(value if isinstance(value, str) else value.decode(), "json"))
    if isinstance(value, Mapping):
        return RecordedPayload(Datum(dump_json(value), "json"))
    raise InvocationError(f"{binding}: got {preview(value)}; expected an event or a JSON object")


def _http(binding: str, value: Any) -> RecordedPayload:
    if not isinstance(value, HttpRequest):
        raise InvocationError(
            f"{binding}: got {preview(value)}; expected an HttpRequest. client.get and the other "
            "verbs make one"
        )
    return http_request(value)


def _timer(binding: str, value: Any) -> RecordedPayload:
    if isinstance(value, TimerRequest):
        return events.timer(value)
    raise InvocationError(f"{binding}: got {preview(value)}; expected a TimerRequest")


def _mcp(build: _Maker) -> _ValueMaker:
    def make(_binding: str, value: Any) -> RecordedPayload:
        if isinstance(value, Mapping) and "arguments" not in value:
            return build(value)
        return events.generic(value if isinstance(value, (str, bytes)) else dump_json(value))

    return make


def _context(_binding: str, value: Any) -> RecordedPayload:
    body = getattr(value, "body", value)
    return events.orchestration(body)


def _resource(_binding: str, value: Any) -> RecordedPayload:
    text = value if isinstance(value, (str, bytes)) else dump_json(value)
    if isinstance(text, str) and "://" in text and text[:1] != "{":
        return events.mcp_resource(text)
    return events.generic(text)


_FROM_VALUE: dict[str, _ValueMaker] = {
    "entity": _context,
    "event_grid": _event_grid,
    "http": _http,
    "mcp_prompt": _mcp(events.mcp_prompt),
    "mcp_resource": _resource,
    "mcp_tool": _mcp(events.mcp_tool),
    "orchestration": _context,
    "timer": _timer,
    "warmup": _json,
}
"""What makes an event of a binding's value, where its builder takes something else first."""


def message_payload(binding: Binding, content: str | bytes) -> Datum:
    """Make the payload of a trigger or input from its content.

    A declared ``dataType`` decides. Without one blobs are bytes, triggers that hand over objects
    are JSON, and any other content is text if it is UTF-8 and bytes if not.

    Raises:
        InvalidPayloadError: the content is not text, or not JSON, where the binding needs it.
    """
    data = content.encode() if isinstance(content, str) else content
    form = binding_type(binding.type).content
    if binding.data_type in _BINARY or (form == "binary" and binding.data_type != _STRING):
        return Datum(data, "bytes")
    try:
        text = data.decode()
    except UnicodeDecodeError:
        if binding.data_type == _STRING or form == "json":
            raise InvalidPayloadError.of(
                binding.type, binding.name, came=preview(data), expected="UTF-8 text"
            ) from None
        return Datum(data, "bytes")
    if form != "json":
        return Datum(text, "string")
    try:
        parse_json(text)
    except ValueError:
        raise InvalidPayloadError.of(
            binding.type, binding.name, came=preview(text), expected="JSON"
        ) from None
    return Datum(text, "json")


def trigger_payload(trigger: Binding, content: str | bytes) -> tuple[Datum, dict[str, Datum]]:
    """Make a trigger's payload from its content, and the metadata that is always with it.

    Where the trigger's ``cardinality`` is many, the payload is a batch: the elements of a JSON
    array, or else the content as its only message.

    Raises:
        InvalidPayloadError: see :func:`message_payload`.
    """
    field = binding_type(trigger.type).single
    if cardinality(trigger) != "many":
        metadata = {field: Datum("{}", "json")} if field else {}
        return message_payload(trigger, content), metadata
    batch = _batch(content)
    metadata = {f"{field}Array": Datum(dump_json([{}] * len(batch)), "json")} if field else {}
    return Datum(SimpleNamespace(string=batch), "collection_string"), metadata


def written_event(trigger: Binding, content: str | bytes) -> RecordedPayload:
    """Make a trigger's payload of its content, with the metadata that the host sends with it.

    See :func:`trigger_payload` for the content.

    Raises:
        InvalidPayloadError: see :func:`message_payload`.
    """
    data, metadata = trigger_payload(trigger, content)
    if binding_type(trigger.type).content == "json":
        made = example(trigger)  # of which no metadata depends on the content
    else:
        many = cardinality(trigger) == "many"
        made = trigger_event(trigger, _batch(content) if many else content)
    return RecordedPayload(_typed(trigger, data), {**metadata, **made.metadata})


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
