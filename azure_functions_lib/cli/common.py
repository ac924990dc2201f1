"""What several commands share: opening an app, showing problems, reading values from arguments."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from rich.console import Console

    from ..app.check import Problem
    from ..app.loader import LoadedApp

app_argument = click.argument("app", type=click.Path(exists=True, path_type=Path))

output_option = click.option(
    "--output",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="For people, or one JSON document.",
)


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
            click.echo(f"{click.style('problem', fg='red')}: {problem}", err=True)


def problem_json(problem: Problem) -> dict[str, str | None]:
    """Give a problem as a JSON object."""
    return {
        "function": problem.function,
        "parameter": problem.parameter,
        "cause": problem.cause,
        "remedy": problem.remedy,
    }


@contextmanager
def opened(path: Path, output: str) -> Iterator[LoadedApp]:
    """Load an app for the time of a ``with`` block.

    What the app prints goes to stderr, since stdout is for the command's result.
    """
    from ..app.check import Problem
    from ..app.loader import load_app
    from ..errors import AppError

    with redirect_stdout(sys.stderr):
        try:
            app = load_app(path)
        except AppError as error:
            remedy = "give the folder of a function app"
            raise Wrong([Problem(None, None, str(error), remedy)], output) from None
    with app:
        yield app


def print_json(document: Any) -> None:
    """Print a JSON document on stdout."""
    click.echo(json.dumps(document, indent=2))


def console() -> Console:
    """Give a rich console for stdout; wide if nobody watches, so that no line is cut."""
    from rich.console import Console

    stdout = click.get_text_stream("stdout")
    return Console(file=stdout, width=None if stdout.isatty() else 500, highlight=False)


class Pair(click.ParamType):
    """``NAME=VALUE``, or another separator; gives both as a tuple."""

    def __init__(self, separator: str = "=") -> None:
        self.separator = separator
        self.name = f"NAME{separator}VALUE"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, str]:
        """Split the argument."""
        name, separator, content = value.partition(self.separator)
        if not separator or not name.strip():
            self.fail(f"{value!r} is not {self.name}", param, ctx)
        return name.strip(), content


class Content(click.ParamType):
    """``TEXT``, ``@FILE``, or ``-`` for stdin; gives bytes."""

    name = "TEXT|@FILE|-"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> bytes:
        """Read what the argument names."""
        if isinstance(value, bytes):
            return value
        if value == "-":
            return click.get_binary_stream("stdin").read()
        if not value.startswith("@"):
            return bytes(value, "utf-8")
        try:
            return Path(value[1:]).read_bytes()
        except OSError as error:
            self.fail(f"{value[1:]}: {error.strerror}", param, ctx)
