"""What every store does, whoever keeps it: only the protocols of ``delivery.storage`` are used."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta, timezone
from typing import Any, TypeVar

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

from .conftest import HandClock

T = TypeVar("T")

TEN_SECONDS = timedelta(seconds=10)
START = datetime(2026, 8, 1, 10, tzinfo=timezone.utc)


async def all_of(items: AsyncIterator[T]) -> list[T]:
    return [item async for item in items]


@contextmanager
def refused(kind: type[StorageError], code: str) -> Iterator[None]:
    """Expect a StorageError of a kind, and the service's code in it."""
    with pytest.raises(kind) as info:
        yield
    assert info.value.code == code


class TestQueues:
    async def test_a_queue_is_created_once(self, storage: Storage) -> None:
        assert await storage.queues.create("orders")
        assert not await storage.queues.create("orders")
        await storage.queues.create("bills")
        assert await storage.queues.names() == ["bills", "orders"]
        assert await storage.queues.names("or") == ["orders"]

    @pytest.mark.parametrize(
        "name", ["ab", "a" * 64, "Orders", "a--b", "-ab", "ab-", "a_b", "", "a/b", "q\n", "größe"]
    )
    async def test_a_name_against_the_rules_is_refused(self, storage: Storage, name: str) -> None:
        with refused(InvalidRequestError, "InvalidResourceName"):
            await storage.queues.create(name)
        with refused(InvalidRequestError, "InvalidResourceName"):
            await storage.queues.put(name, "text")

    @pytest.mark.parametrize("name", ["abc", "a" * 63, "1-2-3", "000"])
    async def test_a_name_within_the_rules_is_taken(self, storage: Storage, name: str) -> None:
        assert await storage.queues.create(name)

    async def test_nothing_is_done_with_a_queue_that_is_not_there(self, storage: Storage) -> None:
        queues = storage.queues
        for call in (
            queues.put("orders", "x"),
            queues.get("orders"),
            queues.peek("orders"),
            queues.clear("orders"),
            queues.delete("orders", "1", "2"),
            queues.update("orders", "1", "2", visibility=TEN_SECONDS),
        ):
            with refused(NotFoundError, "QueueNotFound"):
                await call

    async def test_a_message_is_taken_with_all_that_is_known_of_it(self, storage: Storage) -> None:
        await storage.queues.create("orders")
        put = await storage.queues.put("orders", "tea <&> größe")
        (got,) = await storage.queues.get("orders")
        assert (got.id, got.text, got.dequeue_count) == (put.id, "tea <&> größe", 1)
        assert got.inserted_on == put.inserted_on == START
        assert got.expires_on == START + timedelta(days=7)
        assert got.next_visible_on == START + timedelta(seconds=30)
        assert got.pop_receipt
        assert got.pop_receipt != put.pop_receipt

    async def test_a_taken_message_is_there_again_after_its_visibility(
        self, storage: Storage, clock: HandClock
    ) -> None:
        await storage.queues.create("orders")
        await storage.queues.put("orders", "tea")
        (first,) = await storage.queues.get("orders", visibility=TEN_SECONDS)
        clock.pass_by(seconds=9.999)
        assert await storage.queues.get("orders") == []
        clock.pass_by(seconds=0.001)
        (second,) = await storage.queues.get("orders")
        assert (second.id, second.dequeue_count) == (first.id, 2)
        assert second.pop_receipt != first.pop_receipt

    async def test_messages_are_taken_by_when_they_became_visible(
        self, storage: Storage, clock: HandClock
    ) -> None:
        await storage.queues.create("orders")
        for text, seconds in [("c", 5), ("a", 0), ("b", 0), ("d", 5)]:
            await storage.queues.put("orders", text, visibility=timedelta(seconds=seconds))
        assert [m.text for m in await storage.queues.peek("orders", count=32)] == ["a", "b"]
        clock.pass_by(seconds=5)
        got = await storage.queues.get("orders", count=3)
        assert [message.text for message in got] == ["a", "b", "c"]
        assert [message.text for message in await storage.queues.get("orders", count=3)] == ["d"]

    async def test_a_message_expires(self, storage: Storage, clock: HandClock) -> None:
        await storage.queues.create("orders")
        await storage.queues.put("orders", "short", ttl=TEN_SECONDS)
        kept = await storage.queues.put("orders", "for ever", ttl=None)
        assert kept.expires_on is None
        clock.pass_by(seconds=10)
        assert [m.text for m in await storage.queues.peek("orders", count=2)] == ["for ever"]
        clock.pass_by(days=1000)
        assert [m.text for m in await storage.queues.get("orders", count=2)] == ["for ever"]

    async def test_a_message_that_expired_while_it_was_taken_is_gone(
        self, storage: Storage, clock: HandClock
    ) -> None:
        await storage.queues.create("orders")
        await storage.queues.put("orders", "short", ttl=TEN_SECONDS)
        (got,) = await storage.queues.get("orders")
        clock.pass_by(seconds=10)
        with refused(NotFoundError, "MessageNotFound"):
            await storage.queues.update("orders", got.id, got.pop_receipt, visibility=TEN_SECONDS)

    async def test_peeking_changes_nothing(self, storage: Storage) -> None:
        await storage.queues.create("orders")
        await storage.queues.put("orders", "tea")
        (seen,) = await storage.queues.peek("orders")
        assert (seen.dequeue_count, seen.pop_receipt) == (0, "")
        (got,) = await storage.queues.get("orders")
        assert got.dequeue_count == 1

    async def test_a_deleted_message_is_gone(self, storage: Storage, clock: HandClock) -> None:
        await storage.queues.create("orders")
        await storage.queues.put("orders", "tea")
        (got,) = await storage.queues.get("orders")
        await storage.queues.delete("orders", got.id, got.pop_receipt)
        clock.pass_by(hours=1)
        assert await storage.queues.get("orders") == []
        with refused(NotFoundError, "MessageNotFound"):
            await storage.queues.delete("orders", got.id, got.pop_receipt)

    async def test_a_pop_receipt_serves_until_the_message_is_taken_again(
        self, storage: Storage, clock: HandClock
    ) -> None:
        await storage.queues.create("orders")
        await storage.queues.put("orders", "tea")
        (old,) = await storage.queues.get("orders", visibility=TEN_SECONDS)
        clock.pass_by(minutes=1)
        (new,) = await storage.queues.get("orders", visibility=TEN_SECONDS)
        with refused(InvalidRequestError, "PopReceiptMismatch"):
            await storage.queues.delete("orders", old.id, old.pop_receipt)
        with refused(InvalidRequestError, "PopReceiptMismatch"):
            await storage.queues.update("orders", old.id, old.pop_receipt, visibility=TEN_SECONDS)
        clock.pass_by(minutes=1)
        await storage.queues.delete("orders", new.id, new.pop_receipt)

    async def test_a_message_of_another_queue_is_not_found(self, storage: Storage) -> None:
        await storage.queues.create("orders")
        await storage.queues.create("bills")
        await storage.queues.put("orders", "tea")
        (got,) = await storage.queues.get("orders")
        with refused(NotFoundError, "MessageNotFound"):
            await storage.queues.delete("bills", got.id, got.pop_receipt)

    async def test_an_update_renews_visibility_text_and_receipt(
        self, storage: Storage, clock: HandClock
    ) -> None:
        await storage.queues.create("orders")
        await storage.queues.put("orders", "tea")
        (got,) = await storage.queues.get("orders", visibility=TEN_SECONDS)
        clock.pass_by(seconds=5)
        renewed = await storage.queues.update(
            "orders", got.id, got.pop_receipt, visibility=TEN_SECONDS
        )
        assert renewed.text == "tea"
        assert renewed.next_visible_on == clock.now() + TEN_SECONDS
        with refused(InvalidRequestError, "PopReceiptMismatch"):
            await storage.queues.delete("orders", got.id, got.pop_receipt)
        clock.pass_by(seconds=9)
        assert await storage.queues.peek("orders") == []
        await storage.queues.update(
            "orders", got.id, renewed.pop_receipt, visibility=timedelta(0), text="coffee"
        )
        (again,) = await storage.queues.get("orders")
        assert (again.text, again.dequeue_count) == ("coffee", 2)

    async def test_a_put_message_can_be_deleted_by_its_receipt(self, storage: Storage) -> None:
        await storage.queues.create("orders")
        put = await storage.queues.put("orders", "tea")
        await storage.queues.delete("orders", put.id, put.pop_receipt)
        assert await storage.queues.get("orders") == []

    async def test_clearing_deletes_taken_messages_too(
        self, storage: Storage, clock: HandClock
    ) -> None:
        await storage.queues.create("orders")
        for text in "abc":
            await storage.queues.put("orders", text)
        await storage.queues.get("orders")
        await storage.queues.clear("orders")
        clock.pass_by(hours=1)
        assert await storage.queues.get("orders", count=32) == []

    @pytest.mark.parametrize("text", ["", "x" * 65536, "é" * 32768])
    async def test_text_up_to_64_kib_is_kept(self, storage: Storage, text: str) -> None:
        await storage.queues.create("orders")
        await storage.queues.put("orders", text)
        assert [message.text for message in await storage.queues.get("orders")] == [text]

    @pytest.mark.parametrize("text", ["x" * 65537, "é" * 32769])
    async def test_longer_text_is_refused(self, storage: Storage, text: str) -> None:
        await storage.queues.create("orders")
        put = await storage.queues.put("orders", "short")
        with refused(InvalidRequestError, "RequestBodyTooLarge"):
            await storage.queues.put("orders", text)
        with refused(InvalidRequestError, "RequestBodyTooLarge"):
            await storage.queues.update(
                "orders", put.id, put.pop_receipt, visibility=TEN_SECONDS, text=text
            )

    async def test_text_that_is_no_unicode_is_refused(self, storage: Storage) -> None:
        await storage.queues.create("orders")
        with pytest.raises(InvalidRequestError):
            await storage.queues.put("orders", "\ud800")

    async def test_numbers_out_of_range_are_refused(self, storage: Storage) -> None:
        queues = storage.queues
        await queues.create("orders")
        week, second = timedelta(days=7), timedelta(seconds=1)
        for call in (
            queues.get("orders", count=0),
            queues.get("orders", count=33),
            queues.peek("orders", count=33),
            queues.get("orders", visibility=timedelta(0)),
            queues.get("orders", visibility=week + second),
            queues.put("orders", "x", visibility=-second),
            queues.put("orders", "x", visibility=week + second),
            queues.put("orders", "x", ttl=timedelta(0)),
            queues.put("orders", "x", visibility=TEN_SECONDS, ttl=TEN_SECONDS),
            queues.update("orders", "1", "2", visibility=-second),
        ):
            with refused(InvalidRequestError, "OutOfRangeQueryParameterValue"):
                await call


