"""Imports between the package's folders point one way."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "azure_functions_lib"

# From the ground up: a part may import those of lower levels, and itself.
LEVELS = (
    ("errors", "_lazy"),
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


def test_every_part_has_its_level() -> None:
    parts = {part_of(path) for path in FILES} - {"__init__", COMPAT}
    assert parts <= LEVEL.keys()
