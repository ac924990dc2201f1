"""Send many mixed requests to the local host, and see that its processes stay level.

``python -m tests.bench.soak_host`` sends 100,000, ``python -m tests.bench.soak_host 5000`` fewer;
what follows is passed on to ``azfl start``, such as ``--in-process``. The table has a row for each
tenth and process, read from ``/proc``, which Linux has. Status 1 says that a process has grown
since the second tenth.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

from .soak import State, has_grown

APP = """
import asyncio
import logging
import azure_functions_lib as func

app = func.FunctionApp(http_auth_level="anonymous")

@app.route("text/{id}")
async def text(req: func.HttpRequest) -> str:
    await asyncio.sleep(0)
    return req.route_params["id"]

@app.route("json")
def json(req: func.HttpRequest) -> func.HttpResponse:
    logging.info("got %s", req.get_json())
    return func.HttpResponse.from_json(req.get_json())

@app.route("fail")
def fail(req: func.HttpRequest) -> str:
    raise ValueError("as it should")

@app.route("send")
@app.queue_output("message", queue_name="sent", connection="")
def send(req: func.HttpRequest, message: func.Out[str]) -> str:
    message.set("x" * 1000)
    return "sent"

@app.queue_trigger("message", queue_name="sent", connection="")
@app.blob_output("blob", path="received/last", connection="")
def receive(message: func.QueueMessage, blob: func.Out[str]) -> None:
    blob.set(message.get_body().decode())
"""

# Few calls at once, so that there are soon as many threads as there will ever be.
HOST = '{"version": "2.0", "extensions": {"queues": {"batchSize": 1, "newBatchThreshold": 0}}}'
CONNECTIONS = 8
REQUESTS: tuple[tuple[str, bytes | None, int], ...] = (
    ("/api/text/{number}", None, 200),
    ("/api/text/{number}?a=b", None, 200),
    ("/api/json", b'{"a": [1, 2, 3]}', 200),
    ("/api/json", b'"' + b"x" * 10_000 + b'"', 200),
    ("/api/fail", None, 500),
    ("/api/nowhere", None, 404),
    ("/api/text/{number}", None, 200),
    ("/api/send", None, 200),
)
"""Path, body, and the status of the answer."""


@contextmanager
def started(folder: Path, options: list[str]) -> Iterator[tuple[int, str]]:
    """Run ``azfl start``; gives the process and where it listens."""
    app = folder / "app"
    app.mkdir()
    (app / "function_app.py").write_text(APP)
    (app / "host.json").write_text(HOST)
    command = [sys.executable, "-m", "azure_functions_lib", "start", str(app)]
    output = folder / "output"
    with (
        output.open("w") as file,
        subprocess.Popen(
            [*command, "--port", "0", "--log-level", "error", "--json", *options], stdout=file
        ) as process,
    ):
        try:
            while not (text := output.read_text()).endswith("\n"):
                assert process.poll() is None, "it has ended"
                time.sleep(0.05)
            yield process.pid, json.loads(text.partition("\n")[0])["url"]
        finally:
            process.terminate()


def send(url: str, count: int) -> None:
    """Send requests on one connection."""
    connection = HTTPConnection(urlsplit(url).netloc)
    for number in range(count):
        path, body, status = REQUESTS[number % len(REQUESTS)]
        connection.request("GET", path.format(number=number), body)
        response = connection.getresponse()
        response.read()
        assert response.status == status, f"{path}: {response.status}"
    connection.close()


def main(count: int, options: list[str]) -> None:
    """Send so many requests, and print what the processes have after each tenth."""
    print("requests     process    memory MB  threads  descriptors  seconds")
    states: dict[str, list[State]] = {"host": [], "child": []}
    start = time.perf_counter()
    with (
        tempfile.TemporaryDirectory() as folder,
        started(Path(folder), options) as (host, url),
        ThreadPoolExecutor(CONNECTIONS) as connections,
    ):
        for tenth in range(1, 11):
            share = count // 10 // CONNECTIONS
            for each in [connections.submit(send, url, share) for _ in range(CONNECTIONS)]:
                each.result()
            time.sleep(2)  # for what was sent to queues
            children = Path(f"/proc/{host}/task/{host}/children").read_text().split()
            for name, process in zip(states, [host, *map(int, children)], strict=False):
                states[name].append(State.of(process))
                print(
                    f"{tenth * share * CONNECTIONS:11,}  {name:8}  {states[name][-1]}"
                    f"  {time.perf_counter() - start:7.0f}",
                    flush=True,
                )
    grown = [name for name, each in states.items() if each and has_grown(each, 1.05)]
    if grown:
        sys.exit(f"grown: {', '.join(grown)}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if sys.argv[1:] else 100_000, sys.argv[2:])
