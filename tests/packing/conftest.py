from __future__ import annotations

import os
import platform
import sys
from collections.abc import Callable
from contextlib import suppress
from importlib.metadata import PackageNotFoundError
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from azure_functions_lib.cli.app import cli

from .wheels import write_wheels

Azfl = Callable[..., Result]


@pytest.fixture
def azfl() -> Azfl:
    """Run the command in this process: ``azfl("pack", app)``."""

    def run(*arguments: object, **options: object) -> Result:
        result = CliRunner().invoke(
            cli,
            list(map(str, arguments)),
            prog_name="azfl",
            **options,  # type: ignore[arg-type]
        )
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    return run


@pytest.fixture(scope="session")
def wheelhouse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the wheels of this library, of frameworks, and of what they require."""
    folder = tmp_path_factory.mktemp("wheels")
    write_wheels(folder, "azure-functions-lib", "fastapi", "flask")
    with suppress(PackageNotFoundError):  # which is not always installed
        write_wheels(folder, "azure-functions-durable")
    return folder


@pytest.fixture
def offline(wheelhouse: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let installers find the wheels of the wheelhouse, and nothing else."""
    if sys.platform != "linux" or platform.machine() not in ("x86_64", "aarch64"):
        pytest.skip("the compiled wheels here are not those of the platform, which is Linux")
    for name in list(os.environ):
        if name.startswith(("PIP_", "UV_")) and name != "UV_CACHE_DIR":
            monkeypatch.delenv(name)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(wheelhouse))


@pytest.fixture
def app(tmp_path: Path) -> Path:
    """An app of one function, which depends on nothing."""
    root = tmp_path / "shop"
    root.mkdir()
    (root / "host.json").write_text('{"version": "2.0"}')
    (root / "function_app.py").write_text(
        "import azure_functions_lib as func\n\n"
        "app = func.FunctionApp()\n\n\n"
        '@app.route("hello")\n'
        "def hello(req: func.HttpRequest) -> str:\n"
        '    return "hello"\n'
    )
    return root
