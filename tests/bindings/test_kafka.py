"""Kafka: events in and out."""

from __future__ import annotations

import copy
import json
import pickle
from base64 import b64encode
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from azure_functions_lib import KafkaEvent, get_binding_registry
from azure_functions_lib.delivery import recorded
from azure_functions_lib.errors import (
    BatchLengthError,
    InvalidPayloadError,
    InvalidValueError,
    UnsupportedPayloadError,
    UnsupportedValueError,
)
from azure_functions_lib.meta import Datum
from azure_functions_lib.wire import jsontext
from tests.strategies import collection

TRIGGER = get_binding_registry().get("kafkaTrigger")
PLAIN = get_binding_registry().get("kafka")
EVENTS = Path(__file__).parent.parent / "events"
TRACE = {
    "Key": "traceparent",
    "Value": "MDAtMGFmNzY1MTkxNmNkNDNkZDg0NDhlYjIxMWM4MDMxOWMtYjdhZDZiNzE2OTIwMzMzMS0wMQ==",
}


def json_datum(value: object) -> Datum:
    return Datum(json.dumps(value), "json")


def decode_one(body: str = "x", **metadata: Datum | None) -> KafkaEvent:
    event = TRIGGER.decode(Datum(body, "string"), trigger_metadata=metadata)
    assert isinstance(event, KafkaEvent)
    return event


def decode_many(*bodies: str, **metadata: Datum | None) -> list[KafkaEvent]:
    events = TRIGGER.decode(collection("string", list(bodies)), trigger_metadata=metadata)
    assert isinstance(events, list)
    return events


def encode(value: object) -> Datum:
    datum: Datum = PLAIN.encode(value, expected_type=None)
    return datum


def recorded_payload(binding: str, name: str) -> Any:
    document = json.loads((EVENTS / f"{binding}.json").read_text())
    payload = recorded.loads(json.dumps(document[name]))
    codec = get_binding_registry().get(binding)
    return codec.decode(payload.data, trigger_metadata=payload.metadata)


def test_recorded_event() -> None:
    event = recorded_payload("kafkaTrigger", "single")
    assert event == KafkaEvent(
        b'{"user": 5}',
        key="user-5",
        partition=1,
        offset=99,
        topic="clicks",
        timestamp="2024-05-06T07:08:09.123Z",
        headers=[TRACE],
    )
    assert event.get_json() == {"user": 5}


def test_recorded_batch() -> None:
    first, second = recorded_payload("kafkaTrigger", "batch")
    assert first == recorded_payload("kafkaTrigger", "single")
    assert second == KafkaEvent(
        b"\xff\0",
        partition=1,
        offset=100,
        topic="clicks",
        timestamp="2024-05-06T07:08:09.2Z",
        headers=[],
    )
    assert second.metadata == first.metadata


def test_recorded_input() -> None:
    assert recorded_payload("kafka", "single") == KafkaEvent(b'{"user": 5}')
    assert recorded_payload("kafka", "batch") == [KafkaEvent(b"a"), KafkaEvent(b"b")]


def test_metadata_is_not_converted() -> None:
    topics = collection("string", ["t"])
    event = decode_one(Partition=json_datum(3), Headers=json_datum([]), TopicArray=topics)
    assert event.metadata == {"Partition": "3", "Headers": "[]", "TopicArray": topics.value}


def test_C7_metadata_with_an_empty_entry() -> None:
    assert decode_one(Key=None).metadata == {"Key": None}
    (event,) = decode_many("a", KeyArray=None)
    assert event.metadata == {"KeyArray": None}


def test_trigger_without_metadata() -> None:
    for metadata in (None, {}):
        assert TRIGGER.decode(Datum("x", "json"), trigger_metadata=metadata) == KafkaEvent("x")
        data = collection("bytes", [b"a"])
        assert TRIGGER.decode(data, trigger_metadata=metadata) == [KafkaEvent("a")]


def test_constructor() -> None:
    assert KafkaEvent("é").get_body() == "é".encode()
    assert KafkaEvent(b"").metadata is None
    sent = {"Partition": json_datum(3)}
    assert KafkaEvent(body=b"", trigger_metadata=sent).metadata == {"Partition": "3"}
    with pytest.raises(TypeError, match="needs the argument 'body'"):
        KafkaEvent()
    with pytest.raises(InvalidValueError, match="KafkaEvent: headers: got"):
        KafkaEvent(b"", headers={})


