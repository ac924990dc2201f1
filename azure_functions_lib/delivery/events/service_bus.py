"""Messages of Service Bus queues and topics."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any

from ...bindings.service_bus import ServiceBusMessage
from ..recorded import RecordedPayload
from .common import (
    TIME,
    batch_bodies,
    body_datum,
    body_fields,
    columns_of,
    json_datum,
    message_of,
    metadata_of,
    values_of,
)

_SERVICE_BUS = {
    "ApplicationProperties": {},
    "DeliveryCount": 1,
    "EnqueuedSequenceNumber": 0,
    "EnqueuedTimeUtc": TIME,
    "ExpiresAtUtc": TIME + timedelta(days=14),
    "LockedUntil": TIME + timedelta(minutes=1),
    "LockToken": "3d2ab1c4-0b0c-4f4b-8f0e-6a7e35c2a111",
    "MessageId": "0f2bd7a5c24b4d6e9a1a6c2a3f5d7e90",
    "SequenceNumber": 1,
    "State": 0,
    "TimeToLive": timedelta(days=14),
    "UserProperties": {},
}
_SERVICE_BUS_CLIENT = {
    "FullyQualifiedNamespace": "namespace.servicebus.windows.net",
    "IsClosed": False,
    "TransportType": 0,
    "Identifier": "namespace-7b2f",
}


def _service_bus_values(message: ServiceBusMessage) -> dict[str, Any]:
    values = values_of(message, _SERVICE_BUS)
    # The host sends these under both names.
    for one, other in (("Subject", "Label"), ("ApplicationProperties", "UserProperties")):
        values[one] = values[one] or values[other]
        values[other] = values[other] or values[one]
    return values


def service_bus(
    body: ServiceBusMessage | str | bytes | Any = "message",
    *,
    metadata: Mapping[str, Any] | None = None,
    **fields: Any,
) -> RecordedPayload:
    """Make a message of a Service Bus queue or topic.

    Args:
        body: the body, or a message with body and fields.
        metadata: further trigger metadata by its wire names.
        fields: fields of :class:`~azure_functions_lib.ServiceBusMessage`, such as ``session_id``.
    """
    message = message_of(ServiceBusMessage, body, fields)
    data = body_datum(message.get_body())
    values = {"Client": _SERVICE_BUS_CLIENT, **_service_bus_values(message)}
    return RecordedPayload(
        data,
        {**metadata_of(values), **body_fields(data), **metadata_of(metadata)},
        event="service_bus",
    )


def service_bus_batch(
    messages: Iterable[ServiceBusMessage | str | bytes | Any] = ("message 1", "message 2"),
    *,
    metadata: Mapping[str, Any] | None = None,
) -> RecordedPayload:
    """Make a batch of Service Bus messages.

    Args:
        messages: bodies, or messages with body and fields.
        metadata: further trigger metadata by its wire names.
    """
    made = [message_of(ServiceBusMessage, message, {}) for message in messages]
    rows = [_service_bus_values(message) for message in made]
    _number(rows, "MessageId", "LockToken")
    for index, row in enumerate(rows):
        row["SequenceNumber"] = made[index].sequence_number or 1 + index
    columns = columns_of(rows, ("EnqueuedSequenceNumber", "SequenceNumber"))
    columns.setdefault("UserPropertiesArray", json_datum([]))
    values = {"Client": _SERVICE_BUS_CLIENT, **columns, **(metadata or {})}
    return RecordedPayload(batch_bodies(made), metadata_of(values), event="service_bus_batch")


def _number(rows: Sequence[dict[str, Any]], *names: str) -> None:
    """Make the default ids of a batch differ."""
    for index, row in enumerate(rows):
        for name in names:
            if row[name] == _SERVICE_BUS[name]:
                row[name] = f"{row[name][:-2]}{index % 256:02x}"
