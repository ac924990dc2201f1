"""The ASGI adapter, seen by applications and by what the function returns."""

from __future__ import annotations

import asyncio
import inspect
import logging
import threading
import typing
from types import SimpleNamespace
from typing import Any

import pytest

import azure_functions_lib as func
from azure_functions_lib.errors import InvocationError
from azure_functions_lib.middleware.asgi import AsgiResponse, connected

App = Any


def request(url: str = "http://localhost:7071/api/x", **options: Any) -> func.HttpRequest:
    options.setdefault("body", b"")
    return func.HttpRequest(options.pop("method", "GET"), url, **options)


def serve(app: App, req: func.HttpRequest | None = None, **options: Any) -> func.HttpResponse:
    middleware = func.AsgiMiddleware(app, **options)
    return asyncio.run(middleware.handle_async(req or request()))


def scope_of(req: func.HttpRequest, context: Any = None, **options: Any) -> dict[str, Any]:
    """The scope that an application gets."""
    seen: dict[str, Any] = {}

    async def app(scope: Any, receive: Any, send: Any) -> None:
        seen.update(scope)
        await answer(send)

    asyncio.run(func.AsgiMiddleware(app, **options).handle_async(req, context))
    return seen


async def answer(send: Any, body: bytes = b"", status: int = 200, headers: Any = ()) -> None:
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def test_an_application_is_run_over_a_scope_without_a_function() -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        await answer(send, (await receive())["body"] + scope["path"].encode(), 201)

    scope = {"type": "http", "method": "POST", "path": "/x"}
    response = asyncio.run(AsgiResponse.from_app(app, scope, b"body of ")).to_func_response()
    assert (response.status_code, response.get_body()) == (201, b"body of /x")


# The scope


def test_H4_scope_holds_the_asgi_versions() -> None:
    scope = scope_of(request())
    assert scope["asgi"] == {"version": "3.0", "spec_version": "2.4"}


def test_mirrored_flat_version_keys_stay() -> None:
    scope = scope_of(request())
    assert (scope["asgi.version"], scope["asgi.spec_version"]) == ("2.1", "2.1")


def test_scope_describes_the_request() -> None:
    scope = scope_of(
        request(
            "https://shop.example:8443/api/items?q=%31&r",
            method="post",
            headers={"X-Name": "Zoë", "accept": "*/*"},
        )
    )
    expected = {
        "type": "http",
        "http_version": "1.1",
        "method": "POST",
        "scheme": "https",
        "path": "/api/items",
        "raw_path": b"/api/items",
        "query_string": b"q=%31&r",
        "root_path": "",
        "server": ("shop.example", 8443),
        "client": None,
        "state": {},
    }
    assert {key: scope[key] for key in expected} == expected
    assert sorted(scope["headers"]) == [(b"accept", b"*/*"), (b"x-name", b"Zo\xeb")]


def test_H5_raw_path_is_the_path_as_sent() -> None:
    scope = scope_of(request("http://h/caf%C3%A9/a%2Fb%20c"))
    assert scope["path"] == "/café/a/b c"
    assert scope["raw_path"] == b"/caf%C3%A9/a%2Fb%20c"


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("http://h", "/"),
        ("http://h?a=/b", "/"),
        ("http://h/%ff", "/\ufffd"),
        ("http://h/%zz%", "/%zz%"),
        ("http://h//x", "//x"),
        ("http://h/é%C3%A9", "/éé"),
        ("/x?u=http://y/z", "/x"),
        ("http://h/x#y?z", "/x"),
    ],
)
def test_path_of_unusual_urls(url: str, path: str) -> None:
    assert scope_of(request(url))["path"] == path


@pytest.mark.parametrize(
    ("url", "headers", "server"),
    [
        ("http://h/", {}, ("h", 80)),
        ("https://H.Ex/", {}, ("h.ex", 443)),
        ("http://[::1]:81/", {}, ("::1", 81)),
        ("http://[::1]/", {}, ("::1", 80)),
        ("http://user:word@h:82/", {}, ("h", 82)),
        ("/x", {}, ("localhost", 80)),
        ("https://h:1/", {"x-forwarded-port": "4443, 80"}, ("h", 4443)),
        ("https://h/", {"x-forwarded-port": "none"}, ("h", 443)),
    ],
)
def test_server(url: str, headers: dict[str, str], server: tuple[str, int]) -> None:
    assert scope_of(request(url, headers=headers))["server"] == server


