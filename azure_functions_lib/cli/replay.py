"""``azfl replay INVOCATION [APP]``."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

import click

from .common import app_argument, output_option
from .remote import ask, show_outcome, url_option


@click.command("replay")
@click.argument("invocation")
@app_argument
@url_option
@output_option
def command(invocation: str, app: Path, url: str | None, output: str) -> None:
    """Let the host that serves APP run a function again with all that INVOCATION was given.

    INVOCATION is an id that azfl log prints, or its beginning. The exit status is 1 if it fails.
    """
    path = f"/admin/azfl/replay/{quote(invocation, safe='')}"
    show_outcome(ask(app, url, path, {}, output), output)
