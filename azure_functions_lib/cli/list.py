"""``azfl list [APP]``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ..bindings import binding_type
from ..delivery.routes import http_trigger, methods_of, route_of
from ..enums import BindingDirection
from .common import Wrong, app_argument, console, opened, output_option, print_json, printable

if TYPE_CHECKING:
    from ..app.loader import LoadedApp, LoadedFunction
    from ..wire.declaration import Binding


@click.command("list")
@app_argument
@output_option
def command(app: Path, output: str) -> None:
    """Print the functions of APP with their triggers and routes."""
    with opened(app, output) as loaded:
        if loaded.app_problems:
            raise Wrong(loaded.app_problems, output)
        rows = [_describe(loaded, function) for function in loaded.functions.values()]
    if output == "json":
        print_json(rows)
        return
    from rich.markup import escape
    from rich.table import Table

    table = Table("function", "trigger", "route or source", "outputs", box=None, pad_edge=False)
    for row in rows:
        source = row["source"] or ""
        if row["route"] is not None:
            source = f"[{','.join(row['methods']) or 'any method'}] {row['route']}"
        name = row["name"] if not row["problems"] else f"{row['name']} (see azfl check)"
        cells = (name, row["trigger"] or "none", source, ", ".join(row["outputs"]))
        table.add_row(*(escape(printable(cell)) for cell in cells))
    console().print(table)


def _describe(app: LoadedApp, function: LoadedFunction) -> dict[str, Any]:
    trigger = function.trigger
    outputs = [each for each in function.bindings if each.direction == BindingDirection.OUT.value]
    return {
        "name": function.name,
        "trigger": None if trigger is None else trigger.type,
        "route": route_of(app, function) if http_trigger(function) else None,
        "methods": [] if trigger is None else sorted(methods_of(trigger)),
        "source": None if trigger is None else _source(trigger),
        "outputs": [f"{binding.name} ({binding.type})" for binding in outputs],
        "problems": len(function.problems),
    }


def _source(trigger: Binding) -> str | None:
    """Give what tells one trigger of a type from another."""
    record = trigger.get_dict_repr()
    keys = binding_type(trigger.type).place
    return next((str(record[key]) for key in keys if record.get(key)), None)
