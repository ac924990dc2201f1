"""Where the messages, events and blobs come from that make functions run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..bindings import Channel, binding_type, cardinality
from .channels import Place, place_of, value_of
from .expressions import BlobPattern

if TYPE_CHECKING:
    from ..app.loaded import LoadedFunction
    from ..wire.declaration import Binding

__all__ = ["Source", "source_of"]

_BATCH = 100
"""How many messages or events a batch may have."""


@dataclass(frozen=True)
class Source:
    """Where a function's occasions come from.

    Attributes:
        function: the function.
        trigger: its trigger.
        place: what its trigger names.
        name: where its messages are kept: the name of a queue, of one of :attr:`Storage.bus`, or of
            a stream.
        many: whether it takes several messages at once.
        pattern: which blobs it takes.
    """

    function: LoadedFunction
    trigger: Binding
    place: Place
    name: str
    many: bool = False
    pattern: BlobPattern | None = None

    @property
    def max_count(self) -> int:
        """How many messages one delivery takes."""
        return _BATCH if self.many else 1


def source_of(
    function: LoadedFunction, trigger: Binding, settings: Mapping[str, str]
) -> Source | None:
    """Give the source of a function; None for a trigger that storage has no messages for.

    Args:
        function: the function.
        trigger: its trigger.
        settings: the application settings.

    Raises:
        DeclarationError: what the trigger names is none, or a setting is missing.
    """
    place = place_of(trigger, settings)
    if place is None:
        return None
    name = f"{place.channel.value}/{place.name}"
    many = cardinality(trigger) == "many"
    if place.channel is Channel.QUEUE:
        return Source(function, trigger, place, place.name)
    if place.channel is Channel.BLOB:
        pattern = BlobPattern.parse(place.name)
        name = f"{place.channel.value}/{function.name}"
        return Source(function, trigger, place, name, pattern=pattern)
    if place.channel is Channel.SERVICE_BUS:
        reader = value_of(trigger, binding_type(trigger.type).reader, settings)
        name = f"{name}/subscriptions/{reader.lower()}" if reader else name
    return Source(function, trigger, place, name, many)
