"""What travels between host and function, before any binding gives it meaning."""

from __future__ import annotations

from .._lazy import lazy

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from .datum import Datum as Datum

__all__ = ["Datum"]

__getattr__ = lazy(__name__, {"Datum": "datum"})
