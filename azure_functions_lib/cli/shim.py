"""``azfl shim DIR``."""

from __future__ import annotations

from pathlib import Path

import click

from ..compat import write_shim


@click.command("shim")
@click.argument(
    "directory", metavar="DIR", type=click.Path(exists=True, file_okay=False, path_type=Path)
)
def command(directory: Path) -> None:
    """Let workers that find DIR on their search path run on this library.

    DIR is a site-packages folder, such as an app's .python_packages/lib/site-packages. Writes the
    package azure.functions into it, in place of another of that name.
    """
    try:
        replaced = write_shim(directory)
    except OSError as error:
        raise click.ClickException(f"cannot write the package: {error}") from error
    click.echo(f"wrote {directory / 'azure' / 'functions' / '__init__.py'}")
    if replaced:
        click.echo("in place of another package azure.functions", err=True)
    if not (directory / "azure_functions_lib").is_dir():
        click.echo(
            f"note: azure_functions_lib is not in {directory}: install it there with "
            f"'pip install --target {directory} azure-functions-lib'",
            err=True,
        )
