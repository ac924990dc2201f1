"""Runs Python with ``azure.functions`` answered by this library, or by the official package."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from azure_functions_lib.compat import SHIM

OURS = "azure_functions_lib"
OFFICIAL = "azure-functions"

# Makes sure of what is being measured; each run imports it first.
_PROOF = """
import azure.functions
_ours = azure.functions.FunctionApp.__module__.startswith("azure_functions_lib.")
assert _ours is {ours}, azure.functions.__file__
"""


def needs(*requirements: str) -> pytest.MarkDecorator:
    """Skip tests where packages are not installed: the clients-* environments of tox have them.

    Args:
        requirements: names, with the versions that will do: ``"azure-functions-durable<2"``.
    """
    missing = []
    for each in map(Requirement, requirements):
        try:
            if not each.specifier.contains(version(each.name), prereleases=True):
                missing.append(str(each))
        except PackageNotFoundError:
            missing.append(str(each))
    return pytest.mark.skipif(bool(missing), reason=f"not installed: {', '.join(missing)}")


def run(
    arguments: list[str],
    folder: Path,
    implementation: str,
    official: Path | None = None,
    **settings: str,
) -> subprocess.CompletedProcess[str]:
    """Run Python in a folder with one or the other ``azure.functions``.

    Args:
        arguments: its arguments.
        folder: the folder, which is made where it is not there.
        implementation: ``OURS`` or ``OFFICIAL``.
        official: where the official package is; None for the installed one.
        settings: environment variables.
    """
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "proof.py").write_text(_PROOF.format(ours=implementation == OURS))
    paths = [str(folder)]
    if implementation == OURS:
        paths.insert(0, str(SHIM))
    elif official is not None:
        paths.insert(0, str(official))
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(paths), **settings},
        capture_output=True,
        text=True,
        check=False,
    )