@pytest.mark.parametrize(
    ("chain", "client"),
    [
        ("203.0.113.7:4711", ("203.0.113.7", 4711)),
        ("203.0.113.7", ("203.0.113.7", 0)),
        ("[2001:db8::7]:4711", ("2001:db8::7", 4711)),
        ("2001:db8::7", ("2001:db8::7", 0)),
        ("203.0.113.7:99999", ("203.0.113.7", 0)),
        ("unknown", None),
        ("_proxy:1", None),
        ("", None),
    ],
)
def test_H5_client_is_who_the_front_end_names(chain: str, client: tuple[str, int] | None) -> None:
    assert scope_of(request(headers={"x-forwarded-for": chain}))["client"] == client


def test_client_cannot_be_forged() -> None:
    headers = {"x-forwarded-for": "10.0.0.1, 203.0.113.7:4711"}
    assert scope_of(request(headers=headers))["client"] == ("203.0.113.7", 4711)


def test_header_beyond_latin_1_reaches_the_app_as_utf_8() -> None:
    headers = scope_of(request(headers={"x-a": "日", "x-b": "é"}))["headers"]
    assert dict(headers) == {b"x-a": "日".encode(), b"x-b": b"\xe9"}


@pytest.mark.parametrize(
    ("prefix", "url", "root_path"),
    [
        ("/api", "http://h/api/x", "/api"),
        ("api/", "http://h/api", "/api"),
        ("/api", "http://h/apis/x", ""),
        ("/", "http://h/api/x", ""),
        ("/é", "http://h/%C3%A9/x", "/é"),
    ],
)
def test_root_path_is_the_route_prefix(prefix: str, url: str, root_path: str) -> None:
    scope = scope_of(request(url), root_path=prefix)
    assert scope["root_path"] == root_path
    assert scope["path"].startswith(root_path)


def test_scope_carries_the_invocation_context() -> None:
    context = func.Context(invocation_id="i-1", function_name="f", function_directory="/d")
    scope = scope_of(request(), context)
    assert scope["azure_functions.invocation_id"] == "i-1"
    assert scope["azure_functions.function_name"] == "f"
    assert scope["azure_functions.function_directory"] == "/d"
    assert scope["azure_functions.trace_context"] is context.trace_context
    assert scope["azure_functions.retry_context"] is context.retry_context
    assert scope["azure_functions.thread_local_storage"] is context.thread_local_storage


def test_scope_without_a_whole_context_has_none_for_the_rest() -> None:
    assert scope_of(request())["azure_functions.invocation_id"] is None
    scope = scope_of(request(), SimpleNamespace(invocation_id="i-1"))
    assert scope["azure_functions.invocation_id"] == "i-1"
    assert scope["azure_functions.trace_context"] is None


# Request and response messages


def test_body_arrives_in_one_message() -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        message = await receive()
        assert message == {"type": "http.request", "body": b"BODY", "more_body": False}
        await answer(send, message["body"].lower())

    assert serve(app, request(method="POST", body=b"BODY")).get_body() == b"body"


def test_several_body_chunks_become_one_body() -> None:
    buffer = bytearray(b"two ")

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 201})
        await send({"type": "http.response.body", "body": b"one ", "more_body": True})
        await send({"type": "http.response.body", "body": buffer, "more_body": True})
        buffer[:] = b"~~~~"
        await send({"type": "http.response.body", "body": memoryview(b"three"), "more_body": True})
        await send({"type": "http.response.body"})

    response = serve(app)
    assert (response.status_code, response.get_body()) == (201, b"one two three")


def test_H5b_headers_and_body_are_optional() -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 204})
        await send({"type": "http.response.body"})

    response = serve(app)
    assert (response.status_code, response.get_body()) == (204, b"")


def test_H5b_response_headers_are_latin_1() -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        await answer(send, headers=[(b"x-name", b"Zo\xeb"), [b"x-list", b"1"]])

    headers = serve(app).headers
    assert (headers["x-name"], headers["x-list"]) == ("Zoë", "1")


