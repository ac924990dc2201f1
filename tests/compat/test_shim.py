"""The shim, in a folder laid out as a deployment package; and azfl on apps written for the name."""

from __future__ import annotations

import json
import shutil
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from azure_functions_lib.cli.app import cli
from azure_functions_lib.compat.metadata import VERSION

from .runs import Environment

GUIDE = Path(__file__).parents[2] / "docs" / "examples" / "guide"

APP = """
import azure.functions as func
import azure.storage

app = func.FunctionApp(http_auth_level=func.AuthLevel.ANONYMOUS)

@app.route(route="hello")
def hello(req: func.HttpRequest) -> str:
    return azure.storage.NAME
"""

# What a worker does: its own packages are searched after those of the app.
WORKER = """
import importlib, json, sys
import azure.functions
app = importlib.import_module("function_app")
Register = azure.functions.FunctionRegister
registers = [each for each in vars(app).values() if isinstance(each, Register)]
codec = azure.functions.get_binding_registry().get("httpTrigger")
sys.modules.pop("azure.functions")
again = importlib.import_module("azure.functions")
print(json.dumps({
    "origin": importlib.util.find_spec("azure.functions").origin,
    "functions": [each.get_function_name() for each in registers[0].get_functions()],
    "codec": codec.__module__,
    "same": again.FunctionApp is azure.functions.FunctionApp,
    "other": hasattr(azure.functions, "THE_OTHER"),
    "below": importlib.import_module("azure.functions.decorators.core").Trigger.__module__,
}))
"""


def shim(folder: Path) -> str:
    folder.mkdir(parents=True, exist_ok=True)
    result = CliRunner().invoke(cli, ["shim", str(folder)], prog_name="azfl")
    assert result.exit_code == 0, result.output
    return result.output


def test_worker_finds_the_shim_of_a_deployed_app(either: Environment) -> None:
    packages = either.folder / "app" / ".python_packages" / "lib" / "site-packages"
    either.write("app/function_app.py", APP)
    either.write("app/host.json", '{"version": "2.0"}')
    either.write(f"{packages.relative_to(either.folder)}/azure/storage/__init__.py", "NAME = 's'")
    shim(packages)
    printed = either.run("-c", WORKER, paths=(packages, either.folder / "app"))
    answer = json.loads(printed)
    assert answer.pop("codec").startswith("azure_functions_lib.")
    assert answer == {
        "origin": str(packages / "azure" / "functions" / "__init__.py"),
        "functions": ["hello"],
        "same": True,
        "other": False,
        "below": "azure_functions_lib.wire.declaration",
    }


@pytest.mark.slow
def test_azfl_runs_a_deployed_app(either: Environment) -> None:
    packages = either.folder / "app" / ".python_packages" / "lib" / "site-packages"
    either.write("app/function_app.py", APP)
    either.write("app/host.json", '{"version": "2.0"}')
    either.write(f"{packages.relative_to(either.folder)}/azure/storage/__init__.py", "NAME = 's'")
    shim(packages)
    printed = either.run("-m", "azure_functions_lib", "invoke", "app", "hello")
    assert printed.endswith("\ns\n")


def test_shim_takes_the_place_of_an_installed_package(tmp_path: Path) -> None:
    folder = tmp_path / "azure" / "functions"
    (folder / "decorators").mkdir(parents=True)
    (folder / "__init__.py").write_text("THE_OTHER = True")
    (tmp_path / "azure" / "storage").mkdir()
    assert "in place of another package" in shim(tmp_path)
    assert {each.name for each in folder.iterdir()} == {"__init__.py", "py.typed"}
    assert "azure_functions_lib" in (folder / "__init__.py").read_text()
    assert (tmp_path / "azure" / "storage").is_dir()


def test_shim_written_again_is_the_same(tmp_path: Path) -> None:
    shim(tmp_path)
    text = (tmp_path / "azure" / "functions" / "__init__.py").read_text()
    assert "in place of" not in shim(tmp_path)
    assert (tmp_path / "azure" / "functions" / "__init__.py").read_text() == text


def installed(folder: Path) -> list[tuple[str, str]]:
    """The distributions of a folder: name and version."""
    return [(each.name, each.version) for each in metadata.distributions(path=[str(folder)])]


