"""Rows of Cosmos DB, SQL and MySQL, which share their mapping, list and codec."""

from __future__ import annotations

import copy
import dataclasses
import datetime
import decimal
import json
import pickle
import typing
import uuid
from collections import UserDict, UserList
from collections.abc import Iterator
from types import MappingProxyType
from typing import Any, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

import azure_functions_lib as func
from azure_functions_lib.errors import (
    InvalidPayloadError,
    InvalidValueError,
    UnsupportedPayloadError,
    UnsupportedValueError,
)
from azure_functions_lib.meta import Datum, get_binding_registry

from ..strategies import json_values
from .recorded import recorded


class Kind(NamedTuple):
    row: Any
    rows: Any
    bindings: tuple[str, ...]

    @property
    def codec(self) -> Any:
        return get_binding_registry().codec(self.bindings[0])


KINDS = (
    Kind(func.Document, func.DocumentList, ("cosmosDB", "cosmosDBTrigger")),
    Kind(func.SqlRow, func.SqlRowList, ("sql",)),
    Kind(func.MySqlRow, func.MySqlRowList, ("mysql", "mysqlTrigger")),
)


@pytest.fixture(params=KINDS, ids=lambda kind: kind.row.__name__)
def kind(request: pytest.FixtureRequest) -> Kind:
    value: Kind = request.param
    return value


def sent(kind: Kind, value: object) -> Any:
    datum = kind.codec.encode(value, expected_type=None)
    assert datum.type == "json"
    return json.loads(datum.value)


@pytest.mark.parametrize(
    ("kind", "binding"), [(kind, binding) for kind in KINDS for binding in kind.bindings]
)
def test_recorded_rows_equal_rows_built_by_hand(kind: Kind, binding: str) -> None:
    for payload in recorded(binding).values():
        decoded = get_binding_registry().codec(binding).decode(payload.data, trigger_metadata={})
        if payload.data is None:
            assert decoded is None
            continue
        values = json.loads(payload.data.value)
        values = values if isinstance(values, list) else [values]
        assert type(decoded) is kind.rows
        assert {type(row) for row in decoded} == {kind.row}
        assert decoded == kind.rows(kind.row(value) for value in values)


def test_row_is_a_mapping_as_dicts_are(kind: Kind) -> None:
    row = kind.row({"a": 1}, b=2)
    assert isinstance(row, UserDict)
    assert row == {"a": 1, "b": 2}
    row["c"] = 3
    del row["a"]
    row.update(b=5)
    assert dict(row) == {"b": 5, "c": 3}
    assert row.pop("c") == 3
    assert row.get("z") is None
    with pytest.raises(KeyError):
        row["z"]
    assert row | {"d": 1} == {"b": 5, "d": 1}
    assert type(copy.copy(row)) is kind.row
    assert pickle.loads(pickle.dumps(row)) == row


def test_list_of_rows_is_a_list_as_lists_are(kind: Kind) -> None:
    rows = kind.rows([kind.row(a=1), kind.row(a=2)])
    assert isinstance(rows, UserList)
    assert [row["a"] for row in rows] == [1, 2]
    assert type(rows[1:]) is kind.rows
    assert len(rows + rows) == 4
    assert pickle.loads(pickle.dumps(rows)) == rows


def test_from_dict_copies_and_from_json_parses(kind: Kind) -> None:
    source = {"a": 1}
    row = kind.row.from_dict(source)
    row["b"] = 2
    assert source == {"a": 1}
    assert kind.row.from_json('{"a": 1}') == kind.row.from_json(b'{"a": 1}') == source
    assert type(kind.row.from_json("{}")) is kind.row


@pytest.mark.parametrize("text", ["x", "", "[]", "5", "null", b"\xff"])
def test_from_json_of_what_is_no_object_raises(kind: Kind, text: Any) -> None:
    with pytest.raises(InvalidValueError, match="a JSON object"):
        kind.row.from_json(text)


def test_null_for_a_row_stays_none(kind: Kind) -> None:
    rows = kind.codec.decode(Datum('[null, {}, {"a": 1}]', "json"), trigger_metadata=None)
    assert rows == [None, {}, {"a": 1}]
    assert rows.to_dict() == [None, {}, {"a": 1}]
    assert json.loads(rows.to_json()) == [None, {}, {"a": 1}]


