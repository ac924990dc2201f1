"""One request through the ASGI and the WSGI adapter, from HttpRequest to HttpResponse."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from types import SimpleNamespace
from typing import Any

import azure_functions_lib as func
from tests.bench import Row, compare, peer

HEADERS = {
    "host": "shop.example",
    "accept": "text/html,application/json",
    "accept-encoding": "gzip, br",
    "content-type": "application/json",
    "cookie": "session=0123456789abcdef",
    "user-agent": "Mozilla/5.0 (X11; Linux x86_64)",
    "x-forwarded-for": "203.0.113.7:4711",
    "x-forwarded-proto": "https",
}
ANSWER = [("content-type", "text/html; charset=utf-8"), ("set-cookie", "a=1"), ("etag", '"7"')]
CONTEXT: Any = SimpleNamespace(
    function_directory="/home/site/wwwroot",
    function_name="http_app_func",
    invocation_id="0b1f7b1e-0000-0000-0000-000000000000",
    thread_local_storage=None,
    trace_context=None,
    retry_context=None,
)


def wsgi_app(chunks: int) -> Any:
    def app(environ: Any, start_response: Any) -> list[bytes]:
        start_response("200 OK", ANSWER)
        return [b"a part of the body "] * chunks

    return app


def asgi_app(chunks: int) -> Any:
    headers = [(name.encode(), value.encode()) for name, value in ANSWER]

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await receive()
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        for left in reversed(range(chunks)):
            body = b"a part of the body "
            await send({"type": "http.response.body", "body": body, "more_body": left > 0})

    return app


def request(library: Any) -> Any:
    url = "https://shop.example/api/items/7?page=2&sort=name"
    return library.HttpRequest("POST", url, headers=HEADERS, body=b'{"a": 1}')


def wsgi(library: Any, app: Any) -> Callable[[], object]:
    handle = library.WsgiMiddleware(app).handle
    req = request(library)
    return lambda: handle(req, CONTEXT)


def asgi(library: Any, app: Any) -> Callable[[], object]:
    handle = library.AsgiMiddleware(app).handle_async
    req = request(library)

    def call() -> object:
        # The app never waits, so no event loop is needed, nor measured
        try:
            handle(req, CONTEXT).send(None)
        except StopIteration as done:
            return done.value
        raise AssertionError("the app waited")

    return call


def rows() -> Iterable[Row]:
    for chunks, name in ((1, "one body part"), (100, "100 body parts")):
        target = 4 if chunks == 1 else None
        for adapter, app in ((wsgi, wsgi_app(chunks)), (asgi, asgi_app(chunks))):
            yield compare(
                f"{adapter.__name__.upper()} request, {name}",
                adapter(func, app),
                peer and adapter(peer, app),
                target=target,
            )
