"""Messages of Storage queues."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from ...bindings.queue import QueueMessage
from ..recorded import RecordedPayload
from .common import (
    TIME,
    body_datum,
    body_fields,
    json_datum,
    message_of,
    metadata_of,
    values_of,
    with_offset,
)

_QUEUE = {
    "Id": "8b3c43a5-7c4b-4d3f-8f5e-1b2a3c4d5e6f",
    "DequeueCount": 1,
    "ExpirationTime": TIME + timedelta(days=7),
    "InsertionTime": TIME,
    "NextVisibleTime": TIME + timedelta(minutes=10),
    "PopReceipt": "AgAAAAMAAAAAAAAA",
}


def queue(
    body: QueueMessage | str | bytes | Any = "message",
    *,
    metadata: Mapping[str, Any] | None = None,
    **fields: Any,
) -> RecordedPayload:
    """Make a message of a storage queue.

    Args:
        body: the body, or a message with body and fields.
        metadata: further trigger metadata by its wire names.
        fields: fields of :class:`~azure_functions_lib.QueueMessage`, such as ``dequeue_count``.
    """
    message = message_of(QueueMessage, body, fields)
    data = body_datum(message.get_body())
    text = {"QueueTrigger": data} if data.type == "string" else {}
    values = {**text, **_fields(message)}
    return RecordedPayload(
        data,
        {**metadata_of(values), **body_fields(data), **metadata_of(metadata)},
        event="queue",
    )


def _fields(message: QueueMessage) -> dict[str, Any]:
    return {
        name: json_datum(with_offset(value)) if isinstance(value, datetime) else value
        for name, value in values_of(message, _QUEUE).items()
    }
