"""What one invocation costs beside its marshalling, and what loading an app costs."""

from __future__ import annotations

import asyncio
import logging
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import azure_functions_lib as func
from azure_functions_lib.app.loader import load_app
from azure_functions_lib.runtime.runtime import Runtime
from azure_functions_lib.wire.datum import Datum

from ..folders import v1_app
from . import Row, compare

REQUEST = Datum(
    {
        "method": Datum("GET", "string"),
        "url": Datum("http://localhost:7071/api/plain?name=you", "string"),
        "headers": {"accept": Datum("*/*", "string"), "host": Datum("localhost:7071", "string")},
        "query": {"name": Datum("you", "string")},
        "params": {},
        "body": Datum(b"", "bytes"),
    },
    "http",
)


def rows() -> Iterable[Row]:
    logging.getLogger("asyncio").setLevel(logging.ERROR)
    app = func.FunctionApp()

    @app.route()
    def plain(req: func.HttpRequest) -> func.HttpResponse:
        return func.HttpResponse(req.params["name"])

    @app.route()
    async def coroutine(req: func.HttpRequest) -> func.HttpResponse:
        return func.HttpResponse(req.params["name"])

    registry = func.get_binding_registry()
    decode, encode = registry.get("httpTrigger").decode, registry.get("http").encode

    def marshalling() -> Any:
        return encode(plain(decode(REQUEST, trigger_metadata={})), expected_type=None)

    yield compare("HTTP marshalling and the call by itself", marshalling)
    with Runtime(app, inline=True) as runtime:
        yield compare("the same through run(), in the calling thread", _of(runtime, "plain"))
        yield compare("the same through run(), a coroutine function", _of(runtime, "coroutine"))
    with Runtime(app) as runtime:
        yield compare("the same through run(), in the thread pool", _of(runtime, "plain"))
    for count in (10, 1000):
        yield compare(f"{count} coroutine invocations at once", _gathered(app, count))
    with tempfile.TemporaryDirectory() as folder:
        for count in (1, 100):
            root = Path(folder, str(count))
            for index in range(count):
                bindings = [
                    {"type": "queueTrigger", "name": "msg", "direction": "in"},
                    {"type": "queue", "name": "$return", "direction": "out"},
                ]
                v1_app(root, "def main(msg) -> str: return 'x'", *bindings, name=f"f{index}")
            yield compare(f"load and check {count} function.json functions", _loader(root))


def _of(runtime: Runtime, name: str) -> Any:
    return lambda: runtime.run(name, REQUEST)


def _gathered(app: func.FunctionApp, count: int) -> Any:
    async def main() -> None:
        async with Runtime(app) as runtime:
            await asyncio.gather(*(runtime.invoke("coroutine", REQUEST) for _ in range(count)))

    return lambda: asyncio.run(main())


def _loader(root: Path) -> Any:
    def load() -> None:
        with load_app(root) as app:
            assert not app.problems

    return load
