"""One SQLite file, in WAL mode, and the one thread of this process that uses it.

What callers ask for at the same time is done in one transaction, for a commit costs more than what
is committed: the disk is waited for once, not once for each.
"""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Lock, Thread
from typing import Any, NamedTuple, TypeVar

from ....delivery.storage import InvalidRequestError, UnavailableError
from .. import make_state_folder
from .files import beside, is_held, locked

__all__ = ["Database", "names"]

T = TypeVar("T")

_APPLICATION_ID = 0x617A666C  # "azfl"
_VERSION = 1
_LARGEST_GROUP = 256  # so that the first of many does not wait for the last

SCHEMA = f"""
CREATE TABLE queues (
    id INTEGER PRIMARY KEY,
    service TEXT NOT NULL,
    name TEXT NOT NULL,
    UNIQUE (service, name)
);
CREATE TABLE messages (
    number INTEGER PRIMARY KEY,
    queue INTEGER NOT NULL,
    id TEXT NOT NULL UNIQUE,
    dequeue_count INTEGER NOT NULL DEFAULT 0,
    inserted INTEGER NOT NULL,
    expires INTEGER,
    visible INTEGER NOT NULL,
    pop_receipt TEXT NOT NULL,
    owner TEXT,
    text TEXT NOT NULL,
    failure TEXT
);
CREATE INDEX messages_by_turn ON messages (queue, visible, number);
CREATE INDEX messages_by_end ON messages (expires);
CREATE INDEX messages_by_owner ON messages (owner) WHERE owner IS NOT NULL;

CREATE TABLE containers (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE TABLE blobs (
    id INTEGER PRIMARY KEY,
    container INTEGER NOT NULL,
    name TEXT NOT NULL,
    size INTEGER NOT NULL,
    etag TEXT NOT NULL,
    modified INTEGER NOT NULL,
    created INTEGER NOT NULL,
    content_type TEXT NOT NULL,
    content_md5 BLOB NOT NULL,
    metadata TEXT NOT NULL,
    lease_id TEXT,
    lease_seconds INTEGER,
    lease_ends INTEGER,
    lease_owner TEXT,
    UNIQUE (container, name)
);
CREATE INDEX leases_by_owner ON blobs (lease_owner) WHERE lease_owner IS NOT NULL;
CREATE TABLE contents (blob INTEGER PRIMARY KEY, content BLOB NOT NULL);

CREATE TABLE tables (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE COLLATE NOCASE);
CREATE TABLE entities (
    "table" INTEGER NOT NULL,
    partition_key TEXT NOT NULL,
    row_key TEXT NOT NULL,
    etag TEXT NOT NULL,
    modified INTEGER NOT NULL,
    properties TEXT NOT NULL,
    PRIMARY KEY ("table", partition_key, row_key)
) WITHOUT ROWID;

CREATE TABLE invocations (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL,
    function TEXT NOT NULL,
    "trigger" TEXT NOT NULL,
    started INTEGER NOT NULL,
    duration REAL NOT NULL,
    failure TEXT,
    attempt INTEGER NOT NULL,
    cause TEXT,
    total INTEGER NOT NULL,
    record TEXT
);
CREATE INDEX invocations_by_id ON invocations (id);
CREATE INDEX invocations_by_total ON invocations (total);

PRAGMA application_id = {_APPLICATION_ID};
PRAGMA user_version = {_VERSION};
"""
"""All tables; times are microseconds since 1970. The last two lines mark the file as a state file,
so they are written with the tables or not at all."""


class _Job(NamedTuple):
    operation: Callable[[sqlite3.Connection], Any]
    durable: bool
    done: asyncio.Future[Any]


class _Outcome(NamedTuple):
    value: Any
    error: Exception | None


class _DamagedError(Exception):
    pass


_SIGNS_OF_DAMAGE = ("malformed", "not a database")
_LARGEST_CHECKED = 64 * 2**20  # bytes, looked through in about 0.1 s


