"""What the commands share that talk to a running host."""

from __future__ import annotations

import json
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import click

from ..delivery.recorded_calls import outcome_from_json
from ..errors import AppError
from ..host.keys import master_key, secrets_folder
from ..host.running import running_url
from ..host.settings import read_settings
from ..http.secrets import hide_in_url
from .common import print_json, printable, url
from .report import print_payloads
from .state import wrong

if TYPE_CHECKING:
    from .common import Wrong

__all__ = ["ask", "show_outcome", "url_option"]

_LOCAL = ("localhost", "127.0.0.1", "::1")
_START = "Start it with azfl start"

url_option = click.option(
    "--url",
    type=url,
    envvar="AZFL_URL",
    metavar="URL",
    help="Where the host is.  [default: where azfl start serves APP]",
)


def ask(app: Path, url: str | None, path: str, document: Any, output: str) -> Any:
    """Post a JSON document to the host that serves an app; give what it answers, None for nothing.

    Where the host asks for keys it is given the master key, if that is in the app's files.

    Args:
        app: the app's folder.
        url: scheme and host of its URLs; None for those of the running host.
        path: the path below.
        document: what is posted.
        output: how a problem is printed.

    Raises:
        Wrong: no host runs, or it refuses.
    """
    found = url or running_url(app)
    if found is None:
        raise wrong(f"no host serves {app.absolute()}", _START, output)
    headers = {"content-type": "application/json", **_key(app, found, output)}
    shown = hide_in_url(found)
    try:
        status, content = _post(found, path, json.dumps(document), headers)
    except ConnectionRefusedError:
        raise wrong(f"no host answers at {shown}", _START, output) from None
    except (HTTPException, OSError) as error:
        raise wrong(f"the host at {shown} does not answer: {error}", _START, output) from None
    if status >= 400:
        raise _refused(status, content, output)
    return json.loads(content) if content else None


def _post(url: str, path: str, body: str, headers: dict[str, str]) -> tuple[int, bytes]:
    parts = urlsplit(url)
    make = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    connection = make(parts.hostname or "localhost", parts.port)
    try:
        connection.request("POST", path, body, headers)
        response: HTTPResponse = connection.getresponse()
        return response.status, response.read()
    finally:
        connection.close()


def _key(app: Path, url: str, output: str) -> dict[str, str]:
    """Give the header with the master key; it goes to hosts of this machine only."""
    if urlsplit(url).hostname not in _LOCAL:
        return {}
    try:
        key = master_key(secrets_folder(app, read_settings(app)))
    except AppError as error:
        raise wrong(str(error), "See azfl start --auth", output) from None
    return {"x-functions-key": key} if key else {}


def _refused(status: int, content: bytes, output: str) -> Wrong:
    if status == 401:
        return wrong(
            "the host asks for its master key", "Run this where the app's .azfl is", output
        )
    reason = content.decode(errors="replace").strip() or f"HTTP {status}"
    return wrong(f"the host refuses: {reason}", "See azfl list and azfl log", output)


def show_outcome(document: Any, output: str) -> None:
    """Print what came of an invocation; ends with status 1 if it failed.

    For people logs and the traceback go to stderr.
    """
    if output == "json":
        print_json(document)
    else:
        outcome = outcome_from_json(document)
        for entry in outcome.logs:
            click.echo(printable(f"{entry.level} {entry.logger}: {entry.message}"), err=True)
        if outcome.exception is not None:
            text = outcome.exception.traceback or outcome.exception.message
            click.echo(click.style(printable(text).rstrip(), fg="red"), err=True)
        returned = {} if outcome.return_value is None else {"$return": outcome.return_value}
        kinds = {name: sent.get("binding", "") for name, sent in document["outputs"].items()}
        payloads = {**returned, **outcome.outputs}
        print_payloads({name: (kinds[name], datum) for name, datum in payloads.items()})
    if document["exception"] is not None:
        raise click.exceptions.Exit(1)
