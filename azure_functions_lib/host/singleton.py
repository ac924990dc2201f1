"""What only one of several hosts on one store does at a time, such as a timer."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING

from ..delivery.storage import HOST_CONTAINER, ConflictError, StorageError

if TYPE_CHECKING:
    from ..delivery.storage import Blobs

__all__ = ["singleton"]

_SECONDS_BETWEEN_TRIES = 1.0


@asynccontextmanager
async def singleton(
    blobs: Blobs, name: str, *, waits: Callable[[], None] = lambda: None
) -> AsyncIterator[None]:
    """Wait until no other host is within such a block of this name, and then keep others out.

    Args:
        blobs: the embedded store's. A lease of it ends with the process that holds it, so it has
            no end of its own and is not renewed.
        name: what is done, such as ``"locks/my-app/Host.Functions.report.Listener"``.
        waits: called when another host is found within.

    Raises:
        StorageError: the store cannot be used.
    """
    await blobs.create(HOST_CONTAINER)
    with suppress(ConflictError):
        await blobs.write(HOST_CONTAINER, name, b"", if_none_match="*")
    while True:
        try:
            lease = await blobs.acquire_lease(HOST_CONTAINER, name, None)
            break
        except ConflictError:
            waits()
            # By the time of the world: it is another process that is waited for.
            await asyncio.sleep(_SECONDS_BETWEEN_TRIES)
    try:
        yield
    finally:
        with suppress(StorageError):  # closed, which has released it, or broken by hand
            await blobs.release_lease(HOST_CONTAINER, name, lease)
