"""An app for azure-functions and the suite that came with it: both stay as they are."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

FILES = {
    "function_app.py": """
import json
import logging

import azure.functions as func

from blueprints.orders import bp

app = func.FunctionApp(http_auth_level=func.AuthLevel.FUNCTION)
app.register_functions(bp)


@app.function_name(name="HttpTrigger1")
@app.route(route="hello", methods=[func.HttpMethod.GET, func.HttpMethod.POST])
def http_trigger(req: func.HttpRequest, context: func.Context) -> func.HttpResponse:
    logging.info("processed a request: %s", context.invocation_id)
    name = req.params.get("name")
    if not name:
        try:
            name = req.get_json().get("name")
        except ValueError:
            pass
    if name:
        return func.HttpResponse(f"Hello, {name}.")
    return func.HttpResponse("Pass a name", status_code=200)


@app.timer_trigger(schedule="0 */5 * * * *", arg_name="myTimer", run_on_startup=False)
@app.blob_output(arg_name="report", path="reports/latest.txt", connection="AzureWebJobsStorage")
def nightly(myTimer: func.TimerRequest, report: func.Out[str]) -> None:
    report.set("late" if myTimer.past_due else "on time")


@app.blob_trigger(arg_name="myblob", path="work/{name}", connection="AzureWebJobsStorage")
@app.queue_output(arg_name="msg", queue_name="thumbs", connection="AzureWebJobsStorage")
def blob_in(myblob: func.InputStream, msg: func.Out[func.QueueMessage]):
    msg.set(json.dumps({"name": myblob.name, "size": len(myblob.read())}))
""",
    "blueprints/__init__.py": "",
    "blueprints/orders.py": """
import json
import logging
import os

import azure.functions as func

bp = func.Blueprint()


@bp.route(route="orders/{id:int?}", methods=["POST"], auth_level=func.AuthLevel.ANONYMOUS)
@bp.queue_output(arg_name="out", queue_name="orders", connection="AzureWebJobsStorage")
async def create(req: func.HttpRequest, out: func.Out[func.QueueMessage]) -> func.HttpResponse:
    try:
        order = req.get_json()
    except ValueError:
        return func.HttpResponse("Invalid JSON", status_code=400)
    out.set(json.dumps(order))
    return func.HttpResponse(status_code=201, headers={"Location": f"/api/orders/{order['id']}"})


@bp.queue_trigger(arg_name="msg", queue_name="orders", connection="AzureWebJobsStorage")
@bp.table_output(arg_name="row", table_name="orders", connection="AzureWebJobsStorage")
def process(msg: func.QueueMessage, row: func.Out[str]) -> None:
    order = json.loads(msg.get_body().decode("utf-8"))
    if msg.dequeue_count and msg.dequeue_count > 3:
        logging.error("giving up on %s", msg.id)
        return
    row.set(json.dumps({"PartitionKey": os.environ["REGION"], "RowKey": str(order["id"])}))
""",
    "host.json": '{"version": "2.0"}',
    "tests/__init__.py": "",
    "tests/test_app.py": """
import asyncio
import io
import json
import os
import unittest
from unittest import mock

import azure.functions as func
from azure.functions.blob import InputStream

import function_app
from blueprints.orders import create, process
from function_app import blob_in, http_trigger, nightly


def request(method="GET", url="/api/hello", params=None, body=b""):
    return func.HttpRequest(method=method, url=url, params=params or {}, body=body)


class Out(func.Out):
    def set(self, val):
        self.value = val

    def get(self):
        return self.value


class FakeMessage(func.QueueMessage):
    def __init__(self, body, dequeue_count):
        super().__init__(id="7", body=body)
        self.count = dequeue_count

    @property
    def dequeue_count(self):
        return self.count


class FakeBlob(io.BytesIO):
    name = "work/a.txt"


class TestApp(unittest.TestCase):
    def setUp(self):
        self.context = mock.Mock(spec=func.Context, invocation_id="1")
        self.out = mock.MagicMock(spec=func.Out)

    def test_hello(self):
        function = http_trigger.build().get_user_function()
        response = function(request(params={"name": "Ada"}), self.context)
        self.assertEqual(response.get_body(), b"Hello, Ada.")
        self.assertEqual((response.status_code, response.mimetype), (200, "text/plain"))
        response = function(request("POST", body=json.dumps({"name": "B"}).encode()), self.context)
        self.assertIn(b"B", response.get_body())
        self.assertIsInstance(function(request(), self.context), func.HttpResponse)

    def test_timer(self):
        timer = mock.Mock(spec=func.TimerRequest, past_due=True)
        nightly.build().get_user_function()(timer, self.out)
        self.out.set.assert_called_once_with("late")

    def test_blob(self):
        blob = mock.MagicMock(spec=InputStream)
        blob.name, blob.read.return_value = "work/b.txt", b"12345"
        function = blob_in.build().get_user_function()
        function(blob, self.out)
        self.assertEqual(json.loads(self.out.set.call_args[0][0])["size"], 5)
        function(FakeBlob(b"abc"), self.out)
        self.out.set.assert_called_with('{"name": "work/a.txt", "size": 3}')

    def test_create(self):
        out = Out()
        function = create.build().get_user_function()
        response = asyncio.run(function(request("POST", "/api/orders", body=b'{"id": 3}'), out))
        self.assertEqual((response.status_code, out.get()), (201, '{"id": 3}'))
        self.assertEqual(response.headers["Location"], "/api/orders/3")
        response = asyncio.run(function(request("POST", "/api/orders", body=b"{"), out))
        self.assertEqual(response.status_code, 400)

    @mock.patch.dict(os.environ, {"REGION": "eu"})
    def test_process(self):
        function = process.build().get_user_function()
        function(func.QueueMessage(id="1", body=b'{"id": 7}'), self.out)
        self.out.set.assert_called_once_with('{"PartitionKey": "eu", "RowKey": "7"}')
        with self.assertLogs(level="ERROR") as logs:
            function(FakeMessage(b"{}", 4), self.out)
        self.assertIn("giving up on 7", logs.output[0])

    def test_declared(self):
        functions = {each.get_function_name(): each for each in function_app.app.get_functions()}
        names = {"HttpTrigger1", "nightly", "blob_in", "create", "process"}
        self.assertEqual(set(functions), names)
        trigger = functions["HttpTrigger1"].get_trigger()
        self.assertEqual((trigger.type, trigger.route), ("httpTrigger", "hello"))
        self.assertEqual([each.value for each in trigger.methods], ["GET", "POST"])
        self.assertEqual(trigger.auth_level, func.AuthLevel.FUNCTION)
""",
}

TAKEN_OVER = "import azure_functions_lib\n\nazure_functions_lib.install_as_azure_functions()\n"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("command", "file", "text"),
    [
        ("pytest", "pytest.ini", "[pytest]\nazfl_alias = true\n"),
        ("pytest", "pyproject.toml", "[tool.pytest.ini_options]\nazfl_alias = true\n"),
        ("pytest", "tests/conftest.py", TAKEN_OVER),
        ("unittest", "tests/__init__.py", TAKEN_OVER),
    ],
)
def test_a_suite_for_azure_functions_passes(
    command: str, file: str, text: str, tmp_path: Path
) -> None:
    for name, content in {**FILES, file: text}.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(content, encoding="utf-8")
    result = subprocess.run(
        [sys.executable, "-m", command], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stdout + result.stderr
    assert "6 passed" in result.stdout or "Ran 6 tests" in result.stderr
