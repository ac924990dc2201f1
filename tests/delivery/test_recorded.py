"""Recorded payloads: the JSON document of a wire payload."""

from __future__ import annotations

import json
import pickle
from contextlib import suppress
from http.cookies import SimpleCookie
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from azure_functions_lib.delivery import recorded, recorded_calls
from azure_functions_lib.delivery.call import Call, Failure, LogEntry, Outcome
from azure_functions_lib.errors import AzureFunctionsError, InvalidPayloadError
from azure_functions_lib.wire.datum import Datum

REQUEST = {
    "method": "POST",
    "url": "http://localhost:7071/api/items/7?x=1",
    "headers": {"content-type": "text/plain"},
    "query": {"x": "1"},
    "params": {"id": "7"},
    "body": {"type": "bytes", "value": {"$bytes": "AP8="}},
}


def load_one(kind: str | None, value: Any) -> Datum | None:
    return recorded.loads(json.dumps({"data": {"type": kind, "value": value}})).data


def test_document_of_three_parts() -> None:
    payload = recorded.loads(
        b'{"data": {"type": "string", "value": "hello"}, "metadata": {"DequeueCount": '
        b'{"type": "json", "value": "2"}, "Id": null}, "inputs": {"obj": {"type": "bytes", '
        b'"value": {"$bytes": "AP8="}}}}'
    )
    assert payload == (
        Datum("hello", "string"),
        {"DequeueCount": Datum("2", "json"), "Id": None},
        {"obj": Datum(b"\x00\xff", "bytes")},
        "",
    )


def test_the_builder_is_recorded() -> None:
    assert recorded.loads('{"event": "queue"}').event == "queue"
    with pytest.raises(
        InvalidPayloadError, match="event: got int 5; expected the name of a builde"
    ):
        recorded.loads('{"event": 5}')


def test_all_parts_may_be_absent() -> None:
    assert recorded.loads("{}") == (None, {}, {}, "")


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [
        ("json", '{"a":1}', '{"a":1}'),
        ("json", [1, None], [1, None]),
        ("json", 5, 5),
        ("int", 5, 5),
        ("double", 1.5, 1.5),
        ("string", None, None),
        (None, None, None),
    ],
)
def test_values(kind: str | None, value: Any, expected: Any) -> None:
    datum = load_one(kind, value)
    assert datum is not None
    assert datum.type == kind
    if kind == "json" and not isinstance(value, str):
        assert json.loads(datum.value) == expected
    else:
        assert datum.value == expected


def test_collections_hold_their_items_as_a_worker_gives_them() -> None:
    datum = load_one("collection_bytes", [{"$bytes": "AP8="}, {"$bytes": ""}])
    assert datum is not None
    assert datum.value.bytes == [b"\x00\xff", b""]
    assert datum.python_value == [b"\x00\xff", b""]


def test_request() -> None:
    datum = load_one("http", REQUEST)
    assert datum is not None
    assert datum.value["params"] == {"id": Datum("7", "string")}
    assert datum.value["body"] == Datum(b"\x00\xff", "bytes")
    assert recorded.datum_to_json(datum) == {"type": "http", "value": REQUEST}


def test_response_is_written_with_its_cookies() -> None:
    response = {
        "status_code": Datum("200", "string"),
        "headers": {"x": Datum("1", "string")},
        "cookies": [SimpleCookie("a=1; Path=/; HttpOnly")],
        "body": Datum(b"ok", "bytes"),
    }
    assert recorded.datum_to_json(Datum(response, "http")) == {
        "type": "http",
        "value": {
            "status_code": 200,
            "headers": {"x": "1"},
            "cookies": [{"name": "a", "value": "1", "path": "/", "httponly": True}],
            "body": {"type": "bytes", "value": "ok"},
        },
    }


@pytest.mark.parametrize(
    ("body", "written"),
    [(b"caf\xc3\xa9", "café"), (b"", ""), (b"\xff\x00", {"$bytes": "/wA="})],
)
def test_body_of_a_response_is_written_as_text_where_it_is_some(body: bytes, written: Any) -> None:
    response = {
        "status_code": Datum("404", "string"),
        "headers": {},
        "body": Datum(body, "bytes"),
        "cookies": None,
    }
    document = recorded.datum_to_json(Datum(response, "http"))
    assert document["value"]["body"] == {"type": "bytes", "value": written}
    assert recorded.datum_from_json(document) == Datum(response, "http")


def test_bytes_may_be_written_as_text() -> None:
    datum = recorded.datum_from_json({"type": "bytes", "value": "é"})
    assert datum == Datum(b"\xc3\xa9", "bytes")


