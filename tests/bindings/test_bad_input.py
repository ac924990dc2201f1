"""Whatever a host sends, no codec lets anything out but the library's own exceptions.

Every binding type of the registry is fed every wire type with right, wrong and no values, and
metadata that is missing, empty, null, of the wrong type, truncated, overlong or garbage. What is
decoded is then read completely.
"""

from __future__ import annotations

import copy
import logging
import pickle
import warnings
from collections.abc import Iterable
from types import SimpleNamespace
from typing import Any

import pytest

from azure_functions_lib import get_binding_registry
from azure_functions_lib.errors import AzureFunctionsError, BindingError
from azure_functions_lib.meta import Datum
from tests.strategies import ARRAYS, FIELDS, WIRE_TYPES, bomb, collection

BINDINGS = sorted({*get_binding_registry(), "generic", "table", "sqlTrigger", "someoneElses"})

BODIES: dict[str, list[Any]] = {
    "string": ["", "text", "{}", "[]", "null", "\ud800", b"bytes", 5, None],
    "bytes": [b"", b"bytes", b"\xff\xfe", b"[1, {}]", "text", 5, None],
    "json": [
        "",
        "{}",
        "[]",
        "null",
        "1",
        "1e999",
        "NaN",
        '"\\ud800"',
        '"text"',
        "[null]",
        '[1, "a", {}, [], null]',
        '{"specversion": 1, "time": 5, "data_base64": "%", "data": {}}',
        '{"eventTime": 5, "id": {}, "data": null}',
        '{"IsPastDue": "no", "Schedule": [], "ScheduleStatus": 5}',
        '{"name": 5, "arguments": []}',
        '{"name": [], "arguments": null, "sessionid": {}, "transport": 5}',
        '{"__class__": "x", "__module__": "y", "__data__": 1}',
        "{",
        bomb(),
        bomb(500),
        "1" * 5000,
        b"{}",
        b"\xff",
        {"parsed": True},
        None,
    ],
    "int": [0, -1, 2**70, "5", None],
    "double": [0.5, float("nan"), "5", None],
    "http": [
        {},
        {"method": None, "url": None, "headers": None, "query": None, "params": None, "body": None},
        {"method": Datum("get", "string"), "url": Datum("/", "string")},
        {"method": Datum(5, "int"), "url": Datum("http://[", "string"), "headers": 5, "body": 5},
        {
            "method": Datum("POST", "string"),
            "url": Datum("http://h/?a=%ff", "string"),
            "headers": {"content-type": Datum("multipart/form-data; boundary=b", "string")},
            "query": {"a": None},
            "params": {"p": Datum(None, None)},
            "body": Datum(b"--b\r\ngarbage", "bytes"),
        },
        "text",
        None,
    ],
    "stream": [b"x", None],
    "model_binding_data": [
        SimpleNamespace(version="1.0", source="s", content_type="t", content=b"{}"),
        5,
        None,
    ],
    "unheard_of": [5, None],
}
ITEMS: list[Any] = [[], ["a", "b"], [b"a", b"\xff"], [1, 2], [1.5], ["\ud800"], [None], [object()]]


def payloads(kind: str) -> Iterable[Datum]:
    if kind.startswith("collection_"):
        for items in ITEMS:
            yield collection(kind.removeprefix("collection_"), items)
            yield Datum(items, kind)
        for value in ("text", b"bytes", 5, {}, None, SimpleNamespace()):
            yield Datum(value, kind)
    for value in BODIES.get(kind, ()):
        yield Datum(value, kind)


def _all(value: Any, names: Iterable[str] = (*FIELDS, *ARRAYS)) -> dict[str, Any]:
    return dict.fromkeys(names, value)


