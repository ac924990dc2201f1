"""The HTTP part of the host: what a caller sees, whoever runs the functions."""

from __future__ import annotations

import asyncio
import json
import logging
from pathlib import Path
from typing import Any

import httpx
import pytest

import azure_functions_lib.host.host as host_module
from azure_functions_lib.delivery.cors import Cors
from azure_functions_lib.host.compose import Setup, compose

from ..testing.test_routing import MATCHES, METHODS, PRECEDENCE, Methods
from .served import Seen, exchange, hosted, listening, until, write_app

HELLO = """
@app.route("hello", methods=["GET", "HEAD"])
def hello(req: func.HttpRequest) -> str:
    return "hello"

@app.route("echo", methods=["POST"])
def echo(req: func.HttpRequest) -> func.HttpResponse:
    return func.HttpResponse(req.get_body(), headers={"x-length": str(len(req.get_body()))})

@app.route("headers")
def headers(req: func.HttpRequest) -> str:
    import json
    return json.dumps(dict(req.headers))

@app.route("fails")
def fails(req: func.HttpRequest) -> str:
    raise ValueError("secret")

@app.route("trace")
def trace(req: func.HttpRequest, context: func.Context) -> str:
    return f"{context.trace_context.trace_parent} {context.trace_context.trace_state}"
"""


# -- Routing: the cases of the test client


def routes_app(folder: Path, routes: tuple[str | tuple[str, Methods], ...]) -> Path:
    code = "import json\n"
    for index, each in enumerate(routes):
        route, methods = (each, None) if isinstance(each, str) else each
        code += (
            f"\n@app.route({route!r}, methods={methods!r})\n"
            f"def f{index}(req: func.HttpRequest) -> str:\n"
            f"    return json.dumps({{'route': {route!r}, 'params': dict(req.route_params)}})\n"
        )
    return write_app(folder, "\n" + code)


@pytest.mark.slow
async def test_templates_match_as_through_the_test_client(tmp_path: Path) -> None:
    for number, (template, path, params) in enumerate(MATCHES):
        folder = tmp_path / str(number)
        folder.mkdir()
        async with hosted(routes_app(folder, (template,))) as (_, client):
            response = await client.get(f"/api/{path}")
            if params is None:
                assert response.status_code == 404, (template, path)
            else:
                assert response.json() == {"route": template, "params": params}, (template, path)


@pytest.mark.parametrize(("routes", "path", "taken"), PRECEDENCE)
async def test_the_more_specific_route_is_taken(
    tmp_path: Path, routes: tuple[str, ...], path: str, taken: str
) -> None:
    async with hosted(routes_app(tmp_path, routes)) as (_, client):
        assert (await client.get(f"/api/{path}")).json()["route"] == taken


@pytest.mark.parametrize(("routes", "method", "path", "expected"), METHODS)
async def test_methods(
    tmp_path: Path,
    routes: tuple[tuple[str, Methods], ...],
    method: str,
    path: str,
    expected: Any,
) -> None:
    async with hosted(routes_app(tmp_path, routes)) as (_, client):
        response = await client.request(method, f"/api/{path}")
        if isinstance(expected, tuple):
            assert response.status_code == 405
            assert response.headers["allow"] == ", ".join(expected)
        elif isinstance(expected, int):
            assert response.status_code == expected
        else:
            assert response.json()["route"] == expected


@pytest.mark.parametrize(
    ("prefix", "path", "status"),
    [
        ("api", "/API/hello", 200),
        ("", "/hello", 200),
        ("", "/api/hello", 404),
        ("v1/x", "/v1/x/hello", 200),
    ],
)
async def test_route_prefix(tmp_path: Path, prefix: str, path: str, status: int) -> None:
    host_json = json.dumps({"version": "2.0", "extensions": {"http": {"routePrefix": prefix}}})
    async with hosted(write_app(tmp_path, HELLO, host__json=host_json)) as (_, client):
        assert (await client.get(path)).status_code == status


@pytest.mark.parametrize("in_process", [True, False], ids=["in process", "in a child"])
async def test_settings_override_host_json(tmp_path: Path, in_process: bool) -> None:
    http = "AzureFunctionsJobHost__extensions__http"
    values = {f"{http}__routePrefix": "v2", f"{http}__customHeaders__X-Own": "here"}
    folder = write_app(tmp_path, HELLO, host__json=options(routePrefix="v1"))
    settings = {"IsEncrypted": False, "Values": values}
    (folder / "local.settings.json").write_text(json.dumps(settings))
    async with hosted(folder, in_process=in_process) as (_, client):
        response = await client.get("/v2/hello")
    assert (response.text, response.headers["x-own"]) == ("hello", "here")


