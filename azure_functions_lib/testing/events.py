"""Payloads as the host sends them: one builder for each trigger.

Every builder fills in what the host always sends, with fixed values; what a test does not give, it
should not depend on. The result is what ``client.invoke`` takes, what :func:`dump` writes and
:func:`load` reads, and what ``azfl invoke --payload`` takes. A body may be text, bytes, or a value
that is sent as JSON.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta, timezone
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from ..wire.datum import Datum
from ..wire.jsontext import dump_json, parse_json
from ..wire.recorded import RecordedPayload, dumps, loads

if TYPE_CHECKING:
    from ..bindings.blob import InputStream
    from ..bindings.event_hub import EventHubEvent
    from ..bindings.kafka import KafkaEvent
    from ..bindings.queue import QueueMessage
    from ..bindings.service_bus import ServiceBusMessage
    from ..bindings.timer import TimerRequest
    from ..http.headers import HeaderSource
    from ..http.request import HttpRequest
    from ..wire.messages import Message

__all__ = [
    "KINDS",
    "RecordedPayload",
    "activity",
    "blob",
    "cloud_event",
    "connector",
    "cosmos_db",
    "dump",
    "durable_client",
    "entity",
    "event_grid",
    "event_hub",
    "event_hub_batch",
    "generic",
    "http",
    "kafka",
    "kafka_batch",
    "load",
    "mcp_prompt",
    "mcp_resource",
    "mcp_tool",
    "mysql",
    "orchestration",
    "queue",
    "service_bus",
    "service_bus_batch",
    "sql",
    "timer",
    "warmup",
]


def load(path: str | os.PathLike[str]) -> RecordedPayload:
    """Read a recorded payload from a file.

    Raises:
        InvalidPayloadError: the file holds none (a ValueError).
        OSError: the file cannot be read.
    """
    return loads(Path(path).read_bytes())


def dump(payload: RecordedPayload, path: str | os.PathLike[str]) -> None:
    """Write a payload to a file, for :func:`load` and for ``azfl invoke --payload``.

    Raises:
        OSError: the file cannot be written.
    """
    Path(path).write_text(dumps(payload) + "\n", encoding="utf-8")


# -- What travels --


def _json(value: Any) -> Datum:
    return Datum(dump_json(value), "json")


def _metadata(value: Any) -> Datum | None:
    """Give a metadata value the form in which the host sends it."""
    if value is None or isinstance(value, Datum):
        return value
    return Datum(value, "string") if isinstance(value, str) else _json(_plain(value))


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return _time_text(value)
    if isinstance(value, timedelta):
        return _span_text(value)
    return value


def _time_text(time: datetime) -> str:
    if time.tzinfo is None:
        return time.isoformat()
    return time.astimezone(timezone.utc).replace(tzinfo=None).isoformat() + "Z"


def _span_text(span: timedelta) -> str:
    """Write a time span in .NET's format "c": ``[-][d.]hh:mm:ss[.fffffff]``."""
    sign, span = ("-", -span) if span < timedelta(0) else ("", span)
    minutes, seconds = divmod(span.seconds, 60)
    days = f"{span.days}." if span.days else ""
    fraction = f".{span.microseconds:06d}0" if span.microseconds else ""
    return f"{sign}{days}{minutes // 60:02}:{minutes % 60:02}:{seconds:02}{fraction}"


def metadata_of(values: Mapping[str, Any] | None) -> dict[str, Datum | None]:
    """Give metadata values the form in which the host sends them; a Datum stays as it is."""
    return {name: _metadata(value) for name, value in (values or {}).items()}


def _content(body: Any) -> str | bytes:
    """Give a body as text or bytes; what is neither as JSON text."""
    if isinstance(body, (bytes, bytearray, memoryview)):
        return bytes(body)
    return body if isinstance(body, str) else dump_json(body)


