from __future__ import annotations

import json
import sys
from pathlib import Path
from textwrap import dedent
from types import ModuleType

import pytest

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
    url = "http://localhost:7071/api/items/{id}"
    assert ["items", "httpTrigger", "[GET]", url, "function", "$return", "(http)"] in lines
    assert ["orders", "queueTrigger", "inqueue"] in lines


def test_list_as_json(azfl: Azfl, app: App) -> None:
    path = app({"items": ([HTTP, RESPONSE], MAIN), "orders": ([QUEUE], "def main(): pass\n")})
    items, orders = json.loads(azfl("list", path, "--output", "json").stdout)
    assert items == {
        "name": "items",
        "trigger": "httpTrigger",
        "route": "/api/items",
        "url": "http://localhost:7071/api/items",
        "methods": [],
        "auth_level": "function",
        "source": None,
        "outputs": ["$return (http)"],
        "disabled": False,
        "problems": 0,
    }
    assert (orders["route"], orders["source"]) == (None, "inqueue")
    assert orders["problems"] == 1


def test_list_shows_the_names_that_settings_give_and_no_secrets(azfl: Azfl, app: App) -> None:
    secret = "DefaultEndpointsProtocol=https;AccountKey=secret"
    output = {"type": "queue", "direction": "out", "name": "out", "connection": "C"}
    path = app(
        {
            "orders": (
                [{**QUEUE, "queueName": "%QUEUE%-in"}, {**output, "queueName": "%SECRET%"}],
                "def main(msg, out): ...\n",
            )
        }
    )
    settings = {
        "QUEUE": "orders",
        "SECRET": secret,
        "AzureWebJobs.orders.Disabled": "true",
        "AzureWebJobsStorage": secret,
    }
    local = {"IsEncrypted": False, "Values": settings, "Host": {"LocalHttpPort": 80}}
    Path(path, "local.settings.json").write_text(json.dumps(local))
    (orders,) = json.loads(azfl("list", path, "--output", "json").stdout)
    assert (orders["source"], orders["outputs"]) == ("orders-in", ["out (queue %SECRET%)"])
    assert orders["disabled"] is True
    text = azfl("list", path).output
    assert "orders (disabled)" in text
    assert "secret" not in text


def test_list_of_a_file_that_is_no_app(azfl: Azfl, tmp_path: Path) -> None:
    file = tmp_path / "passwd"
    file.write_text("x")
    result = azfl("list", file)
    assert result.exit_code == 2
    assert "passwd is no Python file of an app. Give the app's folder" in result.stderr


def test_a_place_whose_expression_is_broken_is_listed_as_it_is_written(
    azfl: Azfl, app: App
) -> None:
    path = app({"orders": ([{**QUEUE, "queueName": "%a%%"}], QUEUE_MAIN)})
    (orders,) = json.loads(azfl("list", path, "--output", "json").stdout)
    assert orders["source"] == "%a%%"


def test_another_azure_functions_that_was_imported_first_is_a_problem(
    azfl: Azfl, app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "azure.functions", ModuleType("azure.functions"))
    result = azfl("list", app({"orders": ([QUEUE], QUEUE_MAIN)}))
    assert result.exit_code == 2
    assert "Run azfl in a process of its own" in result.stderr


def test_help_without_control_codes(azfl: Azfl) -> None:
    assert "\\b" not in azfl("--help").output


def test_sarif(azfl: Azfl, app: App) -> None:
    path = app(
        {"or ders": ([{**QUEUE, "queueName": 5}], QUEUE_MAIN), "fine": ([QUEUE], QUEUE_MAIN)}
    )
    result = azfl("check", path, "--output", "sarif")
    assert result.exit_code == 2
    log = json.loads(result.stdout)
    assert (log["version"], log["$schema"]) == (
        "2.1.0",
        "https://json.schemastore.org/sarif-2.1.0.json",
    )
    (run,) = log["runs"]
    driver = run["tool"]["driver"]
    assert driver["name"] == "azfl check"
    rules = [rule["id"] for rule in driver["rules"]]
    assert len(set(rules)) == len(rules)
    for result in run["results"]:
        assert result["ruleId"] in rules
        assert result["level"] in ("error", "warning", "note")
        assert result["message"]["text"]
    found = next(each for each in run["results"] if each["ruleId"] == "binding-key-no-text")
    (location,) = found["locations"]
    assert location["physicalLocation"] == {
        "artifactLocation": {"uri": "or%20ders/function.json", "uriBaseId": "APP"},
        "region": {"startLine": 1},
    }
    assert location["logicalLocations"] == [{"name": "or ders", "kind": "function"}]


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
