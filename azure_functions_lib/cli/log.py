"""``azfl log [APP]``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ..host.journal import Journal
from .common import app_argument, output_option, print_json, printable
from .state import state_option, with_state

if TYPE_CHECKING:
    from ..host.journal import Entry
    from ..host.storage.embedded import EmbeddedStorage


@click.command("log")
@app_argument
@click.option("--follow", is_flag=True, help="Go on with each new one, until Ctrl-C.")
@click.option("--function", metavar="FUNCTION", help="Those of one function only.")
@click.option("--failed", is_flag=True, help="Those that failed only.")
@click.option("--count", type=click.IntRange(0), default=20, show_default=True)
@state_option
@output_option
def command(
    app: Path,
    follow: bool,
    function: str | None,
    failed: bool,
    count: int,
    state: Path | None,
    output: str,
) -> None:
    """Print the last invocations of APP, whether a host runs or not.

    With --output json and --follow each is a line of JSON.
    """

    async def entries(storage: EmbeddedStorage) -> None:
        journal = Journal(storage.database)
        wanted: dict[str, Any] = {"function": function, "failed": True if failed else None}
        # What comes while the last ones are read is not skipped.
        newest = [entry.number for entry in await journal.entries(count=1)]
        found = await journal.entries(**wanted, count=count)
        if output == "json" and not follow:
            print_json([entry_json(entry) for entry in found])
            return
        for entry in found:
            _print(entry, output)
        if follow:
            async for entry in journal.follow(max(newest, default=0), **wanted):
                _print(entry, output)

    try:
        with_state(app, state, output, entries)
    except KeyboardInterrupt:
        if not follow:
            raise


def entry_json(entry: Entry) -> dict[str, Any]:
    """Give what the list shows of an invocation as a JSON object."""
    return {
        "id": entry.id,
        "function": entry.function,
        "started": entry.started.isoformat(),
        "duration": entry.duration,
        "failure": entry.failure,
        "attempt": entry.attempt,
        "cause": entry.cause,
    }


def entry_line(entry: Entry) -> str:
    """Give what the list shows of an invocation as a line for people."""
    time = f"{entry.started:%Y-%m-%d %H:%M:%S}.{entry.started.microsecond // 1000:03}"
    again = f", attempt {entry.attempt}" if entry.attempt > 1 else ""
    took = f"{entry.duration * 1000:,.0f} ms{again}"
    if entry.failure is None:
        result = click.style("ok", fg="green")
    else:
        result = click.style(printable(entry.failure.splitlines()[0]), fg="red")
    return (
        f"{time}  {entry.id}  {click.style(printable(entry.function), bold=True)}  {took}  {result}"
    )


def _print(entry: Entry, output: str) -> None:
    click.echo(json.dumps(entry_json(entry)) if output == "json" else entry_line(entry))
