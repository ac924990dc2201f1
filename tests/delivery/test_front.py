"""The host's HTTP front: a request becomes a call, and what comes of it a reply."""

from __future__ import annotations

import json
from collections.abc import Iterator
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any

import pytest

import azure_functions_lib as func
from azure_functions_lib.app.loaded import LoadedApp
from azure_functions_lib.app.loader import load_app
from azure_functions_lib.delivery.call import Failure, Outcome
from azure_functions_lib.delivery.cors import Cors
from azure_functions_lib.delivery.front import Accepted, Front, Reply, Request
from azure_functions_lib.delivery.keys import LEVELS, Keys
from azure_functions_lib.delivery.routes import route_problems, shadowed_routes
from azure_functions_lib.wire.datum import Datum

CODE = """
import azure_functions_lib as func

app = func.FunctionApp()

@app.route("items/{id:int}", methods=["GET", "PUT"], auth_level="anonymous")
def item(req: func.HttpRequest) -> str: ...

@app.route("orders", auth_level="admin")
@app.queue_output("msg", "out", "Storage")
def order(req: func.HttpRequest, msg: func.Out[str]) -> func.HttpResponse: ...

@app.route("answer", trigger_arg_name="req", binding_arg_name="res", auth_level="function")
def answer(req: func.HttpRequest, res: func.Out[func.HttpResponse]) -> None: ...
"""


def folder_app(folder: Path, host: dict[str, Any] | None = None) -> LoadedApp:
    (folder / "function_app.py").write_text(CODE)
    extensions = {"extensions": {"http": host or {}}}
    (folder / "host.json").write_text(json.dumps({"version": "2.0", **extensions}))
    return load_app(folder)


@pytest.fixture
def app(tmp_path: Path) -> Iterator[LoadedApp]:
    with folder_app(tmp_path) as loaded:
        assert loaded.problems == []
        yield loaded


def accepted(front: Front, *request: Any) -> Accepted:
    received = front.receive(Request(*request))
    assert isinstance(received, Accepted)
    return received


def refused(front: Front, *request: Any) -> Reply:
    received = front.receive(Request(*request))
    assert isinstance(received, Reply)
    return received


def outcome(**fields: Any) -> Outcome:
    return Outcome("f", "id", **fields)


def response(status: int, *headers: tuple[str, str], cookies: Any = None) -> Datum:
    return Datum(
        {
            "status_code": Datum(str(status), "string"),
            "headers": {name: Datum(value, "string") for name, value in headers},
            "body": Datum(b"body", "bytes"),
            "cookies": cookies,
        },
        "http",
    )


def test_a_request_becomes_a_call(app: LoadedApp) -> None:
    headers = [("Host", "shop.example"), ("X-A", "1"), ("x-a", "2")]
    received = accepted(Front(app), "put", "/api/items/7?b=1&b=2&c=#end", headers, b"body")
    assert received.function is app.functions["item"]
    assert received.call.function == "item"
    parts = received.call.payloads["req"].value
    assert parts["method"].value == "PUT"
    assert parts["url"].value == "http://shop.example/api/items/7?b=1&b=2&c="
    assert {name: each.value for name, each in parts["headers"].items()} == {
        "host": "shop.example",
        "x-a": "1,2",
    }
    assert {name: each.value for name, each in parts["query"].items()} == {"b": "1,2"}
    assert {name: each.value for name, each in parts["params"].items()} == {"id": "7"}
    assert parts["body"] == Datum(b"body", "bytes")


@pytest.mark.parametrize(
    ("url", "sent"),
    [
        ("https://shop.example/api/items/7", "https://shop.example/api/items/7"),
        ("/api/items/7?next=http://x/y", "http://localhost:7071/api/items/7?next=http://x/y"),
        ("api/items/7", "http://localhost:7071/api/items/7"),
    ],
)
def test_the_url_that_a_function_sees(app: LoadedApp, url: str, sent: str) -> None:
    payload = accepted(Front(app), "GET", url).call.payloads["req"]
    assert payload.value["url"].value == sent
    assert payload.value["headers"]["host"].value == sent.split("/")[2]


