"""Function apps around an ASGI or WSGI application, invoked as a worker invokes them."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

import azure_functions_lib as func
from azure_functions_lib.delivery.events.http import http_payload
from azure_functions_lib.runtime.runtime import Runtime
from azure_functions_lib.wire.datum import Datum


def get(path: str) -> Datum:
    return http_payload("GET", f"http://localhost:7071{path}", headers=[], body=b"")


class Asgi:
    """An application that answers with its paths and records its lifespan."""

    def __init__(self, *, failures: int = 0) -> None:
        self.events: list[str] = []
        self.failures = failures

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            body = f"{scope['root_path']} {scope['path']}".encode()
            await send({"type": "http.response.start", "status": 200, "headers": []})
            await send({"type": "http.response.body", "body": body})
            return
        while True:
            event = (await receive())["type"]
            self.events.append(event)
            await asyncio.sleep(0.001)  # the other first requests arrive meanwhile
            if self.failures:
                self.failures -= 1
                await send({"type": f"{event}.failed", "message": "no database"})
                return
            await send({"type": f"{event}.complete"})
            if event == "lifespan.shutdown":
                return


def wsgi(environ: Any, start_response: Any) -> list[bytes]:
    start_response("200 OK", [])
    return [f"{environ['SCRIPT_NAME']} {environ['PATH_INFO']}".encode()]


@pytest.mark.parametrize(("root_path", "expected"), [("", " /api/x"), ("/api", "/api /api/x")])
def test_asgi_app_through_the_runtime(root_path: str, expected: str) -> None:
    app = func.AsgiFunctionApp(Asgi(), "anonymous", root_path=root_path)
    assert app.validate() == []
    with Runtime(app) as runtime:
        assert runtime.run("http_app_func", get("/api/x")).result.get_body().decode() == expected


@pytest.mark.parametrize(("root_path", "expected"), [("", " /api/x"), ("/api", "/api /x")])
def test_wsgi_app_through_the_runtime(root_path: str, expected: str) -> None:
    app = func.WsgiFunctionApp(wsgi, "anonymous", root_path=root_path)
    assert app.validate() == []
    with Runtime(app) as runtime:
        assert runtime.run("http_app_func", get("/api/x")).result.get_body().decode() == expected


def test_H3b_twenty_first_requests_at_once_start_the_app_once() -> None:
    application = Asgi()
    app = func.AsgiFunctionApp(application)

    async def serve() -> None:
        async with Runtime(app) as runtime:
            invocations = await asyncio.gather(
                *(runtime.invoke("http_app_func", get(f"/{number}")) for number in range(20))
            )
            assert [each.result.get_body().decode() for each in invocations] == [
                f" /{number}" for number in range(20)
            ]
            assert application.events == ["lifespan.startup"]

    for _ in range(2):  # a runtime that was closed leaves the app ready for another one
        asyncio.run(serve())
        assert application.events == ["lifespan.startup", "lifespan.shutdown"]
        application.events.clear()


def test_an_app_that_failed_to_start_is_started_again_by_the_next_request() -> None:
    application = Asgi(failures=1)
    app = func.AsgiFunctionApp(application)

    async def serve() -> None:
        async with Runtime(app) as runtime:
            failed = await asyncio.gather(
                *(runtime.invoke("http_app_func", get("/")) for _ in range(20))
            )
            assert {str(each.exception) for each in failed} == {
                "the ASGI application failed to start (lifespan.startup.failed)"
            }
            assert (await runtime.invoke("http_app_func", get("/"))).ok

    asyncio.run(serve())
    assert application.events == ["lifespan.startup", "lifespan.startup", "lifespan.shutdown"]


@pytest.mark.parametrize(
    "app", [func.AsgiFunctionApp(Asgi()), func.WsgiFunctionApp(wsgi)], ids=["asgi", "wsgi"]
)
def test_what_runs_around_invocations_is_appended_to_middlewares(app: Any) -> None:
    async def around(context: func.Context, call_next: Any) -> Any:
        response = await call_next(context)
        response.headers["X-Function"] = context.function_name
        return response

    app.middlewares.append(around)
    with Runtime(app) as runtime:
        result = runtime.run("http_app_func", get("/")).result
    assert result.headers["X-Function"] == "http_app_func"


@pytest.mark.parametrize("kind", [func.AsgiFunctionApp, func.WsgiFunctionApp])
def test_an_adapter_of_another_kind(kind: Any) -> None:
    async def application(*arguments: object) -> None: ...

    name = kind.__name__.replace("FunctionApp", "Middleware")
    with pytest.raises(TypeError, match=f"got str 'text'; expected an {name}"):
        kind(application)._add_http_app("text")
