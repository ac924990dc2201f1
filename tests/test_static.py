"""ruff, mypy and pyright accept the repository, and see what ``tests/typing`` says they must see.

A file of ``tests/typing`` holds uses that must pass under ``mypy --strict`` and pyright. Where a
line must be an error, it ends with the comment that silences both checkers, the error named::

    message.id = "x"  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]

Both checkers report an ignore comment that silences nothing, so a line that is no error any more
fails the test.
"""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.mark.slow
@pytest.mark.parametrize(
    "command",
    [
        ("ruff", "check", "."),
        ("ruff", "format", "--check", "."),
        ("mypy", "--strict", "azure_functions_lib", "tests/typing"),
        (
            *("mypy.stubtest", "azure_functions_lib.app.decorators"),
            *("--allowlist", "tests/typing/stubtest.txt"),
        ),
        ("pyright", "--pythonpath", sys.executable),
    ],
    ids=" ".join,
)
def test_accepted_by(command: tuple[str, ...]) -> None:
    if importlib.util.find_spec(command[0].partition(".")[0]) is None:
        pytest.skip(f"{command[0]} is not installed (it comes with the extra `lint`)")
    result = subprocess.run(
        [sys.executable, "-m", *command], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stdout + result.stderr