def test_H5c_charset_comes_from_the_content_type() -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        headers = [
            (b"content-encoding", b"gzip"),
            (b"Content-Type", b'text/html; x=y; Charset="iso-8859-1"'),
        ]
        await answer(send, b"\xe9", headers=headers)

    response = serve(app)
    assert (response.mimetype, response.charset) == ("text/html", "iso-8859-1")
    assert response.headers["content-encoding"] == "gzip"


def test_repeated_response_headers_are_kept() -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        await answer(send, headers=[(b"set-cookie", b"a=1"), (b"set-cookie", b"b=2")])

    cookies = [value for name, value in serve(app).headers.items() if name == "set-cookie"]
    assert cookies == ["a=1", "b=2"]


def test_error_status_is_an_answer() -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        await answer(send, b"down", status=503)

    response = serve(app)
    assert (response.status_code, response.get_body()) == (503, b"down")


def test_H5_disconnect_is_told_once_the_answer_is_complete() -> None:
    order: list[str] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await receive()

        async def listen() -> None:
            order.append((await receive())["type"])

        listener = asyncio.create_task(listen())
        await asyncio.sleep(0)
        await send({"type": "http.response.start", "status": 200})
        await send({"type": "http.response.body", "body": b"1", "more_body": True})
        await asyncio.sleep(0)
        order.append("last chunk")
        await send({"type": "http.response.body", "body": b"2"})
        await listener
        order.append((await receive())["type"])

    assert serve(app).get_body() == b"12"
    assert order == ["last chunk", "http.disconnect", "http.disconnect"]


def test_waiting_for_disconnect_does_not_poll() -> None:
    turns = 0

    async def app(scope: Any, receive: Any, send: Any) -> None:
        nonlocal turns
        await receive()
        loop = asyncio.get_running_loop()
        listener = asyncio.create_task(receive())
        await asyncio.sleep(0)
        soon = loop.call_soon
        try:

            def counting(*args: Any, **options: Any) -> Any:
                nonlocal turns
                turns += 1
                return soon(*args, **options)

            loop.call_soon = counting  # type: ignore[method-assign]
            await asyncio.sleep(0.05)
            assert not listener.done()
        finally:
            loop.call_soon = soon  # type: ignore[method-assign]
        await answer(send)
        await listener

    serve(app)
    assert turns <= 2  # the end of the sleep itself


def test_listener_left_behind_by_a_failing_app_is_released() -> None:
    listeners: list[asyncio.Task[Any]] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await receive()
        listeners.append(asyncio.create_task(receive()))
        await asyncio.sleep(0)
        raise ZeroDivisionError

    async def main() -> Any:
        with pytest.raises(ZeroDivisionError):
            await func.AsgiMiddleware(app).handle_async(request())
        return await asyncio.wait_for(listeners[0], 5)

    assert asyncio.run(main()) == {"type": "http.disconnect"}


def test_exception_before_the_answer_fails_the_invocation() -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200})
        raise KeyError("k")

    with pytest.raises(KeyError):
        serve(app)


def test_exception_after_the_answer_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        await answer(send, b"error page", status=500)
        raise KeyError("the cause")

    response = serve(app)
    assert (response.status_code, response.get_body()) == (500, b"error page")
    (record,) = caplog.records
    assert record.levelno == logging.ERROR
    assert record.exc_info is not None
    assert isinstance(record.exc_info[1], KeyError)


START = {"type": "http.response.start", "status": 200}
BODY = {"type": "http.response.body"}


@pytest.mark.parametrize(
    ("messages", "text"),
    [
        ([], "before its answer was complete"),
        ([START], "before its answer was complete"),
        ([START, {**BODY, "more_body": True}], "before its answer was complete"),
        ([BODY], "'http.response.body'; expected 'http.response.start'"),
        ([START, START], "'http.response.start'; expected 'http.response.body'"),
        ([START, {**BODY, "body": "text"}], "got str 'text'; expected bytes"),
        (
            [{**START, "headers": [("a", "b")]}],
            r"got list \[\('a', 'b'\)\]; expected pairs of bytes",
        ),
        ([{**START, "headers": [(b"a",)]}], "expected pairs of bytes"),
        ([{"type": "http.response.start"}], "status: got NoneType None; expected a number"),
        ([{**START, "status": "200"}], "status: got str '200'; expected a number"),
        ([{"type": "http.response.push"}], "'http.response.push'; expected"),
        ([{}], "sent dict {}; expected a dict whose 'type'"),
        ([{"type": None}], "sent None; expected 'http.response.start'"),
        ([5], "sent int 5; expected a dict whose 'type'"),
    ],
)
def test_answer_against_the_specification_is_an_error(messages: list[Any], text: str) -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        for message in messages:
            await send(message)

    with pytest.raises(InvocationError, match=text):
        serve(app)


