"""Queues and their messages."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import sqlite3
import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from ....delivery.storage import (
    HALF_A_MINUTE,
    MOST_TAKEN,
    NO_TIME,
    SEVEN_DAYS,
    InvalidRequestError,
    Message,
    NotFoundError,
    UnavailableError,
)
from .database import Database, names
from .names import check_nothing, check_queue
from .owners import Owner
from .times import from_micros, micros

__all__ = ["BUS", "QUEUES", "EmbeddedQueues"]

ONE_SECOND = timedelta(seconds=1)
_LONGEST_TTL = timedelta(days=100 * 365)  # the service has no limit; a date has

_COLUMNS = "id, text, dequeue_count, inserted, expires, visible, pop_receipt, cause, failure"
_VISIBLE = (
    f"SELECT number, {_COLUMNS} FROM messages WHERE queue = ? AND visible <= ?"
    " ORDER BY visible, number LIMIT ?"
)


class Service(NamedTuple):
    """A service whose queues are kept."""

    name: str
    check_name: Callable[[str], None]
    largest_text: int
    """In bytes of UTF-8."""


QUEUES = Service("queue", check_queue, 64 * 1024)
BUS = Service("bus", check_nothing, 1024 * 1024)


class EmbeddedQueues:
    """The queues of a state file; see :class:`azure_functions_lib.delivery.storage.Queues`."""

    def __init__(
        self, database: Database, owner: Owner, now: Callable[[], int], service: Service
    ) -> None:
        self._database = database
        self._owner = owner
        self._now = now
        self._service = service
        self.noted: Callable[[str], None] = lambda queue: None
        """Called with the name of a queue once it may have more to take."""

    async def create(self, queue: str) -> bool:
        self._service.check_name(queue)

        def create(connection: sqlite3.Connection) -> bool:
            sql = "INSERT OR IGNORE INTO queues (service, name) VALUES (?, ?)"
            return connection.execute(sql, (self._service.name, queue)).rowcount == 1

        return await self._database.submit(create)

    async def names(self, prefix: str = "") -> list[str]:
        rows = f"(SELECT name FROM queues WHERE service = '{self._service.name}')"
        return await self._database.submit(
            lambda connection: names(connection, rows, prefix), durable=False
        )

    async def count(self, queue: str) -> int:
        """Give the number of messages, those that are taken or not yet visible included."""

        def count(connection: sqlite3.Connection) -> int:
            self._drop_expired(connection)
            sql = "SELECT count(*) FROM messages WHERE queue = ?"
            (number,) = connection.execute(sql, (self._key(connection, queue),)).fetchone()
            return int(number)

        return await self._database.submit(count)

    async def put(
        self,
        queue: str,
        text: str,
        *,
        visibility: timedelta = NO_TIME,
        ttl: timedelta | None = SEVEN_DAYS,
        cause: str | None = None,
        failure: str | None = None,
    ) -> Message:
        """Add a message, which can be taken after ``visibility`` and is dropped after ``ttl``.

        Raises:
            InvalidRequestError: the text is longer than 64 KiB (``RequestBodyTooLarge``) or no
                Unicode; ``ttl`` is not longer than ``visibility``.
        """
        self._check_text(text)
        _check_range("visibility", visibility, NO_TIME)
        if ttl is not None:
            _check_range("ttl", ttl, ONE_SECOND, _LONGEST_TTL)
            if ttl <= visibility:
                raise _out_of_range(f"visibility {visibility} is not shorter than ttl {ttl}")

        def put(connection: sqlite3.Connection) -> Message:
            now = self._now()
            row = (
                str(uuid.uuid4()),
                text,
                0,
                now,
                None if ttl is None else now + micros(ttl),
                now + micros(visibility),
                _receipt(),
                cause,
                _unicode(failure),
            )
            connection.execute(
                f"INSERT INTO messages (queue, {_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (self._key(connection, queue), *row),
            )
            return _message(*row)

        message = await self._database.submit(put)
        self.noted(queue)
        return message

    async def next_visible(self, queue: str) -> datetime | None:
        """Give when the next message can be taken; None if there is none."""

        def find(connection: sqlite3.Connection) -> int | None:
            sql = "SELECT min(visible) FROM messages WHERE queue = ?"
            row = connection.execute(sql, (self._key(connection, queue),)).fetchone()
            visible: int | None = row[0]
            return visible

        try:
            visible = await self._database.submit(find, durable=False)
        except NotFoundError:
            return None
        return None if visible is None else from_micros(visible)

    async def get(
        self, queue: str, *, count: int = 1, visibility: timedelta = HALF_A_MINUTE
    ) -> list[Message]:
        """Take up to ``count`` (1 to 32) visible messages, oldest visible first.

        Each has its dequeue count raised, a new pop receipt, and is invisible for ``visibility`` -
        or until this process has ended.
        """
        _check_count(count)
        _check_range("visibility", visibility, ONE_SECOND)

        def take(connection: sqlite3.Connection) -> list[Message]:
            owner = self._owner.take(connection)  # first: what it frees is visible from then on
            now = self._now()
            key = self._key(connection, queue)
            self._drop_expired(connection)
            visible = now + micros(visibility)
            taken, updates = [], []
            found = connection.execute(_VISIBLE, (key, now, count)).fetchall()
            for number, name, text, dequeued, inserted, expires, _, _, cause, failure in found:
                new = (visible, _receipt())
                updates.append((*new, owner, number))
                taken.append(
                    _message(name, text, dequeued + 1, inserted, expires, *new, cause, failure)
                )
            connection.executemany(
                "UPDATE messages SET dequeue_count = dequeue_count + 1,"
                " visible = ?, pop_receipt = ?, owner = ? WHERE number = ?",
                updates,
            )
            return taken

        taking = self._database.submit(take, durable=False)
        try:
            return await asyncio.shield(taking)
        except asyncio.CancelledError:
            # Nobody would delete or release what has been taken.
            taking.add_done_callback(self._give_back)
            raise

    async def peek(self, queue: str, *, count: int = 1) -> list[Message]:
        """Look at up to ``count`` (1 to 32) visible messages without taking them."""
        _check_count(count)

        def peek(connection: sqlite3.Connection) -> list[Message]:
            key = self._key(connection, queue)
            self._drop_expired(connection)
            rows = connection.execute(_VISIBLE, (key, self._now(), count)).fetchall()
            return [replace(_message(*row[1:]), pop_receipt="") for row in rows]

        return await self._database.submit(peek, durable=False)

    async def update(
        self,
        queue: str,
        message_id: str,
        pop_receipt: str,
        *,
        visibility: timedelta,
        text: str | None = None,
        failure: str | None = None,
    ) -> Message:
        if text is not None:
            self._check_text(text)
        _check_range("visibility", visibility, NO_TIME)

        def update(connection: sqlite3.Connection) -> Message:
            old = self._taken(connection, queue, message_id, pop_receipt)
            number, name, old_text, dequeued, inserted, expires, _, _, cause, old_failure = old
            new = (
                old_text if text is None else text,
                self._now() + micros(visibility),
                _receipt(),
                old_failure if failure is None else _unicode(failure),
            )
            connection.execute(
                "UPDATE messages SET text = ?, visible = ?, pop_receipt = ?, failure = ?,"
                " owner = CASE WHEN ? THEN owner END WHERE number = ?",
                (*new, visibility > NO_TIME, number),
            )
            new_text, visible, receipt, kept = new
            return _message(
                name, new_text, dequeued, inserted, expires, visible, receipt, cause, kept
            )

        message = await self._database.submit(update, durable=text is not None)
        self.noted(queue)
        return message

    async def delete(self, queue: str, message_id: str, pop_receipt: str) -> None:
        def delete(connection: sqlite3.Connection) -> None:
            number, *_ = self._taken(connection, queue, message_id, pop_receipt)
            connection.execute("DELETE FROM messages WHERE number = ?", (number,))

        # Should the power fail, the message is there again: it runs twice, as queues promise.
        await self._database.submit(delete, durable=False)

    async def clear(self, queue: str) -> None:
        def clear(connection: sqlite3.Connection) -> None:
            key = self._key(connection, queue)
            connection.execute("DELETE FROM messages WHERE queue = ?", (key,))

        await self._database.submit(clear)

    # -- Private --

    def _key(self, connection: sqlite3.Connection, queue: str) -> int:
        self._service.check_name(queue)
        sql = "SELECT id FROM queues WHERE service = ? AND name = ?"
        row = connection.execute(sql, (self._service.name, queue)).fetchone()
        if row is None:
            raise NotFoundError("QueueNotFound", f"there is no queue {queue!r}")
        return int(row[0])

    def _check_text(self, text: str) -> None:
        try:
            size = len(text.encode())
        except UnicodeEncodeError:
            raise InvalidRequestError(
                "InvalidXmlDocument", "a message that is no Unicode text cannot be kept"
            ) from None
        if size > self._service.largest_text:
            raise InvalidRequestError(
                "RequestBodyTooLarge",
                f"a message of {size:,} bytes, base64 included; "
                f"up to {self._service.largest_text:,} are kept",
            )

    def _drop_expired(self, connection: sqlite3.Connection) -> None:
        connection.execute("DELETE FROM messages WHERE expires <= ?", (self._now(),))

    def _taken(
        self, connection: sqlite3.Connection, queue: str, message_id: str, pop_receipt: str
    ) -> tuple[Any, ...]:
        """Find the row of a message that the receipt belongs to."""
        self._drop_expired(connection)
        sql = f"SELECT number, {_COLUMNS} FROM messages WHERE queue = ? AND id = ?"
        row: tuple[Any, ...] | None
        row = connection.execute(sql, (self._key(connection, queue), message_id)).fetchone()
        if row is None:
            raise _no_message(queue, message_id)
        if row[7] != pop_receipt:
            raise InvalidRequestError(
                "PopReceiptMismatch",
                f"queue {queue!r}: message {message_id} has been taken or updated since",
            )
        return row

    def _give_back(self, taking: asyncio.Future[list[Message]]) -> None:
        if taking.cancelled() or taking.exception() is not None:
            return
        rows = [(self._now(), message.id, message.pop_receipt) for message in taking.result()]

        def give_back(connection: sqlite3.Connection) -> None:
            connection.executemany(
                "UPDATE messages SET visible = ?, owner = NULL, dequeue_count = dequeue_count - 1"
                " WHERE id = ? AND pop_receipt = ?",
                rows,
            )

        with contextlib.suppress(UnavailableError):  # closed, which has freed them
            self._database.submit(give_back, durable=False)


def _message(
    id: str,
    text: str,
    dequeue_count: int,
    inserted: int,
    expires: int | None,
    visible: int,
    pop_receipt: str,
    cause: str | None,
    failure: str | None,
) -> Message:
    return Message(
        id,
        text,
        dequeue_count,
        from_micros(inserted),
        None if expires is None else from_micros(expires),
        from_micros(visible),
        pop_receipt,
        cause,
        failure,
    )


def _unicode(failure: str | None) -> str | None:
    """A traceback as it can be kept: it may quote names of files that are no Unicode."""
    return None if failure is None else failure.encode("utf-8", "backslashreplace").decode()


def _receipt() -> str:
    return secrets.token_urlsafe(12)


def _no_message(queue: str, message_id: str) -> NotFoundError:
    return NotFoundError("MessageNotFound", f"queue {queue!r} has no message {message_id!r}")


def _check_count(count: int) -> None:
    if not 1 <= count <= MOST_TAKEN:
        raise _out_of_range(f"{count} messages at once; a queue gives 1 to {MOST_TAKEN}")


def _check_range(
    name: str, span: timedelta, least: timedelta, most: timedelta = SEVEN_DAYS
) -> None:
    if not least <= span <= most:
        raise _out_of_range(f"{name} {span}; it is at least {least} and at most {most}")


def _out_of_range(text: str) -> InvalidRequestError:
    return InvalidRequestError("OutOfRangeQueryParameterValue", text)
