"""JSON has one meaning, whether orjson is installed or not."""

from __future__ import annotations

import importlib.util
import json
import math
from collections import OrderedDict, UserDict, namedtuple
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from enum import Enum, IntEnum
from pathlib import PurePosixPath
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from azure_functions_lib.wire import jsontext
from azure_functions_lib.wire.jsontext import dump_json, parse_json
from tests.strategies import bomb

MODES = ["json", "orjson"]


@pytest.fixture(params=MODES)
def mode(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    name: str = request.param
    if name == "orjson" and importlib.util.find_spec("orjson") is None:
        pytest.skip("orjson is not installed (it comes with the extra `fast`)")
    monkeypatch.setattr(jsontext, "orjson", None if name == "json" else jsontext._UNLOADED)
    return name


PADDING = " " * 200  # short texts take a way of their own


@pytest.mark.parametrize("text", ['{"name": "Ada"}', b'{"name": "Ada"}'])
def test_a_short_text_does_not_import_orjson(
    text: str | bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jsontext, "orjson", jsontext._UNLOADED)
    assert parse_json(text) == {"name": "Ada"}
    assert jsontext.orjson is jsontext._UNLOADED


@pytest.mark.parametrize("padding", ["", PADDING])
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("null", None),
        (" [1, 2.5, true] ", [1, 2.5, True]),
        ("-0", 0),
        ("-0.0", -0.0),
        ("1E400", math.inf),
        ("123456789012345678901234567890", 123456789012345678901234567890),
        ("9223372036854775808", 9223372036854775808),
        ("-9223372036854775809", -9223372036854775809),
        ("18446744073709551616", 18446744073709551616),
        ("0.1000000000000000055511151231257827", 0.1),
        ('{"a": 1, "a": 2}', {"a": 2}),
        ('"\\ud800"', "\ud800"),
        ('"\\ud83d\\ude00"', "😀"),
        ("Infinity", math.inf),
        (b'"\xc3\xa9"', "é"),
        (b'\xef\xbb\xbf{"bom": 1}', {"bom": 1}),
        ('{"utf": 16}'.encode("utf-16"), {"utf": 16}),
        ('{"utf": 32}'.encode("utf-32-le"), {"utf": 32}),
        (bytearray(b"[1]"), [1]),
        (b'"\xed\xa0\x80"', "\ud800"),
    ],
)
def test_parse(mode: str, text: Any, expected: Any, padding: str) -> None:
    if padding and not isinstance(text, str):
        return
    value = parse_json(text + padding if padding else text)
    assert value == expected
    assert type(value) is type(expected)
    assert math.copysign(1, value) == math.copysign(1, expected) if value == 0 else True


def test_parse_nan(mode: str) -> None:
    assert math.isnan(parse_json("NaN"))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[1,]",
        "01",
        "'a'",
        "1 2",
        '"\x01"',
        "\ufeff1",
        "\ud800",
        b"\xff\xff",
        bomb(),
        '{"a":' * 100_000,
        "9" * 5000,
        None,
        5,
        {},
    ],
)
def test_what_is_no_json(mode: str, text: Any) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the parser's own texts
        parse_json(text)


class Colour(Enum):
    RED = "red"


class Number(IntEnum):
    ONE = 1


class Word(str, Enum):
    YES = "yes"


class Text(str):
    __slots__ = ()


class Real(float):
    pass


@dataclass
class Order:
    id: int
    when: date


class Model:
    def model_dump(self, *, mode: str) -> dict[str, Any]:
        return {"mode": mode}


class Convertible:
    def to_dict(self) -> dict[str, Any]:
        return {"converted": True}


class ConvertibleDict(dict[str, Any]):
    def to_dict(self) -> dict[str, Any]:
        return {"converted": True}


Point = namedtuple("Point", "x y")

