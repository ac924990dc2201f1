"""Finds blobs that this host has not written itself."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from ...delivery.storage import NotFoundError
from .base import Listener

if TYPE_CHECKING:
    from ...delivery.dispatch import Dispatcher
    from ...delivery.storage import Blobs
    from ..changes import Changes

__all__ = ["BlobListener"]

_BETWEEN_SCANS = 2.0  # seconds, as the host's


class BlobListener(Listener):
    """Looks through the containers of blob triggers: at first, and when another process wrote.

    What it finds is queued for the functions, once for each ETag; what this host writes is queued
    by whoever writes it.

    Args:
        dispatcher: queues what is found.
        blobs: the containers.
        changes: tells when another process has changed the store.
        lock: see :class:`Listener`.
    """

    def __init__(
        self, dispatcher: Dispatcher, blobs: Blobs, changes: Changes, *, lock: str
    ) -> None:
        super().__init__("blob scan", lock=lock)
        self._dispatcher = dispatcher
        self._blobs = blobs
        self._changes = changes
        self._known: dict[tuple[str, str], str] = {}

    async def run(self) -> None:
        """Look for blobs; see :meth:`Listener.run`."""
        while True:
            seen = self._changes.count(None)
            all_queued = await self._scan()
            await self._rest(asyncio.sleep(_BETWEEN_SCANS))
            if all_queued:
                await self._rest(self._changes.wait(None, seen))

    async def _scan(self) -> bool:
        """Queue the blobs that are new or changed; False if some are to be looked at again."""
        found: dict[tuple[str, str], str] = {}
        patterns = (each.pattern for each in self._dispatcher.sources)
        for container in sorted({each.container for each in patterns if each is not None}):
            try:
                async for blob in self._blobs.list(container):
                    key = (container, blob.name)
                    known = self._known.get(key) == blob.etag
                    queued = known or await self._dispatcher.notice_blob(blob)
                    found[key] = blob.etag if queued else ""
            except NotFoundError:
                continue
        self._known = found
        return "" not in found.values()
