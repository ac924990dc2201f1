"""The bindings: one file each, found through the registry by binding type."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..wire.registry import Registry, registry
from ._table import ROWS, BindingType, Channel

if TYPE_CHECKING:
    from ..wire.declaration import Binding

__all__ = [
    "BindingType",
    "Channel",
    "binding_type",
    "binding_types",
    "cardinality",
    "get_binding_registry",
    "register_converter",
]

_TYPES = {name: kind for row in ROWS for name, kind in row.types.items()}

_PLACES = {
    name: (f"azure_functions_lib.{row.module}", kind.codec)
    for row in ROWS
    for name, kind in row.types.items()
}

registry.add_places(
    {name: place for name, place in _PLACES.items() if _TYPES[name].mirrored},
    {name: place for name, place in _PLACES.items() if not _TYPES[name].mirrored},
    # The mirrored API's exact exceptions, which its users compare: RuntimeError for these types.
    {name for row in ROWS if row.module == "bindings.durable" for name in row.types},
)


def binding_type(name: str) -> BindingType:
    """What there is to know of a binding type; for an unknown one what holds for any."""
    return _TYPES.get(name) or _TYPES["generic"]


def binding_types() -> set[str]:
    """The binding types that are known: those of the table, and those that others registered."""
    return {*_TYPES, *registry}


def cardinality(trigger: Binding) -> str:
    """Give what a trigger declares: ``one`` or ``many`` messages at a time; else ``none``."""
    declared = trigger.get_dict_repr().get("cardinality")
    return str(getattr(declared, "name", declared)).lower()


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
