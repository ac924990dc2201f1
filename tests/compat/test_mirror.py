"""Every public name of azure-functions is there under its dotted name.

``names.json`` holds names, parameters and defaults only. Where the full description of the mirrored
API is at hand (``api.json`` beside the recordings, see test_goldens.py), the file is checked
against it; ``python -m tests.compat.test_mirror`` writes it anew.
"""

from __future__ import annotations

import importlib
import inspect
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
NAMES = Path(__file__).with_name("names.json")
API = (
    Path(os.environ.get("AZFL_VECTORS", ROOT.parent / "shared" / "facts" / "run_goldens.py"))
).with_name("api.json")


def names_of(api: dict[str, Any]) -> dict[str, Any]:
    """What of the description is checked."""
    classes = {}
    for name, described in api["classes"].items():
        members = [
            member
            for kind in ("methods", "properties", "class_attributes", "inherited_members")
            for member in described.get(kind, {})
        ]
        members += described.get("members", {})
        parameters = {
            each["name"]: each.get("default", "(required)")
            for each in described.get("constructor", {}).get("params", ())
            if not each["kind"].startswith("VAR_")
        }
        classes[name] = {"members": sorted(members), "parameters": parameters}
    modules = {
        name: sorted(each for each in described["names"])
        for name, described in api["modules"].items()
    }
    return {"modules": modules, "classes": classes}


def missing() -> list[str]:
    """Name everything that is not there; parameters as ``Class(parameter)``."""
    described = json.loads(NAMES.read_text(encoding="utf-8"))
    found = []
    for module, names in described["modules"].items():
        there = importlib.import_module(module)
        found += [f"{module}.{name}" for name in names if not hasattr(there, name)]
    for full, expected in described["classes"].items():
        module, _, name = full.rpartition(".")
        kind = getattr(importlib.import_module(module), name)
        found += [f"{full}.{each}" for each in expected["members"] if not hasattr(kind, each)]
        if not expected["parameters"]:
            continue
        parameters = parameters_of(kind)
        for each, default in expected["parameters"].items():
            own = parameters.get(each)
            if own is None:
                if "**" not in parameters:
                    found.append(f"{full}({each})")
            elif default != "(required)" and not same(own.default, default):
                found.append(f"{full}({each}={default!r})")
    return found


def parameters_of(kind: Any) -> dict[str, Any]:
    # A type of classes answers for the calls of its classes: ask the constructor itself.
    source = kind.__init__ if isinstance(type(kind), type) and _calls_itself(kind) else kind
    parameters = dict(inspect.signature(source).parameters)
    if any(each.kind is each.VAR_KEYWORD for each in parameters.values()) and len(parameters) == 1:
        parameters["**"] = next(iter(parameters.values()))
    return parameters


def _calls_itself(kind: Any) -> bool:
    return "__call__" in vars(type(kind)) and "__signature__" not in vars(kind)


def same(own: Any, default: Any) -> bool:
    if isinstance(default, dict) and "$enum" in default:
        return str(own).upper() == default["$enum"].rpartition(".")[2].upper()
    if isinstance(default, dict) and "$str" in default:
        return isinstance(own, str) and bool(own)  # a text that is this library's own
    return bool(own == default)


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


@pytest.mark.skipif(not API.is_file(), reason=f"the mirrored API's description is not at {API}")
def test_names_are_those_of_the_mirrored_api() -> None:
    described = json.loads(API.read_text(encoding="utf-8"))
    assert json.loads(NAMES.read_text(encoding="utf-8")) == names_of(described)


if __name__ == "__main__":
    document = names_of(json.loads(API.read_text(encoding="utf-8")))
    parts = []
    for part, entries in document.items():
        lines = [f"{json.dumps(name)}: {json.dumps(entry)}" for name, entry in entries.items()]
        parts.append(f"{json.dumps(part)}: {{\n" + ",\n".join(lines) + "\n}")
    NAMES.write_text("{\n" + ",\n".join(parts) + "\n}\n", encoding="utf-8")
