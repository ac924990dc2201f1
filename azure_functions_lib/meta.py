"""What writers of converters need: the datum, the bases to subclass, the registry."""

from __future__ import annotations

from .bindings import get_binding_registry, register_converter
from .wire.datum import Datum
from .wire.registry import InConverter, OutConverter

__all__ = ["Datum", "InConverter", "OutConverter", "get_binding_registry", "register_converter"]
