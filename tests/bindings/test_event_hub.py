"""Event Hubs and IoT Hub: events in and out."""

from __future__ import annotations

import copy
import json
import pickle
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from azure_functions_lib import EventHubEvent, get_binding_registry
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

TRIGGER = get_binding_registry().get("eventHubTrigger")
PLAIN = get_binding_registry().get("eventHub")
EVENTS = Path(__file__).parent.parent / "events"


def json_datum(value: object) -> Datum:
    return Datum(json.dumps(value), "json")


def decode_one(body: str = "x", **metadata: Datum | None) -> EventHubEvent:
    metadata.setdefault("SystemProperties", json_datum({}))
    event = TRIGGER.decode(Datum(body, "string"), trigger_metadata=metadata)
    assert isinstance(event, EventHubEvent)
    return event


def decode_many(*system: object, bodies: Datum | None = None, **metadata: Datum) -> Any:
    metadata["SystemPropertiesArray"] = json_datum(system)
    data = bodies or collection("string", ["x"] * len(system))
    return TRIGGER.decode(data, trigger_metadata=metadata)


def recorded_payload(binding: str, name: str) -> Any:
    document = json.loads((EVENTS / f"{binding}.json").read_text())
    payload = recorded.loads(json.dumps(document[name]))
    codec = get_binding_registry().get(binding)
    return codec.decode(payload.data, trigger_metadata=payload.metadata)


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=timezone.utc)


def test_recorded_event() -> None:
    event = recorded_payload("eventHubTrigger", "single")
    assert event == EventHubEvent(
        b'{"bar": 3.2}',
        partition_key="press-7",
        sequence_number=47,
        offset="3696",
        enqueued_time=utc(2024, 5, 6, 7, 8, 9, 123000),
        iothub_metadata={},
    )
    assert event.get_json() == {"bar": 3.2}
    assert event.metadata["Properties"] == {"kind": "pressure"}
    assert event.metadata["PartitionContext"]["PartitionId"] == "3"


def test_recorded_iot_hub_message() -> None:
    event = recorded_payload("eventHubTrigger", "IoT hub")
    assert event.iothub_metadata["connection-device-id"] == "press-7"
    assert event.iothub_metadata["message-source"] == "Telemetry"
    assert len(event.iothub_metadata) == 5
    assert event.partition_key is None


def test_recorded_batch() -> None:
    first, second = recorded_payload("eventHubTrigger", "batch")
    assert first == EventHubEvent(
        b'{"bar": 3.2}',
        partition_key="press-7",
        sequence_number=47,
        offset="3696",
        enqueued_time=utc(2024, 5, 6, 7, 8, 9, 123000),
        iothub_metadata={},
    )
    assert (second.get_body(), second.sequence_number) == (b"\xff\0", 48)
    assert second.iothub_metadata["connection-device-id"] == "press-7"
    assert second.metadata == first.metadata
    assert first.metadata["SystemPropertiesArray"][1]["Offset"] == "0:1:3744"


def test_recorded_input() -> None:
    assert recorded_payload("eventHub", "single") == EventHubEvent(b'{"bar": 3.2}')
    assert recorded_payload("eventHub", "batch") == [EventHubEvent(b"a"), EventHubEvent(b"b")]


def test_iot_hub_entries_of_the_metadata_come_first() -> None:
    event = decode_one(
        SystemProperties=json_datum({"iothub-a": "system"}),
        **{"iothub-b": json_datum(5), "iothub-c": None},
    )
    assert event.iothub_metadata == {"b": "5", "c": None}


def test_constructor() -> None:
    event = EventHubEvent("é", iothub_metadata={"connection-device-id": "d"})
    assert event.get_body() == "é".encode()
    assert event.metadata is None
    assert event.partition_key is None
    assert EventHubEvent(body=b"", trigger_metadata={"A": json_datum(1)}).metadata == {"A": 1}
    with pytest.raises(TypeError, match="needs the argument 'body'"):
        EventHubEvent()
    with pytest.raises(InvalidValueError, match="EventHubEvent: sequence_number: got"):
        EventHubEvent(b"", sequence_number="first")


