"""FastAPI, Starlette, Django and Flask, each serving the same pages through the adapters."""

from __future__ import annotations

import asyncio
import gc
import importlib
import types
import typing
from collections.abc import Callable, Iterator
from typing import Any
from wsgiref.validate import check_environ

import pytest

import azure_functions_lib as func

pytestmark = pytest.mark.filterwarnings(
    "default::DeprecationWarning", "default::PendingDeprecationWarning"
)  # the frameworks' own affairs


class Site:
    """An app behind its function, called as the host calls it."""

    def __init__(self, function_app: Any) -> None:
        self.function_app = function_app
        (function,) = function_app.get_functions()
        self.handler: Callable[..., Any] = function.get_user_function()
        self.loop = asyncio.new_event_loop()

    def call(self, method: str, url: str, headers: Any = (), body: bytes = b"") -> Any:
        return self.loop.run_until_complete(self._call(method, url, headers, body))

    async def _call(self, method: str, url: str, headers: Any, body: bytes) -> Any:
        headers = {"host": "shop.example", **dict(headers)}
        if body:
            headers["content-length"] = str(len(body))
        req = func.HttpRequest(method, f"https://shop.example{url}", headers=headers, body=body)
        answer = self.handler(req, func.Context(invocation_id="i-1"))
        return await answer if asyncio.iscoroutine(answer) else answer

    def get(self, url: str, **headers: str) -> Any:
        return self.call("GET", url, headers)

    def get_at_once(self, url: str, count: int) -> list[Any]:
        async def main() -> list[Any]:
            return await asyncio.gather(*(self._call("GET", url, {}, b"") for _ in range(count)))

        return self.loop.run_until_complete(main())

    def close(self) -> None:
        middleware = getattr(self.function_app, "middleware", None)
        if middleware is not None:
            self.function_app.startup_task_done = False
            self.loop.run_until_complete(middleware.notify_startup())
            self.loop.run_until_complete(middleware.notify_shutdown())
        self.loop.run_until_complete(self.loop.shutdown_default_executor())
        self.loop.close()


def site_of(name: str) -> Site:
    framework, _, attribute = name.partition(".")
    pytest.importorskip(framework, reason=f"{framework} comes with the extra `frameworks`")
    if framework in ("fastapi", "starlette"):
        pytest.importorskip("python_multipart", reason="it comes with the extra `frameworks`")
    module = importlib.import_module(f"tests.middleware.apps.{framework}_app")
    app = getattr(module, attribute)
    wsgi = framework == "flask" or attribute == "wsgi_app"
    return Site(func.WsgiFunctionApp(app) if wsgi else func.AsgiFunctionApp(app))


SITES = ["fastapi.app", "starlette.app", "django.asgi_app", "django.wsgi_app", "flask.app"]


@pytest.fixture(params=SITES)
def site(request: pytest.FixtureRequest) -> Iterator[Site]:
    site = site_of(request.param)
    yield site
    site.close()


def test_non_ascii_path(site: Site) -> None:
    response = site.get("/greet/Zo%C3%AB%20%E6%97%A5")
    assert (response.status_code, response.get_body().decode()) == (200, "hello Zoë 日")
    assert response.mimetype == "text/plain"
    assert response.charset.lower() == "utf-8"


def test_streamed_body(site: Site) -> None:
    assert site.get("/stream").get_body() == b"0 1 2 "


def test_redirect(site: Site) -> None:
    response = site.get("/old")
    assert (response.status_code, response.headers["location"]) == (302, "/greet/you")


def test_cookies_both_ways(site: Site) -> None:
    response = site.get("/cookies", cookie="seen=yes; other=1")
    assert response.get_body() == b"yes"
    sent = [value for name, value in response.headers.items() if name.lower() == "set-cookie"]
    assert [value.partition(";")[0].strip() for value in sent] == ["a=1", "b=2"]


@pytest.mark.parametrize("transfer", [{}, {"transfer-encoding": "chunked"}])
def test_upload(site: Site, transfer: dict[str, str]) -> None:
    body = (
        b"--limit\r\n"
        b'Content-Disposition: form-data; name="file"; filename="a.txt"\r\n'
        b"Content-Type: text/plain\r\n\r\n"
        b"the content\r\n--limit--\r\n"
    )
    headers = {"content-type": "multipart/form-data; boundary=limit", **transfer}
    response = site.call("POST", "/upload", headers, body)
    assert (response.status_code, response.get_body()) == (200, b"a.txt: the content")


