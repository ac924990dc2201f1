"""The sample apps are indexed and run alike with azure-functions and with this library."""

from __future__ import annotations

import json
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest

from tests.apps.test_apps import APPS, HERE

from .runs import OFFICIAL, OURS, needs, run

pytestmark = needs("azure-functions")


def outcome(app: str, folder: Path, implementation: str) -> dict[str, Any]:
    result = run(["-B", str(HERE / "worker.py"), str(HERE / app)], folder, implementation)
    assert result.returncode == 0, result.stderr
    document: dict[str, Any] = json.loads(result.stdout)
    return document


@pytest.mark.slow
@pytest.mark.parametrize("app", APPS)
def test_app_is_indexed_and_run_alike(app: str, tmp_path: Path) -> None:
    official = outcome(app, tmp_path / "official", OFFICIAL)
    ours = outcome(app, tmp_path / "ours", OURS)
    if version("azure-functions").startswith("1."):
        # The method came with azure-functions 2.0; an app behind an adapter takes all there are.
        for function in ours["index"].values():
            for binding in function["bindings"]:
                if "QUERY" in binding.get("methods", ()):
                    binding["methods"].remove("QUERY")
    assert ours == official
