"""Everyday mistakes: the check finds each, and the test client refuses what no host would serve."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

import pytest

from azure_functions_lib.errors import FunctionLoadError
from azure_functions_lib.testing import TestClient

from .conftest import Check, Files, Write

HTTP = {"type": "httpTrigger", "direction": "in", "name": "req"}
RESPONSE = {"type": "http", "direction": "out", "name": "$return"}
MAIN = "def main(req): return ''\n"


def decorated(text: str, **files: Any) -> Files:
    return {"function_app.py": text, **{k.replace("__", "."): v for k, v in files.items()}}


def folder(*bindings: Any, code: str = MAIN, **more: Any) -> Files:
    return {
        "orders/function.json": {"bindings": list(bindings), **more},
        "orders/__init__.py": code,
    }


def hub(kind: str, annotation: str, cardinality: str = "") -> Files:
    declared = {
        "event_hub": 'event_hub_message_trigger("event", event_hub_name="hub", connection="Hub"',
        "service_bus": 'service_bus_queue_trigger("event", queue_name="bus", connection="Bus"',
        "kafka": 'kafka_trigger("event", topic="topic", broker_list="localhost:9092"',
    }[kind]
    more = f', cardinality="{cardinality}"' if cardinality else ""
    return decorated(f"@app.{declared}{more})\ndef one(event: {annotation}): ...\n")


def timer(schedule: str) -> Files:
    return decorated(
        f'@app.timer_trigger("t", "{schedule}")\ndef tick(t: func.TimerRequest): ...\n'
    )


def route(text: str) -> Files:
    return decorated(f'@app.route("{text}")\ndef one(req: func.HttpRequest) -> str: ...\n')


QUEUE = '@app.queue_trigger("msg", queue_name="{}", connection="{}")\ndef one(msg: str): ...\n'
ROUTE = '@app.route("one")\ndef one(req: func.HttpRequest) -> str: return ""\n'
VALUES = {"IsEncrypted": False, "Values": {"AzureWebJobsStorage": "UseDevelopmentStorage=true"}}
CONNECTION = "DefaultEndpointsProtocol=https;AccountName=a;AccountKey=secret"
BLUEPRINT = (
    "import azure_functions_lib as func\n\nbp = func.Blueprint()\n\n"
    '@bp.route("two")\ndef two(req: func.HttpRequest) -> str: ...\n'
)
RETRY = '@app.retry(strategy="{}", max_retry_count={}{})\n' + QUEUE.format("work", "C")
FIXED = ', delay_interval="00:00:05"'


class Row(NamedTuple):
    files: Files
    rule: str
    line: int | None
    severity: str = "error"
    file: str = "function_app.py"


ROWS = {
    "cardinality many with EventHubEvent": Row(
        hub("event_hub", "func.EventHubEvent", "many"), "cardinality-many", 4
    ),
    "default cardinality with list[EventHubEvent]": Row(
        hub("event_hub", "list[func.EventHubEvent]"), "cardinality-one", 4
    ),
    "cardinality many with ServiceBusMessage": Row(
        hub("service_bus", "func.ServiceBusMessage", "MANY"), "cardinality-many", 4
    ),
    "cardinality one with list[ServiceBusMessage]": Row(
        hub("service_bus", "list[func.ServiceBusMessage]", "one"), "cardinality-one", 4
    ),
    "cardinality many with KafkaEvent": Row(
        hub("kafka", "func.KafkaEvent", "many"), "cardinality-many", 4
    ),
    "default cardinality with list[KafkaEvent]": Row(
        hub("kafka", "list[func.KafkaEvent]"), "cardinality-one", 4
    ),
    "the same route and method twice": Row(
        decorated(
            '@app.route("a", methods=["GET", "POST"])\ndef one(req: func.HttpRequest): ...\n'
            '@app.route("A/", methods=["POST"])\ndef two(req: func.HttpRequest): ...\n'
        ),
        "route-twice",
        6,
    ),
    "route x/{id": Row(route("x/{id"), "route-template", 4),
    "route x/{id:integer}": Row(route("x/{id:integer}"), "route-template", 4),
    "route {id}/{id}": Row(route("{id}/{id}"), "route-template", 4),
    "route {id}{name}": Row(route("{id}{name}"), "route-template", 4),
    "route administrators": Row(route("administrators"), "route-reserved", 4),
    "route runtime/x": Row(route("Runtime/x"), "route-reserved", 4),
    "route /api/x": Row(route("/api/x"), "route-prefix-twice", 4, "warning"),
    "schedule every 5 minutes": Row(timer("every 5 minutes"), "schedule", 4),
    "schedule of minute 99": Row(timer("0 99 * * * *"), "schedule", 4),
    "schedule of weekday 7": Row(timer("0 0 7 * * 7"), "schedule", 4),
    "schedule 5": Row(timer("5"), "schedule-meaning", 4, "warning"),
    "a queueTrigger without queueName": Row(
        folder({"type": "queueTrigger", "direction": "in", "name": "req"}),
        "trigger-key-missing",
        3,
        file="orders/function.json",
    ),
    "methods [git]": Row(
        folder({**HTTP, "methods": ["git"]}, RESPONSE),
        "method-unknown",
        7,
        file="orders/function.json",
    ),
    "methods []": Row(
        folder({**HTTP, "methods": []}, RESPONSE),
        "methods-empty",
        7,
        "warning",
        file="orders/function.json",
    ),
    "methods get": Row(
        folder({**HTTP, "methods": "get"}, RESPONSE),
        "methods-no-list",
        7,
        file="orders/function.json",
    ),
    "methods 5": Row(
        folder({**HTTP, "methods": 5}, RESPONSE),
        "methods-no-list",
        7,
        file="orders/function.json",
    ),
    "route 5": Row(
        folder({**HTTP, "route": 5}, RESPONSE), "route-no-text", 7, file="orders/function.json"
    ),
    "authLevel anon": Row(
        folder({**HTTP, "authLevel": "anon"}, RESPONSE),
        "auth-level-unknown",
        7,
        file="orders/function.json",
    ),
    "an output of type htp": Row(
        folder(HTTP, {**RESPONSE, "type": "htp"}),
        "binding-type-misspelt",
        9,
        "warning",
        file="orders/function.json",
    ),
    "main -> HttpResponse without an http output": Row(
        folder(
            HTTP,
            code="import azure_functions_lib as func\n"
            "def main(req: func.HttpRequest) -> func.HttpResponse: ...\n",
        ),
        "no-http-output",
        2,
        file="orders/__init__.py",
    ),
    "a blob path {idd} that a blob trigger does not give": Row(
        decorated(
            '@app.blob_output("$return", path="copies/{idd}", connection="C")\n'
            '@app.blob_trigger("blob", path="images/{id}", connection="C")\n'
            "def one(blob: func.InputStream) -> bytes: ...\n"
        ),
        "expression-unknown",
        4,
    ),
    "a blob path {idd} beside a route with {id}": Row(
        decorated(
            '@app.route("items/{id}")\n'
            '@app.blob_input("blob", path="items/{idd}", connection="C")\n'
            "def one(req: func.HttpRequest, blob: str) -> str: ...\n"
        ),
        "expression-misspelt",
        5,
        "warning",
    ),
    "%QUEUE% that no settings have": Row(
        decorated(QUEUE.format("%QUEUE%", "AzureWebJobsStorage")), "setting-missing", 4, "warning"
    ),
    "a connection's setting that local.settings.json lacks": Row(
        decorated(QUEUE.format("work", "Orders"), local__settings__json=VALUES),
        "setting-missing",
        4,
        "warning",
    ),
    "a connection string where a setting's name belongs": Row(
        decorated(QUEUE.format("work", CONNECTION)), "connection-string", 4
    ),
    "FUNCTIONS_WORKER_RUNTIME node": Row(
        decorated(
            ROUTE,
            local__settings__json={
                "IsEncrypted": False,
                "Values": {"FUNCTIONS_WORKER_RUNTIME": "node"},
            },
        ),
        "worker-runtime",
        4,
        "warning",
        "local.settings.json",
    ),
    "function_app.py beside folders with function.json": Row(
        {"function_app.py": ROUTE, **folder(HTTP, RESPONSE)},
        "ignored-folders",
        1,
        "warning",
        "orders/function.json",
    ),
    "a blueprint that was never registered": Row(
        {"function_app.py": "from orders import bp\n" + ROUTE, "orders.py": BLUEPRINT},
        "blueprint-unregistered",
        5,
        "warning",
        "orders.py",
    ),
    "a blueprint of a module that was imported as a whole": Row(
        {"function_app.py": "import orders\n" + ROUTE, "orders.py": BLUEPRINT},
        "blueprint-unregistered",
        5,
        "warning",
        "orders.py",
    ),
    "a WSGI application in AsgiFunctionApp": Row(
        decorated(
            "import azure_functions_lib as func\n\n"
            "def site(environ, start_response): ...\n\n"
            "app = func.AsgiFunctionApp(site)  # a FunctionApp()\n"
        ),
        "wrong-server-app",
        None,
    ),
    "an ASGI application in WsgiFunctionApp": Row(
        decorated(
            "import azure_functions_lib as func\n\n"
            "async def site(scope, receive, send): ...\n\n"
            "app = func.WsgiFunctionApp(site)  # a FunctionApp()\n"
        ),
        "wrong-server-app",
        None,
    ),
    "requirements.txt that pins azure-functions-worker": Row(
        {
            "function_app.py": ROUTE,
            "requirements.txt": "azure-functions-lib\nazure-functions-worker==1.2\n",
        },
        "requirement-worker",
        2,
        "warning",
        "requirements.txt",
    ),
    "requirements.txt that lacks a package the app imports": Row(
        {
            "function_app.py": "import click\n" + ROUTE,
            "requirements.txt": "azure-functions-lib\n",
        },
        "requirement-missing",
        4,
        "warning",
    ),
    "a max_retry_count that is no number": Row(
        decorated(RETRY.format("fixed_delay", "'three'", FIXED)), "retry-count", 4
    ),
    "a negative delay": Row(
        decorated(RETRY.format("fixed_delay", "3", ', delay_interval="-00:00:05"')),
        "retry-interval",
        4,
    ),
}


@pytest.mark.parametrize("name", ROWS)
def test_azfl_check_notices(name: str, check: Check, tmp_path: Path) -> None:
    row = ROWS[name]
    checked = check(row.files)
    found = [each for each in checked.problems if each["rule"] == row.rule]
    assert found, checked.problems
    problem = found[0]
    assert problem["severity"] == row.severity
    assert problem["cause"]
    assert problem["remedy"]
    assert "secret" not in str(checked.problems)
    assert checked.status == (2 if row.severity == "error" else 0)
    if row.line is not None:
        assert (problem["file"], problem["line"]) == (str(tmp_path / row.file), row.line)
    assert checked.rules == [row.rule]


@pytest.mark.parametrize("name", ROWS)
def test_the_test_client_refuses_what_is_an_error(name: str, write: Write) -> None:
    row = ROWS[name]
    client = TestClient(write(row.files))
    if row.severity != "error":
        with client:
            found = [each for each in client.app.findings if each.severity != "note"]
            assert {each.rule for each in found} == {row.rule}
        return
    with pytest.raises(FunctionLoadError, match="the app has 1 problem") as caught, client:
        pass
    assert "secret" not in str(caught.value)


def test_strict_counts_warnings(check: Check) -> None:
    assert check(timer("5")).status == 0
    assert check(timer("5"), "--strict").status == 2
