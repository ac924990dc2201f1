"""A function that a ``function.json`` declares, as host and worker read it."""

from __future__ import annotations

import importlib
import inspect
import os
from collections.abc import Callable
from pathlib import Path
from reprlib import repr as shortened
from typing import Any

from ..enums import BindingDirection, DataType
from ..errors import preview
from ..wire.declaration import Binding
from .imports import APP_PACKAGE
from .loaded import LoadedFunction, import_problem
from .problem import Problem
from .settings import is_file, parse_settings_json

__all__ = ["FUNCTION_JSON", "load_function"]

FUNCTION_JSON = "function.json"
"""The file that makes a folder a function."""

_KEYS = {"bindings", "scriptFile", "entryPoint", "retry", "disabled", "configurationSource"}
_DIRECTIONS = {each.name.lower(): each for each in BindingDirection}
_DATA_TYPES = {each.name.lower(): each for each in DataType}
_STRATEGIES = {"fixeddelay": "fixed_delay", "exponentialbackoff": "exponential_backoff"}
_RETRY_KEYS = {
    "max_retry_count": "maxRetryCount",
    "delay_interval": "delayInterval",
    "minimum_interval": "minimumInterval",
    "maximum_interval": "maximumInterval",
}


def load_function(root: Path, folder: Path) -> LoadedFunction:
    """Load the function of a folder; what is wrong with it is in its ``load_problems``."""
    function = LoadedFunction(folder.name, directory=folder)
    problem = _reporter(function)
    try:
        record = parse_settings_json((folder / FUNCTION_JSON).read_bytes())
    except (OSError, ValueError) as error:
        problem(FUNCTION_JSON, f"it cannot be read: {error}", "Write valid JSON in UTF-8")
        function.unreadable_bindings = frozenset({FUNCTION_JSON})
        return function
    if not isinstance(record, dict):
        remedy = 'Write {"bindings": [...]}'
        problem(FUNCTION_JSON, f"it holds {preview(record)}, not an object", remedy)
        function.unreadable_bindings = frozenset({FUNCTION_JSON})
        return function
    for key in record.keys() - _KEYS:
        for known in _KEYS:
            if key.lower().rstrip("s") == known.lower().rstrip("s"):
                problem(key, "the host does not know this key", f"Write {known!r}")
    function.disabled = record.get("disabled") is True
    _read_bindings(function, record.get("bindings"), problem)
    _read_retry(function, record.get("retry"), problem)
    function.script_file = _script_file(folder, record.get("scriptFile"), problem)
    if function.script_file is not None:
        _load_code(function, root, record.get("entryPoint", "main"), problem)
    return function


_Report = Callable[[str, str, str], None]


def _reporter(function: LoadedFunction) -> _Report:
    def problem(parameter: str, cause: str, remedy: str) -> None:
        function.load_problems.append(Problem(function.name, parameter, cause, remedy))

    return problem


def _read_bindings(function: LoadedFunction, records: Any, problem: _Report) -> None:
    if not isinstance(records, list) or not records:
        cause = "it is missing" if records is None else f"it holds {preview(records)}"
        problem("bindings", cause, "Write a list with at least the function's trigger")
        function.unreadable_bindings = frozenset({"bindings"})
        return
    unreadable = set()
    for position, record in enumerate(records):
        place = f"bindings[{position}]"
        if not isinstance(record, dict):
            problem(place, f"it is {preview(record)}, not an object", "Write an object")
            unreadable.add(place)
            continue
        name, kind = record.get("name"), record.get("type")
        if not isinstance(name, str) or not name:
            problem(
                place,
                f"its name is {shortened(name)}",
                "Write the name of a parameter, or '$return'",
            )
            unreadable.add(place)
            continue
        if not isinstance(kind, str) or not kind:
            problem(
                name, f"its binding type is {shortened(kind)}", "Write one, such as 'queueTrigger'"
            )
            unreadable.add(name)
            continue
        direction = _member(record, "direction", _DIRECTIONS, name, problem)
        data_type = _member(record, "dataType", _DATA_TYPES, name, problem, optional=True)
        if direction is None:
            unreadable.add(name)
            continue
        own = ("name", "type", "direction", "dataType")
        fields = {key: value for key, value in record.items() if key not in own}
        function.bindings.append(Binding(name, direction, data_type, kind, fields))
    function.unreadable_bindings = frozenset(unreadable)


def _member(
    record: dict[str, Any],
    key: str,
    members: dict[str, Any],
    name: str,
    problem: _Report,
    *,
    optional: bool = False,
) -> Any:
    value = record.get(key)
    if optional and value is None:
        return None
    found = members.get(value.lower()) if isinstance(value, str) else None
    if found is None:
        cause = f"its {key} is {'missing' if value is None else shortened(value)}"
        problem(name, cause, f"Write one of {', '.join(map(repr, members))}")
    return found


def _read_retry(function: LoadedFunction, record: Any, problem: _Report) -> None:
    if record is None:
        return
    if not isinstance(record, dict):
        problem("retry", f"it is {preview(record)}, not an object", 'Write {"strategy": ...}')
        return
    strategy = record.get("strategy")
    # What the host does not know is passed on as it is, for the check to name it.
    retry = {"strategy": _STRATEGIES.get(str(strategy).lower(), strategy)}
    for key, wire in _RETRY_KEYS.items():
        if wire in record:
            retry[key] = record[wire]
    function.retry = retry


def _script_file(folder: Path, given: Any, problem: _Report) -> Path | None:
    if given is None:
        files = [file for file in folder.iterdir() if is_file(file)]
        files.remove(folder / FUNCTION_JSON)
        if len(files) == 1:
            return files[0]
        for name in ("run.py", "__init__.py"):
            if folder / name in files:
                return folder / name
        cause = "it is not given, and the folder has no __init__.py"
        problem("scriptFile", cause, "Write the code into __init__.py, or name the file")
        return None
    if not isinstance(given, str) or not given:
        problem("scriptFile", f"it is {shortened(given)}", "Write the path of a .py file")
        return None
    file = Path(os.path.normpath(folder / given))
    if not is_file(file):
        problem(
            "scriptFile",
            f"there is no file {shortened(given)}",
            f"Write a path relative to {folder}",
        )
        return None
    return file


def _load_code(function: LoadedFunction, root: Path, entry_point: Any, problem: _Report) -> None:
    file = function.script_file
    assert file is not None
    if file.suffix.lower() != ".py":
        problem("scriptFile", f"{file.name!r} is no Python file", "Write the path of a .py file")
        return
    try:
        parts = list(file.relative_to(root).with_suffix("").parts)
    except ValueError:
        problem("scriptFile", f"{file} lies outside the app's folder", f"Move it below {root}")
        return
    if parts[-1].lower() == "__init__":
        parts.pop()
    try:
        module = importlib.import_module(".".join([APP_PACKAGE, *parts]))
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # such as SystemExit, or one of the app's own
        function.error = error
        function.load_problems.append(import_problem(function.name, root, file, error))
        return
    if not isinstance(entry_point, str) or not callable(getattr(module, entry_point, None)):
        found = [
            name
            for name, value in vars(module).items()
            if inspect.isfunction(value) and value.__module__ == module.__name__
        ]
        cause = f"{file.name} has no function {shortened(entry_point)}"
        if isinstance(entry_point, str) and hasattr(module, entry_point):
            cause = f"{entry_point!r} in {file.name} cannot be called"
        names = f" (it has {', '.join(found)})" if found else ""
        problem("entryPoint", cause, f"Name a function of that file{names}")
        return
    function.function = getattr(module, entry_point)
