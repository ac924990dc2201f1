from __future__ import annotations

import asyncio
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from azure_functions_lib.delivery.call import Call, Failure, LogEntry, Outcome
from azure_functions_lib.host.journal import Journal
from azure_functions_lib.host.storage.embedded import EmbeddedStorage
from azure_functions_lib.wire.datum import Datum

START = datetime(2026, 8, 1, 10, tzinfo=timezone.utc)


@pytest.fixture
def journal(storage: Any) -> Journal:
    return Journal(storage.database)


def add(
    journal: Journal,
    id: str,
    *,
    function: str = "orders",
    text: str = "tea",
    error: Failure | None = None,
    minutes: int = 0,
    **more: Any,
) -> tuple[Call, Outcome]:
    call = Call(
        function,
        {"msg": Datum(text, "string")},
        {"DequeueCount": Datum("1", "json")},
        id,
        cause="before",
        **more,
    )
    outcome = Outcome(
        function,
        id,
        {"out": Datum(b"\xff", "bytes")},
        Datum('{"a": 1}', "json"),
        error,
        [LogEntry("INFO", "root", "tea is ready", 1.5)],
        0.25,
    )
    started = START + timedelta(minutes=minutes)
    journal.add(call, outcome, trigger="msg", started=started)
    return call, outcome


async def test_an_invocation_is_kept_with_all_that_is_known_of_it(journal: Journal) -> None:
    error = Failure("ValueError", "no \udc80 tea", "Traceback ...")
    call, outcome = add(journal, "1f2e", error=error, retry_count=2, max_retry_count=3)
    await journal.flush()
    record = await journal.find("1f")
    assert record is not None
    assert (record.call, record.outcome) == (call, outcome)
    (entry,) = await journal.entries()
    assert entry == record.entry
    assert (entry.id, entry.function, entry.trigger) == ("1f2e", "orders", "msg")
    assert (entry.started, entry.duration) == (START, 0.25)
    assert (entry.failure, entry.attempt, entry.cause) == (
        "ValueError: no \\udc80 tea",
        3,
        "before",
    )
    assert await journal.find("2") is None


async def test_entries_are_picked(journal: Journal) -> None:
    error = Failure("ValueError", "")
    add(journal, "a", minutes=0)
    add(journal, "b", minutes=1, function="bills", error=error)
    add(journal, "c", minutes=2, error=error)
    add(journal, "d", minutes=3)
    await journal.flush()

    async def ids(**wanted: Any) -> str:
        return "".join(entry.id for entry in await journal.entries(**wanted))

    assert await ids() == "abcd"
    assert await ids(count=2) == "cd"
    assert await ids(function="Orders") == "acd"
    assert await ids(failed=True) == "bc"
    assert await ids(failed=False) == "ad"
    assert await ids(since=START + timedelta(minutes=2)) == "cd"
    assert await ids(function="orders", failed=True) == "c"
    first = (await journal.entries())[0].number
    assert await ids(after=first) == "bcd"
    assert await ids(after=first, count=2) == "bc"


async def test_what_comes_is_followed(journal: Journal) -> None:
    add(journal, "a")
    await journal.flush()
    following = journal.follow(0, failed=False)
    assert (await following.__anext__()).id == "a"
    add(journal, "b", error=Failure("ValueError", ""))
    add(journal, "c")
    assert (await following.__anext__()).id == "c"


async def test_entries_are_written_by_themselves(journal: Journal) -> None:
    for number in range(600):
        add(journal, str(number))
    for _ in range(100):
        if len(await journal.entries(count=1000)) == 600:
            break
        await asyncio.sleep(0.02)
    else:
        pytest.fail("they were not written")


async def test_the_oldest_make_room_by_count(storage: Any) -> None:
    journal = Journal(storage.database, max_count=10)
    for number in range(25):
        add(journal, str(number))
        await journal.flush()
    assert [entry.id for entry in await journal.entries()] == [str(n) for n in range(15, 25)]


async def test_the_oldest_make_room_by_size(storage: Any) -> None:
    journal = Journal(storage.database, max_bytes=100_000)
    for number in range(50):
        add(journal, str(number), text="x" * 4000)
        await journal.flush()
    ids = [entry.id for entry in await journal.entries()]
    assert 18 <= len(ids) <= 24
    assert ids == [str(n) for n in range(50 - len(ids), 50)]


async def test_the_payloads_of_a_huge_invocation_are_not_kept(storage: Any) -> None:
    journal = Journal(storage.database, max_bytes=100_000)
    add(journal, "small")
    add(journal, "huge", text="x" * 50_000, error=Failure("ValueError", "no tea"))
    await journal.flush()
    record = await journal.find("huge")
    assert record is not None
    assert record.call.payloads == {}
    assert record.outcome.exception == Failure("ValueError", "no tea")
    assert await journal.find("small") is not None


async def test_a_payload_that_cannot_be_written_down_costs_only_itself(journal: Journal) -> None:
    call, _ = add(journal, "a")
    journal.add(
        Call("orders", {"msg": Datum(object(), "string")}),
        Outcome("orders", "b"),
        trigger="msg",
        started=START,
    )
    await journal.flush()
    first, second = await journal.find("a"), await journal.find("b")
    assert first is not None
    assert first.call == call
    assert second is not None
    assert second.call.payloads == {}


async def test_a_closed_store_costs_the_journal_only(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    storage = EmbeddedStorage(tmp_path / "state.db")
    journal = Journal(storage.database)
    add(journal, "a")
    await storage.close()
    await journal.flush()
    assert "The journal lost some invocations" in caplog.text


async def test_several_hosts_write_one_journal(tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    async with EmbeddedStorage(path) as one, EmbeddedStorage(path) as other:
        for number in range(10):
            for storage in (one, other):
                journal = Journal(storage.database)
                add(journal, str(number))
                await journal.flush()
        numbers = [entry.number for entry in await Journal(one.database).entries()]
        assert numbers == sorted(set(numbers))
        assert len(numbers) == 20
