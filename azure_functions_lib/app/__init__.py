"""How a function is declared, checked and found."""

from __future__ import annotations

from .._lazy import lazy

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from .loaded import LoadedApp as LoadedApp
    from .loaded import LoadedFunction as LoadedFunction
    from .loader import load_app as load_app
    from .problem import Problem as Problem

__all__ = ["LoadedApp", "LoadedFunction", "Problem", "load_app"]

__getattr__ = lazy(
    __name__,
    {
        "LoadedApp": "loaded",
        "LoadedFunction": "loaded",
        "Problem": "problem",
        "load_app": "loader",
    },
)
