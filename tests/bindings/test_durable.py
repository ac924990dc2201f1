"""Durable Functions: contexts, activities, the client, and JSON with objects in it."""

from __future__ import annotations

import importlib
import json
import logging
import pickle
import warnings
from typing import Any, Optional, Union

import pytest
from hypothesis import given

import azure_functions_lib as func
from azure_functions_lib.bindings import _durable_json
from azure_functions_lib.errors import (
    InvalidPayloadError,
    InvalidValueError,
    UnsupportedPayloadError,
    UnsupportedValueError,
)
from azure_functions_lib.meta import Datum, get_binding_registry

from ..strategies import json_values
from .recorded import recorded

REGISTRY = get_binding_registry()
ACTIVITY = REGISTRY.codec("activityTrigger")
CLIENT = REGISTRY.codec("durableClient")
CONTEXTS = [
    ("orchestrationTrigger", func.OrchestrationContext),
    ("entityTrigger", func.EntityContext),
]


class City:
    """An object that can travel."""

    def __init__(self, name: Any) -> None:
        self.name = name

    def __eq__(self, other: object) -> bool:
        return isinstance(other, City) and other.name == self.name

    __hash__ = None  # type: ignore[assignment]

    @staticmethod
    def to_json(city: City) -> Any:
        return {"name": city.name}

    @classmethod
    def from_json(cls, data: Any) -> City:
        return cls(data["name"])


class Capital(City):
    """An object of a subclass."""


class Stubborn:
    """An object that fails to travel."""

    def to_json(self) -> Any:
        raise KeyError("no way")

    @classmethod
    def from_json(cls, data: Any) -> Any:
        raise KeyError("no way")


def envelope(name: str = "City", data: Any = None, module: str = __name__) -> dict[str, Any]:
    return {
        "__class__": name,
        "__module__": module,
        "__data__": {"name": "Tokyo"} if data is None else data,
    }


@pytest.fixture
def strict(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AZURE_FUNCTIONS_DURABLE_STRICT_TYPING", "1")


@pytest.fixture(autouse=True)
def advised(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """What users have been told: everything, except where a test forgets it."""

    class Everything(set[str]):
        def __contains__(self, item: object) -> bool:
            return True

    told = Everything()
    monkeypatch.setattr(_durable_json, "_advised", told)
    return told


def decode(value: object, kind: str = "json") -> Any:
    text = value if kind == "string" else json.dumps(value)
    return ACTIVITY.decode(Datum(text, kind), trigger_metadata=None)


@pytest.mark.parametrize(("binding", "context"), CONTEXTS)
def test_context_holds_the_request(binding: str, context: Any) -> None:
    codec = REGISTRY.codec(binding)
    for payload in recorded(binding).values():
        assert payload.data is not None
        text = payload.data.value
        for datum in (payload.data, Datum(text, "json"), Datum(text.encode(), "bytes")):
            decoded = codec.decode(datum, trigger_metadata={})
            assert type(decoded) is context
            assert decoded.body == str(decoded) == text
            assert decoded == context(text) == context(body=text.encode())
    assert codec.has_implicit_output()


@pytest.mark.parametrize(("binding", "context"), CONTEXTS)
def test_context_is_a_value(binding: str, context: Any) -> None:
    value = context("b")
    assert repr(value) == f"<azure.{context.__name__} body=b>"
    assert pickle.loads(pickle.dumps(value)) == value
    assert hash(value) == hash(context(b"b"))
    assert value != context("c")
    with pytest.raises(AttributeError, match="read-only"):
        value.body = "c"
    with pytest.raises(TypeError, match="body"):
        context()
    with pytest.raises(InvalidValueError, match="text or UTF-8 bytes"):
        context(5)


@pytest.mark.parametrize(("binding", "context"), CONTEXTS)
def test_C19_payload_that_is_no_text_raises(binding: str, context: Any) -> None:
    codec = REGISTRY.codec(binding)
    for datum in (None, Datum(None, None), Datum(5, "int"), Datum({}, "dict")):
        with pytest.raises(UnsupportedPayloadError, match=binding):
            codec.decode(datum, trigger_metadata=None)
    for datum in (Datum(b"\xff", "bytes"), Datum(None, "string"), Datum({"a": 1}, "json")):
        with pytest.raises(InvalidPayloadError, match=binding):
            codec.decode(datum, trigger_metadata=None)


@pytest.mark.parametrize(("binding", "context"), CONTEXTS)
def test_answer_is_sent_as_it_is(binding: str, context: Any) -> None:
    codec = REGISTRY.codec(binding)
    assert codec.encode('{"isDone": true}') == Datum('{"isDone": true}', "json")
    assert codec.check_output_type_annotation(None)


def test_recorded_activity_inputs() -> None:
    payloads = recorded("activityTrigger")
    decoded = {
        name: ACTIVITY.decode(payload.data, trigger_metadata={})
        for name, payload in payloads.items()
    }
    assert decoded == {"text": "Tokyo", "object": {"city": "Tokyo"}, "list": [1, None, "a"]}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("hello", "hello"),
        ("", ""),
        ("{", "{"),
        ("true story", "true story"),
        ("n", "n"),
        (" 1 ", 1),
        ("-1", -1),
        ('"q"', "q"),
        ("\ufeff1", "\ufeff1"),
        ('{"__class__": "x"}', {"__class__": "x"}),
        ("about __class__", "about __class__"),
    ],
)
def test_text_that_is_not_json_is_the_input(text: str, value: object) -> None:
    assert decode(text, "string") == value


