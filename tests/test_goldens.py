"""The recorded behaviour of azure-functions, replayed.

They lie in ``tests/vectors``; the environment variable ``AZFL_VECTORS`` names another runner, with
other recordings beside it.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
RUNNER = Path(os.environ.get("AZFL_VECTORS", ROOT / "tests" / "vectors" / "replay.py"))


@pytest.fixture(scope="module")
def replay(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    report = tmp_path_factory.mktemp("goldens") / "report.json"
    command = [sys.executable, str(RUNNER), "azure_functions_lib", "--json", str(report)]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert report.is_file(), result.stdout + result.stderr
    parsed: dict[str, list[str]] = json.loads(report.read_text())
    return parsed


def documented() -> list[re.Pattern[str]]:
    """The patterns in the last column of the tables of ``docs/differences.md``."""
    text = (ROOT / "docs" / "differences.md").read_text(encoding="utf-8")
    rows = [re.split(r"(?<!\\)\|", line) for line in text.splitlines() if line.startswith("|")]
    return [
        re.compile(re.escape(pattern).replace(r"\*", ".*"))
        for row in rows
        for pattern in re.findall(r"`([^`]+)`", row[-2])
    ]


def test_nothing_that_works_there_fails_here(replay: dict[str, list[str]]) -> None:
    assert not replay["failing"], "\n".join(replay["failing"])


def test_each_extension_is_documented(replay: dict[str, list[str]]) -> None:
    patterns = documented()
    silent = [name for name in replay["extended"] if not any(p.fullmatch(name) for p in patterns)]
    assert not silent, "\n".join(silent)
