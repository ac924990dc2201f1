"""What every message type is: read-only, equal by value, copyable, and open to subclasses."""

from __future__ import annotations

import copy
import inspect
import json
import linecache
import pickle
import sys
import threading
from datetime import datetime, timezone
from typing import Any

import pytest

import azure_functions_lib as func
from azure_functions_lib import QueueMessage, TimerRequest, get_binding_registry
from azure_functions_lib.meta import Datum
from azure_functions_lib.wire.bulk import maker
from azure_functions_lib.wire.fields import Record, field
from azure_functions_lib.wire.scalars import integer, text
from tests.bindings.recorded import recorded
from tests.strategies import bomb

TIME = datetime(2020, 1, 31, 23, 59, 58, tzinfo=timezone.utc)
FIELDS: dict[str, Any] = {
    "id": "i",
    "dequeue_count": 2,
    "expiration_time": TIME,
    "insertion_time": TIME,
    "time_next_visible": TIME,
    "pop_receipt": "receipt",
}


def record_types() -> list[type[Record]]:
    for name in func.__all__:
        try:
            getattr(func, name)
        except ImportError:
            continue
    found: list[type[Record]] = []
    waiting: list[type[Record]] = [Record]
    while waiting:
        waiting += (kind := waiting.pop()).__subclasses__()
        if kind._fields and kind.__module__.startswith("azure_functions_lib.bindings"):
            found.append(kind)
    return sorted(set(found), key=lambda kind: kind.__name__)


def from_wire() -> QueueMessage:
    codec = get_binding_registry().get("queueTrigger")
    assert codec is not None
    time = Datum("2020-01-31T23:59:58Z", "string")
    message = codec.decode(
        Datum("body", "string"),
        trigger_metadata={
            "Id": Datum("i", "string"),
            "DequeueCount": Datum("2", "json"),
            "ExpirationTime": time,
            "InsertionTime": time,
            "NextVisibleTime": time,
            "PopReceipt": Datum("receipt", "string"),
        },
    )
    assert isinstance(message, QueueMessage)
    return message


def test_a_test_builds_what_the_wire_delivers() -> None:
    assert QueueMessage(b"body", **FIELDS) == from_wire()
    assert QueueMessage(body="body", **FIELDS) == from_wire()
    assert hash(QueueMessage(b"body", **FIELDS)) == hash(from_wire())


@pytest.mark.parametrize("name", [*FIELDS, "body"])
def test_every_field_counts_in_equality(name: str) -> None:
    values = {"body": b"body", **FIELDS}
    del values[name]
    assert QueueMessage(**values) != QueueMessage(b"body", **FIELDS)
    assert QueueMessage(b"body") != b"body"


@pytest.mark.parametrize("kind", record_types(), ids=lambda kind: kind.__name__)
def test_fields_are_read_only_and_slotted(kind: type[Record]) -> None:
    record = kind.__new__(kind)
    for name in kind._fields:
        with pytest.raises(AttributeError, match="read-only"):
            setattr(record, name, None)
        with pytest.raises(AttributeError, match="read-only"):
            delattr(record, name)
    assert not hasattr(record, "__dict__")
    with pytest.raises(AttributeError):
        record.unheard_of = 1  # type: ignore[attr-defined]


@pytest.mark.parametrize("kind", record_types(), ids=lambda kind: kind.__name__)
def test_the_signature_is_the_constructor(kind: type[Record]) -> None:
    signature = inspect.signature(kind)
    if any(p.kind is p.VAR_KEYWORD for p in signature.parameters.values()):
        assert kind is func.CloudEvent, "it takes any extension attribute by keyword"
        return
    assert set(kind._parameters) <= set(signature.parameters)
    required = {
        name: "2020-01-31"  # text, and a time
        for name, parameter in signature.parameters.items()
        if parameter.default is parameter.empty
    }
    kind(**required)
    for name in required:
        with pytest.raises(TypeError):
            kind(**{key: value for key, value in required.items() if key != name})


