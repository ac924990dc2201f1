"""The bindings: one file each, found through the registry by binding type."""

from __future__ import annotations

from typing import Any

from ..wire.registry import Registry, registry
from ._table import ROWS

__all__ = ["get_binding_registry", "register_converter"]

registry.add_places(
    {
        binding: (f"azure_functions_lib.{row.module}", codec)
        for row in ROWS
        for binding, codec in row.codecs.items()
    },
    {
        binding: (f"azure_functions_lib.{row.module}", codec)
        for row in ROWS
        for binding, codec in row.unlisted.items()
    },
)


def get_binding_registry() -> Registry:
    """The registry in which a worker finds the codec of each binding type."""
    return registry


def register_converter(binding_name: str, converter_cls: Any, *, overwrite: bool = False) -> None:
    """Let a converter serve a binding type.

    Args:
        binding_name: the binding type, such as ``"myQueueTrigger"``.
        converter_cls: a subclass of ``meta.InConverter`` or ``meta.OutConverter``, or any class
            or object with their methods.
        overwrite: whether to replace a converter that already serves the type.

    Raises:
        TypeError: ``converter_cls`` can neither decode nor encode.
        RuntimeError, ValueError: the type is served already and ``overwrite`` is false
            (RuntimeError for the durable types, as in the mirrored library).
    """
    registry.register(binding_name, converter_cls, overwrite=overwrite)
