"""Saving a file of an app that is served: new code beside the old, and no request lost."""

from __future__ import annotations

import asyncio
import json
import os
import re
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest

from azure_functions_lib.host.compose import Setup, compose
from azure_functions_lib.host.host import Host, Observer
from azure_functions_lib.host.reload import changes, is_watched
from azure_functions_lib.host.serving import Serving
from tests.folders import write_app as write_files
from tests.host.served import write_app

ANSWER = """
import os

@app.route("answer")
def answer(req: func.HttpRequest) -> str:
    return "{0}" + os.environ.get("SUFFIX", "")
"""


class Told(Observer):
    def __init__(self) -> None:
        self.loads = 0
        self.reasons: list[str] = []
        self.once = asyncio.Event()

    def loaded(self, serving: Serving) -> None:
        self.loads += 1
        self.once.set()

    def broken(self, reason: str, *, served: bool) -> None:
        assert served
        self.reasons.append(reason)
        self.once.set()


class Watched:
    """A host that follows its app's files, and a client of it."""

    def __init__(self, host: Host, told: Told, client: httpx.AsyncClient) -> None:
        self.host = host
        self.told = told
        self.client = client

    async def answer(self) -> str:
        response = await self.client.get("/api/answer")
        assert response.status_code == 200
        return response.text

    async def reload(self) -> None:
        self.told.once.clear()
        await self.host.reload()


@asynccontextmanager
async def watched(app: Path) -> AsyncIterator[Watched]:
    told = Told()
    host = compose(Setup(app, memory=True), told)
    await host.start()
    try:
        transport = httpx.ASGITransport(host)
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            yield Watched(host, told, client)
    finally:
        await host.stop()


async def test_new_code_answers_after_a_reload_and_what_runs_ends(tmp_path: Path) -> None:
    slow = """
import asyncio, pathlib
begun = asyncio.Event()

@app.route("slow")
async def slow(req: func.HttpRequest) -> str:
    begun.set()
    while not pathlib.Path(__file__).with_name("go").exists():
        await asyncio.sleep(0.01)
    return "old"

@app.route("begun")
async def has_begun(req: func.HttpRequest) -> str:
    await begun.wait()
    return ""
"""
    async with watched(write_app(tmp_path, ANSWER.format("old") + slow)) as app:
        running = asyncio.ensure_future(app.client.get("/api/slow"))
        await app.client.get("/api/begun")
        write_app(tmp_path, ANSWER.format("new"))
        await app.reload()
        assert await app.answer() == "new"
        assert not running.done()
        (tmp_path / "go").touch()
        assert (await running).text == "old"
        assert (await app.client.get("/api/begun")).status_code == 404


@pytest.mark.slow
async def test_two_versions_of_one_size_and_second_are_told_apart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PYTHONDONTWRITEBYTECODE", raising=False)
    monkeypatch.delenv("PYTHONPYCACHEPREFIX", raising=False)
    app = write_app(tmp_path, ANSWER.format("first"))
    async with watched(app) as host:
        for text in ("other", "third"):
            write_app(tmp_path, ANSWER.format(text))
            os.utime(app / "function_app.py", (1_700_000_000, 1_700_000_000))
            await host.reload()
            assert await host.answer() == text


async def test_a_syntax_error_leaves_the_old_code_serving_and_says_where(tmp_path: Path) -> None:
    async with watched(write_app(tmp_path, ANSWER.format("old"))) as app:
        (tmp_path / "function_app.py").write_text("import os\n\ndef broken(:\n")
        await app.reload()
        (reason,) = app.told.reasons
        assert "function_app.py" in reason
        assert re.search(r"line 3|function_app\.py:3", reason)
        assert await app.answer() == "old"
        write_app(tmp_path, ANSWER.format("mended"))
        await app.reload()
        assert await app.answer() == "mended"


@pytest.mark.slow
async def test_a_script_of_one_function_that_breaks_leaves_all_as_they_were(
    tmp_path: Path,
) -> None:
    bindings = [
        {"type": "httpTrigger", "name": "req", "direction": "in", "authLevel": "anonymous"},
        {"type": "http", "name": "$return", "direction": "out"},
    ]
    code = "def main(req):\n    return '{}'\n"
    files = {"host.json": {"version": "2.0"}, "answer/function.json": bindings}
    write_files(tmp_path, **files, **{"answer/__init__.py": code.format("old")})
    async with watched(tmp_path) as app:
        write_files(tmp_path, **{"answer/__init__.py": "def main(req:\n"})
        await app.reload()
        assert "line 1" in app.told.reasons[0] or ":1" in app.told.reasons[0]
        assert await app.answer() == "old"
        write_files(tmp_path, **{"answer/__init__.py": code.format("new")})
        await app.reload()
        assert await app.answer() == "new"


@pytest.mark.slow
async def test_settings_are_read_anew(tmp_path: Path) -> None:
    def settings(**values: str) -> None:
        text = json.dumps({"IsEncrypted": False, "Values": values})
        (tmp_path / "local.settings.json").write_text(text)

    settings(SUFFIX=" first")
    async with watched(write_app(tmp_path, ANSWER.format("it is"))) as app:
        assert await app.answer() == "it is first"
        settings(SUFFIX=" second")
        await app.reload()
        assert await app.answer() == "it is second"
        settings()
        await app.reload()
        assert await app.answer() == "it is"
    assert "SUFFIX" not in os.environ


