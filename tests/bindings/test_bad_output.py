"""Whatever a function returns, no codec lets anything out but the library's own exceptions."""

from __future__ import annotations

import contextlib
import io
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
    for _ in range(100_000):
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


def test_to_dict_of_what_has_no_json_form() -> None:
    with pytest.raises(InvalidValueError, match="object has no JSON form"):
        event().to_dict()
