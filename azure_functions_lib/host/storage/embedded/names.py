"""The service's rules for names (Azure Storage, "Naming queues and metadata" and its siblings)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ....delivery.storage import InvalidRequestError
from ....errors import preview

__all__ = [
    "check_blob",
    "check_container",
    "check_key",
    "check_metadata",
    "check_nothing",
    "check_properties",
    "check_queue",
    "check_table",
]

_QUEUE = re.compile(r"(?!.*--)[a-z0-9](?:[a-z0-9-]{1,61}[a-z0-9])")
_TABLE = re.compile(r"[A-Za-z][A-Za-z0-9]{2,62}")
_PROPERTY = re.compile(r"[^\W\d]\w*(?:@odata\.type)?")
_METADATA = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_KEY_MARKS = re.compile(r"[/\\#?\x00-\x1f\x7f-\x9f]")
_MOST_PROPERTIES = 252
_LARGEST_VALUE = 64 * 1024  # bytes of UTF-16, or of the bytes that base64 stands for
_LARGEST_ENTITY = 2**20
_SYSTEM_CONTAINERS = ("$root", "$web", "$logs")
_DASHED = "3 to 63 lower-case letters, digits and single dashes, no dash at either end"


def check_queue(name: str) -> None:
    """Refuse what is no name of a queue."""
    if not _QUEUE.fullmatch(name):
        raise _invalid("queue", name, _DASHED)


def check_container(name: str) -> None:
    """Refuse what is no name of a container."""
    if name not in _SYSTEM_CONTAINERS and not _QUEUE.fullmatch(name):
        raise _invalid("container", name, _DASHED)


def check_blob(name: str) -> None:
    """Refuse what is no name of a blob."""
    if not 1 <= len(name) <= 1024:
        raise _invalid("blob", name, "1 to 1,024 characters")


def check_table(name: str) -> None:
    """Refuse what is no name of a table."""
    if not _TABLE.fullmatch(name) or name.lower() == "tables":
        raise _invalid("table", name, "3 to 63 letters and digits, a letter first")


def check_metadata(names: dict[str, str]) -> None:
    """Refuse metadata that HTTP headers cannot carry."""
    for name, value in names.items():
        if not _METADATA.fullmatch(name) or not (value.isascii() and value.isprintable()):
            raise InvalidRequestError(
                "InvalidMetadata",
                f"metadata {name!r}: a name is letters, digits and '_', no digit first, "
                "and a value printable ASCII",
            )


def check_key(kind: str, key: str) -> None:
    """Refuse what is neither partition key nor row key."""
    if len(key) > 512:
        raise InvalidRequestError("KeyValueTooLarge", f"{kind}: over 512 characters")
    if _KEY_MARKS.search(key):
        raise InvalidRequestError(
            "OutOfRangeInput", f"{kind} {key!r}: no '/', '\\', '#', '?' or control character"
        )


def check_properties(properties: Mapping[str, Any]) -> None:
    """Refuse the properties that a row cannot have."""
    if len(properties) - sum("@" in name for name in properties) > _MOST_PROPERTIES:
        raise InvalidRequestError(
            "TooManyProperties", f"a row has up to {_MOST_PROPERTIES} properties besides its keys"
        )
    size = 0
    for name, value in properties.items():
        if not _PROPERTY.fullmatch(name) or len(name) > 255 + len("@odata.type"):
            raise InvalidRequestError(
                "PropertyNameInvalid",
                f"property {name!r}: letters, digits and '_', no digit first, up to 255",
            )
        if not isinstance(value, (str, int, float, type(None))):
            raise InvalidRequestError(
                "InvalidInput",
                f"property {name!r}: got {preview(value)}; expected text, a number, true or false",
            )
        length = 2 * len(value) if isinstance(value, str) else 8
        if length > _LARGEST_VALUE * (2 if f"{name}@odata.type" in properties else 1):
            raise InvalidRequestError(
                "PropertyValueTooLarge", f"property {name!r}: text of over 32 Ki characters"
            )
        size += 2 * len(name) + length
    if size > _LARGEST_ENTITY:
        raise InvalidRequestError("EntityTooLarge", "a row of over 1 MiB")


def _invalid(kind: str, name: str, expected: str) -> InvalidRequestError:
    if "=" in name or "://" in name:  # a connection string, of a setting that was put in
        name = "..."
    return InvalidRequestError("InvalidResourceName", f"{kind} {name!r}: a name is {expected}")


def check_nothing(name: str) -> None:
    """Take any name, where no service sees it."""
