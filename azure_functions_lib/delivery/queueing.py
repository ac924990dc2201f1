"""Puts messages into queues: those of outputs, and one for each blob that a trigger takes."""

from __future__ import annotations

from datetime import timedelta

from ..wire.jsontext import dump_json
from .sources import Source
from .storage import HOST_CONTAINER, BlobProperties, ConflictError, NotFoundError, Queues, Storage

__all__ = ["put", "queue_blob"]

_INCOMPLETE = {"Incomplete": "Incomplete"}
_RECEIPT_LEASE = timedelta(seconds=30)


async def put(
    queues: Queues, name: str, text: str, cause: str | None = None, failure: str | None = None
) -> None:
    """Add a message; the queue is made if it is missing."""
    try:
        await queues.put(name, text, cause=cause, failure=failure)
    except NotFoundError:
        await queues.create(name)
        await queues.put(name, text, cause=cause, failure=failure)


async def queue_blob(
    blob: BlobProperties, source: Source, storage: Storage, host_id: str, cause: str | None
) -> bool:
    """Queue a blob for a trigger, with a receipt, as the host does it.

    Whoever holds the lease of the receipt queues the blob; the receipt is complete once it is
    queued, so that neither a crash in between nor a second host loses or doubles it.

    Args:
        blob: the blob as it is.
        source: where the trigger's function takes blobs from.
        storage: holds blobs and queues.
        host_id: what receipts of this app are told from another's by.
        cause: the id of the invocation that has written it.

    Returns:
        whether it is queued; if not, somebody else is about to do it.
    """
    function = f"Host.Functions.{source.function.name}"
    document = {
        "Type": "BlobTrigger",
        "FunctionId": function,
        "BlobType": "BlockBlob",
        "ContainerName": blob.container,
        "BlobName": blob.name,
        "ETag": blob.etag,
    }
    blobs = storage.blobs
    receipt = f"blobreceipts/{host_id}/{function}/{blob.etag}/{blob.container}/{blob.name}"
    await blobs.create(HOST_CONTAINER)
    try:
        await blobs.write(HOST_CONTAINER, receipt, b"", metadata=_INCOMPLETE, if_none_match="*")
    except ConflictError:
        if not (await blobs.properties(HOST_CONTAINER, receipt)).metadata:
            return True
    try:
        lease = await blobs.acquire_lease(HOST_CONTAINER, receipt, _RECEIPT_LEASE)
    except ConflictError:
        return False
    if (await blobs.properties(HOST_CONTAINER, receipt)).metadata:
        await put(storage.bus, source.name, dump_json(document), cause)
        await blobs.write(HOST_CONTAINER, receipt, b"", lease_id=lease)
    await blobs.release_lease(HOST_CONTAINER, receipt, lease)
    return True
