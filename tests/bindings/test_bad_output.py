"""Whatever a function returns, no codec lets anything out but the library's own exceptions."""

from __future__ import annotations

import contextlib
import io
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import Enum
from types import SimpleNamespace
from typing import Any

import pytest

import azure_functions_lib as func
from azure_functions_lib import get_binding_registry
from azure_functions_lib.errors import AzureFunctionsError, InvalidValueError
from tests.bindings.test_bad_input import BINDINGS

OUTPUTS = [name for name in BINDINGS if hasattr(get_binding_registry().get(name), "encode")]


class Refusing:
    def to_dict(self) -> Any:
        raise TypeError("no form")


class Endless:
    def to_dict(self) -> Any:
        return self


class Model:
    def model_dump(self, mode: str = "python", **_: Any) -> Any:
        return {"value": object()}


class Slotted:
    __slots__ = ("value",)


class Choice(Enum):
    NOTHING = object()


@dataclass
class Holder:
    value: Any


def circle() -> list[Any]:
    values: list[Any] = []
    values.append(values)
    return values


def deep() -> Any:
    value: Any = []
    for _ in range(20_000):  # twice the deepest that any Python's C code follows
        value = [value]
    return value


def event() -> Any:
    return func.EventGridOutputEvent(
        id="1", data={"k": object()}, subject="s", event_type="t", event_time=None, data_version="1"
    )


# Made anew for each use, as some can be read only once.
VALUES: dict[str, Callable[[], Any]] = {
    **{
        repr(value): (lambda value=value: value)  # type: ignore[misc]
        for value in (None, True, 0, "", b"", b"\xff", [], {}, (), 1j, type, Holder, ...)
    },
    "nan": lambda: float("nan"),
    "infinity": lambda: float("inf"),
    "a long number": lambda: 10**5000,
    "Decimal": lambda: Decimal("sNaN"),
    "surrogate": lambda: "\ud800",
    "surrogate key": lambda: {"\ud800": 1},
    "number key": lambda: {1: 2},
    "tuple key": lambda: {(1, 2): 3},
    "object": object,
    "to_dict that raises": Refusing,
    "to_dict without end": Endless,
    "model of an object": Model,
    "slots": Slotted,
    "enum": lambda: Choice.NOTHING,
    "dataclass": lambda: Holder(object()),
    "namespace": lambda: SimpleNamespace(value=object()),
    "circle": circle,
    "deep": deep,
    "generator": lambda: (item for item in ("a", object())),
    "iterator": lambda: iter([1]),
    "set": lambda: {1, 2},
    "view": lambda: memoryview(b"abcd").cast("H"),
    "file": lambda: io.BytesIO(b"x"),
    "text file": lambda: io.StringIO("x"),
    "datetime": lambda: datetime.max,
    "timedelta": lambda: timedelta.max,
    "exception": lambda: ValueError("x"),
    "HttpResponse": func.HttpResponse,
    "HttpRequest": lambda: func.HttpRequest("GET", "/", body=b""),
    "QueueMessage": lambda: func.QueueMessage(body=b"\xff"),
    "EventHubEvent": lambda: func.EventHubEvent(body=b"\xff"),
    "KafkaEvent": lambda: func.KafkaEvent(body=b"\xff", key="k"),
    "ServiceBusMessage": lambda: func.ServiceBusMessage(body=b"x", session_id="s"),
    "EventGridOutputEvent": event,
    "Document": lambda: func.Document({"a": object()}),
    "DocumentList": lambda: func.DocumentList([func.Document({"a": deep()})]),
    "SqlRow": lambda: func.SqlRow({"a": circle()}),
}


@pytest.mark.slow
@pytest.mark.parametrize("binding", OUTPUTS)
@pytest.mark.parametrize("name", VALUES)
def test_only_the_librarys_exceptions(binding: str, name: str) -> None:
    codec = get_binding_registry().get(binding)
    assert codec is not None
    make = VALUES[name]
    for value in (make(), [make()], {"key": make()}):
        with contextlib.suppress(AzureFunctionsError):
            sent = codec.encode(value)
            assert sent is None or isinstance(sent.type, str | None)
            check_can_travel(binding, sent)


DURABLE = {"activityTrigger", "orchestrationTrigger", "entityTrigger", "durableClient"}


def check_can_travel(binding: str, sent: Any) -> None:
    """Check that text is UTF-8 and JSON is JSON; the durable bindings' is Python's."""
    if sent is None or not isinstance(sent.value, str):
        return
    sent.value.encode()
    if sent.type == "json" and binding not in DURABLE:
        json.loads(sent.value, parse_constant=lambda name: pytest.fail(f"{name} is no JSON"))


@pytest.mark.parametrize("binding", OUTPUTS)
def test_text_that_utf_8_cannot_hold_is_refused(binding: str) -> None:
    codec = get_binding_registry().get(binding)
    assert codec is not None
    if binding in ("activityTrigger", "http", "httpTrigger"):  # JSON has an escape for it
        return
    with pytest.raises((NotImplementedError, ValueError), match="surrogate|a row|no output"):
        codec.encode("\ud800", expected_type=None)


@pytest.mark.parametrize("binding", sorted({*OUTPUTS} - DURABLE - {"http", "httpTrigger"}))
@pytest.mark.parametrize("number", [float("nan"), float("inf"), -float("inf")])
def test_numbers_that_json_does_not_have_are_refused(binding: str, number: float) -> None:
    codec = get_binding_registry().get(binding)
    assert codec is not None
    for value in ({"a": number}, [{"a": number}]):
        with pytest.raises(AzureFunctionsError):
            codec.encode(value, expected_type=None)


@pytest.mark.parametrize("number", [2**63, -(2**63) - 1])
def test_a_durable_client_is_sent_numbers_of_64_bits(number: int) -> None:
    codec = get_binding_registry().get("durableClient")
    assert codec is not None
    with pytest.raises(NotImplementedError, match="an int of 64 bits"):
        codec.encode(number, expected_type=None)
    inside = number - 1 if number > 0 else number + 1
    assert codec.encode(inside, expected_type=None).value == inside


LONG = 10**5000  # more digits than Python writes (sys.set_int_max_str_digits)


@pytest.mark.parametrize(
    "value",
    [
        func.ServiceBusMessage(user_properties={"a": LONG}),
        func.EventGridOutputEvent(
            id="1", data=LONG, subject="", event_type="", event_time=None, data_version=""
        ),
        func.TimerRequest(schedule={"a": LONG}),
        func.Document(a=LONG),
        func.DocumentList([func.Document(a=LONG)]),
        func.SqlRow(a=float("nan")),
        func.InputStream(b"", metadata={"a": LONG}),
    ],
    ids=lambda value: type(value).__name__,
)
def test_to_json_of_what_json_text_cannot_hold(value: Any) -> None:
    with pytest.raises(InvalidValueError, match="to_json"):
        value.to_json()
    assert repr(value)


def test_a_number_of_more_digits_than_python_writes_is_no_field() -> None:
    with pytest.raises(InvalidValueError, match="offset: got int <unprintable>"):
        func.KafkaEvent(b"", offset=LONG)
    assert "unprint" in repr(func.meta.Datum(LONG, "int"))


def test_to_dict_of_what_has_no_json_form() -> None:
    with pytest.raises(InvalidValueError, match="object has no JSON form"):
        event().to_dict()
