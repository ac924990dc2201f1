"""Writes a package: a zip file that is the same for the same content, and there at once."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path

from ..errors import PackageError
from .contents import Entry

__all__ = ["write_archive"]

_CHUNK = 1 << 20
_LEVEL = 6
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the first time that a zip file can say
_FILE, _PROGRAM = 0o100644, 0o100755
_UNIX = 3
_ZIP64_FROM = 0x7FFF0000  # a file of this size may grow over 2 GiB while it is compressed


def write_archive(
    output: Path, entries: Iterable[Entry], progress: Callable[[int], object] = lambda _: None
) -> None:
    """Write a zip file in one go: it is whole, or what was there before stays.

    Times, modes and the order of the entries are fixed. Files are read piece by piece.

    Args:
        output: the file.
        entries: what it shall hold, sorted.
        progress: is told how many bytes have been read since it was told last.

    Raises:
        PackageError: a file cannot be read, or the package cannot be written.
    """
    partial = output.with_name(f".{output.name}.{os.getpid()}.part")
    try:
        with zipfile.ZipFile(partial, "x", zipfile.ZIP_DEFLATED, compresslevel=_LEVEL) as archive:
            for entry in entries:
                _add(archive, entry, progress)
        partial.replace(output)
    except OSError as error:
        partial.unlink(missing_ok=True)
        raise PackageError(f"{output}: cannot be written: {error.strerror or error}") from None
    except BaseException:  # an interrupt as well
        partial.unlink(missing_ok=True)
        raise


def _add(archive: zipfile.ZipFile, entry: Entry, progress: Callable[[int], object]) -> None:
    info = zipfile.ZipInfo(entry.name, _EPOCH)
    info.compress_type = zipfile.ZIP_DEFLATED
    info.create_system = _UNIX
    info.external_attr = (_PROGRAM if entry.executable else _FILE) << 16
    try:
        source = entry.path.open("rb", buffering=0)
    except OSError as error:
        raise _unreadable(entry, error) from None
    with source, archive.open(info, "w", force_zip64=entry.size > _ZIP64_FROM) as target:
        while True:
            try:
                chunk = source.read(_CHUNK)
            except OSError as error:
                raise _unreadable(entry, error) from None
            if not chunk:
                return
            target.write(chunk)
            progress(len(chunk))


def _unreadable(entry: Entry, error: OSError) -> PackageError:
    return PackageError(f"{entry.path}: cannot be read: {error.strerror or error}")
