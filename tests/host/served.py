"""Hosts of small apps for tests: through ASGI without a socket, or behind one."""

from __future__ import annotations

import asyncio
import textwrap
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from queue import Queue
from threading import Thread
from typing import Any

import httpx

from azure_functions_lib.delivery.call import Call, Outcome
from azure_functions_lib.host.compose import Setup, compose
from azure_functions_lib.host.host import Host, Observer
from azure_functions_lib.host.running import announced
from azure_functions_lib.host.server import make_server

HEAD = """
import azure_functions_lib as func

app = func.FunctionApp(http_auth_level="anonymous")
"""


def write_app(folder: Path, code: str, **files: str) -> Path:
    """Write an app whose ``func`` and ``app`` are there; further files by names with ``__``."""
    text = textwrap.dedent(code)
    (folder / "function_app.py").write_text(text if "app = " in text else HEAD + text)
    for name, content in files.items():
        (folder / name.replace("__", ".")).write_text(content)
    return folder


class Seen(Observer):
    """Keeps what a host tells."""

    def __init__(self) -> None:
        self.outcomes: list[Outcome] = []
        self.notes: list[str] = []
        self.reasons: list[str] = []

    def ended(self, call: Call, outcome: Outcome) -> None:
        self.outcomes.append(outcome)

    def noted(self, text: str) -> None:
        self.notes.append(text)

    def broken(self, reason: str, *, served: bool) -> None:
        self.reasons.append(reason)


@asynccontextmanager
async def hosted(
    folder: Path, observer: Observer | None = None, **setup: Any
) -> AsyncIterator[tuple[Host, httpx.AsyncClient]]:
    """A started host, by default in this process and memory, and a client without a socket."""
    host = compose(Setup(folder, **{"in_process": True, "memory": True, **setup}), observer)
    await host.start()
    try:
        transport = httpx.ASGITransport(host, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url=host.base_url) as client:
            yield host, client
    finally:
        await host.stop()


@asynccontextmanager
async def listening(host: Host, http: Any = "auto") -> AsyncIterator[int]:
    """The port of the real server before a host, which has been started."""
    server = make_server(host)
    server.config.port = 0
    server.config.http = http
    serving = asyncio.ensure_future(server.serve())
    while not server.started:
        await asyncio.sleep(0.002)
    try:
        yield server.servers[0].sockets[0].getsockname()[1]
    finally:
        server.should_exit = True
        await serving


async def exchange(port: int, sent: bytes, *, until: bytes | None = None) -> bytes:
    """Send bytes to a server; give what it answers, to its end or until it has sent some bytes."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(sent)
    try:
        if until is not None:
            return await asyncio.wait_for(reader.readuntil(until), 10)
        return await asyncio.wait_for(reader.read(), 10)
    finally:
        writer.close()


async def until(ready: Any, *, seconds: float = 30) -> Any:
    """Wait until a function gives something true, for some seconds at most; give that."""
    loop = asyncio.get_running_loop()
    end = loop.time() + seconds
    while loop.time() < end:
        if value := ready():
            return value
        await asyncio.sleep(0.005)
    raise AssertionError("it never was")


@contextmanager
def started(folder: Path, **setup: Any) -> Iterator[str]:
    """The URL of a host that runs in a thread of its own, behind a socket, and has told of it."""
    told: Queue[Any] = Queue()

    async def main() -> None:
        async with hosted(folder, **setup) as (host, _), listening(host) as port:
            loop, end = asyncio.get_running_loop(), asyncio.Event()
            url = f"http://127.0.0.1:{port}"
            with announced(folder, url):
                told.put((url, lambda: loop.call_soon_threadsafe(end.set)))
                await end.wait()

    def run() -> None:
        try:
            asyncio.run(main())
        except BaseException as error:
            told.put(error)
            raise

    thread = Thread(target=run)
    thread.start()
    begun = told.get(timeout=20)
    if isinstance(begun, BaseException):
        raise begun
    url, end = begun
    try:
        yield url
    finally:
        end()
        thread.join(20)
