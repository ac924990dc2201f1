"""The converters and other values of the mirrored modules."""

from __future__ import annotations

import inspect
import json
from datetime import datetime, timedelta, timezone
from typing import Any, List  # noqa: UP035 - what users of 3.8 wrote

import pytest

import azure_functions_lib as func
from azure_functions_lib.compat import mirrored
from azure_functions_lib.compat._table import CONVERTERS
from azure_functions_lib.errors import InvalidPayloadError

meta: Any = mirrored("meta")
package: Any = func


@pytest.fixture
def registry() -> Any:
    registry = func.get_binding_registry()
    before = dict(registry._codecs)
    yield registry
    registry._codecs.clear()
    registry._codecs.update(before)


@pytest.mark.parametrize(
    ("module", "name"), [(module, name) for module in CONVERTERS for name in CONVERTERS[module]]
)
def test_converter_class(module: str, name: str) -> None:
    converter = getattr(mirrored(module), name)
    assert converter.__name__ == name
    assert issubclass(converter, meta.InConverter | meta.OutConverter)
    assert converter.has_trigger_support() is ("Trigger" in converter.binding)
    for method in ("decode", "encode"):
        assert inspect.ismethod(getattr(converter, method))
    assert getattr(mirrored(module), name) is converter


def test_converter_that_decodes_and_encodes() -> None:
    converter = package.blob.BlobConverter
    blob = converter.decode(_datum(b"x"), trigger_metadata=None)
    assert blob.read() == b"x"
    assert converter.encode("y", expected_type=None).value == "y"
    assert converter.check_output_type_annotation(str)


def _datum(value: Any, kind: str = "bytes") -> Any:
    return meta.Datum(value, kind)


def test_converter_can_be_derived_from(registry: Any) -> None:
    class Converter(
        package.queue.QueueMessageInConverter,  # type: ignore[misc]
        binding="ownQueue",
        trigger="ownQueueTrigger",
    ):
        @classmethod
        def decode(cls, data: Any, *, trigger_metadata: Any) -> Any:
            return super().decode(data, trigger_metadata=trigger_metadata).get_body().upper()

    assert registry.get("ownQueueTrigger") is registry.get("ownQueue") is Converter
    assert Converter.decode(_datum("x", "string"), trigger_metadata=None) == b"X"
    assert Converter.has_trigger_support()


def test_third_party_converter_with_the_helpers_of_its_base(registry: Any) -> None:
    class Converter(meta.InConverter, binding="helped", trigger="helpedTrigger"):  # type: ignore[misc]
        @classmethod
        def check_input_type_annotation(cls, pytype: type) -> bool:
            return issubclass(pytype, str)

        @classmethod
        def decode(cls, data: Any, *, trigger_metadata: Any) -> Any:
            return [
                cls._decode_typed_data(data, python_type=str),
                cls._decode_trigger_metadata_field(trigger_metadata, "Count", python_type=int),
                cls._parse_datetime_metadata(trigger_metadata, "Time"),
                cls._parse_timedelta_metadata(trigger_metadata, "Span"),
                cls._parse_datetime("2026-03-04T05:06:07Z"),
                cls._parse_timedelta("1:02:03"),
            ]

    assert registry.get("helpedTrigger") is Converter
    time = datetime(2026, 3, 4, 5, 6, 7, tzinfo=timezone.utc)
    metadata = {
        "Count": _datum("3", "json"),
        "Time": _datum("2026-03-04T05:06:07Z", "string"),
        "Span": _datum('"1:02:03"', "json"),
    }
    assert Converter.decode(_datum("x", "string"), trigger_metadata=metadata) == [
        "x",
        3,
        time,
        timedelta(hours=1, minutes=2, seconds=3),
        time,
        timedelta(hours=1, minutes=2, seconds=3),
    ]
    assert Converter._decode_trigger_metadata_field({}, "Count", python_type=int) is None


