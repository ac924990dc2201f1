"""Table storage entities, which are plain dicts."""

from __future__ import annotations

import json
from typing import Any

import pytest

from azure_functions_lib.errors import InvalidPayloadError
from azure_functions_lib.meta import Datum, get_binding_registry

from .recorded import recorded

CODEC = get_binding_registry().codec("table")


def test_entities_are_parsed() -> None:
    payloads = recorded("table")
    assert CODEC.decode(payloads["single"].data) == {
        "PartitionKey": "p",
        "RowKey": "1",
        "Text": "a",
    }
    assert [entity["RowKey"] for entity in CODEC.decode(payloads["batch"].data)] == ["1", "2"]
    assert CODEC.decode(None) is None
    assert CODEC.decode(Datum(None, None)) is None


def test_annotations() -> None:
    entities: tuple[Any, ...] = (dict, list, list[dict[str, Any]], dict[str, str])
    texts: tuple[Any, ...] = (str, bytes)
    for annotation in entities:
        assert CODEC.check_input_type_annotation(annotation), annotation
    for annotation in (*texts, int):
        assert not CODEC.check_input_type_annotation(annotation)
    for annotation in (*entities, *texts):
        assert CODEC.emits_annotation(annotation)
    assert get_binding_registry().get("table") is None


@pytest.mark.parametrize("value", [{"RowKey": "1"}, [{"RowKey": "1"}, {"RowKey": "2"}], []])
def test_entities_are_sent_as_json(value: object) -> None:
    datum = CODEC.encode(value)
    assert datum.type == "json"
    assert json.loads(datum.value) == value


def test_json_text_is_sent_as_it_is() -> None:
    assert CODEC.encode('{"RowKey": "1"}') == Datum('{"RowKey": "1"}', "string")


@pytest.mark.parametrize("datum", [Datum("x", "json"), Datum(b"\xff", "bytes"), Datum(1, "http")])
def test_broken_payload_raises(datum: Datum) -> None:
    with pytest.raises(InvalidPayloadError, match="table: body"):
        CODEC.decode(datum)