@pytest.mark.slow
async def test_the_front_and_the_listeners_are_made_anew(tmp_path: Path) -> None:
    listening = """
@app.queue_trigger("msg", queue_name="{0}", connection="")
@app.queue_output("$return", queue_name="done", connection="")
def serve(msg: func.QueueMessage) -> str:
    return "{0}: " + msg.get_body().decode()
"""
    app_code = ANSWER.format("it") + listening
    async with watched(write_app(tmp_path, app_code.format("one"))) as app:
        queues = app.host.storage.queues
        write_app(tmp_path, app_code.format("two"))
        prefix = {"version": "2.0", "extensions": {"http": {"routePrefix": "other"}}}
        write_files(tmp_path, **{"host.json": prefix})
        await app.reload()
        assert (await app.client.get("/other/answer")).text == "it"
        assert (await app.client.get("/api/answer")).status_code == 404
        await queues.create("done")
        for name in ("one", "two"):
            await queues.create(name)
            await queues.put(name, "aGVsbG8=")
        for _ in range(3000):
            if await queues.peek("done", count=2):
                break
            await asyncio.sleep(0.01)
        await asyncio.sleep(0.05)
        assert len(await queues.peek("done", count=2)) == 1
        assert len(await queues.peek("one", count=2)) == 1


@pytest.mark.parametrize(
    ("name", "is_one"),
    [
        ("function_app.py", True),
        ("shared/deep/code.py", True),
        ("host.json", True),
        ("local.settings.json", True),
        ("one/function.json", True),
        (".env", True),
        ("app_offline.htm", True),
        ("data/prices.csv", True),
        ("deep/data/names.txt", False),
        ("deep/rates.txt", True),
        ("README.md", False),
        (".azfl/state.db", False),
        (".venv/lib/code.py", False),
        ("__pycache__/code.py", False),
    ],
)
def test_which_files_are_watched(tmp_path: Path, name: str, is_one: bool) -> None:
    watched = {"files": ["rates.txt"], "directories": ["data"]}
    assert is_watched(tmp_path / name, tmp_path, **watched) is is_one


async def test_changes_tell_what_is_saved(tmp_path: Path) -> None:
    write_files(tmp_path, **{"host.json": {"version": "2.0"}, "a.py": "1"})
    since = time.time()
    seen = changes(tmp_path, since)
    write_files(tmp_path, **{"b.py": "2"})  # before anybody watches
    early = await asyncio.wait_for(anext(seen), 10)
    assert tmp_path / "b.py" in early
    write_files(tmp_path, **{"host.json": {"version": "2.0", "WatchFiles": ["rates.txt"]}})
    while tmp_path / "host.json" not in await asyncio.wait_for(anext(seen), 10):
        pass
    write_files(tmp_path, **{"notes.txt": "3", "rates.txt": "4"})
    found = await asyncio.wait_for(anext(seen), 10)
    assert found == [tmp_path / "rates.txt"]
    await seen.aclose()


SAVES, BROKEN, RATE = 20, (5, 12), 50


@pytest.mark.slow
async def test_no_request_fails_under_load_while_code_is_saved(tmp_path: Path) -> None:
    write_app(tmp_path, ANSWER.format(0))
    azfl = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "azure_functions_lib", "start", str(tmp_path)),
        *("--port", "0", "--memory", "--json", "--log-level", "warning"),
        stdout=asyncio.subprocess.PIPE,
    )
    assert azfl.stdout is not None
    answers: list[str] = []

    async def event(kind: str) -> dict[str, str]:
        assert azfl.stdout is not None
        while True:
            found: dict[str, str] = json.loads(await azfl.stdout.readline())
            if found["event"] == kind:
                return found

    async def ask(client: httpx.AsyncClient) -> None:
        response = await client.get("/api/answer")
        assert response.status_code == 200
        answers.append(response.text)

    async def load(client: httpx.AsyncClient) -> None:
        asked = []
        try:
            while True:
                asked.append(asyncio.ensure_future(ask(client)))
                await asyncio.sleep(1 / RATE)
        finally:
            await asyncio.gather(*asked)

    async def seen(client: httpx.AsyncClient, number: int) -> None:
        while (await client.get("/api/answer")).text != str(number):
            await asyncio.sleep(0.01)

    try:
        url = (await asyncio.wait_for(event("loaded"), 20))["url"]
        async with httpx.AsyncClient(base_url=url, timeout=20) as client:
            loading = asyncio.ensure_future(load(client))
            for number in range(1, SAVES + 1):
                if number in BROKEN:
                    write_app(tmp_path, ANSWER.format(number) + "def (:\n")
                    broken = await asyncio.wait_for(event("broken"), 20)
                    assert "function_app.py" in broken["reason"]
                    assert broken["served"]
                else:
                    write_app(tmp_path, ANSWER.format(number))
                    await asyncio.wait_for(seen(client, number), 20)
            loading.cancel()
            await asyncio.gather(loading, return_exceptions=True)
    finally:
        azfl.terminate()
        await azfl.communicate()  # to the end of its output, too, so that the pipe is closed
    numbers = [int(each) for each in answers]
    assert set(numbers) <= {*range(SAVES + 1)} - {*BROKEN}
    assert len(numbers) > SAVES
    assert azfl.returncode == 0