def test_shim_has_metadata(tmp_path: Path) -> None:
    shim(tmp_path)
    (distribution,) = metadata.distributions(path=[str(tmp_path)])
    assert (distribution.name, distribution.version) == ("azure-functions", VERSION)
    files = distribution.files
    assert files is not None
    assert {each.locate().resolve() for each in files} == {
        each.resolve() for each in tmp_path.rglob("*") if each.is_file()
    }


def test_shim_takes_the_place_of_its_older_metadata_only(tmp_path: Path) -> None:
    older = tmp_path / "azure_functions-2.0.dist-info"
    older.mkdir()
    (older / "INSTALLER").write_text("azfl shim")
    shim(tmp_path)
    assert installed(tmp_path) == [("azure-functions", VERSION)]


def test_metadata_of_the_package_replaced_stays(tmp_path: Path) -> None:
    other = tmp_path / "azure_functions-1.2.3.dist-info"
    other.mkdir()
    (other / "METADATA").write_text("Name: azure-functions\nVersion: 1.2.3\n")
    (other / "INSTALLER").write_text("pip\n")
    shim(tmp_path)
    assert installed(tmp_path) == [("azure-functions", "1.2.3")]


def test_shim_is_not_written_through_a_link(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    (elsewhere / "functions").mkdir(parents=True)
    (elsewhere / "functions" / "__init__.py").write_text("THE_OTHER = True")
    (tmp_path / "packages").mkdir()
    (tmp_path / "packages" / "azure").symlink_to(elsewhere)
    arguments = ["shim", str(tmp_path / "packages")]
    result = CliRunner().invoke(cli, arguments, prog_name="azfl")
    assert result.exit_code == 1
    assert "is a link to" in result.stderr
    assert (elsewhere / "functions" / "__init__.py").read_text() == "THE_OTHER = True"


@pytest.mark.parametrize("fault", ["write", "rename"])
def test_a_shim_that_cannot_be_written_leaves_the_other_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    other = tmp_path / "azure" / "functions" / "__init__.py"
    other.parent.mkdir(parents=True)
    other.write_text("THE_OTHER = True")

    def fail(*arguments: Any) -> None:
        raise OSError("no space left")

    original = Path.rename

    def rename(path: Path, target: Path) -> None:
        if path.name == "new":
            raise OSError("no space left")
        original(path, target)

    if fault == "write":
        monkeypatch.setattr(shutil, "copyfile", fail)
    else:
        monkeypatch.setattr(Path, "rename", rename)
    result = CliRunner().invoke(cli, ["shim", str(tmp_path)], prog_name="azfl")
    assert result.exit_code == 1
    assert "no space left" in result.stderr
    assert [each.name for each in tmp_path.rglob("*")] == ["azure", "functions", "__init__.py"]
    assert other.read_text() == "THE_OTHER = True"


def test_a_folder_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    result = CliRunner().invoke(cli, ["shim", str(tmp_path / "typo")], prog_name="azfl")
    assert result.exit_code == 2
    assert "does not exist" in result.stderr
    assert list(tmp_path.iterdir()) == []


def checked(app: Path, **variables: str) -> Any:
    result = CliRunner().invoke(
        cli, ["check", str(app), "--output", "json"], prog_name="azfl", env=variables
    )
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)["problems"]


@pytest.fixture
def shimmed(tmp_path: Path) -> Path:
    """An app, and a shim in the folder ``packages`` beside it."""
    app = tmp_path / "app"
    app.mkdir()
    (app / "host.json").write_text('{"version": "2.0"}')
    (app / "hello").mkdir()
    bindings = [
        {"type": "timerTrigger", "name": "timer", "direction": "in", "schedule": "0 0 * * * *"}
    ]
    (app / "hello" / "function.json").write_text(json.dumps({"bindings": bindings}))
    (app / "hello" / "__init__.py").write_text("def main(timer):\n    pass\n")
    shim(tmp_path / "packages")
    return app


