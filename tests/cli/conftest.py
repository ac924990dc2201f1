from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
from click.testing import CliRunner, Result

from azure_functions_lib.cli.app import cli

Azfl = Callable[..., Result]
App = Callable[[Mapping[str, tuple[list[dict[str, Any]], str]]], str]

HTTP = {"type": "httpTrigger", "direction": "in", "name": "req"}
RESPONSE = {"type": "http", "direction": "out", "name": "$return"}
QUEUE = {
    "type": "queueTrigger",
    "direction": "in",
    "name": "msg",
    "queueName": "inqueue",
    "connection": "AzureWebJobsStorage",
}


@pytest.fixture
def azfl() -> Azfl:
    """Run the command in this process: ``azfl("list", app)``."""

    def run(*arguments: object, **options: Any) -> Result:
        result = CliRunner().invoke(cli, list(map(str, arguments)), prog_name="azfl", **options)
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    return run


@pytest.fixture
def app(tmp_path: Path) -> App:
    """Write an app of function.json folders: ``app({name: (bindings, source)})``; give its path."""

    def write(functions: Mapping[str, tuple[list[dict[str, Any]], str]]) -> str:
        (tmp_path / "host.json").write_text('{"version": "2.0"}')
        for name, (bindings, source) in functions.items():
            folder = tmp_path / name
            folder.mkdir()
            (folder / "function.json").write_text(json.dumps({"bindings": bindings}))
            (folder / "__init__.py").write_text(dedent(source))
        return str(tmp_path)

    return write