def test_repr_hides_the_values(kind: Kind) -> None:
    assert "secret" not in repr(kind.row(a="secret"))
    assert kind.row.__name__ in repr(kind.row())


VALUES = {
    "time": datetime.datetime(2020, 1, 2, 3, 4, 5, tzinfo=datetime.timezone.utc),
    "date": datetime.date(2020, 1, 2),
    "span": datetime.timedelta(hours=1),
    "text": b"text",
    "binary": b"\xff",
    "whole": decimal.Decimal("3"),
    "part": decimal.Decimal("1.5"),
    "id": uuid.UUID(int=1),
    "nested": [{"date": datetime.date(2020, 1, 2)}, (b"x",)],
}
CONVERTED = {
    "time": "2020-01-02T03:04:05+00:00",
    "date": "2020-01-02",
    "span": "1:00:00",
    "text": "text",
    "binary": {"__encoding": "base64", "value": "/w=="},
    "whole": 3,
    "part": 1.5,
    "id": "00000000-0000-0000-0000-000000000001",
    "nested": [{"date": "2020-01-02"}, ["x"]],
}


def test_C16_values_are_converted_alike_everywhere(kind: Kind) -> None:
    row = kind.row(VALUES)
    assert sent(kind, row) == [CONVERTED]
    assert json.loads(row.to_json()) == CONVERTED
    assert json.loads(kind.rows([row]).to_json()) == [CONVERTED]
    if kind.row is not func.Document:
        assert row.to_dict() == CONVERTED
        assert kind.rows([row]).to_dict() == [CONVERTED]


def test_document_to_dict_keeps_the_values_as_they_are() -> None:
    document = func.Document(VALUES)
    assert document.to_dict() == VALUES
    assert document.to_dict() is not document.data


def test_row_inside_a_row_is_an_object(kind: Kind) -> None:
    assert sent(kind, kind.row(inner=kind.row(a=1), rows=kind.rows([kind.row()]))) == [
        {"inner": {"a": 1}, "rows": [{}]}
    ]


@dataclasses.dataclass
class Item:
    id: str
    at: datetime.date


class Plain:
    def to_dict(self) -> dict[str, Any]:
        return {"plain": True}


def test_what_can_be_a_row_is_sent_as_one(kind: Kind) -> None:
    item = Item("1", datetime.date(2020, 1, 2))
    assert sent(kind, {"a": 1}) == [{"a": 1}]
    assert sent(kind, item) == [{"id": "1", "at": "2020-01-02"}]
    assert sent(kind, [item, Plain(), MappingProxyType({"a": 1}), kind.row()]) == [
        {"id": "1", "at": "2020-01-02"},
        {"plain": True},
        {"a": 1},
        {},
    ]
    assert sent(kind, (kind.row(i=i) for i in range(2))) == [{"i": 0}, {"i": 1}]
    assert sent(kind, kind.rows()) == sent(kind, []) == []


def test_pydantic_model_is_sent_as_a_row(kind: Kind) -> None:
    pydantic = pytest.importorskip("pydantic", reason="pydantic is not installed")
    model = pydantic.create_model("Model", id=(str, ...), at=(datetime.date, ...))
    assert sent(kind, model(id="1", at="2020-01-02")) == [{"id": "1", "at": "2020-01-02"}]


@pytest.mark.parametrize(
    "value", ["", {}, "x", b"", bytearray(), 5, 1.5, None, True, [None], [5], ["x"], [[]], Item]
)
def test_C4_what_is_no_row_raises(kind: Kind, value: object) -> None:
    with pytest.raises(UnsupportedValueError, match=kind.bindings[0]):
        kind.codec.encode(value, expected_type=None)


def test_error_names_the_row_that_cannot_be_sent(kind: Kind) -> None:
    with pytest.raises(UnsupportedValueError, match="row 1: got int 5"):
        kind.codec.encode([kind.row(), 5], expected_type=None)


