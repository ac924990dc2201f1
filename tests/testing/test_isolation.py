"""A client leaves nothing behind."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

PROGRAM = """
import asyncio, gc, logging, os, sys, threading, warnings
from pathlib import Path
from azure_functions_lib.testing import AsyncTestClient, TestClient, events

app = Path(sys.argv[1])

def state():
    gc.collect()
    return {
        "threads": [thread.name for thread in threading.enumerate()],
        "environment": dict(os.environ),
        "files": sorted(str(path) for path in app.rglob("*") if "__pycache__" not in path.parts),
        "open files": len(os.listdir("/proc/self/fd")) if os.path.isdir("/proc/self/fd") else 0,
        "path": list(sys.path),
        "app modules": "function_app" in sys.modules,
        "handlers": list(logging.root.handlers),
        "level": logging.root.level,
        "factory": logging.getLogRecordFactory(),
        "filters": list(warnings.filters),
    }

def plain():
    with TestClient(app, settings={"A": "1"}, raise_exceptions=False) as client:
        for number in range(250):
            assert client.get(f"/api/items/{number}").text == str(number)
            assert client.post("/api/coroutine", json={"a": 1}).json() == {"a": 1}
            assert client.invoke("work", events.queue("x")).ok
            assert len(client.drain("out")) == 1
            assert not client.invoke("fail", "x").ok

async def asynchronous():
    async with AsyncTestClient(app, settings={"A": "1"}) as client:
        for number in range(0, 250, 50):
            calls = (client.get(f"/api/items/{number + each}") for each in range(50))
            await asyncio.gather(*calls)
    assert asyncio.all_tasks() == {asyncio.current_task()}

plain()  # what is made once, such as modules, is there afterwards
asyncio.run(asynchronous())
before = state()
plain()
asyncio.run(asynchronous())
after = state()
for name, value in before.items():
    assert after[name] == value, (name, value, after[name])
print("clean")
"""

APP = """
import os
import azure_functions_lib as func
app = func.FunctionApp()

@app.route("items/{id}")
def items(req: func.HttpRequest) -> str:
    os.environ["LEFT"] = req.route_params["id"]
    return req.route_params["id"]

@app.route()
async def coroutine(req: func.HttpRequest) -> func.HttpResponse:
    response = func.HttpResponse.from_json(req.get_json())
    response.set_cookie("a", "b")
    return response

@app.queue_trigger("msg", "in", "C")
@app.queue_output("$return", "out", "C")
def work(msg: func.QueueMessage) -> str:
    return "sent"

@app.queue_trigger("msg", "out", "C")
def receive(msg: func.QueueMessage) -> None: ...

@app.queue_trigger("msg", "failing", "C")
def fail(msg: func.QueueMessage) -> None:
    raise ValueError(msg.id)
"""


@pytest.mark.slow
def test_1000_calls_leave_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "function_app.py").write_text(APP)
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", PROGRAM, str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout == "clean\n", done.stderr
    assert not done.stderr


OLD_NAME = """
import sys
from pathlib import Path
from azure_functions_lib.testing import TestClient

app = Path(sys.argv[1])
finders = list(sys.meta_path)
for _ in range(2):
    with TestClient(app) as client:
        assert client.get("/api/items/7").text == "7"
        assert client.get("/api/bills").text == "azure_functions_lib.http.request"
    assert sys.meta_path == finders
    assert not [name for name in sys.modules if name.startswith("azure.functions")]
print("clean")
"""


def test_an_app_may_import_azure_functions(tmp_path: Path) -> None:
    text = APP.replace("import azure_functions_lib as func", "import azure.functions as func")
    text += """
@app.route("bills")
def bills(req: func.HttpRequest) -> str:
    from azure.functions import HttpRequest
    return HttpRequest.__module__
"""
    (tmp_path / "function_app.py").write_text(text)
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", OLD_NAME, str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout == "clean\n", done.stderr


def test_a_client_in_a_test_leaves_nothing_to_the_next(tmp_path: Path) -> None:
    from azure_functions_lib.testing import TestClient

    (tmp_path / "function_app.py").write_text(APP)
    threads, environment = threading.active_count(), dict(os.environ)
    with TestClient(tmp_path) as client:
        client.get("/api/items/7")
        assert os.environ["LEFT"] == "7"
    assert (threading.active_count(), dict(os.environ)) == (threads, environment)
    assert "function_app" not in sys.modules


def test_clients_may_be_closed_in_any_order(tmp_path: Path) -> None:
    from azure_functions_lib.testing import TestClient

    (tmp_path / "function_app.py").write_text(APP)
    environment = dict(os.environ)
    first = TestClient(tmp_path, settings={"A": "1", "FIRST": "1"})
    second = TestClient(tmp_path, settings={"A": "2"})
    third = TestClient(tmp_path, settings={"A": "3"})
    for client in (first, second, third):
        client.__enter__()
    second.__exit__(None, None, None)
    assert os.environ["A"] == "3"
    first.__exit__(None, None, None)
    assert os.environ["A"] == "3"
    third.__exit__(None, None, None)
    assert dict(os.environ) == environment


THREADS = """
import sys, threading
from azure_functions_lib.errors import AppError
from azure_functions_lib.testing import TestClient

answers, refusals = [], []

def work(app, expected):
    for _ in range(10):
        try:
            with TestClient(app) as client:
                answers.append(client.get("/api/name").text == expected)
        except AppError as error:
            refusals.append("is open in another thread" in str(error))

threads = [threading.Thread(target=work, args=(app, app[-1])) for app in sys.argv[1:]]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
assert answers and all(answers + refusals) and len(answers + refusals) == 40, (answers, refusals)
assert not [name for name in sys.modules if name.startswith("azure.functions")]
"""


def test_clients_of_several_threads_neither_mix_apps_nor_lose_azure_functions(
    tmp_path: Path,
) -> None:
    """The name azure.functions stays while a client of another thread has need of it."""
    for name in "0123":
        folder = tmp_path / name
        folder.mkdir()
        (folder / "host.json").write_text('{"version": "2.0"}')
        (folder / "helper.py").write_text(f"NAME = '{name}'")
        (folder / "function_app.py").write_text(
            "import azure.functions as func\n"
            "import helper\n"
            "app = func.FunctionApp()\n"
            "@app.route('name')\n"
            "def name(req: func.HttpRequest) -> str:\n"
            "    return helper.NAME\n"
        )
    program = [sys.executable, "-c", THREADS, *(str(tmp_path / name) for name in "0123")]
    done = subprocess.run(program, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (0, "")
