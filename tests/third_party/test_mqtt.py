"""A binding published by a third party serves a function app through the command line."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent


def azfl(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "azure_functions_lib", *arguments],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(HERE), str(HERE.parent.parent)])},
    )


def test_an_app_uses_the_rich_type() -> None:
    run = azfl(
        "invoke",
        str(HERE / "app"),
        "relay",
        "--data",
        "hello",
        "--metadata",
        "Topic=house/door",
        "--metadata",
        "Qos=1",
        "--output",
        "json",
    )
    assert run.returncode == 0, run.stdout + run.stderr
    for part in ("loud/house/door", "HELLO"):
        assert part in run.stdout
    json.loads(run.stdout)


def test_the_app_has_no_problem() -> None:
    run = azfl("check", str(HERE / "app"))
    assert run.returncode == 0, run.stdout + run.stderr
