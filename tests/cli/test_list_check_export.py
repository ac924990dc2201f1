from __future__ import annotations

import json
from pathlib import Path
from textwrap import dedent

from .conftest import HTTP, QUEUE, RESPONSE, App, Azfl

MAIN = "def main(req):\n    return ''\n"
QUEUE_MAIN = "def main(msg):\n    pass\n"


def test_list_for_people(azfl: Azfl, app: App) -> None:
    path = app(
        {
            "items": ([{**HTTP, "route": "items/{id}", "methods": ["get"]}, RESPONSE], MAIN),
            "orders": ([QUEUE], QUEUE_MAIN),
        }
    )
    result = azfl("list", path)
    assert result.exit_code == 0
    lines = [line.split() for line in result.stdout.splitlines()]
    assert ["items", "httpTrigger", "[GET]", "/api/items/{id}", "$return", "(http)"] in lines
    assert ["orders", "queueTrigger", "inqueue"] in lines


def test_list_as_json(azfl: Azfl, app: App) -> None:
    path = app({"items": ([HTTP, RESPONSE], MAIN), "orders": ([QUEUE], "def main(): pass\n")})
    items, orders = json.loads(azfl("list", path, "--output", "json").stdout)
    assert items == {
        "name": "items",
        "trigger": "httpTrigger",
        "route": "/api/items",
        "methods": [],
        "source": None,
        "outputs": ["$return (http)"],
        "problems": 0,
    }
    assert (orders["route"], orders["source"]) == (None, "inqueue")
    assert orders["problems"] == 1


def test_list_of_an_empty_folder_is_a_problem(azfl: Azfl, tmp_path: Path) -> None:
    result = azfl("list", tmp_path)
    assert result.exit_code == 2
    assert "problem: " in result.stderr


def test_check_of_a_healthy_app(azfl: Azfl, app: App) -> None:
    path = app({"orders": ([QUEUE], QUEUE_MAIN)})
    result = azfl("check", path)
    assert (result.exit_code, result.stdout) == (0, "No problems in 1 function.\n")
    document = json.loads(azfl("check", path, "--output", "json").stdout)
    assert document["problems"] == []
    assert [note["rule"] for note in document["in_azure"]] == ["azure-queue-base64"]


SEVEN_FAULTS = {
    "one": (
        [HTTP, RESPONSE],
        "import azure_functions_lib as func\n\n"
        "def main(req: func.QueueMessage, extra) -> func.Out[str]: ...\n",
    ),
    "two": ([QUEUE, {**RESPONSE, "name": "res"}], "def main(msg, res: str, extra): ...\n"),
    "three": ([QUEUE], "import no_such_module\n"),
    "four": ([{**QUEUE, "direction": "sideways"}, HTTP], "def main(msg, req): ...\n"),
    "healthy": ([HTTP, RESPONSE], "def main(req):\n    return 'well'\n"),
}


def test_check_reports_seven_faults_of_four_functions_at_once(azfl: Azfl, app: App) -> None:
    path = app(SEVEN_FAULTS)
    result = azfl("check", path, "--output", "json")
    assert result.exit_code == 2
    problems = json.loads(result.stdout)["problems"]
    found = {(problem["function"], problem["parameter"]) for problem in problems}
    assert found >= {("one", "req"), ("one", "extra"), ("one", "$return"), ("two", "res")}
    assert {function for function, _ in found} == {"one", "two", "three", "four"}
    assert len(problems) >= 7
    assert all(problem["cause"] and problem["remedy"] for problem in problems)

    text = azfl("check", path)
    assert text.exit_code == 2
    shown = text.stderr.count("problem: ") + text.stderr.count("warning: ")
    assert shown == len(problems)
    assert "well" in azfl("invoke", path, "healthy").stdout


def test_check_reports_routes_that_the_host_does_not_take(azfl: Azfl, app: App) -> None:
    routes = {"broken": "items/{id", "reserved": "admin/x", "same": "a", "twice": "A/", "fine": "b"}
    path = app({name: ([{**HTTP, "route": each}, RESPONSE], MAIN) for name, each in routes.items()})
    result = azfl("check", path, "--output", "json")
    assert result.exit_code == 2
    problems = json.loads(result.stdout)["problems"]
    assert sorted(problem["function"] for problem in problems) == ["broken", "reserved", "twice"]


def test_check_tells_what_azure_does_differently(azfl: Azfl, app: App) -> None:
    routes = {"get": "items/{id}", "list": "items/all"}
    path = app({name: ([{**HTTP, "route": each}, RESPONSE], MAIN) for name, each in routes.items()})
    result = azfl("check", path)
    assert result.exit_code == 0
    assert "in Azure: list: req: Azure calls function 'get' for /api/items/all" in result.stderr
    assert "No problems in 2 functions" in result.stdout


def test_export_of_function_json_files(azfl: Azfl, app: App) -> None:
    bindings = [{**HTTP, "route": "items/{id}", "methods": ["get"]}, RESPONSE]
    exported = json.loads(azfl("export", app({"items": (bindings, MAIN)})).stdout)
    assert exported == {"items": {"bindings": bindings}}


def test_export_of_decorated_functions(azfl: Azfl, tmp_path: Path) -> None:
    (tmp_path / "function_app.py").write_text(
        dedent("""
            import azure_functions_lib as func

            app = func.FunctionApp(http_auth_level=func.AuthLevel.ANONYMOUS)

            @app.route(route="items/{id}", methods=["GET"])
            @app.queue_output(arg_name="msg", queue_name="outqueue", connection="Storage")
            def items(req: func.HttpRequest, msg: func.Out[str]) -> str:
                return ""
        """)
    )
    result = azfl("export", tmp_path)
    assert result.exit_code == 0, result.stdout
    assert json.loads(result.stdout) == {
        "items": {
            "scriptFile": "function_app.py",
            "bindings": [
                {
                    "direction": "OUT",
                    "type": "queue",
                    "name": "msg",
                    "queueName": "outqueue",
                    "connection": "Storage",
                },
                {
                    "direction": "IN",
                    "type": "httpTrigger",
                    "name": "req",
                    "methods": ["GET"],
                    "authLevel": "ANONYMOUS",
                    "route": "items/{id}",
                },
                {"direction": "OUT", "type": "http", "name": "$return"},
            ],
        }
    }


def test_export_of_a_broken_app(azfl: Azfl, app: App) -> None:
    result = azfl("export", app({"orders": ([QUEUE], "import no_such_module\n")}))
    assert result.exit_code == 2
    assert "no_such_module" in json.loads(result.stdout)["problems"][0]["cause"]
