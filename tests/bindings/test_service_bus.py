"""Service Bus: messages in and out."""

from __future__ import annotations

import copy
import json
import logging
import pickle
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from azure_functions_lib import ServiceBusMessage, get_binding_registry
from azure_functions_lib.delivery import recorded
from azure_functions_lib.errors import (
    BatchLengthError,
    InvalidPayloadError,
    InvalidValueError,
    UnsupportedPayloadError,
    UnsupportedValueError,
)
from azure_functions_lib.meta import Datum
from tests.strategies import collection, json_values

TRIGGER = get_binding_registry().get("serviceBusTrigger")
OUTPUT = get_binding_registry().get("serviceBus")
EVENTS = json.loads((Path(__file__).parent.parent / "events/serviceBusTrigger.json").read_text())


def json_datum(value: object) -> Datum:
    return Datum(json.dumps(value), "json")


def decode(data: Datum | None, **metadata: Datum | None) -> Any:
    return TRIGGER.decode(data, trigger_metadata=metadata)


def decode_one(body: str | bytes = "x", **metadata: Datum | None) -> ServiceBusMessage:
    kind = "bytes" if isinstance(body, bytes) else "string"
    metadata.setdefault("UserProperties", json_datum({}))
    message = decode(Datum(body, kind), **metadata)
    assert isinstance(message, ServiceBusMessage)
    return message


def decode_many(*bodies: str, **metadata: Datum | None) -> list[ServiceBusMessage]:
    metadata.setdefault("UserPropertiesArray", json_datum([{} for _ in bodies]))
    messages = decode(collection("string", list(bodies)), **metadata)
    assert isinstance(messages, list)
    return messages


def recorded_payload(name: str) -> Any:
    payload = recorded.loads(json.dumps(EVENTS[name]))
    return TRIGGER.decode(payload.data, trigger_metadata=payload.metadata)


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=timezone.utc)


def test_recorded_message() -> None:
    message = recorded_payload("single")
    assert message == ServiceBusMessage(
        b'{"order": 17}',
        application_properties={"tenant": "contoso", "attempt": 1},
        content_type="application/json",
        correlation_id="c0ffee",
        delivery_count=1,
        enqueued_sequence_number=12,
        enqueued_time_utc=utc(2024, 5, 6, 7, 8, 9, 123000),
        expires_at_utc=utc(2024, 5, 20, 7, 8, 9, 123000),
        label="order",
        locked_until=utc(2024, 5, 6, 7, 9, 9, 123000),
        lock_token="3d2ab1c4-0b0c-4f4b-8f0e-6a7e35c2a111",
        message_id="0f2bd7a5c24b4d6e9a1a6c2a3f5d7e90",
        partition_key="customer-7",
        reply_to="answers",
        reply_to_session_id="a1",
        scheduled_enqueue_time_utc=utc(1, 1, 1),
        sequence_number=9223372036854775806,
        session_id="customer-7",
        state=0,
        subject="order",
        time_to_live=timedelta(days=14),
        to="orders",
        user_properties={"tenant": "contoso", "attempt": 1},
    )
    assert message.get_json() == {"order": 17}
    assert message.expiration_time == message.expires_at_utc
    assert message.scheduled_enqueue_time == message.scheduled_enqueue_time_utc
    assert message.metadata["order"] == "17"
    assert message.metadata["sys"]["MethodName"] == "orders"
    assert message.metadata["DeadLetterSource"] is None


def test_recorded_batch() -> None:
    first, second = recorded_payload("batch")
    assert first == ServiceBusMessage(
        b'{"order": 17}',
        application_properties={"tenant": "contoso"},
        content_type="application/json",
        delivery_count=1,
        enqueued_time_utc=utc(2024, 5, 6, 7, 8, 9, 123000),
        expires_at_utc=utc(2024, 5, 20, 7, 8, 9, 123000),
        label="order",
        locked_until=utc(2024, 5, 6, 7, 9, 9, 123000),
        lock_token="3d2ab1c4-0b0c-4f4b-8f0e-6a7e35c2a111",
        message_id="m1",
        sequence_number=101,
        subject="order",
        user_properties={"tenant": "contoso"},
    )
    assert (second.get_body(), second.message_id, second.sequence_number) == (b"\xff\0", "m2", 102)
    assert second.expires_at_utc == utc(9999, 12, 31, 23, 59, 59, 999999)
    assert second.metadata == first.metadata


