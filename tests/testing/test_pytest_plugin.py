"""The pytest plugin, in runs of pytest of its own."""

from __future__ import annotations

import importlib.metadata
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from ..docs.examples import blocks

ROOT = Path(__file__).parent.parent.parent

pytestmark = pytest.mark.slow  # each is a run of pytest

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


HOSTILE = """
import logging
from dataclasses import dataclass

import azure_functions_lib as func
import pytest
from azure_functions_lib.testing import TestClient

logging.raiseExceptions = False

class Unprintable:
    def __str__(self):
        raise RuntimeError("no text")
    __repr__ = __str__

class NoText(Exception):
    __str__ = __repr__ = Unprintable.__str__

class NoNotes(Exception):
    __notes__ = 5

@dataclass(frozen=True)
class Frozen(Exception):
    what: str

def fail(error):
    raise error

def failing(does):
    app = func.FunctionApp()

    @app.queue_trigger("msg", "q", "C")
    @app.queue_output("out", "p", "C")
    def work(msg: func.QueueMessage, out: func.Out[object]) -> None:
        logging.warning("before")
        does(out)
        raise LookupError("the user's fault")

    return app

def run(does):
    with TestClient(failing(does)) as client:
        client.invoke("work", "x")
"""

# What a function does, and what is shown of it
DOES = {
    "out.set(Unprintable())": "output out = <unprintable: RuntimeError>",
    "out.set([Unprintable()])": "output out = <unprintable: RuntimeError>",
    "logging.warning('%s', Unprintable())": "WARNING root: <unprintable: RuntimeError>",
    "logging.warning('%d', 'x')": "WARNING root: <unprintable: TypeError>",
    "logging.warning('%s')": "WARNING root: %s",
    "logging.warning('%s', 1, 2)": "WARNING root: <unprintable: TypeError>",
    "logging.warning(Unprintable())": "WARNING root: <unprintable: RuntimeError>",
    "fail(NoText())": "NoText: <",
    "fail(ValueError(Unprintable()))": "ValueError: <",
    "fail(NoNotes('x'))": "NoNotes: x",
    "fail(Frozen('x'))": "Frozen: x",
}


def test_what_cannot_be_shown_is_an_ordinary_failure(folder: Path) -> None:
    tests = HOSTILE + "".join(
        f"\ndef test_{index}():\n    run(lambda out: {does})\n" for index, does in enumerate(DOES)
    )
    output = run(folder, tests + "\ndef test_after(): ...\n")
    assert "INTERNALERROR" not in output
    assert f"{len(DOES)} failed, 1 passed" in output
    parts = re.split(r"___+ test_(\d+) ___+", output)[2::2]
    for part, shown in zip(parts, DOES.values(), strict=True):
        section = part.partition("invocation of 'work' failed")[2]
        assert shown in section
        assert "WARNING root: before" in section


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
    output = run(tmp_path, "")
    assert " passed" in output
    assert "failed" not in output


def test_entry_point() -> None:
    from configparser import ConfigParser

    config = ConfigParser()
    config.read(ROOT / "setup.cfg")
    point = config["options.entry_points"]["pytest11"]
    assert point.strip() == "azure_functions_lib = azure_functions_lib.testing.pytest_plugin"


# -- Imports


def test_the_ini_option_azfl_alias_takes_the_name_over_before_collection(folder: Path) -> None:
    (folder / "pytest.ini").write_text("[pytest]\nazfl_alias = true\n")
    (folder / "conftest.py").write_text(
        "import azure.functions as func\nQueue = func.QueueMessage\n"
    )
    output = run(
        folder,
        """
import azure.functions as func, azure_functions_lib
from conftest import Queue
from azure_functions_lib.testing import TestClient

def test_it():
    assert func.HttpRequest is azure_functions_lib.HttpRequest
    assert Queue is azure_functions_lib.QueueMessage

def test_it_stays():
    with TestClient("app") as client:
        assert client.get("/api/hello").ok
    import azure.functions
    assert azure.functions.QueueMessage is Queue
""",
    )
    assert "2 passed" in output


OTHER = """
class HttpRequest: ...
class QueueMessage: ...
HttpRequest.__module__ = QueueMessage.__module__ = "azure.functions._abc"
"""

APP_OF_THE_OTHER = """
import azure.functions as func
import azure_functions_lib

app = azure_functions_lib.FunctionApp()

@app.route()
def hello(req: func.HttpRequest) -> str: ...

@app.queue_trigger("msg", "q", "C")
def work(msg: func.QueueMessage, nonsense: func.QueueMessage) -> None: ...
"""


def test_an_app_of_the_other_package_is_one_problem_with_its_remedy(folder: Path) -> None:
    (folder / "azure" / "functions").mkdir(parents=True)
    (folder / "azure" / "functions" / "__init__.py").write_text(OTHER)
    (folder / "app" / "function_app.py").write_text(APP_OF_THE_OTHER)
    tests = """
import azure.functions

def test_it(azfl_client): ...
"""
    output = run(folder, tests)
    assert "FunctionLoadError: the app has 1 problem:" in output
    assert "Write azfl_alias = true into pytest.ini" in output
    (folder / "conftest.py").write_text("import azure.functions\n")
    (folder / "pytest.ini").write_text(
        "[pytest]\nazfl_alias = true\naddopts = -p azure.functions\n"
    )
    output = run(folder, tests)
    assert "azfl_alias: azure.functions has been imported already" in output


