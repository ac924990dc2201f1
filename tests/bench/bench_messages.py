"""Service Bus, Event Hubs and Kafka: what functions read, and every attribute."""

from __future__ import annotations

import json
import math
import tracemalloc
from collections.abc import Callable, Iterable
from textwrap import indent
from types import SimpleNamespace
from typing import Any

import azure_functions_lib
from azure_functions_lib.meta import Datum

from . import Row, compare, measure, peer

Metadata = dict[str, Any]

SERVICE_BUS = {
    "MessageId": "0f2bd7a5c24b4d6e9a1a6c2a3f5d7e90",
    "LockToken": "3d2ab1c4-0b0c-4f4b-8f0e-6a7e35c2a111",
    "ContentType": "application/json",
    "CorrelationId": "c0ffee",
    "Label": "order",
    "Subject": "order",
    "PartitionKey": "eu",
    "ReplyTo": "answers",
    "ReplyToSessionId": "a1",
    "SessionId": "s1",
    "To": "orders",
    "DeadLetterSource": "orders/dead",
    "DeadLetterReason": "TTL",
    "DeadLetterErrorDescription": "expired",
    "TransactionPartitionKey": "tx",
}
SERVICE_BUS_JSON = {
    "DeliveryCount": 1,
    "SequenceNumber": 1234567,
    "EnqueuedSequenceNumber": 12345,
    "State": 0,
    "EnqueuedTimeUtc": "2024-05-06T07:08:09.123Z",
    "ExpiresAtUtc": "2024-05-20T07:08:09.123Z",
    "LockedUntil": "2024-05-06T07:09:09.123Z",
    "ScheduledEnqueueTimeUtc": "0001-01-01T00:00:00Z",
    "TimeToLive": "14:00:00",
    "ApplicationProperties": {"tenant": "contoso", "attempt": 1},
    "UserProperties": {"tenant": "contoso", "attempt": 1},
}
SERVICE_BUS_ATTRIBUTES = (
    "application_properties content_type correlation_id dead_letter_error_description "
    "dead_letter_reason dead_letter_source delivery_count enqueued_sequence_number "
    "enqueued_time_utc expires_at_utc expiration_time label locked_until lock_token message_id "
    "partition_key reply_to reply_to_session_id scheduled_enqueue_time "
    "scheduled_enqueue_time_utc sequence_number session_id state subject time_to_live to "
    "transaction_partition_key user_properties"
).split()

SYSTEM = {
    "EnqueuedTimeUtc": "2024-05-06T07:08:09.123Z",
    "SequenceNumber": 47,
    "Offset": 3696,
    "PartitionKey": "device-7",
}
IOT_HUB = {
    **SYSTEM,
    "iothub-connection-device-id": "device-7",
    "iothub-connection-auth-method": '{"scope":"device","type":"sas"}',
    "iothub-enqueuedtime": "2024-05-06T07:08:08.900Z",
    "iothub-message-source": "Telemetry",
}
EVENT_HUB_ATTRIBUTES = "enqueued_time partition_key sequence_number offset iothub_metadata".split()

KAFKA_ATTRIBUTES = "key partition offset topic timestamp headers".split()
BODY = '{"order": 17, "lines": [1, 2, 3]}'


def _json(value: object) -> Datum:
    return Datum(json.dumps(value), "json")


def _collection(kind: str, values: list[Any]) -> Datum:
    return Datum(SimpleNamespace(**{kind: values}), f"collection_{kind}")


def service_bus_one() -> tuple[Datum, Metadata]:
    """A message as the host delivers it."""
    metadata = {name: Datum(value, "string") for name, value in SERVICE_BUS.items()}
    metadata |= {name: _json(value) for name, value in SERVICE_BUS_JSON.items()}
    return Datum(BODY, "string"), metadata


def service_bus_many(count: int) -> tuple[Datum, Metadata]:
    """A batch of messages as the host delivers it."""
    metadata = {
        f"{name}Array": _collection("string", [value] * count)
        for name, value in SERVICE_BUS.items()
    }
    metadata |= {f"{name}Array": _json([value] * count) for name, value in SERVICE_BUS_JSON.items()}
    for name in ("SequenceNumber", "EnqueuedSequenceNumber"):
        metadata[f"{name}Array"] = _json(list(range(count)))
    return _collection("bytes", [BODY.encode()] * count), metadata