def test_message_without_datum_is_empty() -> None:
    assert decode(None, UserProperties=json_datum({})).get_body() == b""


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (Datum("é", "string"), "é".encode()),
        (Datum('{"a":  1}', "json"), b'{"a":  1}'),
        (Datum(b"\xff", "bytes"), b"\xff"),
    ],
)
def test_body_of_one(body: Datum, expected: bytes) -> None:
    assert decode(body, UserProperties=json_datum({})).get_body() == expected


def test_what_the_host_did_not_send_is_none() -> None:
    message = decode_one()
    assert message.application_properties is None
    assert message.message_id is None
    assert message.session_id is None
    assert message.user_properties == {}


def test_constructor_defaults() -> None:
    message = ServiceBusMessage()
    assert message.get_body() == b""
    assert message.application_properties == message.user_properties == {}
    assert message.message_id == ""
    assert message.metadata is None
    assert ServiceBusMessage().user_properties is not message.user_properties
    assert ServiceBusMessage("é") == ServiceBusMessage(body="é".encode())


def test_constructor_takes_metadata_as_it_travels() -> None:
    message = ServiceBusMessage(b"", trigger_metadata={"A": json_datum([1]), "B": None})
    assert message.metadata == {"A": [1], "B": None}


@pytest.mark.parametrize(
    ("make", "named"),
    [
        (lambda: ServiceBusMessage(state="open"), "state"),
        (lambda: ServiceBusMessage(user_properties=[]), "user_properties"),
        (lambda: ServiceBusMessage(5), "body"),
    ],
)
def test_constructor_refuses_by_name(make: Callable[[], object], named: str) -> None:
    with pytest.raises(InvalidValueError, match=f"ServiceBusMessage: {named}: got"):
        make()


def test_message_is_read_only_and_slotted() -> None:
    message = decode_one(MessageId=Datum("m", "string"))
    with pytest.raises(AttributeError, match="read-only"):
        message.message_id = "n"
    with pytest.raises(AttributeError):
        message.extra = 1
    assert not hasattr(message, "__dict__")


def test_force_persistence_is_not_known() -> None:
    with pytest.raises(NotImplementedError, match="ForcePersistence"):
        _ = ServiceBusMessage().force_persistence


def test_repr_shows_the_id_and_no_secret() -> None:
    message = decode_one("body", MessageId=Datum("m", "string"), LockToken=Datum("l0ck", "string"))
    assert repr(message).startswith("<azure.functions.ServiceBusMessage message_id=m at 0x")
    assert "body" not in repr(message)
    assert "l0ck" not in repr(message)


def test_to_dict() -> None:
    values = decode_one(
        b"\xff",
        MessageId=Datum("m", "string"),
        TimeToLive=Datum("00:01:00", "string"),
        EnqueuedTimeUtc=Datum("2020-01-01T00:00:00Z", "string"),
    ).to_dict()
    assert values["body"] == {"__encoding": "base64", "value": "/w=="}
    assert values["time_to_live"] == "0:01:00"
    assert values["enqueued_time_utc"] == "2020-01-01T00:00:00+00:00"
    assert values["subject"] is None
    assert "metadata" not in values
    assert json.loads(decode_one(b"\xff").to_json())["body"] == values["body"]


class Order(ServiceBusMessage):
    """A user's own subclass."""

    @property
    def number(self) -> int:
        order: int = self.get_json()["order"]
        return order


def test_subclass_and_copies() -> None:
    order = Order('{"order": 17}', session_id="s")
    assert order.number == 17
    assert order != ServiceBusMessage('{"order": 17}', session_id="s")
    for message in (order, *recorded_payload("batch"), recorded_payload("single")):
        assert pickle.loads(pickle.dumps(message)) == message
        assert copy.deepcopy(message) == message
    assert type(copy.copy(order)) is Order


