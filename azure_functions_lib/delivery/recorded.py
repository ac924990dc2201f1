"""Payloads written down: a JSON document that holds what a function was called with.

::

    {
      "event": "queue",
      "data": {"type": "string", "value": "hello"},
      "metadata": {"DequeueCount": {"type": "json", "value": "2"}},
      "inputs": {"obj": {"type": "bytes", "value": {"$bytes": "AAEC"}}}
    }

``data`` is the trigger's payload, ``metadata`` its trigger metadata, ``inputs`` holds the payloads
of the other input bindings by name. ``event`` is the name of the builder that has made it, which
tells for which triggers it is. All of these may be absent. A payload is null, or an object with
the wire type and the value:

=======================  ==========================================================================
type                     value
=======================  ==========================================================================
``string``               text
``bytes``                ``{"$bytes": base64}``, or text that stands for its UTF-8 bytes
``json``                 JSON text as it travelled, or any value but text, which is then written as
                         JSON
``int``, ``double``      a number
``http``                 ``{"method", "url", "headers", "query", "params", "body"}``: ``body`` is a
                         payload, the others hold text
``collection_*``         an array of text, numbers or ``{"$bytes": base64}``
``model_binding_data``   ``{"version", "source", "content_type", "content"}``
=======================  ==========================================================================

A response is of type ``http`` too: ``{"status_code", "headers", "body", "cookies"}``, the first of
which is a number. A body that is UTF-8 is written as text.

Calls and outcomes (:mod:`.call`) are JSON objects of their fields, with payloads in this form. The
return value is the output ``$return``. An output may tell its binding type, ``binding``, to whoever
reads it.
"""

from __future__ import annotations

import json
import re
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import MISSING, fields
from http.cookies import CookieError, Morsel, SimpleCookie
from types import SimpleNamespace
from typing import Any, NamedTuple

from ..errors import InvalidPayloadError, preview
from ..wire.datum import Datum, DatumLike, collection_items
from ..wire.declaration import RETURN
from ..wire.jsontext import dump_json, parse_json
from .call import Call, Failure, LogEntry, Outcome

__all__ = [
    "LIMIT",
    "RecordedPayload",
    "call_from_json",
    "call_to_json",
    "datum_from_json",
    "datum_to_json",
    "dumps",
    "loads",
    "outcome_from_json",
    "outcome_to_json",
]


class RecordedPayload(NamedTuple):
    """What one invocation was given.

    Attributes:
        data: the trigger's payload.
        metadata: the trigger metadata.
        inputs: the payloads of the other input bindings, by binding name.
        event: the name of the builder in :mod:`azure_functions_lib.delivery.events` that has made
            it; empty where none has, so that it may be for any trigger.
    """

    data: Datum | None = None
    metadata: Mapping[str, Datum | None] = {}
    inputs: Mapping[str, Datum] = {}
    event: str = ""


LIMIT = 100 * 2**20
"""How long a recorded payload may be by default: as the largest request that the host takes."""


def loads(text: str | bytes, *, limit: int = LIMIT) -> RecordedPayload:
    """Read a recorded payload.

    Args:
        text: the document.
        limit: how many characters or bytes it may have.

    Raises:
        InvalidPayloadError: the text is not such a document, or too long (a ValueError).
    """
    if len(text) > limit:
        raise InvalidPayloadError.of(
            "recorded payload",
            "document",
            came=f"{len(text)} characters or bytes",
            expected=f"at most {limit}",
            remedy="Give loads() a higher limit, or record less",
        )
    try:
        document = parse_json(text)
    except ValueError as error:
        raise _invalid("document", f"text that is not JSON ({error})", "a JSON object") from None
    _keys(document, "document", optional=("event", "data", "metadata", "inputs"))
    event = document.get("event", "")
    if not isinstance(event, str):
        raise _invalid("event", preview(event), "the name of a builder")
    inputs = _datums(document.get("inputs"), "inputs")
    return RecordedPayload(
        datum_from_json(document.get("data"), "data"),
        _datums(document.get("metadata"), "metadata"),
        {name: datum or Datum(None, None) for name, datum in inputs.items()},
        event,
    )


def dumps(payload: RecordedPayload) -> str:
    """Write a recorded payload as an indented JSON document."""
    document = {
        **({"event": payload.event} if payload.event else {}),
        "data": datum_to_json(payload.data),
        "metadata": _datums_to_json(payload.metadata),
        "inputs": _datums_to_json(payload.inputs),
    }
    return json.dumps(document, indent=2)