def both(status: int, headers: list[tuple[str, str]], body: bytes, method: str = "GET") -> Any:
    """What an ASGI and a WSGI app's answer becomes: an error's text, or status, headers, body."""

    async def asgi(scope: Any, receive: Any, send: Any) -> None:
        raw = [(name.encode(), value.encode()) for name, value in headers]
        await answer(send, body, status, raw)

    def wsgi(environ: Any, start_response: Any) -> list[bytes]:
        start_response(f"{status} X", headers)
        return [body]

    found = []
    for serve_it in (lambda req: serve(asgi, req), func.WsgiMiddleware(wsgi).handle):
        try:
            response = serve_it(request(method=method))
        except InvocationError as error:
            found.append(str(error))
        else:
            found.append((response.status_code, list(response.headers), response.get_body()))
    assert found[0] == found[1]
    return found[0]


def test_headers_of_the_connection_are_the_hosts() -> None:
    headers = [
        ("Transfer-Encoding", "chunked"),
        ("connection", "close"),
        ("Upgrade", "x"),
        ("a", "b"),
    ]
    assert both(200, headers, b"x") == (200, [("a", "b")], b"x")


@pytest.mark.parametrize("declared", ["999", "0", "one"])
def test_a_body_of_another_length_than_declared_is_an_error(declared: str) -> None:
    text = both(200, [("Content-Length", declared)], b"x")
    assert (
        text == f"The app declared a Content-Length of str '{declared}' and sent a body of 1 bytes"
    )


@pytest.mark.parametrize(
    ("status", "length", "body", "method"),
    [
        (200, "1", b"x", "GET"),
        (200, "999", b"", "HEAD"),
        (304, "999", b"", "GET"),
        (304, "0", b"", "GET"),
    ],
)
def test_a_right_content_length_is_kept(status: int, length: str, body: bytes, method: str) -> None:
    headers = [("Content-Length", length)]
    assert both(status, headers, body, method) == (status, headers, body)


@pytest.mark.parametrize("status", [100, 101])
def test_an_interim_status_is_no_answer(status: int) -> None:
    assert (
        both(status, [], b"") == f"The app answered with the status {status}; expected a final one"
    )


@pytest.mark.parametrize(("status", "method"), [(204, "GET"), (304, "GET"), (200, "HEAD")])
def test_an_answer_that_has_no_body_is_sent_without(status: int, method: str) -> None:
    assert both(status, [("a", "b")], b"x", method) == (status, [("a", "b")], b"")


def test_message_after_the_answer_is_an_error_of_the_app() -> None:
    errors: list[Exception] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await answer(send)
        try:
            await send(BODY)
        except InvocationError as error:
            errors.append(error)

    serve(app)
    assert "the answer is complete" in str(errors[0])


# The lifespan


class Lifespan:
    """An app that records its lifespan events."""

    def __init__(self, *, startup: str = "complete", shutdown: str = "complete") -> None:
        self.startup = startup
        self.shutdown = shutdown
        self.events: list[str] = []
        self.scopes: list[dict[str, Any]] = []

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            self.events.append("request")
            await answer(send, repr(scope["state"]).encode())
            return
        self.scopes.append(scope)
        assert (await receive()) == {"type": "lifespan.startup"}
        await asyncio.sleep(0.01)
        self.events.append("startup")
        scope["state"]["pool"] = ["shared"]
        await send({"type": f"lifespan.startup.{self.startup}", "message": "no database"})
        assert (await receive()) == {"type": "lifespan.shutdown"}
        self.events.append("shutdown")
        await send({"type": f"lifespan.shutdown.{self.shutdown}", "message": "no rest"})


