"""Where a worker would look for ``azure.functions``."""

from __future__ import annotations

import os
from pathlib import Path

from ..app import rules
from ..app.problem import Problem
from ..app.settings import is_true
from . import is_shim

__all__ = ["unused_shim"]

_DEPLOYED = Path(".python_packages", "lib", "site-packages")


def unused_shim(root: Path) -> Problem | None:
    """Tell of a shim that a worker would not find: on PYTHONPATH, behind the worker's packages.

    Args:
        root: the app's folder. Packages that are deployed with it come first on the platform.
    """
    if is_true(os.environ.get("PYTHON_ISOLATE_WORKER_DEPENDENCIES")):
        return None
    for entry in os.environ.get("PYTHONPATH", "").split(os.pathsep):
        folder = Path(entry).resolve()
        if entry and folder != (root / _DEPLOYED).resolve() and is_shim(folder):
            return rules.UNUSED_SHIM(None, "PYTHONPATH", entry=entry, deployed=_DEPLOYED)
    return None
