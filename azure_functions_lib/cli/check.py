"""``azfl check [APP]``."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ..app.problem import errors
from ..compat.search import unused_shim
from .common import app_argument, echo_problem, print_json, problem_json
from .opening import opened
from .sarif import document

if TYPE_CHECKING:
    from ..app.problem import Problem


@click.command("check")
@app_argument
@click.option(
    "--output",
    type=click.Choice(["text", "json", "sarif"]),
    default="text",
    show_default=True,
    help="For people, one JSON document, or SARIF for the annotations of a code host.",
)
@click.option("--strict", is_flag=True, help="Exit with 2 for warnings too.")
def command(app: Path, output: str, strict: bool) -> None:
    """Print every problem of APP: function, parameter, cause, remedy, file and line.

    Exit status 2 if one keeps something from being served, else 0.
    """
    with opened(app, "text" if output == "text" else "json") as loaded:
        unused = unused_shim(loaded.root)
        found = [*loaded.findings, *([unused] if unused else [])]
        root, count = loaded.root, len(loaded.functions)
    problems = [each for each in found if each.severity != "note"]
    notes = [each for each in found if each.severity == "note"]
    if output == "sarif":
        print_json(document(found, root))
    elif output == "json":
        print_json(
            {
                "problems": [problem_json(problem) for problem in problems],
                "in_azure": [problem_json(note) for note in notes],
            }
        )
    else:
        _print(problems, notes, count)
    raise SystemExit(2 if (problems if strict else errors(problems)) else 0)


def _print(problems: Sequence[Problem], notes: Sequence[Problem], count: int) -> None:
    for problem in (*problems, *notes):
        echo_problem(problem)
    if not errors(problems):
        click.echo(f"No problems in {count} function{'' if count == 1 else 's'}.")
