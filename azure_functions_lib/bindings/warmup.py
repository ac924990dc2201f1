"""Warm-up: a function that runs when an instance is added, before it gets work."""

from __future__ import annotations

from typing import Any

from ..enums import DataType
from ..wire.codec import Codec
from ..wire.datum import DatumLike, TriggerMetadata
from ..wire.declaration import Trigger
from ..wire.fields import Record

__all__ = ["WarmUpContext"]


class WarmUpContext(Record, binding="warmupTrigger"):
    """What a warm-up function is given: nothing but the occasion."""


_CONTEXT = WarmUpContext()  # all are equal, and none can be changed


class WarmUpTriggerCodec(Codec):
    """The start of an instance that triggers a function."""

    binding = "warmupTrigger"
    accepts = (WarmUpContext,)

    @classmethod
    def decode(
        cls, data: DatumLike | None, *, trigger_metadata: TriggerMetadata | None = None
    ) -> WarmUpContext:
        """Make the context, whatever the host sends."""
        return _CONTEXT


# -- Declarations --


def warm_up_trigger(
    arg_name: str,
    data_type: DataType | str | None = None,
    **kwargs: Any,
) -> Trigger:
    """Run the function when an instance is added to the app, before it gets other work.

    An app has at most one such function. Only plans with pre-warmed instances run it.

    Args:
        arg_name: the parameter that is given the WarmUpContext.
        data_type: how the host hands over the payload: ``"string"``, ``"binary"`` or
            ``"stream"``, in any letter case, or a member of DataType; None leaves it to the
            binding.
        kwargs: further keys of the binding, in snake case.

    Raises:
        UnknownNameError: ``data_type`` names no member of DataType (a KeyError and ValueError).
    """
    return Trigger(arg_name, data_type, "warmupTrigger", None, kwargs)
