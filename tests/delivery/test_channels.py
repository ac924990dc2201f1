"""What the host makes of outputs."""

from __future__ import annotations

import struct
from types import SimpleNamespace
from typing import Any

import pytest

import azure_functions_lib as func
from azure_functions_lib.bindings import Channel
from azure_functions_lib.bindings.blob import blob_output
from azure_functions_lib.bindings.queue import queue_output
from azure_functions_lib.bindings.table import table_output
from azure_functions_lib.delivery.channels import (
    Place,
    blob_content,
    decoded,
    encoded,
    entities,
    entity_values,
    messages,
    place_of,
    split_path,
)
from azure_functions_lib.delivery.storage import Entity
from azure_functions_lib.errors import DeclarationError, InvocationError
from azure_functions_lib.wire.datum import Datum


@pytest.mark.parametrize(
    ("value", "kind", "expected"),
    [
        ("text", "string", ["text"]),
        ("", "string", [""]),
        (" {not} json", "string", [" {not} json"]),
        (
            '["a", {"b": [1]}, 1.5, true, null, []]',
            "string",
            ["a", '{\n  "b": [\n    1\n  ]\n}', "1.5", "True", "", "[]"],
        ),
        (' {"a": "é"} ', "string", ['{\n  "a": "é"\n}']),
        ('{"a": {}}', "json", ['{\n  "a": {}\n}']),
        ('"text"', "json", ["text"]),
        ("7", "json", ["7"]),
        ("null", "json", [""]),
        (b"\xff", "bytes", [b"\xff"]),
        (b"[1, 2]", "bytes", [b"[1, 2]"]),
        (7, "int", ["7"]),
        (1.5, "double", ["1.5"]),
        (2.0, "double", ["2"]),
        ("[1e20, 3.0, false]", "string", ["1E+20", "3", "False"]),
        (SimpleNamespace(string=["a", "[1]"]), "collection_string", ["a", "[1]"]),
        (SimpleNamespace(bytes=[b"a", b"b"]), "collection_bytes", [b"a", b"b"]),
        (None, None, []),
    ],
)
def test_messages_of_an_output(value: Any, kind: str | None, expected: list[Any]) -> None:
    assert messages(Datum(value, kind), Channel.QUEUE) == expected


@pytest.mark.parametrize("text", ["{not json}", "[INFO] done [x]", "[1,"])
def test_text_that_looks_like_json_and_is_none(text: str) -> None:
    if text == "[1,":
        assert messages(Datum(text, "string"), Channel.QUEUE) == [text]
    else:
        with pytest.raises(InvocationError, match="which the host reads as JSON"):
            messages(Datum(text, "string"), Channel.QUEUE)


def test_json_that_is_none() -> None:
    with pytest.raises(InvocationError, match="which the host reads as JSON"):
        messages(Datum("{", "json"), Channel.QUEUE)


@pytest.mark.parametrize("body", ["text", "é", b"\xff\x00", ""])
def test_messages_are_base64_in_a_queue(body: str | bytes) -> None:
    text = encoded(body, is_base64=True)
    assert text.isascii()
    assert decoded(text, is_base64=True) == (body, True)


def test_messages_that_are_not() -> None:
    assert encoded("é", is_base64=False) == "é"
    assert decoded("é", is_base64=False) == ("é", True)
    assert decoded("no base64!", is_base64=True) == ("no base64!", False)
    with pytest.raises(InvocationError, match="messageEncoding none"):
        encoded(b"\xff", is_base64=False)


@pytest.mark.parametrize(
    ("value", "kind", "content"),
    [
        (b"\x00\xff", "bytes", b"\x00\xff"),
        ("é", "string", "é".encode()),
        ('{"a": 1}', "string", b'{"a": 1}'),
        (-2, "int", b"\xfe\xff\xff\xff"),
        (1.5, "double", struct.pack("<d", 1.5)),
        ('{ "a": [1, 2] }', "json", b'{"a":[1,2]}'),
        (None, None, None),
    ],
)
def test_the_content_of_a_blob(value: Any, kind: str | None, content: bytes | None) -> None:
    made = blob_content(Datum(value, kind))
    assert made is None if content is None else made is not None
    if kind == "json":
        assert made is not None
        assert made.replace(b" ", b"") == content
    else:
        assert made == content


