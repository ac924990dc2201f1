"""Waits for messages: of a queue, of Service Bus, and of the queue behind a blob trigger."""

from __future__ import annotations

import asyncio
import logging
from datetime import timedelta
from typing import TYPE_CHECKING

from ...delivery.storage import StorageError
from .base import Listener

if TYPE_CHECKING:
    from ...delivery.clock import Clock
    from ...delivery.dispatch import Dispatcher, Source
    from ...delivery.storage import Message
    from ..changes import Changes
    from ..storage.embedded.queues import EmbeddedQueues

__all__ = ["QueueListener"]

_BETWEEN_RENEWALS = timedelta(minutes=1)
_FIRST_WAIT, _LONGEST_WAIT = 1.0, 60.0

_logger = logging.getLogger("azure_functions_lib.host")


class QueueListener(Listener):
    """Takes the messages of a source as they become visible, and has them delivered.

    Args:
        source: where the messages are.
        queues: what keeps them.
        dispatcher: delivers them.
        changes: tells when there may be more.
        clock: tells the time.
        batch_size: how many are fetched at once.
        threshold: how many may still run when the next ones are fetched.
    """

    def __init__(
        self,
        source: Source,
        queues: EmbeddedQueues,
        dispatcher: Dispatcher,
        changes: Changes,
        clock: Clock,
        *,
        batch_size: int,
        threshold: int,
    ) -> None:
        super().__init__(source.function.name)
        self._source = source
        self._queues = queues
        self._dispatcher = dispatcher
        self._changes = changes
        self._clock = clock
        self._batch_size = batch_size
        self._threshold = threshold
        self._held: dict[int, list[Message]] = {}
        self._renewing: asyncio.Task[None] | None = None

    async def run(self) -> None:
        """Take messages; see :meth:`Listener.run`."""
        source, changes = self._source, self._changes
        while True:
            while len(self.deliveries) > self._threshold:
                await self._until_one_ends()
            seen = changes.count(source.name)
            taken = await self._dispatcher.take(source, self._batch_size)
            if not taken:
                visible = await self._queues.next_visible(source.name)
                await self._rest(changes.wait(source.name, seen, visible))
            for batch in [taken] if source.many and taken else [[message] for message in taken]:
                self._start(self._deliver(batch))

    async def ended(self) -> None:
        """Return once nothing is being delivered, or renewed for that."""
        await super().ended()
        if self._renewing is not None:
            self._renewing.cancel()

    async def _deliver(self, taken: list[Message]) -> None:
        self._held[id(taken)] = taken
        if self._renewing is None or self._renewing.done():
            self._renewing = asyncio.ensure_future(self._renew())
        try:
            await self._dispatcher.deliver(self._source, taken)
        except Exception as error:
            if isinstance(error, StorageError):
                _logger.warning("%s: a message comes again: %s", self.name, error)
            else:
                _logger.exception("%s: a message cannot be delivered", self.name)
            await self._give_back(taken)
        finally:
            del self._held[id(taken)]

    async def _give_back(self, taken: list[Message]) -> None:
        """Release messages, as soon as the store lets that be done."""
        wait = _FIRST_WAIT
        for message in taken:
            while True:
                await asyncio.sleep(wait)
                try:
                    await self._dispatcher.release(self._source, message)
                    break
                except StorageError:
                    wait = min(2 * wait, _LONGEST_WAIT)

    async def _renew(self) -> None:
        """Keep messages invisible while their function runs, however long that takes.

        One task does it for all: a message mostly is done long before half of its time is over.
        """
        half = self._dispatcher.lease / 2
        soonest = self._clock.now()
        while self._held:
            ends = min(each.next_visible_on for taken in self._held.values() for each in taken)
            await self._clock.sleep_until(max(ends - half, soonest))
            soonest = self._clock.now() + _BETWEEN_RENEWALS
            for taken in list(self._held.values()):
                for at, message in enumerate(taken):
                    if message.next_visible_on - half < soonest:
                        try:
                            taken[at] = await self._dispatcher.renew(self._source, message)
                        except StorageError as error:
                            _logger.warning("%s: a message is not renewed: %s", self.name, error)