def event_hub_one() -> tuple[Datum, Metadata]:
    """An event as the host delivers it."""
    return Datum(BODY, "string"), {
        "SystemProperties": _json(SYSTEM),
        "Properties": _json({"kind": "telemetry"}),
        "PartitionContext": _json({"EventHubName": "hub", "PartitionId": "0"}),
        "EnqueuedTimeUtc": _json(SYSTEM["EnqueuedTimeUtc"]),
        "SequenceNumber": _json(47),
        "Offset": Datum("3696", "string"),
        "PartitionKey": Datum("device-7", "string"),
    }


def event_hub_many(count: int, system: dict[str, Any] = SYSTEM) -> tuple[Datum, Metadata]:
    """A batch of events as the host delivers it."""
    return _collection("bytes", [BODY.encode()] * count), {
        "SystemPropertiesArray": _json(
            [{**system, "SequenceNumber": n, "Offset": 80 * n} for n in range(count)]
        ),
        "PropertiesArray": _json([{"kind": "telemetry"}] * count),
        "PartitionContext": _json({"EventHubName": "hub", "PartitionId": "0"}),
        "SequenceNumberArray": _json(list(range(count))),
    }


def kafka_one() -> tuple[Datum, Metadata]:
    """A Kafka event as the host delivers it."""
    return Datum(BODY, "string"), {
        "Timestamp": _json("2024-05-06T07:08:09.123Z"),
        "Key": Datum("order-17", "string"),
        "Partition": _json(3),
        "Offset": _json(99),
        "Topic": Datum("orders", "string"),
        "Headers": _json([{"Key": "h", "Value": "dg=="}]),
    }


def kafka_many(count: int, *header_values: str) -> tuple[Datum, Metadata]:
    """A batch of Kafka events as the host delivers it, which have these headers by turns."""
    headers = [[{"Key": "h", "Value": value}] for value in header_values] or [[]]
    return _collection("bytes", [BODY.encode()] * count), {
        "TimestampArray": _json(["2024-05-06T07:08:09.123Z"] * count),
        "KeyArray": _json(["order-17"] * count),
        "PartitionArray": _json([3] * count),
        "OffsetArray": _collection("sint64", list(range(count))),
        "TopicArray": _collection("string", ["orders"] * count),
        "HeadersArray": _json([headers[n % len(headers)] for n in range(count)]),
    }


def _reading(
    library: Any, binding: str, payload: tuple[Datum, Metadata], attributes: list[str]
) -> Callable[[], object]:
    """Decode a payload by a library and read the body and every attribute of every message."""
    data, metadata = _of(library, *payload)
    one = "\n".join(f"message.{name}" for name in ("get_body()", *attributes))
    decode = "decode(data, trigger_metadata=metadata)"
    if data.type.startswith("collection_"):
        code = f"for message in {decode}:\n{indent(one, ' ')}"
    else:
        code = f"message = {decode}\n{one}"
    scope: dict[str, Any] = {
        "decode": library.get_binding_registry().get(binding).decode,
        "data": data,
        "metadata": metadata,
    }
    exec(f"def run():\n{indent(code, ' ')}", scope)
    run: Callable[[], object] = scope["run"]
    return run


def _metadata_of_each(library: Any, binding: str, count: int) -> Callable[[], object]:
    decode = library.get_binding_registry().get(binding).decode
    data, metadata = _of(library, *event_hub_many(count))

    def run() -> None:
        for event in decode(data, trigger_metadata=metadata):
            event.metadata  # noqa: B018

    return run


def _encoding(library: Any, binding: str, value: object) -> Callable[[], object]:
    encode = library.get_binding_registry().get(binding).encode
    return lambda: encode(value, expected_type=None)


def _of(library: Any, data: Datum, metadata: Metadata) -> tuple[Any, dict[str, Any]]:
    """Give a payload in a library's own class of datums."""
    make = library.meta.Datum
    return make(data.value, data.type), {
        name: make(datum.value, datum.type) for name, datum in metadata.items()
    }


# What a function reads of a message: its body and a few attributes. Then all there is.
_TYPICAL = "message_id delivery_count enqueued_time_utc".split()

