"""What all listeners share: deliveries that outlive the waiting."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Coroutine
from typing import Any, TypeVar

__all__ = ["Listener"]

T = TypeVar("T")


class Listener:
    """Waits for the occasions of one trigger.

    Args:
        name: what it listens for, such as the function's name.
        lock: the name of what only one of several hosts on a store does at a time; None if they
            share the work.

    Attributes:
        deliveries: what is being delivered.
        resting: whether there is nothing to be done before time passes or something comes.
    """

    def __init__(self, name: str, *, lock: str | None = None) -> None:
        self.name = name
        self.lock = lock
        self.resting = False
        self.deliveries: set[asyncio.Task[Any]] = set()
        self._one_ended = asyncio.Event()

    async def run(self) -> None:
        """Wait and deliver until cancelled; what is being delivered then goes on.

        Raises:
            StorageError: the store cannot be used; the host tries again later.
        """
        raise NotImplementedError

    async def ended(self) -> None:
        """Return once nothing is being delivered."""
        while self.deliveries:
            await self._until_one_ends()

    def give_up(self) -> None:
        """End what is being delivered as it is; the store frees what it was for."""
        for task in self.deliveries:
            task.cancel()

    async def _until_one_ends(self) -> None:
        self._one_ended.clear()
        await self._rest(self._one_ended.wait())

    async def _rest(self, waiting: Awaitable[T]) -> T:
        """Wait for what is not up to this listener."""
        self.resting = True
        try:
            return await waiting
        finally:
            self.resting = False

    def _start(self, delivery: Coroutine[Any, Any, T]) -> asyncio.Future[T]:
        """Begin a delivery, and give what can be awaited, or cancelled, without harm to it."""
        task = asyncio.ensure_future(delivery)
        self.deliveries.add(task)
        task.add_done_callback(self._has_ended)
        return asyncio.shield(task)

    def _has_ended(self, task: asyncio.Task[Any]) -> None:
        self.deliveries.discard(task)
        self._one_ended.set()
