"""``azfl export APP``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from .common import Wrong, app_argument, opened, print_json

if TYPE_CHECKING:
    from ..app.loader import LoadedFunction


@click.command("export")
@app_argument
def command(app: Path) -> None:
    """Print the function.json of every function of APP, as the host would see it."""
    with opened(app, "json") as loaded:
        if loaded.problems:
            raise Wrong(loaded.problems, "json")
        print_json({name: _record(function) for name, function in loaded.functions.items()})


def _record(function: LoadedFunction) -> dict[str, Any]:
    return {"bindings": [binding.get_dict_repr() for binding in function.bindings]}
