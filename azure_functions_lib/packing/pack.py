"""Makes the package of an app: its files, its dependencies, and what to know before publishing."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path

from ..compat import write_shim
from ..errors import PackageError
from .archive import write_archive
from .contents import (
    DEPENDENCIES,
    SITE_PACKAGES,
    Contents,
    Entry,
    app_root,
    folder_entries,
    read_contents,
)
from .install import choose_installer, install
from .requirements import REQUIREMENTS, Requirements, read_requirements
from .target import Target
from .wheels import make_uniform, names_taken, unfit_wheels

__all__ = ["Packed", "Request", "pack", "plan"]

_LIBRARY = "azure_functions_lib"
_MAX_PACKAGE = 1 << 30
"""The largest package that the platform runs from:
https://learn.microsoft.com/azure/azure-functions/run-functions-from-deployment-package"""


@dataclass(frozen=True)
class Request:
    """What kind of package is asked for.

    Attributes:
        app: the app's folder.
        output: the package.
        builds: whether dependencies are installed into it.
        shim: whether this library answers to ``azure.functions``; None for: if it is among the
            dependencies.
        target: what the dependencies are for.
        installer: ``"uv"`` or ``"pip"``; None for the one that is there.
        extra_index_urls: further package indexes.
    """

    app: Path
    output: Path
    builds: bool = True
    shim: bool | None = None
    target: Target = field(default_factory=Target)
    installer: str | None = None
    extra_index_urls: Sequence[str] = ()


@dataclass(frozen=True)
class Packed:
    """What a package holds."""

    output: Path
    files: int
    size: int


class Steps:
    """Is told what happens; for a progress bar and warnings."""

    def warn(self, message: str) -> None:
        """Tell what will not work on the platform."""

    def step(
        self, what: str, total: int | None = None
    ) -> AbstractContextManager[Callable[[int], object]]:
        """Begin a step of so many bytes; what it gives is told how many more are done."""
        return nullcontext(lambda _: None)


def plan(request: Request) -> tuple[Contents, Requirements | None]:
    """Give what of the app's files goes in and what does not, and what would be installed.

    Raises:
        PackageError: as for :func:`pack`.
    """
    root = app_root(request.app)
    contents = read_contents(root, omit=[request.output], builds=request.builds)
    return contents, read_requirements(root)


def pack(request: Request, steps: Steps) -> Packed:
    """Write the package of an app.

    Raises:
        PackageError: something of the app cannot be packed, a dependency cannot be installed, or
            the package cannot be written. Nothing is left of it then.
    """
    root = app_root(request.app)
    contents, requirements = plan(request)
    for warning in _of_requirements(root, request, requirements):
        steps.warn(warning)
    with tempfile.TemporaryDirectory(prefix="azfl-pack-") as scratch:
        entries, site_packages = contents.entries, root / DEPENDENCIES
        if request.builds and requirements is not None and requirements.items:
            site_packages = _installed(requirements, request, Path(scratch), steps)
            entries = [*entries, *folder_entries(site_packages, SITE_PACKAGES)]
        for warning in [*_of_app(root, site_packages), *_of_dependencies(site_packages, request)]:
            steps.warn(warning)
        if _takes_shim(site_packages, request, requirements):
            entries = _with_shim(entries, site_packages, Path(scratch, "shim"))
        for warning in _of_names(entries):
            steps.warn(warning)
        entries.sort(key=lambda entry: entry.name)
        with steps.step("writing", sum(entry.size for entry in entries)) as progress:
            write_archive(request.output, entries, progress)
    size = request.output.stat().st_size
    if size > _MAX_PACKAGE:
        steps.warn(f"the package has {size:,} bytes, and the platform runs none over 1 GiB")
    return Packed(request.output, len(entries), size)


def _installed(requirements: Requirements, request: Request, scratch: Path, steps: Steps) -> Path:
    """Install the dependencies into a folder of their own."""
    folder, work = scratch / "site-packages", scratch / "work"
    folder.mkdir()
    work.mkdir()
    with steps.step(f"installing what {requirements.file.name} requires"):
        install(
            requirements,
            request.target,
            folder,
            work,
            installer=request.installer or choose_installer(),
            extra_index_urls=request.extra_index_urls,
            say=steps.warn,
        )
    make_uniform(folder)
    return folder


