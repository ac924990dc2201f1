"""Azure Event Grid: an event as trigger, events as output, in either of the service's schemas."""

from __future__ import annotations

from base64 import b64decode, b64encode
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

from ..enums import DataType
from ..errors import DeclarationError, InvalidPayloadError, InvalidValueError, preview
from ..wire.codec import Codec, MessageOutput
from ..wire.datum import DatumLike, TriggerMetadata
from ..wire.declaration import OutputBinding, Trigger
from ..wire.fields import Record, field, plain
from ..wire.jsontext import parse_json
from ..wire.scalars import text, timestamp

__all__ = ["CloudEvent", "EventGridEvent", "EventGridOutputEvent"]


class _Event(Record):
    _data: Any = field("data", alias="data")

    @property
    def data(self) -> Any:
        """What the event tells: JSON as Python values, the binary data of a CloudEvent as bytes."""
        return self._data

    def get_json(self) -> Any:
        """Give :attr:`data`."""
        return self._data

    def _to_wire(self) -> dict[str, Any]:
        """Give the event as it travels, without the fields that are None."""
        wire = {}
        for name, spec in type(self)._fields.items():
            value = getattr(self, name)
            if value is not None and spec.wire is not None:
                wire[spec.wire] = _time_text(value) if isinstance(value, datetime) else value
        return wire

    def to_dict(self) -> dict[str, Any]:
        """Give the fields as plain JSON values: times as ISO 8601 text, bytes as text or base64."""
        return {
            spec.alias or name: plain(getattr(self, name))
            for name, spec in type(self)._fields.items()
        }


_UTC = timezone.utc


def _time_text(time: datetime) -> str:
    # Both schemas want a zone of whole minutes (RFC 3339). One that a program left out is taken to
    # be UTC; local mean times, of years before 1937, have seconds.
    offset = time.utcoffset()
    if offset is None:
        time = time.replace(tzinfo=_UTC)
    elif offset.seconds % 60 or offset.microseconds:
        time = time.astimezone(_UTC)
    return time.isoformat()


class EventGridEvent(_Event, binding="eventGridTrigger"):
    """An event that came in the Event Grid schema.

    Built with each attribute below as a keyword argument, and with:

    Args:
        data: what the event tells.

    Raises:
        InvalidValueError: an argument cannot be read as its field (a TypeError and ValueError).
    """

    id: str = field("id", text, shown=True)
    """The event's id, given by its publisher."""
    topic: str = field("topic", text, shown=True)
    """The resource that the event comes from."""
    subject: str = field("subject", text, shown=True)
    """The path of what the event is about, given by the publisher."""
    event_type: str = field("eventType", text)
    """The kind of event, such as ``Microsoft.Storage.BlobCreated``."""
    event_time: datetime | None = field("eventTime", timestamp)
    """When it happened."""
    data_version: str = field("dataVersion", text)
    """The version of the data's schema."""


class EventGridOutputEvent(_Event, binding="eventGrid"):
    """An event to be published in the Event Grid schema.

    Built with each attribute below as a keyword argument, and with:

    Args:
        data: what the event tells, a JSON-able value.

    Raises:
        InvalidValueError: an argument cannot be read as its field (a TypeError and ValueError).
    """

    id: str = field("id", text, shown=True)
    """The event's id, unique for the publisher."""
    subject: str = field("subject", text, shown=True)
    """The path of what the event is about."""
    event_type: str = field("eventType", text, shown=True)
    """The kind of event."""
    event_time: datetime | None = field("eventTime", timestamp)
    """When it happened; sent as UTC when it has no time zone."""
    data_version: str = field("dataVersion", text)
    """The version of the data's schema."""

    def _to_wire(self) -> dict[str, Any]:
        # The schema wants all of these, so what is None goes as null. Written out, as events are
        # sent by the thousand and the rows above cost three times as much to go through.
        time = self.event_time
        return {
            "id": self.id,
            "subject": self.subject,
            "dataVersion": self.data_version,
            "eventType": self.event_type,
            "data": self._data,
            "eventTime": time and (time.isoformat() if time.tzinfo is _UTC else _time_text(time)),
        }


