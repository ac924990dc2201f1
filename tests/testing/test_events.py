"""Payloads that builders make, and files of them."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

import azure_functions_lib as func
from azure_functions_lib.cli.app import cli
from azure_functions_lib.delivery.recorded import datum_to_json, dumps, loads
from azure_functions_lib.errors import InvalidPayloadError, InvalidValueError, InvocationError
from azure_functions_lib.meta import Datum
from azure_functions_lib.testing import TestClient, events


def metadata(payload: events.RecordedPayload) -> dict[str, Any]:
    return {name: datum_to_json(datum) for name, datum in payload.metadata.items()}


@pytest.mark.parametrize("kind", events.KINDS)
def test_payloads_survive_a_file(kind: str, tmp_path: Path) -> None:
    payload = events.KINDS[kind]()
    events.dump(payload, tmp_path / "payload.json")
    read = events.load(tmp_path / "payload.json")
    assert dumps(read) == dumps(payload)
    assert payload.data is not None


@pytest.mark.parametrize("kind", events.KINDS)
def test_they_hold_nothing_of_sys_which_the_host_keeps_for_expressions(kind: str) -> None:
    assert "sys" not in events.KINDS[kind]().metadata


def test_a_file_that_holds_no_payload(tmp_path: Path) -> None:
    (tmp_path / "payload.json").write_text("[]")
    with pytest.raises(InvalidPayloadError):
        events.load(tmp_path / "payload.json")


@pytest.mark.parametrize("kind", events.KINDS)
def test_azfl_event_prints_them(kind: str) -> None:
    result = CliRunner().invoke(cli, ["event", kind])
    assert result.exit_code == 0
    printed, made = loads(result.stdout), events.KINDS[kind]()
    assert (printed.event, printed.metadata.keys()) == (
        made.event,
        # The bodies of messages are JSON there, whose properties are metadata too.
        made.metadata.keys() | (printed.metadata.keys() & {"number"}),
    )


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("service_bus_batch", "service-bus-batch"),
        ("serviceBusTrigger", "service-bus"),
        ("cosmosDBTrigger", "cosmos-db"),
        ("mcpToolTrigger", "mcp-tool"),
        ("queueTrigger", "queue"),
        ("HTTP", "http"),
    ],
)
def test_azfl_event_takes_other_spellings(name: str, kind: str) -> None:
    result = CliRunner().invoke(cli, ["event", name])
    assert loads(result.stdout) == loads(CliRunner().invoke(cli, ["event", kind]).stdout)


def test_azfl_event_names_the_kinds() -> None:
    assert CliRunner().invoke(cli, ["event", "--list"]).stdout.split() == list(events.KINDS)
    for arguments in (["event"], ["event", "none"]):
        result = CliRunner().invoke(cli, arguments)
        assert result.exit_code == 2
        assert "service-bus-batch" in result.output


def test_azfl_invoke_takes_them(tmp_path: Path) -> None:
    (tmp_path / "function_app.py").write_text(
        "import azure_functions_lib as func\n"
        "app = func.FunctionApp()\n"
        "@app.queue_trigger('msg', 'q', 'C')\n"
        "@app.queue_output('$return', 'p', 'C')\n"
        "def work(msg: func.QueueMessage) -> str:\n"
        "    return f'{msg.get_body().decode()} {msg.dequeue_count}'\n"
    )
    events.dump(events.queue("text", dequeue_count=3), tmp_path / "payload.json")
    path = str(tmp_path / "payload.json")
    result = CliRunner().invoke(cli, ["invoke", str(tmp_path), "work", "--payload", path])
    assert "text 3" in result.stdout


def test_values_travel_as_the_host_sends_them() -> None:
    payload = events.service_bus(
        {"order": 17, "express": True, "lines": [1], "due": "2024-05-06T07:08:09Z", "none": None},
        delivery_count=2,
        enqueued_time_utc=datetime(2024, 5, 6, 9, 8, 9, tzinfo=timezone(timedelta(hours=2))),
        time_to_live=timedelta(days=-1, seconds=1, microseconds=5),
        metadata={"Own": 1},
    )
    wire = metadata(payload)
    assert wire["DeliveryCount"] == {"type": "json", "value": "2"}
    assert wire["EnqueuedTimeUtc"] == {"type": "json", "value": '"2024-05-06T07:08:09Z"'}
    assert wire["TimeToLive"] == {"type": "json", "value": '"-23:59:58.9999950"'}
    assert wire["MessageId"]["type"] == "string"
    assert wire["SessionId"] is None
    assert wire["Own"] == {"type": "json", "value": "1"}
    # Properties of a JSON body, as text.
    assert wire["order"] == {"type": "string", "value": "17"}
    assert wire["express"] == {"type": "string", "value": "True"}
    assert wire["due"] == {"type": "string", "value": "05/06/2024 07:08:09"}
    assert not {"lines", "none"} & wire.keys()


@pytest.mark.parametrize("body", ["{broken", "[1]", "text", "", b"\xff"])
def test_other_bodies_add_nothing_to_the_metadata(body: str | bytes) -> None:
    known = events.queue().metadata.keys()
    # The text of what is none is not among it.
    expected = known if isinstance(body, str) else known - {"QueueTrigger"}
    assert events.queue(body).metadata.keys() == expected


def test_batches_travel_as_the_host_sends_them() -> None:
    payload = events.service_bus_batch(
        [func.ServiceBusMessage("a", session_id="s"), func.ServiceBusMessage("b")]
    )
    wire = metadata(payload)
    assert datum_to_json(payload.data) == {"type": "collection_string", "value": ["a", "b"]}
    # The host leaves out texts that are empty.
    assert wire["SessionIdArray"] == {"type": "collection_string", "value": ["s"]}
    assert wire["SequenceNumberArray"] == {"type": "collection_sint64", "value": [1, 2]}
    assert wire["DeliveryCountArray"]["type"] == "json"
    assert json.loads(wire["UserPropertiesArray"]["value"]) == [{}, {}]
    binary = events.event_hub_batch([b"\xff", "b"])
    assert datum_to_json(binary.data)["type"] == "collection_bytes"


def test_messages_can_be_changed() -> None:
    message = func.QueueMessage("x", id="m", dequeue_count=1)
    wire = metadata(events.queue(message, dequeue_count=5))
    assert wire["DequeueCount"]["value"] == "5"
    assert wire["Id"]["value"] == "m"


def test_fields_that_are_none() -> None:
    with pytest.raises(TypeError, match="no field 'count'"):
        events.queue("x", count=1)
    with pytest.raises(InvalidValueError, match="dequeue_count"):
        events.queue("x", dequeue_count="many")


@pytest.mark.parametrize(
    ("trigger", "value", "message"),
    [
        ("timerTrigger", "now", "expected a TimerRequest"),
        ("eventGridTrigger", 7, "expected an event or a JSON object"),
        ("httpTrigger", "x", "expected an HttpRequest"),
    ],
)
def test_values_that_a_trigger_does_not_take(trigger: str, value: Any, message: str) -> None:
    app = func.FunctionApp()

    @app.generic_trigger("it", trigger, schedule="0 0 * * * *")
    def function(it: Any) -> None: ...

    with TestClient(app) as client, pytest.raises(InvocationError, match=message):
        client.invoke("function", value)


def test_an_input_recorded_with_a_payload() -> None:
    app = func.FunctionApp()

    @app.queue_trigger("msg", "q", "C")
    @app.blob_input("obj", "a/b", "C")
    @app.queue_output("$return", "p", "C")
    def function(msg: str, obj: bytes) -> bytes:
        return obj

    recorded = events.queue("x")._replace(inputs={"obj": Datum(b"recorded", "bytes")})
    with TestClient(app) as client:
        assert client.invoke("function", recorded).return_value == b"recorded"
        assert client.invoke("function", recorded, obj=b"given").return_value == b"given"