def test_text_that_utf8_cannot_hold_is_refused_by_name() -> None:
    with pytest.raises(InvocationError, match="expected text that UTF-8 can hold"):
        blob_content(Datum("\ud800", "string"))
    with pytest.raises(InvocationError, match="Encode it and send bytes"):
        encoded("\ud800", is_base64=True)


@pytest.mark.parametrize(
    ("path", "parts"),
    [
        ("c/a/b.txt", ("c", "a/b.txt")),
        ("https://account.blob.core.windows.net/c/a.txt", ("c", "a.txt")),
        ("https://account.blob.core.windows.net/c/a%20b/%C3%A9?sv=1&sig=x", ("c", "a b/\u00e9")),
        ("http://127.0.0.1:10000/devstoreaccount1/c/a/b.txt", ("c", "a/b.txt")),
        ("http://localhost:10000/devstoreaccount1/c/a.txt", ("c", "a.txt")),
        ("http://azurite:10000/devstoreaccount1/c/a.txt", ("c", "a.txt")),
        ("http://[::1]:10000/devstoreaccount1/c/a.txt", ("c", "a.txt")),
        ("http://devstoreaccount1.blob.localhost:10000/c/a.txt", ("c", "a.txt")),
    ],
)
def test_a_path_is_taken_apart(path: str, parts: tuple[str, str]) -> None:
    assert split_path(path) == parts


@pytest.mark.parametrize("path", ["c", "c/", "/a", "", "https://host/c", "http://[/c/a"])
def test_a_path_that_names_no_blob(path: str) -> None:
    with pytest.raises(DeclarationError, match="names no blob. Write container/name"):
        split_path(path)


def test_rows_of_an_output() -> None:
    row = {"PartitionKey": "p", "RowKey": 7, "Price": 1.5, "Id": "9", "Id@odata.type": "Edm.Int64"}
    expected = Entity("p", "7", {"Price": 1.5, "Id": "9", "Id@odata.type": "Edm.Int64"})
    for text in (func_json(row), func_json([row])):
        for kind in ("json", "string"):
            assert entities(Datum(text, kind)) == [expected]
    assert entities(Datum(b'{"A": 1}', "bytes"), partition_key="x", row_key="y") == [
        Entity("x", "y", {"A": 1})
    ]
    assert entities(Datum("null", "json")) == []
    assert entity_values(expected) == {"PartitionKey": "p", "RowKey": "7", "Price": 1.5, "Id": "9"}


def func_json(value: Any) -> str:
    import json

    return json.dumps(value)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[1]", "got int 1; expected a JSON object for each row"),
        ('{"RowKey": "r"}', "has no PartitionKey. Give it one, or the binding"),
        ('{"PartitionKey": "p"}', "has no RowKey"),
        ("{", "which the host reads as JSON"),
    ],
)
def test_rows_that_are_none(text: str, message: str) -> None:
    with pytest.raises(InvocationError) as raised:
        entities(Datum(text, "json"))
    assert message in str(raised.value)


def test_the_place_of_a_binding() -> None:
    settings = {"Q": "Orders"}
    assert place_of(queue_output("m", "%q%-New", "C"), settings) == Place(
        Channel.QUEUE, "orders-new"
    )
    assert place_of(blob_output("m", "Out/{Name}", "C"), {}) == Place(Channel.BLOB, "Out/{Name}")
    assert place_of(table_output("m", "C", "Rows"), {}) == Place(Channel.TABLE, "Rows")
    with pytest.raises(DeclarationError, match="queue 'm': queueName: %none% in"):
        place_of(queue_output("m", "%none%", "C"), settings)


def test_a_binding_without_a_place() -> None:
    app = func.FunctionApp()

    @app.generic_trigger("req", "warmupTrigger")
    def warm(req: Any) -> None: ...

    (function,) = app.get_functions()
    assert place_of(function.get_bindings()[0], {}) is None
