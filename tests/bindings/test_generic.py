"""The generic codec: binding types that have no type of their own."""

from __future__ import annotations

import json
from typing import Any

import pytest

from azure_functions_lib import get_binding_registry
from azure_functions_lib.errors import InvalidPayloadError, UnsupportedValueError
from azure_functions_lib.meta import Datum
from tests.strategies import collection

BINDING = "somebodysBinding"


def codec() -> Any:
    return get_binding_registry().codec(BINDING)


def test_a_worker_does_not_find_it_by_name() -> None:
    assert get_binding_registry().get(BINDING) is None
    assert get_binding_registry().get("generic") is None


@pytest.mark.parametrize(
    ("datum", "expected"),
    [
        (None, None),
        (Datum(None, None), None),
        (Datum("text", "string"), "text"),
        (Datum(b"x", "bytes"), b"x"),
        (Datum('{"a": 1}', "json"), '{"a": 1}'),
    ],
)
def test_payloads_come_as_they_are(datum: Any, expected: Any) -> None:
    assert codec().decode(datum, trigger_metadata=None) == expected


def test_other_payloads_are_refused_under_the_name_of_the_binding() -> None:
    with pytest.raises(InvalidPayloadError, match=rf"{BINDING}: body: got .*; expected") as info:
        codec().decode(collection("string", ["a"]), trigger_metadata=None)
    assert info.value.binding == BINDING


@pytest.mark.parametrize(
    ("value", "kind", "expected"),
    [
        ("text", "string", "text"),
        (b"x", "bytes", b"x"),
        (bytearray(b"x"), "bytes", b"x"),
        ({"a": 1}, "json", {"a": 1}),
        ([1, 2], "json", [1, 2]),
        (5, "json", 5),
        (1.5, "json", 1.5),
    ],
)
def test_values_are_sent(value: Any, kind: str, expected: Any) -> None:
    datum = codec().encode(value)
    assert datum.type == kind
    assert (json.loads(datum.value) if kind == "json" else datum.value) == expected


def test_R1_true_is_json() -> None:
    assert codec().encode(True) == Datum("true", "json")


def test_none_is_no_value() -> None:
    assert codec().encode(None) == Datum(None, None)


def test_what_cannot_be_sent() -> None:
    with pytest.raises(UnsupportedValueError, match=rf"{BINDING}: value: got .*; expected"):
        codec().encode(object())


def test_annotations() -> None:
    for annotation in (str, bytes, str | None):
        assert codec().check_input_type_annotation(annotation)
        assert codec().check_output_type_annotation(annotation)
    assert codec().check_output_type_annotation(bytearray)
    assert not codec().check_input_type_annotation(int)


def test_worker_questions() -> None:
    registry = get_binding_registry()
    assert not codec().has_trigger_support()
    assert not registry.codec("somebodysTrigger").has_trigger_support()
    assert codec().has_implicit_output()
