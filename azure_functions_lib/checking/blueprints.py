"""What is in an app's folder and does not belong to the app: blueprints and whole functions."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from ..app import rules
from ..app.container import DecoratorApi
from ..app.function import place_of
from ..app.function_json import FUNCTION_JSON
from ..app.settings import is_file

if TYPE_CHECKING:
    from types import ModuleType

    from ..app.loaded import LoadedApp
    from ..app.problem import Problem
    from . import Subject

__all__ = ["app_modules", "ignored_folders", "unregistered"]

_CONTAINER = re.compile(
    rb"^\w+\s*(?::[^=\n]+)?=\s*(?:\w+\.)*(Blueprint|FunctionApp)\(", re.MULTILINE
)


def app_modules(app: LoadedApp) -> dict[str, ModuleType]:
    """Give the modules that are imported from an app's folder, apart from installed packages.

    Nor is ``__main__`` one of them: it may be ``.venv/bin/azfl``.
    """
    root = f"{app.root}/"
    return {
        file: module
        for module in list(sys.modules.values())
        if module is not sys.modules["__main__"]
        and isinstance(file := getattr(module, "__file__", None), str)
        and file.replace("\\", "/").startswith(root.replace("\\", "/"))
        and "-packages" not in file
    }


def unregistered(subject: Subject) -> Iterator[Problem]:
    """Find blueprints whose functions are missing, since nobody has registered or imported them."""
    app = subject.app
    if not isinstance(app.app, DecoratorApi) or not app.functions:
        return
    registered = {id(each) for each in app.app._containers()}
    modules, told = app_modules(app), set()
    for module in modules.values():
        for name, value in list(vars(module).items()):
            if not isinstance(value, DecoratorApi) or hasattr(value, "get_functions"):
                continue
            builders = value._function_builders
            if not builders or id(value) in registered or id(value) in told:
                continue
            told.add(id(value))
            registered |= {id(each) for each in value._containers()}
            place = place_of(builders[0]._function._func) or (None, None)
            functions = ", ".join(each._function.get_function_name() for each in builders)
            yield rules.BLUEPRINT_UNREGISTERED(
                None, name, file=place[0], line=place[1], name=name, functions=functions
            )
    for file in sorted(app.root.glob("*.py")):
        content = b"" if str(file) in modules else _content(file)
        found = _CONTAINER.search(content)
        if found is None:
            continue
        is_app = found[1] == b"FunctionApp"
        rule = rules.APP_NOT_READ if is_app else rules.BLUEPRINT_NOT_IMPORTED
        line = content.count(b"\n", 0, found.start()) + 1
        yield rule(None, file.name, file=str(file), line=line)


def _content(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError:
        return b""


def ignored_folders(subject: Subject) -> Iterator[Problem]:
    """Find folders of functions beside a file of decorators, which is all that the host reads."""
    app = subject.app
    declared = any(function.json_file for function in app.functions.values())
    if declared or not app.functions:
        return
    folders = [each for each in sorted(app.root.iterdir()) if is_file(each / FUNCTION_JSON)]
    if folders:
        names = ", ".join(folder.name for folder in folders)
        file = str(folders[0] / FUNCTION_JSON)
        yield rules.IGNORED_FOLDERS(None, folders[0].name, file=file, line=1, folders=names)
