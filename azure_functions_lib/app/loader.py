"""A function app as a worker finds it: in a folder of either programming model, or as an object."""

from __future__ import annotations

import importlib.util
import inspect
import os
import re
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

from ..errors import AppError, preview
from . import rules
from .check import index
from .container import DecoratorApi
from .function import SCRIPT_FILE_NAME
from .function_json import FUNCTION_JSON, load_function
from .imports import AppImports
from .loaded import LoadedApp, LoadedFunction, import_problem
from .process import PROCESS_LOCK, undone
from .root import root_and_script
from .settings import is_disabled, is_file, read_host_settings, read_local_settings

__all__ = ["LoadedApp", "LoadedFunction", "declared", "load_app"]

_SCRIPT_FILE_VARIABLE = "PYTHON_SCRIPT_FILE_NAME"
_SCRIPT_FILE = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_-]*\.py")


def load_app(
    app: Any,
    *,
    settings: Mapping[str, str] | None = None,
    local_settings: bool = True,
) -> LoadedApp:
    """Load a function app; one function that is broken leaves the others as they are.

    Until the app is closed, its modules can be imported as a worker makes them importable, and the
    environment holds ``AzureWebJobsScriptRoot``, the app's settings, and ``settings``.

    Args:
        app: the app's folder: one with a folder and ``function.json`` for each function (also
            named ``__app__``, or holding such a folder), or one with a ``function_app.py`` (or
            the file that ``PYTHON_SCRIPT_FILE_NAME`` names). Or that file, or a module, or an app
            object such as a ``FunctionApp``.
        settings: application settings that win over all others.
        local_settings: whether ``local.settings.json`` is read. As on the local host, its values
            do not replace variables that are set already.

    Returns:
        the app with everything that is wrong with it in its ``problems``.

    Raises:
        AppError: there is no app at all: no such folder, or an object of another kind; or another
            app is open in another thread; or one of ``settings`` cannot be a variable.
    """
    if isinstance(app, (str, os.PathLike)):
        root, script = root_and_script(Path(app))
        return _load(root, settings, local_settings, lambda loaded: _load_folder(loaded, script))
    if isinstance(app, ModuleType):
        file = getattr(app, "__file__", None)
        root = Path(file).parent if file else Path.cwd()
        return _load(root, settings, local_settings, lambda loaded: _take_module(loaded, app))
    if not _is_app(app):
        raise AppError(
            f"got {preview(app)}; expected the path of an app's folder, a module, or an app "
            "object such as a FunctionApp"
        )
    return _load(_root_of(app), settings, local_settings, lambda loaded: _take_app(loaded, app))


def declared(app: Any) -> LoadedApp:
    """Give what an app object declares, without the app's folder and settings."""
    loaded = LoadedApp(Path.cwd())
    _take_app(loaded, app)
    return loaded


def _root_of(app: Any) -> Path:
    for builder in getattr(app, "_function_builders", ()):
        file = _file_of(builder._function.get_user_function())
        if file is not None:
            return file.parent
    return Path.cwd()


def _load(
    root: Path,
    settings: Mapping[str, str] | None,
    local_settings: bool,
    fill: Callable[[LoadedApp], None],
) -> LoadedApp:
    loaded = LoadedApp(root)
    if local_settings:
        loaded.local = read_local_settings(root)
    with PROCESS_LOCK, loaded.undo:
        imports = AppImports(root)
        loaded.undo.callback(imports.close)
        imports.open()
        loaded.undo.enter_context(
            undone(
                {"AzureWebJobsScriptRoot": str(root)},
                loaded.local.effective_values(),
                settings or {},
            )
        )
        loaded.host = read_host_settings(root)  # by what the settings override, too
        loaded.app_problems += [*loaded.host.problems, *loaded.local.problems]
        fill(loaded)
        for function in loaded.functions.values():
            function.disabled = function.disabled or is_disabled(function.name)
        loaded.undo = loaded.undo.pop_all()
    return loaded


