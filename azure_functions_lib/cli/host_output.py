"""What ``azfl start`` shows: lines for people, or one JSON object a line."""

from __future__ import annotations

import json
import logging
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

import click

from ..host.host import Observer
from ..host.messages import Logged, Printed
from .common import LABELS, printable

if TYPE_CHECKING:
    from pathlib import Path

    from ..app.loaded import LoadedApp
    from ..delivery.call import Call, Outcome
    from ..host.host import Host

__all__ = ["JsonLines", "Lines"]

_COLOURS = {logging.WARNING: "yellow", logging.ERROR: "red", logging.CRITICAL: "red"}


class Lines(Observer):
    """Writes lines for people; colours only where a terminal shows them.

    Args:
        level: the level of log records from which on they are shown.
    """

    def __init__(self, level: int) -> None:
        self._level = level

    def show_banner(self, host: Host, state: Path | None) -> None:
        """Show what the app has, and what waits for what."""
        serving = host.serving
        assert serving is not None
        click.echo(f"{click.style(serving.app.root.resolve().name, bold=True)} at {host.base_url}")
        click.echo(f"state: {state or 'in memory'}")
        if host.keys is not None:
            click.echo(f"access keys are asked for; they are in {host.keys.folder}")
        click.echo()
        width = max(map(len, serving.app.functions), default=0)
        for name, what in serving.listing():
            click.echo(f"  {printable(name):{width}}  {printable(what)}")
        for problem in serving.app.findings:
            label, colour = LABELS[problem.severity]
            click.echo(f"  {click.style(label, fg=colour)}: {printable(problem)}")
        click.echo("\nCtrl-C ends it.")

    def broken(self, reason: str) -> None:
        """Tell why the app cannot be loaded."""
        self._line("host", f"the app cannot be loaded: {reason}", "red")
        self._line("host", "what was loaded before is still served", "yellow")

    def ended(self, call: Call, outcome: Outcome) -> None:
        """Tell what came of an attempt."""
        took = f"{outcome.duration * 1000:.0f} ms"
        if outcome.exception is None:
            self._line(call.function, f"succeeded in {took}", "green", outcome.invocation_id)
            return
        self._line(call.function, f"failed in {took}", "red", outcome.invocation_id)
        reason = outcome.exception.traceback or outcome.exception.message
        for line in reason.rstrip().splitlines():
            self._line(call.function, line, "red", outcome.invocation_id)

    def told(self, message: Any) -> None:
        """Show what the app has printed or logged."""
        if isinstance(message, Printed):
            self._line(message.function or "app", message.text, None, message.invocation_id)
        elif isinstance(message, Logged) and message.level >= self._level:
            colour = _COLOURS.get(message.level)
            for line in message.text.splitlines():
                self._line(message.function or message.logger, line, colour, message.invocation_id)

    def noted(self, text: str) -> None:
        """Show what a person should know."""
        self._line("host", text, "yellow")

    def _line(self, origin: str, text: str, colour: str | None, id: str | None = None) -> None:
        now = f"{datetime.now():%H:%M:%S}"
        short = f" {id[:8]}" if id else ""
        head = click.style(f"{now} {printable(origin)}{short}", dim=True)
        click.echo(f"{head}  {click.style(printable(text), fg=colour)}")


class JsonLines(Observer):
    """Writes one JSON object a line, for programs."""

    def loaded(self, app: LoadedApp) -> None:
        """Tell which functions there are."""
        problems = [str(problem) for problem in app.findings]
        self._event("loaded", functions=list(app.functions), problems=problems)

    def broken(self, reason: str) -> None:
        """Tell why the app cannot be loaded."""
        self._event("broken", reason=reason)

    def ended(self, call: Call, outcome: Outcome) -> None:
        """Tell what came of an attempt."""
        failure = outcome.exception
        self._event(
            "ended",
            function=call.function,
            invocation_id=outcome.invocation_id,
            ok=outcome.ok,
            duration=round(outcome.duration, 6),
            exception=None if failure is None else f"{failure.type}: {failure.message}",
        )

    def told(self, message: Any) -> None:
        """Tell what the app has printed or logged."""
        self._event(type(message).__name__.lower(), **message._asdict())

    def noted(self, text: str) -> None:
        """Tell what a person should know."""
        self._event("note", text=text)

    def _event(self, event: str, **values: Any) -> None:
        now = datetime.now(timezone.utc).isoformat(timespec="milliseconds")
        click.echo(json.dumps({"event": event, "at": now, **values}))
