"""Tells who waits for messages of the embedded store that there may be some."""

from __future__ import annotations

import asyncio
import sqlite3
from collections import Counter
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from ..delivery.storage import UnavailableError

if TYPE_CHECKING:
    from ..delivery.clock import Clock
    from .storage.embedded import EmbeddedStorage
    from .storage.embedded.queues import EmbeddedQueues

__all__ = ["Changes"]

_BETWEEN_LOOKS = 0.25
"""Seconds between two looks whether another process has changed the store."""


class Changes:
    """Wakes who waits for a queue as soon as something was put there, by whichever process.

    Args:
        storage: the store.
        clock: the clock by which messages become visible.
    """

    def __init__(self, storage: EmbeddedStorage, clock: Clock) -> None:
        self._storage = storage
        self._clock = clock
        self._counts: Counter[str] = Counter()
        self._of_others = 0
        self._waiting: dict[str, asyncio.Event] = {}
        storage.queues.noted = storage.bus.noted = self.note

    def count(self, queue: str) -> int:
        """Give how often a queue may have changed; to be asked for before a look into it."""
        return self._counts[queue] + self._of_others

    def note(self, queue: str) -> None:
        """Note that a queue has changed."""
        self._counts[queue] += 1
        if queue in self._waiting:
            self._waiting[queue].set()

    async def wait(self, queues: EmbeddedQueues | None, queue: str, seen: int) -> None:
        """Return once a queue has changed since a count, or a message in it becomes visible.

        Args:
            queues: what keeps the queue; None for a stream, whose events are always visible.
            queue: the name of the queue or stream.
            seen: the count.
        """
        visible = None if queues is None else await queues.next_visible(queue)
        changed = self._waiting[queue] = asyncio.Event()
        if self.count(queue) != seen:
            return
        waits: list[asyncio.Future[Any]] = [asyncio.ensure_future(changed.wait())]
        if visible is not None:
            waits.append(asyncio.ensure_future(self._clock.sleep_until(visible)))
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for each in waits:
                each.cancel()

    async def watch(self) -> None:
        """Note what other processes change, until cancelled."""

        def version(connection: sqlite3.Connection) -> int:
            return int(connection.execute("PRAGMA data_version").fetchone()[0])

        known = None
        while True:
            with suppress(UnavailableError):  # who needs the store will say so
                found = await self._storage.database.submit(version, durable=False)
                if known not in (None, found):
                    self._of_others += 1
                    for event in self._waiting.values():
                        event.set()
                known = found
            await asyncio.sleep(_BETWEEN_LOOKS)
