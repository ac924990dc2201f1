"""What the payloads of several services have in common."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta, timezone
from types import SimpleNamespace
from typing import Any

from ...errors import InvalidValueError, preview
from ...wire.datum import Datum
from ...wire.jsontext import dump_json, parse_json
from ...wire.messages import Message
from ..dotnet import property_text
from ..recorded import RecordedPayload


def json_datum(value: Any) -> Datum:
    """Make a JSON payload of a value."""
    return Datum(dump_json(value), "json")


def _metadata(value: Any) -> Datum | None:
    """Give a metadata value the form in which the host sends it."""
    if value is None or isinstance(value, Datum):
        return value
    return Datum(value, "string") if isinstance(value, str) else json_datum(plain(value))


def plain(value: Any) -> Any:
    """Give a time or time span as the host writes it in JSON; anything else as it is."""
    if isinstance(value, datetime):
        return _time_text(value)
    if isinstance(value, timedelta):
        return _span_text(value)
    return value


def with_offset(value: Any) -> Any:
    """Give a time as the host writes .NET's ``DateTimeOffset``; anything else as it is."""
    return value.isoformat() if isinstance(value, datetime) else value


def _time_text(time: datetime) -> str:
    if time.tzinfo is None:
        return time.isoformat()
    return time.astimezone(timezone.utc).replace(tzinfo=None).isoformat() + "Z"


def _span_text(span: timedelta) -> str:
    """Write a time span in .NET's format "c": ``[-][d.]hh:mm:ss[.fffffff]``."""
    sign, span = ("-", -span) if span < timedelta(0) else ("", span)
    minutes, seconds = divmod(span.seconds, 60)
    days = f"{span.days}." if span.days else ""
    fraction = f".{span.microseconds:06d}0" if span.microseconds else ""
    return f"{sign}{days}{minutes // 60:02}:{minutes % 60:02}:{seconds:02}{fraction}"


def metadata_of(values: Mapping[str, Any] | None) -> dict[str, Datum | None]:
    """Give metadata values the form in which the host sends them; a Datum stays as it is."""
    return {name: _metadata(value) for name, value in (values or {}).items()}


def content_of(body: Any) -> str | bytes:
    """Give a body as text or bytes; what is neither as JSON text."""
    if isinstance(body, (bytes, bytearray, memoryview)):
        return bytes(body)
    return body if isinstance(body, str) else dump_json(body)


def body_datum(content: str | bytes) -> Datum:
    """Give a message's payload: text where it is UTF-8, as the host does without a dataType."""
    if isinstance(content, bytes):
        try:
            content = content.decode()
        except UnicodeDecodeError:
            return Datum(content, "bytes")
    return Datum(content, "string")


def body_fields(body: Datum) -> dict[str, Datum]:
    """Give a JSON body's properties, which the host adds to the metadata as text."""
    if body.type != "string" or body.value[:1] != "{":
        return {}
    try:
        document = parse_json(body.value)
    except ValueError:
        return {}
    return {
        name: Datum(property_text(value), "string")
        for name, value in document.items()
        if value is not None and not isinstance(value, (list, dict))
    }


TIME = datetime(2024, 5, 6, 7, 8, 9, tzinfo=timezone.utc)


def message_of(kind: type[Message], body: Any, fields: Mapping[str, Any]) -> Any:
    """Make the message that a builder describes; the fields given win over those of a message."""
    if isinstance(body, kind):
        if not fields:
            return body
        state = {name: getattr(body, name) for name in kind._parameters if name != "body"}
        state.pop("metadata", None)
        return kind(body.get_body(), **{**state, **fields})

    if isinstance(body, Message):
        raise InvalidValueError.of(
            kind.__name__, "body", came=preview(body), expected=f"{kind.__name__}, or a body"
        )
    return kind(content_of(body), **fields)


def values_of(message: Message, defaults: Mapping[str, Any]) -> dict[str, Any]:
    """Give a message's fields by their wire names; the host's where the message has none."""
    values = {}
    for name, row in type(message)._fields.items():
        if row.wire is not None:
            value = getattr(message, name)
            values[row.wire] = defaults.get(row.wire) if value in (None, "", {}) else value
    return values


def batch_bodies(messages: Sequence[Message]) -> Datum:
    bodies = [body_datum(message.get_body()) for message in messages]
    if all(body.type == "string" for body in bodies):
        return Datum(SimpleNamespace(string=[body.value for body in bodies]), "collection_string")
    raw = [message.get_body() for message in messages]
    return Datum(SimpleNamespace(bytes=raw), "collection_bytes")


def columns_of(rows: Sequence[Mapping[str, Any]], long: Iterable[str]) -> dict[str, Datum]:
    """Give the fields of a batch as the host does: ``<Name>Array`` with one entry per message."""
    columns = {}
    for name in rows[0] if rows else ():
        values = [row[name] for row in rows]
        if all(value is None or isinstance(value, str) for value in values):
            # The host leaves out the entries of a string[] that are empty.
            texts = [value for value in values if value]
            columns[f"{name}Array"] = Datum(SimpleNamespace(string=texts), "collection_string")
        elif name in long and None not in values:
            columns[f"{name}Array"] = Datum(SimpleNamespace(sint64=values), "collection_sint64")
        else:
            columns[f"{name}Array"] = json_datum([plain(value) for value in values])
    return columns


def as_list(rows: Any) -> list[Any]:
    """Give one row as a list of it, several as they are."""
    one = isinstance(rows, Mapping) or hasattr(rows, "__dataclass_fields__")
    return [rows] if one else list(rows)


def rows_event(rows: Any, event: str) -> RecordedPayload:
    """Make the payload of one row or several: always a JSON array."""
    return RecordedPayload(json_datum(as_list(rows)), event=event)
