"""Storage queues: a message that triggers, messages that are sent."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from azure_functions_lib import EventHubEvent, QueueMessage, get_binding_registry
from azure_functions_lib.errors import UnsupportedPayloadError, UnsupportedValueError
from azure_functions_lib.meta import Datum
from tests.bindings.recorded import recorded
from tests.strategies import bodies, json_values


def decode(datum: Any, metadata: Any = None) -> QueueMessage:
    codec = get_binding_registry().get("queueTrigger")
    assert codec is not None
    message = codec.decode(datum, trigger_metadata=metadata)
    assert isinstance(message, QueueMessage)
    return message


def encode(value: Any) -> Datum:
    codec = get_binding_registry().get("queue")
    assert codec is not None
    datum = codec.encode(value, expected_type=None)
    assert isinstance(datum, Datum)
    return datum


def sent(value: Any) -> Any:
    datum = encode(value)
    assert datum.type == "json"
    return json.loads(datum.value)


def test_recorded_message() -> None:
    payload = recorded("queueTrigger")["json object"]
    message = decode(payload.data, payload.metadata)
    assert message.get_json() == {"order": 7, "name": "Zoë"}
    assert message.id == "8b3c43a5-7c4b-4d3f-8f5e-1b2a3c4d5e6f"
    assert message.dequeue_count == 1
    assert message.insertion_time == datetime(2024, 5, 6, 7, 8, 9, 0, timezone.utc)
    assert message.expiration_time == datetime(2024, 5, 13, 7, 8, 9, 0, timezone.utc)
    assert message.time_next_visible == datetime(2024, 5, 6, 7, 18, 10, 0, timezone.utc)
    assert message.pop_receipt == "AgAAAAMAAAAAAAAA"
    assert message.metadata is not None
    assert message.metadata["order"] == "7"


def test_recorded_binary_message() -> None:
    payload = recorded("queueTrigger")["binary"]
    message = decode(payload.data, payload.metadata)
    assert message.get_body() == b"\xff\x00"
    assert message.id is None


@pytest.mark.parametrize("kind", ["json", "int", "http", "collection_string", None])
def test_other_payloads_are_refused(kind: str | None) -> None:
    with pytest.raises(
        UnsupportedPayloadError, match=r"queueTrigger: body: got .*; expected"
    ) as info:
        decode(Datum("{}", kind))
    assert isinstance(info.value, NotImplementedError)


def test_a_message_without_metadata() -> None:
    message = decode(Datum("x", "string"))
    assert message == QueueMessage("x")
    assert message.metadata is None


@given(bodies)
def test_a_body_comes_as_it_was_sent(body: str | bytes) -> None:
    data = body.encode() if isinstance(body, str) else body
    assert decode(encode(body)).get_body() == data
    assert decode(encode(body)) == QueueMessage(body)


@given(json_values.filter(lambda value: value is not None and not isinstance(value, str)))
def test_any_json_value_is_sent(value: Any) -> None:
    if isinstance(value, list) and None in value:
        with pytest.raises(UnsupportedValueError):
            encode(value)
    else:
        assert sent(value) == value


@dataclass
class Order:
    id: int


class Model:
    def model_dump(self, *, mode: str) -> dict[str, Any]:
        return {"id": 1}


class Convertible:
    def to_dict(self) -> dict[str, Any]:
        return {"id": 1}


def test_C3_a_dict_is_one_message() -> None:
    assert sent({"a": 1, "b": [2]}) == {"a": 1, "b": [2]}


@pytest.mark.parametrize("value", [Order(1), Model(), Convertible(), {"id": 1}])
def test_an_object_is_one_message_and_a_list_is_many(value: Any) -> None:
    assert sent(value) == {"id": 1}
    assert sent([value, "text"]) == [{"id": 1}, "text"]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("text", Datum("text", "string")),
        ("", Datum("", "string")),
        (b"\xff", Datum(b"\xff", "bytes")),
        (bytearray(b"x"), Datum(b"x", "bytes")),
        (memoryview(b"x"), Datum(b"x", "bytes")),
    ],
)
def test_text_and_bytes_go_as_they_are(value: Any, expected: Datum) -> None:
    assert encode(value) == expected
    assert type(encode(value).value) is type(expected.value)


def test_messages_take_the_collectors_form() -> None:
    message = QueueMessage(b"body", id="i")
    assert sent(message) == {"id": "i", "body": "body"}
    assert sent([message, "x", b"y"]) == [{"id": "i", "body": "body"}, "x", "y"]


def test_any_iterable_is_a_batch() -> None:
    def texts() -> Iterator[str]:
        yield "a"
        yield "b"

    for value in (["a", "b"], ("a", "b"), texts(), {"a": 1, "b": 2}.keys()):
        assert sent(value) == ["a", "b"]
    assert sent([]) == []
    assert sent({"a"}) == ["a"]


@pytest.mark.parametrize(
    "value",
    [None, object(), [None], [object()], [b"\xff"], QueueMessage(b"\xff"), [QueueMessage(b"\xff")]],
)
def test_what_cannot_be_sent(value: Any) -> None:
    with pytest.raises(UnsupportedValueError, match=r"queue: value: got .*; expected") as info:
        encode(value)
    assert isinstance(info.value, NotImplementedError)
    assert isinstance(info.value, TypeError)


def test_the_error_tells_none_inside_a_batch_from_none() -> None:
    with pytest.raises(UnsupportedValueError, match="got a batch with None; expected QueueMess"):
        encode(["a", None])


def test_encoding_changes_nothing() -> None:
    value = [{"a": [1]}, Order(1), bytearray(b"x")]
    assert encode(value) == encode(value)
    assert value == [{"a": [1]}, Order(1), bytearray(b"x")]


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=5), max_size=5))
def test_a_batch_keeps_its_order(texts: list[str]) -> None:
    assert sent(texts) == texts


def test_message_made_by_hand_keeps_a_day() -> None:
    day = date(2024, 5, 6)
    message = QueueMessage(body=b"x", expiration_time=day)
    assert message.expiration_time == day
    assert message.to_dict()["expiration_time"] == "2024-05-06"
    event = EventHubEvent(body=b"x", enqueued_time=day)
    assert event.enqueued_time == day