def test_read_only_slotted_and_repr() -> None:
    event = EventHubEvent(b"secret", partition_key="k", sequence_number=1, offset="2")
    with pytest.raises(AttributeError, match="read-only"):
        event.offset = "3"
    assert not hasattr(event, "__dict__")
    assert repr(event).startswith(
        "<azure.EventHubEvent partition_key=k sequence_number=1 enqueued_time=None at 0x"
    )


def test_to_dict() -> None:
    plain = {
        "body": "x",
        "partition_key": "k",
        "sequence_number": None,
        "offset": None,
        "enqueued_time": "2020-01-01T00:00:00+00:00",
        "iothub_metadata": None,
    }
    event = decode_one(
        PartitionKey=Datum("k", "string"), EnqueuedTimeUtc=Datum("2020-01-01T00:00:00Z", "string")
    )
    assert event.to_dict() == json.loads(event.to_json()) == plain
    (event,) = decode_many({"iothub-a": 1})
    assert event.to_dict()["iothub_metadata"] == {"a": 1}


class Reading(EventHubEvent):
    """A user's own subclass."""


def test_subclass_and_copies() -> None:
    reading = Reading(b"x", offset="1")
    assert reading != EventHubEvent(b"x", offset="1")
    for event in (reading, *decode_many({"iothub-a": 1}, {}), decode_one()):
        assert pickle.loads(pickle.dumps(event)) == event
        assert copy.deepcopy(event) == event
    assert type(copy.copy(reading)) is Reading


@pytest.mark.parametrize("name", ["SequenceNumber", "EnqueuedTimeUtc"])
def test_fault_in_a_field_stays_there(name: str, caplog: pytest.LogCaptureFixture) -> None:
    event = decode_one(**{name: Datum("x", "string"), "Offset": Datum("1", "string")})
    assert (event.sequence_number, event.enqueued_time, event.offset) == (None, None, "1")
    assert event.metadata is not None
    assert event.metadata[name] == "x"
    (record,) = caplog.records
    assert f"eventHubTrigger: metadata {name}: got str 'x'" in record.getMessage()


def test_fault_in_system_properties_stays_there(caplog: pytest.LogCaptureFixture) -> None:
    assert decode_one(SystemProperties=Datum("{", "json")).iothub_metadata == {}
    events = decode_many({"SequenceNumber": "x", "Offset": 1}, None, "y", {"SequenceNumber": 4})
    assert [event.sequence_number for event in events] == [None, None, None, 4]
    assert [event.offset for event in events] == ["1", None, None, None]
    texts = [record.getMessage() for record in caplog.records]
    assert len(texts) == 3
    assert "SystemPropertiesArray[2]: got str 'y'" in texts[1]
    assert "SequenceNumberArray[0]: got str 'x'" in texts[2]


def test_system_properties_without_a_value() -> None:
    data = collection("string", ["a", "b"])
    events = TRIGGER.decode(data, trigger_metadata={"SystemPropertiesArray": None})
    assert events == [EventHubEvent(body, iothub_metadata={}) for body in ("a", "b")]


@pytest.mark.parametrize("system", [[{}], [{}, {}, {}], []])
def test_batch_of_another_length(system: list[object]) -> None:
    with pytest.raises(BatchLengthError, match=rf"got {len(system)} entries; expected 2") as caught:
        decode_many(*system, bodies=collection("string", ["a", "b"]))
    assert isinstance(caught.value, AssertionError)
    assert caught.value.field == "SystemPropertiesArray"


