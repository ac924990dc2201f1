"""Describe the public API of azure-functions: names, parameters and defaults, nothing else.

``python tests/compat/describe.py`` writes ``names.json`` from the azure-functions that is installed
in that interpreter, by importing and inspecting it. ``test_mirror.py`` compares this library with
the file, so that its tests need no azure-functions.
"""

from __future__ import annotations

import importlib
import inspect
import json
import pkgutil
import sys
import warnings
from enum import Enum
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any

NAMES = Path(__file__).with_name("names.json")
PACKAGE = "azure.functions"
REQUIRED = "(required)"
ANY_TEXT = "(a text)"
LONGEST = 60
"""Longer defaults are prose: that there is a text counts, not which one."""


def described() -> dict[str, Any]:
    """Describe each module's names, each class's members and each signature."""
    package = importlib.import_module(PACKAGE)
    modules: dict[str, list[str]] = {}
    classes: dict[str, Any] = {}
    functions: dict[str, Any] = {}
    found = [each.name for each in pkgutil.walk_packages(package.__path__, f"{PACKAGE}.")]
    for name in sorted([PACKAGE, *(each for each in found if "._thirdparty" not in each)]):
        module = importlib.import_module(name)
        names = sorted(each for each, value in vars(module).items() if is_own(each, value))
        modules[name] = names
        for each in names:
            value = getattr(module, each)
            full = f"{name}.{each}"
            if getattr(value, "__module__", None) != name:
                continue  # described where it is defined
            if isinstance(value, type):
                classes[full] = class_of(value)
            elif isinstance(value, FunctionType) and not each.startswith("_"):
                functions[full] = parameters(value)
    distribution = importlib.import_module("importlib.metadata").version("azure-functions")
    return {
        "version": distribution,
        "modules": {name: names for name, names in modules.items() if names},
        "classes": classes,
        "functions": functions,
    }


def is_of_package(value: Any) -> bool:
    """Whether a class or function is made there, not in what the package brings along."""
    return str(value.__module__).startswith(PACKAGE) and "._thirdparty" not in value.__module__


PRIVATE = (
    "_serialize_value",
    "_serialize_custom_object",
    "_deserialize_custom_object",
    "_get_serialize_default",
)
"""The private functions that other packages are known to call."""


def is_own(name: str, value: Any) -> bool:
    """Whether a module's name is the package's own: made in it, or a constant of it."""
    if name.startswith("__") or isinstance(value, ModuleType):
        return False  # modules are there by their own names
    if isinstance(value, type):
        return is_of_package(value)
    if name.startswith("_"):
        return name in PRIVATE
    if isinstance(value, FunctionType):
        return is_of_package(value)
    return name == "json" or isinstance(value, (str, int)) or is_of_package(type(value))


OPERATORS = {
    f"__{name}__" for name in "call contains del eq getitem hash iter len repr setitem str".split()
}


def class_of(kind: type) -> dict[str, Any]:
    """List a class's public members; describe its constructor and its methods."""
    own = [each for each in kind.__mro__ if is_of_package(each)]
    operators = set() if issubclass(kind, Enum) else OPERATORS
    members = {
        name
        for each in own
        for name in list(vars(each))
        if not name.startswith("_") or name in operators
    }
    methods = {}
    for name in sorted(members - OPERATORS):
        value = inspect.getattr_static(kind, name)
        if isinstance(value, (staticmethod, classmethod)):
            value = value.__func__
        if isinstance(value, FunctionType):
            methods[name] = parameters(getattr(kind, name))
    init: Any = kind.__init__  # type: ignore[misc]
    own_init = isinstance(init, FunctionType) and is_of_package(init)
    constructor = parameters(init) if own_init and not issubclass(kind, Enum) else {}
    return {"members": sorted(members), "parameters": constructor, "methods": methods}


def parameters(function: Any) -> dict[str, Any]:
    """Give each parameter's default by its name, with stars as they are written."""
    found = inspect.signature(function).parameters.values()
    if all(each.kind in STARS or each.name in ("self", "cls") for each in found):
        return {}  # a wrapper, which says nothing about what it wraps
    return {f"{STARS.get(each.kind, '')}{each.name}": default(each) for each in found}


STARS = {inspect.Parameter.VAR_POSITIONAL: "*", inspect.Parameter.VAR_KEYWORD: "**"}


def default(parameter: inspect.Parameter) -> Any:
    """Give a default in a form that JSON holds."""
    value = parameter.default
    if value is inspect.Parameter.empty:
        return None if parameter.kind in STARS else REQUIRED
    if isinstance(value, Enum):
        return f"{type(value).__name__}.{value.name}"
    if isinstance(value, str) and len(value) > LONGEST:
        return ANY_TEXT
    return value if isinstance(value, (str, int, float, bool, type(None))) else repr(value)


def main() -> None:
    """Write the file."""
    warnings.simplefilter("ignore")
    parts = []
    for part, entries in described().items():
        if isinstance(entries, str):
            parts.append(f"{json.dumps(part)}: {json.dumps(entries)}")
            continue
        lines = [f"{json.dumps(name)}: {json.dumps(entry)}" for name, entry in entries.items()]
        parts.append(f"{json.dumps(part)}: {{\n" + ",\n".join(lines) + "\n}")
    NAMES.write_text("{\n" + ",\n".join(parts) + "\n}\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
