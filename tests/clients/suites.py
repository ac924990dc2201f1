"""Test suites of other projects, from the index or a wheel, run with either implementation."""

from __future__ import annotations

import subprocess
import sys
import tarfile
from pathlib import Path
from xml.etree import ElementTree

from .runs import run


def download(requirement: str, folder: Path) -> Path:
    """Get the folder of a source distribution, such as ``azure-functions==1.26.0``."""
    subprocess.run(
        [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--no-binary", ":all:",
         "--ignore-requires-python", "--dest", str(folder), requirement],
        check=True,
    )  # fmt: skip
    (archive,) = folder.glob("*.tar.gz")
    with tarfile.open(archive) as packed:
        packed.extractall(folder, filter="data")
    (unpacked,) = (each for each in folder.iterdir() if each.is_dir())
    return unpacked


def outcomes(
    folder: Path, implementation: str, *options: str, official: Path | None = None
) -> dict[str, str]:
    """Run the tests in a folder's ``tests``.

    Returns:
        test -> the message of its failure, empty if it passes; those that were skipped are left
        out.
    """
    result = run(
        ["-m", "pytest", "-p", "proof", "-p", "no:cacheprovider", "--junitxml=report.xml",
         "--continue-on-collection-errors", "-q", "--tb=line", *options, "tests"],
        folder,
        implementation,
        official=official,
    )  # fmt: skip
    report = folder / "report.xml"
    assert report.is_file(), result.stdout + result.stderr
    found: dict[str, str] = {}
    for case in ElementTree.parse(report).iter("testcase"):
        name = f"{case.get('classname')}::{case.get('name')}".removeprefix("::")
        failures = [each for each in case if each.tag in ("failure", "error")]
        if failures:
            found[name] = failures[0].get("message") or "failed"
        elif not len(case):
            found.setdefault(name, "")
    return found


def passing(outcome: dict[str, str]) -> set[str]:
    """The tests that pass."""
    return {name for name, message in outcome.items() if not message}