def test_lifespan_runs_from_startup_to_shutdown() -> None:
    app = Lifespan()
    middleware = func.AsgiMiddleware(app)

    async def main() -> None:
        assert await middleware.notify_startup() is True
        await middleware.handle_async(request())
        await middleware.notify_shutdown()

    asyncio.run(main())
    assert app.events == ["startup", "request", "shutdown"]
    (scope,) = app.scopes
    assert scope["type"] == "lifespan"
    assert scope["asgi"] == {"version": "3.0", "spec_version": "2.0"}


def test_H3b_one_startup_for_many_first_requests() -> None:
    app = Lifespan()
    middleware = func.AsgiMiddleware(app)

    async def first() -> int:
        assert await middleware.notify_startup()
        return (await middleware.handle_async(request())).status_code

    async def main() -> list[int]:
        return await asyncio.gather(*(first() for _ in range(20)))

    assert asyncio.run(main()) == [200] * 20
    assert app.events == ["startup"] + ["request"] * 20


def test_H3b_first_request_that_is_cancelled_does_not_stop_the_others() -> None:
    app = Lifespan()
    middleware = func.AsgiMiddleware(app)

    async def main() -> bool:
        first = asyncio.create_task(middleware.notify_startup())
        second = asyncio.create_task(middleware.notify_startup())
        await asyncio.sleep(0)
        first.cancel()
        return await second

    assert asyncio.run(main()) is True
    assert app.events == ["startup"]


def test_H3_app_that_raises_on_lifespan_is_served_without() -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        assert scope["type"] == "http"
        await answer(send, b"served")

    middleware = func.AsgiMiddleware(app)

    async def main() -> bytes:
        assert await middleware.notify_startup() is True
        response = await middleware.handle_async(request())
        await middleware.notify_shutdown()
        return response.get_body()

    assert asyncio.run(main()) == b"served"


def test_many_loops_may_start_the_app_at_once() -> None:
    app = Lifespan()
    middleware = func.AsgiMiddleware(app)
    ready = threading.Barrier(20)
    answers: list[bool] = []

    def start() -> None:
        async def main() -> bool:
            ready.wait()
            return await middleware.notify_startup()

        answers.append(asyncio.run(main()))

    threads = [threading.Thread(target=start) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [True] * 20


def test_a_caller_whose_loop_outlives_that_of_the_startup_starts_it_anew() -> None:
    waiting = threading.Event()

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await receive()
        if not waiting.is_set():
            waiting.set()
            await asyncio.sleep(3600)
        await send({"type": "lifespan.startup.complete"})
        await receive()

    middleware = func.AsgiMiddleware(app)
    others: list[threading.Thread] = []
    answers: list[bool] = []

    async def first() -> None:
        starting = asyncio.create_task(middleware.notify_startup())
        while not waiting.is_set():
            await asyncio.sleep(0)
        other = threading.Thread(
            target=lambda: answers.append(asyncio.run(middleware.notify_startup()))
        )
        others.append(other)
        other.start()
        starting.cancel()

    asyncio.run(first())
    others[0].join()
    assert answers == [True]


def test_app_that_cancels_itself_at_startup_is_served_without() -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        raise asyncio.CancelledError

    assert asyncio.run(func.AsgiMiddleware(app).notify_startup())


@pytest.mark.parametrize("message", [{}, 5, {"type": None}])
def test_lifespan_message_without_type_is_an_error_of_the_app(message: Any) -> None:
    errors: list[Exception] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        try:
            await send(message)
        except InvocationError as error:
            errors.append(error)

    assert asyncio.run(func.AsgiMiddleware(app).notify_startup())
    assert "expected" in str(errors[0])


def test_H3_app_that_raises_on_the_startup_message_is_served_without() -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        await receive()
        raise NotImplementedError

    middleware = func.AsgiMiddleware(app)
    assert asyncio.run(middleware.notify_startup()) is True


def test_H3_app_that_returns_from_lifespan_is_asked_once() -> None:
    asked: list[str] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        asked.append(scope["type"])

    middleware = func.AsgiMiddleware(app)

    async def main() -> None:
        assert await middleware.notify_startup() is True
        assert await middleware.notify_startup() is True

    asyncio.run(main())
    assert asked == ["lifespan"]


def test_failed_startup_is_told_logged_and_tried_again(caplog: pytest.LogCaptureFixture) -> None:
    app = Lifespan(startup="failed")
    middleware = func.AsgiMiddleware(app)

    async def main() -> list[bool]:
        both = await asyncio.gather(middleware.notify_startup(), middleware.notify_startup())
        app.startup = "complete"
        return [*both, await middleware.notify_startup()]

    assert asyncio.run(main()) == [False, False, True]
    assert app.events == ["startup", "startup"]
    assert [record.getMessage() for record in caplog.records] == [
        "The ASGI app sent lifespan.startup.failed: no database"
    ]


def test_failed_shutdown_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    middleware = func.AsgiMiddleware(Lifespan(shutdown="failed"))

    async def main() -> None:
        await middleware.notify_startup()
        await middleware.notify_shutdown()

    asyncio.run(main())
    assert "lifespan.shutdown.failed: no rest" in caplog.text


def test_lifespan_that_fails_later_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await receive()
        raise ZeroDivisionError

    middleware = func.AsgiMiddleware(app)

    async def main() -> None:
        await middleware.notify_startup()
        await middleware.notify_shutdown()

    asyncio.run(main())
    assert "failed after its startup" in caplog.text


@pytest.mark.parametrize("kind", ["lifespan.startup.complete", "http.response.start"])
def test_lifespan_message_out_of_place_is_an_error_of_the_app(kind: str) -> None:
    errors: list[Exception] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "lifespan.startup.complete"})
        try:
            await send({"type": kind})
        except InvocationError as error:
            errors.append(error)

    asyncio.run(func.AsgiMiddleware(app).notify_startup())
    assert kind in str(errors[0])


