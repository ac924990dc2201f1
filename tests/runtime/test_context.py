"""The invocation context, and ``Out`` objects made by hand."""

from __future__ import annotations

import threading
import uuid
from pathlib import Path
from typing import Any

import pytest

import azure_functions_lib as func
from azure_functions_lib import RetryContext, TraceContext
from azure_functions_lib.errors import InvalidValueError
from azure_functions_lib.runtime.runtime import Runtime
from azure_functions_lib.wire.datum import Datum

from ..folders import QUEUE_RETURN, QUEUE_TRIGGER, v1_app


def test_a_context_for_a_test_needs_no_arguments() -> None:
    context = func.Context()
    assert uuid.UUID(context.invocation_id).version == 4
    assert (context.function_name, context.function_directory) == ("", "")
    assert context.trace_context.trace_parent == ""
    assert context.trace_context.attributes == {}
    assert (context.retry_context.retry_count, context.retry_context.max_retry_count) == (0, 0)
    assert context.retry_context.exception is None
    assert context.invocation_id != func.Context().invocation_id
    assert context.thread_local_storage is func.Context().thread_local_storage


def test_a_context_shows_which_invocation_it_is_of() -> None:
    assert repr(func.Context("id", "orders")) == "<Context orders id>"


def test_a_context_holds_what_it_is_given() -> None:
    trace = TraceContext("00-1-2-01", "vendor=1", {"key": "value"})
    retry = RetryContext(2, 5, LookupError("before"))
    storage = threading.local()
    context = func.Context(
        "id",
        "name",
        "folder",
        trace_context=trace,
        retry_context=retry,
        thread_local_storage=storage,
    )
    assert (context.invocation_id, context.function_name) == ("id", "name")
    assert context.function_directory == "folder"
    assert context.trace_context is trace
    assert context.retry_context is retry
    assert context.thread_local_storage is storage


def test_the_older_names_of_a_trace_context() -> None:
    trace = TraceContext("00-1-2-01", "vendor=1", {"key": "value"})
    assert trace.Traceparent == trace.trace_parent == "00-1-2-01"
    assert trace.Tracestate == trace.trace_state == "vendor=1"
    assert trace.Attributes == trace.attributes == {"key": "value"}


def test_R5_the_exception_of_a_retry_has_both_names() -> None:
    error = LookupError("before")
    retry = RetryContext(1, 3, error)
    assert retry.exception is error
    assert retry.rpc_exception is error


def test_G10_what_a_function_is_given(tmp_path: Path) -> None:
    code = """
        import azure_functions_lib as func

        def main(msg: func.QueueMessage, ctx: func.Context, context) -> str:
            assert context is ctx
            return "|".join([
                context.invocation_id, context.function_name, context.function_directory,
                context.trace_context.trace_parent, str(context.retry_context.retry_count),
                context.thread_local_storage.invocation_id,
            ])
    """
    v1_app(tmp_path, code, QUEUE_TRIGGER, QUEUE_RETURN)
    with Runtime(tmp_path) as runtime:
        given: dict[str, Any] = {
            "invocation_id": "some-id",
            "trace_context": TraceContext("00-1-2-01"),
            "retry_context": RetryContext(2, 5),
        }
        value = runtime.run("one", Datum("", "string"), **given).return_value
        assert value is not None
        expected = ["some-id", "one", str(tmp_path / "one"), "00-1-2-01", "2", "some-id"]
        assert value.value == "|".join(expected)


def test_binding_a_thread_of_one_s_own() -> None:
    outer, inner = func.Context("outer"), func.Context("inner")
    storage = outer.thread_local_storage
    with outer.bind() as bound:
        assert bound is outer
        assert storage.invocation_id == "outer"
        assert inner.bind(lambda: storage.invocation_id)() == "inner"
        assert storage.invocation_id == "outer"
    assert storage.invocation_id is None


def test_a_bound_function_stays_itself() -> None:
    def function(number: int, *, factor: int = 2) -> int:
        """Multiply."""
        return number * factor

    bound = func.Context().bind(function)
    assert bound(4, factor=3) == 12
    assert bound.__doc__ == "Multiply."


def test_an_out_made_by_hand() -> None:
    out: func.Out[str] = func.Out()
    assert out.get() is None
    out.set("value")
    assert out.get() == "value"
    assert repr(out) == "<Out 'value'>"


def test_items_are_added_to_an_out() -> None:
    out: func.Out[list[str]] = func.Out()
    out.add("one")
    out.add("two")
    assert out.get() == ["one", "two"]
    out.set(["three"])
    out.add("four")
    assert out.get() == ["three", "four"]


def test_an_out_is_either_set_or_added_to() -> None:
    out: func.Out[str] = func.Out()
    out.set("value")
    with pytest.raises(InvalidValueError, match=r"set\(\) or add\(\)"):
        out.add("item")