def test_deferred_binding_data() -> None:
    data = {
        "version": "1.0",
        "source": "AzureStorageBlobs",
        "content_type": "application/json",
        "content": {"$bytes": "e30="},
    }
    datum = load_one("model_binding_data", data)
    assert datum is not None
    assert datum.value == SimpleNamespace(**{**data, "content": b"{}"})
    assert recorded.datum_to_json(datum) == {"type": "model_binding_data", "value": data}


DATUMS = st.one_of(
    st.builds(Datum, st.text(), st.just("string")),
    st.builds(Datum, st.binary(), st.just("bytes")),
    st.builds(Datum, st.integers(), st.just("int")),
    st.builds(Datum, st.floats(allow_nan=False), st.just("double")),
    st.builds(
        lambda items: Datum(SimpleNamespace(string=items), "collection_string"),
        st.lists(st.text()),
    ),
    st.builds(
        lambda items: Datum(SimpleNamespace(bytes=items), "collection_bytes"),
        st.lists(st.binary()),
    ),
    st.just(Datum(None, None)),
    st.none(),
)


@pytest.mark.slow
@given(
    st.builds(
        recorded.RecordedPayload,
        DATUMS,
        st.dictionaries(st.text(), DATUMS),
        st.dictionaries(st.text(), DATUMS.filter(lambda datum: datum is not None)),
    )
)
def test_round_trip(payload: recorded.RecordedPayload) -> None:
    assert recorded.loads(recorded.dumps(payload)) == payload


def cookie(name: str, value: str, path: str, secure: bool) -> SimpleCookie:
    made = SimpleCookie()
    made[name] = value
    made[name]["path"] = path
    if secure:
        made[name]["secure"] = True
    return made


NAMES = st.text(st.characters(min_codepoint=97, max_codepoint=122), min_size=1)
TEXTS = st.dictionaries(NAMES, st.builds(Datum, st.text(), st.just("string")))
BODIES = st.builds(Datum, st.binary(), st.just("bytes"))
RESPONSES = st.builds(
    lambda status, headers, body, cookies: Datum(
        {
            "status_code": Datum(str(status), "string"),
            "headers": headers,
            "body": body,
            "cookies": cookies or None,
        },
        "http",
    ),
    st.integers(200, 599),
    TEXTS,
    BODIES,
    # Named as no attribute of a cookie is, such as "path".
    st.lists(
        st.builds(cookie, NAMES.map("c_{}".format), st.text('ab\u00e9 ;"\\'), NAMES, st.booleans())
    ),
)
REQUESTS = st.builds(
    lambda url, headers, query, params, body: Datum(
        {
            "method": Datum("POST", "string"),
            "url": Datum(url, "string"),
            "headers": headers,
            "query": query,
            "params": params,
            "body": body,
        },
        "http",
    ),
    st.text(),
    TEXTS,
    TEXTS,
    TEXTS,
    BODIES,
)
JSON = st.builds(
    Datum, st.recursive(st.none() | st.text(), st.lists).map(json.dumps), st.just("json")
)
SENT = st.dictionaries(
    st.text(), st.one_of(DATUMS, RESPONSES, REQUESTS, JSON).filter(lambda datum: datum is not None)
)
FAILURES = st.builds(Failure, st.text(), st.text(), st.text())
CALLS = st.builds(
    Call,
    st.text(),
    SENT,
    st.dictionaries(st.text(), DATUMS),
    st.none() | st.uuids().map(str),
    st.text(),
    st.text(),
    st.dictionaries(st.text(), st.text()),
    st.integers(),
    st.integers(),
    st.none() | FAILURES,
)
LOGS = st.builds(
    LogEntry,
    st.text(),
    st.text(),
    st.text(),
    st.floats(allow_nan=False),
    st.none() | FAILURES,
    st.none() | st.text(),
)
OUTCOMES = st.builds(
    Outcome,
    st.text(),
    st.uuids().map(str),
    SENT.filter(lambda sent: "$return" not in sent),
    st.one_of(DATUMS, RESPONSES, JSON),
    st.none() | FAILURES,
    st.lists(LOGS),
    st.floats(0, allow_nan=False),
)


@pytest.mark.slow
@given(CALLS)
def test_a_call_is_written_and_pickled_without_loss(call: Call) -> None:
    document = json.dumps(recorded_calls.call_to_json(call))
    assert recorded_calls.call_from_json(json.loads(document)) == call
    assert pickle.loads(pickle.dumps(call)) == call


@pytest.mark.slow
@given(OUTCOMES)
def test_an_outcome_is_written_and_pickled_without_loss(outcome: Outcome) -> None:
    document = json.dumps(
        recorded_calls.outcome_to_json(outcome, dict.fromkeys(outcome.outputs, "x"))
    )
    assert recorded_calls.outcome_from_json(json.loads(document)) == outcome
    assert pickle.loads(pickle.dumps(outcome)) == outcome


