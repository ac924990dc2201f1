"""Which annotations a codec serves: PEP 484, 585, 593 and 604 forms alike."""

# The old forms of annotations are what is tested.
# ruff: noqa: UP006, UP007, UP045

from __future__ import annotations

import collections.abc
import io
import typing
from dataclasses import dataclass
from typing import Annotated, Any, Optional, Union

import pytest

import azure_functions_lib as func
from azure_functions_lib import QueueMessage, get_binding_registry


class Mine(QueueMessage):
    pass


@dataclass
class Order:
    id: int


def takes(binding: str, annotation: object) -> bool:
    answer = get_binding_registry().codec(binding).check_input_type_annotation(annotation)
    assert isinstance(answer, bool)
    return answer


def serves(binding: str, annotation: object) -> bool:
    answer = get_binding_registry().codec(binding).check_output_type_annotation(annotation)
    assert isinstance(answer, bool)
    return answer


def sends(binding: str, annotation: object) -> bool:
    answer = get_binding_registry().codec(binding).emits_annotation(annotation)
    assert isinstance(answer, bool)
    return answer


@pytest.mark.parametrize(
    "annotation",
    [
        QueueMessage,
        Mine,
        Optional[QueueMessage],
        QueueMessage | None,
        Union[int, QueueMessage],
        Annotated[QueueMessage, "note"],
        Annotated[Annotated[QueueMessage, 1] | None, 2],
    ],
)
def test_C9_queue_trigger_takes(annotation: object) -> None:
    assert takes("queueTrigger", annotation)


@pytest.mark.parametrize(
    "annotation",
    [int, str, None, type(None), "QueueMessage", list[QueueMessage], Optional[int], Any, ..., 5],
)
def test_C11_queue_trigger_does_not_take(annotation: object) -> None:
    assert not takes("queueTrigger", annotation)


@pytest.mark.parametrize(
    "annotation",
    [
        str,
        bytes,
        QueueMessage,
        list[str],
        typing.List[str],
        list[bytes],
        set[str],
        collections.abc.Sequence[str],
        typing.Iterable[str],
        tuple[str, ...],
        Optional[list[str]],
        list[str] | None,
        list[str | None],
        list[Annotated[str, 1]],
        list[str | bytes],
    ],
)
def test_C9_queue_output_serves(annotation: object) -> None:
    assert serves("queue", annotation)
    assert sends("queue", annotation)


@pytest.mark.parametrize(
    "annotation",
    [
        dict[str, int],
        typing.Dict[str, int],
        list[object],
        typing.List[object],
        typing.List[str | object],
        collections.abc.Mapping[str, str],
        list,
        typing.List,
        tuple[()],
        object,
        int,
    ],
)
def test_C10_queue_output_does_not_serve(annotation: object) -> None:
    assert not serves("queue", annotation)


@pytest.mark.parametrize("annotation", [None, type(None), ..., "str", Any, 5, Optional[object]])
@pytest.mark.parametrize("binding", ["queue", "blob", "eventGrid", "cosmosDB", "generic"])
def test_C11_no_class_is_an_answer_not_an_error(binding: str, annotation: object) -> None:
    assert not serves(binding, annotation)


def test_C15_list_of_bytes() -> None:
    assert serves("queue", list[bytes])
    codec = get_binding_registry().get("queue")
    assert codec is not None
    assert codec.encode([b"a", "b"]).python_value == ["a", "b"]


@pytest.mark.parametrize(
    ("annotation", "value"),
    [
        (dict[str, Any], {"a": 1}),
        (Order, Order(1)),
        (list[Order], [Order(1)]),
        (list[QueueMessage], [QueueMessage(b"x")]),
        (list, ["a"]),
        (int, 5),
        (bool | None, True),
        (list[dict[str, int]], [{"a": 1}]),
    ],
)
def test_what_can_be_sent_may_be_annotated(annotation: object, value: Any) -> None:
    assert sends("queue", annotation)
    codec = get_binding_registry().get("queue")
    assert codec is not None
    assert codec.encode(value).type == "json"


def test_what_cannot_be_sent_may_not_be_annotated() -> None:
    for annotation in (object, list[object], complex, None, "str", type):
        assert not sends("queue", annotation)


class Reader:
    def read(self) -> bytes:
        return b""


@pytest.mark.parametrize(
    "annotation",
    [
        str,
        bytes,
        bytearray,
        func.InputStream,
        io.BytesIO,
        typing.BinaryIO,
        typing.IO[bytes],
        Reader,
        Optional[Reader],
        str | Reader,
    ],
)
def test_blob_output_serves_readers(annotation: object) -> None:
    assert serves("blob", annotation)
    assert sends("blob", annotation)


@pytest.mark.parametrize("annotation", [int, Reader(), list[str], str | int, None])
def test_blob_output_does_not_serve(annotation: object) -> None:
    assert not serves("blob", annotation)


@pytest.mark.parametrize("annotation", [str, bytes, func.InputStream, Optional[str], bytes | None])
@pytest.mark.parametrize("binding", ["blob", "blobTrigger"])
def test_blob_takes(binding: str, annotation: object) -> None:
    assert takes(binding, annotation)
    assert not takes(binding, list[str])


@pytest.mark.parametrize("binding", ["timerTrigger", "queueTrigger", "serviceBusTrigger"])
@pytest.mark.parametrize("annotation", [str, object, Any, QueueMessage])
def test_a_trigger_that_nothing_answers_has_no_output(binding: str, annotation: object) -> None:
    assert not serves(binding, annotation)


@pytest.mark.parametrize(
    "annotation",
    [
        collections.abc.Generator[str, None, None],
        collections.abc.Generator[str, str, str],
        collections.abc.ItemsView[str, bytes],
    ],
)
def test_what_has_several_types_is_no_batch_of_one_of_them(annotation: object) -> None:
    assert not serves("queue", annotation)
    assert serves("queue", collections.abc.Iterable[str])


@pytest.mark.parametrize("kind", ["string", "bytes", "json"])
def test_a_payload_without_a_value_is_an_empty_body(kind: str) -> None:
    decode = get_binding_registry().codec("eventHub").decode
    assert decode(func.meta.Datum(None, kind), trigger_metadata=None).get_body() == b""
    assert func.EventHubEvent(body=None).get_body() == b""
