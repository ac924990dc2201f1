"""Storage in memory: small and quick, for one process, gone when the client closes.

Nothing here ever waits, so that its coroutines end at their first step.
"""

from __future__ import annotations

import heapq
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import md5
from itertools import count
from uuid import uuid4

from ..delivery.clock import Clock
from ..delivery.storage import (
    HALF_A_MINUTE,
    NO_TIME,
    SEVEN_DAYS,
    Blob,
    BlobProperties,
    ConflictError,
    Entity,
    Event,
    InvalidRequestError,
    Message,
    NotFoundError,
    PreconditionError,
)

__all__ = ["MemoryStorage"]


class MemoryStorage:
    """Queues, streams, blobs and tables; see :class:`azure_functions_lib.delivery.storage.Storage`.

    Args:
        clock: tells the time by which messages become visible and expire.
    """

    def __init__(self, clock: Clock) -> None:
        self.queues = MemoryQueues(clock)
        self.bus = MemoryQueues(clock)
        self.streams = MemoryStreams(clock)
        self.blobs = MemoryBlobs(clock)
        self.tables = MemoryTables(clock)


class _Queue:
    def __init__(self) -> None:
        self.messages: dict[str, Message] = {}
        self.order: list[tuple[datetime, int, str, str]] = []


class MemoryQueues:
    """Queues; see :class:`azure_functions_lib.delivery.storage.Queues`."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._queues: dict[str, _Queue] = {}
        self._numbers = count(1)

    def _queue(self, name: str) -> _Queue:
        try:
            return self._queues[name]
        except KeyError:
            raise NotFoundError("QueueNotFound", f"there is no queue {name!r}") from None

    def _place(self, queue: _Queue, message: Message) -> Message:
        """Store a message with a new pop receipt, behind those that can be taken before it."""
        number = next(self._numbers)
        message = replace(message, pop_receipt=f"{number:016x}")
        queue.messages[message.id] = message
        entry = (message.next_visible_on, number, message.id, message.pop_receipt)
        heapq.heappush(queue.order, entry)
        return message

    def _taken(self, queue: _Queue, name: str, message_id: str, pop_receipt: str) -> Message:
        message = queue.messages.get(message_id)
        if message is None:
            raise NotFoundError("MessageNotFound", f"queue {name!r} has no such message")
        if message.pop_receipt != pop_receipt:
            raise InvalidRequestError("PopReceiptMismatch", "somebody else has taken the message")
        return message

    def _alive(self, message: Message) -> bool:
        return message.expires_on is None or message.expires_on > self._clock.now()

    async def create(self, queue: str) -> bool:
        """Create a queue; False if it exists."""
        return self._queues.setdefault(queue, made := _Queue()) is made

    async def names(self, prefix: str = "") -> list[str]:
        """Give the names of the queues, in order."""
        return sorted(name for name in self._queues if name.startswith(prefix))

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
        """Add a message."""
        found, time = self._queue(queue), self._clock.now()
        expires_on = None if ttl is None else time + ttl
        message = Message(
            str(uuid4()),
            text,
            0,
            time,
            expires_on,
            time + visibility,
            cause=cause,
            failure=failure,
        )
        return self._place(found, message)

    async def get(
        self, queue: str, *, count: int = 1, visibility: timedelta = HALF_A_MINUTE
    ) -> list[Message]:
        """Take visible messages."""
        found, time = self._queue(queue), self._clock.now()
        taken: list[Message] = []
        while len(taken) < count and found.order and found.order[0][0] <= time:
            *_, message_id, pop_receipt = heapq.heappop(found.order)
            message = found.messages.get(message_id)
            if message is None or message.pop_receipt != pop_receipt:
                continue  # it was deleted, or has another place by now
            if self._alive(message):
                taken.append(replace(message, dequeue_count=message.dequeue_count + 1))
            else:
                del found.messages[message_id]
        return [
            self._place(found, replace(message, next_visible_on=time + visibility))
            for message in taken
        ]

    async def peek(self, queue: str, *, count: int = 1) -> list[Message]:
        """Look at visible messages."""
        time = self._clock.now()
        visible = [each for each in self.all(queue) if each.next_visible_on <= time]
        return [replace(each, pop_receipt="") for each in visible[:count]]

    def all(self, queue: str) -> list[Message]:
        """Give all messages, the invisible ones too; none if there is no such queue."""
        found = self._queues.get(queue)
        if found is None:
            return []
        return sorted(
            (message for message in found.messages.values() if self._alive(message)),
            key=lambda message: (message.next_visible_on, message.pop_receipt),
        )

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
        """Set when a taken message is visible again."""
        found = self._queue(queue)
        message = self._taken(found, queue, message_id, pop_receipt)
        changed = replace(
            message,
            text=message.text if text is None else text,
            failure=message.failure if failure is None else failure,
            next_visible_on=self._clock.now() + visibility,
        )
        return self._place(found, changed)

    async def delete(self, queue: str, message_id: str, pop_receipt: str) -> None:
        """Delete a taken message."""
        found = self._queue(queue)
        self._taken(found, queue, message_id, pop_receipt)
        del found.messages[message_id]

    async def clear(self, queue: str) -> None:
        """Delete all messages."""
        self._queue(queue)
        self._queues[queue] = _Queue()


class MemoryStreams:
    """Streams; see :class:`azure_functions_lib.delivery.storage.Streams`."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._events: dict[str, list[Event]] = {}
        self._positions: dict[tuple[str, str], int] = {}

    async def names(self, prefix: str = "") -> list[str]:
        """Give the names of the streams, in order."""
        return sorted(name for name in self._events if name.startswith(prefix))

    async def append(self, stream: str, texts: Sequence[str], *, cause: str | None = None) -> None:
        """Add events at the end."""
        events, time = self._events.setdefault(stream, []), self._clock.now()
        first = len(events) + 1
        events.extend(Event(number, text, time, cause) for number, text in enumerate(texts, first))

    async def read(self, stream: str, *, after: int = 0, count: int = 100) -> list[Event]:
        """Give the first events after a position."""
        return self._events.get(stream, [])[after : after + count]

    async def position(self, stream: str, reader: str) -> int:
        """Give how far a reader has come."""
        return self._positions.get((stream, reader), 0)

    async def checkpoint(self, stream: str, reader: str, position: int) -> None:
        """Keep how far a reader has come."""
        self._positions[stream, reader] = position


