"""``azfl show INVOCATION [APP]``."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ..delivery.recorded import datum_to_json
from ..host.journal import Journal
from ..http.secrets import hide_in_url, shown_header
from .common import app_argument, output_option, print_json, printable
from .log import entry_json, entry_line
from .state import state_option, with_state, wrong

if TYPE_CHECKING:
    from ..host.journal import Record
    from ..wire.datum import DatumLike


@click.command("show")
@click.argument("invocation")
@app_argument
@state_option
@output_option
def command(invocation: str, app: Path, state: Path | None, output: str) -> None:
    """Print what INVOCATION was given, what it logged and what came of it.

    INVOCATION is an id that azfl log prints, or its beginning. Credentials are not printed.
    """
    record = recorded(invocation, app, state, output)
    call, outcome = record.call, record.outcome
    trigger = call.payloads.get(record.entry.trigger)
    # That of a request only says again what the request is, credentials included.
    is_request = trigger is not None and trigger.type == "http"
    metadata = {} if is_request else call.metadata
    if output == "json":
        print_json(
            {
                **entry_json(record.entry),
                "payloads": _documents(call.payloads),
                "metadata": _documents(metadata),
                "outputs": _documents(_outputs(record)),
                "exception": outcome.exception and outcome.exception._asdict(),
                "logs": [
                    {"level": log.level, "logger": log.logger, "message": log.message}
                    for log in outcome.logs
                ],
            }
        )
        return
    click.echo(entry_line(record.entry))
    if record.entry.cause is not None:
        click.echo(f"caused by {printable(record.entry.cause)}")
    if not call.payloads:
        click.echo("its payloads were too large to be kept")
    for name, datum in call.payloads.items():
        _print_payload("trigger" if name == record.entry.trigger else "input", name, datum)
    for name, value in metadata.items():
        _print_payload("metadata", name, value)
    for log in outcome.logs:
        label = click.style("log", bold=True)
        click.echo(f"{label} {printable(f'{log.level} {log.logger}: {log.message}')}")
    for name, sent in _outputs(record).items():
        _print_payload("output", name, sent)
    if outcome.exception is not None:
        text = outcome.exception.traceback or record.entry.failure or ""
        click.echo(click.style(printable(text).rstrip(), fg="red"))


def recorded(invocation: str, app: Path, state: Path | None, output: str) -> Record:
    """Find an invocation in the journal of an app.

    Raises:
        Wrong: there is none.
    """

    async def find(storage: Any) -> Record | None:
        return await Journal(storage.database).find(invocation)

    record = with_state(app, state, output, find)
    if record is None:
        raise wrong(
            f"there is no invocation {invocation!r}", "azfl log prints the last ones", output
        )
    return record


def _outputs(record: Record) -> dict[str, DatumLike]:
    outcome = record.outcome
    returned = {} if outcome.return_value is None else {"$return": outcome.return_value}
    return {**returned, **outcome.outputs}


def _documents(datums: Mapping[str, DatumLike | None]) -> dict[str, Any]:
    return {name: _without_secrets(datum) for name, datum in datums.items()}


def _without_secrets(datum: DatumLike | None) -> Any:
    document = datum_to_json(datum)
    if datum is not None and datum.type == "http":
        value = document["value"]
        value["headers"] = {
            name: shown_header(name, text) for name, text in (value.get("headers") or {}).items()
        }
        if "url" in value:
            value["url"] = hide_in_url(value["url"])
            value["query"] = {
                name: text if hide_in_url(pair := f"?{name}={text}") == pair else "..."
                for name, text in (value.get("query") or {}).items()
            }
        for cookie in value.get("cookies") or ():
            cookie["value"] = "..."
    return document


def _print_payload(kind: str, name: str, datum: DatumLike | None) -> None:
    label = click.style(printable(f"{kind} {name}"), bold=True)
    document = _without_secrets(datum)
    value = None if document is None else document["value"]
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    click.echo(f"{label}: {printable(text)}")
