"""What the test client does around an invocation."""

from __future__ import annotations

import asyncio
import io
import json
import logging
import os
import re
import sys
import types
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

import azure_functions_lib as func
from azure_functions_lib.app.loader import load_app
from azure_functions_lib.context import TraceContext
from azure_functions_lib.errors import (
    AppError,
    AzureFunctionsError,
    FunctionLoadError,
    InvalidPayloadError,
    InvalidValueError,
    InvocationError,
)
from azure_functions_lib.meta import Datum
from azure_functions_lib.testing import AsyncTestClient, TestClient, events

from ..folders import v1_app

CONNECTION = "CONNECTION"


@pytest.fixture
def app() -> func.FunctionApp:
    return func.FunctionApp(http_auth_level="anonymous")


@pytest.fixture
def echo(app: func.FunctionApp) -> func.FunctionApp:
    """Answers with what came."""

    @app.route("echo/{id?}")
    def echo(req: func.HttpRequest) -> Any:
        return {
            "method": req.method,
            "url": req.url,
            "params": dict(req.params),
            "headers": dict(req.headers),
            "cookies": req.cookies,
            "form": {name: req.form.getlist(name) for name in req.form},
            "files": {
                name: [file.filename, file.content_type, file.read().decode()]
                for name, file in req.files.items()
            },
            "body": req.get_body().decode(),
        }

    return app


# -- What it opens


V2 = """
import os
import azure_functions_lib as func
app = func.FunctionApp()
@app.route()
def hello(req: func.HttpRequest) -> str:
    os.environ["LEFT_BEHIND"] = "1"
    return f"Hello {req.params['name']} {os.environ['GREETING']}"
"""


def test_opens_a_folder_of_decorated_functions(tmp_path: Path) -> None:
    (tmp_path / "function_app.py").write_text(V2)
    settings = '{"IsEncrypted": false, "Values": {"GREETING": "from the file"}}'
    (tmp_path / "local.settings.json").write_text(settings)
    for app in (tmp_path, str(tmp_path), tmp_path / "function_app.py"):
        with TestClient(app) as client:
            assert client.get("/api/hello?name=you").text == "Hello you from the file"
    with TestClient(tmp_path, settings={"GREETING": "setting"}) as client:
        assert client.get("/api/hello?name=you").text == "Hello you setting"
    with TestClient(tmp_path, local_settings=False) as client, pytest.raises(KeyError):
        client.get("/api/hello?name=you")
    assert not {"LEFT_BEHIND", "GREETING", "AzureWebJobsScriptRoot"} & os.environ.keys()
    assert "function_app" not in sys.modules


def test_opens_a_folder_of_function_json(tmp_path: Path) -> None:
    v1_app(
        tmp_path,
        "def main(req) -> str:\n    return 'v1'\n",
        {"type": "httpTrigger", "name": "req", "direction": "in", "methods": ["get"]},
        {"type": "http", "name": "$return", "direction": "out"},
        name="first",
    )
    with TestClient(tmp_path) as client:
        assert client.get("/api/first").text == "v1"
        assert client.post("/api/first").status_code == 405


def test_opens_a_module_an_app_and_a_loaded_app(echo: func.FunctionApp) -> None:
    module = types.ModuleType("module")
    module.app = echo  # type: ignore[attr-defined]
    for app in (module, echo):
        with TestClient(app) as client:
            assert client.get("/api/echo").ok
    with load_app(echo) as loaded:
        for _ in range(2):
            with TestClient(loaded) as client:
                assert client.get("/api/echo").ok
        assert loaded.functions


def test_all_problems_are_raised_at_once(app: func.FunctionApp) -> None:
    @app.route()
    def first(req: int) -> str:
        return "x"

    @app.queue_trigger("msg", "q", CONNECTION)
    def second(msg: func.QueueMessage, other: str) -> None: ...

    @app.route()
    def third(req: func.HttpRequest) -> str:
        return "fine"

    with pytest.raises(FunctionLoadError) as raised, TestClient(app):
        pass
    assert "the app has 2 problems:\n- first: req: " in str(raised.value)
    assert "\n- second: other: " in str(raised.value)
    with TestClient(app, validate=False) as client:
        assert client.get("/api/third").text == "fine"
        with pytest.raises(FunctionLoadError, match="'first' cannot be invoked"):
            client.get("/api/first")