def datum_from_json(value: Any, where: str = "payload") -> Datum | None:
    """Read one payload from its plain JSON form.

    Args:
        value: the parsed JSON.
        where: what to call it in an error.

    Raises:
        InvalidPayloadError: the value has another form.
    """
    if value is None:
        return None
    _keys(value, where, required=("type", "value"))
    kind, content, where = value["type"], value["value"], f"{where}.value"
    if kind is not None and not isinstance(kind, str):
        raise _invalid(where, preview(kind), "the name of a wire type")
    if kind is None or content is None:
        return Datum(None, kind)
    if kind == "http":
        is_response = isinstance(content, dict) and "status_code" in content
        read = _response_from_json if is_response else _request_from_json
        return Datum(read(content, where), kind)
    if kind == "model_binding_data":
        _keys(content, where, required=("version", "source", "content_type", "content"))
        return Datum(SimpleNamespace(**{key: _plain(content[key], where) for key in content}), kind)
    if kind.startswith("collection_"):
        if not isinstance(content, list):
            raise _invalid(where, preview(content), "an array")
        items = [_plain(item, where) for item in content]
        return Datum(SimpleNamespace(**{kind[len("collection_") :]: items}), kind)
    if kind == "json" and not isinstance(content, str):
        return Datum(dump_json(content), kind)
    return Datum(_scalar(_plain(content, where), kind, where), kind)


_SCALARS: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "json": (str,),
    "bytes": (bytes,),
    "int": (int,),
    "double": (int, float),
}


def _scalar(value: Any, kind: str, where: str) -> Any:
    if kind == "bytes" and isinstance(value, str):
        try:
            return value.encode()
        except UnicodeEncodeError:
            raise _invalid(where, preview(value), "text that has a UTF-8 form") from None
    wanted = _SCALARS.get(kind)
    if wanted is not None and not isinstance(value, wanted):
        form = '{"$bytes": base64}' if kind == "bytes" else f"a value of wire type {kind!r}"
        raise _invalid(where, preview(value), form)
    return value


def _plain(value: Any, where: str) -> Any:
    if isinstance(value, dict) and value.keys() == {"$bytes"}:
        try:
            return b64decode(value["$bytes"], validate=True)
        except (TypeError, ValueError):
            raise _invalid(where, preview(value["$bytes"]), "base64 text") from None
    return value


def _request_from_json(value: Any, where: str) -> dict[str, Any]:
    names = ("method", "url", "headers", "query", "params", "body")
    _keys(value, where, required=names[:2], optional=names[2:])
    return {
        "method": _text(value["method"], f"{where}.method"),
        "url": _text(value["url"], f"{where}.url"),
        "headers": _texts(value.get("headers"), f"{where}.headers"),
        "query": _texts(value.get("query"), f"{where}.query"),
        "params": _texts(value.get("params"), f"{where}.params"),
        "body": datum_from_json(value.get("body"), f"{where}.body") or Datum(b"", "bytes"),
    }


def _response_from_json(value: Any, where: str) -> dict[str, Any]:
    _keys(value, where, required=("status_code",), optional=("headers", "body", "cookies"))
    cookies = value.get("cookies")
    if cookies is not None and not isinstance(cookies, list):
        raise _invalid(f"{where}.cookies", preview(cookies), "an array of cookies")
    return {
        "status_code": _status(value["status_code"], f"{where}.status_code"),
        "headers": _texts(value.get("headers"), f"{where}.headers"),
        "body": datum_from_json(value.get("body"), f"{where}.body") or Datum(b"", "bytes"),
        "cookies": cookies and [_cookie_from_json(each, f"{where}.cookies") for each in cookies],
    }


def _cookie_from_json(value: Any, where: str) -> SimpleCookie:
    morsel: Morsel[str] = Morsel()
    try:
        attributes = dict(value)
        name, content = attributes.pop("name"), attributes.pop("value")
        morsel.set(name, content, attributes.pop("coded_value", content))
        morsel.update(attributes)
    except (AttributeError, CookieError, KeyError, TypeError, ValueError):
        raise _invalid(where, preview(value), "an object with name, value and attributes") from None
    cookie = SimpleCookie()
    dict.__setitem__(cookie, name, morsel)
    return cookie


def _status(value: Any, where: str) -> Datum:
    if type(value) is not int:
        return _text(value, where)
    return Datum(str(value), "string")


def _text(value: Any, where: str) -> Datum:
    if not isinstance(value, str):
        raise _invalid(where, preview(value), "text")
    return Datum(value, "string")


def _texts(value: Any, where: str) -> dict[str, Datum]:
    if value is not None and not isinstance(value, dict):
        raise _invalid(where, preview(value), "an object holding text")
    return {name: _text(item, f"{where}.{name}") for name, item in (value or {}).items()}


def _datums(value: Any, where: str) -> dict[str, Datum | None]:
    if value is not None and not isinstance(value, dict):
        raise _invalid(where, preview(value), "an object holding payloads by name")
    return {name: datum_from_json(item, f"{where}.{name}") for name, item in (value or {}).items()}