class TestBlobs:
    async def test_a_container_is_created_once(self, storage: Storage) -> None:
        assert await storage.blobs.create("images")
        assert not await storage.blobs.create("images")
        await storage.blobs.create("azure-webjobs-hosts")
        assert await storage.blobs.containers() == ["azure-webjobs-hosts", "images"]
        assert await storage.blobs.containers("im") == ["images"]

    @pytest.mark.parametrize("name", ["ab", "Images", "a--b", "-ab", "ab-", "a_b", "", "$other"])
    async def test_a_name_against_the_rules_is_refused(self, storage: Storage, name: str) -> None:
        with refused(InvalidRequestError, "InvalidResourceName"):
            await storage.blobs.create(name)
        with refused(InvalidRequestError, "InvalidResourceName"):
            await storage.blobs.read(name, "a")

    async def test_system_containers_have_names_of_their_own(self, storage: Storage) -> None:
        assert await storage.blobs.create("$web")

    async def test_nothing_is_done_in_a_container_that_is_not_there(self, storage: Storage) -> None:
        blobs = storage.blobs
        for call in (
            blobs.read("images", "a"),
            blobs.properties("images", "a"),
            blobs.write("images", "a", b""),
            blobs.delete("images", "a"),
            blobs.acquire_lease("images", "a", None),
            all_of(blobs.list("images")),
        ):
            with refused(NotFoundError, "ContainerNotFound"):
                await call

    async def test_nothing_is_done_with_a_blob_that_is_not_there(self, storage: Storage) -> None:
        blobs = storage.blobs
        await blobs.create("images")
        for call in (
            blobs.read("images", "a"),
            blobs.properties("images", "a"),
            blobs.delete("images", "a"),
            blobs.acquire_lease("images", "a", None),
            blobs.renew_lease("images", "a", "1"),
            blobs.release_lease("images", "a", "1"),
        ):
            with refused(NotFoundError, "BlobNotFound"):
                await call

    async def test_a_blob_is_read_as_it_was_written(
        self, storage: Storage, clock: HandClock
    ) -> None:
        await storage.blobs.create("images")
        written = await storage.blobs.write(
            "images",
            "2026/tea größe.png",
            b"\x00\xff",
            content_type="image/png",
            metadata={"Owner": "zoe"},
        )
        blob = await storage.blobs.read("images", "2026/tea größe.png")
        assert blob.content == b"\x00\xff"
        assert blob.properties == written
        assert await storage.blobs.properties("images", "2026/tea größe.png") == written
        assert (written.container, written.name) == ("images", "2026/tea größe.png")
        assert (written.size, written.content_type) == (2, "image/png")
        assert written.content_md5 == hashlib.md5(b"\x00\xff", usedforsecurity=False).digest()
        assert written.metadata == {"Owner": "zoe"}
        assert written.last_modified == written.created_on == clock.now()
        assert written.etag.startswith('"')
        assert written.etag.endswith('"')

    async def test_writing_again_replaces_all_but_the_date_of_creation(
        self, storage: Storage, clock: HandClock
    ) -> None:
        await storage.blobs.create("images")
        old = await storage.blobs.write(
            "images", "a", b"1", content_type="text/plain", metadata={"a": "b"}
        )
        clock.pass_by(seconds=60)
        new = await storage.blobs.write("images", "a", b"22")
        assert (await storage.blobs.read("images", "a")).content == b"22"
        assert (new.size, new.content_type, new.metadata) == (2, "application/octet-stream", {})
        assert new.etag != old.etag
        assert new.created_on == old.created_on
        assert new.last_modified == clock.now()

    async def test_a_list_gives_names_in_order_that_begin_with_the_prefix(
        self, storage: Storage
    ) -> None:
        await storage.blobs.create("images")
        await storage.blobs.create("other")
        await storage.blobs.write("other", "a/0", b"")
        names = ["b", "a/1", "a/2", "a", "a%", "a0"]
        for name in names:
            await storage.blobs.write("images", name, b"x")
        assert [b.name for b in await all_of(storage.blobs.list("images"))] == sorted(names)
        found = await all_of(storage.blobs.list("images", "a/"))
        assert [blob.name for blob in found] == ["a/1", "a/2"]
        assert [blob.name for blob in await all_of(storage.blobs.list("images", "a%"))] == ["a%"]
        assert await all_of(storage.blobs.list("images", "z")) == []

    async def test_a_long_list_is_complete(self, storage: Storage) -> None:
        await storage.blobs.create("images")
        names = [f"{number:04}" for number in range(1100)]
        await asyncio.gather(*(storage.blobs.write("images", name, b"") for name in names[::-1]))
        assert [blob.name for blob in await all_of(storage.blobs.list("images"))] == names

    async def test_a_deleted_blob_is_gone(self, storage: Storage) -> None:
        await storage.blobs.create("images")
        await storage.blobs.write("images", "a", b"1")
        await storage.blobs.delete("images", "a")
        with refused(NotFoundError, "BlobNotFound"):
            await storage.blobs.read("images", "a")
        await storage.blobs.write("images", "a", b"2")
        assert (await storage.blobs.read("images", "a")).content == b"2"

    async def test_a_write_may_demand_the_etag_that_it_knows(self, storage: Storage) -> None:
        await storage.blobs.create("images")
        old = await storage.blobs.write("images", "a", b"1")
        new = await storage.blobs.write("images", "a", b"2", if_match=old.etag)
        with refused(PreconditionError, "ConditionNotMet"):
            await storage.blobs.write("images", "a", b"3", if_match=old.etag)
        with refused(PreconditionError, "ConditionNotMet"):
            await storage.blobs.write("images", "missing", b"3", if_match=old.etag)
        with refused(PreconditionError, "ConditionNotMet"):
            await storage.blobs.write("images", "a", b"3", if_none_match=new.etag)
        await storage.blobs.write("images", "a", b"4", if_none_match=old.etag)
        assert (await storage.blobs.read("images", "a")).content == b"4"

    async def test_a_write_may_demand_that_the_blob_is_new(self, storage: Storage) -> None:
        await storage.blobs.create("images")
        await storage.blobs.write("images", "a", b"1", if_none_match="*")
        with refused(ConflictError, "BlobAlreadyExists"):
            await storage.blobs.write("images", "a", b"2", if_none_match="*")
        assert (await storage.blobs.read("images", "a")).content == b"1"

    @pytest.mark.parametrize("name", ["", "x" * 1025, "\ud800"])
    async def test_a_blob_name_against_the_rules_is_refused(
        self, storage: Storage, name: str
    ) -> None:
        await storage.blobs.create("images")
        with pytest.raises(InvalidRequestError):
            await storage.blobs.write("images", name, b"")
        with pytest.raises(InvalidRequestError):
            await storage.blobs.read("images", name)

    @pytest.mark.parametrize("metadata", [{"a-b": "x"}, {"1": "x"}, {"a": "x\ny"}, {"": "x"}])
    async def test_metadata_that_no_header_carries_is_refused(
        self, storage: Storage, metadata: dict[str, str]
    ) -> None:
        await storage.blobs.create("images")
        with refused(InvalidRequestError, "InvalidMetadata"):
            await storage.blobs.write("images", "a", b"", metadata=metadata)


