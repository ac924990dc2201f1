"""What all listeners share: deliveries that outlive the waiting."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

__all__ = ["Listener"]


class Listener:
    """Waits for the occasions of one trigger.

    Args:
        name: the function's name.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self._running: set[asyncio.Task[Any]] = set()

    @property
    def busy(self) -> bool:
        """Whether something is being delivered."""
        return bool(self._running)

    async def run(self) -> None:
        """Wait and deliver until cancelled; what is being delivered then goes on.

        Raises:
            StorageError: the store cannot be used; the host tries again later.
        """
        raise NotImplementedError

    async def drain(self, grace: float | None) -> None:
        """Let what is being delivered end, for some seconds at most unless it is None."""
        if self._running:
            await asyncio.wait(self._running, timeout=grace)

    def _start(self, delivery: Coroutine[Any, Any, Any]) -> asyncio.Future[Any]:
        """Begin a delivery, and give what can be awaited, or cancelled, without harm to it."""
        task = asyncio.ensure_future(delivery)
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return asyncio.shield(task)