@pytest.mark.parametrize(
    "value",
    [
        None,
        {},
        {"function": "f"},
        {"function": 5, "payloads": {}},
        {"function": "f", "payloads": 5},
        {"function": "f", "payloads": {}, "retry_count": "1"},
        {"function": "f", "payloads": {}, "retry_exception": "text"},
        {"function": "f", "payloads": {}, "other": 1},
        {"function": "f", "payloads": {"a": {"type": "http", "value": {"status_code": [200]}}}},
        {
            "function": "f",
            "payloads": {"a": {"type": "http", "value": {"status_code": "200", "cookies": [1]}}},
        },
        {
            "function": "f",
            "payloads": {"a": {"type": "http", "value": {"status_code": "200", "cookies": "a=1"}}},
        },
    ],
)
def test_what_is_no_call(value: Any) -> None:
    with pytest.raises(InvalidPayloadError, match="recorded payload: call"):
        recorded_calls.call_from_json(value)


@pytest.mark.parametrize(
    "value",
    [
        [],
        {"function": "f"},
        {"function": "f", "invocation_id": "i", "outputs": []},
        {"function": "f", "invocation_id": "i", "outputs": {"$return": 5}},
        {"function": "f", "invocation_id": "i", "logs": {}},
        {"function": "f", "invocation_id": "i", "logs": [{"level": "INFO"}]},
        {"function": "f", "invocation_id": "i", "exception": {"type": "E"}},
        {"function": "f", "invocation_id": "i", "duration": "1"},
    ],
)
def test_what_is_no_outcome(value: Any) -> None:
    with pytest.raises(InvalidPayloadError, match="recorded payload: outcome"):
        recorded_calls.outcome_from_json(value)


def test_another_exception_than_a_failure_is_written_as_one() -> None:
    call = Call("f", {}, retry_exception=ValueError("wrong"))
    written = recorded_calls.call_to_json(call)["retry_exception"]
    assert (written["type"], written["message"]) == ("ValueError", "wrong")
    call.retry_exception = "text"
    assert recorded_calls.call_to_json(call)["retry_exception"]["message"] == "text"


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("{", "document"),
        ("[]", "document"),
        ('{"payload": null}', "document"),
        ('{"data": "hello"}', "data"),
        ('{"data": {"type": "string"}}', "data"),
        ('{"data": {"type": "string", "value": 5}}', "data.value"),
        ('{"data": {"type": 5, "value": 5}}', "data.value"),
        ('{"data": {"type": "bytes", "value": "\\ud800"}}', "data.value"),
        ('{"data": {"type": "bytes", "value": {"$bytes": "?"}}}', "data.value"),
        ('{"data": {"type": "bytes", "value": {"$bytes": 1}}}', "data.value"),
        ('{"data": {"type": "collection_string", "value": "x"}}', "data.value"),
        ('{"data": {"type": "http", "value": {"method": "GET"}}}', "data.value"),
        ('{"data": {"type": "http", "value": {"method": 1, "url": "/"}}}', "data.value.method"),
        (
            '{"data": {"type": "http", "value": {"method": "GET", "url": "/", "headers": []}}}',
            "data.value.headers",
        ),
        ('{"data": {"type": "model_binding_data", "value": {}}}', "data.value"),
        ('{"data": {"type": [1], "value": "x"}}', "data.value"),
        ('{"data": {"type": [1], "value": null}}', "data.value"),
        ("[" * 100_000, "document"),
        ('{"metadata": []}', "metadata"),
        ('{"metadata": {"Id": 5}}', "metadata.Id"),
        ('{"inputs": {"obj": {"type": "int", "value": "5"}}}', "inputs.obj.value"),
    ],
)
def test_wrong_documents_say_where(text: str, field: str) -> None:
    with pytest.raises(InvalidPayloadError) as caught:
        recorded.loads(text)
    assert caught.value.field == field
    assert "expected" in str(caught.value)


def test_a_document_may_not_be_longer_than_a_limit() -> None:
    text = '{"data": {"type": "string", "value": "x"}}'
    assert recorded.loads(text, limit=len(text)).data == Datum("x", "string")
    for given_text in (text, text.encode()):
        with pytest.raises(InvalidPayloadError, match="a higher limit"):
            recorded.loads(given_text, limit=len(text) - 1)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["data", "metadata", "inputs", "type", "value", "$bytes", "http"]),
            inner,
        )
    ),
)


@given(JSON)
def test_any_json_is_read_or_refused(document: Any) -> None:
    with suppress(AzureFunctionsError):
        recorded.loads(json.dumps(document))
