"""Calls and outcomes written down, with their payloads as :mod:`.recorded` has them.

Both are JSON objects of their fields. The return value is the output ``$return``. An output may
tell its binding type, ``binding``, to whoever reads it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, fields
from typing import Any

from ..errors import preview
from ..wire.datum import Datum
from ..wire.declaration import RETURN
from .call import Call, Failure, LogEntry, Outcome
from .recorded import check_keys, datum_to_json, datums_from_json, datums_to_json, invalid

__all__ = ["call_from_json", "call_to_json", "outcome_from_json", "outcome_to_json"]


def call_to_json(call: Call) -> dict[str, Any]:
    """Give a call as plain JSON values."""
    error = call.retry_exception
    return {
        "function": call.function,
        "invocation_id": call.invocation_id,
        "payloads": datums_to_json(call.payloads),
        "metadata": datums_to_json(call.metadata),
        "trace_parent": call.trace_parent,
        "trace_state": call.trace_state,
        "trace_attributes": dict(call.trace_attributes),
        "retry_count": call.retry_count,
        "max_retry_count": call.max_retry_count,
        "retry_exception": _failure_to_json(error),
        "cause": call.cause,
    }


def call_from_json(value: Any) -> Call:
    """Read a call from its plain JSON form.

    Raises:
        InvalidPayloadError: the value has another form.
    """
    fields = _fields(value, "call", Call)
    payloads = datums_from_json(fields.pop("payloads"), "call.payloads")
    return Call(
        fields.pop("function"),
        {name: datum or Datum(None, None) for name, datum in payloads.items()},
        datums_from_json(fields.pop("metadata", None), "call.metadata"),
        retry_exception=_failure(fields.pop("retry_exception", None), "call.retry_exception"),
        **fields,
    )


def outcome_to_json(outcome: Outcome, types: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Give an outcome as plain JSON values.

    Args:
        outcome: the outcome.
        types: the binding types that outputs tell, by name.
    """
    outputs = dict(outcome.outputs)
    if outcome.return_value is not None:
        outputs = {RETURN: outcome.return_value, **outputs}
    return {
        "function": outcome.function,
        "invocation_id": outcome.invocation_id,
        "outputs": {
            name: {**_binding(name, types), **datum_to_json(datum)}
            for name, datum in outputs.items()
        },
        "exception": _failure_to_json(outcome.exception),
        "logs": [
            {**entry._asdict(), "exception": _failure_to_json(entry.exception)}
            for entry in outcome.logs
        ],
        "duration": outcome.duration,
    }


def outcome_from_json(value: Any) -> Outcome:
    """Read an outcome from its plain JSON form.

    Raises:
        InvalidPayloadError: the value has another form.
    """
    fields = _fields(value, "outcome", Outcome)
    sent = fields.pop("outputs", None)
    if isinstance(sent, dict):
        sent = {name: _without_binding(output) for name, output in sent.items()}
    outputs = {
        name: datum or Datum(None, None)
        for name, datum in datums_from_json(sent, "outcome.outputs").items()
    }
    return_value = outputs.pop(RETURN, None)
    logs = fields.pop("logs", [])
    if not isinstance(logs, list):
        raise invalid("outcome.logs", preview(logs), "an array of log entries")
    return Outcome(
        fields.pop("function"),
        fields.pop("invocation_id"),
        outputs,
        return_value,
        _failure(fields.pop("exception", None), "outcome.exception"),
        [_log_entry(entry) for entry in logs],
        **fields,
    )


def _binding(name: str, types: Mapping[str, str] | None) -> dict[str, str]:
    return {"binding": types[name]} if types and name in types else {}


def _without_binding(output: Any) -> Any:
    if not isinstance(output, dict):
        return output
    return {key: item for key, item in output.items() if key != "binding"}


def _fields(value: Any, where: str, kind: type[Call | Outcome]) -> dict[str, Any]:
    """Take the fields of a record from an object, after a look at their names and plain types."""
    known = {each.name: each for each in fields(kind)}
    required = [
        name
        for name, each in known.items()
        if each.default is MISSING and each.default_factory is MISSING
    ]
    optional = tuple(known.keys() - {"return_value", *required})
    check_keys(value, where, tuple(required), optional)
    for name, types in _PLAIN_FIELDS.items():
        if name in value and not isinstance(value[name], types):
            expected = " or ".join(each.__name__ for each in types)
            raise invalid(f"{where}.{name}", preview(value[name]), expected)
    return dict(value)


_PLAIN_FIELDS: dict[str, tuple[type, ...]] = {
    "function": (str,),
    "invocation_id": (str, type(None)),
    "trace_parent": (str,),
    "trace_state": (str,),
    "trace_attributes": (dict,),
    "retry_count": (int,),
    "max_retry_count": (int,),
    "duration": (int, float),
}


def _failure_to_json(error: Any) -> dict[str, str] | None:
    if isinstance(error, BaseException):
        error = Failure.of(error)
    elif error is not None and not isinstance(error, Failure):
        error = Failure(type(error).__name__, str(error))
    return None if error is None else error._asdict()


def _failure(value: Any, where: str) -> Failure | None:
    if value is None:
        return None
    check_keys(value, where, required=("type", "message"), optional=("traceback",))
    return Failure(**value)


def _log_entry(value: Any) -> LogEntry:
    where = "outcome.logs"
    check_keys(value, where, ("level", "logger", "message"), ("time", "exception", "invocation_id"))
    exception = _failure(value.get("exception"), f"{where}.exception")
    return LogEntry(**{**value, "exception": exception})
