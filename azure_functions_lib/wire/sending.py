"""The host's side: which payload it makes of a request, a message or a metadata value.

For whoever calls a function without a host. What is said here about the host was observed of its
version 4 with the capabilities that Python workers declare.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import SimpleNamespace
from typing import TYPE_CHECKING

from ..errors import InvalidPayloadError, preview
from .datum import Datum
from .jsontext import dump_json, parse_json

if TYPE_CHECKING:
    from .declaration import Binding

__all__ = [
    "cardinality",
    "http_payload",
    "joined",
    "message_payload",
    "metadata_payload",
    "query_params",
    "trigger_payload",
]


def http_payload(
    method: str,
    url: str,
    *,
    headers: Iterable[tuple[str, str]] = (),
    body: bytes = b"",
    route_params: Mapping[str, str] | None = None,
) -> Datum:
    """Make the payload of an HTTP request.

    Header names go in lower case; several values of one header, and of one query parameter, are
    joined by a comma; query parameters without a value are left out. The body travels as bytes.

    Args:
        method: the HTTP method.
        url: the absolute URL, query included.
        headers: names and values; a name may occur several times.
        body: the body.
        route_params: what the route's template matched.
    """
    return Datum(
        {
            "method": Datum(method, "string"),
            "url": Datum(url, "string"),
            "headers": _texts(joined((name.lower(), value) for name, value in headers)),
            "query": _texts(query_params(url)),
            "params": _texts(route_params or {}),
            "body": Datum(body, "bytes"),
        },
        "http",
    )


def _texts(values: Mapping[str, str]) -> dict[str, Datum]:
    return {name: Datum(value, "string") for name, value in values.items()}


def joined(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Give each name one value: several are joined by a comma."""
    pairs = list(pairs)
    single = dict(pairs)
    if len(single) == len(pairs):
        return single
    values: dict[str, list[str]] = {}
    for name, value in pairs:
        values.setdefault(name, []).append(value)
    return {name: ",".join(several) for name, several in values.items()}


def query_params(url: str) -> dict[str, str]:
    """Read the query of a URL: repeated parameters joined, those without a value left out."""
    query = url.partition("#")[0].partition("?")[2]
    if not query:
        return {}
    if "%" not in query and "+" not in query:  # nothing to decode
        pairs = (field.partition("=") for field in query.split("&"))
        return joined((name, value) for name, _, value in pairs if value)
    from urllib.parse import parse_qsl

    return joined(parse_qsl(query))


# Bindings whose extension hands objects or lists to the worker, which travel as JSON.
_JSON_BINDINGS = {
    "activityTrigger",
    "assistantSkillTrigger",
    "cosmosDB",
    "cosmosDBTrigger",
    "eventGridTrigger",
    "mcpPromptTrigger",
    "mcpResourceTrigger",
    "mcpToolTrigger",
    "mysql",
    "mysqlTrigger",
    "sql",
    "sqlTrigger",
    "table",
    "timerTrigger",
    "warmupTrigger",
}
_BINARY_BINDINGS = {"blob", "blobTrigger"}


def message_payload(binding: Binding, content: str | bytes) -> Datum:
    """Make the payload of a trigger or input from its content.

    A declared ``dataType`` decides. Without one blobs are bytes, triggers that hand over objects
    are JSON, and any other content is text if it is UTF-8 and bytes if not.

    Raises:
        InvalidPayloadError: the content is not text, or not JSON, where the binding needs it.
    """
    data = content.encode() if isinstance(content, str) else content
    if binding.data_type in (2, 3) or (binding.type in _BINARY_BINDINGS and binding.data_type != 1):
        return Datum(data, "bytes")
    try:
        text = data.decode()
    except UnicodeDecodeError:
        if binding.data_type == 1 or binding.type in _JSON_BINDINGS:
            raise InvalidPayloadError.of(
                binding.type, binding.name, came=preview(data), expected="UTF-8 text"
            ) from None
        return Datum(data, "bytes")
    if binding.type not in _JSON_BINDINGS:
        return Datum(text, "string")
    try:
        parse_json(text)
    except ValueError:
        raise InvalidPayloadError.of(
            binding.type, binding.name, came=preview(text), expected="JSON"
        ) from None
    return Datum(text, "json")


# The metadata by which a codec tells one message from a batch; the host always sends it.
_PER_MESSAGE = {"eventHubTrigger": "SystemProperties", "serviceBusTrigger": "UserProperties"}


def trigger_payload(trigger: Binding, content: str | bytes) -> tuple[Datum, dict[str, Datum]]:
    """Make a trigger's payload from its content, and the metadata that is always with it.

    Where the trigger's ``cardinality`` is many, the payload is a batch: the elements of a JSON
    array, or else the content as its only message.

    Raises:
        InvalidPayloadError: see :func:`message_payload`.
    """
    field = _PER_MESSAGE.get(trigger.type)
    if cardinality(trigger) != "many":
        metadata = {field: Datum("{}", "json")} if field else {}
        return message_payload(trigger, content), metadata
    batch = _batch(content)
    metadata = {f"{field}Array": Datum(dump_json([{}] * len(batch)), "json")} if field else {}
    return Datum(SimpleNamespace(string=batch), "collection_string"), metadata


def cardinality(trigger: Binding) -> str:
    """Give what a trigger declares: ``one`` or ``many`` messages at a time; else ``none``."""
    declared = trigger.get_dict_repr().get("cardinality")
    return str(getattr(declared, "name", declared)).lower()


def _batch(content: str | bytes) -> list[str]:
    try:
        items = parse_json(content)
    except ValueError:
        items = None
    if not isinstance(items, list):
        items = [content if isinstance(content, str) else content.decode(errors="replace")]
    return [item if isinstance(item, str) else dump_json(item) for item in items]


def metadata_payload(text: str) -> Datum:
    """Make a metadata value from what a person writes.

    JSON goes as JSON, as the host sends whatever is not text. Other text goes as text, fractions
    too: no field of the host holds one, while an id may look like one.
    """
    try:
        value = parse_json(text)
    except ValueError:
        return Datum(text, "string")
    return Datum(text, "string" if isinstance(value, float) else "json")
