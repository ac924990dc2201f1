"""Workers bring their own datums, collections and outputs: what counts is what they have."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any, Generic, TypeVar

import pytest

import azure_functions_lib as func

T = TypeVar("T")


class Datum:
    """A worker's, with nothing but these two."""

    __slots__ = ("type", "value")

    def __init__(self, value: Any, type: str | None) -> None:
        self.value = value
        self.type = type


class Out(Generic[T]):
    """A worker's."""

    def set(self, val: T) -> None:
        self.val = val

    def get(self) -> T:
        return self.val


def decode(binding: str, datum: Datum, metadata: dict[str, Datum] | None = None) -> Any:
    return func.get_binding_registry().codec(binding).decode(datum, trigger_metadata=metadata)


def collection(kind: str, *values: Any) -> Datum:
    return Datum(SimpleNamespace(**{kind: list(values)}), f"collection_{kind}")


@pytest.mark.parametrize(("kind", "value"), [("int", 5), ("double", 1.5)])
def test_R2_numbers(kind: str, value: float) -> None:
    assert decode("generic", Datum(value, kind)) == value


@pytest.mark.parametrize(
    ("datum", "count"),
    [
        (Datum("3", "json"), 3),
        (Datum("3", "string"), 3),
        (Datum(3, "int"), 3),
        (Datum(3.0, "double"), 3),
    ],
)
def test_R2_numbers_in_metadata(datum: Datum, count: int) -> None:
    message = decode("queueTrigger", Datum("body", "string"), {"DequeueCount": datum})
    assert message.dequeue_count == count
    assert message.get_body() == b"body"


def test_batch_in_collections() -> None:
    messages = decode(
        "serviceBusTrigger",
        collection("string", "one", "two"),
        {
            "MessageIdArray": collection("string", "m-1", "m-2"),
            "DeliveryCountArray": collection("sint64", 1, 2),
            "EnqueuedSequenceNumberArray": collection("double", 7.0, 8.0),
            "SequenceNumberArray": Datum("[5, 6]", "json"),
            "UserPropertiesArray": Datum('[{}, {"a": 1}]', "json"),
        },
    )
    seen = [
        (each.get_body(), each.message_id, each.delivery_count, each.sequence_number)
        for each in messages
    ]
    assert seen == [(b"one", "m-1", 1, 5), (b"two", "m-2", 2, 6)]
    assert [each.enqueued_sequence_number for each in messages] == [7, 8]
    assert messages[1].user_properties == {"a": 1}


def test_request_made_of_a_workers_datums() -> None:
    request = decode(
        "httpTrigger",
        Datum(
            {
                "method": Datum("POST", "string"),
                "url": Datum("http://h/x?a=1", "string"),
                "headers": {"x-one": Datum("1", "string")},
                "query": {"a": Datum("1", "string")},
                "params": {"id": Datum("7", "string")},
                "body": Datum(b'{"b": 2}', "bytes"),
            },
            "http",
        ),
    )
    assert (request.method, request.params["a"], request.route_params["id"]) == ("POST", "1", "7")
    assert (request.headers["X-One"], request.get_json()) == ("1", {"b": 2})


def test_function_called_with_a_workers_out() -> None:
    app = func.FunctionApp()

    @app.queue_trigger("msg", "in", "C")
    @app.queue_output("out", "out", "C")
    def work(msg: func.QueueMessage, out: func.Out[str]) -> None:
        out.set(json.dumps([msg.id, msg.get_json()]))

    out: Out[str] = Out()
    (function,) = app.get_functions()
    message = decode("queueTrigger", Datum(b"[1]", "bytes"), {"Id": Datum('"m"', "json")})
    function.get_user_function()(msg=message, out=out)
    assert out.get() == '["m", [1]]'
