"""``azfl settings``: the values of an app's local.settings.json."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import click

from ..app.problem import errors
from ..app.settings import read_local_settings
from ..errors import PackageError
from ..packing.contents import app_root
from ..scaffold.new import template
from ..scaffold.settings_text import add_setting, remove_setting
from .common import Failed, app_argument, output_option, print_json, print_table, printable

_FILE = "local.settings.json"


@click.group("settings")
def command() -> None:
    """Show and change the settings of an app on this machine, in its local.settings.json."""


@command.command("list")
@app_argument
@click.option("--show-values", is_flag=True, help="Print the values, which may be secrets.")
@output_option
def list_settings(app: Path, show_values: bool, output: str) -> None:
    """List the settings of APP, without their values."""
    settings = read_local_settings(_root(app))
    if wrong := errors(settings.problems):
        raise Failed("\n".join(map(printable, wrong)))
    if output == "json":
        print_json(dict(settings.values) if show_values else list(settings.values))
        return
    rows = ((name, value if show_values else "(hidden)") for name, value in settings.values.items())
    print_table(("setting", "value"), rows)


@command.command("add")
@click.argument("name")
@click.argument("value")
@app_argument
def add(name: str, value: str, app: Path) -> None:
    """Give the setting NAME a VALUE; '-' asks for it, or reads it from stdin."""
    if value == "-":
        if sys.stdin.isatty():
            value = click.prompt(name, hide_input=True)
        else:
            value = sys.stdin.read().rstrip("\r\n")
    if not name or "=" in name or "\0" in name + value:
        raise Failed(f"{name!r} or its value cannot be those of an environment variable")
    _edit(app, lambda text: add_setting(text or template("app", _FILE), name, value))


@command.command("remove")
@click.argument("name")
@app_argument
def remove(name: str, app: Path) -> None:
    """Remove the setting NAME."""
    _edit(app, lambda text: remove_setting(text or "{}", name))


def _root(app: Path) -> Path:
    try:
        return app_root(app)
    except PackageError as error:
        raise Failed(printable(error)) from None


def _edit(app: Path, edit: Callable[[str], str]) -> None:
    """Change the file in one go; it stays readable by those who could read it."""
    file = _root(app) / _FILE
    beside = file.with_name(f".{_FILE}.new")
    try:
        text = file.read_bytes().decode() if file.exists() else ""
        edited = edit(text)
        if edited != text:
            beside.touch(mode=0o600)  # it may hold secrets
            beside.write_bytes(edited.encode())
            if file.exists():
                shutil.copymode(file, beside)
            beside.replace(file)
    except PackageError as error:
        raise Failed(f"{printable(file)}: {printable(error)}") from None
    except (OSError, ValueError) as error:
        beside.unlink(missing_ok=True)
        raise Failed(f"{printable(file)}: {printable(error)}") from None
