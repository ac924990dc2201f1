from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated, Any

from fastapi import FastAPI, File, Request, UploadFile
from fastapi.responses import PlainTextResponse, RedirectResponse, StreamingResponse

events: list[str] = []


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[dict[str, Any]]:
    events.append("startup")
    yield {"greeting": "hello"}
    events.append("shutdown")


app = FastAPI(lifespan=lifespan)


@app.get("/greet/{name}", response_class=PlainTextResponse)
async def greet(request: Request, name: str) -> str:
    return f"{request.state.greeting} {name}"


@app.get("/stream")
async def stream() -> StreamingResponse:
    async def chunks() -> AsyncIterator[bytes]:
        for number in range(3):
            yield b"%d " % number

    return StreamingResponse(chunks(), media_type="text/plain")


@app.get("/old")
async def old() -> RedirectResponse:
    return RedirectResponse("/greet/you", status_code=302)


@app.get("/cookies", response_class=PlainTextResponse)
async def cookies(request: Request) -> PlainTextResponse:
    answer = PlainTextResponse(request.cookies["seen"])
    answer.set_cookie("a", "1", path="/")
    answer.set_cookie("b", "2", httponly=True)
    return answer


@app.post("/upload", response_class=PlainTextResponse)
async def upload(file: Annotated[UploadFile, File()]) -> str:
    return f"{file.filename}: {(await file.read()).decode()}"


@app.get("/fail")
async def fail() -> None:
    raise ZeroDivisionError


@app.get("/where", response_class=PlainTextResponse)
async def where(request: Request) -> str:
    return str(request.url)