def test_a_url_without_a_path(tmp_path: Path) -> None:
    code = CODE.replace('"items/{id:int}"', '"{*rest}"')
    (tmp_path / "function_app.py").write_text(code)
    (tmp_path / "host.json").write_text(
        '{"version": "2.0", "extensions": {"http": {"routePrefix": ""}}}'
    )
    with load_app(tmp_path) as app:
        parts = accepted(Front(app), "GET", "http://shop.example?a=b/c").call.payloads["req"].value
    assert parts["url"].value == "http://shop.example/?a=b/c"
    assert parts["headers"]["host"].value == "shop.example"
    assert parts["query"] == {"a": Datum("b/c", "string")}


@pytest.mark.parametrize(
    ("method", "path", "reply"),
    [
        ("GET", "/api/items/x", Reply(404, [])),
        ("GET", "/", Reply(404, [])),
        ("POST", "/api/items/7", Reply(405, [("Allow", "GET, PUT")])),
    ],
)
def test_a_request_that_calls_no_function(
    app: LoadedApp, method: str, path: str, reply: Reply
) -> None:
    assert refused(Front(app), method, path) == reply


PLAIN = ("content-type", "text/plain; charset=utf-8")


@pytest.mark.parametrize(
    ("sent", "reply"),
    [
        (outcome(), Reply(200, [])),
        (
            outcome(return_value=Datum("text", "string")),
            Reply(200, [("content-type", "text/plain; charset=utf-8")], b"text"),
        ),
        (
            outcome(return_value=Datum('{"a":1}', "json")),
            Reply(200, [("content-type", "application/json")], b'{"a":1}'),
        ),
        *(
            (outcome(return_value=Datum(text, "string")), reply)
            for text, reply in (
                ('{ "a": "body" }', Reply(200, [PLAIN], b'{ "a": "body" }')),
                ('{"body', Reply(200, [PLAIN], b'{"body')),
                ('{"Body": "x"}', Reply(200, [PLAIN], b"x")),
                (' {"body": null, "statusCode": "404"}', Reply(404, [PLAIN])),
                ('{"body": 1.5, "status": 201}', Reply(201, [PLAIN], b"1.5")),
                ('{"body": "x", "status": true}', Reply(200, [PLAIN], b"x")),
                ('{"body": true, "status": 99999}', Reply(200, [PLAIN], b"true")),
                *(
                    # Not what a response can be, so the text stands for itself.
                    (text, Reply(200, [PLAIN], text.encode()))
                    for text in (
                        '{"body": "x", "status": "099"}',
                        '{"body": "\\ud800"}',
                        '{"body": "x", "headers": {"a": "b\\r\\nc: d"}}',
                        '{"body": "x", "headers": {"a\\nb": "c"}}',
                        '{"body": ' + "[" * 100_000,
                    )
                ),
                (
                    '{"body": {}, "Headers": {"X-A": 1, "x-b": null}}',
                    Reply(200, [("X-A", "1"), ("content-type", "application/json")], b"{}"),
                ),
                (
                    '{"body": [], "headers": {"Content-Type": "text/csv"}}',
                    Reply(200, [("Content-Type", "text/csv")], b"[]"),
                ),
            )
        ),
        (
            outcome(return_value=response(201, ("X-A", "1"))),
            Reply(201, [("X-A", "1")], b"body"),
        ),
        (
            outcome(return_value=response(200, cookies=[SimpleCookie("a=1; Path=/")])),
            Reply(200, [("Set-Cookie", "a=1; Path=/")], b"body"),
        ),
        (
            outcome(return_value=response(200), exception=Failure("E", "secret")),
            Reply(500, []),
        ),
    ],
)
def test_an_outcome_becomes_a_reply(app: LoadedApp, sent: Outcome, reply: Reply) -> None:
    front = Front(app)
    assert front.reply(accepted(front, "GET", "/api/items/7"), sent) == reply


def test_the_output_of_type_http_answers_wherever_it_is(app: LoadedApp) -> None:
    front = Front(app)
    received = accepted(front, "GET", "/api/answer")
    sent = outcome(outputs={"res": response(418)}, return_value=Datum("no", "string"))
    assert front.reply(received, sent).status == 418


KEYS = Keys("master", system=["sys"], host=["host"], functions={"item": ["own"]})


