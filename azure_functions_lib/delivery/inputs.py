"""What input bindings are given: blobs and rows of storage."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from .._log import warn
from ..bindings import Channel
from ..errors import InvocationError
from ..wire.datum import Datum
from ..wire.jsontext import dump_json
from .channels import Place, entity_values, split_path, value_of
from .expressions import BindingData
from .payloads import message_payload
from .storage import NotFoundError, Storage

if TYPE_CHECKING:
    from ..wire.declaration import Binding

__all__ = ["STORED", "read_input"]

STORED = (Channel.BLOB, Channel.TABLE)
"""What input bindings read."""


async def read_input(
    binding: Binding,
    place: Place,
    storage: Storage,
    settings: Mapping[str, str],
    data: Callable[[], BindingData],
) -> Datum:
    """Read what an input binding names; a payload without a value if it does not exist.

    Args:
        binding: the binding.
        place: what it names.
        storage: where that is.
        settings: the application settings.
        data: gives what expressions can name.

    Raises:
        AzureFunctionsError: it cannot be read.
    """
    try:
        if place.channel is Channel.BLOB:
            blob = await storage.blobs.read(*split_path(place.name))
            _warn_of_bytes(binding, place.name, blob.content)
            return message_payload(binding, blob.content)
        partition_key, row_key, wanted, take = (
            value_of(binding, key, settings, data)
            for key in ("partitionKey", "rowKey", "filter", "take")
        )
        if partition_key is not None and row_key is not None:
            entity = await storage.tables.get(place.name, partition_key, row_key)
            return Datum(dump_json(entity_values(entity)), "json")
        count = None if take is None else _number(binding, take)
        rows = storage.tables.query(
            place.name, partition_key=partition_key, filter=wanted, take=count
        )
        return Datum(dump_json([entity_values(entity) async for entity in rows]), "json")
    except NotFoundError:
        return Datum(None, None)


def _number(binding: Binding, text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise InvocationError(
            f"{binding.type} {binding.name!r}: take: got {text!r}; expected a whole number"
        ) from None


def _warn_of_bytes(binding: Binding, path: str, content: bytes) -> None:
    """Tell that Azure would give something else for a blob that is no text."""
    if binding.data_type is not None:
        return
    try:
        content.decode()
    except UnicodeDecodeError:
        warn(
            "%s %r: the blob %s is no UTF-8 and is given as it is. Azure puts U+FFFD for what is "
            'none: declare data_type="binary"',
            binding.type,
            binding.name,
            path,
        )
