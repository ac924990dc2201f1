"""The pytest plugin, in runs of pytest of its own."""

from __future__ import annotations

import importlib.metadata
import os
import subprocess
import sys
from pathlib import Path

import pytest

from ..docs.examples import blocks

ROOT = Path(__file__).parent.parent.parent

APP = """
import logging, os
import azure_functions_lib as func
app = func.FunctionApp()

@app.route()
def hello(req: func.HttpRequest) -> str:
    return os.environ.get("GREETING", "Hello")

@app.queue_trigger("msg", "q", "C")
@app.queue_output("out", "p", "C")
def work(msg: func.QueueMessage, out: func.Out[str]) -> None:
    logging.warning("about to fail")
    out.set("half done")
    raise RuntimeError("the user's fault")
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "function_app.py").write_text(APP)
    (tmp_path / "pytest.ini").write_text("[pytest]\nazfl_app = app\n")
    return tmp_path


def run(folder: Path, tests: str, *options: str) -> str:
    """Run pytest as a user does and give what it prints."""
    (folder / "test_it.py").write_text(tests)
    names = {each.value for each in importlib.metadata.entry_points(group="pytest11")}
    module = "azure_functions_lib.testing.pytest_plugin"
    plugin = [] if module in names else ["-p", module]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *plugin, *options],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    return done.stdout + done.stderr


def test_fixtures(folder: Path) -> None:
    output = run(
        folder,
        """
import pytest

def test_client(azfl_client):
    assert azfl_client.get("/api/hello").text == "Hello"

def test_app(function_app):
    assert list(function_app.functions) == ["hello", "work"]

def test_host(azfl_host):
    import httpx
    assert httpx.get(f"{azfl_host.url}/api/hello").text == "Hello"

class TestWithSettings:
    @pytest.fixture
    def azfl_settings(self):
        return {"GREETING": "Servus"}

    def test_client(self, azfl_client):
        assert azfl_client.get("/api/hello").text == "Servus"
""",
        "-W",
        "error",
    )
    assert "4 passed" in output


@pytest.mark.parametrize("app", ["app/function_app.py", "own:app", "own"])
def test_ways_to_name_the_app(folder: Path, app: str) -> None:
    (folder / "own.py").write_text(APP)
    (folder / "pytest.ini").write_text(f"[pytest]\nazfl_app = {app}\npythonpath = .\n")
    tests = "def test_it(azfl_client):\n    assert azfl_client.get('/api/hello').ok\n"
    assert "1 passed" in run(folder, tests)


@pytest.mark.parametrize(
    ("ini", "message"),
    [("", "needs the ini option azfl_app"), ("azfl_app = nothing", "neither a path below")],
)
def test_without_an_app(folder: Path, ini: str, message: str) -> None:
    (folder / "pytest.ini").write_text(f"[pytest]\n{ini}\n")
    assert message in run(folder, "def test_it(azfl_client): ...\n")


def test_own_app_fixture(folder: Path) -> None:
    (folder / "pytest.ini").write_text("[pytest]\n")
    output = run(
        folder,
        f"""
import pytest
{APP}
@pytest.fixture
def function_app():
    return app

def test_it(azfl_client):
    assert azfl_client.get("/api/hello").ok
""",
    )
    assert "1 passed" in output


def test_failing_invocations_are_shown(folder: Path) -> None:
    output = run(
        folder,
        """
from azure_functions_lib.testing import TestClient

def test_raises(azfl_client):
    azfl_client.invoke("work", "x")

def test_does_not_raise(function_app):
    with TestClient(function_app, raise_exceptions=False) as client:
        assert client.invoke("work", "x").ok

def test_other():
    assert False
""",
        "--tb=short",
    )
    assert "3 failed" in output
    assert output.count("invocation of 'work' failed") == 2
    section = output.partition("invocation of 'work' failed")[2]
    assert 'function_app.py", line 15, in work' in section
    assert "RuntimeError: the user's fault" in section
    assert "output out = 'half done'" in section
    assert "WARNING root: about to fail" in section
    assert "in test_raises" not in section.partition("____ test")[0]
    assert "runtime.py" not in section.partition("____ test")[0]


def test_outputs_are_shown(folder: Path) -> None:
    (folder / "app" / "function_app.py").write_text(APP.replace(
        'raise RuntimeError("the user\'s fault")', "return 'nowhere'"
    ))  # fmt: skip
    output = run(folder, "def test_it(azfl_client):\n    azfl_client.invoke('work', 'x')\n")
    assert "output out = 'half done'" in output


def test_an_app_may_import_azure_functions(folder: Path) -> None:
    text = APP.replace("import azure_functions_lib as func", "import azure.functions as func")
    (folder / "app" / "function_app.py").write_text(text)
    output = run(
        folder,
        """
import sys

def test_client(azfl_client):
    assert azfl_client.get("/api/hello").text == "Hello"

def test_app(function_app):
    assert not function_app.problems

def test_nothing_is_left():
    assert "azure.functions" not in sys.modules
""",
    )
    assert "3 passed" in output


def test_nothing_is_imported_until_it_is_used(folder: Path) -> None:
    output = run(
        folder,
        """
import sys

def test_it():
    loaded = {name for name in sys.modules if name.startswith("azure_functions_lib")}
    assert loaded == {
        "azure_functions_lib",
        "azure_functions_lib._lazy",
        "azure_functions_lib.testing",
        "azure_functions_lib.testing.pytest_plugin",
    }
""",
    )
    assert "1 passed" in output


def test_example_of_the_documentation(tmp_path: Path) -> None:
    text = (ROOT / "docs" / "testing.md").read_text(encoding="utf-8")
    files = {block.file: block.text for block in blocks(text) if block.file}
    for name, content in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(content, encoding="utf-8")
    assert "1 passed" in run(tmp_path, "")


def test_entry_point() -> None:
    from configparser import ConfigParser

    config = ConfigParser()
    config.read(ROOT / "setup.cfg")
    point = config["options.entry_points"]["pytest11"]
    assert point.strip() == "azure_functions_lib = azure_functions_lib.testing.pytest_plugin"
