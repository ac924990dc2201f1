"""Connectors: an event of a connected service as trigger."""

from __future__ import annotations

import json
from typing import Any

from ..enums import DataType
from ..wire.codec import Codec, plain_value
from ..wire.datum import Datum, DatumLike, TriggerMetadata
from ..wire.declaration import Trigger
from ..wire.jsontext import plain_json

# The text itself is the answer, so it has one form, with or without orjson.
_encode = json.JSONEncoder(default=plain_json).encode


class ConnectorTriggerCodec(Codec):
    """An event of a connected service, as the text that came; the return value answers it."""

    binding = "connectorTrigger"
    accepts = (str, dict, bytes)
    emits_any = True
    implicit_output = True
    takes = "a payload"
    sends = "str, bytes, None or a JSON-able value"

    @classmethod
    def decode(cls, data: DatumLike, *, trigger_metadata: TriggerMetadata | None = None) -> Any:
        """Give text, JSON text and bytes as they came, collections as lists."""
        if data is None:
            raise cls.unsupported_payload(data)
        if data.type in ("json", "string", "bytes"):
            return data.value
        return plain_value(data, cls.binding)

    @classmethod
    def encode(cls, obj: Any, *, expected_type: type | None = None) -> Datum:
        """Send text and bytes as they are, None as empty text, anything else as JSON text."""
        if obj is None:
            return Datum("", "string")
        if isinstance(obj, str):
            return Datum(obj, "string")
        if isinstance(obj, (bytes, bytearray, memoryview)):
            return Datum(bytes(obj), "bytes")
        try:
            return Datum(_encode(obj), "string")
        except (TypeError, ValueError, RecursionError) as error:
            raise cls.unsupported_value(obj) from error


# -- Declarations --


def connector_trigger(
    arg_name: str,
    data_type: DataType | str | None = None,
    **kwargs: Any,
) -> Trigger:
    """Run the function for events of a connector.

    Args:
        arg_name: the parameter that is given the payload: str, bytes or dict.
        data_type: how the host hands over the payload: ``"string"``, ``"binary"`` or
            ``"stream"``, in any letter case, or a member of DataType; None leaves it to the
            binding.
        kwargs: further keys of the binding, in snake case.

    Raises:
        UnknownNameError: ``data_type`` names no member of DataType (a KeyError and ValueError).
    """
    return Trigger(arg_name, data_type, "connectorTrigger", None, kwargs)
