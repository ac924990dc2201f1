"""What else is fed with generated input: everything that reads what others have written.

A target takes bytes, so that an input which was once a finding can be kept as a file, in
``tests/fuzz/corpus/TARGET/``. Where a target needs a structure, the bytes are JSON.
"""

from __future__ import annotations

import asyncio
import json
import tempfile
from collections.abc import Callable
from contextlib import suppress
from inspect import Parameter, signature
from pathlib import Path
from typing import Any

from click.testing import CliRunner
from hypothesis import strategies as st

import azure_functions_lib as func
from azure_functions_lib.app.loader import load_app
from azure_functions_lib.app.settings import read_host_settings, read_local_settings
from azure_functions_lib.cli.app import cli
from azure_functions_lib.delivery import recorded
from azure_functions_lib.errors import AzureFunctionsError
from azure_functions_lib.http.codec import HttpCodec
from azure_functions_lib.middleware.asgi import AsgiMiddleware
from azure_functions_lib.middleware.wsgi import WsgiMiddleware
from azure_functions_lib.testing import TestClient, events
from azure_functions_lib.wire.jsontext import parse_json

__all__ = ["STRATEGIES", "TARGETS", "feed"]


def feed(target: str, data: bytes) -> None:
    """Give bytes to a target; raise AssertionError for a finding."""
    try:
        TARGETS[target](data)
    except AzureFunctionsError:
        pass
    except Exception as error:
        raise AssertionError(f"{target}: {data!r}: {error!r}") from error


def _json(data: bytes) -> Any:
    try:
        return parse_json(data)
    except ValueError:
        return None


