"""What loading an app adds to the process's imports, so that it can be taken away again."""

from __future__ import annotations

import os
import sys
import threading
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType
from typing import ClassVar

from ..errors import AppError

__all__ = ["APP_PACKAGE", "AppImports"]

APP_PACKAGE = "__app__"
"""The package that a worker makes of an app's root folder."""

# An app's tests stand beside its code, but they are run by what loads the app, not by the app. Nor
# does this package take a copy of itself, in a folder that is the app's, for the app's.
_THIS = __name__.partition(".")[0]
_NEVER_OF_THE_APP = {"tests", _THIS}


class AppImports:
    """The modules and search paths of one app.

    One app's are in place at a time: opening another takes them out until that one is closed.

    Args:
        root: the app's root folder.
    """

    _opened: ClassVar[list[AppImports]] = []

    def __init__(self, root: Path) -> None:
        self._root = str(root)
        self._thread = threading.current_thread()
        self._path: list[str] = []
        self._path_before: list[str] = []
        self._own: dict[str, ModuleType] = {}
        self._displaced: dict[str, ModuleType] = {}
        self._before: frozenset[str] = frozenset()

    def open(self) -> None:
        """Put the app's search paths and its package in place.

        Raises:
            AppError: another app is open in another thread, where it would find this one's modules.
        """
        if self._opened:
            last = self._opened[-1]
            if last._root != self._root and last._is_used_elsewhere():
                raise AppError(
                    f"the app in {last._root} is open in another thread ({last._thread.name}), and "
                    "a process holds the modules of one app at a time. Close it first, or load "
                    f"{self._root} in a process of its own"
                )
            last._leave()
        self._opened.append(self)
        self._enter()

    def _is_used_elsewhere(self) -> bool:
        return self._thread is not threading.current_thread() and self._thread.is_alive()

    def close(self) -> None:
        """Take everything away that was added since; a second time changes nothing."""
        if self not in self._opened:
            return
        in_place = self._opened[-1] is self
        if in_place:
            self._leave()
        self._opened.remove(self)
        self._own.clear()
        if in_place and self._opened:
            self._opened[-1]._enter()

    def _enter(self) -> None:
        self._path_before = list(sys.path)
        if self._path:
            sys.path[:] = self._path
        else:
            self._extend_path()
        self._forget_listings()
        self._displaced = self._namesakes()
        for name in self._displaced:
            del sys.modules[name]
        self._before = frozenset(sys.modules)
        sys.modules.update(self._own)
        if APP_PACKAGE not in sys.modules:
            sys.modules[APP_PACKAGE] = _app_package(self._root)

    def _leave(self) -> None:
        self._own = {
            name: module
            for name, module in list(sys.modules.items())
            if name not in self._before and name.partition(".")[0] != _THIS and self._has(module)
        }
        for name in self._own:
            del sys.modules[name]
        sys.modules.update(self._displaced)
        self._path = list(sys.path)
        sys.path[:] = self._path_before

    def _extend_path(self) -> None:
        # As on the platform: the packages deployed with the app come first, the app's root last,
        # so that a function's folder never hides a package of the same name.
        packages = f"{self._root}/.python_packages/lib/site-packages"
        if packages not in sys.path and Path(packages).is_dir():
            sys.path.insert(0, packages)
        if self._root not in sys.path:
            sys.path.append(self._root)

    def _has(self, module: ModuleType) -> bool:
        """Whether a module is of the app's folder, or of a folder that it has added to the path."""
        place = _place(module) or ""
        if self._holds(sys.prefix) and _is_below(place, sys.prefix):
            return False  # installed, in a virtual environment that is kept in the app's folder
        added = (path for path in sys.path if path not in self._path_before)
        return self._holds(place) or any(
            _is_below(place, os.path.abspath(path))  # noqa: PTH100 - as the import system does
            for path in added
            if isinstance(path, str) and "-packages" not in path
        )

    def _holds(self, path: str) -> bool:
        return path == self._root or _is_below(path, self._root)

    def _forget_listings(self) -> None:
        """Make imports see files that have been written since the app's folders were listed."""
        # Not importlib.invalidate_caches, which imports importlib.metadata and much else.
        for path, finder in list(sys.path_importer_cache.items()):
            forget = getattr(finder, "invalidate_caches", None)
            if forget is not None and self._holds(path):
                forget()

    def _namesakes(self) -> dict[str, ModuleType]:
        """Find modules of other apps, or of their tests, that hide modules of this one."""
        hidden = {APP_PACKAGE}
        for entry in Path(self._root).iterdir():
            if entry.suffix == ".py" or entry.is_dir():
                hidden.add(entry.stem)
        names = {
            name
            for name in hidden - _NEVER_OF_THE_APP - sys.stdlib_module_names
            if (module := sys.modules.get(name)) is not None
            and not self._has(module)
            and "-packages" not in (_place(module) or "-packages")
        }
        if not names:
            return {}
        return {
            name: module
            for name, module in list(sys.modules.items())
            if name.partition(".")[0] in names
        }


def _is_below(path: str, folder: str) -> bool:
    return path.startswith((f"{folder}/", f"{folder}\\"))


def _place(module: ModuleType) -> str | None:
    file = getattr(module, "__file__", None)
    if isinstance(file, str):
        return file
    for path in getattr(module, "__path__", ()):
        return str(path)
    return None


def _app_package(root: str) -> ModuleType:
    package = ModuleType(APP_PACKAGE, "The root folder of the function app.")
    package.__path__ = [root]
    package.__spec__ = ModuleSpec(APP_PACKAGE, None, is_package=True)
    package.__spec__.submodule_search_locations = package.__path__
    return package