def test_unknown_and_surplus_arguments_are_refused() -> None:
    with pytest.raises(TypeError, match="no field 'unheard_of'"):
        QueueMessage(unheard_of=1)  # type: ignore[call-arg]
    with pytest.raises(TypeError, match="by position"):
        QueueMessage(b"a", b"b")  # type: ignore[misc]
    with pytest.raises(TypeError, match="by position"):
        TimerRequest(True)  # type: ignore[misc]


@pytest.mark.parametrize(
    "copied", [copy.copy, copy.deepcopy, lambda m: pickle.loads(pickle.dumps(m))]
)
@pytest.mark.parametrize("make", [from_wire, lambda: QueueMessage(b"body", **FIELDS)])
def test_copies_are_equal(make: Any, copied: Any) -> None:
    message = make()
    other = copied(message)
    assert type(other) is QueueMessage
    assert other == message
    assert other.get_body() == b"body"
    assert other.metadata == message.metadata


class Tenant(QueueMessage):
    """What a user derives: attributes, methods and a constructor of its own."""

    def __init__(self, body: bytes, tenant: str, **values: Any) -> None:
        super().__init__(body, **values)
        self.tenant = tenant

    def shout(self) -> str:
        return self.tenant.upper()


class Slotted(QueueMessage):
    __slots__ = ("tenant",)

    def __init__(self, tenant: str) -> None:
        self.tenant = tenant


class Extended(QueueMessage):
    tenant: str | None = field("Tenant", text, default=None, shown=True)
    count: int = field("Count", integer, default=0)


def test_a_subclass_with_attributes_and_methods() -> None:
    message = Tenant(b"body", "me", **FIELDS)
    assert message.shout() == "ME"
    assert message.id == "i"
    assert message != QueueMessage(b"body", **FIELDS)
    assert list(inspect.signature(Tenant).parameters) == ["body", "tenant", "values"]
    message.tenant = "you"
    for other in (copy.deepcopy(message), pickle.loads(pickle.dumps(message))):
        assert type(other) is Tenant
        assert other == message
        assert other.tenant == "you"


def test_a_subclass_whose_constructor_calls_no_other() -> None:
    message = Slotted("me")
    assert message.id is None
    assert message.get_body() == b""
    assert message.metadata is None
    assert pickle.loads(pickle.dumps(message)).tenant == "me"
    assert "QueueMessage" in repr(message)


def test_a_subclass_with_fields() -> None:
    message = Extended(b"body", tenant="me", count="3", id="i")  # type: ignore[arg-type]
    assert (message.tenant, message.count, message.id) == ("me", 3, "i")
    assert "tenant=me" in repr(message)
    assert message.to_dict()["count"] == 3
    assert pickle.loads(pickle.dumps(message)) == message
    with pytest.raises(AttributeError, match="read-only"):
        message.count = 4  # type: ignore[misc]


class Broken(QueueMessage):
    @property
    def id(self) -> str:  # type: ignore[override]
        raise AttributeError("broken")


def test_a_property_that_fails_does_not_recurse() -> None:
    assert Broken(b"body", dequeue_count=1).dequeue_count == 1
    assert Broken(b"body").id is None


def test_repr_hides_body_and_receipt() -> None:
    text = repr(QueueMessage(b"secret body", pop_receipt="secret receipt", id="i", dequeue_count=2))
    assert "secret" not in text
    assert "id=i" in text
    assert "dequeue_count=2" in text


def test_to_dict_and_to_json() -> None:
    message = QueueMessage(b"\xff", id="i", insertion_time=TIME)
    expected = {
        "body": {"__encoding": "base64", "value": "/w=="},
        "id": "i",
        "dequeue_count": None,
        "expiration_time": None,
        "insertion_time": "2020-01-31T23:59:58+00:00",
        "time_next_visible": None,
        "pop_receipt": None,
    }
    assert message.to_dict() == expected
    assert json.loads(message.to_json()) == expected