VALUES: list[tuple[Any, Any]] = [
    (None, None),
    ([None, 1], [None, 1]),
    (10**30, 10**30),
    (-0.0, -0.0),
    ({1: "a", None: "b", 1.5: "d"}, {"1": "a", "null": "b", "1.5": "d"}),
    ({True: "c"}, {"true": "c"}),
    ({Word.YES: 1}, {"yes": 1}),
    ({Text("k"): Text("v")}, {"k": "v"}),
    ("\ud800", "\ud800"),
    ("é\x00\u2028", "é\x00\u2028"),
    (b"text", "text"),
    (bytearray(b"text"), "text"),
    (memoryview(b"text"), "text"),
    (b"\xff", {"__encoding": "base64", "value": "/w=="}),
    (datetime(2020, 1, 2, 3, 4, 5, 6, timezone.utc), "2020-01-02T03:04:05.000006+00:00"),
    (datetime(2020, 1, 2), "2020-01-02T00:00:00"),
    (date(2020, 1, 2), "2020-01-02"),
    (time(1, 2, 3), "01:02:03"),
    (timedelta(days=1, seconds=1), "1 day, 0:00:01"),
    (UUID(int=5), "00000000-0000-0000-0000-000000000005"),
    (PurePosixPath("a/b"), "a/b"),
    (Colour.RED, "red"),
    (Number.ONE, 1),
    (Word.YES, "yes"),
    (Real(0.5), 0.5),
    (Decimal("1.5"), 1.5),
    (Decimal("1E+3"), 1000),
    (Decimal(10**30), 10**30),
    (Decimal("0.1"), 0.1),
    (Decimal("922337203685477.5807"), "922337203685477.5807"),
    (Decimal("1E+999999"), "1E+999999"),
    (Order(1, date(2020, 1, 2)), {"id": 1, "when": "2020-01-02"}),
    (Model(), {"mode": "json"}),
    (Convertible(), {"converted": True}),
    (ConvertibleDict(a=1), {"a": 1}),
    (OrderedDict(a=1), {"a": 1}),
    (UserDict(a=1), {"a": 1}),
    (Point(1, 2), [1, 2]),
    ({1}, [1]),
    ({"a": 1}.keys(), ["a"]),
    (range(3), [0, 1, 2]),
]


@pytest.mark.parametrize(("value", "expected"), VALUES, ids=lambda value: type(value).__name__)
def test_dump(mode: str, value: Any, expected: Any) -> None:
    for wrapped, inside in ((value, expected), ({"k": [value]}, {"k": [expected]})):
        text = dump_json(wrapped)
        assert json.loads(text) == inside
    assert type(json.loads(dump_json(value))) is type(expected)


@pytest.mark.parametrize("number", [math.nan, -math.inf, Decimal("NaN"), Decimal("Infinity")])
@pytest.mark.parametrize("inside", [lambda n: n, lambda n: [None, n], lambda n: {"a": {"b": n}}])
def test_numbers_that_json_does_not_have(mode: str, number: Any, inside: Any) -> None:
    with pytest.raises(ValueError, match="JSON"):
        dump_json(inside(number))
    assert json.loads(dump_json(inside(float(number)), allow_nan=True)) is not None


def test_nan_that_is_allowed_does_not_turn_into_null(mode: str) -> None:
    value = json.loads(dump_json([math.nan, None, -math.inf], allow_nan=True))
    assert math.isnan(value[0])
    assert value[1:] == [None, -math.inf]


def _circle() -> list[Any]:
    circle: list[Any] = []
    circle.append(circle)
    return circle


class Endless:
    def to_dict(self) -> dict[str, Any]:
        return {"next": Endless()}


@pytest.mark.parametrize(
    "value",
    [object(), int, Order, 1j, Decimal("sNaN"), {(1, 2): 3}, {b"k": 1}, _circle(), Endless()],
    ids=lambda value: type(value).__name__,
)
def test_what_has_no_json_form(mode: str, value: Any) -> None:
    for wrapped in (value, [None, value]):
        with pytest.raises((TypeError, ValueError)):
            dump_json(wrapped)


def test_an_iterator_is_refused_and_never_lost(mode: str) -> None:
    def numbers() -> Iterator[int]:
        yield from range(3)

    for iterator in (numbers(), iter([1]), map(str, [1])):
        with pytest.raises(TypeError, match="no JSON form"):
            dump_json({"items": iterator, "none": None})


_json = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text()
    | st.datetimes()
    | st.decimals(allow_nan=False, places=2)
    | st.binary(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text() | st.integers(), inner, max_size=4)
    ),
    max_leaves=10,
)


@pytest.mark.skipif(
    importlib.util.find_spec("orjson") is None, reason="orjson is not installed (extra `fast`)"
)
@given(_json)
def test_both_write_and_read_the_same(value: Any) -> None:
    results = []
    for module in (None, jsontext._UNLOADED):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(jsontext, "orjson", module)
            try:
                text = dump_json(value)
                results.append((json.loads(text), parse_json(text), parse_json(text.encode())))
            except (TypeError, ValueError):
                results.append("refused")
    assert results[0] == results[1]


@given(st.text() | st.from_regex(r'[\[\]{}",:0-9eE.+\- ntruefalsN\\u]*', fullmatch=True))
def test_both_read_or_refuse_the_same_text(text: str) -> None:
    results = []
    modules = [None]
    if importlib.util.find_spec("orjson") is not None:
        modules.append(jsontext._UNLOADED)
    for padding in ("", PADDING):
        for module in modules:
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(jsontext, "orjson", module)
                try:
                    results.append(repr(parse_json(text + padding)))
                except ValueError:
                    results.append("refused")
    assert set(results) == {results[0]}
