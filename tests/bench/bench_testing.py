"""What the test client costs: an HTTP call beside its marshalling, and opening it in a process."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import azure_functions_lib as func
from azure_functions_lib.testing import TestClient, events
from azure_functions_lib.wire.datum import Datum

from . import Row, compare, measure

APP = """
import azure_functions_lib as func
app = func.FunctionApp()

@app.route("items/{id:int}")
def items(req: func.HttpRequest) -> func.HttpResponse:
    return func.HttpResponse(req.route_params["id"])

@app.queue_trigger("msg", "orders", "STORAGE")
@app.queue_output("$return", "parcels", "STORAGE")
def pack(msg: func.QueueMessage) -> str:
    return msg.get_body().decode()

@app.timer_trigger("timer", "0 * * * * *")
def tick(timer: func.TimerRequest) -> None: ...
"""

FRESH = """
import sys, time
sys.path.insert(0, sys.argv[1])
import function_app
start = time.perf_counter()
from azure_functions_lib.testing import TestClient
with TestClient(function_app) as client:
    assert client.get("/api/items/7").text == "7"
    print(time.perf_counter() - start)
"""

CALLS = 1000


def rows() -> Iterable[Row]:
    app = func.FunctionApp(http_auth_level="anonymous")

    @app.route("small/{id}")
    def small(req: func.HttpRequest) -> func.HttpResponse:
        return func.HttpResponse(req.route_params["id"])

    @app.route("json/{id}", methods=["POST"])
    def json(req: func.HttpRequest) -> func.HttpResponse:
        return func.HttpResponse.from_json({"id": req.route_params["id"], "was": req.get_json()})

    @app.queue_trigger("msg", "orders", "STORAGE")
    def queue(msg: func.QueueMessage) -> None: ...

    document = {"lines": [{"name": f"item {index}", "price": index} for index in range(20)]}
    with TestClient(app) as client:
        paths: list[Any]
        yield _http(client, "the same GET", small, [("GET", "/api/small/7", {})] * CALLS)
        # More than the client keeps, so that the paths of all rounds are new to it.
        paths = [("GET", f"/api/small/{index}", {}) for index in range(5 * CALLS)]
        yield _http(client, "different GETs", small, paths)
        posts = [("POST", f"/api/json/{index}", {"json": document}) for index in range(CALLS)]
        yield _http(client, "POSTs of 800 bytes of JSON", json, posts)
        message = events.queue("text")
        yield compare("invoke a queue function", lambda: client.invoke("queue", message))
    seconds = _fresh()
    yield Row("open on 3 functions and call one, in a fresh process", seconds, note="limit 60 ms")


def _http(client: TestClient, name: str, function: Any, requests: list[Any]) -> Row:
    """Compare 1,000 calls to what their functions' marshalling takes by itself."""
    registry: Any = func.get_binding_registry()
    decode, encode = registry.get("httpTrigger").decode, registry.get("http").encode
    payloads: list[Datum] = []
    for method, url, options in requests:
        call: Any = client._reach(method, url, dict(options))
        payloads.append(call.call.payloads["req"])

    def calls() -> None:
        for method, url, options in requests:
            client.request(method, url, **options)

    def marshalling() -> None:
        for payload in payloads:
            encode(function(decode(payload, trigger_metadata={})), expected_type=None)

    took, least = measure(calls, marshalling)
    note = f"{took / least:.1f} times the marshalling; limit 3"
    return Row(f"{CALLS} HTTP calls: {name}", took / len(requests) * CALLS, note=note)


def _fresh() -> float:
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "function_app.py").write_text(APP)
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
        environment["PYTHONPYCACHEPREFIX"] = folder
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        command = [sys.executable, "-c", FRESH, folder]
        return min(float(subprocess.check_output(command, env=environment)) for _ in range(7))
