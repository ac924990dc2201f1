"""ASGI apps of the host: requests and responses pass as they come, whoever runs the code."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from .served import Seen, exchange, hosted, listening, until, write_app

both = pytest.mark.parametrize("in_process", [True, False], ids=["in process", "in a child"])

STARLETTE = """
import asyncio
import azure_functions_lib as func
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse, StreamingResponse
from starlette.routing import Route

happened = []
go = asyncio.Event()

async def events(request):
    async def lines():
        for number in range(10_000):
            yield f"data: {number}\\n\\n"
            await asyncio.sleep(0.005)
    return StreamingResponse(lines(), media_type="text/event-stream")

async def poll(request):
    await asyncio.wait_for(go.wait(), 10)
    return PlainTextResponse("went")

async def start(request):
    go.set()
    return PlainTextResponse("ok")

async def upload(request):
    async def echo():
        async for chunk in request.stream():
            if chunk:
                yield b"<" + chunk + b">"
    return StreamingResponse(echo())

async def what(request):
    return PlainTextResponse(",".join(happened))

async def waits(request):
    while not await request.is_disconnected():
        await asyncio.sleep(0.005)
    happened.append("noticed")
    return PlainTextResponse("")

web = Starlette(routes=[
    Route("/api/events", events), Route("/api/poll", poll), Route("/api/go", start),
    Route("/api/upload", upload, methods=["POST"]), Route("/api/what", what),
    Route("/api/waits", waits),
])
app = func.AsgiFunctionApp(web, http_auth_level="anonymous")
"""


@asynccontextmanager
async def behind_a_socket(
    folder: Path, observer: Seen | None = None, **setup: Any
) -> AsyncIterator[tuple[Any, httpx.AsyncClient]]:
    async with (
        hosted(folder, observer, **setup) as (host, _),
        listening(host) as port,
        httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client,
    ):
        yield host, client


@pytest.mark.slow
@both
async def test_server_sent_events_come_as_they_are_made(tmp_path: Path, in_process: bool) -> None:
    seen = Seen()
    folder = write_app(tmp_path, STARLETTE)
    async with behind_a_socket(folder, seen, in_process=in_process) as (_, client):
        async with client.stream("GET", "/api/events") as response:
            assert response.headers["content-type"].startswith("text/event-stream")
            lines = response.aiter_lines()
            got = [await anext(lines) for _ in range(5)]
        assert got == ["data: 0", "", "data: 1", "", "data: 2"]
        # The caller has gone: the app, which only sends, notices, and has not failed by that.
        await until(lambda: seen.outcomes)
        assert seen.outcomes[0].ok


@pytest.mark.slow
@both
async def test_a_long_poll(tmp_path: Path, in_process: bool) -> None:
    async with behind_a_socket(write_app(tmp_path, STARLETTE), in_process=in_process) as (
        _,
        client,
    ):
        waiting = asyncio.ensure_future(client.get("/api/poll"))
        await asyncio.sleep(0.02)
        assert not waiting.done()
        assert (await client.get("/api/go")).text == "ok"
        assert (await waiting).text == "went"


@pytest.mark.slow
@both
async def test_a_request_body_is_streamed_while_it_is_answered(
    tmp_path: Path, in_process: bool
) -> None:
    folder = write_app(tmp_path, STARLETTE)
    async with hosted(folder, in_process=in_process) as (host, _), listening(host) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"POST /api/upload HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n")
        await reader.readuntil(b"\r\n\r\n")
        for chunk in (b"a", b"b", b"c"):
            writer.write(b"1\r\n" + chunk + b"\r\n")
            assert b"<" + chunk + b">" in await reader.readuntil(b">\r\n")
        writer.write(b"0\r\n\r\n")
        assert await reader.readuntil(b"0\r\n\r\n")
        writer.close()


@pytest.mark.slow
@both
async def test_an_app_can_ask_whether_its_caller_is_there(tmp_path: Path, in_process: bool) -> None:
    seen = Seen()
    folder = write_app(tmp_path, STARLETTE)
    async with behind_a_socket(folder, seen, in_process=in_process) as (_, client):
        with pytest.raises(httpx.ReadTimeout):
            await client.get("/api/waits", timeout=httpx.Timeout(None, read=0.05))
        await until(lambda: seen.outcomes)
        assert (await client.get("/api/what")).text == "noticed"


FASTAPI = """
import azure_functions_lib as func
from contextlib import asynccontextmanager
from fastapi import BackgroundTasks, FastAPI, File, HTTPException, UploadFile
from pydantic import BaseModel