def test_value_without_json_form_raises(kind: Kind) -> None:
    row = kind.row()
    row["self"] = row
    for value in (kind.row(a=object()), row):
        with pytest.raises(UnsupportedValueError, match=kind.bindings[0]):
            kind.codec.encode(value, expected_type=None)


@pytest.mark.parametrize("text", ["", "x", "5", "[1]", '["a"]', "[[]]", '"a"', "true", "[" * 10**5])
def test_payload_that_holds_no_rows_raises(kind: Kind, text: str) -> None:
    for datum in (Datum(text, "json"), Datum(text, "string"), Datum(text.encode(), "bytes")):
        with pytest.raises(InvalidPayloadError, match=f"{kind.bindings[0]}: body"):
            kind.codec.decode(datum, trigger_metadata=None)


@pytest.mark.parametrize("wire", ["int", "double", "collection_string", "http"])
def test_payload_of_another_kind_is_not_taken(kind: Kind, wire: str) -> None:
    with pytest.raises(UnsupportedPayloadError, match=wire):
        kind.codec.decode(Datum(1, wire), trigger_metadata=None)


def test_no_payload_is_none(kind: Kind) -> None:
    assert kind.codec.decode(None, trigger_metadata=None) is None
    assert kind.codec.decode(Datum(None, None), trigger_metadata=None) is None


def test_C11_annotations(kind: Kind) -> None:
    takes = kind.codec.check_input_type_annotation
    gives = kind.codec.check_output_type_annotation
    row: Any = kind.row
    rows: Any = kind.rows
    refused: tuple[Any, ...] = (None, int, str, "text")
    for annotation in (*refused, row, dict, typing.List[row], list[row]):  # noqa: UP006
        assert takes(annotation) is False
    assert takes(rows)
    assert takes(typing.Optional[rows])  # noqa: UP045
    for annotation in (row, rows, typing.List[row], list[row], dict):  # noqa: UP006
        assert gives(annotation)
    for annotation in (*refused, bytes, list[str], typing.Optional[int]):  # noqa: UP045
        assert gives(annotation) is False


def test_output_annotation_that_promises_rows(kind: Kind) -> None:
    row: Any = kind.row
    promises = kind.codec.emits_annotation
    for annotation in (row, kind.rows, list[row], dict[str, Any], list[dict[str, Any]], Item):
        assert promises(annotation), annotation
    for annotation in (typing.Optional[row], Iterator[Item], tuple[row, ...]):  # noqa: UP045
        assert promises(annotation), annotation
    for annotation in (None, int, str, bytes, list, list[str], list[int], "text"):
        assert not promises(annotation), annotation


def test_wire_json_has_no_other_value_with_orjson(kind: Kind) -> None:
    big = 2**70
    row = kind.row({"big": big, "none": None, 1: "int key"})
    assert sent(kind, row) == [{"big": big, "none": None, "1": "int key"}]
    rows = kind.codec.decode(Datum(f'[{{"big": {big}}}]', "json"), trigger_metadata=None)
    assert rows[0]["big"] == big


ROWS = st.lists(st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), json_values))


@pytest.mark.slow
@given(st.sampled_from(KINDS), ROWS)
def test_rows_survive_the_wire(kind: Kind, values: list[dict[str, Any]]) -> None:
    rows = kind.rows(kind.row(value) for value in values)
    assert kind.codec.decode(kind.codec.encode(rows), trigger_metadata=None) == rows
    assert kind.codec.decode(Datum(rows.to_json(), "string")) == rows


@pytest.mark.parametrize("kind", [func.Document, func.SqlRow, func.MySqlRow])
@pytest.mark.parametrize("value", ["x", 5, [1], object()])
def test_what_is_no_row(kind: type, value: object) -> None:
    with pytest.raises(InvalidValueError, match=f"{kind.__name__}: values: got .*mapping of names"):
        kind(value)


@pytest.mark.parametrize("kind", [func.DocumentList, func.SqlRowList, func.MySqlRowList])
def test_what_are_no_rows(kind: type) -> None:
    with pytest.raises(InvalidValueError, match=f"{kind.__name__}: rows: got int 5"):
        kind(5)