def test_activity_input_of_another_kind_is_not_taken() -> None:
    for datum in (None, Datum(None, None), Datum(b"x", "bytes"), Datum(1, "int")):
        with pytest.raises(UnsupportedPayloadError, match="activityTrigger"):
            ACTIVITY.decode(datum, trigger_metadata=None)
    with pytest.raises(InvalidPayloadError, match="activityTrigger"):
        ACTIVITY.decode(Datum(5, "json"), trigger_metadata=None)


def test_objects_travel_in_their_envelope() -> None:
    value = {"cities": [City("Tokyo"), City(City("Rome"))], "n": 1}
    datum = ACTIVITY.encode(value)
    assert datum.type == "json"
    assert json.loads(datum.value)["cities"][0] == envelope()
    assert ACTIVITY.decode(datum, trigger_metadata=None) == value


@pytest.mark.parametrize(
    "came",
    [
        envelope("Town"),
        envelope(module="not.imported"),
        envelope("OrderedDict", module="collections"),
        envelope("Stubborn"),
        envelope(data={"other": 1}),
        envelope(5, module=6),  # type: ignore[arg-type]
        [envelope("Town")],
    ],
)
def test_object_that_cannot_be_built_raises(came: Any) -> None:
    with pytest.raises(InvalidPayloadError, match="activityTrigger"):
        decode(came)


def test_payload_cannot_have_a_module_imported() -> None:
    import sys

    assert "this" not in sys.modules
    with pytest.raises(InvalidPayloadError, match="imported"):
        decode(envelope("x", module="this"))
    assert "this" not in sys.modules


@pytest.mark.parametrize("value", [b"x", {1}, object(), {(1, 2): 3}, [b"x"], Stubborn()])
def test_result_without_json_form_raises(value: object) -> None:
    with pytest.raises(InvalidValueError, match="Durable Functions"):
        ACTIVITY.encode(value)


def test_result_that_holds_itself_raises() -> None:
    value: list[Any] = []
    value.append(value)
    with pytest.raises(InvalidValueError):
        ACTIVITY.encode(value)


def test_letters_beyond_ascii_are_escaped_unless_asked_otherwise() -> None:
    assert _durable_json.df_dumps({"city": "Bär"}) == '{"city": "B\\u00e4r"}'
    assert _durable_json.df_dumps({"city": "Bär"}, ensure_ascii=False) == '{"city": "Bär"}'
    text = _durable_json.df_dumps(City("Bär"), ensure_ascii=False)
    assert "Bär" in text
    assert json.loads(text) == json.loads(_durable_json.df_dumps(City("Bär")))


@pytest.mark.parametrize("text", ["\ud800", "\udfff\ud83d\ude00", "\x7f"])
def test_what_utf_8_cannot_hold_is_always_escaped(text: str) -> None:
    written = _durable_json.df_dumps([text, "ä"], ensure_ascii=False)
    assert written == json.dumps([text, "ä"]).replace("\\u00e4", "ä")
    assert written.encode()


@pytest.mark.usefixtures("strict")
def test_strict_mode_wraps_only_the_whole_value() -> None:
    assert json.loads(_durable_json.df_dumps(City("Tokyo"))) == envelope()
    for value in ([City("Tokyo")], City(City("Tokyo"))):
        with pytest.raises(InvalidValueError, match="strict"):
            _durable_json.df_dumps(value)


@pytest.mark.usefixtures("strict")
def test_strict_mode_builds_only_what_is_expected() -> None:
    text = json.dumps(envelope())
    for expected in (City, Optional[City], Union[int, City]):  # noqa: UP007, UP045
        assert _durable_json.df_loads(text, expected) == City("Tokyo")
    for wrong in (Capital, int, Any, object):
        with pytest.raises(InvalidValueError, match="City"):
            _durable_json.df_loads(text, wrong)
    with pytest.raises(InvalidValueError, match="expected_type"):
        _durable_json.df_loads(text)
    with pytest.raises(InvalidPayloadError, match="activityTrigger"):
        decode(envelope())
    assert _durable_json.df_loads(json.dumps([envelope()]), list) == [envelope()]
    assert decode([envelope()]) == [envelope()]


@pytest.mark.usefixtures("strict")
@pytest.mark.parametrize(
    ("text", "expected", "fits"),
    [
        ("1", int, True),
        ('"1"', int, False),
        ("1", float, True),
        ("1", bool, False),
        ("null", Optional[int], True),  # noqa: UP045
        ("null", int, False),
        ("null", type(None), True),
        ("[1]", list[int], True),
        ("[1]", tuple[int], True),
        ("[1]", dict[str, int], False),
        ("{}", dict, True),
        ("1", Any, True),
        ("1", object, True),
    ],
)
def test_strict_mode_checks_the_type(text: str, expected: Any, fits: bool) -> None:
    if fits:
        assert _durable_json.df_loads(text, expected) == json.loads(text)
    else:
        with pytest.raises(InvalidValueError, match="Durable Functions: value"):
            _durable_json.df_loads(text, expected)


