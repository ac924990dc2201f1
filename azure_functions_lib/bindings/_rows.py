"""Rows of a database: a mapping for one, a list of these, and the codec all databases share."""

from __future__ import annotations

from collections import UserDict, UserList
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar, get_args, get_origin

from ..errors import InvalidPayloadError, InvalidValueError, UnsupportedValueError, preview
from ..wire.codec import Codec, ManyFormed, is_json_object
from ..wire.datum import Datum, DatumLike, TriggerMetadata
from ..wire.fields import json_text, plain
from ..wire.jsontext import dump_json, parse_json, plain_json

if TYPE_CHECKING:
    from typing_extensions import Self

__all__ = ["RowCodec", "RowInput", "RowList", "RowMapping"]


class RowMapping(UserDict[str, Any]):
    """One row or document: a mapping of column or property names to values."""

    _shown_as: ClassVar[str]

    def __init__(self, dict: Any = None, /, **kwargs: Any) -> None:
        try:
            super().__init__(dict, **kwargs)
        except (TypeError, ValueError):
            raise InvalidValueError.of(
                type(self).__name__,
                "values",
                came=preview(dict),
                expected="a mapping of names to values, pairs of these, or keywords",
            ) from None

    def __init_subclass__(cls, *, shown_as: str = "", **options: Any) -> None:
        super().__init_subclass__(**options)
        if shown_as:
            cls._shown_as = shown_as

    @classmethod
    def from_json(cls, json_data: str | bytes) -> Self:
        """Make one from the text of a JSON object.

        Raises:
            InvalidValueError: the text is not JSON, or not an object (a ValueError and TypeError).
        """
        try:
            data = parse_json(json_data)
        except ValueError:
            data = None
        if not isinstance(data, dict):
            raise InvalidValueError.of(
                cls.__name__, "json_data", came=preview(json_data), expected="a JSON object"
            )
        return cls._of(data)

    @classmethod
    def from_dict(cls, dct: Mapping[str, Any]) -> Self:
        """Make one from a mapping, which is copied."""
        return cls._of(dict(dct))

    @classmethod
    def _of(cls, data: dict[str, Any]) -> Self:
        row = cls.__new__(cls)
        row.data = data  # UserDict's constructor would copy it key by key
        return row

    def to_dict(self) -> dict[str, Any]:
        """Give the values as plain JSON values: times as ISO 8601 text, bytes as text or base64."""
        return {key: plain(value) for key, value in self.data.items()}

    def to_json(self) -> str:
        """Give the row as JSON text, its values converted as an output binding sends them."""
        return json_text(self.data)

    def __repr__(self) -> str:
        return f"<{self._shown_as} at 0x{id(self):x}>"


AnyRow = TypeVar("AnyRow", bound=RowMapping)


class RowList(UserList[AnyRow]):
    """A list of rows. Where the host sends null for a row, the list has None."""

    def __init__(self, initlist: Iterable[Any] | None = None) -> None:
        try:
            super().__init__(initlist)
        except TypeError:
            raise InvalidValueError.of(
                type(self).__name__, "rows", came=preview(initlist), expected="rows"
            ) from None

    @classmethod
    def _of(cls, rows: list[Any]) -> Self:
        created = cls.__new__(cls)
        created.data = rows
        return created

    def to_dict(self) -> list[dict[str, Any] | None]:
        """Give each row's ``to_dict()``, in a list."""
        return [None if row is None else row.to_dict() for row in self.data]

    def to_json(self) -> str:
        """Give the rows as the text of a JSON array."""
        return json_text([None if row is None else row.data for row in self.data])


class RowInput(Codec):
    """Rows that a database sends."""

    row: ClassVar[type[RowMapping]]
    rows: ClassVar[type[RowList[Any]]]

    takes = "a payload of type 'json', 'string' or 'bytes'"

    @classmethod
    def decode(
        cls, data: DatumLike, *, trigger_metadata: TriggerMetadata | None = None
    ) -> RowList[Any] | None:
        """Make the list of rows; a single object makes a list of one. None for no payload."""
        kind = cls.payload_type(data)
        if kind is None:
            return None
        if kind not in ("json", "string", "bytes"):
            raise cls.unsupported_payload(data)
        try:
            values = parse_json(data.value)
        except ValueError as error:
            raise cls._broken(data.value) from error
        row_of = cls.row._of
        rows: list[RowMapping | None] = []
        for value in values if isinstance(values, list) else [values]:
            if type(value) is dict:
                rows.append(row_of(value))
            elif value is None:
                rows.append(None)
            else:
                raise cls._broken(value)
        return cls.rows._of(rows)

    @classmethod
    def _broken(cls, came: object) -> InvalidPayloadError:
        return InvalidPayloadError.of(
            cls.binding, "body", came=preview(came), expected="a JSON object or an array of these"
        )


# They can be iterated over, but not row by row.
_NO_ROWS = (str, bytes, bytearray, memoryview, Mapping)


class RowCodec(RowInput, ManyFormed):
    """Rows that a database sends and is sent."""

    sends = (
        "a row, a dict that is not empty, a dataclass, a pydantic model, an object with to_dict, "
        "or an iterable of these"
    )

    @classmethod
    def _emits_part(cls, part: object) -> bool:
        kind, items = get_origin(part) or part, get_args(part)
        if not isinstance(kind, type):
            return False
        if issubclass(kind, (Mapping, cls.rows)) or is_json_object(kind):
            return True
        return (
            issubclass(kind, Iterable)
            and bool(items)
            and all(item is Ellipsis or cls.emits_annotation(item) for item in items)
        )

    @classmethod
    def encode(cls, obj: Any, *, expected_type: type | None = None) -> Datum:
        """Send one row or several, always as a JSON array."""
        one = _row_of(obj)
        if one is not None:
            return Datum(cls._json_text([one], obj), "json")
        if isinstance(obj, _NO_ROWS) or not isinstance(obj, Iterable):
            raise cls.unsupported_value(obj)
        rows = []
        for index, item in enumerate(obj):
            row = _row_of(item)
            if row is None:
                raise UnsupportedValueError.of(
                    cls.binding, f"row {index}", came=preview(item), expected=cls.sends
                )
            rows.append(row)
        return Datum(cls._json_text(rows, obj), "json")

    @classmethod
    def _json_text(cls, rows: list[dict[Any, Any]], obj: object) -> str:
        try:
            return dump_json(rows)
        except (TypeError, ValueError) as error:
            raise cls.unsupported_value(obj) from error


def _row_of(value: Any) -> dict[Any, Any] | None:
    """Give the dict of a row, or of what can be one; None for anything else."""
    if isinstance(value, RowMapping):
        return value.data
    if isinstance(value, dict):
        return value or None  # no database takes a row without a column
    if isinstance(value, (type, RowList)):
        return None
    if isinstance(value, Mapping) or is_json_object(value):
        try:
            row = plain_json(value)
        except (TypeError, ValueError):
            return None  # what it holds cannot be written
        return row if row and isinstance(row, dict) else None
    return None
