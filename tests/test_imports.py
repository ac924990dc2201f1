"""Imports between the package's folders point one way."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "azure_functions_lib"

# From the ground up: a part may import those of lower levels, and itself.
LEVELS = (
    ("errors", "_lazy", "_log"),
    ("enums", "context", "out"),
    ("wire",),
    ("http", "bindings"),
    ("middleware", "meta"),
    ("app", "extension"),
    ("runtime", "delivery"),
    ("checking",),
    ("testing", "host", "packing", "scaffold"),
    ("cli",),
    ("__main__",),
)
LEVEL = {part: level for level, parts in enumerate(LEVELS) for part in parts}

# Imports anything; only these may import it, to answer to the name azure.functions.
COMPAT = "compat"
COMPAT_USERS = {COMPAT, "cli", "testing", "host", "packing"}

# What an extra installs belongs to the part that the extra is for.
OPTIONAL = {
    "click": "cli",
    "rich": "cli",
    "packaging": "packing",
    "pathspec": "packing",
    "tomli": "packing",
    "uvicorn": "host",
    "azure": "host",
    "watchfiles": "host",
}

# Input and output, time and concurrency are for those who run something: what knows the rules is
# told what there is and what time it is.
OUTSIDE_WORLD = {"asyncio", "socket", "threading", "subprocess", "time", "pathlib"}
RULES = {part for level in LEVELS[: LEVEL["delivery"]] for part in level} | {"delivery"}
EXCUSED = {
    ("app", "pathlib"),  # an app is a folder of files
    ("app/around.py", "asyncio"),  # startup hooks and middlewares run on the event loop
    ("app/imports.py", "threading"),  # the modules of several apps are imported one after another
    ("app/process.py", "threading"),  # what apps change of the process is put back under a lock
    ("extension.py", "pathlib"),  # azure-functions gives extensions a Path
    ("context.py", "threading"),  # thread_local_storage is a threading.local
    ("bindings/_mcp_handler.py", "asyncio"),  # the handler of a tool keeps the event loop free
    ("middleware/asgi.py", "asyncio"),  # an ASGI application runs on an event loop
    ("middleware/asgi.py", "threading"),  # several loops may start it at once, but only one does
}

BESIDE = {
    ("runtime", "delivery.call"),  # plain data that whoever runs functions takes and gives
    ("app", "checking.check_app"),  # an app is asked for the check, which needs the host's rules
    ("app", "checking.check_declarations"),
    ("testing/live_host.py", "host"),  # runs the real host for a test
}

# What is imported within a function, and why not at the top: most often the time that it takes, of
# CPython 3.11 on a machine where an app of three functions is indexed in 65 ms without all these,
# `azfl --help` takes 65 and a host 1,000 until its first answer.
LATE_IN_APPS = {
    "annotationlib": "of Python 3.14 on",
    "base64": "0.8 ms",
    "dateutil": "38 ms",
    "difflib": "0.8 ms, for an error",
    "http.cookies": "2.7 ms",
    "inspect": "4.8 ms",
    "linecache": "0.9 ms",
    "logging": "9.7 ms",
    "multidict": "14 ms",
    "multipart": "17 ms",
    "orjson": "20 ms, and it may be missing",
    "urllib.parse": "2.5 ms",
    "azure_functions_lib.app.around": "46 ms with asyncio",
    "azure_functions_lib.app.loader": "66 ms with inspect and pathlib",
    "azure_functions_lib.bindings": "0.7 to 22 ms for each, of which an app uses a few",
    "azure_functions_lib.checking": "138 ms with all the host's rules",
    "azure_functions_lib.compat": "11 ms; its metadata 67, its converters 16, its declarations 38",
    "azure_functions_lib.http.cookies": "0.8 ms",
    "azure_functions_lib.http.forms": "6.1 ms",
    "azure_functions_lib.middleware": "60 ms with asyncio",
}
APPS = {part for level in LEVELS[: LEVEL["app"] + 1] for part in level} | {COMPAT, "__init__"}
OWN = "azure_functions_lib"
LOOP = "20 ms for a test client or azfl invoke, whose plain functions need no event loop"
LATE = {
    ("__init__.py", "importlib"): "0.4 ms of the import of the package, which takes less than 1",
    ("_lazy.py", "importlib"): "the same",
    ("__main__.py", OWN): "click may be missing, which is to be told",
    ("cli/common.py", "rich"): "26 ms; JSON needs none",
    ("cli/host_run.py", OWN): "what watches files, while child processes load the app",
    ("cli/pack.py", "rich"): "45 ms with its progress bars, which only people see",
    ("cli/queue.py", OWN): "42 ms for host.json, which few commands read",
    ("cli/start.py", OWN): "160 ms; child processes start, and wrong options are told of, before",
    ("cli/state.py", OWN): "77 ms with sqlite3; a missing file is told of before",
    ("delivery/zones.py", "zoneinfo"): "1.8 ms of a host's start, mostly in UTC",
    ("delivery/routing.py", "dateutil"): "21 ms; few routes have a date",
    ("host/__init__.py", OWN): "160 ms for an ASGI server; a child process makes no host",
    (
        "host/child.py",
        OWN,
    ): "what ends the process, and whether bytecode is kept, is settled before",
    ("host/host.py", OWN): "3 ms of a start for the admin API",
    ("host/pages.py", "html"): "1.4 ms of a start",
    ("host/storage/embedded/tables.py", OWN): "2.5 ms of a start for filters",
    ("host/compose.py", OWN): "109 ms, while child processes load the app",
    ("host/loop.py", "uvloop"): "it may be missing",
    ("host/reload.py", "watchfiles"): "16 ms, while child processes load the app",
    ("host/server.py", "uvicorn"): "33 ms, while child processes load the app",
    ("host/worker.py", OWN): "20 ms before child processes start: their parent runs no code",
    ("packing/ignore.py", "pathspec"): "18 ms; azfl settings needs none",
    ("packing/index_package.py", OWN): "which is found in the package that is tried",
    ("app/around.py", "asyncio"): LOOP,
    ("checking/requirements.py", "importlib"): "25 ms; an app may import nothing but the library",
    ("runtime/loop.py", "asyncio"): LOOP,
    ("runtime/runtime.py", "asyncio"): LOOP,
    ("testing/alias.py", OWN): "11 ms; azure.functions may be taken already",
    ("testing/arguments.py", "difflib"): "5 ms, for an error",
    ("testing/async_client.py", OWN): "what knows Durable Functions, which few tests use",
    ("testing/base.py", OWN): "40 ms for the check, for queues and for places, if a test uses them",
    ("testing/client.py", OWN): "what knows Durable Functions, which few tests use",
    ("testing/live_host.py", OWN): "11 ms; an app object has its library already",
    ("testing/memory.py", OWN): "2.5 ms for filters of tables, which few tests use",
    ("testing/requests.py", "difflib"): "5 ms, for an error",
    ("testing/requests.py", "email"): "6 ms; few responses set a cookie that ends",
    ("testing/pytest_plugin.py", OWN): "every run of pytest imports the plugin",
}

# They find modules by name: from the table of bindings, or in sys.modules.
NAMES_MODULES = {"bindings/__init__.py", "testing/alias.py"}

# The templates of new apps are no modules of the package.
FILES = sorted(path for path in PACKAGE.rglob("*.py") if "templates" not in path.parts)


def part_of(path: Path) -> str:
    """The folder or module right below the package that a file belongs to."""
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imported(text: str, package: tuple[str, ...]) -> Iterator[tuple[int, str]]:
    """Line and absolute name of every module or attribute that a file imports, wherever it does.

    A string that begins with the package's name is an import by name.
    """
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else ()
            module = ".".join((*base, *([node.module] if node.module else [])))
            yield from ((node.lineno, f"{module}.{alias.name}") for alias in node.names)
        elif isinstance(node, ast.Constant) and str(node.value).startswith("azure_functions_lib."):
            yield node.lineno, f"{node.value}"


def wrong_imports(path: Path, text: str) -> list[str]:
    """The imports of a file that point the wrong way."""
    source, file = part_of(path), path.relative_to(PACKAGE).as_posix()
    if source in ("__init__", COMPAT) or file in NAMES_MODULES:
        return []
    wrong = []
    package = ("azure_functions_lib", *path.relative_to(PACKAGE).parent.parts)
    for line, name in imported(text, package):
        top, _, rest = name.partition(".")
        target = rest.partition(".")[0]
        if source != OPTIONAL.get(top, source):
            wrong.append(f"{path}:{line} imports {name} outside {OPTIONAL[top]}")
        if top in OUTSIDE_WORLD and source in RULES and not {(file, top), (source, top)} & EXCUSED:
            wrong.append(f"{path}:{line} imports {name}, which is not for {source}")
        if top != "azure_functions_lib" or target in (source, "__version__"):
            continue
        if target in (COMPAT, "install_as_azure_functions"):
            if source not in COMPAT_USERS:
                wrong.append(f"{path}:{line} imports {name}")
        elif target not in LEVEL:
            wrong.append(f"{path}:{line} imports {name}, which is no module of the package")
        elif {(source, ".".join(rest.split(".")[:2])), (file, target)} & BESIDE:
            continue
        elif LEVEL[target] >= LEVEL[source]:
            wrong.append(f"{path}:{line} imports {name}: {source} lies below {target}")
    return wrong


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_point_down(path: Path) -> None:
    wrong = wrong_imports(path, path.read_text(encoding="utf-8"))
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("wire/x.py", "from ..bindings import queue"),
        ("wire/x.py", "from ..bindings.queue import QueueMessage"),
        ("wire/x.py", "from .. import runtime"),
        ("wire/x.py", "import azure_functions_lib.app.check"),
        ("wire/x.py", "def f():\n    from ..http.request import HttpRequest"),
        ("bindings/x.py", "from ..http.request import HttpRequest"),
        ("runtime/x.py", "from azure_functions_lib import HttpRequest"),
        ("runtime/x.py", "from ..delivery.front import Front"),
        ("delivery/x.py", "from ..runtime import runtime"),
        ("middleware/x.py", "from ..app.apps import FunctionApp"),
        ("app/x.py", "import_module('azure_functions_lib.runtime.runtime')"),
        ("app/x.py", "import_module(f'azure_functions_lib.{name}')"),
        ("testing/x.py", "from ..host import server"),
        ("errors.py", "from .wire import datum"),
        ("app/x.py", "from ..compat import names"),
        ("app/x.py", "import click"),
        ("testing/x.py", "import uvicorn"),
        ("testing/x.py", "from azure.storage.queue import QueueClient"),
        ("wire/x.py", "import threading"),
        ("http/x.py", "def f():\n    from pathlib import Path"),
        ("delivery/x.py", "import asyncio"),
        ("delivery/events/x.py", "from time import time"),
        ("bindings/queue.py", "import asyncio"),
        ("app/check.py", "import subprocess"),
        ("cli/x.py", "from ..__main__ import main"),
    ],
)
def test_an_import_that_points_up_is_found(file: str, text: str) -> None:
    assert wrong_imports(PACKAGE / file, text)


def late_imports(path: Path, text: str) -> Iterator[tuple[int, str]]:
    """Line and absolute name of every module that a file imports within a function."""
    package = ("azure_functions_lib", *path.relative_to(PACKAGE).parent.parts)
    for function in ast.walk(ast.parse(text)):
        if isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef)):
            for node in ast.walk(function):
                if isinstance(node, (ast.Import, ast.ImportFrom)):
                    yield from imported(ast.unparse(node), package)


def reasons(path: Path, name: str) -> set[str | tuple[str, str]]:
    """The rows by which a file may import a module within a function."""
    parts = name.split(".")
    names = {".".join(parts[:length]) for length in range(1, len(parts) + 1)}
    places = {part_of(path), path.relative_to(PACKAGE).as_posix()}
    rows: set[str | tuple[str, str]] = {row for row in LATE if row[0] in places and row[1] in names}
    return rows | (names & LATE_IN_APPS.keys() if part_of(path) in APPS else set())


def test_an_import_within_a_function_has_its_reason() -> None:
    used: set[str | tuple[str, str]] = set()
    for path in FILES:
        for _, name in late_imports(path, path.read_text(encoding="utf-8")):
            found = reasons(path, name)
            assert found, f"{path} imports {name} within a function: why not at the top?"
            used |= found
    assert used == LATE_IN_APPS.keys() | LATE.keys()


def test_an_app_is_indexed_without_what_is_imported_late() -> None:
    code = """
import sys
before = set(sys.modules)  # Python 3.13 imports linecache for -c
import azure_functions_lib as func
app = func.FunctionApp()

@app.route("hello/{name}")
def hello(req: func.HttpRequest) -> func.HttpResponse: ...

@app.timer_trigger(schedule="0 */5 * * * *", arg_name="timer")
def tick(timer: func.TimerRequest) -> None: ...

@app.queue_trigger(arg_name="message", queue_name="names", connection="AzureWebJobsStorage")
def listen(message: func.QueueMessage) -> None: ...

for function in app.get_functions():
    function.get_raw_bindings()
print(*set(sys.modules) - before)
"""
    command = [sys.executable, "-S", "-c", code]
    run = subprocess.run(command, capture_output=True, text=True, check=True, cwd=PACKAGE.parent)
    assert "azure_functions_lib.http.request" in run.stdout.split()
    bindings = "azure_functions_lib.bindings"  # and its table are needed; no binding's file is
    assert LATE_IN_APPS.keys() & set(run.stdout.split()) <= {bindings}


def test_every_part_has_its_level() -> None:
    parts = {part_of(path) for path in FILES} - {"__init__", COMPAT}
    assert parts <= LEVEL.keys()
