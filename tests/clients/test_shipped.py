"""The tests that clients ship in their wheels, run with this library as ``azure.functions``."""

from __future__ import annotations

import shutil
from importlib.metadata import files
from pathlib import Path
from xml.etree import ElementTree

import pytest

from .runs import OFFICIAL, OURS, needs, run

SHIPPED = Path(__file__).parent / "shipped"


def passed(distribution: str, folder: Path, implementation: str) -> set[str]:
    """Run a distribution's own tests, and tell which pass."""
    for entry in files(distribution) or ():
        if entry.parts[0] == "tests" and entry.suffix == ".py":
            target = folder / entry
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(entry.locate(), target)
    (folder / "pytest.ini").write_text("[pytest]\nasyncio_default_fixture_loop_scope = function\n")
    if distribution == "azure-functions-durable":
        shutil.copyfile(SHIPPED / "durable.py", folder / "tests" / "conftest.py")
    result = run(
        ["-m", "pytest", "-p", "proof", "-p", "no:cacheprovider", "--junitxml=report.xml",
         "--continue-on-collection-errors", "-q", "tests"],
        folder,
        implementation,
    )  # fmt: skip
    report = folder / "report.xml"
    assert report.is_file(), result.stdout + result.stderr
    return {
        f"{case.get('classname')}::{case.get('name')}"
        for case in ElementTree.parse(report).iter("testcase")
        if not len(case)
    }


@pytest.mark.parametrize(
    ("distribution", "at_least"),
    [
        pytest.param("azure-functions-durable", 250, marks=needs("azure-functions-durable")),
        pytest.param("azure-functions-runtime-v1", 100, marks=needs("azure-functions-runtime-v1")),
    ],
)
def test_what_passes_with_the_official_package_passes(
    distribution: str, at_least: int, tmp_path: Path
) -> None:
    official = passed(distribution, tmp_path / "official", OFFICIAL)
    ours = passed(distribution, tmp_path / "ours", OURS)
    print(f"{distribution}: {len(official)} pass with azure-functions, {len(ours)} here")
    assert len(official) >= at_least
    assert not official - ours