def test_shutdown_before_startup_is_an_error() -> None:
    with pytest.raises(RuntimeError, match=r"notify_startup\(\) must be called"):
        asyncio.run(func.AsgiMiddleware(Lifespan()).notify_shutdown())


def test_shutdown_twice_ends_once() -> None:
    app = Lifespan()
    middleware = func.AsgiMiddleware(app)

    async def main() -> None:
        await middleware.notify_startup()
        await middleware.notify_shutdown()
        await middleware.notify_shutdown()

    asyncio.run(main())
    assert app.events == ["startup", "shutdown"]


def test_app_that_never_returns_ends_with_its_shutdown_message() -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        while True:
            await send({"type": (await receive())["type"] + ".complete"})

    middleware = func.AsgiMiddleware(app)

    async def main() -> None:
        await middleware.notify_startup()
        await asyncio.wait_for(middleware.notify_shutdown(), 5)

    asyncio.run(main())


def test_shutdown_from_another_loop_runs_on_the_loop_of_the_startup() -> None:
    threads: list[int] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await receive()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        threads.append(threading.get_ident())
        await send({"type": "lifespan.shutdown.complete"})

    middleware = func.AsgiMiddleware(app)

    async def main() -> None:
        assert await middleware.notify_startup()
        await asyncio.to_thread(asyncio.run, middleware.notify_shutdown())

    asyncio.run(main())
    assert threads == [threading.get_ident()]


def test_lifespan_whose_loop_ended_starts_anew_on_the_next() -> None:
    app = Lifespan()
    middleware = func.AsgiMiddleware(app)
    for _ in range(2):
        assert asyncio.run(middleware.notify_startup())
    asyncio.run(middleware.notify_shutdown())
    assert app.events == ["startup", "startup"]


def test_state_is_copied_for_each_request() -> None:
    states: list[dict[str, Any]] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            await receive()
            scope["state"]["pool"] = ["shared"]
            await send({"type": "lifespan.startup.complete"})
            return
        scope["state"]["mine"] = len(states)
        states.append(scope["state"])
        await answer(send)

    middleware = func.AsgiMiddleware(app)

    async def main() -> None:
        await middleware.notify_startup()
        for _ in range(2):
            await middleware.handle_async(request())

    asyncio.run(main())
    assert states == [{"pool": ["shared"], "mine": 0}, {"pool": ["shared"], "mine": 1}]
    assert states[0]["pool"] is states[1]["pool"]
    assert middleware.state == {"pool": ["shared"]}


# The mirrored synchronous entry points