class Database:
    """A state file, or one in memory, for use from any event loop.

    Args:
        path: the file, made if it is missing; None for a database in memory.
        patience: seconds to wait while another process holds the file's lock.

    A damaged file is moved aside, with a RuntimeWarning that names where to, and a new one made.

    Raises:
        UnavailableError: the file cannot be opened, is locked, or is no state file.
    """

    def __init__(self, path: Path | None, *, patience: float = 10) -> None:
        self.path = path
        self._patience = patience
        self._connection = self._opened()
        self._jobs: SimpleQueue[_Job | None] = SimpleQueue()
        self.closed = False
        self._closing = Lock()
        # A daemon: all that was acknowledged is committed, so an exit need not wait for close().
        self._thread = Thread(target=self._serve, name="azfl-storage", daemon=True)
        self._thread.start()

    def submit(
        self, operation: Callable[[sqlite3.Connection], T], *, durable: bool = True
    ) -> asyncio.Future[T]:
        """Have the database's thread call ``operation`` within a transaction.

        What the operation raises undoes what it did, and is what the future raises.

        Args:
            operation: what to do; it is called again if the transaction has to be done over.
            durable: whether it must be on the disk when the future is done, should the power fail.
                What is not outlives the end of the process all the same.

        Raises:
            UnavailableError: the database is closed (``StorageClosed``). From the future: its
                file is locked, full or damaged.
        """
        done: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        with self._closing:
            if self.closed:
                raise UnavailableError("StorageClosed", f"{self} is closed")
            self._jobs.put(_Job(operation, durable, done))
        return done

    def close(self) -> None:
        """Do what has been submitted, then close the file; may be called again."""
        with self._closing:
            closed, self.closed = self.closed, True
        if not closed:
            self._jobs.put(None)
            self._thread.join()

    def __str__(self) -> str:
        return "the state in memory" if self.path is None else f"the state file {self.path}"

    # -- Within the thread --

    def _serve(self) -> None:
        last = False
        while not last and (job := self._jobs.get()) is not None:
            jobs = [job]
            last = self._collect(jobs)
            _deliver(jobs, self._group(jobs))
        self._connection.close()

    def _collect(self, jobs: list[_Job]) -> bool:
        """Add what else waits; True if nothing will come after it."""
        while len(jobs) < _LARGEST_GROUP:
            try:
                job = self._jobs.get_nowait()
            except Empty:
                return False
            if job is None:
                return True
            jobs.append(job)
        return False

    def _group(self, jobs: list[_Job]) -> list[_Outcome]:
        """Do the jobs in one transaction, or in one each so that each has a verdict of its own."""
        connection = self._connection
        # FULL waits for the disk at a commit, NORMAL at a checkpoint only.
        durable = any(job.durable for job in jobs)
        try:
            connection.execute(f"PRAGMA synchronous = {'FULL' if durable else 'NORMAL'}")
            connection.execute("BEGIN IMMEDIATE")
        except sqlite3.Error as error:
            return [_Outcome(None, self._unavailable(error))] * len(jobs)
        try:
            outcomes = [self._attempt(job) for job in jobs]
            connection.execute("COMMIT")
        except sqlite3.Error as error:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            if len(jobs) == 1:
                return [_Outcome(None, self._unavailable(error))]
            return [outcome for job in jobs for outcome in self._group([job])]
        return outcomes

    def _attempt(self, job: _Job) -> _Outcome:
        if job.done.cancelled():
            return _Outcome(None, None)
        connection = self._connection
        connection.execute("SAVEPOINT job")
        try:
            value = job.operation(connection)
        except sqlite3.Error:
            raise
        except Exception as error:
            connection.execute("ROLLBACK TO job")
            if isinstance(error, UnicodeEncodeError):  # SQLite keeps text as UTF-8
                return _Outcome(None, InvalidRequestError("InvalidInput", f"no text: {error}"))
            return _Outcome(None, error)
        finally:
            if connection.in_transaction:
                connection.execute("RELEASE job")
        return _Outcome(value, None)

    def _unavailable(self, error: sqlite3.Error) -> UnavailableError:
        # By text: the errors have their codes from Python 3.11 on only.
        cause = str(error)
        if "locked" in cause or "busy" in cause:
            return UnavailableError(
                "StorageLocked",
                f"{self} has been locked by another program for {self._patience:g} s; "
                "end that program, or what it is doing there",
            )
        if "full" in cause:
            return UnavailableError(
                "StorageFull", f"{self} cannot grow: the disk is full; what is stored is unharmed"
            )
        if any(sign in cause for sign in _SIGNS_OF_DAMAGE):
            return UnavailableError(
                "StorageDamaged",
                f"{self} is damaged ({cause}); it is moved aside at the next start",
            )
        return UnavailableError("StorageUnavailable", f"{self} cannot be used: {cause}")

    # -- Opening --

    def _opened(self) -> sqlite3.Connection:
        if self.path is None:
            return self._connected()
        try:
            make_state_folder(self.path)
            try:
                return self._connected()
            except _DamagedError:
                # Looked at again by one process at a time: it may be a new one by now.
                with locked(beside(self.path, "repair")):
                    try:
                        return self._connected()
                    except _DamagedError as error:
                        self._move_aside(self.path, error)
                    return self._connected()
        except OSError as error:
            raise UnavailableError("StorageUnavailable", f"{self}: {error.strerror}") from None

    def _connected(self) -> sqlite3.Connection:
        connection = None
        try:
            connection = sqlite3.connect(
                self.path or ":memory:",
                timeout=self._patience,
                isolation_level=None,
                check_same_thread=False,
            )
            self._prepare(connection)
        except BaseException as error:
            if connection is not None:
                connection.close()
            if not isinstance(error, sqlite3.Error):
                raise
            if any(sign in str(error) for sign in _SIGNS_OF_DAMAGE):
                raise _DamagedError(str(error)) from None
            raise self._unavailable(error) from None
        return connection

    def _prepare(self, connection: sqlite3.Connection) -> None:
        self._use_wal(connection)
        connection.execute("BEGIN IMMEDIATE")
        (application,) = connection.execute("PRAGMA application_id").fetchone()
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        (objects,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        if not objects:
            for statement in SCHEMA.split(";"):
                connection.execute(statement)
        elif application != _APPLICATION_ID:
            raise UnavailableError("StorageUnavailable", f"{self.path} is no state file of azfl")
        elif version != _VERSION:
            raise UnavailableError(
                "StorageUnavailable",
                f"{self} has the form {version}, this version of azfl uses the form {_VERSION}; "
                "use another file",
            )
        connection.execute("COMMIT")
        if self.path is not None and self.path.stat().st_size <= _LARGEST_CHECKED:
            (verdict,) = connection.execute("PRAGMA quick_check(1)").fetchone()
            if verdict != "ok":
                raise _DamagedError(verdict.rpartition("\n")[2])

    def _use_wal(self, connection: sqlite3.Connection) -> None:
        end = time.monotonic() + self._patience
        while True:
            try:
                connection.execute("PRAGMA journal_mode = WAL")
                return
            except sqlite3.OperationalError as error:
                # SQLite does not wait for this lock by itself.
                if "locked" not in str(error) or time.monotonic() > end:
                    raise
                time.sleep(0.01)

    def _move_aside(self, path: Path, error: _DamagedError) -> None:
        for owner in path.parent.glob(beside(path, "owner-*").name):
            if is_held(owner):
                raise UnavailableError(
                    "StorageDamaged",
                    f"{self} is damaged ({error}) and in use by process {owner.read_text()}: "
                    "end that first",
                ) from None
        aside = beside(path, f"damaged-{time.strftime('%Y%m%dT%H%M%S')}")
        for suffix in ("", "-wal", "-shm"):
            with contextlib.suppress(FileNotFoundError):
                path.with_name(path.name + suffix).rename(aside.with_name(aside.name + suffix))
        warnings.warn(
            f"{self} is damaged ({error}): it is kept as {aside}, and a new one begun",
            RuntimeWarning,
            stacklevel=6,
        )


def _deliver(jobs: list[_Job], outcomes: list[_Outcome]) -> None:
    by_loop: dict[asyncio.AbstractEventLoop, list[tuple[asyncio.Future[Any], _Outcome]]] = {}
    for job, outcome in zip(jobs, outcomes, strict=True):
        by_loop.setdefault(job.done.get_loop(), []).append((job.done, outcome))
    for loop, settled in by_loop.items():
        with contextlib.suppress(RuntimeError):  # a closed loop: nobody waits there
            loop.call_soon_threadsafe(_settle, settled)


def _settle(settled: list[tuple[asyncio.Future[Any], _Outcome]]) -> None:
    for done, (value, error) in settled:
        if done.done():
            continue
        if error is None:
            done.set_result(value)
        else:
            done.set_exception(error)


def names(connection: sqlite3.Connection, rows: str, prefix: str) -> list[str]:
    """Give the names that begin with a prefix, in order.

    Args:
        connection: the database.
        rows: a table, or SQL in parentheses that gives one.
        prefix: what the names begin with.
    """
    sql = f"SELECT name FROM {rows} WHERE substr(name, 1, ?) = ? ORDER BY name"
    return [name for (name,) in connection.execute(sql, (len(prefix), prefix))]
