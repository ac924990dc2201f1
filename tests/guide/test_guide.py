"""The developer guide's promises, kept by the apps of ``docs/examples/guide``; a row has a test."""

from __future__ import annotations

import asyncio
import base64
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

import azure_functions_lib
from azure_functions_lib.cli.app import cli
from azure_functions_lib.delivery.events.http import http_payload
from azure_functions_lib.runtime.runtime import Invocation, Runtime

GUIDE = Path(__file__).parents[2] / "docs" / "examples" / "guide"
LAYOUT_2020 = GUIDE / "layout_2020"
LAYOUT_2019 = GUIDE / "layout_2019"


def invoke(app: Path, *arguments: str) -> dict[str, Any]:
    command = ["invoke", str(app), *arguments, "--output", "json"]
    result = CliRunner().invoke(cli, command, prog_name="azfl")
    assert result.exit_code == 0, result.output
    document: dict[str, Any] = json.loads(result.stdout)
    return document


def response(document: dict[str, Any], name: str = "$return") -> str:
    """The text of an HTTP response or other output."""
    value = document["outputs"][name]["value"]
    if isinstance(value, dict):
        value = value["body"]["value"]
    if isinstance(value, dict):
        value = base64.b64decode(value["$bytes"]).decode()
    return str(value)


def text(app: Path, *arguments: str) -> str:
    return response(invoke(app, *arguments))


@pytest.fixture
def runtime() -> Iterator[Runtime]:
    with Runtime(LAYOUT_2020) as opened:
        yield opened


def get(runtime: Runtime, function: str, query: str = "") -> str:
    invocation = runtime.run(function, http_payload("GET", f"http://x/api/{function}?{query}"))
    return answer(invocation)


def answer(invocation: Invocation) -> str:
    assert invocation.exception is None, invocation.exception
    datum = invocation.return_value
    assert datum is not None
    if datum.type != "http":
        return str(datum.value)
    body: bytes = datum.value["body"].value
    return body.decode()


def test_G1_main_of_the_folder_without_and_with_annotations() -> None:
    greeting = text(LAYOUT_2020, "my_first_function", "--query", "user=Ada")
    assert greeting == "Hello, Ada! Twice your name has 6 letters."
    assert text(LAYOUT_2020, "typed_greeting", "--query", "user=Ada") == "Hello, Ada!"


def test_G2_script_file_and_entry_point() -> None:
    assert text(LAYOUT_2020, "custom_entry_point") == "GET came in by another door."


def test_G3_imports_of_the_2020_layout() -> None:
    # my_first_function says `import shared_code.helper` and `from . import example`,
    # my_second_function says `from shared_code import helper`.
    assert "letters" in text(LAYOUT_2020, "my_first_function", "--query", "user=Ada")
    assert text(LAYOUT_2020, "my_second_function", "--query", "value=21") == "21 * 2 = 42"


@pytest.mark.parametrize("app", [LAYOUT_2019, LAYOUT_2019 / "__app__"], ids=["root", "app"])
def test_G4_imports_of_the_2019_layout(app: Path) -> None:
    assert text(app, "HttpTrigger", "--query", "name=Ada") == "HELLO, ADA"
    assert text(app, "Imports") == "ONE MODULE, BESIDE THE FUNCTION"


def test_G5_route_parameter_and_blob_input() -> None:
    document = invoke(
        LAYOUT_2020, "read_item", "--route-param", "id=7", "--input", "obj=some content"
    )
    assert response(document) == "item 7: some content"
    assert [log["message"] for log in document["logs"]] == ["item 7 has 12 characters"]


def test_G6_one_output_and_several() -> None:
    document = invoke(LAYOUT_2020, "http_to_queue", "--query", "body=an order")
    assert response(document) == "queued: an order"
    assert document["outputs"]["msg"] == {
        "binding": "queue",
        "type": "string",
        "value": "an order",
    }
    assert set(invoke(LAYOUT_2020, "typed_greeting")["outputs"]) == {"$return"}


