"""The tests that clients ship, run with this library as ``azure.functions``."""

from __future__ import annotations

import shutil
from importlib.metadata import files
from pathlib import Path

import pytest

from .runs import OFFICIAL, OURS, needs
from .suites import download, outcomes, passing

SHIPPED = Path(__file__).parent / "shipped"


def compared(official: dict[str, str], ours: dict[str, str], at_least: int) -> None:
    expected = passing(official)
    print(f"{len(expected)} pass with azure-functions, {len(passing(ours))} here")
    assert len(expected) >= at_least
    assert not expected - passing(ours)


def from_wheel(distribution: str, folder: Path, implementation: str) -> dict[str, str]:
    """Run the tests in a distribution's wheel."""
    for entry in files(distribution) or ():
        if entry.parts[0] == "tests" and entry.suffix == ".py":
            target = folder / entry
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(entry.locate(), target)
    (folder / "pytest.ini").write_text("[pytest]\nasyncio_default_fixture_loop_scope = function\n")
    if distribution == "azure-functions-durable":
        shutil.copyfile(SHIPPED / "durable.py", folder / "tests" / "conftest.py")
    return outcomes(folder, implementation)


@pytest.mark.parametrize(
    ("distribution", "at_least"),
    [
        pytest.param(
            "azure-functions-durable",
            250,
            marks=needs("azure-functions-durable<2", "pytest-asyncio", "openai-agents"),
        ),
        pytest.param("azure-functions-runtime-v1", 100, marks=needs("azure-functions-runtime-v1")),
    ],
)
def test_what_passes_with_the_official_package_passes(
    distribution: str, at_least: int, tmp_path: Path
) -> None:
    official = from_wheel(distribution, tmp_path / "official", OFFICIAL)
    compared(official, from_wheel(distribution, tmp_path / "ours", OURS), at_least)


@pytest.mark.parametrize(
    ("requirement", "at_least"),
    [
        pytest.param(name, at_least, marks=needs(name))
        for name, at_least in {
            "azure-functions-openapi==0.30.1": 1000,
            "azure-functions-validation==0.16.0": 500,
        }.items()
    ],
)
def test_what_passes_of_a_source_distribution_with_the_official_package_passes(
    requirement: str, at_least: int, tmp_path: Path
) -> None:
    source = download(requirement, tmp_path / "source")
    # Without their reports of coverage, what needs Azure and what measures time.
    options = ("-p", "no:asyncio", "-o", "addopts=", "-m", "not e2e and not perf and not compat2x")
    found = {}
    for implementation in (OFFICIAL, OURS):
        folder = tmp_path / implementation
        shutil.copytree(source, folder)
        found[implementation] = outcomes(folder, implementation, *options)
    compared(found[OFFICIAL], found[OURS], at_least)
