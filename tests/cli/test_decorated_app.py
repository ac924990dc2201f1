"""The commands on an app of decorated functions."""

from __future__ import annotations

import json
import re
from pathlib import Path
from textwrap import dedent

import pytest

from .conftest import Azfl

SOURCE = """
    import azure_functions_lib as func

    app = func.FunctionApp(http_auth_level=func.AuthLevel.ANONYMOUS)

    @app.route(route="orders/{id:int}", methods=[func.HttpMethod.PUT])
    @app.queue_output(arg_name="msg", queue_name="orders", connection="Storage")
    async def put_order(req: func.HttpRequest, msg: func.Out[dict]) -> func.HttpResponse:
        order = {"id": int(req.route_params["id"]), **req.get_json()}
        msg.set(order)
        return func.HttpResponse.from_json(order, status_code=202)

    @app.function_name("OnOrder")
    @app.queue_trigger(arg_name="msg", queue_name="orders", connection="Storage")
    def on_order(msg: func.QueueMessage) -> None:
        print(msg.get_json()["id"])
"""


@pytest.fixture(params=["function_app.py", "my_app.py"])
def app(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    (tmp_path / request.param).write_text(dedent(SOURCE))
    settings = {"IsEncrypted": False, "Values": {"PYTHON_SCRIPT_FILE_NAME": request.param}}
    (tmp_path / "local.settings.json").write_text(json.dumps(settings))
    return tmp_path


def test_list(azfl: Azfl, app: Path) -> None:
    functions = json.loads(azfl("list", app, "--output", "json").stdout)
    assert [(each["name"], each["route"], each["source"]) for each in functions] == [
        ("put_order", "/api/orders/{id:int}", None),
        ("OnOrder", None, "orders"),
    ]


def test_check(azfl: Azfl, app: Path) -> None:
    assert azfl("check", app).stdout == "No problems in 2 functions.\n"


def test_invoke_http(azfl: Azfl, app: Path) -> None:
    call = ("invoke", app, "put_order", "--route-param", "id=7", "--json", '{"sum": 1}')
    assert azfl(*call, "-X", "POST").exit_code == 2
    result = azfl(*call)
    assert result.exit_code == 0, result.stderr
    head, body, message = result.stdout.split("\n\n")
    assert head.startswith("HTTP 202 Accepted\n")
    assert json.loads(body) == {"id": 7, "sum": 1}
    title, content = message.splitlines()
    assert title == "msg -> queue orders"
    assert json.loads(content) == {"id": 7, "sum": 1}


def test_invoke_by_queue_in_any_letter_case(azfl: Azfl, app: Path) -> None:
    result = azfl("invoke", app, "onorder", "--data", '{"id": 7}')
    assert result.exit_code == 0
    assert re.fullmatch(r"OnOrder succeeded in \d+ ms and sent nothing\n", result.stdout)
    assert "7\n" in result.stderr