@pytest.mark.parametrize(
    "data",
    [
        collection("bytes", [b"\xff", b""]),
        collection("string", ["a", "é"]),
        Datum('[{"a":  1}, null]', "json"),
    ],
)
def test_bodies_of_a_batch_are_bytes(data: Datum) -> None:
    events = decode_many({}, {}, bodies=data)
    assert [type(event.get_body()) for event in events] == [bytes, bytes]


def test_C17_json_batch_is_written_again() -> None:
    """The host has parsed the bodies: their value comes, not their bytes."""
    events = decode_many({}, {}, bodies=Datum('[{"a":1.50},  "text"]', "json"))
    assert [event.get_json() for event in events] == [{"a": 1.5}, "text"]


def test_empty_batch() -> None:
    assert decode_many(bodies=collection("bytes", [])) == []


@pytest.mark.parametrize("key", ["SystemProperties", "SystemPropertiesArray"])
@pytest.mark.parametrize("data", [Datum(1, "int"), Datum(None, None), None])
def test_C6_unsupported_payload(key: str, data: Datum | None) -> None:
    with pytest.raises(UnsupportedPayloadError, match="eventHubTrigger: body: got") as caught:
        TRIGGER.decode(data, trigger_metadata={key: json_datum([])})
    assert isinstance(caught.value, NotImplementedError)


@pytest.mark.parametrize("metadata", [None, {}, {"Offset": Datum("1", "string")}])
def test_payload_without_cardinality(metadata: Any) -> None:
    with pytest.raises(UnsupportedPayloadError, match="SystemPropertiesArray"):
        TRIGGER.decode(Datum("x", "string"), trigger_metadata=metadata)


@pytest.mark.parametrize("text", ["{}", "[", "5"])
def test_json_batch_must_be_an_array(text: str) -> None:
    with pytest.raises(InvalidPayloadError, match="expected an array of messages"):
        decode_many({}, bodies=Datum(text, "json"))


def test_C7_metadata_with_an_empty_entry() -> None:
    assert decode_one(PartitionKey=None).metadata == {"PartitionKey": None, "SystemProperties": {}}


def test_C8_offset_is_text() -> None:
    events = decode_many({"Offset": 3696}, {"Offset": "0:1:3696"}, {})
    assert [event.offset for event in events] == ["3696", "0:1:3696", None]


def test_C8b_partition_key_of_any_kind_is_kept() -> None:
    events = decode_many({"PartitionKey": 1.5}, {"PartitionKey": 2}, {"PartitionKey": ["a"]})
    assert [event.partition_key for event in events] == ["1.5", "2", '["a"]']


def test_C8c_input_text_becomes_bytes() -> None:
    (event,) = PLAIN.decode(collection("string", ["é"]), trigger_metadata=None)
    assert event.get_body() == "é".encode()


def test_T4_host_general_format_is_read() -> None:
    event = decode_one(EnqueuedTimeUtc=Datum("01/31/2020 23:59:58", "string"))
    assert event.enqueued_time == utc(2020, 1, 31, 23, 59, 58)


def test_T10_times_are_aware() -> None:
    text = "2020-01-31T23:59:58"
    (event,) = decode_many({"EnqueuedTimeUtc": text})
    assert event.enqueued_time == utc(2020, 1, 31, 23, 59, 58)
    assert decode_one(EnqueuedTimeUtc=json_datum(text)).enqueued_time == event.enqueued_time