class Item(BaseModel):
    name: str
    price: float

@asynccontextmanager
async def lifespan(app):
    yield {"greeting": "hello"}

web = FastAPI(lifespan=lifespan, docs_url="/api/docs")
done = []

@web.get("/api/items/{number}")
async def item(number: int, q: str | None = None):
    return {"number": number, "q": q}

@web.post("/api/items", status_code=201)
def add(item: Item, background: BackgroundTasks):
    background.add_task(done.append, item.name)
    return item

@web.post("/api/files")
async def files(file: UploadFile = File()):
    return {"name": file.filename, "size": len(await file.read())}

@web.get("/api/refused")
async def refused():
    raise HTTPException(418, "a teapot", headers={"x-own": "1"})

@web.get("/api/done")
async def tell():
    return done

app = func.AsgiFunctionApp(web, http_auth_level="anonymous")
"""


@pytest.mark.slow
@both
async def test_a_fastapi_app(tmp_path: Path, in_process: bool) -> None:
    seen, folder = Seen(), write_app(tmp_path, FASTAPI)
    async with behind_a_socket(folder, seen, in_process=in_process) as (_, client):
        assert (await client.get("/api/items/7?q=x")).json() == {"number": 7, "q": "x"}
        assert (await client.get("/api/items/seven")).status_code == 422
        added = await client.post("/api/items", json={"name": "tea", "price": 4})
        assert (added.status_code, added.json()) == (201, {"name": "tea", "price": 4.0})
        await until(lambda: len(seen.outcomes) == 3)  # the background task is part of it
        assert (await client.get("/api/done")).json() == ["tea"]
        sent = await client.post("/api/files", files={"file": ("a.txt", b"x" * 300_000)})
        assert sent.json() == {"name": "a.txt", "size": 300_000}
        refused = await client.get("/api/refused")
        assert (refused.status_code, refused.headers["x-own"]) == (418, "1")
        assert (await client.get("/api/none")).status_code == 404
        assert "swagger" in (await client.get("/api/docs")).text.lower()


RAW = """
import asyncio
import azure_functions_lib as func

async def web(scope, receive, send):
    if scope["type"] != "http":
        raise NotImplementedError
    path = scope["path"].rpartition("/")[2]
    if path == "early":
        raise ValueError("before the start")
    if path == "reads":
        size = 0
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise ValueError("cut")
            size += len(message["body"])
            if not message["more_body"]:
                break
        body = str(size).encode()
    else:
        body = b"x"
    status = int(path) if path.isdecimal() else 200
    headers = [(b"x-twice", b"1"), (b"x-twice", b"2"), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body, "more_body": path == "late"})
    if path == "late":
        raise ValueError("after the start")

