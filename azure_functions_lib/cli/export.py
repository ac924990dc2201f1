"""``azfl export [APP]``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ..app.function_json import FUNCTION_JSON
from ..app.problem import errors
from ..app.settings import parse_settings_json
from .common import Wrong, app_argument, print_json
from .opening import opened

if TYPE_CHECKING:
    from ..app.loader import LoadedApp


@click.command("export")
@app_argument
def command(app: Path) -> None:
    """Print the function.json of every function of APP, as the host would see it."""
    with opened(app, "json") as loaded:
        if wrong := errors(loaded.problems):
            raise Wrong(wrong, "json")
        print_json(_records(loaded))


def _records(app: LoadedApp) -> dict[str, Any]:
    if app.app is not None:
        texts = {each.get_function_name(): each.get_function_json() for each in app.app.functions}
        return {name: json.loads(text) for name, text in texts.items()}

    return {
        name: parse_settings_json((function.directory / FUNCTION_JSON).read_bytes())
        for name, function in app.functions.items()
    }
