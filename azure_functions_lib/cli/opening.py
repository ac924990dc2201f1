"""What the commands share that load an app."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from pathlib import Path

from ..app.loader import LoadedApp, load_app
from ..app.problem import Problem
from ..compat import install_as_azure_functions
from ..errors import AppError, NameTakenError
from .common import Wrong


@contextmanager
def opened(path: Path, output: str) -> Iterator[LoadedApp]:
    """Load an app for the time of a ``with`` block; it may import ``azure.functions``.

    What the app prints goes to stderr, since stdout is for the command's result.
    """
    with redirect_stdout(sys.stderr):
        try:
            install_as_azure_functions()
            app = load_app(path)
        except NameTakenError as error:
            remedy = "Run azfl in a process of its own"
            raise Wrong([Problem(None, None, str(error), remedy)], output) from None
        except AppError as error:
            remedy = "Give the folder of a function app"
            raise Wrong([Problem(None, None, str(error), remedy)], output) from None
    with app:
        yield app