app = func.AsgiFunctionApp(web, http_auth_level="anonymous")
"""


@both
async def test_an_app_that_fails_before_its_answer(tmp_path: Path, in_process: bool) -> None:
    seen = Seen()
    async with behind_a_socket(write_app(tmp_path, RAW), seen, in_process=in_process) as (
        _,
        client,
    ):
        response = await client.get("/api/early")
    assert (response.status_code, response.content) == (500, b"")
    assert seen.outcomes[0].exception is not None
    assert "before the start" in seen.outcomes[0].exception.traceback


@both
async def test_an_app_that_fails_within_its_answer(tmp_path: Path, in_process: bool) -> None:
    seen = Seen()
    async with behind_a_socket(write_app(tmp_path, RAW), seen, in_process=in_process) as (
        _,
        client,
    ):
        with pytest.raises(httpx.RemoteProtocolError):
            await client.get("/api/late")
        assert (await client.get("/api/fine")).text == "x"
    assert seen.outcomes[0].exception is not None
    assert "after the start" in seen.outcomes[0].exception.traceback


@both
async def test_headers_of_the_host_are_on_streamed_answers(
    tmp_path: Path, in_process: bool
) -> None:
    host_json = {"version": "2.0", "extensions": {"http": {"customHeaders": {"x-frame": "DENY"}}}}
    settings = {"IsEncrypted": False, "Host": {"CORS": "https://shop.example"}}
    write_app(tmp_path, RAW, host__json=json.dumps(host_json))
    (tmp_path / "local.settings.json").write_text(json.dumps(settings))
    async with behind_a_socket(tmp_path, in_process=in_process) as (_, client):
        response = await client.get("/api/fine", headers={"origin": "https://shop.example"})
        preflight = await client.options(
            "/api/fine",
            headers={"origin": "https://shop.example", "access-control-request-method": "PUT"},
        )
    assert response.headers["x-frame"] == "DENY"
    assert response.headers["access-control-allow-origin"] == "https://shop.example"
    assert response.headers.get_list("x-twice") == ["1", "2"]
    assert "connection" not in response.headers
    assert preflight.status_code == 204
    assert preflight.headers["access-control-allow-methods"] == "PUT"


@pytest.mark.slow
@both
async def test_the_body_limit_of_a_streamed_request(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, in_process: bool
) -> None:
    async def chunks() -> Any:
        for _ in range(9):
            yield b"x"

    monkeypatch.setenv("FUNCTIONS_REQUEST_BODY_SIZE_LIMIT", "8")
    async with hosted(write_app(tmp_path, RAW), in_process=in_process) as (host, client):
        assert (await client.post("/api/reads", content=b"x" * 8)).text == "8"
        async with listening(host) as port:
            url = f"http://127.0.0.1:{port}/api/reads"
            async with httpx.AsyncClient() as caller:
                assert (await caller.post(url, content=chunks())).status_code == 413
                assert (await caller.post(url, content=b"x" * 9)).status_code == 413


@pytest.mark.slow
@both
async def test_a_status_that_cannot_be_sent(tmp_path: Path, in_process: bool) -> None:
    async with behind_a_socket(write_app(tmp_path, RAW), in_process=in_process) as (_, client):
        assert (await client.get("/api/799")).status_code == 500


@both
async def test_a_streamed_call_is_in_the_journal(tmp_path: Path, in_process: bool) -> None:
    seen, folder = Seen(), write_app(tmp_path, RAW)
    async with behind_a_socket(folder, seen, in_process=in_process) as (host, client):
        await client.get("/api/fine?q=1")
        await until(lambda: seen.outcomes)
        await host.journal.flush()
        (entry,) = await host.journal.entries()
        record = await host.journal.find(entry.id)
    payload = record.call.payloads[entry.trigger].value
    assert payload["url"].value.endswith("/api/fine?q=1")
    assert record.outcome.return_value.value["status_code"].value == "200"
    assert entry.failure is None


WSGI = """
import azure_functions_lib as func

def web(environ, start_response):
    body = environ["wsgi.input"].read()
    start_response("200 OK", [("x-length", str(len(body)))])
    yield b"one "
    yield b"two"

app = func.WsgiFunctionApp(web, http_auth_level="anonymous")
"""


@both
async def test_the_answer_of_a_wsgi_app_is_collected(tmp_path: Path, in_process: bool) -> None:
    async with hosted(write_app(tmp_path, WSGI), in_process=in_process) as (_, client):
        response = await client.post("/api/x", content=b"1234")
    assert (response.text, response.headers["x-length"]) == ("one two", "4")
    assert response.headers["content-length"] == "7"


async def test_a_plain_request_after_a_streamed_one_on_the_same_connection(tmp_path: Path) -> None:
    request = b"GET /api/fine HTTP/1.1\r\nHost: x\r\n\r\n"
    async with hosted(write_app(tmp_path, RAW)) as (host, _), listening(host) as port:
        answers = await exchange(port, request + request, until=b"0\r\n\r\nHTTP/1.1 200 OK\r\n")
    assert answers.count(b"HTTP/1.1 200") == 2
