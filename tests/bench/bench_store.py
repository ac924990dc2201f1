"""The embedded store: a message put, taken and deleted, on disk and in memory; the journal."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Iterable
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from azure_functions_lib.delivery.call import Call, LogEntry, Outcome
from azure_functions_lib.host.journal import Journal
from azure_functions_lib.host.storage.embedded import EmbeddedStorage
from azure_functions_lib.wire.datum import Datum

from . import Row, measure

TEXT = "x" * 200
MESSAGES = 256


def rows() -> Iterable[Row]:
    """Measure each operation; times are those of one message or invocation."""
    loop = asyncio.new_event_loop()
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as folder:
        for place, path in (("on disk", Path(folder) / "state.db"), ("in memory", None)):
            storage = EmbeddedStorage(path)
            loop.run_until_complete(storage.queues.create("orders"))
            yield _row(loop, f"queue {place}: one put", _put(storage), 1)
            loop.run_until_complete(storage.queues.clear("orders"))
            name = f"queue {place}: put, get and delete, many at a time"
            yield _row(loop, name, _through(storage), MESSAGES)
            yield _row(loop, f"journal {place}: add and write", _journal(storage), MESSAGES)
            loop.run_until_complete(storage.close())
    loop.close()


def _row(loop: asyncio.AbstractEventLoop, name: str, run: Any, count: int) -> Row:
    (seconds,) = measure(lambda: loop.run_until_complete(run()))
    return Row(name, seconds / count, note=f"{count / seconds:,.0f} a second")


def _put(storage: EmbeddedStorage) -> Any:
    return lambda: storage.queues.put("orders", TEXT)


def _through(storage: EmbeddedStorage) -> Any:
    queues = storage.queues

    async def run() -> None:
        await asyncio.gather(*(queues.put("orders", TEXT) for _ in range(MESSAGES)))
        left = MESSAGES
        while left:
            got = await queues.get("orders", count=16)
            left -= len(got)
            await asyncio.gather(*(queues.delete("orders", m.id, m.pop_receipt) for m in got))

    return run


def _journal(storage: EmbeddedStorage) -> Any:
    journal = Journal(storage.database)
    now = datetime.now(timezone.utc)
    names = ("Id", "DequeueCount", "ExpirationTime", "InsertionTime", "NextVisibleTime")
    metadata = {name: Datum('"2026-08-01T10:00:00+00:00"', "json") for name in names}
    call = Call("orders", {"msg": Datum(TEXT, "string")}, metadata)
    outcome = Outcome(
        "orders", "id", return_value=Datum(TEXT, "string"), logs=[LogEntry("INFO", "a", TEXT)]
    )

    async def run() -> None:
        for _ in range(MESSAGES):
            journal.add(call, outcome, trigger="msg", started=now)
        await journal.flush()

    return run