class TestStreams:
    async def test_events_are_read_in_order_from_a_position(
        self, storage: Storage, clock: HandClock
    ) -> None:
        name = "Shop/größe $1"
        assert await storage.streams.read(name) == []
        await storage.streams.append(name, ["a", "b"])
        clock.pass_by(seconds=1)
        await storage.streams.append(name, ["c"])
        await storage.streams.append("other", ["x"])
        await storage.streams.append(name, [])
        read = await storage.streams.read(name)
        assert [(event.position, event.text) for event in read] == [(1, "a"), (2, "b"), (3, "c")]
        assert [event.enqueued_on for event in read] == [START, START, clock.now()]
        assert await storage.streams.read(name, after=1, count=1) == read[1:2]
        assert await storage.streams.names() == [name, "other"]
        assert await storage.streams.names("o") == ["other"]

    async def test_each_reader_has_its_position(self, storage: Storage) -> None:
        await storage.streams.append("shop", ["a", "b"])
        assert await storage.streams.position("shop", "bills") == 0
        await storage.streams.checkpoint("shop", "bills", 1)
        await storage.streams.checkpoint("shop", "bills", 2)
        assert await storage.streams.position("shop", "bills") == 2
        assert await storage.streams.position("shop", "mails") == 0

    async def test_an_event_that_is_too_large_keeps_the_others_out(self, storage: Storage) -> None:
        await storage.streams.append("shop", ["x" * 2**20])
        with refused(InvalidRequestError, "RequestBodyTooLarge"):
            await storage.streams.append("shop", ["a", "x" * (2**20 + 1)])
        with pytest.raises(InvalidRequestError):
            await storage.streams.append("shop", ["a", "\ud800"])
        assert len(await storage.streams.read("shop")) == 1