@pytest.mark.parametrize(
    ("name", "sent", "attribute"),
    [
        ("DeliveryCount", Datum("x", "string"), "delivery_count"),
        ("DeliveryCount", json_datum(1.9), "delivery_count"),
        ("State", json_datum(True), "state"),
        ("ExpiresAtUtc", Datum("soon", "string"), "expires_at_utc"),
        ("TimeToLive", json_datum({}), "time_to_live"),
        ("ApplicationProperties", Datum("", "string"), "application_properties"),
        ("ApplicationProperties", Datum("{", "json"), "application_properties"),
        ("ContentType", Datum(b"x", "bytes"), "content_type"),
    ],
)
def test_fault_in_a_field_stays_there(
    name: str, sent: Datum, attribute: str, caplog: pytest.LogCaptureFixture
) -> None:
    message = decode_one(**{name: sent, "Subject": Datum("s", "string")})
    assert getattr(message, attribute) is None
    assert message.subject == "s"
    assert message.metadata is not None
    assert message.metadata[name] is not None
    (record,) = caplog.records
    assert record.levelno == logging.WARNING
    assert f"serviceBusTrigger: metadata {name}: got" in record.getMessage()


def test_fault_in_an_array_costs_one_warning(caplog: pytest.LogCaptureFixture) -> None:
    messages = decode_many(
        "a", "b", "c", DeliveryCountArray=json_datum([1, "x", "y"]), StateArray=Datum("[", "json")
    )
    assert [message.delivery_count for message in messages] == [1, None, None]
    assert [message.state for message in messages] == [None, None, None]
    texts = [record.getMessage() for record in caplog.records]
    assert len(texts) == 2
    assert "DeliveryCountArray[1] (and 1 more): got str 'x'" in texts[0]
    assert "StateArray: got str '['" in texts[1]


def test_T4_host_general_format_is_read() -> None:
    message = decode_one(EnqueuedTimeUtc=Datum("01/31/2020 23:59:58", "string"))
    assert message.enqueued_time_utc == utc(2020, 1, 31, 23, 59, 58)


@pytest.mark.parametrize(
    ("name", "attribute"),
    [
        ("EnqueuedTimeUtc", "enqueued_time_utc"),
        ("ExpiresAtUtc", "expires_at_utc"),
        ("LockedUntil", "locked_until"),
        ("ScheduledEnqueueTimeUtc", "scheduled_enqueue_time_utc"),
    ],
)
def test_T10_times_are_aware(name: str, attribute: str) -> None:
    text = "2020-01-31T23:59:58"
    one = decode_one(**{name: json_datum(text)})
    (many,) = decode_many("a", **{f"{name}Array": json_datum([text])})
    expected = utc(2020, 1, 31, 23, 59, 58)
    assert getattr(one, attribute) == getattr(many, attribute) == expected


@pytest.mark.parametrize(
    "junk",
    [
        "2024-05-06T07:08:091Z",
        "2024-05-06T07:08:09.Z",
        "2024-05-06T07:08:09.123456 7Z",
        "2024-05-06T07:08:09 Z",
        "2024-05-06T07:08:09.1234567Zjunk",
    ],
)
def test_T2_junk_in_a_time_is_refused(junk: str, caplog: pytest.LogCaptureFixture) -> None:
    assert decode_one(LockedUntil=json_datum(junk)).locked_until is None
    assert len(caplog.records) == 1


def test_T5_durations_in_the_constant_format() -> None:
    longest = decode_one(TimeToLive=json_datum("10675199.02:48:05.4775807")).time_to_live
    assert longest == timedelta(10675199, 10085, 477580)


def test_T8_null_number_and_object_for_text() -> None:
    message = decode_one(
        MessageId=json_datum(None), Label=json_datum(5), Subject=json_datum({"a": None})
    )
    assert message.message_id is None
    assert message.label == "5"
    assert message.subject is not None
    assert json.loads(message.subject) == {"a": None}


def test_C7_metadata_with_an_empty_entry() -> None:
    assert decode_one(MessageId=None).metadata == {"MessageId": None, "UserProperties": {}}


@pytest.mark.parametrize("entries", [1, 3])
def test_C13_batch_and_properties_of_different_length(entries: int) -> None:
    with pytest.raises(BatchLengthError, match=rf"{entries} entries; expected 2") as caught:
        decode_many("a", "b", UserPropertiesArray=json_datum([{}] * entries))
    assert isinstance(caught.value, AssertionError)
    assert isinstance(caught.value, ValueError)
    assert caught.value.field == "UserPropertiesArray"


