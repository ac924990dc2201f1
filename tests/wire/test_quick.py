"""Reading a message in one go gives what reading each field gives."""

from __future__ import annotations

import itertools
import json
import logging
import sys
import threading
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import azure_functions_lib as func
from azure_functions_lib import get_binding_registry
from azure_functions_lib.meta import Datum
from azure_functions_lib.wire.fields import field
from azure_functions_lib.wire.messages import Message, receiver
from azure_functions_lib.wire.quick import UNUSUAL, quick_reader
from azure_functions_lib.wire.scalars import integer, text
from tests.bindings.recorded import recorded

TYPES = [func.ServiceBusMessage, func.EventHubEvent, func.KafkaEvent, func.QueueMessage]

VALUES = [
    *("text", "", "2024-05-06T07:08:09.123Z", "14:00:00", "3", "nä"),
    *('"text"', '""', '"', '"""', '"a\\u0041"', '"a"b"', '"a\nb"', "null", "true", "{}", "[1]"),
    *("0", "7", "-1", "007", "1_0", " 1", "1 ", "1.0", "1e3", "9" * 30, "9" * 5000, "٣"),
    *('"2024-05-06T07:08:09.123Z"', '"2024-05-06T07:08:09Z"', '"2024-05-06T07:08:09.1234567Z"'),
    *('"2024-05-06T07:08:09"', '"2024-05-06 07:08:09Z"', '"2024-05-06T07:08:09.Z"', '"T::.0Z"'),
    *('"2024-05-06T07:08:09.123456 7Z"', '"2024-05-06T07:08:09+01:00"', '"5/6/2024 7:08:09 AM"'),
    *('"2024-05-06x07:08:09Z"', '"20240506T070809.1234Z"', '"2024-05-06T07:08:09,1Z"'),
    *("'2024-05-06T07:08:09Z\"", "\"2024-05-06T07:08:09Z'", '"2024-05-06T07:08:09+0Z"'),
    *('"2024-05-06T07:08:09.123456,7Z"', '"2024-05-06T07:08:09.1Z\0+1Z"', '"2024-02-30T07:08:09Z"'),
    *('"2024-05-06T07:08:09\\u002e1Z"', '"14:00:00"', '"x"', "[" * 100_000, b"bytes", 5, None),
]
WIRE_TYPES = ["string", "json", "int", "bytes", None]


def datums() -> st.SearchStrategy[Any]:
    kinds = st.sampled_from(WIRE_TYPES)
    values = st.sampled_from(VALUES) | st.text(max_size=30) | st.integers().map(str)
    return st.builds(Datum, values, kinds) | st.none() | st.just("no datum")


@st.composite
def metadata(draw: st.DrawFn) -> tuple[type[Message], dict[str, Any]]:
    kind = draw(st.sampled_from(TYPES))
    names = st.sampled_from([row.wire for row in kind._sent])
    return kind, draw(st.dictionaries(names, datums(), max_size=4))


def read(kind: type[Message], reader: Callable[..., object], sent: dict[str, Any]) -> list[object]:
    message = kind._from_source((b"", {}))
    reader(message, sent)
    assert type(message) is kind
    return [row.load(message) for row in kind._sent]


def agree(kind: type[Message], reader: Callable[..., object], sent: dict[str, Any]) -> None:
    """Check that both ways give the same, where the quick one gives anything."""
    warnings: list[logging.LogRecord] = []
    logger = logging.getLogger("azure_functions_lib")

    def keep(record: logging.LogRecord) -> bool:
        warnings.append(record)
        return False

    logger.addFilter(keep)
    try:
        expected = read(kind, Message._read_each, sent)
    finally:
        logger.removeFilter(keep)
    try:
        values = read(kind, reader, sent)
    except UNUSUAL:
        return
    assert values == expected, sent
    assert list(map(type, values)) == list(map(type, expected)), sent
    assert not warnings, f"what is broken is left to the long way, which warns: {sent}"


@pytest.mark.parametrize("kind", TYPES)
def test_any_value_of_any_field_is_read_alike(kind: type[Message]) -> None:
    reader = quick_reader(kind)
    assert reader is not None
    for row in {row.read: row for row in kind._sent}.values():
        for value, wire in itertools.product(VALUES, WIRE_TYPES):
            agree(kind, reader, {row.wire: Datum(value, wire)})


