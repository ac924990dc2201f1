"""Runs azure-functions' own tests against azure-functions and against this library.

``python -m tests.clients.original [VERSION ...]`` takes the tests out of the source distributions
on the index. They are a black box: nobody reads them, a lost one is known by its name and the
message of its assertion. ``original.toml`` says why a test is lost; the run fails if one is lost
without a reason, or a reason is given for none.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from fnmatch import fnmatchcase
from pathlib import Path

import tomllib

from azure_functions_lib.compat import metadata

from .runs import OFFICIAL, OURS
from .suites import download, outcomes, passing

VERSIONS = (metadata.VERSION, "1.26.0")
REASONS = Path(__file__).with_name("original.toml")


def measured(source: Path, folder: Path, implementation: str) -> dict[str, str]:
    """Run the tests of a source distribution."""
    shutil.copytree(source / "tests", folder / "tests")
    # The package alone: the distribution's ``azure`` would hide all others of that namespace.
    original = folder / "original"
    (original / "azure").mkdir(parents=True)
    (original / "azure" / "functions").symlink_to(source / "azure" / "functions")
    return outcomes(folder, implementation, official=original)


def reasons() -> dict[str, str]:
    """Pattern of a test's name -> why it is lost."""
    document = tomllib.loads(REASONS.read_text(encoding="utf-8"))
    return {test: reason["why"] for reason in document["reason"] for test in reason["tests"]}


def shortened(message: str) -> str:
    text = " ".join(message.split())
    return text if len(text) <= 300 else f"{text[:300]} ..."


def main(versions: tuple[str, ...]) -> bool:
    """Measure each version; tell whether the reasons fit."""
    known = reasons()
    used: set[str] = set()
    unexplained = 0
    for version in versions:
        with tempfile.TemporaryDirectory() as temporary:
            folder = Path(temporary)
            source = download(f"azure-functions=={version}", folder / "source")
            expected = passing(measured(source, folder / "official", OFFICIAL))
            ours = measured(source, folder / "ours", OURS)
        lost = sorted(expected - passing(ours))
        print(
            f"azure-functions {version}: {len(expected)} of its tests pass with it, "
            f"{len(expected) - len(lost)} of these with this library"
        )
        for name in lost:
            matching = [each for each in known if fnmatchcase(name, each)]
            used.update(matching)
            if matching:
                print(f"  {name}: {known[matching[0]]}")
            else:
                unexplained += 1
                message = shortened(ours.get(name, "not collected"))
                print(f"  {name}: WITHOUT A REASON\n      {message}")
    unused = sorted(known.keys() - used)
    for pattern in unused:
        print(f"a reason for no lost test: {pattern}")
    return not unexplained and not unused


if __name__ == "__main__":
    sys.exit(not main(tuple(sys.argv[1:]) or VERSIONS))