def test_what_importing_the_app_raised_is_the_cause(tmp_path: Path) -> None:
    (tmp_path / "function_app.py").write_text("1 / 0")
    with pytest.raises(FunctionLoadError) as raised, TestClient(tmp_path):
        pass
    assert isinstance(raised.value.__cause__, ZeroDivisionError)


def test_no_app_and_no_open_client(tmp_path: Path, echo: func.FunctionApp) -> None:
    with pytest.raises(AppError, match="no such folder"), TestClient(tmp_path / "none"):
        pass
    with pytest.raises(InvocationError, match="not open"):
        TestClient(echo).get("/api/echo")
    with TestClient(echo) as client, pytest.raises(InvocationError, match="open already"):
        client.__enter__()
    with pytest.raises(InvocationError, match="not open"):
        client.invoke("echo")


def test_hooks_run_when_it_opens_and_closes(app: func.FunctionApp) -> None:
    happened: list[str] = []
    app.on_startup(lambda: happened.append("start"))

    @app.on_shutdown
    async def stop() -> None:
        happened.append("stop")

    @app.route()
    def function(req: func.HttpRequest) -> str:
        happened.append("call")
        return "ok"

    with TestClient(app) as client:
        client.get("/api/function")
    assert happened == ["start", "call", "stop"]


def test_a_startup_hook_that_fails_leaves_nothing(app: func.FunctionApp) -> None:
    @app.on_startup
    def start() -> None:
        raise OSError("no database")

    @app.route()
    def function(req: func.HttpRequest) -> str:
        return "ok"

    before = dict(os.environ)
    client = TestClient(app, settings={"A": "1"})
    with pytest.raises(OSError, match="no database"):
        client.__enter__()
    assert dict(os.environ) == before


# -- HTTP


def test_request(echo: func.FunctionApp) -> None:
    with TestClient(echo, headers={"X-All": "1"}, base_url="https://app.example") as client:
        came = client.get(
            "/api/echo/7?x=1&x=2", params={"y": ["3", "4"]}, headers=[("X-A", "a"), ("x-a", "b")]
        ).json()
        assert came["url"] == "https://app.example/api/echo/7?x=1&x=2&y=3&y=4"
        assert came["params"] == {"x": "1,2", "y": "3,4"}
        assert came["headers"]["x-a"] == "a,b"
        assert came["headers"]["x-all"] == "1"
        assert came["headers"]["host"] == "app.example"
        assert client.get("http://other.example/api/echo").json()["headers"]["host"] == (
            "other.example"
        )


@pytest.mark.parametrize("verb", ["get", "post", "put", "patch", "delete", "head", "options"])
def test_verbs(echo: func.FunctionApp, verb: str) -> None:
    with TestClient(echo) as client:
        assert getattr(client, verb)("/api/echo").json()["method"] == verb.upper()


@pytest.mark.parametrize(
    ("body", "content", "content_type"),
    [
        ({"json": [1]}, "[1]", "application/json"),
        ({"json": None}, "null", "application/json"),
        ({"data": "text"}, "text", "text/plain; charset=utf-8"),
        ({"data": b"bytes"}, "bytes", None),
        ({"content": "text"}, "text", None),
        ({"content": b"bytes"}, "bytes", None),
        ({"content": iter([b"by", b"tes"])}, "bytes", None),
        ({"data": {"a": "1", "b": ["2", "3"]}}, "a=1&b=2&b=3", "application/x-www-form-urlencoded"),
        ({"json": 1, "headers": {"Content-Type": "text/x"}}, "1", "text/x"),
    ],
)
def test_bodies(echo: func.FunctionApp, body: Any, content: str, content_type: str | None) -> None:
    with TestClient(echo) as client:
        came = client.post("/api/echo", **body).json()
    assert came["body"] == content
    assert came["headers"].get("content-type") == content_type
    assert came["headers"]["content-length"] == str(len(content))


def test_files(echo: func.FunctionApp, tmp_path: Path) -> None:
    path = tmp_path / "c.csv"
    path.write_text("1,2")
    with TestClient(echo) as client, path.open("rb") as opened:
        came = client.post(
            "/api/echo",
            data={"field": "value", "several": ["1", "2"]},
            files={
                "a": b"content",
                "b": ('na"me.txt', "text"),
                "c": opened,
                "d": ("d.bin", io.BytesIO(b"d"), "x/y"),
            },
        ).json()
    assert came["form"] == {"field": ["value"], "several": ["1", "2"]}
    assert came["files"] == {
        "a": ["a", "application/octet-stream", "content"],
        "b": ['na"me.txt', "text/plain", "text"],
        "c": ["c.csv", "text/csv", "1,2"],
        "d": ["d.bin", "x/y", "d"],
    }