def test_error_page(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    response = site.get("/fail")
    assert response.status_code == 500
    assert response.get_body()
    assert any(
        record.exc_info and record.exc_info[0] is ZeroDivisionError for record in caplog.records
    )
    caplog.clear()
    gc.collect()  # the frames of the traceback hold coroutines


def test_unknown_page(site: Site) -> None:
    assert site.get("/nowhere").status_code == 404


def test_url_as_the_caller_sees_it(site: Site) -> None:
    assert site.get("/where?q=1").get_body() == b"https://shop.example/where?q=1"


@pytest.mark.parametrize("framework", ["fastapi", "starlette"])
def test_20_first_requests_start_the_app_once(framework: str) -> None:
    site = site_of(f"{framework}.app")
    events = importlib.import_module(f"tests.middleware.apps.{framework}_app").events
    events.clear()
    responses = site.get_at_once("/greet/you", 20)
    assert {response.get_body() for response in responses} == {b"hello you"}
    assert events == ["startup"]
    site.close()
    assert events == ["startup", "shutdown"]


def test_django_which_takes_no_lifespan_is_ready_once_for_20_first_requests() -> None:
    site = site_of("django.asgi_app")
    responses = site.get_at_once("/greet/you", 20)
    assert {response.get_body() for response in responses} == {b"hello you"}
    assert importlib.import_module("tests.middleware.apps.django_app").events == ["startup"]
    site.close()


@pytest.mark.parametrize("framework", ["fastapi", "starlette"])
def test_app_below_the_route_prefix(framework: str) -> None:
    pytest.importorskip(framework, reason=f"{framework} comes with the extra `frameworks`")
    app = importlib.import_module(f"tests.middleware.apps.{framework}_app").app
    middleware = func.AsgiMiddleware(app, root_path="/api")
    req = func.HttpRequest("GET", "https://shop.example/api/stream", body=b"")
    assert asyncio.run(middleware.handle_async(req)).get_body() == b"0 1 2 "


@pytest.mark.parametrize("framework", ["flask", "django"])
def test_wsgi_app_below_the_route_prefix(framework: str) -> None:
    pytest.importorskip(framework, reason=f"{framework} comes with the extra `frameworks`")
    module = importlib.import_module(f"tests.middleware.apps.{framework}_app")
    app = getattr(module, "wsgi_app" if framework == "django" else "app")
    middleware = func.WsgiMiddleware(app, root_path="/api")
    req = func.HttpRequest("GET", "https://shop.example/api/where", body=b"")
    assert middleware.handle(req).get_body() == b"https://shop.example/api/where"


# What asgiref, the reference implementation, can check


def test_scopes_have_the_types_that_asgiref_declares() -> None:
    pytest.importorskip("asgiref", reason="asgiref comes with the extra `frameworks`")
    from asgiref.typing import HTTPScope, LifespanScope

    scopes: dict[str, Any] = {}

    async def app(scope: Any, receive: Any, send: Any) -> None:
        scopes[scope["type"]] = scope
        await receive()
        if scope["type"] == "lifespan":
            await send({"type": "lifespan.startup.complete"})
            return
        await send({"type": "http.response.start", "status": 200})
        await send({"type": "http.response.body"})

    middleware = func.AsgiMiddleware(app)
    headers = {"accept": "*/*", "x-forwarded-for": "203.0.113.7:4711"}
    req = func.HttpRequest("GET", "https://shop.example/a%20b?c", headers=headers, body=b"")

    async def main() -> None:
        await middleware.notify_startup()
        await middleware.handle_async(req)

    asyncio.run(main())
    for kind, declared in (("http", HTTPScope), ("lifespan", LifespanScope)):
        hints = typing.get_type_hints(declared)
        required = {key for key in hints if key != "extensions"}
        assert required <= scopes[kind].keys()
        for key in required:
            assert _is_a(scopes[kind][key], hints[key]), (kind, key)


def _is_a(value: object, hint: Any) -> bool:
    """Whether a value is of a declared type, as far as the scopes' declarations go."""
    origin, args = typing.get_origin(hint), typing.get_args(hint)
    if origin is typing.Literal:
        return value in args
    if origin in (typing.Union, types.UnionType):
        return any(_is_a(value, arg) for arg in args)
    if origin is tuple:
        return isinstance(value, tuple) and len(value) == len(args) and all(map(_is_a, value, args))
    if origin is dict:
        return isinstance(value, dict)
    if origin is not None:  # an iterable
        return all(_is_a(item, args[0]) for item in value)  # type: ignore[attr-defined]
    if typing.is_typeddict(hint):
        hints = typing.get_type_hints(hint)
        return isinstance(value, dict) and all(_is_a(value[key], hints[key]) for key in hints)
    return isinstance(value, hint)


def test_asgiref_makes_a_wsgi_environ_of_the_scope() -> None:
    pytest.importorskip("asgiref", reason="asgiref comes with the extra `frameworks`")
    from asgiref.wsgi import WsgiToAsgi

    def app(environ: Any, start_response: Any) -> list[bytes]:
        check_environ(environ)
        body = environ["wsgi.input"].read(3)
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [environ["PATH_INFO"].encode("latin-1") + b" " + body]

    middleware = func.AsgiMiddleware(WsgiToAsgi(app))
    headers = {"content-type": "a/b", "content-length": "3"}
    req = func.HttpRequest("POST", "https://h.ex/caf%C3%A9?x", headers=headers, body=b"abc")
    response = asyncio.run(middleware.handle_async(req))
    assert response.get_body().decode() == "/café abc"
