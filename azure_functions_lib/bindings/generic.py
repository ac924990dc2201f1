"""Bindings without a type of their own: what comes and goes is plain text, bytes or JSON."""

from __future__ import annotations

from typing import Any, ClassVar

from ..enums import DataType
from ..errors import InvalidPayloadError
from ..wire.codec import MessageOutput
from ..wire.datum import Datum, DatumLike, TriggerMetadata
from ..wire.declaration import InputBinding, OutputBinding, Trigger


class GenericCodec(MessageOutput):
    """The payload itself: text as str, bytes as bytes, JSON as its text.

    Serves every binding type that has no codec, and every parameter annotated ``str`` or
    ``bytes``.
    """

    accepts: ClassVar[tuple[type, ...]] = (str, bytes)
    emits: ClassVar[tuple[type, ...]] = (str, bytes, bytearray)
    takes = "a payload of type 'string', 'bytes' or 'json'"

    @classmethod
    def has_trigger_support(cls) -> bool:
        """Whether decode is to be given trigger metadata: it has no place for any."""
        return False

    @classmethod
    def has_implicit_output(cls) -> bool:
        """Whether the return value answers the binding: for every type but ``durableClient``."""
        return cls.binding != "durableClient"

    @classmethod
    def decode(cls, data: DatumLike, *, trigger_metadata: TriggerMetadata | None = None) -> Any:
        """Give the payload as it came; numbers and lists as they are."""
        kind = cls.payload_type(data)
        if kind is None:
            return None
        if kind in ("string", "bytes", "json", "int", "double"):
            return data.value
        raise InvalidPayloadError.of(
            cls.binding, "body", came=f"a payload of type {kind!r}", expected=cls.takes
        )

    @classmethod
    def encode(cls, obj: Any, *, expected_type: type | None = None) -> Datum:
        """Send text and bytes as they are, None as nothing, anything else as JSON."""
        if obj is None:
            return Datum(None, None)
        return super().encode(obj, expected_type=expected_type)


# -- Declarations --


def generic_trigger(
    arg_name: str,
    type: str,
    data_type: DataType | str | None = None,
    **kwargs: Any,
) -> Trigger:
    """Run the function by a trigger that has no decorator of its own.

    Args:
        arg_name: the parameter that is given the payload: str, bytes, or whatever its text is
            as JSON.
        type: the binding type, as its extension names it in ``function.json``.
        data_type: how the host hands over the payload: ``"string"``, ``"binary"`` or
            ``"stream"``, in any letter case, or a member of DataType; None leaves it to the
            binding.
        kwargs: the binding's keys, in snake case.

    Raises:
        UnknownNameError: ``data_type`` names no member of DataType (a KeyError and ValueError).
    """
    return Trigger(arg_name, data_type, type, None, kwargs)


def generic_input_binding(
    arg_name: str,
    type: str,
    data_type: DataType | str | None = None,
    **kwargs: Any,
) -> InputBinding:
    """Read data by a binding that has no decorator of its own.

    Args:
        arg_name: the parameter that is given the payload: str or bytes.
        type: the binding type, as its extension names it in ``function.json``.
        data_type: how the host hands over the payload: ``"string"``, ``"binary"`` or
            ``"stream"``, in any letter case, or a member of DataType; None leaves it to the
            binding.
        kwargs: the binding's keys, in snake case.

    Raises:
        UnknownNameError: ``data_type`` names no member of DataType (a KeyError and ValueError).
    """
    return InputBinding(arg_name, data_type, type, None, kwargs)


def generic_output_binding(
    arg_name: str,
    type: str,
    data_type: DataType | str | None = None,
    **kwargs: Any,
) -> OutputBinding:
    """Send results by a binding that has no decorator of its own.

    Args:
        arg_name: the ``Out`` parameter to set, or ``"$return"`` for the return value.
        type: the binding type, as its extension names it in ``function.json``.
        data_type: how the host hands over the payload: ``"string"``, ``"binary"`` or
            ``"stream"``, in any letter case, or a member of DataType; None leaves it to the
            binding.
        kwargs: the binding's keys, in snake case.

    Raises:
        UnknownNameError: ``data_type`` names no member of DataType (a KeyError and ValueError).
    """
    return OutputBinding(arg_name, data_type, type, None, kwargs)
