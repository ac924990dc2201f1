"""``azfl event``: a payload to edit for every kind of trigger."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from azure_functions_lib.bindings import get_binding_registry
from azure_functions_lib.delivery.events import KINDS
from azure_functions_lib.delivery.recorded import RecordedPayload, loads
from azure_functions_lib.wire.datum import Datum
from azure_functions_lib.wire.jsontext import dump_json

from .conftest import Azfl

TRIGGERS = [name for name in get_binding_registry() if name.endswith("Trigger")]


def test_the_list_of_kinds(azfl: Azfl) -> None:
    assert azfl("event", "--list").stdout.split() == list(KINDS)


@pytest.mark.parametrize("kind", [*KINDS, "service_bus", *TRIGGERS, "daprTopicTrigger"])
def test_each_kind_and_each_type_of_trigger_has_a_payload(azfl: Azfl, kind: str) -> None:
    result = azfl("event", kind)
    assert result.exit_code == 0, result.stderr
    assert loads(result.stdout).data is not None


@pytest.mark.parametrize(
    ("kind", "listed"),
    [
        ("serviceBusTrigger", "service-bus"),
        ("cosmosDBTrigger", "cosmos-db"),
        ("x-Trigger", "generic"),
    ],
)
def test_the_kind_of_a_trigger(azfl: Azfl, kind: str, listed: str) -> None:
    assert azfl("event", kind).stdout == azfl("event", listed).stdout


@pytest.mark.parametrize("kind", [[], ["nothing"], ["queues"]])
def test_what_is_no_kind(azfl: Azfl, kind: list[str]) -> None:
    result = azfl("event", *kind)
    assert result.exit_code == 2
    assert "There are: activity, blob" in result.stderr


def event(azfl: Azfl, *arguments: str) -> RecordedPayload:
    result = azfl("event", *arguments)
    assert result.exit_code == 0, result.stderr
    return loads(result.stdout)


@pytest.mark.parametrize("kind", ["queue", "service-bus", "event-hub", "kafka"])
def test_message_is_json_unless_it_is_given(azfl: Azfl, kind: str) -> None:
    assert event(azfl, kind).data == Datum(dump_json({"number": 1}), "string")
    assert event(azfl, kind, "--data", '{"a":  1}').data == Datum('{"a":  1}', "string")
    assert event(azfl, kind, "--data", "some text").data == Datum("some text", "string")


@pytest.mark.parametrize("kind", ["service-bus-batch", "event-hub-batch", "kafka-batch"])
def test_messages_of_a_batch_are_json_unless_they_are_given(azfl: Azfl, kind: str) -> None:
    made = event(azfl, kind).data
    assert made is not None
    assert made.value.string == [dump_json({"number": 1}), dump_json({"number": 2})]
    made = event(azfl, kind, "--data", '[{"a": 1}, "b", 3]').data
    assert made is not None
    assert made.value.string == [dump_json({"a": 1}), "b", "3"]


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["event-grid", "-d", '{"a": 1}'], {"data": {"a": 1}}),
        (["event-grid", "--set", "subject=/x"], {"subject": "/x"}),
        (["cloud-event", "-d", "text", "--set", "subject=/x"], {"data": "text", "subject": "/x"}),
        (["mcp-tool", "-d", '{"city": "Rome"}'], {"arguments": {"city": "Rome"}}),
        (["mcp-tool", "--set", "name=weather"], {"name": "weather"}),
        (["mcp-resource", "-d", "a://b"], {"uri": "a://b"}),
        (["timer", "--set", "past_due=true"], {"IsPastDue": True}),
        (["orchestration", "-d", '{"a": 1}'], {"input": dump_json({"a": 1})}),
    ],
)
def test_data_and_fields(azfl: Azfl, arguments: list[str], expected: dict[str, Any]) -> None:
    data = event(azfl, *arguments).data
    assert data is not None
    document = json.loads(data.value)
    assert {name: document[name] for name in expected} == expected


def test_fields_of_messages_and_their_metadata(azfl: Azfl) -> None:
    made = event(azfl, "queue", "--set", "dequeue_count=3", "--set", "Id=x", "--set", "Own=[1]")
    assert made.metadata["DequeueCount"] == Datum("3", "json")
    assert made.metadata["Id"] == Datum("x", "string")
    assert made.metadata["Own"] == Datum("[1]", "json")


def test_data_that_is_no_text(azfl: Azfl, tmp_path: Path) -> None:
    (tmp_path / "content").write_bytes(b"\xff\x00")
    arguments = ("-d", f"@{tmp_path / 'content'}", "--set", "name=stock/7.bin")
    made = event(azfl, "blob", *arguments)
    assert made.data == Datum(b"\xff\x00", "bytes")
    assert made.metadata["BlobTrigger"] == Datum("stock/7.bin", "string")


def test_request(azfl: Azfl) -> None:
    made = event(azfl, "http", "-d", "x", "--set", "method=POST", "--set", "url=/api/orders").data
    assert made is not None
    assert (made.value["method"].value, made.value["body"].value) == ("POST", b"x")
    assert made.value["url"].value == "http://localhost:7071/api/orders"


@pytest.mark.parametrize(
    ("arguments", "cause"),
    [
        (["timer", "-d", "5"], "no event timer can be made: it takes no --data"),
        (["warmup", "-d", "5"], "it takes no --data"),
        (["sql", "-d", "5"], "got changes=int 5, of which it cannot be made"),
        (["event-grid", "--set", "nothing=1"], "it has no field 'nothing'; it has: data, id"),
        (["queue", "--set", "nothing=1"], "QueueMessage has no field 'nothing'"),
        (["queue", "--set", "dequeue_count=many"], "expected a whole number"),
        (["queue", "--set", "dequeue_count"], "Error: "),
    ],
)
def test_what_cannot_be_made(azfl: Azfl, arguments: list[str], cause: str) -> None:
    result = azfl("event", *arguments)
    assert result.exit_code == 2
    assert cause in result.stderr
