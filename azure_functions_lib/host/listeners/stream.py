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

_AFTER_FAILURE = timedelta(seconds=1)


class StreamListener(Listener):
    """Has the events of a source delivered in order; those of a failure are delivered again.

    Args:
        source: where the events are.
        dispatcher: delivers them.
        changes: tells when there may be more.
        clock: by which the wait after a failure goes.
    """

    def __init__(
        self, source: Source, dispatcher: Dispatcher, changes: Changes, clock: Clock
    ) -> None:
        super().__init__(source.function.name)
        self._source = source
        self._dispatcher = dispatcher
        self._changes = changes
        self._clock = clock

    async def run(self) -> None:
        """Take events; see :meth:`Listener.run`."""
        while True:
            seen = self._changes.count(self._source.name)
            outcome = await self._start(self._dispatcher.deliver_events(self._source))
            if outcome is None:
                await self._changes.wait(None, self._source.name, seen)
            elif not outcome.ok:
                await self._clock.sleep_until(self._clock.now() + _AFTER_FAILURE)
