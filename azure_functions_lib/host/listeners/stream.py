"""Waits for events of a stream: an event hub, or a topic of Kafka."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from .base import Listener

if TYPE_CHECKING:
    from ...delivery.clock import Clock
    from ...delivery.dispatch import Dispatcher, Source
    from ..changes import Changes

__all__ = ["StreamListener"]

_FIRST_WAIT, _LONGEST_WAIT = timedelta(seconds=1), timedelta(minutes=5)


class StreamListener(Listener):
    """Has the events of a source delivered in order; those of a failure are delivered again.

    Args:
        source: where the events are.
        dispatcher: delivers them.
        changes: tells when there may be more.
        clock: by which the waits after failures go, each twice as long as the one before.
        lock: see :class:`Listener`; the order is kept by one host alone.
    """

    def __init__(
        self, source: Source, dispatcher: Dispatcher, changes: Changes, clock: Clock, *, lock: str
    ) -> None:
        super().__init__(source.function.name, lock=lock)
        self._source = source
        self._dispatcher = dispatcher
        self._changes = changes
        self._clock = clock

    async def run(self) -> None:
        """Take events; see :meth:`Listener.run`."""
        wait = _FIRST_WAIT
        while True:
            seen = self._changes.count(self._source.name)
            delivery = self._start(self._dispatcher.deliver_events(self._source))
            outcome = await self._rest(delivery)
            if outcome is None:
                await self._rest(self._changes.wait(self._source.name, seen))
            elif outcome.ok:
                wait = _FIRST_WAIT
            else:
                await self._rest(self._clock.sleep_until(self._clock.now() + wait))
                wait = min(2 * wait, _LONGEST_WAIT)
