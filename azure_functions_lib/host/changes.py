"""Tells who waits for messages of the embedded store that there may be some."""

from __future__ import annotations

import asyncio
import sqlite3
from collections import Counter
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from ..delivery.storage import UnavailableError

if TYPE_CHECKING:
    from datetime import datetime

    from ..delivery.clock import Clock
    from .storage.embedded import EmbeddedStorage

__all__ = ["Changes"]

_BETWEEN_LOOKS = 0.1
"""Seconds between two looks whether another process has changed the store."""


class Changes:
    """Wakes who waits for a queue as soon as something was put there, by whichever process.

    Queues and streams are told apart by their names; None stands for what other processes change.

    Args:
        storage: the store.
        clock: the clock by which messages become visible.
    """

    def __init__(self, storage: EmbeddedStorage, clock: Clock) -> None:
        self._storage = storage
        self._clock = clock
        self._counts: Counter[str | None] = Counter()
        self._waiting: dict[str | None, set[asyncio.Event]] = {}
        storage.queues.noted = storage.bus.noted = storage.streams.noted = self.note

    def count(self, name: str | None) -> int:
        """Give how often something may have changed; to be asked for before a look at it."""
        return self._counts[name] + (self._counts[None] if name is not None else 0)

    def note(self, name: str) -> None:
        """Note that a queue or stream has changed."""
        self._counts[name] += 1
        for event in self._waiting.get(name, ()):
            event.set()

    def note_others(self) -> None:
        """Note that another process has changed something."""
        self._counts[None] += 1
        for events in self._waiting.values():
            for event in events:
                event.set()

    async def wait(self, name: str | None, seen: int, visible: datetime | None = None) -> None:
        """Return once there is a change since a count, or a message becomes visible.

        Args:
            name: what may change.
            seen: the count.
            visible: when the next message becomes visible; None if there is none.
        """
        if self.count(name) != seen:
            return
        changed = asyncio.Event()
        waiting = self._waiting.setdefault(name, set())
        waiting.add(changed)
        waits: list[asyncio.Future[Any]] = [asyncio.ensure_future(changed.wait())]
        if visible is not None:
            waits.append(asyncio.ensure_future(self._clock.sleep_until(visible)))
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            waiting.discard(changed)
            for each in waits:
                each.cancel()

    async def watch(self) -> None:
        """Note what other processes change, until cancelled."""

        def version(connection: sqlite3.Connection) -> int:
            return int(connection.execute("PRAGMA data_version").fetchone()[0])

        if self._storage.database.path is None:
            return
        known = None
        while True:
            with suppress(UnavailableError):  # who needs the store will say so
                found = await self._storage.database.submit(version, durable=False)
                if known not in (None, found):
                    self.note_others()
                known = found
            await asyncio.sleep(_BETWEEN_LOOKS)