@pytest.mark.parametrize(
    ("debug", "levels"),
    [
        ("", ["CRITICAL", "ERROR", "WARNING", "INFO"]),
        ("1", ["CRITICAL", "ERROR", "WARNING", "INFO", "DEBUG"]),
    ],
)
def test_G7_root_logger_with_five_levels(
    monkeypatch: pytest.MonkeyPatch, debug: str, levels: list[str]
) -> None:
    monkeypatch.setenv("PYTHON_ENABLE_DEBUG_LOGGING", debug)
    document = invoke(LAYOUT_2020, "log_levels")
    logs = [log for log in document["logs"] if log["logger"] == "root"]
    assert [log["level"] for log in logs] == levels
    assert {log["invocation_id"] for log in logs} == {document["invocation_id"]}


def test_G8_request_and_response() -> None:
    by_query = invoke(
        LAYOUT_2020, "greet", "--query", "name=Ada", "--route-param", "language=fr",
        "-H", "User-Agent: me",
    )  # fmt: skip
    assert response(by_query) == "Bonjour, Ada!"
    value = by_query["outputs"]["$return"]["value"]
    headers = {name.lower(): header for name, header in value["headers"].items()}
    assert (value["status_code"], headers["x-caller"]) == (200, "me")
    assert text(LAYOUT_2020, "greet", "--json", '{"name": "Bob"}') == "Hello, Bob!"
    for body in ("not json", ""):
        document = invoke(LAYOUT_2020, "greet", "-X", "POST", "--data", body)
        assert document["outputs"]["$return"]["value"]["status_code"] == 400


async def _thread_names() -> tuple[str, str]:
    async with Runtime(LAYOUT_2020) as runtime:
        names = [
            answer(invocation)
            for invocation in await asyncio.gather(
                runtime.invoke("fetch_async", http_payload("GET", "http://x/api/fetch_async")),
                runtime.invoke("fetch_sync", http_payload("GET", "http://x/api/fetch_sync")),
            )
        ]
    return names[0], names[1]


def test_G9_coroutine_functions_on_the_loop_others_in_the_pool() -> None:
    on_loop, in_pool = asyncio.run(_thread_names())
    assert on_loop == threading.current_thread().name
    assert in_pool.startswith("ThreadPoolExecutor-0_")


def test_G10_context() -> None:
    document = invoke(LAYOUT_2020, "whoami")
    assert json.loads(response(document)) == {
        "invocation_id": document["invocation_id"],
        "function_name": "whoami",
        "function_directory": str(LAYOUT_2020 / "whoami"),
    }


def test_G11_module_state_survives_between_invocations(runtime: Runtime) -> None:
    assert get(runtime, "counter") == "loaded 1 time, called 1"
    assert get(runtime, "counter") == "loaded 1 time, called 2"


def test_G12_settings_are_environment_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    assert text(LAYOUT_2020, "app_setting") == "a value from local.settings.json"
    assert "myAppSetting" not in os.environ
    monkeypatch.setenv("myAppSetting", "a value of the environment")
    assert text(LAYOUT_2020, "app_setting") == "a value of the environment"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("layout", "command"),
    [
        (LAYOUT_2020, ["unittest"]),
        (LAYOUT_2020, ["pytest", "tests"]),
        (LAYOUT_2019, ["pytest", "tests"]),
    ],
    ids=["2020-unittest", "2020-pytest", "2019-pytest"],
)
def test_G13_unit_tests_of_the_user(layout: Path, command: list[str], tmp_path: Path) -> None:
    project = tmp_path / "project"
    shutil.copytree(layout, project, ignore=shutil.ignore_patterns("__pycache__"))
    result = subprocess.run(
        [sys.executable, "-m", *command],
        cwd=project,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stdout + result.stderr
    assert "passed" in result.stdout or "OK" in result.stderr


def test_G13_queue_message() -> None:
    document = invoke(LAYOUT_2020, "queue_echo", "--data", "test")
    assert response(document) == "msg body: test"


def test_G15_temporary_files() -> None:
    answer = text(LAYOUT_2020, "scratch", "--data", "12345")
    assert answer == f"5 bytes in {tempfile.gettempdir()}"


def test_G16_version() -> None:
    assert text(LAYOUT_2020, "library_version") == azure_functions_lib.__version__


@pytest.mark.parametrize("layout", [LAYOUT_2020, LAYOUT_2019], ids=lambda path: path.name)
def test_the_apps_have_no_problems(layout: Path) -> None:
    result = CliRunner().invoke(cli, ["check", str(layout)], prog_name="azfl")
    assert result.exit_code == 0, result.output