def test_loose_mode_logs_a_value_of_another_type(caplog: pytest.LogCaptureFixture) -> None:
    assert _durable_json.df_loads('"1"', int) == "1"
    (record,) = caplog.records
    assert record.name == "azure.functions.DurableFunctions"
    assert "expected int" in record.getMessage()
    caplog.clear()
    assert _durable_json.df_loads(json.dumps(envelope()), City) == City("Tokyo")
    assert _durable_json.df_loads(json.dumps(envelope("Capital")), City) == City("Tokyo")
    assert not caplog.records


@pytest.mark.parametrize("text", ["", "x", "{", b"\xff"])
def test_loads_of_what_is_not_json_raises(text: Any) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the parser's own words
        _durable_json.df_loads(text)


def test_advice_is_given_once(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(_durable_json, "_advised", set())
    with caplog.at_level(logging.INFO), warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        for _ in range(3):
            _durable_json.df_loads(json.dumps(envelope()))
    assert [warning.category for warning in told] == [DeprecationWarning] * 2
    assert len(caplog.records) == 2


def test_activity_gives_no_advice_its_author_cannot_follow(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(_durable_json, "_advised", set())
    with caplog.at_level(logging.INFO):
        assert decode(envelope()) == City("Tokyo")
    assert not caplog.records


def test_names_that_the_durable_sdk_uses(monkeypatch: pytest.MonkeyPatch) -> None:
    assert _durable_json._serialize_custom_object(City("Tokyo")) == envelope()
    came = envelope()
    assert _durable_json._deserialize_custom_object(came) == City("Tokyo")
    assert came == envelope()  # not changed
    assert _durable_json._deserialize_custom_object({"a": 1}) == {"a": 1}
    for value in (5, b"x", City):
        with pytest.raises(TypeError):
            _durable_json._serialize_custom_object(value)
    assert _durable_json._get_serialize_default() is _durable_json._serialize_custom_object
    monkeypatch.setenv("AZURE_FUNCTIONS_DURABLE_STRICT_TYPING", "Yes")
    assert _durable_json._get_serialize_default() is None


def test_client_gets_the_text() -> None:
    datum = recorded("durableClient")["single"].data
    assert datum is not None
    assert CLIENT.decode(datum, trigger_metadata=None) == datum.value
    assert CLIENT.decode(None, trigger_metadata=None) is None
    assert CLIENT.decode(Datum(None, None), trigger_metadata=None) is None
    with pytest.raises(InvalidPayloadError, match="durableClient"):
        CLIENT.decode(Datum(5, "int"), trigger_metadata=None)
    assert not CLIENT.has_implicit_output()


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ("x", "string"),
        (b"x", "bytes"),
        ({"a": 1}, "dict"),
        ([1], "list"),
        (True, "bool"),
        (1, "int"),
        (1.5, "double"),
        (None, None),
    ],
)
def test_client_output(value: object, kind: str | None) -> None:
    assert CLIENT.encode(value) == Datum(value, kind)


def test_client_output_of_another_type_raises() -> None:
    for value in ((1,), {1}, object()):
        with pytest.raises(UnsupportedValueError, match="durableClient"):
            CLIENT.encode(value)


@given(json_values)
def test_result_survives_the_wire(value: Any) -> None:
    assert ACTIVITY.decode(ACTIVITY.encode(value), trigger_metadata=None) == value


def test_a_context_shows_the_beginning_of_its_body() -> None:
    history = json.dumps({"history": ["secret"] * 1000})
    text = repr(func.OrchestrationContext(history))
    assert text.startswith("<azure.OrchestrationContext body={")
    assert len(text) < 120
    assert str(func.OrchestrationContext(history)) == history


def test_an_envelope_cannot_have_code_imported(tmp_path: Any, monkeypatch: Any) -> None:
    (tmp_path / "lazy_package.py").write_text(
        "loaded = []\n"
        "def __getattr__(name):\n"
        "    loaded.append(name)\n"
        "    raise AttributeError(name)\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    module = importlib.import_module("lazy_package")
    envelope = {"__class__": "Thing", "__module__": "lazy_package", "__data__": "1"}
    with pytest.raises(InvalidValueError, match=r"lazy_package\.Thing"):
        _durable_json.df_loads(json.dumps(envelope), expected_type=object)
    assert module.loaded == []


def test_an_entity_of_bytes_and_an_empty_kafka_batch_are_built() -> None:
    from azure_functions_lib.testing import events

    assert events.entity(b'{"a": 1}') == events.entity('{"a": 1}')
    codec = get_binding_registry().get("kafkaTrigger")
    assert codec is not None
    payload = events.kafka_batch([])
    assert codec.decode(payload.data, trigger_metadata=payload.metadata) == []
