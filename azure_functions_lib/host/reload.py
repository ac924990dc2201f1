"""Watches an app's files, to tell when its code is to be loaded anew."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Collection, Iterator
from pathlib import Path

from ..app.root import app_root
from ..app.settings import in_any_case, read_host_settings
from .pages import OFFLINE_FILE

__all__ = ["changes", "is_watched"]

_HOST_FILE = "host.json"
_FILES = {"function.json", _HOST_FILE, "local.settings.json", ".env", OFFLINE_FILE}
_SUFFIXES = {".py"}
_SKIPPED = {
    ".azfl",
    ".git",
    ".hg",
    ".mypy_cache",
    ".pytest_cache",
    ".python_packages",
    ".ruff_cache",
    ".tox",
    ".venv",
    "__pycache__",
    "node_modules",
    "site-packages",
    "venv",
}
_QUIET_MS, _LONGEST_MS = 20, 500
"""How long nothing must have changed, since editors write a file in several steps; but no longer
than so long is waited for that."""


def is_watched(
    path: Path, root: Path, *, files: Collection[str] = (), directories: Collection[str] = ()
) -> bool:
    """Whether a change of a file is one of the app.

    That are Python files and the settings files, those named in ``watchFiles`` of host.json in any
    folder, and all below a top-level folder named in ``watchDirectories``.

    Args:
        path: the file.
        root: the app's folder.
        files: ``watchFiles`` of host.json.
        directories: ``watchDirectories`` of host.json.
    """
    try:
        parts = path.relative_to(root).parts
    except ValueError:
        return False
    if len(parts) > 1 and parts[0] in directories:
        return True
    if any(part in _SKIPPED for part in parts):
        return False
    return path.suffix in _SUFFIXES or path.name in _FILES or path.name in files


async def changes(app: Path, since: float) -> AsyncIterator[list[Path]]:
    """Give the files of an app that have changed, each time that some have.

    What changes while nobody waits for it is given at once, and together, when somebody does.

    Args:
        app: the app's folder; ``watchFiles`` and ``watchDirectories`` are those of its host.json.
        since: the time, in seconds since 1970, from which on changes count.

    Raises:
        AppError: there is no such folder.
    """
    from watchfiles import awatch

    root = app_root(app).resolve()
    files, directories = _named(root)

    def wanted(_: object, path: str) -> bool:
        return is_watched(Path(path), root, files=files, directories=directories)

    watching = awatch(root, watch_filter=wanted, step=_QUIET_MS, debounce=_LONGEST_MS)
    coming = asyncio.ensure_future(anext(watching))
    try:
        await asyncio.sleep(0)  # it watches from here on
        paths = [path for path in _all(root) if wanted(None, str(path)) and _time(path) >= since]
        if paths:
            yield paths
        while True:
            paths = sorted({Path(path) for _, path in await coming})
            if any(path.name == _HOST_FILE for path in paths):
                files, directories = _named(root)
            yield paths
            coming = asyncio.ensure_future(anext(watching))
    finally:
        coming.cancel()


def _all(root: Path) -> Iterator[Path]:
    for folder, folders, names in os.walk(root):
        folders[:] = [each for each in folders if each not in _SKIPPED]
        yield from (Path(folder, name) for name in names)


def _time(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:  # it is gone by now, which is a change as well
        return float("inf")


def _named(root: Path) -> tuple[list[str], list[str]]:
    """Give ``watchFiles`` and ``watchDirectories``."""
    data = read_host_settings(root).data
    files, directories = (
        [each for each in found if isinstance(each, str)] if isinstance(found, list) else []
        for found in (in_any_case(data, "watchFiles"), in_any_case(data, "watchDirectories"))
    )
    return files, directories