async def test_a_custom_header_may_be_a_setting(tmp_path: Path) -> None:
    name = "AzureFunctionsJobHost__extensions__http__customHeaders__X-Of"
    local = json.dumps({"IsEncrypted": False, "Values": {name: "settings"}})
    app = write_app(tmp_path, HELLO, local__settings__json=local)
    async with hosted(app, in_process=False) as (_, client):
        assert (await client.get("/api/hello")).headers["x-of"] == "settings"


@pytest.mark.parametrize(
    ("prefix", "path", "status"),
    [("api", "/api/bare", 200), ("api", "/api", 404), ("", "/bare", 200)],
)
async def test_an_empty_route_is_the_functions_name(
    tmp_path: Path, prefix: str, path: str, status: int
) -> None:
    code = '@app.route("")\ndef bare(req: func.HttpRequest) -> str:\n    return "bare"\n'
    folder = write_app(tmp_path, code, host__json=options(routePrefix=prefix))
    async with hosted(folder) as (_, client):
        assert (await client.get(path)).status_code == status


@pytest.mark.parametrize(
    ("route", "path"),
    [("{*rest}", "/api"), ("{none:maxlength(0)?}", "/api"), ("{rest?}", "/api/")],
)
async def test_a_route_of_the_prefix_alone(tmp_path: Path, route: str, path: str) -> None:
    async with hosted(routes_app(tmp_path, (route,))) as (_, client):
        assert (await client.get(path)).json() == {"route": route, "params": {}}


async def test_a_route_that_the_host_refuses_is_not_served(tmp_path: Path) -> None:
    code = """
    @app.route("same", methods=["GET"])
    def b(req: func.HttpRequest) -> str:
        return "b"

    @app.route("same", methods=["GET", "POST"])
    def a(req: func.HttpRequest) -> str:
        return "a"

    @app.route("administrators")
    def reserved(req: func.HttpRequest) -> str:
        return "reserved"
    """
    async with hosted(write_app(tmp_path, code)) as (host, client):
        assert (await client.get("/api/same")).text == "a", "the first in the order of names"
        assert (await client.get("/api/administrators")).status_code == 404
        assert host.serving is not None
        told = dict(host.serving.listing())
    assert told["a"] == "[GET,POST] http://localhost:7071/api/same"
    assert told["b"] == "not served: function 'a' has the same route 'same' and a method in common"
    assert told["reserved"].startswith("not served: the route 'administrators' begins with")


# -- Requests and responses


@pytest.mark.parametrize("in_process", [True, False], ids=["in process", "in a child"])
async def test_a_head_request_gets_the_headers_of_a_get(tmp_path: Path, in_process: bool) -> None:
    async with hosted(write_app(tmp_path, HELLO), in_process=in_process) as (_, client):
        got = await client.get("/api/hello")
        head = await client.head("/api/hello")
    assert got.text == "hello"
    assert head.content == b""
    assert head.headers == got.headers
    assert head.headers["content-length"] == "5"


async def test_chunked_bodies_arrive(tmp_path: Path) -> None:
    async def chunks() -> Any:
        yield b"one "
        yield b"two"

    async with (
        hosted(write_app(tmp_path, HELLO)) as (host, _),
        listening(host) as port,
        httpx.AsyncClient() as client,
    ):
        response = await client.post(f"http://127.0.0.1:{port}/api/echo", content=chunks())
    assert (response.text, response.headers["x-length"]) == ("one two", "7")


async def test_a_caller_that_expects_100_continue_gets_it(tmp_path: Path) -> None:
    head = b"POST /api/echo HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n"
    async with hosted(write_app(tmp_path, HELLO)) as (host, _), listening(host) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(head + b"Expect: 100-continue\r\n\r\n")
        assert await reader.readuntil(b"\r\n\r\n") == b"HTTP/1.1 100 Continue\r\n\r\n"
        writer.write(b"abc")
        assert (await reader.readuntil(b"abc")).startswith(b"HTTP/1.1 200")
        writer.close()


