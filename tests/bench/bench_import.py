"""What importing costs: medians of whole processes, less those of one that does nothing."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator

from . import Row, peer

_PROCESSES = 21

# One HTTP invocation, decoded and encoded, as a worker does it.
_INVOCATION = """
import {library} as func
from {library}.meta import Datum
registry = func.get_binding_registry()
text = lambda value: Datum(value, "string")
request = registry.get("httpTrigger").decode(
    Datum(
        dict(
            method=text("POST"),
            url=text("http://localhost:7071/api/items/7?x=1"),
            headers=dict([("content-type", text("application/json"))]),
            query=dict(x=text("1")),
            params=dict(id=text("7")),
            body=Datum(b'{{"name": "Ada"}}', "bytes"),
        ),
        "http",
    ),
    trigger_metadata={{}},
)
name = request.get_json()["name"] + request.params["x"] + request.headers["Content-Type"]
registry.get("http").encode(func.HttpResponse(name), expected_type=None)
"""

_APP = """
import {library} as func
app = func.FunctionApp()

@app.route("one")
def one(req: func.HttpRequest) -> func.HttpResponse: ...

@app.route("two")
def two(req: func.HttpRequest) -> func.HttpResponse: ...

@app.route("three")
def three(req: func.HttpRequest) -> func.HttpResponse: ...

[function.get_function_json() for function in app.get_functions()]
"""


def rows() -> Iterator[Row]:
    """Compare imports in fresh processes; an aim here is a number of milliseconds, in the note."""
    for name, code, note in (
        ("import", "import {library}", "aim: 2 ms"),
        ("import, one HTTP invocation", _INVOCATION, "aim: 30 ms"),
        ("import, three HTTP functions indexed", _APP, "aim: 35 ms"),
    ):
        codes = ["pass", code.format(library="azure_functions_lib")]
        if peer is not None:
            codes.append(code.format(library="azure.functions"))
        ours, *theirs = _medians_over_the_first(codes)
        yield Row(name, ours, theirs[0] if theirs else None, note=note)


def _medians_over_the_first(codes: list[str]) -> list[float]:
    differences: list[list[float]] = [[] for _ in codes[1:]]
    for _ in range(_PROCESSES):
        nothing, *times = map(_process_seconds, codes)
        for index, seconds in enumerate(times):
            differences[index].append(seconds - nothing)
    return [statistics.median(each) for each in differences]


def _process_seconds(code: str) -> float:
    # Installed packages have their bytecode; so is this one to have it.
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": ""}
    start = time.perf_counter()
    subprocess.run([sys.executable, "-c", code], check=True, env=environment)
    return time.perf_counter() - start
