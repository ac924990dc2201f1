"""Events of event hubs and IoT hubs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ...bindings.event_hub import EventHubEvent
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
    plain,
    values_of,
)

_EVENT_HUB = {"SequenceNumber": 1, "Offset": "3696", "EnqueuedTimeUtc": TIME}
_PARTITION = {
    "FullyQualifiedNamespace": "namespace.servicebus.windows.net",
    "EventHubName": "hub",
    "ConsumerGroup": "$Default",
    "PartitionId": "0",
}


def _system_properties(event: EventHubEvent, values: Mapping[str, Any]) -> dict[str, Any]:
    offset = values["Offset"]
    system = {name: plain(value) for name, value in values.items()}
    system["Offset"] = int(offset) if str(offset).isdecimal() else offset
    for name, value in (event.iothub_metadata or {}).items():
        system[f"iothub-{name}"] = value
    return system


def event_hub(
    body: EventHubEvent | str | bytes | Any = "event",
    *,
    properties: Mapping[str, Any] | None = None,
    metadata: Mapping[str, Any] | None = None,
    **fields: Any,
) -> RecordedPayload:
    """Make an event of an event hub, or of an IoT hub with ``iothub_metadata=...``.

    Args:
        body: the body, or an event with body and fields.
        properties: the sender's own properties.
        metadata: further trigger metadata by its wire names.
        fields: fields of :class:`~azure_functions_lib.EventHubEvent`, such as ``partition_key``.
    """
    event = message_of(EventHubEvent, body, fields)
    data = body_datum(event.get_body())
    values = values_of(event, _EVENT_HUB)
    system = _system_properties(event, values)
    context = {"TriggerPartitionContext": _PARTITION, "PartitionContext": _PARTITION}
    own = {"Properties": json_datum(dict(properties or {})), "SystemProperties": json_datum(system)}
    return RecordedPayload(
        data,
        {
            **metadata_of({**context, **values, **own}),
            **body_fields(data),
            **metadata_of(metadata),
        },
        event="event_hub",
    )


def event_hub_batch(
    events: Iterable[EventHubEvent | str | bytes | Any] = ("event 1", "event 2"),
    *,
    properties: Sequence[Mapping[str, Any]] | None = None,
    metadata: Mapping[str, Any] | None = None,
) -> RecordedPayload:
    """Make a batch of events.

    Args:
        events: bodies, or events with body and fields.
        properties: the sender's own properties of each event.
        metadata: further trigger metadata by its wire names.
    """
    made = [message_of(EventHubEvent, event, {}) for event in events]
    rows = []
    for index, event in enumerate(made):
        numbered = {"SequenceNumber": 1 + index, "Offset": str(3696 + 48 * index)}
        rows.append(values_of(event, {**_EVENT_HUB, **numbered}))
    system = [_system_properties(event, row) for event, row in zip(made, rows, strict=True)]
    values = {
        "PartitionContext": _PARTITION,
        **columns_of(rows, ()),
        "PropertiesArray": json_datum([dict(each) for each in properties or [{}] * len(made)]),
        "SystemPropertiesArray": json_datum(system),
        **(metadata or {}),
    }
    return RecordedPayload(batch_bodies(made), metadata_of(values), event="event_hub_batch")
