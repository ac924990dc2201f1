"""What is fed with generated input: everything that reads what others have written.

A target takes bytes, so that an input which was once a finding can be kept as a line of
``tests/fuzz/corpus/TARGET.txt``. Where a target needs a structure, the bytes are JSON. The decoders
take more than bytes can say; a finding of theirs becomes a test of the binding.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime, timezone
from inspect import Parameter, signature
from pathlib import Path
from time import process_time
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

from click.testing import CliRunner

import azure_functions_lib as func
from azure_functions_lib import get_binding_registry
from azure_functions_lib.app.loader import declared, load_app
from azure_functions_lib.app.settings import read_host_settings, read_local_settings
from azure_functions_lib.cli.app import cli
from azure_functions_lib.delivery import recorded, recorded_calls
from azure_functions_lib.delivery.cors import Cors
from azure_functions_lib.delivery.expressions import BindingData, BlobPattern, resolve_settings
from azure_functions_lib.delivery.expressions import Template as TextTemplate
from azure_functions_lib.delivery.front import Accepted, Front, Request
from azure_functions_lib.delivery.odata import Filter
from azure_functions_lib.delivery.routing import Route, Router, Template
from azure_functions_lib.delivery.schedule import parse_schedule
from azure_functions_lib.delivery.storage import Entity
from azure_functions_lib.delivery.timespan import parse_duration
from azure_functions_lib.errors import AzureFunctionsError
from azure_functions_lib.host.storage.embedded import EmbeddedStorage
from azure_functions_lib.http import HTTP_TRIGGER
from azure_functions_lib.http.codec import HttpCodec
from azure_functions_lib.meta import Datum
from azure_functions_lib.middleware.asgi import AsgiMiddleware
from azure_functions_lib.middleware.wsgi import WsgiMiddleware
from azure_functions_lib.testing import TestClient, events
from azure_functions_lib.wire.jsontext import parse_json
from tests.bindings.test_bad_input import check_error, read_completely

__all__ = ["TARGETS", "feed", "feed_in_time"]

SHARE = 100_000
"""Bytes of an input for which a target has a second of the processor; it has one at least."""


def feed(target: str, data: Any) -> None:
    """Give an input to a target; raise AssertionError for a finding."""
    try:
        TARGETS[target](data)
    except AzureFunctionsError:
        pass
    except Exception as error:
        raise AssertionError(f"{target}: {data!r}: {error!r}") from error


def feed_in_time(target: str, data: Any) -> tuple[int, float]:
    """Do as :func:`feed` does; an input that takes too long is a finding too.

    Returns:
        the size of the input, and the seconds of the processor that a share of it took.
    """
    start = process_time()
    feed(target, data)
    taken = process_time() - start
    size = _size(data)
    cost = taken / max(1, size / SHARE)
    assert cost < 1, f"{target}: {taken:.1f} s for {size} bytes: {data!r}"
    return size, cost


def _size(data: Any) -> int:
    if isinstance(data, (str, bytes)):
        return len(data)
    if isinstance(data, Datum):
        return _size(data.value)
    if isinstance(data, SimpleNamespace):
        return _size(vars(data))
    if isinstance(data, Mapping):
        return sum(_size(key) + _size(value) for key, value in data.items())
    return sum(map(_size, data)) if isinstance(data, (list, tuple)) else 1


def decoders(given: tuple[str, Datum | None, Any]) -> None:
    binding, datum, metadata = given
    try:
        value = get_binding_registry().codec(binding).decode(datum, trigger_metadata=metadata)
    except AzureFunctionsError as error:
        check_error(error)
    else:
        read_completely(value)


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
        _ = read_local_settings(root).effective_values()


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
    for read in (recorded_calls.outcome_from_json, recorded_calls.call_from_json):
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


def requests(data: bytes) -> None:
    app = func.FunctionApp(http_auth_level="anonymous")
    app.route("{name}-{number:int}/{*rest}")(lambda req: None)
    given = _json(data)
    if not isinstance(given, dict):
        return
    method, url, body = (str(given.get(name, "")) for name in ("method", "url", "body"))
    headers = given.get("headers")
    pairs = headers.items() if isinstance(headers, dict) else []
    request = Request(
        method,
        url,
        [(name, str(value)) for name, value in pairs],
        body.encode("utf-8", "replace"),
    )
    front = Front(declared(app), cors=Cors(frozenset({"http://a"}), credentials=True))
    received = front.receive(request)
    if isinstance(received, Accepted):
        (datum,) = received.call.payloads.values()
        decoders((HTTP_TRIGGER, datum, received.call.metadata))


def storage(data: bytes) -> None:
    text = data.decode("utf-8", "surrogateescape")

    async def use(storage: EmbeddedStorage) -> None:
        queues, blobs, tables = storage.queues, storage.blobs, storage.tables
        await queues.create("queue")
        await blobs.create("container")
        async with storage:
            for step in (
                queues.create(text),
                queues.put("queue", text),
                blobs.create(text),
                blobs.write("container", text, data, metadata={"name": text}, content_type=text),
                blobs.write("container", "blob", data, metadata={text: ""}, if_match=text),
                tables.upsert(text, Entity("p", "r")),
                tables.upsert("table", Entity(text, text, {"a": text})),
                tables.upsert("table", Entity("p", "r", {text: text})),
                tables.get("table", text, text),
                storage.streams.append(text, [text]),
            ):
                with suppress(AzureFunctionsError):
                    await step

    asyncio.run(use(EmbeddedStorage(None)))


def forms(data: bytes) -> None:
    for content_type in ("application/x-www-form-urlencoded", "multipart/form-data; boundary=b"):
        request = func.HttpRequest("POST", "/", headers={"content-type": content_type}, body=data)
        with suppress(AzureFunctionsError):
            assert len(request.form) + len(request.files) <= len(data)


def routes(data: bytes) -> None:
    template, _, path = data.decode("utf-8", "replace").partition("=")
    router = Router([Route("f", Template(template))])
    for each in (path, template):
        router.find("GET", each)


def schedules(data: bytes) -> None:
    text = data.decode("utf-8", "replace")
    parse_duration(text)
    moment = datetime(2024, 2, 29, 23, 59, tzinfo=timezone.utc)
    following = parse_schedule(text).next_after(moment, ZoneInfo("Europe/Berlin"))
    assert following is None or following > moment


def expressions(data: bytes) -> None:
    text = data.decode("utf-8", "replace")
    values = {"a": {"b": "value"}, "b": 5}
    known = BindingData("f", datetime(2024, 2, 29, tzinfo=timezone.utc), values)
    for read in (
        lambda: resolve_settings(text, {"A": "x"}),
        lambda: TextTemplate.parse(text).fill(known),
        lambda: BlobPattern.parse(f"c/{text}").match(text),
    ):
        with suppress(AzureFunctionsError):
            read()


def filters(data: bytes) -> None:
    entity = Entity("p", "r", {"a": 1, "b": "x", "c": "5", "c@odata.type": "Edm.Int64"})
    Filter(data.decode("utf-8", "replace")).matches(entity)


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

TARGETS: dict[str, Callable[[Any], None]] = {
    "asgi": asgi,
    "command-line": command_line,
    "cookies": cookies,
    "decoders": decoders,
    "decorators": decorators,
    "expressions": expressions,
    "filters": filters,
    "forms": forms,
    "function-json": function_json,
    "mcp": mcp,
    "outcomes": outcomes,
    "payloads": payloads,
    "requests": requests,
    "responses": responses,
    "routes": routes,
    "schedules": schedules,
    "settings": settings,
    "storage": storage,
    "wsgi": wsgi,
}
