"""What the adapters accept, and what they give back."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from typing import Any
from wsgiref.validate import validator

from typing_extensions import assert_type

import azure_functions_lib as func


async def asgi_app(
    scope: MutableMapping[str, Any],
    receive: Callable[[], Awaitable[MutableMapping[str, Any]]],
    send: Callable[[MutableMapping[str, Any]], Awaitable[None]],
) -> None: ...


def wsgi_app(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    return [b""]


asgi = func.AsgiMiddleware(asgi_app, root_path="/api")
wsgi = func.WsgiMiddleware(wsgi_app)
func.WsgiMiddleware(validator(wsgi_app))


async def answers(req: func.HttpRequest, context: func.Context) -> None:
    assert_type(await asgi.notify_startup(), bool)
    assert_type(await asgi.handle_async(req, context), func.HttpResponse)
    assert_type(wsgi.handle(req), func.HttpResponse)
    assert_type(wsgi.main(req, context), func.HttpResponse)
    assert_type(asgi.state, dict[str, Any])


func.WsgiMiddleware(asgi_app)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
func.AsgiMiddleware(wsgi_app)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
wsgi.handle("GET /")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
