"""Watches an app's files, to tell when its code is to be loaded anew."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection
from pathlib import Path

__all__ = ["changes", "is_watched"]

_FILES = {"function.json", "host.json", "local.settings.json", ".env"}
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
_QUIET_MS = 20
"""How long nothing must have changed: editors write a file in several steps."""


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


async def changes(
    root: Path, *, files: Collection[str] = (), directories: Collection[str] = ()
) -> AsyncIterator[list[Path]]:
    """Give the files of an app that have changed, each time that some have.

    Args:
        root: the app's folder.
        files: ``watchFiles`` of host.json.
        directories: ``watchDirectories`` of host.json.
    """
    from watchfiles import awatch

    def wanted(_: object, path: str) -> bool:
        return is_watched(Path(path), root, files=files, directories=directories)

    async for found in awatch(root, watch_filter=wanted, step=_QUIET_MS, debounce=500):
        yield sorted({Path(path) for _, path in found})