@pytest.mark.parametrize(
    ("path", "key", "status"),
    [
        ("/api/items/7", None, 200),
        ("/api/orders", None, 401),
        ("/api/orders", "sys", 401),
        ("/api/orders", "master", 200),
        ("/api/answer", None, 401),
        ("/api/answer", "own", 401),
        ("/api/answer", "host", 200),
        ("/api/answer", "sys", 200),
        ("/api/answer", "master", 200),
        ("/api/answer", "\ud800", 401),
        ("/api/answer", "\u00e9", 401),
    ],
)
def test_keys_open_what_their_level_reaches(
    app: LoadedApp, path: str, key: str | None, status: int
) -> None:
    headers = [] if key is None else [("X-Functions-Key", key)]
    received = Front(app, keys=KEYS).receive(Request("GET", path, headers))
    assert (received.status if isinstance(received, Reply) else 200) == status


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize(
    ("key", "grants"), [(None, 0), ("h", 2), ("own", 2), ("s", 3), ("m", 4), ("other", 0)]
)
def test_a_key_grants_its_level_and_those_below(level: str, key: str | None, grants: int) -> None:
    functions = {"item": ["own"], "order": ["other"]}
    keys = Keys("m", system=["s"], host=["h"], functions=functions)
    assert keys.allow("Item", level, key) is (LEVELS.index(level) <= grants)


def test_the_header_precedes_the_query(app: LoadedApp) -> None:
    front = Front(app, keys=KEYS)
    wrong = ("GET", "/api/answer?code=sys", [("x-functions-key", "wrong")])
    assert refused(front, *wrong).status == 401
    assert accepted(front, "GET", "/api/answer?code=sys")


@pytest.mark.parametrize("key", ["a", "own"])
def test_a_key_of_one_function_opens_no_other(key: str) -> None:
    keys = Keys.named({"one": "a", "TWO": "own", "default": "host"}, ["One", "two", "three"])
    assert keys.allow("one", "function", "a")
    assert keys.allow("Two", "function", "own")
    assert not keys.allow("three", "function", key)
    assert all(keys.allow(name, "function", "host") for name in ("one", "two", "three"))
    assert not keys.allow("one", "unknown level", "host")
    assert not keys.allow("one", "admin", "host")


def test_cross_origin_headers_are_on_every_reply(app: LoadedApp) -> None:
    front = Front(app, cors=Cors(frozenset({"https://a.example"})), keys=KEYS)
    origin = [("Origin", "https://a.example")]
    granted = [("Access-Control-Allow-Origin", "https://a.example"), ("Vary", "Origin")]
    assert refused(front, "GET", "/api/none", origin).headers == granted
    assert refused(front, "GET", "/api/orders", origin).headers == granted
    received = accepted(front, "GET", "/api/items/7", origin)
    failed = outcome(exception=Failure("E", ""))
    assert front.reply(received, failed) == Reply(500, granted)
    sent = outcome(return_value=response(200, ("Vary", "Accept")))
    assert front.reply(received, sent).headers == [("Vary", "Accept"), *granted]
    assert refused(front, "GET", "/api/none", [("Origin", "https://b.example")]).headers == []


HSTS = "Strict-Transport-Security"


@pytest.mark.parametrize(
    ("http", "url", "headers"),
    [
        ({"customHeaders": {"X-A": "1", "x-own": "no"}}, "/", {"X-Own": "yes", "X-A": "1"}),
        ({"customHeaders": {"X-A": 1}}, "/", {"X-Own": "yes"}),
        ({"customHeaders": "x"}, "/", {"X-Own": "yes"}),
        (
            {"hsts": {"isEnabled": True, "maxAge": "10", "preload": True}},
            "https://shop.example/",
            {"X-Own": "yes", HSTS: "max-age=864000; preload"},
        ),
        (
            {"hsts": {"isEnabled": True, "maxAge": "00:10:00", "includeSubDomains": True}},
            "https://shop.example:444/",
            {"X-Own": "yes", HSTS: "max-age=600; includeSubDomains"},
        ),
        (
            {"hsts": {"isEnabled": True, "maxAge": "x"}},
            "https://shop.example/",
            {"X-Own": "yes", HSTS: "max-age=2592000"},
        ),
        ({"hsts": {"isEnabled": True}}, "https://localhost:7071/", {"X-Own": "yes"}),
        ({"hsts": {"isEnabled": True}}, "https://[::1]:7071/", {"X-Own": "yes"}),
        ({"hsts": {"isEnabled": True}}, "http://shop.example/", {"X-Own": "yes"}),
        (
            {"hsts": {"isEnabled": True, "excludedHosts": ["Shop.example"]}},
            "https://shop.example/",
            {"X-Own": "yes"},
        ),
        ({"hsts": {"isEnabled": False, "maxAge": "1"}}, "https://shop.example/", {"X-Own": "yes"}),
    ],
)
def test_headers_that_host_json_adds(
    tmp_path: Path, http: dict[str, Any], url: str, headers: dict[str, str]
) -> None:
    with folder_app(tmp_path, http) as app:
        front = Front(app)
        received = accepted(front, "GET", f"{url}api/items/7")
        sent = outcome(return_value=response(200, ("X-Own", "yes")))
        assert dict(front.reply(received, sent).headers) == headers
        del headers["X-Own"]
        missing = dict(refused(front, "GET", f"{url}api/none").headers)
        assert {name: missing.get(name) for name in headers} == headers