QUARTER = timedelta(seconds=15)


class TestLeases:
    async def leased(self, storage: Storage, duration: timedelta | None = QUARTER) -> str:
        await storage.blobs.create("locks")
        await storage.blobs.write("locks", "timer", b"1")
        return await storage.blobs.acquire_lease("locks", "timer", duration)

    async def test_one_has_the_lease(self, storage: Storage) -> None:
        assert await self.leased(storage)
        with refused(ConflictError, "LeaseAlreadyPresent"):
            await storage.blobs.acquire_lease("locks", "timer", QUARTER)

    async def test_a_lease_ends_by_itself(self, storage: Storage, clock: HandClock) -> None:
        await self.leased(storage)
        clock.pass_by(seconds=15)
        assert await storage.blobs.acquire_lease("locks", "timer", QUARTER)

    async def test_a_lease_without_an_end_lasts(self, storage: Storage, clock: HandClock) -> None:
        await self.leased(storage, None)
        clock.pass_by(days=400)
        with refused(ConflictError, "LeaseAlreadyPresent"):
            await storage.blobs.acquire_lease("locks", "timer", QUARTER)

    async def test_a_lease_is_renewed_from_now(self, storage: Storage, clock: HandClock) -> None:
        lease = await self.leased(storage)
        clock.pass_by(seconds=10)
        await storage.blobs.renew_lease("locks", "timer", lease)
        clock.pass_by(seconds=10)
        with refused(ConflictError, "LeaseAlreadyPresent"):
            await storage.blobs.acquire_lease("locks", "timer", QUARTER)

    async def test_a_lease_that_ended_is_renewed_unless_something_happened(
        self, storage: Storage, clock: HandClock
    ) -> None:
        lease = await self.leased(storage)
        clock.pass_by(seconds=20)
        await storage.blobs.renew_lease("locks", "timer", lease)
        clock.pass_by(seconds=20)
        await storage.blobs.write("locks", "timer", b"2")
        with refused(ConflictError, "LeaseIdMismatchWithLeaseOperation"):
            await storage.blobs.renew_lease("locks", "timer", lease)

    async def test_a_released_lease_is_free(self, storage: Storage) -> None:
        lease = await self.leased(storage)
        await storage.blobs.release_lease("locks", "timer", lease)
        other = await storage.blobs.acquire_lease("locks", "timer", QUARTER)
        assert other != lease
        for call in (storage.blobs.renew_lease, storage.blobs.release_lease):
            with refused(ConflictError, "LeaseIdMismatchWithLeaseOperation"):
                await call("locks", "timer", lease)

    async def test_only_the_holder_writes_and_deletes(self, storage: Storage) -> None:
        lease = await self.leased(storage)
        other = "00000000-0000-0000-0000-000000000000"
        with refused(PreconditionError, "LeaseIdMissing"):
            await storage.blobs.write("locks", "timer", b"2")
        with refused(PreconditionError, "LeaseIdMismatchWithBlobOperation"):
            await storage.blobs.write("locks", "timer", b"2", lease_id=other)
        with refused(PreconditionError, "LeaseIdMissing"):
            await storage.blobs.delete("locks", "timer")
        await storage.blobs.write("locks", "timer", b"2", lease_id=lease)
        assert (await storage.blobs.read("locks", "timer")).content == b"2"
        with refused(ConflictError, "LeaseAlreadyPresent"):
            await storage.blobs.acquire_lease("locks", "timer", QUARTER)
        await storage.blobs.delete("locks", "timer", lease_id=lease)

    async def test_a_write_under_a_lease_that_is_gone_is_refused(
        self, storage: Storage, clock: HandClock
    ) -> None:
        lease = await self.leased(storage)
        clock.pass_by(seconds=15)
        with refused(PreconditionError, "LeaseNotPresentWithBlobOperation"):
            await storage.blobs.write("locks", "timer", b"2", lease_id=lease)

    async def test_a_lease_leaves_the_etag_as_it_was(self, storage: Storage) -> None:
        await self.leased(storage)
        before = await storage.blobs.properties("locks", "timer")
        await storage.blobs.write("locks", "other", b"")
        assert (await storage.blobs.properties("locks", "timer")).etag == before.etag

    @pytest.mark.parametrize("seconds", [0, 14, 61])
    async def test_a_lease_is_15_to_60_seconds(self, storage: Storage, seconds: int) -> None:
        with refused(InvalidRequestError, "InvalidHeaderValue"):
            await self.leased(storage, timedelta(seconds=seconds))


