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
"""

from __future__ import annotations

import json
import re
from base64 import b64decode, b64encode
from collections.abc import Mapping
from http.cookies import CookieError, Morsel, SimpleCookie
from types import SimpleNamespace
from typing import Any, NamedTuple

from ..errors import InvalidPayloadError, preview
from ..wire.datum import Datum, DatumLike, collection_items
from ..wire.jsontext import dump_json, parse_json

__all__ = [
    "LIMIT",
    "RecordedPayload",
    "check_keys",
    "datum_from_json",
    "datum_to_json",
    "datums_from_json",
    "datums_to_json",
    "dumps",
    "invalid",
    "loads",
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
        raise invalid("document", f"text that is not JSON ({error})", "a JSON object") from None
    check_keys(document, "document", optional=("event", "data", "metadata", "inputs"))
    event = document.get("event", "")
    if not isinstance(event, str):
        raise invalid("event", preview(event), "the name of a builder")
    inputs = datums_from_json(document.get("inputs"), "inputs")
    return RecordedPayload(
        datum_from_json(document.get("data"), "data"),
        datums_from_json(document.get("metadata"), "metadata"),
        {name: datum or Datum(None, None) for name, datum in inputs.items()},
        event,
    )


def dumps(payload: RecordedPayload) -> str:
    """Write a recorded payload as an indented JSON document."""
    document = {
        **({"event": payload.event} if payload.event else {}),
        "data": datum_to_json(payload.data),
        "metadata": datums_to_json(payload.metadata),
        "inputs": datums_to_json(payload.inputs),
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
    check_keys(value, where, required=("type", "value"))
    kind, content, where = value["type"], value["value"], f"{where}.value"
    if kind is not None and not isinstance(kind, str):
        raise invalid(where, preview(kind), "the name of a wire type")
    if kind is None or content is None:
        return Datum(None, kind)
    if kind == "http":
        is_response = isinstance(content, dict) and "status_code" in content
        read = _response_from_json if is_response else _request_from_json
        return Datum(read(content, where), kind)
    if kind == "model_binding_data":
        check_keys(content, where, required=("version", "source", "content_type", "content"))
        return Datum(SimpleNamespace(**{key: _plain(content[key], where) for key in content}), kind)
    if kind.startswith("collection_"):
        if not isinstance(content, list):
            raise invalid(where, preview(content), "an array")
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
            raise invalid(where, preview(value), "text that has a UTF-8 form") from None
    wanted = _SCALARS.get(kind)
    if wanted is not None and not isinstance(value, wanted):
        form = '{"$bytes": base64}' if kind == "bytes" else f"a value of wire type {kind!r}"
        raise invalid(where, preview(value), form)
    return value


def _plain(value: Any, where: str) -> Any:
    if isinstance(value, dict) and value.keys() == {"$bytes"}:
        try:
            return b64decode(value["$bytes"], validate=True)
        except (TypeError, ValueError):
            raise invalid(where, preview(value["$bytes"]), "base64 text") from None
    return value


def _request_from_json(value: Any, where: str) -> dict[str, Any]:
    names = ("method", "url", "headers", "query", "params", "body")
    check_keys(value, where, required=names[:2], optional=names[2:])
    return {
        "method": _text(value["method"], f"{where}.method"),
        "url": _text(value["url"], f"{where}.url"),
        "headers": _texts(value.get("headers"), f"{where}.headers"),
        "query": _texts(value.get("query"), f"{where}.query"),
        "params": _texts(value.get("params"), f"{where}.params"),
        "body": datum_from_json(value.get("body"), f"{where}.body") or Datum(b"", "bytes"),
    }


def _response_from_json(value: Any, where: str) -> dict[str, Any]:
    check_keys(value, where, required=("status_code",), optional=("headers", "body", "cookies"))
    cookies = value.get("cookies")
    if cookies is not None and not isinstance(cookies, list):
        raise invalid(f"{where}.cookies", preview(cookies), "an array of cookies")
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
        raise invalid(where, preview(value), "an object with name, value and attributes") from None
    cookie = SimpleCookie()
    dict.__setitem__(cookie, name, morsel)
    return cookie


def _status(value: Any, where: str) -> Datum:
    if type(value) is not int:
        return _text(value, where)
    return Datum(str(value), "string")


def _text(value: Any, where: str) -> Datum:
    if not isinstance(value, str):
        raise invalid(where, preview(value), "text")
    return Datum(value, "string")


def _texts(value: Any, where: str) -> dict[str, Datum]:
    if value is not None and not isinstance(value, dict):
        raise invalid(where, preview(value), "an object holding text")
    return {name: _text(item, f"{where}.{name}") for name, item in (value or {}).items()}


def datums_from_json(value: Any, where: str) -> dict[str, Datum | None]:
    """Read payloads by name.

    Raises:
        InvalidPayloadError: one of them has another form.
    """
    if value is not None and not isinstance(value, dict):
        raise invalid(where, preview(value), "an object holding payloads by name")
    return {name: datum_from_json(item, f"{where}.{name}") for name, item in (value or {}).items()}


def check_keys(
    value: Any, where: str, required: tuple[str, ...] = (), optional: tuple[str, ...] = ()
) -> None:
    """Look whether a value is an object with the required keys, and no others than the optional.

    Raises:
        InvalidPayloadError: it is not.
    """
    allowed = {*required, *optional}
    if isinstance(value, dict) and set(required) <= value.keys() <= allowed:
        return
    came = f"an object with {', '.join(value) or 'no keys'}" if isinstance(value, dict) else None
    expected = f"an object with {', '.join((*required, *optional))}"
    raise invalid(where, came or preview(value), expected)


def invalid(where: str, came: str, expected: str) -> InvalidPayloadError:
    """Build the error for a part that has another form."""
    return InvalidPayloadError.of("recorded payload", where, came=came, expected=expected)


def datum_to_json(datum: DatumLike | None) -> Any:
    """Give one payload, a response included, as plain JSON values."""
    if datum is None:
        return None
    return {"type": datum.type, "value": _value_to_json(datum.value, datum.type)}


def datums_to_json(datums: Mapping[str, Datum | None]) -> dict[str, Any]:
    """Give payloads by name as plain JSON values."""
    return {name: datum_to_json(datum) for name, datum in datums.items()}


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
