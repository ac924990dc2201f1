"""A storage account in one SQLite file, for several processes at once, or in memory."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import TYPE_CHECKING

from .blobs import EmbeddedBlobs
from .database import Database
from .owners import Owner
from .queues import BUS, QUEUES, EmbeddedQueues
from .streams import EmbeddedStreams
from .tables import EmbeddedTables
from .times import micros, to_micros

if TYPE_CHECKING:
    from typing_extensions import Self

__all__ = ["EmbeddedStorage"]


def _now() -> datetime:
    return datetime.now(timezone.utc)


class EmbeddedStorage:
    """Queues, blobs and tables with the behaviour of Azure Storage that bindings rely on.

    Beside them it keeps the messages and events of services that are not reached.

    What is acknowledged survives the end of the process at any point. Messages and leases that this
    process holds when it ends, however it ends, are free again as soon as another one looks.

    Args:
        path: the state file, made if it is missing; None keeps everything in memory.
        now: tells the time, aware; visibility, time to live, leases and dates go by it.
        patience: seconds to wait while another process holds the file's lock.

    A damaged file is moved aside, with a RuntimeWarning that names where to, and a new one begun.

    Raises:
        UnavailableError: the file cannot be opened, is locked, or is no state file.
    """

    def __init__(
        self,
        path: Path | None = None,
        *,
        now: Callable[[], datetime] = _now,
        patience: float = 10,
    ) -> None:
        def now_in_micros() -> int:
            return to_micros(now())

        self.database = Database(path, patience=patience)
        self._owner = Owner(path, now_in_micros)
        self.queues = EmbeddedQueues(self.database, self._owner, now_in_micros, QUEUES)
        self.bus = EmbeddedQueues(self.database, self._owner, now_in_micros, BUS)
        self.streams = EmbeddedStreams(self.database, now_in_micros)
        self.blobs = EmbeddedBlobs(self.database, self._owner, now_in_micros)
        self.tables = EmbeddedTables(self.database, now_in_micros)

    async def clock_offset(self) -> timedelta:
        """Give how far the host's clock is ahead, by :meth:`keep_clock_offset`."""

        def read(connection: sqlite3.Connection) -> timedelta:
            (offset,) = connection.execute("SELECT offset FROM clock").fetchone()
            return timedelta(microseconds=offset)

        return await self.database.submit(read, durable=False)

    async def keep_clock_offset(self, offset: timedelta) -> None:
        """Keep how far the host's clock is ahead, for whoever opens the file next.

        What was put at a time that the machine has not reached is there for them, too.
        """

        def keep(connection: sqlite3.Connection) -> None:
            connection.execute("UPDATE clock SET offset = ?", (micros(offset),))

        await self.database.submit(keep)

    async def go_back(self, span: timedelta) -> None:
        """Let what waits go on waiting for as long as before, when the clock goes back.

        Args:
            span: how far it goes back.
        """
        back = micros(span)

        def go_back(connection: sqlite3.Connection) -> None:
            connection.execute(
                "UPDATE messages SET inserted = inserted - :back, visible = visible - :back,"
                " expires = expires - :back",
                {"back": back},
            )
            connection.execute("UPDATE events SET enqueued = enqueued - ?", (back,))
            connection.execute("UPDATE blobs SET lease_ends = lease_ends - ?", (back,))
            connection.execute("UPDATE clock SET offset = 0")

        await self.database.submit(go_back)

    async def close(self) -> None:
        """Free the messages and leases that this process holds, and close the file.

        May be called again.
        """
        if self.database.closed:
            return
        try:
            await self.database.submit(self._owner.leave, durable=False)
        finally:
            self.database.close()
            self._owner.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        await self.close()
