"""What has happened in storage and time, as the payload of the trigger that it makes run."""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from ..bindings import Channel
from ..bindings.event_hub import EventHubEvent
from ..bindings.kafka import KafkaEvent
from ..bindings.service_bus import ServiceBusMessage
from ..wire.datum import Datum
from ..wire.jsontext import dump_json, parse_json
from .channels import place_of
from .events.blob import DEFAULT_NAME, blob
from .events.queue import queue
from .expressions import BlobPattern
from .payloads import trigger_event
from .recorded import RecordedPayload
from .storage import Blob, Event, Message
from .timers import Tick, Timer

if TYPE_CHECKING:
    from ..wire.declaration import Binding

__all__ = [
    "blob_occasion",
    "body_of",
    "bus_occasion",
    "bus_text",
    "queue_occasion",
    "stream_occasion",
    "timer_occasion",
    "with_captures",
]

_PATH = "BlobTrigger"


def queue_occasion(trigger: Binding, message: Message, body: str | bytes) -> RecordedPayload:
    """Give the payload of a message of a storage queue.

    Args:
        trigger: the trigger.
        message: the message as it was taken.
        body: its decoded content.
    """
    made = queue(
        body,
        id=message.id,
        dequeue_count=message.dequeue_count,
        expiration_time=message.expires_on,
        insertion_time=message.inserted_on,
        time_next_visible=message.next_visible_on,
        pop_receipt=message.pop_receipt,
    )
    return trigger_event(trigger, made)


def blob_occasion(trigger: Binding, found: Blob, captures: Mapping[str, str]) -> RecordedPayload:
    """Give the payload of a blob.

    Args:
        trigger: the trigger.
        found: the blob.
        captures: what the trigger's path has matched.
    """
    properties = found.properties
    made = blob(
        found.content,
        name=f"{properties.container}/{properties.name}",
        blob_properties={
            "LastModified": properties.last_modified,
            "CreatedOn": properties.created_on,
            "ContentType": properties.content_type,
            "ETag": properties.etag,
            "ContentHash": properties.content_md5 and b64encode(properties.content_md5).decode(),
        },
        blob_metadata=properties.metadata,
        metadata=captures,
    )
    return trigger_event(trigger, made)


def with_captures(
    trigger: Binding, made: RecordedPayload, settings: Mapping[str, str]
) -> RecordedPayload:
    """Add what the path of a blob trigger captures of a blob's name to a payload made by hand.

    A blob that was given no name gets one that fits the path.
    """
    place = place_of(trigger, settings)
    path = made.metadata.get(_PATH)
    if place is None or place.channel is not Channel.BLOB or path is None:
        return made
    pattern = BlobPattern.parse(place.name)
    metadata = dict(made.metadata)
    name = str(path.value)
    if name == DEFAULT_NAME:
        name = pattern.example
        address = made.metadata.get("Uri")
        metadata[_PATH] = Datum(name, "string")
        if address is not None:
            metadata["Uri"] = Datum(address.value.replace(DEFAULT_NAME, name), address.type)
    container, _, blob_name = name.partition("/")
    captures = pattern.match(blob_name) if container == pattern.container else None
    for capture, value in (captures or {}).items():
        metadata.setdefault(capture, Datum(value, "string"))
    return made._replace(metadata=metadata)


def timer_occasion(timer: Timer, tick: Tick) -> RecordedPayload:
    """Give the payload of a timer: the status is that before the run."""
    document = {
        "Schedule": {"AdjustForDST": timer.schedule.follows_daylight_saving},
        "ScheduleStatus": None if tick.status is None else tick.status.to_json(),
        "IsPastDue": tick.past_due,
    }
    fired = "" if tick.due is None else tick.due.strftime("%m/%d/%Y %H:%M:%S")
    metadata = {"TimerTrigger": Datum(fired, "string")}
    return RecordedPayload(Datum(dump_json(document), "json"), metadata)


# -- Services that are not reached


def bus_text(body: str | bytes) -> str:
    """Give a message as it is kept for a service that is not reached."""
    if isinstance(body, bytes):
        return json.dumps({"base64": b64encode(body).decode()})
    return json.dumps({"text": body})


def body_of(text: str) -> str | bytes:
    """Give the message that :func:`bus_text` has kept."""
    kept = json.loads(text)
    return kept["text"] if "text" in kept else b64decode(kept["base64"])


def bus_occasion(trigger: Binding, messages: Sequence[Message], *, many: bool) -> RecordedPayload:
    """Give the payload of messages of Service Bus.

    Args:
        trigger: the trigger.
        messages: the messages as they were taken.
        many: whether they go as a batch, also when there is one.
    """
    values = [
        ServiceBusMessage(
            body_of(message.text),
            message_id=message.id.replace("-", ""),
            delivery_count=message.dequeue_count,
            enqueued_time_utc=message.inserted_on,
            expires_at_utc=message.expires_on,
            locked_until=message.next_visible_on,
        )
        for message in messages
    ]
    return trigger_event(trigger, values if many else values[0])


def stream_occasion(
    trigger: Binding, channel: Channel, events: Sequence[Event], *, many: bool
) -> RecordedPayload:
    """Give the payload of events of an event hub or a Kafka topic; see :func:`bus_occasion`."""
    make = _kafka_event if channel is Channel.KAFKA else _hub_event
    values = [make(body_of(event.text), event) for event in events]
    return trigger_event(trigger, values if many else values[0])


def _hub_event(body: str | bytes, event: Event) -> Any:
    return EventHubEvent(
        body,
        sequence_number=event.position,
        offset=str(event.position),
        enqueued_time=event.enqueued_on,
    )


def _kafka_event(body: str | bytes, event: Event) -> Any:
    """Make an event; one with key and headers has come as a JSON object."""
    value: Any = body
    key: str | None = None
    headers: list[Any] | None = None
    try:
        sent = parse_json(body)
        value, key = sent["Value"], sent.get("Key")
        headers = [
            {"Key": header["Key"], "Value": b64encode(header["Value"].encode()).decode()}
            for header in sent["Headers"]
        ]
    except (AttributeError, KeyError, TypeError, ValueError):
        value, key, headers = body, None, None
    return KafkaEvent(
        value,
        key=key,
        headers=headers,
        offset=event.position,
        timestamp=_iso(event.enqueued_on),
    )


def _iso(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
