"""Apps that import ``azure.functions`` get this library under that name, while a client is open."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["azure_functions"]

_NAME = "azure.functions"


@contextmanager
def azure_functions() -> Iterator[None]:
    """Answer to the name ``azure.functions``, unless it has been imported already."""
    if _NAME in sys.modules:
        yield
        return
    from ..compat import install_as_azure_functions

    finders = list(sys.meta_path)
    install_as_azure_functions()
    try:
        yield
    finally:
        sys.meta_path[:] = [
            finder
            for finder in sys.meta_path
            if finder in finders or not type(finder).__module__.startswith("azure_functions_lib.")
        ]
        for name in list(sys.modules):
            if name == _NAME or name.startswith(f"{_NAME}."):
                del sys.modules[name]
        vars(sys.modules["azure"]).pop("functions", None)
