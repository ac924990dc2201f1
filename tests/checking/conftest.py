from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
from click.testing import CliRunner

from azure_functions_lib.cli.app import cli

HEAD = "import azure_functions_lib as func\n\napp = func.FunctionApp()\n"

Files = Mapping[str, Any]
Write = Callable[[Files], Path]
Check = Callable[..., "Checked"]


class Checked:
    """What ``azfl check`` says."""

    def __init__(self, document: dict[str, Any], status: int) -> None:
        self.problems: list[dict[str, Any]] = document["problems"]
        self.notes: list[dict[str, Any]] = document["in_azure"]
        self.status = status

    @property
    def rules(self) -> list[str]:
        """The rules that found something, each once."""
        return list(dict.fromkeys(problem["rule"] for problem in self.problems))


def write_app(root: Path, files: Files) -> Path:
    """Write an app; objects become JSON, and decorated functions get their head."""
    for name, content in {"host.json": {"version": "2.0"}, **files}.items():
        path = root / name
        if content is None:
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        text = dedent(content) if isinstance(content, str) else json.dumps(content, indent=2)
        if name == "function_app.py" and "FunctionApp(" not in text:
            text = HEAD + text
        path.write_text(text, encoding="utf-8")
    return root


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write an app of some files; give its folder."""
    return lambda files: write_app(tmp_path, files)


@pytest.fixture
def check(tmp_path: Path) -> Check:
    """Check an app of some files by ``azfl check``."""

    def run(files: Files, *options: str) -> Checked:
        root = write_app(tmp_path, files)
        result = CliRunner().invoke(cli, ["check", str(root), "--output", "json", *options])
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return Checked(json.loads(result.stdout), result.exit_code)

    return run
