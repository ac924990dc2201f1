"""The warm-up trigger, whose payload says nothing."""

from __future__ import annotations

import pickle

import azure_functions_lib as func
from azure_functions_lib.meta import Datum, get_binding_registry

from .recorded import recorded

CODEC = get_binding_registry().codec("warmupTrigger")


def test_P1_context_is_exported_and_decoded_from_anything() -> None:
    payloads = [payload.data for payload in recorded("warmupTrigger").values()]
    for data in (*payloads, Datum(b"x", "bytes"), Datum(None, None), Datum(1, "int")):
        assert CODEC.decode(data, trigger_metadata=None) == func.WarmUpContext()


def test_context_is_a_value() -> None:
    context = func.WarmUpContext()
    assert repr(context).startswith("<azure.WarmUpContext")
    assert pickle.loads(pickle.dumps(context)) == context
    assert context.to_dict() == {}
    assert hash(context) == hash(func.WarmUpContext())


def test_annotations() -> None:
    assert CODEC.check_input_type_annotation(func.WarmUpContext)
    assert not CODEC.check_input_type_annotation(str)
