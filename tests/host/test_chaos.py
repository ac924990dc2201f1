"""Nothing is lost while a host and its children are killed at random.

The test is small; ``AZFL_CHAOS=10000,100`` makes it ten thousand messages and a hundred kills, and
``-s`` shows the counts.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import signal
import subprocess
import sys
import time
from base64 import b64decode, b64encode
from collections import Counter
from contextlib import suppress
from itertools import islice
from pathlib import Path

import pytest

from azure_functions_lib.host.storage.embedded import EmbeddedStorage

from .served import write_app

APP = """
import asyncio, json
import azure_functions_lib as func

app = func.FunctionApp()
STORAGE = "AzureWebJobsStorage"


@app.queue_trigger("msg", "first", STORAGE)
@app.queue_output("out", "second", STORAGE)
async def begin(msg: func.QueueMessage, out: func.Out[str]):
    out.set(msg.get_body().decode())


@app.queue_trigger("msg", "second", STORAGE)
@app.queue_output("out", "third", STORAGE)
def think(msg: func.QueueMessage, out: func.Out[str]):
    number = msg.get_json()
    if number % 50 == 7:
        raise ValueError(f"{number} is no good")
    out.set(str(number))


@app.queue_trigger("msg", "third", STORAGE)
@app.table_output("row", STORAGE, "done", partition_key="all")
async def end(msg: func.QueueMessage, row: func.Out[str]):
    await asyncio.sleep(0.002)
    row.set(json.dumps({"RowKey": msg.get_body().decode()}))
"""

# A message that is unlucky to be in a killed process again and again is no poison.
HOST = {"version": "2.0", "extensions": {"queues": {"maxDequeueCount": 20}}}


class Victim:
    """A host in a process of its own, which is killed and started again."""

    def __init__(self, app: Path, state: Path) -> None:
        self._command = (sys.executable, "-m", "azure_functions_lib", "start", str(app))
        self._options = ("--port", "0", "--state", str(state), "--no-reload", "--json")
        self.log = app / "log.txt"
        self._process = self._started()
        self.kills: Counter[str] = Counter()

    def _started(self) -> subprocess.Popen[bytes]:
        with self.log.open("ab") as log:
            return subprocess.Popen((*self._command, *self._options), stdout=log, stderr=log)

    def keep_up(self) -> None:
        """Start it again if it has ended, as it does when its child is killed while it starts."""
        if self._process.poll() is not None:
            self._process = self._started()

    def kill_one(self) -> None:
        """Kill the host, or one of its children."""
        children = Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children")
        found = children.read_text().split() if children.exists() else []
        if found and random.random() < 0.5:
            with suppress(ProcessLookupError):
                os.kill(int(random.choice(found)), signal.SIGKILL)
                self.kills["child"] += 1
        else:
            self.end()
            self.kills["host"] += 1
        self.keep_up()

    def end(self) -> None:
        self._process.kill()
        self._process.wait()


async def left(storage: EmbeddedStorage) -> int:
    return sum([await storage.queues.count(name) for name in ("first", "second", "third")])


async def progress(storage: EmbeddedStorage, victim: Victim) -> None:
    """Return once something is being done."""
    before = await left(storage)
    while await left(storage) >= before > 0:
        victim.keep_up()
        await asyncio.sleep(0.02)


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL is one of Unix")
async def test_nothing_is_lost(tmp_path: Path) -> None:
    count, kills = map(int, os.environ.get("AZFL_CHAOS", "240,4").split(","))
    app = write_app(tmp_path, APP, host__json=json.dumps(HOST))
    began = time.monotonic()
    async with EmbeddedStorage(tmp_path / "state.db") as storage:
        for name in ("first", "second", "third"):
            await storage.queues.create(name)
        victim = Victim(app, tmp_path / "state.db")
        try:
            numbers = iter(range(count))
            for _ in range(kills):
                # Some more to do, and then a kill in the midst of it.
                wave = islice(numbers, count // kills + 1)
                texts = (b64encode(str(number).encode()).decode() for number in wave)
                await asyncio.gather(*(storage.queues.put("first", text) for text in texts))
                await progress(storage, victim)
                await asyncio.sleep(random.uniform(0, 0.1))
                victim.kill_one()
            for _ in range(100 + count // 10):
                victim.keep_up()
                if not await left(storage):
                    break
                await asyncio.sleep(0.1)
        finally:
            victim.end()
        assert await left(storage) == 0, victim.log.read_text()[-2000:]
        done = {int(entity.row_key) async for entity in storage.tables.query("done")}
        bad = {number for number in range(count) if number % 50 == 7}
        assert done == set(range(count)) - bad
        poison, reasons = Counter[int](), Counter[bool]()
        while found := await storage.queues.get("second-poison", count=32):
            for message in found:
                poison[int(b64decode(message.text))] += 1
                assert message.failure
                reasons["ValueError" in message.failure] += 1
                await storage.queues.delete("second-poison", message.id, message.pop_receipt)
        assert set(poison) == bad
        assert await storage.queues.names("first-") == await storage.queues.names("third-") == []
    ended = Counter(
        (record["function"], record["ok"])
        for line in victim.log.read_text().splitlines()
        if line.startswith('{"event": "ended"') and line.endswith("}")
        for record in [json.loads(line)]
    )
    print(
        f"\n{count} messages, kills {dict(victim.kills)}, {time.monotonic() - began:.0f} s;"
        f" done {len(done)}, poison {len(bad)} ({poison.total()} messages,"
        f" {reasons[True]} with the traceback of their own); attempts {dict(ended)}"
    )