@pytest.mark.parametrize("name", ["handle", "main"])
def test_deprecated_synchronous_call_still_answers(
    name: str, caplog: pytest.LogCaptureFixture
) -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        await answer(send, b"old")

    call = getattr(func.AsgiMiddleware(app), name)
    with pytest.warns(DeprecationWarning, match="await handle_async"):
        assert call(request(), None).get_body() == b"old"
    assert "deprecated" in caplog.text


@pytest.mark.parametrize("middleware", [func.AsgiMiddleware, func.WsgiMiddleware])
def test_main_passes_a_workers_checks(middleware: Any) -> None:
    main = middleware(None).main
    assert list(inspect.signature(main).parameters) == ["req", "context"]
    assert typing.get_type_hints(main) == {}


# The function app


def test_function_app_starts_the_lifespan_once_for_20_first_requests() -> None:
    app = Lifespan()
    function_app = func.AsgiFunctionApp(app, http_auth_level="anonymous")
    (function,) = function_app.get_functions()
    handler = function.get_user_function()

    async def main() -> list[Any]:
        calls = (handler(request(), func.Context()) for _ in range(20))
        responses = await asyncio.gather(*calls)
        await function_app.middleware.notify_shutdown()
        return responses

    assert {response.status_code for response in asyncio.run(main())} == {200}
    assert app.events == ["startup"] + ["request"] * 20 + ["shutdown"]


def test_function_app_refuses_requests_while_the_startup_fails() -> None:
    app = Lifespan(startup="failed")
    (function,) = func.AsgiFunctionApp(app).get_functions()
    handler = function.get_user_function()
    with pytest.raises(RuntimeError, match="start"):
        asyncio.run(handler(request(), func.Context()))
    assert app.events == ["startup"]


class Caller:
    """Whoever sent a request that a host passes on in parts; hangs up after some answers."""

    def __init__(self, *parts: bytes, hangs_up_after: int = 10) -> None:
        self.parts = list(parts)
        self.left = hangs_up_after
        self.got: list[object] = []

    async def receive(self) -> dict[str, object]:
        body = self.parts.pop(0)
        return {"type": "http.request", "body": body, "more_body": bool(self.parts)}

    async def send(self, message: object) -> None:
        if not self.left:
            raise OSError("the caller is gone")
        self.left -= 1
        self.got.append(message)


async def echo_parts(scope, receive, send):
    """Answer each part of the request as it comes."""
    await send({"type": "http.response.start", "status": 200, "headers": [(b"x-a", b"1")]})
    more = True
    while more:
        message = await receive()
        more = message["more_body"]
        await send(
            {"type": "http.response.body", "body": message["body"].upper(), "more_body": more}
        )


def streamed(app: object, caller: Caller) -> func.HttpResponse:
    async def answer() -> func.HttpResponse:
        connected.set(caller)
        return await func.AsgiMiddleware(app).handle_async(func.HttpRequest("GET", "/x"))

    return asyncio.run(answer())


def test_a_caller_that_is_connected_gets_the_answer_as_it_is_made() -> None:
    caller = Caller(b"a", b"b")
    response = streamed(echo_parts, caller)
    assert [message.get("body") for message in caller.got] == [None, b"A", b"B"]
    assert (response.status_code, response.headers["x-a"], response.get_body()) == (200, "1", b"")


def test_a_body_that_was_passed_on_is_not_missed() -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        await answer(send, b"abc", headers=[(b"content-length", b"3")])

    caller = Caller(b"")
    response = streamed(app, caller)
    assert (response.headers["content-length"], response.get_body()) == ("3", b"")
    assert [message.get("body") for message in caller.got] == [None, b"abc"]


def test_an_app_learns_that_its_caller_has_hung_up_and_has_not_failed() -> None:
    raised = []

    async def app(scope, receive, send):
        try:
            await echo_parts(scope, receive, send)
        except OSError as error:
            raised.append(str(error))
            raise

    streamed(app, Caller(b"a", b"b", hangs_up_after=1))
    assert "gone" in raised[0]


def test_a_caller_that_is_connected_gets_no_message_that_breaks_the_specification() -> None:
    async def app(scope, receive, send):
        await send({"type": "http.response.body", "body": b"no start"})

    caller = Caller(b"")
    with pytest.raises(InvocationError, match="expected 'http.response.start'"):
        streamed(app, caller)
    assert caller.got == []
