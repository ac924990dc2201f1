"""``azfl new [DIR]``."""

from __future__ import annotations

import shlex
from pathlib import Path

import click

from ..errors import PackageError
from ..scaffold.kinds import KINDS
from ..scaffold.new import New, new
from .common import Failed, printable


@click.command("new")
@click.argument("directory", metavar="[DIR]", type=click.Path(path_type=Path), default=".")
@click.option(
    "--trigger", type=click.Choice(list(KINDS)), default="http", show_default=True, help="Its kind."
)
@click.option("--name", help="The function's name.")
@click.option("--v1", "folder", is_flag=True, help="A folder with function.json, no decorators.")
@click.option("--pyproject", "project", is_flag=True, help="pyproject.toml, no requirements.txt.")
@click.option("--docker", is_flag=True, help="A Dockerfile on the platform's image too.")
def command(
    directory: Path, trigger: str, name: str | None, folder: bool, project: bool, docker: bool
) -> None:
    """Begin an app in DIR, with a function and its test, or add a function to the app there.

    Overwrites nothing.
    """
    try:
        written = new(New(directory, trigger, name, folder, project, docker))
    except PackageError as error:
        raise Failed(printable(error)) from None
    for path in written.files:
        click.echo(f"wrote {printable(directory / path)}")
    for path in written.changed:
        click.echo(f"added to {printable(directory / path)}")
    for package in written.missing:
        click.echo(f"note: {package} is not among the app's requirements yet", err=True)
    app = "" if directory == Path() else f" {shlex.quote(str(directory))}"
    click.echo(f"Next: azfl start{app}")
