"""One invocation: payloads become typed values, a function runs, its values become payloads."""

from __future__ import annotations

from .._lazy import lazy

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from .invocation import Invocation as Invocation
    from .runtime import Runtime as Runtime

__all__ = ["Invocation", "Runtime"]

__getattr__ = lazy(__name__, {"Invocation": "invocation", "Runtime": "runtime"})
