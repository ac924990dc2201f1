"""The connector trigger: what comes is handed over, what is returned answers it."""

from __future__ import annotations

import datetime
import json
import typing
from typing import Any

import pytest

import azure_functions_lib as func
from azure_functions_lib.errors import (
    DeclarationError,
    UnknownNameError,
    UnsupportedPayloadError,
    UnsupportedValueError,
)
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


@pytest.mark.parametrize("item", [str, bytes, dict])
def test_batches_are_lists(item: type) -> None:
    for annotation in (list[item], typing.List[item], list[item] | None):  # type: ignore[valid-type]  # noqa: UP006
        assert CODEC.check_input_type_annotation(annotation)


@pytest.mark.parametrize("annotation", [list[int], list, tuple, int])
def test_what_no_event_is(annotation: object) -> None:
    assert not CODEC.check_input_type_annotation(annotation)


def declared(**options: Any) -> dict[str, Any]:
    app = func.FunctionApp()

    @app.connector_trigger("event", **options)
    def function(event: list[str]) -> None: ...

    assert app.validate() == []
    bindings = json.loads(app.functions[0].get_function_json())["bindings"]
    return bindings[0]  # type: ignore[no-any-return]


def test_declared_to_poll() -> None:
    assert declared(
        delivery_mode="poll",
        connection="Mail",
        trigger_config_name="%CONFIG%",
        cardinality="many",
        max_batch_size=5,
        max_concurrent_calls=2,
        target_pending_event_threshold=7,
        operation_id="OnNewMail",
    ) == {
        "direction": "IN",
        "type": "connectorTrigger",
        "name": "event",
        "deliveryMode": "Poll",
        "connection": "Mail",
        "triggerConfigName": "%CONFIG%",
        "cardinality": "MANY",
        "maxBatchSize": 5,
        "maxConcurrentCalls": 2,
        "targetPendingEventThreshold": 7,
        "operationId": "OnNewMail",
    }


@pytest.mark.parametrize("mode", ["webhook", "Webhook", func.DeliveryMode.WEBHOOK])
def test_declared_for_posted_events(mode: Any) -> None:
    assert declared(delivery_mode=mode)["deliveryMode"] == "Webhook"


@pytest.mark.parametrize(
    ("given", "missing"),
    [
        ({}, "connection and trigger_config_name"),
        ({"connection": "C"}, "lacks trigger_config_name"),
        ({"trigger_config_name": "T"}, "lacks connection"),
    ],
)
def test_polling_needs_to_know_where(given: dict[str, str], missing: str) -> None:
    for mode in ("poll", func.DeliveryMode.POLL):
        with pytest.raises(DeclarationError, match=missing):
            declared(delivery_mode=mode, **given)


def test_unknown_delivery_mode() -> None:
    with pytest.raises(UnknownNameError, match="DeliveryMode: got 'push'; expected one of POLL"):
        declared(delivery_mode="push")