@pytest.mark.parametrize(
    "bodies",
    [
        {"json": 1, "data": "x"},
        {"json": 1, "files": {"a": b""}},
        {"data": "x", "files": {"a": b""}},
        {"content": b"x", "json": 1},
        {"content": b"x", "data": {"a": "1"}},
        {"content": 5},
        {"content": ["text"]},
        {"json": object},
        {"files": {"a": 1}},
        {"files": {"a": ("name",)}},
    ],
)
def test_bodies_that_cannot_be(echo: func.FunctionApp, bodies: Any) -> None:
    with TestClient(echo) as client, pytest.raises(InvalidValueError, match="request: body"):
        client.post("/api/echo", **bodies)


def test_cookies(app: func.FunctionApp) -> None:
    @app.route()
    def login(req: func.HttpRequest) -> func.HttpResponse:
        response = func.HttpResponse("in")
        response.set_cookie("session", "7", httponly=True)
        response.set_cookie("old", "1")
        return response

    @app.route()
    def me(req: func.HttpRequest) -> Any:
        return req.cookies

    @app.route()
    def logout(req: func.HttpRequest) -> func.HttpResponse:
        response = func.HttpResponse("out")
        response.delete_cookie("session")
        response.set_cookie("old", expires="Wed, 21 Oct 2015 07:28:00 GMT")
        response.headers.add("set-cookie", "kept=1; expires=some day")
        return response

    with TestClient(app, cookies={"lang": "de"}) as client:
        response = client.post("/api/login")
        assert response.cookies == {"session": "7", "old": "1"}
        assert any("HttpOnly" in each for each in response.headers.getall("set-cookie"))
        everything = {"lang": "de", "session": "7", "old": "1"}
        assert client.get("/api/me").json() == everything
        assert client.get("/api/me", cookies={"a": "b"}).json() == {**everything, "a": "b"}
        assert client.get("/api/me", headers={"cookie": "x=y"}).json() == {**everything, "x": "y"}
        client.get("/api/logout")
        assert client.get("/api/me").json() == {"lang": "de", "kept": "1"}


def test_response(app: func.FunctionApp) -> None:
    @app.route()
    @app.queue_output("msg", "q", CONNECTION)
    def function(req: func.HttpRequest, msg: func.Out[str]) -> func.HttpResponse:
        logging.info("made")
        msg.set("sent")
        return func.HttpResponse(
            "caf\u00e9", status_code=201, charset="latin-1", headers={"X-A": "1"}
        )

    with TestClient(app) as client:
        response = client.get("/api/function")
    assert isinstance(response, func.HttpResponse)
    assert (response.status_code, response.ok) == (201, True)
    assert (response.text, response.content) == ("caf\u00e9", b"caf\xe9")
    assert (response.mimetype, response.charset) == ("text/plain", "latin-1")
    assert response.headers["x-a"] == "1"
    assert response.outputs == {"msg": "sent"}
    assert response.wire["msg"] == Datum("sent", "string")
    assert response.wire["$return"].type == "http"
    assert [record.getMessage() for record in response.logs] == ["made"]
    assert response.exception is None


def test_a_function_without_a_response() -> None:
    app = func.FunctionApp()

    @app.generic_trigger("req", "httpTrigger", route="nothing")
    def function(req: func.HttpRequest) -> None: ...

    with TestClient(app) as client:
        assert client.get("/api/nothing").status_code == 204


def test_a_disabled_function_is_not_served(tmp_path: Path) -> None:
    v1_app(
        tmp_path,
        "def main(req) -> str:\n    return 'v1'\n",
        {"type": "httpTrigger", "name": "req", "direction": "in"},
        {"type": "http", "name": "$return", "direction": "out"},
        name="first",
    )
    path = tmp_path / "first" / "function.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "disabled": True}))
    with TestClient(tmp_path) as client:
        assert client.get("/api/first").status_code == 404


def test_middlewares_run(app: func.FunctionApp) -> None:
    @app.middleware
    async def twice(context: func.Context, call_next: Any) -> Any:
        return f"{await call_next(context)} {context.function_name}"

    @app.route()
    def function(req: func.HttpRequest) -> str:
        return "from"

    with TestClient(app) as client:
        assert client.get("/api/function").text == "from function"