class CloudEvent(_Event, binding="eventGridTrigger"):
    """An event in the CloudEvents 1.0 schema, come or to be published.

    Built with each attribute below as a keyword argument, and with:

    Args:
        data: what the event tells: a JSON-able value, or bytes for binary data.
        data_base64: binary data as it travels in JSON, instead of ``data``.
        extensions: the extension attributes.

    Raises:
        InvalidValueError: an argument cannot be read as its field (a TypeError and ValueError).
    """

    id: str = field("id", text, shown=True)
    """The event's id, unique for its source."""
    source: str = field("source", text, shown=True)
    """The context in which the event happened, a URI reference."""
    type: str = field("type", text, shown=True)
    """The kind of event."""
    specversion: str = field("specversion", text)
    """The version of CloudEvents, ``"1.0"``."""
    time: datetime | None = field("time", timestamp, default=None)
    """When it happened; sent as UTC when it has no time zone."""
    subject: str | None = field("subject", text, default=None)
    """What the event is about, within its source."""
    datacontenttype: str | None = field("datacontenttype", text, default=None)
    """The media type of the data."""
    dataschema: str | None = field("dataschema", text, default=None)
    """The URI of the data's schema."""
    _extensions: dict[str, Any] = field(None, None, alias="extension_attrs")

    if TYPE_CHECKING:

        def __init__(
            self,
            /,  # an extension may be called "self"
            *,
            id: str,
            source: str,
            type: str,
            specversion: str,
            data: Any = None,
            data_base64: str | None = None,
            time: datetime | None = None,
            subject: str | None = None,
            datacontenttype: str | None = None,
            dataschema: str | None = None,
            **extensions: Any,
        ) -> None: ...

    else:

        def __init__(self, /, **values: Any) -> None:
            own = {name: value for name, value in values.items() if name in _CLOUD_NAMES}
            extensions = {name: value for name, value in values.items() if name not in own}
            encoded = own.pop("data_base64", None)
            own.setdefault("data", None)
            if encoded is not None:
                try:
                    own["data"] = _binary_data(own["data"], encoded)
                except ValueError as error:
                    raise InvalidValueError.of(
                        "CloudEvent", "data_base64", came=preview(encoded), expected=str(error)
                    ) from None
            super().__init__(**own, extension_attrs=extensions)

    @property
    def extension_attrs(self) -> dict[str, Any]:
        """The extension attributes by name, a new dict each time."""
        return dict(self._extensions)

    def _to_wire(self) -> dict[str, Any]:
        wire = super()._to_wire()
        if isinstance(self._data, (bytes, bytearray, memoryview)):
            wire["data_base64"] = b64encode(wire.pop("data")).decode()
        return {**self._extensions, **wire}


_CLOUD_NAMES = {spec.wire for spec in CloudEvent._fields.values()} | {"data_base64"}


def _binary_data(data: Any, encoded: Any) -> bytes:
    """Decode ``data_base64`` (CloudEvents JSON format 1.0, 3.1.1)."""
    if data is not None:
        raise ValueError("data or data_base64, not both")
    try:
        return b64decode(encoded, validate=True)
    except (ValueError, TypeError):
        raise ValueError("base64 text") from None


def _read_cloud_event(source: dict[str, Any]) -> CloudEvent:
    event = CloudEvent._filled(source)
    extensions = {key: value for key, value in source.items() if key not in _CLOUD_NAMES}
    CloudEvent._fields["_extensions"].store(event, extensions)
    encoded = source.get("data_base64")
    if encoded is not None:
        CloudEvent._fields["_data"].store(event, _binary_data(event._data, encoded))
    return event


