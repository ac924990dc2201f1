from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import (
    PlainTextResponse,
    RedirectResponse,
    Response,
    StreamingResponse,
)
from starlette.routing import Route

events: list[str] = []


@asynccontextmanager
async def lifespan(app: Starlette) -> AsyncIterator[dict[str, Any]]:
    events.append("startup")
    yield {"greeting": "hello"}
    events.append("shutdown")


async def greet(request: Request) -> Response:
    return PlainTextResponse(f"{request.state.greeting} {request.path_params['name']}")


async def stream(request: Request) -> Response:
    async def chunks() -> AsyncIterator[bytes]:
        for number in range(3):
            yield b"%d " % number

    return StreamingResponse(chunks(), media_type="text/plain")


async def old(request: Request) -> Response:
    return RedirectResponse("/greet/you", status_code=302)


async def cookies(request: Request) -> Response:
    answer = PlainTextResponse(request.cookies["seen"])
    answer.set_cookie("a", "1", path="/")
    answer.set_cookie("b", "2", httponly=True)
    return answer


async def upload(request: Request) -> Response:
    async with request.form() as form:
        file: Any = form["file"]
        return PlainTextResponse(f"{file.filename}: {(await file.read()).decode()}")


async def fail(request: Request) -> Response:
    raise ZeroDivisionError


async def where(request: Request) -> Response:
    return PlainTextResponse(str(request.url))


app = Starlette(
    lifespan=lifespan,
    routes=[
        Route("/greet/{name}", greet),
        Route("/stream", stream),
        Route("/old", old),
        Route("/cookies", cookies),
        Route("/upload", upload, methods=["POST"]),
        Route("/fail", fail),
        Route("/where", where),
    ],
)