async def forgets_return(context: func.Context, call_next: Any) -> Any:
    await call_next(context)


async def forgets_await(context: func.Context, call_next: Any) -> Any:
    return call_next(context)


async def forgets_both(context: func.Context, call_next: Any) -> Any:
    call_next(context)


class Later:
    def __await__(self) -> Any:
        raise NotImplementedError


async def gives_what_is_to_be_awaited(context: func.Context, call_next: Any) -> Any:
    await call_next(context)
    return Later()


def forgets_to_give_it(context: func.Context, call_next: Any) -> Any:
    call_next(context)


@pytest.mark.parametrize(
    ("middleware", "fault"),
    [
        (forgets_return, "returns nothing, though call_next gave it str 'made'"),
        (forgets_await, "does not await call_next"),
        (forgets_both, "does not await call_next"),
        (gives_what_is_to_be_awaited, "returns Later .*, which nobody awaits"),
        (forgets_to_give_it, "does not await call_next"),
    ],
)
def test_a_middleware_that_forgets_return_or_await_is_named(
    app: func.FunctionApp, middleware: Any, fault: str
) -> None:
    app.middleware(middleware)

    @app.route()
    def function(req: func.HttpRequest) -> str:
        return "made"

    line = middleware.__code__.co_firstlineno
    message = rf"^middleware '{middleware.__name__}' \(.*test_client\.py, line {line}\) {fault}"
    # The check finds some of these too.
    unchecked = TestClient(app, validate=False)
    with unchecked as client, pytest.raises(InvocationError, match=message):
        client.get("/api/function")


def test_a_middleware_may_answer_by_itself_or_give_nothing_for_nothing(
    app: func.FunctionApp,
) -> None:
    @app.middleware
    async def guard(context: func.Context, call_next: Any) -> Any:
        return "closed" if context.function_name == "function" else await call_next(context)

    @app.middleware
    async def counts(context: func.Context, call_next: Any) -> None:
        await call_next(context)

    @app.route()
    def function(req: func.HttpRequest) -> str:
        return "made"

    @app.queue_trigger("msg", "q", CONNECTION)
    def work(msg: func.QueueMessage) -> None: ...

    with TestClient(app) as client:
        assert client.get("/api/function").text == "closed"
        assert client.invoke("work", "x").ok


def test_content_may_be_empty(echo: func.FunctionApp) -> None:
    with TestClient(echo) as client:
        assert client.post("/api/echo", content=b"").json()["body"] == ""


@pytest.mark.parametrize(
    ("keyword", "remedy"),
    [
        ("timeout", "however long it takes"),
        ("follow_redirects", "The client follows no redirect"),
        ("auth", "Authorization"),
        ("contents", "contents: got int; expected one of its keywords: params, headers, content"),
    ],
)
def test_keywords_of_other_clients_are_refused_by_name(
    echo: func.FunctionApp, keyword: str, remedy: str
) -> None:
    options: Any = {keyword: 1}
    with TestClient(echo) as client:
        with pytest.raises(TypeError, match=rf"^client\.post\(\): {keyword}: .*trace_context"):
            client.post("/api/echo", **options)
        with pytest.raises(TypeError, match=remedy):
            client.request("post", "/api/echo", **options)


