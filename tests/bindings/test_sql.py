"""The SQL trigger; rows are tested with those of all databases in ``test_rows``."""

from __future__ import annotations

import pytest

import azure_functions_lib as func
from azure_functions_lib.errors import InvalidPayloadError, UnsupportedPayloadError
from azure_functions_lib.meta import Datum, get_binding_registry

from .recorded import recorded

CODEC = get_binding_registry().codec("sqlTrigger")


def test_changes_are_rows_with_operation_and_item() -> None:
    changes = CODEC.decode(recorded("sqlTrigger")["batch"].data, trigger_metadata=None)
    assert type(changes) is func.SqlRowList
    assert changes == [
        func.SqlRow(Operation=0, Item={"Id": 1, "Name": "first"}),
        func.SqlRow(Operation=2, Item={"Id": 2, "Name": None}),
    ]


def test_workers_serve_the_trigger_by_their_own_rule() -> None:
    assert get_binding_registry().get("sqlTrigger") is None
    assert CODEC.has_implicit_output()
    assert not CODEC.has_trigger_support()


def test_only_a_parameter_that_asks_for_rows_gets_them() -> None:
    assert CODEC.check_input_type_annotation(func.SqlRowList)
    for annotation in (str, bytes, func.SqlRow, dict):
        assert not CODEC.check_input_type_annotation(annotation)


def test_faults_name_the_trigger() -> None:
    with pytest.raises(InvalidPayloadError, match="sqlTrigger: body"):
        CODEC.decode(Datum("x", "json"), trigger_metadata=None)
    with pytest.raises(UnsupportedPayloadError, match="sqlTrigger"):
        CODEC.decode(Datum(1, "int"), trigger_metadata=None)


def test_return_value_goes_as_that_of_a_generic_binding() -> None:
    assert CODEC.encode("done") == Datum("done", "string")
    assert CODEC.encode(None) == Datum(None, None)
