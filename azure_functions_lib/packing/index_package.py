"""Indexes the app of an unpacked package as a worker would; a program that :mod:`.verify` runs.

Its arguments are the folder, the file for the result, and the search path from which this library
stands in for the worker's own packages where the package has none that answers. It runs without
site-packages, and imports nothing of this library before the search path is set.
"""

from __future__ import annotations

import json
import os
import sys
from importlib import import_module
from importlib.machinery import PathFinder
from pathlib import Path
from typing import Any

# The library and what it needs: on the platform the worker has its own azure-functions.
STAND_IN = ("azure_functions_lib", "dateutil", "multidict", "multipart", "six", "typing_extensions")


class StandIn:
    """Finds the library outside the package, after everything in it."""

    def __init__(self, search_path: list[str]) -> None:
        self.search_path = search_path

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> Any:
        """Find a module of the library, or of what it needs."""
        if path is None and name in STAND_IN:
            return PathFinder.find_spec(name, self.search_path)
        return None


def main(root: str, result: str, *search_path: str) -> None:
    """Index the app and write what was found."""
    # As on the platform: the package's dependencies come first, the app's own modules last.
    sys.path[:] = [os.path.join(root, ".python_packages/lib/site-packages"), *sys.path[1:], root]  # noqa: PTH118
    sys.meta_path.append(StandIn(list(search_path)))
    os.chdir(root)
    Path(result).write_text(json.dumps(index(root)), encoding="utf-8")


def index(root: str) -> dict[str, Any]:
    """Load the app; give its functions, its problems and who answers to ``azure.functions``."""
    try:
        answering: Any = import_module("azure.functions")
    except ImportError:
        install_as_azure_functions = import_module("azure_functions_lib").install_as_azure_functions
        install_as_azure_functions()
        answering = import_module("azure.functions")
    from azure_functions_lib.app.loader import load_app
    from azure_functions_lib.delivery.routes import route_problems

    with load_app(root, local_settings=False) as app:
        return {
            "functions": sorted(app.functions),
            "problems": [str(problem) for problem in [*app.problems, *route_problems(app)]],
            "answers": answering.__file__,
            "library": answering.FunctionApp.__module__.partition(".")[0],
            "version": getattr(answering, "__version__", None),
        }


if __name__ == "__main__":
    main(*sys.argv[1:])