def _keys(
    value: Any, where: str, required: tuple[str, ...] = (), optional: tuple[str, ...] = ()
) -> None:
    allowed = {*required, *optional}
    if isinstance(value, dict) and set(required) <= value.keys() <= allowed:
        return
    came = f"an object with {', '.join(value) or 'no keys'}" if isinstance(value, dict) else None
    expected = f"an object with {', '.join((*required, *optional))}"
    raise _invalid(where, came or preview(value), expected)


def _invalid(where: str, came: str, expected: str) -> InvalidPayloadError:
    return InvalidPayloadError.of("recorded payload", where, came=came, expected=expected)


def datum_to_json(datum: DatumLike | None) -> Any:
    """Give one payload, a response included, as plain JSON values."""
    if datum is None:
        return None
    return {"type": datum.type, "value": _value_to_json(datum.value, datum.type)}


def _value_to_json(value: Any, kind: str | None) -> Any:
    if isinstance(value, (bytes, bytearray, memoryview)):
        return {"$bytes": b64encode(value).decode()}
    if kind == "http" and isinstance(value, Mapping):
        return {name: _part_to_json(name, part) for name, part in value.items()}
    if kind == "model_binding_data":
        names = ("version", "source", "content_type", "content")
        return {name: _value_to_json(getattr(value, name, None), None) for name in names}
    if kind is not None and kind.startswith("collection_"):
        return [_value_to_json(item, None) for item in collection_items(value, kind)]
    return value


_STATUS = re.compile("[1-9][0-9]{2}")


def _part_to_json(name: str, part: Any) -> Any:
    if name == "body":
        return _body_to_json(part)
    if name == "status_code":
        status = getattr(part, "value", part)
        return int(status) if isinstance(status, str) and _STATUS.fullmatch(status) else status
    if type(part) is Datum:  # most of a request; what follows asks an ABC, which is slow
        return part.value
    if name == "cookies":
        return part and [_cookie_to_json(each) for cookie in part for each in cookie.values()]
    if isinstance(part, Mapping):
        return {key: getattr(item, "value", item) for key, item in part.items()}
    return getattr(part, "value", part)


def _body_to_json(body: DatumLike | None) -> Any:
    if body is not None and body.type == "bytes":
        try:
            return {"type": "bytes", "value": bytes(body.value).decode()}
        except (TypeError, UnicodeDecodeError):
            pass
    return datum_to_json(body)


def _cookie_to_json(morsel: Morsel[str]) -> dict[str, Any]:
    document: dict[str, Any] = {"name": morsel.key, "value": morsel.value}
    if morsel.coded_value != morsel.value:
        document["coded_value"] = morsel.coded_value
    return {**document, **{name: value for name, value in morsel.items() if value}}


# -- Calls and outcomes


def call_to_json(call: Call) -> dict[str, Any]:
    """Give a call as plain JSON values."""
    error = call.retry_exception
    return {
        "function": call.function,
        "invocation_id": call.invocation_id,
        "payloads": _datums_to_json(call.payloads),
        "metadata": _datums_to_json(call.metadata),
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
    payloads = _datums(fields.pop("payloads"), "call.payloads")
    return Call(
        fields.pop("function"),
        {name: datum or Datum(None, None) for name, datum in payloads.items()},
        _datums(fields.pop("metadata", None), "call.metadata"),
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
        name: datum or Datum(None, None) for name, datum in _datums(sent, "outcome.outputs").items()
    }
    return_value = outputs.pop(RETURN, None)
    logs = fields.pop("logs", [])
    if not isinstance(logs, list):
        raise _invalid("outcome.logs", preview(logs), "an array of log entries")
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
    _keys(value, where, tuple(required), optional)
    for name, types in _PLAIN_FIELDS.items():
        if name in value and not isinstance(value[name], types):
            expected = " or ".join(each.__name__ for each in types)
            raise _invalid(f"{where}.{name}", preview(value[name]), expected)
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


def _datums_to_json(datums: Mapping[str, Datum | None]) -> dict[str, Any]:
    return {name: datum_to_json(datum) for name, datum in datums.items()}


def _failure_to_json(error: Any) -> dict[str, str] | None:
    if isinstance(error, BaseException):
        error = Failure.of(error)
    elif error is not None and not isinstance(error, Failure):
        error = Failure(type(error).__name__, str(error))
    return None if error is None else error._asdict()


def _failure(value: Any, where: str) -> Failure | None:
    if value is None:
        return None
    _keys(value, where, required=("type", "message"), optional=("traceback",))
    return Failure(**value)


def _log_entry(value: Any) -> LogEntry:
    where = "outcome.logs"
    _keys(value, where, ("level", "logger", "message"), ("time", "exception", "invocation_id"))
    exception = _failure(value.get("exception"), f"{where}.exception")
    return LogEntry(**{**value, "exception": exception})