def settings(data: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        for name in ("host.json", "local.settings.json"):
            (root / name).write_bytes(data)
        _ = read_host_settings(root).route_prefix
        _ = read_local_settings(root).effective_values


def function_json(data: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        (root / "host.json").write_text('{"version": "2.0"}')
        (root / "f").mkdir()
        (root / "f" / "function.json").write_bytes(data)
        (root / "f" / "__init__.py").write_text("def main(req, msg=None):\n    return None\n")
        with load_app(root, local_settings=False) as app:
            assert all(str(problem) for problem in app.problems)


def payloads(data: bytes) -> None:
    made = recorded.loads(data)
    assert recorded.loads(recorded.dumps(made)) == made


def outcomes(data: bytes) -> None:
    document = _json(data)
    for read in (recorded.outcome_from_json, recorded.call_from_json):
        with suppress(AzureFunctionsError):
            read(document)


def cookies(data: bytes) -> None:
    text = data.decode("latin-1")
    request = func.HttpRequest("GET", "/api/f", headers={"cookie": text.replace("\n", "")})
    assert isinstance(dict(request.cookies), dict)
    name, _, value = text.partition("=")
    func.HttpResponse("").set_cookie(name, value)


def responses(data: bytes) -> None:
    fields = _json(data)
    if isinstance(fields, dict):
        known = {"body", "status_code", "headers", "mimetype", "charset"}
        given = {name: value for name, value in fields.items() if name in known}
        with suppress(LookupError, UnicodeError):  # of a charset, as is documented
            HttpCodec.encode(func.HttpResponse(**given))


def asgi(data: bytes) -> None:
    messages = _json(data)
    if not isinstance(messages, list):
        return

    async def app(scope: Any, receive: Any, send: Any) -> None:
        for message in messages:
            if isinstance(message, dict) and isinstance(message.get("body"), str):
                message["body"] = message["body"].encode("utf-8", "replace")
            await send(message)

    asyncio.run(AsgiMiddleware(app).handle_async(func.HttpRequest("GET", "/api/f"), None))


def wsgi(data: bytes) -> None:
    answer = _json(data)
    if not isinstance(answer, dict):
        return

    def app(environ: Any, start_response: Any) -> Any:
        start_response(answer.get("status"), answer.get("headers"))
        body = answer.get("body")
        return [body.encode("utf-8", "replace")] if isinstance(body, str) else body

    WsgiMiddleware(app).handle(func.HttpRequest("GET", "/api/f"), None)


def mcp(data: bytes) -> None:
    tools = func.FunctionApp()

    @tools.mcp_tool()
    def tool(days: int, city: str = "", tags: list[str] = [], far: float = 0.0) -> str:  # noqa: B006
        assert type(days) is int
        assert type(city) is str
        return city

    with TestClient(tools) as client:
        arguments = _json(data)
        if isinstance(arguments, dict) and b"Infinity" not in data and b"NaN" not in data:
            client.invoke("tool", events.mcp_tool(arguments))
        client.invoke("tool", data.decode("utf-8", "replace"))


def decorators(data: bytes) -> None:
    given = _json(data)
    if not isinstance(given, dict):
        return
    app = func.FunctionApp()
    for decorator, required in (
        (app.route, {"route": "x"}),
        (app.queue_trigger, {"arg_name": "m", "queue_name": "q", "connection": "C"}),
        (app.timer_trigger, {"arg_name": "t", "schedule": "0 * * * * *"}),
        (app.service_bus_queue_trigger, {"arg_name": "m", "queue_name": "q", "connection": "C"}),
    ):
        taken = signature(decorator).parameters
        takes_any = any(each.kind is Parameter.VAR_KEYWORD for each in taken.values())
        known = {key: value for key, value in given.items() if takes_any or key in taken}
        try:
            decorator(**{**required, **known})(lambda req, m, t: None)
            app.get_functions()
        except AzureFunctionsError:
            pass


def command_line(data: bytes) -> None:
    arguments = _json(data)
    # No system hands over an argument with a null character, or one that has no bytes.
    if not (isinstance(arguments, list) and all(_is_argument(each) for each in arguments)):
        return
    runner = CliRunner()
    with runner.isolated_filesystem():
        Path("function_app.py").write_text(_APP)
        for command in ("event", "list", "check", "export", "invoke"):
            result = runner.invoke(cli, [command, *arguments])
            assert isinstance(result.exception, (SystemExit, type(None))), result.exception
            assert result.exit_code in (0, 1, 2)


def _is_argument(value: object) -> bool:
    return isinstance(value, str) and "\0" not in value and value.isprintable()


_APP = """
import azure_functions_lib as func

app = func.FunctionApp()


@app.route("f/{id?}")
def f(req):
    return "x"


@app.queue_trigger("msg", "in", "C")
def g(msg):
    pass
"""

TARGETS: dict[str, Callable[[bytes], None]] = {
    "asgi": asgi,
    "command-line": command_line,
    "cookies": cookies,
    "decorators": decorators,
    "function-json": function_json,
    "mcp": mcp,
    "outcomes": outcomes,
    "payloads": payloads,
    "responses": responses,
    "settings": settings,
    "wsgi": wsgi,
}

_KEYS = {
    "asgi": "type status headers body more_body http.response.start http.response.body",
    "command-line": "--output json text -d --data --json --input --metadata --set --url "
    "--payload f g queue timer blob http --query --route-param -X -H a=1 @x "
    "--strict --log-level debug",
    "cookies": "a",
    "decorators": "arg_name route methods auth_level data_type cardinality schedule "
    "queue_name connection run_on_startup is_sessions_enabled "
    "trigger_extra_fields access_rights many",
    "function-json": "bindings type direction name route methods authLevel queueName "
    "connection scriptFile entryPoint disabled retry strategy httpTrigger "
    "queueTrigger http in out $return req msg fixedDelay maxRetryCount "
    "delayInterval schedule timerTrigger dataType cardinality",
    "mcp": "days city tags far name arguments sessionid transport",
    "outcomes": "function invocation_id outputs exception logs duration type value "
    "payloads binding metadata message traceback level logger $return http "
    "status_code headers body cookies",
    "payloads": "data metadata inputs type value string bytes json int double http "
    "$bytes method url headers query params body status_code cookies "
    "collection_string model_binding_data",
    "responses": "body status_code headers mimetype charset text/plain utf-8 200",
    "settings": "version 2.0 IsEncrypted Values Host ConnectionStrings LocalHttpPort "
    "CORS extensions http routePrefix queues maxDequeueCount "
    "functionTimeout logging retry CORSCredentials",
    "wsgi": "status headers body 200 OK content-type",
}
"""The words of which the documents of each target are made."""


def _documents(keys: str) -> st.SearchStrategy[bytes]:
    names = st.sampled_from(keys.split())
    leaves = st.none() | st.booleans() | st.integers() | st.floats() | names | st.text(max_size=8)
    values = st.recursive(
        leaves,
        lambda inner: (
            st.lists(inner, max_size=5)
            | st.dictionaries(names | st.text(max_size=5), inner, max_size=6)
        ),
        max_leaves=25,
    )
    return values.map(lambda value: json.dumps(value).encode())


STRATEGIES: dict[str, st.SearchStrategy[bytes]] = {
    name: _documents(keys) | st.binary(max_size=60) for name, keys in _KEYS.items()
}
STRATEGIES["command-line"] = st.lists(
    st.sampled_from(_KEYS["command-line"].split()) | st.text(max_size=6), max_size=6
).map(lambda arguments: json.dumps(arguments).encode())
"""What is drawn for each target: documents with the keys that it knows, and any bytes."""
