"""Which names the mirrored modules have, and what they are here."""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable
from functools import cache, partial
from typing import Any

from ._table import ALIASES, BINDINGS, CONVERTERS, NAMES, SHARED

__all__ = ["CHILDREN", "public_names", "value"]

PACKAGE = "azure_functions_lib"

CHILDREN = {name: name.rpartition(".")[0] for name in NAMES if name}
"""Module -> the module that it belongs to."""


def value(module: str, name: str) -> Any:
    """Give what a module has under a name.

    Raises:
        AttributeError: it has nothing.
    """
    find = _names(module).get(name)
    if find is None:
        full = f"azure.functions.{module}".rstrip(".")
        raise AttributeError(f"module {full!r} has no attribute {name!r}")
    return find()


def public_names(module: str) -> list[str]:
    """List what a module has for everyone."""
    return sorted(name for name in _names(module) if not name.startswith("_"))


@cache
def _names(module: str) -> dict[str, Callable[[], Any]]:
    """Say for each name of a module how to get what it stands for."""
    names: dict[str, Callable[[], Any]] = {}
    for other in SHARED.get(module, ()):
        if other != module:
            names.update(_names(other))
    for place, text in NAMES[module].items():
        for entry in text.split():
            name, _, attribute = entry.partition("=")
            if place.startswith("."):
                names[name] = partial(value, place[1:], name)
            else:
                names[name] = partial(_imported, place, attribute or name)
    for entry in ALIASES.get(module, "").split():
        name, _, other = entry.partition("=")
        names[name] = partial(_module, other or name)
    for name in CONVERTERS.get(module, ()):
        names[name] = partial(_converter, module, name)
    for name in BINDINGS.get(module, ()):
        names[name] = partial(_binding, module, name)
    if module == "decorators.constants":
        names.update(_constants())
    return names


def _imported(place: str, name: str) -> Any:
    return getattr(importlib.import_module(f"{PACKAGE}.{place}".rstrip(".")), name)


def _module(name: str) -> Any:
    from . import mirrored

    return mirrored(name)


@cache
def _converter(module: str, name: str) -> Any:
    """Make a converter class, which others may be derived from, of the binding's codecs."""
    from .converters import InConverter, OutConverter, _ConverterMeta

    place, _, codecs = CONVERTERS[module][name].partition(": ")
    bases = tuple(_imported(place, codec) for codec in codecs.split())
    return _ConverterMeta(
        name,
        (*bases, InConverter, OutConverter),
        {"__module__": f"azure.functions.{module}", "__doc__": bases[0].__doc__},
    )


@cache
def _binding(module: str, name: str) -> Any:
    from .declarations import binding_class

    return binding_class(module, name)


def _constants() -> dict[str, Callable[[], Any]]:
    """Name the binding types: ``COSMOS_DB_TRIGGER`` for ``cosmosDBTrigger``."""
    kinds = {kind for classes in BINDINGS.values() for _, kind in classes.values() if kind}
    kinds |= {"orchestrationTrigger", "entityTrigger", "activityTrigger", "durableClient"}
    border = re.compile("(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
    names = {border.sub("_", kind).upper(): kind for kind in kinds}
    names["HTTP_OUTPUT"] = names.pop("HTTP")
    return {name: partial(str, kind) for name, kind in names.items()}
