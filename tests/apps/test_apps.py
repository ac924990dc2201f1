"""Sample apps are indexed and run as azure-functions indexes and runs them.

``outcomes.json`` holds what azure-functions made of them: ``python -m tests.apps.test_apps`` writes
it anew where that package is installed. ``tests/clients`` runs them with both libraries.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from azure_functions_lib.bindings._table import ROWS
from azure_functions_lib.compat import SHIM

HERE = Path(__file__).parent
APPS = sorted(path.parent.name for path in HERE.glob("*/function_app.py"))
OUTCOMES = HERE / "outcomes.json"

CHECK = """
import sys
from pathlib import Path
from azure_functions_lib import install_as_azure_functions
from azure_functions_lib.app.loader import load_app
install_as_azure_functions()
for app in sys.argv[1:]:
    for problem in load_app(Path(app)).problems:
        print(f"{app}: {problem}")
"""


def run(app: str, search_path: str = "") -> dict[str, Any]:
    """Index and invoke an app with the ``azure.functions`` that is found."""
    result = subprocess.run(
        [sys.executable, "-B", str(HERE / "worker.py"), str(HERE / app)],
        env={**os.environ, "PYTHONPATH": search_path},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    document: dict[str, Any] = json.loads(result.stdout)
    return document


@pytest.mark.slow
@pytest.mark.parametrize("app", APPS)
def test_app_is_indexed_and_run_as_recorded(app: str) -> None:
    assert run(app, str(SHIM)) == json.loads(OUTCOMES.read_text(encoding="utf-8"))[app]


def test_apps_have_no_problems() -> None:
    apps = [str(HERE / app) for app in APPS]
    result = subprocess.run(
        [sys.executable, "-B", "-c", CHECK, *apps], capture_output=True, text=True, check=False
    )
    assert (result.returncode, result.stdout) == (0, ""), result.stderr


def test_apps_have_each_trigger_and_invoke_each_function() -> None:
    recorded = json.loads(OUTCOMES.read_text(encoding="utf-8"))
    assert sorted(recorded) == APPS
    assert len(APPS) == 12
    found = {
        binding["type"]
        for document in recorded.values()
        for function in document["index"].values()
        for binding in function["bindings"]
    }
    triggers = {kind for row in ROWS for kind in row.types if kind.endswith("Trigger")}
    # Declared and run by azure-functions-durable; prompts came with azure-functions 2.0.
    left_out = {"orchestrationTrigger", "entityTrigger", "activityTrigger", "mcpPromptTrigger"}
    assert triggers - found == left_out
    invoked = {(app, name) for app in APPS for name, _ in recorded[app]["outcomes"]}
    assert {(app, name) for app in APPS for name in recorded[app]["index"]} == invoked


if __name__ == "__main__":
    outcomes = {app: run(app) for app in APPS}
    OUTCOMES.write_text(json.dumps(outcomes, indent=1, sort_keys=True) + "\n", encoding="utf-8")
