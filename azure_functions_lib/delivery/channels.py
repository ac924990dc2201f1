"""What the host makes of an output's payload: messages of a queue, a blob, rows of a table.

And of what it has stored, the payload of an input. How a worker's values are taken apart is that of
the host's collectors.
"""

from __future__ import annotations

import json
import struct
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import unquote, urlsplit

from ..bindings import Channel, binding_type
from ..errors import DeclarationError, InvocationError, preview
from ..wire.datum import Datum, python_value
from ..wire.jsontext import dump_json, parse_json
from .dotnet import property_text
from .expressions import BindingData, Template, resolve_settings
from .storage import Entity

if TYPE_CHECKING:
    from ..wire.declaration import Binding

__all__ = [
    "Place",
    "blob_content",
    "decoded",
    "encoded",
    "entities",
    "entity_values",
    "messages",
    "place_of",
    "shown_place",
    "split_path",
    "value_of",
]


class Place(NamedTuple):
    """Where an output goes, or an input or trigger looks.

    Attributes:
        channel: the service.
        name: the queue, topic, hub, path or table.
    """

    channel: Channel
    name: str


def shown_place(binding: Binding, name: str) -> str:
    """Give the name of a binding's place as people may see it.

    Where a setting was put in for ``%NAME%`` that is no name, such as a connection string, that is
    what the binding has itself.
    """
    if "=" not in name and "://" not in name:
        return name
    record = binding.get_dict_repr()
    return next(str(record[key]) for key in binding_type(binding.type).place if record.get(key))


def place_of(
    binding: Binding, settings: Mapping[str, str], data: Callable[[], BindingData] | None = None
) -> Place | None:
    """Find the place that a binding names; None if its type has none.

    Args:
        binding: the binding.
        settings: the application settings, for ``%NAME%``.
        data: gives what expressions can name; None leaves them as they are.

    Raises:
        DeclarationError: a setting is missing, or an expression is none.
        InvocationError: an expression names nothing that the trigger gives.
    """
    kind = binding_type(binding.type)
    if kind.channel is None:
        return None
    for key in kind.place:
        name = value_of(binding, key, settings, data)
        if name:
            # Their names are the same in any letter case to the services; paths and tables keep it.
            is_path = kind.channel in (Channel.BLOB, Channel.TABLE)
            return Place(kind.channel, name if is_path else name.lower())
    return None


def value_of(
    binding: Binding,
    key: str,
    settings: Mapping[str, str],
    data: Callable[[], BindingData] | None = None,
) -> str | None:
    """Give what a binding says under a key, with settings and expressions put in.

    Raises:
        DeclarationError: a setting is missing, or an expression is none.
        InvocationError: an expression names nothing that the trigger gives.
    """
    value = binding.get_dict_repr().get(key)
    if value is None:
        return None
    text = resolve_settings(str(value), settings, where=f"{binding.type} {binding.name!r}: {key}")
    if data is None or not ("{" in text or "}" in text):
        return text
    return Template.parse(text).fill(data())


def split_path(path: str) -> tuple[str, str]:
    """Take a blob's path, or its address, apart into container and name.

    An address has the account in its host's name, or before the container where the host has no
    such name: an IP address, ``localhost``, or one without dots.

    Raises:
        DeclarationError: it has no container, or no name.
    """
    container, _, name = (_path_of(path) if "://" in path else path).partition("/")
    if not container or not name:
        raise DeclarationError(f"path {path!r} names no blob. Write container/name")
    return container, name


def _path_of(address: str) -> str:
    """Give the path that the address of a blob means; empty for none."""
    try:
        url = urlsplit(address)
    except ValueError:
        return ""
    host, path = url.hostname or "", unquote(url.path).lstrip("/")
    if "." not in host or host.replace(".", "").isdecimal():
        return path.partition("/")[2]
    return path


# -- Messages


def messages(datum: Datum, channel: Channel) -> list[str | bytes]:
    """Take an output's payload apart into messages.

    An array is one message for each of its elements; an object is one, written with two blanks for
    each level. Text that looks like JSON is read as such. Bytes are a message as they are.

    Raises:
        InvocationError: text looks like JSON and is none.
    """
    value = datum.value
    if datum.type is None or value is None:
        return []
    if datum.type == "bytes":
        return [bytes(value)]
    if datum.type == "string":
        looks_like_json = value.strip()[:1] + value.strip()[-1:] in ("{}", "[]")
        if not looks_like_json:
            return [value]
        value = _parsed(value)
    else:
        value = _python_value(datum)
    items = value if isinstance(value, list) else [value]
    return [_message(item, channel) for item in items]


