"""Whatever ``azfl new`` begins is checked, typed, tested, started, called, packed and verified."""

from __future__ import annotations

import importlib.util
import json
import os
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from click.testing import CliRunner

from azure_functions_lib.cli.app import cli
from azure_functions_lib.scaffold.kinds import KINDS

from ..clients.runs import needs
from ..packing.wheels import ROOT

pytestmark = pytest.mark.slow


class Made(NamedTuple):
    """An app as ``azfl new`` makes it; named so that it can be a Python package's folder."""

    kind: str
    options: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        marks = "_".join(option.strip("-") for option in self.options)
        return f"app_{self.kind.replace('-', '_')}_{marks}".rstrip("_")

    @property
    def function(self) -> str:
        return f"{self.kind.replace('-', '_')}_function"


APPS = [
    *(Made(kind) for kind in KINDS),
    *(Made(kind, ("--v1",)) for kind, facts in KINDS.items() if facts.folder),
    Made("http", ("--pyproject", "--docker")),
    Made("asgi", ("--pyproject",)),
]
# How each is called while ``azfl start`` runs it: by a request, or by what ``azfl call`` is given.
REQUESTS = {
    "http": "/api/http_function?name=Ada",
    "asgi": "/api/hello/Ada",
    "wsgi": "/api/hello/Ada",
}
EVENTS = {
    "queue": "tea",
    "blob": "blob-function-items/menu.txt",
    "service-bus": "tea",
    "event-hub": "tea",
    "event-grid": '{"id": "7", "subject": "orders/7", "eventType": "order.placed"}',
    "cosmos": '[{"id": "7"}]',
    "kafka": "tea",
    "mcp": '{"city": "Oslo"}',
    "durable": "Oslo",
}
DURABLE = needs("azure-functions-durable<2")
GET = """
import os, sys, urllib.request
with urllib.request.urlopen(os.environ["AZFL_URL"] + sys.argv[1]) as response:
    assert "Hello, Ada!" in response.read().decode()
"""


def azfl(*arguments: object, status: int = 0) -> Any:
    result = CliRunner().invoke(cli, list(map(str, arguments)), prog_name="azfl")
    assert result.exit_code == status, result.output
    return result


@pytest.fixture(scope="module")
def apps(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("apps")
    for made in APPS:
        azfl("new", folder / made.name, "--trigger", made.kind, *made.options)
    return folder


def tool(*command: str, cwd: Path) -> None:
    if importlib.util.find_spec(command[0]) is None:
        pytest.skip(f"{command[0]} is not installed (it comes with the extra `lint`)")
    search_path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
    environment = {**os.environ, "MYPYPATH": str(ROOT), "PYTHONPATH": search_path}
    done = subprocess.run(
        [sys.executable, "-m", *command],
        cwd=cwd,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    "command",
    [
        ("mypy", "--strict", "--namespace-packages", "--explicit-package-bases", "."),
        ("ruff", "check", "--extend-select", "B,I,PT,SIM,UP", "."),
        ("ruff", "format", "--check", "."),
        # Durable Functions is not always installed; its test runs below, where it is.
        ("pytest", "-q", "--import-mode=importlib", "--ignore=app_durable", "."),
    ],
    ids=lambda command: " ".join(command[:2]),
)
def test_all_are_accepted_by(apps: Path, command: tuple[str, ...]) -> None:
    tool(*command, cwd=apps)


@pytest.mark.usefixtures("offline")
@pytest.mark.parametrize(
    "made",
    [
        pytest.param(made, id=made.name, marks=DURABLE if made.kind == "durable" else ())
        for made in APPS
    ],
)
def test_an_app_from_the_beginning_to_its_package(apps: Path, made: Made, tmp_path: Path) -> None:
    app = apps / made.name
    checked = json.loads(azfl("check", app, "--strict", "--output", "json").stdout)
    assert checked["problems"] == []

    if made.kind == "durable":
        tool("pytest", "-q", ".", cwd=app)
    start(app, made, tmp_path / "state.db")

    package = tmp_path / "app.zip"
    build = "none" if "--v1" in made.options else "local"  # the dependencies are the same
    packed = azfl("pack", app, "-o", package, "--build", build, "--verify")
    assert made.function in packed.stdout.splitlines()
    if build == "local":
        assert "warning" not in packed.stderr
        assert "azure.functions is azure-functions-lib" in packed.stderr
        assert packed.stderr.rstrip().endswith(" of the package")


def start(app: Path, made: Made, state: Path) -> None:
    """Start an app, call its function, and stop; fails unless the function succeeds."""
    command = [sys.executable, "-m", "azure_functions_lib"]
    if made.kind in REQUESTS:
        calls = [[sys.executable, "-c", GET, REQUESTS[made.kind]]]
    else:
        data = ["--data", EVENTS[made.kind]] if made.kind in EVENTS else []
        function = f"{made.function}_activity" if made.kind == "durable" else made.function
        calls = [[*command, "call", function, str(app), "--wait", *data]]
    if made.kind == "blob":
        put = ["blob", "put", EVENTS["blob"], "tea", "--state", str(state)]
        calls.insert(0, [*command, *put])
    line = " && ".join(map(shlex.join, calls))
    options = ["--state", state, "--in-process", "--port", "0", "--exec", line]
    # In a process of its own: `azfl start` ends the one that it runs in.
    done = subprocess.run(
        [*command, "start", str(app), *map(str, options)],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout + done.stderr
