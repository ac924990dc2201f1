"""Every public name of azure-functions is there under its dotted name, with its parameters.

``names.json`` holds names, parameters and defaults only; ``describe.py`` writes it.
"""

from __future__ import annotations

import importlib
import inspect
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from azure_functions_lib.compat import names as mirrored
from azure_functions_lib.compat._table import NAMES as NAMES_OF_MODULES

from .describe import ANY_TEXT, NAMES, REQUIRED, default

ROOT = Path(__file__).parents[2]


def missing() -> list[str]:
    """Name everything that is not there; parameters as ``function(parameter)``."""
    described = json.loads(NAMES.read_text(encoding="utf-8"))
    found = []
    for module, names in described["modules"].items():
        there = importlib.import_module(module)
        found += [f"{module}.{name}" for name in names if not hasattr(there, name)]
    for full, parameters in described["functions"].items():
        found += differing(full, attribute(full), parameters)
    for full, expected in described["classes"].items():
        kind = attribute(full)
        found += [f"{full}.{each}" for each in expected["members"] if not hasattr(kind, each)]
        found += differing(full, constructor(kind), expected["parameters"])
        for name, parameters in expected["methods"].items():
            if callable(getattr(kind, name, None)):
                found += differing(f"{full}.{name}", getattr(kind, name), parameters)
    return found


def attribute(full: str) -> Any:
    module, _, name = full.rpartition(".")
    return getattr(importlib.import_module(module), name)


def constructor(kind: Any) -> Any:
    # A type of classes answers for the calls of its classes: ask the constructor itself.
    answers = "__call__" in vars(type(kind)) and "__signature__" not in vars(kind)
    return kind.__init__ if isinstance(type(kind), type) and answers else kind


def differing(full: str, function: Any, expected: dict[str, Any]) -> list[str]:
    """Name the parameters that cannot be given, or are not what they were when not given."""
    own = dict(inspect.signature(function).parameters)
    takes_any = any(each.kind is each.VAR_KEYWORD for each in own.values())
    found = []
    for name, value in expected.items():
        parameter = own.get(name.lstrip("*"))
        if name in ("self", "cls") or name.startswith("*"):
            if name.startswith("**") and not takes_any:
                found.append(f"{full}({name})")
        elif parameter is None:
            if not takes_any:
                found.append(f"{full}({name})")
        elif value != REQUIRED and not same(default(parameter), value):
            found.append(f"{full}({name}={value!r})")
    return found


def same(own: Any, value: Any) -> bool:
    # A member is as good as its name; a text of prose is this library's own.
    if value == ANY_TEXT:
        return isinstance(own, str) and bool(own)
    return bool(own == value) or str(own).rpartition(".")[2] == str(value).rpartition(".")[2]


def left_out() -> set[str]:
    """The names in the table of ``docs/differences.md``."""
    text = (ROOT / "docs" / "differences.md").read_text(encoding="utf-8")
    section = text.partition("\n## Names that are not there\n")[2].partition("\n## ")[0]
    return {
        name
        for line in section.splitlines()
        if line.startswith("|")
        for name in re.findall(r"`([^`]+)`", line.split("|")[1])
    }


def matches(name: str, row: str) -> bool:
    full = row if row.startswith("*") else f"azure.functions.{row}"
    return re.fullmatch(re.escape(full).replace(r"\*", ".*"), name) is not None


@pytest.mark.parametrize("module", NAMES_OF_MODULES)
def test_each_name_of_the_table_stands_for_something(module: str) -> None:
    for entries in NAMES_OF_MODULES[module].values():
        for entry in entries.split():
            mirrored.value(module, entry.partition("=")[0])


@pytest.mark.slow
def test_every_name_is_there_or_listed_with_a_reason() -> None:
    # In a process of its own: another test may have imported azure-functions itself.
    script = (
        "import json, azure_functions_lib as lib; lib.install_as_azure_functions()\n"
        "from tests.compat.test_mirror import missing; print(json.dumps(missing()))"
    )
    result = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stderr
    names = json.loads(result.stdout)
    rows = left_out()
    assert rows
    assert not [name for name in names if not any(matches(name, row) for row in rows)]
    assert not [row for row in rows if not any(matches(name, row) for name in names)]
