"""Writes the package ``azure.functions``, and its metadata, into a folder of packages."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from . import SHIM, is_shim
from .metadata import TEXT, VERSION

__all__ = ["write_shim"]

_INSTALLER = "azfl shim"


def write_shim(site_packages: Path) -> bool:
    """Write the package that lets every process with a folder on its search path use this library.

    Beside it goes the metadata of azure-functions, in the version that is mirrored, for those who
    ask for it; that of an installed azure-functions stays.

    Args:
        site_packages: the folder. What is replaced in it is removed when the new one is in place.

    Returns:
        whether it took the place of another package of that name.

    Raises:
        OSError: there is no such folder, it cannot be written, or a link leads out of it.
    """
    folder = site_packages / "azure" / "functions"
    if folder.resolve() != site_packages.resolve() / "azure" / "functions":
        raise OSError(f"{folder} is a link to {folder.resolve()}. Remove the link first")
    ours = is_shim(site_packages)
    replaced = folder.exists() and not ours
    if not ours:
        folder.parent.mkdir(exist_ok=True)
        _replace(folder, SHIM / "azure" / "functions" / "__init__.py")
    _write_metadata(site_packages)
    return replaced


def _replace(folder: Path, file: Path) -> None:
    """Put a package of one file in a folder's place, or leave it as it is if that fails."""
    with tempfile.TemporaryDirectory(prefix=".functions-", dir=folder.parent) as beside:
        new, old = Path(beside, "new"), Path(beside, "old")
        new.mkdir()
        shutil.copyfile(file, new / "__init__.py")
        shutil.copyfile(file.with_name("py.typed"), new / "py.typed")
        if folder.exists():
            folder.rename(old)
        try:
            new.rename(folder)
        except OSError:
            if old.exists():
                old.rename(folder)
            raise


def _write_metadata(site_packages: Path) -> None:
    """Write the metadata into a folder that has none of it, or that of an older version of ours."""
    for other in site_packages.glob("azure_functions-*.dist-info"):
        installer = other / "INSTALLER"
        if not installer.is_file() or installer.read_text(encoding="utf-8") != _INSTALLER:
            return
        shutil.rmtree(other)
    folder = site_packages / f"azure_functions-{VERSION}.dist-info"
    folder.mkdir()
    files = {"METADATA": TEXT, "INSTALLER": _INSTALLER}
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    # By the record, pip can uninstall it and put the other package in its place.
    package = [f"azure/functions/{name}" for name in ("__init__.py", "py.typed")]
    listed = [*package, *(f"{folder.name}/{name}" for name in files)]
    record = "".join(f"{entry},,\n" for entry in [*listed, f"{folder.name}/RECORD"])
    (folder / "RECORD").write_text(record, encoding="utf-8")
