"""The connector trigger: what comes is handed over, what is returned answers it."""

from __future__ import annotations

import datetime
import json
from typing import Any

import pytest

from azure_functions_lib.errors import UnsupportedPayloadError, UnsupportedValueError
from azure_functions_lib.meta import Datum, get_binding_registry

from .recorded import recorded

CODEC = get_binding_registry().codec("connectorTrigger")


def test_recorded_payloads() -> None:
    payloads = recorded("connectorTrigger")
    text = CODEC.decode(payloads["single"].data, trigger_metadata=None)
    assert json.loads(text) == {"body": {"id": "m1", "subject": "hello"}}
    assert CODEC.decode(payloads["batch"].data, trigger_metadata=None) == ["a", "b"]


def test_no_payload_is_refused() -> None:
    with pytest.raises(UnsupportedPayloadError, match="connectorTrigger"):
        CODEC.decode(None, trigger_metadata=None)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({"x": [True, None]}, '{"x": [true, null]}'),
        ([1, "a"], '[1, "a"]'),
        (True, "true"),
        (1.5, "1.5"),
        ({"at": datetime.date(2020, 1, 2)}, '{"at": "2020-01-02"}'),
    ],
)
def test_M3_values_are_sent_as_json_text(value: Any, text: str) -> None:
    assert CODEC.encode(value) == Datum(text, "string")


def test_text_bytes_and_nothing_are_sent_as_they_are() -> None:
    assert CODEC.encode("x") == Datum("x", "string")
    assert CODEC.encode(None) == Datum("", "string")
    for value in (b"x", bytearray(b"x"), memoryview(b"x")):
        assert CODEC.encode(value) == Datum(b"x", "bytes")


def test_value_without_json_form_raises() -> None:
    nested: list[Any] = []
    nested.append(nested)
    for value in (object(), nested, {(1, 2): 3}):
        with pytest.raises(UnsupportedValueError, match="connectorTrigger"):
            CODEC.encode(value)


def test_return_value_answers_the_trigger() -> None:
    assert CODEC.has_implicit_output()
    assert CODEC.has_trigger_support()
