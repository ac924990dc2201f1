"""Azure Event Hubs and IoT Hub: events as trigger, events as output."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from ..enums import Cardinality, DataType
from ..wire.codec import MessageOutput
from ..wire.datum import Datum, DatumLike, TriggerMetadata
from ..wire.declaration import OutputBinding, Trigger, member
from ..wire.fields import Field, field
from ..wire.messages import Body, EventCodec, Message, array, bodies_of, check_length, receiver
from ..wire.scalars import as_body, integer, mapping, text, utc_timestamp

if TYPE_CHECKING:
    from typing_extensions import Self

__all__ = ["EventHubEvent"]

_SYSTEM = Field("SystemProperties", mapping, dict)


class EventHubEvent(Message, binding="eventHubTrigger"):
    """An event of an event hub, or a message of a device in an IoT hub.

    Built with each attribute below as a keyword argument, and with:

    Args:
        body: the content; text is encoded as UTF-8, a dict or list as JSON.
        metadata: the trigger metadata to show as :attr:`metadata`.

    Raises:
        InvalidValueError: an argument cannot be read as its field (a TypeError and ValueError).
    """

    _body: Body = field(None, as_body, unsent=bytes, kw_only=False, alias="body")
    partition_key: str | None = field("PartitionKey", text, default=None, shown=True)
    """What the event's partition was chosen by (metadata ``PartitionKey``)."""
    sequence_number: int | None = field("SequenceNumber", integer, default=None, shown=True)
    """The event's number in its partition (metadata ``SequenceNumber``)."""
    offset: str | None = field("Offset", text, default=None)
    """The event's place in its partition's log, as the hub writes it: a number, or text such as
    ``0:1:3696`` in a namespace with geo-replication (metadata ``Offset``).
    """
    enqueued_time: datetime | None = field(
        "EnqueuedTimeUtc", utc_timestamp, default=None, shown=True
    )
    """When the hub accepted the event, aware, in UTC (metadata ``EnqueuedTimeUtc``)."""
    iothub_metadata: Mapping[str, str] | None = field(None, mapping, default=None)
    """What an IoT hub adds, without the prefix ``iothub-``: ``enqueuedtime``,
    ``connection-device-id`` and others.
    """

    def to_dict(self) -> dict[str, Any]:
        """Give body and fields as plain JSON values; no IoT hub metadata is None."""
        values = super().to_dict()
        values["iothub_metadata"] = values["iothub_metadata"] or None
        return values

    def _read_unnamed(self, spec: Field, sent: TriggerMetadata | None) -> Any:
        if spec.name != "iothub_metadata" or not sent:
            return super()._read_unnamed(spec, sent)
        found = _iothub_entries(sent)
        if found:
            return {
                name: Field(f"iothub-{name}", text).from_datum(datum, self._binding)
                for name, datum in found.items()
            }
        system = sent.get("SystemProperties")
        return _iothub_entries(_SYSTEM.from_datum(system, self._binding))

    @classmethod
    def _of_system(cls, bodies: list[bytes], metadata: TriggerMetadata) -> list[Self]:
        """Make the events of a batch, whose fields are in the objects of one array."""
        values = array(metadata, "SystemProperties", cls._binding)
        known = {"SystemPropertiesArray": values}
        if values is None:
            values, known = [None] * len(bodies), {}
        check_length(cls._binding, "SystemPropertiesArray", len(values), len(bodies))
        system = list(_SYSTEM.from_column(values, cls._binding))
        names: set[str] = set().union(*system)
        found = (
            map(_iothub_entries, system)
            if any(name.startswith("iothub-") for name in names)
            else ({} for _ in system)
        )
        return cls._of_batch(
            bodies,
            metadata,
            column=lambda wire: [entry.get(wire) for entry in system],
            known=known,
            iothub_metadata=found,
        )


_receive = receiver(EventHubEvent)


def _iothub_entries(values: Mapping[str, Any]) -> dict[str, Any]:
    if "iothub-" not in " ".join(values):  # costs less than to look at each
        return {}
    return {name[7:]: value for name, value in values.items() if name.startswith("iothub-")}


