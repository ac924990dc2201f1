"""What the host's rules ask of storage: queues, blobs and tables as Azure Storage has them.

Plain records, errors and protocols; :mod:`azure_functions_lib.host.storage` implements them, and
the test client has a small store of its own. Times are aware and in UTC, and come from the clock of
the host. Names are those of the service; a store refuses others with :class:`InvalidRequestError`.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol

from ..errors import AzureFunctionsError

__all__ = [
    "Blob",
    "BlobProperties",
    "Blobs",
    "ConflictError",
    "Entity",
    "Event",
    "InvalidRequestError",
    "Message",
    "NotFoundError",
    "PreconditionError",
    "Queues",
    "Storage",
    "StorageError",
    "Streams",
    "Tables",
    "UnavailableError",
]

NO_TIME = timedelta(0)
SEVEN_DAYS = timedelta(days=7)
HALF_A_MINUTE = timedelta(seconds=30)

HOST_CONTAINER = "azure-webjobs-hosts"
"""The container in which a host keeps blobs of its own."""

MOST_TAKEN = 32
"""How many messages can be taken from a queue at once."""


class StorageError(AzureFunctionsError, RuntimeError):
    """What a store answers when it does not do what it was asked for.

    Attributes:
        code: the service's error code, such as ``"QueueNotFound"``.
        status: the HTTP status that the service sends with it.
    """

    status = 500

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code

    def __reduce__(self) -> tuple[object, ...]:
        return type(self), (self.code, self.args[0])


class InvalidRequestError(StorageError):
    """A name, size, number or filter that the service refuses: 400."""

    status = 400


class NotFoundError(StorageError):
    """There is no such queue, message, container, blob, table or entity: 404."""

    status = 404


class ConflictError(StorageError):
    """It exists already, or somebody else holds its lease: 409."""

    status = 409


class PreconditionError(StorageError):
    """An ETag or a lease id does not fit: 412."""

    status = 412


class UnavailableError(StorageError):
    """The store cannot be used at the moment, such as a locked file or a full disk: 503."""

    status = 503


@dataclass(frozen=True)
class Message:
    """A message of a queue.

    Attributes:
        id: its id, a UUID.
        text: its content as the queue keeps it: base64, unless ``messageEncoding`` is ``none``.
        dequeue_count: how often it has been taken, this time included.
        inserted_on: when it was put.
        expires_on: when the queue drops it; None for never.
        next_visible_on: when it can be taken (again).
        pop_receipt: what deletes and updates it, until it is taken again; empty when peeked at.
        cause: the id of the invocation that sent it, where the store keeps that beside it.
        failure: why it failed last, such as a traceback, where the store keeps that beside it.
    """

    id: str
    text: str
    dequeue_count: int
    inserted_on: datetime
    expires_on: datetime | None
    next_visible_on: datetime
    pop_receipt: str = ""
    cause: str | None = None
    failure: str | None = None


class Queues(Protocol):
    """Queues of messages, each taken by one reader at a time.

    Every method but :meth:`create` and :meth:`names` raises :class:`NotFoundError`
    (``QueueNotFound``) when there is no such queue.
    """

    async def create(self, queue: str) -> bool:
        """Create a queue; False if it exists."""
        ...

    async def names(self, prefix: str = "") -> list[str]:
        """Give the names of the queues, in order."""
        ...

    async def put(
        self,
        queue: str,
        text: str,
        *,
        visibility: timedelta = NO_TIME,
        ttl: timedelta | None = SEVEN_DAYS,
        cause: str | None = None,
        failure: str | None = None,
    ) -> Message:
        """Add a message, which can be taken after ``visibility`` and is dropped after ``ttl``.

        What caused it and why it failed are no part of its content: they are kept beside it by
        the stores that can do so.

        Raises:
            InvalidRequestError: the text is longer than 64 KiB (``RequestBodyTooLarge``).
        """
        ...

    async def get(
        self, queue: str, *, count: int = 1, visibility: timedelta = HALF_A_MINUTE
    ) -> list[Message]:
        """Take up to ``count`` (1 to 32) visible messages, oldest visible first.

        Each has its dequeue count raised, a new pop receipt, and is invisible for ``visibility``.
        """
        ...

    async def peek(self, queue: str, *, count: int = 1) -> list[Message]:
        """Look at up to ``count`` visible messages without taking them."""
        ...

    async def update(
        self,
        queue: str,
        message_id: str,
        pop_receipt: str,
        *,
        visibility: timedelta,
        text: str | None = None,
        failure: str | None = None,
    ) -> Message:
        """Set when a taken message is visible again; its text and failure unless these are None.

        The message that is returned has a new pop receipt; the old one is used up.

        Raises:
            NotFoundError: ``MessageNotFound``.
            InvalidRequestError: ``PopReceiptMismatch``; the message was taken by somebody else.
        """
        ...

    async def delete(self, queue: str, message_id: str, pop_receipt: str) -> None:
        """Delete a taken message; errors as :meth:`update`."""

    async def clear(self, queue: str) -> None:
        """Delete all messages."""


@dataclass(frozen=True)
class BlobProperties:
    """What a container's list tells of a blob.

    Attributes:
        container: the container's name.
        name: the blob's name, which may hold slashes.
        size: the length in bytes.
        etag: a new one with every change, in double quotes as HTTP has it.
        last_modified: when it was changed last.
        created_on: when it was made.
        content_type: the media type, ``application/octet-stream`` unless one was given.
        content_md5: the MD5 of the content, 16 bytes, if it is known.
        metadata: names and values that were stored with it.
    """

    container: str
    name: str
    size: int
    etag: str
    last_modified: datetime
    created_on: datetime
    content_type: str = "application/octet-stream"
    content_md5: bytes | None = None
    metadata: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Blob:
    """A blob: its properties and its whole content."""

    properties: BlobProperties
    content: bytes


class Blobs(Protocol):
    """Containers of blobs.

    Methods raise :class:`NotFoundError`: ``ContainerNotFound``, ``BlobNotFound``.
    """

    async def create(self, container: str) -> bool:
        """Create a container; False if it exists."""
        ...

    async def containers(self, prefix: str = "") -> list[str]:
        """Give the names of the containers, in order."""
        ...

    def list(self, container: str, prefix: str = "") -> AsyncIterator[BlobProperties]:
        """Give the blobs of a container by name."""
        ...

    async def read(self, container: str, name: str) -> Blob:
        """Read a blob."""
        ...

    async def properties(self, container: str, name: str) -> BlobProperties:
        """Look at a blob."""
        ...

    async def write(
        self,
        container: str,
        name: str,
        content: bytes,
        *,
        content_type: str | None = None,
        metadata: Mapping[str, str] | None = None,
        if_match: str | None = None,
        if_none_match: str | None = None,
        lease_id: str | None = None,
    ) -> BlobProperties:
        """Make a block blob or replace the one of that name.

        Args:
            container: the container, which must exist.
            name: the blob.
            content: the whole content.
            content_type: the media type; the service's default if None.
            metadata: what is stored with it; none if None.
            if_match: the ETag that the blob must have.
            if_none_match: the ETag that it must not have; ``"*"`` means that it must not exist.
            lease_id: the lease under which it is written.

        Raises:
            ConflictError: ``BlobAlreadyExists``.
            PreconditionError: ``ConditionNotMet``, or one of the lease codes.
        """
        ...

    async def delete(self, container: str, name: str, *, lease_id: str | None = None) -> None:
        """Delete a blob."""

    async def acquire_lease(self, container: str, name: str, duration: timedelta | None) -> str:
        """Take the lease of a blob, for 15 to 60 seconds or, by None, until it is released.

        Raises:
            ConflictError: ``LeaseAlreadyPresent``.
        """
        ...

    async def renew_lease(self, container: str, name: str, lease_id: str) -> None:
        """Hold a lease for its duration again, counted from now.

        Raises:
            ConflictError: ``LeaseIdMismatchWithLeaseOperation``.
        """

    async def release_lease(self, container: str, name: str, lease_id: str) -> None:
        """Give a lease up; errors as :meth:`renew_lease`."""


@dataclass(frozen=True)
class Entity:
    """A row of a table.

    Attributes:
        partition_key: with the row key, what the row is found by.
        row_key: see above.
        properties: the other properties in the service's JSON form: text, numbers, truth values. A
            value of another type is text, and its type stands beside it under
            ``"<name>@odata.type"``, such as ``"Edm.DateTime"``.
        etag: a new one with every change; empty for a row that is to be written.
        timestamp: when it was changed last; None for a row that is to be written.
    """

    partition_key: str
    row_key: str
    properties: Mapping[str, Any] = field(default_factory=dict)
    etag: str = ""
    timestamp: datetime | None = None


@dataclass(frozen=True)
class Event:
    """An event of a stream.

    Attributes:
        position: its number in the stream, from 1.
        text: its content.
        enqueued_on: when it was added.
        cause: the id of the invocation that sent it.
    """

    position: int
    text: str
    enqueued_on: datetime
    cause: str | None = None


class Tables(Protocol):
    """Tables of rows.

    Methods raise :class:`NotFoundError`: ``TableNotFound``, ``ResourceNotFound`` (of a row).
    """

    async def create(self, table: str) -> bool:
        """Create a table; False if it exists."""
        ...

    async def names(self, prefix: str = "") -> list[str]:
        """Give the names of the tables, in order."""
        ...

    async def get(self, table: str, partition_key: str, row_key: str) -> Entity:
        """Read a row."""
        ...

    def query(
        self,
        table: str,
        *,
        partition_key: str | None = None,
        filter: str | None = None,
        take: int | None = None,
    ) -> AsyncIterator[Entity]:
        """Give the rows that fit, by partition key and row key.

        Args:
            table: the table.
            partition_key: the partition; all if None.
            filter: an OData filter, such as ``"Price gt 10 and Name eq 'tea'"``.
            take: how many rows at most.

        Raises:
            InvalidRequestError: the filter cannot be read (``InvalidInput``).
        """
        ...

    async def insert(self, table: str, entity: Entity) -> Entity:
        """Add a row.

        Raises:
            ConflictError: ``EntityAlreadyExists``.
        """
        ...

    async def upsert(self, table: str, entity: Entity, *, merge: bool = False) -> Entity:
        """Add a row or replace the one with its keys; ``merge`` keeps properties not given."""
        ...

    async def delete(
        self, table: str, partition_key: str, row_key: str, *, if_match: str | None = None
    ) -> None:
        """Delete a row; with an ETag only the row that still has it.

        Raises:
            PreconditionError: ``UpdateConditionNotSatisfied``.
        """


class Streams(Protocol):
    """Event hubs and Kafka topics: what was sent, in order, and how far each reader has come.

    A stream is there as soon as it is named. Names are any text.
    """

    async def names(self, prefix: str = "") -> list[str]:
        """Give the names of the streams, in order."""
        ...

    async def append(self, stream: str, texts: Sequence[str], *, cause: str | None = None) -> None:
        """Add events at the end."""

    async def read(self, stream: str, *, after: int = 0, count: int = 100) -> list[Event]:
        """Give the first events after a position, in order."""
        ...

    async def position(self, stream: str, reader: str) -> int:
        """Give the position of the last event that a reader has done with; 0 before the first."""
        ...

    async def checkpoint(self, stream: str, reader: str, position: int) -> None:
        """Keep how far a reader has come."""


class Storage(Protocol):
    """One account: queues, blobs and tables, and what other services would keep."""

    @property
    def queues(self) -> Queues:
        """Its queues."""
        ...

    @property
    def bus(self) -> Queues:
        """Queues for messages of services that are not reached, such as Service Bus.

        There is one for each subscriber. Their names are any text and share nothing with those of
        :attr:`queues`; a message may have a mebibyte; nobody outside of the host sees them.
        """
        ...

    @property
    def streams(self) -> Streams:
        """Events of services that are not reached, such as Event Hubs."""
        ...

    @property
    def blobs(self) -> Blobs:
        """Its containers of blobs."""
        ...

    @property
    def tables(self) -> Tables:
        """Its tables."""
        ...
