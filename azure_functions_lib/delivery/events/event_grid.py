"""Events of Event Grid, in both schemas."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from ...bindings.event_grid import CloudEvent
from ..recorded import RecordedPayload
from .common import TIME, json_datum, plain


def event_grid(
    data: Any = None,
    *,
    id: str = "831e1650-001e-001b-66ab-eeb76e069631",
    topic: str = "/subscriptions/s/resourceGroups/g/providers/Microsoft.EventGrid/topics/t",
    subject: str = "subject",
    event_type: str = "Example.Happened",
    event_time: datetime = TIME,
    data_version: str = "1.0",
) -> RecordedPayload:
    """Make an event in the Event Grid schema; for the fields see EventGridEvent."""
    return RecordedPayload(
        json_datum(
            {
                "id": id,
                "topic": topic,
                "subject": subject,
                "eventType": event_type,
                "eventTime": plain(event_time),
                "data": data,
                "dataVersion": data_version,
                "metadataVersion": "1",
            }
        ),
        event="event_grid",
    )


def cloud_event(
    data: Any = None,
    *,
    id: str = "831e1650-001e-001b-66ab-eeb76e069631",
    source: str = "/source",
    type: str = "com.example.happened",
    time: datetime = TIME,
    **attributes: Any,
) -> RecordedPayload:
    """Make an event in the CloudEvents schema; for the fields see CloudEvent.

    Args:
        data: what the event tells; bytes travel as ``data_base64``.
        id: its id.
        source: where it happened.
        type: its kind.
        time: when it happened.
        attributes: its other attributes, extensions too.
    """
    attributes = {"specversion": "1.0", **attributes}
    event = CloudEvent(id=id, source=source, type=type, time=time, data=data, **attributes)
    return RecordedPayload(json_datum(event._to_wire()), event="event_grid")