class EventGridTriggerCodec(Codec):
    """An event that triggers a function."""

    binding = "eventGridTrigger"
    accepts = (EventGridEvent, CloudEvent)
    takes = "a payload of type 'json'"

    @classmethod
    def decode(
        cls, data: DatumLike, *, trigger_metadata: TriggerMetadata | None = None
    ) -> EventGridEvent | CloudEvent:
        """Make the event; what has a ``specversion`` is a CloudEvent."""
        if getattr(data, "type", None) != "json":
            raise cls.unsupported_payload(data)
        expected = "a JSON object"
        try:
            event = parse_json(data.value)
            if isinstance(event, dict):
                if "specversion" in event:
                    return _read_cloud_event(event)
                return EventGridEvent._filled(event)
        except ValueError as error:
            expected = f"{expected} ({error})"
        raise InvalidPayloadError.of(
            cls.binding, "body", came=preview(data.value), expected=expected
        )


class EventGridCodec(MessageOutput):
    """Events that are published.

    A dict, dataclass or model is an event in either schema. The host tells CloudEvents by their
    ``specversion``.
    """

    binding = "eventGrid"
    emits = (*MessageOutput.emits, EventGridOutputEvent, CloudEvent, EventGridEvent)
    emits_many = (*MessageOutput.emits_many, EventGridOutputEvent, CloudEvent, EventGridEvent)
    sends = (
        "EventGridOutputEvent, CloudEvent, EventGridEvent, str, bytes, a dict, a dataclass, a "
        "pydantic model, an object with to_dict, or an iterable of these"
    )

    @classmethod
    def _emits_part(cls, part: object) -> bool:
        return part not in (int, float, bool) and super()._emits_part(part)

    @classmethod
    def form(cls, obj: Any) -> Any:
        """Give an event the form of its schema; a number is none, as an event is an object."""
        if isinstance(obj, _Event):
            return obj._to_wire()
        if isinstance(obj, (int, float)):
            raise cls.unsupported_value(obj)
        return obj


# -- Declarations --


def event_grid_trigger(
    arg_name: str,
    data_type: DataType | str | None = None,
    **kwargs: Any,
) -> Trigger:
    """Run the function for each event of an Event Grid subscription.

    Args:
        arg_name: the parameter that is given the event: an EventGridEvent or CloudEvent.
        data_type: how the host hands over the payload: ``"string"``, ``"binary"`` or
            ``"stream"``, in any letter case, or a member of DataType; None leaves it to the
            binding.
        kwargs: further keys of the binding, in snake case.

    Raises:
        UnknownNameError: ``data_type`` names no member of DataType (a KeyError and ValueError).
    """
    return Trigger(arg_name, data_type, "eventGridTrigger", None, kwargs)


def event_grid_output(
    arg_name: str,
    topic_endpoint_uri: str | None = None,
    topic_key_setting: str | None = None,
    connection: str | None = None,
    data_type: DataType | str | None = None,
    **kwargs: Any,
) -> OutputBinding:
    """Publish events to an Event Grid topic.

    Give either ``connection``, or both ``topic_endpoint_uri`` and ``topic_key_setting``.

    Args:
        arg_name: the ``Out`` parameter to set, or ``"$return"`` for the return value.
        topic_endpoint_uri: the app setting that holds the topic's endpoint, such as
            ``https://t.westeurope-1.eventgrid.azure.net/api/events``.
        topic_key_setting: the app setting that holds the topic's access key.
        connection: the common prefix of the app settings for a connection by identity, whose
            ``topicEndpointUri`` names the topic.
        data_type: how the host hands over the payload: ``"string"``, ``"binary"`` or
            ``"stream"``, in any letter case, or a member of DataType; None leaves it to the
            binding.
        kwargs: further keys of the binding, in snake case.

    Raises:
        UnknownNameError: ``data_type`` names no member of DataType (a KeyError and ValueError).
        DeclarationError: neither or both of these ways are given, or one only half.
    """
    if (topic_endpoint_uri is None, topic_key_setting is None, connection is None) not in (
        (False, False, True),
        (True, True, False),
    ):
        raise DeclarationError(
            f"eventGrid {arg_name!r}: expected either connection, or both topic_endpoint_uri and "
            "topic_key_setting"
        )
    return OutputBinding.of_parameters("eventGrid", locals())