def _parsed(text: str) -> Any:
    try:
        return parse_json(text)
    except ValueError as error:
        raise InvocationError(
            f"got {preview(text)}, which the host reads as JSON since it begins and ends like it; "
            f"expected JSON ({error}). Send bytes to have it taken as it is"
        ) from None


def _python_value(datum: Datum) -> Any:
    try:
        return python_value(datum)
    except ValueError:
        return _parsed(datum.value)


def _message(item: Any, channel: Channel) -> str | bytes:
    if isinstance(item, (str, bytes)):
        return item
    if item is None:
        return ""
    if isinstance(item, dict):
        if channel is Channel.QUEUE and item.keys() == {"id", "body"}:  # a QueueMessage
            return str(item["body"])
        if channel is Channel.KAFKA and "Value" in item:
            # An event with key and headers, which is taken apart when it is delivered.
            return dump_json(item)
    if isinstance(item, (dict, list)):
        return json.dumps(item, indent=2, ensure_ascii=False)
    return property_text(item)


def _utf8(text: str) -> bytes:
    try:
        return text.encode()
    except UnicodeEncodeError as error:
        raise InvocationError(
            f"got {preview(text)}; expected text that UTF-8 can hold ({error.reason}). Encode it "
            "and send bytes"
        ) from None


def encoded(message: str | bytes, *, is_base64: bool) -> str:
    """Give a message as a storage queue keeps it.

    Raises:
        InvocationError: bytes that are no text go to a queue whose messages are text.
    """
    content = message if isinstance(message, bytes) else _utf8(message)
    if is_base64:
        return b64encode(content).decode()
    try:
        return content.decode()
    except UnicodeDecodeError:
        raise InvocationError(
            f"got {preview(message)}; expected UTF-8 text, since host.json says messageEncoding "
            "none"
        ) from None


def decoded(text: str, *, is_base64: bool) -> tuple[str | bytes, bool]:
    """Read a message of a storage queue, and whether it was encoded as host.json says.

    What is no base64 is taken as it is. (The host moves it to the poison queue.)
    """
    if not is_base64:
        return text, True
    try:
        content = b64decode(text, validate=True)
    except ValueError:
        return text, False
    try:
        return content.decode(), True
    except UnicodeDecodeError:
        return content, True


# -- Blobs


def blob_content(datum: Datum) -> bytes | None:
    """Give the content of the blob that an output makes; None if it makes none."""
    value = datum.value
    match datum.type:
        case None:
            return None
        case "bytes":
            return bytes(value)
        case "string":
            return _utf8(str(value))
        case "int":
            return (int(value) & 0xFFFFFFFF).to_bytes(4, "little")
        case "double":
            return struct.pack("<d", value)
    return _utf8(dump_json(_python_value(datum)))


# -- Rows

_PARTITION_KEY, _ROW_KEY = "PartitionKey", "RowKey"


def entities(
    datum: Datum, *, partition_key: str | None = None, row_key: str | None = None
) -> list[Entity]:
    """Give the rows that an output adds.

    Args:
        datum: the payload: a JSON object, or an array of them.
        partition_key: that of the binding, which wins over those of the rows.
        row_key: likewise.

    Raises:
        InvocationError: it is neither, or a row lacks a key.
    """
    value = _python_value(datum)
    if isinstance(value, (str, bytes)):
        value = _parsed(value if isinstance(value, str) else value.decode(errors="replace"))
    if value is None:
        return []
    rows = value if isinstance(value, list) else [value]
    return [_entity(row, partition_key, row_key) for row in rows]


def _entity(row: Any, partition_key: str | None, row_key: str | None) -> Entity:
    if not isinstance(row, dict):
        raise InvocationError(f"got {preview(row)}; expected a JSON object for each row")
    keys = []
    for name, given in ((_PARTITION_KEY, partition_key), (_ROW_KEY, row_key)):
        key = given or row.get(name)
        if key is None:
            raise InvocationError(
                f"the row {preview(row)} has no {name}. Give it one, or the binding"
            )
        keys.append(str(key))
    properties = {
        name: value for name, value in row.items() if name not in (_PARTITION_KEY, _ROW_KEY)
    }
    return Entity(keys[0], keys[1], properties)


def entity_values(entity: Entity) -> dict[str, Any]:
    """Give a row as an input binding has it: its keys and properties, without their types."""
    properties = dict(_without_types(entity.properties))
    return {_PARTITION_KEY: entity.partition_key, _ROW_KEY: entity.row_key, **properties}


def _without_types(properties: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    return (each for each in properties.items() if "@" not in each[0])
