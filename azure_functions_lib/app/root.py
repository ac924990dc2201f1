"""Where an app is: found without what loading it takes."""

from __future__ import annotations

import os
from pathlib import Path

from ..errors import AppError
from .imports import APP_PACKAGE
from .settings import is_file

__all__ = ["app_root", "root_and_script"]


def app_root(path: Path) -> Path:
    """Give the root folder of the app that is in a folder, or that a file is the script of.

    Raises:
        AppError: there is no such folder.
    """
    return root_and_script(path)[0]


def root_and_script(path: Path) -> tuple[Path, str | None]:
    """Give an app's root folder, and the name of its script if the path says it.

    Raises:
        AppError: there is no such folder.
    """
    path = Path(os.path.abspath(path))  # noqa: PTH100 - modules keep the path as it is written
    if is_file(path):
        return path.parent, path.name
    if not os.path.isdir(path):  # noqa: PTH112 - which a path that is too long does not break
        raise AppError(f"{path}: there is no such folder. Give the folder that holds host.json")
    if (path / APP_PACKAGE).is_dir() and not (path / "host.json").is_file():
        path = path / APP_PACKAGE
    return path, None