@pytest.mark.parametrize(
    ("content", "status"), [(b"12345678", 200), (b"123456789", 413)], ids=["at", "over"]
)
async def test_the_body_limit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes, status: int
) -> None:
    async def chunks() -> Any:
        for each in content:
            yield bytes([each])

    monkeypatch.setenv("FUNCTIONS_REQUEST_BODY_SIZE_LIMIT", "8")
    async with hosted(write_app(tmp_path, HELLO)) as (host, client):
        assert (await client.post("/api/echo", content=content)).status_code == status
        assert (await client.post("/api/echo", content=chunks())).status_code == status
        async with listening(host) as port:
            head = b"POST /api/echo HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
            refused = await exchange(port, head + b"Content-Length: 9000\r\n\r\n")
    assert refused.startswith(b"HTTP/1.1 413"), "before the body is sent"


async def test_a_failed_function_is_500_and_empty(tmp_path: Path) -> None:
    seen = Seen()
    async with hosted(write_app(tmp_path, HELLO), seen) as (_, client):
        response = await client.get("/api/fails")
    assert (response.status_code, response.content) == (500, b"")
    assert seen.outcomes[0].exception is not None
    assert "ValueError: secret" in seen.outcomes[0].exception.traceback


RESPONSES = """
@app.route("cookies")
def cookies(req: func.HttpRequest) -> func.HttpResponse:
    response = func.HttpResponse("x")
    response.headers.add("Set-Cookie", "a=1; Path=/")
    response.headers.add("Set-Cookie", "b=2; HttpOnly")
    return response

@app.route("connection")
def connection(req: func.HttpRequest) -> func.HttpResponse:
    names = {"Transfer-Encoding": "chunked", "Connection": "close", "Content-Length": "99"}
    return func.HttpResponse("four", headers={**names, "Upgrade": "h2c", "X-Own": "kept"})

@app.route("text")
def text(req: func.HttpRequest) -> func.HttpResponse:
    return func.HttpResponse("x", headers={"x-latin": "caf\\xe9", "x-wide": "\\u65e5\\u672c"})

@app.route("status/{code:int}")
def status(req: func.HttpRequest) -> func.HttpResponse:
    return func.HttpResponse("body", status_code=int(req.route_params["code"]))
"""


async def test_each_cookie_is_a_header_of_its_own(tmp_path: Path) -> None:
    async with hosted(write_app(tmp_path, RESPONSES)) as (_, client):
        response = await client.get("/api/cookies")
    assert [each.partition(";")[0] for each in response.headers.get_list("set-cookie")] == [
        "a=1",
        "b=2",
    ]


async def test_what_concerns_the_connection_is_the_servers(tmp_path: Path) -> None:
    async with hosted(write_app(tmp_path, RESPONSES)) as (host, _), listening(host) as port:
        answer = await exchange(
            port, b"GET /api/connection HTTP/1.1\r\nHost: x\r\n\r\n", until=b"four"
        )
    head = answer.lower()
    assert b"content-length: 4" in head
    assert b"x-own: kept" in head
    for name in (b"transfer-encoding", b"connection:", b"upgrade", b"99"):
        assert name not in head


@pytest.mark.parametrize("http", ["h11", "httptools"])
async def test_headers_beyond_ascii_travel(tmp_path: Path, http: str) -> None:
    sent = "GET /api/headers HTTP/1.1\r\nHost: x\r\nX-Utf: caf\u00e9\r\n".encode()
    sent += b"X-Latin: caf\xe9\r\nX-Two: 1\r\nX-Two: 2\r\nConnection: close\r\n\r\n"
    folder = write_app(tmp_path, RESPONSES + HELLO)
    async with hosted(folder) as (host, _), listening(host, http=http) as port:
        seen = json.loads((await exchange(port, sent)).partition(b"\r\n\r\n")[2])
        answer = await exchange(port, b"GET /api/text HTTP/1.0\r\nHost: x\r\n\r\n")
    assert seen["x-utf"] == seen["x-latin"] == "caf\u00e9"
    assert seen["x-two"].replace(" ", "") == "1,2"
    assert b"x-latin: caf\xe9\r\n" in answer
    assert b"x-wide: " + "\u65e5\u672c".encode() in answer


@pytest.mark.parametrize(
    ("code", "status", "body"),
    [
        (204, 204, b""),
        (304, 304, b""),
        (201, 201, b"body"),
        (999, 500, b"body"),
        (100, 500, b"body"),
    ],
)
@pytest.mark.parametrize("http", ["h11", "httptools"])
async def test_status_codes(tmp_path: Path, http: str, code: int, status: int, body: bytes) -> None:
    sent = f"GET /api/status/{code} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    folder = write_app(tmp_path, RESPONSES)
    async with hosted(folder) as (host, _), listening(host, http=http) as port:
        answer = await exchange(port, sent.encode())
    assert answer.startswith(b"HTTP/1.1 %d" % status)
    assert answer.partition(b"\r\n\r\n")[2] == body


