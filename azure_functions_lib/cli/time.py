"""``azfl time``: the clock of a running host."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import click

from .common import app_argument, output_option, print_json
from .remote import ask, url_option


@click.group("time")
def command() -> None:
    """Let time pass for a running host: timers, retries and hidden messages become due."""


@command.command("advance")
@click.argument("span")
@app_argument
@url_option
@output_option
def advance(span: str, app: Path, url: str | None, output: str) -> None:
    """Let SPAN pass, such as 1d, 2h30m, 90s or 00:05:00; wait until what is due is done."""
    _set(app, url, {"advance": span}, output)


@command.command("at")
@click.argument("time")
@app_argument
@url_option
@output_option
def at(time: str, app: Path, url: str | None, output: str) -> None:
    """Let time pass until TIME, such as 2026-12-24T04:00, by the clocks of this machine's zone."""
    _set(app, url, {"at": time}, output)


@command.command("now")
@app_argument
@url_option
@output_option
def now(app: Path, url: str | None, output: str) -> None:
    """Let the host go with the machine's clock again."""
    _set(app, url, {"now": True}, output)


def _set(app: Path, url: str | None, document: dict[str, Any], output: str) -> None:
    clock = ask(app, url, "/admin/azfl/clock", document, output)
    if output == "json":
        print_json(clock)
        return
    moment = datetime.fromisoformat(clock["now"]).astimezone()
    ahead = timedelta(seconds=round(clock["ahead"]))
    told = f", {ahead} ahead of the machine's clock" if ahead else ""
    click.echo(f"it is {moment:%Y-%m-%d %H:%M:%S %Z}{told}")