def _body(content: str | bytes) -> Datum:
    """Give a message's payload: text where it is UTF-8, as the host does without a dataType."""
    if isinstance(content, bytes):
        try:
            content = content.decode()
        except UnicodeDecodeError:
            return Datum(content, "bytes")
    return Datum(content, "string")


def _body_fields(body: Datum) -> dict[str, Datum]:
    """Give a JSON body's properties, which the host adds to the metadata as text."""
    if body.type != "string" or body.value[:1] != "{":
        return {}
    try:
        document = parse_json(body.value)
    except ValueError:
        return {}
    return {
        name: Datum(_property_text(value), "string")
        for name, value in document.items()
        if value is not None and not isinstance(value, (list, dict))
    }


def _property_text(value: Any) -> str:
    if not isinstance(value, str):
        return str(value)
    if len(value) > 18 and value[4:5] == "-" and value[10:11] == "T":
        from ..wire.scalars import timestamp

        try:
            time = timestamp(value)
        except ValueError:
            return value
        if time is not None:  # a JSON date, written in .NET's invariant culture
            return time.strftime("%m/%d/%Y %H:%M:%S")
    return value


_TIME = datetime(2024, 5, 6, 7, 8, 9, tzinfo=timezone.utc)
_SYS = {
    "MethodName": "function",
    "UtcNow": "2024-05-06T07:08:10.1234567Z",
    "RandGuid": "5f0c7f3e-2f6c-4c1d-9a57-2b1f6f0e9c11",
}


def _message(kind: type[Message], body: Any, fields: Mapping[str, Any]) -> Any:
    """Make the message that a builder describes; the fields given win over those of a message."""
    if isinstance(body, kind):
        if not fields:
            return body
        state = {name: getattr(body, name) for name in kind._parameters if name != "body"}
        state.pop("metadata", None)
        return kind(body.get_body(), **{**state, **fields})
    return kind(_content(body), **fields)


def _values(message: Message, defaults: Mapping[str, Any]) -> dict[str, Any]:
    """Give a message's fields by their wire names; the host's where the message has none."""
    values = {}
    for name, row in type(message)._fields.items():
        if row.wire is not None:
            value = getattr(message, name)
            values[row.wire] = defaults.get(row.wire) if value in (None, "", {}) else value
    return values


def _batch_bodies(messages: Sequence[Message]) -> Datum:
    bodies = [_body(message.get_body()) for message in messages]
    if all(body.type == "string" for body in bodies):
        return Datum(SimpleNamespace(string=[body.value for body in bodies]), "collection_string")
    raw = [message.get_body() for message in messages]
    return Datum(SimpleNamespace(bytes=raw), "collection_bytes")


def _columns(rows: Sequence[Mapping[str, Any]], long: Iterable[str]) -> dict[str, Datum]:
    """Give the fields of a batch as the host does: ``<Name>Array`` with one entry per message."""
    columns = {}
    for name in rows[0] if rows else ():
        values = [row[name] for row in rows]
        if all(value is None or isinstance(value, str) for value in values):
            # The host leaves out the entries of a string[] that are empty.
            texts = [value for value in values if value]
            columns[f"{name}Array"] = Datum(SimpleNamespace(string=texts), "collection_string")
        elif name in long and None not in values:
            columns[f"{name}Array"] = Datum(SimpleNamespace(sint64=values), "collection_sint64")
        else:
            columns[f"{name}Array"] = _json([_plain(value) for value in values])
    return columns


# -- HTTP --


def http(
    method: str = "GET",
    url: str = "http://localhost:7071/api/function",
    *,
    headers: HeaderSource | None = None,
    body: str | bytes | None = None,
    json: Any = ...,
    form: Mapping[str, Any] | None = None,
    route_params: Mapping[str, str] | None = None,
) -> RecordedPayload:
    """Make a request; ``client.get`` and the other verbs are what finds the function for one."""
    from ..http.request import HttpRequest

    bodies: dict[str, Any] = {} if json is ... else {"json": json}
    request = HttpRequest(
        method, url, headers=headers, body=body, form=form, route_params=route_params, **bodies
    )
    return http_request(request)