@pytest.mark.parametrize("data", [None, Datum("x", "string"), collection("string", ["x"])])
@pytest.mark.parametrize("metadata", [None, {}, {"MessageId": Datum("m", "string")}])
def test_C14_payload_without_cardinality(data: Datum | None, metadata: Any) -> None:
    with pytest.raises(UnsupportedPayloadError, match="UserPropertiesArray") as caught:
        TRIGGER.decode(data, trigger_metadata=metadata)
    assert isinstance(caught.value, NotImplementedError)


@pytest.mark.parametrize(
    ("data", "key"),
    [
        (Datum(1, "int"), "UserProperties"),
        (Datum(None, None), "UserProperties"),
        (collection("string", ["x"]), "UserProperties"),
        (Datum("x", "string"), "UserPropertiesArray"),
        (collection("sint64", [1]), "UserPropertiesArray"),
        (None, "UserPropertiesArray"),
    ],
)
def test_unsupported_payloads(data: Datum | None, key: str) -> None:
    with pytest.raises(UnsupportedPayloadError):
        decode(data, **{key: json_datum([{}] if key.endswith("Array") else {})})


@pytest.mark.parametrize("text", ["{}", "5", "[", "null"])
def test_json_batch_must_be_an_array(text: str) -> None:
    with pytest.raises(InvalidPayloadError, match="serviceBusTrigger: body: got"):
        decode(Datum(text, "json"), UserPropertiesArray=json_datum([{}]))


def test_C17_json_batch_is_written_again() -> None:
    """The host has parsed the bodies: their value comes, not their bytes."""
    data = Datum('[{"a":1.50,"b":"\\u00e9"},  "text", null]', "json")
    messages = decode(data, UserPropertiesArray=json_datum([{}, {}, {}]))
    assert [message.get_json() for message in messages] == [{"a": 1.5, "b": "é"}, "text", None]
    assert all(isinstance(message.get_body(), bytes) for message in messages)


def test_R6_array_that_lost_its_empty_entries(caplog: pytest.LogCaptureFixture) -> None:
    messages = decode_many("a", "b", CorrelationIdArray=collection("string", ["only"]))
    assert [message.correlation_id for message in messages] == ["only", None]
    (record,) = caplog.records
    assert "CorrelationIdArray: got 1 entries" in record.getMessage()
    assert "expected 2" in record.getMessage()


def test_R6_empty_array_is_no_fault(caplog: pytest.LogCaptureFixture) -> None:
    messages = decode_many("a", "b", LabelArray=collection("string", []))
    assert [message.label for message in messages] == [None, None]
    assert not caplog.records


def test_batch_without_optional_arrays() -> None:
    (message,) = decode_many("a")
    assert message == ServiceBusMessage(
        b"a",
        message_id=None,
        application_properties=None,
    )


