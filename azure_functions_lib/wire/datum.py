"""One value on the wire: a Python value and the name of its wire type."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Protocol

from .jsontext import parse_json

__all__ = ["Datum", "DatumLike", "TriggerMetadata", "python_value"]


class DatumLike(Protocol):
    """What a codec needs of a datum. A worker brings its own class; only the shape counts."""

    @property
    def value(self) -> Any:
        """The value as it travelled: JSON as text, a collection as an object holding a list."""

    @property
    def type(self) -> str | None:
        """The wire type: ``string``, ``bytes``, ``json``, ``http``, ``collection_string``, ..."""


TriggerMetadata = Mapping[str, DatumLike | None]


class Datum:
    """A value and its wire type, as workers exchange them with codecs.

    Args:
        value: the value as it travels. JSON travels as text, a ``collection_*`` as an object
            whose attribute ``bytes``, ``string``, ``double`` or ``sint64`` holds the list.
        type: the wire type's name, None for "no value".
    """

    __slots__ = ("type", "value")

    def __init__(self, value: Any, type: str | None) -> None:
        self.value = value
        self.type = type

    @property
    def python_value(self) -> Any:
        """The value as plain Python: JSON parsed, collections as lists.

        Raises:
            ValueError: a ``json`` datum holds no JSON text, or a ``collection_*`` datum no list.
        """
        return python_value(self)

    @property
    def python_type(self) -> type[Any]:
        """The class of :attr:`python_value`."""
        return type(self.python_value)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, type(self)):
            return NotImplemented
        return self.value == other.value and self.type == other.type

    def __hash__(self) -> int:
        return hash((type(self), self.value, self.type))

    def __reduce__(self) -> tuple[Any, ...]:
        # A call has a dozen, and what pickle does by itself with slots takes twice the time.
        return type(self), (self.value, self.type)

    def __repr__(self) -> str:
        try:
            value = repr(self.value)
        except ValueError:  # an integer of more digits than Python writes
            value = "<unprintable>"
        if len(value) > 10:
            value = f"{value[:10]}..."
        return f"<Datum {self.type} {value}>"


def python_value(datum: DatumLike | None) -> Any:
    """Read any datum as plain Python: JSON parsed, collections as lists, None for no value.

    Raises:
        ValueError: a ``json`` datum holds no JSON text, or a ``collection_*`` datum no list.
    """
    if datum is None:
        return None
    kind, value = datum.type, datum.value
    if kind is None or value is None:
        return None
    if kind == "json":
        return parse_json(value)
    if kind.startswith("collection_"):
        return collection_items(value, kind)
    return value


def collection_items(value: Any, kind: str) -> list[Any]:
    """List the items of a ``collection_*`` value, protobuf message or plain list alike.

    Raises:
        ValueError: the value holds no list.
    """
    items = getattr(value, kind[len("collection_") :], value)
    if isinstance(items, Iterable) and not isinstance(items, (str, bytes, bytearray, Mapping)):
        return list(items)
    raise ValueError(f"a {kind} holding a list")
