"""Tries a package out: unpacks it and indexes its app with what it brings along, and no more."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path

from ..errors import PackageError
from . import index_package
from .contents import PACKAGES, SITE_PACKAGES
from .target import HERE

__all__ = ["Verified", "verify"]

_PACKAGE = __name__.partition(".")[0]
_MESSAGE_LINES = 20


@dataclass(frozen=True)
class Verified:
    """What a worker would find in a package.

    Attributes:
        functions: the names of its functions.
        problems: what keeps them from being served.
        answers: who answers to the name ``azure.functions``.
    """

    functions: tuple[str, ...]
    problems: tuple[str, ...]
    answers: str


def verify(package: Path) -> Verified:
    """Index the app of a package in a fresh Python that finds nothing but what is in the package.

    Where the package has nothing that answers to ``azure.functions``, as on the platform where the
    worker has that, this library does.

    Raises:
        PackageError: this is no package, it needs a Python that is not here, or its app ends the
            process.
    """
    with tempfile.TemporaryDirectory(prefix="azfl-verify-") as folder:
        root = Path(folder, "wwwroot")
        problems = _unpack(package, root)
        if not (root / "host.json").is_file():
            return Verified((), tuple(problems), "nobody was asked")
        result = Path(folder, "result.json")
        program = [_python_for(root), "-I", "-S", "-B", index_package.__file__]
        done = subprocess.run(
            [*program, str(root), str(result), *_search_path()],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
            check=False,
        )
        if not result.is_file():
            lines = done.stdout.rstrip().splitlines()[-_MESSAGE_LINES:]
            raise PackageError(f"{package}: its app cannot be indexed:\n" + "\n".join(lines))
        found = json.loads(result.read_text(encoding="utf-8"))
        return Verified(
            tuple(found["functions"]),
            (*problems, *(problem.replace(str(root), ".") for problem in found["problems"])),
            _answering(found, root),
        )


def _unpack(package: Path, root: Path) -> list[str]:
    try:
        with zipfile.ZipFile(package) as archive:
            names = archive.namelist()
            archive.extractall(root)
    except (OSError, zipfile.BadZipFile) as error:
        raise PackageError(f"{package}: cannot be unpacked: {error}. Give a zip file") from None
    problems = []
    if "host.json" not in names:
        deeper = next((name for name in names if name.endswith("/host.json")), None)
        where = f"it is in {deeper}: pack that folder's content" if deeper else "there is none"
        problems.append(f"host.json is not at the package's root; {where}")
    problems += [
        f"{name}: holds settings and secrets of a machine. Leave it out"
        for name in names
        if name.rpartition("/")[2] == "local.settings.json" and not name.startswith(PACKAGES)
    ]
    return problems


def _python_for(root: Path) -> str:
    """Find the Python that the package's compiled modules are for."""
    for file in (root / SITE_PACKAGES).glob("*.dist-info/WHEEL"):
        tags = re.findall(r"^Tag: cp3(\d+)-(?!abi3|none)", file.read_text("utf-8"), re.MULTILINE)
        version = f"3.{tags[0]}" if tags else HERE
        if version != HERE:
            other = shutil.which(f"python{version}")
            if other is None:
                raise PackageError(
                    f"{file.parent.name.removesuffix('.dist-info')} of the package is for Python "
                    f"{version}, which is not on PATH. Install it, or verify the package there"
                )
            return other
    return sys.executable


def _search_path() -> list[str]:
    """Where this library and what it needs lie."""
    above = Path(__file__).parents[2]
    entries = [str(above), *sys.path]
    return [entry for entry in dict.fromkeys(entries) if entry and os.path.isdir(entry)]  # noqa: PTH112


def _answering(found: dict[str, str], root: Path) -> str:
    name = "azure-functions-lib" if found["library"] == _PACKAGE else "azure-functions"
    if Path(found["answers"]).is_relative_to(root):
        return f"{name} {found['version']} of the package"
    return f"{name} {found['version']} of this machine, in place of the worker's azure-functions"