def test_R6_batch_that_lost_its_empty_bodies() -> None:
    with pytest.raises(BatchLengthError, match="IncludeEmptyEntriesInMessagePayload"):
        decode_many({}, {}, {}, bodies=collection("string", ["a", "b"]))


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("é", Datum("é", "string")),
        (b"\xff", Datum(b"\xff", "bytes")),
        (bytearray(b"x"), Datum(b"x", "bytes")),
        (EventHubEvent("x", sequence_number=4, offset="1"), Datum(b"x", "bytes")),
        (None, Datum(None, None)),
        (5, Datum(5, "int")),
        (-(2**63), Datum(-(2**63), "int")),
    ],
)
def test_output_as_it_is(value: object, expected: Datum) -> None:
    for codec in (PLAIN, TRIGGER):
        assert codec.encode(value, expected_type=None) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"a": [1, None]}, {"a": [1, None]}),
        (1.5, 1.5),
        (2**63, 2**63),
        (("a", b"b"), ["a", "b"]),
        ([EventHubEvent("a"), {"b": 1}, 2, True], ["a", {"b": 1}, 2, True]),
        ([], []),
    ],
)
def test_C3b_output_as_json(value: object, expected: object) -> None:
    datum = PLAIN.encode(value, expected_type=None)
    assert datum.type == "json"
    assert json.loads(datum.value) == expected


@pytest.mark.parametrize("lost", [{"partition_key": "k"}, {"iothub_metadata": {"a": "b"}}])
def test_output_refuses_properties_that_would_be_lost(lost: Any) -> None:
    with pytest.raises(UnsupportedValueError, match=f"eventHub: {next(iter(lost))}: got"):
        PLAIN.encode(EventHubEvent(b"x", **lost), expected_type=None)


@pytest.mark.parametrize("value", [object(), [object()], [b"\xff"], [None], {1, object()}])
def test_output_refuses(value: object) -> None:
    with pytest.raises(UnsupportedValueError, match="eventHub: value: got") as caught:
        PLAIN.encode(value, expected_type=None)
    assert isinstance(caught.value, TypeError)


def test_annotations() -> None:
    for codec in (PLAIN, TRIGGER):
        for taken in (EventHubEvent, Reading, list[EventHubEvent], EventHubEvent | None):
            assert codec.check_input_type_annotation(taken)
        for refused in (str, list, list[str], dict[str, EventHubEvent]):
            assert not codec.check_input_type_annotation(refused)
        for sent in (str, bytes, dict, EventHubEvent, list[str], list[EventHubEvent]):
            assert codec.check_output_type_annotation(sent)
        for refused in (int, list[int], list):
            assert not codec.check_output_type_annotation(refused)


events_made = st.builds(
    EventHubEvent,
    st.binary(max_size=20),
    partition_key=st.none() | st.text(max_size=9),
    sequence_number=st.none() | st.integers(0, 2**63 - 1),
    offset=st.none() | st.integers(0, 2**63 - 1).map(str) | st.text(max_size=9),
    enqueued_time=st.none() | st.datetimes(timezones=st.just(timezone.utc)),
    iothub_metadata=st.dictionaries(st.text(max_size=5), json_values, max_size=3),
)


def system_properties(event: EventHubEvent) -> dict[str, Any]:
    """Write an event's fields as the host does."""
    return {
        "PartitionKey": event.partition_key,
        "SequenceNumber": event.sequence_number,
        "Offset": event.offset,
        "EnqueuedTimeUtc": event.enqueued_time and event.enqueued_time.isoformat(),
        **{f"iothub-{name}": value for name, value in (event.iothub_metadata or {}).items()},
    }


def body_of(event: EventHubEvent) -> Datum:
    datum: Datum = PLAIN.encode(EventHubEvent(event.get_body()), expected_type=None)
    return datum


@given(events_made)
def test_round_trip_of_one(event: EventHubEvent) -> None:
    system = system_properties(event)
    metadata = {name: json_datum(value) for name, value in system.items() if name[0].isupper()}
    metadata["SystemProperties"] = json_datum(system)
    assert TRIGGER.decode(body_of(event), trigger_metadata=metadata) == event


@pytest.mark.slow
@given(st.lists(events_made, max_size=4))
def test_round_trip_of_a_batch(events: list[EventHubEvent]) -> None:
    data = collection("bytes", [body_of(event).value for event in events])
    metadata = {"SystemPropertiesArray": json_datum([system_properties(e) for e in events])}
    assert TRIGGER.decode(data, trigger_metadata=metadata) == events
