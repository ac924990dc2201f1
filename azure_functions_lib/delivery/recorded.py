"""Payloads written down: a JSON document that holds what a function was called with.

::

    {
      "data": {"type": "string", "value": "hello"},
      "metadata": {"DequeueCount": {"type": "json", "value": "2"}},
      "inputs": {"obj": {"type": "bytes", "value": {"$bytes": "AAEC"}}}
    }

``data`` is the trigger's payload, ``metadata`` its trigger metadata, ``inputs`` holds the payloads
of the other input bindings by name. All three may be absent. A payload is null, or an object with
the wire type and the value:

=======================  ==========================================================================
type                     value
=======================  ==========================================================================
``string``               text
``bytes``                ``{"$bytes": base64}``
``json``                 JSON text as it travelled, or any value but text, which is then written as
                         JSON
``int``, ``double``      a number
``http``                 ``{"method", "url", "headers", "query", "params", "body"}``: ``body`` is a
                         payload, the others hold text
``collection_*``         an array of text, numbers or ``{"$bytes": base64}``
``model_binding_data``   ``{"version", "source", "content_type", "content"}``
=======================  ==========================================================================
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any, NamedTuple

from ..errors import InvalidPayloadError, preview
from ..wire.datum import Datum, DatumLike, collection_items
from ..wire.jsontext import dump_json, parse_json

__all__ = ["RecordedPayload", "datum_from_json", "datum_to_json", "dumps", "loads"]


class RecordedPayload(NamedTuple):
    """What one invocation was given.

    Attributes:
        data: the trigger's payload.
        metadata: the trigger metadata.
        inputs: the payloads of the other input bindings, by binding name.
    """

    data: Datum | None = None
    metadata: Mapping[str, Datum | None] = {}
    inputs: Mapping[str, Datum] = {}


def loads(text: str | bytes) -> RecordedPayload:
    """Read a recorded payload.

    Raises:
        InvalidPayloadError: the text is not such a document (a ValueError).
    """
    try:
        document = parse_json(text)
    except ValueError as error:
        raise _invalid("document", f"text that is not JSON ({error})", "a JSON object") from None
    _keys(document, "document", optional=("data", "metadata", "inputs"))
    inputs = _datums(document.get("inputs"), "inputs")
    return RecordedPayload(
        datum_from_json(document.get("data"), "data"),
        _datums(document.get("metadata"), "metadata"),
        {name: datum or Datum(None, None) for name, datum in inputs.items()},
    )


def dumps(payload: RecordedPayload) -> str:
    """Write a recorded payload as an indented JSON document."""
    document = {
        "data": datum_to_json(payload.data),
        "metadata": {name: datum_to_json(datum) for name, datum in payload.metadata.items()},
        "inputs": {name: datum_to_json(datum) for name, datum in payload.inputs.items()},
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
    if kind is None or content is None:
        return Datum(None, kind)
    if not isinstance(kind, str):
        raise _invalid(where, preview(kind), "the name of a wire type")
    if kind == "http":
        return Datum(_request_from_json(content, where), kind)
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
    wanted = _SCALARS.get(kind)
    if wanted is not None and not isinstance(value, wanted):
        form = '{"$bytes": base64}' if kind == "bytes" else f"a value of wire type {kind!r}"
        raise _invalid(where, preview(value), form)
    return value


def _plain(value: Any, where: str) -> Any:
    if isinstance(value, dict) and value.keys() == {"$bytes"}:
        from base64 import b64decode

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
        from base64 import b64encode

        return {"$bytes": b64encode(value).decode()}
    if kind == "http" and isinstance(value, Mapping):
        return {name: _part_to_json(name, part) for name, part in value.items()}
    if kind == "model_binding_data":
        names = ("version", "source", "content_type", "content")
        return {name: _value_to_json(getattr(value, name, None), None) for name in names}
    if kind is not None and kind.startswith("collection_"):
        return [_value_to_json(item, None) for item in collection_items(value, kind)]
    return value


def _part_to_json(name: str, part: Any) -> Any:
    if name == "body":
        return datum_to_json(part)
    if name == "cookies":
        return part and [
            {"name": morsel.key, "value": morsel.value, **{k: v for k, v in morsel.items() if v}}
            for cookie in part
            for morsel in cookie.values()
        ]
    if isinstance(part, Mapping):
        return {key: getattr(item, "value", item) for key, item in part.items()}
    return getattr(part, "value", part)