TEA = Entity("drinks", "tea", {"Price": 3, "Hot": True, "Name": "Green 'tea'"})


class TestTables:
    async def test_a_table_is_created_once_whatever_its_case(self, storage: Storage) -> None:
        assert await storage.tables.create("Products")
        assert not await storage.tables.create("products")
        await storage.tables.create("Bills")
        assert await storage.tables.names() == ["Bills", "Products"]
        assert await storage.tables.names("Pro") == ["Products"]

    @pytest.mark.parametrize("name", ["ab", "a" * 64, "1abc", "a-b-c", "a_b", "", "tables"])
    async def test_a_name_against_the_rules_is_refused(self, storage: Storage, name: str) -> None:
        with refused(InvalidRequestError, "InvalidResourceName"):
            await storage.tables.create(name)

    async def test_nothing_is_done_with_a_table_that_is_not_there(self, storage: Storage) -> None:
        tables = storage.tables
        for call in (
            tables.get("Products", "a", "b"),
            tables.insert("Products", TEA),
            tables.upsert("Products", TEA),
            tables.delete("Products", "a", "b"),
            all_of(tables.query("Products")),
        ):
            with refused(NotFoundError, "TableNotFound"):
                await call

    async def test_a_row_is_read_as_it_was_written(
        self, storage: Storage, clock: HandClock
    ) -> None:
        await storage.tables.create("Products")
        properties = {
            "Price": 3.5,
            "Count": 7,
            "Hot": False,
            "Name": "größe",
            "Made": "2026-08-01T10:00:00Z",
            "Made@odata.type": "Edm.DateTime",
        }
        written = await storage.tables.insert("Products", Entity("a", "b", properties))
        read = await storage.tables.get("Products", "a", "b")
        assert read == written
        assert read.properties == properties
        assert read.timestamp == clock.now()
        assert read.etag

    async def test_a_property_without_a_value_is_not_kept(self, storage: Storage) -> None:
        await storage.tables.create("Products")
        await storage.tables.insert("Products", Entity("a", "b", {"Name": None, "Count": 1}))
        assert (await storage.tables.get("Products", "a", "b")).properties == {"Count": 1}

    async def test_a_row_that_is_there_is_not_inserted(self, storage: Storage) -> None:
        await storage.tables.create("Products")
        await storage.tables.insert("Products", TEA)
        with refused(ConflictError, "EntityAlreadyExists"):
            await storage.tables.insert("Products", Entity("drinks", "tea"))
        assert (await storage.tables.get("Products", "drinks", "tea")).properties == TEA.properties

    async def test_a_row_is_replaced_or_merged(self, storage: Storage) -> None:
        await storage.tables.create("Products")
        first = await storage.tables.upsert("Products", TEA)
        merged = await storage.tables.upsert(
            "Products", Entity("drinks", "tea", {"Price": 4}), merge=True
        )
        assert merged.properties == {**TEA.properties, "Price": 4}
        assert merged.etag != first.etag
        replaced = await storage.tables.upsert("Products", Entity("drinks", "tea", {"Price": 5}))
        assert replaced.properties == {"Price": 5}
        assert (await storage.tables.get("Products", "drinks", "tea")) == replaced

    async def test_a_merged_value_loses_the_old_type(self, storage: Storage) -> None:
        await storage.tables.create("Products")
        old = {"Count": "5", "Count@odata.type": "Edm.Int64"}
        await storage.tables.insert("Products", Entity("a", "b", old))
        merged = await storage.tables.upsert("Products", Entity("a", "b", {"Count": 5}), merge=True)
        assert merged.properties == {"Count": 5}

    async def test_a_row_is_deleted(self, storage: Storage) -> None:
        await storage.tables.create("Products")
        row = await storage.tables.insert("Products", TEA)
        await storage.tables.upsert("Products", TEA)
        with refused(PreconditionError, "UpdateConditionNotSatisfied"):
            await storage.tables.delete("Products", "drinks", "tea", if_match=row.etag)
        await storage.tables.delete("Products", "drinks", "tea")
        for call in (storage.tables.get, storage.tables.delete):
            with refused(NotFoundError, "ResourceNotFound"):
                await call("Products", "drinks", "tea")

    async def test_rows_are_given_in_the_order_of_their_keys(self, storage: Storage) -> None:
        await storage.tables.create("Products")
        keys = [("b", "1"), ("a", "2"), ("a", "10"), ("a", ""), ("", "x")]
        for partition, row in keys:
            await storage.tables.insert("Products", Entity(partition, row))
        found = await all_of(storage.tables.query("Products"))
        assert [(row.partition_key, row.row_key) for row in found] == sorted(keys)
        found = await all_of(storage.tables.query("Products", partition_key="a"))
        assert [row.row_key for row in found] == ["", "10", "2"]
        found = await all_of(storage.tables.query("Products", partition_key="a", take=2))
        assert [row.row_key for row in found] == ["", "10"]

    async def test_a_long_answer_is_complete(self, storage: Storage) -> None:
        await storage.tables.create("Products")
        rows = [Entity("a", f"{number:04}", {"Number": number}) for number in range(1100)]
        await asyncio.gather(*(storage.tables.insert("Products", row) for row in rows[::-1]))
        assert len(await all_of(storage.tables.query("Products"))) == 1100
        found = await all_of(storage.tables.query("Products", filter="Number ge 1098"))
        assert [row.row_key for row in found] == ["1098", "1099"]
        assert len(await all_of(storage.tables.query("Products", take=600))) == 600

    @pytest.mark.parametrize(
        ("filter", "expected"),
        [
            ("PartitionKey eq 'drinks'", "coffee tea"),
            ("PartitionKey eq 'drinks' and RowKey eq 'tea'", "tea"),
            ("PartitionKey eq 'none'", ""),
            ("Price gt 3", "coffee cake"),
            ("Price ge 3 and Price lt 5", "tea coffee"),
            ("Price le 3.0 or Price eq 5L", "tea cake"),
            ("not (Price gt 3)", "tea"),
            ("Name eq 'Green ''tea'''", "tea"),
            ("Name ne 'Coffee'", "tea cake"),
            ("Hot", "tea coffee"),
            ("not Hot", "cake"),
            ("Hot eq false", "cake"),
            ("Missing eq 1", ""),
            ("Missing ne 1", ""),
            ("Price eq '3'", ""),
            ("Made ge datetime'2026-01-01T00:00:00Z'", "tea"),
            ("Id eq guid'c0ffee00-0000-4000-8000-000000000001'", "coffee"),
            ("Big gt 9000000000", "cake"),
            ("Mark eq X'c0ff'", "cake"),
            ("Broken eq 1 or Broken ne 1", ""),
            ("Timestamp eq datetime'2026-08-01T10:00:00Z'", "tea coffee cake"),
            ("", "tea coffee cake"),
        ],
    )
    async def test_a_filter_picks_rows(self, storage: Storage, filter: str, expected: str) -> None:
        await storage.tables.create("Products")
        rows = {
            "tea": {**TEA.properties, **typed("Made", "2026-08-01T00:00:00Z", "DateTime")},
            "coffee": {
                "Price": 4.5,
                "Hot": True,
                "Name": "Coffee",
                **typed("Id", "C0FFEE00-0000-4000-8000-000000000001", "Guid"),
            },
            "cake": {
                "Price": 5,
                "Hot": False,
                "Name": "Cake",
                **typed("Big", "9000000001", "Int64"),
                **typed("Mark", "wP8=", "Binary"),
                **typed("Broken", "many", "Int64"),
            },
        }
        for name, properties in rows.items():
            partition = "food" if name == "cake" else "drinks"
            await storage.tables.insert("Products", Entity(partition, name, properties))
        found = await all_of(storage.tables.query("Products", filter=filter))
        assert sorted(row.row_key for row in found) == sorted(expected.split())

    @pytest.mark.parametrize(
        "filter",
        [
            "Price gt",
            "Price 3",
            "(Price gt 3",
            "Price gt 3)",
            "Price gt 'x",
            "and",
            "Price gt 3 and",
            "datetime'yesterday' lt Made",
            "guid'x' eq Id",
            "X'xyz' eq Mark",
            "Price > 3",
            "5x eq Price",
            "(" * 5000 + "Hot" + ")" * 5000,
            "not " * 5000 + "Hot",
        ],
    )
    async def test_a_filter_that_cannot_be_read_is_refused(
        self, storage: Storage, filter: str
    ) -> None:
        await storage.tables.create("Products")
        with refused(InvalidRequestError, "InvalidInput"):
            await all_of(storage.tables.query("Products", filter=filter))

    @pytest.mark.parametrize("key", ["a/b", "a\\b", "a#b", "a?b", "a\nb", "x" * 513, "\ud800"])
    async def test_a_key_against_the_rules_is_refused(self, storage: Storage, key: str) -> None:
        await storage.tables.create("Products")
        for entity in (Entity(key, "b"), Entity("a", key)):
            with pytest.raises(InvalidRequestError):
                await storage.tables.insert("Products", entity)
            with pytest.raises(InvalidRequestError):
                await storage.tables.upsert("Products", entity)

    @pytest.mark.parametrize(
        ("properties", "code"),
        [
            ({"Tags": ["a"]}, "InvalidInput"),
            ({"When": START}, "InvalidInput"),
            ({"a b": 1}, "PropertyNameInvalid"),
            ({"1": 1}, "PropertyNameInvalid"),
            ({f"P{number}": 1 for number in range(253)}, "TooManyProperties"),
            ({"Text": "x" * 32769}, "PropertyValueTooLarge"),
            ({f"Text{number}": "x" * 32768 for number in range(17)}, "EntityTooLarge"),
        ],
    )
    async def test_properties_against_the_rules_are_refused(
        self, storage: Storage, properties: dict[str, Any], code: str
    ) -> None:
        await storage.tables.create("Products")
        with refused(InvalidRequestError, code):
            await storage.tables.insert("Products", Entity("a", "b", properties))


def typed(name: str, value: str, edm: str) -> dict[str, str]:
    return {name: value, f"{name}@odata.type": f"Edm.{edm}"}
