"""``azfl list [APP]``."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ..app.problem import errors
from ..bindings import binding_type
from ..delivery.channels import shown_place
from ..delivery.expressions import resolve_settings
from ..delivery.routes import http_trigger, level_of, methods_of, route_of
from ..enums import BindingDirection
from ..errors import DeclarationError
from .common import Wrong, app_argument, output_option, print_json, print_table
from .opening import opened

if TYPE_CHECKING:
    from ..app.loader import LoadedApp, LoadedFunction
    from ..app.problem import Problem
    from ..wire.declaration import Binding


@click.command("list")
@app_argument
@output_option
def command(app: Path, output: str) -> None:
    """Print the functions of APP with their triggers, URLs, authorization levels and outputs."""
    with opened(app, output) as loaded:
        if wrong := errors(loaded.app_problems):
            raise Wrong(wrong, output)
        settings = {**loaded.local.values, **os.environ}
        problems: dict[str | None, list[Problem]] = {}
        for problem in errors(loaded.findings):
            problems.setdefault(problem.function, []).append(problem)
        rows = [
            _describe(loaded, function, settings, len(problems.get(function.name, ())))
            for function in loaded.functions.values()
        ]
    if output == "json":
        print_json(rows)
        return
    headings = ("function", "trigger", "URL or source", "level", "outputs")
    print_table(headings, map(_cells, rows))


def _cells(row: Mapping[str, Any]) -> tuple[str, ...]:
    source = row["source"] or ""
    if row["url"] is not None:
        source = f"[{','.join(row['methods']) or 'any method'}] {row['url']}"
    marks = ["disabled"] if row["disabled"] else []
    marks += ["see azfl check"] if row["problems"] else []
    name = f"{row['name']} ({', '.join(marks)})" if marks else row["name"]
    trigger, level = row["trigger"] or "none", row["auth_level"] or ""
    return name, trigger, source, level, ", ".join(row["outputs"])


def _describe(
    app: LoadedApp, function: LoadedFunction, settings: Mapping[str, str], problems: int
) -> dict[str, Any]:
    trigger, http = function.trigger, http_trigger(function)
    outputs = [each for each in function.bindings if each.direction == BindingDirection.OUT.value]
    route = None if http is None else route_of(app, function)
    return {
        "name": function.name,
        "trigger": None if trigger is None else trigger.type,
        "route": route,
        "url": None if route is None else f"http://localhost:{app.local.port}{route}",
        "methods": [] if http is None else sorted(methods_of(http)),
        "auth_level": None if http is None else level_of(http),
        "source": None if trigger is None else _place(trigger, settings),
        "outputs": [_output(binding, settings) for binding in outputs],
        "disabled": function.disabled,
        "problems": problems,
    }


def _output(binding: Binding, settings: Mapping[str, str]) -> str:
    place = _place(binding, settings)
    kind = binding.type if place is None else f"{binding.type} {place}"
    return f"{binding.name} ({kind})"


def _place(binding: Binding, settings: Mapping[str, str]) -> str | None:
    """Give what tells one binding of a type from another, with settings put in for ``%NAME%``."""
    record = binding.get_dict_repr()
    keys = binding_type(binding.type).place
    text = next((str(record[key]) for key in keys if record.get(key)), None)
    if text is None:
        return None
    try:
        return shown_place(binding, resolve_settings(text, settings))
    except DeclarationError:
        return text
