"""``azfl new`` adds to an app, overwrites nothing, and says what is in the way."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from azure_functions_lib.app.loader import load_app
from azure_functions_lib.app.settings import parse_settings_json
from azure_functions_lib.cli.app import cli


def azfl(*arguments: object, **options: Any) -> Result:
    result = CliRunner().invoke(cli, list(map(str, arguments)), prog_name="azfl", **options)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def content(app: Path) -> dict[str, str]:
    files = (path for path in app.rglob("*") if path.is_file() and path.suffix != ".pyc")
    return {path.relative_to(app).as_posix(): path.read_text() for path in files}


def functions(app: Path) -> list[str]:
    with load_app(app) as loaded:
        assert not loaded.problems
        return sorted(loaded.functions)


def test_what_was_written_and_what_comes_next_is_told(tmp_path: Path) -> None:
    app = tmp_path / "my shop"
    result = azfl("new", app)
    written = result.stdout.splitlines()
    assert written[-1] == f"Next: azfl start '{app}'"
    assert written[:-1] == [
        f"wrote {app / name}"
        for name in (
            "function_app.py",
            "tests/test_http_function.py",
            "host.json",
            "local.settings.json",
            ".funcignore",
            ".gitignore",
            "requirements.txt",
        )
    ]
    assert sorted(content(app)) == sorted(
        line.removeprefix(f"wrote {app}/") for line in written[:-1]
    )


@pytest.mark.parametrize("folder", [False, True])
def test_functions_are_added_one_after_another(tmp_path: Path, folder: bool) -> None:
    azfl("new", tmp_path, "--name", "first", *["--v1"] * folder)
    before = content(tmp_path)
    for kind in ("queue", "kafka", "timer"):
        assert azfl("new", tmp_path, "--trigger", kind, "--name", kind).exit_code == 0
    assert functions(tmp_path) == ["first", "kafka", "queue", "timer"]
    after = content(tmp_path)
    changed = {name for name, text in before.items() if after[name] != text}
    assert changed == {"local.settings.json", *([] if folder else ["function_app.py"])}


def test_a_setting_that_a_function_needs_is_added(tmp_path: Path) -> None:
    azfl("new", tmp_path)
    file = tmp_path / "local.settings.json"
    file.write_text('{"IsEncrypted": false, "Values": {"KafkaBrokers": "mine"}} // my own\n')
    azfl("new", tmp_path, "--trigger", "kafka")
    azfl("new", tmp_path, "--trigger", "service-bus")
    values = parse_settings_json(file.read_bytes())["Values"]
    assert values["KafkaBrokers"] == "mine"
    assert "UseDevelopmentEmulator=true" in values["ServiceBusConnection"]
    assert file.read_text().endswith("// my own\n")


def test_a_script_that_has_other_names_is_added_to(tmp_path: Path) -> None:
    azfl("new", tmp_path)
    script = tmp_path / "function_app.py"
    script.write_text(
        '"""The shop."""\n\nfrom __future__ import annotations\n\n'
        "import azure.functions as af\n\n"
        "shop = af.FunctionApp()  # all of it\n"
    )
    assert azfl("new", tmp_path, "--trigger", "queue", "--name", "serve").exit_code == 0
    text = script.read_text()
    assert text.startswith(
        '"""The shop."""\n\nfrom __future__ import annotations\n\n'
        "import logging\n\nimport azure.functions as af\n\n"
        "shop = af.FunctionApp()  # all of it\nlogger = logging.getLogger(__name__)\n"
    )
    assert "@shop.queue_trigger(" in text
    assert "def serve(msg: af.QueueMessage) -> None:" in text
    ast.parse(text)


def test_an_app_is_given_no_second_list_of_requirements(tmp_path: Path) -> None:
    azfl("new", tmp_path, "--pyproject")
    assert not (tmp_path / "requirements.txt").exists()
    azfl("new", tmp_path, "--trigger", "queue")
    assert not (tmp_path / "requirements.txt").exists()
    result = azfl("new", tmp_path, "--trigger", "durable")
    assert "azure-functions-durable is not among the app's requirements yet" in result.stderr


def test_the_image_takes_the_library_and_its_shim_along(tmp_path: Path) -> None:
    for name, options in (("a", []), ("b", ["--pyproject"])):
        azfl("new", tmp_path / name, "--docker", *options)
        text = (tmp_path / name / "Dockerfile").read_text()
        assert "mcr.microsoft.com/azure-functions/python:4-python3." in text
        assert "write_shim" in text
        assert "PYTHON_ISOLATE_WORKER_DEPENDENCIES=1" in text
        assert "local.settings.json" in (tmp_path / name / ".dockerignore").read_text()


def test_what_is_there_stays(tmp_path: Path) -> None:
    (tmp_path / "host.json").write_text('{"version": "2.0", "mine": true}')
    (tmp_path / ".gitignore").write_text("mine\n")
    result = azfl("new", tmp_path)
    assert result.exit_code == 0
    assert "host.json" not in result.stdout
    assert (tmp_path / "host.json").read_text() == '{"version": "2.0", "mine": true}'
    assert (tmp_path / ".gitignore").read_text() == "mine\n"


BAD = {
    "a name that is taken": (["--name", "first"], "function_app.py: has a 'first' already"),
    "no name": (["--name", "9lives"], "got the name '9lives'; expected that of a Python function"),
    "a keyword": (["--name", "import"], "got the name 'import'"),
    "a second application": (["--trigger", "asgi"], "there is an app, and asgi is an app of its"),
    "folders beside a script": (["--v1", "--name", "b"], "so it takes no folders"),
    "no such kind": (["--trigger", "fax"], "'fax' is not one of"),
}


@pytest.mark.parametrize("case", BAD)
def test_what_cannot_be_added_changes_nothing(tmp_path: Path, case: str) -> None:
    options, message = BAD[case]
    azfl("new", tmp_path, "--name", "first")
    before = content(tmp_path)
    result = azfl("new", tmp_path, *options)
    assert result.exit_code == 2
    assert message in result.stderr
    assert content(tmp_path) == before


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("def broken(:", "function_app.py: cannot be read"),
        ("import azure.functions as func\n", "expected 'import azure_functions_lib as func'"),
        ("app = FunctionApp()\n", "expected 'import azure_functions_lib as func'"),
        (
            "import azure.functions as func\napp = func.FunctionApp()\ndef queue_function(): ...\n",
            "has a 'queue_function' already",
        ),
    ],
)
def test_a_script_that_cannot_be_added_to(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "function_app.py").write_text(text)
    result = azfl("new", tmp_path, "--trigger", "queue")
    assert result.exit_code == 2
    assert message in result.stderr
    assert content(tmp_path) == {"function_app.py": text}


def test_a_kind_without_folders(tmp_path: Path) -> None:
    result = azfl("new", tmp_path / "app", "--trigger", "mcp", "--v1")
    assert result.exit_code == 2
    assert "a function of kind mcp has no form with function.json" in result.stderr


def test_a_file_in_place_of_the_folder(tmp_path: Path) -> None:
    (tmp_path / "app").touch()
    result = azfl("new", tmp_path / "app")
    assert result.exit_code == 2
    assert "there is a file of this name" in result.stderr


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "tests").touch()
    result = azfl("new", tmp_path)
    assert result.exit_code == 2
    assert "tests: " in result.stderr