async def test_a_header_that_would_break_the_response_is_left_out(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    code = """
    @app.route("split")
    async def split(req: func.HttpRequest) -> func.HttpResponse:
        response = func.HttpResponse("x", headers={"x-good": "1"})
        response.headers["x-bad"] = "1" + chr(13) + chr(10) + "Set-Cookie: stolen=1"
        return response
    """
    async with hosted(write_app(tmp_path, code)) as (_, client):
        response = await client.get("/api/split")
    assert response.status_code in (200, 500)
    assert "set-cookie" not in response.headers
    assert "x-bad" not in response.headers


# -- Trace context

PARENT = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"


async def test_a_trace_goes_on(tmp_path: Path) -> None:
    async with hosted(write_app(tmp_path, HELLO)) as (_, client):
        headers = {"traceparent": PARENT, "tracestate": "a=1"}
        assert (await client.get("/api/trace", headers=headers)).text == f"{PARENT} a=1"


@pytest.mark.parametrize(
    "parent", [None, "x", PARENT.replace("4bf92f3577b34da6a3ce929d0e0e4736", "0" * 32)]
)
async def test_a_trace_begins(tmp_path: Path, parent: str | None) -> None:
    headers = {} if parent is None else {"traceparent": parent, "tracestate": "a=1"}
    async with hosted(write_app(tmp_path, HELLO)) as (_, client):
        begun = (await client.get("/api/trace", headers=headers)).text
        other = (await client.get("/api/trace", headers=headers)).text
    version, trace, span, flags = begun.strip().split("-")
    assert (version, len(trace), len(span), flags) == ("00", 32, 16, "00")
    assert begun != other


# -- host.json


def options(**http: Any) -> str:
    return json.dumps({"version": "2.0", "extensions": {"http": http}})


SLOW = """
import asyncio
running = most = 0

@app.route("slow")
async def slow(req: func.HttpRequest) -> str:
    global running, most
    running += 1
    most = max(most, running)
    await asyncio.sleep(0.02)
    running -= 1
    return str(most)
"""


async def test_custom_headers_and_hsts(tmp_path: Path) -> None:
    text = options(
        customHeaders={"X-Frame-Options": "DENY", "Content-Type": "never/this"},
        hsts={"isEnabled": True, "maxAge": "10"},
    )
    async with hosted(write_app(tmp_path, HELLO, host__json=text)) as (_, client):
        answers = [await client.get(f"/api/{path}") for path in ("hello", "fails", "no")]
        safe = await client.get("https://shop.example/api/hello")
    assert {each.headers["x-frame-options"] for each in answers} == {"DENY"}
    assert answers[0].headers["content-type"].startswith("text/plain")
    assert "strict-transport-security" not in answers[0].headers
    assert safe.headers["strict-transport-security"] == "max-age=864000"  # ten days


async def test_so_many_run_at_once_and_the_others_wait(tmp_path: Path) -> None:
    folder = write_app(tmp_path, SLOW, host__json=options(maxConcurrentRequests=2))
    async with hosted(folder) as (_, client):
        answers = await asyncio.gather(*(client.get("/api/slow") for _ in range(6)))
    assert {each.status_code for each in answers} == {200}
    assert max(int(each.text) for each in answers) == 2


async def test_so_many_run_or_wait_and_the_others_are_refused(tmp_path: Path) -> None:
    text = options(maxOutstandingRequests=3, maxConcurrentRequests=1)
    async with hosted(write_app(tmp_path, SLOW, host__json=text)) as (_, client):
        requests = [*(client.get("/api/slow") for _ in range(5)), client.get("/admin/host/status")]
        *answers, admin = await asyncio.gather(*requests)
        again = await client.get("/api/slow")
    assert admin.status_code == 200, "there is no limit for the host's own paths"
    assert sorted(each.status_code for each in answers) == [200, 200, 200, 429, 429]
    refused = next(each for each in answers if each.status_code == 429)
    assert refused.headers["x-function-scaleout"] == "1"
    assert again.status_code == 200


# -- What the host answers itself


async def test_a_person_is_told_the_routes_and_a_program_nothing(tmp_path: Path) -> None:
    async with hosted(write_app(tmp_path, HELLO)) as (_, client):
        program = await client.get("/api/none")
        person = await client.get("/api/none", headers={"accept": "text/html,*/*;q=0.8"})
    assert (program.status_code, program.content) == (404, b"")
    assert person.status_code == 404
    assert "[GET,HEAD] http://localhost:7071/api/hello" in person.text


async def test_the_page_of_the_host(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with hosted(write_app(tmp_path, HELLO)) as (_, client):
        page = await client.get("/")
    monkeypatch.setenv("AzureWebJobsDisableHomepage", "true")
    async with hosted(tmp_path) as (_, client):
        none = await client.get("/")
    assert page.status_code == 200
    assert page.headers["content-type"].startswith("text/html")
    assert (none.status_code, none.content) == (204, b"")


async def test_a_function_may_have_the_root(tmp_path: Path) -> None:
    code = '@app.route("{*rest}")\ndef all(req: func.HttpRequest) -> str:\n    return "own"\n'
    async with hosted(write_app(tmp_path, code, host__json=options(routePrefix=""))) as (_, client):
        assert (await client.get("/")).text == "own"


async def test_no_function_takes_the_paths_of_the_host(tmp_path: Path) -> None:
    code = '@app.route("{*rest}")\ndef all(req: func.HttpRequest) -> str:\n    return "own"\n'
    async with hosted(write_app(tmp_path, code, host__json=options(routePrefix=""))) as (_, client):
        assert (await client.get("/admin/host/status")).json()["state"] == "Running"
        assert (await client.get("/runtime/webhooks/none")).status_code == 404
        assert (await client.get("/administer")).text == "own"


async def test_an_app_that_is_offline(tmp_path: Path) -> None:
    folder = write_app(tmp_path, HELLO, app_offline__htm="<p>Back soon")
    async with hosted(folder) as (_, client):
        response = await client.get("/api/hello")
        ping = await client.get("/admin/host/ping")
    assert (response.status_code, response.text) == (503, "<p>Back soon")
    assert response.headers["content-type"] == "text/html"
    assert ping.status_code == 200


async def test_a_disabled_function_is_not_served(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AzureWebJobs.hello.Disabled", "1")
    async with hosted(write_app(tmp_path, HELLO)) as (host, client):
        assert (await client.get("/api/hello")).status_code == 404
        assert (await client.get("/api/trace")).status_code == 200
        assert host.serving is not None
        assert dict(host.serving.listing())["hello"] == "disabled by a setting"


async def test_a_request_waits_until_the_app_is_loaded(tmp_path: Path) -> None:
    host = compose(Setup(write_app(tmp_path, HELLO), in_process=True, memory=True))
    transport = httpx.ASGITransport(host)
    async with httpx.AsyncClient(transport=transport, base_url=host.base_url) as client:
        early = asyncio.ensure_future(client.get("/api/hello"))
        await asyncio.sleep(0)
        await host.start()
        assert (await early).text == "hello"
        await host.stop()
        late = await client.get("/api/hello")
    assert (late.status_code, late.text) == (503, "Function host is not running.")


async def test_a_request_does_not_wait_for_ever(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(host_module, "_LONGEST_START", 0.01)
    host = compose(Setup(write_app(tmp_path, HELLO), in_process=True, memory=True))
    transport = httpx.ASGITransport(host)
    async with httpx.AsyncClient(transport=transport, base_url=host.base_url) as client:
        assert (await client.get("/api/hello")).status_code == 503
    await host.stop()


# -- Outputs

OUTPUTS = """
import asyncio, json

@app.route("put")
@app.queue_output("out", queue_name="orders", connection="AzureWebJobsStorage")
async def put(req: func.HttpRequest, out: func.Out[str]) -> str:
    if "slow" in req.params:
        await asyncio.sleep(0.05)
    out.set("taken")
    return "ok"

@app.route("bad")
@app.queue_output("out", queue_name="No Such Name", connection="AzureWebJobsStorage")
def bad(req: func.HttpRequest, out: func.Out[str]) -> str:
    out.set("lost")
    return "ok"
"""


async def test_an_answer_is_sent_after_outputs_are_stored(tmp_path: Path) -> None:
    async with hosted(write_app(tmp_path, OUTPUTS)) as (host, client):
        assert (await client.get("/api/put")).text == "ok"
        assert len(await host.storage.queues.peek("orders")) == 1


async def test_an_output_that_cannot_be_stored_is_a_failure(tmp_path: Path) -> None:
    seen = Seen()
    async with hosted(write_app(tmp_path, OUTPUTS), seen) as (_, client):
        response = await client.get("/api/bad")
    assert (response.status_code, response.content) == (500, b"")
    assert seen.outcomes[0].exception is not None


async def test_a_function_whose_caller_has_hung_up_ends(tmp_path: Path) -> None:
    seen = Seen()
    async with hosted(write_app(tmp_path, OUTPUTS), seen) as (host, _), listening(host) as port:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"GET /api/put?slow=1 HTTP/1.1\r\nHost: x\r\n\r\n")
        await asyncio.sleep(0.02)
        writer.close()
        await until(lambda: seen.outcomes)
        assert seen.outcomes[0].ok
        assert len(await host.storage.queues.peek("orders")) == 1


# -- WebSockets


async def test_a_websocket_is_refused_with_a_reason(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    sent: list[Any] = []

    async def receive() -> Any:
        return {"type": "websocket.connect"}

    async def send(message: Any) -> None:
        sent.append(message)

    async with hosted(write_app(tmp_path, HELLO)) as (host, _):
        with caplog.at_level(logging.WARNING):
            await host({"type": "websocket", "path": "/api/ws"}, receive, send)
    assert [message["type"] for message in sent] == ["websocket.close"]
    assert "/api/ws: a WebSocket was refused. Azure Functions has none" in caplog.text


# -- CORS

SHOP = "https://shop.example"
PREFLIGHT = {
    "origin": SHOP,
    "access-control-request-method": "PUT",
    "access-control-request-headers": "x-a",
}


@pytest.mark.parametrize(
    ("settings", "option", "granted", "credentials"),
    [
        ({}, None, None, None),
        ({"CORS": SHOP}, None, SHOP, None),
        ({"CORS": f"https://other.example, {SHOP}/"}, None, SHOP, None),
        ({"CORS": "https://other.example"}, None, None, None),
        ({"CORS": "*"}, None, "*", None),
        ({"CORS": "*", "CORSCredentials": True}, None, SHOP, "true"),
        ({"CORS": SHOP, "CORSCredentials": True}, None, SHOP, "true"),
        ({"CORS": "https://other.example"}, f" {SHOP}/ , ", SHOP, None),
    ],
)
async def test_cors(
    tmp_path: Path,
    settings: dict[str, Any],
    option: str | None,
    granted: str | None,
    credentials: str | None,
) -> None:
    folder = write_app(tmp_path, HELLO)
    (folder / "local.settings.json").write_text(json.dumps({"Host": settings}))
    cors = None if option is None else Cors.named(option)
    async with hosted(folder, cors=cors) as (_, client):
        answer = await client.get("/api/hello", headers={"origin": SHOP})
        failed = await client.get("/api/fails", headers={"origin": SHOP})
        preflight = await client.options("/api/hello", headers=PREFLIGHT)
    for response in (answer, failed):
        assert response.headers.get("access-control-allow-origin") == granted
        assert response.headers.get("access-control-allow-credentials") == credentials
    if settings or option:
        assert (preflight.status_code, preflight.content) == (204, b"")
    assert preflight.headers.get("access-control-allow-methods") == (granted and "PUT")
    assert preflight.headers.get("access-control-allow-headers") == (granted and "x-a")


async def test_no_function_sees_a_preflight_request(tmp_path: Path) -> None:
    code = """
@app.route("own", methods=["OPTIONS"])
def own(req: func.HttpRequest) -> func.HttpResponse:
    return func.HttpResponse("asked", status_code=202)
"""
    folder = write_app(tmp_path, code)
    async with hosted(folder) as (_, client):
        assert (await client.options("/api/own", headers=PREFLIGHT)).text == "asked"
    async with hosted(folder, cors=Cors.named(SHOP)) as (_, client):
        assert (await client.options("/api/own", headers=PREFLIGHT)).status_code == 204
        assert (await client.options("/api/own")).text == "asked"


UPGRADE = (
    b"GET /api/ws HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
    b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
)


@pytest.mark.parametrize("http", ["h11", "httptools"])
async def test_a_websocket_is_refused_behind_the_hosts_own_server(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, http: str
) -> None:
    async with hosted(write_app(tmp_path, HELLO)) as (host, _), listening(host, http=http) as port:
        with caplog.at_level(logging.WARNING):
            answer = await exchange(port, UPGRADE, until=b"\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 501")
    assert [each.name for each in caplog.records] == ["azure_functions_lib.host"]
    assert "/api/ws: a WebSocket was refused" in caplog.text
