"""Timers."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from azure_functions_lib import TimerRequest, get_binding_registry
from azure_functions_lib.errors import InvalidPayloadError, UnsupportedPayloadError
from azure_functions_lib.meta import Datum
from tests.bindings.recorded import recorded
from tests.strategies import json_values


def decode(datum: Any) -> TimerRequest:
    codec = get_binding_registry().get("timerTrigger")
    assert codec is not None
    request = codec.decode(datum, trigger_metadata=None)
    assert isinstance(request, TimerRequest)
    return request


def test_recorded_timer() -> None:
    request = decode(recorded("timerTrigger")["monitored"].data)
    assert request.past_due is True
    assert request.schedule == {"AdjustForDST": True}
    assert request.schedule_status["Next"] == "2024-05-06T07:05:00+00:00"
    assert json.loads(request.to_json()) == request.to_dict()


def test_recorded_timer_without_status() -> None:
    request = decode(recorded("timerTrigger")["not monitored"].data)
    assert request.schedule_status == {}
    assert request == TimerRequest(schedule={"AdjustForDST": False})


@pytest.mark.parametrize("text", ['{"IsPastDue": null}', "{}", '{"IsPastDue": false}'])
def test_C18_null_is_not_past_due(text: str) -> None:
    assert decode(Datum(text, "json")).past_due is False


@pytest.mark.parametrize("value", ['"true"', "1", "[]"])
def test_a_flag_is_true_or_false(value: str, caplog: pytest.LogCaptureFixture) -> None:
    assert decode(Datum(f'{{"IsPastDue": {value}}}', "json")).past_due is False
    assert "IsPastDue" in caplog.text
    assert "expected true or false" in caplog.text


@pytest.mark.parametrize("kind", ["string", "bytes", "int", None])
def test_other_payloads_are_refused(kind: str | None) -> None:
    with pytest.raises(UnsupportedPayloadError, match=r"timerTrigger: body: got .*; expected"):
        decode(Datum("{}", kind))


@pytest.mark.parametrize("text", ["", "{", "[]", "null", "5", '"x"'])
def test_a_body_that_is_no_object(text: str) -> None:
    with pytest.raises(InvalidPayloadError, match=r"timerTrigger: body: got .*; expected"):
        decode(Datum(text, "json"))


_objects = st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), json_values)


@pytest.mark.slow
@given(st.booleans(), _objects, _objects)
def test_a_request_is_what_the_wire_delivers(
    past_due: bool, status: dict[str, Any], schedule: dict[str, Any]
) -> None:
    document = {"IsPastDue": past_due, "ScheduleStatus": status, "Schedule": schedule}
    assert decode(Datum(json.dumps(document), "json")) == TimerRequest(
        past_due=past_due, schedule_status=status, schedule=schedule
    )


def test_two_requests_share_no_dict() -> None:
    first, second = TimerRequest(), TimerRequest()
    first.schedule["a"] = 1
    assert second.schedule == {}
