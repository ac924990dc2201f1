"""``azfl check [APP]``."""

from __future__ import annotations

from pathlib import Path

import click

from .common import Wrong, app_argument, opened, output_option, print_json


@click.command("check")
@app_argument
@output_option
def command(app: Path, output: str) -> None:
    """Print every problem of APP: function, parameter, cause and remedy.

    Exit status 0 if there is none, else 2.
    """
    with opened(app, output) as loaded:
        problems = loaded.problems
        count = len(loaded.functions)
    if problems:
        raise Wrong(problems, output)
    if output == "json":
        print_json({"problems": []})
    else:
        click.echo(f"No problems in {count} function{'' if count == 1 else 's'}.")
