"""The host under any ASGI server, which starts and stops it by its lifespan."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn

from azure_functions_lib.host import create_app

from .served import write_app

APP = """
from pathlib import Path

HERE = Path(__file__).parent

@app.on_startup
async def begin():
    (HERE / "begun").touch()

@app.on_shutdown
async def end():
    (HERE / "ended").touch()

@app.route("hello")
def hello(req: func.HttpRequest) -> str:
    return "hello"
"""


@pytest.mark.slow
async def test_uvicorn_makes_starts_and_stops_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(write_app(tmp_path, APP))
    config = uvicorn.Config(
        "azure_functions_lib.host:create_app", factory=True, port=0, log_config=None
    )
    server = uvicorn.Server(config)
    serving = asyncio.ensure_future(server.serve())
    while not server.started:
        await asyncio.sleep(0.005)
    port = server.servers[0].sockets[0].getsockname()[1]
    async with httpx.AsyncClient() as client:
        assert (await client.get(f"http://127.0.0.1:{port}/api/hello")).text == "hello"
    assert (tmp_path / "begun").exists()
    assert not (tmp_path / "ended").exists()
    server.should_exit = True
    await serving
    assert (tmp_path / "ended").exists()
    assert (tmp_path / ".azfl" / "state.db").exists()


async def lived(host: Any, *events: str) -> list[Any]:
    """What a host sends for events of the lifespan."""
    sent: list[Any] = []
    incoming = iter(events)

    async def receive() -> Any:
        return {"type": next(incoming)}

    async def send(message: Any) -> None:
        sent.append(message)

    await host({"type": "lifespan"}, receive, send)
    return sent


@pytest.mark.parametrize("in_process", [True, False], ids=["in process", "in a child"])
async def test_that_it_cannot_start_is_told_to_the_server(tmp_path: Path, in_process: bool) -> None:
    host = create_app(tmp_path / "none", memory=True, in_process=in_process)
    (told,) = await lived(host, "lifespan.startup")
    assert told["type"] == "lifespan.startup.failed"
    assert str(tmp_path / "none") in told["message"]
    assert host.storage.database.closed
