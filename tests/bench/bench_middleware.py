"""One request through the ASGI and the WSGI adapter, from HttpRequest to HttpResponse."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from types import SimpleNamespace
from typing import Any

import azure_functions_lib as func
from tests.bench import Row, compare, peer

# A browser's request as the platform's front end hands it on
HEADERS = {
    "accept": "text/html,application/xhtml+xml,application/json;q=0.9,*/*;q=0.8",
    "accept-encoding": "gzip, deflate, br",
    "accept-language": "en-GB,en;q=0.9,de;q=0.8",
    "cache-control": "max-age=0",
    "client-ip": "203.0.113.7:4711",
    "content-type": "application/json",
    "cookie": "session=0123456789abcdef; theme=dark",
    "disguised-host": "shop.example",
    "host": "shop.example",
    "max-forwards": "9",
    "origin": "https://shop.example",
    "referer": "https://shop.example/items?page=1",
    "sec-fetch-dest": "empty",
    "sec-fetch-mode": "cors",
    "sec-fetch-site": "same-origin",
    "traceparent": "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
    "user-agent": "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0",
    "was-default-hostname": "shop.azurewebsites.net",
    "x-appservice-proto": "https",
    "x-arr-log-id": "0b1f7b1e-7c55-4f0e-9c4a-2f9f4c4d9d11",
    "x-forwarded-for": "203.0.113.7:4711",
    "x-forwarded-proto": "https",
    "x-forwarded-tlsversion": "1.3",
    "x-original-url": "/api/items/7?page=2&sort=name",
    "x-site-deployment-id": "shop",
    "x-waws-unencoded-url": "/api/items/7?page=2&sort=name",
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