@pytest.mark.parametrize(
    ("ini", "files"),
    [
        ("azfl_app = app", {"app/shop.py": "x = 1"}),
        ("azfl_app = app/function_app.py", {"app/shop.py": "x = 1"}),
        ("azfl_app = shop.main:app", {"shop/main.py": APP, "shop/__init__.py": "x = 1"}),
        ("", {"shop/__init__.py": "x = 1", "host.json": "{}"}),
        ("", {"shop.py": "x = 1", "function_app.py": APP}),
        ("", {"shop/__init__.py": "x = 1", "shop/function.json": "{}"}),
    ],
)
def test_tests_in_a_folder_of_their_own_import_the_app(
    folder: Path, ini: str, files: dict[str, str]
) -> None:
    (folder / "pytest.ini").write_text(f"[pytest]\n{ini}\n")
    for name, content in files.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(content)
    (folder / "tests").mkdir()
    (folder / "tests" / "test_shop.py").write_text(
        "from shop import x\n\ndef test_x():\n    assert x == 1\n"
    )
    assert "1 passed" in run(folder, "", "tests")


def test_other_projects_keep_their_search_path(folder: Path) -> None:
    (folder / "pytest.ini").write_text("[pytest]\n")
    output = run(
        folder, f"import sys\n\ndef test_it():\n    assert sys.path.count({str(folder)!r}) == 1\n"
    )
    assert "1 passed" in output


# -- Frames

FAILING = """
import asyncio, json
import azure_functions_lib as func
from azure_functions_lib.testing import AsyncTestClient, TestClient

app = func.FunctionApp(http_auth_level="anonymous")

@app.route()
def plain(req: func.HttpRequest) -> str:
    return json.loads("{")

@app.route()
async def coroutine(req: func.HttpRequest) -> str:
    await asyncio.sleep(0)
    raise LookupError("lost") from ValueError("why")

@app.queue_trigger("msg", "q", "C")
@app.retry(strategy="fixed_delay", max_retry_count="1", delay_interval="00:00:01")
def work(msg: func.QueueMessage) -> None:
    raise LookupError("lost")

@app.timer_trigger("timer", "0 0 4 * * *")
def nightly(timer: func.TimerRequest) -> None:
    raise LookupError("lost")

@app.blob_trigger("blob", "in/{name}", "C")
@app.queue_output("$return", "q", "C")
def unsendable(blob: func.InputStream) -> object:
    return object()

async def ask(url):
    async with AsyncTestClient(app) as client:
        await client.get(url)

"""

TEST = """
def test_{index}():
    with TestClient(app) as client:
        client.queue("q").put("x")
        client.blob("in/x").write("x")
        {fails}
"""


FAILS = {
    'client.get("/api/plain")': 'return json.loads("{")',
    'client.request("get", "/api/plain")': 'return json.loads("{")',
    'client.get("/api/coroutine")': 'LookupError("lost") from',
    'client.invoke("work", "x")': 'raise LookupError("lost")',
    'client.drain("q")': 'raise LookupError("lost")',
    "client.clock.advance(days=1)": 'raise LookupError("lost")',
    'asyncio.run(ask("/api/plain"))': 'return json.loads("{")',
    'asyncio.run(ask("/api/coroutine"))': 'LookupError("lost") from',
    'client.drain("in")': "expected",
    'client.invoke("none")': "no function is named 'none'",
    'client.get("/api/plain", timeout=5)': "one of its keywords",
    'client.get("/api/x").raise_for_status()': "no route matches",
    'client.queue("q").put(object())': "no JSON form",
    'client.blob("x")': "no blob",
    'TestClient("nowhere").__enter__()': "nowhere",
}


@pytest.mark.parametrize("style", ["long", "native"])
def test_no_frame_of_the_library_is_shown(folder: Path, style: str) -> None:
    tests = FAILING
    for index, fails in enumerate(FAILS):
        tests += TEST.format(index=index, fails=fails)
    output = run(folder, tests, f"--tb={style}")
    assert f"{len(FAILS)} failed" in output
    parts = re.split(r"___+ test_(\d+) ___+", output)[1:]
    assert len(parts) == 2 * len(FAILS)
    for index, part in zip(parts[::2], parts[1::2], strict=True):
        fails, shown = list(FAILS.items())[int(index)]
        assert fails in part
        assert shown in part
        assert "azure_functions_lib/" not in part


def test_frames_are_shown_if_asked_for(folder: Path) -> None:
    tests = FAILING + TEST.format(index=0, fails='client.get("/api/plain")')
    assert "azure_functions_lib/testing/client.py" in run(folder, tests, "--full-trace")
