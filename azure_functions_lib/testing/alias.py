"""Apps that import ``azure.functions`` get this library under that name, while a client is open."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from ..app.process import PROCESS_LOCK

__all__ = ["azure_functions"]

_NAME = "azure.functions"

_users: list[object] = []
_removal = ExitStack()


@contextmanager
def azure_functions() -> Iterator[None]:
    """Answer to the name ``azure.functions``, unless it has been imported already.

    Clients may overlap, in threads too: the name goes with the last of them.
    """
    user = object()
    with PROCESS_LOCK:
        is_new = not _users and _NAME not in sys.modules
        if is_new:
            _removal.enter_context(_installed())
        if is_new or _users:
            _users.append(user)
    try:
        yield
    finally:
        with PROCESS_LOCK:
            if user in _users:
                _users.remove(user)
                if not _users:
                    _removal.close()


@contextmanager
def _installed() -> Iterator[None]:
    from ..compat import install_as_azure_functions

    finders = list(sys.meta_path)
    install_as_azure_functions()
    yield
    sys.meta_path[:] = [
        finder
        for finder in sys.meta_path
        if finder in finders or not type(finder).__module__.startswith("azure_functions_lib.")
    ]
    for name in list(sys.modules):
        if name == _NAME or name.startswith(f"{_NAME}."):
            del sys.modules[name]
    vars(sys.modules["azure"]).pop("functions", None)
