"""The binding library for Azure Functions: ``import azure_functions_lib as func``."""

from __future__ import annotations

__version__ = "0.1.0"


def __getattr__(name: str) -> object:
    import importlib

    from .bindings._table import ROWS

    for row in ROWS:
        if name in row.exports:
            return getattr(importlib.import_module(f"{__name__}.{row.module}"), name)
    if name == "meta":
        return importlib.import_module(f"{__name__}.meta")
    if name in ("get_binding_registry", "register_converter"):
        return getattr(importlib.import_module(f"{__name__}.bindings"), name)
    raise AttributeError(name)
