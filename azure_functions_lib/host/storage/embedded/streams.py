"""Events of services that are not reached, in order, and how far each reader has come."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from datetime import timedelta

from ....delivery.storage import Event, InvalidRequestError
from .database import Database, names
from .times import from_micros, micros

__all__ = ["EmbeddedStreams"]

LARGEST_TEXT = 1024 * 1024  # bytes of UTF-8
RETENTION = timedelta(days=7)  # as Event Hubs and Kafka keep events


class EmbeddedStreams:
    """The streams of a state file; see :class:`azure_functions_lib.delivery.storage.Streams`.

    Events are kept for seven days.
    """

    def __init__(self, database: Database, now: Callable[[], int]) -> None:
        self._database = database
        self._now = now
        self.noted: Callable[[str], None] = lambda stream: None
        """Called with the name of a stream once it has more events."""

    async def names(self, prefix: str = "") -> list[str]:
        return await self._database.submit(
            lambda connection: names(connection, "streams", prefix), durable=False
        )

    async def append(self, stream: str, texts: Sequence[str], *, cause: str | None = None) -> None:
        """Add events at the end.

        Raises:
            InvalidRequestError: one is longer than 1 MiB (``RequestBodyTooLarge``) or no Unicode;
                then none is added.
        """

        def append(connection: sqlite3.Connection) -> None:
            now = self._now()
            connection.execute(
                "INSERT OR IGNORE INTO streams (name, last) VALUES (?, 0)", (stream,)
            )
            sql = "SELECT id, last FROM streams WHERE name = ?"
            key, last = connection.execute(sql, (stream,)).fetchone()
            connection.executemany(
                "INSERT INTO events VALUES (?, ?, ?, ?, ?)",
                [
                    (key, position, now, text, cause)
                    for position, text in enumerate(texts, last + 1)
                ],
            )
            connection.execute("UPDATE streams SET last = ? WHERE id = ?", (last + len(texts), key))
            connection.execute(
                "DELETE FROM events WHERE stream = ? AND enqueued <= ?",
                (key, now - micros(RETENTION)),
            )

        for text in texts:
            size = len(text.encode("utf-8", "replace"))
            if size > LARGEST_TEXT:
                raise InvalidRequestError(
                    "RequestBodyTooLarge",
                    f"stream {stream!r}: an event of {size:,} bytes, over {LARGEST_TEXT:,}",
                )
        await self._database.submit(append)
        self.noted(stream)

    async def read(self, stream: str, *, after: int = 0, count: int = 100) -> list[Event]:
        def read(connection: sqlite3.Connection) -> list[Event]:
            rows = connection.execute(
                "SELECT position, text, enqueued, cause FROM events"
                " WHERE stream = (SELECT id FROM streams WHERE name = ?)"
                " AND position > ? AND enqueued > ? ORDER BY position LIMIT ?",
                (stream, after, self._now() - micros(RETENTION), count),
            )
            return [
                Event(position, text, from_micros(time), cause)
                for position, text, time, cause in rows
            ]

        return await self._database.submit(read, durable=False)

    async def position(self, stream: str, reader: str) -> int:
        def position(connection: sqlite3.Connection) -> int:
            sql = "SELECT position FROM checkpoints WHERE stream = ? AND reader = ?"
            row = connection.execute(sql, (stream, reader)).fetchone()
            return row[0] if row else 0

        return await self._database.submit(position, durable=False)

    async def checkpoint(self, stream: str, reader: str, position: int) -> None:
        def keep(connection: sqlite3.Connection) -> None:
            sql = "INSERT OR REPLACE INTO checkpoints VALUES (?, ?, ?)"
            connection.execute(sql, (stream, reader, position))

        # Should the power fail, events may be read twice, as these services promise.
        await self._database.submit(keep, durable=False)