MISTAKES: dict[str, tuple[Any, str]] = {
    "the function in place of its name": (
        lambda client: client.invoke(print),
        "got builtin_function_or_method .*; expected a function's name: 'work'",
    ),
    "a number of seconds": (
        lambda client: client.clock.advance(5),
        "advanced by int 5; expected a timedelta, or days, hours",
    ),
    "a misspelt unit": (
        lambda client: client.clock.advance(hour=5),
        "advanced by hour; expected a timedelta, or days, hours",
    ),
    "a time without a zone": (
        lambda client: client.clock.move_to(datetime(2030, 1, 1)),
        "expected an aware datetime",
    ),
    "a message without a form": (
        lambda client: client.queue("q").put(object()),
        "queue 'q': message: got object .*; expected text, bytes, a message",
    ),
    "a blob of a number": (
        lambda client: client.blob("a/b").write(5),
        "blob a/b: content: got int 5; expected bytes or text",
    ),
    "a builder with the message of another service": (
        lambda client: events.service_bus(func.QueueMessage("x")),
        "ServiceBusMessage: body: got QueueMessage .*; expected ServiceBusMessage, or a body",
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_mistakes_of_a_new_user_are_named(app: func.FunctionApp, mistake: str) -> None:
    @app.queue_trigger("msg", "q", CONNECTION)
    def work(msg: func.QueueMessage) -> None: ...

    make, message = MISTAKES[mistake]
    with TestClient(app) as client, pytest.raises(AzureFunctionsError, match=message):
        make(client)


def test_a_message_is_put_by_its_body(app: func.FunctionApp) -> None:
    with TestClient(app, validate=False) as client:
        client.queue("q").put(func.QueueMessage("x"))
        assert client.queue("q").messages == ["x"]


@pytest.fixture
def shop(app: func.FunctionApp) -> func.FunctionApp:
    @app.route("items/{id:int}", methods=["GET", "PUT"])
    def item(req: func.HttpRequest) -> func.HttpResponse:
        return func.HttpResponse("a\nb", status_code=int(req.params.get("status", "200")))

    @app.route("orders", methods=["POST"])
    def order(req: func.HttpRequest) -> str:
        raise LookupError("no lines")

    return app


def test_a_404_of_the_test_client_tells_the_routes_that_exist(shop: func.FunctionApp) -> None:
    with TestClient(shop) as client:
        response = client.get("/items/7")
        assert response.content == b""
        assert response.hint == (
            "no route matches; there are GET,PUT /api/items/{id:int}, POST /api/orders"
        )
        assert repr(response) == (
            f"<ClientResponse 404 Not Found for GET http://localhost:7071/items/7: {response.hint}>"
        )
        assert "there are POST /api/orders, GET" in client.get("http://a.b/api/order?x=1").hint
        assert client.post("/api/items/7").hint == "its route answers GET, PUT"
        assert client.get("/api/items/7?status=404").hint == ""
    with TestClient(shop, keys={"_master": "m"}) as client:
        assert client.get("/api/items/7").ok
    with TestClient(func.FunctionApp(), validate=False) as client:
        assert client.get("/").hint == "the app has no HTTP function"


def test_many_routes_are_not_all_told(app: func.FunctionApp) -> None:
    for index in range(25):

        def function(req: func.HttpRequest) -> str:
            return ""

        app.function_name(f"f{index}")(app.route(f"r{index}")(function))
    with TestClient(app) as client:
        assert client.get("/api/r7x").hint.startswith(
            "no route matches; there are any method /api/r7"
        )
        assert client.get("/api/r7x").hint.endswith(" and 5 more")


def test_a_missing_key_is_told(app: func.FunctionApp) -> None:
    @app.route("closed", auth_level="function")
    def closed(req: func.HttpRequest) -> str:
        return ""

    with TestClient(app, keys={"default": "k"}) as client:
        response = client.get("/api/closed?code=secret")
        assert (response.status_code, "x-functions-key" in response.hint) == (401, True)
        assert "secret" not in repr(response)


def test_raise_for_status(shop: func.FunctionApp) -> None:
    with TestClient(shop, raise_exceptions=False) as client:
        response = client.get("/api/items/7")
        assert response.raise_for_status() is response
        assert client.get("/api/items/7?status=302").raise_for_status().status_code == 302
        with pytest.raises(InvocationError, match="409 Conflict for GET .*The body is bytes b'a"):
            client.get("/api/items/7?status=409").raise_for_status()
        with pytest.raises(InvocationError, match="404 Not Found .*no route matches"):
            client.get("/nothing").raise_for_status()
        with pytest.raises(InvocationError, match="500 .*raised LookupError: no lines") as caught:
            client.post("/api/orders").raise_for_status()
        assert isinstance(caught.value.__cause__, LookupError)


def test_what_users_of_other_clients_ask_of_a_response(shop: func.FunctionApp) -> None:
    with TestClient(shop) as client:
        response = client.get("/api/items/7", params={"status": 206})
        assert (response.is_success, response.reason_phrase) == (True, "Partial Content")
        assert list(response.iter_lines()) == ["a", "b"]
        assert response.url == "http://localhost:7071/api/items/7?status=206"
        assert response.elapsed > timedelta(0)
        assert client.get("/nothing").elapsed == timedelta(0)
        assert not client.get("/api/items/7?status=302").is_success
        assert client.get("/api/items/7?status=599").reason_phrase == ""


def test_responses_without_a_function(echo: func.FunctionApp) -> None:
    with TestClient(echo) as client:
        response = client.get("/api/none")
    assert (response.status_code, response.ok, response.content) == (404, False, b"")
    assert (response.outputs, response.wire, response.logs) == ({}, {}, [])
    assert response.exception is None


# -- Invoking


@pytest.fixture
def failing(app: func.FunctionApp) -> func.FunctionApp:
    @app.queue_trigger("msg", "q", CONNECTION)
    def work(msg: func.QueueMessage) -> None:
        logging.warning("about to fail")
        raise ZeroDivisionError("broken")

    @app.route()
    def page(req: func.HttpRequest) -> str:
        raise ZeroDivisionError("broken")

    return app


def test_what_a_function_raises(failing: func.FunctionApp) -> None:
    with TestClient(failing) as client:
        with pytest.raises(ZeroDivisionError, match="broken"):
            client.invoke("work", "x")
        with pytest.raises(ZeroDivisionError, match="broken"):
            client.get("/api/page")
    with TestClient(failing, raise_exceptions=False) as client:
        result = client.invoke("work", "x")
        assert not result.ok
        assert isinstance(result.exception, ZeroDivisionError)
        assert [record.levelname for record in result.logs] == ["WARNING"]
        with pytest.raises(ZeroDivisionError):
            result.raise_for_exception()
        response = client.get("/api/page")
        assert (response.status_code, response.content) == (500, b"")
        assert isinstance(response.exception, ZeroDivisionError)
        with pytest.raises(ZeroDivisionError):
            response.raise_for_exception()


def test_a_value_that_cannot_be_sent_fails(app: func.FunctionApp) -> None:
    @app.queue_trigger("msg", "q", CONNECTION)
    @app.queue_output("out", "p", CONNECTION)
    def work(msg: func.QueueMessage, out: func.Out[Any]) -> None:
        out.set(object())

    with TestClient(app) as client, pytest.raises(InvocationError, match="'out'"):
        client.invoke("work", "x")


def test_a_value_that_cannot_be_sent_is_one_error_with_the_users_line(
    app: func.FunctionApp,
) -> None:
    @app.queue_trigger("msg", "q", CONNECTION)
    @app.queue_output("$return", "p", CONNECTION)
    def work(msg: func.QueueMessage) -> Any:
        return object()

    class Row:
        def to_dict(self) -> Any:
            raise ValueError("no columns")

    @app.queue_trigger("msg", "r", CONNECTION)
    @app.queue_output("out", "p", CONNECTION)
    def rows(msg: func.QueueMessage, out: func.Out[Any]) -> None:
        out.set(Row())

    with TestClient(app, raise_exceptions=False) as client:
        error = client.invoke("work", "x").exception
        assert re.search(
            r" of \S+test_client\.py:\d+ cannot be sent: queue: value: got", str(error)
        )
        assert error is not None
        assert (error.__cause__, error.__suppress_context__) == (None, True)
        # What code of the app raised is the cause.
        error = client.invoke("rows", "x").exception
        assert error is not None
        assert isinstance(error.__cause__, ValueError)


def test_what_the_function_knows_of_the_invocation(app: func.FunctionApp) -> None:
    contexts: list[func.Context] = []

    @app.queue_trigger("msg", "q", CONNECTION)
    def work(msg: func.QueueMessage, context: func.Context) -> None:
        contexts.append(context)

    @app.route("ask")
    def ask(req: func.HttpRequest, context: func.Context) -> str:
        return f"{context.invocation_id} {context.trace_context.trace_state}"

    with TestClient(app) as client:
        trace = TraceContext("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "a=b")
        asked = client.get("/api/ask", invocation_id="mine", trace_context=trace)
        assert asked.text == "mine a=b"
        result = client.invoke(
            "WORK",
            "x",
            retry_count=2,
            max_retry_count=5,
            retry_exception="why",
            trace_context=trace,
            invocation_id="id",
        )
        client.invoke("work", "x")
    assert result.context is contexts[0]
    assert contexts[0].invocation_id == "id"
    assert contexts[0].trace_context.trace_state == "a=b"
    retry = contexts[0].retry_context
    assert (retry.retry_count, retry.max_retry_count, retry.exception) == (2, 5, "why")
    assert contexts[1].retry_context.retry_count == 0
    assert contexts[1].invocation_id != contexts[0].invocation_id


def test_metadata_wins(app: func.FunctionApp) -> None:
    @app.queue_trigger("msg", "q", CONNECTION)
    @app.queue_output("$return", "p", CONNECTION)
    def work(msg: func.QueueMessage) -> Any:
        return [msg.dequeue_count, msg.id]

    with TestClient(app) as client:
        metadata = {"DequeueCount": 9, "Id": Datum("d", "string")}
        assert client.invoke("work", "x", metadata=metadata).return_value == [9, "d"]
        assert client.invoke("work", '{"Id": "body"}').return_value == [1, "body"]


def test_calls_that_are_wrong(app: func.FunctionApp) -> None:
    @app.queue_trigger("msg", "q", CONNECTION)
    @app.sql_input("obj", "SELECT 1", CONNECTION)
    def work(msg: func.QueueMessage, obj: str) -> None: ...

    with TestClient(app) as client:
        with pytest.raises(InvocationError, match="no function is named 'none'.*work"):
            client.invoke("none", "x")
        with pytest.raises(InvocationError, match="queueTrigger 'msg': there is no payload"):
            client.invoke("work", obj="[]")
        with pytest.raises(InvocationError, match="several payloads"):
            client.invoke("work", "x", msg="y", obj="[]")
        with pytest.raises(InvocationError, match="several payloads"):
            client.invoke("work", "x", "y", obj="[]")
        with pytest.raises(InvocationError, match="no value for its input 'obj'"):
            client.invoke("work", "x")
        assert client.invoke("work", "x", inputs={"obj": "[]"}).ok


# -- Chains


@pytest.fixture
def chain(app: func.FunctionApp) -> func.FunctionApp:
    @app.route()
    @app.queue_output("orders", "%ORDERS%", CONNECTION)
    def order(req: func.HttpRequest, orders: func.Out[list[str]]) -> str:
        orders.set(["a", "b"])
        return "ok"

    @app.queue_trigger("msg", "orders", CONNECTION)
    @app.service_bus_topic_output("$return", CONNECTION, "bills")
    def bill(msg: func.QueueMessage) -> str:
        return f"bill {msg.get_body().decode()}"

    @app.service_bus_topic_trigger("msgs", CONNECTION, "bills", "all", cardinality="many")
    @app.event_hub_output("$return", CONNECTION, "mail")
    def send(msgs: list[func.ServiceBusMessage]) -> Any:
        return [message.get_body().decode() for message in msgs]

    @app.service_bus_topic_trigger("msg", CONNECTION, "bills", "each")
    def keep(msg: func.ServiceBusMessage) -> None: ...

    @app.queue_trigger("msg", "loop", CONNECTION)
    @app.queue_output("$return", "loop", CONNECTION)
    def loop(msg: func.QueueMessage) -> str:
        return "again"

    @app.kafka_trigger("event", "k", "BROKERS")
    @app.kafka_output("$return", "k2", "BROKERS")
    def kafka(event: func.KafkaEvent) -> func.KafkaEvent:
        return func.KafkaEvent("v", key="k", headers=[{"Key": "h", "Value": "dg=="}])

    @app.kafka_trigger("event", "k2", "BROKERS")
    @app.queue_output("$return", "nobody", CONNECTION)
    def kafka2(event: func.KafkaEvent) -> Any:
        return [event.get_body().decode(), event.key, event.headers]

    return app


def test_drain(chain: func.FunctionApp) -> None:
    with TestClient(chain, settings={"ORDERS": "Orders"}) as client:
        client.get("/api/order")
        assert [each.return_value for each in client.drain("ORDERS")] == ["bill a", "bill b"]
        assert client.drain("orders") == []
        names = [
            (each.invocation.function_name, each.return_value) for each in client.drain("bills")
        ]
        assert names == [("send", ["bill a", "bill b"]), ("keep", None), ("keep", None)]
        with pytest.raises(InvocationError, match="no function is triggered by 'mail'.*'bills'"):
            client.drain("mail")


def test_drain_is_bounded(chain: func.FunctionApp) -> None:
    with TestClient(chain) as client:
        client.invoke("loop", "x")
        with pytest.raises(InvocationError, match="'loop' still has messages after 5"):
            client.drain("loop", limit=5)


def test_drain_keeps_key_and_headers(chain: func.FunctionApp) -> None:
    with TestClient(chain) as client:
        client.invoke("kafka", "x")
        (result,) = client.drain("k2")
    assert result.return_value == ["v", "k", [{"Key": "h", "Value": "dg=="}]]


# -- The asynchronous client


def test_async_client(chain: func.FunctionApp) -> None:
    loops: list[Any] = []

    @chain.route()
    async def here(req: func.HttpRequest) -> str:
        loops.append(asyncio.get_running_loop())
        return "here"

    @chain.on_startup
    async def start() -> None:
        loops.append(asyncio.get_running_loop())

    async def main() -> None:
        async with AsyncTestClient(chain, settings={"ORDERS": "orders"}) as client:
            responses = await asyncio.gather(*(client.get("/api/here") for _ in range(20)))
            assert {response.text for response in responses} == {"here"}
            assert set(loops) == {asyncio.get_running_loop()}
            for verb in ("post", "put", "patch", "delete", "head", "options"):
                assert (await getattr(client, verb)("/api/here")).text == "here"
            assert (await client.get("/api/none")).status_code == 404
            assert (await client.get("/api/order")).text == "ok"
            results = await client.drain("orders")
            assert [each.return_value for each in results] == ["bill a", "bill b"]
            result = await client.invoke("bill", events.queue("c"))
            assert result.return_value == "bill c"

    asyncio.run(main())


def test_async_client_that_cannot_start(app: func.FunctionApp) -> None:
    @app.on_startup
    async def start() -> None:
        raise OSError("no database")

    @app.route()
    def function(req: func.HttpRequest) -> str:
        return "ok"

    async def main() -> None:
        async with AsyncTestClient(app):
            pass

    before = dict(os.environ)
    with pytest.raises(OSError, match="no database"):
        asyncio.run(main())
    assert dict(os.environ) == before


@pytest.mark.parametrize("value", [object(), print])
def test_a_value_without_a_form_on_the_wire_is_refused_by_name(value: object) -> None:
    app = func.FunctionApp()

    @app.queue_trigger("msg", "q", "C")
    @app.generic_input_binding("row", "table")
    def work(msg: func.QueueMessage, row: str) -> None: ...

    with TestClient(app) as client:
        with pytest.raises(InvalidValueError, match=r"^queueTrigger: msg: got "):
            client.invoke("work", msg=value, row="[]")
        with pytest.raises(InvalidValueError, match=r"^table: row: got "):
            client.invoke("work", msg="x", row=value)


def test_what_is_sent_as_json_but_is_none() -> None:
    app = func.FunctionApp()

    @app.generic_trigger("context", "orchestrationTrigger")
    def orchestrate(context: func.OrchestrationContext) -> str:
        return "no json"

    with TestClient(app) as client:
        result = client.invoke("orchestrate", events.orchestration())
        assert result.wire["$return"].value == "no json"
        with pytest.raises(InvalidPayloadError, match=r"output '\$return': value: got"):
            result.return_value  # noqa: B018


@pytest.mark.parametrize(
    ("options", "cause"),
    [
        ({"data": object()}, "request: body: got object .*expected text, bytes, or the fields"),
        ({"data": 5}, "request: body: got int 5"),
        (
            {"files": 5},
            "request: files: got int 5; expected a mapping",
        ),
        ({"params": 5}, "request: params: got int 5"),
        ({"params": ["a"]}, "request: params: got list"),
    ],
)
def test_what_is_no_part_of_a_request(options: dict[str, Any], cause: str) -> None:
    app = func.FunctionApp()

    @app.route("f")
    def f(req: func.HttpRequest) -> str:
        return ""

    with TestClient(app) as client, pytest.raises(InvalidValueError, match=cause):
        client.post("/api/f", **options)


def test_names_that_are_no_bindings_are_told_how_the_trigger_is_given() -> None:
    app = func.FunctionApp()

    @app.mcp_tool()
    def get_weather(city: str) -> str:
        return city

    with TestClient(app) as client:
        expected = r"a value for 'city', which is none of its bindings.*events\.mcp_tool\(\.\.\.\)"
        with pytest.raises(InvocationError, match=expected):
            client.invoke("get_weather", city="Rome")


def test_value_that_cannot_be_sent_is_one_error_with_the_place_of_the_function() -> None:
    app = func.FunctionApp()

    @app.queue_trigger("msg", "in", "STORAGE")
    @app.queue_output("out", "out", "STORAGE")
    def f(msg: func.QueueMessage, out: func.Out[str]) -> None:
        out.set(object())  # type: ignore[arg-type]

    with TestClient(app) as client:
        with pytest.raises(InvocationError, match=rf"of {__file__}:\d+ cannot be sent") as raised:
            client.invoke("f", "x")
        assert raised.value.__cause__ is None
