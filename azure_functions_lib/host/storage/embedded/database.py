"""One SQLite file, in WAL mode, and the one thread of this process that uses it.

What callers ask for at the same time is done in one transaction, for a commit costs more than what
is committed: the disk is waited for once, not once for each.
"""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
from collections.abc import Callable
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Lock, Thread
from typing import Any, NamedTuple, TypeVar

from ....delivery.storage import InvalidRequestError, UnavailableError
from .opening import named, opened, unavailable

__all__ = ["Database", "names"]

T = TypeVar("T")

_LARGEST_GROUP = 256  # so that the first of many does not wait for the last


class _Job(NamedTuple):
    operation: Callable[[sqlite3.Connection], Any]
    durable: bool
    done: asyncio.Future[Any]


class _Outcome(NamedTuple):
    value: Any
    error: Exception | None


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
        self._connection = opened(path, patience)
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
        return named(self.path)

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
            return [_Outcome(None, self._unavailable(error)) for _ in jobs]
        try:
            outcomes = [self._attempt(job) for job in jobs]
            connection.execute("COMMIT")
        except sqlite3.Error as error:
            with contextlib.suppress(sqlite3.Error):  # SQLite may have rolled it back itself
                connection.execute("ROLLBACK")
            if len(jobs) == 1:
                return [_Outcome(None, self._unavailable(error))]
            return [outcome for job in jobs for outcome in self._group([job])]
        return outcomes

    def _unavailable(self, error: sqlite3.Error) -> UnavailableError:
        return unavailable(self.path, self._patience, error)

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
