"""Whatever stands in an app's files becomes a problem, and leaves the other functions served."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from azure_functions_lib import checking
from azure_functions_lib.app.loader import load_app
from azure_functions_lib.app.problem import errors
from azure_functions_lib.testing import TestClient

from .conftest import Check, Write

VALUES = [
    None,
    5,
    -1.5,
    True,
    "",
    " ",
    "x",
    "%",
    "%NOPE%",
    "{",
    "}{",
    "{a.b:c}",
    "*" * 300,
    "\ud800\x1b[31m",
    "/",
    [],
    [None, 5, []],
    {},
    {"a": {"b": [1]}},
]
BINDINGS: list[dict[str, Any]] = [
    {"type": "httpTrigger", "route": "a", "methods": ["get"], "authLevel": "function"},
    {"type": "queueTrigger", "queueName": "work", "connection": "C"},
    {"type": "blobTrigger", "path": "a/{b}", "connection": "C"},
    {"type": "timerTrigger", "schedule": "0 * * * * *", "runOnStartup": True, "useMonitor": True},
    {"type": "eventHubTrigger", "eventHubName": "h", "cardinality": "one", "consumerGroup": "g"},
    {"type": "serviceBusTrigger", "topicName": "t", "subscriptionName": "s"},
    {"type": "cosmosDBTrigger", "containerName": "c", "databaseName": "d"},
    {"type": "sqlTrigger", "tableName": "t", "connectionStringSetting": "C"},
    {"type": "mcpToolTrigger", "toolName": "t"},
]
FINE = {"type": "httpTrigger", "direction": "in", "name": "req", "route": "fine"}
RESPONSE = {"type": "http", "direction": "out", "name": "$return"}


@pytest.mark.parametrize("binding", BINDINGS, ids=lambda each: each["type"])
def test_bindings(binding: dict[str, Any], check: Check, tmp_path: Path) -> None:
    whole = {"direction": "in", "name": "it", "dataType": "string", **binding}
    files: dict[str, Any] = {
        "fine/function.json": {"bindings": [FINE, RESPONSE]},
        "fine/__init__.py": "def main(req):\n    return 'served'\n",
        "shared.py": "def main(it): ...\n",
    }
    for key in whole:
        for number, value in enumerate(VALUES):
            name = f"{key}{number}"
            record = {"bindings": [{**whole, key: value}], "scriptFile": "../shared.py"}
            files[f"{name}/function.json"] = record
    checked = check(files)
    assert "check-fails" not in checked.rules
    assert not [each for each in checked.problems if each["function"] == "fine"]
    with TestClient(tmp_path, validate=False) as client:
        assert client.get("/api/fine").text == "served"


@pytest.mark.parametrize(
    "key", ["bindings", "scriptFile", "entryPoint", "retry", "disabled", "configurationSource"]
)
def test_function_json(key: str, check: Check) -> None:
    files: dict[str, Any] = {}
    for number, value in enumerate(VALUES):
        files[f"f{number}/function.json"] = {"bindings": [FINE, RESPONSE], key: value}
        files[f"f{number}/__init__.py"] = "def main(req): ...\n"
    assert "check-fails" not in check(files).rules


SETTINGS: dict[str, list[tuple[str, ...]]] = {
    "host.json": [
        ("version",),
        ("extensions",),
        ("extensions", "http"),
        ("extensions", "http", "routePrefix"),
        ("extensions", "http", "customHeaders"),
        ("extensions", "queues"),
        ("extensions", "queues", "batchSize"),
        ("extensions", "queues", "maxPollingInterval"),
        ("extensions", "blobs", "poisonBlobThreshold"),
        ("extensionBundle",),
        ("functionTimeout",),
        ("functions",),
        ("retry",),
        ("retry", "strategy"),
        ("logging",),
    ],
    "local.settings.json": [
        ("IsEncrypted",),
        ("Values",),
        ("Values", "A"),
        ("ConnectionStrings",),
        ("Host",),
        ("Host", "LocalHttpPort"),
        ("Host", "LocalHttpAddress"),
        ("Host", "CORS"),
        ("Host", "CORSCredentials"),
    ],
}


@pytest.mark.parametrize(
    ("file", "path"), [(file, path) for file, paths in SETTINGS.items() for path in paths]
)
def test_settings_files(file: str, path: tuple[str, ...], check: Check) -> None:
    app = '@app.route("fine")\ndef fine(req: func.HttpRequest) -> str:\n    return "served"\n'
    for value in VALUES:
        document: dict[str, Any] = {"version": "2.0"} if file == "host.json" else {}
        section = document
        for key in path[:-1]:
            section = section.setdefault(key, {})
        section[path[-1]] = value
        checked = check({"function_app.py": app, file: document})
        assert "check-fails" not in checked.rules, value
        others = [each for each in checked.problems if each["parameter"] != file]
        # A prefix is a part of every route.
        assert all(each["rule"] == "route-template" for each in others), value


@pytest.mark.parametrize(
    "content", ["", "\x00", "-r requirements.txt", "-r nope", "==", "[x]", "é@"]
)
def test_requirements(content: str, check: Check) -> None:
    app = "import click\n" + '@app.route("a")\ndef a(req: func.HttpRequest) -> str: ...\n'
    checked = check({"function_app.py": app, "requirements.txt": content})
    assert "check-fails" not in checked.rules
    assert checked.status == 0


def test_no_value_of_a_setting_is_shown(check: Check) -> None:
    app = (
        '@app.timer_trigger("t", schedule="%SECRET%")\ndef a(t: func.TimerRequest): ...\n'
        '@app.queue_trigger("m", queue_name="%SECRET%", connection="SECRET")\ndef b(m: str): ...\n'
    )
    settings = {"SECRET": "hunter2", "FUNCTIONS_WORKER_RUNTIME": "hunter2"}
    local = {"IsEncrypted": False, "Values": settings}
    checked = check({"function_app.py": app, "local.settings.json": local})
    assert checked.rules == ["schedule", "worker-runtime"]
    assert "hunter2" not in json.dumps([checked.problems, checked.notes])


# -- What is said where it goes wrong early


def test_types_of_the_other_package_are_one_problem_with_its_remedy(write: Write) -> None:
    root = write(
        {
            "function_app.py": """
                import azure_functions_lib as func

                class HttpRequest: ...

                HttpRequest.__module__ = "azure.functions._http"
                app = func.FunctionApp()

                @app.route("one")
                def one(req: HttpRequest) -> str: ...

                @app.route("two")
                def two(req: HttpRequest) -> HttpRequest: ...
            """
        }
    )
    with load_app(root) as app:
        (problem,) = errors(app.findings)
    assert problem.rule == "other-library"
    assert "install_as_azure_functions()" in problem.remedy
    assert "azfl_alias = true" in problem.remedy
    assert (problem.function, problem.line) == (None, 9)


@pytest.mark.parametrize(
    ("statement", "distribution"),
    [
        ("import azure.durable_functions as df", "azure-functions-durable"),
        ("from azure.storage.blob import BlobClient", "azure-storage-blob"),
        ("import azure.nosuch", "azure-nosuch"),
        (
            "from azurefunctions.extensions.http.fastapi import Request",
            "azurefunctions-extensions-http-fastapi",
        ),
        ("import yaml.nosuch", "pyyaml"),
        ("from nosuch.part import x", "nosuch"),
    ],
)
def test_a_module_that_is_missing_is_told_by_its_distribution(
    statement: str, distribution: str, check: Check, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("azure.durable_functions", "azure.storage", "azure.storage.blob", "yaml"):
        monkeypatch.setitem(__import__("sys").modules, name, None)
    (problem,) = check({"function_app.py": f"{statement}\n"}).problems
    assert problem["rule"] == "package-missing"
    assert f"Install {distribution!r}" in problem["remedy"]
    assert problem["line"] == 4


def test_a_setting_that_is_read_while_a_file_is_imported(
    check: Check, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("NOPE", raising=False)
    (problem,) = check({"function_app.py": 'import os\nKEY = os.environ["NOPE"]\n'}).problems
    assert problem["rule"] == "setting-at-import"
    assert "'NOPE'" in problem["cause"]
    assert "local.settings.json" in problem["remedy"]
    (problem,) = check({"function_app.py": 'KEY = {}["NOPE"]\n'}).problems
    assert problem["rule"] == "import-fails"


def test_a_fault_of_a_rule_hides_no_other_problem(
    check: Check, monkeypatch: pytest.MonkeyPatch
) -> None:
    def faulty(app: object) -> None:
        raise KeyError("x")

    monkeypatch.setattr(checking, "OF_FUNCTIONS", (faulty, *checking.OF_FUNCTIONS))
    route = '@app.route("same")\ndef {}(req: func.HttpRequest) -> str: ...\n'
    code = route.format("one") + route.format("two")
    (fault, *others) = check({"function_app.py": code}).problems
    assert fault["rule"] == "check-fails"
    assert "faulty" in fault["cause"]
    assert "KeyError" in fault["cause"]
    assert others


def test_a_builtin_whose_parameters_cannot_be_told_is_no_problem(check: Check) -> None:
    hooks = "app.on_startup(max)\napp.on_shutdown(max)\napp.middleware(max)\n"
    route = '@app.route("x")\ndef one(req: func.HttpRequest) -> str: ...\n'
    assert check({"function_app.py": hooks + route}).problems == []


def test_a_module_that_an_installed_package_does_not_have(check: Check) -> None:
    (problem,) = check({"function_app.py": "import click.nosuch\n"}).problems
    assert problem["rule"] == "package-unknown"
    assert "'click' is installed" in problem["remedy"]


def test_the_command_in_an_environment_of_the_app_is_no_module_of_it(
    check: Check, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = "import click\n"
    command = str(tmp_path / ".venv/bin/azfl")
    monkeypatch.setattr(sys.modules["__main__"], "__file__", command, raising=False)
    files = {".venv/bin/azfl": script, "requirements.txt": "azure-functions\n"}
    route = '@app.route("x")\ndef one(req: func.HttpRequest) -> str: ...\n'
    app = "import azure.functions as func\n\napp = func.FunctionApp()\n\n" + route
    assert check({**files, "function_app.py": app}).problems == []