@pytest.mark.parametrize("body", [bomb().encode(), b'{"a":' * 100_000, b"\xff\xfe", b"", b"{"])
def test_get_json_of_no_json(body: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the JSON parser's own texts
        QueueMessage(body).get_json()


def test_metadata_is_a_dict_of_the_message() -> None:
    message = from_wire()
    metadata = message.metadata
    assert type(metadata) is dict
    assert metadata is message.metadata
    assert json.loads(json.dumps(metadata))["DequeueCount"] == 2
    assert "'PopReceipt': 'receipt'" in repr(metadata)
    assert (metadata | {"More": 1}).keys() == {*metadata.copy(), "More"}
    metadata["Id"] = "other"
    assert message.metadata["Id"] == "other"
    assert message.id == "i"


BATCHES = {
    "serviceBusTrigger": {
        "UserPropertiesArray": '[{"a": 1}, {"a": 2}]',
        "MessageIdArray": '["m1", "m2"]',
        "Client": '{"IsClosed": false}',
        "OtherArray": "[1, 2, 3]",
    },
    "eventHubTrigger": {
        "SystemPropertiesArray": '[{"Offset": 1}, {"Offset": 2}]',
        "PartitionContext": '{"PartitionId": "0"}',
    },
    "kafkaTrigger": {"OffsetArray": "[1, 2]", "KeyArray": '["k1", "k2"]', "Other": "[1]"},
}


def batch(binding: str) -> tuple[list[Any], dict[str, str]]:
    sent = BATCHES[binding]
    codec = get_binding_registry().get(binding)
    assert codec is not None
    return codec.decode(
        Datum([b"a", b"b"], "collection_bytes"),
        trigger_metadata={name: Datum(value, "json") for name, value in sent.items()},
    ), sent


@pytest.mark.parametrize("binding", BATCHES)
def test_the_metadata_of_a_batch_is_that_of_all_its_messages(binding: str) -> None:
    messages, sent = batch(binding)
    raw = binding == "kafkaTrigger"  # its values are not converted
    for message in messages:
        whole = sent if raw else {name: json.loads(value) for name, value in sent.items()}
        assert json.loads(json.dumps(message.metadata)) == whole
    messages[0].metadata["Mine"] = 1
    assert "Mine" not in messages[1].metadata


@pytest.mark.parametrize("copied", [copy.copy, lambda m: pickle.loads(pickle.dumps(m))])
@pytest.mark.parametrize("binding", BATCHES)
def test_a_copy_of_one_message_has_its_own_entries_of_the_metadata(
    binding: str, copied: Any
) -> None:
    messages, sent = batch(binding)
    for place, message in enumerate(messages):
        metadata = copied(message).metadata
        for name, value in sent.items():
            found = json.loads(metadata[name]) if binding == "kafkaTrigger" else metadata[name]
            whole = json.loads(value)
            shared = name == "OtherArray" or not name.endswith("Array")
            assert found == (whole if shared else [whole[place]])
        assert copied(copied(message)).metadata == metadata


def test_what_a_function_adds_to_the_metadata_is_copied_too() -> None:
    (message, _), _ = batch("serviceBusTrigger")
    message.metadata["MessageIdArray"] = ["changed", "changed"]
    message.metadata["Mine"] = 1
    del message.metadata["Client"]
    assert pickle.loads(pickle.dumps(message)).metadata == {
        "UserPropertiesArray": [{"a": 1}],
        "MessageIdArray": ["changed", "changed"],
        "OtherArray": [1, 2, 3],
        "Mine": 1,
    }


def test_pickles_of_a_batch_grow_with_its_number() -> None:
    count = 500
    codec = get_binding_registry().get("eventHubTrigger")
    assert codec is not None
    system = json.dumps([{"Offset": number, "PartitionKey": "key"} for number in range(count)])
    events = codec.decode(
        Datum([b"body"] * count, "collection_bytes"),
        trigger_metadata={"SystemPropertiesArray": Datum(system, "json")},
    )
    sizes = [len(pickle.dumps(event)) for event in events]
    assert max(sizes) < 1000
    assert pickle.loads(pickle.dumps(events[7])).metadata == {
        "SystemPropertiesArray": [{"Offset": 7, "PartitionKey": "key"}]
    }


def test_C7_metadata_with_an_entry_that_is_none() -> None:
    codec = get_binding_registry().get("queueTrigger")
    assert codec is not None
    message = codec.decode(
        Datum("x", "string"), trigger_metadata={"Id": None, "A": Datum("{", "json")}
    )
    assert dict(message.metadata) == {"Id": None, "A": "{"}
    assert message.id is None


@pytest.mark.parametrize("body", [b"x", "x", bytearray(b"x"), memoryview(b"x")])
def test_any_body_is_bytes(body: Any) -> None:
    assert QueueMessage(body).get_body() == b"x"
    assert type(QueueMessage(body).get_body()) is bytes
    assert QueueMessage().get_body() == b""
    assert QueueMessage(None).get_body() == b""


@pytest.mark.parametrize(
    ("binding", "kind", "metadata"),
    [
        ("serviceBusTrigger", func.ServiceBusMessage, {"UserPropertiesArray": "[{}, {}]"}),
        ("eventHubTrigger", func.EventHubEvent, {"SystemPropertiesArray": "[{}, {}]"}),
        ("kafkaTrigger", func.KafkaEvent, {"OffsetArray": "[1, 2]"}),
        ("eventHub", func.EventHubEvent, {}),
        ("kafka", func.KafkaEvent, {}),
    ],
)
def test_messages_of_a_batch_are_as_constructed_ones(
    binding: str, kind: type[Any], metadata: dict[str, str]
) -> None:
    codec = get_binding_registry().get(binding)
    assert codec is not None
    messages = codec.decode(
        Datum([b"a", b"b"], "collection_bytes"),
        trigger_metadata={name: Datum(value, "json") for name, value in metadata.items()},
    )
    for message, body in zip(messages, (b"a", b"b"), strict=True):
        assert type(message) is kind
        assert message.get_body() == body
        for name in kind._fields:
            with pytest.raises(AttributeError, match="read-only"):
                setattr(message, name, None)
            with pytest.raises(AttributeError, match="read-only"):
                delattr(message, name)
        assert not hasattr(message, "__dict__")
        assert pickle.loads(pickle.dumps(message)) == message == copy.deepcopy(message)


def test_code_made_from_text_can_be_read_in_tracebacks() -> None:
    messages, _ = batch("kafkaTrigger")
    assert messages
    code = maker(func.KafkaEvent).__code__
    assert "KafkaEvent" in code.co_filename
    assert "record.partition = partition" in "".join(linecache.getlines(code.co_filename))
    linecache.checkcache()
    assert linecache.getlines(code.co_filename)


@pytest.mark.parametrize("order", [1, -1])
def test_a_field_keeps_the_value_that_was_read_first(
    order: int, caplog: pytest.LogCaptureFixture
) -> None:
    body, sent, *_ = recorded("serviceBusTrigger")["single"]
    codec = get_binding_registry().get("serviceBusTrigger")
    assert codec is not None
    message = codec.decode(
        body, trigger_metadata={**sent, "State": Datum("{", "json"), "To": Datum("{", "json")}
    )
    assert message.state is None
    message.user_properties["mine"] = 1
    names = [name for name in type(message)._fields if not name.startswith("_")][::order]
    values = {name: getattr(message, name) for name in names}
    assert message.user_properties["mine"] == 1
    assert "mine" not in message.application_properties
    assert all(getattr(message, name) is value for name, value in values.items())
    assert sum("metadata State" in record.message for record in caplog.records) == 1
    assert sum("metadata To" in record.message for record in caplog.records) == 1


def test_threads_that_read_one_message() -> None:
    codec = get_binding_registry().get("serviceBusTrigger")
    assert codec is not None
    body, sent, *_ = recorded("serviceBusTrigger")["single"]
    expected = codec.decode(body, trigger_metadata=sent)
    results: list[bool] = []
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        for _ in range(100):
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
    assert results == [True] * 300


@pytest.mark.parametrize("body", ["text", "naïve", b"\xff", bytearray(b"text")])
def test_body_is_bytes_each_time_it_is_read(body: Any) -> None:
    codec = get_binding_registry().get("queueTrigger")
    assert codec is not None
    message = codec.decode(Datum(body, "string"), trigger_metadata={"Id": Datum("i", "string")})
    expected = body.encode() if isinstance(body, str) else bytes(body)
    for _ in range(2):
        assert type(message.get_body()) is bytes
        assert message.get_body() == expected
        assert message.id == "i"
    assert message == QueueMessage(expected, id="i")
    assert pickle.loads(pickle.dumps(message)).get_body() == expected
