"""Names of a package that are imported when they are first asked for (PEP 562).

Beside its ``__getattr__`` a package has them below ``if TYPE_CHECKING``, for type checkers and
editors. There ``TYPE_CHECKING`` is written ``bool()``: jedi follows no branch of a plain False.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = ["lazy"]


def lazy(package: str, places: Mapping[str, str]) -> Callable[[str], object]:
    """Make the ``__getattr__`` of a package.

    Args:
        package: the package's ``__name__``.
        places: where its names are: the name of one of its modules, which may be the name itself.
    """

    def __getattr__(name: str) -> object:
        from importlib import import_module

        if name not in places:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        module = import_module(f"{package}.{places[name]}")
        value = module if name == places[name] else getattr(module, name)
        vars(import_module(package))[name] = value
        return value

    return __getattr__
