"""Files beside the state file whose locks end with the process that holds them."""

from __future__ import annotations

import contextlib
import os
import sys
from pathlib import Path

__all__ = ["beside", "hold", "is_held"]

if sys.platform == "win32":
    import msvcrt

    def _lock(descriptor: int, wait: bool) -> None:
        # A byte far behind the content, which others can so still read.
        os.lseek(descriptor, 2**30, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_LOCK if wait else msvcrt.LK_NBLCK, 1)
        os.lseek(descriptor, 0, os.SEEK_SET)

else:
    import fcntl

    def _lock(descriptor: int, wait: bool) -> None:
        # flock, for the other kind of lock is lost when any descriptor of the file is closed.
        fcntl.flock(descriptor, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))


def beside(path: Path, what: str) -> Path:
    """Name a file that belongs to a state file: ``state.db-owner-1f``."""
    return path.with_name(f"{path.name}-{what}")


def hold(path: Path) -> int:
    """Make a file that holds this process's id and lock it; give the descriptor to close."""
    while True:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
        _lock(descriptor, wait=True)
        # Another process may have removed it, as one that nobody holds, before it was locked.
        with contextlib.suppress(FileNotFoundError):
            if os.path.samestat(path.stat(), os.fstat(descriptor)):
                os.write(descriptor, str(os.getpid()).encode())
                return descriptor
        os.close(descriptor)


def is_held(path: Path) -> bool:
    """Whether a living process holds the lock of a file; one that nobody holds is removed."""
    try:
        descriptor = os.open(path, os.O_RDWR)
    except FileNotFoundError:
        return False
    try:
        _lock(descriptor, wait=False)
    except OSError:
        return True
    else:
        with contextlib.suppress(OSError):  # Windows removes no open file: then it stays
            path.unlink()
        return False
    finally:
        os.close(descriptor)
