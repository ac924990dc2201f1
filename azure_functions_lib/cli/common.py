"""What the commands share: showing problems and tables, reading values from arguments."""

from __future__ import annotations

import dataclasses
import json
import os
import re
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import click

from ..http.secrets import hide_in_url

if TYPE_CHECKING:
    from ..app.problem import Problem

app_path = click.Path(exists=True, path_type=Path)

app_argument = click.argument("app", type=app_path, default=".")

output_option = click.option(
    "--output",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="For people, or one JSON document.",
)


class Failed(click.ClickException):
    """What was asked for cannot be done; ends the command with status 2."""

    exit_code = 2


class Wrong(click.ClickException):
    """The app or the call is wrong; ends the command with status 2."""

    exit_code = 2

    def __init__(self, problems: Iterable[Problem], output: str) -> None:
        self.problems = list(problems)
        self.output = output
        super().__init__("\n".join(map(str, self.problems)))

    def show(self, file: Any = None) -> None:
        """Print the problems: as JSON in place of the result, as text on stderr."""
        if self.output == "json":
            print_json({"problems": [problem_json(problem) for problem in self.problems]})
            return
        for problem in self.problems:
            echo_problem(problem)


LABELS = {
    "error": ("problem", "red"),
    "warning": ("warning", "yellow"),
    "note": ("in Azure", "cyan"),
}
"""What stands before a problem of each severity, and its colour."""


def echo_problem(problem: Problem) -> None:
    """Print a problem as text on stderr."""
    click.echo(problem_line(problem), err=True)


def problem_line(problem: Problem) -> str:
    """Give a problem as text for a terminal."""
    label, colour = LABELS[problem.severity]
    place = problem.place and f" ({_near(problem.place)})"
    return f"{click.style(label, fg=colour)}: {printable(problem)}{printable(place)}"


def _near(place: str) -> str:
    """Write a path as it is seen from the current folder."""
    try:
        return str(Path(place).relative_to(Path.cwd()))
    except ValueError:
        return place


def problem_json(problem: Problem) -> dict[str, Any]:
    """Give a problem as a JSON object."""
    return dataclasses.asdict(problem)


# Controls of C0 and C1 but tab and newline, those of bidirectional text (Unicode Standard Annex 9),
# further line ends, and surrogates, which no output can encode.
_CONTROL = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]"
)


def printable(value: object) -> str:
    r"""Give text of an app or a payload as a terminal can show it, and no more than show.

    What would move the cursor, colour or reorder text is written as an escape such as ``\x1b``.
    """
    text = str(value).replace("\r\n", "\n")
    return _CONTROL.sub(lambda match: match[0].encode("unicode_escape").decode(), text)


def print_json(document: Any) -> None:
    """Print a JSON document on stdout; what has no JSON form as its ``str``."""
    click.echo(json.dumps(document, indent=2, default=str))


def print_table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print rows below their headings; wide if nobody watches, so that no line is cut."""
    from rich.console import Console
    from rich.table import Table

    table = Table(*headings, box=None, pad_edge=False)
    for row in rows:
        table.add_row(*map(printable, row))
    width = None if sys.stdout.isatty() else 500
    Console(width=width, highlight=False).print(table, markup=False)


def pair(argument: str) -> tuple[str, str]:
    """Split ``NAME=VALUE``; for ``type=`` of an option."""
    return _split(argument, "=")


def header(argument: str) -> tuple[str, str]:
    """Split ``NAME: VALUE``; for ``type=`` of an option."""
    name, value = _split(argument, ":")
    return name, value.strip()


def url(argument: str) -> str:
    """Check a URL; for ``type=`` of an option."""
    try:
        urlsplit(_text(argument)).port  # noqa: B018 - which is read when it is asked for
    except ValueError as error:
        raise click.BadParameter(f"{hide_in_url(argument)!r} is no URL: {error}") from None
    return argument


def _text(argument: str) -> str:
    try:
        argument.encode()
    except UnicodeEncodeError:
        raise click.BadParameter(f"{argument!r} is not UTF-8 text") from None
    return argument


def _split(argument: str, separator: str) -> tuple[str, str]:
    name, found, value = _text(argument).partition(separator)
    if not found or not name.strip():
        raise click.BadParameter(f"{argument!r} is not NAME{separator}VALUE")
    return name.strip(), value


def content(argument: str) -> bytes:
    """Read what ``TEXT``, ``@FILE`` or ``-`` for stdin names; for ``type=`` of an option."""
    if argument == "-":
        return sys.stdin.buffer.read()
    if not argument.startswith("@"):
        return os.fsencode(argument)  # bytes that are no UTF-8 as they were given
    try:
        return Path(argument[1:]).read_bytes()
    except OSError as error:
        raise click.BadParameter(f"{argument[1:]}: {error.strerror}") from None
