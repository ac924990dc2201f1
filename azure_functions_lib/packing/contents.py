"""What goes into a package and what does not, found in an app's folder."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from ..errors import PackageError
from .ignore import FUNCIGNORE, IgnoreRules

__all__ = [
    "DEPENDENCIES",
    "PACKAGES",
    "SITE_PACKAGES",
    "Contents",
    "Entry",
    "LeftOut",
    "app_root",
    "folder_entries",
    "read_contents",
]

PACKAGES = ".python_packages"
"""The folder of an app whose dependencies are published with it."""
SITE_PACKAGES = f"{PACKAGES}/lib/site-packages"
DEPENDENCIES = Path(SITE_PACKAGES)

# What no package holds, whatever .funcignore says.
_NEVER = {
    "local.settings.json": "settings and secrets of this machine are never published",
    FUNCIGNORE: "is for packing alone",
    ".azfl": "the local host keeps its state there",
    ".git": "belongs to version control",
    "__pycache__": "is compiled anew",
    ".mypy_cache": "a tool's cache",
    ".pytest_cache": "a tool's cache",
    ".ruff_cache": "a tool's cache",
}

# The characters and names that Windows refuses, where zip files are looked at too:
# https://learn.microsoft.com/windows/win32/fileio/naming-a-file
_FORBIDDEN = re.compile(r'[\x00-\x1f<>:"\\|?*]')
_DEVICE = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?", re.IGNORECASE)
_LONGEST_NAME = 0xFFFF  # bytes, by the zip format


@dataclass(frozen=True)
class Entry:
    """A file that goes in.

    Attributes:
        name: its path in the package, with slashes.
        path: where it lies now.
        size: its length in bytes.
        executable: whether its owner may run it.
    """

    name: str
    path: Path
    size: int
    executable: bool = False


@dataclass(frozen=True)
class LeftOut:
    """A file or folder that stays out, and why."""

    name: str
    reason: str


@dataclass
class Contents:
    """What goes into a package, sorted by name, and what does not."""

    entries: list[Entry] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)


def app_root(app: Path) -> Path:
    """Find the folder whose content a package holds: that of host.json, be it ``__app__``.

    Raises:
        PackageError: there is no host.json.
    """
    for folder in (app, app / "__app__"):
        if (folder / "host.json").is_file():
            return folder.absolute()  # installers run in the folder
    raise PackageError(f"{app}: there is no host.json. Give the folder of a function app")


def read_contents(root: Path, *, omit: Collection[Path] = (), builds: bool) -> Contents:
    """Find what of an app's folder goes into its package.

    Args:
        root: the folder of host.json.
        omit: files that are no part of the app, such as the package itself.
        builds: whether the dependencies are installed anew, in place of those in the folder.

    Raises:
        PackageError: a file cannot be read, a link leads out of the app or into itself, or a
            name cannot be held by a zip file or by Windows.
    """
    contents = Contents()
    rules = IgnoreRules(root)
    omitted = {os.path.realpath(path) for path in omit}

    def reason(name: str, path: Path, folder: bool) -> str | None:
        last = name.rpartition("/")[2]
        if last in _NEVER:
            return _NEVER[last]
        if last.endswith(".pyc"):
            return "is compiled anew"
        if os.path.realpath(path) in omitted:
            return "the package itself"
        if folder and (path / "pyvenv.cfg").is_file():
            return "a virtual environment of this machine"
        if builds and name == PACKAGES:
            return "the dependencies are installed anew"
        return rules.reason(name, folder=folder)

    def leave_out(name: str, path: Path, folder: bool) -> bool:
        why = reason(name, path, folder)
        if why is not None:
            contents.left_out.append(LeftOut(name, why))
        return why is not None

    contents.entries = sorted(_walk(root, leave_out), key=lambda entry: entry.name)
    contents.left_out.sort(key=lambda each: each.name)
    return contents


def folder_entries(folder: Path, prefix: str) -> list[Entry]:
    """Give all files of a folder as entries below a name, sorted.

    Raises:
        PackageError: as for :func:`read_contents`.
    """
    entries = _walk(folder, lambda name, path, folder: False)
    named = (replace(entry, name=f"{prefix}/{entry.name}") for entry in entries)
    return sorted(named, key=lambda entry: entry.name)


def _walk(root: Path, leave_out: Callable[[str, Path, bool], bool]) -> Iterator[Entry]:
    """Yield the files below a folder; what is left out is not looked into."""
    inside = os.path.realpath(root)
    waiting: list[tuple[str, Path, frozenset[str]]] = [("", root, frozenset())]
    while waiting:
        prefix, folder, above = waiting.pop()
        above |= {os.path.realpath(folder)}
        try:
            found = list(os.scandir(folder))
        except OSError as error:
            raise _unreadable(folder, error) from None
        for each in found:
            name, path = f"{prefix}{each.name}", Path(each.path)
            is_folder = each.is_dir()
            if leave_out(name, path, is_folder):
                continue
            if each.is_symlink():
                _check_link(path, inside, above)
            if is_folder:
                waiting.append((f"{name}/", path, above))
            else:
                yield _entry(name, path)


def _check_link(path: Path, inside: str, above: frozenset[str]) -> None:
    target = os.path.realpath(path)
    if target != inside and not target.startswith(inside + os.sep):
        raise PackageError(
            f"{path}: this link leads out of the app, to {target}. Copy what it leads to, or list "
            f"the link in {FUNCIGNORE}"
        )
    if target in above:
        raise PackageError(
            f"{path}: this link leads to a folder that it lies in. List it in {FUNCIGNORE}"
        )


def _entry(name: str, path: Path) -> Entry:
    _check_name(name, path)
    try:
        status = path.stat()
    except OSError as error:
        raise _unreadable(path, error) from None
    if not stat.S_ISREG(status.st_mode):
        raise PackageError(f"{path}: this is no regular file. List it in {FUNCIGNORE}")
    return Entry(name, path, status.st_size, bool(status.st_mode & stat.S_IXUSR))


def _check_name(name: str, path: Path) -> None:
    cause = None
    try:
        if len(name.encode()) > _LONGEST_NAME:
            cause = f"is longer than the {_LONGEST_NAME} bytes of a zip file"
    except UnicodeEncodeError:
        cause = "is not UTF-8, so that a zip file cannot hold it"
    for part in name.split("/"):
        if _FORBIDDEN.search(part) or part[-1:] in (".", " ") or _DEVICE.fullmatch(part):
            cause = cause or f"cannot be a file's on Windows, for its part {part!r}"
    if cause:
        shown = str(path).encode("utf-8", "backslashreplace").decode()
        raise PackageError(f"{shown!r}: the name {cause}. Rename it, or list it in {FUNCIGNORE}")


def _unreadable(path: Path, error: OSError) -> PackageError:
    return PackageError(
        f"{error.filename or path}: cannot be read: {error.strerror or error}. Change its "
        f"permissions, or list it in {FUNCIGNORE}"
    )