def test_read_only_slotted() -> None:
    event = KafkaEvent(b"x")
    with pytest.raises(AttributeError, match="read-only"):
        event.key = "k"
    assert not hasattr(event, "__dict__")


def test_K3_repr_names_each_field() -> None:
    assert repr(KafkaEvent(b"secret", offset=1, partition=7)).startswith(
        "<azure.KafkaEvent key=None partition=7 offset=1 topic=None timestamp=None at 0x"
    )


def test_to_dict() -> None:
    event = decode_one(Key=Datum("k", "string"), Partition=json_datum(1))
    assert (
        event.to_dict()
        == json.loads(event.to_json())
        == {
            "body": "x",
            "key": "k",
            "partition": 1,
            "offset": None,
            "topic": None,
            "timestamp": None,
            "headers": None,
        }
    )


class Click(KafkaEvent):
    """A user's own subclass."""


def test_subclass_and_copies() -> None:
    click = Click(b"x", key="k")
    assert click != KafkaEvent(b"x", key="k")
    for event in (click, *decode_many("a", "b"), decode_one(Key=Datum("k", "string"))):
        assert pickle.loads(pickle.dumps(event)) == event
        assert copy.deepcopy(event) == event
    assert type(copy.copy(click)) is Click


def test_key_of_bytes_that_are_text() -> None:
    assert decode_one(Key=Datum("é".encode(), "bytes")).key == "é"
    (event,) = decode_many("a", KeyArray=collection("bytes", [b"k"]))
    assert event.key == "k"


@pytest.mark.parametrize(
    ("name", "sent", "attribute"),
    [
        ("Partition", Datum("x", "string"), "partition"),
        ("Offset", json_datum(True), "offset"),
        ("Key", Datum(b"\xff", "bytes"), "key"),
        ("Headers", json_datum({}), "headers"),
    ],
)
def test_fault_in_a_field_stays_there(
    name: str, sent: Datum, attribute: str, caplog: pytest.LogCaptureFixture
) -> None:
    event = decode_one(**{name: sent, "Topic": Datum("t", "string")})
    assert getattr(event, attribute) is None
    assert event.topic == "t"
    assert event.metadata is not None
    assert event.metadata[name] == sent.value
    (record,) = caplog.records
    assert f"kafkaTrigger: metadata {name}: got" in record.getMessage()


