"""Hosts in processes of their own: killed, side by side, and before a file that cannot be used."""

from __future__ import annotations

import asyncio
import sqlite3
import subprocess
import sys
from base64 import b64encode
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from azure_functions_lib.host.storage.embedded import EmbeddedStorage

from .served import until, write_app

APP = """
import os, time
import azure_functions_lib as func

app = func.FunctionApp()


@app.queue_trigger("msg", "teas", "AzureWebJobsStorage")
def work(msg: func.QueueMessage):
    text = msg.get_body().decode()
    with open(FOLDER + "/log.txt", "a") as log:
        log.write(f"{text} in {os.environ['HOST']}\\n")
    if text == "slow":
        time.sleep(60)
"""


@pytest.fixture
def app(tmp_path: Path) -> Path:
    (tmp_path / "log.txt").touch()
    return write_app(tmp_path, APP.replace("FOLDER", repr(str(tmp_path))))


def lines(app: Path) -> list[str]:
    return (app / "log.txt").read_text().splitlines()


@contextmanager
def host(app: Path, name: str, *options: str) -> Iterator[subprocess.Popen[str]]:
    """A host whose start is not waited for; it is killed at the end."""
    variables = app / f"{name}.env"
    variables.write_text(f"HOST={name}\n")
    command = [sys.executable, "-m", "azure_functions_lib", "start", str(app), "--port", "0"]
    process = subprocess.Popen(
        [*command, "--no-reload", "--env-file", str(variables), *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()
        assert process.stdout is not None
        process.stdout.close()


async def put(app: Path, *texts: str) -> None:
    async with EmbeddedStorage(app / ".azfl" / "state.db") as storage:
        await storage.queues.create("teas")
        for text in texts:
            await storage.queues.put("teas", b64encode(text.encode()).decode())


@pytest.mark.slow
async def test_what_a_killed_host_held_is_taken_by_another_one(app: Path) -> None:
    with host(app, "one") as one, ExitStack() as later:
        await put(app, "slow")
        await until(lambda: lines(app) == ["slow in one"])
        later.enter_context(host(app, "other"))
        await put(app, "tea")
        await until(lambda: len(lines(app)) == 2)
        one.kill()
        await until(lambda: "slow in other" in lines(app))


@pytest.mark.slow
async def test_hosts_share_the_messages(app: Path) -> None:
    with host(app, "one"), host(app, "other"):
        await put(app, "first")
        await until(lambda: lines(app))
        texts = [f"tea {number}" for number in range(200)]
        await put(app, *texts)
        await until(lambda: len(lines(app)) >= 201)
    done = [line.rpartition(" in ")[0] for line in lines(app)]
    assert sorted(done) == sorted(["first", *texts])


@pytest.mark.slow
async def test_a_locked_file_is_waited_for(app: Path) -> None:
    with host(app, "one"):
        await put(app, "first")
        await until(lambda: lines(app))
        other = sqlite3.connect(app / ".azfl" / "state.db", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        await asyncio.sleep(0.3)
        other.execute("ROLLBACK")
        other.close()
        await put(app, "second")
        await until(lambda: len(lines(app)) == 2)


async def test_a_damaged_file_is_kept_aside_and_named(app: Path) -> None:
    state = app / ".azfl" / "state.db"
    state.parent.mkdir()
    state.write_bytes(b"SQLite format 3\0" + b"nonsense" * 1000)
    with host(app, "one") as one:
        await until(lambda: len(list(state.parent.glob("state.db-damaged-*"))) == 1)
        (aside,) = state.parent.glob("state.db-damaged-*")
        assert b"nonsense" in aside.read_bytes()
        await put(app, "tea")
        await until(lambda: lines(app) == ["tea in one"])
        one.kill()
        assert one.stdout is not None
        assert aside.name in one.stdout.read()
