"""``azfl check [APP]``."""

from __future__ import annotations

from pathlib import Path

import click

from .common import (
    Wrong,
    app_argument,
    echo_problem,
    opened,
    output_option,
    print_json,
    problem_json,
)


@click.command("check")
@app_argument
@output_option
def command(app: Path, output: str) -> None:
    """Print every problem of APP: function, parameter, cause and remedy.

    Exit status 2 if one keeps the app from being served, else 0.
    """
    from ..compat.search import unused_shim
    from ..delivery.routes import route_problems, shadowed_routes

    with opened(app, output) as loaded:
        problems = [*loaded.problems, *route_problems(loaded)]
        count = len(loaded.functions)
        unused = unused_shim(loaded.root)
        warnings = [*shadowed_routes(loaded), *([unused] if unused else [])]
    if problems:
        raise Wrong([*problems, *warnings], output)
    if output == "json":
        print_json({"problems": [problem_json(warning) for warning in warnings]})
    else:
        for warning in warnings:
            echo_problem(warning)
        click.echo(f"No problems in {count} function{'' if count == 1 else 's'}.")