class MemoryBlobs:
    """Containers of blobs; see :class:`azure_functions_lib.delivery.storage.Blobs`."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._containers: dict[str, dict[str, Blob]] = {}
        self._leases: dict[tuple[str, str], tuple[str, timedelta | None, datetime | None]] = {}
        self._numbers = count(1)

    def _container(self, name: str) -> dict[str, Blob]:
        try:
            return self._containers[name]
        except KeyError:
            raise NotFoundError("ContainerNotFound", f"there is no container {name!r}") from None

    async def create(self, container: str) -> bool:
        """Create a container; False if it exists."""
        made: dict[str, Blob] = {}
        return self._containers.setdefault(container, made) is made

    async def containers(self, prefix: str = "") -> list[str]:
        """Give the names of the containers, in order."""
        return sorted(name for name in self._containers if name.startswith(prefix))

    async def list(self, container: str, prefix: str = "") -> AsyncIterator[BlobProperties]:
        """Give the blobs of a container by name."""
        for name, blob in sorted(self._container(container).items()):
            if name.startswith(prefix):
                yield blob.properties

    async def read(self, container: str, name: str) -> Blob:
        """Read a blob."""
        try:
            return self._container(container)[name]
        except KeyError:
            message = f"container {container!r} has no blob {name!r}"
            raise NotFoundError("BlobNotFound", message) from None

    async def properties(self, container: str, name: str) -> BlobProperties:
        """Look at a blob."""
        return (await self.read(container, name)).properties

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
        """Make a block blob or replace the one of that name."""
        blobs, time = self._container(container), self._clock.now()
        known = blobs.get(name)
        etag = None if known is None else known.properties.etag
        if if_none_match == "*" and known is not None:
            raise ConflictError("BlobAlreadyExists", f"blob {name!r} exists")
        if (if_match is not None and if_match != etag) or (etag and etag == if_none_match):
            raise PreconditionError("ConditionNotMet", f"blob {name!r} has another ETag")
        self._check_lease(container, name, lease_id)
        properties = BlobProperties(
            container,
            name,
            len(content),
            f'"0x{next(self._numbers):016X}"',
            time,
            time if known is None else known.properties.created_on,
            content_type or BlobProperties.content_type,
            md5(content, usedforsecurity=False).digest(),
            dict(metadata or {}),
        )
        blobs[name] = Blob(properties, bytes(content))
        return properties

    async def delete(self, container: str, name: str, *, lease_id: str | None = None) -> None:
        """Delete a blob."""
        await self.read(container, name)
        self._check_lease(container, name, lease_id)
        del self._container(container)[name]

    def _holder(self, container: str, name: str) -> str | None:
        lease_id, _, ends = self._leases.get((container, name), (None, None, None))
        return None if ends is not None and ends <= self._clock.now() else lease_id

    def _check_lease(self, container: str, name: str, lease_id: str | None) -> None:
        holder = self._holder(container, name)
        if holder is not None and lease_id is None:
            raise PreconditionError("LeaseIdMissing", f"blob {name!r} is leased")
        if lease_id is not None and holder != lease_id:
            code = "LeaseNotPresentWithBlobOperation"
            if holder is not None:
                code = "LeaseIdMismatchWithBlobOperation"
            raise PreconditionError(code, f"blob {name!r} is not leased under this id")

    async def acquire_lease(self, container: str, name: str, duration: timedelta | None) -> str:
        """Take the lease of a blob."""
        await self.read(container, name)
        if self._holder(container, name) is not None:
            raise ConflictError("LeaseAlreadyPresent", f"blob {name!r} is leased")
        lease_id = str(uuid4())
        self._hold(container, name, lease_id, duration)
        return lease_id

    def _hold(self, container: str, name: str, lease_id: str, duration: timedelta | None) -> None:
        ends = None if duration is None else self._clock.now() + duration
        self._leases[container, name] = (lease_id, duration, ends)

    async def renew_lease(self, container: str, name: str, lease_id: str) -> None:
        """Hold a lease for its duration again."""
        held, duration, _ = self._leases.get((container, name), (None, None, None))
        if held != lease_id:
            raise _other_lease(name)
        self._hold(container, name, lease_id, duration)

    async def release_lease(self, container: str, name: str, lease_id: str) -> None:
        """Give a lease up."""
        if self._leases.get((container, name), ("",))[0] != lease_id:
            raise _other_lease(name)
        del self._leases[container, name]


def _other_lease(name: str) -> ConflictError:
    code = "LeaseIdMismatchWithLeaseOperation"
    return ConflictError(code, f"blob {name!r} is not leased under this id")


class MemoryTables:
    """Tables; see :class:`azure_functions_lib.delivery.storage.Tables`."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._tables: dict[str, dict[tuple[str, str], Entity]] = {}
        self._names: dict[str, str] = {}
        self._numbers = count(1)

    def _table(self, name: str) -> dict[tuple[str, str], Entity]:
        try:
            return self._tables[name.lower()]
        except KeyError:
            raise NotFoundError("TableNotFound", f"there is no table {name!r}") from None

    async def create(self, table: str) -> bool:
        """Create a table; False if it exists."""
        made: dict[tuple[str, str], Entity] = {}
        self._names.setdefault(table.lower(), table)
        return self._tables.setdefault(table.lower(), made) is made

    async def names(self, prefix: str = "") -> list[str]:
        """Give the names of the tables, in order."""
        return sorted(name for name in self._names.values() if name.startswith(prefix))

    async def get(self, table: str, partition_key: str, row_key: str) -> Entity:
        """Read a row."""
        try:
            return self._table(table)[partition_key, row_key]
        except KeyError:
            message = f"table {table!r} has no row {partition_key!r}, {row_key!r}"
            raise NotFoundError("ResourceNotFound", message) from None

    async def query(
        self,
        table: str,
        *,
        partition_key: str | None = None,
        filter: str | None = None,
        take: int | None = None,
    ) -> AsyncIterator[Entity]:
        """Give the rows that fit, by partition key and row key."""
        self._table(table)
        found = self.all(table)
        if partition_key is not None:
            found = [entity for entity in found if entity.partition_key == partition_key]
        if filter:
            from ..delivery.odata import Filter

            wanted = Filter(filter)
            found = [entity for entity in found if wanted.matches(entity)]
        for entity in found[:take]:
            yield entity

    def all(self, table: str) -> list[Entity]:
        """Give all rows by their keys; none if there is no such table."""
        rows = self._tables.get(table.lower(), {})
        return [entity for _, entity in sorted(rows.items(), key=lambda item: item[0])]

    async def insert(self, table: str, entity: Entity) -> Entity:
        """Add a row."""
        if (entity.partition_key, entity.row_key) in self._table(table):
            raise ConflictError("EntityAlreadyExists", "there is a row with these keys")
        return await self.upsert(table, entity)

    async def upsert(self, table: str, entity: Entity, *, merge: bool = False) -> Entity:
        """Add a row or replace the one with its keys."""
        rows, key = self._table(table), (entity.partition_key, entity.row_key)
        before = rows[key].properties if merge and key in rows else {}
        etag = f'W/"{next(self._numbers)}"'
        rows[key] = replace(
            entity,
            properties={**before, **entity.properties},
            etag=etag,
            timestamp=self._clock.now(),
        )
        return rows[key]

    async def delete(
        self, table: str, partition_key: str, row_key: str, *, if_match: str | None = None
    ) -> None:
        """Delete a row."""
        entity = await self.get(table, partition_key, row_key)
        if if_match not in (None, "*", entity.etag):
            message = f"row {partition_key!r}, {row_key!r} has another ETag"
            raise PreconditionError("UpdateConditionNotSatisfied", message)
        del self._table(table)[partition_key, row_key]
