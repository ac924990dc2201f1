"""Waits for messages: of a queue, of Service Bus, and of the queue behind a blob trigger."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from .base import Listener

if TYPE_CHECKING:
    from ...delivery.dispatch import Dispatcher, Source
    from ..changes import Changes
    from ..storage.embedded.queues import EmbeddedQueues

__all__ = ["QueueListener"]


class QueueListener(Listener):
    """Takes the messages of a source as they become visible, and has them delivered.

    Args:
        source: where the messages are.
        queues: what keeps them.
        dispatcher: delivers them.
        changes: tells when there may be more.
        batch_size: how many are fetched at once.
        threshold: how many may still run when the next ones are fetched.
    """

    def __init__(
        self,
        source: Source,
        queues: EmbeddedQueues,
        dispatcher: Dispatcher,
        changes: Changes,
        *,
        batch_size: int,
        threshold: int,
    ) -> None:
        super().__init__(source.function.name)
        self._source = source
        self._queues = queues
        self._dispatcher = dispatcher
        self._changes = changes
        self._batch_size = batch_size
        self._threshold = threshold

    async def run(self) -> None:
        """Take messages; see :meth:`Listener.run`."""
        while True:
            seen = self._changes.count(self._source.name)
            while len(self._running) > self._threshold:
                await asyncio.wait(self._running, return_when=asyncio.FIRST_COMPLETED)
            taken = await self._dispatcher.take(self._source, self._batch_size)
            if not taken:
                await self._changes.wait(self._queues, self._source.name, seen)
            elif self._source.many:
                self._start(self._dispatcher.deliver(self._source, taken))
            else:
                for message in taken:
                    self._start(self._dispatcher.deliver(self._source, [message]))