def _takes_shim(site_packages: Path, request: Request, requirements: Requirements | None) -> bool:
    has_library = (site_packages / _LIBRARY).is_dir()
    if request.shim and not has_library:
        raise PackageError(
            f"{request.app}: the shim needs azure-functions-lib among the dependencies. Add it to "
            f"{requirements.file.name if requirements else 'requirements.txt'}, and build locally"
        )
    return has_library and request.shim is not False


def _with_shim(entries: Sequence[Entry], site_packages: Path, beside: Path) -> list[Entry]:
    """Put the shim in the place of another package azure.functions; the app's folder stays."""
    beside.mkdir()
    replaced = [f"{SITE_PACKAGES}/azure/functions/"]
    for metadata in site_packages.glob("azure_functions-*.dist-info"):
        shutil.copytree(metadata, beside / metadata.name)
        replaced.append(f"{SITE_PACKAGES}/{metadata.name}/")
    write_shim(beside)
    kept = [entry for entry in entries if not entry.name.startswith(tuple(replaced))]
    return [*kept, *folder_entries(beside, SITE_PACKAGES)]


def _of_requirements(
    root: Path, request: Request, requirements: Requirements | None
) -> Iterator[str]:
    """Tell what of an app's requirements does not do there what was meant."""
    if requirements is None:
        return
    worker = requirements.find("azure-functions-worker")
    # azfl check tells of one in requirements.txt.
    if worker is not None and requirements.file.name != REQUIREMENTS:
        yield f"{worker}: the platform has the worker, and two disturb each other. Remove it"
    library = requirements.find("azure-functions-lib")
    builds = request.builds or (root / DEPENDENCIES / _LIBRARY).is_dir()
    if library is not None and not builds:
        yield (
            f"{library}: without a local build the server installs it, and no shim: the worker's "
            "azure-functions answers there. Use --build local"
        )
    for name in ("azure-functions-runtime", "azure-functions-runtime-v1"):
        runtime = requirements.find(name)
        if runtime is not None:
            yield from _of_runtime(str(runtime), runtime.pinned, request.target)


def _of_runtime(where: str, pinned: bool, target: Target) -> Iterator[str]:
    if tuple(map(int, target.python.split("."))) < (3, 13):
        yield (
            f"{where}: up to Python 3.12 the worker runs functions without it, so that it has no "
            "effect. Remove it"
        )
    elif pinned:
        yield (
            f"{where}: the app stays on this version of the platform's runtime, and is given no "
            "mends of it. Raise it from time to time, or remove it"
        )
    else:
        yield (
            f"{where}: the package takes the runtime of the moment it is built, in place of the "
            "platform's. Pin it with ==, or remove it"
        )


# The dependencies come last, since the command's own are no part of the package.
_CHECK = (
    f"import sys; sys.path.append(sys.argv.pop(1)); from {_LIBRARY}.__main__ import main; main()"
)


def _of_app(root: Path, site_packages: Path) -> Iterator[str]:
    """Tell what ``azfl check`` says, in a process of its own since that runs the app's code."""
    command = [sys.executable, "-c", _CHECK, str(site_packages)]
    result = subprocess.run(
        [*command, "check", str(root), "--output", "json"],
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    try:
        problems = json.loads(result.stdout)["problems"]
    except (ValueError, KeyError):
        last = (result.stderr.strip() or "nothing was said").splitlines()[-1]
        yield f"azfl check cannot read the app: {last}"
        return
    for problem in problems:
        place = ": ".join(part for part in (problem["function"], problem["parameter"]) if part)
        yield f"azfl check: {place or 'app'}: {problem['cause']}. {problem['remedy']}"


def _of_dependencies(folder: Path, request: Request) -> Iterator[str]:
    for name, cause in unfit_wheels(folder, request.target):
        yield f"{name} {cause}"
    for name, file in names_taken(folder):
        yield f"{name} has {file}, so that it takes the name azure.functions. Remove it"
    has_library = (folder / _LIBRARY).is_dir()
    if has_library and request.shim is False:
        yield (
            "azure-functions-lib is among the dependencies, but without its shim azure-functions "
            "answers to the name azure.functions. Leave --no-shim out"
        )


def _of_names(entries: Sequence[Entry]) -> Iterator[str]:
    known: dict[str, str] = {}
    for entry in entries:
        other = known.setdefault(entry.name.lower(), entry.name)
        if other != entry.name:
            yield f"{other} and {entry.name} are one file where upper and lower case are the same"
