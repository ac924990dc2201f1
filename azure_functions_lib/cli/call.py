"""``azfl call FUNCTION [APP]``."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

import click

from .common import app_argument, content, output_option
from .remote import ask, show_outcome, url_option
from .state import wrong


@click.command("call")
@click.argument("function")
@app_argument
@click.option(
    "-d",
    "--data",
    type=content,
    metavar="TEXT|@FILE|-",
    help="The message's text; for a blob trigger the path container/name of a blob.",
)
@click.option("--wait", is_flag=True, help="Wait until it has run, and print what came of it.")
@url_option
@output_option
def command(
    function: str, app: Path, data: bytes | None, wait: bool, url: str | None, output: str
) -> None:
    """Let the host that serves APP run FUNCTION, as if its trigger had fired.

    Its outputs are stored, and the journal has it. A timer needs no data. With --wait the exit
    status is 1 if it failed.
    """
    try:
        document = {} if data is None else {"input": data.decode()}
    except UnicodeDecodeError:
        raise wrong("the data is no UTF-8 text", "Give text", output) from None
    name = quote(function, safe="")
    if wait:
        show_outcome(ask(app, url, f"/admin/azfl/invoke/{name}", document, output), output)
        return
    ask(app, url, f"/admin/functions/{name}", document, output)
    if output == "text":
        click.echo("accepted; azfl log shows what comes of it")
