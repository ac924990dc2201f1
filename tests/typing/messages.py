"""Service Bus, Event Hubs and Kafka messages."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from typing_extensions import assert_type

from azure_functions_lib import EventHubEvent, KafkaEvent, ServiceBusMessage
from azure_functions_lib.meta import Datum


def reads(message: ServiceBusMessage, event: EventHubEvent, record: KafkaEvent) -> None:
    assert_type(message.get_body(), bytes)
    assert_type(message.message_id, str)
    assert_type(message.user_properties, dict[str, Any])
    assert_type(message.delivery_count, int | None)
    assert_type(message.enqueued_time_utc, datetime | None)
    assert_type(message.expiration_time, datetime | None)
    assert_type(message.time_to_live, timedelta | None)
    assert_type(message.metadata, dict[str, Any] | None)
    assert_type(event.offset, str | None)
    assert_type(event.iothub_metadata, Mapping[str, str] | None)
    assert_type(record.partition, int | None)
    assert_type(record.headers, list[Any] | None)
    message.subject = "s"  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]
    _ = message.missing  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue]


ServiceBusMessage()
ServiceBusMessage("text", session_id="s", application_properties={"a": 1})
ServiceBusMessage(b"bytes", trigger_metadata={"MessageId": Datum("m", "string")})
EventHubEvent(bytearray(b"x"), iothub_metadata={"connection-device-id": "d"})
KafkaEvent(body=memoryview(b"x"), key="k", headers=[{"Key": "h", "Value": "dg=="}])

ServiceBusMessage(session_id=5)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
ServiceBusMessage(b"x", {})  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
EventHubEvent()  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
KafkaEvent(b"x", sequence_number=1)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