_JSON_LISTS = ("[]", "[null]", "[1]", '["x", "y"]', '[{}, {"Offset": []}]', "[1, 2, 3, 4, 5, 6, 7]")
METADATA: dict[str, Any] = {
    "missing": None,
    "empty": {},
    "unknown": {"Unknown": Datum("x", "string")},
    "entries None": _all(None),
    "entries null": _all(Datum(None, None)),
    "string None": _all(Datum(None, "string")),
    "string empty": _all(Datum("", "string")),
    "string garbage": _all(Datum("\x00garbage\ud800", "string")),
    "string overlong": _all(Datum("9" * 10_000, "string")),
    "string no text": _all(Datum(5, "string")),
    "json null": _all(Datum("null", "json")),
    "json number": _all(Datum("1.9", "json")),
    "json huge number": _all(Datum("1e999", "json")),
    "json many digits": _all(Datum("9" * 5000, "json")),
    "json true": _all(Datum("true", "json")),
    "json text": _all(Datum('"x"', "json")),
    "json surrogate": _all(Datum('"\\ud800"', "json")),
    "json object": _all(Datum('{"a": [1, {"b": null}]}', "json")),
    "json truncated": _all(Datum('{"a": [1', "json")),
    "json garbage": _all(Datum("\x00\ud800", "json")),
    "json bomb": _all(Datum(bomb(), "json")),
    "json deep": _all(Datum('{"a":' * 400 + "1" + "}" * 400, "json")),
    "json parsed already": _all(Datum({"a": 1}, "json")),
    "json None": _all(Datum(None, "json")),
    "json empty": _all(Datum("", "json")),
    **{f"json {text}": _all(Datum(text, "json")) for text in _JSON_LISTS},
    "one mode": {**_all(Datum("1", "json"), FIELDS)},
    "many mode": {**_all(Datum("[1, null]", "json"), ARRAYS)},
    "bytes": _all(Datum(b"\xff", "bytes")),
    "int": _all(Datum(2**70, "int")),
    "double": _all(Datum(float("nan"), "double")),
    "http": _all(Datum({}, "http")),
    "unheard of": _all(Datum(object(), "unheard_of")),
    "collection": _all(collection("string", ["x"])),
    "collection bytes": _all(collection("bytes", [b"\xff", b"", b"x"])),
    "collection sint64": _all(collection("sint64", [2**63, -1])),
    "collection without list": _all(Datum(5, "collection_string")),
    "collection text": _all(Datum("text", "collection_string")),
    "no datums": _all("plain"),
}


def read_completely(value: Any) -> None:
    """Do with a decoded value whatever a function might; ValueError is what get_json may raise."""
    if isinstance(value, (list, tuple)) and type(value) in (list, tuple):
        for item in value[:100]:
            read_completely(item)
        return
    for name in dir(value):
        if name.startswith("_"):
            continue
        try:
            attribute = getattr(value, name)
            if name in ("get_body", "get_json", "to_dict", "to_json"):
                attribute()
            elif name == "metadata" and attribute is not None:
                dict(attribute)
                repr(attribute)
        except AzureFunctionsError:
            pass
        except ValueError:
            assert name == "get_json" or not type(value).__module__.startswith(
                "azure_functions_lib"
            )
        except Exception as error:
            raise AssertionError(f"{type(value).__name__}.{name}: {error!r}") from error
    repr(value)
    str(value)
    assert value == value or isinstance(value, float)
    if type(value).__hash__ is not None and not isinstance(value, dict):
        hash(value)
    if not hasattr(value, "_forward_only"):
        try:
            assert type(pickle.loads(pickle.dumps(value))) is type(value)
            copy.copy(value)
        except (AzureFunctionsError, RecursionError):
            pass  # what cannot be read cannot be copied; pickle gives up on deep nesting


def check_error(error: AzureFunctionsError) -> None:
    assert isinstance(error, (ValueError, NotImplementedError)), "a worker catches these"
    assert isinstance(error, BindingError)
    text = str(error)
    assert error.binding
    assert error.binding in text
    assert error.field
    assert error.field in text
    assert "got " in text
    assert "expected " in text


@pytest.fixture(autouse=True)
def quiet(caplog: pytest.LogCaptureFixture) -> Iterable[None]:
    logging.getLogger("azure_functions_lib").setLevel(logging.CRITICAL)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        yield
    logging.getLogger("azure_functions_lib").setLevel(logging.NOTSET)


def decode(binding: str, datum: Datum | None, metadata: Any) -> Any:
    return get_binding_registry().codec(binding).decode(datum, trigger_metadata=metadata)