def headers_of(text: str, count: int, monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Decode the events of a batch, without orjson, and give the headers of each."""
    monkeypatch.setattr(jsontext, "orjson", None)
    events = decode_many(*["x"] * count, HeadersArray=Datum(text, "json"))
    return [event.headers for event in events]


HEADER_TEXTS = st.text() | st.text('"\\\\{}[],: abKeyValu\x00\x7f\u00a0')


@example([("h", "1"), ("h", "2")], ", ")
@example([("h", "1"), ("h", '2"}], [{"Key": "h", "Value": "3')], ", ")
@example([("h", "1"), ("h", 'a\\b"c\x01')], ",")
@example([("h", 'a\\"'), ("h", 'a\\"')], ",")
@example([('"}], [', "1"), ('"}], [', "2")], ",")
@example([("h", "1"), ("g", "2")], ",")
@given(
    st.lists(st.tuples(st.sampled_from(["h", "Value", "é"]) | HEADER_TEXTS, HEADER_TEXTS)),
    st.sampled_from([",", ", "]),
)
def test_one_header_each(pairs: list[tuple[str, str]], separator: str) -> None:
    headers = [[{"Key": name, "Value": value}] for name, value in pairs]
    colon = separator.replace(",", ":")
    for ascii_only in (True, False):
        text = json.dumps(headers, separators=(separator, colon), ensure_ascii=ascii_only)
        with pytest.MonkeyPatch.context() as monkeypatch:
            read = headers_of(text, len(pairs), monkeypatch)
        assert read == headers
        assert len({id(header) for each in read for header in each}) == len(pairs)


def test_headers_of_one_event_are_not_those_of_another(monkeypatch: pytest.MonkeyPatch) -> None:
    text = '[[{"Key":{},"Value":"a"}],[{"Key":{},"Value":"b"}]]'
    first, second = headers_of(text, 2, monkeypatch)
    assert first[0]["Key"] is not second[0]["Key"]


ONE_EACH = '[[{"Key": "h", "Value": "0"}], [{"Key": "h", "Value": "1"}]]'


@example(16, 5, "Valu")
@example(58, 1, "}")
@example(29, 2, "\u00a0,")
@example(25, 1, "\n")
@given(
    st.integers(0, len(ONE_EACH)), st.integers(0, 6), st.text('"\\{}[],: 0KeyValu\n', max_size=4)
)
def test_damaged_headers_are_refused_or_read_as_json(start: int, length: int, other: str) -> None:
    text = ONE_EACH[:start] + other + ONE_EACH[start + length :]
    try:
        expected = json.loads(text)
    except ValueError:
        expected = None
    with pytest.MonkeyPatch.context() as monkeypatch:
        try:
            read: Any = headers_of(text, 2, monkeypatch)
        except BatchLengthError:
            read = "another length"
    if not isinstance(expected, list):
        assert read == [None, None]
    elif len(expected) != 2:
        assert read == "another length"
    else:
        assert read == [each if isinstance(each, list) else None for each in expected]


def test_headers_that_are_not_sent_as_json_are_absent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jsontext, "orjson", None)
    events = decode_many("a", "b", HeadersArray=Datum(ONE_EACH, "string"))
    assert [event.headers for event in events] == [None, None]


def test_T9_headers_must_be_an_array(caplog: pytest.LogCaptureFixture) -> None:
    assert decode_one(Headers=Datum("h1h2", "string")).headers is None
    assert len(caplog.records) == 1


@pytest.mark.parametrize(
    "missing", ["TimestampArray", "KeyArray", "PartitionArray", "TopicArray", "HeadersArray"]
)
def test_K1_batch_lacking_an_array(missing: str) -> None:
    metadata: dict[str, Datum | None] = {
        "TimestampArray": json_datum(["t"]),
        "KeyArray": json_datum(["k"]),
        "PartitionArray": json_datum([1]),
        "OffsetArray": collection("sint64", [2]),
        "TopicArray": collection("string", ["top"]),
        "HeadersArray": json_datum([[TRACE]]),
    }
    del metadata[missing]
    (event,) = decode_many("a", **metadata)
    attribute = missing.removesuffix("Array").lower()
    full = {"timestamp": "t", "key": "k", "partition": 1, "offset": 2, "topic": "top"}
    expected: dict[str, Any] = {**full, "headers": [TRACE], attribute: None}
    assert event == KafkaEvent("a", **expected)


@pytest.mark.parametrize("name", ["Timestamp", "Key", "Partition", "Offset", "Topic", "Headers"])
@pytest.mark.parametrize("count", [0, 1, 3])
def test_array_of_another_length(name: str, count: int) -> None:
    values = json_datum([None] * count)
    with pytest.raises(BatchLengthError, match=rf"got {count} entries; expected 2") as caught:
        decode_many("a", "b", **{f"{name}Array": values})
    assert isinstance(caught.value, AssertionError)
    assert caught.value.field == f"{name}Array"


@pytest.mark.parametrize(
    "data", [None, Datum(None, None), Datum(1.0, "double"), collection("sint64", [1])]
)
def test_unsupported_payload(data: Datum | None) -> None:
    for codec in (PLAIN, TRIGGER):
        with pytest.raises(UnsupportedPayloadError, match=r"kafka.*: body: got"):
            codec.decode(data, trigger_metadata={})


def test_broken_bodies() -> None:
    for data in (Datum(5, "string"), collection("bytes", [5])):
        with pytest.raises(InvalidPayloadError, match="kafkaTrigger: body: got"):
            TRIGGER.decode(data, trigger_metadata={})


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("é", Datum("é", "string")),
        (b"\xff", Datum(b"\xff", "bytes")),
        (KafkaEvent(b"\xff"), Datum(b"\xff", "bytes")),
        (KafkaEvent(b"x", topic="t", partition=1, offset=2), Datum(b"x", "bytes")),
    ],
)
def test_K2_output_as_it_is(value: object, expected: Datum) -> None:
    for codec in (PLAIN, TRIGGER):
        assert codec.encode(value, expected_type=None) == expected


@pytest.mark.parametrize(
    ("value", "expected"), [(["a", b"b"], ["a", "b"]), ({"a": 1}, {"a": 1}), (5, 5)]
)
def test_K2_output_as_json(value: object, expected: object) -> None:
    datum = encode(value)
    assert datum.type == "json"
    assert json.loads(datum.value) == expected


def test_output_with_key_and_headers() -> None:
    datum = encode(KafkaEvent("é", key="k", headers=[{"Key": "h", "Value": "dsOp"}]))
    assert datum.type == "string"
    assert json.loads(datum.value) == {
        "Offset": 0,
        "Partition": 0,
        "Topic": "",
        "Timestamp": "1970-01-01T00:00:00Z",
        "Value": "é",
        "Key": "k",
        "Headers": [{"Key": "h", "Value": "vé"}],
    }


def test_output_of_a_received_event() -> None:
    event = recorded_payload("kafkaTrigger", "single")
    sent = json.loads(encode(event).value)
    assert (sent["Offset"], sent["Partition"], sent["Topic"]) == (99, 1, "clicks")
    assert sent["Timestamp"] == "2024-05-06T07:08:09.123Z"
    assert sent["Headers"][0]["Value"].startswith("00-0af7651916cd43dd")


def test_output_of_a_batch() -> None:
    datum = encode([KafkaEvent("a"), KafkaEvent("b", key="k")])
    first, second = json.loads(datum.value)
    assert first == "a"
    assert second == encode(KafkaEvent("b", key="k")).value


@pytest.mark.parametrize(
    "event",
    [
        KafkaEvent(b"\xff", key="k"),
        KafkaEvent("x", headers=[{"Key": "h", "Value": "no base64!"}]),
        KafkaEvent("x", headers=[{"Key": "h", "Value": "/w=="}]),
        KafkaEvent("x", headers=[{"Key": "h"}]),
        KafkaEvent("x", headers=["h"]),
    ],
)
def test_output_refuses_what_would_be_lost(event: KafkaEvent) -> None:
    with pytest.raises(UnsupportedValueError, match=r"kafka: (body|headers): got"):
        encode(event)


@pytest.mark.parametrize("value", [None, object(), [None], [b"\xff"]])
def test_output_refuses(value: object) -> None:
    with pytest.raises(UnsupportedValueError, match="kafka: value: got") as caught:
        encode(value)
    assert isinstance(caught.value, NotImplementedError)


def test_annotations() -> None:
    for codec in (PLAIN, TRIGGER):
        for taken in (KafkaEvent, Click, list[KafkaEvent], KafkaEvent | None):
            assert codec.check_input_type_annotation(taken)
        for refused in (str, bytes, list, list[str]):
            assert not codec.check_input_type_annotation(refused)
        for sent in (str, bytes, dict, KafkaEvent, list[str], list[KafkaEvent]):
            assert codec.check_output_type_annotation(sent)
        for refused in (int, list[int]):
            assert not codec.check_output_type_annotation(refused)


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=9)
header_values = texts.map(lambda value: b64encode(value.encode()).decode())
events_made = st.builds(
    KafkaEvent,
    texts,
    key=st.none() | texts,
    partition=st.integers(0, 2**31 - 1),
    offset=st.integers(0, 2**63 - 1),
    topic=texts.filter(bool),
    timestamp=st.datetimes().map(lambda time: time.isoformat() + "Z"),
    headers=st.lists(st.fixed_dictionaries({"Key": texts, "Value": header_values}), max_size=3),
)


@given(events_made)
def test_round_trip_of_one(event: KafkaEvent) -> None:
    metadata = {
        "Key": Datum(event.key, "string" if event.key is not None else None),
        **{
            name: json_datum(getattr(event, name.lower()))
            for name in ("Partition", "Offset", "Topic", "Timestamp", "Headers")
        },
    }
    data = encode(KafkaEvent(event.get_body()))
    assert TRIGGER.decode(data, trigger_metadata=metadata) == event


@given(st.lists(events_made, max_size=4))
def test_round_trip_of_a_batch(events: list[KafkaEvent]) -> None:
    metadata = {
        f"{name}Array": json_datum([getattr(event, name.lower()) for event in events])
        for name in ("Key", "Partition", "Offset", "Topic", "Timestamp", "Headers")
    }
    data = collection("bytes", [event.get_body() for event in events])
    assert TRIGGER.decode(data, trigger_metadata=metadata) == events


@given(events_made)
def test_what_is_sent_holds_the_event(event: KafkaEvent) -> None:
    sent = encode(event)
    if event.key is None and not event.headers:
        assert sent == Datum(event.get_body(), "bytes")
        return
    fields = json.loads(sent.value)
    assert fields["Value"].encode() == event.get_body()
    assert fields.get("Key") == event.key
    rebuilt = [
        {"Key": header["Key"], "Value": b64encode(header["Value"].encode()).decode()}
        for header in fields["Headers"]
    ]
    assert rebuilt == event.headers
