"""What ``azfl start`` shows: lines for people, or one JSON object a line."""

from __future__ import annotations

import json
import logging
import os
import sys
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

import click

from ..host.messages import Logged, Printed
from ..host.observer import Observer
from .common import printable, problem_json, problem_line

if TYPE_CHECKING:
    from ..app.problem import Problem
    from ..delivery.call import Call, Outcome
    from ..host.compose import Setup
    from ..host.messages import Output
    from ..host.serving import Serving

__all__ = ["JsonLines", "Lines"]

_COLOURS = {logging.WARNING: "yellow", logging.ERROR: "red", logging.CRITICAL: "red"}


class _Shown(Observer):
    """Writes what happens to stdout or stderr.

    Args:
        setup: what the host was started with.
        level: the level of log records from which on they are shown; calls that succeed are of the
            level INFO.
        to_stderr: whether it is written there.
        reloads: whether the app is loaded anew when a file changes.
    """

    def __init__(self, setup: Setup, level: int, *, to_stderr: bool, reloads: bool) -> None:
        self._setup = setup
        self._level = level
        self._file = sys.stderr if to_stderr else sys.stdout  # which an app may replace
        self._reloads = reloads
        # Without a terminal click leaves colours out by itself; see https://no-color.org for this.
        self._color = False if os.environ.get("NO_COLOR") else None

    def _echo(self, text: str) -> None:
        click.echo(text, self._file, color=self._color)

    def _is_shown(self, outcome: Outcome) -> bool:
        return not outcome.ok or self._level <= logging.INFO


class Lines(_Shown):
    """Writes lines for people; colours only where a terminal shows them."""

    _is_new = True

    def loaded(self, serving: Serving) -> None:
        """Show what the app has, and what waits for what; later only that it was loaded anew."""
        if not self._is_new:
            self._line("host", "the app was loaded anew", "green")
        else:
            root = serving.app.root
            self._echo(f"{click.style(printable(root.name), bold=True)} at {self._setup.base_url}")
            self._echo(f"state: {printable(self._setup.state_file or 'in memory')}")
            keys = serving.host.keys
            if keys is not None:
                self._echo(f"access keys are asked for; they are in {printable(keys.folder)}")
            self._echo("")
            width = max(map(len, serving.app.functions), default=0)
            for name, what in serving.listing():
                self._echo(f"  {printable(name):{width}}  {printable(what)}")
            self._echo("\nCtrl-C ends it.")
        self._is_new = False

    def checked(self, findings: list[Problem]) -> None:
        """Show what the check has found; of what is only so in Azure, that there is some."""
        notes = [problem for problem in findings if problem.severity == "note"]
        for problem in findings:
            if problem not in notes:
                self._echo(problem_line(problem))
        if notes:
            differ = "1 thing differs" if len(notes) == 1 else f"{len(notes)} things differ"
            self._echo(f"{differ} in Azure; azfl check tells what")

    def broken(self, reason: str, *, served: bool) -> None:
        """Tell why the app cannot be loaded."""
        for line in f"the app cannot be loaded: {reason}".splitlines():
            self._line("host", line, "red")
        if served:
            self._line("host", "what was loaded before is still served", "yellow")
        elif self._reloads:
            self._line("host", "it is tried again as soon as a file changes", "yellow")

    def ended(self, call: Call, outcome: Outcome) -> None:
        """Tell what came of an attempt."""
        if not self._is_shown(outcome):
            return
        took = f"{outcome.duration * 1000:.0f} ms"
        if outcome.exception is None:
            self._line(call.function, f"succeeded in {took}", "green", outcome.invocation_id)
            return
        self._line(call.function, f"failed in {took}", "red", outcome.invocation_id)
        reason = outcome.exception.traceback or outcome.exception.message
        for line in reason.rstrip().splitlines():
            self._line(call.function, line, "red", outcome.invocation_id)

    def told(self, message: Output) -> None:
        """Show what the app has printed or logged."""
        if isinstance(message, Printed):
            self._line(message.function or "app", message.text, None, message.invocation_id)
        elif message.level >= self._level:
            colour = _COLOURS.get(message.level)
            for line in message.text.splitlines():
                self._line(message.function or message.logger, line, colour, message.invocation_id)

    def noted(self, text: str) -> None:
        """Show what a person should know."""
        self._line("host", text, "yellow")

    def _line(self, origin: str, text: str, colour: str | None, call: str | None = None) -> None:
        short = f" {call[:8]}" if call else ""
        head = click.style(f"{datetime.now():%H:%M:%S} {printable(origin)}{short}", dim=True)
        self._echo(f"{head}  {click.style(printable(text), fg=colour)}")


class JsonLines(_Shown):
    """Writes one JSON object a line, for programs."""

    def loaded(self, serving: Serving) -> None:
        """Tell which functions there are."""
        self._event(
            "loaded",
            url=self._setup.base_url,
            state=None if self._setup.memory else str(self._setup.state_file),
            functions=dict(serving.listing()),
        )

    def checked(self, findings: list[Problem]) -> None:
        """Tell what the check has found."""
        self._event("checked", problems=[problem_json(problem) for problem in findings])

    def broken(self, reason: str, *, served: bool) -> None:
        """Tell why the app cannot be loaded."""
        self._event("broken", reason=reason, served=served)

    def ended(self, call: Call, outcome: Outcome) -> None:
        """Tell what came of an attempt."""
        if not self._is_shown(outcome):
            return
        failure = outcome.exception
        self._event(
            "ended",
            function=call.function,
            invocation_id=outcome.invocation_id,
            ok=outcome.ok,
            duration=round(outcome.duration, 6),
            exception=None if failure is None else failure._asdict(),
        )

    def told(self, message: Output) -> None:
        """Tell what the app has printed or logged."""
        if not isinstance(message, Logged) or message.level >= self._level:
            self._event(type(message).__name__.lower(), **message._asdict())

    def noted(self, text: str) -> None:
        """Tell what a person should know."""
        self._event("note", text=text)

    def _event(self, event: str, **values: Any) -> None:
        now = datetime.now(timezone.utc).isoformat(timespec="milliseconds")
        self._echo(json.dumps({"event": event, "at": now, **values}))
