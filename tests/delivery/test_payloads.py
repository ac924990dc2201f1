"""The payloads that the host would make."""

from __future__ import annotations

import json

import pytest

from azure_functions_lib.delivery.events.http import http_payload
from azure_functions_lib.delivery.payloads import (
    message_payload,
    metadata_payload,
    trigger_event,
    trigger_payload,
    written_event,
)
from azure_functions_lib.enums import Cardinality, DataType
from azure_functions_lib.errors import InvalidPayloadError
from azure_functions_lib.wire.datum import Datum
from azure_functions_lib.wire.declaration import InputBinding, Trigger


def binding(kind: str, data_type: DataType | None = None) -> InputBinding:
    return InputBinding("arg", data_type=data_type, type=kind)


def text_of(values: dict[str, Datum]) -> dict[str, str]:
    assert all(datum.type == "string" for datum in values.values())
    return {name: datum.value for name, datum in values.items()}


def test_http_values_of_one_name_are_joined() -> None:
    request = http_payload(
        "POST",
        "http://localhost/api/x?a=1&b=&a=2&c=%C3%A9+x",
        headers=[("Accept", "text/html"), ("X-Id", "7"), ("accept", "text/plain")],
        body=b"\x00",
        route_params={"id": "7"},
    )
    assert request.type == "http"
    assert request.value["method"] == Datum("POST", "string")
    assert request.value["url"].value == "http://localhost/api/x?a=1&b=&a=2&c=%C3%A9+x"
    assert text_of(request.value["headers"]) == {"accept": "text/html,text/plain", "x-id": "7"}
    assert text_of(request.value["query"]) == {"a": "1,2", "c": "é x"}
    assert text_of(request.value["params"]) == {"id": "7"}
    assert request.value["body"] == Datum(b"\x00", "bytes")


@pytest.mark.parametrize(
    ("kind", "data_type", "content", "expected"),
    [
        ("queueTrigger", None, b"text", Datum("text", "string")),
        ("queueTrigger", None, b"\xff", Datum(b"\xff", "bytes")),
        ("queueTrigger", DataType.BINARY, b"text", Datum(b"text", "bytes")),
        ("queueTrigger", None, b'{"a":1}', Datum('{"a":1}', "string")),
        ("blobTrigger", None, b"text", Datum(b"text", "bytes")),
        ("blob", DataType.STRING, b"text", Datum("text", "string")),
        ("blob", DataType.STREAM, b"text", Datum(b"text", "bytes")),
        ("timerTrigger", None, b'{"IsPastDue":true}', Datum('{"IsPastDue":true}', "json")),
        ("eventGridTrigger", None, "{}", Datum("{}", "json")),
        ("myOwnTrigger", None, b"text", Datum("text", "string")),
    ],
)
def test_messages(
    kind: str, data_type: DataType | None, content: str | bytes, expected: Datum
) -> None:
    assert message_payload(binding(kind, data_type), content) == expected


@pytest.mark.parametrize(
    ("kind", "data_type", "content"),
    [
        ("timerTrigger", None, b"not json"),
        ("cosmosDBTrigger", None, b"\xff"),
        ("queueTrigger", DataType.STRING, b"\xff"),
    ],
)
def test_content_that_the_host_could_not_have(
    kind: str, data_type: DataType | None, content: bytes
) -> None:
    with pytest.raises(InvalidPayloadError, match=f"{kind}: arg"):
        message_payload(binding(kind, data_type), content)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("3", "json"),
        ('{"a": 1}', "json"),
        ("true", "json"),
        ('"3"', "json"),
        ("2020-01-31T23:59:58Z", "string"),
        ("1e5", "string"),
        ("007", "string"),
        ("", "string"),
    ],
)
def test_metadata(text: str, kind: str) -> None:
    assert metadata_payload(text) == Datum(text, kind)


@pytest.mark.parametrize("cardinality", [Cardinality.MANY, "many", "Many"])
def test_batches(cardinality: object) -> None:
    trigger = Trigger("e", type="eventHubTrigger", fields={"cardinality": cardinality})
    payload, metadata = trigger_payload(trigger, b'["a", 1, {"b": "\xc3\xa9"}]')
    assert payload.type == "collection_string"
    assert [json.loads(item) if item != "a" else item for item in payload.value.string] == [
        "a",
        1,
        {"b": "é"},
    ]
    assert metadata["SystemPropertiesArray"].python_value == [{}, {}, {}]


def test_a_batch_of_texts_for_a_function_that_takes_bytes() -> None:
    fields = {"cardinality": "many"}
    trigger = Trigger("e", data_type=DataType.BINARY, type="eventHubTrigger", fields=fields)
    for made in (written_event(trigger, '["a", "é"]'), trigger_event(trigger, ["a", "é"])):
        assert made.data is not None
        assert made.data.type == "collection_bytes"
        assert made.data.value.bytes == [b"a", "é".encode()]


@pytest.mark.parametrize("cardinality", [Cardinality.ONE, "one", None])
def test_single_messages(cardinality: object) -> None:
    trigger = Trigger("m", type="serviceBusTrigger", fields={"cardinality": cardinality})
    assert trigger_payload(trigger, "[1]") == (
        Datum("[1]", "string"),
        {"UserProperties": Datum("{}", "json")},
    )


def test_a_request_for_a_resource_of_mcp_is_given_whole_or_by_its_uri() -> None:
    trigger = Trigger("r", type="mcpResourceTrigger")
    whole = trigger_event(trigger, {"uri": "menu://tea"}).data
    assert whole is not None
    assert whole.type == "string"
    assert json.loads(whole.value) == {"uri": "menu://tea"}
    by_uri = trigger_event(trigger, "menu://tea").data
    assert by_uri is not None
    assert json.loads(by_uri.value)["uri"] == "menu://tea"


def test_other_triggers_have_no_metadata_by_themselves() -> None:
    assert trigger_payload(Trigger("m", type="queueTrigger"), "x") == (Datum("x", "string"), {})
