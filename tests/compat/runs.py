"""Runs Python in an environment where azure-functions is, or is not, installed."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
from pathlib import Path

import azure_functions_lib

# Told from the real one by what no other has.
OTHER_PACKAGE = "THE_OTHER = True\n__version__ = '0.0'\nclass FunctionApp: ...\n"


class Environment:
    """The packages of this environment, those below ``azure`` left out, and others as a test needs.

    Args:
        folder: an empty folder to make it in.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.site_packages = folder / "site-packages"
        self.site_packages.mkdir(parents=True)
        paths = sysconfig.get_paths()
        for source in {paths["purelib"], paths["platlib"]}:
            for entry in Path(source).iterdir():
                if not entry.name.startswith(("azure", "__editable__")) and entry.suffix != ".pth":
                    (self.site_packages / entry.name).symlink_to(entry)
        package = Path(azure_functions_lib.__file__).parent
        (self.site_packages / package.name).symlink_to(package)

    def write(self, name: str, text: str = "") -> Path:
        """Write a file; ``azure/...`` and the like below site-packages, by that prefix."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path

    def install_other_package(self) -> None:
        """Put a package of the name ``azure.functions`` there, as pip does."""
        self.write("site-packages/azure/functions/__init__.py", OTHER_PACKAGE)
        self.write("site-packages/azure/functions/decorators/__init__.py", OTHER_PACKAGE)
        self.write("site-packages/azure/functions/decorators/core.py", OTHER_PACKAGE)

    def run(self, *arguments: str, paths: tuple[Path, ...] = ()) -> str:
        """Run Python; give what it prints.

        Args:
            arguments: its arguments.
            paths: folders to search before site-packages.
        """
        search = os.pathsep.join(map(str, (*paths, self.site_packages)))
        result = subprocess.run(
            [sys.executable, "-S", "-W", "error", *arguments],
            cwd=self.folder,
            env={**os.environ, "PYTHONPATH": search},
            capture_output=True,
            text=True,
            check=False,
        )
        assert result.returncode == 0, result.stdout + result.stderr
        return result.stdout
