from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Dict, List, Optional, Tuple, TypedDict, Union  # noqa: UP035

import pytest

from azure_functions_lib import HttpRequest, HttpResponse
from azure_functions_lib.bindings import get_binding_registry
from azure_functions_lib.errors import (
    InvalidValueError,
    UnsupportedPayloadError,
    UnsupportedValueError,
)
from azure_functions_lib.meta import Datum

CODEC = get_binding_registry().get("http")
TRIGGER = get_binding_registry().get("httpTrigger")


def headers(response: HttpResponse) -> dict[str, str]:
    return {name: datum.value for name, datum in CODEC.encode(response).value["headers"].items()}


def test_H1_repeated_headers_are_joined() -> None:
    pairs = [("Link", "<a>; rel=next"), ("X", "1"), ("LINK", "<b>"), ("link", "<c>")]
    assert headers(HttpResponse(headers=pairs)) == {
        "Link": "<a>; rel=next, <b>, <c>",
        "X": "1",
        "content-type": "text/plain; charset=utf-8",
    }


def test_of_a_field_with_one_value_the_last_counts() -> None:
    pairs = [("Location", "/a"), ("Content-Type", "text/html"), ("location", "/b, c")]
    response = HttpResponse(headers=pairs)
    response.headers.add("content-type", "text/css")
    assert headers(response) == {"Location": "/b, c", "Content-Type": "text/css"}


def test_H6_encoding_twice_gives_the_same() -> None:
    response = HttpResponse("x", headers=[("Set-Cookie", "a=1"), ("Vary", "a"), ("Vary", "b")])
    for _ in range(2):
        first, second = CODEC.encode(response), CODEC.encode(response)
        assert first == second
        assert first.value["cookies"][0]["a"].value == "1"
        assert response.headers.getlist("set-cookie") == ["a=1"]
        assert response.headers.getlist("vary") == ["a", "b"]
        assert "content-type" not in response.headers


def test_what_was_encoded_does_not_change_the_next() -> None:
    response = HttpResponse(headers={"Set-Cookie": "a=1; Path=/"})
    CODEC.encode(response).value["cookies"][0]["a"]["path"] = "/changed"
    assert CODEC.encode(response).value["cookies"][0]["a"]["path"] == "/"


def test_subclasses_are_asked() -> None:
    class Mine(HttpResponse):
        def get_body(self) -> bytes:
            return b"mine"

        @property
        def status_code(self) -> int:
            return 418

    value = CODEC.encode(Mine("x")).value
    assert (value["body"].value, value["status_code"].value) == (b"mine", "418")


@pytest.mark.parametrize(
    ("value", "body", "content_type"),
    [
        (b"\x00", b"\x00", "application/octet-stream"),
        ({"a": 1}, b'{"a":1}', "application/json"),
        (({"a": 1}, 201, {"X": "y"}), b'{"a":1}', "application/json"),
    ],
)
def test_values_are_responses(value: Any, body: bytes, content_type: str) -> None:
    message = CODEC.encode(value).value
    assert message["body"].value.replace(b" ", b"") == body
    assert message["headers"]["content-type"].value == content_type


def test_none_is_refused_with_a_remedy() -> None:
    with pytest.raises(UnsupportedValueError, match=r"http: value: got NoneType.*204"):
        CODEC.encode(None)


@pytest.mark.parametrize("value", ["\ud800", ("\ud800", 200)])
def test_text_that_UTF_8_cannot_hold_is_refused(value: Any) -> None:
    with pytest.raises(InvalidValueError, match="lone surrogates"):
        CODEC.encode(value)


@pytest.mark.parametrize("datum", [None, Datum(None, None), Datum("x", "string"), 5])
def test_only_http_payloads_are_decoded(datum: Any) -> None:
    with pytest.raises(UnsupportedPayloadError, match="httpTrigger: body: got"):
        TRIGGER.decode(datum, trigger_metadata=None)


@dataclass
class Item:
    name: str


class Shape(TypedDict):
    name: str


@pytest.mark.parametrize(
    "annotation",
    [
        HttpResponse,
        str,
        bytes,
        int,
        dict,
        list,
        tuple,
        Item,
        Shape,
        dict[str, Any],
        Dict[str, int],  # noqa: UP006
        Mapping[str, int],
        list[Item],
        List[Item],  # noqa: UP006
        Sequence[int],
        tuple[dict[str, int], int],
        Tuple[str, int],  # noqa: UP006
        Optional[str],  # noqa: UP045
        Union[HttpResponse, str],  # noqa: UP007
        HttpResponse | dict[str, int],
    ],
    ids=str,
)
def test_annotations_of_what_can_be_sent(annotation: Any) -> None:
    assert CODEC.check_output_type_annotation(annotation) is True


@pytest.mark.parametrize(
    "annotation", [HttpRequest, type(None), None, object, str | HttpRequest, "str", complex]
)
def test_annotations_of_what_cannot(annotation: Any) -> None:
    assert CODEC.check_output_type_annotation(annotation) is False


@pytest.mark.parametrize("annotation", [HttpRequest, HttpRequest | None])
def test_the_trigger_serves_requests(annotation: Any) -> None:
    assert TRIGGER.check_input_type_annotation(annotation)
    assert TRIGGER.has_trigger_support()
    assert not TRIGGER.has_implicit_output()
    assert not TRIGGER.check_input_type_annotation(str)
