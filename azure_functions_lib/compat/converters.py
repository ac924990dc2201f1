"""The bases of converters, with the helpers that converters written elsewhere call."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..errors import InvalidPayloadError, preview
from ..wire import registry
from ..wire.jsontext import parse_json
from ..wire.scalars import timespan, timestamp

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime, timedelta
    from typing import TypeVar

    from ..wire.datum import DatumLike, TriggerMetadata

    T = TypeVar("T")

_ConverterMeta = registry.ConverterType


def _read(read: Callable[[Any], T | None], text: str | None, field: str) -> T | None:
    """Read a field's text; one that is not there gives None.

    Raises:
        InvalidPayloadError: it cannot be read (a ValueError).
    """
    if text is None:
        return None
    try:
        return read(text)
    except ValueError as error:
        came = preview(text)
        raise InvalidPayloadError.of(
            "trigger metadata", field, came=came, expected=str(error)
        ) from None


class _BaseConverter(metaclass=_ConverterMeta):
    @classmethod
    def _decode_typed_data(
        cls, data: DatumLike | None, *, python_type: type | tuple[type, ...], context: str = "data"
    ) -> Any:
        """Read a payload as a plain Python type; of several types, it must be one already.

        Raises:
            ValueError: it is of another kind or type.
        """
        if data is None or data.type is None:
            return None
        if data.type not in ("json", "string", "int", "double"):
            raise ValueError(f"unsupported type of {context}: {data.type}")
        value = parse_json(data.value) if data.type == "json" else data.value
        if isinstance(value, python_type):
            return value
        if isinstance(python_type, tuple):
            names = ", ".join(each.__name__ for each in python_type)
            came = type(value).__name__
            raise ValueError(
                f"unexpected value type in {context}: {came}, expected one of: {names}"
            )
        try:
            return python_type(value)
        except (TypeError, ValueError) as error:
            raise ValueError(
                f"cannot convert value of {context} into {python_type.__name__}: {error}"
            ) from error

    @classmethod
    def _decode_trigger_metadata_field(
        cls, trigger_metadata: TriggerMetadata, field: str, *, python_type: Any
    ) -> Any:
        return cls._decode_typed_data(
            trigger_metadata.get(field),
            python_type=python_type,
            context=f"field {field!r} in trigger metadata",
        )

    @classmethod
    def _parse_datetime(cls, datetime_str: str | None) -> datetime | None:
        return _read(timestamp, datetime_str, "datetime_str")

    @classmethod
    def _parse_datetime_metadata(
        cls, trigger_metadata: TriggerMetadata, field: str
    ) -> datetime | None:
        return cls._parse_datetime(
            cls._decode_trigger_metadata_field(trigger_metadata, field, python_type=str)
        )

    @classmethod
    def _parse_timedelta(cls, timedelta_str: str | None) -> timedelta | None:
        return _read(timespan, timedelta_str, "timedelta_str")

    @classmethod
    def _parse_timedelta_metadata(
        cls, trigger_metadata: TriggerMetadata, field: str
    ) -> timedelta | None:
        return cls._parse_timedelta(
            cls._decode_trigger_metadata_field(trigger_metadata, field, python_type=str)
        )


class InConverter(_BaseConverter, registry.InConverter):
    __doc__ = registry.InConverter.__doc__


class OutConverter(_BaseConverter, registry.OutConverter):
    __doc__ = registry.OutConverter.__doc__
