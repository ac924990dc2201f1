"""What happened: every invocation with what it was given and what came of it."""

from __future__ import annotations

import asyncio
import json
import logging
import sqlite3
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import chain
from typing import Any, NamedTuple

from ..delivery.call import Call, Outcome
from ..delivery.recorded_calls import (
    call_from_json,
    call_to_json,
    outcome_from_json,
    outcome_to_json,
)
from ..delivery.storage import StorageError
from .storage.embedded.database import Database
from .storage.embedded.times import from_micros, to_micros

__all__ = ["Entry", "Journal", "Record"]

_logger = logging.getLogger("azure_functions_lib.host")

_MOST_WAITING = 500  # entries that are written at once
# In one statement, for each lets other threads run: a busy event loop gives way 5 ms later only, so
# that a statement for each row fell behind, and what waited took ever more memory. SQLite takes
# 999 values at least.
_ROWS = 80
_LONGEST_WAIT = 0.1  # seconds until an entry is written
_LONGEST_FAILURE = 1000  # characters; the whole text is in the record
_SECONDS_BETWEEN_LOOKS = 0.2
_COLUMNS = 'number, id, function, "trigger", started, duration, failure, attempt, cause'


@dataclass(frozen=True)
class Entry:
    """An invocation in the list of what happened.

    Attributes:
        number: its place in the journal; later ones have larger numbers.
        id: the invocation's id.
        function: the function's name.
        trigger: the name of its trigger's binding.
        started: when it began.
        duration: how long it took, in seconds.
        failure: the class and the message of what it raised; None if it succeeded.
        attempt: 1 for a first try, 2 for the first retry.
        cause: the id of the invocation that caused it; None if it came from outside.
    """

    number: int
    id: str
    function: str
    trigger: str
    started: datetime
    duration: float
    failure: str | None
    attempt: int
    cause: str | None


@dataclass(frozen=True)
class Record:
    """All that is kept of an invocation.

    Attributes:
        entry: what the list shows of it.
        call: what the function was given.
        outcome: what came of it.
    """

    entry: Entry
    call: Call
    outcome: Outcome


class _Waiting(NamedTuple):
    call: Call
    outcome: Outcome
    trigger: str
    started: datetime


