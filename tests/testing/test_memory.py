"""The test client's storage keeps to the protocols that the rules of delivery ask for."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta, timezone

import pytest

from azure_functions_lib.delivery.storage import (
    ConflictError,
    Entity,
    InvalidRequestError,
    NotFoundError,
    PreconditionError,
    Storage,
    StorageError,
)
from azure_functions_lib.testing.clock import JumpingClock
from azure_functions_lib.testing.memory import MemoryStorage
from azure_functions_lib.testing.waitless import now

START = datetime(2026, 11, 27, 22, tzinfo=timezone.utc)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def clock() -> JumpingClock:
    return JumpingClock(START)


@pytest.fixture
def storage(clock: JumpingClock) -> Storage:
    return MemoryStorage(clock)


@contextmanager
def refused(kind: type[StorageError], code: str) -> Iterator[None]:
    with pytest.raises(kind) as raised:
        yield
    assert raised.value.code == code


def test_a_message_is_taken_by_one_reader_at_a_time(storage: Storage, clock: JumpingClock) -> None:
    queues = storage.queues
    assert now(queues.create("q"))
    assert not now(queues.create("q"))
    for text in "abc":
        now(queues.put("q", text))
    now(queues.put("q", "later", visibility=2 * MINUTE))
    first, second = now(queues.get("q", count=2, visibility=MINUTE))
    assert (first.text, second.text, first.dequeue_count) == ("a", "b", 1)
    assert [each.text for each in now(queues.peek("q", count=9))] == ["c"]
    clock.jump(START + MINUTE)
    again = now(queues.get("q", count=9))
    assert [(each.text, each.dequeue_count) for each in again] == [("c", 1), ("a", 2), ("b", 2)]
    with refused(InvalidRequestError, "PopReceiptMismatch"):
        now(queues.delete("q", first.id, first.pop_receipt))
    now(queues.delete("q", again[1].id, again[1].pop_receipt))
    with refused(NotFoundError, "MessageNotFound"):
        now(queues.delete("q", again[1].id, again[1].pop_receipt))
    moved = now(
        queues.update("q", again[2].id, again[2].pop_receipt, visibility=5 * MINUTE, text="B")
    )
    assert (moved.text, moved.next_visible_on) == ("B", START + 6 * MINUTE)
    now(queues.clear("q"))
    assert now(queues.peek("q")) == []
    assert now(queues.names("q")) == ["q"]
    with refused(NotFoundError, "QueueNotFound"):
        now(queues.get("none"))


def test_a_message_is_dropped_when_it_has_expired(storage: Storage, clock: JumpingClock) -> None:
    now(storage.queues.create("q"))
    now(storage.queues.put("q", "short", ttl=MINUTE))
    now(storage.queues.put("q", "for ever", ttl=None))
    clock.jump(START + timedelta(days=4000))
    assert [each.text for each in now(storage.queues.get("q", count=9))] == ["for ever"]


def test_what_is_kept_beside_a_message(storage: Storage) -> None:
    now(storage.queues.create("q"))
    now(storage.queues.put("q", "x", cause="before"))
    (taken,) = now(storage.queues.get("q"))
    assert (taken.cause, taken.failure) == ("before", None)
    now(
        storage.queues.update(
            "q", taken.id, taken.pop_receipt, visibility=timedelta(0), failure="why"
        )
    )
    (seen,) = now(storage.queues.peek("q"))
    assert (seen.cause, seen.failure) == ("before", "why")


def test_blobs_are_written_under_conditions(storage: Storage) -> None:
    blobs = storage.blobs
    with refused(NotFoundError, "ContainerNotFound"):
        now(blobs.write("c", "a", b""))
    assert now(blobs.create("c"))
    first = now(blobs.write("c", "a", b"1", content_type="text/csv", metadata={"k": "v"}))
    with refused(ConflictError, "BlobAlreadyExists"):
        now(blobs.write("c", "a", b"2", if_none_match="*"))
    second = now(blobs.write("c", "a", b"2", if_match=first.etag))
    with refused(PreconditionError, "ConditionNotMet"):
        now(blobs.write("c", "a", b"3", if_match=first.etag))
    with refused(PreconditionError, "ConditionNotMet"):
        now(blobs.write("c", "a", b"3", if_none_match=second.etag))
    assert (first.content_type, dict(first.metadata), first.size) == ("text/csv", {"k": "v"}, 1)
    assert now(blobs.properties("c", "a")) == second
    assert now(blobs.read("c", "a")).content == b"2"
    assert now(blobs.containers("c")) == ["c"]


async def names(storage: Storage, prefix: str) -> list[str]:
    return [each.name async for each in storage.blobs.list("c", prefix)]


def test_blobs_are_listed_by_name(storage: Storage) -> None:
    now(storage.blobs.create("c"))
    for name in ("b/2", "a", "b/1"):
        now(storage.blobs.write("c", name, b""))
    assert now(names(storage, "")) == ["a", "b/1", "b/2"]
    assert now(names(storage, "b/")) == ["b/1", "b/2"]
    now(storage.blobs.delete("c", "a"))
    with refused(NotFoundError, "BlobNotFound"):
        now(storage.blobs.delete("c", "a"))


def test_a_lease_keeps_others_from_writing(storage: Storage, clock: JumpingClock) -> None:
    blobs = storage.blobs
    now(blobs.create("c"))
    now(blobs.write("c", "a", b"1"))
    lease = now(blobs.acquire_lease("c", "a", MINUTE))
    with refused(ConflictError, "LeaseAlreadyPresent"):
        now(blobs.acquire_lease("c", "a", MINUTE))
    with refused(PreconditionError, "LeaseIdMissing"):
        now(blobs.write("c", "a", b"2"))
    with refused(PreconditionError, "LeaseIdMismatchWithBlobOperation"):
        now(blobs.delete("c", "a", lease_id="another"))
    now(blobs.write("c", "a", b"2", lease_id=lease))
    clock.jump(START + 0.9 * MINUTE)
    now(blobs.renew_lease("c", "a", lease))
    clock.jump(START + 1.5 * MINUTE)
    with refused(PreconditionError, "LeaseIdMissing"):
        now(blobs.write("c", "a", b"3"))
    for operation in (blobs.renew_lease, blobs.release_lease):
        with refused(ConflictError, "LeaseIdMismatchWithLeaseOperation"):
            now(operation("c", "a", "another"))
    now(blobs.release_lease("c", "a", lease))
    with refused(PreconditionError, "LeaseNotPresentWithBlobOperation"):
        now(blobs.write("c", "a", b"3", lease_id=lease))
    now(blobs.acquire_lease("c", "a", MINUTE))
    clock.jump(START + 9 * MINUTE)
    now(blobs.write("c", "a", b"4"))


async def rows(storage: Storage, **query: object) -> list[str]:
    found = storage.tables.query("T", **query)  # type: ignore[arg-type]
    return [f"{each.partition_key}{each.row_key}" async for each in found]


def test_rows(storage: Storage) -> None:
    tables = storage.tables
    with refused(NotFoundError, "TableNotFound"):
        now(tables.get("T", "p", "1"))
    now(tables.create("T"))
    assert not now(tables.create("t"))
    assert now(tables.names()) == ["T"]
    first = now(tables.insert("T", Entity("p", "1", {"A": 1})))
    with refused(ConflictError, "EntityAlreadyExists"):
        now(tables.insert("T", Entity("p", "1")))
    assert now(tables.upsert("T", Entity("p", "1", {"B": 2}), merge=True)).properties == {
        "A": 1,
        "B": 2,
    }
    assert now(tables.upsert("T", Entity("p", "1", {"B": 3}))).properties == {"B": 3}
    now(tables.upsert("T", Entity("o", "2", {"B": 1})))
    assert now(rows(storage)) == ["o2", "p1"]
    assert now(rows(storage, take=1)) == ["o2"]
    assert now(rows(storage, partition_key="p")) == ["p1"]
    assert now(rows(storage, filter="B gt 1")) == ["p1"]
    with refused(PreconditionError, "UpdateConditionNotSatisfied"):
        now(tables.delete("T", "p", "1", if_match=first.etag))
    now(tables.delete("T", "p", "1", if_match="*"))
    with refused(NotFoundError, "ResourceNotFound"):
        now(tables.delete("T", "p", "1"))


def test_streams_are_read_by_each_reader_from_where_it_was(storage: Storage) -> None:
    streams = storage.streams
    now(streams.append("s", ["a", "b"]))
    now(streams.append("s", ["c"]))
    events = now(streams.read("s", after=1))
    assert [(each.position, each.text) for each in events] == [(2, "b"), (3, "c")]
    assert now(streams.position("s", "reader")) == 0
    now(streams.checkpoint("s", "reader", 2))
    assert now(streams.position("s", "reader")) == 2
    assert now(streams.names()) == ["s"]


def test_a_coroutine_that_waits_is_refused() -> None:
    import asyncio

    async def waits() -> None:
        await asyncio.sleep(1)

    async def main() -> None:
        with pytest.raises(RuntimeError, match="await it in an event loop"):
            now(waits())

    asyncio.run(main())
