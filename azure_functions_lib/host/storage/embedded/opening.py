"""Opening a state file: making it, telling it from other files, moving a damaged one aside."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import time
import warnings
from datetime import datetime
from pathlib import Path

from ....delivery.storage import UnavailableError
from .. import make_state_folder
from .files import beside, hold, is_held
from .schema import ADDED, APPLICATION_ID, SCHEMA, VERSION

__all__ = ["named", "opened", "unavailable"]

_SIGNS_OF_DAMAGE = ("malformed", "not a database")
_LARGEST_CHECKED = 64 * 2**20  # bytes, looked through in about 0.1 s


class _DamagedError(Exception):
    """The file is no database, or a broken one."""


def opened(path: Path | None, patience: float) -> sqlite3.Connection:
    """Connect to a state file in WAL mode, for use by any thread; see :class:`.Database`."""
    if path is None:
        connection = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
        _make_tables(connection)
        return connection
    try:
        make_state_folder(path)
        if not path.exists():
            # It holds what functions are sent, credentials too.
            os.close(os.open(path, os.O_CREAT, 0o600))
        try:
            return _connected(path, patience)
        except _DamagedError:
            if path.suffix != ".db":  # somebody's file, named by mistake: it stays where it is
                raise UnavailableError(
                    "StorageUnavailable",
                    f"{path} is no state file of azfl, or a damaged one; name another",
                ) from None
            return _replaced(path, patience)
    except OSError as error:
        raise UnavailableError("StorageUnavailable", f"{named(path)}: {error.strerror}") from None


def named(path: Path | None) -> str:
    """Name a store in a message."""
    return "the state in memory" if path is None else f"the state file {path}"


def unavailable(path: Path | None, patience: float, error: sqlite3.Error) -> UnavailableError:
    """Say in the library's words why a store cannot be used.

    A damaged file is marked, so that whoever opens it next looks through the whole of it.
    """
    store, cause = named(path), str(error)
    # By text: the errors have their codes from Python 3.11 on only.
    if "locked" in cause:
        return UnavailableError(
            "StorageLocked",
            f"{store} has been locked by another program for {patience:g} s; "
            "end that program, or what it is doing there",
        )
    if "full" in cause:
        return UnavailableError(
            "StorageFull", f"{store} cannot grow: the disk is full; what is stored is unharmed"
        )
    if path is not None and _tells_of_damage(error):
        with contextlib.suppress(OSError):
            _mark(path).touch()
        return UnavailableError(
            "StorageDamaged",
            f"{store} is damaged ({cause}); end what uses it: the next start moves it aside",
        )
    return UnavailableError("StorageUnavailable", f"{store} cannot be used: {cause}")


def _tells_of_damage(error: sqlite3.Error) -> bool:
    return any(sign in str(error) for sign in _SIGNS_OF_DAMAGE)


def _mark(path: Path) -> Path:
    return beside(path, "suspect")


def _connected(path: Path, patience: float) -> sqlite3.Connection:
    try:
        connection = sqlite3.connect(
            path, timeout=patience, isolation_level=None, check_same_thread=False
        )
    except sqlite3.Error as error:
        raise unavailable(path, patience, error) from None
    try:
        _check_kind(connection, path)
        _use_wal(connection, patience)
        _make_tables(connection)
        _check_health(connection, path)
    except BaseException as error:
        connection.close()
        if not isinstance(error, sqlite3.Error):
            raise
        if _tells_of_damage(error):
            raise _DamagedError(str(error)) from None
        raise unavailable(path, patience, error) from None
    return connection


def _check_kind(connection: sqlite3.Connection, path: Path) -> None:
    if _is_empty(connection):
        return
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    if application != APPLICATION_ID:
        raise UnavailableError("StorageUnavailable", f"{path} is no state file of azfl")
    version = _version(connection)
    if version not in (1, VERSION):
        raise UnavailableError(
            "StorageUnavailable",
            f"{named(path)} has the form {version}, this version of azfl uses the form {VERSION}; "
            "use another file",
        )


def _version(connection: sqlite3.Connection) -> int:
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    return int(version)


def _is_empty(connection: sqlite3.Connection) -> bool:
    (objects,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    return not objects


def _use_wal(connection: sqlite3.Connection, patience: float) -> None:
    end = time.monotonic() + patience
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            # SQLite does not wait for this lock by itself.
            if "locked" not in str(error) or time.monotonic() > end:
                raise
            time.sleep(0.01)


def _make_tables(connection: sqlite3.Connection) -> None:
    connection.execute("BEGIN IMMEDIATE")
    if _is_empty(connection):
        for statement in SCHEMA.split(";"):
            connection.execute(statement)
    elif _version(connection) == 1:
        for table, column in ADDED:
            if column not in (row[1] for row in connection.execute(f"PRAGMA table_info({table})")):
                connection.execute(f"ALTER TABLE {table} ADD COLUMN {column} TEXT")
        connection.execute(f"PRAGMA user_version = {VERSION}")
    connection.execute("COMMIT")


def _check_health(connection: sqlite3.Connection, path: Path) -> None:
    mark = _mark(path)
    if path.stat().st_size <= _LARGEST_CHECKED or mark.exists():
        (verdict,) = connection.execute("PRAGMA quick_check(1)").fetchone()
        if verdict != "ok":
            raise _DamagedError(verdict.rpartition("\n")[2])
        mark.unlink(missing_ok=True)


def _replaced(path: Path, patience: float) -> sqlite3.Connection:
    """Move a damaged file aside and begin a new one."""
    repair = beside(path, "repair")
    descriptor = hold(repair)  # one process at a time
    try:
        try:
            return _connected(path, patience)  # another process was faster
        except _DamagedError as error:
            _move_aside(path, error)
        return _connected(path, patience)
    finally:
        os.close(descriptor)
        is_held(repair)


def _move_aside(path: Path, error: _DamagedError) -> None:
    for owner in path.parent.glob(beside(path, "owner-*").name):
        if is_held(owner):
            raise UnavailableError(
                "StorageDamaged",
                f"{named(path)} is damaged ({error}) and in use by process {owner.read_text()}; "
                "end that first",
            ) from None
    aside = beside(path, f"damaged-{datetime.now():%Y%m%dT%H%M%S.%f}")
    for suffix in ("", "-wal", "-shm"):
        with contextlib.suppress(FileNotFoundError):
            path.with_name(path.name + suffix).rename(aside.with_name(aside.name + suffix))
    _mark(path).unlink(missing_ok=True)
    warnings.warn(
        f"{named(path)} is damaged ({error}): it is kept as {aside}, and a new one begun",
        RuntimeWarning,
        stacklevel=6,
    )
