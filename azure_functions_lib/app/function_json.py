"""A function that a ``function.json`` declares, as host and worker read it."""

from __future__ import annotations

import importlib
import inspect
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from reprlib import repr as shortened
from typing import Any

from ..enums import BindingDirection, DataType
from ..errors import preview
from ..wire.declaration import Binding
from . import rules
from .imports import APP_PACKAGE
from .json_lines import place_in
from .loaded import LoadedFunction, import_problem
from .rules import Rule
from .settings import is_file, parse_settings_json
from .spelling import meant

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
    function.json_file = folder / FUNCTION_JSON
    report = _reporter(function)
    try:
        record = parse_settings_json((folder / FUNCTION_JSON).read_bytes())
    except (OSError, ValueError) as error:
        report(
            rules.FILE_UNREADABLE,
            FUNCTION_JSON,
            it="it ",
            error=error,
            line=getattr(error, "lineno", None),
        )
        function.unreadable_bindings = frozenset({FUNCTION_JSON})
        return function
    if not isinstance(record, dict):
        report(rules.FUNCTION_NO_OBJECT, FUNCTION_JSON, value=preview(record))
        function.unreadable_bindings = frozenset({FUNCTION_JSON})
        return function
    for key in record.keys() - _KEYS:
        found = meant(key, _KEYS)
        if found is None:
            alike = (each for each in _KEYS if each.lower().rstrip("s") == key.lower().rstrip("s"))
            found = next(alike, None)
        if found is not None:
            report(rules.FUNCTION_KEY, key, meant=found)
    function.disabled = record.get("disabled") is True
    _read_bindings(function, record.get("bindings"), report)
    _read_retry(function, record.get("retry"), report)
    function.script_file = _script_file(folder, record.get("scriptFile"), report)
    if function.script_file is not None:
        _load_code(function, root, record.get("entryPoint", "main"), report)
    return function


_Report = Callable[..., None]


def _reporter(function: LoadedFunction) -> _Report:
    """Make what adds a problem: its rule, the parameter, and the path in function.json to it."""

    def report(
        rule: Rule,
        parameter: str,
        path: Sequence[str | int] = (),
        line: int | None = None,
        **values: Any,
    ) -> None:
        assert function.json_file is not None
        file, found = place_in(function.json_file, path or (parameter,))
        function.load_problems.append(
            rule(function.name, parameter, file=file, line=line or found, **values)
        )

    return report


def _read_bindings(function: LoadedFunction, records: Any, report: _Report) -> None:
    if not isinstance(records, list) or not records:
        value = "is missing" if records is None else f"holds {preview(records)}"
        report(rules.BINDINGS_MISSING, "bindings", value=value)
        function.unreadable_bindings = frozenset({"bindings"})
        return
    function.unreadable_bindings = frozenset(
        unread
        for position, record in enumerate(records)
        if (unread := _read_binding(function, record, position, report)) is not None
    )


def _read_binding(
    function: LoadedFunction, record: Any, position: int, report: _Report
) -> str | None:
    """Add a binding to its function; if it cannot be read, give what it is called."""
    place, path = f"bindings[{position}]", ("bindings", position)
    if not isinstance(record, dict):
        report(rules.BINDING_NO_OBJECT, place, path, value=preview(record))
        return place
    name, kind = record.get("name"), record.get("type")
    if not isinstance(name, str) or not name:
        report(rules.BINDING_NO_NAME, place, (*path, "name"), value=shortened(name))
        return place
    if not isinstance(kind, str) or not kind:
        report(rules.BINDING_NO_TYPE, name, (*path, "type"), value=shortened(kind))
        return name
    function.json_positions[name] = position
    direction = _member(record, "direction", _DIRECTIONS, function, report)
    data_type = _member(record, "dataType", _DATA_TYPES, function, report, optional=True)
    if direction is None:
        return name
    own = ("name", "type", "direction", "dataType")
    fields = {key: value for key, value in record.items() if key not in own}
    function.bindings.append(Binding(name, direction, data_type, kind, fields))
    return None


def _member(
    record: dict[str, Any],
    key: str,
    members: dict[str, Any],
    function: LoadedFunction,
    report: _Report,
    *,
    optional: bool = False,
) -> Any:
    value = record.get(key)
    if optional and value is None:
        return None
    found = members.get(value.lower()) if isinstance(value, str) else None
    if found is None:
        name = record["name"]
        report(
            rules.BINDING_MEMBER,
            name,
            ("bindings", function.json_positions[name], key),
            key=key,
            value="missing" if value is None else shortened(value),
            known=", ".join(map(repr, members)),
        )
    return found


def _read_retry(function: LoadedFunction, record: Any, report: _Report) -> None:
    if record is None:
        return
    if not isinstance(record, dict):
        report(rules.RETRY_NO_OBJECT, "retry", value=preview(record))
        return
    strategy = record.get("strategy")
    # What the host does not know is passed on as it is, for the check to name it.
    retry = {"strategy": _STRATEGIES.get(str(strategy).lower(), strategy)}
    for key, wire in _RETRY_KEYS.items():
        if wire in record:
            retry[key] = record[wire]
    function.retry = retry


def _script_file(folder: Path, given: Any, report: _Report) -> Path | None:
    if given is None:
        files = [file for file in folder.iterdir() if is_file(file)]
        files.remove(folder / FUNCTION_JSON)
        if len(files) == 1:
            return files[0]
        for name in ("run.py", "__init__.py"):
            if folder / name in files:
                return folder / name
        report(rules.SCRIPT_MISSING, "scriptFile")
        return None
    if not isinstance(given, str) or not given:
        report(rules.SCRIPT_NO_TEXT, "scriptFile", value=shortened(given))
        return None
    file = Path(os.path.normpath(folder / given))
    if not is_file(file):
        report(rules.SCRIPT_NO_FILE, "scriptFile", value=shortened(given), folder=folder)
        return None
    return file


def _load_code(function: LoadedFunction, root: Path, entry_point: Any, report: _Report) -> None:
    file = function.script_file
    assert file is not None
    if file.suffix.lower() != ".py":
        report(rules.SCRIPT_NO_PYTHON, "scriptFile", value=repr(file.name))
        return
    try:
        parts = list(file.relative_to(root).with_suffix("").parts)
    except ValueError:
        report(rules.SCRIPT_OUTSIDE, "scriptFile", value=file, root=root)
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
        report(rules.ENTRY_POINT, "entryPoint", cause=cause, names=names)
        return
    function.function = getattr(module, entry_point)