_DECODING: list[tuple[str, str, Callable[[], tuple[Datum, Metadata]], list[str], float]] = [
    ("Service Bus, one: body and 3", "serviceBusTrigger", service_bus_one, _TYPICAL, 60),
    ("Service Bus, one: all", "serviceBusTrigger", service_bus_one, SERVICE_BUS_ATTRIBUTES, 20),
    (
        "Service Bus, 1,000: body and 3",
        "serviceBusTrigger",
        lambda: service_bus_many(1000),
        _TYPICAL,
        300,
    ),
    (
        "Service Bus, 1,000: all",
        "serviceBusTrigger",
        lambda: service_bus_many(1000),
        SERVICE_BUS_ATTRIBUTES,
        200,
    ),
    ("Event Hubs, one: body and 1", "eventHubTrigger", event_hub_one, ["sequence_number"], 25),
    ("Event Hubs, one: all", "eventHubTrigger", event_hub_one, EVENT_HUB_ATTRIBUTES, 10),
    (
        "Event Hubs, 1,000: all",
        "eventHubTrigger",
        lambda: event_hub_many(1000),
        EVENT_HUB_ATTRIBUTES,
        30,
    ),
    (
        "IoT Hub, 1,000: all",
        "eventHubTrigger",
        lambda: event_hub_many(1000, IOT_HUB),
        EVENT_HUB_ATTRIBUTES,
        1,
    ),
    ("Kafka, one: all", "kafkaTrigger", kafka_one, KAFKA_ATTRIBUTES, 1),
    ("Kafka, 1,000: all", "kafkaTrigger", lambda: kafka_many(1000), KAFKA_ATTRIBUTES, 1.3),
    (
        "Kafka, 1,000 with the same header: all",
        "kafkaTrigger",
        lambda: kafka_many(1000, "dg=="),
        KAFKA_ATTRIBUTES,
        1.3,
    ),
    (
        "Kafka, 1,000 with a header of its own each: all",
        "kafkaTrigger",
        lambda: kafka_many(1000, *(f"{n:08}" for n in range(1000))),
        KAFKA_ATTRIBUTES,
        1.3,
    ),
    ("Event Hubs input, one: all", "eventHub", event_hub_one, EVENT_HUB_ATTRIBUTES, 1),
    ("Kafka input, one: all", "kafka", kafka_one, KAFKA_ATTRIBUTES, 1),
]
_ENCODING: list[tuple[str, str, Callable[[Any], object]]] = [
    ("serviceBus: encode str", "serviceBus", lambda _: "text"),
    ("serviceBus: encode bytes", "serviceBus", lambda _: b"bytes"),
    ("eventHub: encode str", "eventHub", lambda _: "text"),
    ("eventHub: encode bytes", "eventHub", lambda _: b"bytes"),
    ("eventHub: encode int", "eventHub", lambda _: 5),
    ("eventHub: encode 100 str", "eventHub", lambda _: ["text"] * 100),
    (
        "eventHub: encode 100 dicts",
        "eventHub",
        lambda _: [{"order": n, "lines": [1, 2, 3]} for n in range(100)],
    ),
    (
        "queue: encode 100 QueueMessages",
        "queue",
        lambda library: [library.QueueMessage(body=f"order {n}") for n in range(100)],
    ),
]


def rows() -> Iterable[Row]:
    """Measure the decoders, the encoders, and how cost grows with the batch."""
    for name, binding, payload, attributes, target in _DECODING:
        yield compare(
            name,
            _reading(azure_functions_lib, binding, payload(), attributes),
            peer and _reading(peer, binding, payload(), attributes),
            target=target,
        )
    yield compare(
        "Event Hubs, 300: .metadata of each",
        _metadata_of_each(azure_functions_lib, "eventHubTrigger", 300),
        peer and _metadata_of_each(peer, "eventHubTrigger", 300),
        target=200,
    )
    for name, binding, make in _ENCODING:
        yield compare(
            name,
            _encoding(azure_functions_lib, binding, make(azure_functions_lib)),
            peer and _encoding(peer, binding, make(peer)),
            target=1,
        )
    for service, binding, batch, attributes in (
        ("Service Bus", "serviceBusTrigger", service_bus_many, SERVICE_BUS_ATTRIBUTES),
        ("Event Hubs", "eventHubTrigger", event_hub_many, EVENT_HUB_ATTRIBUTES),
        ("Kafka", "kafkaTrigger", kafka_many, KAFKA_ATTRIBUTES),
    ):
        yield _growth(service, binding, batch, attributes)


def _growth(
    name: str,
    binding: str,
    batch: Callable[[int], tuple[Datum, Metadata]],
    attributes: list[str],
) -> Row:
    """Measure a batch of 10,000, and by which power time and memory grow from 1,000 to it."""
    small, large = (
        _reading(azure_functions_lib, binding, batch(count), attributes) for count in (1000, 10_000)
    )
    times = measure(small, large)
    peaks = [_peak(small), _peak(large)]
    return Row(
        f"{name}, 10,000: decode, read all",
        times[1],
        note=f"grows by n^{math.log10(times[1] / times[0]):.2f} in time, "
        f"n^{math.log10(peaks[1] / peaks[0]):.2f} in memory",
    )


def _peak(call: Callable[[], object]) -> int:
    tracemalloc.start()
    try:
        call()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