@pytest.mark.parametrize(
    ("datum", "python_type", "message"),
    [
        (_datum(b"x"), str, "unsupported type of data: bytes"),
        (_datum("[1]", "json"), int, "cannot convert value of data into int"),
        (_datum("x", "string"), (int, float), "data: str, expected one of: int, float"),
    ],
)
def test_payload_that_is_not_of_a_plain_type(datum: Any, python_type: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        meta.InConverter._decode_typed_data(datum, python_type=python_type)


def test_metadata_field_that_is_not_there() -> None:
    assert meta._BaseConverter._parse_datetime(None) is None
    assert meta._BaseConverter._parse_timedelta(None) is None
    assert meta._BaseConverter._parse_datetime_metadata({}, "Time") is None
    assert meta._BaseConverter._parse_timedelta_metadata({}, "Span") is None


@pytest.mark.parametrize("parse", ["_parse_datetime", "_parse_timedelta"])
def test_metadata_field_that_cannot_be_read(parse: str) -> None:
    with pytest.raises(InvalidPayloadError, match="got str 'tomorrow'; expected a"):
        getattr(meta._BaseConverter, parse)("tomorrow")


def test_is_iterable_type_annotation() -> None:
    assert meta.is_iterable_type_annotation(List[str], str)  # noqa: UP006
    assert meta.is_iterable_type_annotation(list[str], (str, bytes))
    assert not meta.is_iterable_type_annotation(str, str)
    assert not meta.is_iterable_type_annotation(list[int], str)


def test_parsing_by_formats() -> None:
    formats = ["%Y", "%Y-%m-%d"]
    parsed, form, error = meta.try_parse_datetime_with_formats("2026-03-04", formats)
    assert (parsed, form, error) == (datetime(2026, 3, 4), "%Y-%m-%d", None)
    parsed, form, error = meta.try_parse_datetime_with_formats("x", formats)
    assert (parsed, form) == (None, None)
    assert isinstance(error, ValueError)
    span, form, _ = meta.try_parse_timedelta_with_formats("1:02:03", ["%H:%M:%S"])
    assert (span, form) == (timedelta(hours=1, minutes=2, seconds=3), "%H:%M:%S")


def test_json_of_the_modules() -> None:
    jsonutils: Any = mirrored("_jsonutils")
    for module in (jsonutils, jsonutils.json, jsonutils.StdJsonAdapter(), meta.json):
        assert json.loads(module.dumps({"a": [1, None]})) == {"a": [1, None]}
        assert module.loads('{"a": 1}') == {"a": 1}
    assert isinstance(jsonutils.json_impl, jsonutils.JsonInterface)


def test_json_of_the_adapter_for_orjson() -> None:
    pytest.importorskip("orjson", reason="it comes with the extra `fast`")
    adapter = mirrored("_jsonutils").OrJsonAdapter()
    assert adapter.dumps({"a": [1, None]}) == '{"a":[1,null]}'
    assert adapter.loads('{"a": 1}') == {"a": 1}


def test_request_as_a_worker_makes_it() -> None:
    request = mirrored("http").HttpRequest(
        "POST", "http://h/x", headers={"a": "1"}, params={"b": "2"}, route_params={"c": "3"},
        body_type="json", body='{"d": 4}',
    )  # fmt: skip
    assert isinstance(request, func.HttpRequest)
    assert request.get_json() == {"d": 4}
    assert (request.headers["A"], request.params["b"], request.route_params["c"]) == ("1", "2", "3")
    text = mirrored("http").HttpRequest(
        "POST", "/", headers={}, params={}, route_params={}, body_type="string", body="no"
    )
    with pytest.raises(ValueError, match="valid JSON"):
        text.get_json()


def test_serializable() -> None:
    Serializable = mirrored("_abc").Serializable
    assert isinstance(func.QueueMessage(body=b"x"), Serializable)
    assert not isinstance(object(), Serializable)

    class Own(Serializable):  # type: ignore[misc, valid-type]
        def __init__(self) -> None:
            self.when = datetime(2026, 1, 2)
            self._hidden = 1

    assert json.loads(Own().to_json()) == {"when": "2026-01-02T00:00:00"}
    assert isinstance(Own(), Own)
    assert not isinstance(func.QueueMessage(body=b"x"), Own)


def test_rpc_exception() -> None:
    error = mirrored("_abc").RpcException(source="s", stack_trace="t", message="m")
    assert (error.source, error.stack_trace, error.message) == ("s", "t", "m")
