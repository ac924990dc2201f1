"""What ``azfl check`` costs, of an app of 1,000 functions in either programming model."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from . import Row

_FUNCTIONS = 1000
_ROUTE = """
@app.route("orders/{number}/items/{{id:int}}", methods=["GET", "POST"])
@app.queue_output("message", queue_name="orders-{number}", connection="AzureWebJobsStorage")
def order_{number}(req: func.HttpRequest, message: func.Out[str]) -> func.HttpResponse: ...
"""
_QUEUE = """
@app.queue_trigger("message", queue_name="work-{number}", connection="AzureWebJobsStorage")
@app.blob_output("$return", path="done/{number}/{{id}}.json", connection="AzureWebJobsStorage")
def work_{number}(message: func.QueueMessage) -> str: ...
"""


def rows() -> Iterator[Row]:
    """Check in a process of its own, as a person does; the aim is 2 s, in the note."""
    for name, write in (("decorators", _decorated), ("function.json", _folders)):
        with tempfile.TemporaryDirectory() as folder:
            root = Path(folder)
            (root / "host.json").write_text('{"version": "2.0"}')
            (root / "requirements.txt").write_text("azure-functions-lib\n")
            write(root)
            yield Row(
                f"azfl check, 1,000 functions of {name}", _seconds(root), None, note="aim: 2 s"
            )


def _decorated(root: Path) -> None:
    parts = ["import azure_functions_lib as func\n\napp = func.FunctionApp()\n"]
    parts += [(_QUEUE if each % 2 else _ROUTE).format(number=each) for each in range(_FUNCTIONS)]
    (root / "function_app.py").write_text("".join(parts))


def _folders(root: Path) -> None:
    response = {"type": "http", "direction": "out", "name": "$return"}
    for number in range(_FUNCTIONS):
        trigger = {"type": "httpTrigger", "direction": "in", "name": "req", "route": f"a/{number}"}
        folder = root / f"function{number}"
        folder.mkdir()
        (folder / "function.json").write_text(json.dumps({"bindings": [trigger, response]}))
        (folder / "__init__.py").write_text(
            "import azure_functions_lib as func\n\n"
            "def main(req: func.HttpRequest) -> func.HttpResponse: ...\n"
        )


def _seconds(root: Path) -> float:
    command = [sys.executable, "-m", "azure_functions_lib", "check", str(root)]
    subprocess.run(command, check=True, capture_output=True)  # which writes the bytecode
    start = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    return time.perf_counter() - start