class Journal:
    """The journal that is kept in the embedded store; the oldest entries make room for new ones.

    Args:
        database: the store's file.
        max_count: how many entries are kept.
        max_bytes: how many bytes of JSON they have together. Of an invocation with more than a
            sixteenth of that the payloads are not kept.
    """

    def __init__(
        self, database: Database, *, max_count: int = 10_000, max_bytes: int = 64 * 2**20
    ) -> None:
        self._database = database
        self._max_count = max_count
        self._max_bytes = max_bytes
        self._waiting: list[_Waiting] = []
        self._timer: asyncio.TimerHandle | None = None
        self._writing: set[asyncio.Future[None]] = set()

    def add(self, call: Call, outcome: Outcome, *, trigger: str, started: datetime) -> None:
        """Add an invocation, which is written a moment later, with others; use it on the loop."""
        self._waiting.append(_Waiting(call, outcome, trigger, started))
        if len(self._waiting) >= _MOST_WAITING:
            self._write()
        elif self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(_LONGEST_WAIT, self._write)

    async def flush(self) -> None:
        """Wait until all that was added is written."""
        self._write()
        if self._writing:
            await asyncio.wait(self._writing)

    async def entries(
        self,
        *,
        function: str | None = None,
        failed: bool | None = None,
        since: datetime | None = None,
        after: int | None = None,
        count: int = 100,
    ) -> list[Entry]:
        """Give the last entries that fit, the oldest of them first.

        Args:
            function: the name of the function, in any letter case.
            failed: whether they failed.
            since: when they began at the earliest.
            after: the number that theirs are larger than; then the first ones that fit are given.
            count: how many at most.
        """
        conditions = {
            "lower(function) = ?": None if function is None else function.lower(),
            "(failure IS NOT NULL) = ?": failed,
            "started >= ?": None if since is None else to_micros(since),
            "number > ?": after,
        }
        given = {sql: value for sql, value in conditions.items() if value is not None}
        where = f"WHERE {' AND '.join(given)}" if given else ""
        order = "DESC" if after is None else "ASC"

        def read(connection: sqlite3.Connection) -> list[Entry]:
            rows = connection.execute(
                f"SELECT {_COLUMNS} FROM invocations {where} ORDER BY number {order} LIMIT ?",
                (*given.values(), count),
            )
            return sorted((_entry(*row) for row in rows), key=lambda entry: entry.number)

        return await self._database.submit(read, durable=False)

    async def follow(
        self, after: int, *, function: str | None = None, failed: bool | None = None
    ) -> AsyncIterator[Entry]:
        """Give the entries after a number, and then each new one, of any process; without end."""
        while True:
            for entry in await self.entries(function=function, failed=failed, after=after):
                after = entry.number
                yield entry
            await asyncio.sleep(_SECONDS_BETWEEN_LOOKS)

    async def find(self, id: str) -> Record | None:
        """Give the last invocation whose id begins so; None if there is none.

        Of one that was too large to be kept the payloads are missing.
        """

        def read(connection: sqlite3.Connection) -> Record | None:
            row = connection.execute(
                f"SELECT {_COLUMNS}, record FROM invocations"
                " WHERE id >= ? AND substr(id, 1, ?) = ? ORDER BY number DESC LIMIT 1",
                (id, len(id), id),
            ).fetchone()
            if row is None:
                return None
            *columns, record = row
            document = json.loads(record)
            call, outcome = call_from_json(document["call"]), outcome_from_json(document["outcome"])
            return Record(_entry(*columns), call, outcome)

        return await self._database.submit(read, durable=False)

    def _write(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        waiting, self._waiting = self._waiting, []
        if not waiting:
            return

        def write(connection: sqlite3.Connection) -> None:
            # Within the database's thread: no invocation waits for its JSON to be made.
            sql = "SELECT max(number), max(total) FROM invocations"
            number, total = (value or 0 for value in connection.execute(sql).fetchone())
            rows = []
            for entry in waiting:
                number += 1
                record = self._record(entry)
                total += len(record)
                rows.append(_row(entry, number, total, record))
            for first in range(0, len(rows), _ROWS):
                some = rows[first : first + _ROWS]
                marks = ", ".join([f"({', '.join('?' * len(some[0]))})"] * len(some))
                connection.execute(
                    f"INSERT INTO invocations ({_COLUMNS}, total, record) VALUES {marks}",
                    list(chain.from_iterable(some)),
                )
            connection.execute(
                "DELETE FROM invocations WHERE number <= ? OR total <= ?",
                (number - self._max_count, total - self._max_bytes),
            )

        try:
            writing = self._database.submit(write, durable=False)
        except StorageError as error:
            _complain(error)
            return
        self._writing.add(writing)
        writing.add_done_callback(self._written)

    def _written(self, writing: asyncio.Future[None]) -> None:
        self._writing.discard(writing)
        if not writing.cancelled() and (error := writing.exception()) is not None:
            _complain(error)

    def _record(self, entry: _Waiting) -> str:
        try:
            text = _dump(entry.call, entry.outcome)
            if len(text) <= self._max_bytes // 16:
                return text
        except (RecursionError, TypeError, ValueError):
            pass  # a payload that no recorded one can be made of
        return _dump(
            replace(entry.call, payloads={}, metadata={}),
            replace(entry.outcome, outputs={}, return_value=None, logs=()),
        )


# As json.dumps() writes it, which makes an encoder for each document.
_encode = json.JSONEncoder(check_circular=False, separators=(",", ":")).encode


def _dump(call: Call, outcome: Outcome) -> str:
    return _encode({"call": call_to_json(call), "outcome": outcome_to_json(outcome)})


def _row(entry: _Waiting, number: int, total: int, record: str) -> tuple[Any, ...]:
    outcome, error = entry.outcome, entry.outcome.exception
    failure = None if error is None else f"{error.type}: {error.message}"[:_LONGEST_FAILURE]
    return (
        number,
        outcome.invocation_id,
        outcome.function,
        entry.trigger,
        to_micros(entry.started),
        outcome.duration,
        failure and failure.encode("utf-8", "backslashreplace").decode(),
        entry.call.retry_count + 1,
        entry.call.cause,
        total,
        record,
    )


def _entry(
    number: int,
    id: str,
    function: str,
    trigger: str,
    started: int,
    duration: float,
    failure: str | None,
    attempt: int,
    cause: str | None,
) -> Entry:
    when = from_micros(started)
    return Entry(number, id, function, trigger, when, duration, failure, attempt, cause)


def _complain(error: BaseException) -> None:
    _logger.warning("The journal lost some invocations: %s", error)