@pytest.mark.parametrize("kind", [None, *WIRE_TYPES])
@pytest.mark.parametrize("binding", BINDINGS)
def test_every_payload_of_every_type(binding: str, kind: str | None) -> None:
    cases = payloads(kind) if kind else [None, Datum(None, None), Datum("x", None)]
    for datum in cases:
        for metadata in (None, METADATA["one mode"], METADATA["many mode"]):
            try:
                value = decode(binding, datum, metadata)
            except AzureFunctionsError as error:
                check_error(error)
            except Exception as error:
                raise AssertionError(f"{binding}: {datum!r:.60}: {error!r}") from error
            else:
                read_completely(value)


@pytest.mark.parametrize("binding", BINDINGS)
def test_every_payload_as_every_annotated_type(binding: str) -> None:
    codec = get_binding_registry().codec(binding)
    if not hasattr(codec, "decode_as"):
        return
    for kind in WIRE_TYPES:
        for datum in (*payloads(kind), None):
            for pytype in codec.accepts:
                try:
                    codec.decode_as(datum, pytype, trigger_metadata=None)
                except AzureFunctionsError as error:
                    check_error(error)
                except Exception as error:
                    raise AssertionError(f"{binding}: {datum!r:.60}: {error!r}") from error


GOOD = {
    "http": Datum({"method": Datum("GET", "string"), "url": Datum("http://h/", "string")}, "http"),
    "string": Datum("body", "string"),
    "json": Datum("{}", "json"),
    "json many": Datum('[{"a": 1}, "x"]', "json"),
    "many": collection("bytes", [b"a", b"b"]),
}


@pytest.mark.slow
@pytest.mark.parametrize("case", METADATA)
@pytest.mark.parametrize("binding", BINDINGS)
def test_every_fault_of_metadata(binding: str, case: str) -> None:
    for datum in GOOD.values():
        try:
            value = decode(binding, datum, METADATA[case])
        except AzureFunctionsError as error:
            check_error(error)
        except Exception as error:
            raise AssertionError(f"{binding}: {datum!r:.60}: {error!r}") from error
        else:
            read_completely(value)


@pytest.mark.parametrize("metadata", [None, {}])
@pytest.mark.parametrize("binding", sorted({*BINDINGS} - {"warmupTrigger"}))
def test_what_is_no_payload_is_refused(binding: str, metadata: Any) -> None:
    codec = get_binding_registry().codec(binding)
    for value in (5, "text", object()):
        with pytest.raises(AzureFunctionsError) as caught:
            codec.decode(value, trigger_metadata=metadata)
        assert isinstance(caught.value, NotImplementedError)
        check_error(caught.value)


class Unprintable:
    def __repr__(self) -> str:
        raise RuntimeError


VALUES: list[Any] = [
    None,
    object(),
    Unprintable(),
    lambda: None,
    int,
    1 + 2j,
    range(3),
    {1: object()},
    [object()],
    [None],
    [b"\xff"],
    {(1, 2): 3},
    "\ud800",
    float("nan"),
    10**5000,
    (value for value in [object()]),
    iter([]),
    SimpleNamespace(read=5),
    type("Reader", (), {"read": lambda self: 5})(),
]


@pytest.mark.slow
@pytest.mark.parametrize("binding", BINDINGS)
def test_every_value_is_sent_or_refused_by_name(binding: str) -> None:
    codec = get_binding_registry().codec(binding)
    circle: list[Any] = []
    circle.append(circle)
    deep: Any = []
    for _ in range(100_000):
        deep = [deep]
    for value in [*VALUES, circle, deep]:
        try:
            datum = codec.encode(value, expected_type=None)
        except AzureFunctionsError as error:
            check_error(error)
        except Exception as error:
            raise AssertionError(f"{binding}: {error!r}") from error
        else:
            assert datum is None or datum.type is None or isinstance(datum.type, str)
    while deep:  # or its destructor would recurse
        deep = deep.pop()


ANNOTATIONS = [
    None, int, str, "str", ..., list, list[int], dict[str, object], object(), Any, type(None),
]  # fmt: skip


@pytest.mark.parametrize("binding", BINDINGS)
def test_every_annotation_gets_an_answer(binding: str) -> None:
    codec = get_binding_registry().codec(binding)
    for annotation in ANNOTATIONS:
        assert codec.check_input_type_annotation(annotation) in (True, False)
        assert codec.check_output_type_annotation(annotation) in (True, False)