def http_request(request: HttpRequest) -> RecordedPayload:
    """Make the payload of a request."""
    from urllib.parse import urlsplit

    from ..wire.sending import http_payload

    url = request.url
    if url.startswith("/"):
        url = f"http://localhost:7071{url}"
    headers = list(request.headers.items())
    if "host" not in request.headers:
        headers.append(("host", urlsplit(url).netloc))
    body = request.get_body()
    if body and "content-length" not in request.headers:
        headers.append(("content-length", str(len(body))))
    return RecordedPayload(
        http_payload(
            request.method, url, headers=headers, body=body, route_params=request.route_params
        )
    )


# -- Storage --

_QUEUE = {
    "Id": "8b3c43a5-7c4b-4d3f-8f5e-1b2a3c4d5e6f",
    "DequeueCount": 1,
    "ExpirationTime": _TIME + timedelta(days=7),
    "InsertionTime": _TIME,
    "NextVisibleTime": _TIME + timedelta(minutes=10),
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
    from ..bindings.queue import QueueMessage

    message = _message(QueueMessage, body, fields)
    data = _body(message.get_body())
    values = {"QueueTrigger": data, **_values(message, _QUEUE), "sys": _SYS}
    return RecordedPayload(
        data, {**metadata_of(values), **_body_fields(data), **metadata_of(metadata)}
    )


def blob(
    content: InputStream | str | bytes | Any = b"content",
    *,
    name: str | None = None,
    uri: str | None = None,
    length: int | None = None,
    blob_properties: Mapping[str, Any] | None = None,
    blob_metadata: Mapping[str, Any] | None = None,
    metadata: Mapping[str, Any] | None = None,
) -> RecordedPayload:
    """Make a blob.

    Args:
        content: the content, or an InputStream with content and properties.
        name: its path, container first.
        uri: its address.
        length: its size, where it is not that of the content.
        blob_properties: further properties of the storage service.
        blob_metadata: the metadata that users gave it.
        metadata: further trigger metadata by its wire names, such as those of the path's pattern.
    """
    from ..bindings.blob import InputStream

    if isinstance(content, InputStream):
        name = name or content.name
        uri = uri or content.uri
        length = content.length if length is None else length
        blob_properties = {**(content.blob_properties or {}), **(blob_properties or {})}
        blob_metadata = {**(content.metadata or {}), **(blob_metadata or {})}
        content = content.getvalue()
    content = _content(content)
    data = content.encode() if isinstance(content, str) else content
    name = name or "container/blob.txt"
    properties = {
        "LastModified": _TIME,
        "ContentLength": len(data) if length is None else length,
        "ContentType": "application/octet-stream",
        "ETag": '"0x8DC6D9A1B2C3D4E"',
        "BlobType": 0,
        "LeaseState": 0,
        **(blob_properties or {}),
    }
    values = {
        "BlobTrigger": name,
        # A Uri is no text to the host.
        "Uri": _json(uri or f"https://account.blob.core.windows.net/{name}"),
        "Properties": _json({key: _plain(value) for key, value in properties.items()}),
        "Metadata": _json(dict(blob_metadata or {})),
        "sys": _SYS,
        **(metadata or {}),
    }
    return RecordedPayload(Datum(data, "bytes"), metadata_of(values))


# -- Timer and warm-up --


def timer(
    request: TimerRequest | None = None,
    *,
    past_due: bool | None = None,
    schedule_status: Mapping[str, Any] | None = None,
    schedule: Mapping[str, Any] | None = None,
) -> RecordedPayload:
    """Make the occasion of a timer.

    Args:
        request: one with all fields.
        past_due: whether the run is late.
        schedule_status: the host's record of the schedule.
        schedule: the schedule's properties.
    """
    if request is not None:
        past_due = request.past_due if past_due is None else past_due
        schedule_status = schedule_status or request.schedule_status
        schedule = schedule or request.schedule
    status = {
        "Last": "2024-05-06T07:05:00.0021+00:00",
        "Next": "2024-05-06T07:10:00+00:00",
        "LastUpdated": "2024-05-06T07:05:00.0021+00:00",
    }
    document = {
        "Schedule": dict(schedule or {"AdjustForDST": True}),
        "ScheduleStatus": dict(schedule_status or status),
        "IsPastDue": bool(past_due),
    }
    return RecordedPayload(_json(document), metadata_of({"sys": _SYS}))


def warmup() -> RecordedPayload:
    """Make the occasion of a warm-up."""
    return RecordedPayload(_json({}))


# -- Messages --

_SERVICE_BUS = {
    "ApplicationProperties": {},
    "DeliveryCount": 1,
    "EnqueuedSequenceNumber": 0,
    "EnqueuedTimeUtc": _TIME,
    "ExpiresAtUtc": _TIME + timedelta(days=14),
    "LockedUntil": _TIME + timedelta(minutes=1),
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
    values = _values(message, _SERVICE_BUS)
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
    from ..bindings.service_bus import ServiceBusMessage

    message = _message(ServiceBusMessage, body, fields)
    data = _body(message.get_body())
    values = {"Client": _SERVICE_BUS_CLIENT, **_service_bus_values(message), "sys": _SYS}
    return RecordedPayload(
        data, {**metadata_of(values), **_body_fields(data), **metadata_of(metadata)}
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
    from ..bindings.service_bus import ServiceBusMessage

    made = [_message(ServiceBusMessage, message, {}) for message in messages]
    rows = [_service_bus_values(message) for message in made]
    _number(rows, "MessageId", "LockToken")
    for index, row in enumerate(rows):
        row["SequenceNumber"] = made[index].sequence_number or 1 + index
    columns = _columns(rows, ("EnqueuedSequenceNumber", "SequenceNumber"))
    columns.setdefault("UserPropertiesArray", _json([]))
    values = {"Client": _SERVICE_BUS_CLIENT, **columns, "sys": _SYS, **(metadata or {})}
    return RecordedPayload(_batch_bodies(made), metadata_of(values))


def _number(rows: Sequence[dict[str, Any]], *names: str) -> None:
    """Make the default ids of a batch differ."""
    for index, row in enumerate(rows):
        for name in names:
            if row[name] == _SERVICE_BUS[name]:
                row[name] = f"{row[name][:-2]}{index % 256:02x}"


_EVENT_HUB = {"SequenceNumber": 1, "Offset": "3696", "EnqueuedTimeUtc": _TIME}
_PARTITION = {
    "FullyQualifiedNamespace": "namespace.servicebus.windows.net",
    "EventHubName": "hub",
    "ConsumerGroup": "$Default",
    "PartitionId": "0",
}


def _system_properties(event: EventHubEvent, values: Mapping[str, Any]) -> dict[str, Any]:
    offset = values["Offset"]
    system = {name: _plain(value) for name, value in values.items()}
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
    from ..bindings.event_hub import EventHubEvent

    event = _message(EventHubEvent, body, fields)
    data = _body(event.get_body())
    values = _values(event, _EVENT_HUB)
    system = _system_properties(event, values)
    context = {"TriggerPartitionContext": _PARTITION, "PartitionContext": _PARTITION}
    own = {"Properties": _json(dict(properties or {})), "SystemProperties": _json(system)}
    return RecordedPayload(
        data,
        {
            **metadata_of({**context, **values, **own, "sys": _SYS}),
            **_body_fields(data),
            **metadata_of(metadata),
        },
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
    from ..bindings.event_hub import EventHubEvent

    made = [_message(EventHubEvent, event, {}) for event in events]
    rows = []
    for index, event in enumerate(made):
        numbered = {"SequenceNumber": 1 + index, "Offset": str(3696 + 48 * index)}
        rows.append(_values(event, {**_EVENT_HUB, **numbered}))
    system = [_system_properties(event, row) for event, row in zip(made, rows, strict=True)]
    values = {
        "PartitionContext": _PARTITION,
        **_columns(rows, ()),
        "PropertiesArray": _json([dict(each) for each in properties or [{}] * len(made)]),
        "SystemPropertiesArray": _json(system),
        "sys": _SYS,
        **(metadata or {}),
    }
    return RecordedPayload(_batch_bodies(made), metadata_of(values))


_KAFKA = {
    "Partition": 0,
    "Offset": 1,
    "Topic": "topic",
    "Timestamp": "2024-05-06T07:08:09.123Z",
    "Headers": [],
}


def _kafka_values(event: KafkaEvent, index: int = 0) -> dict[str, Any]:
    return _values(event, {**_KAFKA, "Offset": 1 + index})


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
    from ..bindings.kafka import KafkaEvent

    event = _message(KafkaEvent, body, fields)
    values = _kafka_values(event)
    values["Timestamp"] = _json(values["Timestamp"])
    values = {**values, "sys": _SYS, **(metadata or {})}
    return RecordedPayload(_body(event.get_body()), metadata_of(values))


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
    from ..bindings.kafka import KafkaEvent

    made = [_message(KafkaEvent, event, {}) for event in events]
    rows = [_kafka_values(event, index) for index, event in enumerate(made)]
    columns = {f"{name}Array": _json([row[name] for row in rows]) for name in rows[0]}
    columns.update(_columns([{"Offset": row["Offset"]} for row in rows], ("Offset",)))
    columns.update(_columns([{"Topic": row["Topic"]} for row in rows], ()))
    values = {**columns, "sys": _SYS, **(metadata or {})}
    return RecordedPayload(_batch_bodies(made), metadata_of(values))


# -- Event Grid --


def event_grid(
    data: Any = None,
    *,
    id: str = "831e1650-001e-001b-66ab-eeb76e069631",
    topic: str = "/subscriptions/s/resourceGroups/g/providers/Microsoft.EventGrid/topics/t",
    subject: str = "subject",
    event_type: str = "Example.Happened",
    event_time: datetime = _TIME,
    data_version: str = "1.0",
) -> RecordedPayload:
    """Make an event in the Event Grid schema; for the fields see EventGridEvent."""
    return RecordedPayload(
        _json(
            {
                "id": id,
                "topic": topic,
                "subject": subject,
                "eventType": event_type,
                "eventTime": _plain(event_time),
                "data": data,
                "dataVersion": data_version,
                "metadataVersion": "1",
            }
        )
    )


def cloud_event(
    data: Any = None,
    *,
    id: str = "831e1650-001e-001b-66ab-eeb76e069631",
    source: str = "/source",
    type: str = "com.example.happened",
    time: datetime = _TIME,
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
    from ..bindings.event_grid import CloudEvent

    attributes = {"specversion": "1.0", **attributes}
    event = CloudEvent(id=id, source=source, type=type, time=time, data=data, **attributes)
    return RecordedPayload(_json(event._to_wire()))


# -- Databases --


def _several(rows: Any) -> list[Any]:
    one = isinstance(rows, Mapping) or hasattr(rows, "__dataclass_fields__")
    return [rows] if one else list(rows)


def _rows(rows: Any) -> RecordedPayload:
    return RecordedPayload(_json(_several(rows)))


def cosmos_db(
    documents: Mapping[str, Any] | Iterable[Mapping[str, Any]] = ({"id": "1"},),
) -> RecordedPayload:
    """Make changed documents, with the properties that Cosmos DB gives them.

    Args:
        documents: one document or several.
    """
    given = {"_rid": "AAAAAA==", "_etag": '"00000000-0000-0000-0000-000000000000"'}
    return _rows([{**given, "_ts": int(_TIME.timestamp()), **each} for each in _several(documents)])


def sql(
    changes: Mapping[str, Any] | Iterable[Mapping[str, Any]] = ({"Id": 1},),
    *,
    operation: int = 0,
) -> RecordedPayload:
    """Make changed rows of an SQL table.

    Args:
        changes: one row or several; one with ``Operation`` and ``Item`` goes as it is.
        operation: what happened to the rows: 0 insert, 1 update, 2 delete.
    """
    return _rows(
        [
            row if set(row) == {"Operation", "Item"} else {"Operation": operation, "Item": row}
            for row in _several(changes)
        ]
    )


def mysql(
    rows: Mapping[str, Any] | Iterable[Mapping[str, Any]] = ({"Id": 1},),
) -> RecordedPayload:
    """Make changed rows of a MySQL table.

    Args:
        rows: one row or several.
    """
    return _rows(rows)


# -- Durable Functions --


def orchestration(
    body: str | Mapping[str, Any] | None = None,
    *,
    input: Any = None,
    instance_id: str = "4f2f0c5b1c5e4f0f9d1c2b3a4d5e6f70",
    history: Sequence[Mapping[str, Any]] = (),
) -> RecordedPayload:
    """Make the first, or another, run of an orchestrator.

    Args:
        body: the whole context, in place of all else.
        input: the orchestration's input.
        instance_id: its id.
        history: what follows the start in its history.
    """
    common = {"EventId": -1, "IsPlayed": False, "Timestamp": "2024-05-06T07:08:09.1234567Z"}
    serialized = dump_json(input)
    orchestrator_started = {"EventType": 12, **common}
    execution_started = {
        "EventType": 0,
        **common,
        "Name": "orchestrator",
        "Version": "",
        "Input": serialized,
    }
    context = {
        "history": [orchestrator_started, execution_started, *history],
        "input": serialized,
        "instanceId": instance_id,
        "isReplaying": False,
        "parentInstanceId": None,
        "upperSchemaVersion": 2,
    }
    return RecordedPayload(Datum(_content(context if body is None else body), "string"))


def entity(
    body: str | Mapping[str, Any] | None = None,
    *,
    operation: str = "get",
    input: Any = None,
    state: Any = None,
    name: str = "entity",
    key: str = "key",
) -> RecordedPayload:
    """Make an operation on an entity.

    Args:
        body: the whole context, in place of all else.
        operation: the operation.
        input: its input.
        state: the entity's state; None for an entity that does not exist yet.
        name: the entity's name.
        key: the entity's key.
    """
    # Both the caller and the host make JSON of an input.
    sent = dump_json(None if input is None else dump_json(input))
    context = {
        "self": {"name": name, "key": key},
        "exists": state is not None,
        "state": None if state is None else dump_json(state),
        "batch": [{"id": "1", "name": operation, "input": sent, "isSignal": False}],
    }
    return RecordedPayload(Datum(_content(context if body is None else body), "string"))


def activity(input: Any = "input") -> RecordedPayload:
    """Make the call of an activity.

    Args:
        input: its input: text, a value that is sent as JSON, or an object with ``to_json``.
    """
    if isinstance(input, str):
        return RecordedPayload(Datum(input, "string"))
    from ..bindings.durable import ActivityTriggerCodec

    return RecordedPayload(ActivityTriggerCodec.encode(input))


def durable_client(task_hub: str = "TestHub") -> RecordedPayload:
    """Make what the input ``durableClient`` is given.

    Args:
        task_hub: the name of the task hub.
    """
    base = "http://localhost:7071/runtime/webhooks/durabletask"
    query = f"taskHub={task_hub}&connection=Storage&code=key"
    instance = f"{base}/instances/INSTANCEID"
    return RecordedPayload(
        Datum(
            dump_json(
                {
                    "taskHubName": task_hub,
                    "creationUrls": {
                        "createNewInstancePostUri": f"{base}/orchestrators/"
                        "{functionName}[/{instanceId}]?code=key"
                    },
                    "managementUrls": {
                        "id": "INSTANCEID",
                        "statusQueryGetUri": f"{instance}?{query}",
                        "sendEventPostUri": f"{instance}/raiseEvent/{{eventName}}?{query}",
                        "terminatePostUri": f"{instance}/terminate?reason={{text}}&{query}",
                        "purgeHistoryDeleteUri": f"{instance}?{query}",
                    },
                    "baseUrl": base,
                    "requiredQueryStringParameters": "code=key",
                    "rpcBaseUrl": "http://127.0.0.1:17071/durabletask/",
                }
            ),
            "string",
        )
    )


# -- Connectors, MCP and the rest --


def connector(event: Any = ...) -> RecordedPayload:
    """Make an event of a connected service.

    Args:
        event: the event, a value that is sent as JSON.
    """
    body = {"body": {"id": "1", "subject": "subject"}} if event is ... else event
    return RecordedPayload(Datum(body, "string") if isinstance(body, str) else _json(body))


_TRANSPORT = {"name": "http-streamable", "properties": {}}


def mcp_tool(
    arguments: Mapping[str, Any] | None = None,
    *,
    name: str = "tool",
    session_id: str = "session",
) -> RecordedPayload:
    """Make the call of an MCP tool.

    Args:
        arguments: the arguments by name.
        name: the tool's name.
        session_id: the id of the client's session.
    """
    return _mcp(name, session_id, arguments)


def mcp_prompt(
    arguments: Mapping[str, str] | None = None,
    *,
    name: str = "prompt",
    session_id: str = "session",
) -> RecordedPayload:
    """Make a request for an MCP prompt; for the arguments see :func:`mcp_tool`."""
    return _mcp(name, session_id, arguments)


def _mcp(name: str, session_id: str, arguments: Mapping[str, Any] | None) -> RecordedPayload:
    call = {
        "name": name,
        "arguments": dict(arguments or {}),
        "sessionid": session_id,
        "transport": _TRANSPORT,
    }
    return RecordedPayload(Datum(dump_json(call), "string"))


def mcp_resource(
    uri: str = "resource://resource", *, session_id: str = "session"
) -> RecordedPayload:
    """Make a request for an MCP resource.

    Args:
        uri: the resource's URI.
        session_id: the id of the client's session.
    """
    request = {"uri": uri, "sessionid": session_id, "transport": _TRANSPORT}
    return RecordedPayload(Datum(dump_json(request), "string"))


def generic(
    content: Any = "content", *, metadata: Mapping[str, Any] | None = None
) -> RecordedPayload:
    """Make the payload of any other trigger: text, bytes, or a value that is sent as JSON.

    Args:
        content: the content.
        metadata: trigger metadata by its wire names.
    """
    if isinstance(content, (bytes, str)):
        kind = "bytes" if isinstance(content, bytes) else "string"
        return RecordedPayload(Datum(content, kind), metadata_of(metadata))
    return RecordedPayload(_json(content), metadata_of(metadata))


KINDS: dict[str, Callable[[], RecordedPayload]] = {
    "activity": activity,
    "blob": blob,
    "cloud-event": cloud_event,
    "connector": connector,
    "cosmos-db": cosmos_db,
    "entity": entity,
    "event-grid": event_grid,
    "event-hub": event_hub,
    "event-hub-batch": event_hub_batch,
    "generic": generic,
    "http": http,
    "kafka": kafka,
    "kafka-batch": kafka_batch,
    "mcp-prompt": mcp_prompt,
    "mcp-resource": mcp_resource,
    "mcp-tool": mcp_tool,
    "mysql": mysql,
    "orchestration": orchestration,
    "queue": queue,
    "service-bus": service_bus,
    "service-bus-batch": service_bus_batch,
    "sql": sql,
    "timer": timer,
    "warmup": warmup,
}
"""The builders that need no argument, by the names of ``azfl event``."""