def app_of(*routes: tuple[str, str | None, tuple[str, ...]]) -> func.FunctionApp:
    app = func.FunctionApp()
    for name, route, methods in routes:

        def function(req: func.HttpRequest) -> str:
            return ""

        function.__name__ = name
        app.route(route, methods=methods)(function)
    return app


@pytest.mark.parametrize(
    ("routes", "problems"),
    [
        ((("f", "Admin/x", ()),), [("f", "begins with 'admin'")]),
        ((("f", "/runtimes", ()),), [("f", "begins with 'runtime'")]),
        ((("administer", None, ()),), [("administer", "begins with 'admin'")]),
        ((("f", "x/admin", ()),), []),
        ((("b", "x", ()), ("A", "/X/", ("GET",))), [("b", "function 'A' has the same route")]),
        ((("a", "x", ("PUT",)), ("b", "x", ("GET",))), []),
        ((("a", "x", ("PUT", "GET")), ("b", "x", ("GET",))), [("b", "function 'a'")]),
        ((("a", "{x}", ()), ("b", "{y}", ())), []),
        ((("a", "{x", ()), ("b", "y", ())), [("a", "brace")]),
    ],
)
def test_routes_that_the_host_does_not_take(
    routes: tuple[tuple[str, str | None, tuple[str, ...]], ...],
    problems: list[tuple[str, str]],
) -> None:
    with load_app(app_of(*routes)) as app:
        found = list(route_problems(app))
    assert [problem.function for problem in found] == [name for name, _ in problems]
    for problem, (_, cause) in zip(found, problems, strict=True):
        assert cause in problem.cause
        assert problem.remedy
        assert problem.severity == "error"


@pytest.mark.parametrize(
    ("routes", "shadowed"),
    [
        ((("get", "items/{id}", ()), ("list", "items/all", ())), ["list"]),
        ((("Get", "items/{id}", ()), ("all", "items/all", ())), []),
        ((("a", "items/{id}", ("GET",)), ("b", "items/all", ("PUT",))), []),
        ((("a", "{*rest}", ()), ("b", "items/{id:int}", ()), ("c", "{x:guid}", ())), ["b", "c"]),
        ((("a", "items/{id:int}", ()), ("b", "items/all", ())), []),
        ((("a", "{x}", ()), ("b", "{y:regex(^q$)}", ())), []),
        ((("a", "{x}", ()), ("b", "{y", ())), []),
        ((("a", "{x}", ()), ("b", "{y}", ())), []),
    ],
)
def test_routes_that_azure_tries_in_another_order(
    routes: tuple[tuple[str, str | None, tuple[str, ...]], ...], shadowed: list[str]
) -> None:
    with load_app(app_of(*routes)) as app:
        found = list(shadowed_routes(app))
    assert [problem.function for problem in found] == shadowed
    assert all(problem.severity == "note" for problem in found)


@pytest.mark.parametrize("methods", [5, "GET", {"GET": 1}, None, []])
def test_methods_that_are_no_list_are_not_those_of_any_route(tmp_path: Path, methods: Any) -> None:
    trigger = {"type": "httpTrigger", "direction": "in", "name": "req", "methods": methods}
    folder = tmp_path / "f"
    folder.mkdir()
    (folder / "function.json").write_text(json.dumps({"bindings": [trigger]}))
    (folder / "__init__.py").write_text("def main(req): ...")
    (tmp_path / "host.json").write_text('{"version": "2.0"}')
    with load_app(tmp_path) as app:
        assert list(route_problems(app)) == []
        assert accepted(Front(app), "DELETE", "/api/f").function.name == "f"


def test_a_broken_route_leaves_the_other_functions_served() -> None:
    with load_app(app_of(("a", "{x", ()), ("b", "y", ()))) as app:
        front = Front(app)
        assert accepted(front, "GET", "/api/y").function.name == "b"
        assert refused(front, "GET", "/api/x").status == 404