@given(metadata())
def test_the_same_as_field_by_field(case: tuple[type[Message], dict[str, Any]]) -> None:
    kind, sent = case
    reader = quick_reader(kind)
    assert reader is not None
    agree(kind, reader, sent)


OBJECTS = ["{}", '{"a": 1}', '{"a": {"b": 1}}', '{"a": [1]}', '{"a": "{["}', "null", "5", " {}"]


@pytest.mark.parametrize("kinds", [("json", "json"), ("json", "string"), ("string", "json")])
def test_an_object_that_comes_twice(kinds: tuple[str, str]) -> None:
    reader = quick_reader(func.ServiceBusMessage)
    assert reader is not None
    for texts in itertools.product(OBJECTS, OBJECTS):
        one, two = map(Datum, texts, kinds)
        sent = {"ApplicationProperties": one, "UserProperties": two}
        agree(func.ServiceBusMessage, reader, sent)


@pytest.mark.parametrize("text", ['{"a": 1, "b": []}', '{"a": 1, "b": {}}', '{"a": 1}'])
def test_two_equal_objects_are_not_one(text: str) -> None:
    reader = quick_reader(func.ServiceBusMessage)
    assert reader is not None
    message = func.ServiceBusMessage._from_source((b"", {}))
    sent = Datum(text, "json")
    reader(message, {"ApplicationProperties": sent, "UserProperties": sent})
    changed = message.application_properties
    for value in [changed, *changed.values()]:
        if isinstance(value, dict):
            value["c"] = 3
        elif isinstance(value, list):
            value.append(3)
    assert message.user_properties == json.loads(text)


@pytest.mark.parametrize("kind", TYPES)
def test_what_hosts_send_is_usual(kind: type[Message]) -> None:
    reader = quick_reader(kind)
    assert reader is not None
    sent = next(iter(recorded(kind._binding).values())).metadata
    assert read(kind, reader, sent) == read(kind, Message._read_each, sent)


def test_the_hundredth_message_is_as_the_first(caplog: pytest.LogCaptureFixture) -> None:
    codec = get_binding_registry().get("serviceBusTrigger")
    assert codec is not None
    body, sent, _ = recorded("serviceBusTrigger")["single"]
    messages = []
    for number in range(100):
        broken = {**sent, "State": Datum("{", "json")} if number % 2 else sent
        message = codec.decode(body, trigger_metadata=broken)
        assert (message.state is None) == bool(number % 2)
        with pytest.raises(AttributeError, match="read-only"):
            message.state = 5
        messages.append(message)
    assert len([record for record in caplog.records if "State" in record.message]) == 50
    assert messages[0] == messages[-2]
    assert messages[1] == messages[-1]


def test_a_class_with_a_reader_of_its_own_has_none() -> None:
    class Own(Message, binding="ownTrigger"):
        number: int | None = field("Number", integer, default=None)
        flag: str | None = field("Flag", lambda value: text(value).upper(), default=None)

    assert quick_reader(Own) is None
    for _ in range(50):
        message = Own._from_source((b"", {"Flag": Datum("a", "string")}))
        assert (message.flag, message.number) == ("A", None)


def test_a_derived_class_keeps_its_own() -> None:
    class Derived(func.QueueMessage):
        __slots__ = ()  # so that it could be made one of the other class

    class More(func.QueueMessage):
        eta: str | None = field("Eta", text, default=None)

    sent = {"Id": Datum("i", "string"), "Eta": Datum("soon", "string")}
    for kind in (func.QueueMessage, Derived, More):
        receive = receiver(kind)
        for _ in range(50):
            message = receive(Datum(b"", "bytes"), sent)
            assert message.id == "i"
            assert type(message) is kind
    assert isinstance(message, More)
    assert message.eta == "soon"


def test_threads_that_read_one_message() -> None:
    codec = get_binding_registry().get("serviceBusTrigger")
    assert codec is not None
    body, sent, _ = recorded("serviceBusTrigger")["single"]
    expected = codec.decode(body, trigger_metadata=sent)
    results: list[bool] = []
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        for _ in range(200):
            message = codec.decode(body, trigger_metadata=sent)
            start = threading.Barrier(3)

            def compare(message: Any = message, start: threading.Barrier = start) -> None:
                start.wait()
                results.append(message.sequence_number is not None and message == expected)

            threads = [threading.Thread(target=compare) for _ in range(3)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
    finally:
        sys.setswitchinterval(interval)
    assert results == [True] * 600
