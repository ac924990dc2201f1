"""Events of Kafka topics."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ...bindings.kafka import KafkaEvent
from ..recorded import RecordedPayload
from .common import (
    batch_bodies,
    body_datum,
    columns_of,
    json_datum,
    message_of,
    metadata_of,
    values_of,
)

_KAFKA = {
    "Partition": 0,
    "Offset": 1,
    "Topic": "topic",
    "Timestamp": "2024-05-06T07:08:09.123Z",
    "Headers": [],
}


def _kafka_values(event: KafkaEvent, index: int = 0) -> dict[str, Any]:
    return values_of(event, {**_KAFKA, "Offset": 1 + index})


def kafka(
    body: KafkaEvent | str | bytes | Any = "event",
    *,
    metadata: Mapping[str, Any] | None = None,
    **fields: Any,
) -> RecordedPayload:
    """Make an event of a Kafka topic.

    Args:
        body: the body, or an event with body and fields.
        metadata: further trigger metadata by its wire names.
        fields: fields of :class:`~azure_functions_lib.KafkaEvent`, such as ``key``.
    """
    event = message_of(KafkaEvent, body, fields)
    values = _kafka_values(event)
    values["Timestamp"] = json_datum(values["Timestamp"])
    values = {**values, **(metadata or {})}
    return RecordedPayload(body_datum(event.get_body()), metadata_of(values), event="kafka")


def kafka_batch(
    events: Iterable[KafkaEvent | str | bytes | Any] = ("event 1", "event 2"),
    *,
    metadata: Mapping[str, Any] | None = None,
) -> RecordedPayload:
    """Make a batch of Kafka events.

    Args:
        events: bodies, or events with body and fields.
        metadata: further trigger metadata by its wire names.
    """
    made = [message_of(KafkaEvent, event, {}) for event in events]
    rows = [_kafka_values(event, index) for index, event in enumerate(made)]
    names = rows[0] if rows else ()
    columns = {f"{name}Array": json_datum([row[name] for row in rows]) for name in names}
    columns.update(columns_of([{"Offset": row["Offset"]} for row in rows], ("Offset",)))
    columns.update(columns_of([{"Topic": row["Topic"]} for row in rows], ()))
    values = {**columns, **(metadata or {})}
    return RecordedPayload(batch_bodies(made), metadata_of(values), event="kafka_batch")
