"""Bindings without a type of their own: what comes and goes is plain text, bytes or JSON."""

from __future__ import annotations

from typing import Any

from ..errors import InvalidPayloadError
from ..wire.codec import Codec, MessageOutput
from ..wire.datum import Datum, DatumLike, TriggerMetadata


class GenericCodec(MessageOutput):
    """The payload itself: text as str, bytes as bytes, JSON as its text.

    Serves every binding type that has no codec, and every parameter annotated ``str`` or
    ``bytes``.
    """

    accepts = (str, bytes)
    emits = (str, bytes, bytearray)
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
    def decode(
        cls, data: DatumLike, *, trigger_metadata: TriggerMetadata | None = None
    ) -> Any:
        """Give the payload as it came; numbers and lists as they are."""
        if data is None or data.type is None:
            return None
        if data.type in ("string", "bytes", "json", "int", "double"):
            return data.value
        raise InvalidPayloadError.of(
            cls.binding, "body", came=f"a payload of type {data.type!r}", expected=cls.takes
        )

    @classmethod
    def encode(cls, obj: Any, *, expected_type: type | None = None) -> Datum:
        """Send text and bytes as they are, None as nothing, anything else as JSON."""
        if obj is None:
            return Datum(None, None)
        return super().encode(obj, expected_type=expected_type)