class Counting(dict[str, Datum]):
    """Metadata that counts how often each entry is asked for."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.asked: list[str] = []

    def get(self, name: str, default: Any = None) -> Any:
        self.asked.append(name)
        return super().get(name, default)


def test_each_array_is_read_once() -> None:
    metadata = Counting(
        {
            "UserPropertiesArray": json_datum([{}] * 50),
            "MessageIdArray": collection("string", [str(index) for index in range(50)]),
        }
    )
    messages = TRIGGER.decode(collection("string", ["x"] * 50), trigger_metadata=metadata)
    for message in messages:
        message.to_dict()
    assert messages[49].message_id == "49"
    assert len(metadata.asked) == len(set(metadata.asked))


def test_annotations() -> None:
    for annotation in (
        ServiceBusMessage,
        list[ServiceBusMessage],
        ServiceBusMessage | None,
        list[Order],
    ):
        assert TRIGGER.check_input_type_annotation(annotation)
    for refused in (str, list, list[str], dict[str, ServiceBusMessage]):
        assert not TRIGGER.check_input_type_annotation(refused)
    for sent in (str, bytes, dict, ServiceBusMessage, list[str], list[ServiceBusMessage]):
        assert OUTPUT.check_output_type_annotation(sent)
    for refused in (int, list[int], dict[str, int] | int):
        assert not OUTPUT.check_output_type_annotation(refused)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("é", Datum("é", "string")),
        (b"\xff", Datum(b"\xff", "bytes")),
        (bytearray(b"x"), Datum(b"x", "bytes")),
        (memoryview(b"x"), Datum(b"x", "bytes")),
        (ServiceBusMessage("x"), Datum(b"x", "bytes")),
    ],
)
def test_output_as_it_is(value: object, expected: Datum) -> None:
    assert OUTPUT.encode(value, expected_type=None) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"a": 1}, {"a": 1}),
        (5, 5),
        ([b"a", "b", {"c": 1}, ServiceBusMessage("d")], ["a", "b", {"c": 1}, "d"]),
        ((item for item in "ab"), ["a", "b"]),
    ],
)
def test_output_as_json(value: object, expected: object) -> None:
    datum = OUTPUT.encode(value, expected_type=None)
    assert datum.type == "json"
    assert json.loads(datum.value) == expected


def test_output_refuses_properties_that_would_be_lost() -> None:
    message = ServiceBusMessage("x", session_id="s", application_properties={"a": 1})
    with pytest.raises(UnsupportedValueError) as caught:
        OUTPUT.encode(message, expected_type=None)
    assert isinstance(caught.value, NotImplementedError)
    assert "serviceBus: application_properties, session_id: got" in str(caught.value)
    assert "azure-servicebus" in str(caught.value)
    with pytest.raises(UnsupportedValueError):
        OUTPUT.encode([message], expected_type=None)


def test_output_ignores_what_the_broker_sets_anew() -> None:
    message = decode_one("x", LockToken=Datum("l", "string"), SequenceNumber=json_datum(5))
    assert OUTPUT.encode(message, expected_type=None) == Datum(b"x", "bytes")


@pytest.mark.parametrize("value", [None, object(), [None], [b"\xff"], [object()]])
def test_output_refuses(value: object) -> None:
    with pytest.raises(UnsupportedValueError, match="serviceBus: value: got"):
        OUTPUT.encode(value, expected_type=None)


texts = st.none() | st.text(max_size=20)
wire_times = st.none() | st.datetimes(timezones=st.just(timezone.utc))
messages_made = st.builds(
    ServiceBusMessage,
    st.binary(max_size=20),
    application_properties=st.dictionaries(st.text(max_size=5), json_values, max_size=3),
    user_properties=st.dictionaries(st.text(max_size=5), json_values, max_size=3),
    message_id=st.text(max_size=20),
    session_id=texts,
    subject=texts,
    delivery_count=st.none() | st.integers(0, 2**31),
    sequence_number=st.none() | st.integers(-(2**63), 2**63 - 1),
    enqueued_time_utc=wire_times,
    locked_until=wire_times,
    time_to_live=st.none() | st.timedeltas(min_value=timedelta(0), max_value=timedelta(1_000_000)),
)

WIRE_NAMES = {
    "application_properties": "ApplicationProperties",
    "user_properties": "UserProperties",
    "message_id": "MessageId",
    "session_id": "SessionId",
    "subject": "Subject",
    "delivery_count": "DeliveryCount",
    "sequence_number": "SequenceNumber",
    "enqueued_time_utc": "EnqueuedTimeUtc",
    "locked_until": "LockedUntil",
    "time_to_live": "TimeToLive",
}


def wire_form(value: Any) -> Any:
    """Write a field's value as the host's JSON does."""
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    if isinstance(value, timedelta):
        hours, rest = divmod(value.seconds, 3600)
        clock = f"{hours:02}:{rest // 60:02}:{rest % 60:02}"
        return f"{value.days}.{clock}.{value.microseconds:06}0"
    return value


@pytest.mark.slow
@given(messages_made)
def test_round_trip_of_one(message: ServiceBusMessage) -> None:
    metadata = {
        wire: json_datum(wire_form(getattr(message, name))) for name, wire in WIRE_NAMES.items()
    }
    data = OUTPUT.encode(ServiceBusMessage(message.get_body()), expected_type=None)
    assert TRIGGER.decode(data, trigger_metadata=metadata) == message


@pytest.mark.slow
@given(st.lists(messages_made, max_size=4))
def test_round_trip_of_a_batch(messages: list[ServiceBusMessage]) -> None:
    metadata = {
        f"{wire}Array": json_datum([wire_form(getattr(message, name)) for message in messages])
        for name, wire in WIRE_NAMES.items()
    }
    data = collection("bytes", [message.get_body() for message in messages])
    assert TRIGGER.decode(data, trigger_metadata=metadata) == messages
