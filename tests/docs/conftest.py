from __future__ import annotations

from ..packing.conftest import offline, wheelhouse

__all__ = ["offline", "wheelhouse"]
