"""The datum, and decoding by duck type: a worker brings its own class."""

from __future__ import annotations

from collections.abc import MutableSequence
from typing import Any, NamedTuple

import pytest

from azure_functions_lib import get_binding_registry
from azure_functions_lib.meta import Datum
from tests.strategies import bomb, collection


class WorkerDatum:
    """A datum class as a worker has it."""

    def __init__(self, value: Any, type: str | None) -> None:
        self.value = value
        self.type = type


class NamedDatum(NamedTuple):
    value: Any
    type: str | None


class RepeatedField(MutableSequence[Any]):
    """A repeated field as protobuf has it: a sequence, but no list."""

    def __init__(self, items: list[Any]) -> None:
        self._items = items

    def __getitem__(self, index: Any) -> Any:
        return self._items[index]

    def __setitem__(self, index: Any, value: Any) -> None:
        raise TypeError

    def __delitem__(self, index: Any) -> None:
        raise TypeError

    def __len__(self) -> int:
        return len(self._items)

    def insert(self, index: int, value: Any) -> None:
        raise TypeError


@pytest.mark.parametrize("kind", [Datum, WorkerDatum, NamedDatum])
def test_any_class_with_value_and_type_is_decoded(kind: Any) -> None:
    codec = get_binding_registry().get("queueTrigger")
    assert codec is not None
    message = codec.decode(
        kind("text", "string"),
        trigger_metadata={"Id": kind("a", "string"), "DequeueCount": kind("3", "json")},
    )
    assert (message.get_body(), message.id, message.dequeue_count) == (b"text", "a", 3)
    assert dict(message.metadata) == {"Id": "a", "DequeueCount": 3}


@pytest.mark.parametrize(
    ("datum", "expected"),
    [
        (Datum("text", "string"), "text"),
        (Datum(b"x", "bytes"), b"x"),
        (Datum('{"a": [1, null]}', "json"), {"a": [1, None]}),
        (Datum(5, "int"), 5),
        (Datum(0.5, "double"), 0.5),
        (Datum(None, None), None),
        (Datum("x", None), None),
        (Datum(None, "json"), None),
        (collection("string", ["a"]), ["a"]),
        (collection("bytes", RepeatedField([b"a", b"b"])), [b"a", b"b"]),
        (collection("sint64", (1, 2)), [1, 2]),
        (collection("double", [0.5]), [0.5]),
        (Datum(["plain", "list"], "collection_string"), ["plain", "list"]),
    ],
)
def test_python_value(datum: Datum, expected: Any) -> None:
    assert datum.python_value == expected
    assert datum.python_type is type(expected)


@pytest.mark.parametrize(
    "datum",
    [
        Datum("{", "json"),
        Datum(bomb(), "json"),
        Datum({}, "json"),
        Datum(5, "collection_string"),
        Datum("text", "collection_string"),
        Datum(b"x", "collection_bytes"),
        Datum({"string": []}, "collection_string"),
    ],
)
def test_python_value_of_a_broken_datum(datum: Datum) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the JSON parser's own texts
        _ = datum.python_value


def test_equality_hash_and_repr() -> None:
    assert Datum("a", "string") == Datum("a", "string")
    assert Datum("a", "string") != Datum("a", "json")
    assert Datum("a", "string") != Datum("b", "string")
    assert Datum("a", "string") != WorkerDatum("a", "string")
    assert len({Datum("a", "string"), Datum("a", "string")}) == 1
    with pytest.raises(TypeError):
        hash(Datum([], "json"))
    assert repr(Datum("a", "string")) == "<Datum string 'a'>"
    assert repr(Datum("a" * 50, "string")) == "<Datum string 'aaaaaaaaa...>"


def test_R2_metadata_of_wire_types_that_workers_lack() -> None:
    codec = get_binding_registry().codec("queueTrigger")
    message = codec.decode(
        Datum("body", "string"),
        trigger_metadata={
            "DequeueCount": Datum(3, "int"),
            "Ratio": Datum(0.5, "double"),
            "Ratios": collection("double", [0.5, 1.5]),
            "Content": Datum(b"x", "stream"),
        },
    )
    assert message.dequeue_count == 3
    assert dict(message.metadata) == {
        "DequeueCount": 3,
        "Ratio": 0.5,
        "Ratios": [0.5, 1.5],
        "Content": b"x",
    }


@pytest.mark.parametrize(("value", "kind"), [(5, "int"), (0.5, "double")])
def test_R2_numbers_come_to_bindings_without_a_type(value: Any, kind: str) -> None:
    codec = get_binding_registry().codec("somebodysTrigger")
    assert codec.decode(Datum(value, kind), trigger_metadata=None) == value
