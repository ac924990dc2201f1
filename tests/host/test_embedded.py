"""The embedded store's file: what survives, who shares it, and what becomes of a broken one."""

from __future__ import annotations

import asyncio
import contextlib
import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

from azure_functions_lib.delivery.storage import (
    InvalidRequestError,
    NotFoundError,
    UnavailableError,
)
from azure_functions_lib.host.storage.embedded import EmbeddedStorage

from .conftest import HandClock

HOUR = timedelta(hours=1)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "state.db"


class Program:
    """A Python program in a process of its own that talks by lines."""

    def __init__(self, body: str, *arguments: object) -> None:
        head = """
            import asyncio, sys
            from datetime import timedelta
            from pathlib import Path
            from azure_functions_lib.host.storage.embedded import EmbeddedStorage

            def say(text):
                print(text, flush=True)

            storage = EmbeddedStorage(Path(sys.argv[1]))
            queues, blobs = storage.queues, storage.blobs

        """
        indented = "".join(f"    {line}\n" for line in dedent(body).strip().splitlines())
        source = f"{dedent(head)}async def main():\n{indented}\nasyncio.run(main())\n"
        self.process = subprocess.Popen(
            [sys.executable, "-c", source, *map(str, arguments)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def line(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()

    def lines(self) -> list[str]:
        """What it says until its end, which must be a good one."""
        assert self.process.stdout is not None
        lines = self.process.stdout.read().split("\n")[:-1]
        assert self.process.wait() == 0
        return lines

    def kill(self) -> list[str]:
        """What it said until it was killed."""
        self.process.kill()
        assert self.process.stdout is not None
        lines = self.process.stdout.read().split("\n")[:-1]
        self.process.wait()
        return lines


@pytest.fixture
def program() -> Iterator[Any]:
    with contextlib.ExitStack() as stack:

        def start(body: str, *arguments: object) -> Program:
            program = Program(body, *arguments)
            stack.enter_context(program.process)
            stack.callback(program.process.kill)
            return program

        yield start


@pytest.mark.slow
class TestProcesses:
    async def test_several_processes_write_at_once(self, file: Path, program: Any) -> None:
        body = """
            await queues.create("orders")
            for group in range(10):
                await asyncio.gather(
                    *(queues.put("orders", f"{sys.argv[2]} {group} {n}") for n in range(20))
                )
            await storage.close()
        """
        for writer in [program(body, file, number) for number in range(4)]:
            writer.lines()
        async with EmbeddedStorage(file) as storage:
            got = await self.everything(storage)
        assert sorted(got) == sorted(
            f"{writer} {group} {n}" for writer in range(4) for group in range(10) for n in range(20)
        )

    async def test_several_processes_share_the_messages(self, file: Path, program: Any) -> None:
        async with EmbeddedStorage(file) as storage:
            await storage.queues.create("orders")
            await asyncio.gather(*(storage.queues.put("orders", str(n)) for n in range(300)))
        body = """
            while got := await queues.get("orders", count=5):
                for message in got:
                    await queues.delete("orders", message.id, message.pop_receipt)
                    say(message.text)
            await storage.close()
        """
        readers = [program(body, file) for _ in range(3)]
        got = [line for reader in readers for line in reader.lines()]
        assert sorted(got) == sorted(map(str, range(300)))

    async def test_no_acknowledged_write_is_lost_when_the_writer_is_killed(
        self, file: Path, program: Any
    ) -> None:
        body = """
            await queues.create("orders")
            async def put(writer):
                for number in range(10_000):
                    await queues.put("orders", f"{writer} {number}")
                    say(f"{writer} {number}")
            await asyncio.gather(*map(put, range(8)))
        """
        acknowledged = []
        for lines in (1, 40, 400):
            writer = program(body, file)
            acknowledged += [writer.line() for _ in range(lines)]
            acknowledged += writer.kill()
        async with EmbeddedStorage(file) as storage:
            got = await self.everything(storage)
        for text in set(acknowledged):
            assert got.count(text) >= acknowledged.count(text)
        assert len(got) <= len(acknowledged) + 3 * 8

    async def test_what_a_killed_process_had_taken_is_free_at_the_next_start(
        self, file: Path, program: Any
    ) -> None:
        idler = program(
            "await queues.create('idle'); await queues.get('idle'); say(1); sys.stdin.readline()",
            file,
        )
        idler.line()
        idler.kill()
        taker = program(self.TAKE, file)
        assert taker.line() == "taken 2"
        taker.kill()
        async with EmbeddedStorage(file) as storage:
            got = await storage.queues.get("orders", count=32)
            assert [message.text for message in got] == ["a", "b"]
            assert [message.dequeue_count for message in got] == [2, 2]
            assert await storage.blobs.acquire_lease("locks", "timer", None)
        assert not list(file.parent.glob("*owner*"))

    async def test_what_a_killed_process_had_taken_is_free_for_another_that_runs(
        self, file: Path, program: Any
    ) -> None:
        async with EmbeddedStorage(file) as storage:
            taker = program(self.TAKE, file)
            assert taker.line() == "taken 2"
            assert await storage.queues.get("orders", count=32) == []
            taker.kill()
            for _ in range(300):
                got = await storage.queues.get("orders", count=32)
                if got:
                    break
                await asyncio.sleep(0.01)
            assert [message.text for message in got] == ["a", "b"]

    async def test_a_living_process_keeps_what_it_has_taken(self, file: Path, program: Any) -> None:
        taker = program(self.TAKE, file)
        assert taker.line() == "taken 2"
        async with EmbeddedStorage(file) as storage:
            assert await storage.queues.get("orders", count=32) == []
            with pytest.raises(Exception, match="leased by somebody else"):
                await storage.blobs.acquire_lease("locks", "timer", None)
        taker.process.communicate("end\n")
        async with EmbeddedStorage(file) as storage:
            assert len(await storage.queues.get("orders", count=32)) == 2

    TAKE = """
        await queues.create("orders")
        for text in "ab":
            await queues.put("orders", text)
        got = await queues.get("orders", count=32, visibility=timedelta(days=1))
        await blobs.create("locks")
        await blobs.write("locks", "timer", b"")
        await blobs.acquire_lease("locks", "timer", None)
        say(f"taken {len(got)}")
        sys.stdin.readline()
        await storage.close()
    """

    async def everything(self, storage: EmbeddedStorage) -> list[str]:
        got = []
        while messages := await storage.queues.get("orders", count=32, visibility=HOUR):
            got += [message.text for message in messages]
        return got


class TestFile:
    async def test_what_was_stored_is_there_after_a_restart(
        self, file: Path, clock: HandClock
    ) -> None:
        async with EmbeddedStorage(file, now=clock.now) as storage:
            await storage.queues.create("orders")
            put = await storage.queues.put("orders", "tea", visibility=HOUR)
            await storage.blobs.create("images")
            written = await storage.blobs.write("images", "a", b"1")
        clock.pass_by(hours=1)
        async with EmbeddedStorage(file, now=clock.now) as storage:
            (got,) = await storage.queues.get("orders")
            assert (got.id, got.inserted_on) == (put.id, put.inserted_on)
            assert await storage.blobs.properties("images", "a") == written

    async def test_closing_frees_what_was_taken(self, file: Path, clock: HandClock) -> None:
        async with EmbeddedStorage(file, now=clock.now) as storage:
            await storage.queues.create("orders")
            await storage.queues.put("orders", "taken")
            await storage.queues.put("orders", "later", visibility=HOUR)
            await storage.queues.get("orders")
        async with EmbeddedStorage(file, now=clock.now) as storage:
            assert [m.text for m in await storage.queues.get("orders", count=2)] == ["taken"]

    async def test_how_far_the_clock_is_ahead_is_kept(self, file: Path) -> None:
        async with EmbeddedStorage(file) as storage:
            assert await storage.clock_offset() == timedelta(0)
            await storage.keep_clock_offset(HOUR)
        async with EmbeddedStorage(file) as storage:
            assert await storage.clock_offset() == HOUR

    async def test_a_released_message_keeps_its_wait_when_its_process_ends(
        self, file: Path, clock: HandClock
    ) -> None:
        async with EmbeddedStorage(file, now=clock.now) as storage:
            await storage.queues.create("orders")
            await storage.queues.put("orders", "tea")
            (got,) = await storage.queues.get("orders")
            await storage.queues.update("orders", got.id, got.pop_receipt, visibility=timedelta(0))
            assert [m.dequeue_count for m in await storage.queues.peek("orders")] == [1]

    async def test_a_damaged_file_is_kept_aside(self, file: Path) -> None:
        async with EmbeddedStorage(file) as storage:
            await storage.blobs.create("images")
            await storage.blobs.write("images", "a", os.urandom(100_000))
        content = bytearray(file.read_bytes())
        content[4096:20_000] = b"x" * (20_000 - 4096)
        file.write_bytes(content)
        with pytest.warns(RuntimeWarning, match="is damaged .* it is kept as") as warned:
            storage = EmbeddedStorage(file)
        async with storage:
            assert await storage.blobs.containers() == []
        (aside,) = file.parent.glob("state.db-damaged-*")
        assert str(aside) in str(warned[0].message)
        assert aside.read_bytes() == content

    async def test_a_file_that_is_no_database_is_kept_aside(self, file: Path) -> None:
        file.write_text("What is this?" * 1000)
        with pytest.warns(RuntimeWarning, match="file is not a database"):
            storage = EmbeddedStorage(file)
        async with storage:
            assert await storage.queues.create("orders")
        (aside,) = file.parent.glob("state.db-damaged-*")
        assert aside.read_text() == "What is this?" * 1000

    async def test_a_file_named_by_mistake_stays_where_it_is(self, tmp_path: Path) -> None:
        code = tmp_path / "function_app.py"
        code.write_text("import azure_functions_lib as func\n" * 100)
        with pytest.raises(UnavailableError, match="function_app.py is no state file of azfl"):
            EmbeddedStorage(code)
        assert list(tmp_path.iterdir()) == [code]

    async def test_a_damaged_file_in_use_stays_where_it_is(self, file: Path, program: Any) -> None:
        taker = program(TestProcesses.TAKE, file)
        taker.line()
        with contextlib.closing(sqlite3.connect(file)) as other:
            other.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        content = b"damaged" * 1000
        file.write_bytes(content)
        with pytest.raises(UnavailableError, match=f"in use by process {taker.process.pid}"):
            EmbeddedStorage(file)
        assert file.read_bytes() == content

    async def test_damage_that_shows_in_use_is_an_error_and_moved_aside_at_the_next_start(
        self, file: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        # As it is for files that are too large to be looked through at each start.
        monkeypatch.setattr(
            "azure_functions_lib.host.storage.embedded.opening._LARGEST_CHECKED", -1
        )
        async with EmbeddedStorage(file) as storage:
            await storage.blobs.create("images")
            for number in range(300):
                await storage.blobs.write("images", f"{number:03}" + "x" * 900, b"")
        content = bytearray(file.read_bytes())
        content[100_000:200_000] = b"x" * 100_000
        file.write_bytes(content)
        async with EmbeddedStorage(file) as storage:
            with pytest.raises(UnavailableError, match="the next start moves it aside"):
                async for _ in storage.blobs.list("images"):
                    pass
        with pytest.warns(RuntimeWarning, match="it is kept as"):
            storage = EmbeddedStorage(file)
        async with storage:
            assert await storage.blobs.containers() == []

    @pytest.mark.skipif(sys.platform == "win32", reason="no such permissions there")
    async def test_nobody_else_may_read_the_file(self, file: Path) -> None:
        async with EmbeddedStorage(file) as storage:
            await storage.queues.create("orders")
            modes = {path.name: path.stat().st_mode & 0o777 for path in file.parent.iterdir()}
        assert modes == dict.fromkeys(("state.db", "state.db-wal", "state.db-shm"), 0o600)

    async def test_a_database_of_another_program_is_left_alone(self, file: Path) -> None:
        with contextlib.closing(sqlite3.connect(file)) as other:
            other.execute("CREATE TABLE notes (text)")
        with pytest.raises(UnavailableError, match="is no state file"):
            EmbeddedStorage(file)
        with contextlib.closing(sqlite3.connect(file)) as other:
            assert other.execute("SELECT name FROM sqlite_master").fetchall() == [("notes",)]
            assert other.execute("PRAGMA journal_mode").fetchone() == ("delete",)

    @pytest.mark.parametrize("lacking", [["messages", "events"], ["events"], []])
    async def test_a_file_of_an_earlier_version_gets_the_columns_that_it_lacks(
        self, file: Path, lacking: list[str]
    ) -> None:
        async with EmbeddedStorage(file) as storage:
            await storage.queues.create("orders")
            await storage.queues.put("orders", "tea")
            await storage.streams.append("hub", ["one"])
        with contextlib.closing(sqlite3.connect(file)) as other:
            for table in lacking:
                other.execute(f"ALTER TABLE {table} DROP COLUMN cause")
            other.execute("PRAGMA user_version = 1")
        for _ in range(2):
            async with EmbeddedStorage(file) as storage:
                await storage.queues.put("orders", "milk", cause="c")
                assert [m.cause for m in await storage.queues.peek("orders", count=2)] == [
                    None,
                    "c",
                ]
                await storage.streams.append("hub", ["two"], cause="c")
                events = await storage.streams.read("hub", count=2)
                assert [event.cause for event in events] == [None, "c"]

    async def test_a_file_of_another_version_is_left_alone(self, file: Path) -> None:
        await EmbeddedStorage(file).close()
        with contextlib.closing(sqlite3.connect(file)) as other:
            other.execute("PRAGMA user_version = 999")
        with pytest.raises(UnavailableError, match="has the form 999"):
            EmbeddedStorage(file)

    async def test_a_lock_is_waited_for_and_then_an_error(self, file: Path) -> None:
        async with EmbeddedStorage(file, patience=0.1) as storage:
            await storage.queues.create("orders")
            with contextlib.closing(sqlite3.connect(file, isolation_level=None)) as other:
                other.execute("BEGIN IMMEDIATE")
                outcomes = await asyncio.gather(
                    *(storage.queues.put("orders", "tea") for _ in range(3)),
                    return_exceptions=True,
                )
                for outcome in outcomes:
                    assert isinstance(outcome, UnavailableError)
                    assert outcome.code == "StorageLocked"
                    assert "locked by another program for 0.1 s" in str(outcome)
                with pytest.raises(UnavailableError, match="locked by another program"):
                    EmbeddedStorage(file, patience=0.1)
            assert await storage.queues.get("orders") == []
            await storage.queues.put("orders", "tea")

    async def test_a_lock_that_is_given_up_in_time_is_not_noticed(self, file: Path) -> None:
        async with EmbeddedStorage(file) as storage:
            await storage.queues.create("orders")
            with contextlib.closing(sqlite3.connect(file, isolation_level=None)) as other:
                other.execute("BEGIN IMMEDIATE")
                put = asyncio.ensure_future(storage.queues.put("orders", "tea"))
                await asyncio.sleep(0.05)
                assert not put.done()
                other.execute("ROLLBACK")
                assert (await put).text == "tea"

    async def test_a_full_disk_is_an_error_of_what_did_not_fit(
        self, file: Path, program: Any
    ) -> None:
        pytest.importorskip("resource")
        body = """
            import os, resource
            await queues.create("orders")
            await blobs.create("images")
            resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, 300_000))
            outcomes = await asyncio.gather(
                queues.put("orders", "before"),
                blobs.write("images", "big", os.urandom(1_000_000)),
                queues.put("orders", "after"),
                return_exceptions=True,
            )
            say(" ".join(type(outcome).__name__ for outcome in outcomes))
            os._exit(0)
        """
        assert program(body, file).lines() == ["Message UnavailableError Message"]
        async with EmbeddedStorage(file) as storage:
            got = await storage.queues.get("orders", count=2)
            assert [message.text for message in got] == ["before", "after"]
            with pytest.raises(NotFoundError, match="has no blob 'big'"):
                await storage.blobs.read("images", "big")

    def test_a_folder_that_cannot_be_made_is_an_error(self, file: Path) -> None:
        file.write_text("")
        with pytest.raises(UnavailableError, match="Not a directory|File exists"):
            EmbeddedStorage(file / "deeper" / "state.db")
        with pytest.raises(UnavailableError, match="unable to open"):
            EmbeddedStorage(file.parent)

    async def test_a_closed_store_says_so(self, file: Path) -> None:
        storage = EmbeddedStorage(file)
        await storage.close()
        await storage.close()
        with pytest.raises(UnavailableError, match="is closed"):
            await storage.queues.create("orders")


class TestQueues:
    async def test_messages_are_counted(self, storage: Any, clock: HandClock) -> None:
        await storage.queues.create("orders")
        await storage.queues.put("orders", "short", ttl=timedelta(seconds=10))
        await storage.queues.put("orders", "later", visibility=HOUR)
        await storage.queues.put("orders", "taken")
        await storage.queues.get("orders")
        assert await storage.queues.count("orders") == 3
        clock.pass_by(seconds=10)
        assert await storage.queues.count("orders") == 2

    async def test_a_get_that_is_cancelled_takes_nothing(self, storage: Any) -> None:
        await storage.queues.create("orders")
        await storage.queues.put("orders", "tea")
        getting = asyncio.ensure_future(storage.queues.get("orders"))
        await asyncio.sleep(0)
        getting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await getting
        await asyncio.sleep(0.05)
        (got,) = await storage.queues.get("orders")
        assert got.dequeue_count == 1

    async def test_cause_and_failure_are_kept_beside_a_message(self, storage: Any) -> None:
        await storage.queues.create("orders")
        put = await storage.queues.put("orders", "tea", cause="before", failure="KeyError: \udc80")
        assert (put.cause, put.failure) == ("before", "KeyError: \\udc80")
        (taken,) = await storage.queues.get("orders")
        assert (taken.text, taken.cause, taken.failure) == ("tea", put.cause, put.failure)
        renewed = await storage.queues.update(
            "orders", taken.id, taken.pop_receipt, visibility=timedelta(0)
        )
        assert renewed.failure == put.failure
        await storage.queues.update(
            "orders", taken.id, renewed.pop_receipt, visibility=timedelta(0), failure="KeyError"
        )
        (seen,) = await storage.queues.peek("orders")
        assert (seen.text, seen.cause, seen.failure) == ("tea", "before", "KeyError")
        assert seen.pop_receipt == ""

    async def test_the_cause_of_events_is_kept_beside_them(self, storage: Any) -> None:
        await storage.streams.append("hub", ["tea", "cake"], cause="before")
        assert [event.cause for event in await storage.streams.read("hub")] == ["before"] * 2


class TestBus:
    async def test_its_queues_have_any_name_and_nothing_in_common_with_the_others(
        self, storage: Any
    ) -> None:
        name = "Orders/Subscriptions/größe $1"
        assert await storage.bus.create(name)
        assert await storage.bus.create("orders")
        await storage.bus.put(name, "x" * 2**20)
        assert await storage.bus.names() == [name, "orders"]
        assert await storage.queues.names() == []
        with pytest.raises(NotFoundError, match="there is no queue 'orders'"):
            await storage.queues.get("orders")
        assert len(await storage.bus.get(name)) == 1
        for call in (storage.bus.put(name, "x" * (2**20 + 1)), storage.bus.create("\ud800")):
            with pytest.raises(InvalidRequestError):
                await call


class TestStreams:
    async def test_events_are_dropped_after_a_week_and_numbers_go_on(
        self, storage: Any, clock: HandClock
    ) -> None:
        await storage.streams.append("shop", ["a", "b"])
        clock.pass_by(days=7)
        assert await storage.streams.read("shop") == []
        await storage.streams.append("shop", ["c"])
        (event,) = await storage.streams.read("shop")
        assert (event.position, event.text) == (3, "c")