def test_check_warns_of_a_shim_that_no_worker_finds(shimmed: Path) -> None:
    packages = str(shimmed.parent / "packages")
    (problem,) = checked(shimmed, PYTHONPATH=packages)
    assert problem["severity"] == "warning"
    assert problem["parameter"] == "PYTHONPATH"
    assert packages in problem["cause"]
    result = CliRunner().invoke(cli, ["check", str(shimmed)], env={"PYTHONPATH": packages})
    assert result.exit_code == 0
    assert result.stderr.startswith("warning: PYTHONPATH: the shim in ")


def test_check_is_content_with_a_shim_that_workers_find(shimmed: Path) -> None:
    packages = str(shimmed.parent / "packages")
    assert checked(shimmed) == []
    assert checked(shimmed, PYTHONPATH=str(shimmed)) == []
    isolated = checked(shimmed, PYTHONPATH=packages, PYTHON_ISOLATE_WORKER_DEPENDENCIES="1")
    assert isolated == []
    deployed = shimmed / ".python_packages" / "lib" / "site-packages"
    shim(deployed)
    assert checked(shimmed, PYTHONPATH=str(deployed)) == []


def test_check_reads_the_search_path_of_local_settings(shimmed: Path) -> None:
    values = {"PYTHONPATH": str(shimmed.parent / "packages")}
    settings = shimmed / "local.settings.json"
    settings.write_text(json.dumps({"IsEncrypted": False, "Values": values}))
    assert len(checked(shimmed, PYTHONPATH="")) == 1
    values["PYTHON_ISOLATE_WORKER_DEPENDENCIES"] = "1"
    settings.write_text(json.dumps({"IsEncrypted": False, "Values": values}))
    assert checked(shimmed, PYTHONPATH="") == []


def test_shim_says_when_the_library_is_not_beside_it(tmp_path: Path) -> None:
    assert "pip install --target" in shim(tmp_path)
    (tmp_path / "azure_functions_lib").mkdir()
    assert "pip install" not in shim(tmp_path)


CALLS = [
    ("layout_2020", "my_first_function", "--query", "user=Ada"),
    ("layout_2020", "my_second_function", "--query", "value=21"),
    ("layout_2020", "typed_greeting", "--query", "user=Ada"),
    ("layout_2020", "custom_entry_point"),
    ("layout_2020", "greet", "--json", '{"name": "Bob"}', "--route-param", "language=fr"),
    ("layout_2020", "http_to_queue", "--query", "body=an order"),
    ("layout_2020", "queue_echo", "--data", "test"),
    ("layout_2020", "counter"),
    ("layout_2020", "app_setting"),
    ("layout_2020", "log_levels"),
    ("layout_2020", "scratch", "--data", "12345"),
    ("layout_2020", "library_version"),
    ("layout_2019", "HttpTrigger", "--query", "name=Ada"),
    ("layout_2019", "Imports"),
]

INVOKE = """
import json, sys
from click.testing import CliRunner
from azure_functions_lib.cli.app import cli
found = {}
for call in json.loads(sys.argv[1]):
    arguments = ["invoke", *call, "--output", "json"]
    result = CliRunner().invoke(cli, arguments, prog_name="azfl")
    assert result.exit_code == 0, result.output
    found[" ".join(call[1:])] = json.loads(result.stdout)["outputs"]
print(json.dumps(found))
"""


@pytest.mark.slow
def test_guide_apps_written_for_the_name_run_alike(either: Environment) -> None:
    shutil.copytree(GUIDE, either.folder / "there")
    shutil.copytree(GUIDE, either.folder / "here")
    changed = 0
    for path in (either.folder / "there").rglob("*.py"):
        text = path.read_text()
        new = text.replace("import azure_functions_lib as func", "import azure.functions as func")
        changed += new != text
        path.write_text(new)
    assert changed >= 10

    def invoked(folder: str) -> dict[str, Any]:
        calls = [[f"{folder}/{layout}", *call] for layout, *call in CALLS]
        document: dict[str, Any] = json.loads(either.run("-c", INVOKE, json.dumps(calls)))
        return document

    assert invoked("there") == invoked("here")


def test_shim_says_why_it_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "azure").write_text("a file")
    result = CliRunner().invoke(cli, ["shim", str(tmp_path)], prog_name="azfl")
    assert result.exit_code == 1
    assert result.stderr.startswith("Error: cannot write the package: ")
    assert str(tmp_path / "azure") in result.stderr
