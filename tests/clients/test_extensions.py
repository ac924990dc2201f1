"""Packages that build on azure.functions behave alike with both implementations."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from .runs import OFFICIAL, OURS, needs, run


def printed(script: str, folder: Path, implementation: str) -> dict[str, Any]:
    result = run([str(Path(__file__).with_name(script))], folder, implementation)
    assert result.returncode == 0, result.stdout + result.stderr
    parsed: dict[str, Any] = json.loads(result.stdout)
    return parsed


@pytest.mark.parametrize(
    ("script", "keys"),
    [
        pytest.param("mocks.py", 9, marks=needs("azure-functions-test")),
        pytest.param("opencensus_hooks.py", 4, marks=needs("opencensus-extension-azure-functions")),
    ],
)
def test_extension_behaves_alike(script: str, keys: int, tmp_path: Path) -> None:
    official = printed(script, tmp_path / "official", OFFICIAL)
    assert len(official) == keys
    assert printed(script, tmp_path / "ours", OURS) == official


@pytest.mark.slow
@needs("azure-functions-durable<2")
def test_durable_functions_take_what_the_builders_make(tmp_path: Path) -> None:
    assert printed("durable_kit.py", tmp_path, OURS) == {
        "activity": "Hello Oslo",
        "calls": ["say"],
        "output": [False, True, "Hello Oslo"],
        "entity": ["0", "7"],
        "errors": [False, False],
        "client": "abc",
    }