def _load_folder(loaded: LoadedApp, script: str | None) -> None:
    name = script or os.environ.get(_SCRIPT_FILE_VARIABLE) or SCRIPT_FILE_NAME
    if not _SCRIPT_FILE.fullmatch(name):
        problem = rules.SCRIPT_FILE_NAME(
            None, _SCRIPT_FILE_VARIABLE, variable=_SCRIPT_FILE_VARIABLE
        )
        if script is not None:
            problem = rules.NO_PYTHON_FILE(None, None, file=str(loaded.root / script))
        loaded.app_problems.append(problem)
        return
    file = loaded.root / name
    if is_file(file):
        _load_script(loaded, file)
        return
    for folder in sorted(loaded.root.iterdir()):
        if is_file(folder / FUNCTION_JSON):
            loaded.add(load_function(loaded.root, folder))
    if not loaded.functions:
        loaded.app_problems.append(
            rules.NO_APP_HERE(None, file=str(file), folder=loaded.root, script=name)
        )


def _load_script(loaded: LoadedApp, file: Path) -> None:
    try:
        module = _import_file(file)
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # such as SystemExit, or one of the app's own
        loaded.error = error
        loaded.app_problems.append(import_problem(None, loaded.root, file, error))
    else:
        _take_module(loaded, module)


def _import_file(file: Path) -> ModuleType:
    """Import a file under its stem; not by a search for it, which might find another one."""
    known = sys.modules.get(file.stem)
    if known is not None and getattr(known, "__file__", None) == str(file):
        return known
    spec = importlib.util.spec_from_file_location(file.stem, file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[file.stem] = module
    try:
        spec.loader.exec_module(module)
    except BaseException:
        sys.modules.pop(file.stem, None)
        raise
    return module


def _is_app(value: Any) -> bool:
    """Whether a value is a function app, of this library or of the mirrored one."""
    return any(base.__name__ == "FunctionRegister" for base in type(value).__mro__)


def _take_module(loaded: LoadedApp, module: ModuleType) -> None:
    apps = {id(value): value for value in vars(module).values() if _is_app(value)}
    if len(apps) == 1:
        (app,) = apps.values()
        _take_app(loaded, app, getattr(module, "__file__", None))
        return
    file = getattr(module, "__file__", None) or module.__name__
    name = Path(file).name
    blueprints = [key for key, value in vars(module).items() if isinstance(value, DecoratorApi)]
    if apps:
        problem = rules.SEVERAL_APPS(None, name, file=file, count=len(apps))
    elif blueprints:
        names = ", ".join(blueprints)
        problem = rules.ONLY_BLUEPRINTS(None, name, file=file, names=names, name=blueprints[0])
    else:
        problem = rules.NO_FUNCTION_APP(None, name, file=file)
    loaded.app_problems.append(problem)


def _take_app(loaded: LoadedApp, app: Any, script: str | None = None) -> None:
    loaded.app = app
    functions, problems = index(app)
    loaded.app_problems += problems
    for function in functions:
        code = function.get_user_function()
        file = _file_of(code)
        loaded.add(
            LoadedFunction(
                function.get_function_name(),
                code,
                function.get_bindings(),
                directory=file.parent if file else loaded.root,
                script_file=file,
                retry=function.get_settings_dict("retry_policy"),
                http_type=getattr(function, "http_type", "function"),
            )
        )
    if not functions and not problems:
        loaded.app_problems.append(rules.NO_FUNCTIONS(None, file=script))


def _file_of(code: Any) -> Path | None:
    """Find the user's file that code is from; None for code of this package, or without a file."""
    target = getattr(inspect.unwrap(code), "__code__", None)
    if target is None:
        return None
    # What a prompt or a notebook runs has a name that is no file's, such as '<stdin>'.
    file = Path(os.path.abspath(target.co_filename))  # noqa: PTH100 - links stay as they are
    return file if is_file(file) and file.parent != Path(__file__).parent else None