class EventHubCodec(EventCodec):
    """Events sent to an event hub; a whole number goes as a number."""

    binding = "eventHub"
    event = EventHubEvent
    accepts = (EventHubEvent,)
    accepts_many = (EventHubEvent,)
    takes = "a payload of type 'string', 'bytes', 'json', 'collection_string' or 'collection_bytes'"
    emits = (*MessageOutput.emits, EventHubEvent)
    emits_many = (*MessageOutput.emits_many, EventHubEvent)
    sends = f"EventHubEvent, None for nothing, {MessageOutput.sends}"

    @classmethod
    def encode(cls, obj: Any, *, expected_type: type | None = None) -> Datum:
        """Send None as nothing, a whole number as a number, all else as messages go."""
        if obj is None:
            return Datum(None, None)
        if isinstance(obj, int) and -(2**63) <= obj < 2**63:  # what the wire type holds
            return Datum(obj, "int")
        return super().encode(obj, expected_type=expected_type)

    @classmethod
    def form(cls, obj: Any) -> Any:
        """Give an event's body; refuse an event whose properties would be lost."""
        if not isinstance(obj, EventHubEvent):
            return obj
        # The hub gives every event its own values of the other fields.
        cls.refuse_lost(obj, ("partition_key", "iothub_metadata"), "azure-eventhub")
        return obj.get_body()


class EventHubTriggerCodec(EventHubCodec):
    """An event, or a batch of events, that triggers a function."""

    binding = "eventHubTrigger"
    takes = (
        "a payload of type 'string', 'bytes' or 'json' with metadata SystemProperties for one "
        "event, or of type 'collection_string', 'collection_bytes' or 'json' with metadata "
        "SystemPropertiesArray for a batch"
    )

    @classmethod
    def decode(
        cls, data: DatumLike, *, trigger_metadata: TriggerMetadata | None = None
    ) -> EventHubEvent | list[EventHubEvent]:
        """Make the event or events; the metadata tells which it is.

        A single event's fields are read when they are asked for. A JSON batch's bodies are written
        as JSON again: the host has parsed them, so spaces, escapes and the form of numbers may
        differ from what was sent.
        """
        kind = getattr(data, "type", None)
        metadata = trigger_metadata or {}
        if "SystemProperties" in metadata:
            if kind in ("string", "bytes", "json"):
                return _receive(data, metadata)
        elif "SystemPropertiesArray" in metadata and kind in (
            "collection_string",
            "collection_bytes",
            "json",
        ):
            return EventHubEvent._of_system(bodies_of(data, cls.binding), metadata)
        raise cls.unsupported_payload(data)


# -- Declarations --


def event_hub_message_trigger(
    arg_name: str,
    connection: str,
    event_hub_name: str,
    data_type: DataType | str | None = None,
    cardinality: Cardinality | str | None = None,
    consumer_group: str | None = None,
    **kwargs: Any,
) -> Trigger:
    """Run the function for events of an event hub, or of an IoT hub.

    Args:
        arg_name: the parameter that is given the event: an EventHubEvent, str or bytes; a list
            of these for a batch.
        connection: the app setting, or the common prefix of app settings, that holds the
            connection of the namespace.
        event_hub_name: the event hub; ignored when the connection string names one.
        data_type: how the host hands over the payload: ``"string"``, ``"binary"`` or
            ``"stream"``, in any letter case, or a member of DataType; None leaves it to the
            binding.
        cardinality: ``"one"`` event at a time or ``"many"`` as a list, in any letter case; None
            means many.
        consumer_group: the consumer group; None means ``$Default``.
        kwargs: further keys of the binding, in snake case.

    Raises:
        UnknownNameError: an enum has no member of a name that is given (a KeyError and
            ValueError).
    """
    cardinality = member(cardinality, Cardinality)
    return Trigger.of_parameters("eventHubTrigger", locals())


def event_hub_output(
    arg_name: str,
    connection: str,
    event_hub_name: str,
    data_type: DataType | str | None = None,
    **kwargs: Any,
) -> OutputBinding:
    """Send events to an event hub.

    Args:
        arg_name: the ``Out`` parameter to set, or ``"$return"`` for the return value.
        connection: the app setting, or the common prefix of app settings, that holds the
            connection of the namespace.
        event_hub_name: the event hub; ignored when the connection string names one.
        data_type: how the host hands over the payload: ``"string"``, ``"binary"`` or
            ``"stream"``, in any letter case, or a member of DataType; None leaves it to the
            binding.
        kwargs: further keys of the binding, in snake case.

    Raises:
        UnknownNameError: ``data_type`` names no member of DataType (a KeyError and ValueError).
    """
    return OutputBinding.of_parameters("eventHub", locals())
