"""The payloads recorded in ``tests/events``: what comes is read, what goes is what is sent."""

from __future__ import annotations

import json
from datetime import datetime, timezone
from typing import Any

import pytest

import azure_functions_lib as func
from azure_functions_lib import get_binding_registry
from azure_functions_lib.delivery.recorded import datum_to_json
from azure_functions_lib.wire.datum import Datum

from .bindings.recorded import EVENTS, recorded
from .bindings.test_bad_input import read_completely

BINDINGS = sorted({*get_binding_registry(), "sqlTrigger", "table"})
OUTPUTS = ("eventGrid", "http", "queue", "serviceBus")

_EVENT = func.EventGridOutputEvent(
    id="e1",
    subject="order/17",
    event_type="placed",
    event_time=datetime(2024, 5, 6, 7, 8, 9, tzinfo=timezone.utc),
    data={"order": 17},
    data_version="1.0",
)
_CLOUD_EVENT = func.CloudEvent(
    id="c1", source="/shop", type="placed", specversion="1.0", data=b"\x00\xff"
)
SENT: dict[tuple[str, str], Any] = {
    ("eventGrid", "single"): _EVENT,
    ("eventGrid", "cloud event"): _CLOUD_EVENT,
    ("eventGrid", "batch"): [_EVENT, _CLOUD_EVENT],
    ("http", "text"): "hello",
    ("http", "response"): func.HttpResponse(
        '{"order": 17}',
        status_code=201,
        mimetype="application/json",
        headers=[("Location", "/orders/17"), ("Set-Cookie", "id=5; Path=/; Secure")],
    ),
    ("queue", "single"): "hello",
    ("queue", "binary"): b"\x00\xff",
    ("queue", "message"): func.QueueMessage("hello", id="7"),
    ("queue", "batch"): ["a", func.QueueMessage("b"), {"order": 17}],
    ("serviceBus", "single"): func.ServiceBusMessage("hello").get_body().decode(),
    ("serviceBus", "binary"): func.ServiceBusMessage(b"\x00\xff"),
    ("serviceBus", "batch"): [func.ServiceBusMessage("a"), {"order": 17}],
}


def test_every_binding_has_recorded_payloads() -> None:
    assert [name for name in BINDINGS if not (EVENTS / f"{name}.json").is_file()] == []


@pytest.mark.parametrize("binding", [name for name in BINDINGS if name not in OUTPUTS])
def test_every_payload_is_decoded_and_read(binding: str) -> None:
    codec = get_binding_registry().codec(binding)
    for payload in recorded(binding).values():
        kept = json.dumps(datum_to_json(payload.data)), dict(payload.metadata)
        value = codec.decode(payload.data, trigger_metadata=payload.metadata)
        read_completely(value)
        assert (json.dumps(datum_to_json(payload.data)), dict(payload.metadata)) == kept
        if payload.data is None or binding == "warmupTrigger":
            continue
        assert value is not None
        assert type(codec.decode(payload.data, trigger_metadata=payload.metadata)) is type(value)


@pytest.mark.parametrize("binding", OUTPUTS)
def test_every_output_is_sent_as_recorded(binding: str) -> None:
    payloads = json.loads((EVENTS / f"{binding}.json").read_text(encoding="utf-8"))
    assert {(binding, name) for name in payloads} == {key for key in SENT if key[0] == binding}
    for name, payload in payloads.items():
        sent = get_binding_registry().get(binding).encode(SENT[binding, name], expected_type=None)
        assert _parsed(datum_to_json(sent)) == payload["data"]


def _parsed(data: dict[str, Any]) -> dict[str, Any]:
    """Give a JSON payload as its value, in whatever form its text was written."""
    if data["type"] == "json":
        return {"type": "json", "value": json.loads(data["value"])}
    return data


def test_recorded_batches_are_decoded_as_lists() -> None:
    for binding in ("eventHubTrigger", "kafkaTrigger", "serviceBusTrigger"):
        payload = recorded(binding)["batch"]
        assert isinstance(payload.data, Datum)
        codec = get_binding_registry().get(binding)
        events = codec.decode(payload.data, trigger_metadata=payload.metadata)
        assert len(events) > 1
        assert len({event.get_body() for event in events}) > 1
